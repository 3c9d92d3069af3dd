"""The values of a build, as claims ask for them."""

from __future__ import annotations

from functools import cache

from ceyuan.indicators.observations import Observation
from ceyuan.pipeline.reading import Build
from ceyuan.wording import Trilingual


class Values:
    """The values of a build, read once for each indicator and asked for by place and period.

    Args:
        build: the build.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._kept: dict[str, list[Observation]] = {}
        self._doubted: dict[str, list[Observation]] = {}
        self._makers: dict[tuple[str, str], tuple[Trilingual, ...]] = {}
        self._placed: dict[str, dict[str, list[Observation]]] = {}

    def of(self, indicator: str) -> list[Observation]:
        """All values of an indicator without breakdown, from all sources, those first that are shown.

        What is simulated or doubted is no evidence.
        """
        if indicator not in self._kept:
            found = self._build.show(indicator, breakdown="", all_sources=True)
            self._doubted[indicator] = [
                o for o in found if o.value is not None and o.status == "doubtful"
            ]
            self._kept[indicator] = sorted(
                (
                    o
                    for o in found
                    if o.value is not None and o.status not in ("simulated", "doubtful")
                ),
                key=lambda o: (not o.shown, -self._priority(o)),
            )
        return self._kept[indicator]

    def doubted(self, indicator: str) -> list[Observation]:
        """Its values that the workspace doubts: no evidence, but somebody stated them."""
        self.of(indicator)
        return self._doubted[indicator]

    def by_place(self, indicator: str) -> dict[str, list[Observation]]:
        """The same by place, places in the order of their first values."""
        if indicator not in self._placed:
            placed = self._placed.setdefault(indicator, {})
            for observation in self.of(indicator):
                placed.setdefault(observation.place, []).append(observation)
        return self._placed[indicator]

    def makers(self, source: str, indicator: str) -> tuple[Trilingual, ...]:
        """Names of the bodies that made a source's figure; its publisher's where none is declared."""
        key = source, indicator
        if key not in self._makers:
            provenance = self._build.provenance
            retold = provenance.retells(source, indicator)
            bodies = (
                provenance.measurers(source, indicator) if retold else provenance.origin(source)
            )
            names = [provenance.origins[body].name for body in bodies if body in provenance.origins]
            known = self._build.sources.get(source)
            self._makers[key] = tuple(names or ([known.publisher] if known is not None else []))
        return self._makers[key]

    def _priority(self, observation: Observation) -> int:
        sources = self._build.sources
        return max(
            (sources[s].priority for s in sources_of(observation) if s in sources), default=0
        )


def sources_of(observation: Observation) -> tuple[str, ...]:
    """Identifiers of the sources of a value."""
    return _sources(observation.source)


@cache
def _sources(written: str) -> tuple[str, ...]:
    return tuple(s for s in written.split(";") if s)


def at_least(observation: Observation) -> bool:
    """Whether a value was counted from records that are not all there are: a lower bound that decides nothing."""
    return (
        observation.status == "computed"
        and observation.records is not None
        and observation.bound in ("ge", "gt")
    )
