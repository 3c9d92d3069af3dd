"""Which pages the site of a build has, and what each is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ceyuan.plan.loading import has_plan
from ceyuan.plan.opening import load_year
from ceyuan.web.addresses.words import SAYS, TITLES
from ceyuan.web.models.base import Figure
from ceyuan.web.resources.bulletins import bulletins
from ceyuan.web.resources.communiques import communiques
from ceyuan.web.resources.composites import composites
from ceyuan.web.resources.view import View
from ceyuan.wording import Trilingual

_DATA_PARTS = ("sources", "quality", "corrections", "reading", "builds")


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page of the site, in all languages.

    Attributes:
        path: the parts of its address behind the language; none for the overview.
        title: what it is called.
        says: what is on it, in a sentence.
        figure: the figure that stands for it in a preview.
    """

    path: tuple[str, ...]
    title: Trilingual
    says: Trilingual
    figure: Figure | None = None


def site_pages(view: View) -> Iterator[SitePage]:
    """All pages that a published site has.

    >>> view = View.open(gba)
    >>> [page.path for page in site_pages(view)][:2]
    [(), ('indicators',)]
    >>> view.close()
    """
    for pages in _SECTIONS.values():
        yield from pages(view)


def page_at(view: View, path: tuple[str, ...]) -> SitePage | None:
    """The page at an address; None where there is none.

    >>> view = View.open(gba)
    >>> page_at(view, ("places", "shenzhen")).title.en
    'Shenzhen'
    >>> page_at(view, ("places", "atlantis")) is None
    True
    >>> view.close()
    """
    section = path[0] if path else ""
    if section == "team":
        return SitePage(path, TITLES["team"], SAYS["team"]) if view.team else None
    if path == ("communiques", "new"):
        return SitePage(path, TITLES["communiques"], SAYS["communiques"])
    pages = _SECTIONS.get(section)
    if pages is None:
        return None
    return next((page for page in pages(view) if page.path == path), None)


def _home(view: View) -> Iterator[SitePage]:
    config = view.build.config
    lead = next(iter(config.headline), None)
    figure = view.latest_of_all.get(lead.indicator) if lead else None
    yield SitePage((), config.name, config.description or config.name, figure)


def _section(name: str) -> SitePage:
    return SitePage((name,), TITLES[name], SAYS[name])


def _indicators(view: View) -> Iterator[SitePage]:
    yield _section("indicators")
    latest = view.latest_of_all
    for name, title in view.names.items():
        figure = latest.get(name)
        says = SAYS["indicators"] if figure is None else _said(view, figure)
        yield SitePage(("indicators", name), title, says, figure)


def _observations(view: View) -> Iterator[SitePage]:
    for name, title in view.names.items():
        yield SitePage(("observations", name), title, SAYS["observations"])


def _said(view: View, figure: Figure) -> Trilingual:
    """A figure in a sentence: where, when, how much."""
    place = view.place_names[figure.place]
    return Trilingual(
        en=f"{place.en}, {figure.period_text.en}: {figure.text.en}.",
        zh_hans=f"{place.zh_hans}，{figure.period_text.zh_hans}：{figure.text.zh_hans}。",
        zh_hant=f"{place.zh_hant}，{figure.period_text.zh_hant}：{figure.text.zh_hant}。",
    )


def _places(view: View) -> Iterator[SitePage]:
    yield _section("places")
    for place, title in view.place_names.items():
        yield SitePage(("places", place), title, SAYS["place"])


def _clusters(view: View) -> Iterator[SitePage]:
    places = view.build.gazetteer.places.values()
    found = [p for p in places if p.kind == "cluster"]
    if found:
        yield _section("clusters")
    for place in found:
        yield SitePage(("clusters", place.id), place.name, SAYS["cluster"])


def _composites(view: View) -> Iterator[SitePage]:
    items = composites(view).items
    if items:
        yield _section("composites")
    for item in items:
        yield SitePage(("composites", item.id), item.name, SAYS["composite"])


def _communiques(view: View) -> Iterator[SitePage]:
    yield _section("communiques")
    for item in communiques(view).items:
        yield SitePage(("communiques", item.id), item.title, SAYS["communique"])


def _plan(view: View) -> Iterator[SitePage]:
    if has_plan(view.build.texts):
        yield _section("plan")
        for task in load_year(view.build.texts, view.day).tasks.values():
            yield SitePage(("plan", task.id), task.name, SAYS["task"])


def _bulletins(view: View) -> Iterator[SitePage]:
    found = bulletins(view)
    if found.items or found.editions:
        yield _section("bulletins")
    for item in found.items:
        yield SitePage(("bulletins", item.id), item.title, SAYS["bulletins"])
    for edition in found.editions:
        path = ("bulletins", "editions", edition.id)
        yield SitePage(path, edition.title, SAYS["bulletins"])


def _data(view: View) -> Iterator[SitePage]:
    yield _section("data")
    for part in _DATA_PARTS:
        yield SitePage(("data", part), TITLES[f"data/{part}"], SAYS["data"])
    for name, source in view.build.sources.items():
        yield SitePage(("data", "sources", name), source.title, SAYS["source"])


_SECTIONS: dict[str, Callable[[View], Iterator[SitePage]]] = {
    "": _home,
    "indicators": _indicators,
    "observations": _observations,
    "places": _places,
    "clusters": _clusters,
    "composites": _composites,
    "communiques": _communiques,
    "plan": _plan,
    "bulletins": _bulletins,
    "data": _data,
}
