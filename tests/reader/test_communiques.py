"""The four communiqués: every stated figure, right in every field, and nothing else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import opencc
import pytest
from cases import near

from ceyuan.reader import read_bytes, read_file

GOLD = sorted((Path(__file__).parent / "gold").glob("*.json"))
EXACT = ("unit", "bound", "modality", "kind", "cumulative")


@pytest.mark.parametrize("gold", GOLD, ids=lambda p: p.stem)
def test_every_figure_is_read_and_nothing_else(gold: Path, data: Path) -> None:
    expected = json.loads(gold.read_text(encoding="utf-8"))
    path = data / "communiques" / expected["document"]["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == expected["document"]["sha256"]
    reading = read_file(path)
    assert reading.characters == expected["document"]["characters"]
    found = {(s.start, s.end): s.as_json() for s in reading.statements}
    assert sorted(found) == [(e["start"], e["end"]) for e in expected["statements"]]
    for entry in expected["statements"]:
        statement = found[entry["start"], entry["end"]]
        assert {k: statement[k] for k in EXACT} == {k: entry[k] for k in EXACT}, statement
        for field in ("value", "value_max", "from_value"):
            assert near(statement[field], entry[field]), statement


def test_the_aligned_subjects_of_the_gba_communique(data: Path) -> None:
    statements = {s.quote: s for s in read_file(data / "communiques" / "gba_2026.txt").statements}
    assert statements["100%"].subject.endswith("国产化率")
    assert statements["57%"].subject == "制造国产化率"
    assert statements["80%"].subject == "服务机器人产量"
    assert statements["100%"].group == statements["57%"].group
    assert statements["6.9万家"].subject == "大湾区高新技术企业"
    assert statements["11所"].subject == "高校"


def test_provinces_in_brackets_get_their_figures(data: Path) -> None:
    reading = read_file(data / "communiques" / "nbs_rd_bulletin_2022.txt")
    by_place = {
        s.place: s.quote for s in reading.statements if s.unit == "元" and s.subject == s.place
    }
    assert by_place["广东"] == "4411.9亿元"
    assert by_place["福建"] == "1082.1亿元"
    assert {s.period for s in reading.statements if s.quote == "2.43%"} == {"2021"}


def wrapped(text: str, width: int) -> str:
    """The text broken into lines of a width, as it flows out of a column."""
    lines = (
        line[i : i + width] for line in text.split("\n") for i in range(0, max(len(line), 1), width)
    )
    return "\n".join(lines)


@pytest.mark.parametrize("gold", GOLD, ids=lambda p: p.stem)
def test_columns_line_ends_and_scripts_change_nothing(gold: Path, data: Path) -> None:
    text = (data / "communiques" / f"{gold.stem}.txt").read_bytes().decode("utf-8")
    variants = {
        "as given": text.encode(),
        "columns": wrapped(text, 38).encode(),
        "windows": text.replace("\n", "\r\n").encode(),
        "gb18030": text.encode("gb18030"),
        "hong kong": opencc.OpenCC("s2hk").convert(text).encode(),
    }
    facts = {
        name: [
            (s.value, s.unit, s.bound, s.kind, s.modality, s.from_value)
            for s in read_bytes(body, "x.txt").statements
        ]
        for name, body in variants.items()
    }
    assert all(found == facts["as given"] for found in facts.values())
