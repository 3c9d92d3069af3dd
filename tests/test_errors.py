"""The catalogue of errors is complete, and problems say where and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ceyuan.errors import Problem, catalogue, did_you_mean

SOURCE = Path(__file__).parents[1] / "src" / "ceyuan"


def test_every_code_has_all_its_texts() -> None:
    for code, entry in catalogue().items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
        assert entry.title
        assert entry.meaning.endswith(".")
        assert entry.remedy
        assert not entry.remedy.endswith(".")


def test_every_code_is_used_somewhere() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in SOURCE.rglob("*.py"))
    # In Python between quotes, in SQL between apostrophes, in reasons followed by a colon and a field.
    unused = [code for code in catalogue() if not re.search(rf"""["']{code}["':]""", text)]
    assert not unused


def test_a_problem_names_its_place_and_remedy() -> None:
    problem = Problem("unknown-place", "no place 'Shenzen'", "records/figure.csv", 7)
    assert str(problem).startswith(
        "records/figure.csv:7: error [unknown-place] no place 'Shenzen'. Declare the place"
    )


def test_an_unknown_code_cannot_be_reported() -> None:
    with pytest.raises(KeyError, match="no-such-code"):
        Problem("no-such-code", "x")


def test_did_you_mean_is_silent_when_nothing_is_near() -> None:
    assert did_you_mean("zzz", ["numerator"]) is None


def test_test_modules_have_names_of_their_own() -> None:
    # Test folders are no packages, so two modules of one name would hide each other.
    names = [p.name for p in Path(__file__).parent.rglob("*.py") if p.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))
