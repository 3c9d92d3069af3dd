"""What a text states: a figure with everything that a later binding needs to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import PlainSerializer

from ceyuan.bounds import Bound, Modality

Kind = Literal["level", "share", "change", "growth", "rank", "membership", "streak", "multiple"]


def plain_number(value: Decimal | None) -> int | float | None:
    """A decimal as JSON writes it: whole numbers without a point.

    >>> plain_number(Decimal("69000.0")), plain_number(Decimal("4.30"))
    (69000, 4.3)
    """
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[Decimal, PlainSerializer(plain_number, return_type=float)]
"""A decimal, which answers tell as a number."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One stated figure.

    Attributes:
        start: offset of its first character, in Unicode code points of the file as given.
        end: offset behind its last character.
        quote: ``text[start:end]`` of the file as given: the quantity with its unit.
        value: in base units (6.9万 → 69000); per cent as written; a decline is negative.
        value_max: the upper end of a range, else None.
        unit: the counter or currency in its simplified canonical form, ``%``, ``个百分点``; empty for a pure number.
        bound: how the text limits the value.
        modality: whether it happened, is expected, or is a target.
        kind: what sort of figure it is.
        cumulative: whether it was summed up since a beginning (累计).
        from_value: the former value of a change that names both ends, else None.
        subject: what the figure is of, in the words of the text; empty where the text does not say.
        place: the place as the text names it (its alias in the text), or None.
        period: ``2023``, ``2023-H1``, ``2023-Q1``, ``2023-05``, ``2023-01/10`` (January to October), ``2026/2030``,
            or None.
        sentence: the sentence, line breaks healed.
        group: number of the aligned group (分别, 依次) that the figure belongs to, or None.
        step: worth of the last written digit (6.9万 → 1000); the writing itself allows half of it either way.
        page: the page of a PDF file, else None.
        address: where it stands in the document: ``paragraph 3``, ``table 1, row 2, column 3``, ``footnote 1``; empty in
            plain text.
    """

    start: int
    end: int
    quote: str
    value: Number
    value_max: Number | None
    unit: str
    bound: Bound
    modality: Modality
    kind: Kind
    cumulative: bool
    from_value: Number | None
    subject: str
    place: str | None
    period: str | None
    sentence: str
    group: int | None = None
    step: Number = Decimal(1)
    page: int | None = None
    address: str = ""

    def as_json(self) -> dict[str, object]:
        """The statement as the documented JSON object."""
        return {
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "value": plain_number(self.value),
            "value_max": plain_number(self.value_max),
            "unit": self.unit,
            "bound": self.bound,
            "modality": self.modality,
            "kind": self.kind,
            "cumulative": self.cumulative,
            "from_value": plain_number(self.from_value),
            "subject": self.subject,
            "place": self.place,
            "period": self.period,
            "sentence": self.sentence,
            "page": self.page,
            "address": self.address,
        }
