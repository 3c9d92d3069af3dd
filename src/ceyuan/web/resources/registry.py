"""All resources of the site, in one list: the HTTP interface, the published files and the documentation follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ceyuan.errors import fail
from ceyuan.pipeline.composites.reading import composites_of
from ceyuan.web.models.base import Resource
from ceyuan.web.models.bulletins import BulletinPage, Bulletins, EditionPage
from ceyuan.web.models.catalogue import IndicatorPage, Indicators, Places, Sources
from ceyuan.web.models.clusters import ClusterFields, ClusterRun, Clusters, Density, Outlines
from ceyuan.web.models.communiques import Communique, Communiques
from ceyuan.web.models.composites import CompositePage, Composites
from ceyuan.web.models.lineage import Lineage
from ceyuan.web.models.overview import Meta, Overview
from ceyuan.web.models.places import PlacePage, SearchIndex
from ceyuan.web.models.plan import PlanPage, Targets
from ceyuan.web.models.quality import Quality
from ceyuan.web.resources import (
    builds,
    bulletins,
    catalogue,
    clusters,
    communiques,
    composites,
    finding,
    place,
    planning,
    tracing,
)
from ceyuan.web.resources.view import View


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource, or one for each of several identifiers.

    Attributes:
        path: its name; ``{id}`` stands for an identifier, ``{place}`` for that of a place.
        model: what it answers with.
        summary: what it is, in a line.
        make: makes it from a build (and its identifiers).
        ids: the identifiers that there are, with their places where the path asks for one; None where there is one resource
            only.
        example: an identifier for the documentation.
        unknown: the code of the error for an identifier that is not there.
        dated: whether a day can be asked for (``as_of``), which a static site cannot answer.
    """

    path: str
    model: type[Resource]
    summary: str
    make: Callable[..., Resource]
    ids: Callable[[View], Iterable[str | tuple[str, str]]] | None = None
    example: str | None = None
    unknown: str | None = None
    dated: bool = False


def _indicators(view: View) -> Iterable[str]:
    return view.build.indicators


def _composites(view: View) -> Iterable[str]:
    return composites_of(view.build)


def _bulletins(view: View) -> Iterable[str]:
    return (item.id for item in bulletins.bulletins(view).items)


def _communiques(view: View) -> Iterable[str]:
    return (item.id for item in communiques.communiques(view).items)


_ASKED = ("{id}", "{place}")
_INDICATOR: dict[str, Any] = {
    "ids": _indicators,
    "example": "rd_intensity",
    "unknown": "unknown-indicator",
}
_RUN: dict[str, Any] = {
    "ids": clusters.run_ids,
    "example": "demonstration",
    "unknown": "cluster-unknown-run",
}
RESOURCES: tuple[Entry, ...] = (
    Entry("meta", Meta, "Who answers, from which build, with what", builds.meta),
    Entry("overview", Overview, "The centre at a glance", builds.overview),
    Entry("places", Places, "All places", catalogue.places),
    Entry("places/{id}", PlacePage, "Everything about one place", place.place, place.place_ids, "shenzhen", "unknown-place"),
    Entry("search", SearchIndex, "Everything that can be searched for", finding.search_index),
    Entry("sources", Sources, "All sources", catalogue.sources),
    Entry("indicators", Indicators, "The catalogue of indicators", catalogue.indicators),
    Entry("indicators/{id}", IndicatorPage, "Everything about one indicator", catalogue.indicator, **_INDICATOR),
    Entry("indicators/{id}/lineage/{place}", Lineage, "Where its figures for a place come from", tracing.place_lineage,
          tracing.traced_places, "rd_intensity", "unknown-indicator"),
    Entry("clusters", Clusters, "Innovation clusters as published, and runs that found some", clusters.clusters),
    Entry("clusters/{id}", ClusterRun, "A run with everything that it found", clusters.cluster_run, **_RUN),
    Entry("clusters/{id}/outlines", Outlines, "The outlines of its clusters, as GeoJSON", clusters.outlines, **_RUN),
    Entry("clusters/{id}/fields", ClusterFields, "What its clusters work on", clusters.fields, **_RUN),
    Entry("clusters/{id}/density", Density, "Where its points are", clusters.density, **_RUN),
    Entry("communiques", Communiques, "Texts whose figures were checked", communiques.communiques),
    Entry("communiques/{id}", Communique, "A text with all its claims", communiques.communique,
          _communiques, "gba_2026", "unknown-communique"),
    Entry("composites", Composites, "Composite indices", composites.composites),
    Entry("composites/{id}", CompositePage, "An index with everything that it was made of", composites.composite,
          _composites, "cluster_output", "unknown-composite"),
    Entry("plan", PlanPage, "The plan: the last programme year that was agreed", planning.plan, dated=True),
    Entry("plan/{id}", PlanPage, "The plan: one programme year", planning.plan,
          planning.plan_years, "2026", "plan-unknown-year", dated=True),
    Entry("targets", Targets, "What plans aim at, and how it stands", planning.targets),
    Entry("bulletins", Bulletins, "Bulletins written from the build", bulletins.bulletins),
    Entry("bulletins/{id}", BulletinPage, "A bulletin in all languages", bulletins.bulletin,
          _bulletins, "gba_2025", "unknown-bulletin"),
    Entry("editions/{id}", EditionPage, "A bulletin as it was published", bulletins.edition,
          bulletins.edition_ids, "gba_2025@2026-06-30", "unknown-edition"),
    Entry("quality", Quality, "The report on the data of the build", builds.quality),
)  # fmt: skip
"""The resources that a static site has as well."""


def names(view: View) -> Iterator[str]:
    """The names of all resources of a build; what cannot be read or written has none.

    >>> view = View.open(gba)
    >>> list(names(view))[:2]
    ['meta', 'overview']
    >>> view.close()
    """
    for entry in RESOURCES:
        yield from _names_of(entry, view)


def _names_of(entry: Entry, view: View) -> Iterator[str]:
    if entry.ids is None:
        yield entry.path
        return
    for found in entry.ids(view):
        identifier, place = found if isinstance(found, tuple) else (found, "")
        yield entry.path.replace("{id}", identifier).replace("{place}", place)


def documents(view: View) -> Iterator[tuple[str, bytes]]:
    """All resources of a build by name, as :func:`make` makes each of them; lineage is made for many places at once."""
    for entry in RESOURCES:
        if entry.model is not Lineage:
            for name in _names_of(entry, view):
                yield name, make(view, name)
    for indicator in view.build.indicators:
        for traced, found in tracing.place_lineages(view, indicator):
            yield f"indicators/{indicator}/lineage/{traced}", encode(found)


def find(name: str) -> tuple[Entry, tuple[str, ...]]:
    """The resource of a name, and the identifiers in it.

    Raises:
        CeyuanError: ``no-resource``.

    >>> find("indicators/rd_intensity/lineage/gba9")[1]
    ('rd_intensity', 'gba9')
    """
    parts = name.split("/")
    for entry in RESOURCES:
        pattern = entry.path.split("/")
        if len(pattern) == len(parts):
            pairs = list(zip(pattern, parts, strict=True))
            if all(asked == part or asked in _ASKED for asked, part in pairs):
                return entry, tuple(part for asked, part in pairs if asked in _ASKED)
    raise fail("no-resource", f"there is no resource {name!r}")


def encode(resource: Resource) -> bytes:
    """The JSON of a resource, the same wherever it is read."""
    return resource.model_dump_json(by_alias=True).encode()


def make(view: View, name: str) -> bytes:
    """The JSON of a resource by its name.

    Raises:
        CeyuanError: ``no-resource``, or that of the resource for an unknown identifier.
    """
    entry, identifiers = find(name)
    return encode(entry.make(view, *identifiers))
