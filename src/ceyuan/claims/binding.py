"""From candidates to what a statement is about: the indicator, the place, the period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from ceyuan.claims.archive import Archive
from ceyuan.claims.decisions import Decisions, Ruling
from ceyuan.claims.model import Basis, Binding, Candidate, Measure
from ceyuan.claims.saying import say, when, where
from ceyuan.claims.wording import Wording
from ceyuan.indicators.observations import Observation
from ceyuan.periods import parse_period
from ceyuan.reader import Statement
from ceyuan.wording import InLanguages, Phrase

ENOUGH = 0.75
MARGIN = 0.02
_CLUSTERS = re.compile(r"集群|cluster")
# 连续五年排名第二: of years that the text need not say, the last of which is not the year of the sentence before.
_FOR_YEARS = re.compile(r"连续|蝉联|連續|蟬聯|\bconsecutive\b|\bin a row\b|\brunning\b")
_SAME = 0.01  # values that differ by no more are the same figure in two indicators
_UNKNOWN = 0.9  # factor of the score of an indicator that has no value for the place


@dataclass(frozen=True, slots=True)
class Bound:
    """The result of binding one statement.

    Attributes:
        binding: what it is about, None where no candidate is good enough or two are equally good.
        candidates: all candidates with the place weighed in, best first.
        ambiguous: whether there are candidates and none could be chosen.
    """

    binding: Binding | None
    candidates: tuple[Candidate, ...]
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Binder:
    """Chooses among candidates with what a build knows.

    Attributes:
        archive: the build's values.
        decisions: what people decided, for defaults.
    """

    archive: Archive
    decisions: Decisions

    def bind(
        self, statement: Statement, wording: Wording, candidates: Sequence[Candidate]
    ) -> Bound:
        """The best candidate with its place and period, if it is good enough and clearly the best."""
        weighed = [self._placed(statement, wording, c) for c in candidates]
        weighed.sort(key=lambda pair: (-pair[1].score, pair[1].indicator))
        ranked = tuple(b for _, b in weighed)
        listed = tuple(Candidate(b.indicator, b.measure, b.score, b.why) for b in ranked)
        if not ranked:
            return Bound(None, (), ambiguous=False)
        best = ranked[0]
        near = (b for b in ranked[1:] if best.score - b.score < MARGIN)
        rivals = [b for b in near if not self._says_the_same(best, b)]
        if best.score < ENOUGH or rivals:
            return Bound(None, listed, ambiguous=True)
        return Bound(best, listed, ambiguous=False)

    def _says_the_same(self, one: Binding, other: Binding) -> bool:
        """Whether two indicators have the same value, as a published ratio and the one that is computed beside it."""
        if (one.measure, one.place, one.period) != (
            other.measure,
            other.place,
            other.period,
        ) or one.measure != "level":
            return False
        mine = self.archive.at(one.indicator, one.place, one.period)
        theirs = self.archive.at(other.indicator, other.place, other.period)
        return any(_alike(first, second) for first, second in product(mine, theirs))

    def decided(self, statement: Statement, wording: Wording, decision: Ruling) -> Binding:
        """The binding that a person decided on; what the decision leaves open is found as for a candidate."""
        chosen = Candidate(
            decision.indicator or "", decision.measure, 1.0, (decision.note or say("why.decided"),)
        )
        binding = self._placed(statement, wording, chosen)[1]
        place, place_basis = binding.place, binding.place_basis
        if decision.place is not None:
            place, place_basis = self.archive.build.place(decision.place), "declared"
        period, period_basis = self._period(statement, chosen.indicator, place)
        if decision.period is not None:
            period, period_basis = parse_period(decision.period).text, "declared"
        return Binding(
            chosen.indicator,
            chosen.measure,
            place,
            period,
            binding.compared_with,
            "decision",
            place_basis,
            period_basis,
            1.0,
            chosen.why,
        )

    def _placed(
        self, statement: Statement, wording: Wording, candidate: Candidate
    ) -> tuple[float, Binding]:
        place, basis, factor, why = self._place(wording, candidate.indicator)
        asked = replace(statement, period=wording.period) if wording.period else statement
        spanned = candidate.measure in ("growth", "mean growth") and wording.basis.isdigit()
        if statement.period and (spanned or (candidate.measure == "from_to" and wording.former)):
            # 2020—2022年由…增至…, 2020—2022年增长…: the last year is that of the value
            asked = replace(statement, period=statement.period.rpartition("/")[2])
        period, period_basis = self._period(asked, candidate.indicator, place)
        if period_basis == "stated" and _of_other_years(statement, wording):
            period_basis = "assumed"
        reasons = [*candidate.why, why]
        if period_basis != "stated":
            reasons.append(say(f"why.period_{period_basis}", period=when(period)))
        against = _against(wording, candidate.measure)
        made = (
            wording.operation
            if wording.operation and wording.operation.measure == candidate.measure
            else None
        )
        if made is not None and not set(made.others) <= set(
            self.archive.places(candidate.indicator)
        ):
            factor *= _UNKNOWN  # what is compared with is known in another indicator, if at all
        score = round(candidate.score * factor, 3)
        return score, Binding(
            candidate.indicator,
            candidate.measure,
            place,
            period,
            against,
            "score",
            basis,
            period_basis,
            score,
            tuple(reasons),
            others=made.others if made else (),
        )

    def _place(self, wording: Wording, indicator: str) -> tuple[str | None, Basis, float, Phrase]:
        """The place, on what it rests, the factor of the score, and why.

        A place that the text names is never given up for one that is known: only where it names none, at the figure or
        before, one is declared for the text or assumed.
        """
        known = self.archive.places(indicator)
        named: tuple[tuple[str | None, str, Basis, str], ...] = (
            (wording.place, wording.place_name, "stated", "why.place_named"),
            (wording.carried, wording.carried_name, "carried over", "why.place_before"),
        )
        for said, name, basis, why in named:
            place = said if said in known else self._cluster_of(wording, name, known) or said
            if place is not None and place in known:
                return place, basis, 1.0, self._why(why, place)
            if name:
                return place, basis, _UNKNOWN, self._unknown(place, name)
        default = self.decisions.place
        if default is not None:
            factor = 1.0 if default in known else _UNKNOWN
            return default, "declared", factor, self._why("why.place_declared", default)
        if len(known) == 1:
            return known[0], "assumed", _UNKNOWN, self._why("why.place_only", known[0])
        return None, "assumed", _UNKNOWN, self._unknown(None, say("open.place"))

    def _cluster_of(self, wording: Wording, name: str, known: Sequence[str]) -> str | None:
        """The cluster that a text on clusters calls by its city: 创新集群中，北京位列第四."""
        if not name or not _CLUSTERS.search(wording.lead + wording.clause):
            return None
        resolve = self.archive.build.gazetteer.resolve
        found = next((p for p in (resolve(f"{name}集群"), resolve(f"{name} cluster")) if p), None)
        return found if found in known else None

    def _why(self, key: str, place: str) -> Phrase:
        return say(key, place=where(self.archive.build.gazetteer, place), factor=str(_UNKNOWN))

    def _unknown(self, place: str | None, name: str | InLanguages) -> Phrase:
        known = name if place is None else where(self.archive.build.gazetteer, place)
        return say("why.place_unknown", place=known, factor=str(_UNKNOWN))

    def _period(
        self, statement: Statement, indicator: str, place: str | None
    ) -> tuple[str | None, Basis]:
        if statement.period is not None:
            return canonical_period(statement.period), "stated"
        if self.decisions.period is not None:
            return self.decisions.period, "declared"
        return self.archive.latest(indicator, place)


def _of_other_years(statement: Statement, wording: Wording) -> bool:
    """Whether a figure holds for a run of years, and its own sentence does not say which."""
    year = (statement.period or "")[:4]
    return bool(_FOR_YEARS.search(wording.clause)) and year not in statement.sentence


def _alike(one: Observation, other: Observation) -> bool:
    """Whether two values are the same but for their rounding."""
    if one.value is None or other.value is None or one.unit != other.unit:
        return False
    return abs(one.value - other.value) <= _SAME * abs(one.value)


def _against(wording: Wording, measure: Measure) -> str | None:
    """What a figure is reckoned from in time, None for a level."""
    if measure == "from_to":
        return wording.former or None
    if measure in ("growth", "mean growth", "change"):
        return wording.basis
    return wording.operation.period if wording.operation else None


def canonical_period(text: str) -> str | None:
    """The period of a statement in the spelling of observations; None for one that they have no word for.

    >>> canonical_period("2026/2030"), canonical_period("2023-H1"), canonical_period("2023-01/10")
    ('2026..2030', '2023-H1', None)
    """
    years = re.fullmatch(r"(\d{4})/(\d{4})", text)
    try:
        return parse_period(f"{years[1]}..{years[2]}" if years else text).text
    except ValueError:
        return None
