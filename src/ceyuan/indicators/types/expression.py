"""``expression``: arithmetic over other indicators: sums, differences, products and quotients, with weights.

Values are reckoned in the base units of their dimensions, which cancel as they do on paper: 万美元 ÷ (美元/元) is an amount in
元. The text of an expression is read by Python's own parser and nothing but its four operations is taken from it; no part of it
ever gets into a query.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Literal, assert_never

from ceyuan.engine import literal
from ceyuan.errors import Problem
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import NO_REMARK
from ceyuan.indicators.sql import (
    MODALITIES,
    STATUSES,
    difference_bound,
    joint_bound,
    number,
    part_sql,
    product_bound,
    quotient_bound,
    say,
    weaker,
)
from ceyuan.indicators.types.derived import (
    ALIASES,
    DerivedIndicator,
    DerivedInputs,
    Timeline,
    place_problems,
)
from ceyuan.periods import parse_period
from ceyuan.places import Gazetteer
from ceyuan.units import Unit, parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Names
from ceyuan.workspace.spec import spec_field

if TYPE_CHECKING:
    from ceyuan.workspace import Workspace

When = Literal["now", "lag", "year_ago"]
Sign = Literal["+", "-", "*", "/"]
Powers = Mapping[str, int]
"""A dimension: each base dimension with its power."""
_SIGNS: dict[type[ast.operator], Sign] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_PRINTED: dict[Sign, str] = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_TIGHTNESS: dict[Sign, int] = {"+": 1, "-": 1, "*": 2, "/": 2}
_LONGEST = 500
_WORDS: dict[When, Trilingual] = {
    "now": Trilingual(en="{}", zh_hans="{}", zh_hant="{}"),
    "lag": Trilingual(en="{} of the period before", zh_hans="上期{}", zh_hant="上一期{}"),
    "year_ago": Trilingual(
        en="{} of the same period a year before", zh_hans="上年同期{}", zh_hant="上年同期{}"
    ),
}


_ELSEWHERE = (
    "Write * and / for × and ÷. A mean of two values is (a + b) / 2, of the last periods `rolling`, of places `distribution`, of "
    "records `statistic`; for two periods before, declare lag(a) as an indicator and take its lag"
)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number without a unit."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Operand:
    """An indicator's value: of the same period, of the one before, or of the same period a year before.

    Attributes:
        indicator: the indicator.
        when: of which period.
        place: the one place whose value serves all places; None for the place itself.
    """

    indicator: str
    when: When = "now"
    place: str | None = None

    @property
    def source(self) -> tuple[str, str | None]:
        """The series that it is taken from."""
        return self.indicator, self.place


@dataclass(frozen=True, slots=True)
class Operation:
    """Two terms with a sign between them."""

    left: Term
    sign: Sign
    right: Term


Term = Constant | Operand | Operation


class ExpressionSyntaxError(ValueError):
    """The text is no expression of this grammar."""


@cache
def parse_expression(text: str) -> Term:
    """Read an expression.

    Raises:
        ExpressionSyntaxError: with what is not understood.

    >>> parse_expression("0.5 * lag(stock)").right
    Operand(indicator='stock', when='lag', place=None)
    """
    if len(text) > _LONGEST:
        raise ExpressionSyntaxError(f"it has more than {_LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        return _term(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, ExpressionSyntaxError):
            raise
        raise ExpressionSyntaxError(f"{text!r} cannot be read") from None


def _term(node: ast.expr) -> Term:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(
            value, bool
        ) and math.isfinite(value):
            return Constant(Decimal(str(value)))
        case ast.Name(id=name):
            return Operand(name)
        case ast.Call(
            func=ast.Name(id="at"), args=[ast.Name(id=name), ast.Name(id=place)], keywords=[]
        ):
            return Operand(name, place=place)
        case ast.Call(func=ast.Name(id="lag" | "year_ago" as when), args=[of], keywords=[]):
            match _term(of):
                case Operand(indicator, "now", one):
                    return Operand(indicator, when, one)
                case _:
                    raise ExpressionSyntaxError(
                        f"{when}(…) is of an indicator, not of {ast.unparse(of)!r}"
                    )
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return Operation(Constant(Decimal(-1)), "*", _term(inner))
        case ast.BinOp(op=ast.Div(), right=ast.Constant(value=0)):
            raise ExpressionSyntaxError(f"{ast.unparse(node)!r} divides by 0")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
            return Operation(_term(left), _SIGNS[type(op)], _term(right))
        case _:
            known = "numbers, indicators, + - * /, brackets, lag(…), year_ago(…) and at(…, place)"
            raise ExpressionSyntaxError(
                f"{ast.unparse(node)!r} is not understood; known are {known}"
            )


def _operands(term: Term) -> Iterator[Operand]:
    match term:
        case Constant():
            return
        case Operand():
            yield term
        case Operation():
            yield from _operands(term.left)
            yield from _operands(term.right)
        case _:
            assert_never(term)


class ExpressionIndicator(DerivedIndicator):
    """Arithmetic over other indicators, computed for each place and period."""

    over_periods: ClassVar[bool] = True
    type: Literal["expression"]
    expression: str = spec_field(
        "Indicators and numbers with `+ - * /` and brackets; `lag(x)` is x of the period before, `year_ago(x)` of the same "
        "period a year before, `at(x, cn)` the value of one place for all places.",
        good="0.5 * (stock + lag(stock)) / population",
        bad="stock ** 2",
    )

    @property
    def term(self) -> Term:
        """The expression, read; a text that cannot be read is reported as a problem and stands for nothing."""
        try:
            return parse_expression(self.expression)
        except ExpressionSyntaxError:
            return Constant(Decimal(0))

    @property
    def sources(self) -> tuple[tuple[str, str | None], ...]:
        """The series in it, each an indicator with the one place that serves all, in the order of the text."""
        return tuple(dict.fromkeys(operand.source for operand in _operands(self.term)))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The indicators of its series."""
        return tuple(indicator for indicator, _ in self.sources)

    def formula(self, names: Names) -> Trilingual:
        """The expression with names."""
        return _said(self.term, names)

    def problems(self, workspace: Workspace, file: str, line: int) -> Iterator[Problem]:
        """A text that cannot be read or has no indicator, and places and inputs in ``at`` that are none."""
        try:
            parse_expression(self.expression)
        except ExpressionSyntaxError as error:
            yield Problem("bad-expression", f"{self.id}: {error}", file, line, _ELSEWHERE)
            return
        if not self.inputs:
            yield Problem(
                "bad-expression", f"{self.id}: {self.expression!r} names no indicator", file, line
            )
        if len(self.inputs) > len(ALIASES):
            yield Problem(
                "bad-expression",
                f"{self.id}: it has more than {len(ALIASES)} indicators",
                file,
                line,
            )
        places = [place for _, place in self.sources if place is not None]
        if self.inputs and len(places) == len(self.inputs):
            yield Problem(
                "bad-expression",
                f"{self.id}: every input is of one place, so no place is left",
                file,
                line,
            )
        yield from place_problems(places, (p.id for p in workspace.places), file, line)

    def unit_fault(self, unit: Unit, inputs: tuple[Unit, ...]) -> str | None:
        """What is added is of one dimension, and what comes out is of the declared one."""
        if not inputs:
            return None  # it cannot be read, which is reported already
        try:
            found = _dimension(self.term, dict(zip(self.inputs, inputs, strict=True)))
        except ValueError as error:
            return str(error)
        if found == _powers(unit):
            return None
        return f"{self.expression} is in {_power_words(found)}, not in {self.unit}"

    def place_of(self, position: int, place: str) -> str:
        """The place itself, or the one whose value serves all."""
        _, one = self.sources[position]
        return one or place

    def used(
        self,
        observation: Observation,
        series: Sequence[Observation],
        timeline: Timeline,
        gazetteer: Gazetteer,
    ) -> list[Observation]:
        """The values of the periods that the expression takes."""
        periods = {
            (operand.indicator, _period_at(observation.period, operand.when))
            for operand in _operands(self.term)
        }
        return [value for value in series if (value.indicator, value.period) in periods]

    def sql(self, inputs: DerivedInputs) -> str:
        """Operands side by side, then one named step for each operation."""
        units = dict(zip(self.sources, inputs.units, strict=True))
        tables = dict(zip(self.sources, ALIASES, strict=False))
        program = _Program()
        result = program.add(self.term)
        joined = [
            _Joined(name, tables[operand.source], operand, units[operand.source])
            for operand, name in program.operands.items()
        ]
        last = next(reversed(program.steps), "matched")
        reason = "absent"
        if program.divisors:
            zeros = " ".join(
                f"WHEN {name}.value = 0 THEN {say('missing.denominator_zero')}"
                for name in program.divisors
            )
            reason = f"CASE WHEN absent IS NOT NULL THEN absent {zeros} END"
        return f"""WITH {_keys([table for (_, place), table in tables.items() if place is None])},
        {_matched(joined)}{program.sql()}
        SELECT place, period, breakdown, round({result}.value * {number(1 / _factor(parse_unit(self.unit)))}, 10) AS value,
            coalesce({result}.bound, 'eq') AS bound, modality, status, source, {reason} AS reason, {NO_REMARK} AS note
        FROM {last}"""


@dataclass
class _Program:
    """An expression as named steps of a query, each of which makes a pair of value and bound.

    Attributes:
        operands: the name of each operand's pair.
        steps: SQL of each operation by the name of what it makes, in order.
        divisors: names of what is divided by.
    """

    operands: dict[Operand, str] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)
    divisors: list[str] = field(default_factory=list)

    def add(self, term: Term) -> str:
        """Take up a term; gives the name of its pair."""
        match term:
            case Constant(value):
                return self._step(_pair(number(value), "'eq'"))
            case Operand():
                return self.operands.setdefault(term, f"operand{len(self.operands) + 1}")
            case Operation(left, sign, right):
                return self._operation(self.add(left), sign, self.add(right))
            case _:
                assert_never(term)

    def _operation(self, one: str, sign: Sign, other: str) -> str:
        divisor = f"{other}.value"
        match sign:
            case "+":
                bound = joint_bound(f"{one}.bound", f"{other}.bound")
            case "-":
                bound = difference_bound(f"{one}.bound", f"{other}.bound")
            case "*":
                bound = product_bound(one, other)
            case "/":
                bound = quotient_bound(one, other)
                divisor = f"nullif({divisor}, 0)"
                self.divisors.append(other)
            case _:
                assert_never(sign)
        return self._step(_pair(f"{one}.value {sign} {divisor}", bound))

    def _step(self, made: str) -> str:
        name = f"step{len(self.steps) + 1}"
        self.steps[name] = made
        return name

    def sql(self) -> str:
        """The steps as named queries, each upon the one before."""
        before = ["matched", *self.steps]
        return "".join(
            f",\n        {name} AS (SELECT *, {made} AS {name} FROM {upon})"
            for upon, (name, made) in zip(before, self.steps.items(), strict=False)
        )


@dataclass(frozen=True, slots=True)
class _Joined:
    """An operand where the operands are put side by side.

    Attributes:
        name: name of its pair, which is the alias of its table in the join as well.
        table: the view that holds the input.
        operand: what it is.
        unit: the unit of the input.
    """

    name: str
    table: str
    operand: Operand
    unit: Unit

    @property
    def pair(self) -> str:
        """SQL of its pair, the value in the base unit of its dimension."""
        return f"{_pair(f'{self.name}.value * {number(_factor(self.unit))}', f'{self.name}.bound')} AS {self.name}"

    @property
    def join(self) -> str:
        """SQL that joins its value; an input without the breakdown of the others serves all of their parts."""
        match self.operand.when:
            case "now":
                period = "keys.period"
            case "lag":
                period = "periods.previous"
            case "year_ago":
                period = "periods.year_before"
            case _:
                assert_never(self.operand.when)
        name = self.name
        place = "keys.place" if self.operand.place is None else literal(self.operand.place)
        return (
            f"LEFT JOIN {self.table} AS {name} ON {name}.place = {place} AND {name}.period = {period} "
            f"AND {name}.breakdown = {part_sql('keys.breakdown', self.table)}"
        )

    @property
    def absent(self) -> str:
        """SQL of the cases in which it has no value, with their reasons."""
        name, missing = self.name, say("missing.input")
        return f"WHEN {name}.place IS NULL THEN {missing} WHEN {name}.value IS NULL THEN coalesce({name}.reason, {missing})"


def _pair(value: str, bound: str) -> str:
    return f"{{'value': {value}, 'bound': {bound}}}"


def _keys(tables: Sequence[str]) -> str:
    """SQL of the places, periods and parts that may have a value.

    Where an input has parts and no total, nothing is said of a total.
    """
    everything = " UNION ALL ".join(
        f"SELECT '{t}' AS input, place, period, breakdown FROM {t}" for t in tables
    )
    return f"""everything AS ({everything}),
        without_total AS (
            SELECT place, period FROM everything GROUP BY input, place, period HAVING min(breakdown) <> ''),
        keys AS (
            SELECT DISTINCT place, period, breakdown FROM everything
            WHERE breakdown <> '' OR (place, period) NOT IN (SELECT (place, period) FROM without_total))"""


def _matched(joined: Sequence[_Joined]) -> str:
    """SQL of the operands side by side."""
    pairs = ", ".join(one.pair for one in joined)
    modality = weaker(MODALITIES, *(f"{one.name}.modality" for one in joined))
    status = weaker(STATUSES, *(f"{one.name}.status" for one in joined))
    sources = ", ".join(f"{one.name}.source" for one in joined)
    absent = " ".join(one.absent for one in joined)
    joins = " ".join(one.join for one in joined)
    return f"""matched AS (
            SELECT keys.place, keys.period, keys.breakdown, {pairs}, {modality} AS modality, {status} AS status,
                concat_ws(';', {sources}) AS source, CASE {absent} END AS absent
            FROM keys JOIN periods ON periods.period = keys.period {joins})"""


def _period_at(period: str, when: When) -> str | None:
    match when:
        case "now":
            return period
        case "lag":
            return parse_period(period).previous
        case "year_ago":
            return parse_period(period).year_before
        case _:
            assert_never(when)


def _factor(unit: Unit) -> Decimal:
    """How many base units one of it is; a percentage point is the hundredth of a ratio."""
    return Decimal("0.01") if unit.dimension == "percentage point" else unit.factor


def _powers(unit: Unit) -> Powers:
    """A unit's dimension; the difference of two percentages is a ratio here."""
    found: Counter[str] = Counter()
    over, _, under = unit.dimension.partition("/")
    for name, power in ((over, 1), (under, -1)):
        if name and name not in ("ratio", "percentage point"):
            found[name] += power
    return _reduced(found)


def _reduced(powers: Powers) -> Powers:
    return {name: power for name, power in sorted(powers.items()) if power}


def _dimension(term: Term, units: Mapping[str, Unit]) -> Powers:
    """The dimension of a term.

    Raises:
        ValueError: if what is added or subtracted is not of one dimension.
    """
    match term:
        case Constant():
            return {}
        case Operand(indicator):
            return _powers(units[indicator])
        case Operation(left, sign, right):
            one, other = _dimension(left, units), _dimension(right, units)
            if sign in ("+", "-"):
                if one != other:
                    words = {"+": "added to", "-": "taken from"}[sign]
                    raise ValueError(
                        f"what is in {_power_words(other)} cannot be {words} what is in {_power_words(one)}"
                    )
                return one
            way = 1 if sign == "*" else -1
            names = one.keys() | other.keys()
            return _reduced({name: one.get(name, 0) + way * other.get(name, 0) for name in names})
        case _:
            assert_never(term)


def _power_words(powers: Powers) -> str:
    """A dimension as people write it: ``money:CNY/person``."""
    over, under = (
        "·".join(
            f"{name}^{abs(power)}" if abs(power) > 1 else name
            for name, power in powers.items()
            if power * way > 0
        )
        for way in (1, -1)
    )
    return f"{over or 'ratio'}/{under}" if under else over or "ratio"


def _said(term: Term, names: Names) -> Trilingual:
    """A term in words."""
    match term:
        case Constant(value):
            return Trilingual.same(f"{value.normalize():f}".replace("-", "−"))
        case Operand(indicator, when, place):
            of, pattern = names.indicators[indicator], _WORDS[when]
            if place is not None:
                of = _of_place(of, names.places[place])
            return Trilingual(
                en=pattern.en.format(of.en),
                zh_hans=pattern.zh_hans.format(of.zh_hans),
                zh_hant=pattern.zh_hant.format(of.zh_hant),
            )
        case Operation(left, sign, right):
            one = _bracketed(left, sign, names, after=False)
            other = _bracketed(right, sign, names, after=True)
            printed = _PRINTED[sign]
            return Trilingual(
                en=f"{one.en} {printed} {other.en}",
                zh_hans=f"{one.zh_hans} {printed} {other.zh_hans}",
                zh_hant=f"{one.zh_hant} {printed} {other.zh_hant}",
            )
        case _:
            assert_never(term)


def _bracketed(term: Term, sign: Sign, names: Names, *, after: bool) -> Trilingual:
    """A part of an operation in words, in brackets where it would be read otherwise without."""
    said = _said(term, names)
    if not isinstance(term, Operation):
        return said
    inner, outer = _TIGHTNESS[term.sign], _TIGHTNESS[sign]
    if inner > outer or (inner == outer and not (after and sign in ("-", "/"))):
        return said
    return Trilingual(
        en=f"({said.en})", zh_hans=f"（{said.zh_hans}）", zh_hant=f"（{said.zh_hant}）"
    )


def _of_place(indicator: Trilingual, place: Trilingual) -> Trilingual:
    return Trilingual(
        en=f"{indicator.en} ({place.en})",
        zh_hans=f"{place.zh_hans}{indicator.zh_hans}",
        zh_hant=f"{place.zh_hant}{indicator.zh_hant}",
    )
