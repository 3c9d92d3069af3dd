"""The gazetteer: resolves names and codes to places and knows what contains what.

The hierarchy is a graph without cycles rather than a tree: Guangzhou lies in Guangdong and in the Greater Bay Area, and
Guangdong is not a part of the latter. A record counts once in every place that contains its own, by however many ways.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ceyuan.errors import Problem, did_you_mean
from ceyuan.workspace.config import Party
from ceyuan.workspace.placesfile import Place

PLACES_FILE = "places.csv"


def normalise_name(text: str) -> str:
    """The form in which names are compared: NFKC, no spaces, no case.

    >>> normalise_name("北   京") == normalise_name("北京")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True)
class Gazetteer:
    """All places of a workspace.

    Attributes:
        places: the places by identifier.
    """

    places: Mapping[str, Place]

    @classmethod
    def of(cls, places: Iterable[Place]) -> Gazetteer:
        """A gazetteer of places that have passed :func:`check_places`."""
        return cls({p.id: p for p in places})

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for place in self.places.values():
            for name in spellings(place):
                names.setdefault(normalise_name(name), place.id)
        return names

    def resolve(self, text: str) -> str | None:
        """The identifier of the place that an id, name, alias or code means, or None."""
        return self._names.get(normalise_name(text))

    def suggest(self, text: str) -> str | None:
        """A hint for a name that is not known."""
        return did_you_mean(normalise_name(text), self._names)

    @cached_property
    def containing(self) -> dict[str, frozenset[str]]:
        """Every place with all places that contain it, itself among them."""
        result: dict[str, frozenset[str]] = {}
        for start in self.places:
            stack = [start]  # not recursive: a chain of places may be long
            while stack:
                parents = self.places[stack[-1]].parents
                waiting = [p for p in parents if p not in result]
                if waiting:
                    stack += waiting
                    continue
                here = stack.pop()
                result[here] = frozenset({here}).union(*(result[p] for p in parents))
        return result

    @cached_property
    def _contents(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for place, above in self.containing.items():
            for whole in above:
                found.setdefault(whole, set()).add(place)
        return {whole: frozenset(parts) for whole, parts in found.items()}

    def inside(self, place: str) -> frozenset[str]:
        """A place and everything inside it."""
        return self._contents.get(place, frozenset())

    @cached_property
    def overlapping(self) -> dict[str, frozenset[str]]:
        """Places with the others that they have something in common with: what contains them, lies in them, or crosses them."""
        found: dict[str, set[str]] = {}
        for above in self.containing.values():
            for place in above:
                found.setdefault(place, set()).update(above)
        return {place: frozenset(others - {place}) for place, others in found.items()}

    def parts(self, place: str, kind: str) -> frozenset[str]:
        """The places of one kind inside a place, without itself."""
        return frozenset(
            p for p in self.inside(place) if p != place and self.places[p].kind == kind
        )

    @cached_property
    def areas_across(self) -> dict[str, frozenset[str]]:
        """Places with the centres and groups of places that have something in common with them, but do not contain them."""
        found: dict[str, set[str]] = {}
        for area in self.places.values():
            if area.kind not in ("centre", "group"):
                continue
            members = self.inside(area.id)
            for above in (
                frozenset().union(*(self.containing[member] for member in members)) - members
            ):
                found.setdefault(above, set()).add(area.id)
        return {place: frozenset(areas) for place, areas in found.items()}

    def economy_of(self, place: str) -> frozenset[str]:
        """ISO 3166 codes of the economies and special regions that a place belongs to."""
        return frozenset(
            c for p in self.containing[place] if (c := self.places[p].iso3166) and len(c) == 2
        )


def spellings(place: Place) -> Iterator[str]:
    """Everything that a place may be called: id, names, aliases, codes."""
    yield from (place.id, place.name.en, place.name.zh_hans, place.name.zh_hant)
    yield from place.aliases
    yield from place.codes


def check_places(
    places: Iterable[Place], parties: Iterable[Party], file: str = PLACES_FILE
) -> list[Problem]:
    """All faults of the hierarchy: duplicates, unknown parents and parties, cycles, ambiguous names."""
    rows = list(places)
    return [
        *_duplicates(rows, file),
        *_unknown(rows, {p.id for p in parties}, file),
        *_cycles(rows, file),
    ]


def _duplicates(places: list[Place], file: str) -> Iterator[Problem]:
    ids: dict[str, int] = {}
    names: dict[str, Place] = {}
    for place in places:
        if place.id in ids:
            message = f"the place {place.id!r} is declared twice, first in line {ids[place.id]}"
            yield Problem("duplicate-id", message, file, place.line)
            continue
        ids[place.id] = place.line
        for name in spellings(place):
            other = names.setdefault(normalise_name(name), place)
            if other.id != place.id:
                message = f"{name!r} means {place.id!r} here and {other.id!r} in line {other.line}"
                yield Problem("ambiguous-name", message, file, place.line)


def _unknown(places: list[Place], parties: set[str], file: str) -> Iterator[Problem]:
    known = {p.id for p in places}
    for place in places:
        for parent in place.parents:
            if parent not in known:
                hint = did_you_mean(parent, known)
                yield Problem(
                    "unknown-place",
                    f"the parent {parent!r} is not declared",
                    file,
                    place.line,
                    hint,
                )
        if place.party is not None and place.party not in parties:
            hint = did_you_mean(place.party, parties)
            yield Problem(
                "unknown-party",
                f"the party {place.party!r} is not declared",
                file,
                place.line,
                hint,
            )


def _cycles(places: list[Place], file: str) -> Iterator[Problem]:
    by_id = {p.id: p for p in places}
    done: set[str] = set()
    for start, first in by_id.items():
        trail: list[str] = []
        stack = [(start, iter(first.parents))] if start not in done else []
        while stack:
            node, parents = stack[-1]
            if not trail or trail[-1] != node:
                trail.append(node)
            parent = next((p for p in parents if p in by_id and p not in done), None)
            if parent is None:
                done.add(node)
                stack.pop()
                trail.pop()
            elif parent in trail:
                loop = [*trail[trail.index(parent) :], parent]
                yield Problem("place-cycle", " ⊂ ".join(loop), file, by_id[parent].line)
            else:
                stack.append((parent, iter(by_id[parent].parents)))
