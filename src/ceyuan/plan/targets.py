"""How a target stands: the figure of its own period decides; before that, the straight line from baseline to target."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ceyuan.bounds import Modality, bounded, exact
from ceyuan.indicators.observations import Observation
from ceyuan.periods import parse_period
from ceyuan.plan.figures import Figures
from ceyuan.plan.outcome import TargetState, TargetStatus, TargetWords
from ceyuan.plan.phrases import phrase
from ceyuan.plan.spec import Aim, PlanTarget
from ceyuan.units import parse_unit
from ceyuan.wording import Trilingual, figure_words, period_words


def holds(observation: Observation, bound: Aim, aim: float) -> bool | None:
    """Whether an observation keeps a bound; None where it is itself only bounded and does not decide.

    "Over 69,000" keeps "at least 60,000" and does not say whether "at least 70,000" is kept.
    """
    if observation.value is None:
        return None
    wanted = bounded(exact(aim), bound)
    if observation.interval.within(wanted):
        return True
    return None if observation.interval.meets(wanted) else False


def aim_of(target: PlanTarget, figures: Figures) -> float | None:
    """A target's value in the unit of its indicator; None where there is none or the indicator is not known."""
    return (
        None
        if target.value is None or target.unit is None
        else in_unit(target.value, target.unit, target, figures)
    )


def in_unit(value: float, unit: str, target: PlanTarget, figures: Figures) -> float:
    """A value of a target's indicator, converted to that indicator's unit."""
    known = figures.indicators.get(target.indicator)
    own, given = parse_unit(unit if known is None else known.unit), parse_unit(unit)
    return (
        float(Decimal(repr(value)) * given.factor / own.factor)
        if own.dimension == given.dimension
        else value
    )


def expected_at(target: PlanTarget, figures: Figures, when: date) -> float | None:
    """The value on the straight line from baseline to target on a day, in the indicator's unit."""
    aim = aim_of(target, figures)
    if aim is None or target.baseline is None:
        return None
    start, end = parse_period(target.baseline.period).end, parse_period(target.period).end
    if end <= start:
        return None
    base = in_unit(target.baseline.value, target.baseline.unit, target, figures)
    share = min(max((when - start).days / (end - start).days, 0.0), 1.0)
    return base + share * (aim - base)


def target_status(target: PlanTarget, figures: Figures, day: date) -> TargetStatus:
    """How a target stands on a day, by the figures of the build of that day."""
    own, earlier = figures.at(*target.figure), figures.before(*target.figure)
    aim = aim_of(target, figures)
    if aim is None or target.bound is None:
        current = own or earlier
        key = "monitored_nothing" if current is None else "monitored"
        return _made(target, figures, current, None, "monitored", key)
    over = parse_period(target.period).end < day
    is_outcome = own is not None and own.modality == "actual"
    if over and not is_outcome and earlier is not None and _reached_before(target, earlier, aim):
        return _made(target, figures, earlier, aim, "met", "met_before")
    if own is not None:
        return _by_own(target, figures, own, aim, day)
    if over:
        key = "awaited" if earlier is None else "awaited_latest"
        return _made(target, figures, earlier, aim, "awaited", key)
    if earlier is None:
        return _made(target, figures, None, aim, "no_figure", "no_figure")
    return _by_earlier(target, figures, earlier, aim)


def _reached_before(target: PlanTarget, current: Observation, aim: float) -> bool:
    """Whether a level that was to be reached by a period was reached in an earlier one, though its own is not known yet."""
    return (
        target.basis == "level"
        and current.modality == "actual"
        and holds(current, target.bound or "ge", aim) is True
    )


def _by_own(
    target: PlanTarget, figures: Figures, own: Observation, aim: float, day: date
) -> TargetStatus:
    kept = holds(own, target.bound or "ge", aim)
    over = parse_period(target.period).end < day
    if kept is None:
        return _made(target, figures, own, aim, "open", "open")
    if own.modality != "actual":
        return _made(
            target,
            figures,
            own,
            aim,
            "on_path" if kept else "behind",
            f"forecast_{'met' if kept else 'missed'}",
        )
    if kept or over:
        name: TargetState = "met" if kept else "missed"
        return _made(target, figures, own, aim, name, name)
    return _by_line(target, figures, own, aim, day) or _made(
        target, figures, own, aim, "open", "open"
    )


def _by_earlier(
    target: PlanTarget, figures: Figures, current: Observation, aim: float
) -> TargetStatus:
    if holds(current, target.bound or "ge", aim):
        return _made(target, figures, current, aim, "on_path", "reached_early")
    if target.baseline is None:
        return _made(target, figures, current, aim, "open", "no_baseline")
    end = parse_period(current.period).end
    if end <= parse_period(target.baseline.period).end:
        return _made(target, figures, current, aim, "open", "no_newer")
    return _by_line(target, figures, current, aim, end) or _made(
        target, figures, current, aim, "open", "open"
    )


def _by_line(
    target: PlanTarget, figures: Figures, current: Observation, aim: float, when: date
) -> TargetStatus | None:
    expected = expected_at(target, figures, when)
    if expected is None or target.bound == "eq":
        return None
    down = target.bound in ("le", "lt")
    kept = holds(current, "le" if down else "ge", expected)
    if kept is None:
        return None
    key = "behind" if not kept else "on_path_down" if down else "on_path"
    return _made(target, figures, current, aim, "on_path" if kept else "behind", key, expected)


def _made(
    target: PlanTarget, figures: Figures, current: Observation | None, aim: float | None, state: TargetState, key: str,
    expected: float | None = None,
) -> TargetStatus:  # fmt: skip
    words = _words(target, figures, current, expected)
    reason = _reason(key, target, figures, current, aim, words)
    return TargetStatus(target, state, reason, current, expected, aim, words)


def _words(
    target: PlanTarget, figures: Figures, current: Observation | None, expected: float | None
) -> TargetWords:
    indicator, place = figures.indicator_name(target.indicator), figures.place_name(target.place)
    known, noun = figures.indicators.get(target.indicator), figures.noun(target.indicator)
    aim = drawn = seen = None
    if current is not None:
        seen = _seen(current, figures, current.modality)
    if target.value is not None:
        # As the plan states it: in its own unit, with all its decimals.
        aim = figure_words(target.value, target.unit or "", bound=target.bound or "eq", noun=noun)
    if expected is not None:
        decimals = None if known is None else known.decimals
        unit = target.unit or "" if known is None else known.unit
        drawn = figure_words(
            expected, unit, decimals=1 if decimals is None else max(decimals, 1), noun=noun
        )
    return TargetWords(indicator, place, aim, seen, drawn)


def _seen(observation: Observation, figures: Figures, modality: Modality) -> Trilingual:
    """The value of an observation, with as many decimals as its indicator has."""
    known = figures.indicators.get(observation.indicator)
    return figure_words(
        observation.value, observation.unit, bound=observation.bound, value_max=observation.value_max,
        noun=figures.noun(observation.indicator), decimals=None if known is None else known.decimals, modality=modality,
        printed=observation.decimals, fixed=observation.fixed,
    )  # fmt: skip


def _reason(
    key: str,
    target: PlanTarget,
    figures: Figures,
    current: Observation | None,
    aim: float | None,
    words: TargetWords,
) -> Trilingual:
    known, noun = figures.indicators.get(target.indicator), figures.noun(target.indicator)
    period = target.period if current is None else current.period
    parts: dict[str, str | int | Trilingual] = {
        "indicator": words.indicator, "place": words.place, "period": period_words(period),
        "until": period_words(target.period),
    }  # fmt: skip
    if current is not None:
        # The phrases of forecasts say themselves that something is expected.
        parts["value"] = _seen(
            current, figures, "actual" if key.startswith("forecast") else current.modality
        )
    if aim is not None:
        unit = known.unit if known is not None else target.unit or ""
        parts["aim"] = figure_words(aim, unit, bound=target.bound or "eq", noun=noun)
    if words.expected is not None:
        parts["expected"] = words.expected
    return phrase(f"target.{key}", **parts)
