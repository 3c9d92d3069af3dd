"""The deadlines of a programme year as a calendar (iCalendar, RFC 5545): milestones, and the days when reports are due."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from ceyuan.plan.outcome import PlanStatus
from ceyuan.plan.phrases import in_language, phrase
from ceyuan.plan.views import Event, timeline
from ceyuan.version import __version__
from ceyuan.wording import Language, Trilingual


def calendar_bytes(
    status: PlanStatus, name: Trilingual, workspace: str, language: Language
) -> bytes:
    """The calendar as a file: one all-day entry for each milestone that is not reached and for each day when reports are due.

    Entries keep their identifier from one export to the next, so that a calendar that is loaded again moves them.

    Args:
        status: how the year stands; a selection of tasks gives the deadlines of these.
        name: what the workspace is called.
        workspace: its identifier.
        language: of titles.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Ceyuan//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{in_language(name, language)} {status.year}")
    names = {s.id: s.task.name for s in status.tasks}
    reasons = {(s.id, m.milestone.id): m.reason for s in status.tasks for m in s.milestones}
    for found in timeline(status):
        due = found.kind == "milestone_due" and found.state not in ("reached", "reached_late")
        if due or (found.kind == "report_due" and found.state != "filed"):
            entry = CalendarEvent()
            entry.add(
                "uid", f"{found.kind}-{found.task or status.year}-{found.ref}@{workspace}.ceyuan"
            )
            entry.add("dtstamp", datetime.combine(status.day, time(), UTC))
            entry.add("dtstart", found.on)
            entry.add("dtend", found.on + timedelta(days=1))
            entry.add("summary", in_language(_title(found, names), language))
            if (reason := reasons.get((found.task or "", found.ref))) is not None:
                entry.add("description", in_language(reason, language))
            entry.add("transp", "TRANSPARENT")
            calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _title(found: Event, names: dict[str, Trilingual]) -> Trilingual:
    if found.task is None:
        return phrase("calendar.report_due", period=found.name)
    return phrase("calendar.milestone_due", task=names[found.task], name=found.name)
