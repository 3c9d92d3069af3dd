"""Places as GeoJSON."""

from __future__ import annotations

from ceyuan.web.models.places import PlaceFeature, PlaceProperties, PlacesGeo, Point
from ceyuan.web.resources.view import View


def places_geojson(view: View) -> PlacesGeo:
    """All places that have coordinates."""
    return PlacesGeo(
        build=view.build.id,
        features=tuple(
            PlaceFeature(
                id=p.id,
                geometry=Point(coordinates=(p.lon, p.lat)),
                properties=PlaceProperties(kind=p.kind, name=view.place_names[p.id], party=p.party),
            )
            for p in view.build.gazetteer.places.values()
            if p.lon is not None and p.lat is not None
        ),
    )
