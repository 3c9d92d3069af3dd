"""Figures that a side submits: tried before they are kept, approved by others, read by the next build, traced to who did what."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from ceyuan.errors import CeyuanError
from ceyuan.pipeline.builder import BuildReport, build_workspace
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import trace
from ceyuan.pipeline.trying import SHOWN, try_file
from ceyuan.teams import projected, submissions
from ceyuan.teams.backup import backup, restore
from ceyuan.teams.database import Team
from ceyuan.teams.log import verify
from ceyuan.teams.projection import export, import_plan
from ceyuan.teams.repository import export_repository
from ceyuan.teams.setup import make_team
from ceyuan.teams.submissions import begin, file_of, move, replace_file, tried
from ceyuan.teams.years import open_year
from ceyuan.workspace.submissions import SubmissionFile
from small_workspace import FIGURES as STATED
from small_workspace import PAYMENTS, read_records, write_workspace
from team_world import (
    APPROVER,
    DRAFTER,
    FIGURES,
    HEADER,
    MINISTER,
    PAID,
    SUBMITTER,
    Server,
    figures_now,
    open_team,
    person,
    team_in,
    write_world,
)

WAY = ((SUBMITTER, "submit"), (APPROVER, "approve"), (MINISTER, "accept"))


@pytest.fixture
def _untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are kept without having been tried, where that is not what a test is about: each trial is a process of its own."""
    monkeypatch.setattr(submissions, "try_file", lambda *_: {})


def rows(*lines: str) -> bytes:
    return "\n".join((HEADER, *lines, "")).encode()


def send(team: Team, content: bytes = PAID.encode(), period: str = "2025-H1") -> str:
    return begin(team, DRAFTER, "payments", period, "拨付明细.csv", content).id


def settle(team: Team, id_: str = FIGURES) -> None:
    for actor, decision in WAY:
        move(team, actor, id_, figures_now(team, id_).version, decision)


def built(team: Team) -> BuildReport:
    return build_workspace(team.root, team=projected(team.root))


def paid(root: Path, period: str) -> float | None:
    with Build.open(root) as build:
        return build.show("paid", place="gd", period=period)[0].value


def code(of: Callable[[], object]) -> str:
    with pytest.raises(CeyuanError) as caught:
        of()
    return caught.value.problems[0].code


def workbook(cells: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for line in cells:
        book.active.append(line)  # type: ignore[union-attr]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def bomb() -> bytes:
    """A workbook of some ten kilobytes that unpacks to a gigabyte."""
    with zipfile.ZipFile(io.BytesIO(workbook([[1]]))) as sound:
        parts = {name: sound.read(name) for name in sound.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
            )
            for _ in range(1000):
                sheet.write(b"x" * 2**20)
            sheet.write(b"</t></is></c></row></sheetData></worksheet>")
    return stream.getvalue()


def test_accepted_figures_are_built_and_traced_to_who_decided(team: Team) -> None:
    built(team)
    before = paid(team.root, "2025")
    assert send(team) == FIGURES
    settle(team)
    report = built(team)
    parts = {part.file: part for part in report.parts}
    submitted = parts[f"submitted/{FIGURES}.csv"]
    assert (submitted.read, submitted.stored) == (2, 2)
    # The declared file keeps what was not submitted, and steps back where it was.
    assert parts["records/payments.csv"].reasons == {"replaced": 1}
    assert paid(team.root, "2025") == (before or 0) + 5
    assert paid(team.root, "2024") == 160.5
    with Build.open(team.root) as build:
        (found,) = trace(build, "paid", place="gd", period="2025")
    (record,) = [r for r in found.records if r.file.startswith("submitted/")]
    assert (record.file, record.line) == (f"submitted/{FIGURES}.csv", 3)
    assert record.submission is not None
    assert record.submission.name == "拨付明细.csv"
    decided = [(entry.what, entry.by, entry.side) for entry in record.submission.log]
    assert decided == [(what, who.name, who.side) for who, what in WAY]
    with team.reading() as connection:
        known = verify(connection)
    assert known.faults == ()
    assert record.submission.log[-1].entry == known.entries
    assert record.submission.log[-1].hash == known.hash
    assert all(r.submission is None for r in found.records if r is not record)


@pytest.mark.usefixtures("_untried")
def test_nothing_is_built_before_the_last_approval(team: Team) -> None:
    first = built(team)
    send(team)
    for actor, decision in WAY:
        assert not built(team).fresh
        assert not (team.root / "submitted").exists()
        move(team, actor, FIGURES, figures_now(team).version, decision)
    assert built(team).build != first.build


@pytest.mark.usefixtures("_untried")
def test_what_is_taken_back_leaves_the_next_build(team: Team) -> None:
    built(team)
    before = paid(team.root, "2024")
    send(team)
    settle(team)
    built(team)
    assert paid(team.root, "2024") != before
    move(team, MINISTER, FIGURES, figures_now(team).version, "unapprove", "a wrong column")
    built(team)
    assert paid(team.root, "2024") == before
    assert list((team.root / "submitted").rglob("*.*")) == []


@pytest.mark.usefixtures("_untried")
def test_a_later_submission_replaces_the_one_before(team: Team) -> None:
    send(team)
    assert code(lambda: send(team)) == "team-report-exists"
    settle(team)
    later = send(team, rows("p1,2024-03-01,guangdong,hongkong,sz,120,first"))
    assert later == f"{FIGURES}.2"
    built(team)
    assert paid(team.root, "2024") == 160.5  # a draft replaces nothing
    settle(team, later)
    report = built(team)
    assert [p.file for p in report.parts if p.file.startswith("submitted/")] == [f"submitted/{later}.csv"]  # fmt: skip
    assert (paid(team.root, "2024"), paid(team.root, "2025")) == (170.5, 1207)
    # Of another period it stands beside.
    other = send(team, rows("p8,2025-09-01,guangdong,hongkong,sz,1,other"), "2025-H2")
    settle(team, other)
    built(team)
    assert (paid(team.root, "2024"), paid(team.root, "2025")) == (170.5, 1208)
    move(team, MINISTER, later, figures_now(team, later).version, "unapprove", "wrong")
    built(team)
    assert paid(team.root, "2024") == 160.5  # the one before holds again


@pytest.mark.usefixtures("_untried")
def test_nobody_approves_what_she_has_sent(team: Team) -> None:
    both = person("guangdong", "drafter", "submitter", "approver")
    made = begin(team, both, "payments", "2025-H1", "a.csv", PAID.encode())
    made = move(team, both, FIGURES, made.version, "submit")
    assert code(lambda: move(team, both, FIGURES, made.version, "approve")) == "team-four-eyes"
    assert move(team, APPROVER, FIGURES, made.version, "approve").state == "approved"


def test_what_the_declaration_makes_of_a_file_is_told_before_it_is_submitted(team: Team) -> None:
    lines = (
        "p1,2024-03-01,guangdong,hongkong,sz,110,first",
        "p2,2024-05-02,粤,香港,深圳市,50.5,second",
        "p9,2025-01-15,guangdong,hongkong,gz,5,new",
        "p10,never,guangdong,hongkong,gz,many,bad",
        "p9,2025-01-15,guangdong,hongkong,gz,5,twice",
    )
    id_ = send(team, rows(*lines))
    with team.reading() as connection:
        spec, content = file_of(team, connection, APPROVER, id_)
    found = tried(team, id_, spec, content)
    assert (found["read"], found["stored"], found["quarantined"]) == (5, 3, 2)
    assert found["counts"] == {"new": 1, "changed": 1, "same": 1, "gone": 0}
    aside = {row["line"]: row["reasons"] for row in found["set_aside"]}
    assert aside == {5: ["bad-period:date", "bad-number:amount"], 6: ["duplicate-key"]}
    changed, new = found["differences"]
    assert (changed["what"], changed["line"]) == ("changed", 2)
    assert (changed["there"]["amount"], changed["sent"]["amount"]) == (1_000_000, 1_100_000)
    assert (new["what"], new["sent"]["id"]) == ("new", "p9")


def test_a_trial_says_what_goes_with_the_submission_that_is_replaced(team: Team) -> None:
    send(team)
    settle(team)
    built(team)
    content = rows("p1,2024-03-01,guangdong,hongkong,sz,110,first")
    spec = SubmissionFile(table="payments", party="guangdong", period="2025-H1", name="a.csv", sha256="0" * 64)  # fmt: skip
    found = try_file(team.root, spec, f"submitted/{FIGURES}.2", content)
    assert found["counts"] == {"new": 0, "changed": 0, "same": 1, "gone": 1}
    (gone,) = found["differences"]
    assert (gone["what"], gone["there"]["id"]) == ("gone", "p9")


def test_a_trial_counts_everything_and_shows_the_first(team: Team) -> None:
    many = rows(*(f"x{n},2024-03-01,guangdong,hongkong,sz,{n},many" for n in range(3 * SHOWN)))
    spec = SubmissionFile(table="payments", party="guangdong", period="2025-H1", name="a.csv", sha256="0" * 64)  # fmt: skip
    found = try_file(team.root, spec, f"submitted/{FIGURES}", many)
    assert found["counts"]["new"] == 3 * SHOWN
    assert len(found["differences"]) == SHOWN


def test_a_workbook_is_read_as_the_table_declares(team: Team) -> None:
    cells: list[list[object]] = [HEADER.split(",")]
    cells += [["p9", "2025-01-15", "guangdong", "hongkong", "gz", 5, "new"]]
    content = workbook(cells)
    made = begin(team, DRAFTER, "payments", "2025-H1", "a.XLSX", content)
    settle(team, made.id)
    built(team)
    assert paid(team.root, "2025") == 1212
    assert (team.root / f"submitted/{FIGURES}.xlsx").read_bytes() == content


def _made(name: str, content: bytes, table: str = "payments", period: str = "2025") -> tuple[str, bytes, str, str]:  # fmt: skip
    return name, content, table, period


REFUSED = {
    "damaged": _made("a.xlsx", b"PK\x03\x04 and so on"),
    "cut off": _made("a.xlsx", workbook([[1]])[:400]),
    "no table": _made("a.pdf", b"%PDF-1.7"),
    "a way out": _made("../../a.csv", PAID.encode()),
    "nothing": _made("a.csv", b""),
    "too large": _made("a.csv", PAID.encode() + b" " * 2**23),
    "binary": _made("a.csv", b"\0\1\2" * 100),
    "no such column": _made("a.csv", b"some,thing\n1,2\n"),
    "another's table": _made("a.csv", PAID.encode(), "figures"),
    "no table of ours": _made("a.csv", PAID.encode(), "../ceyuan"),
    "no period": _made("a.csv", PAID.encode(), "payments", "soon"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_and_not_kept(team: Team, name: str) -> None:
    file, content, table, period = REFUSED[name]
    found = code(lambda: begin(team, DRAFTER, table, period, file, content))
    assert found == "team-bad-figures"
    with team.reading() as connection:
        assert verify(connection).faults == ()
        assert connection.exec_driver_sql("SELECT count(*) FROM file").scalar() == 0


def test_a_file_that_unpacks_to_very_much_is_refused(team: Team) -> None:
    found = code(lambda: begin(team, DRAFTER, "payments", "2025", "a.xlsx", bomb()))
    assert found == "file-too-costly"


@pytest.mark.usefixtures("_untried")
def test_another_file_takes_the_place_of_a_draft(team: Team) -> None:
    id_ = send(team)
    version = figures_now(team).version
    again = code(lambda: replace_file(team, DRAFTER, id_, version, "a.csv", PAID.encode()))
    assert again == "team-bad-figures"
    other = rows("p7,2025-02-01,guangdong,hongkong,sz,1,other")
    stranger = person("hongkong", "drafter")
    assert code(lambda: replace_file(team, stranger, id_, version, "b.csv", other)) == "team-unknown-report"  # fmt: skip
    made = replace_file(team, DRAFTER, id_, version, "b.csv", other)
    assert made.spec.name == "b.csv"
    assert code(lambda: replace_file(team, DRAFTER, id_, version, "c.csv", b"x")) == "team-stale"
    settle(team)
    version = figures_now(team).version
    assert code(lambda: replace_file(team, DRAFTER, id_, version, "d.csv", rows())) == "team-illegal-state"  # fmt: skip
    built(team)
    assert paid(team.root, "2025") == 1208


@pytest.mark.usefixtures("_untried")
def test_export_import_backup_and_restore_hold_submissions(team: Team, tmp_path: Path) -> None:
    send(team)
    settle(team)
    draft = send(team, rows("p7,2025-02-01,guangdong,hongkong,sz,1,other"), "2025-H2")
    export(team, tmp_path / "all")
    export(team, tmp_path / "approved", approved=True)
    assert (tmp_path / "all" / "pending" / f"{draft}.csv").is_file()
    assert not (tmp_path / "approved" / "pending").exists()
    projected(team.root)
    for path in (tmp_path / "all" / "submitted").rglob("*.*"):
        name = path.relative_to(tmp_path / "all")
        assert path.read_bytes() == (team.root / name).read_bytes()
    # Taken in where nobody knows them: what was in force is, and a draft is a draft.
    other = write_world(tmp_path / "other")
    shutil.copytree(tmp_path / "all" / "submitted", other / "submitted")
    shutil.copytree(tmp_path / "all" / "pending", other / "pending")
    with team_in(other) as second:
        assert figures_now(second).state == "accepted"
        assert figures_now(second, draft).state == "draft"
        assert import_plan(second, other)[0] == 0
        with second.reading() as connection:
            assert verify(connection).faults == ()
        built(second)
        assert paid(other, "2024") == 160.5
    # A backup is the whole.
    backup(team, tmp_path / "backup")
    third = write_world(tmp_path / "third")
    make_team(third, empty=True, above="central")
    with open_team(third) as restored:
        assert restore(restored, tmp_path / "backup").faults == ()
        assert figures_now(restored).text == figures_now(team).text
        built(restored)
        assert paid(third, "2024") == 160.5
    assert export_repository(team, tmp_path / "git") > 0
    assert (tmp_path / "git" / f"submitted/{FIGURES}.yaml").is_file()


@pytest.mark.usefixtures("_untried")
def test_a_file_that_was_changed_by_hand_stops_the_build(team: Team) -> None:
    send(team)
    settle(team)
    built(team)
    path = team.root / f"submitted/{FIGURES}.csv"
    path.write_bytes(path.read_bytes() + b"p99,2025-01-15,guangdong,hongkong,gz,5,more\n")
    assert code(lambda: built(team)) == "team-plan-edited"
    # Without the log the hash says so.
    shutil.copytree(team.root, team.root.with_name("copy"))
    (team.root.with_name("copy") / "team.yaml").unlink()
    assert code(lambda: build_workspace(team.root.with_name("copy"))) == "submission-changed"


def test_a_table_may_consist_of_submissions_alone(tmp_path: Path) -> None:
    table = "kind: payment\nsource: office\nsubmitted_by: [guangdong]\ncolumns: {date: day, amount: {column: amount, unit: 万元}}\n"
    root = write_workspace(tmp_path / "alone", {"records/payments.yaml": table, "records/payments.csv": None})  # fmt: skip
    assert [p.table for p in read_records(root).ingested.parts] == ["figures", "notes"]
    folder = root / "submitted" / "2025"
    folder.mkdir(parents=True)
    (folder / "payments.guangdong.csv").write_text(PAYMENTS)
    digest = SubmissionFile.model_validate(
        {"table": "payments", "party": "guangdong", "period": "2025", "name": "p.csv", "sha256": _sha256(PAYMENTS)}
    )  # fmt: skip
    said = (
        f"table: payments\nparty: guangdong\nperiod: '2025'\nname: p.csv\nsha256: {digest.sha256}\n"
    )
    (folder / "payments.guangdong.yaml").write_text(said)
    assert read_records(root).part("payments").stored == 4
    (folder / "figures.guangdong.csv").write_text(STATED)
    said = said.replace("payments", "figures").replace(digest.sha256, _sha256(STATED))
    (folder / "figures.guangdong.yaml").write_text(said)
    assert code(lambda: build_workspace(root)) == "not-submitted-here"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.usefixtures("_untried")
def test_the_servers_role_on_postgresql_may_do_what_this_needs(
    postgresql: Server, tmp_path: Path
) -> None:
    root = write_world(tmp_path / "small")
    with team_in(root, postgresql.make("figures", "ceyuan_server"), "ceyuan_server") as team:
        send(team)
        settle(team)
        other = send(team, rows("p1,2024-03-01,guangdong,hongkong,sz,120,first"))
        made = figures_now(team, other)
        replace_file(team, DRAFTER, other, made.version, "b.csv", rows())
        built(team)
        assert paid(root, "2024") == 160.5
        assert open_year(team, person("central", "coordinator"), 1, {"year": 2026, "reporting": ["2026"]}) == 2  # fmt: skip
        with team.reading() as connection:
            assert verify(connection).faults == ()
