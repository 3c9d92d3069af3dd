"""From a text and a build to claims: read, bind, look for evidence, judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from weakref import WeakKeyDictionary

from ceyuan.claims.archive import Archive
from ceyuan.claims.arithmetic import checks_of
from ceyuan.claims.binding import Binder, Bound
from ceyuan.claims.candidates import Catalogue
from ceyuan.claims.counterparts import counterparts, settled_by
from ceyuan.claims.decisions import Decisions, Ruling, read_decisions
from ceyuan.claims.evidence import told_elsewhere
from ceyuan.claims.fitting import unit_of
from ceyuan.claims.model import Binding, Candidate, Check, Claim, Evidence, Verification
from ceyuan.claims.money import read_rates
from ceyuan.claims.nouns import with_units
from ceyuan.claims.operating import evidence_of
from ceyuan.claims.origins import Origins
from ceyuan.claims.placing import PlaceNames
from ceyuan.claims.quotes import missing_quotes
from ceyuan.claims.rules import Rule, Rules, read_rules
from ceyuan.claims.saying import Listed, say, when
from ceyuan.claims.surroundings import wordings
from ceyuan.claims.values import Values
from ceyuan.claims.verdicts import as_told_elsewhere, only_other_modality, verdict_of
from ceyuan.claims.wording import Wording
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build
from ceyuan.reader import Reading, Statement
from ceyuan.units import parse_unit
from ceyuan.wording import Trilingual


def verify(
    build: Build,
    reading: Reading,
    name: str = "",
    decisions: Decisions | None = None,
    texts: Path | None = None,
) -> Verification:
    """Hold every statement of a text against a build.

    Args:
        build: the build.
        reading: the text as read.
        name: name of the text's file without suffix, by which an older file of decisions is found.
        decisions: what the writer of the text says that its figures are, and which sources are the text itself; if None,
            both, and the rules of the workspace, are looked for in the texts.
        texts: the folder that holds ``communiques/`` with decisions, rules and rates; the copy in the build if None.

    Raises:
        CeyuanError: with every fault of the decisions and the declared rates.

    """
    texts = build.texts if texts is None else texts
    known = _known(build)
    origins = known.origins
    rules = Rules()
    if decisions is None:
        decisions, rules = read_decisions(build, reading, name, texts), read_rules(build, texts)
        own = decisions.sources or origins.text(reading)
    else:
        own = decisions.sources
    archive = Archive(build, known.values, read_rates(texts), own)
    statements = with_units(reading.statements, build.indicators)
    around = wordings(statements, known.places)
    reread = [rules.rereading(one, its) for one, its in zip(statements, around, strict=True)]
    if any(reread):
        statements = tuple(map(_read_as, statements, reread))
        around = wordings(statements, known.places)
    checks = checks_of(statements)
    judge = _Judge(archive, origins, known.catalogue, Binder(archive, decisions), decisions, rules)
    of_figure = _by_member(checks)
    claims = [
        judge.claim(statements, i, around[i], of_figure.get(i, ())) for i in range(len(statements))
    ]
    claims = [
        replace(claim, reread=rule.name) if rule else claim
        for claim, rule in zip(claims, reread, strict=True)
    ]
    # A sample speaks in the place of its sources, and holds few of their words.
    unfound = () if decisions.sample else missing_quotes(build, decisions.sources, reading.text)
    warnings = (*decisions.warnings, *unfound)
    return Verification(
        reading,
        build.id,
        tuple(claims),
        tuple(checks),
        tuple(sorted(own)),
        decisions.file,
        warnings,
        decisions.sample,
    )


def _read_as(statement: Statement, rule: Rule | None) -> Statement:
    return rule.read.of(statement) if rule and rule.read else statement


@dataclass(frozen=True, slots=True)
class _Known:
    """What every text that is held against one build asks for."""

    origins: Origins
    values: Values
    catalogue: Catalogue
    places: PlaceNames


_OF_BUILDS: WeakKeyDictionary[Build, _Known] = WeakKeyDictionary()


def _known(build: Build) -> _Known:
    """What is known of a build, put together for the first text."""
    if build not in _OF_BUILDS:
        titles = [indicator.name.en for indicator in build.indicators.values()]
        places = PlaceNames(build.gazetteer, titles)
        catalogue = Catalogue(build.indicators, build.gazetteer, places)
        _OF_BUILDS[build] = _Known(Origins(build), Values(build), catalogue, places)
    return _OF_BUILDS[build]


@dataclass(frozen=True, slots=True)
class _Judge:
    archive: Archive
    origins: Origins
    catalogue: Catalogue
    binder: Binder
    decisions: Decisions
    rules: Rules

    def claim(
        self, statements: Sequence[Statement], i: int, wording: Wording, mine: tuple[Check, ...]
    ) -> Claim:
        """The claim of one statement, with the arithmetic that it takes part in."""
        statement = statements[i]
        decision = self.decisions.by_span.get((statement.start, statement.end))
        rule = self.rules.on(statement, wording) if decision is None else None
        made = self._decided(statements, i, wording, mine, decision or rule)
        return made if rule is None else replace(made, rule=rule.name)

    def _decided(
        self, statements: Sequence[Statement], i: int, wording: Wording, mine: tuple[Check, ...], decision: Ruling | None
    ) -> Claim:  # fmt: skip
        """The claim of one statement, with what a person decided about it."""
        statement = statements[i]
        if decision is not None and decision.not_checkable is not None:
            reason = say("reason.decided", why=decision.not_checkable)
            return self._settled(
                i,
                Claim(statement, "not_checkable", reason, None, (), False, (), mine, decision.note),
            )
        if decision is not None:
            bound = Bound(self.binder.decided(statement, wording, decision), (), ambiguous=False)
        elif wording.beyond:
            reason = say(wording.beyond)
            return self._settled(
                i, Claim(statement, "not_checkable", reason, None, (), False, (), mine)
            )
        else:
            bound = self.binder.bind(
                statement, wording, self.catalogue.candidates(statement, wording)
            )
        if bound.binding is None or unit_of(statement.unit) is None:
            return self._settled(i, self._unbound(statement, wording, bound, mine))
        note = decision.note if decision is not None else None
        try:
            evidence = evidence_of(self.archive, statement, bound.binding, wording)
        except CeyuanError:
            own = parse_unit(self.archive.build.indicators[bound.binding.indicator].unit).base
            reason = say(
                "reason.no_rate", own=own, unit=statement.unit, period=when(bound.binding.period)
            )
            claim = Claim(
                statement,
                "not_checkable",
                reason,
                bound.binding,
                bound.candidates,
                False,
                (),
                mine,
                note,
            )
            return self._settled(i, claim)
        return self._settled(
            i, self._judged(statement, bound.binding, bound.candidates, evidence, mine, decision)
        )

    def _unbound(
        self, statement: Statement, wording: Wording, bound: Bound, checks: tuple[Check, ...]
    ) -> Claim:
        more = say("more.agrees") if any(c.outcome == "supports" for c in checks) else ""
        if unit_of(statement.unit) is None and statement.unit:
            reason = say("reason.unknown_unit", unit=statement.unit, more=more)
        elif unit_of(statement.unit) is None:
            reason = say("reason.no_unit", more=more)
        elif wording.each:
            reason = say("reason.each")
        elif bound.ambiguous:
            names = [
                say("reason.candidate", name=self._name(c.indicator), score=_score(c))
                for c in bound.candidates[:3]
            ]
            reason = say("reason.ambiguous", names=Listed(tuple(names)), more=more)
        elif statement.kind in ("rank", "membership"):
            reason = say("reason.no_rank", more=more)
        else:
            reason = say("reason.no_indicator", more=more)
        return Claim(
            statement, "not_checkable", reason, None, bound.candidates, bound.ambiguous, (), checks
        )

    def _name(self, indicator: str) -> Trilingual:
        return self.archive.build.indicators[indicator].name

    def _judged(
        self, statement: Statement, binding: Binding, candidates: tuple[Candidate, ...], evidence: Sequence[Evidence],
        checks: tuple[Check, ...], decision: Ruling | None,
    ) -> Claim:  # fmt: skip
        """The claim of a bound statement: its evidence weighed, and where that is not independent what else there is."""
        own = self.archive.own | self.origins.retold(statement, binding)
        note = decision.note if decision is not None else None
        if decision is not None:
            own |= frozenset(decision.sources)
        weighed = self.origins.weighed(evidence, own, binding.indicator)
        indicator = self.archive.build.indicators[binding.indicator]
        verdict, reason = verdict_of(self.archive.build, statement, binding, weighed, own)
        told = (
            told_elsewhere(self.archive, statement, binding) if verdict == "contradicted" else None
        )
        deciding = next((e for e in weighed if e.outcome == "contradicts"), None)
        if told is not None and deciding is not None:
            verdict, reason = (
                "no_evidence",
                as_told_elsewhere(self.archive.build, binding, deciding, *told),
            )
        claim = Claim(
            statement, verdict, reason, binding, candidates, False, tuple(weighed), checks, note
        )
        if claim.standing == "independent":
            supporting = [e for e in weighed if e.independent and e.outcome == "supports"]
            return replace(claim, origins=self.origins.agreeing(supporting, binding.indicator))
        beside = self.origins.weighed(
            counterparts(self.archive, statement, binding, own), own, binding.indicator
        )
        forecast = only_other_modality(statement, indicator, beside)
        if claim.reason.key == "reason.no_value" and forecast is not None:
            claim = replace(claim, reason=forecast)
        settling = settled_by(self.archive.build, binding.indicator, binding.place, binding.period)
        return replace(claim, counterparts=tuple(beside), settled_by=settling)

    def _settled(self, i: int, claim: Claim) -> Claim:
        """A claim after the text's own arithmetic: figures that cannot all be right contradict each other."""
        against = [c for c in claim.checks if c.outcome == "contradicts" and i in c.subject]
        if not against or claim.verdict in ("supported", "contradicted"):
            return claim
        return replace(
            claim,
            verdict="contradicted",
            reason=say("reason.contradicts_itself", check=against[0].text),
        )


def _by_member(checks: Sequence[Check]) -> dict[int, tuple[Check, ...]]:
    """Checks by the positions of the figures that take part in them."""
    found: dict[int, tuple[Check, ...]] = {}
    for check in checks:
        for member in dict.fromkeys(check.members):
            found[member] = (*found.get(member, ()), check)
    return found


def _score(candidate: Candidate) -> str:
    return f"{candidate.score:.2f}"
