"""Rolling stock: from when to when single records are valid, where a record counts at the end of each period."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from ceyuan.periods import parse_period
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import PeriodText
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.spec import FieldName, Spec, spec_field

_MOST_YEARS = 200
Fault = tuple[str, str, str | None]
"""Code, message, hint."""


class Valid(Spec):
    """From when to when a record is valid: by two fields, or from its beginning for so many years or months."""

    from_: FieldName = spec_field(
        "The field of the first day; of a period, its first one. A record without it is undated.",
        good="granted",
        bad="Granted",
        alias="from",
    )
    to: FieldName | None = spec_field(
        "The field of the last day; of a period, its last one. A record without it is valid still.",
        good="lapsed",
        bad="Lapsed",
        default=None,
    )
    years: int | None = spec_field(
        "In place of `to`: for how many years. What begins on 31 December 2021 for three years is valid at the end of 2021, "
        "2022 and 2023.",
        good=3,
        bad=0,
        default=None,
        ge=1,
        le=_MOST_YEARS,
    )
    months: int | None = spec_field(
        "In place of `to`: for how many months.",
        good=18,
        bad=0,
        default=None,
        ge=1,
        le=12 * _MOST_YEARS,
    )
    until: PeriodText | None = Field(
        None,
        description="The last period that is stated; that of the latest beginning of any record if absent, as nothing is known "
        "of what begins later.",
        examples=[2024],
        json_schema_extra={"badExamples": ["now"]},
    )

    @property
    def lasts(self) -> int | None:
        """For how many months a record is valid, None where a field or nothing says so."""
        return self.months if self.years is None else 12 * self.years

    @property
    def always(self) -> Valid:
        """The same without an end: from when on a record is known of."""
        return self.model_copy(update={"to": None, "years": None, "months": None})

    @property
    def fields(self) -> Iterator[tuple[str, str]]:
        """The fields that it uses, with what they are used for."""
        yield self.from_, "valid from"
        if self.to is not None:
            yield self.to, "valid to"

    def faults(self, kind: RecordKind, periods: tuple[str, ...]) -> Iterator[Fault]:
        """What means nothing: several ends or none, figures of offices, periods without an end of their own."""
        ends = [end for end in (self.to, self.years, self.months) if end is not None]
        if len(ends) != 1:
            yield "missing-key", "`valid` needs one of `to`, `years` and `months`", None
        if kind.per_source:
            message = f"{kind.kind} records are figures of a period: they are not valid from a day to another"
            yield "bad-aggregation", message, None
        if unfit := sorted({"given", "all"} & set(periods)):
            message = f"what is valid at the end of a period has no value for `{unfit[0]}`"
            yield "bad-aggregation", message, "Use year, quarter, month …"
        if self.until is not None:
            try:
                parse_period(self.until)
            except ValueError as error:
                yield "bad-period", f"valid until: {error}", None

    def said(self, begin: Trilingual, end: Trilingual) -> Trilingual:
        """In words, with the names of its fields."""
        begun = f"from “{begin.en}”", f"自“{begin.zh_hans}”", f"自「{begin.zh_hant}」"
        if self.to is not None:
            last = f"to “{end.en}”", f"至“{end.zh_hans}”", f"至「{end.zh_hant}」"
        elif self.years is not None:
            last = f"for {self.years} years", f"起{self.years}年", f"起{self.years}年"
        else:
            last = f"for {self.months} months", f"起{self.months}个月", f"起{self.months}個月"
        return Trilingual(
            en=f", valid at the end of the period ({begun[0]} {last[0]})",
            zh_hans=f"，期末有效（{begun[1]}{last[1]}）",
            zh_hant=f"，期末有效（{begun[2]}{last[2]}）",
        )
