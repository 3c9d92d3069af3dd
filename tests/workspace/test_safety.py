"""Somebody else's workspace is safe to open: nothing in it is read that leads out of it, has no end, or takes all there is."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ceyuan.api import check
from ceyuan.bulletin.writing import write_bulletin
from ceyuan.errors import CeyuanError, Problem
from ceyuan.limits import Ask, GivenUpError, LimitError, OutOfTimeError, limited
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.reading import Build
from ceyuan.plan import load_plan
from plan_world import write_plan
from small_workspace import CONFIG, PAYMENTS_TABLE, MakeWorkspace

BULLETIN = """\
bulletin: 1
title: {en: B, zh-Hans: 公, zh-Hant: 公}
date: 2026-06-18
period: 2025
place: gd
sections: [{id: lead}]
"""


def bulletin(text: str) -> dict[str, str]:
    good = '{% block lead %}{{ figure("paid") }}{% endblock %}'
    whole = f"{{% block lead %}}\n{text}\n{{% endblock %}}\n"
    return {
        "bulletin/b.yaml": BULLETIN,
        "bulletin/b.zh-Hans.md.j2": whole,
        "bulletin/b.zh-Hant.md.j2": good,
        "bulletin/b.en.md.j2": good,
    }


def pipe(path: Path) -> None:
    os.mkfifo(path)


def out(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def out_by_folder(path: Path) -> None:
    path.symlink_to("/etc", target_is_directory=True)


def circle(path: Path) -> None:
    path.symlink_to(path.parent, target_is_directory=True)


def itself(path: Path) -> None:
    path.symlink_to(path.name)


def nowhere(path: Path) -> None:
    path.symlink_to("nothing-there")


UNSAFE: list[tuple[Callable[[Path], None], str]] = [
    (pipe, "unsafe-file"), (out, "unsafe-link"), (out_by_folder, "unsafe-link"), (circle, "unsafe-link"), (itself, "unsafe-link"),
    (nowhere, "unsafe-link"),
]  # fmt: skip
PLACES = ["ceyuan.yaml", "places.csv", "records/x.csv", "records/x.yaml", "indicators/x.yaml", "kinds/x.yaml", "plan/plan.yaml",
          "plan/tasks/x.yaml", "communiques/x.txt", "communiques/x.yaml", "bulletin/x.yaml", "bulletin/x.en.md.j2", "composites/x.csv",
          "clusters/x.yaml", "bulletin/archive"]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("make", "code"), UNSAFE, ids=lambda v: getattr(v, "__name__", ""))
def test_what_leads_out_or_has_no_end_is_a_problem_and_is_not_read(
    make_workspace: MakeWorkspace, place: str, make: Callable[[Path], None], code: str
) -> None:
    root = write_plan(make_workspace())
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    make(path)
    assert (code, place) in {(p.code, p.file) for p in check(root)}
    with pytest.raises(CeyuanError, match=code):
        build_workspace(root)
    if place.startswith("plan/"):
        with pytest.raises(CeyuanError, match=code):
            load_plan(root)


def test_lock_files_of_editors_are_nobodys(make_workspace: MakeWorkspace) -> None:
    root = write_plan(make_workspace(bulletin('{{ figure("paid") }}')))
    for folder in (
        "records",
        "indicators",
        "kinds",
        "plan/tasks",
        "plan/reports/2025-H1",
        "bulletin",
        "communiques",
        "composites",
    ):
        (root / folder).mkdir(exist_ok=True)
        for name in (".#all.yaml", ".#payments.csv", ".#b.en.md.j2"):
            (root / folder / name).symlink_to("somebody@host.1234:5678")
    assert check(root) == []
    assert build_workspace(root).fresh
    assert load_plan(root).tasks


def test_a_link_may_lead_where_the_user_allows_it(
    make_workspace: MakeWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_workspace()
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.move(root / "records" / "payments.csv", outside / "payments.csv")
    (root / "records" / "payments.csv").symlink_to(outside / "payments.csv")
    assert [p.code for p in check(root)] == ["unsafe-link"]
    monkeypatch.setenv("CEYUAN_ALLOW_ROOT", str(outside))
    assert check(root) == []


@pytest.mark.parametrize("declared", ["/etc", "'~'", "../../../../../../../../../../etc"])
def test_a_root_may_not_be_any_folder_of_the_machine(
    make_workspace: MakeWorkspace, declared: str
) -> None:
    root = make_workspace({"ceyuan.yaml": CONFIG + f"roots: {{outside: {declared}}}\n",
                           "records/payments.yaml": PAYMENTS_TABLE.replace("payments.csv", '"outside:hostname"')})  # fmt: skip
    found = [p for p in check(root) if p.severity == "error"]
    assert [(p.code, p.file) for p in found] == [("unsafe-root", "ceyuan.yaml")]
    assert found[0].line is not None


def test_files_of_a_root_stay_in_it(
    make_workspace: MakeWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "payments.csv").symlink_to("/etc/hostname")
    root = make_workspace({"ceyuan.yaml": CONFIG + "roots: {outside: ../outside}\n",
                           "records/payments.yaml": PAYMENTS_TABLE.replace("payments.csv", '"outside:payments.csv"')})  # fmt: skip
    assert "no-such-file" in {p.code for p in check(root)}


BOMBS = [
    "{{ 'a' * 9999999999 }}", "{{ 9 ** 99999999 }}", "{{ '%99999999999d' % 1 }}", "{{ '{:>99999999999}'.format(1) }}",
    "{{ 'a' | center(9999999999) }}", "{% set s = 'abcdefghij' * 1000 %}" + "{% for a in s %}" * 4 + "x" + "{% endfor %}" * 4,
    "{% set a = 'x' * 1000 %}" + "".join(f"{{% set {n} = {m} ~ {m} ~ {m} ~ {m} ~ {m} ~ {m} ~ {m} ~ {m} %}}" for m, n in zip("abcdefghij", "bcdefghijk", strict=True)) + "{{ k }}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "{{ [1] * 9999999999 }}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "{% if a %}" * 2000, "{% for i in range(9999999) %}{{ names('payment') }}{% endfor %}",
]  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_a_template_that_takes_too_much_is_a_problem_with_its_place(
    make_workspace: MakeWorkspace, bomb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ceyuan.bulletin.templates._SECONDS", 1)
    root = make_workspace(bulletin(bomb))
    build_workspace(root)
    assert not any(p.code == "internal-error" for p in check(root))
    with Build.open(root) as build, pytest.raises(CeyuanError) as caught:
        write_bulletin(build)
    first: Problem = caught.value.problems[0]
    assert first.code in ("template-limits", "bulletin-template", "typed-figure")
    assert first.file == "bulletin/b.zh-Hans.md.j2"


def test_a_wide_format_that_is_written_out_is_too_long(make_workspace: MakeWorkspace) -> None:
    root = make_workspace(bulletin("{{ '-' | center(999999) }}"))
    build_workspace(root)
    with Build.open(root) as build, pytest.raises(CeyuanError, match="template-limits"):
        write_bulletin(build)


def test_work_is_ended_that_takes_too_much_time_or_memory() -> None:
    def busy(_: Ask) -> None:
        while True:
            pass

    def greedy(_: Ask) -> int:
        return len(bytearray(10**10))

    with pytest.raises(OutOfTimeError):
        limited(busy, seconds=1, megabytes=200)
    with pytest.raises((LimitError, OutOfTimeError)):
        limited(lambda _: 9**999999999 % 7, seconds=1, megabytes=2000)
    with pytest.raises(MemoryError):
        limited(greedy, seconds=5, megabytes=200)
    with pytest.raises(KeyError):
        limited(lambda _: {}["x"], seconds=5, megabytes=200)
    with pytest.raises(LimitError):
        limited(lambda _: os._exit(3), seconds=5, megabytes=200)
    with socket.socket() as connection, pytest.raises(OSError, match="Bad file descriptor"):
        # A connection that is open in the copy could not be ended by either side.
        limited(lambda _: os.fstat(connection.fileno()).st_size, seconds=5, megabytes=200)
    with pytest.raises(GivenUpError):
        limited(busy, seconds=1000, megabytes=200, awaited=iter([True, True, False]).__next__)
    assert limited(lambda _: "x" * 10_000_000, seconds=5, megabytes=200) == "x" * 10_000_000


def test_work_may_ask_the_process_that_made_it() -> None:
    here = os.getpid()

    def names(ask: Ask) -> tuple[int, list[str]]:
        return os.getpid(), [ask(n) for n in range(3)]

    def asked(n: int) -> str:
        assert os.getpid() == here
        return f"{n}" * n

    there, answers = limited(names, seconds=5, megabytes=200, outside=asked)
    assert there != here
    assert answers == ["", "1", "22"]


def test_an_answer_that_fails_fails_in_the_work_and_too_many_questions_take_too_long() -> None:
    def fails(_: object) -> None:
        raise KeyError("x")

    def recovers(ask: Ask) -> str:
        with pytest.raises(KeyError):
            ask(1)
        return "said"

    def busy(_: object) -> None:
        start = time.thread_time()
        while time.thread_time() < start + 0.4:
            pass

    def never_ends(ask: Ask) -> None:
        while True:
            ask(1)

    assert limited(recovers, seconds=5, megabytes=200, outside=fails) == "said"
    with pytest.raises(LookupError):
        limited(lambda ask: ask(1), seconds=5, megabytes=200)
    with pytest.raises(LimitError):
        limited(never_ends, seconds=1, megabytes=200, outside=busy)
