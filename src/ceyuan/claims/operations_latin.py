"""Operations in English sentences; see :mod:`ceyuan.claims.operations`."""

from __future__ import annotations

import re
from dataclasses import replace

from ceyuan.claims.model import Measure
from ceyuan.claims.names import plain
from ceyuan.claims.operations import Finder, Operation, OperationContext
from ceyuan.claims.placing import NamedPlace, PlaceNames

_ARTICLE = r"(?:(?:that|those|the (?:level|figure)) (?:of|in|for) |in |of )?(?:the )?"
_BEHIND_MORE = re.compile(
    rf" ?(?P<verb>higher|lower|more|less|fewer|larger|smaller|greater|above|below|ahead of|behind)"
    rf"(?: (?:on|in|for) (?P<on>[A-Za-z& ]+?)(?= than))?(?: than)? {_ARTICLE}(?P<other>[A-Z][^.;,]*"
    r"|national (?:average|level|figure)\b[^.;,]*)"
)
# 3.49 billion yuan higher in Shanghai than in Jiangsu
_HERE_THAN_THERE = re.compile(
    r" ?(?P<verb>higher|lower|more|less|fewer|larger|smaller|greater) (?:in|for) (?P<here>[A-Z][A-Za-z ]*?)"
    r" than (?:in|for) (?P<other>[A-Z][^.;,]*)"
)
# spent 59 billion yuan more on R&D than Jiangsu
_SPENT = re.compile(r"\b(?:spen[dt]s?|invest(?:s|ed)?|devot(?:es|ed)) (?:about |some |nearly )?$")
_SPENT_ON = re.compile(r" on (?P<on>[A-Za-z& ]+?)(?= in (?:19|20)\d\d|[.,;]|$)")
_NATIONAL = re.compile(r"national (?P<what>average|level|figure)")
_EXCEEDED = re.compile(
    rf"\bexceed(?:s|ed) {_ARTICLE}(?P<other>[A-Z][^.;,]*?) by (?:about |some |nearly )?$"
)
_TIMES_BEHIND = re.compile(
    rf" (?:as (?:large|high|much|many|great) as )?{_ARTICLE}(?P<other>(?:[A-Z]|(?:19|20)\d\d\b)[^.;,]*)"
)
_YEAR = re.compile(r"(?:in |of )?(?P<year>(?:19|20)\d\d)\b(?: level)?")
_OWNED = re.compile(r"^['’]s?(?: (?:level|figure))?(?=$| )")
_GOES_ON = re.compile(r"(?:in|during|and|while|but|,)\b")


def _compared(
    context: OperationContext, other: str, names: PlaceNames, made: Operation
) -> Operation | None:
    """An operation whose second operand is a place or a year behind the figure."""
    named, subject = names.latin(context.lead)
    if national := _NATIONAL.match(other):
        tail = other[national.end() :].strip()
        if (
            names.nation is None
            or names.nation.place is None
            or (tail and not _GOES_ON.match(tail))
        ):
            return None
        made = replace(made, average=national["what"] == "average")
        return replace(made, others=(names.nation.place,), place=named, subject=subject)
    second = names.first(other)
    if second is not None:
        tail = _OWNED.sub("", other[len(second.name) :].strip())
        if second.place is None or (tail and not _GOES_ON.match(tail)):
            return None
        return replace(made, others=(second.place,), place=named, subject=subject)
    if year := _YEAR.match(other):
        return replace(made, period=year["year"], place=named, subject=subject)
    return None


def _differs(context: OperationContext, names: PlaceNames) -> Operation | None:
    """57.6 billion yuan more than in Jiangsu, exceeded that of Jiangsu by 57.6 billion yuan."""
    statement = context.statement
    if (
        statement.kind not in ("level", "change", "growth", "share")
        or statement.from_value is not None
    ):
        return None
    measure: Measure = "relative" if statement.unit == "%" else "difference"
    if found := _EXCEEDED.search(context.lead):
        shorter = replace(context, lead=context.lead[: found.start()])
        return _compared(shorter, found["other"], names, Operation(measure))
    if found := _HERE_THAN_THERE.match(context.behind):
        context = replace(context, lead=f"{context.lead} in {found['here']}")
    else:
        found = _BEHIND_MORE.match(context.behind)
    if found is None:
        return None
    down = found["verb"] in ("lower", "less", "fewer", "smaller", "below", "behind")
    made = _compared(context, found["other"], names, Operation(measure, down=down))
    spent = found.re is _BEHIND_MORE and found["on"] and _SPENT.search(context.lead)
    return replace(made, subject=f"{found['on']} expenditure") if made and spent else made


def _times(context: OperationContext, names: PlaceNames) -> Operation | None:
    """1.55 times that of Beijing."""
    found = _TIMES_BEHIND.match(context.behind)
    if context.statement.kind != "multiple" or found is None:
        return None
    return _compared(context, found["other"], names, Operation("multiple"))


_AMONG = re.compile(
    r" ?(?:place )?(?:(?:among|of) (?:all |the |China's )*(?P<kind>provinces|cities)\b"
    r"|(?:in|within|across) (?:the )?(?P<whole>[A-Z][^.;,]*)"
    r"|(?P<nation>nationwide|nationally|in the country)"
    r"(?: (?:by|in terms of|in|for) (?:its |total )?(?P<by>[A-Za-z& ]+))?"
    r"|(?:by|in terms of|for) (?:its |total )?(?P<only>[A-Za-z&][A-Za-z& ]+?)(?= in (?:19|20)\d\d|[.,;]|$))"
)


def _rank(context: OperationContext, names: PlaceNames) -> Operation | None:
    """Ranked second in China."""
    found = _AMONG.match(context.behind)
    if context.statement.kind != "rank" or found is None:
        return None
    whole = names.first(found["whole"]) if found["whole"] else names.nation
    if whole is None or whole.place is None or found["kind"] == "cities":
        return None
    by = found["by"] or found["only"] or ""
    if found["whole"] and (tail := found["whole"][len(whole.name) :].strip()):
        of = _BY.match(tail)
        if of is None:
            return None
        by = of["of"]
    named, subject = names.latin(
        re.sub(r"\b(?:ranks?|ranked|came|placed|stood|took|held)\b.*$", "", context.lead)
    )
    return Operation("rank", (whole.place,), place=named, subject=by.strip() or subject)


_BY = re.compile(r"(?:by|in terms of|in|for) (?:its |total )?(?P<of>[A-Za-z& ]+)$")
_TOGETHER = re.compile(r"\b(?:totall?ed|total|together|combined|altogether|in all)\b")
_MEAN = re.compile(r"\baverag(?:ed|e)\b")
_EVERY = re.compile(r"\b(?:all|each|both)\b")


def _several(context: OperationContext, names: PlaceNames) -> Operation | None:
    """The expenditure of Guangdong, Jiangsu and Beijing totalled."""
    statement = context.statement
    if statement.kind not in ("level", "share"):
        return None
    listed = names.latin_several(context.lead)
    if len(listed) < 2:
        return None
    places = tuple(named.place for named in listed if named.place is not None)
    _, subject = names.latin(context.lead)
    spent = _SPENT_ON.match(context.behind) if _SPENT.search(context.lead) else None
    if spent:
        subject = f"{spent['on']} expenditure"  # together spent 226.9 billion yuan on R&D
    words = context.lead + context.behind[:20]
    measure: Measure | None = None
    if _EVERY.search(words) and statement.bound != "eq":
        measure = "each"
    elif _MEAN.search(words):
        measure = "mean"
    elif _TOGETHER.search(words):
        measure = "sum"
    subject = " ".join(w for w in subject.split() if not _OF_SEVERAL.fullmatch(w))
    if measure is None or len(places) < len(listed):
        return Operation("several", place=listed[0], subject=subject)
    return Operation(
        measure, places[1:], place=NamedPlace(places[0], listed[0].name), subject=subject
    )


_OF_SEVERAL = re.compile(
    r"totall?ed|together|combined|altogether|averaged?|all|each|both|exceeded", re.IGNORECASE
)
_SHARE = re.compile(
    r" of (?:the )?(?:(?P<nation>national|country's|nation's)|(?P<whole>[A-Z][A-Za-z ]*?)['’]s) ?(?P<rest>[A-Za-z& ]*)"
)
_APPOSED = re.compile(
    r"(?: on [A-Za-z& ]+?)?(?: in (?:19|20)\d\d)?[,(;– ]*(?:(?:or|i\.e\.|about|nearly|some|around|roughly) ?)*"
)
_APPOSED_ALL = re.compile(rf"^{_APPOSED.pattern}$")
# just over half of Fujian's: the same of another place
_PART_OF_OTHER = re.compile(
    r" (?:of )?(?:that of (?:the )?(?P<that>[A-Z][A-Za-z ]*?)"
    r"|(?:the )?(?P<owner>[A-Z][A-Za-z ]*?)['’]s?(?: (?:level|figure|total))?)"
    r"(?= in (?:19|20)\d\d| (?:and|while|but) |[.,;]|$)"
)
_COPULA = re.compile(r"\b(?:was|were|is|are|stood at|amounted to|reached|equall?ed|came to)\b.*$")
_ACCOUNTED = re.compile(r"\b(?:account(?:s|ed) for|made up|contributed|represented)\b.*$")


def _share(context: OperationContext, names: PlaceNames) -> Operation | None:
    """Accounted for 14.3% of the national total."""
    found = _SHARE.match(context.behind)
    if (
        context.statement.unit != "%"
        or context.statement.kind not in ("share", "level")
        or found is None
    ):
        return None
    if not _ACCOUNTED.search(context.lead) and not _APPOSED.fullmatch(context.lead):
        return None
    whole = names.nation if found["nation"] else names.first(found["whole"])
    if whole is None or whole.place is None:
        return None
    lead = _APPOSED_ALL.sub("", _ACCOUNTED.sub("", context.lead))
    named, subject = names.latin(lead)
    rest = found["rest"].strip()
    if len(listed := names.latin_several(lead)) > 1:
        return _joint_share(lead, listed, whole.place, rest or subject)
    if not subject and rest not in ("", "total"):
        return Operation("share", (whole.place,), place=named, subject=rest.removeprefix("total "))
    if rest not in ("", "total") and plain(rest.removeprefix("total ")) not in plain(subject):
        return None
    return Operation("share", (whole.place,), place=named, subject=subject)


def _joint_share(lead: str, listed: list[NamedPlace], whole: str, what: str) -> Operation | None:
    """Guangdong and Jiangsu together accounted for 27% of China's expenditure."""
    places = tuple(named.place for named in listed if named.place is not None)
    if len(places) < len(listed) or not _TOGETHER.search(lead):
        return None
    subject = " ".join(
        w for w in what.removeprefix("total ").split() if not _OF_SEVERAL.fullmatch(w)
    )
    return Operation("share", (whole, *places[1:]), place=listed[0], subject=subject)


def _part_of_other(context: OperationContext, names: PlaceNames) -> Operation | None:
    """Jiangxi's expenditure was just over half of Fujian's: no share of a whole that both are parts of."""
    found = _PART_OF_OTHER.match(context.behind)
    if context.statement.unit != "%" or context.statement.kind != "share" or found is None:
        return None
    if _ACCOUNTED.search(context.lead) or not _COPULA.search(context.lead):
        return None
    other = names.first(found["that"] or found["owner"])
    named, subject = names.latin(_COPULA.sub("", context.lead))
    if other is None or other.place is None or other.name != (found["that"] or found["owner"]):
        return Operation("several", place=named, subject=subject)
    return Operation("share", (other.place,), apart=True, place=named, subject=subject)


_EXCEPT = re.compile(
    r"\b(?:[Ee]xcluding|[Ee]xcept for|without|other than) (?P<out>[A-Z][A-Za-z ,]*?)"
    r"(?=,? (?:was|is|were|reached|stood|totall?ed)\b|, )"
)


def _rest(context: OperationContext, names: PlaceNames) -> Operation | None:
    """The expenditure of China excluding Guangdong."""
    found = _EXCEPT.search(context.lead)
    if found is None or context.statement.kind != "level":
        return None
    parts = names.latin_several(found["out"])
    without = f"{context.lead[: found.start()]}{context.lead[found.end() :]}"
    named, subject = names.latin(" ".join(without.split()))
    places = tuple(part.place for part in parts if part.place is not None)
    if not places or len(places) < len(parts) or named is None or named.place is None:
        return None
    return Operation("rest", places, place=named, subject=subject)


LATIN: tuple[Finder, ...] = (_rest, _part_of_other, _share, _several, _rank, _times, _differs)
"""What is looked for around a figure, in order."""
