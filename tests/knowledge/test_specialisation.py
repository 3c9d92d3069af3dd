"""Quotients, relatedness and complexity are what the definitions say, and what others published where they are right."""

from __future__ import annotations

import csv
import gzip
import io
import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.knowledge.specialisation.complexity import complexity
from ceyuan.knowledge.specialisation.quotients import has_advantage, rca, rca_interval
from ceyuan.knowledge.specialisation.relatedness import density, relatedness
from ceyuan.knowledge.specialisation.run import Specialisation, specialisation

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "knowledge"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public matrices are not at {DATA}")


def rows_of(name: str) -> list[dict[str, str]]:
    packed = (DATA / name).read_bytes()
    text = gzip.decompress(packed) if name.endswith(".gz") else packed
    return list(csv.DictReader(io.StringIO(text.decode("utf-8"))))


@pytest.fixture(scope="module")
def trade() -> Specialisation:
    return specialisation(
        DATA / "world_trade_1998_2000.csv.gz", columns=["place=country", "field=product"]
    )


@needs_data
def test_complexity_of_world_trade_is_exact(trade: Specialisation) -> None:
    for file, key, of, column in (
        ("world_trade_eci_exact.csv", "country", trade.places, "eci"),
        ("world_trade_pci_exact.csv", "product", trade.fields, "pci"),
    ):
        names = of.values["place" if key == "country" else "field"].tolist()
        found = dict(zip(names, zip(of.values[column].tolist(), strict=True), strict=True))
        wanted = rows_of(file)
        assert len(wanted) == len(found)
        assert max(abs(found[row[key]][0] - float(row[f"{column}_exact"])) for row in wanted) < 1e-9


@needs_data
def test_advantages_of_world_trade_are_those_of_r(trade: Specialisation) -> None:
    counts = trade.periods[0].counts
    where = np.argwhere(trade.periods[0].advantage).tolist()
    found = {(counts.places[c], counts.fields[p]) for c, p in where}
    assert found == {
        (row["country"], row["product"]) for row in rows_of("world_trade_rca_binary_r.csv.gz")
    }


@needs_data
def test_proximities_of_products_are_those_of_r(trade: Specialisation) -> None:
    rows = rows_of("world_trade_product_proximity_r_40.csv")
    place = {name: i for i, name in enumerate(trade.periods[0].counts.fields)}
    for row in rows:
        for other, value in list(row.items())[1:]:
            assert trade.periods[0].related[place[row[""]], place[other]] == pytest.approx(
                float(value), abs=1e-11
            )


@needs_data
def test_new_zealand_in_2013_agrees_with_econgeo_up_to_its_rounding() -> None:
    table = DATA / "nz_city_industry_employment_2013.csv.gz"
    found = specialisation(table, columns=["place=ua", "field=ind", "value=emp"]).periods[0]
    place = {name: i for i, name in enumerate(found.counts.places)}
    field = {name: i for i, name in enumerate(found.counts.fields)}
    for row in rows_of("nz2013_lq_econgeo.csv.gz"):
        assert found.rca[place[row["ua"]], field[row["ind"]]] == pytest.approx(
            float(row["lq"]), abs=1e-12
        )
    # Its density takes fields that are together more often than by chance as related, the others as not; two digits.
    near = density(found.advantage, (relatedness(found.advantage, "association") > 1).astype(float))
    for row in rows_of("nz2013_relatedness_density_econgeo.csv.gz"):
        assert 100 * near[place[row["ua"]], field[row["ind"]]] == pytest.approx(
            float(row["density"]), abs=0.0051
        )
    kci = np.array([float(row["kci_econgeo"]) for row in rows_of("nz2013_kci_econgeo.csv")])
    eci = np.array(
        [found.complexity.eci[place[row["ua"]]] for row in rows_of("nz2013_kci_econgeo.csv")]
    )
    assert np.corrcoef(kci, eci)[0, 1] > 0.999  # from a matrix rounded to four digits


@needs_data
def test_new_zealand_s_cities_enter_what_is_near_to_what_they_have() -> None:
    table = DATA / "nz_city_industry_employment_1976_2006.csv.gz"
    found = specialisation(table, columns=["place=ua", "field=ind", "value=emp", "period=year"])
    changes = found.changes.values
    slopes = {
        (a, e): s
        for a, e, s in zip(changes["from"], changes["event"], changes["slope"], strict=True)
    }
    assert len(slopes) == 12
    assert all((slope > 0) == (event == "entry") for (_, event), slope in slopes.items())
    entries = sum(
        n
        for n, e, a in zip(changes["events"], changes["event"], changes["from"], strict=True)
        if (e, a) == ("entry", "1976")
    )
    before, after = (one.advantage for one in found.periods[:2])
    assert entries == (after & ~before).sum()


def plain(values: np.ndarray) -> np.ndarray:
    """Advantages in fractions."""
    cells = [[Fraction(repr(x)) for x in row] for row in values.tolist()]
    total, rows, columns = (
        sum(map(sum, cells)),
        list(map(sum, cells)),
        list(map(sum, zip(*cells, strict=True))),
    )
    return np.array([[rows[c] * columns[p] > 0 and x * total >= rows[c] * columns[p] for p, x in enumerate(row)]
                     for c, row in enumerate(cells)])  # fmt: skip


def test_an_advantage_at_exactly_one_counts_and_floats_do_not_decide() -> None:
    """Kills: RCA at exactly 1 left out; quotients of floats compared with 1."""
    rng = np.random.default_rng(0)
    floats_err = False
    for _ in range(300):
        shares = rng.integers(1, 9, 5) / 10
        values = np.outer(rng.integers(1, 9, 4), np.rint(shares * 10)).astype(float) / rng.choice(
            [1, 10, 1000]
        )
        assert has_advantage(values).all()
        floats_err = floats_err or not (rca(values) >= 1).all()
        mixed = rng.integers(0, 4, (4, 5)).astype(float)
        assert (has_advantage(mixed) == plain(mixed)).all()
    assert floats_err


def test_relatedness_and_density_are_counted_as_the_definitions_count() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        has = rng.random((7, 6)) < 0.4
        found = {name: relatedness(has, name) for name in ("conditional", "cosine", "association")}
        near = density(has, found["conditional"])
        both = [
            [sum(has[c, p] and has[c, q] for c in range(7)) for q in range(6)] for p in range(6)
        ]
        links = [sum(both[p]) - both[p][p] for p in range(6)]
        total = sum(links)
        for p, q in product(range(6), repeat=2):
            if both[p][p] and both[q][q]:
                assert found["conditional"][p, q] == min(
                    both[p][q] / both[p][p], both[p][q] / both[q][q]
                )
                assert found["cosine"][p, q] == pytest.approx(
                    both[p][q] / (both[p][p] * both[q][q]) ** 0.5
                )
            if p != q and both[p][q]:
                chance = links[p] / total * links[q] / (total - links[p]) + links[
                    q
                ] / total * links[p] / (total - links[q])
                assert found["association"][p, q] == pytest.approx(
                    both[p][q] / (total / 2 * chance)
                )
        for c, p in product(range(7), range(6)):
            weights = [found["conditional"][p, q] for q in range(6) if q != p]
            chosen = [found["conditional"][p, q] for q in range(6) if q != p and has[c, q]]
            if sum(weights):
                assert near[c, p] == pytest.approx(sum(chosen) / sum(weights))
            else:
                assert np.isnan(near[c, p])


def test_complexity_does_not_depend_on_the_order_of_rows_and_keeps_its_scale_and_sign() -> None:
    rng = np.random.default_rng(2)
    has = rng.random((12, 20)) < np.linspace(0.2, 0.8, 12)[:, None]
    found = complexity(has)
    rows, columns = rng.permutation(12), rng.permutation(20)
    other = complexity(has[rows][:, columns])
    assert other.eci == pytest.approx(found.eci[rows], abs=1e-9)
    assert other.pci == pytest.approx(found.pci[columns], abs=1e-9, nan_ok=True)
    assert found.eci.mean() == pytest.approx(0, abs=1e-12)
    assert found.eci.std() == pytest.approx(1)
    assert np.corrcoef(found.eci, found.diversity)[0, 1] > 0
    for p in range(20):
        assert found.pci[p] == pytest.approx(found.eci[has[:, p]].mean())
    # It is an eigenvector of the matrix of two steps, place → field → place, up to a shift.
    steps = (has / has.sum(axis=1)[:, None]) @ (has / has.sum(axis=0)).T
    image = steps @ found.eci
    slope, shift = np.polyfit(found.eci, image, 1)
    assert image == pytest.approx(slope * found.eci + shift, abs=1e-9)


def test_a_matrix_in_parts_has_the_complexity_of_its_largest_part_only() -> None:
    rng = np.random.default_rng(3)
    one = rng.random((8, 9)) < 0.5
    one[0] = True
    two = np.ones((3, 2), bool)
    whole = np.zeros((12, 11), bool)
    whole[:8, :9], whole[8:11, 9:] = one, two  # the last place has nothing
    found = complexity(whole)
    assert found.parts == (8, 3)
    assert found.eci[:8] == pytest.approx(complexity(one).eci, abs=1e-9)
    assert np.isnan(found.eci[8:]).all()
    assert np.isnan(found.pci[9:]).all()
    halves = np.kron(np.eye(2), np.ones((3, 2))).astype(bool)
    assert "equally large" in complexity(halves).reason
    assert np.isnan(complexity(np.ones((4, 4), bool)).eci).all()  # all places alike


def test_limits_of_counts_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(4)
    shares = np.array([[0.01, 0.04], [0.25, 0.7]])
    held = []
    for _ in range(1000):
        low, high = rca_interval(rng.poisson(1000 * shares).astype(float))
        truth = shares[0, 0] / shares[0].sum() / shares[:, 0].sum()
        held.append(low[0, 0] <= truth <= high[0, 0])
    assert np.mean(held) >= 0.93


def test_the_command_writes_what_it_promises(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        "place,field,value,period\nA,0011,2,2\nA,y,1,2\nB,y,3,2\nB,y,1,2\nC,z,,2\n,y,1,2\nA,0011,1,10\nB,y,1,10\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(
        cli,
        [
            "knowledge",
            "specialisation",
            str(tmp_path / "c.csv"),
            "--out",
            str(tmp_path / "o"),
            "--intervals",
        ],
    )
    assert done.exit_code == 0, done.output
    heads = {
        path.name: path.read_text(encoding="utf-8").splitlines()[0]
        for path in (tmp_path / "o").glob("*.csv")
    }
    assert heads["places.csv"].startswith("place,eci,diversity")
    assert heads["fields.csv"].startswith("field,pci,ubiquity")
    assert heads["cells.csv"].startswith("place,field,rca,density")
    with (tmp_path / "o" / "cells.csv").open(encoding="utf-8") as file:
        cells = list(csv.DictReader(file))
    # in the order of numbers
    assert [row["period"] for row in cells[:1] + cells[-1:]] == [
        "2",
        "10",
    ]
    assert cells[0]["field"] == "0011"
    assert cells[0]["rca"] == repr(2 * 7 / (3 * 2))
    facts = json.loads((tmp_path / "o" / "manifest.json").read_text(encoding="utf-8"))
    assert facts["rows"] == {
        "read": 8,
        "set_aside": {"incomplete": 1, "without_value": 1},
        "added_to_another": 1,
    }
    assert facts["periods"][0]["remarks"]


@pytest.mark.parametrize(("value", "options", "code"), [("-1", {}, "knowledge-bad-value"), ("1.5", {"intervals": True}, "knowledge-bad-value"),
                                                        ("x", {}, "knowledge-bad-value"), ("n.a.", {}, "knowledge-no-works"), ("1", {"least_place": 9}, "knowledge-no-works")])  # fmt: skip
def test_what_cannot_be_counted_is_a_problem(
    value: str, options: dict[str, float], code: str
) -> None:
    with pytest.raises(CeyuanError, match=code):
        _ = specialisation({"place": ["A"], "field": ["x"], "value": [value]}, **options).cells  # type: ignore[arg-type]
