"""``statistic``: how a quantity is distributed over records: its mean, median, a percentile, or how concentrated it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from ceyuan.bounds import Bound
from ceyuan.errors import Problem
from ceyuan.indicators.statistics import (
    WORDS,
    Statistic,
    bound_of_part,
    is_concentration,
    option_problems,
)
from ceyuan.indicators.types.records import RecordIndicator, field_name
from ceyuan.units import Unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.spec import FieldName, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace

_NUMBERS = ("quantity", "number", "integer")


class StatisticIndicator(RecordIndicator):
    """A statistic of a quantity over the records of a place and period (:mod:`ceyuan.indicators.statistics`)."""

    type: Literal["statistic"]
    value: FieldName = spec_field("The quantity.", good="amount", bad="avg(amount)")
    statistic: Statistic = spec_field("What is made of the values.", good="median", bad="average")
    percentile: float | None = spec_field(
        "Which percentile, from 0 to 100.", good=90, bad=-1, default=None, ge=0, le=100
    )
    weights: FieldName | None = spec_field(
        "For a weighted mean: the field that weighs the records.",
        good="staff",
        bad="2 * staff",
        default=None,
    )
    each: FieldName | None = spec_field(
        "The records of one value of this field are added up first, so that the statistic is over organisations, say, and not "
        "over their payments.",
        good="to_organisation",
        bad="every",
        default=None,
    )
    min_coverage: float = spec_field(
        "What share of the records must have a value; with fewer it is missing.",
        good=0.9,
        bad=90,
        default=1.0,
        gt=0,
        le=1,
    )

    @property
    def measured(self) -> str:
        """The quantity."""
        return self.value

    @property
    def bound_of_part(self) -> Bound:
        """What a statistic of a part says of the whole."""
        return bound_of_part(self.statistic)

    def made_of(self, kind: Trilingual, field: Trilingual) -> Trilingual:
        """A statistic over records."""
        what = WORDS[self.statistic]
        which = "" if self.percentile is None else f" ({self.percentile:g})"
        return Trilingual(
            en=f"{what.en}{which} of “{field.en}” over records “{kind.en}”",
            zh_hans=f"“{kind.zh_hans}”记录中“{field.zh_hans}”的{what.zh_hans}{which}",
            zh_hant=f"「{kind.zh_hant}」紀錄中「{field.zh_hant}」的{what.zh_hant}{which}",
        )

    def formula(self, names: Names) -> Trilingual:
        """Also what weighs the records, and what they are added up by first."""
        said = super().formula(names)
        kind = names.kinds[self.records]
        for field, en, zh_hans, zh_hant in (
            (self.weights, ", weighted by “{}”", "，以“{}”为权重", "，以「{}」為權重"),
            (self.each, ", added up by “{}” first", "，先按“{}”加总", "，先按「{}」加總"),
        ):
            if field is not None:
                name = field_name(kind, field)
                said = Trilingual(
                    en=said.en + en.format(name.en),
                    zh_hans=said.zh_hans + zh_hans.format(name.zh_hans),
                    zh_hant=said.zh_hant + zh_hant.format(name.zh_hant),
                )
        return said

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """Concentration is a ratio; what a level measures the quantity decides."""
        if not is_concentration(self.statistic) or unit.dimension == "ratio":
            return None
        return f"a {self.statistic} is a ratio, not in {self.unit}"

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """Also parts that the statistic needs or has no use for."""
        yield from super().problems(workspace, file, line)
        yield from option_problems(
            self.id, self.statistic, self.percentile, self.weights, file, line
        )

    def _unit_problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """How concentrated a quantity is has no unit of it."""
        if not is_concentration(self.statistic):
            yield from super()._unit_problems(workspace, file, line)

    def _fields(self, kind: RecordKind) -> Iterator[tuple[str | None, str, tuple[str, ...]]]:
        yield from super()._fields(kind)
        if self.weights is not None:
            yield self.weights, "weights", _NUMBERS
        if self.each is not None:
            yield self.each, "each", ()

    def _value_types(self) -> tuple[str, ...]:
        return _NUMBERS

    def _misfits(self, kind: RecordKind) -> Iterator[tuple[str, str, str | None]]:
        yield from super()._misfits(kind)
        if self.over_places.rule == "complete":
            yield (
                "bad-aggregation",
                f"a {self.statistic} is not added up over places",
                "Use over_places `total` or `own`",
            )
        if self.over_periods == "last":
            yield (
                "bad-aggregation",
                "a statistic is of all records of a period, not of the last state in it",
                None,
            )
        if self.counting == "fractional":
            yield "bad-counting", "a statistic of shares of records means nothing", None
        if self.weights is not None and self.each is not None:
            yield (
                "bad-aggregation",
                "records that are added up first have no weight of their own",
                None,
            )

    def _counts(self) -> bool:
        return False
