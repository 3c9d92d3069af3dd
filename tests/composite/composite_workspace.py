"""A workspace of four cities, three published indicators and one index, written to a folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAMES = {"en": "x", "zh-Hans": "某", "zh-Hant": "某"}
CITIES = ("aa", "bb", "cc", "dd")
VALUES: dict[str, dict[str, float]] = {
    "papers": {"aa": 100, "bb": 400, "cc": 50, "dd": 250},
    "cost": {"aa": 5, "bb": 7, "cc": 6, "dd": 9},
    "people": {"aa": 10, "bb": 20, "cc": 10, "dd": 25},
}
INDEX: dict[str, Any] = {
    "id": "science",
    "name": NAMES,
    "description": NAMES,
    "units": {"kind": "city"},
    "periods": [2022],
    "denominators": {"heads": "people"},
    "structure": [
        {
            "code": "papers",
            "indicator": "papers",
            "parent": "top",
            "denominator": "heads",
            "weight": 3,
        },
        {"code": "cost", "indicator": "cost", "parent": "top", "direction": "lower"},
        {"code": "top", "name": NAMES},
    ],
    "spec": {"denominate": {}, "normalise": {"method": "minmax"}},
}
UNCERTAINTY = {
    "seed": 1,
    "replications": 64,
    "factors": {"scale": {"of": "normalise", "alternatives": {"a": {"method": "minmax"}, "b": {"method": "rank"}}},
                "weights": {"noise": {1: 0.5}}},
    "sensitivity": {"replications": 16},
}  # fmt: skip


def figures(
    values: Mapping[str, Mapping[str, float]] = VALUES, period: int = 2022
) -> list[dict[str, Any]]:
    """Figure records of values by indicator and place."""
    return [
        {
            "indicator": indicator,
            "place": place,
            "period": period,
            "value": value,
            "value_unit": "篇",
        }
        for indicator, own in values.items()
        for place, value in own.items()
    ]


def write(
    root: Path,
    index: Mapping[str, Any] | str = INDEX,
    rows: list[dict[str, Any]] | None = None,
    simulated: list[dict[str, Any]] | None = None,
) -> Path:
    """Write the workspace: published figures in ``rows``, made-up ones in ``simulated``."""
    for folder in ("records", "indicators", "composites"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    _json(root / "ceyuan.yaml", {"ceyuan": 1, "id": "small", "name": NAMES})
    places = [
        "id,kind,parents,party,name_en,name_zh_hans,name_zh_hant",
        "land,economy,,,Land,某国,某國",
    ]
    places += [f"{c},city,land,,City {c},某{c},某市{c}" for c in CITIES]
    (root / "places.csv").write_text("\n".join(places) + "\n", encoding="utf-8")
    sources = {
        "s": {"title": "T", "publisher": "P"},
        "made_up": {"title": "M", "publisher": "P", "simulated": True},
    }
    _json(root / "sources.yaml", {"sources": sources})
    common = {
        "type": "published",
        "name": NAMES,
        "description": NAMES,
        "unit": "篇",
        "hk_mo": {"rule": "separate"},
    }
    directions = {"papers": "higher", "cost": "neutral", "people": "neutral"}
    _json(
        root / "indicators/all.yaml",
        {
            "indicators": [
                {"id": i, **common, "direction": direction} for i, direction in directions.items()
            ]
        },
    )
    for name, own in (("s", figures() if rows is None else rows), ("made_up", simulated or [])):
        if not own:
            continue
        _json(
            root / f"records/{name}.yaml", {"kind": "figure", "file": f"{name}.csv", "source": name}
        )
        with (root / f"records/{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in own for key in row)))
            writer.writeheader()
            writer.writerows(own)
    text = index if isinstance(index, str) else json.dumps(index, ensure_ascii=False, indent=1)
    (root / "composites/index.yaml").write_text(text, encoding="utf-8")
    return root


def _json(path: Path, content: object) -> None:
    # JSON is YAML, and it is written without a library of its own.
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
