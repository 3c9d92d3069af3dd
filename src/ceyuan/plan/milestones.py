"""How a milestone stands: its date against the reports that count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ceyuan.plan.figures import Figures
from ceyuan.plan.outcome import MilestoneState, MilestoneStatus, PartyReport
from ceyuan.plan.phrases import Part, days_words, phrase, when_words
from ceyuan.plan.spec import Milestone, Reached, TaskFile, day_of
from ceyuan.wording import day_words


def milestone_status(
    task: TaskFile,
    milestone: Milestone,
    reports: Iterable[PartyReport],
    figures: Figures,
    day: date,
    warn_days: int,
) -> MilestoneStatus:
    """How a milestone stands on a day.

    Args:
        task: its task.
        milestone: the milestone.
        reports: the reports on the task; those that count say whether it is reached.
        figures: for names.
        day: the day.
        warn_days: how long before its date it is due soon.
    """
    party = milestone.party or task.lead
    parts: dict[str, Part] = {"name": milestone.name, "party": figures.party_name(party)}
    due = None if milestone.due is None else day_of(milestone.due)
    if due is not None:
        parts |= {
            "due": day_words(due),
            "late": days_words((day - due).days),
            "left": days_words((due - day).days),
        }
    found = _reached(milestone, task.deliverers(milestone), reports, day)
    if found is not None:
        reached, report = found
        late = due is not None and day_of(reached.on) > due
        key: MilestoneState = "reached_late" if late else "reached"
        reason = phrase(f"milestone.{key}", day=when_words(reached.on), **parts)
        return MilestoneStatus(milestone, party, key, reason, reached.on, report)
    if due is None:
        return MilestoneStatus(milestone, party, "open", phrase("milestone.undated", **parts))
    state: MilestoneState = (
        "overdue" if due < day else "due_soon" if (due - day).days <= warn_days else "open"
    )
    return MilestoneStatus(milestone, party, state, phrase(f"milestone.{state}", **parts))


def _reached(
    milestone: Milestone, deliverers: tuple[str, ...], reports: Iterable[PartyReport], day: date
) -> tuple[Reached, str] | None:
    """The first report that counts and says that the milestone was reached by a day."""
    for report in reports:
        filed = report.in_force
        if filed is None or report.party not in deliverers:
            continue
        for reached in filed.spec.reached:
            if reached.milestone == milestone.id and day_of(reached.on) <= day:
                return reached, filed.id
    return None
