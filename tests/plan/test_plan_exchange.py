"""What goes out comes back: workbooks, calendars, IATI-shaped results; a broken workbook changes nothing."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import icalendar
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.errors import CeyuanError
from ceyuan.plan import load_plan
from ceyuan.plan.deadlines import calendar_bytes
from ceyuan.plan.exchange import write_export
from ceyuan.plan.iati import iati_activities
from ceyuan.plan.opening import plan_as_of
from ceyuan.plan.status import derive, plan_status
from ceyuan.plan.workbook import COLUMNS, workbook_bytes, workbook_rows
from ceyuan.plan.workbook_import import import_workbook
from ceyuan.plan.workbook_read import read_sheet
from ceyuan.plan.writing import write_all
from ceyuan.wording import Trilingual
from ceyuan.workspace.reader import read_config
from plan_world import check_plan_files, day, figure, figures_of, plan_of, target, task, write_plan
from small_workspace import MakeWorkspace, write_workspace

TASKS = dict.fromkeys(
    ["plan/tasks/labs.yaml", "plan/tasks/rules.yaml", "plan/reports/2025-H1/labs.guangdong.yaml"]
)
"""Leaves the tasks out of the small plan."""
DONE = {"period": "2025-H1", "by": "Office", "on": "2025-07-02"}


def tree(root: Path) -> dict[str, bytes]:
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in (root / "plan").rglob("*")
        if p.is_file()
    }


def sheet_of(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_plan_goes_through_a_workbook_and_comes_back(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    one = write_plan(make_workspace())
    status = plan_status(load_plan(one), None, date(2025, 7, 10))
    book = tmp_path / "plan.xlsx"
    book.write_bytes(workbook_bytes(status))
    other = write_plan(make_workspace(name="other"), TASKS)
    done = import_workbook(other, book, 2025, **DONE)
    assert set(done.written) == {
        "plan/tasks/labs.yaml",
        "plan/tasks/rules.yaml",
        "plan/reports/2025-H1/labs.guangdong.yaml",
    }
    assert done.warnings == ()
    again = plan_status(load_plan(other), None, date(2025, 7, 10))
    before, after = workbook_rows(status), workbook_rows(again)
    for row in (*before, *after):
        row.pop("status")  # it is derived, and a draft does not count
    assert after == before
    assert before[0]["goal"] == "paid（gd，2025年）不少于1500万元；发布通知"
    # The second time there is nothing to do.
    assert import_workbook(other, book, 2025, **DONE).written == ()


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.text(
                st.characters(
                    codec="utf-8",
                    exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cf", "Co", "Cn"],
                ),
                min_size=1,
                max_size=20,
            ),
            st.sampled_from(
                ["", "2025-12-31", "2025年9月底前", "2025年底", "2025年11月", "2025年6月30日"]
            ),
            st.text("abc实验室=+-12.", max_size=12),
        ),
        max_size=5,
    )
)
def test_whatever_the_cells_say_they_come_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    root = write_plan(write_workspace(tmp_path_factory.mktemp("w")), TASKS)
    book = sheet_of(root / "b.xlsx", ["序号", "重点任务", "牵头单位", "主要目标", "完成时限"])
    loaded = openpyxl.load_workbook(book)
    for number, (name, due, goal) in enumerate(rows, 1):
        sheet = loaded.worksheets[0]
        for column, value in enumerate([str(number), name + f"〔{number}〕", "粤", goal, due], 1):
            sheet.cell(number + 1, column).value = value
            sheet.cell(number + 1, column).data_type = "s"
    loaded.save(book)
    import_workbook(root, book, 2025)
    found = workbook_rows(plan_status(load_plan(root), None, date(2025, 3, 1)))
    assert [(r["number"], r["name"], r["goal"]) for r in found] == [
        (str(n), name + f"〔{n}〕", goal.strip()) for n, (name, _, goal) in enumerate(rows, 1)
    ]
    held = root / "again.xlsx"
    held.write_bytes(workbook_bytes(plan_status(load_plan(root), None, date(2025, 3, 1))))
    other = write_plan(write_workspace(tmp_path_factory.mktemp("o")), TASKS)
    import_workbook(other, held, 2025)
    assert workbook_rows(plan_status(load_plan(other), None, date(2025, 3, 1))) == found


def test_a_table_names_co_leads_cities_and_units(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = write_plan(make_workspace())
    book = sheet_of(
        tmp_path / "sent.xlsx",
        ["序号", "重点任务", "牵头单位", "配合单位", "具体责任单位"],
        [7, "共建园区", "广东、香港", "深圳市，gz", "省科技厅；创新科技署"],
    )
    import_workbook(root, book, 2025)
    made = load_plan(root).tasks["task-2025-7"]
    assert (made.leads, made.partners, made.cities) == (("guangdong", "hongkong"), (), ("sz", "gz"))
    assert [unit.name.zh_hans for unit in made.units] == ["省科技厅", "创新科技署"]
    row = next(
        r
        for r in workbook_rows(plan_status(load_plan(root), None, date(2025, 7, 10)))
        if r["number"] == "7"
    )
    assert (row["lead"], row["units"]) == ("广东、香港", "省科技厅、创新科技署")
    assert check_plan_files(root) == []


def test_a_table_as_departments_send_it_is_read(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = write_plan(make_workspace())
    book = sheet_of(
        tmp_path / "sent.xlsx",
        ["2025年重点任务分工表"],
        [
            "序号",
            "重点 任务",
            "责任单位",
            "配合部门",
            "主要目标",
            "完成时限",
            "进展情况",
            "存在问题",
            "下一步",
        ],
        [
            3,
            "共建数据平台",
            "香港",
            "粤",
            "建成平台",
            "2025年12月底前",
            "已立项",
            "经费未到位",
            "招标",
        ],
        [],
        [4, "制定标准", "广东", None, None, None, None, None, None],
        ["=1+1", "编制规划", "广东", None, None, date(2025, 9, 30), None, None, None],
    )
    done = import_workbook(root, book, 2025, **DONE)
    assert [w.code for w in done.warnings] == ["plan-untranslated"] * 3
    plan = load_plan(root)
    new = plan.tasks["task-2025-3"]
    assert (new.name.zh_hans, new.lead, new.partners, new.number) == (
        "共建数据平台",
        "hongkong",
        ("guangdong",),
        "3",
    )
    assert new.milestones[0].due == "2025-12-31"
    assert new.milestones[0].deliverable is not None
    assert plan.tasks["task-2025-4"].milestones == ()
    (report,) = [r for r in plan.reports if r.spec.task == "task-2025-3"]
    assert report.spec.history[0].state == "draft"
    assert (
        report.spec.text.zh_hans,
        report.spec.difficulties and report.spec.difficulties.zh_hans,
    ) == (
        "已立项",
        "经费未到位",
    )


def test_progress_that_departments_fill_in_becomes_a_draft_and_tasks_stay(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = write_plan(make_workspace())
    book = tmp_path / "round.xlsx"
    book.write_bytes(workbook_bytes(plan_as_of(root, "2025-07-10")))
    loaded = openpyxl.load_workbook(book)
    sheet = loaded.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["进展情况"]).value = "下半年进展"
    sheet.cell(2, columns["牵头单位"]).value = "香港"
    loaded.save(book)
    before = tree(root)
    done = import_workbook(root, book, 2025, period="2025-H2", by="Office", on="2026-01-05")
    assert done.written == ("plan/reports/2025-H2/labs.guangdong.yaml",)
    assert [w.code for w in done.warnings] == ["plan-xlsx-differs"]
    assert {k: v for k, v in tree(root).items() if k in before} == before


BROKEN = {
    "no workbook": (b"not a zip", "bad-xlsx", None),
    "cut off": (None, "bad-xlsx", None),
    "no columns": ([["a", "b"], [1, 2]], "plan-xlsx-column", 1),
    "near miss": ([["重点任物", "牵头单位"]], "plan-xlsx-column", 1),
    "column twice": (
        [["重点任务", "牵头单位", "责任单位"], ["x", "广东", "香港"]],
        "plan-xlsx-column",
        1,
    ),
    "unknown party": (
        [["重点任务", "牵头单位"], ["好", "广东"], ["x", "广冬"]],
        "unknown-party",
        3,
    ),
    "no party": ([["重点任务", "牵头单位"], ["x", ""]], "unknown-party", 2),
    "no name": ([["重点任务", "牵头单位"], ["", "广东"]], "missing-key", 2),
    "bad day": ([["重点任务", "牵头单位", "完成时限"], ["x", "广东", "尽快"]], "bad-date", 2),
    "impossible day": (
        [["重点任务", "牵头单位", "完成时限"], ["x", "广东", "2025-02-30"]],
        "bad-date",
        2,
    ),
    "unknown field": (
        [["重点任务", "牵头单位", "工作领域"], ["x", "广东", "农业"]],
        "plan-unknown-topic",
        2,
    ),
    "same twice": (
        [["重点任务", "牵头单位", "任务标识"], ["x", "广东", "t1"], ["y", "广东", "t1"]],
        "duplicate-id",
        3,
    ),
    "bad id": ([["重点任务", "牵头单位", "任务标识"], ["x", "广东", "T 1"]], "bad-value", 2),
    "party twice": ([["重点任务", "牵头单位", "配合单位"], ["x", "广东", "粤"]], "bad-value", 2),
    "problems without progress": (
        [["重点任务", "牵头单位", "存在问题"], ["x", "广东", "难"]],
        "missing-key",
        2,
    ),
    "report is there": (
        [["重点任务", "牵头单位", "进展情况", "任务标识"], ["x", "广东", "新", "labs"]],
        "plan-duplicate-report",
        2,
    ),
}


def test_a_workbook_that_would_fill_the_memory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(51 * 2**20))
    with pytest.raises(CeyuanError, match="document-too-large"):
        read_sheet(bomb)
    wide = tmp_path / "wide.xlsx"
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = "x"
    book.save(wide)
    with pytest.raises(CeyuanError, match="as far as XFD1048576"):
        read_sheet(wide)


@pytest.mark.parametrize("ref", ["A1:XFD1048576", "A1:B1048576", "A:C", "1:1048576"])
def test_a_merge_over_the_whole_sheet_is_refused_at_once(tmp_path: Path, ref: str) -> None:
    plain = sheet_of(tmp_path / "plain.xlsx", ["重点任务", "牵头单位"], ["一项", "广东"])
    merged = tmp_path / "merged.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(merged, "w") as copy:
        for item in source.namelist():
            content = source.read(item)
            if item == "xl/worksheets/sheet1.xml":
                merge = f'<mergeCells count="1"><mergeCell ref="{ref}"/></mergeCells>'.encode()
                content = content.replace(b"</sheetData>", b"</sheetData>" + merge)
                assert merge in content
            copy.writestr(item, content)
    with pytest.raises(CeyuanError, match="merged cells reach as far as") as caught:
        read_sheet(merged)
    assert (caught.value.problems[0].code, caught.value.problems[0].file) == (
        "bad-xlsx",
        str(merged),
    )


def test_control_characters_of_a_text_do_not_stop_the_workbook(tmp_path: Path) -> None:
    # Files of a plan cannot hold any; a plan that a program makes can.
    names = {"en": "A\x00B", "zh_hans": "一\x01项\x1b任务\ufffe", "zh_hant": "一"}
    made = task("a").model_copy(update={"name": Trilingual.model_construct(**names)})
    status = plan_status(plan_of([made], []), None, date(2025, 7, 10))
    written = tmp_path / "out.xlsx"
    written.write_bytes(workbook_bytes(status))
    assert [row.cells["name"] for row in read_sheet(written)] == ["一项任务"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_workbook_is_refused_with_its_row_and_nothing_is_written(
    make_workspace: MakeWorkspace, tmp_path: Path, name: str
) -> None:
    content, code, line = BROKEN[name]
    root = write_plan(make_workspace())
    book = tmp_path / "broken.xlsx"
    if isinstance(content, list):
        good = (
            [["另一项", "广东"]]
            if content[0][:2] == ["重点任务", "牵头单位"] and len(content) > 1
            else []
        )
        sheet_of(book, *content, *good)
    else:
        whole = workbook_bytes(plan_status(load_plan(root), None, date(2025, 7, 10)))
        book.write_bytes(content or whole[: len(whole) // 2])
    before = tree(root)
    with pytest.raises(CeyuanError) as caught:
        import_workbook(root, book, 2025, **DONE)
    found = [(p.code, p.file, p.line) for p in caught.value.problems]
    assert (code, str(book), line) in found
    assert tree(root) == before


def test_a_workbook_with_a_part_missing_is_refused(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = write_plan(make_workspace())
    whole = io.BytesIO(workbook_bytes(plan_status(load_plan(root), None, date(2025, 7, 10))))
    for gone in zipfile.ZipFile(whole).namelist():
        book = tmp_path / "part.xlsx"
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(book, "w") as copy:
            for item in source.namelist():
                if item != gone:
                    copy.writestr(item, source.read(item))
        before = tree(root)
        # what can be spared is spared; nothing else may come out, and nothing half done
        with suppress(CeyuanError):
            import_workbook(root, book, 2025)
        assert tree(root) == before, gone
    with pytest.raises(CeyuanError, match="there is no sheet 'x'"):
        import_workbook(
            root, sheet_of(tmp_path / "ok.xlsx", ["重点任务", "牵头单位"]), 2025, sheet="x"
        )
    with pytest.raises(CeyuanError, match="no year 2031"):
        import_workbook(root, tmp_path / "ok.xlsx", 2031)


def test_an_import_that_cannot_write_everything_leaves_nothing(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = write_plan(make_workspace())
    (root / "plan" / "reports" / "2025-H2").write_text("in the way")
    before = tree(root)
    book = sheet_of(
        tmp_path / "b.xlsx", ["重点任务", "牵头单位", "进展情况"], ["x", "广东", "已做"]
    )
    with pytest.raises(CeyuanError):
        import_workbook(root, book, 2025, period="2025-H2", by="Office", on="2026-01-05")
    assert tree(root) == before


def test_deadlines_become_a_calendar(make_workspace: MakeWorkspace) -> None:
    status = plan_status(
        load_plan(write_plan(make_workspace(), {"plan/reports/2025-H1/labs.guangdong.yaml": None})),
        None,
        date(2025, 5, 10),
    )
    names = Trilingual.model_validate({"en": "Small", "zh-Hans": "小", "zh-Hant": "小"})
    content = calendar_bytes(status, names, "small", "zh-Hans")
    events = list(icalendar.Calendar.from_ical(content).walk("VEVENT"))
    assert [(e.decoded("dtstart"), str(e["summary"])) for e in events] == [
        (date(2025, 5, 31), "实验室：发布通知"), (date(2025, 7, 15), "报送2025年上半年进展"),
    ]  # fmt: skip
    assert str(events[0]["uid"]) == "milestone_due-labs-call@small.ceyuan"
    assert events[0].decoded("dtend") == date(2025, 6, 1)
    assert content == calendar_bytes(status, names, "small", "zh-Hans")
    # Long lines are folded at 75 bytes, as the standard wants it.
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    only = icalendar.Calendar.from_ical(
        calendar_bytes(status.only(party="hongkong"), names, "small", "en")
    )
    assert len(only.walk("VEVENT")) == 2
    reached = plan_status(load_plan(write_plan(make_workspace(name="r"))), None, date(2025, 7, 10))
    assert b"milestone_due" not in calendar_bytes(reached, names, "small", "en")


def test_a_forecast_is_no_actual_value_of_iati() -> None:
    a = task("a", targets=[target(40)])
    status = derive(
        plan_of([a], []),
        figures_of(figure(41, "2025", modality="expected")),
        day("2025-02-01"),
        2025,
    )
    (activity,) = iati_activities(status, "gba")["iati-activities"]["iati-activity"]
    (period,) = activity["result"][0]["indicator"][0]["period"]
    assert "actual" not in period
    assert period["ceyuan:forecast"][0]["@value"] == 41


def test_results_keep_the_shape_of_iati() -> None:
    a = task(
        "a", partners=["hongkong"],
        targets=[target(40, baseline={"value": 30, "unit": "家", "period": "2023"}), target(period="2024")],
    )  # fmt: skip
    status = derive(
        plan_of([a], []),
        figures_of(figure(36, "2024"), figure(41, "2025")),
        day("2026-02-01"),
        2025,
    )
    (activity,) = iati_activities(status, "gba")["iati-activities"]["iati-activity"]
    assert activity["iati-identifier"] == "gba-a"
    assert [(o["@ref"], o["@role"]) for o in activity["participating-org"]] == [
        ("guangdong", "2"),
        ("hongkong", "4"),
    ]
    stated, monitored = activity["result"]
    (indicator,) = stated["indicator"]
    assert indicator["baseline"] == [
        {"@year": 2023, "@value": 30.0, "ceyuan:unit": "家", "ceyuan:period": "2023"}
    ]
    (period,) = indicator["period"]
    assert (period["period-start"], period["period-end"]) == (
        {"@iso-date": "2025-01-01"},
        {"@iso-date": "2025-12-31"},
    )
    assert (period["target"][0]["@value"], period["actual"][0]["@value"]) == (40.0, 41)
    assert period["actual"][0]["ceyuan:figure"] == "labs/gd/2025"
    assert "target" not in monitored["indicator"][0]["period"][0]
    assert {n["@xml:lang"] for n in activity["title"]["narrative"]} == {"en", "zh-Hans", "zh-Hant"}
    json.dumps(activity)


def test_exports_are_written_at_one_stroke(make_workspace: MakeWorkspace, tmp_path: Path) -> None:
    root = write_plan(make_workspace())
    status = plan_as_of(root, "2025-07-10")
    for kind, name in (("xlsx", "a.xlsx"), ("iati", "a.json"), ("ics", "a.ics")):
        write_export(status, kind, tmp_path / name, "en")
        assert (tmp_path / name).stat().st_size > 100
    with pytest.raises(CeyuanError, match="unwritable-file"):
        write_export(status, "ics", tmp_path / "nowhere" / "a.ics", "en")
    assert read_config(root).id == "small"
    assert list(COLUMNS.values())[:10] == [
        "序号",
        "重点任务",
        "牵头单位",
        "配合单位",
        "具体责任单位",
        "主要目标",
        "完成时限",
        "进展情况",
        "存在问题",
        "下一步工作",
    ]


def test_progress_for_a_period_that_is_not_reported_is_refused_at_its_row(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = write_plan(make_workspace())
    before = tree(root)
    book = sheet_of(
        tmp_path / "b.xlsx", ["重点任务", "牵头单位", "进展情况"], ["x", "广东", "已做"]
    )
    with pytest.raises(CeyuanError) as caught:
        import_workbook(root, book, 2025, period="2025-Q3", by="Office", on="2025-10-05")
    assert [(p.code, p.line) for p in caught.value.problems] == [("plan-unknown-period", 2)]
    assert tree(root) == before


def test_files_are_written_all_or_none(tmp_path: Path) -> None:
    write_all(tmp_path, {"plan/b.yaml": "old"})
    with pytest.raises(CeyuanError, match=r"plan/b\.yaml: error \[plan-file-exists\]"):
        write_all(tmp_path, {"plan/a.yaml": "new", "plan/b.yaml": "new"})
    assert tree(tmp_path) == {"plan/b.yaml": b"old"}
