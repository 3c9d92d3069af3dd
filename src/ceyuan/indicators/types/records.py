"""What all indicators have in common that are counted from records."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

from ceyuan.bounds import Bound
from ceyuan.errors import Problem
from ceyuan.indicators.types.validity import Valid
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import GrainName, Indicator, Names
from ceyuan.workspace.faults import check_filter, unknown
from ceyuan.workspace.fieldpaths import UnknownFieldError, find_field
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.placesfile import PlaceKind
from ceyuan.workspace.spec import FieldName, Id, Spec, spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace

PlaceRule = Literal["own", "total", "complete"]
PeriodRule = Literal["sum", "last", "exact"]
_PLACE_TYPES = ("place",)
_PERIOD_TYPES = ("date", "period")


class OverPlaces(Spec):
    """How values of places make the value of a place that contains them."""

    rule: PlaceRule = spec_field(
        "`own`: only records of that very place; `total`: all records in it; `complete`: the sum over its parts of one "
        "level, missing unless every part has a value.",
        good="total",
        bad="average",
    )
    level: str | tuple[str, ...] | None = spec_field(
        "For `complete`: the kind of place that is summed; of several, the first that a place has parts of.",
        good=["province", "city"],
        bad="small",
        default=None,
    )

    min_coverage: float = spec_field(
        "For `complete`: what share of the parts must have a value. Where some lack, the sum is a lower bound (≥) and says "
        "of how many it is made; what is summed must not be negative.",
        good=0.8,
        bad=80,
        default=1.0,
        gt=0,
        le=1,
    )

    mixed: bool = spec_field(
        "For a statistic, and for the sum or number of figures: whether records of a place and of places in it may stand "
        "together, as events may that are known by city or only by province. Otherwise the value is missing where they would: "
        "a nation's own figure is none of its cities'.",
        good=True,
        bad="both",
        default=False,
    )

    @property
    def levels(self) -> tuple[str, ...]:
        """The kinds of place that are summed, the first that a place has parts of."""
        if self.level is None:
            return ()
        return (self.level,) if isinstance(self.level, str) else self.level


class Covers(Spec):
    """What part of all that an indicator means its records hold."""

    part: Literal["all", "some"] = spec_field(
        "`all`: the records are complete; `some`: there are more, so that what is counted or added up is a lower bound.",
        good="some",
        bad="most",
    )
    note: Trilingual = spec_field(
        "Which part that is, in three languages.",
        good={
            "en": "Firms found by name",
            "zh-Hans": "可查到名称的企业",
            "zh-Hant": "可查到名稱的企業",
        },
        bad="Firms found by name",
    )


class RecordIndicator(Indicator):
    """An indicator that is counted from records."""

    distinct: ClassVar[bool] = False
    """Whether different values are counted rather than added up."""
    divided: ClassVar[bool] = False
    """Whether it has parts whatever `by` says."""
    stands: ClassVar[bool] = True
    """Whether its records may be counted for as long as they are valid."""

    records: Id = spec_field("The record kind it is made of.", good="payment", bad="Payments")
    where: str | None = spec_field(
        "Filter on the records.", good="type = 'firm'", bad="type == firm", default=None
    )
    zero_where: str | None = spec_field(
        "For counts over complete lists: a filter on the records that show that a place and period was looked at. Where "
        "some of them are there and none is counted, the value is 0; without them it is missing.",
        good="result is not null",
        bad="yes",
        default=None,
    )
    place: FieldName | None = spec_field(
        "The field that says where, if not the kind's own.", good="to_place", bad="To", default=None
    )
    period: FieldName | None = spec_field(
        "The field that says when, if not the kind's own.", good="filed", bad="Filed", default=None
    )
    valid: Valid | None = spec_field(
        "For stocks: from when to when a record is valid, in place of when it happened. It counts at the end of each period in "
        "which it is valid.",
        good={"from": "granted", "years": 3},
        bad="three years",
        default=None,
    )
    periods: tuple[GrainName, ...] = spec_field(
        "For which periods it is computed; `given` takes the records' own.",
        good=["year", "plan"],
        bad="yearly",
        default=("year",),
        min_length=1,
    )
    covers: Covers | None = spec_field(
        "What part of the whole the records cover, where they are not complete: the values are then lower bounds.",
        good={
            "part": "some",
            "note": {"en": "Found by name", "zh-Hans": "可查到名称的", "zh-Hant": "可查到名稱的"},
        },
        bad="some",
        default=None,
    )
    by: tuple[FieldName, ...] = spec_field(
        "Fields that break it down.", good=["field"], bad="field", default=()
    )
    over_places: OverPlaces = spec_field(
        "How it adds up over places.",
        good={"rule": "total"},
        bad="total",
        default=OverPlaces(rule="total"),
    )
    over_periods: PeriodRule | None = spec_field(
        "How records make a period's value: `sum` of all events in it (the rule for events), `exact`: only figures stated "
        "for that very period (the rule for accounts), `last`: of stocks, the last one stated within the period.",
        good="last",
        bad="mean",
        default=None,
    )
    counting: Literal["full", "fractional"] = spec_field(
        "Bibliometric counting: `full` gives each contributor 1, `fractional` shares 1 among them.",
        good="fractional",
        bad="half",
        default="full",
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        """None: it is made of records."""
        return ()

    @property
    @abstractmethod
    def measured(self) -> str | None:
        """The field that is added up or whose values are counted, None where records are."""

    @property
    def is_part(self) -> bool:
        """Whether its records are only a part of the whole, so that its values are lower bounds."""
        return self.covers is not None and self.covers.part == "some"

    @abstractmethod
    def made_of(self, kind: Trilingual, field: Trilingual) -> Trilingual:
        """What is done with the records of a kind and their field, in words."""

    @property
    def bound_of_part(self) -> Bound:
        """What a value made of only a part of the records, or of the places, says of the whole: a sum is at least so much."""
        return "ge"

    def formula(self, names: Names) -> Trilingual:
        """What is counted or added up, of which records."""
        kind = names.kinds[self.records]
        said = self.made_of(kind_name(kind), field_name(kind, self.measured or ""))
        if self.where:
            said = _followed(
                said, f", where {self.where}", f"，条件：{self.where}", f"，條件：{self.where}"
            )
        if self.valid is not None:
            ends = (field_name(kind, name) for name in (self.valid.from_, self.valid.to or ""))
            stock = self.valid.said(*ends)
            said = _followed(said, stock.en, stock.zh_hans, stock.zh_hant)
        if self.counting == "fractional":
            said = _followed(said, "; fractional counting", "；采用分数计数法", "；採用分數計算法")
        if self.covers is not None:
            note = self.covers.note
            said = _followed(
                said,
                f"; the records cover: {note.en}",
                f"；记录范围：{note.zh_hans}",
                f"；紀錄範圍：{note.zh_hant}",
            )
        return said

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """What is counted has a unit that counts."""
        return None if unit.is_count else f"a {self.type} has a unit that counts, not {self.unit}"

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """Fields that are not there, and rules that mean nothing for the kind of records."""
        kind = workspace.kinds.get(self.records)
        if kind is None:
            yield unknown("unknown-kind", "kind", self.records, workspace.kinds, file, line)
            return
        for condition in (self.where, self.zero_where):
            if condition is not None:
                yield from check_filter(workspace, kind.kind, condition, file, line)
        for name, role, types in self._fields(kind):
            yield from check_field(workspace, kind.kind, name, role, types, file, line)
        for code, message, hint in (*self._misfits(kind), *self._stock_faults(kind)):
            yield Problem(code, message, file, line, hint)
        yield from self._unit_problems(workspace, file, line)

    def _unit_problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """A unit that does not measure what the quantity does."""
        if self.measured is None:
            return
        # A field, kind or unit that is not known is reported already.
        with suppress(UnknownFieldError, KeyError, ValueError):
            found = find_field(workspace.kinds, self.records, tuple(self.measured.split(".")))
            measured, unit = found.field.dimension, parse_unit(self.unit)
            fits = unit.dimension == measured or unit.dimension.startswith(f"{measured}:")
            if found.type == "quantity" and measured is not None and not fits:
                message = (
                    f"{self.measured} measures {measured}, which is not what {self.unit} measures"
                )
                yield Problem("wrong-unit", message, file, line)

    def _fields(self, kind: RecordKind) -> Iterator[tuple[str | None, str, tuple[str, ...]]]:
        """The fields that it uses: name, role, and the types that they may have."""
        yield self.place or kind.place, "place", _PLACE_TYPES
        if self.valid is None:
            yield self.period or kind.period, "period", _PERIOD_TYPES
        else:
            for name, role in self.valid.fields:
                yield name, role, _PERIOD_TYPES
        if self.measured is not None:
            yield self.measured, "value", self._value_types()
        for name in self.by:
            yield name, "by", ()

    def _value_types(self) -> tuple[str, ...]:
        return ()

    def _misfits(self, kind: RecordKind) -> Iterator[tuple[str, str, str | None]]:
        """Rules that mean nothing for a kind of records: code, message, hint."""
        yield from self._place_misfits()
        if self.zero_where is not None and (kind.per_source or not self._counts()):
            message = f"`zero_where` is for counts of events: a {self.type} of {kind.kind} that is not there is missing"
            yield "bad-aggregation", message, None
        if self.counting == "fractional" and (kind.fractional is None or self.distinct):
            message = f"fractional counting means nothing for {self.type} of {kind.kind}"
            yield "bad-counting", message, None
        if kind.per_source and self.over_periods == "sum":
            message = (
                f"{kind.kind} records are figures, not events: they are not summed over periods"
            )
            yield "bad-aggregation", message, None
        if not kind.per_source and self.over_periods in ("last", "exact"):
            message = (
                f"{kind.kind} records are events: `{self.over_periods}` would drop some of them"
            )
            yield "bad-aggregation", message, None

    def _place_misfits(self) -> Iterator[tuple[str, str, str | None]]:
        """What means nothing of how values are put together over places."""
        levels = set(self.over_places.levels)
        if self.over_places.rule == "complete" and not (
            levels and levels <= set(get_args(PlaceKind))
        ):
            hint = f"Levels: {', '.join(get_args(PlaceKind))}"
            yield "missing-key", "over_places `complete` needs a `level`", hint
        if self.over_places.rule != "complete" and self.over_places.min_coverage < 1:
            yield "bad-aggregation", "`min_coverage` is for `complete` sums over parts", None
        if self.over_places.mixed and self.over_places.rule != "total":
            yield "bad-aggregation", "`mixed` is for the `total` of places", None

    def _stock_faults(self, kind: RecordKind) -> Iterator[tuple[str, str, str | None]]:
        """What means nothing of records that count for as long as they are valid."""
        if self.valid is None:
            return
        yield from self.valid.faults(kind, self.periods)
        if not self.stands:
            yield (
                "bad-aggregation",
                f"a {self.type} is of what happened, not of what is valid",
                None,
            )
        if self.period is not None or self.over_periods is not None:
            message = "`valid` says when records count: `period` and `over_periods` have no place beside it"
            yield "bad-aggregation", message, None
        if self.counting == "fractional":
            yield (
                "bad-counting",
                "records that are valid for a time are counted as whole ones",
                None,
            )

    def _counts(self) -> bool:
        """Whether nothing found means zero, rather than an amount that is not known."""
        return True


def has_bounds(kind: RecordKind) -> bool:
    """Whether each record says how its value binds: exactly, at least so much, about so much."""
    field = kind.field("bound")
    return (
        field is not None and field.type == "choice" and set(field.values) <= set(get_args(Bound))
    )


def kind_name(kind: RecordKind) -> Trilingual:
    """The name of a record kind, its identifier where it declares none."""
    return Trilingual.same(kind.kind) if kind.name is None else kind.name


def field_name(kind: RecordKind, path: str) -> Trilingual:
    """The name of a field, its path where it declares none."""
    return next((field.name for field in kind.fields if field.id == path), Trilingual.same(path))


def _followed(said: Trilingual, en: str, zh_hans: str, zh_hant: str) -> Trilingual:
    return Trilingual(
        en=said.en + en, zh_hans=said.zh_hans + zh_hans, zh_hant=said.zh_hant + zh_hant
    )


def check_field(
    workspace: Workspace,
    kind: str,
    name: str | None,
    role: str,
    types: tuple[str, ...],
    file: str,
    line: int,
) -> Iterator[Problem]:
    """A field that is not there, or of another type than its role needs; of any type where none is asked for."""
    if name is None:
        yield Problem(
            "missing-key",
            f"{kind} has no {role} of its own: name its field with `{role}`",
            file,
            line,
        )
        return
    try:
        found = find_field(workspace.kinds, kind, tuple(name.split(".")))
    except UnknownFieldError as error:
        yield Problem("unknown-field", f"{role}: {error}", file, line, error.hint)
        return
    if types and found.type not in types:
        yield Problem(
            "bad-value", f"{role}: {name} is {found.type}, not {' or '.join(types)}", file, line
        )
