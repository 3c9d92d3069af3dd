"""A quantity: a number in the text with what is written at it, before its context is read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ceyuan.bounds import Bound
from ceyuan.reader.statement import Kind


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at its place.

    Attributes:
        start: first character, in the folded text.
        end: behind the last character.
        value: in base units.
        unit: canonical unit; empty where none is written.
        value_max: upper end of a range.
        bound: the bound that the quantity itself carries (十余家), else None.
        kind: the kind that its form fixes (rank, membership, multiple), else None.
        number: the number before its magnitude was applied (6.9 of 6.9万).
        scale: its magnitude (10⁴ of 6.9万).
        step: worth of the last written digit.
        complete: whether a unit is written; an incomplete number needs one from its neighbours.
    """

    start: int
    end: int
    value: Decimal
    unit: str = ""
    value_max: Decimal | None = None
    bound: Bound | None = None
    kind: Kind | None = None
    number: Decimal = Decimal(0)
    scale: Decimal = Decimal(1)
    step: Decimal = Decimal(1)
    complete: bool = True
