"""A bulletin with its notes and verdicts, ready to be printed in any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceyuan.bulletin.checking import check
from ceyuan.bulletin.document import Document
from ceyuan.bulletin.notes import Note, notes_of
from ceyuan.bulletin.words import issue_of, word
from ceyuan.bulletin.writing import Bulletin
from ceyuan.claims.model import Claim, Verdict
from ceyuan.errors import fail
from ceyuan.pipeline.reading import Build
from ceyuan.wording import Language

_WORST_FIRST: tuple[Verdict, ...] = (
    "contradicted", "no_evidence", "not_checkable", "same_origin", "consistent", "supported",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document with what stands behind its figures.

    Attributes:
        document: the document.
        notes: a note for each of its figures, in order.
    """

    document: Document
    notes: tuple[Note, ...]

    @property
    def simulated(self) -> bool:
        """Whether any figure is made of simulated data."""
        return any(note.simulated for note in self.notes)

    @property
    def head(self) -> list[str]:
        """The lines under its title: who issued it and when, and how many of its figures have independent evidence."""
        lines = [self.document.issuer, *issue_of(self.document)]
        checked = [note for note in self.notes if note.independent is not None]
        if checked:
            number = sum(bool(note.independent) for note in checked)
            lines.append(word("evidence", self.document.language, number=number, all=len(checked)))
        return [line for line in lines if line]


def claims_of(build: Build, bulletin: Bulletin) -> dict[str, Claim]:
    """The claim on every figure: the one with the worst verdict of those that state it in the main text."""
    checked = check(build, bulletin.main).by_key
    return {
        key: min(claims, key=lambda c: _WORST_FIRST.index(c.verdict))
        for key, claims in checked.items()
    }


def annotated(
    build: Build, bulletin: Bulletin, language: Language, claims: Mapping[str, Claim]
) -> Annotated:
    """One language of a bulletin with its notes.

    Raises:
        CeyuanError: ``bad-value``, where the workspace does not publish in that language.
    """
    if language not in bulletin.documents:
        raise fail(
            "bad-value",
            f"the bulletin is not written in {language}",
            hint=f"Known: {', '.join(bulletin.documents)}",
        )
    document = bulletin.documents[language]
    return Annotated(document, notes_of(build, document, claims, bulletin.plan))


def annotate(build: Build, bulletin: Bulletin, language: Language) -> Annotated:
    """One language of a bulletin with its notes and verdicts."""
    return annotated(build, bulletin, language, claims_of(build, bulletin))
