"""Ten million simulated records of three kinds and twenty indicators: ``ceyuan build`` against hand-written DuckDB SQL.

Run with ``make bench`` or ``python benchmarks/spine.py [--records 10000000] [--runs 3]``. The hand-written side does the
same work with nothing between it and the engine: it reads the three CSV files, types and checks them (types, ranges, known
places, unique keys), writes them to Parquet, computes the same twenty indicators for every place that contains another, and
writes those. Both sides are whole processes with the same memory limit; their ratio is what counts. The records are
simulated and say so in their source.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

CITIES = 300
MEMORY = "2GB"


def write_workspace(root: Path, records: int) -> None:
    """A workspace with simulated documents, payments and accounts."""
    for folder in ("records", "indicators"):
        (root / folder).mkdir(parents=True)
    (root / "ceyuan.yaml").write_text(
        f"ceyuan: 1\nid: bench\nname: {{en: Bench, zh-Hans: 测试, zh-Hant: 測試}}\nmemory: {MEMORY}\nparties:\n"
        + "".join(
            f"  - {{id: p{i}, name: {{en: P{i}, zh-Hans: P{i}, zh-Hant: P{i}}}}}\n"
            for i in range(3)
        ),
        encoding="utf-8",
    )
    (root / "sources.yaml").write_text(
        "sources:\n  simulated: {title: Simulated records, publisher: Ceyuan benchmark, simulated: true}\n",
        encoding="utf-8",
    )
    header = "id,kind,parents,party,name_en,name_zh_hans,name_zh_hant"
    rows = ["world,world,,,World,世界,世界"] + [
        f"c{i},centre,world,,Centre {i},中心{i},中心{i}" for i in range(10)
    ]
    rows += [f"city{i},city,c{i % 10},p{i % 3},City {i},城{i},城{i}" for i in range(CITIES)]
    (root / "places.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    _write_records(root / "records", records)
    (root / "indicators" / "bench.yaml").write_text(_definitions(), encoding="utf-8")


def _write_records(folder: Path, records: int) -> None:
    db = duckdb.connect(config={"threads": 2})
    documents, payments, accounts = records * 6 // 10, records * 3 // 10, records // 10
    city = f"'city' || (hash(i * 7) % {CITIES})"
    db.execute(
        f"COPY (SELECT 'D' || i AS id, CASE WHEN hash(i) % 3 = 0 THEN 'patent' ELSE 'paper' END AS type, "
        f"2010 + hash(i * 3) % 15 AS date, 'f' || (hash(i * 5) % 20) AS field, hash(i * 11) % 200 AS citations, "
        f"{city} AS place, CASE WHEN hash(i * 13) % 4 = 0 THEN 'PCT' ELSE 'CNIPA' END AS office FROM range({documents}) t(i)) "
        f"TO '{folder / 'documents.csv'}'"
    )
    db.execute(
        f"COPY (SELECT 'Y' || i AS id, 'p' || (hash(i) % 3) AS from_party, 'p' || (hash(i * 3) % 3) AS to_party, "
        f"(hash(i * 5) % 10000000) / 100 AS amount, DATE '2010-01-01' + CAST(hash(i * 7) % 5400 AS INTEGER) AS date, "
        f"{city} AS place, 'scheme' || (hash(i * 17) % 9) AS scheme FROM range({payments}) t(i)) "
        f"TO '{folder / 'payments.csv'}'"
    )
    # One account for each item, category, place and year: all different, so nothing is a duplicate.
    db.execute(
        f"COPY (SELECT 'item' || (i % 4) AS item, 'k' || (i // (4 * {CITIES} * 15)) AS category, "
        f"'city' || ((i // 4) % {CITIES}) AS place, 2010 + (i // (4 * {CITIES})) % 15 AS period, "
        f"(hash(i) % 1000000) / 10 AS amount, '万元' AS amount_unit FROM range({accounts}) t(i)) TO '{folder / 'accounts.csv'}'"
    )
    for name, kind in (
        ("documents", "bench_document"),
        ("payments", "bench_payment"),
        ("accounts", "account"),
    ):
        (folder / f"{name}.yaml").write_text(
            f"kind: {kind}\nfile: {name}.csv\nsource: simulated\n", encoding="utf-8"
        )
    kinds = folder.parent / "kinds"
    kinds.mkdir()
    (kinds / "document.yaml").write_text(_kind("bench_document", "date", [
        ("id", "text"), ("type", "choice"), ("date", "period"), ("field", "text"), ("citations", "integer"),
        ("place", "place"), ("office", "text"),
    ]), encoding="utf-8")  # fmt: skip
    (kinds / "payment.yaml").write_text(_kind("bench_payment", "date", [
        ("id", "text"), ("from_party", "party"), ("to_party", "party"), ("amount", "quantity"), ("date", "date"),
        ("place", "place"), ("scheme", "text"),
    ]), encoding="utf-8")  # fmt: skip


def _kind(name: str, period: str, fields: list[tuple[str, str]]) -> str:
    text = f"kind: {name}\nkey: [id]\nplace: place\nperiod: {period}\nfields:\n"
    more = {
        "choice": ", values: [paper, patent]",
        "quantity": ", unit: 元, min: 0",
        "integer": ", min: 0",
    }
    for field, kind in fields:
        names = f"{{en: {field}, zh-Hans: {field}, zh-Hant: {field}}}"
        text += f"  - {{id: {field}, type: {kind}, required: true, name: {names}{more.get(kind, '')}}}\n"
    return text


RECORD_INDICATORS = [
    *(
        (f"documents{i}", "count", "bench_document", f"field in ('f{i}', 'f{i + 1}')", None)
        for i in range(4)
    ),
    ("patents", "count", "bench_document", "type = 'patent'", None),
    ("pct", "count", "bench_document", "type = 'patent' and office = 'PCT'", None),
    ("cited", "count", "bench_document", "citations >= 100", None),
    ("citations", "sum", "bench_document", None, "citations"),
    ("fields", "distinct", "bench_document", None, "field"),
    ("money", "sum", "bench_payment", None, "amount"),
    ("cross", "sum", "bench_payment", "from_party != to_party", "amount"),
    ("payments", "count", "bench_payment", None, None),
    ("schemes", "distinct", "bench_payment", None, "scheme"),
    *((f"account{i}", "sum", "account", f"item = 'item{i}'", "amount") for i in range(3)),
]
RATIOS = [("pct_share", "pct", "patents"), ("cross_share", "cross", "money"), ("intensity", "account0", "account1"),
          ("cited_share", "cited", "patents")]  # fmt: skip


def _definitions() -> str:
    text = "indicators:\n"
    for name, type_, kind, where, value in RECORD_INDICATORS:
        unit = "元" if kind != "bench_document" and type_ == "sum" else "件"
        text += _head(name, type_, unit) + f"    records: {kind}\n"
        text += f'    where: "{where}"\n' if where else ""
        text += f"    value: {value}\n" if value else ""
    for name, top, bottom in RATIOS:
        text += _head(name, "ratio", '"%"') + f"    numerator: {top}\n    denominator: {bottom}\n"
    return text


def _head(name: str, type_: str, unit: str) -> str:
    names = f"{{en: {name}, zh-Hans: {name}, zh-Hant: {name}}}"
    return (
        f"  - id: {name}\n    type: {type_}\n    name: {names}\n    description: {names}\n    unit: {unit}\n"
        "    hk_mo: {rule: not_applicable}\n"
    )


def timed(command: list[str]) -> tuple[float, float, float, str]:
    """Wall seconds, processor seconds, peak memory in GiB and output of a command."""
    # Users' Python keeps compiled modules; one that is told not to would compile Ceyuan's at every start.
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        out.seek(0)
        text = out.read().decode()
    if status != 0:
        raise SystemExit(f"failed: {' '.join(command)}\n{text}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024**2, text


def main() -> None:
    """Run both sides in turn and print their medians and ratio."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=10_000_000)
    arguments.add_argument("--runs", type=int, default=3)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="ceyuan-bench-") as folder:
        root = Path(folder, "workspace")
        write_workspace(root, options.records)
        script = Path(__file__).with_name("spine_by_hand.py")
        ours: list[tuple[float, float, float]] = []
        hand: list[tuple[float, float, float]] = []
        for _ in range(options.runs):
            shutil.rmtree(root / "build", ignore_errors=True)
            shutil.rmtree(Path(folder, "hand"), ignore_errors=True)
            clock, processor, memory, checked = timed(
                [sys.executable, str(script), str(root), str(Path(folder, "hand"))]
            )
            hand.append((clock, processor, memory))
            clock, processor, memory, _ = timed(
                [str(Path(sys.executable).with_name("ceyuan")), "build", "-w", str(root)]
            )
            ours.append((clock, processor, memory))
            print(_line("hand-written", hand[-1:]), " ", _line("ceyuan", ours[-1:]), flush=True)
        compare_figures(root, checked)
    print(
        f"{options.records:,} simulated records, {len(RECORD_INDICATORS) + len(RATIOS)} indicators, {options.runs} runs"
    )
    print(_line("hand-written SQL", hand))
    print(_line("ceyuan build    ", ours))
    clock, processor = (
        statistics.median(o[i] / h[i] for o, h in zip(ours, hand, strict=True)) for i in (0, 1)
    )
    print(
        f"ratio {clock:.2f} by the clock, {processor:.2f} by the processor (goal: at most 3, peak at most 4 GiB)"
    )


def _line(who: str, runs: list[tuple[float, float, float]]) -> str:
    clock, processor, memory = (statistics.median(values) for values in zip(*runs, strict=True))
    return f"{who} {clock:.1f} s, {processor:.1f} s of processor, {memory:.2f} GiB"


def compare_figures(root: Path, checked: str) -> None:
    """Both sides must have found the same figures of records: as many, with the same sum."""
    build = (root / "build" / "current").read_text(encoding="utf-8").strip()
    of_records = f"indicator IN {tuple(name for name, *_ in RECORD_INDICATORS)}"
    count, total = duckdb.execute(
        f"SELECT count(*), sum(value) FROM '{root}/build/builds/{build}/observations.parquet' "
        f"WHERE shown AND {of_records}"
    ).fetchall()[0]
    by_hand = json.loads(checked.strip().splitlines()[-1])
    if count != by_hand[0] or not math.isclose(total, by_hand[1], rel_tol=1e-12):
        raise SystemExit(f"the figures differ: {count}, {total} and by hand {by_hand}")


if __name__ == "__main__":
    main()
