"""The unit of a number, from all that says it: the declaration, a column of units, a multiplier, the cell itself.

What they say must agree. Statistics by the SDMX standard keep a power of ten apart (``UNIT_MULT``: 6 for millions): a unit
without multiplier is taken times that power, a unit that has the same multiplier already is taken as it is, and any other
is a contradiction, which quarantines the row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ceyuan.records.kinds_said import BESIDE_HEAD, belies
from ceyuan.records.numbers import NOTHING, WrittenNumber
from ceyuan.units import Unit, is_beside_money, multiplier_power, parse_unit

_POWERS = {"unit": 0, "units": 0, "ten": 1, "tens": 1, "个": 0}
_SYMBOLS = {
    "¥": ("CNY", "JPY"), "$": ("USD", "HKD", "MOP", "SGD", "TWD", "AUD", "CAD", "NZD"), "€": ("EUR",), "£": ("GBP",),
    "₩": ("KRW",), "dollars": ("USD", "HKD", "SGD", "TWD", "AUD", "CAD", "NZD"),
}  # fmt: skip
_MOST = 15


@dataclass(frozen=True, slots=True)
class StatedUnit:
    """What a row says of a number's unit.

    Attributes:
        written: what stands beside the number in its cell.
        unit: the text of a column of units, or None; behind :data:`BESIDE_HEAD` what the name of its own column says.
        multiplier: the text of a column of multipliers, or None.
    """

    written: WrittenNumber = NOTHING
    unit: str | None = None
    multiplier: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a declaration says of a field's unit.

    Attributes:
        declared: the declared unit, or None.
        dimension: what the field measures (``money`` admits every currency), or None.
        spellings: texts of the unit column and the units that they stand for.
        binding: whether the unit column is declared; one that is merely there only may not contradict.
        general: a unit that stands above the table, for numbers beside which nothing else stands.
    """

    declared: str | None = None
    dimension: str | None = None
    spellings: Mapping[str, str] | None = None
    binding: bool = True
    general: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """The unit that a number is in.

    Attributes:
        base: its base unit, or None where there is a fault.
        factor: how many of it one is.
        fault: the code of what is wrong.
    """

    base: str | None
    factor: Decimal | None = None
    fault: str | None = None


def power_of(text: str) -> int | None:
    """The power of ten that a multiplier stands for, None where it stands for none.

    >>> [power_of(t) for t in ("6", "6: Millions", "Thousands", "万", "1000", "many")]
    [6, 6, 3, 4, 3, None]
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    match = re.fullmatch(r"(-?\d+)(?:\.0+)?(?:\s*[:=–-]?\s*([a-z ]+))?", plain)
    if match is None:
        return _worded(plain)
    number = int(match[1])
    if number > _MOST:
        zeros = re.fullmatch("1(0+)", match[1])
        power = len(zeros[1]) if zeros else None
    else:
        power = number
    named = power if match[2] is None else _worded(match[2])
    return power if power == named else None


def _worded(text: str) -> int | None:
    """The power of ten that a word stands for."""
    plain = text.strip().lower()
    return _POWERS[plain] if plain in _POWERS else multiplier_power(plain)


def _money_beside(text: str) -> tuple[str, int] | None:
    """A sign of money that may be several currencies, and the power of ten beside it: ``million dollars``, ``$ bn``.

    >>> _money_beside("million dollars"), _money_beside("$bn"), _money_beside("million EUR")
    (('dollars', 6), ('$', 9), None)
    """
    plain = text.strip().casefold()
    for sign in _SYMBOLS:
        for rest in (plain.removeprefix(sign), plain.removesuffix(sign)):
            power = None if rest == plain else _power_beside(rest)
            if power is not None:
                return sign, power
    return None


def _power_beside(text: str) -> int | None:
    """The power of ten that stands beside a sign of money; 0 where nothing does."""
    plain = text.strip().removeprefix("in ").removesuffix(" of").strip(" ()")
    if not plain:
        return 0
    worded = _worded(plain)
    own = _parsed(f"EUR {plain}") if worded is None and is_beside_money(plain) else None
    return worded if own is None else own.power


def measure(stated: StatedUnit, expected: Expected) -> Measure:
    """The unit of a number, or what is wrong with it.

    >>> measure(StatedUnit(unit="EUR", multiplier="6"), Expected(dimension="money")).factor
    Decimal('1000000.0000000000')
    >>> measure(StatedUnit(unit="亿元"), Expected("万元", binding=False)).fault
    'unit-conflict'
    """
    try:
        units = _units(stated, expected, _power(stated))
    except _FaultError as fault:
        return Measure(None, fault=str(fault))
    if not units:
        return Measure(None, fault="missing-unit")
    first = units[0]
    if not _measures(first, expected.dimension):
        return Measure(None, fault="unknown-unit")
    head = (stated.unit or "").partition(BESIDE_HEAD)[2]
    if any(u.dimension != first.dimension for u in units) or _is_denied(first, head):
        return Measure(None, fault="unit-conflict")
    factor = round(first.factor, 10)
    # A factor that ten decimals cannot hold would change values in silence.
    exact = (
        factor > 0
        and abs(factor / first.factor - 1) < Decimal("1e-8")
        and factor < Decimal(10) ** 16
    )
    return Measure(first.base, factor) if exact else Measure(None, fault="unknown-unit")


class _FaultError(Exception):
    """Carries a code out of the parts of :func:`measure`."""


def _power(stated: StatedUnit) -> int | None:
    # Beside a currency a multiplier is a part of the cell's own unit: €1.2bn.
    worded = None if stated.written.before else _worded(stated.written.after)
    powers = {stated.written.power, worded} - {None}
    if stated.multiplier is not None:
        power = power_of(stated.multiplier)
        if power is None:
            raise _FaultError("bad-multiplier")
        powers.add(power)
    if len(powers) > 1:
        raise _FaultError("unit-conflict")
    return next(iter(powers), None)


def _units(stated: StatedUnit, expected: Expected, power: int | None) -> list[Unit]:
    """All units that are named, times the power of ten that is kept apart; the one that counts is first."""
    beside = _beside(stated, expected, power)
    before, after = stated.written.before, stated.written.after
    if before:
        own = _of_money(before, after, beside)
        return beside if own is None else [_scaled(own, power), *beside]
    if not after or _worded(after) is not None:
        return beside
    if beside and beside[0].dimension.startswith("money:") and is_beside_money(after):
        return [_beside_declared(after, beside[0]), *beside]
    own = _parsed(after)
    if own is None:
        return _of_sign(after, beside)
    own = _scaled(own, power)
    if beside and not own.power and own.dimension != "ratio":
        _agree(own, beside[0])
    return [own, *beside]


def _beside(stated: StatedUnit, expected: Expected, power: int | None) -> list[Unit]:
    """The units that are named outside the cell, which agree: of its column of units, declared, or above the table."""
    declared = None if expected.declared is None else _scaled(parse_unit(expected.declared), power)
    column = _of_column(stated.unit, expected)
    column = None if column is None else _scaled(column, power)
    if declared is not None and column is not None:
        _agree(declared, column)
    beside = [unit for unit in (column, declared) if unit is not None]
    if beside or expected.general is None or not _is_of(expected.general, stated.written.after):
        return beside
    return [_scaled(parse_unit(expected.general), power)]


def _beside_declared(after: str, declared: Unit) -> Unit:
    """The unit of a number with a multiplier that stands beside money: 3.5m where USD are declared."""
    own = _parsed(f"{declared.base} {after}")
    if own is None:
        raise _FaultError("bad-number")
    if declared.power not in (0, own.power):
        raise _FaultError("unit-conflict")
    return own


def _of_money(before: str, after: str, beside: list[Unit]) -> Unit | None:
    """The unit that a cell states by a currency in front and what stands behind: HK$12m, RMB 3.4 billion, 港币1200万元.

    A currency alone says which one it is, never how many of it: that is for what stands beside, and None here.
    """
    named = _parsed(before)
    signs = {f"money:{code}" for code in _SYMBOLS.get(before, ())}
    meant = {named.dimension} if named is not None and not signs else signs
    if not meant or (named is not None and named.power):
        raise _FaultError("bad-number")
    if beside and beside[0].dimension not in meant:
        raise _FaultError("unit-conflict")
    own = None if not after else _parsed(after)
    if own is not None and own.dimension in meant:
        return own
    if beside and not after:
        return None
    own = _parsed(f"{_currency(before, named, beside)} {after}")
    if own is not None and own.dimension in meant:
        return own
    raise _FaultError("unit-conflict" if _parsed(after) is not None else "bad-number")


def _currency(before: str, named: Unit | None, beside: list[Unit]) -> str:
    """The currency that is meant by what stands before a number: what stands beside tells which of several dollars."""
    if beside:
        return beside[0].base
    signs = _SYMBOLS.get(before, ())
    if len(set(signs)) > 1:
        raise _FaultError("ambiguous-currency")
    return signs[0] if named is None else named.text


def _of_sign(after: str, beside: list[Unit]) -> list[Unit]:
    """The units beside a number behind which only a sign of money stands: it says no currency of its own."""
    sign, power = _money_beside(after) or (after, None)
    if sign not in _SYMBOLS:
        raise _FaultError("bad-number")
    if not beside:
        raise _FaultError("ambiguous-currency")
    if not _may_be(sign, beside[0]):
        raise _FaultError("unit-conflict")
    return [_scaled(unit, power) for unit in beside]


def _is_of(above: str, after: str) -> bool:
    """Whether a unit above the table is that of a number: not if the cell states one that measures something else."""
    own = _parsed(after) if after else None
    return own is None or own.dimension == parse_unit(above).dimension


def _scaled(unit: Unit, power: int | None) -> Unit:
    if power is None or unit.power == power:
        return unit
    if unit.power:
        raise _FaultError("unit-conflict")
    return replace(unit, factor=unit.factor * Decimal(10) ** power)


def _of_column(text: str | None, expected: Expected) -> Unit | None:
    if text is None:
        return None
    text = text.partition(BESIDE_HEAD)[0]
    if not text:
        return None
    spelt = (expected.spellings or {}).get(text, text)
    unit = _parsed(spelt)
    if unit is not None:
        return unit
    sign, power = _money_beside(spelt) or (spelt, None)
    if sign in _SYMBOLS:
        return _of_currency_beside(sign, power or 0, expected)
    if expected.binding:
        raise _FaultError("unknown-unit")
    return None


def _is_denied(unit: Unit, head: str) -> bool:
    """Whether the name of a column says that its numbers measure something else than a row's unit does."""
    own = _parsed(head) if head else None
    if own is None:
        return belies(head, unit)
    return own.dimension != unit.dimension and not (own.is_count and unit.is_count)


def is_unit(text: str) -> bool:
    """Whether a text is a unit."""
    return _parsed(text) is not None


def _of_currency_beside(sign: str, power: int, expected: Expected) -> Unit:
    """The unit that a column names by a sign of money that several currencies share: the declaration says which one."""
    said = expected.declared or expected.general
    if said is None:
        raise _FaultError("ambiguous-currency")
    declared = parse_unit(said)
    if not _may_be(sign, declared):
        raise _FaultError("unit-conflict")
    return _scaled(parse_unit(declared.base), power)


def _may_be(sign: str, unit: Unit) -> bool:
    """Whether a sign of money may mean the currency of a unit."""
    return unit.dimension in {f"money:{code}" for code in _SYMBOLS[sign]}


def _agree(one: Unit, other: Unit) -> None:
    if one.dimension != other.dimension or one.factor != other.factor:
        raise _FaultError("unit-conflict")


def _parsed(text: str) -> Unit | None:
    try:
        return parse_unit(text)
    except ValueError:
        return None


def _measures(unit: Unit, dimension: str | None) -> bool:
    return (
        dimension is None
        or unit.dimension == dimension
        or unit.dimension.startswith(f"{dimension}:")
    )
