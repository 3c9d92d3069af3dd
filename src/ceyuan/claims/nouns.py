"""English counts with nouns, not with counters: 69,000 high-tech enterprises are 家.

The reader knows the unit of a count as the word that the text uses. What a workspace counts with which noun stands in its
indicators (``noun``), and from there a count has the unit of the indicators. A noun of several words that one indicator alone
declares (high-tech enterprises) also says what is counted; laboratories or enterprises might be any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ceyuan.claims.fitting import unit_of
from ceyuan.reader import Statement
from ceyuan.workspace.definitions import Indicator

_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9'\u2019 -]*$")
_SPACE = re.compile(r"\s+")
_NEAR = 40


def with_units(
    statements: Sequence[Statement], indicators: Mapping[str, Indicator]
) -> tuple[Statement, ...]:
    """The statements, those that count with a known noun in the unit that it stands for.

    A noun that indicators of several units declare says nothing about the unit, and is left as it is. A whole number without
    a unit (常住人口8754.6万, a population of 87.5 million) counts what its subject names.
    """
    declared = _declared(indicators.values())
    per_head = any(_is_money_per_head(indicator) for indicator in indicators.values())
    counted = (_of_subject(_counted(statement, declared), declared) for statement in statements)
    return tuple(_for_so_many(statement, per_head=per_head) for statement in counted)


def _declared(indicators: Iterable[Indicator]) -> dict[str, list[str]]:
    """The units of the indicators that count with a noun, one for each of them.

    What declares none counts with the head of its English name: Unicorns, Papers in the Science Citation Index.
    """
    found: dict[str, list[str]] = {}
    named: dict[str, list[str]] = {}
    for indicator in indicators:
        unit = unit_of(indicator.unit)
        if unit is None or not unit.is_count:
            continue
        if indicator.noun is not None:
            for noun in {_form(indicator.noun.one), _form(indicator.noun.many)}:
                found.setdefault(noun, []).append(unit.base)
        elif head := _head(indicator.name.en):
            named.setdefault(head, []).append(unit.base)
    return named | found


_HEAD = re.compile(
    r"^[A-Za-z][A-Za-z-]*(?: [a-z][a-z-]*)??s(?=$| (?:of|in|for|by|with|on|at|[a-z]+ed)\b|,)"
)


def _head(name: str) -> str:
    """The plural at the front of an English name, as a text counts with it; empty where there is none.

    >>> _head("Papers in the Science Citation Index"), _head("Start-ups"), _head("Population")
    ('papers', 'start-ups', '')
    """
    found = _HEAD.match(name)
    return _form(found[0]) if found else ""


def _counted(statement: Statement, declared: Mapping[str, list[str]]) -> Statement:
    # 527 more than in 2024: the noun stands at the figure before, and is the reader's unit
    words = _WORDS.search(statement.quote) or _WORDS.fullmatch(statement.unit)
    units = _units(_form(words[0]), declared) if words is not None else []
    if words is None or len(set(units)) != 1 or statement.kind not in ("level", "change"):
        return statement
    telling = len(units) == 1 and " " in words[0].strip()
    return replace(statement, unit=units[0], subject=words[0] if telling else statement.subject)


def _units(words: str, declared: Mapping[str, list[str]]) -> list[str]:
    """The units that a noun stands for: as it is declared, else its last word, which says how one counts: invention patents."""
    return declared.get(words) or declared.get(words.rpartition(" ")[2], [])


def _of_subject(statement: Statement, declared: Mapping[str, list[str]]) -> Statement:
    """A whole number without a unit as a count of what its subject names."""
    whole = statement.value == statement.value.to_integral_value()
    if (
        statement.unit
        or statement.kind not in ("level", "change")
        or not whole
        or not statement.subject
    ):
        return statement
    if _PEOPLE.search(statement.subject):
        return replace(statement, unit="人")
    named = _NUMBER_OF.search(statement.subject)
    noun = _form(named["noun"]) if named is not None else _head(statement.subject)
    units = set(_units(noun, declared)) if noun else set[str]()
    return replace(statement, unit=units.pop()) if len(units) == 1 else statement


_NUMBER_OF = re.compile(
    r"\b[Nn]umber of (?P<noun>[A-Za-z][A-Za-z -]*?)(?= (?:in|of|at|for|from|rose|fell|grew)\b|$)"
)
_PEOPLE = re.compile(
    r"人口|人员|人数|人才|学生|研究生|(?i:\b(?:population|employment|people|staff|personnel|inhabitants)\b)"
)
_SO_MANY = re.compile(
    r"每(?P<han>[万千百])人口?(?=[^，。；]{2})|\bper (?P<latin>10,000|ten thousand) (?:people|persons|inhabitants)\b"
)
_THOUSANDS = {"万": "万人", "千": "千人", "百": "百人"}
_PER_HEAD = re.compile(r"人均|\bper (?:capita|head|person)\b")


def _is_money_per_head(indicator: Indicator) -> bool:
    unit = unit_of(indicator.unit)
    return (
        unit is not None
        and unit.dimension.startswith("money:")
        and unit.per is not None
        and unit.per.is_count
    )


def _for_so_many(statement: Statement, *, per_head: bool) -> Statement:
    """A count for so many inhabitants in a unit that says so: 每万人口发明专利拥有量28件 is 28 件/万人; 人均20万元 is 元/人."""
    own = unit_of(statement.unit)
    if statement.kind not in ("level", "change") or own is None or own.per is not None:
        return statement
    behind = statement.sentence.partition(statement.quote)[2][:_NEAR]
    if per_head and own.dimension.startswith("money:"):
        of_one = _PER_HEAD.search(statement.subject) or _PER_HEAD.match(behind.lstrip())
        return replace(statement, unit=f"{statement.unit}/人") if of_one else statement
    found = _SO_MANY.search(statement.subject) or _SO_MANY.search(behind)
    if found is None or not own.is_count:
        return statement
    return replace(statement, unit=f"{statement.unit}/{_THOUSANDS.get(found['han'] or '', '万人')}")


def _form(words: str) -> str:
    return _SPACE.sub(" ", words).strip().casefold()
