"""Deals are located by city name; what the gazetteer does not know or cannot tell apart is never guessed."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from openalex_stand_in import SHARED

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.places.gazetteer import normalise_name
from ceyuan.sources.accounts import TableAccount
from ceyuan.sources.deals import deal_points
from ceyuan.sources.deals.cities import read_cities
from ceyuan.sources.deals.points import parse_columns

CITIES = """name,lat,lon,name_zh,country,region
Shenzhen,22.5431,114.0579,深圳,CN,
Hong Kong,22.2783,114.1747,香港,HK,
Springfield,39.80,-89.64,,US,IL
Springfield,37.21,-93.29,,US,MO
Springfield,-25.5,152.9,,AU,
"""
DEALS = """id,date,investee,city,region,country,amount,currency,type,round,lat,lon
d1,2024-03-01,Alpha,深圳,,,1000000,CNY,venture_capital,A,,
d2,2024,Beta,HONG  KONG,,HK,,,venture_capital,B,,
d3,2024-05,Gamma,Springfield,MO,US,5,USD,venture_capital,A,,
d4,2024,Delta,Springfield,,US,5,USD,venture_capital,A,,
d5,2024,Epsilon,Shenzen,,CN,5,USD,venture_capital,A,,
d6,2024,Zeta,Shenzhen,,US,5,USD,venture_capital,A,,
d7,2024,Eta,Atlantis,,,5,USD,venture_capital,A,10.5,-20.25
d8,2024,Theta,,,,5,USD,venture_capital,A,,
d9,soon,Iota,Shenzhen,,CN,5,USD,venture_capital,A,,
d10,2024,Kappa,Shenzhen,,CN,-5,USD,venture_capital,A,,
d1,2024,Alpha,Shenzhen,,CN,5,USD,venture_capital,A,,
,2024,Lambda,Shenzhen,,CN,5,USD,venture_capital,A,,
d11,2024,Mu,Springfield,,AU,5,USD,venture_capital,A,99,10
"""


def rows(path: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(path).to_pylist())


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    (tmp_path / "cities.csv").write_text(CITIES, encoding="utf-8")
    (tmp_path / "deals.csv").write_text(DEALS, encoding="utf-8")
    return tmp_path / "deals.csv", tmp_path / "cities.csv", tmp_path / "points.parquet"


def test_deals_stand_at_their_cities_and_the_rest_is_in_quarantine_with_candidates(
    files: tuple[Path, Path, Path],
) -> None:
    deals, cities, out = files
    report = deal_points([deals], out, gazetteer=cities)
    found = [
        (
            r["record_id"],
            r["kind"],
            r["contributor_id"],
            r["lat"],
            r["lon"],
            r["year"],
            r["country"],
        )
        for r in rows(out)
    ]
    assert found == [
        ("d1", "deal", "Alpha", 22.5431, 114.0579, 2024, "CN"),
        ("d2", "deal", "Beta", 22.2783, 114.1747, 2024, "HK"),
        ("d3", "deal", "Gamma", 37.21, -93.29, 2024, "US"),
        ("d7", "deal", "Eta", 10.5, -20.25, 2024, None),
    ]
    assert report.accounts == {"deals": TableAccount(13, 4, 9)}
    entries = [
        json.loads(line)
        for line in out.with_name("points.quarantine.jsonl").read_text().splitlines()
    ]
    assert [(e["record"]["id"], e["code"]) for e in entries] == [
        ("d4", "ambiguous-city"),
        ("d5", "unknown-city"),
        ("d6", "unknown-city"),
        ("d8", "missing-value"),
        ("d9", "bad-date"),
        ("d10", "bad-number"),
        ("d1", "duplicate-key"),
        (None, "missing-value"),
        ("d11", "out-of-range"),
    ]
    assert entries[0]["message"].endswith(
        "candidates: Springfield (IL, US) or Springfield (MO, US)"
    )
    assert entries[1]["message"].endswith("candidates: Shenzhen (CN)")
    assert entries[2]["message"].endswith("candidates: Shenzhen (CN)")


def test_a_workspaces_places_give_deals_their_place(tmp_path: Path) -> None:
    root = tmp_path / "gba"
    assert CliRunner().invoke(cli, ["init", "--template", "gba", str(root)]).exit_code == 0
    (tmp_path / "deals.csv").write_text(
        "nr;when;firm;town\n1;2024;Alpha;深圳市\n2;2024;Beta;Macau\n3;2024;Gamma;广东\n"
    )
    out = tmp_path / "points.parquet"
    columns = parse_columns(["id=nr", "date=when", "investee=firm", "city=town"])
    report = deal_points(
        [tmp_path / "deals.csv"], out, gazetteer=root / "places.csv", columns=columns
    )
    assert [(d["id"], d["place"]) for d in rows(tmp_path / "points.deals.parquet")] == [
        ("1", "shenzhen"),
        ("2", "macao"),
    ]
    assert report.reasons == {"unknown-city": 1}  # a province is no city


def test_a_city_of_the_asked_region_comes_before_one_of_no_known_region(tmp_path: Path) -> None:
    path = tmp_path / "cities.csv"
    path.write_text("name,lat,lon,country,region\nParis,48.85,2.35,FR,\nParis,33.66,-95.56,US,TX\n")
    cities = read_cities(path)
    assert str(cities.find("Paris", "TX", None).city) == "Paris (TX, US)"
    assert str(cities.find("Paris", "Île-de-France", None).city) == "Paris (FR)"
    assert str(cities.find("Paris", "Île-de-France", "FR").city) == "Paris (FR)"
    assert cities.find("Paris", None, None).candidates == ("Paris (FR)", "Paris (TX, US)")


def test_geonames_files_are_a_gazetteer(tmp_path: Path) -> None:
    line = [
        "1795565",
        "Shenzhen",
        "Shenzhen",
        "Shum Chun,深圳",
        "22.5431",
        "114.0579",
        "P",
        "PPLA2",
        "CN",
        "",
        "30",
    ]
    path = tmp_path / "cities500.txt"
    path.write_text("\t".join([*line, *[""] * 8]) + "\n", encoding="utf-8")
    cities = read_cities(path)
    assert {cities.find(name, None, "CN").city for name in ("shenzhen", "深圳", "SHUM CHUN")} == {
        cities.find("Shenzhen", "30", None).city
    }
    assert cities.find("Shenzhen", None, "US").candidates == ("Shenzhen (30, CN)",)
    path.write_text("\t".join([*line[:4], "north", *[""] * 14]) + "\n", encoding="utf-8")
    with pytest.raises(CeyuanError, match="bad-gazetteer"):
        read_cities(path)


def test_faults_of_the_gazetteer_and_of_column_names_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cities.csv"
    path.write_text("name,lat,lon\nA,1,2\n,1,2\nB,100,2\nC,x,2\n")
    with pytest.raises(CeyuanError) as error:
        read_cities(path)
    assert [(p.code, p.line) for p in error.value.problems] == [
        ("bad-gazetteer", n) for n in (3, 4, 5)
    ]
    path.write_text("name,lon\nA,1\n")
    with pytest.raises(CeyuanError, match="no column lat"):
        read_cities(path)
    with pytest.raises(CeyuanError, match="unreadable-file"):
        read_cities(tmp_path / "nowhere.csv")
    path.write_bytes("name,lat,lon\n深圳,1,2\n".encode("gb18030"))
    with pytest.raises(CeyuanError, match="bad-encoding"):
        read_cities(path)
    with pytest.raises(CeyuanError) as several:
        parse_columns(["city", "town=x", "id=y"])
    assert len(several.value.problems) == 2


def test_real_rounds_are_found_where_their_own_coordinates_are(tmp_path: Path) -> None:
    source = SHARED / "points" / "vc_rounds_us_2013.csv.gz"
    if not source.is_file():
        pytest.skip(f"no {source}")
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        real = list(csv.DictReader(file))
    # Every second city of the file, with its own coordinates, is the gazetteer; the others must not be found.
    known: dict[tuple[str, str], tuple[str, str]] = {}
    for row in real:
        known.setdefault((row["company_city"], row["company_state_code"]), (row["lat"], row["lng"]))
    known = {key: where for n, (key, where) in enumerate(sorted(known.items())) if n % 2 == 0}
    cities = tmp_path / "cities.csv"
    with cities.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "region", "country", "lat", "lon"])
        writer.writerows([name, state, "US", *where] for (name, state), where in known.items())
    deals = tmp_path / "deals.csv"
    with deals.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "date", "investee", "city", "region"])
        writer.writerows(
            [n, r["funded_at"], r["company_name"], r["company_city"], r["company_state_code"]]
            for n, r in enumerate(real)
        )
    out = tmp_path / "points.parquet"
    report = deal_points([deals], out, gazetteer=cities)
    named: defaultdict[str, list[tuple[str, tuple[float, float]]]] = defaultdict(list)
    for (name, state), where in known.items():
        named[normalise_name(name)].append((state, (float(where[0]), float(where[1]))))
    expected = {}
    for number, row in enumerate(real):
        state = row["company_state_code"]
        same_name = named[normalise_name(row["company_city"])]
        exact = {where for other, where in same_name if other == state or not state}
        found = exact or {where for other, where in same_name if not other}
        if len(found) == 1:
            expected[number] = found.pop()
    assert {int(r["record_id"]): (r["lat"], r["lon"]) for r in rows(out)} == expected
    account = report.accounts["deals"]
    assert account.read == len(real) == 29_506
    entries = out.with_name("points.quarantine.jsonl").read_text(encoding="utf-8").splitlines()
    counted = Counter(json.loads(line)["code"] for line in entries)
    assert counted == report.reasons
    assert counted.total() == account.quarantined
    assert account.kept > 10_000
