"""What checking a text yields."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

from ceyuan.bounds import Bound, Modality
from ceyuan.errors import Problem
from ceyuan.reader import Reading, Statement
from ceyuan.wording import InLanguages, Phrase, Trilingual
from ceyuan.workspace.config import Nature
from ceyuan.workspace.definitions import Status

Verdict = Literal[
    "supported", "same_origin", "contradicted", "consistent", "no_evidence", "not_checkable"
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Standing = Literal["independent", "counterpart", "none"]
"""What there is beside a stated figure: independent evidence, only counterparts, or nothing."""
Relation = Literal[
    "same", "lower_bound", "other_modality", "other_period", "containing_place", "contained_place", "overlapping_place",
    "computed", "related",
]  # fmt: skip
"""How a value stands to the stated figure: of the very same thing, or what differs first."""
Measure = Literal[
    "level", "growth", "mean growth", "change", "from_to", "places above", "difference", "relative", "multiple", "rank",
    "share", "sum",
    "mean", "each", "rest", "several",
]  # fmt: skip
"""What of an indicator a figure gives.

Its ``level``; its ``growth`` (or ``mean growth`` a year) or ``change`` since an earlier period;
 a ``from_to`` change that names both ends. With a second
operand: the ``difference`` to another place, also ``relative`` to it in per cent; how many times it is another value
(``multiple``); its ``rank`` among the places of a whole and its ``share`` of that whole; of several places the ``sum``, the
``mean`` or the bound of ``each``, or ``several`` where the text leaves open which; the ``rest`` of a whole without some parts;
the number of ``places above`` a threshold.
"""
Outcome = Literal["supports", "consistent", "contradicts", "undecided"]
Basis = Literal["stated", "carried over", "declared", "assumed"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An indicator that a statement may be about.

    Attributes:
        indicator: its identifier.
        measure: what of it the statement gives.
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
        compared_with: the period (or what stands for one) that it is reckoned from, else None.
        others: identifiers of the other places that it is reckoned from; empty for most.
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
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value of the build beside a statement: of the very same thing, or a counterpart that differs in what it says.

    Attributes:
        value: in the unit of the statement.
        value_max: upper end of a range, else None.
        bound: bound of the value.
        unit: the statement's unit.
        status: computed, published, estimated or simulated.
        modality: actual, expected or target.
        sources: identifiers of its sources.
        origins: who made it: the bodies behind its sources, each once.
        natures: the natures of its sources, each once.
        independent: whether no source of it meets the text in origin or derivation.
        relation: how it stands to the statement; only what is ``same`` decides anything.
        outcome: what it says of the statement; ``undecided`` for every counterpart.
        how: how it was made: the observation, or the two levels of a growth rate; in three languages.
        differs: for a counterpart, what is different about it.
        place: of the value.
        period: of the value.
        decimals: of ``unit``, as its source printed them or its indicator asks of a computed value; None where neither says.
    """

    value: float
    value_max: float | None
    bound: Bound
    unit: str
    status: Status
    modality: Modality
    sources: tuple[str, ...]
    origins: tuple[Trilingual, ...]
    natures: tuple[Nature, ...]
    independent: bool
    relation: Relation
    outcome: Outcome
    how: Phrase
    differs: tuple[Phrase, ...]
    place: str
    period: str
    decimals: int | None


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
        evidence: values of the very same thing, independent ones first.
        counterparts: where nothing independent is known: other values that a reader wants beside it, never support.
        origins: who made the values that support it, as many as are independent of each other.
        settled_by: where nothing independent is known: which record would settle it.
        checks: arithmetic within the text that it takes part in.
        note: what a person wrote beside it, in three languages.
        rule: name of the rule of the workspace that decided what it is about; empty where none did.
        reread: name of the rule that changed how it is read; empty where none did.
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
    counterparts: tuple[Evidence, ...] = ()
    origins: tuple[Trilingual, ...] = ()
    settled_by: Phrase | None = None
    rule: str = ""
    reread: str = ""

    @property
    def standing(self) -> Standing:
        """What there is beside the stated figure."""
        if any(e.independent and e.outcome != "undecided" for e in self.evidence):
            return "independent"
        return "counterpart" if self.counterparts else "none"


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
        warnings: decisions that no longer fit the text, and quotes of records that do not stand in it.
        sample: whether the text is a made-up sample.
    """

    reading: Reading
    build: str
    claims: tuple[Claim, ...]
    checks: tuple[Check, ...]
    own_sources: tuple[str, ...]
    decisions: str | None
    warnings: tuple[Problem, ...]
    sample: bool = False

    @property
    def counts(self) -> dict[Verdict, int]:
        """Number of claims by verdict, all six in order."""
        found = Counter(c.verdict for c in self.claims)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def standings(self) -> dict[Standing, int]:
        """Number of claims by what there is beside them."""
        found = Counter(c.standing for c in self.claims)
        return {standing: found[standing] for standing in get_args(Standing)}

    @property
    def rules(self) -> dict[str, int]:
        """Number of claims by the rule of the workspace that was used for them."""
        used = (name for c in self.claims for name in (c.reread, c.rule) if name)
        return dict(Counter(used))

    @property
    def contradicted(self) -> bool:
        """Whether any figure is contradicted, by the build or by other figures of the text."""
        return bool(self.counts["contradicted"])
