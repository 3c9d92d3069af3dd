"""Lookups: the distinct texts of a column are resolved once, in Python, and joined back.

Places, parties, periods, units, choices and dates all need more than a cast. A column of ten million rows has few distinct
values of them, so each is looked at once and every row gets its answer by a join.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import partial
from operator import attrgetter

import pyarrow as pa

from ceyuan.engine import Engine, identifier
from ceyuan.periods import parse_period
from ceyuan.places import Gazetteer
from ceyuan.places.gazetteer import normalise_name
from ceyuan.records.measured import Expected, Measure, StatedUnit, measure
from ceyuan.workspace import Workspace
from ceyuan.workspace.kinds import FieldSpec


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one text stands for.

    Attributes:
        value: the canonical text, or None where it means nothing.
        start, end: first and last day, for periods.
        factor: factor to the base unit, for units.
        power: the factor as a power of ten, where it is one.
        number: the number, for cells that hold more than one.
        note: what else the text says.
        fault: the code of what is wrong, where there is more than one thing that can be.
    """

    value: str | None
    start: date | None = None
    end: date | None = None
    factor: Decimal | None = None
    power: int | None = None
    number: Decimal | None = None
    note: str | None = None
    fault: str | None = None


Resolver = Callable[[str], Resolved]
_SCHEMA = pa.schema(
    [
        ("raw", pa.string()),
        ("value", pa.string()),
        ("start", pa.date32()),
        ("end", pa.date32()),
        ("factor", pa.decimal128(28, 10)),
        ("power", pa.int16()),
        ("number", pa.decimal128(38, 10)),
        ("note", pa.string()),
        ("fault", pa.string()),
    ]
)
_UNKNOWN = Resolved(None)
_KEPT = 200_000
"""So many texts of a lookup are kept from file to file."""


class Resolvers:
    """The resolvers of a workspace, one for each type of field that needs one.

    Attributes:
        asked: by type of field, the texts that were asked for and that only the workspace can answer.
        loaded: by lookup, the texts that the engine has the answers for.
    """

    def __init__(self, workspace: Workspace, gazetteer: Gazetteer) -> None:
        parties = {
            normalise_name(spelling): party.id
            for party in workspace.config.parties
            for spelling in (
                party.id,
                party.name.en,
                party.name.zh_hans,
                party.name.zh_hant,
                *party.aliases,
            )
        }
        self._declared: dict[str, Callable[[str], str | None]] = {
            "place": gazetteer.resolve,
            "party": lambda text: parties.get(normalise_name(text)),
            "source": lambda text: text if text in workspace.sources else None,
            "indicator": lambda text: text if text in workspace.definitions else None,
        }
        self.asked: dict[str, set[str]] = {}
        self.loaded: dict[str, set[str]] = {}

    def of(self, field: FieldSpec) -> Resolver | None:
        """The resolver for a field, or None where a cast is enough."""
        if field.type in self._declared:
            return partial(self._ask, field.type)
        resolvers: dict[str, Resolver] = {
            "period": _period,
            "date": _date,
            "unit": unit,
            "choice": lambda text: _choice(field, text),
        }
        return resolvers.get(field.type)

    def is_declared(self, field: FieldSpec) -> bool:
        """Whether only the workspace can say what a field's texts stand for."""
        return field.type in self._declared

    def _ask(self, of: str, text: str) -> Resolved:
        self.asked.setdefault(of, set()).add(text)
        return Resolved(self._declared[of](text))

    def answers(
        self, asked: Mapping[str, Iterable[str]]
    ) -> dict[str, list[tuple[str, str | None]]]:
        """What the workspace answers to texts, in a fixed order."""
        return {
            of: [(text, self._declared[of](text)) for text in sorted(texts)]
            for of, texts in sorted(asked.items())
        }


def unit(text: str) -> Resolved:
    """A unit: its base unit and the factor to it."""
    return of_measure(measure(StatedUnit(unit=text), Expected()))


def of_measure(found: Measure) -> Resolved:
    """A measure as a row of a lookup."""
    power = None if found.factor is None else power_of_ten(found.factor)
    return Resolved(found.base, factor=found.factor, power=power, fault=found.fault)


def power_of_ten(factor: Decimal) -> int | None:
    """Which power of ten a factor is, None where it is none.

    >>> power_of_ten(Decimal("10000")), power_of_ten(Decimal("0.01")), power_of_ten(Decimal("6.8"))
    (4, -2, None)
    """
    short = factor.normalize().as_tuple()
    return int(short.exponent) if short.digits == (1,) and not short.sign else None


def _period(text: str) -> Resolved:
    try:
        period = parse_period(text)
    except ValueError:
        return _UNKNOWN
    return Resolved(period.text, period.start, None if period.grain == "all" else period.end)


def _date(text: str) -> Resolved:
    found = _period(text)
    return found if found.start is not None and found.start == found.end else _UNKNOWN


def _choice(field: FieldSpec, text: str) -> Resolved:
    wanted = normalise_name(text)
    return Resolved(next((v for v in field.values if normalise_name(v) == wanted), None))


def fill_lookup(engine: Engine, name: str, answers: Mapping[str, Resolved]) -> None:
    """Fill the temporary table ``name`` with what texts stand for."""
    engine.load(name, _table(answers))


def extend_lookup(
    engine: Engine, name: str, texts: Iterable[str], resolver: Resolver, loaded: set[str]
) -> None:
    """Make the temporary table ``name`` answer for some texts, too.

    Args:
        engine: where the table is.
        name: the table.
        texts: different texts.
        resolver: what they stand for; it is asked for all of them.
        loaded: the texts that the table has; empty where there is no table yet.
    """
    answers = {text: resolver(text) for text in texts}
    if len(loaded) > _KEPT:
        loaded.clear()
    fresh = {text: answer for text, answer in answers.items() if text not in loaded}
    if not loaded:
        fill_lookup(engine, name, answers)
    elif fresh:
        engine.append(name, _table(fresh))
    loaded.update(fresh)


def _table(answers: Mapping[str, Resolved]) -> pa.Table:
    # Column by column: files of many tables have thousands of texts each.
    told = [list(map(attrgetter(part.name), answers.values())) for part in fields(Resolved)]
    return pa.table([list(answers), *told], schema=_SCHEMA)


def join(name: str, text: str) -> str:
    """SQL that joins a lookup by the text it was made from."""
    quoted = identifier(name)
    return f"LEFT JOIN {quoted} ON {quoted}.raw = {text}"
