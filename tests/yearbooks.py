"""Tables as yearbooks print them, made for tests."""

from __future__ import annotations

import io

import openpyxl

PLACES_ALL = """\
id,kind,parents,party,name_en,name_zh_hans,name_zh_hant,aliases,iso3166,gbt2260,geonames,lat,lon
cn,economy,,,China,中国,中國,全国,CN,,,,
hk,economy,cn,hongkong,Hong Kong,香港,香港,,HK,,,22.3,114.2
gd,province,cn,guangdong,Guangdong,广东,廣東,广东省,CN-GD,440000,,23.1,113.3
sz,city,gd,guangdong,Shenzhen,深圳,深圳,深圳市,,440300,,22.5,114.1
gz,city,gd,guangdong,Guangzhou,广州,廣州,广州市,,440100,,23.13,113.26
"""


def book(
    fill: list[list[object]], merged: tuple[str, ...] = (), hidden: bool = False, title: str = "3-1"
) -> bytes:
    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    if hidden:
        first.title, first.sheet_state = "隐藏", "hidden"
        first["A1"] = "内部"
        sheet = made.create_sheet(title)
    else:
        sheet, first.title = first, title
    for row in fill:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


YEARBOOK = [
    ["3-1 分地区R&D经费"],
    [None, None, None, None, "单位:万元"],
    ["地　区\nRegion", "2022年", None, "2023年", None],
    [None, "合计\nTotal", "#基础研究\nBasic", "合计\nTotal", "#基础研究\nBasic"],
    ["深　圳", 100.5, 10, "200①", "…"],
    ["　广州", 50, "—", "１２．５", "<5"],
    ["注:①为快报数。"],
]
