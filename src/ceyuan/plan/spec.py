"""``plan/``: what the files of a plan hold.

::

    plan/plan.yaml                               programme years, fields of work, mechanisms
    plan/tasks/<task>.yaml                       one key task
    plan/reports/<period>/<task>.<party>.yaml    one party's report on one task for one period
    plan/proposals/<proposal>.yaml               what a party proposes for a later year

One file for each task and each report, so that two people who work at the same time meet only where they write about
the same thing.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from ceyuan.bounds import Bound
from ceyuan.periods import parse_period
from ceyuan.wording import Trilingual
from ceyuan.workspace.config import Topic
from ceyuan.workspace.definitions import Direction
from ceyuan.workspace.spec import Id, Spec, spec_field

Aim = Literal["ge", "gt", "le", "lt", "eq"]
"""The bounds that a target may set: "about" decides nothing."""
Basis = Literal["annual", "cumulative", "level"]
State = Literal["draft", "submitted", "returned", "approved", "public"]
"""`public` is no state of a party's report: somebody else published what it is told to have done."""
ReportState = Literal["none", "presented", State]
"""How a party's report stands; `none` where there is none, `presented` where it was given and its text is not published."""
TaskState = Literal[
    "overdue", "not_reported", "at_risk", "in_progress", "on_track", "no_account", "done", "planned"
]
"""How a task stands; always derived."""


def _period(text: str) -> str:
    return parse_period(text).text


def _when(text: str) -> str:
    if parse_period(text).grain not in ("day", "month"):
        raise ValueError(f"{text!r} is neither a day nor a month")
    return text


def day_of(when: str) -> date:
    """The day from which something dated by a day or a month counts: a month counts from its last day.

    >>> day_of("2026-06").isoformat()
    '2026-06-30'
    """
    return parse_period(when).end


PlanPeriod = Annotated[
    str,
    Field(coerce_numbers_to_str=True),
    AfterValidator(_period),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]}, mode="validation"),
]
"""A period in its canonical spelling."""
When = Annotated[str, Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$"), AfterValidator(_when)]
"""A day, or a month where no more is known."""
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_when)]


class Texts(Spec):
    """A text in one or more of the three languages: whoever reports writes in his own."""

    en: str | None = Field(
        None, min_length=1, description="English", examples=["Two laboratories opened"]
    )
    zh_hans: str | None = Field(
        None, alias="zh-Hans", min_length=1, description="Simplified Chinese"
    )
    zh_hant: str | None = Field(
        None, alias="zh-Hant", min_length=1, description="Traditional Chinese"
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any((self.en, self.zh_hans, self.zh_hant)):
            raise ValueError("a text needs at least one of en, zh-Hans, zh-Hant")
        return self


class Evidence(Spec):
    """Where something is stated: a source of ``sources.yaml`` with the place in it, or another document."""

    source: Id | None = spec_field(
        "A source of `sources.yaml`.", good="gba-2026", bad="The article", default=None
    )
    document: str | None = spec_field(
        "A document that is no source of the workspace: its title and number, or its address.",
        good="Notice 2026/14", bad="", default=None, min_length=1,
    )  # fmt: skip
    locator: str | None = spec_field(
        "Where in it.", good="第二篇第4段", bad="", default=None, min_length=1
    )
    quote: str | None = spec_field(
        "The few words that say it, as they stand there.", good="达到9个", bad="", default=None, min_length=1,
        max_length=80,
    )  # fmt: skip

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.source is None and self.document is None:
            raise ValueError("evidence names a `source` or a `document`")
        return self


class Presented(Spec):
    """Reports that were given, at a meeting for example, and whose text is not published."""

    parties: tuple[Id, ...] = spec_field(
        "Who gave one.", good=["guangdong", "hongkong"], bad="everybody", min_length=1
    )
    on: When = spec_field("When.", good="2026-06-18", bad="June")
    evidence: Evidence = spec_field(
        "Where that is stated.", good={"source": "gba-2026-meeting"}, bad="known"
    )


class ProgrammeYear(Spec):
    """A year of the joint programme: when it runs, and for which periods progress is reported."""

    year: int = spec_field("The year, which is its name.", good=2026, bad="next", ge=1000, le=9999)
    start: Day | None = spec_field(
        "First day, if not 1 January.", good="2026-04-01", bad="April", default=None
    )
    end: Day | None = spec_field(
        "Last day, if not 31 December.", good="2027-03-31", bad="March", default=None
    )
    reporting: tuple[PlanPeriod, ...] = spec_field(
        "Periods for which progress is told.", good=["2026-H1", "2026-H2"], bad="half-yearly",
        min_length=1,
    )  # fmt: skip
    duty: Evidence | None = spec_field(
        "Where a source states that every party of a task reports for each of these periods. Without one nobody is asked for "
        "a report, and none is missing.",
        good={"document": "Notice 2026/14", "locator": "§ 5"}, bad="half-yearly", default=None,
    )  # fmt: skip
    presented: tuple[Presented, ...] = spec_field(
        "Reports that were given and whose text is not published.", good=[{"parties": ["macao"], "on": "2026-06-18"}],
        bad="macao", default=(),
    )  # fmt: skip
    report_due_days: int | None = spec_field(
        "Where there is a duty, a report is due so many days after its period; without it a report is awaited once the period "
        "is over, and never late.",
        good=15, bad="soon", default=None, ge=0, le=366,
    )  # fmt: skip
    agreed: When | None = spec_field(
        "When the year's tasks were agreed; before that day they are not in the plan. From the first day if absent.",
        good="2026-06-18", bad="June", default=None,
    )  # fmt: skip
    evidence: Evidence | None = spec_field(
        "Where that is stated.", good={"source": "gba-2026-meeting"}, bad="gba", default=None
    )
    note: Trilingual | None = spec_field(
        "Anything a reader must know.", good={"en": "…"}, bad="…", default=None
    )

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 1, 1) if self.start is None else day_of(self.start)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 12, 31) if self.end is None else day_of(self.end)

    @property
    def known_from(self) -> date:
        """The day from which its tasks are in the plan."""
        return self.first if self.agreed is None else day_of(self.agreed)

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.last < self.first:
            raise ValueError("the year ends before it begins")
        for text in self.reporting:
            period = parse_period(text)
            if period.start is None or not (self.first <= period.end <= self.last):
                raise ValueError(f"the reporting period {text} does not end within the year")
        if len(set(self.reporting)) < len(self.reporting):
            raise ValueError("a reporting period stands twice")
        return self


class PlanFile(Spec):
    """The file ``plan/plan.yaml``."""

    warn_days: int = spec_field(
        "A milestone that is not reached is at risk so many days before it is due.", good=30, bad="a month", default=30,
        ge=0, le=366,
    )  # fmt: skip
    fields: tuple[Topic, ...] = spec_field(
        "Fields of work.", good=[{"id": "talent"}], bad="talent", default=()
    )
    mechanisms: tuple[Topic, ...] = spec_field(
        "Mechanisms of the co-building.", good=[{"id": "joint_funding"}], bad="funding", default=()
    )
    years: tuple[ProgrammeYear, ...] = spec_field(
        "Programme years.", good=[{"year": 2026, "reporting": ["2026"]}], bad=2026, min_length=1
    )


class Milestone(Spec):
    """Something that is to exist by a day."""

    id: Id = spec_field("Identifier within the task.", good="call-open", bad="Call is open")
    name: Trilingual = spec_field(
        "Its name in three languages.", good={"en": "Call opened"}, bad="Call opened"
    )
    due: Day | None = spec_field(
        "The day by which it is due; without one it can be reached, and is never overdue.", good="2026-09-30",
        bad="autumn", default=None,
    )  # fmt: skip
    deliverable: Trilingual | None = spec_field(
        "What there is then.", good={"en": "Call text"}, bad="", default=None
    )
    party: Id | None = spec_field(
        "Who delivers, if not the lead.", good="hongkong", bad="Hong Kong", default=None
    )
    evidence: Evidence | None = spec_field(
        "Where it is stated.", good={"source": "gba-2026"}, bad="x", default=None
    )


class Baseline(Spec):
    """The value from which a target is reckoned."""

    value: float = spec_field("The value.", good=9, bad="nine", allow_inf_nan=False)
    unit: str = spec_field("Its unit.", good="个", bad="pieces?")
    period: PlanPeriod = spec_field("When it held.", good=2025, bad="before")
    evidence: Evidence | None = spec_field(
        "Where it is stated.", good={"source": "gba-2026"}, bad="x", default=None
    )


class PlanTarget(Spec):
    """An indicator that a task is measured by, with the value that is aimed at, if one is stated."""

    indicator: Id = spec_field(
        "The indicator.", good="joint_laboratories_gba", bad="Joint laboratories"
    )
    place: str = spec_field("The place, by its identifier.", good="gba", bad="here")
    period: PlanPeriod = spec_field(
        "The period in which the value is to be reached.", good=2026, bad="soon"
    )
    value: float | None = spec_field(
        "The value aimed at. Without one the indicator is monitored: no target is stated.", good=40, bad="more",
        default=None, allow_inf_nan=False,
    )  # fmt: skip
    unit: str | None = spec_field("Unit of the value.", good="家", bad="pieces?", default=None)
    bound: Aim | None = spec_field(
        "How the value binds: at least, more than …", good="ge", bad=">=", default=None
    )
    direction: Direction | None = spec_field(
        "Which way is better, if not as the indicator says.", good="higher", bad="up", default=None
    )
    basis: Basis | None = spec_field(
        "`annual`: of the period alone; `cumulative`: total since a beginning; `level`: a stock or share. Checked against "
        "the indicator's `cumulative`.",
        good="cumulative", bad="total", default=None,
    )  # fmt: skip
    baseline: Baseline | None = spec_field(
        "Where it started.", good={"value": 35}, bad=35, default=None
    )
    evidence: Evidence | None = spec_field(
        "Where it is stated.", good={"source": "gba-2026"}, bad="x", default=None
    )
    note: Trilingual | None = spec_field(
        "Anything a reader must know.", good={"en": "…"}, bad="…", default=None
    )

    @property
    def figure(self) -> tuple[str, str, str]:
        """Indicator, place and period: the figure that decides."""
        return self.indicator, self.place, self.period

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = [self.value is not None, self.unit is not None, self.bound is not None]
        if any(given) and not all(given):
            raise ValueError("a target has `value`, `unit` and `bound`, or none of them")
        against = {"ge": "lower", "gt": "lower", "le": "higher", "lt": "higher"}.get(
            self.bound or ""
        )
        if self.direction is not None and self.direction == against:
            raise ValueError(
                f"the bound {self.bound!r} contradicts the direction {self.direction!r}"
            )
        return self


class Unit(Spec):
    """A body that is answerable for a task within one of its sides: a department, a bureau, an institute."""

    name: Trilingual = spec_field(
        "What it is called.", good={"zh-Hans": "省科技厅"}, bad="省科技厅"
    )
    side: Id | None = spec_field(
        "Whose it is, if not the lead's.", good="shenzhen", bad="Shenzhen", default=None
    )


class TaskFile(Spec):
    """A file ``plan/tasks/<task>.yaml``: one key task of a programme year."""

    id: Id = spec_field(
        "Identifier, the name of the file.", good="joint-laboratories", bad="Joint laboratories"
    )
    number: str | None = spec_field(
        "Its number in the official list.", good="3.1", bad="", default=None, min_length=1
    )
    year: int = spec_field(
        "Programme year in which it begins.", good=2026, bad="next", ge=1000, le=9999
    )
    through: int | None = spec_field(
        "Last programme year, if it runs on.", good=2030, bad="FYP15", default=None
    )
    name: Trilingual = spec_field(
        "Its name in three languages.", good={"en": "Joint laboratories"}, bad="Laboratories"
    )
    lead: Id = spec_field("The party that leads.", good="guangdong", bad="Guangdong Province")
    co_leads: tuple[Id, ...] = spec_field(
        "Parties that lead it together with the lead.",
        good=["hongkong"],
        bad="hongkong",
        default=(),
    )
    partners: tuple[Id, ...] = spec_field(
        "Parties that take part.", good=["hongkong"], bad="hongkong", default=()
    )
    cities: tuple[Id, ...] = spec_field(
        "Cities that have part as sides of their own, by their places; each lies in a party of the task.",
        good=["shenzhen"], bad="Shenzhen", default=(),
    )  # fmt: skip
    units: tuple[Unit, ...] = spec_field(
        "Bodies that are answerable for it.",
        good=[{"name": {"zh-Hans": "省科技厅"}}],
        bad="省科技厅",
        default=(),
    )
    why: Trilingual | None = spec_field(
        "What it is for.", good={"en": "To pool research"}, bad="", default=None
    )
    field: Id | None = spec_field(
        "Field of work, from `plan.yaml`.", good="basic_research", bad="R&D", default=None
    )
    mechanism: Id | None = spec_field(
        "Mechanism, from `plan.yaml`.", good="joint_laboratories", bad="labs?", default=None
    )
    depends: tuple[Id, ...] = spec_field(
        "Tasks that must go ahead first.", good=["rules"], bad="rules", default=()
    )
    milestones: tuple[Milestone, ...] = spec_field(
        "What is to exist by when.", good=[{"id": "call-open"}], bad="call", default=()
    )
    targets: tuple[PlanTarget, ...] = spec_field(
        "Indicators that it is measured by.",
        good=[{"indicator": "joint_laboratories_gba"}],
        bad="35",
        default=(),
    )
    evidence: tuple[Evidence, ...] = spec_field(
        "Where the task is stated.", good=[{"source": "gba-2026"}], bad="gba-2026", default=()
    )
    note: Trilingual | None = spec_field(
        "Anything a reader must know.", good={"en": "…"}, bad="…", default=None
    )

    @property
    def last_year(self) -> int:
        """The last programme year in which it runs."""
        return self.through or self.year

    @property
    def leads(self) -> tuple[str, ...]:
        """The lead and who leads with it."""
        return (self.lead, *self.co_leads)

    @property
    def parties(self) -> tuple[str, ...]:
        """All its sides, leads first, cities last: everybody who reports on it."""
        return (*self.leads, *self.partners, *self.cities)

    def deliverers(self, milestone: Milestone) -> tuple[str, ...]:
        """Who may say that a milestone is reached: its own side, otherwise whoever leads the task."""
        return self.leads if milestone.party is None else (milestone.party,)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.last_year < self.year:
            raise ValueError("`through` is before `year`")
        if len(set(self.parties)) < len(self.parties):
            raise ValueError("a side stands twice among lead, co-leads, partners and cities")
        for unit in self.units:
            if unit.side is not None and unit.side not in self.parties:
                raise ValueError(
                    f"the unit {unit.name.zh_hans} is of {unit.side!r}, which has no part in the task"
                )
        if len({m.id for m in self.milestones}) < len(self.milestones):
            raise ValueError("two milestones have the same id")
        if len({t.figure for t in self.targets}) < len(self.targets):
            raise ValueError("two targets have the same indicator, place and period")
        return self


class ReportedValue(Spec):
    """A value that a report states, with its evidence."""

    indicator: Id = spec_field("The indicator.", good="joint_laboratories_gba", bad="Laboratories")
    place: str = spec_field("The place, by its identifier.", good="gba", bad="here")
    period: PlanPeriod = spec_field("The period.", good=2026, bad="now")
    value: float = spec_field("The value.", good=36, bad="36家", allow_inf_nan=False)
    unit: str = spec_field("Its unit.", good="家", bad="pieces?")
    bound: Bound = spec_field("How it is bounded.", good="gt", bad=">", default="eq")
    evidence: Evidence = spec_field("Where it is stated.", good={"source": "gba-2026"}, bad="known")
    note: Trilingual | None = spec_field(
        "Anything a reader must know.", good={"en": "…"}, bad="…", default=None
    )


class Reached(Spec):
    """A milestone that a report declares reached."""

    milestone: Id = spec_field("The milestone of the task.", good="call-open", bad="Call")
    on: When = spec_field("When it was reached.", good="2026-09-12", bad="September")
    evidence: Evidence = spec_field(
        "What shows it.", good={"document": "Notice 2026/14"}, bad="seen"
    )


class Entry(Spec):
    """An entry in the history of a report: entries are added, never changed."""

    state: State = spec_field("The state from then on.", good="submitted", bad="sent")
    by: str = spec_field(
        "Who did it.", good="Department of Science and Technology", bad="", min_length=1
    )
    on: When = spec_field("When.", good="2026-07-05", bad="yesterday")
    reason: str | None = spec_field(
        "Why it was returned.", good="No evidence", bad="", default=None, min_length=1
    )
    content: str | None = spec_field(
        "For `approved`: hash of what was approved; `ceyuan plan report --approve` writes it.",
        good="9f2c41d07ab3e856", bad="yes", default=None, pattern=r"^[0-9a-f]{16}$",
    )  # fmt: skip


class Superseded(Spec):
    """The approved report that another one replaces."""

    report: str = spec_field("The report: folder and name of its file without suffix.",
                             good="2026-H1/joint-laboratories.guangdong", bad="the first one")  # fmt: skip
    reason: str = spec_field("Why.", good="A laboratory was counted twice", bad="", min_length=1)


class ReportFile(Spec):
    """A file ``plan/reports/<period>/<task>.<party>.yaml``: what one party reports on one task for one period.

    A report that replaces an approved one has a further part in its name: ``<task>.<party>.2.yaml``.
    """

    task: Id = spec_field("The task.", good="joint-laboratories", bad="Laboratories")
    party: Id = spec_field("The party that reports.", good="guangdong", bad="Guangdong Province")
    period: PlanPeriod = spec_field(
        "The period, one of the year's `reporting`.", good="2026-H1", bad="spring"
    )
    text: Texts = spec_field("What was done.", good={"zh-Hans": "新建联合实验室1家"}, bad="done")
    values: tuple[ReportedValue, ...] = spec_field(
        "Values, each with its evidence.",
        good=[{"indicator": "joint_laboratories_gba"}],
        bad=36,
        default=(),
    )
    reached: tuple[Reached, ...] = spec_field(
        "Milestones that were reached.", good=[{"milestone": "call-open"}], bad="call", default=()
    )
    difficulties: Texts | None = spec_field(
        "What stands in the way.", good={"en": "…"}, bad="none", default=None
    )
    next_steps: Texts | None = spec_field(
        "What comes next.", good={"en": "…"}, bad="none", default=None
    )
    supersedes: Superseded | None = spec_field(
        "The approved report that it replaces.",
        good={"report": "…", "reason": "…"},
        bad="the old one",
        default=None,
    )
    history: tuple[Entry, ...] = spec_field(
        "Its states, oldest first.", good=[{"state": "draft"}], bad="draft", min_length=1
    )

    @property
    def key(self) -> tuple[str, str, str]:
        """Task, party and period."""
        return self.task, self.party, self.period


class ProposalFile(Spec):
    """A file ``plan/proposals/<proposal>.yaml``: a task that a party proposes for a later programme year."""

    id: Id = spec_field("Identifier, the name of the file.", good="joint-fund", bad="Joint fund")
    year: int = spec_field(
        "The programme year it is meant for.", good=2027, bad="next", ge=1000, le=9999
    )
    party: Id = spec_field("Who proposes it.", good="macao", bad="Macao SAR")
    on: When = spec_field("When.", good="2026-11-02", bad="November")
    name: Trilingual = spec_field(
        "Its name in three languages.", good={"en": "Joint fund"}, bad="Joint fund"
    )
    why: Trilingual | None = spec_field(
        "What it is for.", good={"en": "To share risk"}, bad="", default=None
    )
    field: Id | None = spec_field(
        "Field of work, from `plan.yaml`.", good="funding", bad="R&D", default=None
    )
    mechanism: Id | None = spec_field(
        "Mechanism, from `plan.yaml`.", good="joint_funding", bad="fund?", default=None
    )
    follows: Id | None = spec_field(
        "The task that it carries on.", good="joint-scheme", bad="last one", default=None
    )
    evidence: Evidence | None = spec_field(
        "Where it is stated.", good={"source": "gba-2026"}, bad="x", default=None
    )
