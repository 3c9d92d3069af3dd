"""What changed between two builds, held against plain counting: what is taken away and added makes one build of the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.engine import Engine, EngineSettings
from ceyuan.engine.scratch import scratch_folder
from ceyuan.pipeline.changes import Change, compare

Row = tuple[str, str, float | None, str, str]
"""Place, period, value, bound and modality: what one source states of an indicator."""
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["gz", "sz"]),
        st.sampled_from(["2024", "2025"]),
        st.sampled_from([None, 1.0, 2.0, 3.0]),
        st.sampled_from(["eq", "gt"]),
        st.sampled_from(["actual", "target"]),
    ),
    max_size=7,
)
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("indicator", "place", "period", "breakdown", "source", "status")),
        ("value", pa.float64()),
        *((name, pa.string()) for name in ("bound", "modality", "unit", "lineage")),
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(EngineSettings(scratch_folder(), threads=1)) as engine:
        yield engine


def write_build(folder: Path, rows: list[Row]) -> Path:
    folder.mkdir(exist_ok=True)
    observations = [
        {
            "indicator": "firms", "place": place, "period": period, "breakdown": "", "source": "bureau",
            "status": "published", "value": value, "bound": bound, "modality": modality, "unit": "家", "lineage": "l",
        }
        for place, period, value, bound, modality in rows
    ]  # fmt: skip
    pq.write_table(
        pa.Table.from_pylist(observations, schema=SCHEMA), folder / "observations.parquet"
    )
    lineage = {"id": ["l"], "indicator": ["firms"], "version": ["v"], "query": ["q"]}
    pq.write_table(pa.table(lineage), folder / "lineage.parquet")
    return folder


def changes(engine: Engine, folder: Path, old: list[Row], new: list[Row]) -> list[Change]:
    return compare(engine, write_build(folder / "old", old), write_build(folder / "new", new))


@settings(max_examples=150)
@given(old=ROWS, new=ROWS)
def test_changes_make_the_new_build_of_the_old_one(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, old: list[Row], new: list[Row]
) -> None:
    found = changes(engine, tmp_path_factory.mktemp("builds"), old, new)
    values = Counter((place, period, value) for place, period, value, *_ in old)
    for change in found:
        at = (change.place, change.period)
        if change.what != "added":
            values[*at, change.old] -= 1
        if change.what != "gone":
            values[*at, change.new] += 1
    assert +values == Counter((place, period, value) for place, period, value, *_ in new)
    assert all(n >= 0 for n in values.values())
    # No more is named than must be: of each place and period the larger of what only one of both says.
    only_old, only_new = Counter(old) - Counter(new), Counter(new) - Counter(old)
    least = 0
    for at in {row[:2] for row in (*only_old, *only_new)}:
        least += max(
            sum(n for row, n in only.items() if row[:2] == at) for only in (only_old, only_new)
        )
    assert len(found) == least


def test_an_outcome_beside_a_target_of_one_source_is_no_change(
    engine: Engine, tmp_path: Path
) -> None:
    both: list[Row] = [
        ("sz", "2025", 25000, "approx", "actual"),
        ("sz", "2025", 22000, "gt", "target"),
    ]
    assert changes(engine, tmp_path, both, both[::-1]) == []
    later = [("sz", "2025", 26000, "eq", "actual"), both[1]]
    (change,) = changes(engine, tmp_path, both, later)
    assert (change.what, change.old, change.new) == ("changed", 25000, 26000)
