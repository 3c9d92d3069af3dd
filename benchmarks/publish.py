"""Publishing a site of many figures: processor time, memory, files and bytes.

Run with ``make bench`` or ``python benchmarks/publish.py [--indicators 25] [--places 40] [--years 20] [--profile]``;
``--indicators 500`` makes 400,000 observations. The workspace is simulated: of ten indicators five are published figures,
two are sums over records, and one each is a growth, a ratio and a rank of these.
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import pstats
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import ceyuan
from ceyuan.web.publishing import publish
from ceyuan.web.resources.view import View

FIRST_YEAR = 2005


def write_workspace(root: Path, indicators: int, places: int, years: int) -> None:
    """A workspace with simulated figures and accounts."""
    for folder in ("records", "indicators"):
        (root / folder).mkdir(parents=True)
    names = "name: {en: Bench, zh-Hans: 测试, zh-Hant: 測試}"
    (root / "ceyuan.yaml").write_text(f"ceyuan: 1\nid: bench\n{names}\n", encoding="utf-8")
    source = "{title: Simulated figures, publisher: Ceyuan benchmark, simulated: true}"
    (root / "sources.yaml").write_text(f"sources:\n  simulated: {source}\n", encoding="utf-8")
    rows = [("id", "kind", "parents", "name_en", "name_zh_hans", "name_zh_hant")]
    rows += [(f"city{i}", "city", "", f"City {i}", f"城{i}", f"城{i}") for i in range(places)]
    write_csv(root / "places.csv", rows)
    definitions = "".join(definition(number) for number in range(indicators))
    (root / "indicators" / "bench.yaml").write_text(f"indicators:\n{definitions}", encoding="utf-8")
    cells = [
        (f"city{place}", FIRST_YEAR + year) for place in range(places) for year in range(years)
    ]
    figures = [number for number in range(indicators) if number % 10 < 5]
    accounts = [number for number in range(indicators) if number % 10 in (5, 6)]
    write_csv(
        root / "records" / "figures.csv",
        [("indicator", "place", "period", "value", "value_unit")]
        + [
            (f"i{n}", place, year, amount(n, place, year), "件")
            for n in figures
            for place, year in cells
        ],
    )
    write_csv(
        root / "records" / "accounts.csv",
        [("item", "category", "place", "period", "amount", "amount_unit")]
        + [
            (f"item{n}", f"part{part}", place, year, amount(n + part, place, year), "元")
            for n in accounts
            for place, year in cells
            for part in range(3)
        ],
    )
    for file, kind in (("figures", "figure"), ("accounts", "account")):
        table = f"kind: {kind}\nfile: {file}.csv\nsource: simulated\n"
        (root / "records" / f"{file}.yaml").write_text(table, encoding="utf-8")


def write_csv(path: Path, rows: list[tuple[object, ...]]) -> None:
    """A table with its head."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def amount(number: int, place: str, year: int) -> int:
    """A made-up amount, always the same."""
    return (
        1000
        + (number * 7919 + int(place.removeprefix("city")) * 104_729 + year * 1_299_709) % 100_000
    )


def definition(number: int) -> str:
    """The definition of one indicator; the last of ten are made of the first and the sixth of them."""
    first, summed = number - number % 10, number - number % 10 + 5
    unit, rest = "件", "type: published"
    match number % 10:
        case 5 | 6:
            unit, rest = (
                "元",
                f"type: sum\n    records: account\n    where: item = 'item{number}'\n    value: amount",
            )
        case 7:
            unit, rest = '"%"', f"type: growth\n    of: i{first}"
        case 8:
            unit, rest = (
                '"%"',
                f"type: ratio\n    numerator: i{first}\n    denominator: i{first + 1}",
            )
        case 9:
            unit, rest = "位", f"type: rank\n    of: i{summed}\n    among: {{kind: city}}"
    names = f"{{en: Indicator {number}, zh-Hans: 指标{number}, zh-Hant: 指標{number}}}"
    return (
        f"  - id: i{number}\n    {rest}\n    unit: {unit}\n    name: {names}\n    description: {names}\n"
        "    hk_mo: {rule: separate}\n"
    )


def files_of(folder: Path) -> Iterator[int]:
    """The sizes of all files below a folder."""
    return (path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Build the workspace, publish it, report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--indicators", type=int, default=25)
    parser.add_argument("--places", type=int, default=40)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root, out = Path(folder) / "bench", Path(folder) / "site"
        write_workspace(root, options.indicators, options.places, options.years)
        begin = time.process_time()
        ceyuan.open(str(root)).make()
        print(f"build: {time.process_time() - begin:.1f} s of processor time")
        view = View.open(root)
        observations = view.build.engine.value("SELECT count(*) FROM observations")
        profile = cProfile.Profile() if options.profile else None
        begin = time.process_time()
        if profile is not None:
            profile.enable()
        published = publish(view, out, pages=False)
        if profile is not None:
            profile.disable()
        seconds = time.process_time() - begin
        sizes = list(files_of(out))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"publish: {observations:,} observations in {seconds:.1f} s of processor time, {published.resources:,} resources, "
            f"{sum(sizes) / 1e6:,.0f} MB, largest file {max(sizes) / 1e6:.1f} MB, peak memory {peak:,.0f} MB"
        )
        if profile is not None:
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
