"""A bulletin as other programs read it: the site, its JSON, the archive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter

from ceyuan.bulletin.document import Chart, Document, Heading, Listing, Paragraph, Table
from ceyuan.bulletin.notes import Note
from ceyuan.bulletin.vocabulary import written


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure that the bulletin computes of others, or the words of a report.

    Attributes:
        how: ``change``, ``growth``, ``streak`` or ``plan``; ``report`` for a party's own words.
        value: its value; None for words.
        unit: its unit.
        text: the value as it is written.
        inputs: keys of the figures that it was made of.
    """

    how: str
    value: float | None
    unit: str
    text: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """A bulletin in one language.

    Attributes:
        title: title.
        subtitle: a line below it; empty where there is none.
        issuer: who issues it; empty where nobody is named.
        date: day of issue.
        build: the build that its figures come from.
        blocks: the text.
        keys: every figure in order of first reference; each is the key of a shown observation or of a computed figure.
        computed: figures that the bulletin computes, by key.
        notes: a note for each figure, in the same order; none for an edition, which keeps its figures by themselves.
    """

    title: str
    subtitle: str
    issuer: str
    date: dt.date
    build: str
    blocks: tuple[
        Annotated[Heading | Paragraph | Listing | Table | Chart, Field(discriminator="type")], ...
    ]
    keys: tuple[str, ...]
    computed: dict[str, Computed]
    notes: tuple[Note, ...] = ()


_EXPORTED = TypeAdapter(Exported)


def of_document(document: Document, notes: tuple[Note, ...] = ()) -> Exported:
    """A document with its notes, if they are asked for."""
    computed = {}
    for key, f in document.figures.items():
        if f.observation is None:
            inputs = tuple(i.key for i in f.inputs)
            text = written(f, document.language)
            computed[key] = Computed(f.how, f.value, f.unit, text, inputs)
    return Exported(
        document.title, document.subtitle, document.issuer, document.day, document.build, document.blocks,
        tuple(document.figures), computed, notes,
    )  # fmt: skip


def as_json(document: Document) -> bytes:
    """A document as JSON, without notes."""
    return (
        _EXPORTED.dump_json(of_document(document), indent=2, by_alias=True, exclude={"notes"})
        + b"\n"
    )


def read_json(content: bytes) -> Exported:
    """A document that :func:`as_json` wrote, or an earlier Ceyuan.

    Raises:
        ValueError: if it is none.
    """
    return _EXPORTED.validate_json(content)
