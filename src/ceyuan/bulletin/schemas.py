"""JSON Schemas of all files of a workspace: those of the rooms below, and of a bulletin's declaration."""

from __future__ import annotations

from typing import Any

from ceyuan.bulletin.declaration import BulletinFile
from ceyuan.pipeline.schemas import all_schemas
from ceyuan.plan.schemas import plan_schemas
from ceyuan.workspace.schemas import schema_of


def workspace_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each kind of YAML file of a workspace, by name.

    >>> {"plan-task", "bulletin"} <= set(workspace_schemas())
    True
    """
    return {**all_schemas(), **plan_schemas(), "bulletin": schema_of(BulletinFile)}
