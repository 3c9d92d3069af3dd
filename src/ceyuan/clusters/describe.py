"""What is said of each cluster: name, place, outline, counts, shares, ranks, contributors, fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from ceyuan.clusters.arrays import Floats, Ints
from ceyuan.clusters.counting import row_divisors
from ceyuan.clusters.crowded import crowded_places
from ceyuan.clusters.earlier import EarlierClusters, shared_weights
from ceyuan.clusters.fields import FieldCounts, count_fields
from ceyuan.clusters.full import count_full
from ceyuan.clusters.gravity import Gravity
from ceyuan.clusters.names import City, Identity, identify, inherit_ids, position_ids
from ceyuan.clusters.outlines import centre_of, outline
from ceyuan.clusters.ranking import METHODS, intensity
from ceyuan.clusters.run import ClusterRun
from ceyuan.frames import Framed, to_html

TOP = 5


@dataclass(frozen=True, repr=False)
class Described(Framed):
    """The clusters of a run, described.

    Attributes:
        rows: one mapping a cluster, best rank first: the columns of ``clusters.csv``.
        shapes: their outlines in degrees.
        fields: their records by field; None where points have none.
        crowded: places on which many rows stand, see :func:`ceyuan.clusters.crowded.crowded_places`.
    """

    rows: list[dict[str, Any]]
    shapes: list[Any]
    fields: FieldCounts | None = None
    crowded: Sequence[dict[str, Any]] = ()

    def __repr__(self) -> str:
        return f"Described({len(self.rows):,} clusters)"

    def columns(self) -> dict[str, list[Any]]:
        """The clusters by column, best rank first."""
        found: dict[str, list[Any]] = {name: [] for name in (self.rows[0] if self.rows else ())}
        for row in self.rows:
            for name, values in found.items():
                values.append(row[name])
        return found

    def _repr_html_(self) -> str:
        kinds = [name for name in self.columns() if name.endswith("_share")]
        columns = self.columns()
        return to_html(
            repr(self), {n: columns[n] for n in ("rank", "name", "score", *kinds) if n in columns}
        )


def describe(
    run: ClusterRun, cities: Sequence[City] = (), earlier: EarlierClusters | None = None
) -> Described:
    """Describe the clusters of a run.

    Args:
        run: the run.
        cities: a gazetteer, for names and populations.
        earlier: clusters of an earlier edition or build, for ids that stay.
    """
    members = members_of(run)
    lat, lon, weight = run.points.lat, run.points.lon, run.weight.floats()
    shapes = [outline(lat[m], lon[m]) for m in members]
    middles = np.array([centre_of(lat[m], lon[m], weight[m] + 1e-300) for m in members]).reshape(
        -1, 2
    )
    heaviest = np.array([m[np.lexsort((lon[m], lat[m], -weight[m]))[0]] for m in members], np.int64)
    ids = position_ids(lat[heaviest], lon[heaviest])
    if earlier is not None and members:
        ids = inherit_ids(
            ids,
            shared_weights(run.cluster_of_site, earlier.cluster_of(lat, lon), weight, earlier.ids),
        )
    identities = _identities(run, members, middles, shapes, cities)
    columns = _columns(run, members, middles, ids, identities)
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return Described(rows, shapes, count_fields(run), crowded_places(run.points, cities))


def members_of(run: ClusterRun) -> list[Ints]:
    """The sites of each cluster, from south to north, so that what is drawn does not depend on the order of rows."""
    of_site = run.cluster_of_site
    order = np.lexsort((run.points.lon, run.points.lat, of_site))
    cuts = np.searchsorted(of_site[order], np.arange(run.n_clusters + 1))
    return [order[a:b] for a, b in pairwise(cuts)]


def _identities(
    run: ClusterRun, members: list[Ints], middles: Floats, shapes: list[Any], cities: Sequence[City]
) -> list[Identity]:
    """What each cluster is called: by the cities that most of its weight belongs to; which cities are inside its outline."""
    if not cities or not shapes:
        return [identify(a, o, [], []) for a, o in middles.tolist()]
    gravity, weight = Gravity.of(cities), run.weight.floats()
    inside = shapely.STRtree(shapely.points(gravity.lon, gravity.lat)).query(
        shapes, predicate="contains"
    )
    found = []
    for cluster, m in enumerate(members):
        within = [cities[i] for i in np.sort(inside[1][inside[0] == cluster]).tolist()]
        belongs = gravity.shares(run.points.lat[m], run.points.lon[m], weight[m])
        found.append(
            identify(float(middles[cluster, 0]), float(middles[cluster, 1]), within, belongs)
        )
    return found


def _columns(
    run: ClusterRun,
    members: list[Ints],
    middles: Floats,
    ids: list[str],
    identities: list[Identity],
) -> dict[str, list[Any]]:
    """The columns of ``clusters.csv``."""
    n = run.n_clusters
    core = run.fit.core
    labels: list[list[int]] = [[] for _ in range(n)]
    for label, cluster in enumerate(run.cluster_of_label.tolist()):
        labels[cluster].append(label)
    columns: dict[str, list[Any]] = {
        "rank": run.rank.tolist(),
        "cluster": list(range(n)),
        "id": ids,
        "name": [i.name for i in identities],
        "name_zh_hans": [i.name_zh_hans for i in identities],
        "name_zh_hant": [i.name_zh_hant for i in identities],
        "lat": middles[:, 0].round(5).tolist(),
        "lon": middles[:, 1].round(5).tolist(),
        "score": run.score.round(12).tolist(),
    }
    population = np.array([i.population for i in identities])
    shares = run.shares
    for k, kind in enumerate(run.counts.kinds):
        columns[f"{kind}_count"] = run.counts.clusters[:, k].round(6).tolist()
        columns[f"{kind}_share"] = shares[:, k].round(12).tolist()
        columns[f"{kind}_per_million"] = _rounded(
            intensity(run.counts.clusters[:, k], population), 3
        )
    full = count_full(run)
    for k, kind in enumerate(run.counts.kinds):
        columns[f"{kind}_full"] = full.clusters[:, k].tolist()
    columns["rank_full"] = full.rank.tolist()
    for name in ("gii2017", "gii2018", "gii2025"):
        columns[f"rank_{name}"] = run.rank_under(METHODS[name]).tolist()
    columns["countries"] = [" ".join(i.countries) for i in identities]
    columns["population"] = _rounded(population, 0)
    columns["weight"] = [run.weight.total(m) / run.weight.unit for m in members]
    columns["sites"] = [int(m.size) for m in members]
    columns["core_sites"] = [int(core[m].sum()) for m in members]
    columns["labels"] = [" ".join(map(str, ls)) for ls in labels]
    columns["top_contributors"] = top_contributors(run)
    columns["simulated"] = [run.points.simulated] * n
    return columns


def _rounded(values: Floats, digits: int) -> list[float | None]:
    """Rounded, None for NaN."""
    return [round(v, digits) if np.isfinite(v) else None for v in values.tolist()]


def top_contributors(run: ClusterRun) -> list[str]:
    """For each cluster its five largest contributors by fractional count, as ``id (count); …``."""
    points = run.points
    if points.contributor is None:
        return [""] * run.n_clusters
    cluster = np.append(run.cluster_of_site, np.int32(-1))[points.site].astype(np.int64)
    divisor = row_divisors(points)
    use = np.flatnonzero((cluster >= 0) & (points.contributor >= 0) & (divisor > 0))
    weight = 1.0 if points.weight is None else points.weight[use]
    code, place = np.unique(
        cluster[use] * len(points.contributors) + points.contributor[use], return_inverse=True
    )
    count = np.bincount(
        place, weights=np.broadcast_to(weight / divisor[use], use.shape), minlength=code.size
    )
    owner, who = np.divmod(code, max(1, len(points.contributors)))
    order = np.lexsort((_name_order(points.contributors, who), -count.round(9), owner))
    tops: list[list[str]] = [[] for _ in range(run.n_clusters)]
    for i in order.tolist():
        if len(tops[owner[i]]) < TOP:
            tops[owner[i]].append(f"{points.contributors[who[i]]} ({count[i]:.2f})")
    return ["; ".join(t) for t in tops]


def _name_order(names: Sequence[str], who: Ints) -> Ints:
    """The place of each contributor in the order of ids: numbers follow the order of rows, which must not matter."""
    seen, place = np.unique(who, return_inverse=True)
    position = np.empty(seen.size, np.int64)
    texts = [names[code] for code in seen.tolist()]
    position[sorted(range(seen.size), key=texts.__getitem__)] = np.arange(seen.size)
    return np.asarray(position[place])
