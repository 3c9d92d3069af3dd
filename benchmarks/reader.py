"""How fast and how right the reader is, beside two other libraries where an interpreter has them.

Run:  python benchmarks/reader.py [--data ../shared/data] [--peers /path/to/python]

``--peers`` names an interpreter with ``jionlp`` and ``recognizers-text-suite`` (it needs ``emoji<2``). They find
numbers and money only, so they are measured on what they aim at: whether a figure of the gold annotations is covered
by a finding of the same value. Bounds, pairing, from–to, ranks and kinds have no counterpart in them.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ceyuan.reader import Reading, read_text

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "reader"
MEGABYTE = 1_000_000
NBS = "nbs_rd_bulletin_2022.txt"

PEERS = r"""
import json, sys, time, warnings
warnings.simplefilter("ignore")
texts = json.load(sys.stdin)
out = {}
try:
    import jionlp
    begin, found = time.perf_counter(), []
    for text in texts:
        items = jionlp.ner.extract_money(text, with_parsing=True) or []
        plain = [i for i in items if isinstance(i["detail"]["num"], str)]
        found.append([[*i["offset"], i["detail"]["num"]] for i in plain])
    out["jionlp money"] = [found, time.perf_counter() - begin]
except ImportError:
    pass
try:
    from recognizers_number import recognize_number, recognize_percentage
    from recognizers_number_with_unit import recognize_currency
    begin, found = time.perf_counter(), []
    for text in texts:
        items = [r for f in (recognize_currency, recognize_percentage, recognize_number) for r in f(text, "zh-cn")]
        found.append([[i.start, i.end + 1, (i.resolution or {}).get("value")] for i in items])
    out["recognizers-text"] = [found, time.perf_counter() - begin]
except ImportError:
    pass
json.dump(out, sys.stdout)
"""


def speed(text: str) -> None:
    """Seconds for one megabyte of text, the median of five."""
    times = []
    repeated = text * (MEGABYTE // len(text.encode()) + 1)
    for _ in range(5):
        begin = time.perf_counter()
        found = len(read_text(repeated).statements)
        times.append(time.perf_counter() - begin)
    size = len(repeated.encode()) / MEGABYTE
    print(
        f"speed: {size:.2f} MB, {len(repeated):,} characters, {found:,} statements in {statistics.median(times):.2f} s"
    )


def golden(data: Path) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Name, text and annotations of the communiqués."""
    for path in sorted((TESTS / "gold").glob("*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        text = (data / "communiques" / entry["document"]["file"]).read_bytes().decode("utf-8")
        yield path.stem, text, entry["statements"]


def right(reading: Reading, expected: list[dict[str, Any]]) -> int:
    """Figures with exact span, value, unit and bound."""
    found = {(s.start, s.end): s.as_json() for s in reading.statements}
    fields = ("value", "value_max", "unit", "bound")
    hits = ((found.get((e["start"], e["end"])), e) for e in expected)
    return sum(h is not None and all(h[f] == e[f] for f in fields) for h, e in hits)


def annotated() -> None:
    """Recall and precision on the annotated sentences of the tests."""
    sys.path.insert(0, str(TESTS))
    from cases import load, near  # noqa: PLC0415 - found by the path above

    for path in sorted((TESTS / "sentences").glob("*.txt")):
        total = reported = hit = 0
        for text, figures in load(path.stem):
            found = {(s.start, s.end): s.as_json() for s in read_text(text).statements}
            total, reported = total + len(figures), reported + len(found)
            for figure in figures:
                s = found.get((figure.start, figure.end))
                if s and near(s["value"], figure.value) and near(s["value_max"], figure.value_max):
                    hit += s["unit"] == figure.unit and s["bound"] == figure.bound
        print(
            f"{path.stem}: {total} figures, recall {hit / total:.1%}, precision {hit / reported:.1%}"
        )


def passages(data: Path) -> None:
    """Share of table cells of the passages, traceable to the text, that are found with value and unit."""
    traceable = found = 0
    for entry in json.loads((data / "passages" / "passages.json").read_text(encoding="utf-8")):
        cells, hits = passage(entry)
        traceable, found = traceable + cells, found + hits
    print(
        f"passages: {found} of {traceable} traceable cells found with value and unit ({found / traceable:.1%})"
    )


def passage(entry: dict[str, Any]) -> tuple[int, int]:
    """Traceable cells of one passage, and how many of them were found.

    A cell is traceable where its number stands in the text, as it is or before a magnitude (万, 亿); years and other
    dates are no figures, zero stands for "none", and a table may leave the magnitude out.
    """
    flat = re.sub(r"[,\s]", "", entry["text"])
    dates = {f["fieldName"] for f in entry["fieldInfo"] if f.get("type") == "date"} | {
        "年份",
        "月份",
        "年龄段",
    }
    statements = read_text(entry["text"]).statements
    values = {
        abs(float(v))
        for s in statements
        if s.unit
        for v in (s.value, s.value_max, s.from_value)
        if v is not None
    }
    cells = hits = 0
    for row in entry["dataTable"]:
        for name, value in row.items():
            if (
                name in dates
                or isinstance(value, bool)
                or not isinstance(value, int | float)
                or not value
            ):
                continue
            forms = {f"{abs(value) / scale:.10g}" for scale in (1, 1e3, 1e4, 1e6, 1e8, 1e9, 1e12)}
            if not any(
                "e" not in f and re.search(rf"(?<![\d.]){re.escape(f)}(?:\.?0*)?(?!\d)", flat)
                for f in forms
            ):
                continue
            cells += 1
            scaled = (abs(value) * scale for scale in (1, 1e4, 1e8))
            hits += any(abs(v - s) <= 1e-9 * max(1.0, s) for s in scaled for v in values)
    return cells, hits


def covers(items: list[list[Any]], entry: dict[str, Any]) -> bool:
    """Whether a finding of another library covers a figure and gives its value."""
    for start, end, number in items:
        if (
            start <= entry["start"]
            and end >= entry["end"] - len(entry["unit"])
            and number is not None
        ):
            digits = re.sub(r"[^\d.-]", "", str(number))
            if digits and abs(float(digits) - abs(entry["value"])) <= 1e-9 * max(
                1, abs(entry["value"])
            ):
                return True
    return False


def peers(python: str, texts: list[tuple[str, str, list[dict[str, Any]]]]) -> None:
    """The other libraries on the same texts: how many figures they cover, and examples of what they miss."""
    payload = json.dumps([text for _, text, _ in texts])
    done = subprocess.run(
        [python, "-W", "ignore", "-c", PEERS],
        input=payload,
        capture_output=True,
        text=True,
        check=True,
    )
    results = json.loads(done.stdout[done.stdout.index("{") :])
    begin = time.perf_counter()
    ours = sum(right(read_text(text), expected) for _, text, expected in texts)
    total = sum(len(expected) for _, _, expected in texts)
    print(
        f"ceyuan: {ours} of {total} figures with value, unit and bound, {time.perf_counter() - begin:.3f} s"
    )
    for name, (found, seconds) in results.items():
        hits, missed = 0, []
        for (_, text, expected), items in zip(texts, found, strict=True):
            for entry in expected:
                if covers(items, entry):
                    hits += 1
                else:
                    missed.append(text[entry["start"] - 4 : entry["end"]].strip())
        print(
            f"{name}: value of {hits} of {total} figures, {seconds:.3f} s; misses: {', '.join(missed[:24])} …"
        )


def public(data: Path, python: str | None) -> None:
    """What is measured on public texts."""
    texts = list(golden(data))
    speed("".join(text for _, text, _ in texts))
    for name, text, expected in texts:
        reading = read_text(text)
        hits, reported = right(reading, expected), len(reading.statements)
        print(f"{name}: {hits} of {len(expected)} figures right, {reported} reported")
    passages(data)
    if python:
        peers(python, texts)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--peers", help="an interpreter that has jionlp and recognizers-text-suite")
    options = parser.parse_args()
    if options.data.is_dir():
        public(options.data, options.peers)
    else:
        print(f"speed, communiqués, passages: skipped, there is no {options.data}")
    annotated()


if __name__ == "__main__":
    main()
