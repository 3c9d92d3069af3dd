"""What every answer is made of: texts in three languages, figures, and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from inspect import cleandoc
from typing import Any, Self, TypeVar, dataclass_transform

from pydantic import BaseModel, ConfigDict

from ceyuan.bounds import Bound, Modality
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Status


class Model(BaseModel):
    """A part of an answer: frozen, without surprises."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )  # fmt: skip

    @classmethod
    def of(cls, row: Mapping[str, Any], **more: Any) -> Self:
        """What a row holds of it; its other columns are passed over.

        Args:
            row: a row that has a column for each field that is not given.
            more: fields that the row has not, or not as they are shown.
        """
        return cls(**{name: row[name] for name in cls.model_fields if name not in more}, **more)


T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def with_words(cls: type[T]) -> type[T]:
    """A dataclass of the domain to which the site adds words; the docstring of the domain goes on telling its fields."""
    domain = cls.__mro__[1]
    _, _, known = cleandoc(domain.__doc__ or "").partition("Attributes:\n")
    cls.__doc__ = f"{cleandoc(cls.__doc__ or '')}\n{known}"
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


def worded(cls: type[T], part: Any, **words: Any) -> T:
    """A part of the domain with the words that the site adds to it, or tells instead of its own.

    Args:
        cls: a class made by :func:`with_words`.
        part: an instance of the domain's class.
        words: the fields that are added.
    """
    own = {field.name: getattr(part, field.name) for field in fields(part)}
    return cls(**{**own, **words})


class Figure(Model):
    """One observation: a value of an indicator for a place and a period, with what must be said beside it."""

    key: str
    """`indicator/place/period[/breakdown]`, each part percent-encoded; `@source` follows where the figure is not the one
    that is shown."""
    indicator: str
    """Identifier of the indicator."""
    place: str
    """Identifier of the place."""
    period: str
    """The period in its canonical spelling (`2025`, `2025-Q1`, `2025/26`, `2021..2025`)."""
    breakdown: str
    """`field=value` parts joined by `;`, empty for the total."""
    value: float | None
    """The value in `unit`; null where it is missing, with the `reason`."""
    value_max: float | None
    """Upper end, where the source states a range."""
    unit: str
    """The unit as Ceyuan writes it (`%`, `件`, `亿元`)."""
    bound: Bound
    """How the source limits the value: `gt` for more than, `approx` for about, `order` for an order of magnitude."""
    modality: Modality
    """Whether it happened, is expected, or is a target."""
    status: Status
    """Computed from records, published by others, estimated, simulated, or published and doubted (the note says why)."""
    cumulative: bool
    """Whether it is a total since a beginning rather than of the period."""
    source: tuple[str, ...]
    """Identifiers of the sources."""
    records: int | None
    """How many records it was made of; null for one made of other figures."""
    reason: Trilingual | None
    """Why a missing value is missing."""
    note: Trilingual | None
    """What the source or the computation wants the reader to know."""
    rule: str | None
    """Which rule chose it, where there were several values."""
    shown: bool
    """Whether it is the one that is shown for its indicator, place and period."""
    text: Trilingual
    """The value as it is written in each language, with bound and unit."""
    period_text: Trilingual
    """The period as it is written in each language."""


class Resource(Model):
    """An answer; it is wholly of one build."""

    build: str
    """Identifier of the build."""


class Fault(Model):
    """What went wrong (RFC 9457, `application/problem+json`)."""

    type: str = "about:blank"
    """Always ``about:blank``, since `code` says which fault it is."""
    title: str
    """The fault in a few words."""
    status: int
    """The HTTP status."""
    code: str
    """The stable code of Ceyuan's catalogue of errors."""
    detail: str
    """What is wrong here, in one sentence."""
    hint: str | None = None
    """What would mend it ("Did you mean …")."""
    where: str | None = None
    """The file and line, the field of the request or the parameter that is to blame."""
