"""The public tables under the workspace of China's provinces, read with the csv module alone."""

from __future__ import annotations

import csv
import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
CHINA = REPOSITORY / "workspaces" / "china"
SHARED = REPOSITORY.parent / "shared" / "data"
DATA = SHARED / "china_st"

EAST = ["北京", "天津", "河北", "上海", "江苏", "浙江", "福建", "山东", "广东", "海南"]
MISREAD = {
    "RDPatentAccept": {"江两": "江西"},
    "RDPatentAuthority": {"山两": "山西", "两藏": "西藏"},
    "RDPatentValid": {"江四": "江西", "浙汀": "浙江", "四藏": "西藏", "尔部地区": "东部地区"},
}
PATENTS = {
    "RDPatentAccept": "patent_applications",
    "RDPatentAuthority": "patent_grants",
    "RDPatentValid": "patents_valid",
}
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """Rows of a table, names of places without blanks and misread characters."""
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream))
    for row in found:
        plain = "".join(row.get("province", "").split())
        row["province"] = MISREAD.get(name, {}).get(plain, plain)
    return found


def place_ids() -> dict[str, str]:
    with (CHINA / "places.csv").open(encoding="utf-8", newline="") as stream:
        return {r["name_zh_hans"]: r["id"] for r in csv.DictReader(stream)} | {"全国": "cn"}


PLACES = place_ids()
PROVINCES = [
    name for name, place in PLACES.items() if place != "cn" and not place.startswith("cn-")
]  # fmt: skip


def lead_type(name: str) -> str:
    """What an institution is by its name, written independently of the workspace's rules."""
    exceptions = {
        "中山大学中山眼科中心": "hospital", "国家食品药品监督管理总局高级研修学院": "public_body",
        "中国体育用品业联合会": "association", "中央广播电视总台": "public_body",
    }  # fmt: skip
    patterns = [
        ("hospital", "医院(（.*）)?$"),
        ("institute", "((研究|硏究)[所院]|科学院|设计院)$"),
        ("firm", "公司|(集团|厂|企业)$"),
        ("university", "(大学|学院|学校)(（.*）)?$|研究生院"),
        ("institute", "研究|科学院|天文台|实验室|科学中心|创新中心"),
        ("public_body", "(中心|局|馆|院|所|台|站)$|中心（"),
    ]
    return exceptions.get(name) or next(
        (kind for kind, pattern in patterns if re.search(pattern, name)), "other"
    )


def first_mentions() -> list[Row]:
    found: dict[str, Row] = {}
    for r in rows("PubNKRDP"):
        found.setdefault(r["NO"], r)
    return list(found.values())


def bends(series: dict[str, dict[int, float]]) -> dict[tuple[str, int], float]:
    """How far each total lies off its neighbours in time: its square over their product, 1 on a smooth path."""
    return {
        (place, year): values[year] ** 2 / (values[year - 1] * values[year + 1])
        for place, values in series.items()
        for year in range(2011, 2023)
    }
