"""English counts with nouns, not with counters: 69,000 high-tech enterprises are 家.

The reader knows the unit of a count as the word that the text uses. What a workspace counts with which noun stands in its
indicators (``noun``), and from there a count has the unit of the indicators. A noun of several words that one indicator alone
declares (high-tech enterprises) also says what is counted; laboratories or enterprises might be any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ceyuan.reader import Statement
from ceyuan.units import parse_unit
from ceyuan.workspace.definitions import Indicator

_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9'\u2019 -]*$")
_SPACE = re.compile(r"\s+")


def with_units(statements: Sequence[Statement], indicators: Mapping[str, Indicator]) -> tuple[Statement, ...]:
    """The statements, those that count with a declared noun in the unit that it stands for.

    A noun that indicators of several units declare says nothing about the unit, and is left as it is.
    """
    declared = _declared(indicators.values())
    return tuple(_counted(statement, declared) for statement in statements)


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


def _form(words: str) -> str:
    return _SPACE.sub(" ", words).strip().casefold()
