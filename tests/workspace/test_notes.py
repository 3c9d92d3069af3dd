"""What the shipped workspaces tell their readers is there in three languages."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import ceyuan

SHIPPED = Path(ceyuan.__file__).parent / "workspaces"
WORKSPACES = [
    SHIPPED / "gba",
    SHIPPED / "starter",
    Path(__file__).parents[2] / "workspaces" / "china",
]
SAID = ("note", "not_checkable")
HAN = re.compile(r"[㐀-鿿]")
COLUMNS = ("note_en", "note_zh_hans", "note_zh_hant")
# Common characters that Hong Kong writes otherwise, and the other way round.
SIMPLIFIED = frozenset("说报国际来统计数据为与级区东门这关发对应时间单开业产学术专项该经费无订")
TRADITIONAL = frozenset("說報國際來統計數據為與級區東門這關發對應時間單開業產學術專項該經費無訂")
SAME = SIMPLIFIED & TRADITIONAL


def notes(part: Any, where: str) -> Iterator[tuple[str, Any]]:
    """Every note below a part of a YAML file, with the way to it."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in SAID:
                yield f"{where}.{key}", value
            else:
                yield from notes(value, f"{where}.{key}")
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from notes(value, f"{where}.{index}")


def faults(text: Any) -> list[str]:
    """What is wrong with a note, empty if it says the same in three languages."""
    if not isinstance(text, dict) or set(text) != {"en", "zh-Hans", "zh-Hant"}:
        return ["is not in three languages"]
    en, hans, hant = text["en"], text["zh-Hans"], text["zh-Hant"]
    # Words of a source stand in quotation marks and keep its script.
    unquoted = [re.sub(r"“[^”]*”|「[^」]*」|《[^》]*》", "", chinese) for chinese in (hans, hant)]
    found = [] if re.search(r"[A-Za-z]{2,}", en) else ["en"]
    found += (
        [] if HAN.search(hans) and (TRADITIONAL - SAME).isdisjoint(unquoted[0]) else ["zh-Hans"]
    )
    found += [] if HAN.search(hant) and (SIMPLIFIED - SAME).isdisjoint(unquoted[1]) else ["zh-Hant"]
    return found


def yaml_files(workspace: Path) -> list[Path]:
    return [
        p
        for p in sorted(workspace.rglob("*.yaml"))
        if "build" not in p.relative_to(workspace).parts
    ]


@pytest.mark.parametrize("workspace", WORKSPACES, ids=lambda w: w.name)
def test_declared_notes_are_in_three_languages(workspace: Path) -> None:
    found = {
        f"{path.relative_to(workspace)}{where}": text
        for path in yaml_files(workspace)
        for where, text in notes(yaml.safe_load(path.read_text(encoding="utf-8")), "")
    }
    assert found
    assert {where: wrong for where, text in found.items() if (wrong := faults(text))} == {}


def test_notes_of_records_are_in_three_languages() -> None:
    noted = 0
    for path in sorted((SHIPPED / "gba" / "records").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for line, row in enumerate(csv.DictReader(stream), start=2):
                assert not row.get("note"), f"{path.name}:{line} says it in one language only"
                said = dict(
                    zip(("en", "zh-Hans", "zh-Hant"), (row.get(c) for c in COLUMNS), strict=True)
                )
                if any(said.values()):
                    noted += 1
                    assert faults(said) == [], f"{path.name}:{line} {said}"
    assert noted > 100


def test_a_note_in_one_language_is_found() -> None:
    good = {"en": "Revised", "zh-Hans": "已修订的数据", "zh-Hant": "已修訂的數據"}
    assert faults(good) == []
    assert faults("Revised")
    assert faults({**good, "zh-Hans": "Revised"})
    assert faults({**good, "zh-Hant": "已修订的数据"})
    assert faults({**good, "zh-Hans": "已修訂的數據"})
