"""The words around a figure that say what it is of, and where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ceyuan.claims.comparison import basis
from ceyuan.places import Gazetteer
from ceyuan.places.gazetteer import spellings
from ceyuan.reader import Statement
from ceyuan.reader.fold import fold
from ceyuan.reader.layout import Layout

_HAN = re.compile(r"[㐀-鿿]")
_VERBS = re.compile(r"(?:设立|設立|成立|建成|新增|拥有|擁有|共有|打造|实现|實現|完成|达到|達到|形成|投入|支持|占)?")
_SHORTEST_LATIN = 3
_SPACE = re.compile(r"\s+(?![A-Za-z(])|(?<![A-Za-z0-9,.)’'])\s+")
# A place by the form of its name, whether a workspace declares it or not: 宁波市, 余姚县; 上市 and 全市 are none.
_SOME_PLACE = re.compile(
    r"(?![全我本该各])[一-鿿]{2,5}?(?<![上股超都城门入])(?:自治州|自治区|自治县|特区|新区|省|市|县|州)(?!场|值|民|级|委|政)"
)
# Names that mean whatever place the text is about.
_RELATIVE = re.compile(r"[全我本][省市区州县]")
_OTHER = re.compile(r"(?:占|比|较|与|高于|低于|超过|相当于|对|向|至|往)$")
_WHOLE = re.compile(
    r"(?<!所)[占佔](?!比)(?P<whole>[^，。；,;占佔]{2,30}?)的?(?:比重|比例|份额|市场份额)?(?:为|達|达|约|超过|超)?的?$"
)
# 经费突破千亿元，达到1175亿元: the bound before is no part of the subject; 的 would make it one (超过千亿元的省).
_REACHED = re.compile(r"(?<=..)(?:首次|再次)?(?:突破|超过|达到|超)[^的]*$")
_AGAINST = re.compile(r"(?:较|比|与)\d{4}年?")
_OF_WHOLE = re.compile(r"(?<=..)(?<!所)[占佔](?!比).*$")
# A threshold that qualifies what is counted: 超过千亿元的省有6个.
_ATTRIBUTE = re.compile(r"(?:以上|以下|左右)?的")


@dataclass(frozen=True, slots=True)
class Wording:
    """A statement's surroundings.

    Attributes:
        subject: words that name what is stated, without a place at their front; empty where the text names only a place
            or nothing.
        full: the same with the place.
        near: from the figure before to the figure behind, within the clause.
        clause: the clause.
        lead: the sentence before the clause.
        previous: subject of the figure before in the sentence, for words left out.
        place: identifier of the place that the text names at the figure, None where it names none that is declared.
        place_name: its name in the text, also of a place that the workspace does not declare; empty where none is named.
        carried: identifier of the place that holds from before, None where there is none that is declared.
        carried_name: its name in the text, likewise.
        whole: what a share is of, as the text names it (占…的); empty where it does not.
        whole_place: identifier of that whole where it is a place.
        basis: what a growth rate or a change is reckoned from; see :mod:`ceyuan.claims.comparison`.
        attribute: whether the figure is a threshold that qualifies something else that is counted.
    """

    subject: str
    full: str
    near: str
    clause: str
    lead: str
    previous: str
    place: str | None
    place_name: str
    carried: str | None
    carried_name: str
    whole: str
    whole_place: str | None
    basis: str
    attribute: bool


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
        names: dict[str, str] = {_form(n): p.id for p in gazetteer.places.values() for n in spellings(p) if _usable(n)}
        if country := next((p.id for p in gazetteer.places.values() if p.iso3166 == "CN"), None):
            names["我国"] = country
        self._names: Mapping[str, str] = names
        ordered = sorted(names, key=len, reverse=True)
        known = "|".join(rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in ordered)
        self._pattern = re.compile(known or r"(?!)")

    def said(self, text: str) -> Named:
        """The place that a text names and nothing else."""
        return Named(self._gazetteer.resolve(text) or self._names.get(_form(text)), text)

    def front(self, text: str) -> tuple[Named | None, str]:
        """The place at the front of a text, the innermost of several (广东省深圳市), and the rest."""
        named, rest = None, _form(text)
        while match := self._pattern.match(rest):
            named, rest = Named(self._names[match.group()], match.group()), rest[match.end() :]
        if match := _SOME_PLACE.match(rest):
            named, rest = Named(None, match.group()), rest[match.end() :]
        return named, rest

    def inside(self, text: str) -> Named | None:
        """The last place that a text names, leaving out those that are only a whole or a comparison (占全国)."""
        form = _form(text)
        found = [m for m in self._pattern.finditer(form) if not _OTHER.search(form, 0, m.start())]
        return Named(self._names[found[-1].group()], found[-1].group()) if found else None


def _usable(name: str) -> bool:
    return len(name) >= 2 and bool(_HAN.search(name) or (len(name) >= _SHORTEST_LATIN and name[:1].isupper()))


def _form(text: str) -> str:
    """One form of a passage: folded, without spaces but those between Latin words."""
    return _SPACE.sub("", fold(text)).strip("“”\"'")


def wordings(statements: Sequence[Statement], names: PlaceNames) -> list[Wording]:
    """The surroundings of every statement, in order."""
    made: list[Wording] = []
    spans = _positions(statements)
    for i, statement in enumerate(statements):
        same = i > 0 and statements[i - 1].sentence == statement.sentence
        floor = spans[i - 1][1] if same else 0
        following = i + 1 < len(statements) and statements[i + 1].sentence == statement.sentence
        ceiling = spans[i + 1][0] if following else len(statement.sentence)
        previous = (made[-1].full or made[-1].previous) if same else ""
        made.append(_wording(statement, spans[i], floor, ceiling, previous, names))
    return made


def _positions(statements: Sequence[Statement]) -> list[tuple[int, int]]:
    """Where every quantity stands in its sentence, which was healed of the file's line breaks."""
    spans: list[tuple[int, int]] = []
    for i, statement in enumerate(statements):
        same = i > 0 and statements[i - 1].sentence == statement.sentence
        floor = spans[-1][1] if same else 0
        quote = _SPACE.sub("", re.sub(r"<[^>]*>", "", statement.quote))
        loose = r"\s*".join(re.escape(c) for c in quote)
        match = re.compile(loose).search(statement.sentence, floor) if quote else None
        spans.append(match.span() if match else (floor, floor))
    return spans


def _wording(
    statement: Statement, span: tuple[int, int], floor: int, ceiling: int, previous: str, names: PlaceNames
) -> Wording:
    sentence, (start, end) = statement.sentence, span
    layout = Layout(fold(sentence))
    opening, closing = layout.clause_start(start), layout.clause_end(end)
    before, behind = sentence[max(opening, floor) : start], sentence[start : min(ceiling, closing)]
    share = _WHOLE.search(sentence, opening, start)
    named, rest = _subject(statement.subject, names)
    if share and rest and _form(share["whole"]) in (rest, rest.removesuffix("的比重"), rest.removesuffix("比重")):
        # 占研发经费的比重: the words before the share are its whole, its part stands before them.
        named, rest = None, ""
    if share and not rest:
        named = None  # 占全国的19.4%: the country is the whole, not the place
    carried = names.said(statement.place) if statement.place else Named(None, "")
    here = named or (names.inside(statement.subject) if rest else None) or names.inside(before)
    if here is None and carried.place is None and carried.name and carried.name in fold(before + statement.subject):
        here = carried
    if here is not None and _RELATIVE.fullmatch(here.name) and carried.name:
        here = carried
    # A counted noun stands behind its figure, and so does what narrows it: 3个学科进入前万分之一.
    counted = bool(rest) and _form(statement.subject) in _form(behind)
    whole_place = names.front(share["whole"])[0] if share else None
    return Wording(
        subject=rest,
        full=_OF_WHOLE.sub("", statement.subject) if rest else "",
        near=behind if counted else before + behind,
        clause=sentence[opening:closing],
        lead=sentence[:opening],
        previous=previous,
        place=here.place if here else None,
        place_name=here.name if here else "",
        carried=carried.place,
        carried_name=carried.name,
        whole=share["whole"] if share else "",
        whole_place=whole_place.place if whole_place else None,
        basis=basis(fold(sentence[:start]), fold(before)),
        attribute=bool(_ATTRIBUTE.match(sentence, end)),
    )


def _subject(subject: str, names: PlaceNames) -> tuple[Named | None, str]:
    """The place at the front of a subject, and its other words; empty where they name nothing."""
    if (whole := names.said(subject)).place is not None:
        return whole, ""
    named, rest = names.front(_REACHED.sub("", subject))
    if _VERBS.fullmatch(rest) or _AGAINST.fullmatch(rest):
        return named, ""
    # 基础研究经费占研发经费的比重: the part is the subject.
    part = _OF_WHOLE.search(rest)
    return named, rest[: part.start()] if part else rest
