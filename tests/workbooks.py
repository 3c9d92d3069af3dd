"""The same sheet as three programs keep it: Office Open XML, old Excel, OpenDocument."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

import openpyxl
import xlwt
from openpyxl.utils import range_boundaries

KINDS = ("xlsx", "xls", "ods")
Filling = Sequence[Sequence[object]]
Merged = tuple[str, ...]

_NUMBER = '<number:number number:min-integer-digits="1" number:decimal-places="2"{more}/>'
# How LibreOffice keeps each number format, as a data style with the name {n}.
ODF_FORMATS = {
    "0.00%": '<number:percentage-style style:name="{n}">' + _NUMBER.format(more="")
    + "<number:text>%</number:text></number:percentage-style>",
    "#,##0,": '<number:number-style style:name="{n}">'
    + _NUMBER.format(more=' number:grouping="true" number:display-factor="1000"') + "</number:number-style>",
    '0.0"亿元"': '<number:number-style style:name="{n}">' + _NUMBER.format(more="")
    + "<number:text>亿元</number:text></number:number-style>",
    '0.0"%"': '<number:number-style style:name="{n}">' + _NUMBER.format(more="")
    + "<number:text>%</number:text></number:number-style>",
    "[$€-407] #,##0": '<number:currency-style style:name="{n}"><number:currency-symbol>€</number:currency-symbol>'
    "<number:text> </number:text>" + _NUMBER.format(more="") + "</number:currency-style>",
    "000000": '<number:number-style style:name="{n}"><number:number number:min-integer-digits="6" '
    'number:decimal-places="0"/></number:number-style>',
    'yyyy"年"m"月"': '<number:date-style style:name="{n}"><number:year number:style="long"/><number:text>年</number:text>'
    "<number:month/><number:text>月</number:text></number:date-style>",
    '[>=1000]#,##0,"千";0': '<number:number-style style:name="{n}P0"><number:number number:min-integer-digits="1" '
    'number:display-factor="1000"/><number:text>千</number:text></number:number-style>'
    '<number:number-style style:name="{n}"><number:number number:min-integer-digits="1"/>'
    '<style:map style:condition="value()&gt;=1000" style:apply-style-name="{n}P0"/></number:number-style>',
    "General": '<number:number-style style:name="{n}"><number:number number:min-integer-digits="1"/></number:number-style>',
}  # fmt: skip
_ROOMS = ["office", "table", "text", "style", "number"]
_NAMESPACES = " ".join(
    f'xmlns:{room}="urn:oasis:names:tc:opendocument:xmlns:{room.replace("number", "datastyle")}:1.0"' for room in _ROOMS
)  # fmt: skip


def workbook(
    kind: str,
    filling: Filling,
    *,
    number_format: str = "General",
    merged: Merged = (),
    hidden: bool = False,
) -> bytes:
    """A workbook whose sheet ``3-1`` is filled from its first cell, maybe behind a hidden one."""
    made = {"xlsx": _xlsx, "xls": _xls, "ods": _ods}[kind]
    return made(filling, number_format, merged, hidden)


def _xlsx(filling: Filling, number_format: str, merged: Merged, hidden: bool) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("3-1")
    first = book.worksheets[0]
    first.title, first["A1"] = "隐藏", "内部"
    if hidden:
        first.sheet_state = "hidden"
    else:
        book.remove(first)
    for row in filling:
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            if not isinstance(cell.value, str):
                cell.number_format = number_format
    for area in merged:
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xls(filling: Filling, number_format: str, merged: Merged, hidden: bool) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    if hidden:
        other = book.add_sheet("隐藏")
        other.visibility = 1
        other.write(0, 0, "内部")
        book.set_active_sheet(1)
    sheet = book.add_sheet("3-1")
    style = xlwt.easyxf(num_format_str=number_format)
    for row, cells in enumerate(filling):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(row, column, value, style)
    for area in merged:
        left, top, right, bottom = range_boundaries(area)
        assert left is not None and top is not None and right is not None and bottom is not None  # noqa: PT018 - for the types
        sheet.merge(top - 1, bottom - 1, left - 1, right - 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ods(filling: Filling, number_format: str, merged: Merged, hidden: bool) -> bytes:
    rows = "".join(_ods_row(number, cells, merged) for number, cells in enumerate(filling, start=1))
    other = (
        '<table:table table:name="隐藏" table:style-name="ta1"><table:table-row>'
        f"{_ods_cell('内部', '')}</table:table-row></table:table>"
    )
    content = (
        f"<office:document-content {_NAMESPACES}><office:automatic-styles>"
        f"{ODF_FORMATS[number_format].format(n='N1')}"
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
        '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>'
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f"{other if hidden else ''}"
        '<table:table table:name="3-1">'
        # The style of the cells is said once, by their columns, and the sheet repeats its last row to the end.
        '<table:table-column table:number-columns-repeated="16384" table:default-cell-style-name="ce1"/>'
        f"{rows}"
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return ods_of(content)


def ods_of(content: str) -> bytes:
    """A file of OpenDocument with that content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr("content.xml", content)
    return out.getvalue()


def _ods_row(number: int, cells: Sequence[object], merged: Merged) -> str:
    made = []
    for column, value in enumerate(cells, start=1):
        spans = ""
        for area in merged:
            left, top, right, bottom = range_boundaries(area)
            if (left, top) == (column, number) and right and bottom:
                spans = f' table:number-columns-spanned="{right - column + 1}" table:number-rows-spanned="{bottom - number + 1}"'
        made.append(_ods_cell(value, spans))
    return f"<table:table-row>{''.join(made)}<table:table-cell table:number-columns-repeated='9000'/></table:table-row>"


def _ods_cell(value: object, spans: str) -> str:
    match value:
        case None:
            return f"<table:table-cell{spans}/>"
        case int() | float():
            told = f'office:value-type="float" office:value="{value}"'
        case date():
            told = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        case _:
            told = 'office:value-type="string"'
    paragraphs = "".join(f"<text:p>{escape(part)}</text:p>" for part in str(value).split("\n"))
    return f"<table:table-cell{spans} {told}>{paragraphs}</table:table-cell>"
