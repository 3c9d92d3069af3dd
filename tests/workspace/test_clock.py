"""The day of a workspace begins at midnight where the workspace is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

import pytest

from ceyuan.pipeline.checking import check_workspace
from ceyuan.pipeline.folder import MANIFEST, BuildFolder
from ceyuan.plan.opening import read_day
from ceyuan.workspace import clock
from small_workspace import MakeWorkspace

EVENING = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)
"""In Hong Kong it is one o'clock on the first of July."""


class Evening(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return EVENING.astimezone(tz)


@pytest.fixture
def root(make_workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(clock, "datetime", Evening)
    return make_workspace()


def declare(root: Path, line: str) -> None:
    path = root / "ceyuan.yaml"
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")


def test_today_is_the_day_where_the_workspace_is(root: Path) -> None:
    assert clock.today(root) == date(2026, 6, 30)
    declare(root, "timezone: Asia/Hong_Kong")
    assert clock.today(root) == date(2026, 7, 1)
    assert read_day(root, None) == date(2026, 7, 1)
    assert read_day(root, "2026-06-30") == date(2026, 6, 30)


@pytest.mark.parametrize(("name", "hint"), [("Asia/Hongkong", "'Asia/Hong_Kong'"), ("Asia/Shangai", "'Asia/Shanghai'"), ("Asia", None)])  # fmt: skip
def test_a_wrong_time_zone_is_told_with_its_line_and_what_was_meant(
    root: Path, name: str, hint: str | None
) -> None:
    declare(root, f"timezone: {name}")
    (problem,) = check_workspace(root)[1]
    assert (problem.code, problem.file) == ("unknown-timezone", "ceyuan.yaml")
    assert problem.line is not None
    assert hint is None or hint in str(problem)
    assert clock.today(root) == date(2026, 6, 30)


@pytest.mark.parametrize(
    "line",
    ["timezone: GMT+8:00", "timezone: 8", "timezone: ../etc/passwd", "timezone: [Asia/Tokyo]"],
)
def test_what_is_no_name_of_a_time_zone_is_refused(root: Path, line: str) -> None:
    declare(root, line)
    assert {p.file for p in check_workspace(root)[1]} == {"ceyuan.yaml"}
    assert clock.today(root) == date(2026, 6, 30)


def test_a_build_belongs_to_the_day_on_which_it_was_made_there(root: Path) -> None:
    folder = BuildFolder(root)
    for name in ("20260629T090000-aaaaaaaa", "20260630T170000-bbbbbbbb"):
        folder.of(name).mkdir(parents=True)
        keys = ("build", "created", "fingerprint", "parts", "counts", "warnings", "changes")
        (folder.of(name) / MANIFEST).write_text(
            json.dumps(dict.fromkeys(keys, "")), encoding="utf-8"
        )
    (folder.path / "current").write_text("20260630T170000-bbbbbbbb\n", encoding="utf-8")
    assert folder.resolve("2026-06-30").endswith("b")
    declare(root, "timezone: Asia/Hong_Kong")
    assert folder.resolve("2026-06-30").endswith("a")
    assert folder.resolve("2026-07-01").endswith("b")
