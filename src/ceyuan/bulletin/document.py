"""A bulletin as a structured document: headings, paragraphs, lists, tables and charts, with figures inside of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ceyuan.indicators.observations import Observation
from ceyuan.wording import Language


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a bulletin refers to.

    Attributes:
        key: ``indicator/place/period[/breakdown]``, each part percent-encoded; a computed one has ``name(keys)``.
        value: in ``unit``.
        value_max: upper end of a range, else None.
        unit: its unit.
        bound, modality: as the observation has them.
        decimals: how many are written at most, None for all.
        noun: what English counts with it, one and many.
        observation: the observation, None for what the bulletin computes.
        how: what was computed of the inputs: ``change``, ``growth`` or ``streak``; empty for an observation.
        inputs: the figures that a computed one was made of.
        printed: how many decimals of ``unit`` its source printed, all of which are written; None where that is not known.
    """

    key: str
    value: float | None
    value_max: float | None
    unit: str
    bound: str
    modality: str
    decimals: int | None
    noun: tuple[str, str] | None
    observation: Observation | None
    how: str = ""
    inputs: tuple[Figure, ...] = ()
    printed: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Words between figures.

    Attributes:
        text: the words.
        strong, emphasis: how they are set.
    """

    text: str
    strong: bool = False
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure in the running text.

    Attributes:
        key: which figure; see :attr:`Document.figures`.
        text: how it is written here.
        strong, emphasis: how it is set.
    """

    key: str
    text: str
    strong: bool = False
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A forced line break."""

    text: str = "\n"


Inline = Text | Reference | Break
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 1 is that of a section."""

    level: int
    inline: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    inline: Inlines


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, numbered or not.

    Attributes:
        ordered: whether it is numbered.
        items: its items in order, those of lists inside of it among them.
        depths: how deep each item lies, 0 for the list's own.
    """

    ordered: bool
    items: tuple[Inlines, ...]
    depths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the cells of its head and of its rows."""

    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with the figures in it.

    Attributes:
        id: its identifier.
        kind: ``bars``, ``lines`` or ``map``.
        title: what it shows.
        svg: the drawing.
        rows: what is drawn: the label and the figure of each mark, for those who read instead of looking.
        note: what stands below; empty where nothing does.
    """

    id: str
    kind: str
    title: str
    svg: str
    rows: tuple[tuple[str, Reference], ...]
    note: str


Block = Heading | Paragraph | Listing | Table | Chart


@dataclass(frozen=True, slots=True)
class Document:
    """A document in one language.

    Attributes:
        language: its language.
        title, subtitle, issuer: the lines at its head; empty where there is none.
        day: day of issue.
        blocks: what follows.
        figures: every figure that is referred to, in order of first reference.
        build: identifier of the build that they come from.
        issued: whether the day stands at its head.
    """

    language: Language
    title: str
    subtitle: str
    issuer: str
    day: date
    blocks: tuple[Block, ...]
    figures: Mapping[str, Figure]
    build: str
    issued: bool = True
    numbers: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", {key: i for i, key in enumerate(self.figures, start=1)})


def references(blocks: Iterable[Block]) -> Iterator[Reference]:
    """All references in reading order, those of charts included."""
    for block in blocks:
        if isinstance(block, Chart):
            yield from (reference for _, reference in block.rows)
        else:
            for inlines in inlines_of(block):
                yield from (i for i in inlines if isinstance(i, Reference))


def inlines_of(block: Block) -> list[Inlines]:
    """The runs of text of a block, a chart's title and rows left out."""
    if isinstance(block, Heading | Paragraph):
        return [block.inline]
    if isinstance(block, Listing):
        return list(block.items)
    if isinstance(block, Table):
        return [*block.head, *(cell for row in block.rows for cell in row)]
    return []


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a reference stands in the plain text: its offsets in Unicode code points."""

    start: int
    end: int
    reference: Reference


def plain_text(document: Document) -> tuple[str, list[Placed]]:
    """The running text without markup, one line for each block, and where its figures stand."""
    parts: list[str] = [document.title, "\n"]
    length = len(document.title) + 1
    found: list[Placed] = []
    for block in document.blocks:
        for inlines in inlines_of(block):
            for inline in inlines:
                if isinstance(inline, Reference):
                    found.append(Placed(length, length + len(inline.text), inline))
                parts.append(inline.text)
                length += len(inline.text)
            parts.append("\n")
            length += 1
    return "".join(parts), found
