"""Bulletins: texts in which every figure is a reference."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ceyuan.claims.model import Verdict
from ceyuan.web.models.base import Figure, Model, Resource, Unreadable
from ceyuan.wording import Language, Trilingual


class BulletinItem(Model):
    """A bulletin."""

    id: str
    """Identifier."""
    title: Trilingual
    """Title."""
    date: str
    """Day of issue (ISO 8601)."""
    place: str
    """Identifier of the place that it is about."""
    period: str
    """The period that it is about."""
    current: bool
    """Whether it was written from the build that is shown."""


class EditionItem(Model):
    """A published edition of a bulletin, kept as it was."""

    id: str
    """Identifier: the bulletin and the day of issue, parted by `@`."""
    bulletin: str
    """The bulletin."""
    title: Trilingual
    """Title."""
    date: str
    """Day of issue (ISO 8601)."""
    from_build: str
    """The build that it was written from."""


class Bulletins(Resource):
    """The bulletins of the workspace, written from this build, latest first."""

    items: tuple[BulletinItem, ...]
    """The bulletins."""
    editions: tuple[EditionItem, ...]
    """What was published before, latest first."""
    unreadable: tuple[Unreadable, ...]
    """Bulletins that cannot be written, and why."""
    damaged: tuple[Unreadable, ...]
    """Editions that cannot be read any more, and why."""


class Inline(Model):
    """A piece of running text."""

    text: str
    """The words, or the figure as it is written."""
    figure: str | None = None
    """Key of the figure, where it is one; of `figures`, or of `computed`."""
    strong: bool = False
    """Whether it is set in bold."""
    emphasis: bool = False
    """Whether it is emphasised."""
    break_: Annotated[bool, Field(alias="break")] = False
    """Whether it is a forced line break."""


Inlines = tuple[Inline, ...]


class HeadingBlock(Model):
    """A heading."""

    type: Literal["heading"]
    """Always `heading`."""
    level: int
    """1 for the heading of a section."""
    inline: Inlines
    """Its text."""


class ParagraphBlock(Model):
    """A paragraph."""

    type: Literal["paragraph"]
    """Always `paragraph`."""
    inline: Inlines
    """Its text."""


class ListBlock(Model):
    """A list."""

    type: Literal["list"]
    """Always `list`."""
    ordered: bool
    """Whether it is numbered."""
    items: tuple[Inlines, ...]
    """Its items."""
    depths: tuple[int, ...]
    """How deep each item lies, 0 for the outermost."""


class TableBlock(Model):
    """A table."""

    type: Literal["table"]
    """Always `table`."""
    head: tuple[Inlines, ...]
    """Cells of its head."""
    rows: tuple[tuple[Inlines, ...], ...]
    """Cells of its rows."""


class ChartRow(Model):
    """A mark of a chart."""

    label: str
    """What stands beside it."""
    figure: str
    """Key of its figure."""
    text: str
    """The figure as it is written."""


class ChartBlock(Model):
    """A drawing."""

    type: Literal["chart", "map"]
    """`map` where it is drawn on land."""
    id: str
    """Its identifier."""
    kind: str
    """bars, lines or map."""
    title: str
    """What it shows."""
    note: str
    """What stands below it; empty where nothing does."""
    svg: str
    """The drawing, as an SVG document."""
    rows: tuple[ChartRow, ...]
    """What is drawn, for those who read instead of looking."""


Block = Annotated[HeadingBlock | ParagraphBlock | ListBlock | TableBlock | ChartBlock, Field(discriminator="type")]


class Computed(Model):
    """A figure that the bulletin computes of others."""

    how: str
    """change, growth, streak or plan."""
    value: float | None
    """Its value."""
    unit: str
    """Its unit."""
    text: str
    """The value as it is written."""
    inputs: tuple[str, ...]
    """Keys of the figures that it was made of."""


class NoteLine(Model):
    """One thing that is known of a figure."""

    label: str
    """What it is: definition, kind, source, wording of the source, lineage, verdict."""
    text: str
    """In words."""


class NoteView(Model):
    """What stands behind a figure, in words."""

    number: int
    """Its number in the text."""
    key: str
    """Key of the figure."""
    heading: str
    """Indicator, place and period."""
    text: str
    """The figure as it is written."""
    lines: tuple[NoteLine, ...]
    """What is known of it."""
    simulated: bool
    """Whether it is made of simulated data."""


class DocumentView(Model):
    """A bulletin in one language."""

    title: str
    """Title."""
    subtitle: str
    """A line below it; empty where there is none."""
    issuer: str
    """Who issues it; empty where nobody is named."""
    date: str
    """Day of issue."""
    blocks: tuple[Block, ...]
    """The text."""
    keys: tuple[str, ...]
    """Every figure in order of first reference."""
    computed: dict[str, Computed]
    """Figures that the bulletin computes, by key."""
    notes: tuple[NoteView, ...] = ()
    """A note for each figure, in the same order; none for an edition, which keeps them in `figures`."""


class BulletinPage(Resource):
    """A bulletin in all languages."""

    id: str
    """Identifier."""
    title: Trilingual
    """Title."""
    date: str
    """Day of issue."""
    current: bool
    """Whether it was written from the build that is shown."""
    documents: dict[Language, DocumentView]
    """The text by language: `en`, `zh-Hans`, `zh-Hant`."""
    figures: dict[str, Figure]
    """Every observation that is referred to, by key; those below computed ones, too."""
    verdicts: dict[str, Verdict]
    """What holding the Chinese text against the build said of each figure, by key."""


class Said(Model):
    """A figure as an edition stated it."""

    text: Trilingual
    """As it was written."""
    value: float | None
    """Its value."""
    unit: str
    """Its unit."""
    how: str
    """What was computed, for a figure of the bulletin's own; empty otherwise."""
    now: Figure | None
    """The figure that the build of today shows for it; null where it has none, and for computed ones."""
    changed: bool
    """Whether today's figure has another value or bound."""


class EditionPage(Resource):
    """A published edition in all languages; `build` is the one of today, which its figures are held against."""

    id: str
    """Identifier."""
    bulletin: str
    """The bulletin."""
    title: Trilingual
    """Title."""
    date: str
    """Day of issue."""
    from_build: str
    """The build that it was written from."""
    documents: dict[Language, DocumentView]
    """The text by language."""
    figures: dict[str, Said]
    """Every figure as it was stated, by key."""
