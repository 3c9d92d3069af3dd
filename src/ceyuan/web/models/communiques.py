"""Texts whose figures are held against the build."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ceyuan.bounds import Bound
from ceyuan.claims.model import Basis, Measure, Outcome, Relation, Standing, Verdict
from ceyuan.reader.statement import Kind
from ceyuan.web.models.base import Modality, Model, Resource, Status, Unreadable
from ceyuan.wording import Trilingual
from ceyuan.workspace.config import Nature


class CommuniqueItem(Model):
    """A text of the workspace."""

    id: str
    """Identifier: the name of its file without suffix."""
    title: Trilingual
    """Its first line, the same in every language; the declared title of a bulletin."""
    file: str
    """The file in the workspace; for a generated text the resource it was generated from."""
    generated: bool
    """Whether it is a bulletin that was written from the same build."""
    date: str | None
    """Date of publication, where the source that it is declares one."""
    counts: dict[Verdict, int]
    """Number of claims by verdict."""
    n: int
    """Number of claims."""


class Communiques(Resource):
    """Texts of the workspace's folder `communiques/`, and its generated Chinese bulletin."""

    items: tuple[CommuniqueItem, ...]
    """The texts."""
    unreadable: tuple[Unreadable, ...]
    """Files that could not be read or checked."""


class StatementView(Model):
    """What the text states, in Unicode code points of the text as given."""

    start: int
    """Offset of the first character."""
    end: int
    """Offset behind the last one."""
    quote: str
    """The figure as written."""
    value: float
    """In base units (6.9万 → 69000); per cent as written."""
    value_max: float | None
    """Upper end of a range."""
    unit: str
    """The counter or currency, `%`, `个百分点`; empty for a pure number."""
    bound: Bound
    """How the text limits the value."""
    modality: Modality
    """Whether it happened, is expected, or is a target."""
    kind: Kind
    """What sort of figure it is."""
    cumulative: bool
    """Whether it was summed up since a beginning."""
    from_value: float | None
    """The former value of a change that names both ends."""
    subject: str
    """What it is of, in the words of the text."""
    place: str | None
    """The place as the text names it."""
    period: str | None
    """The period."""
    sentence: str
    """The sentence."""


class BindingView(Model):
    """What a statement is about."""

    indicator: str
    """Identifier of the indicator."""
    name: Trilingual
    """Its name."""
    measure: Measure
    """What of it is stated."""
    place: str | None
    """Identifier of the place."""
    place_name: Trilingual | None
    """Its name."""
    period: str | None
    """The period."""
    period_text: Trilingual | None
    """The period as it is written."""
    compared_with: str | None
    """For growth and change, what they are reckoned from."""
    compared_text: Trilingual | None
    """The same in words."""
    by: Annotated[str, Field(pattern="^(score|decision)$")]
    """Whether the best candidate was taken or a person decided."""
    place_basis: Basis
    """How the place is known."""
    period_basis: Basis
    """How the period is known."""
    score: float
    """Of the candidate, 0 to 1; 1 for a decision."""
    why: tuple[Trilingual, ...]
    """The parts of the score, or the note of the decision."""
    key: str | None
    """Key of the shown figure that it is about, where the build has it."""


class CandidateView(Model):
    """An indicator that a statement may be about."""

    indicator: str
    """Its identifier."""
    name: Trilingual
    """Its name."""
    measure: Measure
    """What of it the statement would give."""
    score: float
    """0 to 1."""
    why: tuple[Trilingual, ...]
    """The parts of the score."""


class EvidenceView(Model):
    """A value of the build that a statement was held against."""

    value: float
    """In the unit of the statement."""
    value_max: float | None
    """Upper end of a range."""
    bound: Bound
    """Bound of the value."""
    unit: str
    """The statement's unit."""
    text: Trilingual
    """The value as it is written."""
    status: Status
    """Computed, published, estimated or simulated."""
    modality: Modality
    """Whether it happened, was expected, or was a target."""
    sources: tuple[str, ...]
    """Identifiers of its sources."""
    origins: tuple[Trilingual, ...]
    """Who made it: the bodies behind its sources."""
    natures: tuple[Nature, ...]
    """The natures of its sources."""
    independent: bool
    """Whether no source of it meets the text in origin or derivation."""
    relation: Relation
    """How it stands to the statement; only what is `same` decides anything."""
    differs: tuple[Trilingual, ...]
    """For a counterpart, what is different about it."""
    place: str
    """Identifier of its place."""
    outcome: Outcome
    """What it says of the statement; a counterpart says nothing."""
    how: Trilingual
    """How it was made: the observation, or the two levels of a growth rate."""
    period: str
    """Its period."""


class CheckView(Model):
    """One piece of arithmetic between figures of the text."""

    kind: Literal["growth", "share", "sum", "shares"]
    """growth, share, sum or shares."""
    members: tuple[int, ...]
    """Positions of all claims involved."""
    subject: tuple[int, ...]
    """Positions of the claims that it speaks for."""
    outcome: Outcome
    """Whether the figures agree."""
    text: Trilingual
    """The arithmetic in words."""


class ClaimView(Model):
    """A figure of the text with its verdict."""

    i: int
    """Its position among the claims."""
    start: int
    """Offset of its first character in `text`, in UTF-16 code units as JavaScript counts."""
    end: int
    """Offset behind its last character, likewise."""
    quote: str
    """The figure as written."""
    statement: StatementView
    """What the text states."""
    verdict: Verdict
    """The verdict."""
    reason: Trilingual
    """Why, in one sentence; `evidence` and `binding` hold the same in parts."""
    reason_code: str
    """A stable key of the sentence, by which programs tell cases apart."""
    binding: BindingView | None
    """What it is about; null where that is open."""
    candidates: tuple[CandidateView, ...]
    """What it may be about, best first, at most five."""
    ambiguous: bool
    """Whether a person has to decide between the candidates."""
    verdict_text: Trilingual
    """The verdict in words, with the number of independent origins that support the figure."""
    origins: tuple[Trilingual, ...]
    """Who made the values that support it, as many as are independent of each other."""
    standing: Standing
    """What there is beside it: independent evidence, only counterparts, or nothing."""
    evidence: tuple[EvidenceView, ...]
    """Values of the very same thing, independent ones first."""
    counterparts: tuple[EvidenceView, ...]
    """Where nothing independent is known: values of another period, place or coverage, shown and never support."""
    settled_by: Trilingual | None
    """Where nothing independent is known: which records would settle it."""
    checks: tuple[int, ...]
    """Positions in `checks` of the arithmetic that it takes part in."""
    note: Trilingual | None
    """What a person wrote beside it."""


class Communique(Resource):
    """A text with all its claims."""

    id: str
    """Identifier; empty for a text that was only sent to be read."""
    title: Trilingual
    """Its first line, the same in every language; the declared title of a bulletin."""
    file: str
    """The file."""
    generated: bool
    """Whether it is a bulletin that was written from the same build."""
    date: str | None
    """Date of publication, where the source that it is declares one."""
    sha256: str
    """Hash of its bytes."""
    text: str
    """The text; offsets of claims refer to it."""
    plain: bool
    """Whether the text is what a person reads, rather than markup."""
    claims: tuple[ClaimView, ...]
    """One for each stated figure, in order."""
    checks: tuple[CheckView, ...]
    """The arithmetic within the text."""
    counts: dict[Verdict, int]
    """Number of claims by verdict."""
    standings: dict[Standing, int]
    """Number of claims by what there is beside them."""
    n: int
    """Number of claims."""
    own_sources: tuple[str, ...]
    """Sources that are this very text; what they state is no evidence for it."""
    warnings: tuple[str, ...]
    """Decisions of people that no longer fit the text."""


class ReadRequest(Model):
    """A text to be read and checked."""

    text: Annotated[str, Field(min_length=1, examples=["大湾区高新技术企业超过6.9万家。"])]
    """The text, at most 200,000 characters."""
    name: Annotated[str | None, Field(max_length=200)] = None
    """A title for it."""
