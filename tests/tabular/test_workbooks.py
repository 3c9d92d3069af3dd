"""A sheet says the same in each format: values as they are shown, merged names, hidden sheets, addresses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ceyuan.errors import CeyuanError, address
from ceyuan.tabular.layout import Layout
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.sheets import open_sheet, sheet_names, sheet_texts
from small_workspace import MakeWorkspace
from tabular.test_layout import YEARBOOK_TABLE, cells, read
from workbooks import KINDS, ODF_FORMATS, ods_of, workbook
from yearbooks import YEARBOOK


def written(folder: Path, kind: str, content: bytes, name: str = "t") -> TableFile:
    path = folder / f"{name}.{kind}"
    path.write_bytes(content)
    return TableFile(path, path.name)


SHOWN: dict[str, list[tuple[object, str]]] = {
    "0.00%": [(0.0434, "4.34%"), (-0.5, "-50%"), (1, "100%")],
    "#,##0,": [(12500000, "12500 ×1000"), (0, "0 ×1000")],
    '0.0"亿元"': [(3.5, "3.5亿元"), (-2, "-2亿元")],
    '0.0"%"': [(4.34, "4.34%"), (-0.5, "-0.5%")],
    "[$€-407] #,##0": [(1200, "€1200"), (0.5, "€0.5")],
    "000000": [(44, "000044")],
    'yyyy"年"m"月"': [(date(2023, 9, 1), "2023-09")],
    '[>=1000]#,##0,"千";0': [(12000, "12千 ×1000"), (12, "12")],
    "General": [(0.1, "0.1"), (2023, "2023"), (1e15, "1000000000000000"), ("  甲 ", "  甲 ")],
}  # fmt: skip


def test_each_format_of_numbers_is_looked_at() -> None:
    assert set(SHOWN) == set(ODF_FORMATS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number_format", SHOWN)
def test_a_cell_is_what_is_shown(tmp_path: Path, kind: str, number_format: str) -> None:
    pairs = SHOWN[number_format]
    content = workbook(kind, [[], [value for value, _ in pairs]], number_format=number_format)
    rows = list(sheet_texts(written(tmp_path, kind, content), None))
    assert rows[1] == [text for _, text in pairs]


@pytest.mark.parametrize("kind", KINDS)
def test_a_yearbook_table_in_one_declaration(make_workspace: MakeWorkspace, kind: str) -> None:
    content = workbook(kind, YEARBOOK, merged=("A3:A4", "B3:C3", "D3:E3"), hidden=True)
    found = read(make_workspace, f"y.{kind}", content, YEARBOOK_TABLE)
    assert cells(found) == {
        ("rd", "sz", "2022"): 1005000, ("basic", "sz", "2022"): 100000, ("rd", "sz", "2023"): 2000000,
        ("rd", "gz", "2022"): 500000, ("rd", "gz", "2023"): 125000,
    }  # fmt: skip
    assert found.part("t").reasons == {"bad-number:amount": 1, "missing-value:amount": 2}
    (marked,) = [r for r in found.records["t"] if r["note"]]
    assert address(str(marked["_file"]), int(str(marked["_line"]))) == f"records/y.{kind}!3-1!D5"
    assert "hidden-sheet" in found.codes


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["xls", "xlsx", "ods"])
def test_a_workbook_is_told_by_its_content(tmp_path: Path, kind: str, name: str) -> None:
    """Offices send files whose name is another format's."""
    file = written(tmp_path, name, workbook(kind, [["a"], [1]], hidden=True))
    assert sheet_names(file) == (["3-1"], ["隐藏"])
    with open_sheet(file, Layout()) as sheet:
        assert (sheet.names, [row.cells for row in sheet]) == (("a",), [["1"]])


@pytest.mark.parametrize("content", [b"<html><table><tr><td>1</td></tr></table></html>", b"\ta\tb\n", b"", b"\xd0\xcf\x11\xe0 cut off", b"PK\x03\x04 cut off", "EncryptedPackage".encode("utf-16-le").join([b"\xd0\xcf\x11\xe0", b""])])  # fmt: skip
def test_what_is_no_workbook_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CeyuanError, match="bad-xlsx"):
        sheet_names(written(tmp_path, "xls", content))


def ods_sheet(rows: str, styles: str = "", of_table: str = "") -> bytes:
    rooms = {"office": "office", "table": "table", "text": "text", "style": "style", "number": "datastyle"}  # fmt: skip
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{room}:1.0"'
        for short, room in rooms.items()
    )
    return ods_of(
        f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="1"{of_table}>{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        # without a style the type of the value speaks
        ('office:value-type="percentage" office:value="0.0434"><text:p>4%</text:p>', "4.34%"),
        ('office:value-type="currency" office:currency="EUR" office:value="3"><text:p>3 €</text:p>', "EUR3"),
        # a style that the file does not hold leaves what was shown
        ('table:style-name="lost" office:value-type="float" office:value="0.0434"><text:p>4.3%</text:p>', "4.3%"),
        # a formula that nobody computed is no empty cell
        ('table:formula="of:=1+1">', "=…"),
        ('table:formula="of:=1/0" office:value-type="string" office:string-value=""><text:p>#DIV/0!</text:p>', "#DIV/0!"),
        ('office:value-type="string"><office:annotation><text:p>seen by</text:p></office:annotation><text:p>a<text:s text:c="2"/>b</text:p>', "a  b"),
        ('office:value-type="date" office:date-value="2023-09-01T00:00:00"><text:p>1.9.</text:p>', "2023-09-01"),
    ],
)  # fmt: skip
def test_a_cell_of_opendocument(tmp_path: Path, cell: str, text: str) -> None:
    style = '<style:style style:name="lost" style:family="table-cell" style:data-style-name="N99"/>'
    content = ods_sheet(
        f"<table:table-row><table:table-cell {cell}</table:table-cell></table:table-row>", style
    )
    assert list(sheet_texts(written(tmp_path, "ods", content), None)) == [[text]]


def test_rows_that_repeat_without_end_are_refused(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    content = ods_sheet(
        f'<table:table-row table:number-rows-repeated="999999999">{cell}</table:table-row>'
    )
    with pytest.raises(CeyuanError, match="bad-xlsx"):
        list(sheet_texts(written(tmp_path, "ods", content), None))
