"""What is sent to the addresses of a team. A key that is not named here is refused, so that nobody sets what is not hers."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from ceyuan.plan.spec import (
    Evidence,
    Milestone,
    PlanTarget,
    Reached,
    ReportedValue,
    Texts,
    Unit,
)
from ceyuan.teams.entrance import Scope
from ceyuan.teams.rights import Role
from ceyuan.web.models.base import Model
from ceyuan.wording import Language, Trilingual


def plain(said: BaseModel) -> dict[str, Any]:
    """What was sent or stands in a file, as plain values; why something is replaced is no part of it."""
    return said.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"supersede"})


class SignIn(Model):
    """Name and password."""

    name: str = Field(max_length=80)
    """The account."""
    password: str = Field(max_length=1000)
    """Its password."""


class Follow(Model):
    """A link that works once, and the password that is chosen with it."""

    link: str = Field(max_length=100)
    """What the link ends with."""
    password: str = Field(max_length=1000)
    """The password."""


class BeginSignOn(Model):
    """Signing in with an institution."""

    language: Language
    """The language of the page to come back to."""
    link: str | None = Field(None, max_length=100)
    """What the link of an invitation ends with, where one is followed."""


class NewPassword(Model):
    """One's own password, changed."""

    old: str = Field(max_length=1000)
    """The password until now."""
    new: str = Field(max_length=1000)
    """The password from then on."""


class NewToken(Model):
    """A token for a program."""

    name: str = Field(min_length=1, max_length=200)
    """What it is for."""
    scope: Scope
    """Whether it only reads."""


class ReportContent(Model):
    """What a report says."""

    text: Texts
    """What was done."""
    values: tuple[ReportedValue, ...] = ()
    """Values, each with its evidence."""
    reached: tuple[Reached, ...] = ()
    """Milestones that were reached."""
    difficulties: Texts | None = None
    """What stands in the way."""
    next_steps: Texts | None = None
    """What comes next."""


class NewReport(ReportContent):
    """A report that is begun."""

    task: str = Field(max_length=80)
    """The task."""
    period: str = Field(max_length=40)
    """The reporting period."""
    supersede: str | None = Field(None, min_length=1, max_length=1000)
    """Why the report in force is replaced."""


class TaskContent(Model):
    """What a key task says, as in its file."""

    number: str | None = Field(None, min_length=1, max_length=80)
    """Its number in the official list."""
    year: int
    """Programme year in which it begins."""
    through: int | None = None
    """Last programme year, if it runs on."""
    name: Trilingual
    """Its name."""
    lead: str = Field(max_length=80)
    """The party that leads."""
    co_leads: tuple[str, ...] = ()
    """Parties that lead it together with the lead."""
    partners: tuple[str, ...] = ()
    """Parties that take part."""
    cities: tuple[str, ...] = ()
    """Cities that have part as sides of their own."""
    units: tuple[Unit, ...] = ()
    """Bodies that are answerable for it."""
    why: Trilingual | None = None
    """What it is for."""
    field: str | None = Field(None, max_length=80)
    """Field of work."""
    mechanism: str | None = Field(None, max_length=80)
    """Mechanism."""
    depends: tuple[str, ...] = ()
    """Tasks that must go ahead first."""
    milestones: tuple[Milestone, ...] = ()
    """What is to exist by when."""
    targets: tuple[PlanTarget, ...] = ()
    """Indicators that it is measured by."""
    evidence: tuple[Evidence, ...] = ()
    """Where it is stated."""
    note: Trilingual | None = None
    """Anything a reader must know."""


class NewProposal(TaskContent):
    """A key task that is proposed."""

    id: str = Field(max_length=80)
    """Its identifier."""


class NewYear(Model):
    """A programme year that is opened."""

    year: int
    """The year."""
    start: str | None = Field(None, max_length=10)
    """Its first day, if not 1 January."""
    end: str | None = Field(None, max_length=10)
    """Its last day, if not 31 December."""
    reporting: tuple[str, ...] = Field(min_length=1, max_length=60)
    """Periods for which progress is told."""
    duty: Evidence | None = None
    """Where it is stated that the sides report."""
    report_due_days: int | None = None
    """So many days after its period a report is due."""
    agreed: str | None = Field(None, max_length=10)
    """When its tasks were agreed."""


class Reason(Model):
    """A decision that needs a reason."""

    reason: str = Field(max_length=1000)
    """Why."""


class Nothing(Model):
    """A decision that needs nothing else."""


class Remark(Model):
    """A comment."""

    version: int = Field(ge=1)
    """The version that it is about."""
    text: str = Field(max_length=10_000)
    """What is said."""


class NewAccount(Model):
    """An account of one's own side."""

    name: str = Field(max_length=80)
    """What she signs in with."""
    display: str = Field(min_length=1, max_length=200)
    """The person's name."""
    unit: str = Field("", max_length=200)
    """Her department."""
    roles: tuple[Role, ...]
    """What she may do."""


class AccountChange(Model):
    """What an account may do from then on."""

    roles: tuple[Role, ...] | None = None
    """What she may do; as before if absent."""
    active: bool | None = None
    """Whether she can sign in; as before if absent."""
