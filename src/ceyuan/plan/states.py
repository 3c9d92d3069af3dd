"""The states of a report: which may follow which, what is locked, and what was known on a day.

::

    draft ──→ submitted ──→ approved (locked)
                 ↑    │
                 └─ returned

An approved report is locked: its last entry carries a hash of everything else in the file. It is replaced only by a
report that names it (``supersedes``) and says why; until that one is approved itself, the old one stays in force.

What a newspaper tells of a party's progress is no report of that party: it stands as ``public`` beside its reports, and
nothing follows on it. Once the party reports for the same period itself, that report counts; the account stays what others said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ceyuan.plan.files import Fault
from ceyuan.plan.model import Report
from ceyuan.plan.spec import Entry, ReportFile, State, day_of

FOLLOWS: dict[State | None, tuple[State, ...]] = {
    None: ("draft", "submitted", "public"),
    "draft": ("submitted",),
    "submitted": ("approved", "returned"),
    "returned": ("submitted",),
    "approved": (),
    "public": (),
}
"""Which state may follow which; ``None`` is the beginning."""


def content_hash(report: ReportFile) -> str:
    """The hash of everything that a report says, its history among it, but for the hash itself.

    >>> said = {"task": "labs", "party": "hongkong", "period": "2026-H1", "text": {"en": "Opened"}}
    >>> report = ReportFile.model_validate({**said, "history": [{"state": "draft", "by": "Li", "on": "2026-07-01"}]})
    >>> content_hash(report) == content_hash(report.model_copy(update={"party": "macao"}))
    False
    """
    said = report.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    for entry in said["history"]:
        entry.pop("content", None)
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def history_faults(report: ReportFile) -> list[Fault]:
    """What is wrong with a history, and whether an approved report was changed since."""
    faults: list[Fault] = []
    before: Entry | None = None
    for position, entry in enumerate(report.history):
        allowed = FOLLOWS[None if before is None else before.state]
        if entry.state not in allowed:
            since = "begin" if before is None else f"follow on {before.state!r}"
            ended = (
                "the party's own report stands beside it"
                if before is not None and before.state == "public"
                else "an approved report is superseded instead"
            )
            also = f"; {' or '.join(map(repr, allowed))} may" if allowed else f"; {ended}"
            faults.append(
                (
                    ("history", position),
                    "plan-illegal-state",
                    f"{entry.state!r} cannot {since}{also}",
                )
            )
        if before is not None and day_of(entry.on) < day_of(before.on):
            message = f"the entry of {entry.on} stands after the one of {before.on}"
            faults.append((("history", position), "plan-illegal-state", message))
        if (entry.state == "returned") != (entry.reason is not None):
            faults.append(
                (
                    ("history", position),
                    "plan-illegal-state",
                    "`reason` belongs to `returned`, which needs one",
                )
            )
        if (entry.state == "approved") != (entry.content is not None):
            faults.append(
                (
                    ("history", position),
                    "plan-illegal-state",
                    "`content` belongs to `approved`, which needs one",
                )
            )
        before = entry
    last = report.history[-1]
    if last.content is not None and last.content != content_hash(report):
        message = f"it was approved on {last.on} and changed since (hash {content_hash(report)}, not {last.content})"
        faults.append((("history", len(report.history) - 1), "plan-report-changed", message))
    return faults


def as_of(report: Report, day: date) -> Report | None:
    """A report with its history up to a day; None where there was none yet."""
    known = tuple(entry for entry in report.spec.history if day_of(entry.on) <= day)
    if not known:
        return None
    return Report(report.id, report.spec.model_copy(update={"history": known}))


@dataclass(frozen=True, slots=True)
class Filing:
    """What one party has filed on one task for one period, as of a day.

    Attributes:
        in_force: the report that counts: the last approved one, otherwise the one that was submitted; None for none.
        pending: a later report that does not count yet (a draft, a returned one, one that will supersede).
    """

    in_force: Report | None
    pending: Report | None


def filing_on(reports: Iterable[Report], day: date) -> Filing:
    """What counts among the reports of one task, party and period on a day.

    Args:
        reports: the reports of one key; each but one supersedes another.
        day: the day.
    """
    known = [found for r in reports if (found := as_of(r, day)) is not None and not found.is_public]
    by_id = {r.id: r for r in known}
    known.sort(key=lambda r: _depth(r, by_id))
    approved = [r for r in known if r.entry.state == "approved"]
    in_force = approved[-1] if approved else next((r for r in reversed(known) if r.counts), None)
    pending = known[-1] if known and known[-1] is not in_force else None
    return Filing(in_force, pending)


def _depth(report: Report, by_id: dict[str, Report]) -> int:
    """How many reports it supersedes, one after the other; a circle counts once around."""
    seen: set[str] = set()
    here: Report | None = report
    while here is not None and here.spec.supersedes is not None and here.id not in seen:
        seen.add(here.id)
        here = by_id.get(here.spec.supersedes.report)
    return len(seen)
