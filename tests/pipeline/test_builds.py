"""Builds replace each other whole or not at all, stay readable, and say what changed."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import ceyuan
from ceyuan.cli.output import print_rows, stream_rows
from ceyuan.engine.scratch import scratch_folder
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.folder import BuildFolder


def replace(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(root)): p.read_bytes()
        for p in sorted(root.rglob("*"))
        if p.is_file() and p.name != ".lock"
    }


def test_every_row_read_is_stored_or_quarantined(starter: Path) -> None:
    replace(
        starter,
        "records/accounts.csv",
        "2024,25000\n",
        "2024,25000\nhitech_firms,Atlantis,2024,5\n",
    )
    report = build_workspace(starter)
    (part,) = report.parts
    assert (part.read, part.stored, part.quarantined, dict(part.reasons)) == (
        5,
        4,
        1,
        {"unknown-place:place": 1},
    )
    (row,) = ceyuan.open(str(starter)).open().quarantined()
    assert (row["file"], row["line"], row["row"]["place"]) == (
        "records/accounts.csv",
        6,
        "Atlantis",
    )


def test_strict_stops_on_quarantined_rows_and_leaves_the_build_as_it_was(starter: Path) -> None:
    first = build_workspace(starter).build
    before = tree(starter / "build" / "builds")
    replace(
        starter,
        "records/accounts.csv",
        "2024,25000\n",
        "2024,25000\nhitech_firms,Atlantis,2024,5\n",
    )
    with pytest.raises(CeyuanError, match="rows-quarantined"):
        build_workspace(starter, strict=True)
    assert tree(starter / "build" / "builds") == before
    assert BuildFolder(starter).current() == first


def test_a_broken_definition_leaves_the_build_as_it_was(starter: Path) -> None:
    first = build_workspace(starter).build
    replace(starter, "indicators/firms.yaml", "value: amount", "value: amounts")
    with pytest.raises(CeyuanError, match="unknown-field"):
        build_workspace(starter)
    assert BuildFolder(starter).builds() == [first]


def test_a_build_whose_writer_was_stopped_is_none(starter: Path) -> None:
    build = build_workspace(starter).build
    folder = BuildFolder(starter)
    shutil.copytree(folder.of(build), folder.of(".incoming"))
    assert folder.builds() == [build]
    with pytest.raises(CeyuanError, match="no-build"):
        folder.resolve("2000-01-01")


def test_nothing_changed_means_no_new_build(starter: Path) -> None:
    first = build_workspace(starter)
    again = build_workspace(starter)
    assert (first.fresh, again.fresh, again.build) == (True, False, first.build)


def test_changes_are_listed_with_old_value_new_value_and_reason(starter: Path) -> None:
    first = build_workspace(starter)
    replace(starter, "records/accounts.csv", "广州,2024,13500", "广州,2024,14300")
    second = build_workspace(starter)
    assert second.compared_with == first.build
    changed = {(c.indicator, c.place): c for c in second.changes}
    assert changed.keys() == {
        (i, p) for i in ("hitech_firms", "hitech_firms_growth") for p in ("centre", "guangzhou")
    }
    one = changed["hitech_firms", "guangzhou"]
    assert (one.what, one.old, one.new, one.reason) == (
        "changed",
        13500,
        14300,
        "its records or inputs changed",
    )


def test_a_new_definition_is_the_reason_where_it_is(starter: Path) -> None:
    build_workspace(starter)
    replace(
        starter,
        "indicators/firms.yaml",
        "where: item = 'hitech_firms'",
        "where: item = 'hitech_firms' and amount < 20000",
    )
    reasons = {(c.indicator, c.what): c.reason for c in build_workspace(starter).changes}
    assert reasons["hitech_firms", "changed"] == "its definition changed"
    assert reasons["hitech_firms", "gone"] == ""


def test_an_earlier_build_can_be_asked_what_it_said(starter: Path) -> None:
    first = build_workspace(starter).build
    replace(starter, "records/accounts.csv", "13500", "14300")
    replace(starter, "indicators/firms.yaml", "en: High-tech firms", "en: Certified firms")
    second = build_workspace(starter).build
    observatory = ceyuan.open(str(starter))
    for as_of, value, name in ((first, 13500, "High-tech firms"), ("previous", 13500, "High-tech firms"), (None, 14300, "Certified firms"),
                               (second, 14300, "Certified firms"), ("2999-01-01", 14300, "Certified firms")):  # fmt: skip
        with observatory.open(as_of) as build:
            (found,) = build.show("hitech_firms", place="广州", period="2024")
            assert (found.value, build.indicators["hitech_firms"].name.en) == (value, name)
    with pytest.raises(CeyuanError, match="no-build"):
        observatory.open("1999-01-01")


def test_only_so_many_builds_are_kept_and_their_records_with_them(starter: Path) -> None:
    for value in range(5):
        replace(
            starter,
            "records/accounts.csv",
            f"广州,2023,{13000 + value}",
            f"广州,2023,{13001 + value}",
        )
        build_workspace(starter, keep=2)
    folder = BuildFolder(starter)
    assert len(folder.builds()) == 2
    assert len(list(folder.store.glob("*.parquet"))) == 2
    with ceyuan.open(str(starter)).open("previous") as build:
        assert build.show("hitech_firms", place="guangzhou", period="2023")[0].value == 13004


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


DAMAGE: dict[str, tuple[str, Callable[[Path], None]]] = {
    "empty manifest": ("manifest.json", empty), "cut manifest": ("manifest.json", cut), "no manifest": ("manifest.json", Path.unlink),
    "another manifest": ("manifest.json", lambda p: p.write_text("[]")), "cut declarations": ("declarations.json", cut),
    "empty table": ("observations.parquet", empty), "cut table": ("lineage.parquet", cut), "no table": ("periods.parquet", Path.unlink),
}  # fmt: skip


@pytest.mark.parametrize("how", list(DAMAGE))
def test_a_damaged_build_is_named_and_passed_over(starter: Path, how: str) -> None:
    first = build_workspace(starter).build
    replace(starter, "records/accounts.csv", "13500", "14300")
    second = build_workspace(starter).build
    folder = BuildFolder(starter)
    name, damage = DAMAGE[how]
    damage(folder.of(second) / name)
    assert (folder.builds(), folder.current()) == ([first], first)
    assert [(p.code, p.severity) for p in folder.passed_over()] == [("damaged-build", "warning")]
    with ceyuan.open(str(starter)).open() as build:
        assert build.show("hitech_firms", place="广州", period="2024")[0].value == 13500
    with pytest.raises(CeyuanError, match="damaged-build"):
        ceyuan.open(str(starter)).open(second)
    again = build_workspace(starter)
    assert (again.fresh, again.compared_with) == (True, first)
    assert second in "".join(map(str, again.warnings))
    assert (folder.current(), folder.passed_over()) == (again.build, [])


def test_every_command_names_a_damaged_build(starter: Path) -> None:
    build_workspace(starter)
    replace(starter, "records/accounts.csv", "13500", "14300")
    empty(BuildFolder(starter).of(build_workspace(starter).build) / "manifest.json")
    command = Path(sys.executable).with_name("ceyuan")
    for args in (["show", "hitech_firms"], ["list", "builds"], ["build"]):
        done = subprocess.run(
            [command, *args, "-w", starter], capture_output=True, text=True, check=False
        )
        assert (done.returncode, "Traceback" in done.stderr) == (0, False)
        assert "[damaged-build]" in done.stderr


def test_where_every_build_is_damaged_that_is_said(starter: Path) -> None:
    empty(BuildFolder(starter).of(build_workspace(starter).build) / "manifest.json")
    with pytest.raises(CeyuanError, match="damaged-build"):
        ceyuan.open(str(starter)).open()
    assert build_workspace(starter).fresh


def test_what_a_killed_build_left_behind_goes_with_the_next(starter: Path) -> None:
    build_workspace(starter)
    folder = BuildFolder(starter)
    left = [folder.path / ".scratch" / "x.block", folder.of(".incoming") / "observations.parquet", folder.store / ".a.records.tmp",
            folder.store / ".b.json.0123.tmp", folder.path / ".current.0123.tmp"]  # fmt: skip
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
    build_workspace(starter)
    assert [p for p in left if p.exists()] == []


def test_temporary_folders_of_killed_processes_go_and_those_of_others_stay(starter: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    left = scratch_folder().with_name(f"ceyuan-{dead.stdout.strip()}-{'0' * 32}")
    mine = scratch_folder()
    for folder in (left, mine):
        folder.mkdir()
    build_workspace(starter)
    assert (left.exists(), mine.exists()) == (False, True)
    mine.rmdir()


def test_builds_of_published_editions_stay(starter: Path) -> None:
    first = build_workspace(starter).build
    edition = starter / "bulletin" / "archive" / "b" / "2025-01-01" / "edition.json"
    edition.parent.mkdir(parents=True)
    edition.write_text(json.dumps({"build": first}), encoding="utf-8")
    replace(starter, "ceyuan.yaml", "ceyuan: 1\n", "ceyuan: 1\nkeep: 1\n")
    for value in range(3):
        replace(
            starter,
            "records/accounts.csv",
            f"广州,2023,{13000 + value}",
            f"广州,2023,{13001 + value}",
        )
        last = build_workspace(starter).build
    assert BuildFolder(starter).builds() == [first, last]
    with ceyuan.open(str(starter)).open(first) as build:
        assert build.show("hitech_firms", place="guangzhou", period="2023")[0].value == 13000


def test_two_builds_at_once_are_refused(starter: Path) -> None:
    build_workspace(starter)
    with (starter / "build" / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(CeyuanError, match="build-running"):
            build_workspace(starter)


def test_rows_in_another_order_give_the_same_figures(starter: Path) -> None:
    build_workspace(starter)
    with ceyuan.open(str(starter)).open() as build:
        before = [(o.indicator, o.place, o.period, o.value) for o in build.show()]
    path = starter / "records" / "accounts.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    report = build_workspace(starter)
    assert report.changes == ()
    with ceyuan.open(str(starter)).open() as build:
        assert [(o.indicator, o.place, o.period, o.value) for o in build.show()] == before


def test_a_build_cut_off_in_the_middle_leaves_no_trace(
    starter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_workspace(starter).build
    replace(starter, "records/accounts.csv", "13500", "14300")

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ceyuan.pipeline.builder._write_declarations", cut)
    with pytest.raises(KeyboardInterrupt):
        build_workspace(starter)
    assert BuildFolder(starter).builds() == [first]
    monkeypatch.undo()
    assert build_workspace(starter).compared_with == first


def test_figures_that_are_streamed_are_those_that_are_shown(
    starter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ceyuan.pipeline.reading._AT_ONCE", 3)
    build_workspace(starter)
    with ceyuan.open(str(starter)).open() as build:
        shown = build.show(all_sources=True)
        assert list(build.stream(all_sources=True)) == shown
        assert len(shown) > 3
        assert list(build.stream("hitech_firms", period="1900")) == []


def test_a_stream_of_rows_is_printed_as_a_list_of_them_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [{"a": 1.5, "b": {"c": "\n中[", "d": []}}, {"a": None, "b": {}}]
    for format_ in ("json", "csv"):
        for some in (rows, rows[:1], []):
            print_rows(some, list(some[0]) if some else ["a", "b"], format_)
            wanted = capsys.readouterr().out
            stream_rows(iter(some), ["a", "b"], format_)
            assert capsys.readouterr().out == wanted


def test_a_changed_file_of_many_is_read_alone_unless_another_repeats_it(starter: Path) -> None:
    """Which rows are kept does not depend on what was read before."""
    table = starter / "records" / "accounts.yaml"
    table.write_text(
        table.read_text(encoding="utf-8").replace("accounts.csv", "accounts*.csv"), encoding="utf-8"
    )
    header, *rows = (starter / "records" / "accounts.csv").read_text(encoding="utf-8").splitlines()
    for number, row in enumerate(rows):
        (starter / "records" / f"accounts{number}.csv").write_text(
            f"{header}\n{row}\n", encoding="utf-8"
        )
    (starter / "records" / "accounts.csv").unlink()
    first = build_workspace(starter).parts
    replace(starter, "records/accounts1.csv", rows[1], rows[1] + "0")
    second = build_workspace(starter).parts
    assert [a.key != b.key for a, b in zip(first, second, strict=True)] == [
        n == 1 for n in range(len(rows))
    ]

    (starter / "records" / "accounts1.csv").write_text(
        f"{header}\n{rows[1]}\n{rows[-1]}\n", encoding="utf-8"
    )
    for _ in range(2):
        third = build_workspace(starter).parts
        assert [(p.stored, dict(p.reasons)) for p in third[1:]] == [
            (2, {}), *[(1, {})] * (len(rows) - 3), (0, {"duplicate-key": 1}),
        ]  # fmt: skip
        assert first[-1].key in third[-1].beside
        assert [p.key for p in third[2:-1]] == [p.key for p in first[2:-1]]

    replace(starter, "records/accounts1.csv", f"{rows[-1]}\n", "")
    assert [p.key for p in build_workspace(starter).parts] == [p.key for p in first]


def test_records_are_read_again_only_where_the_workspace_says_something_else_of_them(
    starter: Path,
) -> None:
    places, table = starter / "places.csv", "records/accounts.csv"
    replace(starter, table, "2024,25000\n", "2024,25000\nhitech_firms,Atlantis,2024,5\n")
    first = build_workspace(starter).parts
    text = places.read_text(encoding="utf-8")
    places.write_text(text.replace("Guangzhou,", "City of Rams,"), encoding="utf-8")
    replace(starter, "indicators/firms.yaml", "indicators:\n", "indicators:\n# Nothing new.\n")
    assert [p.key for p in build_workspace(starter).parts] == [p.key for p in first]
    places.write_text(
        text + "atlantis,city,,,Atlantis,亚特兰蒂斯,亞特蘭蒂斯,,,,,,\n", encoding="utf-8"
    )
    found = build_workspace(starter)
    assert [(p.stored, p.quarantined) for p in found.parts] == [(5, 0)]
    places.write_text(text, encoding="utf-8")
    assert [p.key for p in build_workspace(starter).parts] == [p.key for p in first]
