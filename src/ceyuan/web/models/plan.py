"""The plan: what was agreed, what was reported, and what the figures say of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ceyuan.bounds import Bound
from ceyuan.plan.outcome import Agreement, MilestoneState, TargetState
from ceyuan.plan.spec import Basis, Direction, ReportState, State, TaskState
from ceyuan.plan.views import EventKind
from ceyuan.web.models.base import Figure, Model, Resource
from ceyuan.web.models.overview import Named
from ceyuan.wording import Trilingual


class SomeText(Model):
    """A text in those of the three languages that it was written in."""

    en: str | None = None
    """English."""
    zh_hans: Annotated[str | None, Field(alias="zh-Hans")] = None
    """Simplified Chinese."""
    zh_hant: Annotated[str | None, Field(alias="zh-Hant")] = None
    """Traditional Chinese."""


class EvidenceNote(Model):
    """Where something is stated."""

    source: str | None = None
    """Identifier of a source."""
    document: str | None = None
    """A document that is no source of the workspace."""
    locator: str | None = None
    """Where in it."""
    quote: str | None = None
    """Its words."""


class Baseline(Model):
    """Where a target started."""

    value: float
    """The value."""
    unit: str
    """Its unit."""
    period: str
    """When it held."""
    evidence: EvidenceNote | None = None
    """Where it is stated."""


class TargetValue(Model):
    """The value that is aimed at."""

    value: float
    """As stated."""
    unit: str
    """Its unit."""
    bound: Bound | None
    """How it binds: at least, more than …"""
    in_indicator_unit: float | None
    """The value in the unit of the indicator."""
    text: Trilingual
    """As it is written."""


class TargetView(Model):
    """A target of a task."""

    figure: str
    """Key of the figure that will decide."""
    indicator: str
    """The indicator."""
    name: Trilingual
    """Its name."""
    place: str
    """The place."""
    place_name: Trilingual
    """Its name."""
    period: str
    """When the value is to be reached."""
    target: TargetValue | None
    """What is aimed at; null where it is only watched."""
    baseline: Baseline | None
    """Where it started."""
    basis: Basis | None
    """Annual, cumulative, or a level."""
    direction: Direction | None
    """Which way is better."""
    status: TargetState
    """How it stands."""
    reason: Trilingual
    """Why."""
    current: str | None
    """Key of the figure that was looked at."""
    expected: float | None
    """The value on the straight line from baseline to target, in the indicator's unit."""
    expected_text: Trilingual | None
    """The same as it is written."""
    evidence: EvidenceNote | None
    """Where it is stated."""
    note: Trilingual | None
    """Anything a reader must know."""


class MilestoneView(Model):
    """A milestone of a task."""

    id: str
    """Identifier within the task."""
    name: Trilingual
    """Its name."""
    due: str | None
    """The day."""
    party: str
    """Who delivers."""
    deliverable: Trilingual | None
    """What there is then."""
    evidence: EvidenceNote | None
    """Where it is stated."""
    status: MilestoneState
    """How it stands."""
    reason: Trilingual
    """Why."""
    reached_on: str | None
    """When it was reached, as reported."""
    report: str | None
    """The report that says so."""


class ReportEntry(Model):
    """A step in the history of a report."""

    state: State
    """The state from then on."""
    by: str
    """Who did it."""
    on: str
    """When."""
    reason: str | None = None
    """Why it was returned."""
    content: str | None = None
    """Hash of what was in it then."""


class ReportValue(Model):
    """A value that a report states."""

    indicator: str
    """The indicator."""
    place: str
    """The place."""
    period: str
    """The period."""
    value: float
    """The value."""
    unit: str
    """Its unit."""
    bound: Bound
    """How it is limited."""
    evidence: EvidenceNote
    """Where it is stated."""
    note: Trilingual | None = None
    """Anything a reader must know."""


class ReportReached(Model):
    """A milestone that a report says was reached."""

    milestone: str
    """The milestone."""
    on: str
    """When."""
    evidence: EvidenceNote
    """What shows it."""


class SupersededReport(Model):
    """An earlier report that this one replaces."""

    report: str
    """The report."""
    reason: str
    """Why."""


class FiledReport(Model):
    """A report in the state that it is in."""

    id: str
    """Folder and name of its file."""
    file: str
    """The file."""
    state: State
    """Draft, submitted, returned or approved."""
    history: tuple[ReportEntry, ...]
    """What happened to it."""
    text: SomeText
    """What was done."""
    difficulties: SomeText | None
    """What stands in the way."""
    next_steps: SomeText | None
    """What comes next."""
    values: tuple[ReportValue, ...]
    """Values that it states."""
    reached: tuple[ReportReached, ...]
    """Milestones that it says were reached."""
    supersedes: SupersededReport | None
    """The report that it replaces."""


class ReportView(Model):
    """What a party has filed on a task for a period."""

    party: str
    """The party."""
    period: str
    """The reporting period."""
    period_text: Trilingual
    """The period as it is written."""
    state: ReportState
    """State of the report that counts, otherwise of the one that is being written, otherwise `none`."""
    awaited: bool
    """Whether it should be there by now."""
    missing: bool
    """Whether it is awaited and not there."""
    due: str | None
    """The day by which it is due."""
    in_force: FiledReport | None
    """The report that counts."""
    pending: FiledReport | None
    """The one that does not count yet."""


class StatedValue(Model):
    """A value that a report in force states, held against the build."""

    figure: str
    """Key of the figure that it is about."""
    value: float
    """The value."""
    unit: str
    """Its unit."""
    bound: Bound
    """How it is limited."""
    text: Trilingual
    """The value as it is written."""
    evidence: EvidenceNote
    """Where it is stated."""
    party: str
    """Who reports it."""
    report: str
    """The report."""
    agreement: Agreement
    """Whether the build agrees."""
    observation: str | None
    """Key of the figure of the build."""


class TaskView(Model):
    """A key task."""

    id: str
    """Identifier."""
    number: str | None
    """Its number in the official list."""
    year: int
    """Programme year in which it begins."""
    through: int | None
    """Last programme year, if it runs on."""
    name: Trilingual
    """Its name."""
    lead: str
    """The party that leads."""
    partners: tuple[str, ...]
    """Parties that take part."""
    field: str | None
    """Field of work."""
    mechanism: str | None
    """Mechanism."""
    why: Trilingual | None
    """What it is for."""
    note: Trilingual | None
    """Anything a reader must know."""
    evidence: tuple[EvidenceNote, ...]
    """Where it is stated."""
    status: TaskState
    """How it stands."""
    reason: Trilingual
    """What decided."""
    depends: tuple[str, ...]
    """Tasks that must go ahead first."""
    blocked_by: tuple[str, ...]
    """Of these, the ones that are late or at risk."""
    milestones: tuple[MilestoneView, ...]
    """Milestones."""
    targets: tuple[TargetView, ...]
    """Targets."""
    reports: tuple[ReportView, ...]
    """Reports by party and period."""
    stated: tuple[StatedValue, ...]
    """Values that its reports state."""


class GroupView(Model):
    """Tasks that have something in common."""

    id: str
    """The party, field or mechanism."""
    name: Trilingual
    """What it is called."""
    tasks: int
    """How many tasks there are."""
    status: dict[TaskState, int]
    """How many are in each state."""
    leads: int
    """For a party, how many it leads."""
    reports_awaited: int
    """Reports that should be there by now."""
    reports_filed: int
    """How many of these are."""


class Summaries(Model):
    """The tasks counted."""

    status: dict[TaskState, int]
    """By state."""
    party: tuple[GroupView, ...]
    """By party."""
    field: tuple[GroupView, ...]
    """By field of work."""
    mechanism: tuple[GroupView, ...]
    """By mechanism."""


class EventView(Model):
    """Something that lies on a day."""

    on: str
    """The day."""
    kind: EventKind
    """What it is."""
    task: str | None
    """The task; null for the year as a whole."""
    party: str | None
    """Whose it is."""
    name: Trilingual
    """In words."""
    ref: str
    """The milestone, the reporting period, or the target's indicator."""
    state: str
    """State of the milestone or target; for reports whether all are filed."""


class Proposal(Model):
    """A proposal for a later year."""

    id: str
    """Identifier."""
    year: int
    """The programme year it is meant for."""
    party: str
    """Who proposes it."""
    on: str
    """When."""
    name: Trilingual
    """Its name."""
    why: Trilingual | None = None
    """What it is for."""
    field: str | None = None
    """Field of work."""
    mechanism: str | None = None
    """Mechanism."""
    follows: str | None = None
    """The task that it carries on."""
    evidence: EvidenceNote | None = None
    """Where it is stated."""


class StateNames(Model):
    """What states are called, by state."""

    task: dict[TaskState, Trilingual]
    """States of tasks."""
    report: dict[ReportState, Trilingual]
    """States of reports; `none` where there is none."""
    milestone: dict[MilestoneState, Trilingual]
    """States of milestones."""
    target: dict[TargetState, Trilingual]
    """States of targets."""


class PlanPage(Resource):
    """A programme year as of a day."""

    year: int | None
    """The programme year; null where the workspace has no plan."""
    years: tuple[int, ...]
    """All programme years."""
    as_of: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The day."""
    latest: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The last day that can be asked about: today, or the day of publication."""
    figures_build: str | None
    """The build that was current on the day, from which the figures are; null where there was none."""
    agreed: str | None
    """When the year's tasks were agreed."""
    reporting: tuple[str, ...]
    """The reporting periods."""
    note: Trilingual | None
    """Anything a reader must know."""
    evidence: EvidenceNote | None
    """Where it is stated."""
    states: StateNames
    """What states are called."""
    parties: tuple[Named, ...]
    """The parties."""
    fields: tuple[Named, ...]
    """Fields of work."""
    mechanisms: tuple[Named, ...]
    """Mechanisms."""
    tasks: tuple[TaskView, ...]
    """The tasks, in the order of the plan."""
    summaries: Summaries | None
    """The tasks counted."""
    timeline: tuple[EventView, ...]
    """What lies on which day."""
    proposals: tuple[Proposal, ...]
    """Proposals for later years."""
    figures: dict[str, Figure]
    """The figures of all targets and stated values, of all periods, by key."""
