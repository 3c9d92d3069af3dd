"""Citations of papers by patents, in the columns of the public lists of such pairs, become flows from place to place."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from world import World

import ceyuan
from ceyuan.pipeline.tracing import trace

PAIRS = """reftype\tconfscore\toaid\tpatent\twherefound
app\t10\tW1\tcn-100-a\tfrontonly
exm\t9\tW1\tcn-200-b\tfrontonly
app\t4\tW2\tcn-200-b\tbodyonly
app\t10\tW3\tcn-100-a\tbodyonly
oth\t8\tW2\tcn-100-a\tboth
"""
"""Made by hand in the columns of the lists of Marx and Fuegi (2020, 2022): no row of theirs."""
TABLE: dict[str, Any] = {
    "kind": "citation",
    "file": "pairs.tsv",
    "source": "s1",
    "columns": {
        "citing": "patent",
        "cited": "oaid",
        "cited_document": "oaid",
        "origin": {
            "column": "reftype",
            "map": {"app": "applicant", "exm": "examiner", "oth": "other"},
            "map_only": True,
        },
        "section": "wherefound",
        "confidence": "confscore",
    },
}
DOCUMENTS = [
    {"id": "W1", "type": "paper", "date": "2015", "place": "hongkong"},
    {"id": "W2", "type": "paper", "date": "2016", "place": "hongkong"},
    {"id": "W3", "type": "paper", "date": "2016", "place": "guangzhou"},
    {"id": "cn-100-a", "type": "patent", "date": "2020", "place": "shenzhen"},
    {"id": "cn-200-b", "type": "patent", "date": "2021", "place": "guangzhou"},
]
UPTAKE: dict[str, Any] = {
    "id": "uptake", "type": "flow", "records": "citation", "from": "cited_document.place", "to": "citing.place",
    "period": "citing.date", "where": "confidence >= 8 and citing.type = 'patent'", "within": "gba",
    "among": {"places": ["gba9", "hongkong", "macao"]}, "unit": "次", "hk_mo": {"rule": "separate"},
}  # fmt: skip


def test_what_is_found_in_hong_kong_and_patented_in_guangdong_is_a_flow() -> None:
    """Knowledge flows from the paper that is cited to the patent that cites it; uncertain matches are left out."""
    world = World(Path(tempfile.mkdtemp(prefix="ceyuan-test-")) / "world")
    world.write([UPTAKE], {"document": DOCUMENTS})
    (world.root / "records" / "pairs.tsv").write_text(PAIRS, encoding="utf-8")
    world._yaml("records/pairs.yaml", TABLE)
    with ceyuan.open(str(world.root)).build() as build:
        found = {(o.place, o.breakdown, o.period): o.value for o in build.show("uptake")}
        assert found["hongkong", "to=gba9", "2020"] == 2
        assert found["hongkong", "to=gba9", "2021"] == 1  # the match of W2 is too uncertain
        (made,) = trace(build, "uptake", place="hongkong", period="2021", breakdown="to=gba9")
        assert [r.fields["cited"] for r in made.records] == ["W1"]
