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
from ceyuan.units import parse_unit
from ceyuan.workspace.definitions import Indicator

_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9'\u2019 -]*$")
_SPACE = re.compile(r"\s+")
_NEAR = 40


def with_units(statements: Sequence[Statement], indicators: Mapping[str, Indicator]) -> tuple[Statement, ...]:
    """The statements, those that count with a declared noun in the unit that it stands for.

    A noun that indicators of several units declare says nothing about the unit, and is left as it is.
    """
    declared = _declared(indicators.values())
    counted = (_counted(statement, declared) for statement in statements)
    return tuple(_for_so_many(statement) for statement in counted)


def _declared(indicators: Iterable[Indicator]) -> dict[str, list[str]]:
    """The units of the indicators that declare a noun, one for each of them."""
    found: dict[str, list[str]] = {}
    for indicator in indicators:
        if indicator.noun is not None:
            for noun in {_form(indicator.noun.one), _form(indicator.noun.many)}:
                found.setdefault(noun, []).append(parse_unit(indicator.unit).base)
    return found


def _counted(statement: Statement, declared: Mapping[str, list[str]]) -> Statement:
    words = _WORDS.search(statement.quote)
    units = declared.get(_form(words[0]), []) if words is not None else []
    if words is None or len(set(units)) != 1 or statement.kind != "level":
        return statement
    telling = len(units) == 1 and " " in words[0].strip()
    return replace(statement, unit=units[0], subject=words[0] if telling else statement.subject)


_SO_MANY = re.compile(
    r"每(?P<han>[万千百])人口?(?=[^，。；]{2})|\bper (?P<latin>10,000|ten thousand) (?:people|persons|inhabitants)\b"
)
_THOUSANDS = {"万": "万人", "千": "千人", "百": "百人"}


def _for_so_many(statement: Statement) -> Statement:
    """A count for so many inhabitants in a unit that says so: 每万人口发明专利拥有量28件 is 28 件/万人."""
    own = unit_of(statement.unit)
    if statement.kind != "level" or own is None or own.per is not None or not own.is_count:
        return statement
    behind = statement.sentence.partition(statement.quote)[2][:_NEAR]
    found = _SO_MANY.search(statement.subject) or _SO_MANY.search(behind)
    if found is None:
        return statement
    return replace(statement, unit=f"{statement.unit}/{_THOUSANDS.get(found['han'] or '', '万人')}")


def _form(words: str) -> str:
    return _SPACE.sub(" ", words).strip().casefold()
