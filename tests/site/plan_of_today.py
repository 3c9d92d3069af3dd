"""A plan of the running year in which every state occurs, laid over the tasks of the Greater Bay Area workspace."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

TODAY = datetime.now(ZoneInfo("Asia/Hong_Kong")).date()
YEAR = TODAY.year
FIRST_HALF = f"{YEAR}-H1"


def _ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def _names(en: str, zh_hans: str, zh_hant: str) -> dict[str, str]:
    return {"en": en, "zh-Hans": zh_hans, "zh-Hant": zh_hant}


def _milestone(name: str, due: date, words: tuple[str, str, str]) -> dict[str, Any]:
    return {"id": name, "name": _names(*words), "due": due.isoformat()}


CALL = ("Call for projects opened", "发布项目申报通知", "發布項目申請通告")
REVIEW = ("Review completed", "完成项目评审", "完成項目評審")
OPENED = ("Second phase opened", "二期投入使用", "第二期啟用")

TASKS: dict[str, dict[str, Any]] = {
    "made-overdue": {
        "name": _names("Open joint calls", "启动联合申报", "啟動聯合申請"),
        "partners": ["hongkong", "macao"], "field": "cooperation", "mechanism": "joint_funding",
        "why": _names("So that teams of three places work together.", "推动三地团队协同攻关。", "推動三地團隊協同攻關。"),
        "milestones": [_milestone("call", TODAY - timedelta(days=20), CALL),
                       _milestone("review", TODAY + timedelta(days=75), REVIEW)],
    },
    "made-at-risk": {
        "name": _names("Raise international patenting", "提升国际专利申请质效", "提升國際專利申請質效"),
        "field": "key_technologies", "mechanism": "research_programmes", "depends": ["made-overdue"],
        "targets": [
            {"indicator": "pct_applications", "place": "gba9", "period": YEAR, "value": 60000, "unit": "件", "bound": "ge",
             "basis": "annual", "baseline": {"value": 20000, "unit": "件", "period": 2023}},
            {"indicator": "high_tech_firms", "place": "gba", "period": YEAR},
        ],
    },
    "made-on-track": {
        "name": _names("Extend research facilities", "推进设施二期建设", "推進設施第二期建設"),
        "partners": ["hongkong"], "field": "basic_research", "mechanism": "facilities",
        "milestones": [_milestone("opened", TODAY + timedelta(days=120), OPENED)],
    },
    "made-done": {
        "name": _names("Hold the first place among clusters", "保持创新集群领先地位", "保持創新集群領先地位"),
        "field": "cooperation", "mechanism": "platforms",
        "targets": [{"indicator": "cluster_rank", "place": "shenzhen-hongkong-guangzhou", "period": 2025, "value": 1,
                     "unit": "位", "bound": "le", "direction": "lower"}],
    },
    "made-next-year": {
        "name": _names("Prepare the next round", "谋划下一轮任务", "籌劃下一輪任務"), "year": YEAR + 1,
    },
}  # fmt: skip


def write_plan(root: Path) -> Path:
    """Write the plan into a workspace in place of its own.

    Args:
        root: a copy of the Greater Bay Area workspace.

    Returns:
        The workspace.
    """
    plan = root / "plan"
    for folder in ("tasks", "reports"):
        for path in (plan / folder).rglob("*.yaml"):
            path.unlink()
    head = (plan / "plan.yaml").read_text(encoding="utf-8").split("\nyears:")[0]
    rule = {"report_due_days": 15, "duty": {"document": "Notice"}}
    years = [{"year": y, "reporting": [f"{y}-H1", f"{y}-H2"], **rule} for y in (YEAR, YEAR + 1)]
    # JSON is YAML.
    (plan / "plan.yaml").write_text(f"{head}\nyears: {json.dumps(years)}\n", encoding="utf-8")
    silent = {"lead": "hongkong", "partners": ["guangdong"], "field": "talent", "mechanism": "cross_border_flows",
              "name": _names("Ease the coming and going of talent", "便利人才往来", "便利人才往來")}  # fmt: skip
    running = {
        "field": "industry",
        "mechanism": "funds",
        "name": _names("Guide long-term capital", "引导长期资本", "引導長期資本"),
    }
    tasks = {**TASKS, "made-not-reported": silent, "made-in-progress": running}
    for name, task in tasks.items():
        raw = {"id": name, "year": YEAR, "lead": "guangdong", **task}
        (plan / "tasks" / f"{name}.yaml").write_text(
            json.dumps(raw, ensure_ascii=False), encoding="utf-8"
        )
    for name in ("made-overdue", "made-at-risk", "made-on-track", "made-in-progress"):
        _write_report(plan, name)
    return root


def _write_report(plan: Path, task: str) -> None:
    values = [
        {"indicator": "high_tech_firms", "place": "gba", "period": 2025, "value": 69000, "unit": "家", "bound": "gt",
         "evidence": {"document": "Notice 1"}},
    ]  # fmt: skip
    report = {
        "task": task, "party": "guangdong", "period": FIRST_HALF,
        "text": {"zh-Hans": "已完成部门会商，<b>申报指南</b>已经定稿。", "en": "The guide for <b>applicants</b> is agreed."},
        "difficulties": {"zh-Hans": "跨境经费使用细则尚待明确。"},
        "next_steps": {"zh-Hans": "下半年发布申报通知。"},
        "values": values if task == "made-at-risk" else [],
        "history": [{"state": "draft", "by": "Li", "on": _ago(9)},
                    {"state": "submitted", "by": "Office", "on": _ago(4)}],
    }  # fmt: skip
    folder = plan / "reports" / FIRST_HALF
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{task}.guangdong.yaml").write_text(
        json.dumps(report, ensure_ascii=False), encoding="utf-8"
    )
