"""A small plan of two parties, beside the small workspace, and the figures that it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ceyuan.errors import Problem
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.types import INDICATOR
from ceyuan.plan.figures import Figures
from ceyuan.plan.model import Plan, Report, in_order
from ceyuan.plan.references import check_plan_files as check_plan_of
from ceyuan.plan.spec import PlanFile, ReportFile, TaskFile
from ceyuan.plan.states import content_hash
from ceyuan.workspace import load_workspace

NAME = "{en: Name, zh-Hans: 名, zh-Hant: 名}"
PLAN = f"""\
warn_days: 30
fields:
  - {{id: research, name: {NAME}}}
mechanisms:
  - {{id: funding, name: {NAME}}}
years:
  - year: 2025
    reporting: [2025-H1, 2025-H2]
    duty: {{document: Notice 2024/3}}
    report_due_days: 15
"""
LABS = """\
id: labs
year: 2025
name: {en: Laboratories, zh-Hans: 实验室, zh-Hant: 實驗室}
lead: guangdong
partners: [hongkong]
field: research
mechanism: funding
milestones:
  - {id: call, name: {en: Call opened, zh-Hans: 发布通知, zh-Hant: 發出通知}, due: 2025-05-31}
targets:
  - indicator: paid
    place: gd
    period: 2025
    value: 1500
    unit: 万元
    bound: ge
    basis: annual
    baseline: {value: 150.5, unit: 万元, period: 2024}
"""
RULES = """\
id: rules
year: 2025
name: {en: Rules, zh-Hans: 规则, zh-Hant: 規則}
lead: hongkong
depends: [labs]
"""
REPORT = """\
task: labs
party: guangdong
period: 2025-H1
text: {zh-Hans: 已发布通知}
values:
  - {indicator: paid, place: gd, period: 2025, value: 1207, unit: 万元, evidence: {document: Register}}
reached:
  - {milestone: call, on: 2025-05-20, evidence: {document: Notice 1}}
history:
  - {state: draft, by: Li, on: 2025-07-01}
  - {state: submitted, by: Li, on: 2025-07-05}
"""
FILES: Mapping[str, str] = {
    "plan/plan.yaml": PLAN,
    "plan/tasks/labs.yaml": LABS,
    "plan/tasks/rules.yaml": RULES,
    "plan/reports/2025-H1/labs.guangdong.yaml": REPORT,
}


def write_plan(root: Path, files: Mapping[str, str | None] | None = None) -> Path:
    """Write the small plan into a workspace, or some files into one that has it; None leaves one out."""
    rest = {} if (root / "plan" / "plan.yaml").exists() else FILES
    for name, content in {**rest, **(files or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_text(content, encoding="utf-8")
    return root


def approved(report: ReportFile, on: str, by: str = "Office") -> ReportFile:
    """A submitted report, approved as the command does it."""
    entry = {"state": "approved", "by": by, "on": on, "content": "0" * 16}
    raw = report.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    draft = ReportFile.model_validate({**raw, "history": [*raw["history"], entry]})
    raw["history"].append({**entry, "content": content_hash(draft)})
    return ReportFile.model_validate(raw)


def names(text: str) -> dict[str, str]:
    return {"en": text, "zh-Hans": text, "zh-Hant": text}


def task(name: str, **more: object) -> TaskFile:
    return TaskFile.model_validate(
        {"id": name, "year": 2025, "name": names(name), "lead": "guangdong", **more}
    )


def report(
    of: str,
    period: str,
    *history: tuple[str, str],
    party: str = "guangdong",
    name: str = "",
    **more: object,
) -> Report:
    """A report; its history as pairs of state and day."""
    entries = [
        {"state": s, "by": "x", "on": d, **({"reason": "r"} if s == "returned" else {}),
         **({"content": "0" * 16} if s == "approved" else {})} for s, d in history
    ]  # fmt: skip
    spec = ReportFile.model_validate(
        {
            "task": of,
            "party": party,
            "period": period,
            "text": {"en": "t"},
            "history": entries,
            **more,
        }
    )
    return Report(name or f"{period}/{of}.{party}", spec)


def plan_of(tasks: list[TaskFile], reports: list[Report], **config: object) -> Plan:
    years = [
        {"year": 2025, "reporting": ["2025-H1", "2025-H2"], "duty": {"document": "Notice 2024/3"}}
    ]
    spec = PlanFile.model_validate({"years": years, **config})
    return Plan(Path(), spec, in_order(tasks), tuple(reports), {})


def figure(
    value: float | None, period: str, *, bound: str = "eq", modality: str = "actual", value_max: float | None = None,
    indicator: str = "labs", place: str = "gd", source: str = "office",
) -> Observation:  # fmt: skip
    return Observation(
        indicator, place, period, "", value, value_max, "家", bound, modality, "published", False, source, None,
        None, None, None, None, "l" * 16, None, None, True,
    )  # fmt: skip


def figures_of(
    *observations: Observation, direction: str = "higher", noun: dict[str, str] | None = None
) -> Figures:
    """Figures of one indicator ``labs`` in 家 at ``gd``."""
    indicator = INDICATOR.validate_python(
        {"id": "labs", "type": "published", "name": names("Labs"), "description": names("x"), "unit": "家",
         "direction": direction, "noun": noun, "hk_mo": {"rule": "separate"}}
    )  # fmt: skip
    return Figures("b", {("labs", "gd"): tuple(observations)}, {"labs": indicator})


def target(
    value: float | None = None, bound: str | None = None, **more: object
) -> dict[str, object]:
    stated = {} if value is None else {"value": value, "unit": "家", "bound": bound or "ge"}
    return {"indicator": "labs", "place": "gd", "period": "2025", **stated, **more}


def day(text: str) -> date:
    return date.fromisoformat(text)


def check_plan_files(root: Path) -> list[Problem]:
    """What is wrong with the plan of a workspace."""
    workspace, problems = load_workspace(root, INDICATOR)
    return problems if workspace is None else check_plan_of(workspace)
