"""What the site says about the observatory as a whole."""

from __future__ import annotations

from typing import Literal

from ceyuan.plan.spec import TaskState
from ceyuan.web.models.base import Figure, Model, Resource
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Direction


class Named(Model):
    """An identifier with its name."""

    id: str
    """The identifier."""
    name: Trilingual
    """The name."""


class BuildInfo(Model):
    """A build of the workspace."""

    id: str
    """Its identifier."""
    created: str
    """When it was made (ISO 8601, UTC)."""
    ceyuan: str
    """Version of Ceyuan that made it."""
    current: bool
    """Whether it is the current one."""
    observations: int
    """Number of its observations, missing ones among them, simulated ones not."""
    changes: int
    """Number of differences to the build before."""


class WorkspaceInfo(Model):
    """The workspace."""

    id: str
    """Its identifier."""
    name: Trilingual
    """What the observatory is called."""
    description: Trilingual | None
    """One paragraph on what it observes."""
    languages: tuple[Literal["en", "zh-Hans", "zh-Hant"], ...]
    """Languages of what is published, the main one first."""
    parties: tuple[Named, ...]
    """The sides that co-build the centre."""
    home: tuple[str, ...]
    """Identifiers of the places that it is about: those of the headlines."""
    docs: str | None
    """Where the documentation is published, if the workspace says so."""


class Features(Model):
    """Which parts of the site have something to show."""

    clusters: bool
    """Innovation clusters."""
    claims: bool
    """Checked texts."""
    composites: bool
    """Composite indices."""
    plan: bool
    """A plan with tasks."""
    bulletins: bool
    """Bulletins."""
    team: bool
    """A team whose sides sign in here; never on a published site."""


class Meta(Resource):
    """Who answers, from which build, with what."""

    version: str
    """Version of Ceyuan."""
    created: str
    """When the build was made (ISO 8601, UTC)."""
    workspace: WorkspaceInfo
    """The workspace."""
    builds: tuple[BuildInfo, ...]
    """All builds, newest first."""
    features: Features
    """Which parts have something to show."""
    simulated: bool
    """Whether any source is made up; such figures say so, too."""


class Compared(Model):
    """A value that stands beside others of its indicator."""

    name: Trilingual
    """Name of the place."""
    figure: Figure
    """Its value of the same period, or of the last one before it that has one."""
    short: Trilingual
    """The value without the noun that it counts, which the indicator's name says already."""


class Headline(Model):
    """A figure that is shown first."""

    figure: Figure
    """The latest value."""
    name: Trilingual
    """Name of the indicator."""
    place_name: Trilingual
    """Name of the place."""
    direction: Direction
    """Which way is better."""
    series: tuple[Figure, ...]
    """All values of the same place and grain, oldest first."""
    compared: tuple[Compared, ...]
    """The latest value itself, then those of the workspace's peers that have one, in its order."""
    sources: tuple[Named, ...]
    """The sources of the latest value, with their titles."""
    witnesses: int
    """How many origins that are independent of each other know a value for this place and period."""


class Change(Model):
    """A difference to the build before."""

    what: Literal["added", "gone", "changed"]
    """What happened to the figure."""
    key: str
    """Key of the figure, as it is when it is shown."""
    indicator: str
    """Identifier of the indicator."""
    name: Trilingual
    """Name of the indicator."""
    place: str
    """Identifier of the place."""
    place_name: Trilingual
    """Name of the place."""
    period: str
    """The period."""
    breakdown: str
    """The part of a breakdown, empty for the total."""
    unit: str
    """Unit of the values."""
    before: float | None
    """The value before; null where there was none."""
    after: float | None
    """The value now; null where there is none."""
    before_text: Trilingual | None
    """The value before as it is written."""
    after_text: Trilingual | None
    """The value now as it is written."""
    why: Trilingual | None
    """Why it changed: another definition, another computation, other records."""


class Counts(Model):
    """How much there is."""

    indicators: int
    """Indicators."""
    observations: int
    """Shown figures with a value, those that are simulated left out here and below."""
    missing: int
    """Shown figures without a value, each with its reason."""
    records: int
    """Records."""
    sources: int
    """Sources."""
    simulated: int
    """Shown figures with a value that are simulated."""
    quarantined: int
    """Rows that broke a check."""


class PlanState(Model):
    """The plan in a line."""

    year: str
    """The year it is for."""
    counts: dict[TaskState, int]
    """Number of tasks by state."""


class BulletinLine(Model):
    """The latest bulletin."""

    id: str
    """Its identifier."""
    title: Trilingual
    """Its title."""
    date: str
    """Its date."""


class Overview(Resource):
    """The centre at a glance."""

    headlines: tuple[Headline, ...]
    """Figures that are shown first, in the workspace's order."""
    plan: PlanState | None
    """The plan, where there is one."""
    bulletin: BulletinLine | None
    """The latest bulletin, where there is one."""
    changes: tuple[Change, ...]
    """What changed since the build before, at most 100."""
    changes_count: int
    """How many changes there are."""
    counts: Counts
    """How much there is."""
