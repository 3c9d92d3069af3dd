"""The record of what was agreed: what is in force and nothing else, each decision with its entry in the log."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from ceyuan.bulletin.printing import printed
from ceyuan.bulletin.recording import record_document
from ceyuan.errors import CeyuanError
from ceyuan.teams import submissions
from ceyuan.teams.accounts import Account, By, invite
from ceyuan.teams.database import Team
from ceyuan.teams.log import head_of
from ceyuan.teams.record import record_markdown, record_of
from ceyuan.teams.reports import draft, edit, move
from ceyuan.teams.rights import Actor, Decision
from ceyuan.teams.tables import EVENT
from ceyuan.wording import LANGUAGES
from team_world import (
    APPROVER,
    DRAFTER,
    FIGURES,
    LABS1,
    MINISTER,
    PAID,
    SUBMITTER,
    figures_now,
    team_in,
)

COMMAND = str(Path(sys.executable).with_name("ceyuan"))
LABS2 = "2025-H2/labs.guangdong"
UNPUBLISHED = "尚未公开的草稿"
H2 = {"task": "labs", "period": "2025-H2", "text": {"zh-Hans": UNPUBLISHED}}


def accept(team: Team, id_: str, version: int) -> None:
    move(team, APPROVER, id_, version, "approve")
    move(team, MINISTER, id_, version + 1, "accept")


def ids(team: Team) -> list[str]:
    return [report.id for report in record_of(team, 2025).reports]


def test_only_what_is_in_force_is_on_record(team: Team) -> None:
    draft(team, DRAFTER, H2)
    assert ids(team) == []
    move(team, APPROVER, LABS1, 1, "approve")
    assert ids(team) == []  # the level above has not accepted it
    move(team, MINISTER, LABS1, 2, "accept")
    assert ids(team) == [LABS1]
    for language in LANGUAGES:
        assert UNPUBLISHED not in record_markdown(record_of(team, 2025), language)
    move(team, MINISTER, LABS1, 3, "unapprove", "why")
    assert ids(team) == []


def hand_in(team: Team, period: str, content: str, *decided: tuple[Actor, Decision]) -> str:
    made = submissions.begin(team, DRAFTER, "payments", period, "拨付.csv", content.encode())
    for actor, decision in decided:
        submissions.move(team, actor, made.id, figures_now(team, made.id).version, decision)
    return made.id


def figures(team: Team, year: int = 2025) -> list[str]:
    return [one.id for one in record_of(team, year).figures]


def test_figures_are_on_record_while_they_are_in_force(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "try_file", lambda *_: {})
    all_but_last: tuple[tuple[Actor, Decision], ...] = (
        (SUBMITTER, "submit"),
        (APPROVER, "approve"),
    )
    hand_in(team, "2025-H1", PAID, *all_but_last)
    assert figures(team) == []  # the level above has not accepted it
    submissions.move(team, MINISTER, FIGURES, figures_now(team).version, "accept")
    (agreed,) = record_of(team, 2025).figures
    assert (agreed.id, agreed.submission.table, agreed.submission.party) == (
        FIGURES,
        "payments",
        "guangdong",
    )
    assert agreed.submission.sha256 == hashlib.sha256(PAID.encode()).hexdigest()
    assert [(s.what, s.side) for s in agreed.steps] == [
        ("submit", "guangdong"),
        ("approve", "guangdong"),
        ("accept", "central"),
    ]
    assert ids(team) == []  # figures are no report
    with team.reading() as connection:
        logged = {row.seq: (row.what, row.hash) for row in connection.execute(sa.select(EVENT))}
    assert [logged[s.entry] for s in agreed.steps] == [(s.what, s.hash) for s in agreed.steps]
    for language in LANGUAGES:
        said = record_markdown(record_of(team, 2025), language)
        assert "拨付.csv" in said
        assert agreed.submission.sha256 in said
    # What replaces it stands alone; what is taken back gives way to what was in force before.
    again = hand_in(team, "2025-H1", PAID + "\n", *all_but_last)
    assert figures(team) == [FIGURES]
    submissions.move(team, MINISTER, again, figures_now(team, again).version, "accept")
    assert figures(team) == [again]
    submissions.move(team, MINISTER, again, figures_now(team, again).version, "unapprove", "why")
    assert figures(team) == [FIGURES]


def test_figures_of_a_period_without_reports_are_on_record_in_the_year_in_which_it_ends(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "try_file", lambda *_: {})
    steps: tuple[tuple[Actor, Decision], ...] = (
        (SUBMITTER, "submit"),
        (APPROVER, "approve"),
        (MINISTER, "accept"),
    )
    other = [hand_in(team, p, PAID, *steps) for p in ("2025-03", "2024/25")]
    hand_in(team, "2024", PAID, *steps)
    assert figures(team) == sorted(other)


def test_every_form_of_the_record_names_figures(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "try_file", lambda *_: {})
    hand_in(
        team, "2025-H1", PAID, (SUBMITTER, "submit"), (APPROVER, "approve"), (MINISTER, "accept")
    )
    document = record_document(record_of(team, 2025), date(2025, 12, 31), "zh-Hans")
    digest = hashlib.sha256(PAID.encode()).hexdigest()
    assert digest in printed(document, "html").decode()
    with zipfile.ZipFile(io.BytesIO(printed(document, "docx"))) as word:
        assert digest in word.read("word/document.xml").decode()
    pages = PdfReader(io.BytesIO(printed(document, "pdf"))).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    assert "报送数据" in text
    assert digest in text


def test_each_decision_that_holds_is_named_with_its_entry(team: Team) -> None:
    with team.writing() as connection:
        account = Account(
            APPROVER.name, "周华", "guangdong", "省科技厅", ("approver",), active=True, invited=True
        )
        invite(connection, account, By())
    draft(team, DRAFTER, H2)
    move(team, SUBMITTER, LABS2, 1, "submit")
    move(team, APPROVER, LABS2, 2, "return", "没有依据")
    edit(
        team, DRAFTER, LABS2, 3, {"text": {"zh-Hans": "新建2家"}, "next_steps": {"en": "Two more"}}
    )
    move(team, SUBMITTER, LABS2, 4, "submit")
    accept(team, LABS2, 5)
    (agreed,) = record_of(team, 2025).reports
    # What was decided before it was returned holds no longer.
    assert [(step.what, step.side) for step in agreed.steps] == [
        ("submit", "guangdong"), ("approve", "guangdong"), ("accept", "central"),
    ]  # fmt: skip
    with team.reading() as connection:
        logged = {row.seq: (row.what, row.hash) for row in connection.execute(sa.select(EVENT))}
        head = head_of(connection)
    assert [logged[step.entry] for step in agreed.steps] == [
        (step.what, step.hash) for step in agreed.steps
    ]
    text = record_markdown(record_of(team, 2025), "zh-Hans")
    assert "- 进展情况：新建2家\n" in text
    assert "- 下一步计划：Two more\n" in text
    assert "审定：省科技厅 周华（" in text
    assert "没有依据" not in text
    assert head["hash"] in text


def test_what_was_superseded_is_not_agreed_any_longer(team: Team) -> None:
    accept(team, LABS1, 1)
    new = draft(
        team,
        DRAFTER,
        {**H2, "period": "2025-H1", "text": {"en": "Recounted\n\n# One"}},
        "Counted twice",
    )
    assert ids(team) == [LABS1]
    move(team, SUBMITTER, new.id, 1, "submit")
    accept(team, new.id, 2)
    assert ids(team) == [new.id]
    text = record_markdown(record_of(team, 2025), "en")
    assert f"Replaces {LABS1}: Counted twice" in text
    assert "- What was done: Recounted # One\n" in text  # a text makes no heading of the record


def test_a_year_that_is_none_is_refused(team: Team) -> None:
    with pytest.raises(CeyuanError, match=r"\[plan-unknown-year\]"):
        record_of(team, 1999)


def test_the_command_writes_the_record(root: Path, tmp_path: Path) -> None:
    with team_in(root) as team:
        accept(team, LABS1, 1)
    out = tmp_path / "record.md"
    command = [COMMAND, "team", "record", "-w", str(root), "--year", "2025"]
    subprocess.run(
        [*command, "--lang", "zh-Hant", "--out", str(out)], check=True, capture_output=True
    )
    assert out.read_text().startswith("# 2025年商定事項紀錄\n")
    found = json.loads(
        subprocess.run([*command, "--format", "json"], check=True, capture_output=True).stdout
    )
    assert [report["id"] for report in found["reports"]] == [LABS1]
    assert [step["what"] for step in found["reports"][0]["steps"]] == [
        "import",
        "approve",
        "accept",
    ]
