"""What each cluster works on: its records by field of technology or science, and what it is specialised in.

Counted as the clusters themselves are, in the same integers: the fields of a cluster, those without one included, add up to
its count of each kind. The specialisation is the location quotient: a field's share in the cluster over its share in the
world.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ceyuan.clusters.amounts import check_sums
from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.counting import RowAmounts
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.run import ClusterRun
from ceyuan.wording.fields import field_names

CHUNK = 1 << 22
FIELD_COLUMNS = (
    "cluster",
    "id",
    "name",
    "kind",
    "field",
    "field_en",
    "field_zh_hans",
    "field_zh_hant",
    "count",
    "share",
    "world_count",
    "world_share",
    "specialisation",
    "simulated",
)


@dataclass(frozen=True)
class FieldCounts:
    """Fractional counts by cluster, kind and field; combinations that no record has are left out.

    Attributes:
        cluster: the cluster, −1 for everything outside clusters and without a position.
        kind: the kind, an index into ``kinds``.
        field: the field, an index into ``fields``, −1 where none is given.
        count: records.
        kinds: names of the kinds.
        fields: names of the fields.
    """

    cluster: Ints
    kind: Ints
    field: Ints
    count: Floats
    kinds: tuple[str, ...]
    fields: tuple[str, ...]

    def world(self) -> Floats:
        """The world's records of each kind and field, shape (kinds, fields + 1); the last column are those without one."""
        total = np.zeros((len(self.kinds), len(self.fields) + 1))
        np.add.at(total, (self.kind, self.field), self.count)  # −1 is the last column
        return total


def count_fields(run: ClusterRun) -> FieldCounts | None:
    """Count the fields of a run's clusters; None where no point has a field.

    A row's part of its record goes to the row's own field. Where the rows of a record differ, the record is so shared
    among their fields.
    """
    points, parts = run.points, run.parts
    if points.field is None:
        return None
    # the last entry is for site −1
    place = np.append(run.cluster_of_site, np.int32(-1)).astype(np.int64) + 1
    code, digits = _sums(points, points.field, place, parts)
    sums = parts.table.with_sums(digits)
    check_sums(sums, parts.total(points.start, None), "the counts of fields")
    used = sums.nonzero()
    code, sums = code[used], sums.take(used)
    rest, field = np.divmod(code, len(points.fields) + 1)
    cluster, kind = np.divmod(rest, len(points.kinds))
    return FieldCounts(cluster - 1, kind, field - 1, sums.floats(), points.kinds, points.fields)


def _sums(points: PointTable, field: Labels, place: Ints, parts: RowAmounts) -> tuple[Ints, Ints]:
    """A code that is made of cluster, kind and field, and the sum of each digit; piece by piece."""
    row_code = parts.codes(points.start)
    names = [f"digit{i}" for i in range(parts.table.digits.shape[1])]
    sums = [(name, "sum") for name in names]
    found = []
    for begin in range(0, points.n_rows, CHUNK):
        rows = slice(begin, begin + CHUNK)
        code = place[points.site[rows]] * len(points.kinds) + points.kind[rows]
        code = code * (len(points.fields) + 1) + field[rows] + 1
        digits = parts.table.digits[row_code[rows]]
        table = pa.table({"code": code, **{name: digits[:, i] for i, name in enumerate(names)}})
        found.append(table.group_by("code").aggregate(sums).rename_columns(["code", *names]))
    total = pa.concat_tables(found).group_by("code").aggregate(sums).sort_by("code")
    columns = [np.asarray(column.to_numpy(), np.int64) for column in total.columns]
    return columns[0], np.stack(columns[1:], axis=1)


def field_rows(counts: FieldCounts, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of ``fields.csv``: cluster by cluster and kind by kind, the largest field first, those without one last.

    Args:
        counts: the counts.
        rows: the clusters, as in ``clusters.csv``.
    """
    world = counts.world()
    inside = np.flatnonzero(counts.cluster >= 0)
    last = counts.field[inside] < 0
    order = inside[
        np.lexsort(
            (
                counts.field[inside],
                -counts.count[inside].round(9),
                last,
                counts.kind[inside],
                counts.cluster[inside],
            )
        )
    ]
    return [
        dict(zip(FIELD_COLUMNS, values, strict=True))
        for values in _values(counts, order, world, rows)
    ]


def _values(
    counts: FieldCounts, order: Ints, world: Floats, rows: Sequence[dict[str, Any]]
) -> Iterator[tuple[Any, ...]]:
    given = world[:, :-1].sum(axis=1)
    own = np.zeros((len(rows), len(counts.kinds)))  # records with a field, of each cluster and kind
    with_field = order[counts.field[order] >= 0]
    np.add.at(own, (counts.cluster[with_field], counts.kind[with_field]), counts.count[with_field])
    for i in order.tolist():
        c, k, f, count = (
            int(counts.cluster[i]),
            int(counts.kind[i]),
            int(counts.field[i]),
            float(counts.count[i]),
        )
        head = (c, rows[c]["id"], rows[c]["name"], counts.kinds[k])
        everywhere = float(world[k, f])
        if f < 0:
            yield (
                *head,
                "",
                "",
                "",
                "",
                round(count, 6),
                None,
                round(everywhere, 6),
                None,
                None,
                rows[c]["simulated"],
            )
            continue
        share, world_share = count / float(own[c, k]), everywhere / float(given[k])
        named = (counts.fields[f], *field_names(counts.fields[f]))
        figures = (round(count, 6), round(share, 12), round(everywhere, 6), round(world_share, 12))
        yield (*head, *named, *figures, round(share / world_share, 6), rows[c]["simulated"])


def field_sums(counts: FieldCounts) -> dict[str, dict[str, float]]:
    """For each kind how many fields it has, and its records with and without one: what the manifest says."""
    world = counts.world()
    return {
        kind: {
            "fields": int(np.count_nonzero(world[k, :-1])),
            "given": round(float(world[k, :-1].sum()), 6),
            "not_given": round(float(world[k, -1]), 6),
        }
        for k, kind in enumerate(counts.kinds)
        if world[k].any()
    }
