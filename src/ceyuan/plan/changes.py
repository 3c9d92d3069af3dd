"""What changed in a plan between two days: tasks, states, milestones, figures and reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ceyuan.indicators.observations import Observation
from ceyuan.plan.outcome import PartyReport, PlanStatus, TaskStatus
from ceyuan.plan.phrases import phrase, state_words
from ceyuan.wording import Trilingual, figure_words

What = Literal["task", "status", "milestone", "target", "figure", "report"]


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One difference between two days.

    Attributes:
        what: ``task`` (came into the plan or left it), ``status``, ``milestone``, ``target`` (their state), ``figure``
            (the value a target is held against), ``report``.
        task: the task.
        ref: the milestone, the target's figure, or party and period of the report; empty for the task itself.
        old, new: before and after, in words; None where there was or is nothing.
        reason: why it is so now.
    """

    what: What
    task: str
    ref: str
    old: Trilingual | None
    new: Trilingual | None
    reason: Trilingual | None


def compare_plans(old: PlanStatus, new: PlanStatus) -> list[PlanChange]:
    """Everything that differs, in the order of the plan.

    Args:
        old: how it stood on the earlier day.
        new: how the same programme year stands on the later day.
    """
    before = {s.id: s for s in old.tasks}
    after = {s.id: s for s in new.tasks}
    words = state_words()
    gone = [
        PlanChange("task", name, "", words[s.state], None, None)
        for name, s in before.items()
        if name not in after
    ]
    changes = list(gone)
    for name, status in after.items():
        if name in before:
            changes += _task(before[name], status)
        else:
            changes.append(PlanChange("task", name, "", None, words[status.state], status.reason))
    return changes


def _task(old: TaskStatus, new: TaskStatus) -> Iterator[PlanChange]:
    words = state_words()
    if old.state != new.state:
        yield PlanChange("status", new.id, "", words[old.state], words[new.state], new.reason)
    milestones = {m.milestone.id: m for m in old.milestones}
    for m in new.milestones:
        was = milestones.get(m.milestone.id)
        if was is None or was.state != m.state:
            before = None if was is None else _part("milestone", was.state)
            yield PlanChange(
                "milestone", new.id, m.milestone.id, before, _part("milestone", m.state), m.reason
            )
    targets = {t.target.figure: t for t in old.targets}
    for t in new.targets:
        then = targets.get(t.target.figure)
        ref = "/".join(t.target.figure)
        if then is None or then.state != t.state:
            before = None if then is None else _part("target", then.state)
            yield PlanChange("target", new.id, ref, before, _part("target", t.state), t.reason)
        seen = None if then is None else then.current
        if _said(seen) != _said(t.current):
            yield PlanChange("figure", new.id, ref, _said(seen), _said(t.current), t.reason)
    yield from _reports(old, new)


def _part(kind: str, state: str) -> Trilingual:
    return phrase(f"{kind}_state.{state}")


def _said(o: Observation | None) -> Trilingual | None:
    if o is None:
        return None
    return figure_words(o.value, o.unit, bound=o.bound, value_max=o.value_max, modality=o.modality)


def _reports(old: TaskStatus, new: TaskStatus) -> Iterator[PlanChange]:
    words = state_words()
    before = {(r.party, r.period): r for r in old.reports}
    for report in new.reports:
        was = before.get((report.party, report.period))
        if _shown(was) != _shown(report):
            state = None if was is None or was.state == "none" else words[was.state]
            ref = f"{report.party} {report.period}"
            yield PlanChange("report", new.id, ref, state, words[report.state], None)


def _shown(report: PartyReport | None) -> tuple[str, ...]:
    """What of a report can change: its state, and which file is in force."""
    if report is None:
        return ("none", "", "")
    filed, pending = report.in_force, report.pending
    return (
        report.state, "" if filed is None else filed.id,
        "" if pending is None else f"{pending.id} {pending.entry.state}",
    )  # fmt: skip
