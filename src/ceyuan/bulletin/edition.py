"""A bulletin with its notes and verdicts, ready to be printed in any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceyuan.bulletin.checking import check
from ceyuan.bulletin.document import Document
from ceyuan.bulletin.notes import Note, notes_of
from ceyuan.bulletin.writing import Bulletin
from ceyuan.claims.model import Verdict
from ceyuan.pipeline.reading import Build
from ceyuan.wording import Language

_WORST_FIRST: tuple[Verdict, ...] = (
    "contradicted", "no evidence", "not checkable", "consistent within the stated bound", "supported",
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


def verdicts_of(build: Build, bulletin: Bulletin) -> dict[str, Verdict]:
    """The verdict on every figure: the worst of the claims that state it in the Chinese text."""
    found: dict[str, Verdict] = {}
    for key, claims in check(build, bulletin.documents["zh-Hans"]).by_key.items():
        found[key] = min((c.verdict for c in claims), key=_WORST_FIRST.index)
    return found


def annotated(build: Build, bulletin: Bulletin, language: Language, verdicts: Mapping[str, Verdict]) -> Annotated:
    """One language of a bulletin with its notes."""
    document = bulletin.documents[language]
    return Annotated(document, notes_of(build, document, verdicts, bulletin.plan))


def annotate(build: Build, bulletin: Bulletin, language: Language) -> Annotated:
    """One language of a bulletin with its notes and verdicts."""
    return annotated(build, bulletin, language, verdicts_of(build, bulletin))
