"""A small workspace of made-up figures, and where the real texts lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceyuan.claims import Verification, verify
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_file

ROOT = Path(__file__).parents[2]
TEXTS = ROOT.parent / "shared" / "data" / "communiques"

CONFIG = """
ceyuan: 1
id: small
name: {en: Small, zh-Hans: 小, zh-Hant: 小}
parties: [{id: north, name: {en: North, zh-Hans: 北方, zh-Hant: 北方}}]
"""
PLACES = """id,kind,parents,party,name_en,name_zh_hans,name_zh_hant,aliases,iso3166,gbt2260,geonames,lat,lon
cn,economy,,,China,中国,中國,全国;全國,CN,,,,
guangdong,province,cn,,Guangdong,广东,廣東,全省;广东省,CN-GD,,,,
jiangsu,province,cn,,Jiangsu,江苏,江蘇,江苏省,CN-JS,,,,
zhejiang,province,cn,,Zhejiang,浙江,浙江,浙江省,CN-ZJ,,,,
gba,centre,cn,,Greater Bay Area,大湾区,大灣區,粤港澳大湾区,,,,,
delta,cluster,cn,,East–West,东港—西港,東港—西港,,,,,,
"""
SOURCES = """
sources:
  bureau: {title: Yearbook, publisher: Bureau, priority: 20}
  survey: {title: Survey, publisher: Institute, priority: 10}
  communique: {title: The text, publisher: Department, priority: 30}
"""
INDICATORS = [
    ("high_tech_firms", "published", "家", "高新技术企业数量", "[高新技术企业]", ""),
    ("rd_expenditure", "published", "亿元", "研发经费", "[研究与试验发展经费]", "decimals: 1"),
    (
        "rd_expenditure_share",
        "share",
        "%",
        "研发经费占全国比重",
        "[]",
        "part: rd_expenditure\n    whole_place: cn",
    ),
    ("basic_research", "published", "亿元", "基础研究经费", "[]", "decimals: 1"),
    (
        "basic_share",
        "share",
        "%",
        "基础研究经费占比",
        "[]",
        "part: basic_research\n    whole: rd_expenditure",
    ),
    ("rd_intensity", "published", "%", "研发经费投入强度", "[研发投入强度]", "decimals: 2"),
    ("fund", "published", "亿港元", "创新基金规模", "[创新基金]", ""),
    ("payments", "published", "亿元", "跨境拨付科研经费", "[]", "cumulative: true"),
    ("talent", "published", "人", "外国人才数量", "[外国人才]", ""),
    ("cluster_rank", "published", "位", "全球创新集群排名", "[全球创新集群]", "direction: lower"),
    (
        "cluster_top100",
        "membership",
        "强",
        "入围全球创新集群百强",
        "[全球创新集群百强]",
        "of: cluster_rank\n    top: 100",
    ),
    (
        "cluster_streak",
        "streak",
        "年",
        "连续入围全球创新集群百强年数",
        "[连续入围全球创新集群百强]",
        "of: cluster_top100",
    ),
    ("chip_share", "published", "%", "整车芯片设计国产化率", "[]", ""),
    ("yield_share", "published", "%", "整车芯片制造国产化率", "[]", ""),
]
FIGURES = """indicator,place,period,value,value_unit,bound,modality,source,quote
high_tech_firms,gba,2025,69800,家,eq,actual,bureau,
high_tech_firms,guangdong,2025,68000,家,eq,actual,bureau,
high_tech_firms,jiangsu,2025,70000,家,eq,actual,bureau,
high_tech_firms,jiangsu,2025,50000,家,eq,actual,survey,
high_tech_firms,zhejiang,2025,5,万家,gt,actual,bureau,
rd_expenditure,cn,2024,1000.0,亿元,eq,actual,bureau,
rd_expenditure,cn,2023,900.0,亿元,eq,actual,bureau,
rd_expenditure,guangdong,2024,500.0,亿元,eq,actual,bureau,
rd_expenditure,jiangsu,2024,300.0,亿元,eq,actual,bureau,
rd_expenditure,zhejiang,2024,200.0,亿元,eq,actual,bureau,
basic_research,cn,2024,66.6,亿元,eq,actual,bureau,
rd_intensity,cn,2024,2.54,%,eq,actual,bureau,
rd_intensity,cn,2023,2.44,%,eq,actual,bureau,
rd_intensity,guangdong,2024,4.3,%,eq,actual,communique,投入强度达到4.3%
rd_intensity,guangdong,2025,4.5,%,eq,target,bureau,
fund,gba,2024,330,亿港元,eq,actual,bureau,
payments,guangdong,2024,6.5,亿元,eq,actual,bureau,
talent,gba,2024,5.3,万人,eq,actual,bureau,
cluster_rank,delta,2023,90,位,eq,actual,bureau,
cluster_rank,delta,2024,1,位,eq,actual,bureau,
cluster_rank,guangdong,2024,120,位,eq,actual,bureau,
chip_share,gba,2022,5,%,eq,actual,bureau,
chip_share,gba,2024,100,%,eq,actual,bureau,
yield_share,gba,2022,9,%,eq,actual,bureau,
yield_share,gba,2024,57,%,eq,actual,bureau,
"""


def small_workspace(root: Path) -> Path:
    """Write the small workspace to a folder."""
    for folder in ("indicators", "records", "communiques"):
        (root / folder).mkdir(parents=True)
    entries = []
    for name, kind, unit, zh, aliases, more in INDICATORS:
        entries.append(
            f'  - id: {name}\n    type: {kind}\n    unit: "{unit}"\n'
            f"    name: {{en: {name.replace('_', ' ')}, zh-Hans: {zh}, zh-Hant: {zh}}}\n"
            f"    description: {{en: Made up, zh-Hans: 虚构, zh-Hant: 虛構}}\n    aliases: {aliases}\n"
            f"    hk_mo: {{rule: not_applicable}}\n" + (f"    {more}\n" if more else "")
        )
    (root / "ceyuan.yaml").write_text(CONFIG, encoding="utf-8")
    (root / "places.csv").write_text(PLACES, encoding="utf-8")
    (root / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (root / "indicators" / "all.yaml").write_text(
        "indicators:\n" + "".join(entries), encoding="utf-8"
    )
    (root / "records" / "figures.csv").write_text(FIGURES, encoding="utf-8")
    (root / "records" / "figures.yaml").write_text(
        "kind: figure\nfile: figures.csv\nsource: bureau\n", encoding="utf-8"
    )
    return root


def real_text(name: str) -> Path:
    """A text of the data beside the repository; the test is skipped where it is absent."""
    path = TEXTS / name
    if not path.is_file():
        pytest.skip(f"{path} is absent: the texts lie beside the repository")
    return path


def verified(build: Build, name: str) -> Verification:
    path = real_text(name)
    return verify(build, read_file(path), path.stem)
