"""Places for maps."""

from __future__ import annotations

from typing import Literal

from ceyuan.web.models.base import Model, Resource
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
