"""Names of places in running text, in Chinese and in English, also of places that a workspace does not declare."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ceyuan.places import Gazetteer
from ceyuan.places.gazetteer import spellings
from ceyuan.reader.fold import fold

HAN = re.compile(r"[㐀-鿿]")
_SHORTEST_LATIN = 3
_SPACE = re.compile(r"\s+(?![A-Za-z(])|(?<![A-Za-z0-9,.)’'])\s+")
# A place by the form of its name, whether a workspace declares it or not: 宁波市, 余姚县; 上市 and 全市 are none.
_SOME_PLACE = re.compile(
    r"(?![全我本该各])[一-鿿]{2,5}?(?<![上股超都城门入])(?:自治州|自治区|自治县|特区|新区|省|市|县|州)(?!场|值|民|级|委|政)"
)
_OTHER = re.compile(r"(?:占|比|较|与|高于|低于|超过|相当于|对|向|至|往)$")
# 进入全球排名前千分之一: the world is where one is ranked.
_RANKED_IN = re.compile(
    r"(?:综合|总)?(?:排名|排行|第[一二三四五六七八九十\d]|前[一二三四五六七八九十百千万\d]|首位|领先|百强)"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|The|FY)"
_NAME = rf"(?!{_MONTH}\b)[A-Z][A-Za-z]+(?: (?:and )?[A-Z][A-Za-z]+){{0,3}}"
_LATIN_PLACE = re.compile(
    rf"\b(?:in|of|for|across) (?:the )?(?P<name>{_NAME})|\b(?:The |the )?(?P<owner>{_NAME})['’]s\b"
)
_LATIN_BEHIND = re.compile(rf"[^.;,]{{0,24}}?\b(?:in|for) (?:the )?(?P<name>{_NAME})")
_WORDS = re.compile(r"[A-Za-z][A-Za-z&'’-]*")
# English words that say nothing of what a figure is of.
_STOPS = frozenset(
    """
    the a an of in on for to by at with from and or its their was were is are be been has have had reached reaches reach stood
    stands rose fell grew up down amounted totalled totaled total overall came hit expected will would about over more than
    less exceeded exceeds spent filed recorded s
    """.split()  # noqa: SIM905 - forty words are read more easily so
)


@dataclass(frozen=True, slots=True)
class Named:
    """A place as a text names it.

    Attributes:
        place: its identifier, None for a place that the workspace does not declare.
        name: its name in the text.
    """

    place: str | None
    name: str


class PlaceNames:
    """Finds names of places in running text, the longest first.

    Args:
        gazetteer: the places.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        names: dict[str, str] = {
            plain_form(n): p.id for p in gazetteer.places.values() for n in spellings(p) if _usable(n)
        }
        if country := next((p.id for p in gazetteer.places.values() if p.iso3166 == "CN"), None):
            names["我国"] = country
        self._names: Mapping[str, str] = names
        ordered = sorted(names, key=len, reverse=True)
        known = "|".join(rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in ordered)
        self._pattern = re.compile(known or r"(?!)")

    def said(self, text: str) -> Named:
        """The place that a text names and nothing else."""
        return Named(self._gazetteer.resolve(text) or self._names.get(plain_form(text)), text)

    def front(self, text: str) -> tuple[Named | None, str]:
        """The place at the front of a text, the innermost of several (广东省深圳市), and the rest."""
        named: Named | None = None
        rest = plain_form(text)
        while match := self._pattern.match(rest):
            place = self._names[match.group()]
            if named is not None and place not in self._gazetteer.inside(named.place or ""):
                break  # 首尔集群全球创新集群排名: the second is a part of what is stated
            named, rest = Named(place, match.group()), rest[match.end() :]
        if match := _SOME_PLACE.match(rest):
            named, rest = Named(None, match.group()), rest[match.end() :]
        return named, rest

    def anywhere(self, text: str) -> bool:
        """Whether a text names a place that the workspace declares."""
        return bool(self._pattern.search(plain_form(text)))

    def inside(self, text: str) -> Named | None:
        """The last place that a text names, leaving out those that are only a whole or a comparison (占全国)."""
        form = plain_form(text)
        found = [
            m
            for m in self._pattern.finditer(form)
            if not _OTHER.search(form, 0, m.start()) and not _RANKED_IN.match(form, m.end())
        ]
        return Named(self._names[found[-1].group()], found[-1].group()) if found else None

    def latin(self, text: str) -> tuple[Named | None, str]:
        """The last place of an English passage, and its words without places and without those that say nothing of what it is."""
        found = list(self._pattern.finditer(plain_form(text)))
        named = Named(self._names[found[-1].group()], found[-1].group()) if found else None
        rest = text[text.rfind(found[-1].group()) :] if found else text
        if other := _LATIN_PLACE.search(rest):
            named = Named(None, other["name"] or other["owner"])
        words = _LATIN_PLACE.sub(" ", self._pattern.sub(" ", plain_form(text)))
        return named, " ".join(w for w in _WORDS.findall(words) if w.casefold() not in _STOPS)

    def behind(self, text: str, end: int) -> Named | None:
        """The place that English names right behind a figure: 4.44% in Shanghai."""
        found = _LATIN_BEHIND.match(text, end)
        if found is None:
            return None
        match = self._pattern.match(text, found.start("name"))
        return Named(self._names[match.group()], match.group()) if match else Named(None, found["name"])


def _usable(name: str) -> bool:
    return len(name) >= 2 and bool(HAN.search(name) or (len(name) >= _SHORTEST_LATIN and name[:1].isupper()))


def plain_form(text: str) -> str:
    """One form of a passage: folded, without spaces but those between Latin words."""
    return _SPACE.sub("", fold(text)).strip("“”\"'")
