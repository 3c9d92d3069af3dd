"""JSON Schemas of the files of a plan."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ceyuan.plan.spec import PlanFile, ProposalFile, ReportFile, TaskFile
from ceyuan.workspace.schemas import schema_of


def plan_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each kind of file of a plan, by name.

    >>> sorted(plan_schemas())
    ['plan', 'plan-proposal', 'plan-report', 'plan-task']
    """
    files: dict[str, type[BaseModel]] = {
        "plan": PlanFile,
        "plan-task": TaskFile,
        "plan-report": ReportFile,
        "plan-proposal": ProposalFile,
    }
    return {name: schema_of(model) for name, model in files.items()}
