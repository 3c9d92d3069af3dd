"""Bulletins: texts in which every figure is a reference."""

from __future__ import annotations

from ceyuan.bulletin.export import Exported
from ceyuan.claims.model import Verdict
from ceyuan.errors import Problem
from ceyuan.web.models.base import Figure, Model, Resource
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
    unreadable: tuple[Problem, ...]
    """Bulletins that cannot be written, and why."""
    damaged: tuple[Problem, ...]
    """Editions that cannot be read any more, and why."""


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
    documents: dict[Language, Exported]
    """The text by language: `en`, `zh-Hans`, `zh-Hant`."""
    figures: dict[str, Figure]
    """Every observation that is referred to, by key; those below computed ones, too."""
    verdicts: dict[str, Verdict]
    """What holding the Chinese text against the build said of each figure, by key."""


class StatedFigure(Model):
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
    documents: dict[Language, Exported]
    """The text by language."""
    figures: dict[str, StatedFigure]
    """Every figure as it was stated, by key."""
