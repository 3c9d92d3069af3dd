"""The plan as of a day: by the reports filed and the build made up to then, as the command line says it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

import ceyuan
from ceyuan.plan import status_export
from ceyuan.plan.opening import plan_as_of
from ceyuan.web.app import create_app
from ceyuan.web.snapshots import Snapshots
from plan_world import write_plan
from small_workspace import PAYMENTS, MakeWorkspace
from web_running import running

FIRST = "2025-08-01"


@pytest.fixture
def root(make_workspace: MakeWorkspace) -> Path:
    """A workspace with two builds, the earlier one of the first of August 2025, when 100 had been paid instead of 900."""
    made = write_plan(make_workspace())
    first = ceyuan.open(str(made)).make().build
    (made / "records" / "payments.csv").write_text(
        PAYMENTS.replace(",100,", ",900,"), encoding="utf-8"
    )
    ceyuan.open(str(made)).make()
    builds = made / "build" / "builds"
    earlier = f"20250801T000000{first[15:]}"
    shutil.move(builds / first, builds / earlier)
    return made


@pytest.fixture
def client(root: Path) -> Iterator[httpx.Client]:
    with running(create_app(Snapshots(root))) as client:
        yield client


def asked(client: httpx.Client, day: str | None = None) -> dict[str, Any]:
    answer = client.get("/api/v1/plan/2025", params={} if day is None else {"as_of": day})
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def states(plan: dict[str, Any]) -> dict[str, str]:
    return {t["task"]["id"]: t["state"] for t in plan["tasks"]}


@pytest.mark.parametrize(
    "day", ["2025-01-15", "2025-07-04", "2025-07-05", "2025-07-31", FIRST, "2025-12-31"]
)
def test_it_stands_as_the_command_line_says(root: Path, client: httpx.Client, day: str) -> None:
    plan = asked(client, day)["plan"]
    said = json.loads(json.dumps(status_export(plan_as_of(root, day, 2025))))
    assert plan["as_of"] == day
    assert states(plan) == states(said)
    assert plan == said


def test_reports_count_from_the_day_on_which_they_were_filed(client: httpx.Client) -> None:
    before, after = (asked(client, f"2025-07-0{n}") for n in (4, 5))
    early, late = (
        next(
            r
            for t in p["plan"]["tasks"]
            if t["task"]["id"] == "labs"
            for r in t["reports"]
            if r["party"] == "guangdong"
        )
        for p in (before, after)
    )
    assert (early["state"], late["state"]) == ("draft", "submitted")


def test_figures_are_those_of_the_build_of_that_day_and_the_answer_is_of_the_one_that_is_served(
    client: httpx.Client,
) -> None:
    now, then, earlier = asked(client), asked(client, FIRST), asked(client, "2025-07-31")
    assert now["build"] == then["build"] == earlier["build"] == now["plan"]["build"]
    assert then["plan"]["build"].startswith("20250801")
    assert earlier["plan"]["build"] is None
    assert earlier["figures"] == {}
    (was,), (is_) = ([f["value"] for f in p["figures"].values() if f["period"] == "2024" and f["place"] == "gd"] for p in (then, now))  # fmt: skip
    assert is_ != [was]
    assert all(t["current"] is None for task in earlier["plan"]["tasks"] for t in task["targets"])


def test_a_day_before_anything_was_agreed_has_no_surprises(client: httpx.Client) -> None:
    plan = asked(client, date(1, 1, 1).isoformat())["plan"]
    assert {t["state"] for t in plan["tasks"]} <= {"planned"}
