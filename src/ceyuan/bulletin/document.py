"""A bulletin as a structured document: headings, paragraphs, lists, tables and charts, with figures inside of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ceyuan.indicators.observations import Observation
from ceyuan.plan.model import Report
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
        how: what was computed of the inputs: ``change``, ``growth``, ``streak`` or ``plan``; ``report`` for what a party
            reported in its own words; empty for an observation.
        inputs: the figures that a computed one was made of.
        printed: how many decimals of ``unit`` its source printed, all of which are written; None where that is not known.
        fixed: whether all of ``decimals`` are written.
        report: the report whose text stands here instead of a value.
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
    fixed: bool = False
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Inline:
    """A piece of running text: words, a figure as it is written, or a forced line break.

    Attributes:
        text: the words, or the figure as it is written here.
        strong, emphasis: how they are set.
        figure: key of the figure, None for mere words; see :attr:`Document.figures`.
    """

    text: str = "\n"
    strong: bool = False
    emphasis: bool = False
    figure: str | None = None
    line_break: Annotated[
        bool, Field(alias="break", description="Whether it is a forced line break.")
    ] = False


LINE_BREAK = Inline(line_break=True)
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading.

    Attributes:
        level: 1 for the heading of a section.
        inline: its text.
        type: always ``heading``.
    """

    level: int
    inline: Inlines
    type: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph.

    Attributes:
        inline: its text.
        type: always ``paragraph``.
    """

    inline: Inlines
    type: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, numbered or not.

    Attributes:
        ordered: whether it is numbered.
        items: its items in order, those of lists inside of it among them.
        depths: how deep each item lies, 0 for the list's own.
        type: always ``list``.
    """

    ordered: bool
    items: tuple[Inlines, ...]
    depths: tuple[int, ...]
    type: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        head: the cells of its head.
        rows: the cells of its rows.
        type: always ``table``.
    """

    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    type: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A mark of a chart.

    Attributes:
        label: what stands beside it.
        figure: key of its figure.
        text: the figure as it is written.
    """

    label: str
    figure: str
    text: str

    @property
    def inline(self) -> Inline:
        """The figure as running text."""
        return Inline(self.text, figure=self.figure)


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with the figures in it.

    Attributes:
        id: its identifier.
        kind: ``bars``, ``lines`` or ``map``.
        title: what it shows.
        svg: the drawing.
        rows: what is drawn, for those who read instead of looking.
        note: what stands below; empty where nothing does.
        type: ``chart``; ``map`` for maps of editions that an earlier Ceyuan published.
    """

    id: str
    kind: str
    title: str
    svg: str
    rows: tuple[ChartRow, ...]
    note: str
    type: Literal["chart", "map"] = "chart"


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


def references(blocks: Iterable[Block]) -> Iterator[str]:
    """The keys of all figures in reading order, those of charts included."""
    for block in blocks:
        if isinstance(block, Chart):
            yield from (row.figure for row in block.rows)
        else:
            for inlines in inlines_of(block):
                yield from (inline.figure for inline in inlines if inline.figure is not None)


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
class PlacedFigure:
    """Where a figure stands in the plain text: its offsets in Unicode code points, and its key."""

    start: int
    end: int
    figure: str


def plain_text(document: Document) -> tuple[str, list[PlacedFigure]]:
    """The running text without markup, one line for each block, and where its figures stand."""
    parts: list[str] = [document.title, "\n"]
    length = len(document.title) + 1
    found: list[PlacedFigure] = []
    for block in document.blocks:
        for inlines in inlines_of(block):
            for inline in inlines:
                if inline.figure is not None:
                    found.append(PlacedFigure(length, length + len(inline.text), inline.figure))
                parts.append(inline.text)
                length += len(inline.text)
            parts.append("\n")
            length += 1
    return "".join(parts), found
