"""``search``: everything that can be searched for on the site, each with the address of its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from ceyuan.engine import identifier
from ceyuan.plan.loading import has_plan
from ceyuan.plan.opening import load_year
from ceyuan.web.models.places import Found, SearchIndex
from ceyuan.web.resources.communiques import communiques
from ceyuan.web.resources.place import names_of
from ceyuan.web.resources.search import search_key
from ceyuan.web.resources.view import View
from ceyuan.wording import Trilingual

Kind = Literal["indicator", "place", "organisation", "task", "text", "source"]


def search_index(view: View) -> SearchIndex:
    """Places, indicators, organisations, tasks, texts and sources."""
    parts = (_places, _indicators, _organisations, _tasks, _texts, _sources)
    return SearchIndex(
        build=view.build.id, items=tuple(found for part in parts for found in part(view))
    )


def _found(kind: Kind, path: Iterable[str], name: Trilingual, *others: str) -> Found:
    texts = (name.en, name.zh_hans, name.zh_hant, *others)
    key = search_key(*texts, chinese=(name.zh_hans, *others))
    return Found(kind=kind, path=tuple(path), name=name, search=key)


def _indicators(view: View) -> Iterator[Found]:
    for name, indicator in view.build.indicators.items():
        yield _found("indicator", ("indicators", name), indicator.name, *indicator.aliases)


def _places(view: View) -> Iterator[Found]:
    for place in view.build.gazetteer.places.values():
        yield _found("place", ("places", place.id), place.name, *place.aliases)


def _organisations(view: View) -> Iterator[Found]:
    """Each by its name once; its page is that of its place."""
    if "organisation" not in view.build.kinds:
        return
    query = f"SELECT name, name_en, name_zh_hant, place FROM {identifier('organisation')} WHERE place IS NOT NULL ORDER BY name"
    seen: set[str] = set()
    for row in view.build.engine.arrow(query).to_pylist():
        if row["name"] not in seen:
            seen.add(row["name"])
            yield _found("organisation", ("places", row["place"]), names_of(row))


def _tasks(view: View) -> Iterator[Found]:
    if has_plan(view.build.texts):
        for task in load_year(view.build.texts, view.day).tasks.values():
            yield _found("task", ("plan", task.id), task.name)


def _texts(view: View) -> Iterator[Found]:
    for text in communiques(view).items:
        yield _found("text", ("communiques", text.id), text.title)


def _sources(view: View) -> Iterator[Found]:
    for name, source in view.build.sources.items():
        yield _found("source", ("data", "sources", name), source.title, source.publisher.zh_hans)
