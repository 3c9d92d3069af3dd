"""Bulletins: texts in which every figure is a reference."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ceyuan.web.models.base import Figure, Model, Resource, Text, Unreadable


class BulletinItem(Model):
    """A bulletin."""

    id: str
    """Identifier."""
    title: Text
    """Title."""
    date: str
    """Day of issue (ISO 8601)."""
    place: str
    """Identifier of the place that it is about."""
    period: str
    """The period that it is about."""
    current: bool
    """Whether it was written from the build that is shown."""


class Bulletins(Resource):
    """The bulletins of the workspace, written from this build, latest first."""

    items: tuple[BulletinItem, ...]
    """The bulletins."""
    unreadable: tuple[Unreadable, ...]
    """Bulletins that cannot be written, and why."""


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
    """change, growth or streak."""
    value: float | None
    """Its value."""
    unit: str
    """Its unit."""
    text: str
    """The value as it is written."""
    inputs: tuple[str, ...]
    """Keys of the figures that it was made of."""


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


class BulletinPage(Resource):
    """A bulletin in all languages."""

    id: str
    """Identifier."""
    title: Text
    """Title."""
    date: str
    """Day of issue."""
    current: bool
    """Whether it was written from the build that is shown."""
    documents: dict[str, DocumentView]
    """The text by language: `en`, `zh-Hans`, `zh-Hant`."""
    figures: dict[str, Figure]
    """Every observation that is referred to, by key; those below computed ones, too."""
