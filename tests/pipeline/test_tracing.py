"""Every figure of the shipped workspace can be traced, and what the trace finds adds up to the figure."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import pytest

from ceyuan.errors import CeyuanError
from ceyuan.indicators.observations import Observation
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import Trace, trace


def leaves(one: Trace) -> list[Trace]:
    return [one] if not one.below else [leaf for below in one.below for leaf in leaves(below)]


def some_of(figures: list[Observation], most: int) -> list[Observation]:
    """Figures of every indicator, so many of each at most; always the same ones."""
    dice = random.Random(7)  # noqa: S311 - no secret
    of = defaultdict(list)
    for figure in figures:
        of[figure.indicator].append(figure)
    return [figure for each in of.values() for figure in dice.sample(each, min(most, len(each)))]


def assert_traced(build: Build, figures: list[Observation]) -> None:
    """Figures end at rows that exist."""
    lines: dict[Path, int] = {}
    for o in figures:
        for one in trace(build, o.indicator, place=o.place, period=o.period, limit=2):
            ends = leaves(one)
            assert any(leaf.records for leaf in ends), o
            for record in (r for leaf in ends for r in leaf.records):
                file = build.root / record.file
                assert file.suffix == ".csv"
                if file not in lines:
                    lines[file] = len(file.read_text(encoding="utf-8").splitlines())
                assert 2 <= record.line <= lines[file]


def assert_summed(build: Build, figures: list[Observation]) -> int:
    """What is computed from records is the sum of their contributions; how many figures were."""
    checked = 0
    for o in figures:
        for one in trace(build, o.indicator, place=o.place, period=o.period):
            if one.origin == "records" and one.observation == o:
                assert one.total == pytest.approx(o.value), o
                assert one.record_count == o.records
                checked += 1
    return checked


@pytest.fixture(scope="module")
def known(gba: Build) -> list[Observation]:
    return [o for o in gba.show(breakdown="") if o.value is not None]


@pytest.fixture(scope="module")
def counted(known: list[Observation]) -> list[Observation]:
    return [o for o in known if o.status == "computed" and o.records is not None]


def test_figures_of_every_indicator_end_at_rows_that_exist(
    gba: Build, known: list[Observation]
) -> None:
    assert_traced(gba, some_of(known, 2))


def test_contributions_sum_to_the_figure(gba: Build, counted: list[Observation]) -> None:
    assert assert_summed(gba, some_of(counted, 4)) > 50


@pytest.mark.long
def test_every_figure_ends_at_rows_that_exist(gba: Build, known: list[Observation]) -> None:
    assert_traced(gba, known)


@pytest.mark.long
def test_all_contributions_sum_to_the_figure(gba: Build, counted: list[Observation]) -> None:
    assert assert_summed(gba, counted) > 200


def test_a_published_figure_shows_what_its_row_states(gba: Build) -> None:
    (one,) = trace(gba, "rd_intensity", place="gba9", period="2025")
    (record,) = one.records
    assert one.observation.value == 4.3
    assert (record.fields["value"], record.fields["value_unit"]) == (4.3, "%")
    row = (gba.root / record.file).read_text(encoding="utf-8").splitlines()[record.line - 1]
    assert row.startswith("rd_intensity,gba9,2025,4.3,%")
    assert one.inputs[0].hash


def test_what_is_not_there_is_said_with_what_is(gba: Build) -> None:
    with pytest.raises(CeyuanError, match=r"no-observation.*Periods: .*2025"):
        trace(gba, "rd_intensity", place="gba9", period="1949")
    with pytest.raises(CeyuanError, match=r"unknown-indicator.*Did you mean 'rd_intensity'"):
        trace(gba, "rd_intensty")
    with pytest.raises(CeyuanError, match="unknown-place"):
        trace(gba, "rd_intensity", place="Atlantis")
    with pytest.raises(CeyuanError, match="bad-period"):
        trace(gba, "rd_intensity", period="some day")


def test_every_observation_has_its_lineage(gba: Build) -> None:
    orphans = gba.engine.value(
        "SELECT count(*) FROM observations AS o LEFT JOIN lineage AS l ON l.id = o.lineage WHERE l.id IS NULL"
    )
    assert orphans == 0
    assert gba.engine.value("SELECT count(*) - count(DISTINCT id) FROM lineage") == 0


def test_one_value_is_shown_for_each_place_and_period(gba: Build) -> None:
    keys = "indicator, place, period, breakdown"
    several = f"SELECT {keys} FROM observations GROUP BY {keys} HAVING count(CASE WHEN shown THEN 1 END) <> 1"
    assert gba.engine.rows(several) == []


def test_missing_values_have_reasons_and_only_they(gba: Build) -> None:
    assert (
        gba.engine.value(
            "SELECT count(*) FROM observations WHERE (value IS NULL) <> (reason IS NOT NULL)"
        )
        == 0
    )


def test_a_build_reads_from_anywhere(
    gba: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Build.open(gba.root.resolve()) as build:
        assert build.show("研发投入强度", place="内地九市", period="2025")[0].value == 4.3
