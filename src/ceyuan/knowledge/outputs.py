"""The files of a measure: tables as CSV, and a manifest that says what they rest on."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ceyuan.hashes import file_sha256
from ceyuan.tabular.columns import Columns
from ceyuan.version import versions

LIBRARIES = ("numpy", "numba", "pyarrow", "scipy")
CHUNK = 1 << 16


@dataclass(frozen=True)
class Read:
    """A table that was read in parts, as far as a manifest tells of it.

    Attributes:
        name: what messages call it.
        path: its file, None for tables in memory.
        rows: how many rows could be read.
        unreadable: rows of the file that could not be split into cells.
    """

    name: str
    path: Path | None
    rows: int
    unreadable: int


def write_columns(path: Path, columns: Mapping[str, Any]) -> None:
    """Columns as a CSV file; what is missing or undefined is an empty cell, numbers are written so that they read back equal."""
    names = list(columns)
    rows = len(columns[names[0]])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for begin in range(0, rows, CHUNK):
            cells = [_cells(columns[name][begin : begin + CHUNK]) for name in names]
            writer.writerows(zip(*cells, strict=True))


def _cells(values: Any) -> list[Any]:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return list(values.to_pylist())
    if not isinstance(values, np.ndarray):
        return list(values)
    cells = values.tolist()
    if values.dtype == np.bool_:
        return [json.dumps(cell) for cell in cells]
    if values.dtype == np.float64:
        return ["" if cell != cell else repr(cell) for cell in cells]
    return list(cells)


def write_results(
    folder: Path,
    inputs: Mapping[str, Columns | Read],
    results: Mapping[str, Mapping[str, Any]],
    facts: Mapping[str, Any],
) -> None:
    """Write ``NAME.csv`` for every result, ``columns.csv`` with what their columns mean, and ``manifest.json``.

    Args:
        folder: the folder to write to, made where it is not there.
        inputs: the tables that were read, by their role.
        results: the columns of each result, by its name.
        facts: rules, counts, coverage.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in results.items():
        write_columns(folder / f"{name}.csv", columns)
    meanings = list(_dictionary(facts["measure"], results))
    names = ("table", "column", "meaning")
    write_columns(
        folder / "columns.csv", dict(zip(names, zip(*meanings, strict=True), strict=True))
    )
    write_manifest(folder, inputs, [*(f"{name}.csv" for name in results), "columns.csv"], facts)


@cache
def meanings_of_columns() -> Mapping[str, Any]:
    """What columns mean, by measure and table, and, under ``any``, those that mean the same in all of them."""
    path = Path(__file__).with_name("columns.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _dictionary(
    measure: str, results: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str, str]]:
    """Table, name and meaning of every column."""
    said = meanings_of_columns()
    for table, columns in results.items():
        own = said["any"] | said[measure][table]
        for column in columns:
            yield table, column, own[column]


def write_manifest(
    folder: Path,
    inputs: Mapping[str, Columns | Read],
    files: Sequence[str],
    facts: Mapping[str, Any],
) -> None:
    """Write ``manifest.json``: inputs and files with their hashes, and what a measure has to say about itself.

    Args:
        folder: the folder of the files.
        inputs: the tables that were read, by their role.
        files: the names of the files that were written.
        facts: rules, counts, coverage.
    """
    document = {
        "measure": facts["measure"],
        "inputs": {role: _input(table) for role, table in inputs.items()},
        **{key: value for key, value in facts.items() if key != "measure"},
        "versions": versions(LIBRARIES),
        "files": {name: file_sha256(folder / name) for name in files},
    }
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _input(table: Columns | Read) -> dict[str, Any]:
    facts = {"name": table.name, "rows": table.rows, "unreadable": table.unreadable}
    return facts if table.path is None else {**facts, "sha256": file_sha256(table.path)}


def share(part: int, whole: int) -> float | None:
    """A part of a whole, None of nothing.

    >>> share(1, 4), share(0, 0)
    (0.25, None)
    """
    return part / whole if whole else None


def counted_lines(title: str, counts: Mapping[str, int]) -> str:
    """Counts on one line, those of nothing left out.

    >>> counted_lines("set aside", {"self_loops": 1200, "duplicates": 0})
    'set aside: self loops 1,200'
    """
    found = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in counts.items() if n)
    return f"{title}: {found or 'none'}"
