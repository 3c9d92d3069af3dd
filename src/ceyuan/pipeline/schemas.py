"""JSON Schemas of every YAML file of a workspace, those of the rooms that declare files of their own among them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ceyuan.clusters.declaration import ClusterFile
from ceyuan.composite.declaration import CompositeFile
from ceyuan.indicators.types import IndicatorsFile
from ceyuan.pipeline.fact_reading import FactsFile
from ceyuan.workspace.schemas import schema_of, schemas


def all_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each kind of YAML file, by name.

    >>> sorted(all_schemas())
    ['ceyuan', 'clusters', 'composites', 'facts', 'indicators', 'kinds', 'records', 'sources']
    """
    rooms: dict[str, type[BaseModel]] = {
        "clusters": ClusterFile,
        "composites": CompositeFile,
        "facts": FactsFile,
        "indicators": IndicatorsFile,
    }
    return {**schemas(), **{name: schema_of(model) for name, model in rooms.items()}}
