"""Names of places in running text, in Chinese and in English, also of places that a workspace does not declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ceyuan.places import Gazetteer
from ceyuan.places.gazetteer import spellings
from ceyuan.reader.fold import fold

HAN = re.compile(r"[㐀-鿿]")
_SHORTEST_LATIN = 3
_SPACE = re.compile(r"\s+(?![A-Za-z(])|(?<![A-Za-z0-9,.)’'])\s+")
# A place by the form of its name, whether a workspace declares it or not: 宁波市, 余姚县; 上市 and 全市 are none.
_SOME_PLACE = re.compile(
    r"(?![全我本该各两二三四五六七八九十几数和与及])[一-鿿]{2,5}?(?<![上股超都城门入])(?:自治州|自治区|自治县|特区|新区|省|市|县|州)(?!场|值|民|级|委|政)"
)
# 北京、天津、河北三省市: how many were named.
_SO_MANY = re.compile(
    r"^[两二三四五六七八九十]+个?(?:省区市|省市|省份|省|城市|市|地)(?![级场值区])"
)
# Names that mean whatever place the text is about.
RELATIVE = re.compile(r"(?:[全我本该][省市区州县]|[本全][港澳]|本地|当地)(?![场级值委政域球])")
_WHOLES = {"省": "province", "市": "city"}
# 全国重点实验室 is a class of laboratories: 香港的15所全国重点实验室 are not the nation's.
_NATIONAL_SCHEME = r"全[国國]重[点點][实實][验驗]室"
_OTHER = re.compile(r"(?:占|比|较|与|高于|低于|超过|相当于|对|向|至|往)$")
# 进入全球排名前千分之一: the world is where one is ranked.
_RANKED_IN = re.compile(
    r"(?:综合|总)?(?:排名|排行|第[一二三四五六七八九十\d]|前[一二三四五六七八九十百千万\d]|首位|领先|百强)"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|The|FY)"
_NAME = rf"(?!{_MONTH}\b)[A-Z][A-Za-z]+(?: (?:and )?[A-Z][A-Za-z]+){{0,3}}"
# In the Global Innovation Index: a list in which one is ranked is no place.
_NO_PLACE = r"(?!(?:[A-Z][A-Za-z]+ (?:and |of )?){0,5}(?:Index|Report|Rankings?|Survey|Yearbook|Bulletin|Database)\b)"
_LATIN_PLACE = re.compile(
    rf"\b(?:in|of|for|across) (?:the )?{_NO_PLACE}(?P<name>{_NAME})|\b(?:The |the )?(?P<owner>{_NAME})['’]s\b"
)
_LATIN_BEHIND = re.compile(rf"[^.;,]{{0,24}}?\b(?:in|for) (?:the )?{_NO_PLACE}(?P<name>{_NAME})")
_ITEM = r"[A-Z][a-z]+(?: [A-Z][a-z]+){0,3}"
_JOINT = re.compile(r"、|和|与|及|以及")
_LATIN_JOINT = re.compile(r", (?:and )?| and ")
_WORDS = re.compile(r"[A-Za-z][A-Za-z&'’-]*")
# English words that say nothing of what a figure is of.
_STOPS = frozenset(
    """
    the a an of in on for to by at with from and or its their was were is are be been has have had reached reaches reach stood
    stands rose fell grew went moved changed increased decreased declined dropped climbed risen fallen grown
    up down amounted totalled totaled total overall came hit expected will would about over more than
    less exceeded exceeds spent filed recorded s ranked ranks rank placed
    compared versus vs against equivalent equal equals equalled equaled amounts
    accounted accounts accounting representing represented increase decrease
    ahead behind followed figure figures corresponding it as whole after following but only just
    between raised lifted
    there home having according number numbered numbering
    edged inched crept soared jumped surged dipped slid eased slipped plunged tumbled
    first second third fourth fifth sixth seventh eighth ninth tenth
    """.split()  # noqa: SIM905 - forty words are read more easily so
)
_CLUSTERS = ("集群", "集羣", "cluster")


@dataclass(frozen=True, slots=True)
class NamedPlace:
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
        titles: names of indicators; what such a name has inside (Papers in the Citation Index) is no place.
    """

    def __init__(self, gazetteer: Gazetteer, titles: Iterable[str] = ()) -> None:
        self._titles = " | ".join(titles)
        self._gazetteer = gazetteer
        names: dict[str, str] = {
            plain_form(n): p.id
            for p in gazetteer.places.values()
            for n in spellings(p)
            if _usable(n)
        }
        if country := next((p.id for p in gazetteer.places.values() if p.iso3166 == "CN"), None):
            names["我国"] = country
        self.nation = NamedPlace(country, "我国") if country else None
        self._names: Mapping[str, str] = names
        ordered = sorted(names, key=len, reverse=True)
        known = "|".join(rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in ordered)
        # Most characters of a text begin no name: they are passed over without trying every name.
        first = "".join(sorted({re.escape(n[0]) for n in ordered}))
        self._pattern = re.compile(
            rf"(?=[{first}])(?!{_NATIONAL_SCHEME})(?:{known})" if known else r"(?!)"
        )
        item = rf"(?:the )?(?:{known or _ITEM}|{_ITEM})"
        self._run = re.compile(rf"\b(?=[A-Zt]){item}(?:(?:, (?:and )?| and ){item})+")

    def said(self, text: str) -> NamedPlace:
        """The place that a text names and nothing else."""
        return NamedPlace(self._gazetteer.resolve(text) or self._names.get(plain_form(text)), text)

    def front(self, text: str) -> tuple[NamedPlace | None, str]:
        """The place at the front of a text, the innermost of several (广东省深圳市), and the rest."""
        named: NamedPlace | None = None
        rest = plain_form(text)
        if match := RELATIVE.match(rest):
            return NamedPlace(None, match.group()), rest[match.end() :]
        while match := self._pattern.match(rest):
            place = self._names[match.group()]
            if named is not None and place not in self._gazetteer.inside(named.place or ""):
                break  # 首尔集群全球创新集群排名: the second is a part of what is stated
            named, rest = NamedPlace(place, match.group()), rest[match.end() :]
        if named is not None:
            rest = kind_said(named.name) + _SO_MANY.sub("", rest)
            if match := RELATIVE.match(rest):
                return named, rest[match.end() :]  # 香港本地研发开支
        if match := _SOME_PLACE.match(rest):
            named, rest = NamedPlace(None, match.group()), rest[match.end() :]
        return named, rest

    def relative(self, whole: NamedPlace | None, part: NamedPlace) -> NamedPlace | None:
        """The place that 全省 or 全市 means for a part of it, where the part is known; any other as it is."""
        kind = _WHOLES.get(whole.name[-1:]) if whole is not None and whole.place is None else None
        if (
            whole is None
            or kind is None
            or not RELATIVE.fullmatch(whole.name)
            or part.place is None
        ):
            return whole
        around = self._gazetteer.containing.get(part.place, frozenset()) - {part.place}
        fitting = [place for place in sorted(around) if self._gazetteer.places[place].kind == kind]
        return NamedPlace(fitting[0], whole.name) if len(fitting) == 1 else whole

    def several(self, text: str) -> tuple[list[NamedPlace], str]:
        """The places of a list at the front of a text, and the rest: 广东、江苏和北京的.

        A place that is not declared has no identifier.
        """
        named, rest = self.front(text)
        listed = [] if named is None else [named]
        while listed and (joint := _JOINT.match(rest)):
            named, behind = self.front(rest[joint.end() :])
            if named is None:
                break
            listed.append(named)
            rest = behind
        return listed, rest

    def parted(self, name: str) -> tuple[str | None, str]:
        """The place in the name of an indicator and the name without it; None where it has none.

        It stands in front (香港研发开支) or at the end (R&D expenditure of Hong Kong).
        """
        form = plain_form(name)
        named, rest = self.front(form) if HAN.search(form) else (None, form)
        if named is not None and named.place is not None:
            return named.place, rest
        behind = re.search(rf" (?:of|in) (?:the )?(?P<name>{self._pattern.pattern})(?=$|,)", form)
        if behind is None:
            return None, name
        return self._names[behind["name"]], form[: behind.start()] + form[behind.end() :]

    def latin_several(self, text: str) -> list[NamedPlace]:
        """The places of the last list of an English passage; a single place where there is no list."""
        form = plain_form(text)
        for run in reversed(list(self._run.finditer(form))):
            listed = [self.first(item) for item in _LATIN_JOINT.split(run.group())]
            if any(named is not None and named.place is not None for named in listed):
                return [named or NamedPlace(None, "") for named in listed]
        named = self.inside(form)
        return [named] if named else []

    def first(self, text: str) -> NamedPlace | None:
        """The place at the front of an English passage, also one that is not declared."""
        form = text.removeprefix("the ")
        if match := self._pattern.match(form):
            return NamedPlace(self._names[match.group()], match.group())
        other = re.match(_NAME, form)
        return NamedPlace(None, other.group()) if other else None

    def around(self, text: str, start: int, end: int) -> bool:
        """Whether a passage is a part of a place's name: the Nine Mainland cities of the Greater Bay Area."""
        return any(m.start() <= start and end < m.end() for m in self._pattern.finditer(text))

    def anywhere(self, text: str) -> bool:
        """Whether a text names a place that the workspace declares."""
        return bool(self._pattern.search(plain_form(text)))

    def inside(self, text: str) -> NamedPlace | None:
        """The last place that a text names, leaving out those that are only a whole or a comparison (占全国)."""
        form = plain_form(text)
        found = [
            m
            for m in self._pattern.finditer(form)
            if not _OTHER.search(form, 0, m.start()) and not _RANKED_IN.match(form, m.end())
        ]
        return NamedPlace(self._names[found[-1].group()], found[-1].group()) if found else None

    def latin(self, text: str) -> tuple[NamedPlace | None, str]:
        """The last place of an English passage, and its words without places and without those that say nothing of what it is."""
        form = plain_form(text)
        found = list(self._pattern.finditer(form))
        named = NamedPlace(self._names[found[-1].group()], found[-1].group()) if found else None
        rest = form[found[-1].end() :] if found else form
        others = (
            m for m in _LATIN_PLACE.finditer(rest) if (m["name"] or m["owner"]) not in self._titles
        )
        if other := next(others, None):
            named = NamedPlace(None, other["name"] or other["owner"])
        without = self._pattern.sub(lambda match: f" {kind_said(match.group())} ", form)
        words = _LATIN_PLACE.sub(self._place_only, without)
        return named, " ".join(w for w in _WORDS.findall(words) if w.casefold() not in _STOPS)

    def _place_only(self, match: re.Match[str]) -> str:
        """Nothing for a place; what stands in the name of an indicator stays."""
        return match.group() if (match["name"] or match["owner"]) in self._titles else " "

    def behind(self, text: str, end: int) -> NamedPlace | None:
        """The place that English names right behind a figure: 4.44% in Shanghai."""
        found = _LATIN_BEHIND.match(text, end)
        if found is None:
            return None
        match = self._pattern.match(text, found.start("name"))
        if match is None and found["name"] in self._titles:
            return None  # papers in SCI
        return (
            NamedPlace(self._names[match.group()], match.group())
            if match
            else NamedPlace(None, found["name"])
        )


def kind_said(name: str) -> str:
    """The word in a cluster's name that says what is stated of it: 深港穗集群排名第一 is a rank of clusters."""
    return next((word for word in _CLUSTERS if name.endswith(word)), "")


def _usable(name: str) -> bool:
    return len(name) >= 2 and bool(
        HAN.search(name) or (len(name) >= _SHORTEST_LATIN and name[:1].isupper())
    )


@lru_cache(maxsize=8192)
def plain_form(text: str) -> str:
    """One form of a passage: folded, without spaces but those between Latin words."""
    return _SPACE.sub("", fold(text)).strip("“”「」『』\"'")
