"""Checks between what sources state: pure functions over facts, each giving the problems that it finds.

A fact is one stated or recorded value. None of these checks proves an error: two offices may count differently. They say where
a reader has to look, and a workspace acknowledges with a reason what it has looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from ceyuan.bounds import Interval, bounded, growth, quotient
from ceyuan.errors import Problem
from ceyuan.periods import parse_period

# Two offices that agree to one per cent agree: figures are revised after they are first published.
_REVISED = Decimal("0.01")
# A ratio may rest on a denominator before its revision, which moves it by a few per cent.
_REBASED = Decimal("0.03")
# Beyond this factor two values are hardly two measurements of one thing.
_APART = Decimal("1.8")


@dataclass(frozen=True, slots=True)
class Fact:
    """One value as a source states it: an outcome that nobody has doubted.

    Attributes:
        indicator, place, period: what it is a value of; the period in its canonical text.
        value: in the indicator's unit.
        bound: a :data:`ceyuan.bounds.Bound`.
        source: identifier of the source.
        file, line: where the record stands.
    """

    indicator: str
    place: str
    period: str
    value: Decimal
    bound: str
    source: str
    file: str
    line: int

    @property
    def interval(self) -> Interval:
        """What it may stand for: known to half of its last digit that is not zero."""
        exponent = self.value.normalize().as_tuple().exponent
        half = Decimal(5).scaleb(int(exponent) - 1) if self.value else Decimal(0)
        return bounded(self.value, self.bound, half)

    @property
    def said(self) -> str:
        """The value in few words, for a message."""
        return f"{self.value.normalize():f} ({self.source})"


@dataclass(frozen=True, slots=True)
class KnownWorkspace:
    """What the checks need to know of a workspace's indicators and places.

    Attributes:
        adds_up: indicators whose values add up over places: counts, people, money, not ratios or ranks.
        totals: of these, the ones that are totals since a beginning.
        ratios: for a ratio or share its numerator, its denominator, the place of the denominator if it is another one, and what
            the quotient of the two is multiplied by to come in its own unit.
        growths: for a growth rate the indicator that grows.
        inside: for each place the places that lie in it.
        levels: for each place its parts, level by level, each level without overlap.
    """

    adds_up: Set[str]
    totals: Set[str]
    ratios: Mapping[str, tuple[str, str, str | None, Decimal]]
    growths: Mapping[str, str]
    inside: Mapping[str, Set[str]]
    levels: Mapping[str, Sequence[Set[str]]]


Check = Callable[[Sequence[Fact], KnownWorkspace], Iterator[Problem]]
_Key = tuple[str, str, str]


def _by_key(facts: Iterable[Fact]) -> dict[_Key, list[Fact]]:
    found: dict[_Key, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.indicator, fact.place, fact.period].append(fact)
    return found


def _problem(code: str, message: str, fact: Fact) -> Problem:
    where = f"{fact.indicator} of {fact.place} in {fact.period}: "
    return Problem(code, where + message, fact.file, fact.line, None, "warning")


def two_values(facts: Sequence[Fact], known: KnownWorkspace) -> Iterator[Problem]:
    """Values of one figure that exclude each other; far apart they are a stock beside a flow, or two definitions."""
    for group in _by_key(facts).values():
        ordered = sorted(group, key=lambda f: (f.value, f.source))
        low, high = ordered[0], ordered[-1]
        gap = max(abs(high.value), abs(low.value)) * _REVISED
        if high.interval.meets(low.interval) or high.value - low.value <= gap:
            continue
        if low.value > 0 and high.value / low.value >= _APART and high.indicator in known.adds_up:
            yield _problem("fact-stock-beside-flow", f"{high.said} stands beside {low.said}", high)
        else:
            yield _problem("fact-two-values", f"{high.said} excludes {low.said}", high)


def part_above_whole(facts: Sequence[Fact], known: KnownWorkspace) -> Iterator[Problem]:
    """A place above one that contains it, or its parts together above it."""
    keyed = _by_key(f for f in facts if f.indicator in known.adds_up)
    for (indicator, place, period), wholes in keyed.items():
        whole = max(wholes, key=lambda f: f.value)
        for inner in sorted(known.inside.get(place, ())):
            for part in keyed.get((indicator, inner, period), []):
                if _above(part.interval, whole.interval):
                    yield _problem(
                        "fact-part-above-whole", f"{part.said} is above {place}, {whole.said}", part
                    )
        for level in known.levels.get(place, ()):
            parts = [
                min(keyed[key], key=lambda f: f.value)
                for inner in level
                if (key := (indicator, inner, period)) in keyed
            ]
            total = sum((p.value for p in parts), Decimal(0))
            if len(parts) > 1 and whole.interval.high * (1 + _REVISED) < total:
                message = f"its {len(parts)} known parts together, {total.normalize():f}, are above {whole.said}"
                yield _problem("fact-part-above-whole", message, whole)


def _above(part: Interval, whole: Interval) -> bool:
    return part.low > whole.high + abs(whole.high) * _REVISED


def ratio_of_another_year(facts: Sequence[Fact], known: KnownWorkspace) -> Iterator[Problem]:
    """A stated ratio that its two parts do not make, and whether another year's denominator would."""
    keyed = _by_key(facts)
    for fact in facts:
        if fact.indicator not in known.ratios or fact.bound != "eq":
            continue
        over, under, where, scale = known.ratios[fact.indicator]
        bottoms = {
            year: keyed.get((under, where or fact.place, year), []) for year in _years(fact.period)
        }
        for top in keyed.get((over, fact.place, fact.period), []):
            made = {year: _made(top, found, scale) for year, found in bottoms.items()}
            yield from _misfit(fact, top, made)


def _misfit(fact: Fact, top: Fact, made: Mapping[str, list[Interval]]) -> Iterator[Problem]:
    """What is wrong with a ratio, given what its numerator makes with the denominators of the years around."""
    own = made.get(fact.period, [])
    if not own or any(_fits(fact, i, _REBASED) for i in own):
        return
    fitting = [
        year
        for year, intervals in made.items()
        if year != fact.period and _fits_exactly(fact, intervals)
    ]
    if fitting:
        message = (
            f"{fact.said} fits the denominator of {', '.join(fitting)}, not that of its own year"
        )
        yield _problem("fact-ratio-of-another-year", message, fact)
    else:
        yield _problem(
            "fact-ratio", f"{fact.said} is not what {top.said} makes, {_shown(own[0])}", fact
        )


def _fits_exactly(fact: Fact, intervals: Iterable[Interval]) -> bool:
    return any(i.point is not None and _fits(fact, i, Decimal(0)) for i in intervals)


def _made(top: Fact, bottoms: Iterable[Fact], scale: Decimal) -> list[Interval]:
    if top.bound != "eq":
        return []
    known = [b for b in bottoms if b.value > 0 and b.bound in ("eq", "gt", "ge")]
    # Over a denominator that is at least so much, the ratio is at most so much.
    return [
        quotient(top.interval, b.interval, scale)
        if b.bound == "eq"
        else bounded(top.interval.high / b.value * scale, "le")
        for b in known
    ]


def _fits(fact: Fact, interval: Interval, slack: Decimal) -> bool:
    wider = abs(fact.value) * slack
    return not (
        interval.high < fact.interval.low - wider or interval.low > fact.interval.high + wider
    )


def _shown(interval: Interval) -> str:
    return f"at most {interval.high:.4g}" if interval.point is None else f"{interval.point:.4g}"


def _years(period: str) -> list[str]:
    """A year, the one before and the one after; any other period by itself."""
    parsed = parse_period(period)
    return (
        [str(parsed.end.year + step) for step in (0, -1, 1)] if parsed.grain == "year" else [period]
    )


def growth_not_recomputed(facts: Sequence[Fact], known: KnownWorkspace) -> Iterator[Problem]:
    """A stated growth rate that the levels of the two years exclude."""
    keyed = _by_key(facts)
    for fact in facts:
        before = parse_period(fact.period).previous if fact.indicator in known.growths else None
        if before is None or fact.bound != "eq":
            continue
        of = known.growths[fact.indicator]
        late = _exact(keyed.get((of, fact.place, fact.period), []))
        early = _exact(keyed.get((of, fact.place, before), []))
        made = [growth(a.interval, b.interval) for a in late for b in early]
        if made and not any(
            fact.interval.low - 1 <= m.high and m.low <= fact.interval.high + 1 for m in made
        ):
            yield _problem(
                "fact-growth",
                f"{fact.said} is not the growth of the recorded levels, {_shown(made[0])}",
                fact,
            )


def _exact(facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.bound == "eq"]


def jumps(facts: Sequence[Fact], known: KnownWorkspace) -> Iterator[Problem]:
    """A year that leaves its own path in time, up and back again."""
    keyed = _by_key(
        f
        for f in facts
        if f.indicator in known.adds_up - known.totals and f.bound == "eq" and f.value > 0
    )
    for (indicator, place, period), group in keyed.items():
        around = [keyed.get((indicator, place, year)) for year in _years(period)[1:]]
        if len(around) < 2 or not all(around):
            continue
        values = [_least(side) for side in around if side]
        beside = " and ".join(f"{v.normalize():f}" for v in values)
        for fact in group:
            if _stands_apart(fact.value, values):
                yield _problem("fact-jump", f"{fact.said} stands between {beside}", fact)


def _least(facts: Iterable[Fact]) -> Decimal:
    return min(fact.value for fact in facts)


def _stands_apart(value: Decimal, beside: Sequence[Decimal]) -> bool:
    """Whether a value is far from both neighbours, and farther than small counts jump by chance."""
    far = value > max(beside) * _APART or value * _APART < min(beside)
    middle = sum(beside, Decimal(0)) / 2
    return far and abs(value - middle) > 3 * (value + middle).sqrt()


CHECKS: tuple[Check, ...] = (
    two_values,
    part_above_whole,
    ratio_of_another_year,
    growth_not_recomputed,
    jumps,
)


def check_facts(facts: Sequence[Fact], known: KnownWorkspace) -> list[Problem]:
    """Everything that the checks find, by file and line.

    >>> known = KnownWorkspace({"rd"}, set(), {}, {}, {"cn": {"guangdong"}}, {})
    >>> whole = Fact("rd", "cn", "2024", Decimal(14449), "eq", "a", "f.csv", 2)
    >>> part = Fact("rd", "guangdong", "2024", Decimal(35800), "eq", "b", "f.csv", 3)
    >>> [problem.code for problem in check_facts([whole, part], known)]
    ['fact-part-above-whole']
    """
    found = {problem for check in CHECKS for problem in check(facts, known)}
    return sorted(found, key=lambda p: (p.file or "", p.line or 0, p.code, p.message))
