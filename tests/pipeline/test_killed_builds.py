"""Builds that are killed at any moment: what was there stays, what was finished is whole, and nothing is left lying about."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ceyuan
from ceyuan.api import check
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.folder import BuildFolder
from plan_world import write_plan
from small_workspace import PAYMENTS, MakeWorkspace

COMMAND = str(Path(sys.executable).with_name("ceyuan"))


def pay(root: Path, amount: int) -> None:
    (root / "records" / "payments.csv").write_text(
        PAYMENTS.replace(",100,", f",{amount},"), encoding="utf-8"
    )
    (root / "communiques").mkdir(exist_ok=True)
    (root / "communiques" / "t.txt").write_text(f"2024年深圳拨付{amount}万元。", encoding="utf-8")


def paid(root: Path, build: str | None = None) -> float | None:
    with ceyuan.open(str(root)).open(build) as opened:
        return opened.show("paid", place="sz", period="2024")[0].value


def kill_builds(root: Path, times: int, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - moments, not secrets
    pay(root, 100)
    start = time.monotonic()
    subprocess.run([COMMAND, "build", "-w", root], check=True, capture_output=True)
    lasts = time.monotonic() - start
    folder, expected = BuildFolder(root), {}
    expected[folder.current()] = 150.5
    for number in range(times):
        amount = 200 + number
        pay(root, amount)
        with subprocess.Popen(
            [COMMAND, "build", "-w", root],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as run:
            time.sleep(rng.uniform(0, lasts))
            run.kill()
            assert "Traceback" not in (run.communicate()[1] or "")
        assert folder.passed_over() == []
        current = folder.current()
        assert current is not None
        for build in set(folder.builds()) - expected.keys():
            expected[build] = amount + 50.5
        for build in [current, *rng.sample(sorted(expected), min(2, len(expected)))]:
            if build in folder.names():
                assert paid(root, build) == expected[build]
    pay(root, 999)
    last = build_workspace(root, keep=10**6).build
    assert paid(root) == 1049.5
    assert {name: paid(root, name) for name in folder.builds()} == {**expected, last: 1049.5}
    assert [p for p in folder.path.rglob(".*") if p.name != ".lock"] == []
    assert check(root) == []


def test_killed_builds_lose_nothing(make_workspace: MakeWorkspace) -> None:
    kill_builds(write_plan(make_workspace()), 4, seed=1)


@pytest.mark.long
def test_many_killed_builds_lose_nothing(make_workspace: MakeWorkspace) -> None:
    root = write_plan(make_workspace())
    config = root / "ceyuan.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "keep: 1000\n", encoding="utf-8")
    kill_builds(root, 50, seed=2)
