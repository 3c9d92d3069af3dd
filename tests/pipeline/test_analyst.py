"""An analyst of a science department: from a yearbook, a project list, patents and payments to indicators of all kinds, in five tables.

Nothing is prepared outside: the files are as such offices send them. Some values are reckoned again here by plain Python.
"""

from __future__ import annotations

import itertools
import json
import math
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import ceyuan
from ceyuan.bulletin.document import plain_text
from ceyuan.bulletin.writing import write_bulletin
from ceyuan.errors import address
from ceyuan.pipeline.composites.reading import IndexReader
from ceyuan.pipeline.tracing import trace

YEARBOOK = Path(__file__).parents[3] / "shared" / "cases" / "tables" / "yearbook.xlsx"
pytestmark = pytest.mark.skipif(
    not YEARBOOK.is_file(), reason="needs the yearbook beside the repository"
)

CONFIG = """\
ceyuan: 1
id: delta
name: {zh-Hans: 三地观察}
languages: [zh-Hans]
parties:
  - {id: sh, name: {zh-Hans: 上海}}
  - {id: js, name: {zh-Hans: 江苏}}
  - {id: ah, name: {zh-Hans: 安徽}}
units:
  机时: {name: {zh-Hans: 机时}}
"""
PLACES = """\
id,kind,parents,party,name_zh_hans,aliases
cn,economy,,,中国,全国;全国合计
delta,centre,cn,,三地,
sh,city,delta,sh,上海,上海市
pd,district,sh,sh,浦东新区,
xh,district,sh,sh,徐汇区,
sz,city,delta,js,苏州,苏州市
hf,city,delta,ah,合肥,合肥市
"""
SOURCES = "sources:\n  yearbook: {title: 年鉴, publisher: 统计局}\n  office: {title: 台账, publisher: 科技局}\n"
TABLES = {
    "yearbook": """\
kind: account
file: yearbook.xlsx
source: yearbook
header: [3, 4]
until: [注]
unpivot: ["{period}/{item}"]
columns:
  place: 地区
  item: {column: item, map: {合计: rd, "#基础研究": basic}}
  amount: {column: value, unit_from: heading, missing: ["…", "—", "#"], marks: {"①": 快报数}}
""",
    "projects": """\
kind: project
file: 项目.csv
source: office
encoding: gb18030
header: 2
columns: {id: 编号, title: 名称, lead: 牵头单位, place: 所在地, date: 立项年度, amount: {column: 经费（万元）, unit: 万元}}
exclude:
  - {when: 编号 = '合计', why: 各行之和}
""",
    "partners": """\
kind: participation
file: 项目.csv
source: office
encoding: gb18030
header: 2
columns:
  project: 编号
  date: 立项年度
  organisation: {column: 承担单位, split: "、"}
  place: {column: 单位所在地, split: "、"}
  party: {column: 单位所在地, split: "、", map: {上海: sh, 浦东新区: sh, 苏州: js, 合肥: ah}, map_only: true}
constants: {role: partner}
exclude:
  - {when: 编号 = '合计', why: 各行之和}
""",
    "patents": """\
kind: document
file: patents.csv
source: office
columns: {id: 公开号, date: 公开日, place: 申请人地址, field: 分类}
constants: {type: patent}
""",
    "payments": """\
kind: payment
file: payments.csv
source: office
columns:
  id: 序号
  date: 月份
  from_party: 拨出方
  to_party: 接收方
  from_place: 拨出地
  to_organisation: 接收单位
  amount: {column: 金额, unit_column: 单位}
""",
}
PROJECTS = """\
2023年度项目清单,,,,,,,
编号,名称,牵头单位,所在地,立项年度,经费（万元）,承担单位,单位所在地
A1,一,甲大学,上海,2022年度,"1,000",甲大学、乙所,上海、苏州
A2,二,甲大学,上海,2023年度,500,甲大学、丙公司、丁院,浦东新区、苏州、合肥
A3,三,丁院,合肥,2023年度,300,丁院,合肥
A4,四,乙所,苏州,2023年度,200,乙所、丁院,苏州、合肥
合计,,,,,"2,000",,
"""
PATENTS = "公开号,公开日,申请人地址,分类\n" + "".join(
    f"P{n},{2021 + n % 3}-0{n % 9 + 1}-11,{('上海', '苏州', '合肥')[n % 3 if n % 2 else 0]},{'AI' if n % 4 else '量子'}\n"
    for n in range(30)
)
PAYMENTS = """\
序号,月份,拨出方,接收方,拨出地,接收单位,金额,单位
1,2023年1月,上海,江苏,上海,乙所,80,万元
2,2023年3月,上海,安徽,上海,丁院,120,万元
3,2023年9月,江苏,安徽,苏州,丁院,0.5,百万元
4,2024-02,上海,江苏,上海,乙所,60,万元
"""
CITIES = {"kind": "city", "within": "delta"}


def made(kind: str, name: str, unit: str, **more: Any) -> dict[str, Any]:
    words = {"zh-Hans": f"指标{name}"}
    return {"id": name, "type": kind, "unit": unit, "name": words, "description": words, **more}


def over(name: str, statistic: str, unit: str, of: str = "rd", **more: Any) -> dict[str, Any]:
    return made(
        "distribution", name, unit, of=of, statistic=statistic, among=CITIES, place="delta", **more
    )


ACCOUNT = {
    "records": "account",
    "value": "amount",
    "over_places": {"rule": "complete", "level": "city"},
}
PROJECT = {"records": "project"}
PAYMENT = {"records": "payment"}
INDICATORS = [
    made("sum", "rd", "亿元", where="item = 'rd'", direction="higher", **ACCOUNT),
    made("sum", "basic", "亿元", where="item = 'basic'", direction="higher", **ACCOUNT),
    made("ratio", "basic_share", "%", numerator="basic", denominator="rd", direction="higher", decimals=1),
    made("share", "of_nation", "%", part="rd", whole_place="cn"),
    made("growth", "rd_growth", "%", of="rd"), made("change", "share_change", "个百分点", of="basic_share"),
    made("cumulative", "rd_total", "亿元", of="rd", since=2019), made("rolling", "rd_three_years", "亿元", of="rd", window=3),
    made("rolling", "rd_moving_mean", "亿元", of="rd", window=2, aggregate="mean"),
    made("expression", "two_year_ends", "亿元", expression="0.5 * (rd + lag(rd))"),
    made("expression", "applied", "亿元", expression="rd - basic"), made("expression", "mixed", "%", expression="0.3 * basic_share + 0.7 * of_nation"),
    over("rd_mean", "mean", "亿元"), over("rd_median", "median", "亿元"), over("rd_min", "min", "亿元"), over("rd_max", "max", "亿元"),
    over("rd_p90", "percentile", "亿元", percentile=90), over("rd_hhi", "hhi", "1"), over("rd_gini", "gini", "1"),
    over("rd_entropy", "entropy", "1"), over("share_weighted", "weighted_mean", "%", of="basic_share", weights="rd"),
    made("rank", "rd_rank", "位", of="rd", among=CITIES, direction="higher"), made("membership", "first_two", "强", of="rd_rank", top=2),
    made("streak", "years_in", "年", of="first_two"), made("count", "projects", "项", **PROJECT), made("sum", "funds", "万元", value="amount", **PROJECT),
    made("statistic", "usual_funds", "万元", value="amount", statistic="median", periods=["all"], **PROJECT),
    made("statistic", "leads_hhi", "1", value="amount", each="lead", statistic="hhi", periods=["all"], **PROJECT),
    made("distinct", "leads", "家", value="lead", periods=["all"], **PROJECT),
    made("flow", "joint_projects", "项", records="participation", of="project", side="place", among=CITIES, within="delta"),
    made("flow", "joint_shared", "项", records="participation", of="project", side="party", counting="fractional", within="delta", periods=["all"]),
    made("count", "patents", "件", records="document", by=["field"]),
    made("sum", "paid", "万元", value="amount", where="from_party != to_party", periods=["month", "quarter", "year"], **PAYMENT),
    made("cumulative", "paid_this_year", "万元", of="paid", restarts="year"),
    made("flow", "paid_between", "万元", value="amount", **PAYMENT, **{"from": "from_party", "to": "to_party"}, within="delta"),
    made("distinct", "receivers", "家", value="to_organisation", periods=["year"], **PAYMENT),
    made("rolling", "patents_valid", "件", of="patents", window=3), made("growth", "paid_year_on_year", "%", of="paid", against="year_ago"),
    made("ratio", "patents_per_funds", "件/万元", numerator="patents", denominator="funds"),
]  # fmt: skip
INDEX = {
    "id": "strength", "name": {"zh-Hans": "实力指数"}, "description": {"zh-Hans": "三市比较"}, "units": {"kind": "city"}, "periods": [2023],
    "structure": [
        {"code": "rd", "indicator": "rd", "parent": "top"}, {"code": "basic", "indicator": "basic_share", "parent": "top"},
        {"code": "top", "name": {"zh-Hans": "实力"}},
    ],
    "spec": {"normalise": {"method": "minmax"}},
}  # fmt: skip
BULLETIN = """\
bulletin: 1
title: {zh-Hans: 三地研发公报}
date: 2024-10-01
period: 2023
place: delta
sections:
  - id: lead
"""
TEXT = '{% block lead %}\n{{ period_name() }}，上海研发经费{{ figure("rd", place="sh", decimals=1, verb="达到") }}。\n{% endblock %}\n'


def write(root: Path) -> Path:
    def put(name: str, text: str, encoding: str = "utf-8") -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding=encoding)

    put("ceyuan.yaml", CONFIG)
    put("places.csv", PLACES)
    put("sources.yaml", SOURCES)
    for name, table in TABLES.items():
        put(f"records/{name}.yaml", table)
    put("records/项目.csv", PROJECTS, "gb18030")
    put("records/patents.csv", PATENTS)
    put("records/payments.csv", PAYMENTS)
    (root / "records/yearbook.xlsx").write_bytes(YEARBOOK.read_bytes())
    put("indicators/all.yaml", json.dumps({"indicators": INDICATORS}, ensure_ascii=False))
    put("composites/strength.yaml", json.dumps(INDEX, ensure_ascii=False))
    put("bulletin/rd.yaml", BULLETIN)
    put("bulletin/rd.zh-Hans.md.j2", TEXT)
    return root


def yearbook() -> Mapping[tuple[str, str], float]:
    """R&D in 亿元 by place and year, read here by hand."""
    sheet = openpyxl.load_workbook(YEARBOOK)["3-1"]
    rows = {"cn": 5, "sh": 6, "sz": 9, "hf": 10}
    cells = {
        (p, str(2019 + n)): str(sheet.cell(row, 2 + 2 * n).value)
        for p, row in rows.items()
        for n in range(5)
    }
    plain = str.maketrans("０１２３４５６７８９．", "0123456789.", ",①")
    return {key: float(text.translate(plain)) / 10000 for key, text in cells.items()}


def test_from_files_as_they_come_to_forty_indicators_an_index_and_a_bulletin(
    tmp_path: Path,
) -> None:
    assert len(TABLES) <= 5
    assert len(INDICATORS) >= 34
    root = write(tmp_path / "w")
    rd = yearbook()
    with ceyuan.open(str(root)).build() as build:
        valued = {
            i["id"] for i in INDICATORS if any(o.value is not None for o in build.show(i["id"]))
        }
        assert valued == {i["id"] for i in INDICATORS}

        def value(name: str, place: str, period: str, part: str = "") -> float | None:
            (found,) = build.show(name, place=place, period=period, breakdown=part)
            return found.value

        assert {key: value("rd", *key) for key in rd} == {
            key: pytest.approx(v) for key, v in rd.items()
        }
        three = [rd[c, "2023"] for c in ("sh", "sz", "hf")]
        assert value("rd", "delta", "2023") == pytest.approx(sum(three))
        assert value("rd_median", "delta", "2023") == pytest.approx(statistics.median(three))
        assert value("rd_hhi", "delta", "2023") == pytest.approx(
            sum((x / sum(three)) ** 2 for x in three)
        )
        assert value("rd_entropy", "delta", "2023") == pytest.approx(
            -sum(x / sum(three) * math.log(x / sum(three)) for x in three)
        )
        pairs = [abs(a - b) for a, b in itertools.product(three, three)]
        assert value("rd_gini", "delta", "2023") == pytest.approx(sum(pairs) / (6 * sum(three)))
        assert value("two_year_ends", "sz", "2020") == pytest.approx(
            (rd["sz", "2019"] + rd["sz", "2020"]) / 2
        )
        assert (value("usual_funds", "delta", "all"), value("leads_hhi", "cn", "all")) == (
            400,
            pytest.approx((1500**2 + 300**2 + 200**2) / 2000**2),
        )
        # Of 2023 A2 joins three cities, A4 two of them.
        assert value("joint_projects", "delta", "2023") == 2
        assert value("joint_projects", "sz", "2023", "to=hf") == 2
        # Of A1, A2 and A4, what each has in common: 1/2, 2 (1/9 + 1/9 + 1/9), 1/2.
        assert value("joint_shared", "delta", "all") == pytest.approx(1 / 2 + 2 / 3 + 1 / 2)
        assert value("paid_this_year", "sh", "2023-03") == 200
        assert value("paid_between", "delta", "2023", "from=js;to=ah") == 50
        (traced,) = trace(build, "rd", place="sz", period="2020")
        (cell,) = traced.records
        assert (address(cell.file, cell.line), cell.fields["note"]) == (
            "records/yearbook.xlsx!3-1!D9",
            "快报数",
        )
        scores = {row["place"] for row in IndexReader.open(build, "strength").scores()}
        assert scores == {"sh", "sz", "hf"}
        bulletin = write_bulletin(build, "rd", root)
        assert "2151.4亿元" in plain_text(bulletin.documents["zh-Hans"])[0]


def test_a_second_vintage_shows_what_it_changed(tmp_path: Path) -> None:
    root = write(tmp_path / "w")
    ceyuan.open(str(root)).make()
    book = openpyxl.load_workbook(root / "records/yearbook.xlsx")
    book["3-1"]["J9"] = 10020000
    book.save(root / "records/yearbook.xlsx")
    report = ceyuan.open(str(root)).make()
    changed = {(c.indicator, c.place, c.period): (c.old, c.new) for c in report.changes}
    assert changed["rd", "sz", "2023"] == (pytest.approx(1001.15155), 1002)
    assert ("rd_growth", "sz", "2023") in changed
    assert ("rd", "sh", "2023") not in changed
    assert ("rd", "sz", "2022") not in changed
