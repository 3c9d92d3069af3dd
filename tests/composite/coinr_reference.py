"""Results of the R package COINr, kept outside of the repository, looked up by unit and code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ceyuan.composite.tables import Table, read_table

ASEM_STEPS: dict[str, Any] = {
    "order": ["denominate", "impute", "screen", "treat", "normalise", "aggregate"],
    "denominate": {},
    "impute": {"method": "i_mean_grp", "group": "EurAsia_group"},
    "screen": {"by": "byNA", "min_available": 0.9},
    "treat": {},
    "compatibility": "coinr",
}


class Reference:
    """COINr's results, looked up by unit and code."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, name: str) -> Table:
        return read_table(self.folder / f"{name}.csv")

    def matrix(
        self, name: str, units: tuple[str, ...], codes: tuple[str, ...] | list[str]
    ) -> np.ndarray:
        table = self.table(name)
        place = {unit: i for i, unit in enumerate(table.text("uCode"))}
        values = np.column_stack([table.numbers(code)[0] for code in codes])
        return values[[place[unit] for unit in units]]

    @property
    def data(self) -> Path:
        return self.folder / "ASEM_iData.csv"

    @property
    def structure(self) -> Path:
        return self.folder / "ASEM_iMeta.csv"
