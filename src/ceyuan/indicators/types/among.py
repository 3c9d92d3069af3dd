"""Which places an indicator compares or takes together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, get_args

from ceyuan.errors import Problem, did_you_mean
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.types.derived import place_problems
from ceyuan.places import Gazetteer
from ceyuan.workspace.placesfile import PlaceKind
from ceyuan.workspace.spec import Id, Spec, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace


class Among(Spec):
    """The places that are compared or taken together."""

    kind: str | None = spec_field(
        "All places of this kind …", good="province", bad="prov", default=None
    )
    within: Id | None = spec_field("… inside this place.", good="cn", bad="China", default=None)
    places: tuple[Id, ...] = spec_field(
        "Or exactly these.", good=["gba", "beijing"], bad="gba", default=()
    )

    def of(self, gazetteer: Gazetteer) -> list[str]:
        """The places that are meant."""
        if self.places:
            return list(self.places)
        inside = (
            gazetteer.inside(self.within) - {self.within} if self.within else set(gazetteer.places)
        )
        return sorted(
            p for p in inside if self.kind is None or gazetteer.places[p].kind == self.kind
        )

    def pick(self, gazetteer: Gazetteer, series: Sequence[Observation]) -> list[Observation]:
        """Those of some observations that are of the places that are meant."""
        places = set(self.of(gazetteer))
        return [value for value in series if value.place in places]

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """Places that are not there, or none at all."""
        if not (self.places or self.kind or self.within):
            yield Problem("missing-key", "`among` names no places", file, line)
        if self.kind is not None and self.kind not in get_args(PlaceKind):
            hint = did_you_mean(self.kind, get_args(PlaceKind))
            yield Problem("bad-value", f"among.kind: {self.kind!r} is not known", file, line, hint)
        named = (*self.places, *((self.within,) if self.within else ()))
        yield from place_problems(named, (p.id for p in workspace.places), file, line)
