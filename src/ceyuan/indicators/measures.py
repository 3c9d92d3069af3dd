"""Record indicators as SQL: which records count, where, when and how much.

A measure is compiled to two queries in the common SQL subset. *Picked* lists the records that match, each with its place,
period, breakdown, weight and value: it is what a trace lists. *Leaf* adds them up per place and period of the records
themselves; totals over containing places and periods are made from the leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ceyuan.engine import PARTS, RecordQuery, identifier, literal
from ceyuan.engine.filters import Column, filter_sql
from ceyuan.expressions import fields_of, parse_filter
from ceyuan.indicators.flows import flow_sql
from ceyuan.indicators.statistics import Made, is_concentration
from ceyuan.indicators.types import (
    FlowIndicator,
    RecordIndicator,
    StatisticIndicator,
    WorkScoreIndicator,
)
from ceyuan.indicators.types.records import PeriodRule, has_bounds
from ceyuan.indicators.types.validity import Valid
from ceyuan.units import parse_unit
from ceyuan.workspace.definitions import GrainName
from ceyuan.workspace.fieldpaths import FieldPath, find_field
from ceyuan.workspace.kinds import RecordKind

_DATE_KEYS = {
    "day": ("CAST({d} AS STRING)", "0"),
    "month": ("extract(year FROM {d})", "extract(month FROM {d})"),
    "quarter": ("extract(year FROM {d})", "extract(quarter FROM {d})"),
    "half": ("extract(year FROM {d})", "CASE WHEN extract(month FROM {d}) <= 6 THEN 1 ELSE 2 END"),
    "year": ("extract(year FROM {d})", "0"),
    "fiscal": (
        "CASE WHEN extract(month FROM {d}) >= 4 THEN extract(year FROM {d}) ELSE extract(year FROM {d}) - 1 END",
        "0",
    ),
    "plan": (
        "CASE WHEN extract(year FROM {d}) >= 1966 THEN extract(year FROM {d}) - (extract(year FROM {d}) - 1966) % 5 "
        "WHEN extract(year FROM {d}) BETWEEN 1953 AND 1962 THEN extract(year FROM {d}) - (extract(year FROM {d}) - 1953) % 5 END",
        "0",
    ),
    "all": ("'all'", "0"),
}
_TEXT_OF_KEY = {
    "day": "k1",
    "month": "CAST(k1 AS STRING) || '-' || lpad(CAST(k2 AS STRING), 2, '0')",
    "quarter": "CAST(k1 AS STRING) || '-Q' || CAST(k2 AS STRING)",
    "half": "CAST(k1 AS STRING) || '-H' || CAST(k2 AS STRING)",
    "year": "CAST(k1 AS STRING)",
    "fiscal": "CAST(k1 AS STRING) || '/' || lpad(CAST((k1 + 1) % 100 AS STRING), 2, '0')",
    "plan": "CAST(k1 AS STRING) || '..' || CAST(k1 + 4 AS STRING)",
    "all": "k1",
    "lookup": "k1",
}
_BINARY_FRACTIONS = ("number", "latitude", "longitude")
LOOKUPS = ("period_within", "stock_ends", "place_clusters", "site_clusters")
"""The small tables that queries over records join; flows between places join those of places, too."""
STATISTIC_COLUMNS = ("w", "w_unit", "g", "bound")
"""The columns of picked records that only statistics need: weight, its base unit, what they are added up by, bound."""
DOUBT = "doubt"
"""The field that says why a record is doubted: nothing is computed from such a record."""
_ALIASES: dict[str, str] = {"given": "day"}


@dataclass(frozen=True, slots=True)
class Statistics:
    """A statistic of records.

    Attributes:
        name: which one.
        percentile: which percentile.
        each: whether records are added up by ``g`` first.
        coverage: what share of the records must have a value.
        works: how works are counted where it is of works: the records of one ``g`` then carry the same score.
        least: how many records or works must have a value.
        mixed: whether records of a place and of places in it may stand together.
    """

    name: Made
    percentile: float | None
    each: bool
    coverage: float
    works: Literal["full", "fractional"] | None = None
    least: int = 1
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A compiled record indicator for one grain of periods.

    Attributes:
        kind: the record kind.
        kinds: it and the kinds that it is joined with.
        grain: the periods that it is computed for.
        picked: query of the matching records with the columns ``_table _file _line _source _correction place k1 k2
            breakdown v v_unit``, where ``k1, k2`` make the period.
        looked_at: query with the same columns of the records that make a count without records 0, None where it is missing.
        period_text: SQL that turns ``k1, k2`` into the period's canonical text.
        rule: how records make a period's value.
        distinct: whether ``v`` is counted rather than added.
        one: what a whole record weighs in ``v``: shares of records are whole numbers of parts, so that they add up exactly.
        factor: what one unit of the indicator is in the base unit of the values.
        expected_unit: the base unit that every value must have, None where values have no unit.
        stock: whether a record counts at the end of each period in which it is valid, so that it is picked for each.
        statistic: what is made of values that are not added up; then ``picked`` has the columns ``w w_unit g bound`` too.
        lookups: the small tables that it joins.
        portable: whether every engine answers it alike: not where binary fractions are added, or written as text.
    """

    kind: str
    kinds: tuple[str, ...]
    grain: GrainName
    picked: str
    looked_at: str | None
    period_text: str
    rule: PeriodRule
    distinct: bool
    one: int
    factor: str
    expected_unit: str | None
    portable: bool
    stock: bool = False
    statistic: Statistics | None = None
    lookups: tuple[str, ...] = LOOKUPS

    def query(self, sql: str) -> RecordQuery:
        """A query over its records, for the engine that holds them."""
        return RecordQuery(sql, self.kinds, self.lookups, self.portable)

    @property
    def total(self) -> str:
        """SQL of the value of many records, from their ``v``, in base units."""
        return "count(DISTINCT v)" if self.distinct else self.weighed("sum(v)")

    def weighed(self, value: str) -> str:
        """SQL of a value made of ``v`` in base units."""
        plain = f"CAST({value} AS DOUBLE)"
        return plain if self.one == 1 else f"{plain} / CAST({self.one} AS DOUBLE)"


def compile_measure(
    indicator: RecordIndicator, grain: GrainName, kinds: Mapping[str, RecordKind]
) -> Measure:
    """Compile an indicator that has passed its checks."""
    compiler = _Compiler(indicator, grain, kinds)
    return compiler.flow(indicator) if isinstance(indicator, FlowIndicator) else compiler.compile()


class RecordPaths:
    """Fields of a record kind as SQL, with the joins that lead to those of the records it refers to.

    Attributes:
        kinds: all record kinds.
        kind: the kind whose records are asked for, under the alias ``r``.
        join_sql: the joins that the columns asked for so far need.
        joined: the kinds that are joined.
    """

    def __init__(self, kind: str, kinds: Mapping[str, RecordKind]) -> None:
        self.kinds = kinds
        self.kind = kinds[kind]
        self.joins: dict[tuple[str, ...], str] = {}
        self.join_sql: list[str] = []
        self.joined: list[str] = []

    @property
    def source(self) -> str:
        """The ``FROM`` with its joins; to be asked for after all columns."""
        return f"FROM {identifier(self.kind.kind)} AS r {' '.join(self.join_sql)}"

    def find(self, name: str) -> FieldPath:
        """The field of a path such as ``document.type``."""
        return find_field(self.kinds, self.kind.kind, tuple(name.split(".")))

    def column(self, name: str) -> str:
        """SQL of a field."""
        return self.path_sql(self.find(name))

    def path_sql(self, found: FieldPath) -> str:
        """SQL of a field that was found."""
        alias = self.alias(found)
        if found.column.endswith(".year"):
            day = found.column.removesuffix(".year") + (
                "_start" if found.field.type == "period" else ""
            )
            return f"extract(year FROM {alias}.{identifier(day)})"
        return f"{alias}.{identifier(found.column)}"

    def first_day(self, name: str) -> str:
        """SQL of a field of dates, or of the first day of one of periods."""
        return self._day(name, "_start")

    def last_day(self, name: str) -> str:
        """SQL of a field of dates, or of the last day of one of periods."""
        return self._day(name, "_end")

    def _day(self, name: str, end: str) -> str:
        found = self.find(name)
        if found.type == "date":
            return self.path_sql(found)
        return f"{self.alias(found)}.{identifier(found.column + end)}"

    def alias(self, found: FieldPath) -> str:
        """The table alias that a path ends at, with the joins that lead there."""
        here = "r"
        for depth, step in enumerate(found.joins, start=1):
            path = tuple(j.id for j in found.joins[:depth])
            if path not in self.joins:
                target = self.kinds[step.to or ""]
                self.joins[path] = f"j{len(self.joins) + 1}"
                self.joined.append(target.kind)
                alias = self.joins[path]
                key = f"{alias}.{identifier(target.key[0])}"
                self.join_sql.append(
                    f"LEFT JOIN {identifier(target.kind)} AS {alias} ON {here}.{identifier(step.id)} = {key}"
                )
            here = self.joins[path]
        return here

    def where(self, text: str) -> str:
        """SQL of a filter."""
        tree = parse_filter(text)
        columns = {}
        for field in fields_of(tree):
            found = find_field(self.kinds, self.kind.kind, field.path)
            columns[field.name] = Column(self.path_sql(found), found.type)
        return filter_sql(tree, columns)


NO_TEXT = "CAST(NULL AS STRING)"
"""SQL of a column of text that has none."""


class _Compiler(RecordPaths):
    def __init__(
        self, indicator: RecordIndicator, grain: GrainName, kinds: Mapping[str, RecordKind]
    ) -> None:
        super().__init__(indicator.records, kinds)
        self.indicator = indicator
        self.grain = grain
        self.share: str | None = None
        """A record's share, where it counts only for that; known when its value is."""

    def compile(self) -> Measure:
        indicator = self.indicator
        place = self.column(indicator.place or self.kind.place or "")
        k1, k2, text, rule = self.period()
        value, unit = self.value()
        # The source is written last: every column may join one more kind to it.
        condition, breakdown = self.condition(indicator.where), self.breakdown()
        statistic, more = self.statistic()
        picked = (
            f"SELECT r._table, r._file, r._line, r._source, r._correction, {place} AS place, {k1} AS k1, {k2} AS k2, "
            f"{breakdown} AS breakdown, {value} AS v, {unit or NO_TEXT} AS v_unit{more} "
            f"{self.source}{condition}"
        )
        target = parse_unit(indicator.unit)
        # Values without a unit of their own (counts, plain numbers) are in the indicator's unit, unless it counts in 万.
        ratio = statistic is not None and (
            statistic.works is not None or is_concentration(statistic.name)
        )
        factor = f"{target.factor.normalize():f}" if unit or target.is_count or ratio else "1"
        seen = self.looked_at()
        looked_at = seen.kinds if seen else ()
        kinds = tuple(dict.fromkeys([self.kind.kind, *self.joined, *looked_at, *self.scored_by()]))
        return Measure(
            kind=self.kind.kind,
            kinds=kinds,
            grain=self.grain,
            picked=picked,
            looked_at=seen.picked if seen else None,
            period_text=text,
            rule=rule,
            distinct=indicator.distinct,
            one=PARTS if self.shared and indicator.measured is None and statistic is None else 1,
            factor=factor,
            expected_unit=target.base if unit and not ratio else None,
            portable=not (self.adds_binary_fractions() or self.writes_binary_fractions()),
            stock=indicator.valid is not None,
            statistic=statistic,
        )

    def condition(self, filter_text: str | None) -> str:
        """Which records count: those of the filter that nobody doubts."""
        conditions = [self.where(filter_text)] if filter_text else []
        if any(field.id == DOUBT for field in self.kind.fields):
            conditions.append(f"r.{identifier(DOUBT)} IS NULL")
        return f" WHERE {' AND '.join(conditions)}" if conditions else ""

    def breakdown(self) -> str:
        """SQL of the values of the fields that an indicator is broken down by, as ``name=value;name=value``."""
        parts = []
        for name in self.indicator.by:
            column = f"coalesce(CAST({self.column(name)} AS STRING), '')"
            parts.append(f"{literal(name + '=')} || {column}")
        return " || ';' || ".join(parts) or "''"

    def flow(self, indicator: FlowIndicator) -> Measure:
        """What passes between sides: every record with each side that its work has besides its own, or its two ends."""
        k1, k2, text, rule = self.period()
        condition = self.condition(indicator.where)
        value, unit = ("1", None) if indicator.value is None else self.value()
        sides = ", ".join(
            f"{self.column(name)} AS {alias}"
            for name, alias in zip(indicator.ends, ("side", "other"), strict=False)
        )
        work = NO_TEXT
        if indicator.side is not None:
            work = self.column(indicator.work_of(self.kind) or "")
        gives, takes = self.is_met(indicator.from_where), self.is_met(indicator.to_where)
        records = (
            f"SELECT r._table, r._file, r._line, r._source, r._correction, {k1} AS k1, {k2} AS k2, {sides}, "
            f"{work} AS work, {gives} AS gives, {takes} AS takes, {value} AS v, {unit or NO_TEXT} AS v_unit "
            f"{self.source}{condition}"
        )
        target = parse_unit(indicator.unit)
        return Measure(
            kind=self.kind.kind,
            kinds=tuple(dict.fromkeys([self.kind.kind, *self.joined])),
            grain=self.grain,
            picked=flow_sql(indicator, records),
            looked_at=None,
            period_text=text,
            rule=rule,
            distinct=indicator.distinct,
            one=1,
            factor=f"{target.factor.normalize():f}" if unit or target.is_count else "1",
            expected_unit=target.base if unit else None,
            portable=indicator.distinct,
            lookups=LOOKUPS if indicator.among is None else (*LOOKUPS, "closure", "parts"),
        )

    def is_met(self, filter_text: str | None) -> str:
        """SQL of 1 where a record meets a filter, else 0; all meet none."""
        return (
            "1" if filter_text is None else f"CASE WHEN {self.where(filter_text)} THEN 1 ELSE 0 END"
        )

    def statistic(self) -> tuple[Statistics | None, str]:
        """The statistic that is asked for, and SQL of the columns that it needs besides."""
        indicator = self.indicator
        if isinstance(indicator, WorkScoreIndicator):
            return self.scores_of_works(indicator)
        if not isinstance(indicator, StatisticIndicator):
            return None, ""
        weight, unit = "1", NO_TEXT
        if indicator.weights is not None:
            found = self.find(indicator.weights)
            weight = self.path_sql(found)
            if found.type == "quantity":
                unit = f"{self.alias(found)}.{identifier(found.column + '_unit')}"
        each = NO_TEXT
        if indicator.each is not None:
            each = f"CAST({self.column(indicator.each)} AS STRING)"
        bound = "coalesce(r.bound, 'eq')" if has_bounds(self.kind) else "'eq'"
        asked = Statistics(
            indicator.statistic,
            indicator.percentile,
            indicator.each is not None,
            indicator.min_coverage,
            mixed=indicator.over_places.mixed,
        )
        return asked, f", {weight} AS w, {unit} AS w_unit, {each} AS g, {bound} AS bound"

    def scores_of_works(self, indicator: WorkScoreIndicator) -> tuple[Statistics, str]:
        """A statistic of the scores of works, and SQL of the share of a record in its work, and of the work."""
        asked = Statistics(indicator.made, None, True, 0, indicator.counting, indicator.min_works)
        share = self.share or "1"
        return asked, (
            f", {share} AS w, CAST(NULL AS STRING) AS w_unit, {self.work(indicator)} AS g, 'eq' AS bound"
        )

    def scored_by(self) -> list[str]:
        """The kinds that scores of works are computed from."""
        if not isinstance(self.indicator, WorkScoreIndicator):
            return []
        return [table.kind for table in self.indicator.tables(self.kinds).values()]

    def work(self, indicator: WorkScoreIndicator) -> str:
        """SQL of the work that a record refers to."""
        return f"CAST({self.column(indicator.work_of(self.kind) or '')} AS STRING)"

    def looked_at(self) -> Measure | None:
        """The measure of the records that show that a place and period was looked at."""
        if self.indicator.zero_where is None:
            return None
        seen = self.indicator.model_copy(
            update={"where": self.indicator.zero_where, "zero_where": None}
        )
        if seen.valid is not None:
            # What ran out is known of still.
            seen = seen.model_copy(update={"valid": seen.valid.always})
        return compile_measure(seen, self.grain, self.kinds)

    def period(self) -> tuple[str, str, str, PeriodRule]:
        """SQL of the two keys of a record's period and of its text, and how records make a period's value."""
        if self.indicator.valid is not None:
            self.join_sql.append(self.ends_of_stock(self.indicator.valid))
            return "stock_ends.period", "stock_ends.ordinal", _TEXT_OF_KEY["lookup"], "sum"
        rule: PeriodRule = self.indicator.over_periods or (
            "exact" if self.kind.per_source else "sum"
        )
        found = self.find(self.indicator.period or self.kind.period or "")
        column = self.path_sql(found)
        # Everything there is includes records without a date.
        if found.type == "date" or self.grain == "all":
            grain = _ALIASES.get(self.grain, self.grain)
            k1, k2 = (part.format(d=column) for part in _DATE_KEYS[grain])
            return k1, k2, _TEXT_OF_KEY[grain], rule
        # Periods are matched by a small table that says which period contains which; see ceyuan.indicators.timeline.
        exact = " AND within.exact" if rule == "exact" and self.grain != "given" else ""
        condition = f"within.period = {column} AND within.grain = {literal(self.grain)}{exact}"
        self.join_sql.append(f"LEFT JOIN period_within AS within ON {condition}")
        return "within.container", "within.ordinal", _TEXT_OF_KEY["lookup"], rule

    def ends_of_stock(self, valid: Valid) -> str:
        """The join with the ends of periods at which a record is valid; see :mod:`ceyuan.indicators.stocks`."""
        begin = self.first_day(valid.from_)
        conditions = [
            f"stock_ends.indicator = {literal(self.indicator.id)}",
            f"stock_ends.grain = {literal(self.grain)}",
            f"stock_ends.day >= {begin}",
        ]
        if valid.to is not None:
            # A record without an end is valid still.
            conditions.append(
                f"stock_ends.day <= coalesce({self.last_day(valid.to)}, stock_ends.day)"
            )
        elif valid.lasts is not None:
            conditions.append(f"stock_ends.day < {begin} + INTERVAL '{valid.lasts}' MONTH")
        return f"LEFT JOIN stock_ends ON {' AND '.join(conditions)}"

    def value(self) -> tuple[str, str | None]:
        """SQL of the value and of its base unit."""
        weight = self.share = self.weight()
        if isinstance(self.indicator, WorkScoreIndicator):
            same = f"score.indicator = {literal(self.indicator.id)} AND score.work = {self.work(self.indicator)}"
            self.join_sql.append(f"LEFT JOIN work_scores AS score ON {same}")
            return "score.value", None
        if self.indicator.measured is None:
            return weight or "1", None
        found = self.find(self.indicator.measured)
        column = self.path_sql(found)
        if self.indicator.distinct:
            return column, None
        unit = None
        if found.type == "quantity":
            unit = f"{self.alias(found)}.{identifier(found.column + '_unit')}"
        return (f"CAST({column} AS DOUBLE) * {weight} / {PARTS}" if weight else column), unit

    def adds_binary_fractions(self) -> bool:
        """Whether plain numbers, scores, or shares of amounts are added up: all are binary fractions."""
        measured = self.indicator.measured
        if isinstance(self.indicator, WorkScoreIndicator):
            return True
        if measured is None or self.indicator.distinct:
            return False
        return self.shared or self.find(measured).type in _BINARY_FRACTIONS

    def writes_binary_fractions(self) -> bool:
        """Whether values are broken down by one, which every engine writes in its own way."""
        return any(self.find(name).type in _BINARY_FRACTIONS for name in self.indicator.by)

    @property
    def shared(self) -> bool:
        """Whether a record counts only for its share."""
        return self.indicator.counting == "fractional" and self.kind.fractional is not None

    def weight(self) -> str | None:
        """SQL of a record's share, in parts of a whole one."""
        if not self.shared or self.kind.fractional is None:
            return None
        over = identifier(self.kind.fractional.over)
        # Rows without a role share among themselves.
        roles = [
            f"coalesce(CAST({{}}{identifier(name)} AS STRING), '')"
            for name in self.kind.fractional.within
        ]
        keys = ", ".join([over, *(role.format("") for role in roles)])
        named = "".join(f", {role.format('')} AS role{i}" for i, role in enumerate(roles))
        same = "".join(f" AND shares.role{i} = {role.format('r.')}" for i, role in enumerate(roles))
        shares = f"(SELECT {over} AS shared{named}, count(*) AS n FROM {identifier(self.kind.kind)} GROUP BY {keys})"
        self.join_sql.append(f"LEFT JOIN {shares} AS shares ON shares.shared = r.{over}{same}")
        return "ceyuan_part(nullif(shares.n, 0))"
