"""From weighed evidence to a verdict and its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ceyuan.claims.evidence import may_be_revised
from ceyuan.claims.model import Binding, Evidence, Outcome, Verdict
from ceyuan.claims.saying import Together, Value, measure, say, titles, when, where
from ceyuan.pipeline.reading import Build
from ceyuan.reader import Statement
from ceyuan.wording import Phrase
from ceyuan.workspace.definitions import Indicator

_STRONGEST: tuple[tuple[Outcome, Verdict], ...] = (
    ("supports", "supported"), ("consistent", "consistent"), ("contradicts", "contradicted"),
)  # fmt: skip


def verdict_of(
    build: Build,
    statement: Statement,
    binding: Binding,
    evidence: Sequence[Evidence],
    own: frozenset[str],
) -> tuple[Verdict, Phrase]:
    """The verdict on a bound statement.

    Independent values decide. One that agrees is enough, for a text that tells what a source says is not wrong because
    another source says otherwise; the reason tells of those. A bound that leaves room for a figure gives way to an exact
    value that does not. Values of the text's own origin support nothing. Where they
    differ by more than a revision may change the origin contradicts itself, and the reason says so. No value contradicts a
    figure whose place or period is only assumed.

    Args:
        build: the build.
        statement: what the text states.
        binding: what the statement is about.
        evidence: values of the very same thing, with whether they are independent.
        own: sources that are the text itself.
    """
    apart = [e for e in evidence if e.independent]
    same = [e for e in evidence if not e.independent]
    found = _decided_by(build, statement, binding, apart)
    return (
        found
        or _of_same_origin(build, statement, binding, same, own)
        or ("no_evidence", _lacking(build, binding, apart))
    )


def _decided_by(
    build: Build, statement: Statement, binding: Binding, apart: Sequence[Evidence]
) -> tuple[Verdict, Phrase] | None:
    """The verdict of independent values, None where they decide nothing."""
    indicator = build.indicators[binding.indicator]
    for outcome, verdict in _STRONGEST:
        deciding = [e for e in apart if e.outcome == outcome]
        if deciding and not (outcome == "consistent" and _only_bounds(deciding, apart)):
            told, reason = _told(build, binding, indicator, apart, deciding[0], verdict)
            if told == "consistent" and _plain_number(statement) and deciding[0].bound == "eq":
                # 4,800 is 4,802.6 rounded to hundreds: the text sets no bound, its writing does.
                reason = replace(reason, key="reason.rounded")
            return told, reason
    return None


def _of_same_origin(
    build: Build,
    statement: Statement,
    binding: Binding,
    same: Sequence[Evidence],
    own: frozenset[str],
) -> tuple[Verdict, Phrase] | None:
    """The verdict of values of the text's own origin, None where they say nothing of the figure."""
    indicator = build.indicators[binding.indicator]
    agreeing = [e for e in same if e.outcome in ("supports", "consistent")]
    if agreeing:
        first = agreeing[0]
        key = "reason.only_itself" if own.issuperset(first.sources) else "reason.same_origin"
        return "same_origin", say(
            key, sources=titles(build, first.sources), value=_value(first, indicator)
        )
    differing = [e for e in same if e.outcome == "contradicts"]
    if not differing:
        return None
    first = differing[0]
    if _assumed(binding):
        return "no_evidence", _assumed_differs(build, binding, first, indicator)
    return _otherwise(build, statement, binding, first, recorded=own.issuperset(first.sources))


def _lacking(build: Build, binding: Binding, apart: Sequence[Evidence]) -> Phrase:
    """What a build lacks to decide a figure."""
    indicator = build.indicators[binding.indicator]
    if apart:
        return _told(build, binding, indicator, apart, apart[0], "no_evidence")[1]
    if binding.place is None and binding.place_basis != "assumed":
        return say("reason.unknown_place", indicator=indicator.name)
    if binding.measure == "rank":
        whole = where(build.gazetteer, binding.others[0])
        return say(
            "reason.no_peers", indicator=indicator.name, whole=whole, period=when(binding.period)
        )
    return say(
        "reason.no_value", measure=measure(binding.measure), indicator=indicator.name,
        place=where(build.gazetteer, binding.place), period=when(binding.period),
    )  # fmt: skip


def _only_bounds(consistent: Iterable[Evidence], apart: Iterable[Evidence]) -> bool:
    """Whether all that a figure is consistent with are bounds, where an exact value contradicts it.

    "More than 75,000" leaves room for 90,000, but who knows that it is 76,477 knows better.
    """
    exact = any(e.outcome == "contradicts" and e.bound == "eq" for e in apart)
    return exact and all(e.bound in ("gt", "ge", "lt", "le") for e in consistent)


def _plain_number(statement: Statement) -> bool:
    """Whether a text gives a number without a bound, a range or a minimum of times."""
    return (
        statement.bound == "eq"
        and statement.value_max is None
        and statement.kind in ("level", "share", "change")
    )


def only_other_modality(
    statement: Statement, indicator: Indicator, beside: Iterable[Evidence]
) -> Phrase | None:
    """That only a forecast or a target is known of what the text states as an outcome; None where it is not so."""
    found = next((e for e in beside if e.relation == "other_modality"), None)
    if found is None:
        return None
    return say(
        "reason.only_other_modality", modality=say(f"modality.{found.modality}"), value=_value(found, indicator),
        cited="", text=say(f"modality.{statement.modality}"),
    )  # fmt: skip


def as_told_elsewhere(
    build: Build, binding: Binding, deciding: Evidence, key: str, told: Evidence
) -> Phrase:
    """That a text tells an estimate, a target or a doubted value where another figure is known, which accuses nobody.

    Args:
        build: the build.
        binding: what the text speaks of.
        deciding: the figure that is known.
        key: which of these the text tells: ``reason.as_estimated``, ``reason.as_planned`` or ``reason.as_doubted``.
        told: the value that it tells.
    """
    indicator = build.indicators[binding.indicator]
    return say(
        key, value=_value(told, indicator), sources=titles(build, told.sources),
        final=_value(deciding, indicator), others=titles(build, deciding.sources),
    )  # fmt: skip


def _told(
    build: Build,
    binding: Binding,
    indicator: Indicator,
    evidence: Sequence[Evidence],
    first: Evidence,
    verdict: Verdict,
) -> tuple[Verdict, Phrase]:
    """The verdict of the value that decides, with its reason."""
    if verdict == "contradicted" and _assumed(binding):
        return "no_evidence", _assumed_differs(build, binding, first, indicator)
    more = Together(tuple(_more(first, [e for e in evidence if e is not first])))
    cited = say("reason.cited", sources=titles(build, first.sources))
    return verdict, say(
        f"reason.{first.outcome}", value=_value(first, indicator), cited=cited, more=more
    )


def _otherwise(
    build: Build, statement: Statement, binding: Binding, found: Evidence, *, recorded: bool
) -> tuple[Verdict, Phrase]:
    """The verdict where the text's own origin says otherwise: in the record of this very text, or elsewhere."""
    verdict: Verdict = "contradicted"
    key = "reason.recorded_otherwise" if recorded else "reason.same_origin_otherwise"
    if not recorded and may_be_revised(statement, binding.measure, found.value):
        verdict, key = "no_evidence", "reason.same_origin_revised"
    value = _value(found, build.indicators[binding.indicator])
    return verdict, say(key, sources=titles(build, found.sources), value=value)


def _assumed(binding: Binding) -> bool:
    return "assumed" in (binding.place_basis, binding.period_basis)


def _assumed_differs(
    build: Build, binding: Binding, first: Evidence, indicator: Indicator
) -> Phrase:
    return say(
        "reason.assumed_differs", value=_value(first, indicator), place=where(build.gazetteer, binding.place),
        period=when(binding.period),
    )  # fmt: skip


def _more(first: Evidence, others: Sequence[Evidence]) -> Iterator[Phrase]:
    """How the value that decided was made, where it is no plain value, and how many others speak against the figure."""
    if first.how.key != "how.level":
        yield say("more.how", how=first.how)
    differing = (
        sum(e.outcome == "contradicts" for e in others) if first.outcome != "contradicts" else 0
    )
    if differing:
        yield say("more.other") if differing == 1 else say("more.others", number=differing)


def _value(evidence: Evidence, indicator: Indicator) -> Value:
    e = evidence
    return Value(e.value, e.unit, e.bound, e.value_max, indicator.counted, e.decimals)
