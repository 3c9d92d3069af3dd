"""A programme year as the workbook that departments pass round: one row a task.

The first columns are those of such tables; behind them stand the columns without which a row could not find its way back.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ceyuan.periods import parse_period
from ceyuan.plan.outcome import PlanStatus, TargetStatus, TaskStatus
from ceyuan.plan.phrases import in_language, state_words
from ceyuan.plan.spec import Texts, day_of
from ceyuan.wording import date_text, figure_words, period_words, printable

COMPLETION = "completion"
"""The milestone that a row's deadline becomes."""
COLUMNS: Mapping[str, str] = {
    "number": "序号", "name": "重点任务", "lead": "牵头单位", "partners": "配合单位", "units": "具体责任单位",
    "goal": "主要目标", "due": "完成时限", "progress": "进展情况", "difficulties": "存在问题", "next_steps": "下一步工作",
    "status": "当前状态", "field": "工作领域", "mechanism": "工作机制", "why": "目的意义",
    "name_hant": "任务名称（繁体）", "name_en": "任务名称（英文）",
    "why_hant": "目的意义（繁体）", "why_en": "目的意义（英文）", "id": "任务标识",
}  # fmt: skip
"""Headings by what the column holds, in order."""
_WIDTHS = {"name": 36, "goal": 44, "progress": 48, "difficulties": 30, "next_steps": 30, "why": 30}


def workbook_rows(status: PlanStatus) -> list[dict[str, str]]:
    """The rows of the workbook, by what each column holds."""
    return [_row(status, s) for s in status.tasks]


def _row(status: PlanStatus, found: TaskStatus) -> dict[str, str]:
    task, config = found.task, status.plan.config
    topics = {t.id: t.name.zh_hans for t in (*config.fields, *config.mechanisms)}
    row = {
        "number": task.number, "name": task.name.zh_hans, "lead": _sides(status, task.leads),
        "partners": _sides(status, (*task.partners, *task.cities)),
        "units": "、".join(unit.name.zh_hans for unit in task.units), "goal": _goal(status, found), "due": _due(found),
        "status": state_words()[found.state].zh_hans, "field": topics.get(task.field or ""),
        "mechanism": topics.get(task.mechanism or ""), "why": task.why and task.why.zh_hans, "name_hant": task.name.zh_hant,
        "name_en": task.name.en, "why_hant": task.why and task.why.zh_hant, "why_en": task.why and task.why.en, "id": task.id,
        **_progress(found),
    }  # fmt: skip
    return {name: row.get(name) or "" for name in COLUMNS}


def _sides(status: PlanStatus, sides: tuple[str, ...]) -> str:
    return "、".join(status.figures.party_name(side).zh_hans for side in sides)


def _goal(status: PlanStatus, found: TaskStatus) -> str:
    """What is aimed at: target values, then what milestones deliver."""
    goals = [_aim(status, t) for t in found.targets if t.target.value is not None]
    for m in found.milestones:
        text = m.milestone.deliverable or (
            None if m.milestone.id == COMPLETION else m.milestone.name
        )
        goals += [text.zh_hans] if text else []
    return "；".join(goals)


def _aim(status: PlanStatus, found: TargetStatus) -> str:
    target, figures = found.target, status.figures
    aim = figure_words(target.value, target.unit or "", bound=target.bound or "eq").zh_hans
    where = f"{figures.place_name(target.place).zh_hans}，{period_words(target.period).zh_hans}"
    return f"{figures.indicator_name(target.indicator).zh_hans}（{where}）{aim}"


def _due(found: TaskStatus) -> str:
    """The last date of a milestone; where there is none, the end of the last target's period."""
    days = [day_of(m.milestone.due) for m in found.milestones if m.milestone.due is not None]
    if not days:
        days = [
            parse_period(t.target.period).end for t in found.targets if t.target.value is not None
        ]
    return date_text(max(days), "zh-Hans") if days else ""


def _progress(found: TaskStatus) -> dict[str, str]:
    """What the lead last reported, drafts among it."""
    own = [r for r in found.reports if r.party == found.task.lead]
    filed = [f for r in own if (f := r.in_force or r.pending) is not None]
    if not filed:
        return {}
    spec = filed[-1].spec
    return {
        "progress": _said(spec.text),
        "difficulties": _said(spec.difficulties),
        "next_steps": _said(spec.next_steps),
    }


def _said(text: Texts | None) -> str:
    return "" if text is None else in_language(text, "zh-Hans")


def workbook_bytes(status: PlanStatus) -> bytes:
    """The workbook as a file."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = f"{status.year}年重点任务"
    sheet.append(list(COLUMNS.values()))
    for row in workbook_rows(status):
        sheet.append([printable(text) for text in row.values()])
    wrapped = Alignment(wrap_text=True, vertical="top")
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = wrapped
            cell.data_type = "s"  # "=1+1" in a text is no formula
    for position, name in enumerate(COLUMNS, 1):
        sheet.cell(1, position).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(name, 16)
    sheet.freeze_panes = "C2"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()
