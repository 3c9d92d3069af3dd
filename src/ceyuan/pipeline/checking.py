"""Everything that can be said about a workspace before its records are read."""

from __future__ import annotations

from pathlib import Path

from ceyuan.errors import CeyuanError, Problem
from ceyuan.indicators.checks import check_definitions
from ceyuan.places.gazetteer import check_places
from ceyuan.workspace import Workspace, load_workspace
from ceyuan.workspace.checks import check_references
from ceyuan.workspace.definitions import ClusterIndicator
from ceyuan.workspace.origins import check_origins


def check_workspace(root: Path) -> tuple[Workspace | None, list[Problem]]:
    """Read a workspace and collect every problem of its files and of what they say about each other.

    Returns:
        The workspace, None where it cannot be read at all, and the problems in order of file and line.
    """
    workspace, problems = load_workspace(root)
    if workspace is not None:
        problems = [
            *problems,
            *check_places(workspace.places, workspace.config.parties),
            *check_references(workspace),
            *check_origins(workspace),
            *check_definitions(workspace),
            *_composites(workspace),
            *_clusters(workspace),
        ]
    return workspace, sorted(set(problems), key=lambda p: (p.file or "", p.line or 0, p.code, p.message))


def _composites(workspace: Workspace) -> list[Problem]:
    if not workspace.composites:
        return []
    # Only a workspace with indices waits for what computes them.
    from ceyuan.pipeline.composite_checks import check_composites  # noqa: PLC0415

    return check_composites(workspace)


def _clusters(workspace: Workspace) -> list[Problem]:
    if not workspace.cluster_runs and not any(
        isinstance(d.indicator, ClusterIndicator) for d in workspace.definitions.values()
    ):
        return []
    from ceyuan.pipeline.cluster_checks import check_clusters  # as above  # noqa: PLC0415

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
