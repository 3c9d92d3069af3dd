"""JSON Schemas of all workspace files, for editors and documentation."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ceyuan.workspace.config import SourcesFile, WorkspaceConfig
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.tables import TableSpec

_FILES: dict[str, type[BaseModel]] = {
    "ceyuan": WorkspaceConfig,
    "sources": SourcesFile,
    "kinds": RecordKind,
    "records": TableSpec,
}


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each kind of YAML file, by name.

    Every field has its meaning as ``description``, a good value in ``examples`` and a bad one in ``badExamples``.

    >>> sorted(schemas())
    ['ceyuan', 'kinds', 'records', 'sources']
    """
    return {name: schema_of(model) for name, model in _FILES.items()}


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of one kind of file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(by_alias=True),
    }
