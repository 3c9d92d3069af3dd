"""From a text and a build to claims: read, bind, look for evidence, judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ceyuan.claims.arithmetic import checks_of
from ceyuan.claims.binding import Binder, Bound
from ceyuan.claims.candidates import Catalogue, unit_of
from ceyuan.claims.comparison import ANOTHER, AVERAGE
from ceyuan.claims.counting import count_above
from ceyuan.claims.decisions import Decisions, read_decisions
from ceyuan.claims.evidence import Archive
from ceyuan.claims.model import Binding, Candidate, Check, Claim, Evidence, Verdict, Verification
from ceyuan.claims.money import read_rates
from ceyuan.claims.nouns import with_units
from ceyuan.claims.ownership import recognised_sources
from ceyuan.claims.saying import Listed, Together, Value, measure, say, titles, when, where
from ceyuan.claims.wording import PlaceNames, Wording, wordings
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build
from ceyuan.reader import Reading, Statement
from ceyuan.units import parse_unit
from ceyuan.wording import Phrase, Trilingual
from ceyuan.workspace.definitions import Indicator

_VERDICTS: dict[str, Verdict] = {
    "supports": "supported",
    "contradicts": "contradicted",
    "consistent": "consistent within the stated bound",
    "undecided": "no evidence",
}


def verify(
    build: Build, reading: Reading, name: str = "", decisions: Decisions | None = None, texts: Path | None = None
) -> Verification:
    """Hold every statement of a text against a build.

    Args:
        build: the build.
        reading: the text as read.
        name: name of the text's file without suffix, by which an older file of decisions is found.
        decisions: what the writer of the text says that its figures are, and which sources are the text itself; if None,
            both are looked for in the texts.
        texts: the folder that holds ``communiques/`` with decisions and rates; the copy in the build if None.

    Raises:
        CeyuanError: with every fault of the decisions and the declared rates.

    >>> # verify(build, read_text("大湾区高新技术企业超过6.9万家。")).claims[0].verdict
    """
    texts = build.texts if texts is None else texts
    if decisions is None:
        decisions = read_decisions(build, reading, name, texts)
        own = decisions.sources or recognised_sources(build, reading.text)
    else:
        own = decisions.sources
    archive = Archive(build, read_rates(texts), own)
    statements = with_units(reading.statements, build.indicators)
    checks = checks_of(statements)
    judge = _Judge(archive, Catalogue(build.indicators, build.gazetteer), Binder(archive, decisions), decisions)
    around = wordings(statements, PlaceNames(build.gazetteer))
    claims = [judge.claim(statements, i, around[i], checks) for i in range(len(statements))]
    return Verification(
        reading, build.id, tuple(claims), tuple(checks), tuple(sorted(own)), decisions.file, decisions.warnings
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    archive: Archive
    catalogue: Catalogue
    binder: Binder
    decisions: Decisions

    def claim(self, statements: Sequence[Statement], i: int, wording: Wording, checks: Sequence[Check]) -> Claim:
        """The claim of one statement."""
        statement = statements[i]
        decision = self.decisions.by_span.get((statement.start, statement.end))
        mine = tuple(c for c in checks if i in c.members)
        if decision is not None and decision.not_checkable is not None:
            reason = say("reason.decided", why=decision.not_checkable)
            return self._settled(i, Claim(statement, "not checkable", reason, None, (), False, (), mine, decision.note))
        counted = count_above(self.archive, self.catalogue, self.binder, statements, i, wording)
        if decision is not None:
            bound = Bound(self.binder.decided(statement, wording, decision), (), ambiguous=False)
        elif counted is not None:
            return self._settled(i, self._judged(statement, counted[0], (), counted[1], mine, None))
        elif beyond := _beyond(statement, wording):
            return self._settled(i, Claim(statement, "not checkable", beyond, None, (), False, (), mine))
        else:
            bound = self.binder.bind(statement, wording, self.catalogue.candidates(statement, wording))
        if bound.binding is None or unit_of(statement.unit) is None:
            return self._settled(i, self._unbound(statement, bound, mine))
        note = decision.note if decision is not None else None
        try:
            evidence = self.archive.evidence(statement, bound.binding)
        except CeyuanError:
            own = parse_unit(self.archive.build.indicators[bound.binding.indicator].unit).base
            reason = say("reason.no_rate", own=own, unit=statement.unit, period=when(bound.binding.period))
            claim = Claim(statement, "not checkable", reason, bound.binding, bound.candidates, False, (), mine, note)
            return self._settled(i, claim)
        return self._settled(i, self._judged(statement, bound.binding, bound.candidates, evidence, mine, note))

    def _unbound(self, statement: Statement, bound: Bound, checks: tuple[Check, ...]) -> Claim:
        more = say("more.agrees") if any(c.outcome == "supports" for c in checks) else ""
        if unit_of(statement.unit) is None and statement.unit:
            reason = say("reason.unknown_unit", unit=statement.unit, more=more)
        elif unit_of(statement.unit) is None:
            reason = say("reason.no_unit", more=more)
        elif bound.ambiguous:
            names = [
                say("reason.candidate", name=self._name(c.indicator), score=_score(c)) for c in bound.candidates[:3]
            ]
            reason = say("reason.ambiguous", names=Listed(tuple(names)), more=more)
        else:
            reason = say("reason.no_indicator", more=more)
        return Claim(statement, "not checkable", reason, None, bound.candidates, bound.ambiguous, (), checks)

    def _name(self, indicator: str) -> Trilingual:
        return self.archive.build.indicators[indicator].name

    def _judged(
        self, statement: Statement, binding: Binding, candidates: tuple[Candidate, ...], evidence: Sequence[Evidence],
        checks: tuple[Check, ...], note: Trilingual | None,
    ) -> Claim:  # fmt: skip
        verdict, reason = self._verdict(binding, evidence)
        return Claim(statement, verdict, reason, binding, candidates, False, tuple(evidence), checks, note)

    def _settled(self, i: int, claim: Claim) -> Claim:
        """A claim after the text's own arithmetic: figures that cannot all be right contradict each other."""
        against = [c for c in claim.checks if c.outcome == "contradicts" and i in c.subject]
        if not against or claim.verdict in ("supported", "contradicted"):
            return claim
        reason = say("reason.contradicts_itself", check=against[0].text)
        return Claim(claim.statement, "contradicted", reason, claim.binding, claim.candidates, claim.ambiguous,
                     claim.evidence, claim.checks, claim.note)  # fmt: skip

    def _verdict(self, binding: Binding, evidence: Sequence[Evidence]) -> tuple[Verdict, Phrase]:
        """The verdict of what decides: the first value of another source; the text itself is no evidence for itself."""
        build = self.archive.build
        indicator = build.indicators[binding.indicator]
        others = [e for e in evidence if not e.own]
        if others:
            first = others[0]
            cited = say("reason.cited", sources=titles(build, first.sources)) if first.sources else ""
            more = Together(tuple(_more(first, others[1:])))
            reason = say(f"reason.{first.outcome}", value=_value(first, indicator), cited=cited, more=more)
            return _VERDICTS[first.outcome], reason
        if evidence:
            first = evidence[0]
            if first.outcome == "contradicts":
                return "contradicted", say("reason.recorded_otherwise", value=_value(first, indicator))
            return "no evidence", say("reason.only_itself", sources=titles(build, first.sources))
        return "no evidence", say(
            "reason.no_value", measure=measure(binding.measure), indicator=indicator.name,
            place=where(build.gazetteer, binding.place), period=when(binding.period),
        )  # fmt: skip


def _beyond(statement: Statement, wording: Wording) -> Phrase | None:
    """Why a statement is of a kind that no value of a build answers; None for all others."""
    if wording.attribute:
        return say("reason.threshold")
    moves = statement.kind in ("growth", "change") and statement.from_value is None
    if moves and wording.basis in (AVERAGE, ANOTHER):
        return say("reason.another" if wording.basis == ANOTHER else "reason.average")
    return None


def _more(first: Evidence, others: Sequence[Evidence]) -> Iterator[Phrase]:
    """How the value that decided was made, where it is no plain value, and how many others speak against the figure."""
    if first.how.key != "how.level":
        yield say("more.how", how=first.how)
    differing = sum(e.outcome == "contradicts" for e in others) if first.outcome != "contradicts" else 0
    if differing:
        yield say("more.other") if differing == 1 else say("more.others", number=differing)


def _value(evidence: Evidence, indicator: Indicator) -> Value:
    e = evidence
    return Value(e.value, e.unit, e.bound, e.value_max, indicator.counted)


def _score(candidate: Candidate) -> str:
    return f"{candidate.score:.2f}"
