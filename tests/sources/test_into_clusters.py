"""Points that the readers write are taken by the clusters room, and no record gains or loses weight on the way."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import test_patents as patents

from ceyuan.clusters.counting import count_shares, row_parts
from ceyuan.clusters.points.read import read_points
from ceyuan.sources.openalex import openalex_points
from ceyuan.sources.patents import regpat_points


def world(path: Path) -> dict[str, tuple[float, float]]:
    """For each kind, all records that clusters count, and those whose contributors have no position."""
    table = read_points(path)
    label = np.zeros(table.lat.size, np.int32)  # all located points in one cluster
    counts = count_shares(table, label, row_parts(table))
    return {
        k: (float(w), float(u))
        for k, w, u in zip(counts.kinds, counts.world, counts.unlocated, strict=True)
        if w > 0
    }


def test_works_count_one_each_however_many_authors_and_institutions(
    works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    for name, lines in (("works", works), ("institutions", institutions)):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(b"\n".join(lines)))
    out = tmp_path / "points.parquet"
    openalex_points([tmp_path / "works.gz"], out, institutions=[tmp_path / "institutions.gz"])
    counted = world(out)
    assert set(counted) == {"publication"}
    assert counted["publication"][0] == pytest.approx(2643)
    assert 0 < counted["publication"][1] < 2643


def test_regional_shares_keep_a_patent_whole(tmp_path: Path) -> None:
    out = tmp_path / "points.parquet"
    regpat_points(patents.regpat(tmp_path / "r"), out, regions=[tmp_path / "r/regions.csv"])
    # the second one's region is not known
    assert world(out) == {"patent": (pytest.approx(2), pytest.approx(1))}


def test_a_region_without_position_gives_its_share_to_the_persons_other_regions(
    tmp_path: Path,
) -> None:
    inputs = patents.regpat(tmp_path / "r")
    rows = [
        f"WO2010000002||2|HALF, Known|x|{region}|CH|0.{share}|1"
        for region, share in (("CHYYY", 4), ("CH011", 6))
    ]
    inputs[0].write_bytes(inputs[0].read_bytes() + "\r\n".join([*rows, ""]).encode())
    out = tmp_path / "points.parquet"
    regpat_points(inputs, out, regions=[tmp_path / "r/regions.csv"])
    assert world(out) == {"patent": (pytest.approx(2), pytest.approx(0.5))}
