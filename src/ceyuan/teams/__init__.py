"""Teams: the sides of a plan write their reports on one server, and nothing is approved by the wrong person or lost.

What happens is an entry of an append-only log, each with the hash of the one before; the present state of every report is
moved in the same transaction. The text of the workspace is a projection of the log: :func:`projected` writes it before a
build. A workspace without ``team.yaml`` has no team, and nothing here is loaded for it but this module.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ceyuan.teams.config import has_team

__all__ = ["has_team", "projected"]


def projected(root: Path) -> dict[str, Any] | None:
    """Write what the team has approved into the folder ``plan``.

    Args:
        root: the workspace.

    Returns:
        The end of the log that the text was taken from (``seq``, ``hash``), for the manifest of a build; None where the
        workspace has no team.

    Raises:
        CeyuanError: ``team-plan-edited`` where a file was changed by hand, or the team cannot be opened.

    >>> projected(gba) is None
    True
    """
    if not has_team(root):
        return None
    from ceyuan.teams.database import open_team  # noqa: PLC0415 - only a workspace with a team needs a database
    from ceyuan.teams.projection import project  # noqa: PLC0415

    with open_team(root) as team:
        return project(team)
