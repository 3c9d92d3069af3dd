"""What checking a text yields."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from ceyuan.errors import Problem
from ceyuan.reader import Reading, Statement
from ceyuan.wording import InLanguages, Phrase, Trilingual

Verdict = Literal["supported", "contradicted", "consistent within the stated bound", "no evidence", "not checkable"]
VERDICTS: tuple[Verdict, ...] = (
    "supported",
    "contradicted",
    "consistent within the stated bound",
    "no evidence",
    "not checkable",
)
Measure = Literal["level", "growth", "change", "from_to", "places above"]
Outcome = Literal["supports", "consistent", "contradicts", "undecided"]
Basis = Literal["stated", "carried over", "declared", "assumed"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An indicator that a statement may be about.

    Attributes:
        indicator: its identifier.
        measure: what of it the statement gives: its ``level``, its ``growth`` or ``change`` since the period before, a
            ``from_to`` change, or the number of ``places above`` a threshold.
        score: 0 to 1.
        why: the parts of the score, in three languages.
    """

    indicator: str
    measure: Measure
    score: float
    why: tuple[InLanguages, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """What a statement is about.

    Attributes:
        indicator: identifier of the indicator.
        measure: what of it is stated; see :class:`Candidate`.
        place: identifier of the place, None where the text and the build leave it open.
        period: canonical text of the period, None where it is open.
        compared_with: for growth and change, what they are reckoned from, else None.
        by: ``score`` for the best candidate, ``decision`` for what a person decided.
        place_basis: whether the text names the place at the figure (``stated``), it holds from before (``carried over``),
            a person declared it, or it was assumed because the build knows the indicator only there.
        period_basis: likewise.
        score: of the candidate; 1 for a decision.
        why: the parts of the score, or the note of the decision.
    """

    indicator: str
    measure: Measure
    place: str | None
    period: str | None
    compared_with: str | None
    by: Literal["score", "decision"]
    place_basis: Basis
    period_basis: Basis
    score: float
    why: tuple[InLanguages, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value of the build that a statement was held against.

    Attributes:
        value: in the unit of the statement.
        value_max: upper end of a range, else None.
        bound: bound of the value.
        unit: the statement's unit.
        status: computed, published, estimated or simulated.
        sources: identifiers of its sources.
        own: whether it is the text itself that states it.
        outcome: what it says of the statement.
        how: how it was made: the observation, or the two levels of a growth rate; in three languages.
        period: of the value.
    """

    value: float
    value_max: float | None
    bound: str
    unit: str
    status: str
    sources: tuple[str, ...]
    own: bool
    outcome: Outcome
    how: Phrase
    period: str


@dataclass(frozen=True, slots=True)
class Check:
    """One piece of arithmetic between figures of the same text.

    Attributes:
        kind: ``growth``, ``share``, ``sum`` or ``shares``.
        members: positions (in the list of statements) of all figures involved.
        subject: positions of the figures that the check speaks for.
        outcome: ``supports`` where the figures agree within their rounding, ``consistent`` where parts are less than
            their whole, ``contradicts`` where they cannot all be right.
        text: the arithmetic in words, in three languages.
    """

    kind: Literal["growth", "share", "sum", "shares"]
    members: tuple[int, ...]
    subject: tuple[int, ...]
    outcome: Outcome
    text: Phrase


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement with its verdict.

    Attributes:
        statement: what the text says.
        verdict: one of :data:`VERDICTS`.
        reason: why, in three languages; its ``key`` tells cases apart.
        binding: what it is about, None where that is open.
        candidates: what it may be about, best first.
        ambiguous: whether a person has to decide between the candidates.
        evidence: what it was held against; the first one decided.
        checks: arithmetic within the text that it takes part in.
        note: what a person wrote beside it, in three languages.
    """

    statement: Statement
    verdict: Verdict
    reason: Phrase
    binding: Binding | None
    candidates: tuple[Candidate, ...]
    ambiguous: bool
    evidence: tuple[Evidence, ...]
    checks: tuple[Check, ...]
    note: Trilingual | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """A text with all its claims.

    Attributes:
        reading: the text as read.
        build: identifier of the build that it was held against.
        claims: one for each statement, in order.
        checks: the arithmetic within the text.
        own_sources: identifiers of the sources that are this very text.
        decisions: file of the decisions that were used, None where there is none.
        warnings: decisions that no longer fit the text.
    """

    reading: Reading
    build: str
    claims: tuple[Claim, ...]
    checks: tuple[Check, ...]
    own_sources: tuple[str, ...]
    decisions: str | None
    warnings: tuple[Problem, ...]

    @property
    def counts(self) -> dict[Verdict, int]:
        """Number of claims by verdict, all five in order."""
        found = Counter(c.verdict for c in self.claims)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def contradicted(self) -> bool:
        """Whether any figure is contradicted, by the build or by other figures of the text."""
        return bool(self.counts["contradicted"])
