"""What is kept of a plan's files changes nothing but the time: every edit is noticed, and damage is read past."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.errors import Problem
from ceyuan.plan import PlanStatus, kept, load_plan
from ceyuan.plan.loading import read_plan
from ceyuan.plan.model import Plan
from ceyuan.plan.spec import ReportFile, TaskFile
from ceyuan.plan.status import derive
from ceyuan.plan.writing import to_yaml
from ceyuan.workspace.spec import parse_spec
from ceyuan.workspace.yamlfile import parse_yaml, read_yaml
from plan_world import LABS, REPORT, RULES, approved, figure, figures_of, write_plan

LABS_FILE, RULES_FILE = "plan/tasks/labs.yaml", "plan/tasks/rules.yaml"
REPORT_FILE = "plan/reports/2025-H1/labs.guangdong.yaml"
KEPT = "build/plan"
LONG = 10 * kept.REST
FIGURES = figures_of(figure(36, "2024"), figure(39, "2025"))


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small folders are kept, too, and all files have rested."""
    monkeypatch.setattr("ceyuan.plan.files.WORTH_KEEPING", 1)
    monkeypatch.setattr(kept, "now", lambda: time.time_ns() + LONG)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files of folders that are parsed from now on."""
    found: list[str] = []
    monkeypatch.setattr(
        "ceyuan.plan.files.read_yaml",
        lambda p, f, languages: (found.append(f), read_yaml(p, f, languages))[1],
    )
    return found


def wait(root: Path) -> None:
    """Until the file system's clock has moved on, as it has when a file has rested."""
    probe = root / "probe"
    probe.touch()
    start = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == start:
        probe.touch()


@pytest.mark.usefixtures("keeping")
def test_only_files_that_changed_are_parsed_again(tmp_path: Path, parsed: list[str]) -> None:
    root = write_plan(tmp_path)
    first = load_plan(root)
    assert parsed == [LABS_FILE, RULES_FILE, REPORT_FILE]
    parsed.clear()
    assert load_plan(root) == first
    assert parsed == []
    wait(root)
    write_plan(root, {RULES_FILE: RULES.replace("规则", "规程")})
    assert load_plan(root).tasks["rules"].name.zh_hans == "规程"
    assert parsed == [RULES_FILE]
    assert load_plan(root).tasks["rules"].name.zh_hans == "规程"
    assert parsed == [RULES_FILE]
    (root / REPORT_FILE).unlink()
    assert load_plan(root).reports == ()


@pytest.mark.usefixtures("keeping")
def test_an_edit_that_sets_size_and_time_back_is_noticed(tmp_path: Path) -> None:
    root = write_plan(tmp_path)
    load_plan(root)
    before = (root / RULES_FILE).stat()
    wait(root)
    write_plan(root, {RULES_FILE: RULES.replace("规则", "规程")})
    os.utime(root / RULES_FILE, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = (root / RULES_FILE).stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert load_plan(root).tasks["rules"].name.zh_hans == "规程"


def test_a_file_is_not_kept_before_it_has_rested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ceyuan.plan.files.WORTH_KEEPING", 1)
    root = write_plan(tmp_path)
    path = root / KEPT / "plan.tasks.kept"
    # Two changes within one tick of the clock look the same in size and times: the second is seen because nothing is kept.
    for name in ("规则", "规程", "规章"):
        write_plan(root, {RULES_FILE: RULES.replace("规则", name)})
        assert load_plan(root).tasks["rules"].name.zh_hans == name
        assert kept.recall(path, TaskFile) == {}
    monkeypatch.setattr(kept, "now", lambda: time.time_ns() + LONG)
    load_plan(root)
    assert sorted(kept.recall(path, TaskFile)) == ["labs.yaml", "rules.yaml"]
    # One that has just changed is left out; the others stay.
    monkeypatch.setattr(kept, "now", time.time_ns)
    wait(root)
    write_plan(root, {RULES_FILE: RULES})
    assert load_plan(root).tasks["rules"].name.zh_hans == "规则"
    old = kept.recall(path, TaskFile)["rules.yaml"]
    assert old[1].name.zh_hans == "规章"
    assert old[0].changed != (root / RULES_FILE).stat().st_ctime_ns


@pytest.mark.parametrize("clock", ["written", "changed"])
def test_both_times_must_have_rested(clock: str) -> None:
    stamp = kept.Stamp(1, 0, 0)._replace(**{clock: 5})
    assert not kept.rested(stamp, 5 + kept.REST)
    assert kept.rested(stamp, 6 + kept.REST)


@pytest.mark.usefixtures("keeping")
def test_a_faulty_file_is_not_kept_and_said_each_time(tmp_path: Path, parsed: list[str]) -> None:
    root = write_plan(tmp_path, {RULES_FILE: RULES.replace("lead:", "leed:")})
    first = read_plan(root)[1]
    assert {(p.code, p.file) for p in first} == {
        ("unknown-key", RULES_FILE),
        ("missing-key", RULES_FILE),
    }
    parsed.clear()
    assert read_plan(root)[1] == first
    assert parsed == [RULES_FILE]


@pytest.mark.usefixtures("keeping")
def test_an_approved_report_that_was_edited_after_it_was_kept_is_found(tmp_path: Path) -> None:
    document = parse_yaml(REPORT, "r.yaml")
    text = to_yaml(approved(parse_spec(ReportFile, document, document.data), "2025-07-08"))
    root = write_plan(tmp_path, {REPORT_FILE: text})
    assert read_plan(root)[1] == []
    wait(root)
    write_plan(root, {REPORT_FILE: text.replace("value: 1207", "value: 1208")})
    for _ in range(2):
        assert [p.code for p in read_plan(root)[1]] == ["plan-report-changed"]


def _damages() -> dict[str, bytes | None]:
    return {"emptied": b"", "cut": None, "foreign": b"\x00" * 4000, "text": "规则".encode() * 500}


@pytest.mark.usefixtures("keeping")
@pytest.mark.parametrize("damage", ["emptied", "cut", "foreign", "text", "bit"])
def test_what_was_damaged_is_read_past_and_made_again(
    tmp_path: Path, damage: str, parsed: list[str]
) -> None:
    root = write_plan(tmp_path)
    first = load_plan(root)
    for path in (root / KEPT).iterdir():
        sound = path.read_bytes()
        # The bit is one within a word: still JSON, still a name.
        bit = sound.replace("实验室".encode(), "实验宣".encode()).replace(
            "已发".encode(), "己发".encode()
        )
        assert bit != sound
        path.write_bytes(
            {**_damages(), "bit": bit}[damage] or sound[: len(sound) // 2 if damage == "cut" else 0]
        )
    parsed.clear()
    assert load_plan(root) == first
    assert sorted(parsed) == sorted([LABS_FILE, RULES_FILE, REPORT_FILE])
    parsed.clear()
    assert load_plan(root) == first
    assert parsed == []


@pytest.mark.usefixtures("keeping")
def test_another_version_reads_the_files_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parsed: list[str]
) -> None:
    root = write_plan(tmp_path)
    first = load_plan(root)
    parsed.clear()
    monkeypatch.setattr(kept, "_shape", lambda _: b"another")
    assert load_plan(root) == first
    assert len(parsed) == 3


@pytest.mark.usefixtures("keeping")
def test_a_workspace_that_cannot_be_written_to_is_read(tmp_path: Path) -> None:
    root = write_plan(tmp_path)
    (root / "build").write_text("in the way")
    assert load_plan(root) == load_plan(root)
    (root / "build").unlink()
    (root / KEPT / "plan.tasks.kept").mkdir(parents=True)
    assert load_plan(root) == load_plan(root)
    assert sorted(p.name for p in (root / KEPT).iterdir()) == [
        "plan.reports.2025-H1.kept",
        "plan.tasks.kept",
    ]


# Contents of equal and of other sizes, faults among them; None removes the file.
TEXTS: dict[str, list[str | None]] = {
    LABS_FILE: [
        LABS,
        LABS.replace("1500", "1600"),
        LABS.replace("place: gd", "place: gx"),
        LABS.replace("year: 2025", "year: x"),
    ],
    RULES_FILE: [RULES, RULES.replace("规则", "规程"), RULES.replace("[labs]", "[none]"), None],
    REPORT_FILE: [
        REPORT,
        REPORT.replace("1207", "1208"),
        REPORT.replace("submitted", "approved"),
        "{",
        None,
    ],
    "plan/reports/2025-H2/labs.guangdong.yaml": [
        REPORT.replace("2025-H1", "2025-H2"),
        REPORT,
        None,
    ],
    "plan/reports/2025-H2/note.txt": ["x", None],
}
EDITS = st.sampled_from([(file, text) for file, texts in TEXTS.items() for text in texts])
DAMAGE = st.sampled_from(["cut", "remove", "swap", None, None, None])


def reading(
    root: Path, *, keep: bool, after: int
) -> tuple[Plan | None, list[Problem], PlanStatus | None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ceyuan.plan.files.WORTH_KEEPING", 1 if keep else 1_000)
        patch.setattr(kept, "now", lambda: time.time_ns() + after)
        plan, problems = read_plan(root)
    sound = plan is not None and not problems
    return (
        plan,
        problems,
        derive(plan, FIGURES, date(2025, 8, 1)) if plan is not None and sound else None,
    )


def damaged(root: Path, how: str | None) -> None:
    files = sorted((root / KEPT).glob("*.kept"))
    contents = [path.read_bytes() for path in files]
    for path, own, other in zip(files, contents, reversed(contents), strict=True):
        if how == "remove":
            path.unlink()
        elif how is not None:
            path.write_bytes(own[:-9] if how == "cut" else other)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.lists(EDITS, max_size=3), DAMAGE, st.booleans()), min_size=1, max_size=6
    )
)
def test_kept_or_not_a_plan_reads_the_same(
    steps: list[tuple[list[tuple[str, str | None]], str | None, bool]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write_plan(Path(folder))
        for edits, damage, rest in steps:
            for file, text in edits:
                if text is None:
                    (root / file).unlink(missing_ok=True)
                else:
                    write_plan(root, {file: text})
            damaged(root, damage)
            assert reading(root, keep=True, after=LONG if rest else 0) == reading(
                root, keep=False, after=0
            )
            if rest:
                wait(root)
