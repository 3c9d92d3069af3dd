"""Passages from elsewhere, with hand-made tables of their figures: most traceable cells are found."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path


def test_traceable_cells_are_found_with_value_and_unit(data: Path) -> None:
    source = Path(__file__).parents[2] / "benchmarks" / "reader.py"
    spec = importlib.util.spec_from_file_location("reader_benchmark", source)
    assert spec is not None
    assert spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    entries = json.loads((data / "passages" / "passages.json").read_text(encoding="utf-8"))
    results = [benchmark.passage(entry) for entry in entries]
    traceable, found = (sum(result[i] for result in results) for i in (0, 1))
    assert traceable > 350
    assert found / traceable > 0.92
