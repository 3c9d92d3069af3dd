"""Records asked of Apache Spark give the same build, to the last bit, as records asked of DuckDB."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from world import World

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.folder import BuildFolder
from spark_cluster import WHY_NOT, Cluster, running_cluster, running_connect

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
spine = import_module("spine")
COMMAND = str(Path(sys.executable).with_name("ceyuan"))
EVERYTHING = {"kind": "spark", "master": "local[2]", "local_rows": 0}
needs_spark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running_cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


def unbuilt(root: Path, copy: Path) -> Path:
    """A copy of a workspace without its builds; what was read of its files stays."""
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns("builds", "current"))
    return copy


def start(
    root: Path,
    engine: str,
    environment: dict[str, str],
    settings: dict[str, Any] | None = None,
) -> subprocess.Popen[str]:
    """Begin a build whose records are all asked of a cluster."""
    config = root / "ceyuan.yaml"
    declared = yaml.safe_load(config.read_text(encoding="utf-8"))
    config.write_text(
        yaml.safe_dump(
            {**declared, "engine": {**EVERYTHING, **(settings or {})}}, allow_unicode=True
        ),
        encoding="utf-8",
    )
    command = [COMMAND, "build", "-w", str(root), "--engine", engine]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(root: Path, run: subprocess.Popen[str]) -> dict[str, bytes]:
    """The tables of a build that was begun."""
    _, errors = run.communicate()
    assert run.returncode == 0, errors
    assert manifest_of(root)["engine"].startswith("spark 4")
    return tables_of(root)


def manifest_of(root: Path) -> dict[str, Any]:
    folder = BuildFolder(root)
    return folder.manifest(str(folder.current()))


def tables_of(root: Path) -> dict[str, bytes]:
    folder = BuildFolder(root)
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.of(str(folder.current())).glob("*.parquet"))
    }


def different(here: dict[str, bytes], there: dict[str, bytes]) -> list[str]:
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


# Whole workspaces


@pytest.mark.long
@needs_spark
def test_the_greater_bay_area_on_a_standalone_cluster(
    gba_root: Path, cluster: Cluster, tmp_path: Path
) -> None:
    copy = unbuilt(gba_root, tmp_path / "gba")
    there = finished(copy, start(copy, cluster.master, cluster.environment))
    assert different(tables_of(gba_root), there) == []


@pytest.mark.long
@needs_spark
def test_the_provinces_of_china_through_spark_connect(china_root: Path, tmp_path: Path) -> None:
    copy = unbuilt(china_root, tmp_path / "china")
    with running_connect(tmp_path / "server") as address:
        there = finished(copy, start(copy, address, dict(os.environ)))
    assert different(tables_of(china_root), there) == []


POINTS = 3_000_000
MANY_POINTS = f"""
    COPY (
        SELECT 'D' || (i // 5) AS document, CASE WHEN i % 7 = 0 THEN 'author' ELSE 'inventor' END AS role, 1 + i % 5 AS position,
            2010 + hash(i // 5) % 15 AS date, 'city' || (hash(i * 3) % 300) AS place,
            CASE WHEN i % 50 > 0 THEN round(CAST(hash(i * 5) % 40 AS INTEGER) * 2.5 - 50 + hash(i * 7) % 90 / 1000, 4) END AS lat,
            CASE WHEN i % 50 > 0 THEN round(CAST(hash(i * 5) % 11 AS INTEGER) * 30 - 150 + hash(i * 11) % 90 / 1000, 4) END AS lon
        FROM range({POINTS}) AS t(i)
    ) TO '{{file}}'
"""
_NAME = "name: {en: x, zh-Hans: 某, zh-Hant: 某}"
POINT = f"""\
kind: share
{_NAME}
key: [document, position]
place: place
period: date
fractional: {{over: document, within: [role]}}
fields:
  - {{id: document, type: ref, to: bench_document, required: true, {_NAME}}}
  - {{id: role, type: choice, values: [author, inventor], {_NAME}}}
  - {{id: position, type: integer, required: true, {_NAME}}}
  - {{id: date, type: period, {_NAME}}}
  - {{id: place, type: place, {_NAME}}}
  - {{id: lat, type: latitude, {_NAME}}}
  - {{id: lon, type: longitude, {_NAME}}}
"""
COUNTED = """\
indicators:
  - id: inventions
    type: count
    records: share
    counting: fractional
    where: role = 'inventor'
    unit: 件
    name: {en: x, zh-Hans: 某, zh-Hant: 某}
    description: {en: x, zh-Hans: 某, zh-Hant: 某}
    hk_mo: {rule: not_applicable}
"""


@pytest.mark.long
@needs_spark
def test_a_million_generated_records_and_clusters_of_three_million_points(
    cluster: Cluster, tmp_path: Path
) -> None:
    root = tmp_path / "here"
    spine.write_workspace(root, 1_000_000)
    duckdb.sql(MANY_POINTS.format(file=root / "records" / "shares.csv"))
    table = "kind: share\nfile: shares.csv\nsource: simulated\n"
    (root / "records" / "shares.yaml").write_text(table, encoding="utf-8")
    (root / "kinds" / "share.yaml").write_text(POINT, encoding="utf-8")
    (root / "indicators" / "inventions.yaml").write_text(COUNTED, encoding="utf-8")
    (root / "clusters").mkdir()
    run = RUN.replace("contribution", "share")
    (root / "clusters" / "world.yaml").write_text(run, encoding="utf-8")
    build_workspace(root)
    with ceyuan.open(str(root)).open() as build:
        found = build.show("inventions")
        assert len({o.place for o in found if o.place.startswith("world-") and o.value}) > 100
    there = unbuilt(root, tmp_path / "there")
    tables = finished(there, start(there, cluster.master, cluster.environment))
    assert different(tables_of(root), tables) == []
    runs = [
        BuildFolder(r).of(str(BuildFolder(r).current())) / "clusters" / "world"
        for r in (root, there)
    ]
    assert (
        runs[0].joinpath("points.parquet").read_bytes()
        == runs[1].joinpath("points.parquet").read_bytes()
    )


# Every shape of a query over records


ODD = [
    "plain",
    "it's",
    "back\\slash",
    'say "x"',
    "a\\'b",
    "深圳",
    "%_",
    "tab\there",
    "' || chr(39) || '",
]
PLACES = ["guangzhou", "shenzhen", "zhuhai", "hongkong", "macao", "guangdong", ""]
POSITIONS = [
    {"lat": lat, "lon": lon}
    for lat, lon in [("", ""), (22.54, 114.06), (22.4, 114.12), (35.68, 139.76), (35.7, 139.7), (10.0, -40.0), (-0.0, 0.0)]
]  # fmt: skip
RUN = """\
id: world
name: {en: World, zh-Hans: 全球, zh-Hant: 全球}
points: [{records: contribution, where: role = 'inventor', kind: patent}]
period: all
radius_km: 20
min_weight: 4
merge: none
cities: none
"""
TRACED = ["all_parts", "fields", "last", "shared"]
TRACES = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import traces_of
with Build.open(Path(sys.argv[1])) as build:
    figures = []
    for name in sys.argv[2:]:
        # Those of clusters stand at the end.
        shown = sorted(build.show(name), key=lambda o: (o.period[:4] == 'all', len(o.place), o.place, o.period))
        figures += [*shown[:2], *shown[-2:]]
    found = [[step.record_count, step.total, [asdict(r) for r in step.records]] for step in traces_of(build, figures)]
    places = sorted({figure.place for figure in figures})
    print(json.dumps({"asked": build.asked.said, "found": found, "places": places}, default=str))
"""
"""Prints what figures at both ends of the list are made of, and which engine said so."""


def shapes() -> list[dict[str, Any]]:
    """Indicators that ask records in every way there is."""
    every_period = ["day", "month", "quarter", "half", "year", "fiscal", "plan", "all"]
    of_documents = {"records": "document", "unit": "件"}
    of_accounts = {"records": "account", "type": "sum", "value": "amount", "unit": "亿元"}
    shares = {"records": "contribution", "unit": "件", "counting": "fractional"}
    odd = ", ".join("'" + text.replace("'", "''") + "'" for text in ODD if '"' not in text)
    return [
        {"id": "counted", "type": "count", **of_documents, "periods": every_period},
        {
            "id": "cited",
            "type": "sum",
            **of_documents,
            "value": "citations",
            "by": ["type", "date"],
        },
        {
            "id": "fields",
            "type": "distinct",
            **of_documents,
            "value": "title",
            "periods": ["year", "all"],
        },
        {"id": "own", "type": "count", **of_documents, "over_places": {"rule": "own"}},
        {
            "id": "all_parts",
            "type": "count",
            **of_documents,
            "over_places": {"rule": "complete", "level": "city"},
        },
        {
            "id": "seen",
            "type": "count",
            **of_documents,
            "where": "citations > 7",
            "zero_where": "citations is not null",
        },
        {
            "id": "listed",
            "type": "count",
            **of_documents,
            "where": "title in ('it''s', '深圳') or citations is null",
        },
        {
            "id": "holding",
            "type": "count",
            **of_documents,
            "where": "not title contains 'back' and citations < 5",
        },
        {
            "id": "since",
            "type": "count",
            **of_documents,
            "where": "date >= '2015-06-01' and type != 'paper'",
        },
        {"id": "exact", **of_accounts},
        {"id": "last", **of_accounts, "over_periods": "last", "periods": ["year", "plan", "given"]},
        {"id": "large", **of_accounts, "where": "amount > 1000.5"},
        {"id": "shared", "type": "count", **shares, "periods": ["year", "all"], "by": ["role"]},
        {
            "id": "of_patents",
            "type": "count",
            **shares,
            "where": "document.type = 'patent' and document.citations >= 2",
        },
        {
            "id": "amounts",
            "type": "sum",
            "records": "payment",
            "value": "amount",
            "unit": "万元",
            "place": "to_place",
        },
        {
            "id": "valid",
            "type": "count",
            **of_documents,
            "valid": {"from": "date", "months": 30},
            "zero_where": "type = 'patent'",
            "periods": ["quarter", "year", "plan"],
        },
        {
            "id": "valid_on",
            "type": "sum",
            "records": "payment",
            "value": "amount",
            "unit": "万元",
            "place": "to_place",
            "valid": {"from": "date", "to": "date"},
            "periods": ["month"],
        },
        # A text that one of the two engines read otherwise would be missing from the count.
        {"id": "odd", "type": "count", **of_documents, "where": f"title in ({odd})"},
    ]


def records(rng: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Records with texts that engines read differently, gaps, and shares that no binary fraction holds."""
    days = [
        f"{year}-{month:02d}-{day:02d}"
        for year in range(1952, 2026)
        for month in (1, 3, 4, 12)
        for day in (1, 28)
    ]
    documents = [
        {
            "id": f"d{n}", "type": rng.choice(["patent", "paper"]), "title": rng.choice(ODD), "date": rng.choice(days),
            "citations": rng.choice(["", *range(12)]), "place": rng.choice(PLACES),
        }
        for n in range(300)
    ]  # fmt: skip
    contributions = [
        {
            "document": f"d{n}", "role": rng.choice(["author", "inventor"]), "position": position, "organisation": "",
            "date": rng.choice(days), "place": rng.choice(PLACES), **POSITIONS[(3 * n + 5 * position) % 7],
        }
        for n in range(80)
        for position in range(1, rng.randint(2, 18))
    ]  # fmt: skip
    accounts = [
        {"item": "rd", "category": category, "place": place, "period": period, "amount": f"{rng.uniform(0, 9e5):.3f}", "amount_unit": "万元"}
        for category in ("a", "b")
        for place in PLACES[:5]
        for period in ("2019", "2020", "2021", "2020-12-31", "2021-06", "2016..2020")
    ]  # fmt: skip
    payments = [
        {"id": f"p{n}", "date": rng.choice([*days, "2020-12-31"]), "from_party": "guangdong", "to_party": "hongkong", "to_place": rng.choice(PLACES[:5]),
         "amount": f"{rng.uniform(0, 1e6):.2f}", "amount_unit": "元"}
        for n in range(100)
    ]  # fmt: skip
    return {
        "document": documents,
        "contribution": contributions,
        "account@s2": accounts,
        "payment": payments,
    }


@needs_spark
def test_spark_connect_answers_alike(world: World, tmp_path: Path) -> None:
    few = [*shapes()[:3], *(i for i in shapes() if i["id"] in ("exact", "shared", "of_patents"))]
    world.write(few, records(random.Random(8)))  # noqa: S311 - records, not secrets
    build_workspace(world.root)
    # files are read there, too
    copy = shutil.copytree(world.root, tmp_path / "there", ignore=shutil.ignore_patterns("build"))
    with running_connect(tmp_path / "server") as address:
        there = finished(copy, start(copy, address, dict(os.environ), {"local_bytes": 0}))
    assert different(tables_of(world.root), there) == []


# Files read by workers, and a driver that is lost


def many_files(root: Path) -> None:
    """Turn the table of documents into files of its own kinds: packed, damaged, with rows that repeat those of another."""
    folder = root / "records"
    header, *rows = (folder / "document.csv").read_text(encoding="utf-8").splitlines()
    (folder / "document.csv").unlink()
    (folder / "document.yaml").write_text(
        "kind: document\nfile: 'documents/*'\nsource: s1\n", encoding="utf-8"
    )
    (folder / "documents").mkdir()
    parts = [rows[start::5] for start in range(5)]
    parts[3] = [*parts[3], *parts[1][:7], "d1,no-such-type,x,not-a-day,?,nowhere"]
    for number, part in enumerate(parts):
        text = "\n".join([header, *part]) + "\n"
        with gzip.open(folder / "documents" / f"{number}.csv.gz", "wt", encoding="utf-8") as file:
            file.write(text)


def traces(root: Path, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-c", TRACES, str(root), *TRACED]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    said: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return said


@needs_spark
def test_every_shape_of_a_query_is_answered_alike_after_a_killed_driver_and_where_a_worker_dies(
    world: World, cluster: Cluster, tmp_path: Path
) -> None:
    # Neither death may change anything, so all that is compared is compared after them: tables of figures, files read by
    # workers into a named store, members of clusters, and traces.
    world.write(shapes(), records(random.Random(7)))  # noqa: S311 - records, not secrets
    many_files(world.root)
    (world.root / "clusters").mkdir()
    (world.root / "clusters" / "world.yaml").write_text(RUN, encoding="utf-8")
    there = shutil.copytree(world.root, tmp_path / "there")
    build_workspace(world.root)
    with ceyuan.open(str(world.root)).open() as build:
        lacking = [i["id"] for i in shapes() if not any(o.value for o in build.show(i["id"]))]
        assert lacking == [], "an indicator without a value compares nothing"
        assert [o for o in build.show("shared") if o.place.startswith("world-") and o.value]
    shared = tmp_path / "shared [1], {2} disk"
    shared.mkdir()
    settings = {"local_bytes": 0, "store": shared.as_uri()}
    before = cluster.executors_started()
    lost = start(there, cluster.master, cluster.environment, settings)
    cluster.wait_for_executors(before)
    assert lost.poll() is None
    lost.kill()
    lost.communicate()
    assert BuildFolder(there).current() is None
    before = cluster.executors_started()
    run = start(there, cluster.master, cluster.environment, settings)
    cluster.wait_for_executors(before)
    time.sleep(2)
    assert run.poll() is None
    dead = cluster.workers.pop()
    dead.kill()
    dead.wait()
    assert different(tables_of(world.root), finished(there, run)) == []
    parts = manifest_of(there)["parts"]
    assert parts == manifest_of(world.root)["parts"]
    repeated = {part["file"]: part["reasons"].get("duplicate-key", 0) for part in parts}
    assert repeated["records/documents/3.csv.gz"] == 7
    (store,) = shared.iterdir()
    assert store == BuildFolder(there).store
    assert not list(store.glob(".*"))
    assert not (there / "build" / "store").exists()
    made_here, made_there = (traces(root, cluster.environment) for root in (world.root, there))
    assert (made_here["asked"], made_there["asked"][:7]) == ("duckdb", "spark 4")
    assert any(place.startswith("world-") for place in made_here["places"])
    assert made_there["found"] == made_here["found"]
    # DuckDB finds there what the workers wrote, and reads nothing again.
    kept = {path: path.stat().st_mtime_ns for path in store.iterdir()}
    assert not build_workspace(there, engine="duckdb").fresh
    assert kept == {path: path.stat().st_mtime_ns for path in store.iterdir()}


# Where it stays on this machine, and what is said where it cannot go out


def test_a_machine_without_java_is_told_so(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("pyspark")
    world.write(shapes()[:1], records(random.Random(9)))  # noqa: S311 - records, not secrets
    build_workspace(world.root)
    copy = unbuilt(world.root, tmp_path / "there")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    run = start(copy, "local[1]", dict(os.environ))
    _, errors = run.communicate(timeout=300)
    assert run.returncode == 1
    assert "java-missing" in errors
    assert "Traceback" not in errors
    assert BuildFolder(copy).current() is None


def test_an_engine_that_is_none_is_refused(world: World) -> None:
    world.write(shapes()[:1], {})
    with pytest.raises(CeyuanError, match="there is no engine 'hadoop://head'"):
        build_workspace(world.root, engine="hadoop://head")


@needs_spark
def test_a_cluster_that_does_not_answer_is_named(world: World) -> None:
    world.write(shapes()[:1], records(random.Random(9)))  # noqa: S311 - records, not secrets
    run = start(world.root, "sc://127.0.0.1:1", dict(os.environ))
    _, errors = run.communicate(timeout=300)
    assert run.returncode == 1
    assert "spark-unreachable" in errors
    assert "Traceback" not in errors
    assert BuildFolder(world.root).current() is None
