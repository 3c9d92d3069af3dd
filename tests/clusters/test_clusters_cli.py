"""The command writes what its interface says, flags what is simulated, and never shows a traceback."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sklearn.cluster import DBSCAN

from ceyuan.cli import cli
from ceyuan.clusters import compiling
from ceyuan.clusters.editions import CHOICES, editions
from ceyuan.clusters.geometry import EARTH_RADIUS_KM
from ceyuan.clusters.ranking import METHODS
from ceyuan.errors import CeyuanError

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "points"
REAL = {
    "patents_first_inventor.csv.gz": ("patent", 12_097, {"missing": 0}),
    "vc_rounds_us_2013.csv.gz": ("deal", 29_506, {"missing": 0}),
    "paper_authors_kenya_literature.csv.gz": ("publication", 211_361, {"missing": 14_919}),
}
COLUMNS = [
    "record_id=paper_id",
    "record_id=patent_id",
    "record_id=company_permalink",
    "contributor_id=author_id",
    "lon=lng",
]


def run(*arguments: object) -> str:
    result = CliRunner().invoke(cli, ["clusters", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_world(path: Path, *, simulated: bool = False, seed: int = 6) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = 3000
    city = rng.integers(0, 6, n)
    lat = np.array([22.5, 35.6, 37.4, 48.8, -17.0, 22.3])[city] + rng.normal(0, 0.05, n)
    lon = np.array([114.0, 139.7, -122.0, 2.3, 179.98, 113.6])[city] + rng.normal(0, 0.05, n)
    data = {
        "record_id": rng.integers(0, 1200, n),
        "kind": rng.choice(["patent", "publication", "deal"], n),
        "lat": lat,
        "lon": (lon + 180) % 360 - 180,
    }
    data["lat"][:7] = np.nan
    table = pa.table(data)
    if simulated:
        table = table.replace_schema_metadata({b"ceyuan.simulated": b"true"})
    pq.write_table(table, path)
    return data


def test_all_files_are_written_and_agree_with_each_other(tmp_path: Path) -> None:
    data = write_world(tmp_path / "p.parquet")
    out = run(tmp_path / "p.parquet", "--min-weight", 100, "--out", tmp_path / "o")
    assert out.splitlines()[0].split("\t") == [
        "rank",
        "id",
        "name",
        "score",
        "patent_share",
        "publication_share",
        "deal_share",
    ]
    rows = read_csv(tmp_path / "o" / "clusters.csv")
    manifest = json.loads((tmp_path / "o" / "manifest.json").read_text())
    points = pq.read_table(tmp_path / "o" / "points.parquet").to_pydict()
    geo = json.loads((tmp_path / "o" / "clusters.geojson").read_text())
    assert [f["id"] for f in geo["features"]] == [r["id"] for r in rows]
    assert len(rows) == manifest["clusters"] >= 5
    assert points["row"] == list(range(7, 3000))
    assert manifest["rows"]["missing"] == 7
    assert sum(int(r["sites"]) for r in rows) == len(
        {p for p, c in zip(points["row"], points["cluster"], strict=True) if c >= 0}
    )
    for kind, sums in manifest["counting"]["by_kind"].items():
        parts = sums["clusters"] + sums["noise"] + sums["unlocated"]
        assert parts == pytest.approx(sums["world"], rel=1e-12)
        records = {r for r, k in zip(data["record_id"], data["kind"], strict=True) if k == kind}
        assert sums["world"] == pytest.approx(len(records), rel=1e-12)
        assert sum(float(r[f"{kind}_count"]) for r in rows) == pytest.approx(
            sums["clusters"], abs=1e-4
        )
    assert [float(r["score"]) for r in rows] == sorted(
        (float(r["score"]) for r in rows), reverse=True
    )
    assert set(manifest["versions"]) == {
        "ceyuan",
        "python",
        "numpy",
        "numba",
        "duckdb",
        "pyarrow",
        "shapely",
    }
    assert manifest["timings_s"]["cluster"] > 0
    meta = pq.read_schema(tmp_path / "o" / "clusters.parquet").metadata
    assert json.loads(meta[b"geo"])["columns"]["geometry"]["encoding"] == "WKB"


def test_labels_are_scikit_learns_with_its_border_rule(tmp_path: Path) -> None:
    data = write_world(tmp_path / "p.parquet")
    run(
        tmp_path / "p.parquet",
        "--radius-km",
        2,
        "--min-weight",
        25,
        "--border",
        "first",
        "--merge",
        "none",
        "--out",
        tmp_path,
    )
    points = pq.read_table(tmp_path / "points.parquet").to_pydict()
    x = np.radians(np.c_[data["lat"], data["lon"]])[7:]
    found = DBSCAN(
        eps=2 / EARTH_RADIUS_KM, min_samples=25, metric="haversine", algorithm="ball_tree"
    ).fit(x)
    assert points["label"] == found.labels_.tolist()
    assert np.flatnonzero(points["core"]).tolist() == found.core_sample_indices_.tolist()


def test_results_do_not_depend_on_the_order_of_rows_or_on_the_format(tmp_path: Path) -> None:
    write_world(tmp_path / "p.parquet")
    table = pq.read_table(tmp_path / "p.parquet")
    pq.write_table(
        table.take(np.random.default_rng(1).permutation(table.num_rows)), tmp_path / "q.parquet"
    )
    table.to_pandas().to_csv(tmp_path / "r.csv", index=False)
    written = []
    for name in ("p.parquet", "q.parquet", "r.csv"):
        run(
            tmp_path / name,
            "--min-weight",
            60,
            "--radius-km",
            3,
            "--out",
            tmp_path / name[0],
            "--threads",
            2,
        )
        written.append(
            [
                (tmp_path / name[0] / f).read_bytes()
                for f in ("clusters.csv", "ties.csv", "clusters.geojson")
            ]
        )
    assert written[0] == written[1] == written[2]


def test_simulated_points_make_simulated_results(tmp_path: Path) -> None:
    write_world(tmp_path / "p.parquet", simulated=True)
    run(tmp_path / "p.parquet", "--min-weight", 100, "--out", tmp_path)
    assert {r["simulated"] for r in read_csv(tmp_path / "clusters.csv")} == {"True"}
    geo = json.loads((tmp_path / "clusters.geojson").read_text())
    assert geo["simulated"] is True
    assert all(f["properties"]["simulated"] for f in geo["features"])
    assert json.loads((tmp_path / "manifest.json").read_text())["simulated"] is True
    assert pq.read_schema(tmp_path / "points.parquet").metadata[b"ceyuan.simulated"] == b"true"


def test_ids_are_kept_from_an_earlier_run_and_names_come_from_a_gazetteer(tmp_path: Path) -> None:
    write_world(tmp_path / "p.parquet", seed=6)
    write_world(tmp_path / "q.parquet", seed=7)
    cities = tmp_path / "cities.csv"
    cities.write_text(
        "name,name_zh,lat,lon,population\nTokyo,东京,35.6,139.7,14000000\n", encoding="utf-8"
    )
    run(tmp_path / "p.parquet", "--min-weight", 100, "--cities", cities, "--out", tmp_path / "old")
    run(
        tmp_path / "q.parquet",
        "--min-weight",
        100,
        "--previous",
        tmp_path / "old",
        "--out",
        tmp_path / "new",
    )
    old, new = (read_csv(tmp_path / d / "clusters.csv") for d in ("old", "new"))
    assert {r["id"] for r in old} == {r["id"] for r in new}
    tokyo = next(r for r in old if r["name"] == "Tokyo")
    assert (tokyo["name_zh_hans"], tokyo["name_zh_hant"]) == ("东京", "东京")
    assert float(tokyo["patent_per_million"]) == pytest.approx(
        float(tokyo["patent_count"]) / 14, abs=1e-3
    )


def test_no_cluster_is_a_result_too(tmp_path: Path) -> None:
    write_world(tmp_path / "p.parquet")
    run(tmp_path / "p.parquet", "--out", tmp_path)  # 3,000 points cannot reach a weight of 4,500
    assert read_csv(tmp_path / "clusters.csv") == []
    assert json.loads((tmp_path / "clusters.geojson").read_text())["features"] == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--method", "gii1999"], "cluster-unknown-method"),
        (["--radius-km", "0"], "cluster-bad-option"),
        (["--min-weight", "nan"], "cluster-bad-option"),
        (["--merge", "all"], "cluster-bad-option"),
        (["--column", "latitude=y"], "cluster-bad-column"),
        (["--column", "lat=y"], "cluster-bad-column"),
        (["--years", "2001", "2003"], "cluster-bad-option"),
        (["--previous", "nowhere"], "cluster-unreadable"),
        (["--cities", "nowhere"], "cluster-unreadable"),
    ],
)
def test_bad_options_are_named(tmp_path: Path, arguments: list[str], code: str) -> None:
    write_world(tmp_path / "p.parquet")
    result = CliRunner().invoke(
        cli, ["clusters", str(tmp_path / "p.parquet"), *arguments, "--out", str(tmp_path / "o")]
    )
    assert isinstance(result.exception, CeyuanError)
    assert [p.code for p in result.exception.problems] == [code]
    assert not (tmp_path / "o").exists()


def test_help_has_an_example_and_starting_up_is_light() -> None:
    assert "ceyuan clusters points.parquet --out clusters" in run("--help")
    heavy = "('numpy', 'numba', 'duckdb', 'pyarrow')"
    code = f"import sys, ceyuan.cli.clusters; print([m for m in {heavy} if m in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        == "[]\n"
    )


def test_a_small_file_needs_no_compiler(tmp_path: Path) -> None:
    write_world(tmp_path / "p.parquet")
    code = (
        "import sys; from ceyuan.cli import cli; cli(sys.argv[1:], standalone_mode=False); "
        "assert 'numba' not in sys.modules"
    )
    arguments = [
        "clusters",
        str(tmp_path / "p.parquet"),
        "--min-weight",
        "100",
        "--out",
        str(tmp_path),
    ]
    fresh = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "nothing compiled")}
    subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, env=fresh
    )


def test_the_kernel_is_taken_where_its_code_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    for at_hand, expected in (
        (True, [True, False, False, False]),
        (False, [True, True, True, False]),
    ):
        monkeypatch.setattr(compiling, "compiled_at_hand", lambda at_hand=at_hand: at_hand)
        assert [compiling.by_matrix(n) for n in (100, 101, 6_000, 6_001)] == expected


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real points are not at {DATA}")
@pytest.mark.parametrize("name", REAL)
def test_real_files_run_clean_and_conserve_their_records(tmp_path: Path, name: str) -> None:
    kind, rows, dirt = REAL[name]
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    columns = [x for c in COLUMNS for x in ("--column", c) if c.split("=")[1] in header]
    run(DATA / name, "--kind", kind, *columns, "--min-weight", 100, "--out", tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["rows"]["read"] == rows
    assert {k: manifest["rows"][k] for k in dirt} == dirt
    sums = manifest["counting"]["by_kind"][kind]
    assert sums["world"] == pytest.approx(manifest["records"], rel=1e-12)
    assert sums["clusters"] + sums["noise"] + sums["unlocated"] == pytest.approx(
        sums["world"], rel=1e-9
    )


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real points are not at {DATA}")
def test_all_real_files_together(tmp_path: Path) -> None:
    columns = [x for c in COLUMNS for x in ("--column", c)]
    kinds = [x for kind, _, _ in REAL.values() for x in ("--kind", kind)]
    run(*(DATA / name for name in REAL), *kinds, *columns, "--min-weight", 200, "--out", tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["rows"]["read"] == sum(rows for _, rows, _ in REAL.values())
    for sums in manifest["counting"]["by_kind"].values():
        assert sums["clusters"] + sums["noise"] + sums["unlocated"] == pytest.approx(
            sums["world"], rel=1e-9
        )
    assert [i["first_row"] for i in manifest["inputs"]] == [0, 12_097, 41_603]


def test_compiling_is_announced_once_and_only_while_somebody_listens() -> None:
    import numba  # noqa: PLC0415

    import ceyuan.compiled.jit  # noqa: F401, PLC0415 - registers the listener
    from ceyuan.compiled.announce import announce_compiling  # noqa: PLC0415

    calls: list[int] = []
    with announce_compiling(lambda: calls.append(1)):
        assert numba.njit(lambda x: x + 1)(1) == 2
        assert numba.njit(lambda x: x + 2)(1) == 3
    assert numba.njit(lambda x: x + 3)(1) == 4
    assert calls == [1]


def test_an_edition_gives_the_defaults_and_says_what_of_it_is_confirmed(tmp_path: Path) -> None:
    write_world(tmp_path / "p.parquet")
    command = [
        "clusters",
        str(tmp_path / "p.parquet"),
        "--min-weight",
        "100",
        "--edition",
        "gii2017",
        "--cities",
        "none",
    ]
    done = CliRunner().invoke(cli, [*command, "--out", str(tmp_path / "o")], catch_exceptions=False)
    assert done.exit_code == 0
    assert "gii2017: radius_km 13.0: unconfirmed" in done.stderr
    assert "gii2017: method gii2017: K. Bergquist" in done.stderr
    manifest = json.loads((tmp_path / "o/manifest.json").read_text(encoding="utf-8"))
    options = manifest["options"]
    assert (options["radius_km"], options["min_weight"], options["method"]) == (
        13.0,
        100.0,
        "gii2017",
    )
    assert manifest["edition"]["name"] == "gii2017"
    refused = CliRunner().invoke(
        cli, [*command[:-4], "--edition", "gii217", "--out", str(tmp_path / "o")]
    )
    assert "Did you mean 'gii2017'" in str(refused.exception)


def test_every_edition_has_a_method_of_its_own_and_a_reference_or_none_for_each_parameter() -> None:
    assert list(editions()) == list(METHODS)
    for name, known in editions().items():
        assert known.options().method == name
        assert {"method", *CHOICES} <= {parameter.name for parameter in known.parameters}
