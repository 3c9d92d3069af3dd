"""JSON Schemas of the files of a plan, and of all files of a workspace together with them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ceyuan.pipeline.schemas import all_schemas
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


def workspace_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each kind of YAML file of a workspace, by name.

    >>> "plan-task" in workspace_schemas()
    True
    """
    return {**all_schemas(), **plan_schemas()}
