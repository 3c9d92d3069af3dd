"""A run that a workspace declares becomes places, figures and lineage that can be followed by hand."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.hashes import file_sha256
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.checking import check_workspace
from ceyuan.pipeline.clusters.places import decided_parents
from ceyuan.pipeline.clusters.reading import (
    cluster_fields,
    cluster_outlines,
    cluster_robustness,
    cluster_runs,
    cluster_table,
    cluster_ties,
    first_by_method,
    party_ties,
    point_density,
    run_manifest,
)
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace
from cluster_workspace import (
    DOCUMENTS,
    HONGKONG,
    RUN,
    SHENZHEN,
    TOKYO,
    built,
    make_workspace,
    write_contributions,
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("clusters") / "small")


@pytest.fixture(scope="module")
def build(root: Path) -> Iterator[Build]:
    with built(root) as build:
        yield build


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root, tmp_path / "small", ignore=shutil.ignore_patterns("build")))


def value(build: Build, indicator: str, place: str) -> float | None:
    (found,) = build.show(indicator, place=place)
    return found.value


def test_each_cluster_is_a_place_with_names_and_parents_that_can_be_decided(build: Build) -> None:
    near, far = (build.gazetteer.places[row["place"]] for row in cluster_table(build, "world"))
    assert (near.kind, near.run, near.id) == ("cluster", "world", "world-n2254e11406")
    assert (near.name.en, near.name.zh_hans, near.name.zh_hant) == (
        "Shenzhen–Hong Kong",
        "深圳—香港",
        "深圳—香港",
    )
    assert near.parents == ("cn",)
    assert (far.name.en, far.name.zh_hans, far.name.zh_hant) == ("Tokyo", "东京", "東京")
    assert far.parents == (), "Japan is not declared"


def test_the_parents_of_a_cluster_contain_the_economies_of_all_its_cities(build: Build) -> None:
    assert decided_parents(build.gazetteer, ["CN"]) == ("cn",)
    assert decided_parents(build.gazetteer, ["CN", "HK"]) == ("cn",)
    assert decided_parents(build.gazetteer, ["HK"]) == ("hk",)
    assert decided_parents(build.gazetteer, ["CN", "VN"]) == ()
    assert decided_parents(build.gazetteer, []) == ()


def test_figures_are_those_that_a_person_counts(build: Build) -> None:
    near, far = (row["place"] for row in cluster_table(build, "world"))
    assert (value(build, "rank", near), value(build, "rank", far)) == (1, 2)
    assert (value(build, "filings", near), value(build, "filings", far)) == (4.0, 1.5)
    assert value(build, "world_share", near) == pytest.approx(50.0)  # of eight documents
    assert value(build, "across", near) == pytest.approx(200 / 3)  # two of three ties
    (missing,) = build.show("across", place=far)
    assert missing.value is None
    assert missing.reason is not None
    assert missing.reason.en == "no party is declared near its points"
    assert {o.status for o in build.show("filings")} == {"computed"}
    assert {o.source for o in build.show("filings")} == {"office"}
    assert {o.period for o in build.show("filings")} == {"2020..2024"}


def test_weights_are_conserved(build: Build) -> None:
    sums = run_manifest(build, "world")["counting"]["by_kind"]["patent"]
    assert sums["world"] == len(DOCUMENTS)
    assert (sums["clusters"], sums["noise"], sums["unlocated"]) == (5.5, 1.0, 1.5)
    points = pq.read_table(build.path / "clusters" / "world" / "points.parquet").to_pylist()
    assert sum(p["part"] for p in points) == pytest.approx(sums["clusters"] + sums["noise"])
    for row in cluster_table(build, "world"):
        assert sum(p["part"] for p in points if p["cluster"] == row["cluster"]) == pytest.approx(
            row["patent_count"]
        )


def test_ordinary_indicators_count_in_a_cluster_what_lies_in_it_once_and_no_place_counts_it_twice(
    build: Build,
) -> None:
    near, far = (row["place"] for row in cluster_table(build, "world"))
    assert value(build, "inventions", near) == value(build, "filings", near)
    assert value(build, "inventions", far) == value(build, "filings", far)
    assert value(build, "labs", near) == 3
    assert value(build, "labs", "cn") == 5
    assert not build.show("labs", place=far)


def test_a_trace_ends_at_records_that_are_there_and_sum_to_the_figure(
    build: Build, root: Path
) -> None:
    near = cluster_table(build, "world")[0]["place"]
    (found,) = trace(build, "filings", place=near, limit=100)
    assert (found.origin, found.record_count, found.total) == ("clusters", 9, 4.0)
    assert sum(r.value or 0.0 for r in found.records) == pytest.approx(4.0)
    lines = (root / "records" / "contributions.csv").read_text(encoding="utf-8").splitlines()
    for record in found.records:
        assert record.file == "records/contributions.csv"
        assert lines[record.line - 1].split(",")[4:] == [
            str(record.fields["lat"]),
            str(record.fields["lon"]),
        ]
    kinds = [used.kind for used in found.inputs]
    assert kinds == ["clusters", "records"]
    assert found.inputs[0].file == f"build/builds/{build.id}/clusters/world/manifest.json"
    assert found.inputs[0].hash == file_sha256(root / found.inputs[0].file)


def test_a_record_indicator_in_a_cluster_names_the_run_and_finds_its_records_again(
    build: Build,
) -> None:
    near = cluster_table(build, "world")[0]["place"]
    (found,) = trace(build, "labs", place=near)
    assert [r.fields["id"] for r in found.records] == ["l1", "l2", "l5"]
    assert found.total == found.observation.value == 3
    assert {used.kind for used in found.inputs} == {"records", "clusters"}
    (elsewhere,) = trace(build, "labs", place="cn")
    assert {used.kind for used in elsewhere.inputs} == {"records"}


def test_published_and_computed_figures_of_one_indicator_stand_side_by_side(build: Build) -> None:
    assert {(o.place, o.status) for o in build.show("rank")} == {
        ("sz-hk", "published"), ("world-n2254e11406", "computed"), ("world-n3568e13976", "computed"),
    }  # fmt: skip


def test_the_order_of_rows_changes_nothing(build: Build, copy: Path) -> None:
    rows = sum(len(places) for places in DOCUMENTS.values())
    order = np.random.default_rng(3).permutation(rows).tolist()
    write_contributions(copy, DOCUMENTS, order)
    with built(copy) as other:
        assert cluster_table(other, "world") == cluster_table(build, "world")
        assert cluster_outlines(other, "world") == cluster_outlines(build, "world")
        names = ("indicator", "place", "period", "value", "unit", "status")
        same = [[tuple(getattr(o, n) for n in names) for o in b.show()] for b in (build, other)]
        assert same[0] == same[1]


def test_fields_of_the_documents_tell_what_clusters_work_on(copy: Path, build: Build) -> None:
    assert cluster_fields(build, "world") == []
    assert cluster_runs(build)[0].fields == ()
    of = {
        "d1": "Semiconductors",
        "d2": "Semiconductors",
        "d3": "Optics",
        "d4": "Optics",
        "d5": "Semiconductors",
    }
    lines = "".join(f"{d},patent,2022,{of.get(d, '')}\n" for d in DOCUMENTS)
    (copy / "records" / "documents.csv").write_text(
        f"id,type,date,field\n{lines}", encoding="utf-8"
    )
    run = copy / "clusters" / "world.yaml"
    text = run.read_text(encoding="utf-8")
    run.write_text(
        text.replace("kind: patent\n", "kind: patent\n    columns: {field: document.field}\n"),
        encoding="utf-8",
    )
    with built(copy) as other:
        found = {
            (r["cluster"], r["field"]): (r["count"], r["specialisation"])
            for r in cluster_fields(other, "world")
        }
        # Of the world's five with a field three are semiconductors; around Shenzhen 2.5 of 3.5.
        assert found == {
            (0, "Semiconductors"): (2.5, pytest.approx(2.5 / 3.5 / 0.6, abs=1e-6)),
            (0, "Optics"): (1, pytest.approx(1 / 3.5 / 0.4, abs=1e-6)),
            (0, ""): (0.5, None),
            (1, "Optics"): (1, pytest.approx(1 / 1.5 / 0.4, abs=1e-6)),
            (1, "Semiconductors"): (0.5, pytest.approx(0.5 / 1.5 / 0.6, abs=1e-6)),
        }
        assert cluster_runs(other)[0].fields == ("patent",)
        assert cluster_table(other, "world") == cluster_table(build, "world")


def test_ids_stay_with_most_of_the_points_and_an_earlier_build_keeps_what_it_said(
    copy: Path,
) -> None:
    with built(copy) as first:
        before, name = {r["name"]: r["place"] for r in cluster_table(first, "world")}, first.id
    # The heaviest point of each cluster moves a little, and a third cluster appears.
    moved = {SHENZHEN: (22.55, 114.05), TOKYO: (35.66, 139.74)}
    documents = {
        d: [moved.get(at, at) if at else None for at in places] for d, places in DOCUMENTS.items()
    }
    write_contributions(copy, {**documents, "d9": [(48.85, 2.35)] * 5, "e1": [(48.85, 2.35)]})
    with built(copy) as second:
        after = {r["name"]: r["place"] for r in cluster_table(second, "world")}
        assert {name: after[name] for name in before} == before
        assert len(after) == 3
        assert value(second, "rank", after["Paris"]) == 2
        assert value(second, "rank", after["Tokyo"]) == 3
    with Build.open(copy, name) as earlier:
        assert value(earlier, "rank", before["Tokyo"]) == 2
        assert len(cluster_table(earlier, "world")) == 2


def test_a_run_is_made_again_only_where_something_of_it_changed(copy: Path) -> None:
    first = build_workspace(copy)
    assert not build_workspace(copy).fresh
    indicators = copy / "indicators" / "all.yaml"
    indicators.write_text(
        indicators.read_text(encoding="utf-8").replace(
            "figure: rank", "figure: rank\n    method: gii2018"
        )
    )
    second = build_workspace(copy)
    manifests = [
        copy / "build" / "builds" / b.build / "clusters" / "world" / "manifest.json"
        for b in (first, second)
    ]
    assert second.fresh
    assert manifests[0].read_bytes() == manifests[1].read_bytes()
    assert manifests[0].stat().st_mtime == manifests[1].stat().st_mtime  # copied, not made again
    run = copy / "clusters" / "world.yaml"
    run.write_text(
        run.read_text(encoding="utf-8").replace("radius_km: 20", "radius_km: 10"), encoding="utf-8"
    )
    third = build_workspace(copy)
    assert third.fresh
    with Build.open(copy) as build:
        assert run_manifest(build, "world")["options"]["radius_km"] == 10
        assert value(build, "filings", "world-n2254e11406") == pytest.approx(
            1 / 2 + 2 / 3 + 1 + 1 / 2 + 1 / 2
        )


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_points_of_a_file_give_the_same_clusters_and_are_traced_to_its_rows(
    copy: Path, build: Build, suffix: str
) -> None:
    rows = [
        (d, "patent", at and at[0], at and at[1])
        for d, places in DOCUMENTS.items()
        for at in places
    ]
    (copy.parent / "outside").mkdir()
    file = copy.parent / "outside" / f"points.{suffix}"
    if suffix == "csv":
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("doc", "what", "y", "lon"), *rows])
    else:
        pq.write_table(
            pa.table([*map(pa.array, zip(*rows, strict=True))], names=["doc", "what", "y", "lon"]),
            file,
        )
    points = f"points:\n  - file: outside:points.{suffix}\n    source: office\n    columns: {{record_id: doc, kind: what, lat: y}}\n"
    (copy / "clusters" / "world.yaml").write_text(with_points(points), encoding="utf-8")
    with built(copy) as other:
        assert [r["patent_count"] for r in cluster_table(other, "world")] == [4.0, 1.5]
        (found,) = trace(other, "filings", place="world-n2254e11406", limit=100)
        assert {r.file for r in found.records} == {f"outside:points.{suffix}"}
        for record in found.records:
            assert rows[record.line - 1][2:] == (record.fields["lat"], record.fields["lon"])


def test_points_of_a_source_that_is_simulated_are_simulated_though_the_file_does_not_say_so(
    copy: Path,
) -> None:
    rows = "".join(f"{i},patent,22.54,114.06\n" for i in range(6))
    (copy / "clusters" / "points.csv").write_text(
        "record_id,kind,lat,lon\n" + rows, encoding="utf-8"
    )
    points = "points:\n  - file: points.csv\n    source: dice\n"
    (copy / "clusters" / "world.yaml").write_text(with_points(points), encoding="utf-8")
    with built(copy) as build:
        assert [(o.value, o.status) for o in build.show("filings")] == [(6.0, "simulated")]
        assert {o.status for o in build.show("labs") if o.place.startswith("world-")} == {
            "simulated"
        }
        assert {o.status for o in build.show("labs", place="cn")} == {"computed"}


def with_points(points: str) -> str:
    begin, end = RUN.index("points:"), RUN.index("period:")
    return RUN[:begin] + points + RUN[end:]


def test_whatever_simulated_points_give_says_so(copy: Path) -> None:
    points = "points:\n  - simulate: {scale: 0.0002, places: 3200, seed: 1}\n    source: dice\n"
    (copy / "clusters" / "world.yaml").write_text(
        with_points(points).replace("min_weight: 4", "min_weight: 20"), encoding="utf-8"
    )
    with built(copy) as build:
        (run,) = cluster_runs(build)
        assert run.simulated
        assert run.sources == ("dice",)
        found = [o for o in build.show() if build.gazetteer.places[o.place].run == "world"]
        assert found
        assert {o.status for o in found} == {"simulated"}
        assert all("（模拟）" in build.gazetteer.places[o.place].name.zh_hans for o in found)
        assert cluster_outlines(build, "world")["simulated"] is True
        assert all(row["simulated"] for row in cluster_table(build, "world"))
        (traced,) = trace(
            build, "filings", place=cluster_table(build, "world")[0]["place"], limit=3
        )
        table = pq.read_table(copy / traced.records[0].file)
        for record in traced.records:
            row = table.filter(pa.compute.equal(table["row"], record.line - 1)).to_pylist()[0]
            assert (row["lat"], row["lon"]) == (record.fields["lat"], record.fields["lon"])


def test_what_maps_and_pages_read(build: Build) -> None:
    (run,) = cluster_runs(build)
    assert (run.id, run.n, run.method, run.radius_km, run.kinds) == (
        "world",
        2,
        "gii2017",
        20.0,
        ("patent",),
    )
    outlines = cluster_outlines(build, "world")
    assert [f["properties"]["place"] for f in outlines["features"]] == [
        r["place"] for r in cluster_table(build, "world")
    ]
    assert [t["records"] for t in cluster_ties(build, "world")] == [1]  # d5
    assert party_ties(build, "world") == [
        {
            "cluster": 0,
            "id": "n2254e11406",
            "name": "Shenzhen–Hong Kong",
            "party_a": "guangdong",
            "party_b": "hongkong",
            "records": 2,
        }
    ]
    cells = point_density(build, "world", 10.0)
    assert sum(c["patent"] for c in cells) == pytest.approx(6.5)
    assert {(c["lon"], c["lat"]) for c in cells} == {(115.0, 25.0), (135.0, 35.0), (-35.0, 15.0)}
    assert sum(
        c["patent"] for c in point_density(build, "world", 10.0, inside=True)
    ) == pytest.approx(5.5)
    assert (cluster_robustness(build, "world"), first_by_method(build, "world")) == ([], [])
    with pytest.raises(CeyuanError, match="no run 'word'"):
        cluster_table(build, "word")


def test_how_sure_ranks_are_becomes_figures_too(copy: Path) -> None:
    with (copy / "clusters" / "world.yaml").open("a", encoding="utf-8") as file:
        file.write("robustness: {replications: 8, seed: 1}\n")
    sure = "\n  - {id: sure, type: cluster, figure: p_exists, unit: '%', hk_mo: {rule: separate},\n     name: {en: S, zh-Hans: 稳, zh-Hant: 穩}, description: {en: S, zh-Hans: 稳, zh-Hant: 穩}}\n"
    with (copy / "indicators" / "all.yaml").open("a", encoding="utf-8") as file:
        file.write(sure)
    with built(copy) as build:
        rows = cluster_robustness(build, "world")
        assert len(rows) == 2
        for row, place in zip(
            rows, (r["place"] for r in cluster_table(build, "world")), strict=True
        ):
            assert value(build, "sure", place) == pytest.approx(100 * row["p_exists"])
        assert {r["method"] for r in first_by_method(build, "world")} >= {"gii2017", "gii2025"}


FAULTS = [
    ("radius_km: 20", "radius: 20", "unknown-key", 8),
    ("radius_km: 20", "radius_km: -2", "bad-value", 8),
    ("method: gii2017", "method: gii2071", "cluster-unknown-method", 10),
    ("merge: none", "merge: some", "cluster-bad-option", 11),
    ("period: 2020..2024", "period: lately", "bad-period", 7),
    ("records: contribution", "records: contribtion", "unknown-kind", 4),
    ("role = 'inventor'", "rolle = 'inventor'", "bad-filter", 5),
    ("    kind: patent\n", "", "missing-key", 4),
    ("kind: patent", "kind: patents", "bad-value", 4),
    ("kinds: [city]", "kinds: [economy]", "bad-value", 13),
    ("records: contribution", "file: nowhere.csv\n    source: office", "bad-value", 4),
    ("    where: role = 'inventor'\n    kind: patent\n", "    file: points.csv\n", "bad-value", 4),
    ("merge: none", "merge: none\nyears: [2021, 2022]", "missing-key", 4),
    ("merge: none", "merge: none\ncities: towns.csv", "no-such-file", 12),
    ("merge: none", "merge: none\ncities: attic:towns.csv", "unknown-root", 12),
]


@pytest.mark.parametrize(("right", "wrong", "code", "line"), FAULTS)
def test_a_fault_in_a_declaration_has_its_code_and_line(
    copy: Path, right: str, wrong: str, code: str, line: int
) -> None:
    assert right in RUN
    (copy / "clusters" / "world.yaml").write_text(RUN.replace(right, wrong), encoding="utf-8")
    _, problems = check_workspace(copy)
    assert (code, line) in {
        (p.code, p.line) for p in problems if p.file == "clusters/world.yaml"
    }, problems


def test_simulated_points_must_have_a_simulated_source_and_files_must_be_there(copy: Path) -> None:
    for points, code in (
        ("points:\n  - simulate: {scale: 0.001}\n    source: office\n", "bad-value"),
        ("points:\n  - file: points.csv\n    source: office\n", "no-such-file"),
        ("points:\n  - file: points.csv\n    source: offce\n", "unknown-source"),
    ):
        (copy / "clusters" / "world.yaml").write_text(with_points(points), encoding="utf-8")
        _, problems = check_workspace(copy)
        assert code in {p.code for p in problems}


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("figure: rank", "figure: rank\n    runs: [word]", "cluster-unknown-run"),
        ("figure: count\n    kind: patent", "figure: count", "bad-value"),
        ("figure: rank", "figure: rank\n    kind: patent", "bad-value"),
        ("figure: rank", "figure: rank\n    method: wipo", "cluster-unknown-method"),
        ("figure: rank\n    unit: 位", "figure: rank\n    unit: 件", "wrong-unit"),
    ],
)
def test_an_indicator_of_clusters_says_what_there_is(
    copy: Path, right: str, wrong: str, code: str
) -> None:
    file = copy / "indicators" / "all.yaml"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    _, problems = check_workspace(copy)
    assert code in {p.code for p in problems}


def test_a_broken_points_file_stops_the_build_and_leaves_the_one_before(copy: Path) -> None:
    first = build_workspace(copy)
    (copy / "clusters" / "points.parquet").write_text("no Parquet", encoding="utf-8")
    points = "points:\n  - file: points.parquet\n    source: office\n    kind: patent\n"
    (copy / "clusters" / "world.yaml").write_text(with_points(points), encoding="utf-8")
    with pytest.raises(CeyuanError) as caught:
        build_workspace(copy)
    assert [(p.code, p.line) for p in caught.value.problems] == [("cluster-unreadable", 4)]
    with Build.open(copy) as build:
        assert build.id == first.build


def test_a_column_that_a_file_lacks_is_named_at_the_declaration(copy: Path) -> None:
    (copy / "clusters" / "points.csv").write_text(
        "id,kind,lat,lon\n1,patent,1,2\n", encoding="utf-8"
    )
    for columns, missing in (
        ("{record_id: id, lat: Latitude}", "'Latitude'"),
        ("{}", "'record_id'"),
    ):
        points = f"points:\n  - file: points.csv\n    source: office\n    columns: {columns}\n"
        (copy / "clusters" / "world.yaml").write_text(with_points(points), encoding="utf-8")
        with pytest.raises(CeyuanError, match=f"no column {missing}"):
            build_workspace(copy)


def test_records_without_a_position_can_be_put_at_their_place(copy: Path) -> None:
    table = copy / "records" / "contributions.csv"
    rows = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))
    rows = [[*rows[0], "place"]] + [[*row, "" if row[4] else "gz"] for row in rows[1:]]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    run = copy / "clusters" / "world.yaml"
    with built(copy) as build:
        assert run_manifest(build, "world")["counting"]["by_kind"]["patent"]["unlocated"] == 1.5
    run.write_text(
        RUN.replace("    kind: patent", "    kind: patent\n    at_place: true"), encoding="utf-8"
    )
    with built(copy) as build:
        sums = run_manifest(build, "world")["counting"]["by_kind"]["patent"]
        assert (sums["unlocated"], sums["noise"]) == (0, 2.5)  # Guangzhou has two of four points
    vague = "precision: {at_place: 12}\nrobustness: {replications: 2, error_km: 0.5}\n"
    run.write_text(
        RUN.replace("    kind: patent", "    kind: patent\n    at_place: true") + vague,
        encoding="utf-8",
    )
    with built(copy) as build:
        told = run_manifest(build, "world")["precision"]
        # only who stands at Guangzhou's coordinates
        assert (told["with_precision"], told["largest_km"]) == (
            1,
            12.0,
        )


def test_the_place_of_a_record_says_its_party_before_the_nearest_city_does(copy: Path) -> None:
    table = copy / "records" / "contributions.csv"
    rows = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))
    at = [str(c) for c in HONGKONG]
    rows = [[*rows[0], "place"]] + [[*row, "sz" if row[4:6] == at else ""] for row in rows[1:]]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with built(copy) as build:
        assert value(build, "across", "world-n2254e11406") == 0  # all are Guangdong's, as declared


def test_trace_and_show_say_it_on_the_command_line(root: Path, build: Build) -> None:
    arguments = [
        "trace",
        "filings",
        "--place",
        "world-n2254e11406",
        "-w",
        str(root),
        "--limit",
        "1",
    ]
    said = CliRunner().invoke(cli, arguments, catch_exceptions=False).stdout
    assert f"run of clusters build/builds/{build.id}/clusters/world/manifest.json" in said
    assert "9 points, together 4 件" in said
    assert "records/contributions.csv:2" in said
    shown = CliRunner().invoke(
        cli, ["show", "filings", "-w", str(root), "--format", "json"], catch_exceptions=False
    )
    assert {row["lineage"]["origin"] for row in json.loads(shown.stdout)} == {"clusters"}


def clusters(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["clusters", *map(str, arguments)], catch_exceptions=True)
    assert result.exception is None or isinstance(result.exception, SystemExit | CeyuanError), (
        result.exception
    )
    return result.exit_code, str(result.exception or "") + result.output


def table_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "clusters.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_points_of_a_workspace_can_be_clustered_without_a_declaration(
    root: Path, build: Build, tmp_path: Path
) -> None:
    same = [
        "--radius-km",
        20,
        "--min-weight",
        4,
        "--method",
        "gii2017",
        "--merge",
        "none",
        "--party-km",
        15,
    ]
    for name, more in (("contribution", ["--kind", "patent"]), ("world", [])):
        code, said = clusters("-w", root, name, *more, *same, "--out", tmp_path / name)
        assert code == 0, said
        found = table_of(tmp_path / name)
        assert [row["patent_count"] for row in found] == ["4.0", "1.5"]
        assert [row["cross_border_share"] for row in found] == ["0.666666666667", ""]
        assert [row["id"] for row in found] == [row["id"] for row in cluster_table(build, "world")]
        assert (tmp_path / name / "parties.csv").is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["wrld"], "no run and no record kind 'wrld'"),
        (["contribution"], "a patent, a publication, a deal"),
        (["laboratory", "--kind", "patent", "--column", "lat=latt"], "lat"),
        (["programme", "--kind", "patent"], "lat"),
        (["contribution", "--kind", "patent", "--years", 2020, 2021], "no field says the year"),
    ],
)
def test_what_cannot_be_clustered_is_said(
    root: Path, build: Build, tmp_path: Path, arguments: list[object], says: str
) -> None:
    code, said = clusters("-w", root, *arguments, "--out", tmp_path / "out")
    assert code != 0
    assert says in said
    assert not (tmp_path / "out").exists()


def test_a_distance_for_parties_without_a_workspace_is_refused(tmp_path: Path) -> None:
    code, said = clusters("points.csv", "--party-km", 10, "--out", tmp_path / "out")
    assert code == 2
    assert "--party-km goes with -w" in said


def test_a_run_that_finds_nothing_is_no_fault_and_one_without_points_says_so(copy: Path) -> None:
    (copy / "clusters" / "world.yaml").write_text(
        RUN.replace("min_weight: 4", "min_weight: 400"), encoding="utf-8"
    )
    with built(copy) as build:
        (run,) = cluster_runs(build)
        assert run.n == 0
        assert cluster_table(build, "world") == []
        assert cluster_outlines(build, "world")["features"] == []
        assert run_manifest(build, "world")["counting"]["by_kind"]["patent"]["noise"] == 6.5
        assert not build.show("filings")
    write_contributions(copy, {"d1": [None]})
    with pytest.raises(CeyuanError) as caught:
        build_workspace(copy)
    assert [(p.code, p.file) for p in caught.value.problems] == [
        ("cluster-no-points", "clusters/world.yaml")
    ]
