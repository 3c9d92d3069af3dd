"""``places/{id}``: all that is known of one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ceyuan.engine import identifier, literal, literals
from ceyuan.errors import did_you_mean, fail
from ceyuan.indicators.types.records import kind_name
from ceyuan.web.models.base import Figure
from ceyuan.web.models.overview import Named
from ceyuan.web.models.places import Holding, Holdings, PlaceFigure, PlacePage
from ceyuan.web.resources.catalogue import place_item
from ceyuan.web.resources.standing import courses_and_ranks
from ceyuan.web.resources.view import View
from ceyuan.wording import Trilingual

_HELD = ("organisation", "laboratory", "facility", "platform")
"""Record kinds of what has a name and stands somewhere."""


def place_ids(view: View) -> tuple[str, ...]:
    """All places of the workspace."""
    return tuple(view.build.gazetteer.places)


def place(view: View, name: str) -> PlacePage:
    """Everything about one place.

    Raises:
        CeyuanError: ``unknown-place``.
    """
    places = view.build.gazetteer.places
    if name not in places:
        raise fail("unknown-place", f"there is no place {name!r}", hint=did_you_mean(name, places))
    figures = tuple(_figures(view, name))
    parts = (p.id for p in places.values() if name in p.parents)
    return PlacePage(
        build=view.build.id,
        place=place_item(places[name], len(figures)),
        parents=tuple(_named(view, parent) for parent in places[name].parents),
        parts=tuple(_named(view, part) for part in parts),
        topics=tuple(Named(id=topic.id, name=topic.name) for topic in view.build.config.topics),
        figures=figures,
        holdings=tuple(
            h
            for kind in _HELD
            if kind in view.build.kinds and (h := _holdings(view, kind, name)).items
        ),
    )


def _named(view: View, place: str) -> Named:
    return Named(id=place, name=view.place_names[place])


def _figures(view: View, place: str) -> Iterator[PlaceFigure]:
    """The latest total of each indicator, in the order of the workspace."""
    latest = view.latest(f"o.place = {literal(place)}")
    courses, ranks = courses_and_ranks(view, latest)
    for name, indicator in view.build.indicators.items():
        figure = latest.get(name)
        if figure is not None and figure.value is not None:
            said = _said(figure, figure.value)
            course = tuple(courses[name])
            yield PlaceFigure(
                name=indicator.name, topic=indicator.topic, course=course, rank=ranks.get(name), **said
            )  # fmt: skip


def _said(figure: Figure, value: float) -> dict[str, Any]:
    return {
        "indicator": figure.indicator,
        "key": figure.key,
        "value": value,
        "text": figure.text,
        "period_text": figure.period_text,
        "source": figure.source,
        "simulated": figure.status == "simulated",
    }


def _holdings(view: View, kind: str, place: str) -> Holdings:
    """The records of a kind in a place and in all places within it."""
    inside = sorted({place, *view.build.gazetteer.inside(place)})
    listed = literals(inside)
    query = f"SELECT name, name_en, name_zh_hant, place, _source FROM {identifier(kind)} WHERE place IN ({listed}) ORDER BY name"
    rows = view.build.engine.arrow(query).to_pylist()
    items = {(row["name"], row["place"]): _holding(row) for row in rows}
    return Holdings(kind=kind, name=kind_name(view.build.kinds[kind]), items=tuple(items.values()))


def _holding(row: Mapping[str, Any]) -> Holding:
    return Holding(name=names_of(row), place=row["place"], source=row["_source"])


def names_of(row: Mapping[str, Any]) -> Trilingual:
    """The names of a record; a language in which it has none tells it as the source writes it."""
    name = str(row["name"])
    return Trilingual(en=row["name_en"] or name, zh_hans=name, zh_hant=row["name_zh_hant"] or name)
