"""``clusters/*.yaml``: a run of the search for innovation clusters, declared in a workspace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ceyuan.clusters.points.columns import ROLES
from ceyuan.clusters.points.doubts import Doubtful
from ceyuan.clusters.points.values import Counting
from ceyuan.errors import Problem
from ceyuan.wording import Trilingual
from ceyuan.workspace.declared import InFile, read_declared
from ceyuan.workspace.definitions import PeriodText
from ceyuan.workspace.placesfile import PlaceKind
from ceyuan.workspace.spec import FreeText, Id, Spec, spec_field
from ceyuan.workspace.yamlfile import YamlDocument

NOT_IN_CLUSTERS = ("world", "region", "economy", "cluster")
"""Kinds of places that a cluster never contains."""
Kilometres = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Simulate(Spec):
    """Points that are made up, as ``ceyuan simulate-points`` makes them."""

    scale: float = spec_field(
        "Part of the published counts.", good=0.02, bad=2, default=0.02, gt=0, le=1
    )
    places: int = spec_field(
        "Distinct coordinates, about.", good=5000, bad=0, default=60_000, ge=1, le=10_000_000
    )
    seed: int = spec_field("The seed.", good=1, bad="now", default=1, ge=0)
    fields: bool = spec_field(
        "Whether records have made-up fields.", good=True, bad="wipo", default=False
    )


class Points(Spec):
    """Where points come from: records of the workspace, a file, or the simulator; exactly one of the three."""

    records: Id | None = spec_field(
        "A record kind whose records have positions.",
        good="contribution",
        bad="Authors",
        default=None,
    )
    where: str | None = spec_field(
        "Filter on the records.", good="role = 'inventor'", bad="role == inventor", default=None
    )
    file: str | None = spec_field(
        "A Parquet or CSV file beside this one, or under a root as `root:path`.",
        good="shared:points/patents.csv.gz",
        bad="/home/me/points.csv",
        default=None,
    )
    simulate: Simulate | None = spec_field(
        "Made-up points; their source must say `simulated: true`.",
        good={"scale": 0.02},
        bad=True,
        default=None,
    )
    columns: dict[Literal[ROLES], str] = spec_field(  # type: ignore[valid-type]
        "Which field or column plays which part: record_id, kind, lat, lon, contributor_id, weight, year, "
        "field, country, citations, precision. Of records, "
        "lat and lon are the kind's own, and record_id is what its fractional counting shares.",
        good={"record_id": "document", "year": "date.year"},
        bad={"latitude": "lat"},
        default={},
    )
    kind: str | None = spec_field(
        "The kind of all points, instead of a column: patent, publication or deal.",
        good="patent",
        bad="",
        default=None,
        min_length=1,
    )
    kinds: dict[str, str] = spec_field(
        "What values of the kind's column mean.",
        good={"paper": "publication"},
        bad=["paper"],
        default={},
    )
    at_place: bool = spec_field(
        "Put records without a position at the coordinates of their place.",
        good=True,
        bad="city",
        default=False,
    )
    row_is_record: bool = spec_field(
        "Every row is a record of its own.", good=True, bad="yes?", default=False
    )
    source: Id | None = spec_field(
        "Where a file or simulated points come from; records have sources of their own.",
        good="patentsview-2025",
        bad="PatentsView",
        default=None,
    )

    @model_validator(mode="after")
    def _one_origin(self) -> Points:
        given = [
            name for name in ("records", "file", "simulate") if getattr(self, name) is not None
        ]
        if len(given) != 1:
            raise ValueError("say exactly one of `records`, `file` and `simulate`")
        if self.records is None and self.source is None:
            raise ValueError(f"`source` is required for points of a {given[0]}")
        if self.records is None and (self.where is not None or self.at_place):
            raise ValueError("`where` and `at_place` are for records")
        if self.records is not None and self.source is not None:
            raise ValueError("`source` is not for records: they have sources of their own")
        return self


class Robustness(Spec):
    """How sure each rank is: scenarios with other choices and other samples."""

    replications: int = spec_field(
        "Bootstrap samples; the other families follow.",
        good=200,
        bad=0,
        default=200,
        ge=1,
        le=100_000,
    )
    seed: int = spec_field("Seed of the draws.", good=1, bad="now", default=1, ge=0)
    error_km: float = spec_field(
        "Standard deviation of positions to the east and to the north, where their precision is not known.",
        good=1,
        bad="near",
        default=1.0,
        ge=0,
    )


class Contains(Spec):
    """What lies in a found cluster, beside its own points."""

    records: bool = spec_field(
        "Records with a position inside count for the cluster, whatever they are.",
        good=True,
        bad="all",
        default=True,
    )
    kinds: tuple[PlaceKind, ...] = spec_field(
        "Places of these kinds lie in the cluster if their coordinates do; then records of the place without a position "
        "of their own count for it.",
        good=["city", "district"],
        bad=["economy"],
        default=("city", "district"),
    )

    @model_validator(mode="after")
    def _small(self) -> Contains:
        large = [kind for kind in self.kinds if kind in NOT_IN_CLUSTERS]
        if large:
            raise ValueError(
                f"a place of kind {large[0]!r} does not lie in a cluster because its coordinates do"
            )
        return self


class ClusterFile(Spec):
    """A run of the search for innovation clusters."""

    id: Id = spec_field("The identifier of the run.", good="world", bad="World 2025")
    name: Trilingual = spec_field(
        "Its name in three languages.", good={"en": "Clusters of the world"}, bad="world"
    )
    description: Trilingual | None = spec_field(
        "What is clustered.", good={"en": "…"}, bad="…", default=None
    )
    points: tuple[Points, ...] = spec_field(
        "Where points come from.",
        good=[{"records": "contribution", "kind": "patent"}],
        bad="points.csv",
        min_length=1,
    )
    period: PeriodText = spec_field(
        "The period that the figures are of.", good="2017..2021", bad="lately"
    )
    years: tuple[int, int] | None = spec_field(
        "First and last year of the points that count.", good=[2017, 2021], bad=2021, default=None
    )
    doubtful: Doubtful = spec_field(
        "Points near (0, 0), on the middle of a country, or outside the country that they claim are set aside, that is "
        "unlocated, or kept.",
        good="keep",
        bad="drop",
        default="set_aside",
    )
    counting: Counting = spec_field(
        "What a record counts: 1, its citations, or these over the mean of its kind, field and year.",
        good="normalised",
        bad="impact",
        default="records",
    )
    precision: dict[str, Kilometres] = spec_field(
        "How far positions of each class of precision are off, in km; `at_place` is the class of records that stand at the "
        "coordinates of their place.",
        good={"street": 0.3, "city": 8},
        bad={"city": "far"},
        default={},
    )
    independent: tuple[str, ...] = spec_field(
        "The classes of precision whose positions are off each by itself, instead of all positions at a place together.",
        good=["city"],
        bad="all",
        default=(),
    )
    radius_km: float = spec_field(
        "Neighbours are at most this far apart.", good=15, bad=0, default=15.0, gt=0
    )
    min_weight: float = spec_field(
        "Weight in reach of a core point.", good=4500, bad=0, default=4500.0, gt=0
    )
    method: str = spec_field("The ranking method.", good="gii2025", bad="wipo", default="gii2025")
    border: Literal["nearest", "first"] = spec_field(
        "Border points go to the nearest core point, or where scikit-learn puts them.",
        good="nearest",
        bad="last",
        default="nearest",
    )
    merge: str = spec_field(
        "Which neighbours are joined: none, mutual, or share=0.2.",
        good="mutual",
        bad="all",
        default="mutual",
    )
    merge_km: float = spec_field(
        "Only edges this near are joined.", good=5, bad=-1, default=5.0, ge=0
    )
    cities: str = spec_field(
        "Where names come from: `geonames` (shipped), `none`, or a CSV beside this file or under a root.",
        good="geonames",
        bad="yes",
        default="geonames",
    )
    party_km: float | None = spec_field(
        "A point belongs to the party of the nearest city or district with coordinates, if that is at most so far; "
        "without it ties between parties are not counted.",
        good=30,
        bad="near",
        default=None,
        gt=0,
    )
    robustness: Robustness | None = spec_field(
        "How sure each rank is; not asked if absent.",
        good={"replications": 200},
        bad=True,
        default=None,
    )
    contains: Contains = spec_field(
        "What lies in a cluster beside its points.",
        good={"kinds": ["city"]},
        bad="city",
        default=Contains(),
    )
    note: FreeText | None = spec_field(
        "Anything a reader must know, once or in three languages.",
        good={"en": "Names are of 2025"},
        bad="",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class DeclaredRun(InFile):
    """A declared run with its place.

    Attributes:
        run: the declaration.
    """

    run: ClusterFile


def read_runs(documents: Iterable[YamlDocument]) -> tuple[dict[str, DeclaredRun], list[Problem]]:
    """Declared runs by identifier, and what is wrong with single files."""
    return read_declared(documents, ClusterFile, DeclaredRun, lambda spec: spec.id, "run")
