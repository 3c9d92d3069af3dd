"""Exact sums of any weights: a weight is a fraction, and fractions of one unit are added as integers.

What a number in a file stands for is read from the number alone, whatever else is in the file: an integer is itself, the
double nearest to a simple fraction is that fraction (0.058823529411764705 is 1/17), what has at most 15 digits is that
decimal, and anything else is the binary fraction that the double is. Integers of a common unit can be long; they are cut
into digits, so short that the sum of each digit over all rows fits 64 bits. Sums therefore depend on no order and lose
nothing, and a threshold that is met exactly is met.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ceyuan.clusters.arrays import AnyArray, Bools, Floats, Ints
from ceyuan.errors import fail

MOST_PARTS = 10_000
"""Fractions with denominators up to this are recognised."""

BY_CHANCE = 1e-6
"""… unless so many doubles of that size would be taken for such a fraction by chance."""

MOST_WEIGHT = 1e100
"""No larger weight is taken: sums of such weights are still floats."""

LEAST_WEIGHT = 1e-100
"""No smaller weight but 0 is taken: parts of such weights are still floats."""

DIGITS = 15  # decimals of so many digits survive the way through a double
DECIMALS = 22  # powers of ten up to this one are doubles
SPARE_BITS = 5  # a row of a bootstrap sample counts up to 31 times
_EXACT_ROWS = 1 << 16  # up to so many sums are turned into floats one by one, correctly rounded


@dataclass(frozen=True, slots=True)
class Amounts:
    """Exact numbers as integers of one unit, cut into digits.

    Attributes:
        digits: shape (n, digits), the least first; all but the last are 0 … 2**bits − 1.
        bits: how long a digit is.
        unit: how many units 1 is.

    >>> thirds = amounts_of([(1, 3), (2, 3)], rows=2)
    >>> thirds.unit, thirds.wholes(), thirds.floats().tolist()
    (3, [1, 2], [0.3333333333333333, 0.6666666666666666])
    """

    digits: Ints
    bits: int
    unit: int

    def __len__(self) -> int:
        return len(self.digits)

    def take(self, which: AnyArray) -> Amounts:
        """Some of the numbers, or the same in another order."""
        return replace(self, digits=self.digits[which])

    def with_sums(self, digits: Ints) -> Amounts:
        """Sums of these numbers, given as sums of their digits: what is too long for a digit is carried."""
        carried = digits.copy()
        for place in range(carried.shape[1] - 1):
            carried[:, place + 1] += carried[:, place] >> self.bits
            carried[:, place] &= (1 << self.bits) - 1
        return replace(self, digits=carried)

    def nonzero(self) -> Bools:
        """Which numbers are not 0."""
        return np.asarray(self.digits.any(axis=1), np.bool_)

    def add_up(self, place: AnyArray, n: int) -> Amounts:
        """The sum of the numbers at each of ``n`` places."""
        total = np.zeros((n, self.digits.shape[1]), np.int64)
        np.add.at(total, place, self.digits)
        return self.with_sums(total)

    def wholes(self) -> list[int]:
        """The numbers in units."""
        whole = self.digits[:, -1].astype(object)
        for place in range(self.digits.shape[1] - 2, -1, -1):
            whole = (whole << self.bits) + self.digits[:, place]
        return [int(w) for w in whole]

    def total(self, which: AnyArray | None = None) -> int:
        """The sum of all numbers, or of some, in units."""
        digits = self.digits if which is None else self.digits[which]
        return sum(int(d) << (self.bits * place) for place, d in enumerate(digits.sum(axis=0)))

    def floats(self) -> Floats:
        """The numbers as floats: correctly rounded if they are few, within some units of the last place if many."""
        if len(self) <= _EXACT_ROWS:
            return np.array([whole / self.unit for whole in self.wholes()], np.float64)
        shift = self.unit.bit_length()
        value = np.zeros(len(self))
        for place in range(self.digits.shape[1]):
            value += np.ldexp(self.digits[:, place].astype(np.float64), self.bits * place - shift)
        return value / (self.unit / (1 << shift))

    def threshold(self, weight: float) -> int:
        """The least number of units that reaches a weight."""
        return max(1, math.ceil(as_fraction(weight) * self.unit))

    def coarse(self) -> tuple[Ints, int]:
        """The numbers in 64 bits, and by how many bits they were cut for that.

        Their sum fits as well. Each is at most what it stands for, and less than one for each digit below it.
        """
        shift = max(0, self.total().bit_length() - 61)
        if shift == 0 and self.digits.shape[1] == 1:
            return self.digits[:, 0], 0
        cut = np.zeros(len(self), np.int64)
        for place in range(self.digits.shape[1]):
            move = self.bits * place - shift
            cut += (
                self.digits[:, place] << move
                if move >= 0
                else self.digits[:, place] >> min(-move, 63)
            )
        return cut, shift


def ones(n: int) -> Amounts:
    """``n`` times 1."""
    return integers(np.ones(n, np.int64))


def integers(values: AnyArray) -> Amounts:
    """Integers whose sum fits 64 bits."""
    return Amounts(np.asarray(values, np.int64).reshape(-1, 1), 62, 1)


def as_fraction(value: float) -> Fraction:
    """What a number stands for.

    >>> as_fraction(1 / 17), as_fraction(0.1), as_fraction(4500.0)
    (Fraction(1, 17), Fraction(1, 10), Fraction(4500, 1))
    """
    return Fraction(*read_ratios(np.array([value], np.float64))[0])


def read_ratios(values: Floats) -> list[tuple[int, int]]:
    """What each number stands for, as numerator and denominator.

    Args:
        values: finite numbers, not negative.

    >>> read_ratios(np.array([0.75, 1.07570516, 2.0**-40]))
    [(3, 4), (107570516, 100000000), (1, 1099511627776)]
    """
    top, bottom = _simple_ratios(values)
    for places in range(DECIMALS + 1):
        scaled = np.rint(values * 10.0**places)
        written = (bottom == 0) & (scaled < 10.0**DIGITS) & (scaled / 10.0**places == values)
        top[written], bottom[written] = scaled[written], 10.0**places
    return [
        (int(a), int(b)) if b else value.as_integer_ratio()
        for value, a, b in zip(values.tolist(), top.tolist(), bottom.tolist(), strict=True)
    ]


def _simple_ratios(values: Floats) -> tuple[Floats, Floats]:
    """The simplest fraction that each number is the nearest double of, by its continued fraction; 0, 0 if there is none."""
    top, bottom = np.zeros(values.size), np.zeros(values.size)
    whole = np.floor(values)
    rest = values - whole
    before, now = (np.ones(values.size), np.zeros(values.size)), (whole, np.ones(values.size))
    spacing = np.spacing(np.maximum(values, 1e-300))
    with np.errstate(all="ignore"):
        for _ in range(40):  # denominators double at least every second time
            small = (now[1] <= MOST_PARTS) & (
                (now[1] == 1) | (now[1] * now[1] * spacing <= BY_CHANCE)
            )
            hit = (bottom == 0) & small & (now[0] / now[1] == values)
            top[hit], bottom[hit] = now[0][hit], now[1][hit]
            if not (small & (bottom == 0)).any():
                break
            step = np.floor(1.0 / rest)
            rest = 1.0 / rest - step
            before, now = now, (step * now[0] + before[0], step * now[1] + before[1])
    return top, bottom


def amounts_of(ratios: Sequence[tuple[int, int]], rows: int, unit: int | None = None) -> Amounts:
    """Fractions in a common unit.

    Args:
        ratios: numerators and denominators.
        rows: of how many of them, repetitions counted, the sum must fit.
        unit: how many units 1 is; where it is given, what it does not divide is rounded down.
    """
    common = math.lcm(1, *{bottom for _, bottom in ratios}) if unit is None else unit
    wholes = [top * common // bottom for top, bottom in ratios]
    bits = 62 - SPARE_BITS - max(1, rows).bit_length()
    places = max(1, -(-max(wholes, default=0).bit_length() // bits))
    left, digits = np.array(wholes, object), np.empty((len(wholes), places), np.int64)
    for place in range(places):
        digits[:, place] = left & ((1 << bits) - 1)
        left = left >> bits
    return Amounts(digits, bits, common)


def check_weights(weight: Floats, n: int) -> None:
    """Refuse impossible weights.

    Raises:
        CeyuanError: ``cluster-bad-weight`` if there are not ``n``, or one is negative or not finite.
    """
    if weight.shape != (n,):
        raise fail("cluster-bad-weight", f"there are {weight.size} weights for {n} points")
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise fail("cluster-bad-weight", "a weight is negative, infinite or missing")
    check_size(weight)


def check_size(weight: Floats) -> None:
    """Refuse weights whose sums no float can hold.

    Raises:
        CeyuanError: ``cluster-bad-weight``.
    """
    most = np.fmax.reduce(weight, initial=0.0)
    if most > MOST_WEIGHT:
        raise fail("cluster-bad-weight", f"a weight of {most:g} is beyond {MOST_WEIGHT:g}")
    least = np.min(weight, initial=np.inf, where=weight > 0)
    if least < LEAST_WEIGHT:
        raise fail("cluster-bad-weight", f"a weight of {least:g} is below {LEAST_WEIGHT:g}")


def check_sums(amounts: Amounts, expected: int, what: str) -> None:
    """Stop if sums are not what was added, or one of them is negative: no figure is better than a wrong one.

    Args:
        amounts: the sums.
        expected: what they must add up to, in units.
        what: what was added, for the message.

    Raises:
        CeyuanError: ``cluster-sums-differ``.
    """
    if (amounts.digits < 0).any() or amounts.total() != expected:
        raise fail("cluster-sums-differ", f"{what} do not add up to what was counted")
