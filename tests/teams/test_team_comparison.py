"""Two versions of a text word by word: without what was added the old one, without what was removed the new one."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from ceyuan.errors import CeyuanError
from ceyuan.plan.spec import ReportFile
from ceyuan.teams.comparison import Run, compare, compare_texts
from ceyuan.teams.database import Team
from ceyuan.teams.desk import changes
from ceyuan.teams.projection import erase
from ceyuan.teams.reports import draft, edit, move, path_of
from ceyuan.teams.tables import EVENT
from team_world import APPROVER, DRAFTER, MINISTER, SUBMITTER, person

# Few signs, so that the two have much in common.
TEXTS = st.text(alphabet="新建室家12., \nab_é\U00020000", max_size=40) | st.text(max_size=20)
LABS2 = "2025-H2/labs.guangdong"
H2 = {
    "task": "labs",
    "period": "2025-H2",
    "text": {"en": "Opened 3.22 laboratories", "zh-Hans": "新建3家"},
}


def without(runs: tuple[Run, ...], kind: str) -> str:
    return "".join(run.text for run in runs if run.kind != kind)


@given(TEXTS, TEXTS)
def test_the_runs_hold_both_texts_and_nothing_else(old: str, new: str) -> None:
    runs = compare_texts(old, new)
    assert without(runs, "added") == old
    assert without(runs, "removed") == new
    assert all(run.text for run in runs)
    assert all(one.kind != other.kind for one, other in pairwise(runs))


@given(TEXTS)
def test_a_text_against_itself_is_kept_whole(text: str) -> None:
    assert compare_texts(text, text) == ((Run("kept", text),) if text else ())


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ("grew by 3.22%", "grew by 3.54%", ["3.22"], ["3.54"]),  # a figure is never cut
        ("12,300 papers", "12,400 papers", ["12,300"], ["12,400"]),
        ("two laboratories", "two labs", ["laboratories"], ["labs"]),  # nor is a word
        ("新建实验室", "新建联合实验室", [], ["联合"]),
        ("与MIT合作", "与CERN合作", ["MIT"], ["CERN"]),
        ("共12家", "共13家", ["12"], ["13"]),
        ("", "新", [], ["新"]),
    ],
)
def test_what_changed_is_told_by_words_figures_and_characters(
    old: str, new: str, removed: list[str], added: list[str]
) -> None:
    runs = compare_texts(old, new)
    assert [run.text for run in runs if run.kind == "removed"] == removed
    assert [run.text for run in runs if run.kind == "added"] == added


@pytest.mark.parametrize("old", ["的" * 200_000, "一\n" * 200_000, "a b " * 50_000])
def test_long_texts_are_compared_as_far_as_that_is_cheap(old: str) -> None:
    # Compared sign by sign this would not end today.
    runs = compare_texts(old, f"{old}新")
    assert (without(runs, "added"), without(runs, "removed")) == (old, f"{old}新")


def reached(milestone: str) -> dict[str, object]:
    return {"milestone": milestone, "on": "2025-08-01", "evidence": {"document": "notice"}}


def report(**said: object) -> ReportFile:
    whole = {
        "task": "labs",
        "party": "guangdong",
        "period": "2025-H2",
        "history": [{"state": "draft", "by": "A", "on": "2025-07-01"}],
    }
    return ReportFile.model_validate({**whole, **said})


def test_parts_languages_and_entries_that_come_or_go_are_told() -> None:
    first = report(
        text={"zh-Hans": "一"}, difficulties={"en": "None"}, reached=[reached("a"), reached("b")]
    )
    second = report(text={"zh-Hans": "一", "en": "One"}, reached=[reached("b"), reached("c")])
    found = compare(first, second)
    assert found["texts"] == {
        "text": {"zh-Hans": (Run("kept", "一"),), "en": (Run("added", "One"),)},
        "difficulties": {"en": (Run("removed", "None"),)},
    }
    assert found["lists"]["values"] == {"added": [], "removed": []}
    assert [
        [one["milestone"] for one in found["lists"]["reached"][kind]]
        for kind in ("added", "removed")
    ] == [["c"], ["a"]]
    assert compare(None, second)["texts"]["text"]["zh-Hans"] == (Run("added", "一"),)


def test_a_version_is_compared_with_the_one_before_or_with_any_that_one_sees(team: Team) -> None:
    draft(team, DRAFTER, H2)
    edit(team, DRAFTER, LABS2, 1, {"text": {"en": "Opened 3.54 laboratories"}})
    with team.reading() as connection:
        found = changes(team, connection, DRAFTER, path_of(LABS2), 2)
        assert (found["since"], found["number"]) == (1, 2)
        assert [run.text for run in found["texts"]["text"]["en"] if run.kind == "added"] == ["3.54"]
        assert found["texts"]["text"]["zh-Hans"] == (Run("removed", "新建3家"),)
        first = changes(team, connection, DRAFTER, path_of(LABS2), 1)
        assert (first["since"], first["texts"]["text"]["zh-Hans"]) == (
            None,
            (Run("added", "新建3家"),),
        )
        back = changes(team, connection, DRAFTER, path_of(LABS2), 1, 2)
        assert back["texts"]["text"]["zh-Hans"] == (Run("added", "新建3家"),)
        for number, since in ((3, None), (2, 3), (2, 0)):
            with pytest.raises(CeyuanError, match=r"\[team-unknown-report\]"):
                changes(team, connection, DRAFTER, path_of(LABS2), number, since)


def test_nobody_learns_of_a_version_that_she_may_not_read(team: Team) -> None:
    draft(team, DRAFTER, H2)
    edit(team, DRAFTER, LABS2, 1, {"text": {"en": "Opened two"}})
    move(team, SUBMITTER, LABS2, 2, "submit")
    move(team, APPROVER, LABS2, 3, "approve")
    with team.reading() as connection:
        # The ministry reads what was approved (4), and nothing of what was written before.
        found = changes(team, connection, MINISTER, path_of(LABS2), 4)
        assert (found["since"], found["texts"]["text"]["en"]) == (
            None,
            (Run("added", "Opened two"),),
        )
        for number, since in ((4, 3), (4, 1), (2, 1)):
            with pytest.raises(CeyuanError, match=r"\[team-unknown-report\]"):
                changes(team, connection, MINISTER, path_of(LABS2), number, since)
        with pytest.raises(CeyuanError, match=r"\[team-unknown-report\]"):
            changes(team, connection, person("hongkong", "reader"), path_of(LABS2), 4)


def test_a_text_that_was_erased_is_compared_with_nothing(team: Team) -> None:
    draft(team, DRAFTER, H2)
    edit(team, DRAFTER, LABS2, 1, {"text": {"en": "Mrs Wang, telephone 123"}})
    edit(team, DRAFTER, LABS2, 2, {"text": {"en": "Opened two"}})
    with team.reading() as connection:
        entry = connection.scalar(
            sa.select(EVENT.c.seq).where(EVENT.c.subject == path_of(LABS2), EVENT.c.version == 2)
        )
    assert entry is not None
    erase(team, entry, "personal")
    with team.reading() as connection:
        assert changes(team, connection, DRAFTER, path_of(LABS2), 3)["since"] == 1
        for number, since in ((2, None), (3, 2)):
            with pytest.raises(CeyuanError, match=r"\[team-unknown-report\]"):
                changes(team, connection, DRAFTER, path_of(LABS2), number, since)
