"""What cells mean: numbers, units, dates, maps, constants, exclusions, corrections, references, duplicates, roots."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ceyuan.pipeline.checking import check_workspace
from small_workspace import NOTE_KIND, PAYMENTS, PAYMENTS_TABLE, MakeWorkspace, Read, read_records

HEADER = "id,day,from_party,to_party,from_place,amount,purpose\n"
TABLE = "kind: payment\nfile: payments.csv\nsource: office\ncolumns:\n  date: day\n"


def amounts(make: MakeWorkspace, texts: list[str], unit: str = "元") -> Read:
    rows = "".join(f'r{i},2024,粤,香港,sz,"{t}",\n' for i, t in enumerate(texts))
    table = PAYMENTS_TABLE.replace("万元", unit)
    return read_records(
        make({"records/payments.csv": HEADER + rows, "records/payments.yaml": table})
    )


@pytest.mark.parametrize(("unit", "text", "value"), [
    ("万元", "0.1", "1000"), ("亿元", "0.00000001", "1"), ("亿元", "1234567.89", "123456789000000"), ("万元", "1,234,567.5", "12345675000"),
    ("万元", "１２．５", "125000"), ("元", "12345678901234567.0123456789", "12345678901234567.0123456789"), ("千元", "1e3", "1000000"),
])  # fmt: skip
def test_unit_factors_are_exact_in_decimals(
    make_workspace: MakeWorkspace, unit: str, text: str, value: str
) -> None:
    (record,) = amounts(make_workspace, [text], unit).records["payments"]
    assert (record["amount"], record["amount_unit"]) == (Decimal(value), "元")


@pytest.mark.parametrize(
    "text", ["1.2.3", "12,34", "2024_01", "0x10", "nan", "inf", "1e400", "一千", "1 00", "9" * 60]
)
def test_what_is_no_number_is_quarantined(make_workspace: MakeWorkspace, text: str) -> None:
    assert amounts(make_workspace, [text]).part("payments").reasons == {"bad-number:amount": 1}


def test_a_number_that_has_no_room_stops_nothing_else(make_workspace: MakeWorkspace) -> None:
    found = amounts(make_workspace, ["1", "9" * 20, "5"], "亿元")
    assert found.part("payments").reasons == {"out-of-range:amount": 1}
    assert [r["amount"] for r in found.records["payments"]] == [10**8, 5 * 10**8]


def test_a_row_may_name_its_unit(make_workspace: MakeWorkspace) -> None:
    rows = HEADER.replace("purpose", "u") + "".join(
        f"r{i},2024,粤,香港,sz,{n},{u}\n"
        for i, (n, u) in enumerate([(2, "万元"), (3, "港元"), (4, "件"), (5, ""), (9**25, "亿元")])
    )
    table = TABLE + "  amount: {column: amount, unit_column: u}\n"
    found = read_records(
        make_workspace({"records/payments.csv": rows, "records/payments.yaml": table})
    )
    assert [(r["amount"], r["amount_unit"]) for r in found.records["payments"]] == [
        (20000, "元"),
        (3, "港元"),
    ]
    assert found.part("payments").reasons == {
        "unknown-unit:amount": 1,
        "missing-unit:amount": 1,
        "out-of-range:amount": 1,
    }


def test_a_unit_that_does_not_fit_is_an_error_of_the_declaration(
    make_workspace: MakeWorkspace,
) -> None:
    _, problems = check_workspace(
        make_workspace({"records/payments.yaml": PAYMENTS_TABLE.replace("万元", "万件")})
    )
    assert [(p.code, p.where) for p in problems] == [("wrong-unit", "records/payments.yaml:6")]


def test_long_integers_keep_all_digits(make_workspace: MakeWorkspace) -> None:
    notes = '{"id":"a","n":9007199254740993,"when":"2024"}\n{"id":"b","n":1.5}\n{"id":"c","n":99999999999999999999}\n{"id":"d","n":-1}\n'
    table = "kind: note\nfile: notes.jsonl\nsource: office\ncolumns: {count: n}\n"
    found = read_records(
        make_workspace({"records/notes.jsonl": notes, "records/notes.yaml": table})
    )
    assert [r["count"] for r in found.records["notes"]] == [9007199254740993]
    assert found.part("notes").reasons == {"bad-number:count": 2, "out-of-range:count": 1}


def payments(make: MakeWorkspace, rows: str, more: str, name: str = "small") -> Read:
    return read_records(
        make({"records/payments.csv": HEADER + rows, "records/payments.yaml": more}, name)
    )


def test_maps_missing_markers_and_constants(make_workspace: MakeWorkspace) -> None:
    table = """\
kind: payment
file: payments.csv
source: office
columns:
  date: day
  from_place: {column: from_place, map: {江两: gd, SZ: 深圳}, missing: ["-", "不详"]}
  amount: {column: amount, unit: 元}
  to_place: {column: purpose, map: {港: hk, 无: ""}, map_only: true}
constants: {from_party: guangdong, to_party: 香港, note: false}
"""
    rows = "a,2024,,,江两,1,港\nb,2024,,,-,1,无\nc,2024,,, SZ ,1,hk\n"
    found = payments(make_workspace, rows, table)
    fields = [
        (r["from_place"], r["to_place"], r["to_party"], r["note"])
        for r in found.records["payments"]
    ]
    assert fields == [("gd", "hk", "hongkong", "false"), (None, None, "hongkong", "false")]
    assert found.part("payments").reasons == {"unmapped-value:to_place": 1}


DATE_KIND = NOTE_KIND.replace("kind: note", "kind: memo").replace(
    "{id: when, type: period", "{id: when, type: date"
)


def test_dates_are_read_as_declared_and_never_as_what_they_resemble(
    make_workspace: MakeWorkspace,
) -> None:
    files = {
        "kinds/memo.yaml": DATE_KIND,
        "records/memo.yaml": "kind: memo\nfile: memo.csv\nsource: office\ncolumns:\n  when: {column: when, format: '%d/%m/%Y'}\n",
        "records/memo.csv": "id,when\na,02/03/2024\nb,31/02/2024\nc,2024-05-06\nd,2024/05/06\ne,20240506\nf,2024\n",
    }
    found = read_records(make_workspace(files))
    assert {r["id"]: str(r["when"]) for r in found.records["memo"]} == {
        "a": "2024-03-02",
        "c": "2024-05-06",
    }
    assert found.part("memo").reasons == {"bad-date:when": 4}


@pytest.mark.parametrize("format_", ["%Q", "%Y", "%Y-%m", "%", "%d %m", "yyyymmdd"])
def test_formats_without_a_day_are_refused(make_workspace: MakeWorkspace, format_: str) -> None:
    table = f"kind: memo\nfile: memo.csv\nsource: office\ncolumns:\n  when: {{column: when, format: '{format_}'}}\n"
    _, problems = check_workspace(
        make_workspace({"kinds/memo.yaml": DATE_KIND, "records/memo.yaml": table})
    )
    assert ("bad-value", "records/memo.yaml:5") in [(p.code, p.where) for p in problems]


@pytest.mark.parametrize(
    "day",
    ["2024-02-30", "2024-13-01", "0000-01-01", "0202-01-01", "2024-00-10", "99999", "2024-1-1-1"],
)
def test_impossible_dates_are_quarantined(make_workspace: MakeWorkspace, day: str) -> None:
    found = payments(make_workspace, f"a,{day},粤,香港,sz,1,\n", PAYMENTS_TABLE)
    assert found.part("payments").reasons == {"bad-period:date": 1}
    assert found.problem("rows-quarantined").where == "records/payments.csv:2"


def test_excluded_rows_are_counted_and_no_fault(make_workspace: MakeWorkspace) -> None:
    more = (
        PAYMENTS_TABLE
        + "exclude:\n  - {when: id = '合计' or purpose contains '小计', why: a total}\n"
    )
    found = payments(make_workspace, "合计,,,,,1,\nb,2024,粤,香港,sz,1,\n", more)
    assert (found.part("payments").stored, found.codes) == (1, ["rows-excluded"])
    assert found.part("payments").reasons["excluded"] == 1


def test_exclusions_compare_text_only(make_workspace: MakeWorkspace) -> None:
    more = PAYMENTS_TABLE + "exclude:\n  - {when: day < 2015, why: old}\n"
    _, problems = check_workspace(make_workspace({"records/payments.yaml": more}))
    assert [(p.code, p.where) for p in problems] == [("bad-filter", "records/payments.yaml:8")]


CORRECTION = """\
corrections:
  - match: {id: p2}
    expect: {amount: "50.5"}
    set: {amount: "55.0"}
    why: transposed
    who: Li
"""


def test_a_correction_applies_says_so_and_becomes_stale(make_workspace: MakeWorkspace) -> None:
    root = make_workspace({"records/payments.yaml": PAYMENTS_TABLE + CORRECTION})
    found = read_records(root)
    changed = {r["id"]: (r["amount"], r["_correction"]) for r in found.records["payments"]}
    assert changed["p2"] == (550000, "0")
    assert changed["p1"] == (1000000, None)
    (root / "records/payments.csv").write_text(PAYMENTS.replace("50.5", "55.0"), encoding="utf-8")
    problem = read_records(root).problem("stale-correction")
    assert (problem.where, problem.severity) == ("records/payments.yaml:8", "error")


def test_an_expired_correction_is_a_warning_and_an_impossible_day_an_error(
    make_workspace: MakeWorkspace,
) -> None:
    table = PAYMENTS_TABLE + CORRECTION + "    until: 2020-01-31\n"
    problem = read_records(make_workspace({"records/payments.yaml": table})).problem(
        "expired-correction"
    )
    assert (problem.where, problem.severity) == ("records/payments.yaml:8", "warning")
    _, problems = check_workspace(
        make_workspace({"records/payments.yaml": table.replace("01-31", "02-31")}, "b")
    )
    assert ("bad-value", "records/payments.yaml:13") in [(p.code, p.where) for p in problems]


def test_a_correction_can_fill_an_empty_cell(make_workspace: MakeWorkspace) -> None:
    table = PAYMENTS_TABLE + CORRECTION.replace("p2", "p4").replace(
        '{amount: "50.5"}', '{purpose: ""}'
    ).replace('{amount: "55.0"}', "{purpose: x}")
    found = read_records(make_workspace({"records/payments.yaml": table}))
    assert found.records["payments"][3]["purpose"] == "x"


def test_duplicates_are_found_within_and_across_files_of_a_kind(
    make_workspace: MakeWorkspace,
) -> None:
    files = {
        "records/payments.yaml": PAYMENTS_TABLE.replace("payments.csv", "pay-*.csv"), "records/payments.csv": None,
        "records/pay-1.csv": HEADER + "a,2024,粤,香港,sz,1,first\na,2025,粤,香港,sz,2,again\nb,2024,粤,香港,sz,1,\n",
        "records/pay-2.csv": HEADER + "c,2024,粤,香港,sz,1,\nb,2024,粤,香港,sz,1,\n",
    }  # fmt: skip
    found = read_records(make_workspace(files))
    assert [(r["id"], r["purpose"]) for r in found.records["payments"]] == [
        ("a", "first"),
        ("b", None),
        ("c", None),
    ]
    assert [(r["_line"], r["_reasons"]) for r in found.quarantine["payments"]] == [
        (3, "duplicate-key"),
        (3, "duplicate-key"),
    ]


def test_two_sources_of_one_figure_stay_side_by_side(make_workspace: MakeWorkspace) -> None:
    figures = "indicator,place,period,value,value_unit,source\n" + "".join(
        f"gdp,gd,2024,{v},亿元,{s}\n"
        for v, s in [(1, "office"), (2, "yearbook"), (3, "office"), (4, "")]
    )
    found = read_records(make_workspace({"records/figures.csv": figures}))
    assert [(r["value"], r["_source"]) for r in found.records["figures"]] == [
        (10**8, "office"),
        (2 * 10**8, "yearbook"),
    ]
    # the last one has the table's source
    assert found.part("figures").reasons == {"duplicate-key": 2}


def test_references_must_end_at_a_stored_record(make_workspace: MakeWorkspace) -> None:
    files = {
        "records/a-participation.yaml": "kind: participation\nfile: part.csv\nsource: office\n",
        "records/part.csv": "project,organisation,role\nx,firm,lead\ny,firm,lead\nz,firm,lead\n",
        "records/project.yaml": "kind: project\nfile: project.csv\nsource: office\n",
        "records/project.csv": "id,date\nx,2024\ny,no date\n",
    }
    found = read_records(make_workspace(files))
    assert [r["project"] for r in found.records["a-participation"]] == ["x"]
    assert found.part("a-participation").reasons == {"unknown-reference:project": 2}


def test_roots_and_the_variable_that_replaces_them(
    make_workspace: MakeWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from small_workspace import CONFIG  # noqa: PLC0415

    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "p.csv").write_text(HEADER + "one,2024,粤,香港,sz,1,\n", encoding="utf-8")
    (tmp_path / "two" / "p.csv").write_text(HEADER + "two,2024,粤,香港,sz,1,\n", encoding="utf-8")
    config = CONFIG + "roots: {big-data: ../one}\n"
    table = PAYMENTS_TABLE.replace("payments.csv", "big-data:p.csv")
    root = make_workspace(
        {"ceyuan.yaml": config, "records/payments.yaml": table, "records/payments.csv": None}
    )
    assert [(r["id"], r["_file"]) for r in read_records(root).records["payments"]] == [
        ("one", "big-data:p.csv")
    ]
    monkeypatch.setenv("CEYUAN_ROOT_BIG_DATA", str(tmp_path / "two"))
    assert [r["id"] for r in read_records(root).records["payments"]] == ["two"]
    monkeypatch.setenv("CEYUAN_ROOT_BIG_DATA", str(tmp_path / "nowhere"))
    assert "CEYUAN_ROOT_BIG_DATA" in read_records(root).problem("no-such-file").advice


def test_unknown_places_say_where_they_are(make_workspace: MakeWorkspace) -> None:
    found = payments(
        make_workspace, "a,2024,粤,香港,Shenzen,1,\nb,2024,粤,香港,深 圳,1,\n", PAYMENTS_TABLE
    )
    assert found.part("payments").reasons == {"unknown-place:from_place": 1}
    assert found.problem("rows-quarantined").where == "records/payments.csv:2"
    assert found.quarantine["payments"][0]["from_place"] == "Shenzen"
