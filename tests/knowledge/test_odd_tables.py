"""Tables as people have them: the same work or year written in several ways is one, and what is no number is said to be none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ceyuan.errors import CeyuanError
from ceyuan.knowledge import disruption, flows, impact, specialisation
from ceyuan.knowledge.inputs import plain_column

IDS, YEARS = [1, 2, 3, 4], [1999, 2000, 2001, 2002]
CITING, CITED = [2, 3, 4, 4], [1, 2, 2, 1]
WAYS: dict[str, Any] = {
    "numbers": pa.array,
    "fractions": lambda ids: pa.array(ids, pa.float64()),
    "text": lambda ids: [str(i) for i in ids],
    "text of fractions": lambda ids: [f"{i}.0" for i in ids],
    "blanks": lambda ids: [f" {i}\t" for i in ids],
    "decimals": lambda ids: pa.array([Decimal(i) for i in ids], pa.decimal128(12, 2)),
    "large text": lambda ids: pa.array([str(i) for i in ids], pa.large_string()),
    "codes": lambda ids: pa.array([str(i) for i in ids]).dictionary_encode(),
    "unsigned": lambda ids: pa.array(ids, pa.uint64()),
}
DOIS: dict[str, Any] = {
    "plain": lambda ids: [f"10.1109/a(b).{i}" for i in ids],
    "capitals": lambda ids: [f"10.1109/A(B).{i}" for i in ids],
    "address": lambda ids: [f"https://doi.org/10.1109/A(b).{i}" for i in ids],
    "old address": lambda ids: [f"http://dx.doi.org/10.1109/a(b).{i}" for i in ids],
    "prefix": lambda ids: [f"DOI: 10.1109/a(b).{i}" for i in ids],
}
WORKS: dict[str, Any] = {
    "plain": lambda ids: [f"W{i}" for i in ids],
    "address": lambda ids: [f"https://openalex.org/W{i}" for i in ids],
}


def counted(citing: Any, cited: Any, ids: Any, years: Any = YEARS) -> list[list[int]]:
    found = disruption(
        pa.table({"citing": citing, "cited": cited}), pa.table({"id": ids, "year": years})
    )
    return [found.references.tolist(), found.nf.tolist(), found.nb.tolist(), found.nr.tolist()]


EXPECTED = [[0, 1, 1, 2], [2, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]


@pytest.mark.parametrize("ways", [WAYS, DOIS, WORKS])
def test_a_work_is_the_same_however_its_id_is_written(ways: dict[str, Any]) -> None:
    for of_works in ways.values():
        for of_citations in ways.values():
            found = counted(of_citations(CITING), of_citations(CITED), of_works(IDS))
            assert found == EXPECTED


def test_ids_stay_in_results_as_they_are_written() -> None:
    ids = DOIS["address"](IDS)
    pairs = {"citing": DOIS["plain"](CITING), "cited": DOIS["capitals"](CITED)}
    works = {"id": ids, "year": YEARS}
    assert disruption(pairs, works).ids.to_pylist() == ids
    assert impact(pairs, works, window="1").works.values["id"].to_pylist() == ids


def test_codes_with_zeros_in_front_and_capitals_are_other_ids() -> None:
    assert counted(["02"], ["a"], ["2", "1", "A", "b"])[0] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([1.0, float("nan"), 2.0], [1, None, 2]),
        ([1.5, 2.0], ["1.5", "2"]),
        ([1e300], ["1e+300"]),
        ([float("inf")], ["inf"]),
        (pa.array([2**63 + 1], pa.uint64()), [str(2**63 + 1)]),
        ([True], ["true"]),
    ],
)
def test_numbers_of_any_size_are_values(values: Any, wanted: list[Any]) -> None:
    assert plain_column(pa.chunked_array([pa.array(values)])).to_pylist() == wanted


@pytest.mark.parametrize(
    "years",
    [
        pa.array(YEARS, pa.float64()),
        [f"{y}.0" for y in YEARS],
        [f"{y}年" for y in YEARS],
        pa.array([Decimal(y) for y in YEARS], pa.decimal128(6, 1)),
        [f"{y}-06-30T12:00:00+08:00" for y in YEARS],
        [f"{y}-06-30Z" for y in YEARS],
    ],
)
def test_a_year_is_the_same_however_it_is_written(years: Any) -> None:
    assert counted(CITING, CITED, IDS, years) == EXPECTED


def test_of_several_rows_of_a_work_the_first_with_a_time_counts() -> None:
    found = counted(CITING, CITED, [1, 2, *IDS, 2], ["1999", "", *map(str, YEARS), "2030"])
    assert found == EXPECTED


def test_dates_without_days_are_told_how_to_be_years() -> None:
    with pytest.raises(CeyuanError, match="--column year=date"):
        disruption({"citing": [2], "cited": [1]}, {"id": [1, 2], "date": ["1999", "2000"]})


def test_options_that_are_numbers_are_taken() -> None:
    works = {"id": IDS, "year": YEARS}
    found = disruption({"citing": CITING, "cited": CITED}, works, window=1, until=2005)  # type: ignore[arg-type]
    assert found.direct.tolist() == [1, 1, 0, 0]
    assert found.complete.all()


COUNTS = {"place": ["A", "A", "B"], "field": ["x", "y", "y"], "value": [2, 1, 3]}
LINKS = {"work": [1, 1], "unit": ["HK", "GD"]}
PAIRS = ({"citing": [2], "cited": [1]}, {"id": [1, 2], "year": [1999, 2000]})


@pytest.mark.parametrize(
    "task",
    [
        lambda: disruption(*PAIRS, ties="sam"),  # type: ignore[arg-type]
        lambda: disruption(*PAIRS, min_references=-1),
        lambda: impact(*PAIRS, ties="late"),  # type: ignore[arg-type]
        lambda: flows(LINKS, baseline="chance"),  # type: ignore[arg-type]
        lambda: specialisation(COUNTS, measure="cos"),  # type: ignore[arg-type]
        lambda: specialisation(COUNTS, threshold=0),
        lambda: specialisation(COUNTS, threshold=float("nan")),
    ],
)
def test_options_that_nobody_knows_are_problems(task: Any) -> None:
    with pytest.raises(CeyuanError, match="knowledge-bad-option"):
        task()


@pytest.mark.parametrize("value", ["1,200", "2,5", "20%", "1_000", "x", float("inf"), -1])
def test_what_is_no_count_is_never_taken_for_nothing(value: Any) -> None:
    with pytest.raises(CeyuanError, match="knowledge-bad-value"):
        specialisation({**COUNTS, "value": [value, "1", "3"] if isinstance(value, str) else [value, 1, 3]})  # fmt: skip


def test_lists_in_cells_and_numbers_without_end_are_problems() -> None:
    with pytest.raises(CeyuanError, match="knowledge-bad-value"):
        specialisation({**COUNTS, "place": [["A"], ["A"], ["B"]]})
    with pytest.raises(CeyuanError, match="not-a-table"):
        disruption({"citing": [2**70], "cited": [2**70 + 1]}, PAIRS[1])


@pytest.mark.parametrize("unit", [1, 1e300, 1e-300, 10**15])
def test_the_unit_of_counts_changes_no_quotient(unit: float) -> None:
    found = specialisation({**COUNTS, "value": [2 * unit, unit, 3 * unit]})
    assert found.cells.values["rca"] == pytest.approx([2, 0.5, 0, 1.5], rel=1e-12)
    assert found.places.values["diversity"].tolist() == [1, 1]


def test_a_period_is_one_however_its_year_is_written() -> None:
    found = specialisation({**COUNTS, "period": ["2001", "2001.0", "2001年"]})
    assert [one.counts.period for one in found.periods] == ["2001"]
    without = specialisation({**COUNTS, "period": [2001.0, 2001.0, float("nan")]})
    assert without.read.incomplete == 1


def test_flows_by_year_depend_neither_on_spelling_nor_on_the_order_of_rows() -> None:
    rows = [(1, "HK", "2001"), (1, "GD", "2001-05-06"), (2, "HK", "2003"), (2, "GD", ""), (2, "GD", "2002.0")]  # fmt: skip
    told = []
    for order in (rows, rows[::-1]):
        work, unit, year = zip(*order, strict=True)
        found = flows({"work": work, "unit": unit, "year": year}, by_year=True)
        told.append(dict(zip(*(found.joint.values[name].tolist() for name in ("period", "fractional")), strict=True)))  # fmt: skip
        assert found.facts["works_of_several_years"] == 1
        assert set(found.joint.values["period"].tolist()) == {"2001", "2002"}
    assert told[0] == told[1]


def test_works_of_very_many_units_have_limits() -> None:
    units = [f"u{i}" for i in range(1200)]
    found = flows({"work": [1] * len(units), "unit": units}).joint.values
    some = found["fractional"] > 0
    assert np.isfinite(found["ratio_high"][some & (found["unit_a"] != found["unit_b"])]).all()
