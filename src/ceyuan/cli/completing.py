"""Words that the shell completes: identifiers of the indicators and places of a workspace's current build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from ceyuan.errors import CeyuanError


def complete_indicator(
    context: click.Context, _: click.Parameter, begun: str
) -> list[CompletionItem]:
    """Indicators whose identifier begins so, with their names."""
    return _beginning(_declared(context, "indicators"), begun)


def complete_place(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Places whose identifier begins so, with their names."""
    return _beginning(_declared(context, "places"), begun)


def _declared(context: click.Context, what: str) -> list[dict[str, Any]]:
    """What the current build knows; nothing where there is none, since completion must not fail."""
    from ceyuan.pipeline.folder import DECLARATIONS, BuildFolder  # noqa: PLC0415 - only completion needs it

    folder = BuildFolder(Path(context.params.get("workspace") or "."))
    try:
        path = folder.of(folder.resolve(None)) / DECLARATIONS
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))[what]
    except (CeyuanError, OSError, ValueError, KeyError):
        return []
    return found


def _beginning(entries: list[dict[str, Any]], begun: str) -> list[CompletionItem]:
    return [
        CompletionItem(entry["id"], help=next(iter(entry["name"].values()), None))
        for entry in entries
        if entry["id"].startswith(begun)
    ]
