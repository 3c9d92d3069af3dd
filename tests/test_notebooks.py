"""The notebooks under examples/ run from top to bottom and find what they say.

Their cells are executed in one namespace, with nothing but the standard library: no kernel, and so no magics in them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ceyuan.pipeline.reading import Build

EXAMPLES = Path(__file__).parents[1] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


def code_cells(notebook: Path) -> list[dict[str, Any]]:
    found = json.loads(notebook.read_text(encoding="utf-8"))
    assert (found["nbformat"], found["metadata"]["kernelspec"]["name"]) == (4, "python3")
    return [cell for cell in found["cells"] if cell["cell_type"] == "code"]


def run(name: str) -> dict[str, Any]:
    """Execute the cells in order; gives the names that they leave."""
    left: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(code_cells(EXAMPLES / name), start=1):
        exec(compile("".join(cell["source"]), f"{name}, code cell {number}", "exec"), left)  # noqa: S102 - our own notebook
    return left


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.name)
def test_a_notebook_is_kept_without_what_it_printed(notebook: Path) -> None:
    for cell in code_cells(notebook):
        assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_there_are_notebooks_and_each_is_run_here() -> None:
    assert [n.name for n in NOTEBOOKS] == ["comparison.ipynb", "yearbook.ipynb"]


def test_from_a_yearbook_to_a_traced_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    left = run("yearbook.ipynb")
    assert left["made"].observation.value == pytest.approx(1467.0 / 24393.1 * 100)
    assert left["cells"] == ["records/yearbook.xlsx!表1!E5", "records/yearbook.xlsx!表1!D5"]
    printed = capsys.readouterr().out
    assert "6.0 %, defined at indicators/rd.yaml:20" in printed
    assert printed.count("missing-value:amount") == 5  # the check's warning, and four rows


def test_a_centre_is_compared_with_others(
    gba: Build,
    gba_root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "gba").symlink_to(gba_root)
    monkeypatch.chdir(tmp_path)
    left = run("comparison.ipynb")
    ranks = left["ranks"].set_index(["indicator", "place"])
    assert len(ranks) > 5
    for (indicator, place), row in ranks.iterrows():
        peers = [p for p in left["compared"] if p != "cn"]
        values = {
            p: [o.value for o in gba.show(indicator, place=p, period=row["period"])] for p in peers
        }
        known = [found[0] for found in values.values() if found and found[0] is not None]
        assert row["rank"] == 1 + sum(value > values[place][0] for value in known)
        assert row["of"] == len(known) > 1
    assert "records/statistics.csv" in capsys.readouterr().out
