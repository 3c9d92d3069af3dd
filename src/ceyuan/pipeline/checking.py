"""Everything that can be said about the definitions and the records of a workspace before it is built."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from ceyuan.engine import Engine, EngineSettings
from ceyuan.engine.scratch import scratch_folder
from ceyuan.errors import CeyuanError, Problem, problems_of
from ceyuan.indicators.checks import check_definitions
from ceyuan.indicators.types import INDICATOR, ClusterIndicator
from ceyuan.places import Gazetteer
from ceyuan.places.gazetteer import check_places
from ceyuan.records.ingest import ingest
from ceyuan.records.store import Store
from ceyuan.workspace import Workspace, load_workspace
from ceyuan.workspace.checks import check_references
from ceyuan.workspace.origins import check_origins


def check_workspace(root: Path) -> tuple[Workspace | None, list[Problem]]:
    """Read a workspace and collect every problem of its files and of what they say about each other.

    Returns:
        The workspace, None where it cannot be read at all, and the problems in order of file and line.
    """
    workspace, problems = load_workspace(root, INDICATOR)
    if workspace is not None:
        problems += problems_of(partial(check_places, workspace.places, workspace.config.parties))
        for check in (check_references, check_origins, check_definitions, _composites, _clusters):
            problems += problems_of(partial(check, workspace))
    return workspace, in_order(problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file and line, each once."""
    return sorted(set(problems), key=lambda p: (p.file or "", p.line or 0, p.code, p.message))


def check_records(workspace: Workspace) -> list[Problem]:
    """What is wrong with the rows of a workspace's tables.

    It reads them into a folder of its own in the system's folder for temporary files (``TMPDIR``), so that it may run where
    nothing can be written, and while somebody builds.

    Args:
        workspace: a workspace without errors in its definitions.
    """
    scratch = scratch_folder()
    # The engine removes the folder when it is closed.
    with Engine(
        EngineSettings(scratch, workspace.config.memory, workspace.config.threads)
    ) as engine:
        gazetteer = Gazetteer.of(workspace.places)
        return list(
            ingest(
                workspace, gazetteer, engine, Store(scratch / "store"), scratch / "copies"
            ).problems
        )


def _composites(workspace: Workspace) -> list[Problem]:
    if not workspace.composites:
        return []
    # Only a workspace with indices waits for what computes them.
    from ceyuan.pipeline.composites.checking import check_composites  # noqa: PLC0415

    return check_composites(workspace)


def _clusters(workspace: Workspace) -> list[Problem]:
    if not workspace.cluster_runs and not any(
        isinstance(d.indicator, ClusterIndicator) for d in workspace.definitions.values()
    ):
        return []
    from ceyuan.pipeline.clusters.checking import check_clusters  # as above  # noqa: PLC0415

    return check_clusters(workspace)


def sound_workspace(root: Path) -> tuple[Workspace, list[Problem]]:
    """A workspace without errors, and its warnings.

    Raises:
        CeyuanError: with every error.
    """
    workspace, problems = check_workspace(root)
    errors = [p for p in problems if p.severity == "error"]
    if errors or workspace is None:
        raise CeyuanError(errors)
    return workspace, problems
