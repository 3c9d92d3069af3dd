"""Innovation clusters: published rankings, and those that were found from points."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from ceyuan.pipeline.clusters.reading import ClusterRunInfo
from ceyuan.web.models.base import Figure, Model, Resource
from ceyuan.wording import Trilingual


class PublishedIndicator(Model):
    """An indicator of published clusters."""

    id: str
    """Its identifier."""
    name: Trilingual
    """Its name."""
    unit_text: Trilingual
    """Its unit as each language writes it."""


class PublishedRow(Model):
    """A cluster in an edition."""

    place: str
    """The cluster as a place."""
    name: Trilingual
    """Its name."""
    lat: float | None
    """Latitude, degrees, WGS 84."""
    lon: float | None
    """Longitude, degrees, WGS 84."""
    edition: str
    """The edition: the period of its figures."""
    figures: dict[str, Figure]
    """Its figures by indicator."""


class PublishedClusters(Model):
    """What others publish of clusters."""

    indicators: tuple[PublishedIndicator, ...]
    """Indicators that there are figures of."""
    rank_indicator: str | None
    """The one that holds the rank."""
    editions: tuple[str, ...]
    """The editions, oldest first."""
    rows: tuple[PublishedRow, ...]
    """Clusters by edition, best rank first."""


class Clusters(Resource):
    """Clusters as published, and as found."""

    published: PublishedClusters
    """What others publish."""
    runs: tuple[ClusterRunInfo, ...]
    """Runs of this build."""


class Metric(Model):
    """One kind of output of a cluster."""

    count: float
    """Fractional count."""
    share: float
    """Share of the world's."""
    per_million: float | None
    """Per million inhabitants; null where the population is not known."""


class ClusterCertainty(Model):
    """How sure the rank of a cluster is."""

    p_exists: float | None
    """Share of replications in which it is found."""
    p_first: float | None
    """Share in which it is first."""
    p_top100: float | None
    """Share in which it is among the first hundred."""
    rank_p05: float | None
    """5 % of its ranks are below."""
    rank_median: float | None
    """Median of its ranks."""
    rank_p95: float | None
    """95 % of its ranks are below."""


class ClusterRow(Model):
    """A cluster that was found."""

    cluster: int
    """Its number within the run."""
    place: str
    """The cluster as a place of the build, under which figures know it."""
    rank: int
    """Its rank under the run's own method."""
    id: str
    """Its identifier, by where it is."""
    name: Trilingual
    """Its name."""
    lat: float
    """Latitude of its middle, degrees, WGS 84."""
    lon: float
    """Longitude of its middle."""
    score: float
    """What it is ranked by."""
    weight: float
    """Number of points in it."""
    sites: int
    """Number of different coordinates in it."""
    population: float | None
    """Inhabitants, where they are known."""
    economies: tuple[Trilingual, ...]
    """Names of the economies that it lies in, as the workspace's places have them; the ISO 3166 code of any other."""
    top_contributors: tuple[str, ...]
    """Its largest contributors, each with its fractional count."""
    metrics: dict[str, Metric]
    """Its output by kind."""
    ranks: dict[str, int]
    """Its rank under the rules of editions: gii2017, gii2018, gii2025."""
    interval: ClusterCertainty | None
    """How sure its rank is; null where that was not asked."""
    simulated: bool
    """Whether it is made up."""
    cross_border: int | None
    """Records that join different parties; null where that was not asked."""
    cross_border_share: float | None
    """Their share of the records with known parties."""
    cross_border_reason: Trilingual | None
    """Why there is no share."""


class Tie(Model):
    """Records that two clusters have in common."""

    a: int
    """Number of one cluster."""
    b: int
    """Number of the other."""
    records: int
    """Records with contributors in both."""
    share_a: float
    """Their share of the first one's records."""
    share_b: float
    """Their share of the second one's."""
    edge_km: float | None
    """Distance of the edges, where they are near each other."""


class PartyTie(Model):
    """Records of a cluster that join two parties."""

    cluster: int
    """Number of the cluster."""
    party_a: str
    """One party."""
    party_b: str
    """The other."""
    records: int
    """Number of records."""


class World(Model):
    """Where all output of a kind went."""

    world: float
    """All of it."""
    clusters: float
    """In clusters."""
    noise: float
    """Outside of them."""
    unlocated: float
    """Without coordinates."""


class FirstRank(Model):
    """How sure it is that a cluster is first under a method."""

    method: str
    """The method of an edition, or the run's own."""
    family: str
    """What was varied: bootstrap, sweep, blur or weights."""
    cluster: int
    """Number of the cluster."""
    rank: int | None
    """Its rank."""
    p_first: float
    """Share of replications in which it is first."""


class ClusterRun(Resource):
    """A run with everything that it found."""

    id: str
    """Identifier."""
    run: ClusterRunInfo
    """The run in a line."""
    options: dict[str, Any]
    """Every choice of the run."""
    rows_read: dict[str, int]
    """Rows read, counted and left out, by reason."""
    records: int
    """Records that the points belong to."""
    sites: int
    """Different coordinates."""
    world: dict[str, World]
    """Sums by kind."""
    counting: Trilingual
    """How contributors are counted."""
    rows: tuple[ClusterRow, ...]
    """The clusters, best rank first."""
    ties: tuple[Tie, ...]
    """The strongest ties of each cluster, at most twelve."""
    party_ties: tuple[PartyTie, ...]
    """Records that join parties."""
    first: tuple[FirstRank, ...]
    """For each method and family the clusters that ever are first."""


class FieldShare(Model):
    """A field of technology or science in a cluster."""

    field: str
    """The field as points give it."""
    count: float
    """Fractional count."""
    share: float
    """Share of the cluster's records with a field, of that kind."""
    world_share: float
    """The same share in the world."""
    specialisation: float
    """Location quotient: the share in the cluster over that in the world."""


class FieldsOfKind(Model):
    """What a cluster's records of a kind are about."""

    cluster: int
    """Number of the cluster."""
    kind: str
    """The kind."""
    fields: tuple[FieldShare, ...]
    """The fields, the largest first; at most forty."""
    others: int
    """How many fields more there are."""
    others_count: float
    """Their fractional count."""
    not_given: float
    """Records of which no field is given."""


class ClusterFields(Resource):
    """What the clusters of a run work on; together with the records without a field these are their counts."""

    names: dict[str, Trilingual]
    """Names of the fields; as points give them where their classification is not known."""
    rows: tuple[FieldsOfKind, ...]
    """For each cluster and kind, of kinds that have fields."""


class OutlineProperties(Model):
    """What an outline belongs to."""

    cluster: int
    """Number of the cluster."""
    place: str
    """The cluster as a place."""
    rank: int
    """Its rank."""
    id: str
    """Its identifier."""
    name: Trilingual
    """Its name."""
    score: float
    """What it is ranked by."""


Ring = tuple[tuple[float, float], ...]
"""A closed line of longitudes and latitudes."""


class Polygon(Model):
    """An area (RFC 7946)."""

    type: Literal["Polygon"]
    """Always `Polygon`."""
    coordinates: tuple[Ring, ...]
    """Its outline, then its holes."""


class MultiPolygon(Model):
    """Several areas (RFC 7946)."""

    type: Literal["MultiPolygon"]
    """Always `MultiPolygon`."""
    coordinates: tuple[tuple[Ring, ...], ...]
    """For each area its outline, then its holes."""


class Outline(Model):
    """The outline of a cluster."""

    type: Literal["Feature"] = "Feature"
    """Always `Feature`."""
    geometry: Annotated[Polygon | MultiPolygon, Field(discriminator="type")]
    """A polygon or several, degrees, WGS 84, cut at the antimeridian."""
    properties: OutlineProperties
    """What it belongs to."""


class Outlines(Resource):
    """The outlines of a run's clusters, as GeoJSON."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    """Always `FeatureCollection`."""
    features: tuple[Outline, ...]
    """The outlines."""


class Density(Resource):
    """Where the points of a run are."""

    cell_deg: float
    """Width of a cell in degrees."""
    kinds: tuple[str, ...]
    """Kinds of points."""
    cells: tuple[tuple[float, ...], ...]
    """For each cell with points: longitude and latitude of its middle, points, and the fractional count of each kind."""
