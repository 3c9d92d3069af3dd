"""A small world to compute in: China with three cities of Guangdong, Hong Kong and Macao, and a centre across them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ceyuan
from ceyuan.pipeline.reading import Build
from ceyuan.wording import Trilingual

NAMES = {"en": "x", "zh-Hans": "某", "zh-Hant": "某"}
PLACES = """id,kind,parents,party,name_en,name_zh_hans,name_zh_hant,iso3166
cn,economy,,,China,中国,中國,CN
guangdong,province,cn,guangdong,Guangdong,广东,廣東,CN-GD
gba,centre,,,Greater Bay Area,大湾区,大灣區,
gba9,group,gba;guangdong,guangdong,Nine cities,内地九市,內地九市,
guangzhou,city,gba9;guangdong,guangdong,Guangzhou,广州,廣州,
shenzhen,city,gba9;guangdong,guangdong,Shenzhen,深圳,深圳,
zhuhai,city,gba9;guangdong,guangdong,Zhuhai,珠海,珠海,
hongkong,city,gba;cn,hongkong,Hong Kong,香港,香港,HK
macao,city,gba;cn,macao,Macao,澳门,澳門,MO
"""
INSIDE = {
    "cn": {"cn", "guangdong", "gba9", "guangzhou", "shenzhen", "zhuhai", "hongkong", "macao"},
    "guangdong": {"guangdong", "gba9", "guangzhou", "shenzhen", "zhuhai"},
    "gba": {"gba", "gba9", "guangzhou", "shenzhen", "zhuhai", "hongkong", "macao"},
    "gba9": {"gba9", "guangzhou", "shenzhen", "zhuhai"},
    **{p: {p} for p in ("guangzhou", "shenzhen", "zhuhai", "hongkong", "macao")},
}
"""What lies in what, written down by hand: the tests' own answer, not the program's."""


@dataclass
class World:
    """Writes a workspace and builds it."""

    root: Path

    def write(
        self,
        indicators: Sequence[Mapping[str, Any]],
        tables: Mapping[str, Sequence[Mapping[str, Any]]],
        sources: str = "",
    ) -> Path:
        """Write a workspace; a table is named by its kind, or ``kind@source``."""
        for folder in ("records", "indicators"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        parties = [{"id": p, "name": NAMES} for p in ("guangdong", "hongkong", "macao")]
        config = {"ceyuan": 1, "id": "world", "name": NAMES, "parties": parties}
        self._yaml("ceyuan.yaml", config)
        (self.root / "places.csv").write_text(PLACES, encoding="utf-8")
        declared = (
            "sources:\n  s1: {title: One, publisher: P}\n  s2: {title: Two, publisher: P, priority: 5}\n"
            + sources
        )
        (self.root / "sources.yaml").write_text(declared, encoding="utf-8")
        for name, rows in tables.items():
            kind, _, source = name.partition("@")
            file = name.replace("@", "-")
            with (self.root / "records" / f"{file}.csv").open(
                "w", encoding="utf-8", newline=""
            ) as stream:
                columns = list(dict.fromkeys(c for row in rows for c in row)) or ["id"]
                writer = csv.DictWriter(stream, columns)
                writer.writeheader()
                writer.writerows(rows)
            self._yaml(
                f"records/{file}.yaml",
                {"kind": kind, "file": f"{file}.csv", "source": source or "s1"},
            )
        full = [
            {"name": NAMES, "description": NAMES, "hk_mo": {"rule": "separate"}, **i}
            for i in indicators
        ]
        self._yaml("indicators/all.yaml", {"indicators": full})
        return self.root

    def _yaml(self, name: str, content: object) -> None:
        # JSON is YAML, and it is written without a library of its own.
        (self.root / name).write_text(
            json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8"
        )

    def build(self, *args: Any, **kwargs: Any) -> Build:
        """Write and build."""
        self.write(*args, **kwargs)
        return ceyuan.open(str(self.root)).build()


def values(
    build: Build, indicator: str, breakdown: str = ""
) -> dict[tuple[str, str], float | None]:
    """Shown values by place and period."""
    return {(o.place, o.period): o.value for o in build.show(indicator, breakdown=breakdown)}


def said(remark: Trilingual | None) -> str | None:
    """What a remark says in English."""
    return remark and remark.en
