"""Which sources are witnesses of their own: independence by origin, by derivation and by measurement.

Two sources are independent if neither the bodies that made their figures nor the sources that they were taken from meet.
A newspaper that prints a ministry's figure is no second witness, nor is a department of a government for that government.
Where an indicator says who measures it, whoever states a figure of it tells that body's measurement: a government's report
and a yearbook that give the same R&D expenditure are one witness, the statistical office.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ceyuan.errors import Problem
from ceyuan.workspace.config import Body, Source
from ceyuan.workspace.definitions import Indicator
from ceyuan.workspace.faults import unknown
from ceyuan.workspace.reader import Workspace


@dataclass(frozen=True)
class Provenance:
    """Where the figures of sources come from.

    Attributes:
        sources: sources by identifier.
        origins: the bodies that make figures, by identifier.
        indicators: definitions by identifier; some say who measures what they state.

    >>> names = {"en": "x", "zh-Hans": "x", "zh-Hant": "x"}
    >>> def source(**more: object) -> Source:
    ...     return Source.model_validate({"title": "t", "publisher": "p", **more})
    >>> bureau, paper = source(origin="nbs"), source(origin="daily", derived_from="bulletin")
    >>> known = Provenance({"bulletin": bureau, "paper": paper, "survey": source(origin="oecd")}, {})
    >>> known.independent("bulletin", "paper"), known.independent("paper", "survey")
    (False, True)
    >>> known.witnesses(["bulletin", "paper", "survey"])
    (('bulletin', 'paper'), ('survey',))
    """

    sources: Mapping[str, Source]
    origins: Mapping[str, Body]
    indicators: Mapping[str, Indicator] = field(default_factory=dict)

    def derivation(self, source: str) -> frozenset[str]:
        """A source with all that it was derived from or reprints, however far back."""
        found: set[str] = set()
        waiting = [source]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            known = self.sources.get(name)
            if known is not None:
                waiting += known.comes_from
        return frozenset(found)

    def bodies(self, source: str) -> frozenset[str]:
        """The bodies behind a source: of itself and of what it derives from, with the bodies that they belong to."""
        return self._bodies[source] if source in self._bodies else self._all_bodies(source)

    @cached_property
    def _bodies(self) -> Mapping[str, frozenset[str]]:
        return {source: self._all_bodies(source) for source in self.sources}

    def _all_bodies(self, source: str) -> frozenset[str]:
        return frozenset(
            body for name in self.derivation(source) for body in self._own_bodies(name)
        )

    def origin(self, source: str) -> tuple[str, ...]:
        """The bodies that made a source's figures, as declared; those of the source that it reprints, if it names none."""
        known = self.sources.get(source)
        if known is None:
            return ()
        if not known.origin and known.reprints is not None:
            return self.origin(known.reprints)
        return known.origin

    def measured_by(self, indicator: str) -> tuple[str, ...]:
        """The bodies that measure an indicator, as it declares; else those that measure what it is made of."""
        known = self.indicators.get(indicator)
        if known is None:
            return ()
        inherited = (body for part in known.inputs for body in self.measured_by(part))
        return known.measured_by or tuple(dict.fromkeys(inherited))

    def measurers(self, source: str, indicator: str) -> tuple[str, ...]:
        """Whose measurement a source tells with a figure of an indicator; none where the figure is the source's own."""
        known = self.sources.get(source)
        return (
            () if known is not None and indicator in known.measures else self.measured_by(indicator)
        )

    def retells(self, source: str, indicator: str) -> bool:
        """Whether a source tells with a figure of an indicator what others measured."""
        measurers = self.measurers(source, indicator)
        return bool(measurers) and self.bodies(source).isdisjoint(measurers)

    def makers(self, source: str, indicator: str | None = None) -> frozenset[str]:
        """The bodies that must not meet for two sources to be independent: who measures the indicator, else its own."""
        measurers = () if indicator is None else self.measurers(source, indicator)
        if not measurers:
            return self.bodies(source)
        return frozenset(body for measurer in measurers for body in self._with_parents(measurer))

    def independent(self, one: str, other: str, indicator: str | None = None) -> bool:
        """Whether two sources are witnesses of their own: in general, or for figures of an indicator."""
        derived = self.derivation(one) & self.derivation(other)
        return not derived and self.makers(one, indicator).isdisjoint(self.makers(other, indicator))

    def kin(self) -> Mapping[str, frozenset[str]]:
        """Each source with all sources that it is not :meth:`independent` of, itself among them."""
        sharing: dict[str, set[str]] = {}
        behind = {name: self._behind(name) for name in self.sources}
        for name, shared in behind.items():
            for one in shared:
                sharing.setdefault(one, set()).add(name)
        return {
            name: frozenset().union(*(sharing[one] for one in shared))
            for name, shared in behind.items()
        }

    def _behind(self, source: str) -> frozenset[str]:
        """Everything that two sources must not have in common to be independent."""
        return self.bodies(source) | {f"derived {name}" for name in self.derivation(source)}

    def retold(self, source: str) -> bool:
        """Whether a source tells what another published: as a newspaper, a reprint, or by derivation."""
        known = self.sources.get(source)
        return known is not None and bool(
            known.nature == "press" or known.reprints or known.derived_from
        )

    def independent_of(
        self, source: str, others: Iterable[str], indicator: str | None = None
    ) -> bool:
        """Whether a source is independent of every one of the others."""
        return all(self.independent(source, other, indicator) for other in others)

    def witnesses(
        self, sources: Iterable[str], indicator: str | None = None
    ) -> tuple[tuple[str, ...], ...]:
        """Sources put together so that those of different groups are independent: as many witnesses as there are groups."""
        groups: list[list[str]] = []
        for source in dict.fromkeys(sources):
            met = [g for g in groups if not self.independent_of(source, g, indicator)]
            groups = [g for g in groups if g not in met]
            groups.append([name for g in met for name in g] + [source])
        return tuple(tuple(sorted(g)) for g in sorted(groups))

    def _own_bodies(self, source: str) -> Iterator[str]:
        known = self.sources.get(source)
        if known is None:
            yield f"source {source}"
            return
        if not known.origin and known.reprints is None:
            # Nobody said who made the figures: whoever publishes them is taken, so that two of his editions count once.
            yield f"publisher {known.publisher.en}"
        for body in known.origin:
            yield from self._with_parents(body)

    def _with_parents(self, body: str) -> Iterator[str]:
        seen: set[str] = set()
        at: str | None = body
        while at is not None and at not in seen:
            seen.add(at)
            yield at
            known = self.origins.get(at)
            at = known.part_of if known else None


def check_origins(workspace: Workspace) -> list[Problem]:
    """Bodies, sources and indicators that are named and not declared, and derivations that run in a circle."""
    return [*_undeclared(workspace), *_unknown_measurers(workspace), *_circles(workspace)]


def _undeclared(workspace: Workspace) -> Iterator[Problem]:
    document = workspace.sources_document
    for name, body in workspace.origins.items():
        if body.part_of is not None and body.part_of not in workspace.origins:
            line = document.line(("origins", name, "part_of"))
            yield unknown(
                "unknown-origin", "origin", body.part_of, workspace.origins, document.file, line
            )
    for name, source in workspace.sources.items():
        for body_id in source.origin:
            if body_id not in workspace.origins:
                line = document.line(("sources", name, "origin"))
                yield unknown(
                    "unknown-origin", "origin", body_id, workspace.origins, document.file, line
                )
        named = [("derived_from", n) for n in source.derived_from]
        named += [("reprints", source.reprints)] if source.reprints else []
        for key, other in named:
            if other not in workspace.sources:
                line = document.line(("sources", name, key))
                yield unknown(
                    "unknown-source", "source", other, workspace.sources, document.file, line
                )


def _unknown_measurers(workspace: Workspace) -> Iterator[Problem]:
    """Bodies and counterparts that an indicator names, and indicators that a source is said to measure."""
    for definition in workspace.definitions.values():
        for body in definition.indicator.measured_by:
            if body not in workspace.origins:
                yield unknown(
                    "unknown-origin",
                    "origin",
                    body,
                    workspace.origins,
                    definition.file,
                    definition.line,
                )
        for name in definition.indicator.counterparts:
            if name not in workspace.definitions:
                known = workspace.definitions
                yield unknown(
                    "unknown-indicator", "indicator", name, known, definition.file, definition.line
                )
    document = workspace.sources_document
    for name, source in workspace.sources.items():
        for indicator in source.measures:
            if indicator not in workspace.definitions:
                line = document.line(("sources", name, "measures"))
                yield unknown(
                    "unknown-indicator",
                    "indicator",
                    indicator,
                    workspace.definitions,
                    document.file,
                    line,
                )


def _circles(workspace: Workspace) -> Iterator[Problem]:
    provenance = Provenance(workspace.sources, workspace.origins)
    document = workspace.sources_document
    for name, source in workspace.sources.items():
        if any(name in provenance.derivation(other) for other in source.comes_from):
            line = document.line(("sources", name))
            yield Problem(
                "circular-source",
                f"the source {name!r} is derived from itself",
                document.file,
                line,
            )
    for name, body in workspace.origins.items():
        at, seen = body.part_of, {name}
        while at is not None and at not in seen and at in workspace.origins:
            seen.add(at)
            at = workspace.origins[at].part_of
        if at == name:
            line = document.line(("origins", name, "part_of"))
            yield Problem(
                "circular-source", f"the origin {name!r} is part of itself", document.file, line
            )
