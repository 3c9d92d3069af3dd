"""The Greater Bay Area workspace with the simulated run of the template ``clusters-demo`` put into it, for pages of clusters."""

from __future__ import annotations

import shutil
from pathlib import Path

import ceyuan

DEMONSTRATION = Path(ceyuan.__file__).parent / "workspaces" / "clusters-demo"


def add_demonstration(root: Path) -> None:
    """Put the run, its indicators and its source into a copy of a workspace."""
    for folder in ("clusters", "indicators"):
        shutil.copytree(DEMONSTRATION / folder, root / folder, dirs_exist_ok=True)
    _, block = (DEMONSTRATION / "sources.yaml").read_text(encoding="utf-8").split("sources:\n")
    with (root / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write(block)
