"""Records asked of Apache Spark give the same build, to the last bit, as records asked of DuckDB."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from world import World

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.folder import BuildFolder
from spark_cluster import WHY_NOT, Cluster, running_cluster, running_connect

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
            "date": rng.choice(days), "place": rng.choice(PLACES),
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
def test_every_shape_of_a_query_is_answered_alike_even_where_a_worker_dies(
    world: World, cluster: Cluster, tmp_path: Path
) -> None:
    # A worker that dies must change nothing, so all that is compared is compared with such a death in the middle.
    world.write(shapes(), records(random.Random(7)))  # noqa: S311 - records, not secrets
    build_workspace(world.root)
    with ceyuan.open(str(world.root)).open() as build:
        lacking = [i["id"] for i in shapes() if not any(o.value for o in build.show(i["id"]))]
    assert lacking == [], "an indicator without a value compares nothing"
    copy = unbuilt(world.root, tmp_path / "there")
    before = cluster.executors_started()
    run = start(copy, cluster.master, cluster.environment)
    cluster.wait_for_executors(before)
    time.sleep(2)
    assert run.poll() is None
    dead = cluster.workers.pop()
    dead.kill()
    dead.wait()
    there = finished(copy, run)
    assert different(tables_of(world.root), there) == []


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


@needs_spark
def test_files_are_read_by_workers_alike_into_a_named_store_even_after_a_driver_was_killed(
    world: World, cluster: Cluster, tmp_path: Path
) -> None:
    world.write(shapes()[:4], records(random.Random(11)))  # noqa: S311 - records, not secrets
    many_files(world.root)
    there = shutil.copytree(world.root, tmp_path / "there")
    build_workspace(world.root)
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
    tables = finished(there, start(there, cluster.master, cluster.environment, settings))
    assert different(tables_of(world.root), tables) == []
    assert manifest_of(there)["parts"] == manifest_of(world.root)["parts"]
    repeated = {
        p["file"]: p["reasons"].get("duplicate-key", 0) for p in manifest_of(there)["parts"]
    }
    assert repeated["records/documents/3.csv.gz"] == 7
    (store,) = shared.iterdir()
    assert store == BuildFolder(there).store
    assert not list(store.glob(".*"))
    assert not (there / "build" / "store").exists()
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
