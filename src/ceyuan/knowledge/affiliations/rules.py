"""Which place an affiliation means: by register, coordinates, address, the organisation's name, or a name inside it.

Country codes do not tell: Hong Kong and Macao are coded CN in OpenAlex and PatentsView, "MO" is Missouri in an address of
the United States, "HKUST (Guangzhou)" is in Guangdong, and "National Sun Yat-sen University" is not the university in
Guangzhou. So a text is read in this order, and where it names several sides it is listed as uncertain, not decided in silence:

1. ``register``: the ROR identifier of a known organisation;
2. ``coordinates``: the nearest city or district within so many km;
3. ``address``: parts of the text between commas, semicolons and brackets that are a city or a district;
4. ``organisation``: the longest name of a known organisation, within the province or economy of the address if there is one;
5. ``name``: a place named inside a longer part ("City University of Hong Kong"), likewise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ceyuan.knowledge.arrays import Floats
from ceyuan.places import Gazetteer
from ceyuan.places.distance import distance_km
from ceyuan.places.gazetteer import spellings

Rule = Literal["register", "coordinates", "address", "organisation", "name", "none"]
SPECIAL = {"district": 0, "city": 1, "province": 2, "economy": 3}
"""Kinds of places that an affiliation may mean, the most special first."""
HOMONYMS = ("zhongshan", "中山")
"""Names of places that organisations elsewhere bear after a person: as a part of an address only."""
_PARTS = re.compile(r"[,;|()\[\]/]")
_KINDS = "the|city|province|sar|district|municipality|p r|pr|peoples? (s )?republic of"
_NO_NAME = re.compile(rf"\b({_KINDS})\b|\b\w*\d\w*\b")
MARK = "¦"
_BEFORE = re.compile(rf"(^|{MARK}|\b(the|of|at|in|and|from|with))\s*$")


@dataclass(frozen=True)
class Organisation:
    """An organisation whose place is known.

    Attributes:
        names: how it is written.
        place: identifier of its place.
        ror: its identifier in the Research Organization Registry, without the address of the registry.
    """

    names: tuple[str, ...]
    place: str
    ror: str | None = None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Organisation | None:
        """An organisation from a record of it; None if its place is not known.

        >>> Organisation.of({"name": "香港大学", "name_en": "University of Hong Kong", "place": "hongkong"})
        Organisation(names=('香港大学', 'University of Hong Kong'), place='hongkong', ror=None)
        """
        names = tuple(record[key] for key in ("name", "name_en", "name_zh_hant") if record.get(key))
        return cls(names, record["place"], record.get("ror")) if record.get("place") else None


@dataclass(frozen=True)
class Affiliation:
    """What an affiliation means.

    Attributes:
        place: identifier of the place, None where none is found.
        rule: the rule that found it.
        certain: whether nothing in it says otherwise.
        also: other places that it names and that do not contain the first.
    """

    place: str | None
    rule: Rule
    certain: bool
    also: tuple[str, ...] = ()


def plain(text: str) -> str:
    """The form in which texts are compared: NFKC, lower case, every sign that is neither letter nor digit a blank.

    >>> plain("HKUST（Guangzhou）, Hong  Kong")
    'hkust guangzhou hong kong'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c)
    )
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


@dataclass(frozen=True)
class Affiliations:
    """The rules, over the places and organisations of a workspace.

    Attributes:
        gazetteer: the places.
        organisations: organisations whose place is known.
        within_km: how near the nearest city must be, for the rule of coordinates.
    """

    gazetteer: Gazetteer
    organisations: Sequence[Organisation] = ()
    within_km: float = 30.0

    @cached_property
    def _places(self) -> dict[str, str]:
        """Places that an affiliation may mean, by plain spelling; numbers are no names."""
        found: dict[str, str] = {}
        for place in self.gazetteer.places.values():
            if place.kind in SPECIAL:
                for name in spellings(place):
                    if len(plain(name)) > 1 and not plain(name).isdigit():
                        found.setdefault(plain(name), place.id)
        return found

    @cached_property
    def _inside(self) -> re.Pattern[str]:
        """Names of places as they stand inside longer text; codes of two letters never do."""
        names = (n for n in self._places if n not in HOMONYMS and not (n.isascii() and len(n) < 4))
        return _any_of(sorted(names, key=len, reverse=True))

    @property
    def _known(self) -> list[Organisation]:
        """Organisations at a place that an affiliation may mean, not in an area of several sides."""
        return [o for o in self.organisations if self.gazetteer.places[o.place].kind in SPECIAL]

    @cached_property
    def _registered(self) -> Mapping[str, Organisation]:
        return {o.ror: o for o in self._known if o.ror}

    @cached_property
    def _named(self) -> Mapping[str, str]:
        """Places of organisations by plain name; a name that two organisations in different places share is left out."""
        found: dict[str, set[str]] = {}
        for organisation in self._known:
            for name in organisation.names:
                found.setdefault(_without_article(plain(name)), set()).add(organisation.place)
        return {
            name: min(places)
            for name, places in found.items()
            if len(places) == 1 and len(name) > 3
        }

    @cached_property
    def _organisation(self) -> re.Pattern[str]:
        return _any_of(sorted(self._named, key=len, reverse=True))

    def read(
        self, text: str, ror: str = "", lat: float | None = None, lon: float | None = None
    ) -> Affiliation:
        """The place of an affiliation.

        Args:
            text: the affiliation as it is written.
            ror: identifier of the organisation in the registry, with or without its address; empty where not known.
            lat: degrees, where the source tells them.
            lon: the same.

        >>> from ceyuan.pipeline.reading import Build
        >>> with Build.open(gba) as build:
        ...     Affiliations(build.gazetteer).read("Shenzhen University, China")
        Affiliation(place='shenzhen', rule='name', certain=True, also=())
        """
        known = self._registered.get(ror.strip().rstrip("/").rsplit("/", 1)[-1].casefold())
        if known is not None:
            return Affiliation(known.place, "register", certain=True)
        if lat is not None and lon is not None and (near := self._nearest(lat, lon)) is not None:
            return Affiliation(near, "coordinates", certain=True)
        organisations, rest = self._organisations(marked(text))
        address = self._address(rest)
        names = [self._places[_unmarked(match[0])] for match in self._inside.finditer(rest)]
        return self._decided(address, organisations, names)

    def _decided(
        self, address: list[str], organisations: list[str], names: list[str]
    ) -> Affiliation:
        """An address goes before names if it says more than a province; within a province or economy names say where."""
        mentioned = list(dict.fromkeys([*address, *organisations, *names]))
        if not mentioned:
            return Affiliation(None, "none", certain=False)
        place = min(address or mentioned, key=self._special)
        if self._special(place) >= SPECIAL["province"]:
            within = [
                name
                for name in [*organisations, *names]
                if not address or place in self.gazetteer.containing[name]
            ]
            place = min([*within, place], key=self._special)
        # A campus away from home and a second employer look alike: both are listed.
        others = tuple(name for name in mentioned if not self._along(place, name))
        rule: Rule = (
            "organisation" if place in organisations else "address" if place in address else "name"
        )
        return Affiliation(place, rule, not others, others)

    def _special(self, place: str) -> int:
        return SPECIAL[self.gazetteer.places[place].kind]

    @cached_property
    def _towns(self) -> tuple[list[str], Floats, Floats]:
        """Cities and districts with coordinates: their names, latitudes and longitudes."""
        names, at = [], []
        for place in self.gazetteer.places.values():
            if place.kind not in ("city", "district"):
                continue
            if place.lat is not None and place.lon is not None:
                names.append(place.id)
                at.append((place.lat, place.lon))
        lat, lon = np.array(at, np.float64).reshape(-1, 2).T
        return names, lat, lon

    def _nearest(self, lat: float, lon: float) -> str | None:
        names, lats, lons = self._towns
        if not names:
            return None
        km = distance_km(np.array(lat), np.array(lon), lats, lons)
        # Of places at one point the last counts, which is the smaller one.
        nearest = km.size - 1 - int(np.argmin(km[::-1]))
        return names[nearest] if km[nearest] <= self.within_km else None

    def _address(self, text: str) -> list[str]:
        """Places that whole parts of a marked text are."""
        parts = [_bare(part) for part in text.split(MARK)]
        found = {part: self._places[part] for part in parts if part in self._places}
        abroad = any("CN" not in self.gazetteer.economy_of(place) for place in found.values())
        # Missouri, unless the rest of the address is Chinese
        if "mo" in found and (abroad or len(found) == 1):
            del found["mo"]
        return list(dict.fromkeys(found.values()))

    def _along(self, one: str, other: str) -> bool:
        """Whether one place contains the other."""
        return other in self.gazetteer.containing[one] or one in self.gazetteer.containing[other]

    def _organisations(self, text: str) -> tuple[list[str], str]:
        """Places of the known organisations in a marked text, and what is left of it without their names.

        A name that follows other words is part of a longer one: another organisation.
        """
        found: list[str] = []
        rest, end = "", 0
        for match in self._organisation.finditer(text):
            if _BEFORE.search(text[: match.start()]):
                found.append(self._named[_unmarked(match[0])])
                rest, end = f"{rest}{text[end : match.start()]}{MARK}", match.end()
        return found, rest + text[end:]


def marked(text: str) -> str:
    """A text in the form in which texts are compared, its parts set off by marks.

    >>> marked("HKUST (Guangzhou), China")
    'hkust ¦ guangzhou ¦  ¦ china'
    """
    parts = _PARTS.split(unicodedata.normalize("NFKC", text))
    return f" {MARK} ".join(plain(part) for part in parts)


def _unmarked(text: str) -> str:
    return " ".join(text.replace(MARK, " ").split())


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Any of some plain names: whole words, with marks between them, or signs where there are no blanks between words."""
    words = []
    for name in names:
        inside = rf"(?: {MARK})* +".join(map(re.escape, name.split()))
        words.append(rf"\b{inside}\b" if name.isascii() else inside)
    return re.compile("|".join(words) if words else r"(?!)")


def _without_article(name: str) -> str:
    return name.removeprefix("the ")


def _bare(part: str) -> str:
    """A part of an address without postcodes and words that say what kind of place it is."""
    return " ".join(_NO_NAME.sub(" ", plain(part)).split())
