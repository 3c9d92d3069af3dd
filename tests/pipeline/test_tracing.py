"""Every figure of the shipped workspace can be traced, and what the trace finds adds up to the figure."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import Trace, trace


def leaves(one: Trace) -> list[Trace]:
    return [one] if not one.below else [leaf for below in one.below for leaf in leaves(below)]


def test_every_figure_ends_at_rows_that_exist(gba: Build) -> None:
    for name in gba.indicators:
        for place, period in {(o.place, o.period) for o in gba.show(name, breakdown="") if o.value is not None}:
            for one in trace(gba, name, place=place, period=period, limit=2):
                ends = leaves(one)
                assert ends
                assert any(leaf.records for leaf in ends), (name, place, period)
                for record in (r for leaf in ends for r in leaf.records):
                    file = gba.root / record.file
                    if file.suffix == ".parquet":  # made-up points stand in the build itself
                        assert one.observation.status == "simulated"
                        assert 1 <= record.line <= pq.read_table(file, columns=["row"])["row"][-1].as_py() + 1
                    else:
                        assert 2 <= record.line <= len(file.read_text(encoding="utf-8").splitlines())


def test_contributions_sum_to_the_figure(gba: Build) -> None:
    checked = 0
    for o in gba.show(breakdown=""):
        if o.status == "computed" and o.records is not None and o.value is not None:
            for one in trace(gba, o.indicator, place=o.place, period=o.period):
                if one.origin == "records" and one.observation == o:
                    assert one.total == pytest.approx(o.value), o
                    assert one.record_count == o.records
                    checked += 1
    assert checked > 50


def test_a_published_figure_shows_what_its_row_states(gba: Build) -> None:
    (one,) = trace(gba, "rd_intensity", place="gba9")
    (record,) = one.records
    assert one.observation.value == 4.3
    assert (record.fields["value"], record.fields["value_unit"]) == (4.3, "%")
    row = (gba.root / record.file).read_text(encoding="utf-8").splitlines()[record.line - 1]
    assert row.startswith("rd_intensity,gba9,2025,4.3,%")
    assert one.inputs[0]["hash"]


def test_what_is_not_there_is_said_with_what_is(gba: Build) -> None:
    with pytest.raises(CeyuanError, match=r"no-observation.*Periods: 2025"):
        trace(gba, "rd_intensity", place="gba9", period="1999")
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
    assert gba.engine.value("SELECT count(*) FROM observations WHERE (value IS NULL) <> (reason IS NOT NULL)") == 0


def test_a_build_reads_from_anywhere(gba: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Build.open(gba.root.resolve()) as build:
        assert build.show("研发投入强度", place="内地九市")[0].value == 4.3
