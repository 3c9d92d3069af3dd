"""Places for maps."""

from __future__ import annotations

from typing import Literal

from ceyuan.web.models.base import Model, Resource
from ceyuan.web.models.catalogue import PlaceItem, Ranked
from ceyuan.web.models.overview import Named
from ceyuan.wording import Trilingual


class Point(Model):
    """A point (RFC 7946)."""

    type: Literal["Point"] = "Point"
    """Always `Point`."""
    coordinates: tuple[float, float]
    """Longitude and latitude, degrees, WGS 84."""


class PlaceProperties(Model):
    """What a point stands for."""

    kind: str
    """world, economy, province, city, centre, cluster …"""
    name: Trilingual
    """Its name."""
    party: str | None
    """The co-building side that it belongs to."""


class PlaceFeature(Model):
    """A place."""

    type: Literal["Feature"] = "Feature"
    """Always `Feature`."""
    id: str
    """Identifier of the place."""
    geometry: Point
    """Where it is."""
    properties: PlaceProperties
    """What it is."""


class PlacesGeo(Resource):
    """Places that have coordinates, as GeoJSON."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    """Always `FeatureCollection`."""
    features: tuple[PlaceFeature, ...]
    """The places."""


class PlaceFigure(Model):
    """The latest value of an indicator for a place."""

    indicator: str
    """Identifier of the indicator."""
    name: Trilingual
    """Name of the indicator."""
    topic: str | None
    """What the indicator is about."""
    key: str
    """Key of the figure."""
    value: float
    """The value, for sorting."""
    text: Trilingual
    """The value as each language writes it."""
    period_text: Trilingual
    """The period as each language writes it."""
    source: tuple[str, ...]
    """Identifiers of its sources."""
    simulated: bool
    """Whether it is made up."""
    course: tuple[tuple[str, float], ...]
    """Periods and values of the same grain, oldest first."""
    rank: Ranked | None
    """How it stands among places of the same kind."""


class Holding(Model):
    """Something on record that is in a place."""

    name: Trilingual
    """Its name."""
    place: str
    """The place that its record names: the page's own, or one within it."""
    source: str
    """Identifier of the source."""


class Holdings(Model):
    """The records of a kind that are in a place."""

    kind: str
    """Identifier of the record kind."""
    name: Trilingual
    """What the kind is called."""
    items: tuple[Holding, ...]
    """The records, by name."""


class PlacePage(Resource):
    """Everything about one place."""

    place: PlaceItem
    """The place."""
    parents: tuple[Named, ...]
    """The places that it lies in."""
    parts: tuple[Named, ...]
    """The places that lie in it at once."""
    topics: tuple[Named, ...]
    """What indicators are about, in the order of the workspace."""
    figures: tuple[PlaceFigure, ...]
    """The latest total of every indicator that it has a value of, in the order of the workspace."""
    holdings: tuple[Holdings, ...]
    """Organisations, laboratories, facilities and platforms in it."""


class Found(Model):
    """Something that can be searched for."""

    kind: Literal["indicator", "place", "organisation", "task", "text", "source"]
    """What it is."""
    path: tuple[str, ...]
    """Its page: the parts of its address after the language."""
    name: Trilingual
    """Its name."""
    search: str
    """Everything it may be found by: names, pinyin in full and as initials, in lower case."""


class SearchIndex(Resource):
    """Everything that can be searched for on the site."""

    items: tuple[Found, ...]
    """Indicators, places, organisations, tasks, texts and sources."""
