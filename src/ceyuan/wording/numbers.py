"""Digits: exact decimals, rounding, and the multiplier that a number is written with."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

# What is no noise of binary fractions: a figure of a build carries at most so many decimals.
_MOST_DECIMALS = 6
# A multiplier is taken where at most so many decimals are left: 2.68万, but 26812 rather than 2.6812万.
_FEW = 2
# The greatest float has 309 digits before the point.
_EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN)


def exact(value: float | Decimal, decimals: int | None) -> Decimal:
    """The decimal that a value is written as, without trailing zeros.

    A float stands for the shortest decimal that it is the nearest float of (2.675 is 2.675, not 2.67499…), and that
    decimal is rounded half to even.

    Args:
        value: the value.
        decimals: at most so many decimals are kept; six if None.

    Raises:
        ValueError: if the value is not finite.

    >>> exact(2.675, 2), exact(4.30, 2), exact(0.5, 0), exact(1.5, 0)
    (Decimal('2.68'), Decimal('4.3'), Decimal('0'), Decimal('2'))
    """
    given = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not given.is_finite():
        raise ValueError(f"only finite numbers can be written, not {value}")
    kept = _MOST_DECIMALS if decimals is None else decimals
    return trimmed(given.quantize(Decimal(1).scaleb(-kept), context=_EXACT))


def printed(value: float | Decimal, decimals: int) -> Decimal | None:
    """A value with the zeros that its source printed; None where it has more decimals than that.

    >>> printed(2.0, 2), printed(26800, -2), printed(2.56, 1)
    (Decimal('2.00'), Decimal('2.68E+4'), None)
    """
    given = value if isinstance(value, Decimal) else Decimal(repr(value))
    kept = given.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    return kept if kept == given else None


def trimmed(value: Decimal) -> Decimal:
    """A decimal without trailing zeros behind the point, without an exponent and without a negative zero.

    >>> trimmed(Decimal("1E+3")), trimmed(Decimal("-0.00"))
    (Decimal('1000'), Decimal('0'))
    """
    if value == 0:
        return Decimal(0)
    short = value.normalize(_EXACT)
    return (
        short.quantize(Decimal(1), context=_EXACT) if short == short.to_integral_value() else short
    )


def places(value: Decimal) -> int:
    """How many decimals a trimmed decimal has.

    >>> places(Decimal("2.68"))
    2
    """
    return len(f"{value:f}".partition(".")[2])


def digits(value: Decimal, *, grouped: bool) -> str:
    """A trimmed decimal in digits, thousands apart where they are grouped; the sign is a hyphen.

    >>> digits(Decimal("26812.5"), grouped=True)
    '26,812.5'
    """
    return f"{value:,f}" if grouped else f"{value:f}"


def multiplier(value: Decimal, powers: Sequence[int], most: int) -> int:
    """The power of ten that a value is written with, so that few digits are left and all of them are written.

    Args:
        value: the value in its base unit.
        powers: the powers that the language has words for, 0 for none.
        most: at least 1 and less than 10 to the power of this stands before the word.

    >>> multiplier(Decimal(26800), [12, 8, 4, 0], 5), multiplier(Decimal(26812), [12, 8, 4, 0], 5)
    (4, 0)
    """
    size = abs(value)
    fitting = [p for p in sorted(powers, reverse=True) if 1 <= size.scaleb(-p, _EXACT) < 10**most]
    if not fitting:
        return max(powers) if size >= 1 else min(powers)
    few = [p for p in fitting if decimals_left(value, p) <= _FEW]
    return few[0] if few else min(fitting, key=lambda p: decimals_left(value, p))


def decimals_left(value: Decimal, power: int) -> int:
    """How many decimals a value has when it is written with a multiplier.

    >>> decimals_left(Decimal(26800), 4)
    2
    """
    return places(trimmed(divided(value, power)))


def divided(value: Decimal, power: int) -> Decimal:
    """A value in a multiplier's units.

    Zeros that were printed stay, where there are few of them.

    >>> divided(Decimal(26800), 4), divided(Decimal("2.50E+4"), 4)
    (Decimal('2.68'), Decimal('2.50'))
    """
    moved = value.scaleb(-power, _EXACT)
    exponent = moved.as_tuple().exponent
    return moved if isinstance(exponent, int) and -_FEW <= exponent < 0 else trimmed(moved)
