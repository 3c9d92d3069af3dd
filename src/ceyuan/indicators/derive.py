"""Indicators made of other indicators, as SQL over the observations that are shown.

Inputs are the tables ``a`` (and ``b``): ``place, period, breakdown, value, bound, modality, status, source, reason``. Each
query gives the same columns again. A ratio is recomputed from its two inputs for every place and period; nothing here adds
up or averages ratios. Bounds are carried along: more than 5 over exactly 2 is more than 2.5, and where two bounds pull
different ways the result is only ``approx``.
"""

from __future__ import annotations

from collections.abc import Callable

from ceyuan.engine import literal
from ceyuan.indicators.aggregate import text_list
from ceyuan.indicators.remarks import NO_REMARK, remark, remark_sql
from ceyuan.periods import parse_period
from ceyuan.places import Gazetteer
from ceyuan.units import parse_unit
from ceyuan.workspace.definitions import (
    Among,
    ChangeIndicator,
    CumulativeIndicator,
    GrowthIndicator,
    Indicator,
    MembershipIndicator,
    RankIndicator,
    RatioIndicator,
    RollingIndicator,
    ShareIndicator,
    StreakIndicator,
)

_SERIES = "place, breakdown, periods.grain"


def derived_sql(
    indicator: Indicator, inputs: tuple[Indicator, ...], gazetteer: Gazetteer, *, gaps_are_zero: bool
) -> str:
    """The query of a derived indicator.

    Args:
        indicator: its definition.
        inputs: the definitions of its inputs.
        gazetteer: the places, for ranks.
        gaps_are_zero: a period without a value is one in which nothing happened (events), not one that is unknown.

    Raises:
        TypeError: if the indicator is not made of others.
    """
    units = tuple(i.unit for i in inputs)
    makers: dict[type, Callable[[], str]] = {
        RatioIndicator: lambda: _quotient(indicator, units, same_place=True),
        ShareIndicator: lambda: _quotient(indicator, units, same_place=_whole_place(indicator) is None),
        CumulativeIndicator: lambda: _cumulative(indicator, units[0], gaps_are_zero),
        RollingIndicator: lambda: _rolling(indicator, units[0]),
        ChangeIndicator: lambda: _compared(indicator, units[0]),
        GrowthIndicator: lambda: _compared(indicator, units[0]),
        RankIndicator: lambda: _rank(indicator, inputs[0], gazetteer),
        MembershipIndicator: lambda: _membership(indicator),
        StreakIndicator: _streak,
    }
    if type(indicator) not in makers:
        raise TypeError(f"{indicator.id} is made of records, not of indicators")
    return makers[type(indicator)]()


def _whole_place(indicator: Indicator) -> str | None:
    return indicator.whole_place if isinstance(indicator, ShareIndicator) else None


def _float(text: str) -> str:
    return f"CAST('{text}' AS DOUBLE)"


def _say(key: str) -> str:
    return literal(remark(key))


def _worst(*columns: str) -> tuple[str, str]:
    """SQL for the weakest modality and status of several inputs."""
    targets = " OR ".join(f"{c}.modality = 'target'" for c in columns)
    expected = " OR ".join(f"{c}.modality = 'expected'" for c in columns)
    simulated = " OR ".join(f"{c}.status = 'simulated'" for c in columns)
    estimated = " OR ".join(f"{c}.status = 'estimated'" for c in columns)
    modality = f"CASE WHEN {targets} THEN 'target' WHEN {expected} THEN 'expected' ELSE 'actual' END"
    status = f"CASE WHEN {simulated} THEN 'simulated' WHEN {estimated} THEN 'estimated' ELSE 'computed' END"
    return modality, status


_MODALITIES = ("target", "expected", "actual")
_STATUSES = ("simulated", "estimated", "computed")


def _weakest(column: str, order: tuple[str, ...]) -> str:
    """SQL for the weakest of a group's modalities or statuses: the first that occurs, else the last of the order."""
    cases = " ".join(
        f"WHEN count(CASE WHEN {column} = {literal(word)} THEN 1 END) > 0 THEN {literal(word)}" for word in order[:-1]
    )
    return f"CASE {cases} ELSE {literal(order[-1])} END"


def _total_bound(column: str, over: str = "") -> str:
    """SQL for the bound of a sum: of values that are all at least what is said, the sum is at least the sum."""

    def occurs(*bounds: str) -> str:
        listed = ", ".join(literal(bound) for bound in bounds)
        return f"count(CASE WHEN {column} IN ({listed}) THEN 1 END){over} > 0"

    return (
        f"CASE WHEN {occurs('approx')} THEN 'approx' "
        f"WHEN {occurs('gt', 'ge')} AND {occurs('lt', 'le')} THEN 'approx' "
        f"WHEN {occurs('gt')} THEN 'gt' WHEN {occurs('ge')} THEN 'ge' "
        f"WHEN {occurs('lt')} THEN 'lt' WHEN {occurs('le')} THEN 'le' ELSE 'eq' END"
    )


_FLIP = "CASE {b} WHEN 'gt' THEN 'lt' WHEN 'ge' THEN 'le' WHEN 'lt' THEN 'gt' WHEN 'le' THEN 'ge' ELSE {b} END"


def _bound(up: str, down: str) -> str:
    """The bound of a value that grows with ``up`` and falls with ``down``."""
    flipped = _FLIP.format(b=down)
    return (
        f"CASE WHEN {down} = 'eq' THEN {up} WHEN {up} = 'eq' THEN {flipped} "
        f"WHEN {up} = {flipped} THEN {up} ELSE 'approx' END"
    )


def _select(value: str, bound: str, reason: str, columns: tuple[str, ...], *, note: str = NO_REMARK) -> str:
    modality, status = _worst(*columns)
    source = f"concat_ws(';', {', '.join(f'{c}.source' for c in columns)})"
    return (
        f"SELECT a.place AS place, a.period AS period, a.breakdown AS breakdown, {value} AS value, {bound} AS bound, "
        f"{modality} AS modality, {status} AS status, {source} AS source, {reason} AS reason, {note} AS note"
    )


def _quotient(indicator: Indicator, units: tuple[str, ...], *, same_place: bool) -> str:
    """``a / b`` at the same period; ``b`` is of the same place, or of the one place that is the whole."""
    top, bottom, unit = parse_unit(units[0]), parse_unit(units[1]), parse_unit(indicator.unit)
    factor = _float(str(top.factor / bottom.factor / unit.factor))
    value = f"round(a.value * {factor} / nullif(b.value, 0), 10)"
    place = "b.place = a.place" if same_place else f"b.place = {literal(_whole_place(indicator))}"
    reason = (
        f"CASE WHEN a.value IS NULL THEN coalesce(a.reason, {_say('missing.numerator_value')}) "
        f"WHEN b.place IS NULL THEN {_say('missing.denominator')} "
        f"WHEN b.value IS NULL THEN coalesce(b.reason, {_say('missing.denominator_value')}) "
        f"WHEN b.value = 0 THEN {_say('missing.denominator_zero')} END"
    )
    bound = f"coalesce({_bound('a.bound', 'b.bound')}, 'eq')"
    # A denominator without the breakdown of the numerator serves all of its parts.
    matched = (
        f"{_select(value, bound, reason, ('a', 'b'))} FROM a "
        "LEFT JOIN (SELECT DISTINCT breakdown FROM b) AS broken_down ON broken_down.breakdown = a.breakdown "
        f"LEFT JOIN b ON {place} AND b.period = a.period "
        "AND b.breakdown = CASE WHEN broken_down.breakdown IS NULL THEN '' ELSE a.breakdown END"
    )
    if not same_place:
        return matched
    lonely = (
        "SELECT b.place, b.period, b.breakdown, CAST(NULL AS DOUBLE) AS value, 'eq' AS bound, b.modality, "
        "CASE WHEN b.status IN ('simulated', 'estimated') THEN b.status ELSE 'computed' END AS status, b.source, "
        f"{_say('missing.numerator')} AS reason, {NO_REMARK} AS note "
        "FROM b LEFT JOIN a ON a.place = b.place AND a.period = b.period WHERE a.place IS NULL AND b.breakdown = ''"
    )
    return f"{matched} UNION ALL {lonely}"


def _cumulative(indicator: Indicator, unit: str, gaps_are_zero: bool) -> str:
    if not isinstance(indicator, CumulativeIndicator):
        raise TypeError(indicator.id)
    factor = _float(str(parse_unit(unit).factor / parse_unit(indicator.unit).factor))
    since = "" if indicator.since is None else f"WHERE periods.start >= {literal(parse_period(indicator.since).start)}"
    window = (
        f"OVER (PARTITION BY a.{_SERIES} ORDER BY periods.ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    )
    unknown = "a.value IS NULL" if gaps_are_zero else "a.value IS NULL OR a.skipped"
    gaps = f"sum(CASE WHEN {unknown} THEN 1 ELSE 0 END) {window}"
    value = f"CASE WHEN {gaps} = 0 THEN round(sum(a.value) {window} * {factor}, 10) END"
    bound = _total_bound("a.bound", f" {window}")
    reason = f"CASE WHEN {gaps} > 0 THEN {_say('missing.earlier_gap')} END"
    note = remark_sql("note.summed", number=f"count(*) {window}")
    chosen = _select(value, bound, reason, ("a",), note=note)
    lagged = f"lag(a.period) OVER (PARTITION BY a.{_SERIES} ORDER BY periods.ordinal)"
    series = (
        f"SELECT a.*, {lagged} IS NOT NULL AND {lagged} <> periods.previous AS skipped "
        f"FROM a JOIN periods ON periods.period = a.period {since}"
    )
    return f"{chosen} FROM ({series}) AS a JOIN periods ON periods.period = a.period"


def _rolling(indicator: Indicator, unit: str) -> str:
    """Sum or mean over the last periods, each of which must have a value."""
    if not isinstance(indicator, RollingIndicator):
        raise TypeError(indicator.id)
    size = indicator.window
    aggregate = {"sum": "sum", "mean": "avg"}[indicator.aggregate]
    note = {"sum": "note.summed", "mean": "note.mean"}[indicator.aggregate]
    factor = _float(str(parse_unit(unit).factor / parse_unit(indicator.unit).factor))
    lacking = remark_sql("missing.periods", present="present", size=str(size))
    return (
        "WITH windows AS ("
        "SELECT a.place, a.period, a.breakdown, before.value, before.bound, before.modality, before.status, before.source "
        "FROM a JOIN period_window ON period_window.period = a.period "
        "JOIN a AS before ON before.place = a.place AND before.breakdown = a.breakdown "
        f"AND before.period = period_window.earlier WHERE period_window.steps < {size}), "
        "totals AS ("
        f"SELECT place, period, breakdown, count(value) AS present, round({aggregate}(value) * {factor}, 10) AS total, "
        f"{_total_bound('bound')} AS bound, {_weakest('modality', _MODALITIES)} AS modality, "
        f"{_weakest('status', _STATUSES)} AS status, {text_list('source')} AS source FROM windows "
        "GROUP BY place, period, breakdown) "
        f"SELECT place, period, breakdown, CASE WHEN present = {size} THEN total END AS value, bound, modality, status, source, "
        f"CASE WHEN present < {size} THEN {lacking} END AS reason, "
        f"CASE WHEN present = {size} THEN {remark_sql(note, number=str(size))} END AS note FROM totals"
    )


def _compared(indicator: Indicator, unit: str) -> str:
    """Difference or growth against an earlier period."""
    if not isinstance(indicator, ChangeIndicator | GrowthIndicator):
        raise TypeError(indicator.id)
    if isinstance(indicator, GrowthIndicator):
        factor = _float(str(1 / parse_unit(indicator.unit).factor))
        value = f"round((a.value - b.value) / nullif(b.value, 0) * {factor}, 10)"
    else:
        value = f"round((a.value - b.value) * {_change_factor(unit, indicator.unit)}, 10)"
    grows = isinstance(indicator, GrowthIndicator)
    zero = f"WHEN b.value = 0 THEN {_say('missing.earlier_zero')} " if grows else ""
    reason = (
        f"CASE WHEN a.value IS NULL THEN coalesce(a.reason, {_say('missing.value')}) "
        f"WHEN b.place IS NULL THEN {_say('missing.earlier')} "
        f"WHEN b.value IS NULL THEN coalesce(b.reason, {_say('missing.earlier_value')}) {zero}END"
    )
    bound = f"coalesce({_bound('a.bound', 'b.bound')}, 'eq')"
    chosen = _select(value, bound, reason, ("a", "b"))
    first = (
        "(SELECT a.place, a.breakdown, min(periods.ordinal) AS ordinal FROM a JOIN periods ON periods.period = a.period "
        "WHERE a.value IS NOT NULL GROUP BY a.place, a.breakdown) AS first"
    )
    same = "b.place = a.place AND b.breakdown = a.breakdown"
    return (
        f"{chosen} FROM a JOIN periods ON periods.period = a.period "
        f"JOIN {first} ON first.place = a.place AND first.breakdown = a.breakdown "
        f"LEFT JOIN (SELECT a.*, periods.ordinal FROM a JOIN periods ON periods.period = a.period) AS b ON {same} "
        f"AND {_earlier(indicator)} WHERE periods.ordinal > first.ordinal"
    )


def _earlier(indicator: ChangeIndicator | GrowthIndicator) -> str:
    if indicator.against == "previous":
        return "b.period = periods.previous"
    if indicator.against == "first":
        return "b.ordinal = first.ordinal"
    return f"b.period = {literal(parse_period(indicator.against).text)}"


def _change_factor(unit: str, into: str) -> str:
    """From a difference of values in ``unit`` to the unit of the change; percentages differ by percentage points."""
    base, target = parse_unit(unit), parse_unit(into)
    factor = base.factor * 100 if target.dimension == "percentage point" else base.factor / target.factor
    return _float(str(factor))


def _rank(indicator: Indicator, base: Indicator, gazetteer: Gazetteer) -> str:
    if not isinstance(indicator, RankIndicator):
        raise TypeError(indicator.id)
    places = ", ".join(literal(p) for p in ranked_places(indicator.among, gazetteer)) or "NULL"
    # What is best is the ranked indicator's to say; of the rank itself, 1 is best.
    way = "ASC" if base.direction == "lower" else "DESC"
    order = f"round(a.value, {indicator.round}) {way} NULLS LAST"
    window = f"OVER (PARTITION BY a.period, a.breakdown ORDER BY {order})"
    functions = {
        "min": f"rank() {window}",
        "dense": f"dense_rank() {window}",
        "max": f"count(*) OVER (PARTITION BY a.period, a.breakdown ORDER BY {order} RANGE UNBOUNDED PRECEDING)",
    }
    value = f"CASE WHEN a.value IS NOT NULL THEN CAST({functions[indicator.ties]} AS DOUBLE) END"
    everything = "OVER (PARTITION BY a.period, a.breakdown)"
    exact = f"sum(CASE WHEN a.bound <> 'eq' THEN 1 ELSE 0 END) {everything} = 0"
    compared = str(len(ranked_places(indicator.among, gazetteer)))
    note = remark_sql("note.ranked", number=f"count(a.value) {everything}", places=compared)
    bound = f"CASE WHEN {exact} THEN 'eq' ELSE 'approx' END"
    chosen = _select(value, bound, "CASE WHEN a.value IS NULL THEN a.reason END", ("a",), note=note)
    return f"{chosen} FROM a WHERE a.place IN ({places})"


def ranked_places(among: Among, gazetteer: Gazetteer) -> list[str]:
    """The places that a rank compares."""
    if among.places:
        return list(among.places)
    inside = gazetteer.inside(among.within) - {among.within} if among.within else set(gazetteer.places)
    return sorted(p for p in inside if among.kind is None or gazetteer.places[p].kind == among.kind)


def _membership(indicator: Indicator) -> str:
    """The value is N; the bound says on which side of it the rank lies."""
    if not isinstance(indicator, MembershipIndicator):
        raise TypeError(indicator.id)
    inside = f"a.value <= {indicator.top}"
    value = f"CASE WHEN a.value IS NOT NULL THEN {_float(str(indicator.top))} END"
    bound = f"CASE WHEN {inside} THEN 'le' ELSE 'gt' END"
    return f"{_select(value, bound, 'CASE WHEN a.value IS NULL THEN a.reason END', ('a',))} FROM a"


def _streak() -> str:
    """Length of the run of periods, ending here, in which the membership held.

    A run that begins where the period before is not known may be longer than is known: its bound is ``ge``.
    """
    held = "a.value IS NOT NULL AND a.bound IN ('le', 'lt', 'eq')"
    frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    series = f"OVER (PARTITION BY place, breakdown, grain ORDER BY day {frame})"
    numbered = (
        "SELECT a.*, periods.grain, periods.ordinal AS day, periods.previous AS before, "
        f"CASE WHEN {held} THEN 1 ELSE 0 END AS held FROM a JOIN periods ON periods.period = a.period"
    )
    lagged = "lag(period) OVER (PARTITION BY place, breakdown, grain ORDER BY day)"
    # A run breaks where the membership did not hold or where the period before is not there.
    unknown = f"({lagged} IS NULL OR {lagged} <> before)"
    broken = (
        f"SELECT *, CASE WHEN held = 0 OR {unknown} THEN 1 ELSE 0 END AS breaks, "
        f"CASE WHEN held = 1 AND {unknown} THEN 1 ELSE 0 END AS open_start FROM ({numbered}) AS numbered"
    )
    runs = f"SELECT *, sum(breaks) {series} AS run FROM ({broken}) AS broken"
    window = f"OVER (PARTITION BY a.place, a.breakdown, a.grain, a.run ORDER BY a.day {frame})"
    value = f"CASE WHEN a.value IS NOT NULL THEN CAST(sum(a.held) {window} AS DOUBLE) END"
    bound = f"CASE WHEN a.held = 1 AND max(a.open_start) {window} = 1 THEN 'ge' ELSE 'eq' END"
    chosen = _select(value, bound, "CASE WHEN a.value IS NULL THEN a.reason END", ("a",))
    return f"{chosen} FROM ({runs}) AS a"
