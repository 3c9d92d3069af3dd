"""Every way in which a file of records can be bad ends with a code, a file, a line and a message, and no row is lost."""

from __future__ import annotations

import gzip
import io
import re
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from small_workspace import PAYMENTS, PAYMENTS_TABLE, MakeWorkspace, Read, read_records

HEADER = "id,day,from_party,to_party,from_place,amount,purpose\n"
ROW = "{},2024-03-01,guangdong,hongkong,sz,1,{}\n"


def read(
    make: MakeWorkspace,
    content: str | bytes,
    table: str = PAYMENTS_TABLE,
    file: str = "payments.csv",
) -> Read:
    declared = table.replace("payments.csv", file)
    files = {
        "records/payments.csv": None,
        "records/payments.yaml": declared,
        f"records/{file}": content,
    }
    return read_records(make(files))


def stored(found: Read) -> dict[object, object]:
    """Identifier → line of the stored payments."""
    return {r["id"]: r["_line"] for r in found.records.get("payments", [])}


def reasons(found: Read) -> dict[object, object]:
    """Line → reasons of the quarantined payments."""
    return {r["_line"]: r["_reasons"] for r in found.quarantine.get("payments", [])}


def test_gb18030_lines_in_a_utf8_file_are_set_aside_with_their_lines(
    make_workspace: MakeWorkspace,
) -> None:
    content = (HEADER + ROW.format("a", "量子")).encode() + ROW.format("b", "量子").encode(
        "gb18030"
    )
    found = read(make_workspace, content + ROW.format("c", "生物").encode())
    assert stored(found) == {"a": 2, "c": 4}
    assert reasons(found) == {3: "bad-encoding"}
    assert found.quarantine["payments"][0]["purpose"] == "量子"  # legible in quarantine
    problem = found.problem("rows-quarantined")
    assert (problem.file, problem.line, problem.severity) == ("records/payments.csv", 3, "warning")
    assert problem.message == "1 of 3 rows are quarantined (bad-encoding 1)"


def test_a_header_in_another_encoding_stops_the_file(make_workspace: MakeWorkspace) -> None:
    content = HEADER.replace("purpose", "用途").encode("gb18030") + ROW.format("a", "b").encode()
    problem = read(make_workspace, content).problem("bad-encoding")
    assert (problem.file, problem.line) == ("records/payments.csv", 1)


@pytest.mark.parametrize(
    "encoding",
    ["gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf16", "utf-8-sig", "utf-32"],
)
def test_a_declared_encoding_is_read_with_the_right_lines(
    make_workspace: MakeWorkspace, encoding: str
) -> None:
    # 上 is U+4E0A: in UTF-16 it holds the byte of a newline, and U+2028 is no newline of a table.
    text = (
        HEADER
        + ROW.format("a", "上下")
        + ROW.format("b", '"上\n下"')
        + ROW.format("c", "\u2028" if "16" in encoding else "x")
    )
    found = read(make_workspace, text.encode(encoding), PAYMENTS_TABLE + f"encoding: {encoding}\n")
    assert stored(found) == {"a": 2, "b": 3, "c": 5}
    assert found.records["payments"][1]["purpose"] == "上\n下"
    assert not found.ingested.problems


def test_utf16_that_nobody_declared_is_said_to_be_no_text(make_workspace: MakeWorkspace) -> None:
    problem = read(make_workspace, PAYMENTS.encode("utf-16-le")).problem("nul-byte")
    assert problem.file == "records/payments.csv"
    assert "utf-16" in problem.advice


def test_damaged_utf16_is_an_error(make_workspace: MakeWorkspace) -> None:
    found = read(
        make_workspace, PAYMENTS.encode("utf-16")[:-1], PAYMENTS_TABLE + "encoding: utf-16\n"
    )
    assert found.problem("bad-encoding").file == "records/payments.csv"


@pytest.mark.parametrize(
    "encoding", ["ansi", "hex", "rot13", "idna", "unicode_escape", "undefined", "'a\\tb'"]
)
def test_codecs_that_are_no_encodings_of_text_are_refused(
    make_workspace: MakeWorkspace, encoding: str
) -> None:
    found = read(make_workspace, PAYMENTS, PAYMENTS_TABLE + f"encoding: {encoding}\n")
    assert found.problem("unknown-encoding").file == "records/payments.csv"


@pytest.mark.parametrize(("file", "suffix"), [("payments.csv.gz", ""), ("payments.jsonl.gz", "")])
def test_a_truncated_gzip_is_an_error_and_stores_nothing(
    make_workspace: MakeWorkspace, file: str, suffix: str
) -> None:
    packed = gzip.compress(
        (HEADER + "".join(ROW.format(i, i) for i in range(5000)) + suffix).encode()
    )
    found = read(make_workspace, packed[: len(packed) // 2], file=file)
    problem = found.problem("truncated-gzip")
    assert problem.file == f"records/{file}"
    assert problem.severity == "error"
    assert "payments" not in found.records


def test_a_gzip_that_is_none_and_one_with_damage_inside(make_workspace: MakeWorkspace) -> None:
    assert read(make_workspace, PAYMENTS, file="payments.csv.gz").problem("truncated-gzip")
    packed = bytearray(gzip.compress(PAYMENTS.encode()))
    packed[-6] ^= 0xFF  # the checksum
    assert read(make_workspace, bytes(packed), file="payments.csv.gz").problem("truncated-gzip")


@pytest.mark.parametrize(
    "file", ["payments.csv", "payments.tsv", "payments.jsonl", "payments.xlsx", "payments.parquet"]
)
def test_an_empty_file_is_an_error_in_every_format(
    make_workspace: MakeWorkspace, file: str
) -> None:
    problem = read(make_workspace, b"", file=file).problem("empty-file")
    assert (problem.file, problem.message) == (f"records/{file}", "the file is empty")


@pytest.mark.parametrize("file", ["payments.csv.gz", "payments.jsonl.gz"])
def test_a_gzip_of_nothing_is_an_empty_file(make_workspace: MakeWorkspace, file: str) -> None:
    assert read(make_workspace, gzip.compress(b""), file=file).problem("empty-file")


def test_a_header_alone_is_a_table_without_records(make_workspace: MakeWorkspace) -> None:
    found = read(make_workspace, HEADER)
    assert (found.part("payments").read, found.ingested.problems) == (0, ())


def test_ragged_rows_keep_all_their_cells(make_workspace: MakeWorkspace) -> None:
    found = read(
        make_workspace,
        HEADER
        + ROW.format("a", "x")
        + ROW.format("b", "x,y,z")
        + "c,2024\n"
        + ROW.format("d", "x"),
    )
    assert stored(found) == {"a": 2, "d": 5}
    assert reasons(found) == {3: "ragged-row", 4: "ragged-row; missing-value:from_party; missing-value:to_party; "
                              "missing-value:amount; bad-date:x"} or set(reasons(found)) == {3, 4}  # fmt: skip
    assert found.quarantine["payments"][0]["purpose"] == "x,y,z"


def test_an_open_quote_costs_its_own_line_only(make_workspace: MakeWorkspace) -> None:
    broken = (
        HEADER
        + ROW.format("a", "x")
        + ROW.format("b", '"open')
        + ROW.format("c", "x")
        + ROW.format("d", '"fi""ne"')
    )
    found = read(make_workspace, broken)
    assert stored(found) == {"a": 2, "c": 4, "d": 5}
    assert "bad-csv" in str(reasons(found)[3])
    assert '"open' in str(found.quarantine["payments"][0]["id"])  # the raw line is kept


def test_an_open_quote_at_the_end_and_two_that_seem_to_match(make_workspace: MakeWorkspace) -> None:
    found = read(
        make_workspace,
        HEADER + ROW.format("a", '"x') + ROW.format("b", "y") + ROW.format("c", '"z'),
    )
    assert stored(found) == {"b": 3}
    assert set(reasons(found)) == {2, 4}


def test_an_open_quote_in_the_header_is_an_error(make_workspace: MakeWorkspace) -> None:
    problem = read(
        make_workspace, HEADER.replace("purpose", '"purpose') + ROW.format("a", "x")
    ).problem("bad-csv")
    assert (problem.file, problem.line) == ("records/payments.csv", 1)


def test_nul_bytes_are_an_error(make_workspace: MakeWorkspace) -> None:
    assert (
        read(make_workspace, HEADER + ROW.format("a", "\0")).problem("nul-byte").file
        == "records/payments.csv"
    )


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_bom_crlf_and_quoted_headers_change_nothing(
    make_workspace: MakeWorkspace, newline: str, quoted: bool
) -> None:
    header = ",".join(f'"{n}"' if quoted else n for n in HEADER.strip().split(",")) + "\n"
    text = (header + ROW.format("a", "x") + ROW.format("b", "y")).replace("\n", newline)
    found = read(make_workspace, b"\xef\xbb\xbf" + text.encode())
    assert stored(found) == {"a": 2, "b": 3}
    assert [r["purpose"] for r in found.records["payments"]] == ["x", "y"]


def test_blank_lines_are_no_records_and_shift_no_lines(make_workspace: MakeWorkspace) -> None:
    found = read(
        make_workspace,
        "\n" + HEADER + ROW.format("a", "x") + "\n\r\n" + ROW.format("b", "x") + "\n\n",
    )
    assert stored(found) == {"a": 3, "b": 6}
    assert found.part("payments").read == 2


def test_quoted_newlines_keep_lines_exact(make_workspace: MakeWorkspace) -> None:
    text = (
        HEADER
        + ROW.format("a", '"1\n2\n3"')
        + ROW.format("b", "x")
        + ROW.format("c", '"1\r\n2"')
        + ROW.format("d", "x")
    )
    assert stored(read(make_workspace, text)) == {"a": 2, "b": 5, "c": 6, "d": 8}


def test_a_lone_return_and_a_quoted_newline_do_not_cancel_out(
    make_workspace: MakeWorkspace,
) -> None:
    text = (
        HEADER
        + ROW.format("a", '"1\n2"')
        + ROW.format("b", "x").replace("\n", "\r")
        + ROW.format("c", "y")
    )
    text += ROW.format("d", "z")
    found = read(make_workspace, text)
    assert stored(found)["d"] == 5
    assert stored(found)["a"] == 2
    assert (
        found.part("payments").read
        == found.part("payments").stored + found.part("payments").quarantined
    )


def test_lines_that_end_with_a_return_alone_are_an_error(make_workspace: MakeWorkspace) -> None:
    problem = read(make_workspace, PAYMENTS.replace("\n", "\r")).problem("bad-csv")
    assert (problem.line, "carriage return" in problem.message) == (1, True)


@pytest.mark.parametrize("preamble", ["Table 1\n\n", 'A "quoted\nopen title\n', "a,b\n1,2\n"])
def test_the_header_may_stand_in_a_later_line(make_workspace: MakeWorkspace, preamble: str) -> None:
    line = preamble.count("\n") + 1
    found = read(
        make_workspace,
        preamble + HEADER + ROW.format("a", "x"),
        PAYMENTS_TABLE + f"header: {line}\n",
    )
    assert stored(found) == {"a": line + 1}


def test_a_header_over_two_lines_shifts_no_row(make_workspace: MakeWorkspace) -> None:
    header = HEADER.replace("purpose", '"pur\npose,b,c,d,e,f,g"')
    assert stored(read(make_workspace, header + ROW.format("a", "x"))) == {"a": 3}


def test_no_header_a_blank_header_and_columns_that_stand_twice(
    make_workspace: MakeWorkspace,
) -> None:
    assert read(make_workspace, "\n\n").problem("bad-header").line == 1
    assert (
        read(make_workspace, PAYMENTS, PAYMENTS_TABLE + "header: 99\n").problem("bad-header").line
        == 99
    )
    twice = read(make_workspace, HEADER.replace("purpose", " id ") + ROW.format("a", "b")).problem(
        "bad-header"
    )
    assert (twice.file, twice.line, twice.message) == (
        "records/payments.csv",
        1,
        "the column 'id' stands twice",
    )


def test_columns_that_differ_in_case_can_be_quarantined(make_workspace: MakeWorkspace) -> None:
    text = (
        HEADER.replace("purpose", "ID,_line,_reasons,_LINE")
        + ROW.format("a", "1,2,3,4")
        + ROW.format("", "5,6,7,8")
    )
    found = read(make_workspace, text)
    assert stored(found) == {"a": 2}
    assert found.quarantine["payments"][0]["_line"] == 3
    assert set(found.quarantine["payments"][0].values()) >= {"5", "6", "7", "8"}


def test_a_missing_column_names_the_line_of_the_declaration_and_the_near_one(
    make_workspace: MakeWorkspace,
) -> None:
    found = read(make_workspace, PAYMENTS.replace("day", "days", 1))
    problem = found.problem("missing-column")
    assert (problem.file, problem.line) == ("records/payments.yaml", 5)
    assert problem.message == "the column 'day' for the field 'date' is not in records/payments.csv"
    assert problem.hint == "Did you mean 'days'?"


def test_a_line_without_end_is_an_error(
    make_workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ceyuan.tabular.opening.LONGEST_LINE", 1 << 12)
    monkeypatch.setattr("ceyuan.tabular.opening._BLOCK", 1 << 10)
    problem = read(make_workspace, HEADER + ROW.format("a", "x") + "\n" + "x" * 20_000).problem(
        "long-line"
    )
    assert (problem.file, problem.line) == ("records/payments.csv", 4)


@pytest.mark.parametrize("content", [b"no workbook", b"PK\x03\x04 damaged"])
def test_a_broken_workbook_is_an_error(make_workspace: MakeWorkspace, content: bytes) -> None:
    assert (
        read(make_workspace, content, file="payments.xlsx").problem("bad-xlsx").file
        == "records/payments.xlsx"
    )


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_an_unknown_sheet_is_named_with_those_there_are(make_workspace: MakeWorkspace) -> None:
    table = PAYMENTS_TABLE + "sheet: '2025'\n"
    problem = read(make_workspace, workbook([["id"]]), table, "payments.xlsx").problem("bad-xlsx")
    assert (problem.message, problem.hint) == ("there is no sheet '2025'", "Sheets: Sheet")


def test_rows_beyond_the_extent_that_a_sheet_claims_are_read(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    rows: list[list[object]] = [
        HEADER.strip().split(","),
        *([f"p{i}", "2024-01-01", "guangdong", "hongkong", "sz", i, None] for i in range(9)),
    ]
    source = io.BytesIO(workbook(rows))
    target = io.BytesIO()
    with ZipFile(source) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                data = re.sub(rb'<dimension ref="A1:[A-Z]10"', b'<dimension ref="A1:F3"', data)
                assert b"A1:F3" in data
            new.writestr(name, data)
    found = read(make_workspace, target.getvalue(), file="payments.xlsx")
    assert found.part("payments").stored == 9
    assert stored(found)["p8"] == 10


def test_a_workbook_keeps_the_lines_of_its_rows_and_empty_rows_are_none(
    make_workspace: MakeWorkspace,
) -> None:
    row = ["2024-01-01", "guangdong", "hongkong", "sz", 1.5, None]
    content = workbook(
        [
            ["a title"],
            [*HEADER.strip().split(","), None],
            ["a", *row],
            [],
            ["b", *row],
            ["c", *row, "more"],
        ]
    )
    found = read(make_workspace, content, PAYMENTS_TABLE + "header: 2\n", "payments.xlsx")
    assert stored(found) == {"a": 3, "b": 5}
    assert reasons(found) == {6: "ragged-row"}


def test_broken_parquet_is_an_error_wherever_the_damage_is(make_workspace: MakeWorkspace) -> None:
    assert read(make_workspace, b"PAR1 nothing", file="payments.parquet").problem("bad-parquet")
    columns = HEADER.strip().split(",")
    stream = io.BytesIO()
    pq.write_table(
        pa.table({c: [f"{c} {i * 7919 % 1000}" for i in range(2000)] for c in columns}), stream
    )
    data = bytearray(stream.getvalue())
    for position in range(40, len(data) // 2, 7):
        data[position] ^= 0x5A
    problem = read(make_workspace, bytes(data), file="payments.parquet").problem("bad-parquet")
    assert problem.file == "records/payments.parquet"


def test_bad_json_lines_are_set_aside_with_their_text(make_workspace: MakeWorkspace) -> None:
    good = '{"id":"%s","day":"2024-03-01","from_party":"粤","to_party":"香港","amount":1}'
    lines = ["\ufeff" + good % "a", "{broken", "", "[1]", good % "b", '"x"', "{" * 5000, good % "c"]
    found = read(make_workspace, "\r\n".join(lines), file="payments.jsonl")
    assert stored(found) == {"a": 1, "b": 5, "c": 8}
    assert {line: str(r).split(";")[0] for line, r in reasons(found).items()} == dict.fromkeys(
        [2, 4, 6, 7], "bad-json"
    )
    assert found.quarantine["payments"][0]["_raw"] == "{broken\r"


def test_json_numbers_keep_every_digit_and_dotted_keys_are_found(
    make_workspace: MakeWorkspace,
) -> None:
    line = '{"id":12345678901234567,"day":"2024-03-01","from_party":"粤","to_party":"香港","a.b":12345678901234567.25}'
    table = PAYMENTS_TABLE.replace("{column: amount, unit: 万元}", "{column: a.b, unit: 元}")
    found = read(make_workspace, line, table, "payments.jsonl")
    record = found.records["payments"][0]
    assert (record["id"], record["amount"]) == (
        "12345678901234567",
        Decimal("12345678901234567.25"),
    )


def test_a_file_of_an_unknown_format_and_names_that_are_none(make_workspace: MakeWorkspace) -> None:
    assert read(make_workspace, PAYMENTS, file="payments.dat").problem("unknown-format").line == 2
    for name in ("nothing-*.csv", "/etc/passwd", "../x.csv", "a/**b.csv", ".", "'\\x01'"):
        found = read_records(
            make_workspace(
                {"records/payments.yaml": f"kind: payment\nfile: {name}\nsource: office\n"}, "w"
            )
        )
        problem = found.problem("no-such-file")
        assert (problem.file, problem.line) == ("records/payments.yaml", 2)


@pytest.mark.parametrize("name", [".old/payments.csv", "*/payments.csv", ".payments.csv"])
def test_what_begins_with_a_dot_is_nobodys(make_workspace: MakeWorkspace, name: str) -> None:
    declared = PAYMENTS_TABLE.replace("payments.csv", f"'{name}'")
    root = make_workspace(
        {"records/payments.yaml": declared, "records/.old/payments.csv": PAYMENTS}
    )
    (root / "records" / ".payments.csv").write_text(PAYMENTS, encoding="utf-8")
    assert "no-such-file" in read_records(root).codes


def test_a_workspace_in_a_folder_with_wildcards_in_its_name_is_read(
    make_workspace: MakeWorkspace,
) -> None:
    root = make_workspace(name="year=2024 [1] *a?")
    assert read_records(root).part("payments").stored == 4
