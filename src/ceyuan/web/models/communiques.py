"""Texts whose figures are held against the build."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ceyuan.claims.model import Binding, Candidate, Check, Evidence, Standing, Verdict
from ceyuan.errors import Problem
from ceyuan.reader import Statement
from ceyuan.reader.written import Skipped
from ceyuan.web.models.base import Model, Resource, with_words
from ceyuan.wording import Trilingual


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
    sample: bool
    """Whether it is a made-up sample that shows what checking does."""
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
    unreadable: tuple[Problem, ...]
    """Files that could not be read or checked."""


@with_words
class BindingView(Binding):
    """What a statement is about, in words.

    Attributes:
        name: name of the indicator.
        place_name: name of the place.
        period_text: the period as it is written.
        compared_text: what growth and change are reckoned from, in words.
        key: key of the shown figure that it is about, where the build has it.
    """

    name: Trilingual
    place_name: Trilingual | None
    period_text: Trilingual | None
    compared_text: Trilingual | None
    key: str | None


@with_words
class CandidateView(Candidate):
    """An indicator that a statement may be about.

    Attributes:
        name: its name.
    """

    name: Trilingual


@with_words
class EvidenceView(Evidence):
    """A value of the build that a statement was held against.

    Attributes:
        text: the value as it is written.
    """

    text: Trilingual


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
    statement: Statement
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
    rule: str
    """The rule of the workspace that decided about it; empty where none did."""
    reread: str
    """The rule of the workspace that changed how it is read; empty where none did."""


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
    sample: bool
    """Whether it is a made-up sample that shows what checking does."""
    date: str | None
    """Date of publication, where the source that it is declares one."""
    sha256: str
    """Hash of its bytes."""
    text: str
    """The text; offsets of claims refer to it."""
    plain: bool
    """Whether the text is what a person reads, rather than markup."""
    skipped: tuple[Skipped, ...]
    """What the file holds besides and was not read: pictures, comments, pages without text."""
    claims: tuple[ClaimView, ...]
    """One for each stated figure, in order."""
    checks: tuple[Check, ...]
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
