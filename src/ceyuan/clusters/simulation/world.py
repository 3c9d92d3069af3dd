"""Simulated records whose fractional counts keep to the published totals.

Every record is first given to one group of addresses, as many as the published count says. Then contributors of
records of the same kind and size trade places: that makes ties between groups, and as both records give the same
part to each contributor, no group's fractional count changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ceyuan.clusters.arrays import Floats, Ints
from ceyuan.clusters.points.sources import SIMULATED_KEY
from ceyuan.clusters.points.table import KINDS
from ceyuan.clusters.simulation.fields import Mixtures, make_mixtures
from ceyuan.clusters.simulation.geography import CITIES, Geography, make_geography
from ceyuan.clusters.simulation.published import published_2023, world_2023
from ceyuan.errors import fail

TRADED = 0.2  # part of the contributors who trade places
RURAL = 0.15  # part of the remaining records in the countryside
DEALS = 40_000  # no total is published: deals follow the two other kinds
BATCH = 150_000  # records at a time
SIZES = {
    "patent": np.array([0.28, 0.24, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02]),
    "publication": np.array([0.05, 0.09, 0.12, 0.14, 0.14, 0.13, 0.11, 0.08, 0.06, 0.05, 0.03]),
    "deal": np.array([1.0]),
}
"""How often a record has 1, 2, 3 … contributors."""

ROW_GROUP = 500_000
SCHEMA = pa.schema(
    [
        ("record_id", pa.int64()),
        ("kind", pa.dictionary(pa.int8(), pa.string())),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("year", pa.int16()),
    ],
    metadata={
        SIMULATED_KEY: b"true",
        b"ceyuan.note": b"simulated: calibrated to published totals, otherwise made up",
    },
)
WITH_FIELDS = SCHEMA.append(pa.field("field", pa.dictionary(pa.int8(), pa.string())))


@dataclass(frozen=True)
class World:
    """What is to be simulated.

    Attributes:
        records: records of each kind and group, shape (kinds, groups).
        geography: the addresses.
        seed: the seed.
        mixtures: what the records work on; None for points without fields.
    """

    records: Ints
    geography: Geography
    seed: int
    mixtures: Mixtures | None = None

    @property
    def schema(self) -> pa.Schema:
        """The columns of its points."""
        return SCHEMA if self.mixtures is None else WITH_FIELDS


def make_world(
    scale: float = 1.0, addresses: int = 3_000_000, seed: int = 1, *, fields: bool = False
) -> World:
    """A world of about 45 million points at scale 1.

    Args:
        scale: part of the published counts, 0 … 1; use the same part of the threshold.
        addresses: how many distinct coordinates, about.
        seed: the seed.
        fields: whether records have made-up fields; the points are the same otherwise.

    Raises:
        CeyuanError: ``cluster-bad-option`` if the scale is not in 0 … 1.
    """
    if not 0 < scale <= 1:
        raise fail(
            "cluster-bad-option", f"a simulated world cannot have the scale {scale:g}; choose 0 … 1"
        )
    records = np.round(group_records() * scale).astype(np.int64)
    weight = records[0] * 3.0 + records[1] * 5.0 + 1.0
    geography = make_geography(weight / weight.sum(), addresses, np.random.default_rng([seed, 0]))
    return World(
        records, geography, seed, make_mixtures(geography.groups, seed) if fields else None
    )


def group_records() -> Floats:
    """Records of each kind and group at scale 1: published clusters, made-up cities, countryside."""
    rows = published_2023()
    named = np.array([[r.pct for r in rows], [r.publications for r in rows]], np.float64)
    left = np.array(world_2023(), np.float64) - named.sum(axis=1)
    falling = 1.0 / (np.arange(CITIES) + 60.0)
    cities = (1.0 - RURAL) * left[:, None] * falling / falling.sum()
    both = np.concatenate([named, cities, RURAL * left[:, None]], axis=1)
    shares = both / both.sum(axis=1, keepdims=True)
    return np.concatenate([both, DEALS * shares.mean(axis=0, keepdims=True)])


def tables(world: World) -> Iterator[pa.Table]:
    """The points, batch by batch, as Arrow tables."""
    total = int(world.records.sum())
    batches = max(1, -(-total // BATCH))
    next_id = 0
    for b in range(batches):
        rng = np.random.default_rng([world.seed, 1, b])
        share = world.records * (b + 1) // batches - world.records * b // batches
        table, next_id = _batch(
            world, share, next_id, rng, np.random.default_rng([world.seed, 3, b])
        )
        yield table


def _batch(
    world: World,
    records: Ints,
    next_id: int,
    rng: np.random.Generator,
    of_fields: np.random.Generator,
) -> tuple[pa.Table, int]:
    """A batch with the given records of each kind and group, in random order."""
    kind = np.repeat(np.arange(len(KINDS)), records.sum(axis=1))
    group = np.concatenate([np.repeat(np.arange(world.geography.groups), r) for r in records])
    size = np.concatenate(
        [
            rng.choice(np.arange(1, p.size + 1), r.sum(), p=p / p.sum())
            for p, r in zip(SIZES.values(), records, strict=True)
        ]
    )
    order = rng.permutation(kind.size)
    kind, group, size = kind[order], group[order], size[order]
    row_kind, row_size, row_group = (
        np.repeat(kind, size),
        np.repeat(size, size),
        np.repeat(group, size),
    )
    _trade(row_group, row_kind * 100 + row_size, rng)
    address = _addresses(world.geography, row_group, rng)
    ids = np.repeat(np.arange(next_id, next_id + kind.size), size)
    kinds = pa.DictionaryArray.from_arrays(row_kind.astype(np.int8), pa.array(KINDS))
    year = np.repeat(rng.integers(2017, 2022, kind.size), size).astype(np.int16)
    lat, lon = world.geography.lat[address], world.geography.lon[address]
    columns = [pa.array(ids), kinds, pa.array(lat), pa.array(lon), pa.array(year)]
    if world.mixtures is not None:
        columns.append(
            world.mixtures.column(np.repeat(world.mixtures.draw(kind, group, of_fields), size))
        )
    return pa.Table.from_arrays(columns, schema=world.schema), next_id + kind.size


def _trade(group: Ints, key: Ints, rng: np.random.Generator) -> None:
    """Shuffle the groups of some rows among rows of the same key, in place."""
    some = np.flatnonzero(rng.random(group.size) < TRADED)
    here = some[np.lexsort((rng.random(some.size), key[some]))]
    there = some[np.lexsort((rng.random(some.size), key[some]))]
    group[here] = group[there]


def _addresses(geography: Geography, group: Ints, rng: np.random.Generator) -> Ints:
    """An address for each row: some are far more popular than others, as in published coordinates."""
    count = np.diff(geography.first)[group]
    popular = np.floor(count * rng.random(group.size) ** 2.2).astype(np.int64)
    return np.asarray(geography.first[group] + np.minimum(popular, count - 1))


def write_world(world: World, path: Path) -> int:
    """Write the points as Parquet, flagged as simulated; returns how many there are."""
    points = 0
    with pq.ParquetWriter(path, world.schema, compression="snappy") as writer:
        for table in tables(world):
            writer.write_table(table, row_group_size=ROW_GROUP)
            points += table.num_rows
    return points
