"""A small workspace with two clusters whose counts can be followed by hand: one across a border, one far away."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.reading import Build

CONFIG = """\
ceyuan: 1
id: small
name: {en: Small, zh-Hans: 小, zh-Hant: 小}
parties:
  - id: guangdong
    name: {en: Guangdong, zh-Hans: 广东, zh-Hant: 廣東}
  - id: hongkong
    name: {en: Hong Kong, zh-Hans: 香港, zh-Hant: 香港}
roots: {outside: ../outside}
threads: 2
"""
PLACES = """\
id,kind,parents,party,name_en,name_zh_hans,name_zh_hant,aliases,iso3166,gbt2260,geonames,lat,lon
cn,economy,,,China,中国,中國,,CN,,,35,105
hk,city,cn,hongkong,Hong Kong,香港,香港,,HK,,,22.30,114.17
gd,province,cn,guangdong,Guangdong,广东,廣東,,CN-GD,,,23.1,113.3
sz,city,gd,guangdong,Shenzhen,深圳,深圳,,,,,22.54,114.06
gz,city,gd,guangdong,Guangzhou,广州,廣州,,,,,23.13,113.26
sz-hk,cluster,,,Shenzhen–Hong Kong,深圳—香港,深圳—香港,,,,,22.5,114.1
"""
SOURCES = """\
sources:
  office: {title: Patents, publisher: Office}
  gii: {title: Ranking, publisher: WIPO}
  dice: {title: Dice, publisher: Ceyuan, simulated: true}
"""
INDICATORS = """\
indicators:
  - id: rank
    type: cluster
    figure: rank
    unit: 位
    name: {en: Rank, zh-Hans: 位次, zh-Hant: 排名}
    description: {en: Rank, zh-Hans: 位次, zh-Hant: 排名}
    hk_mo: {rule: separate}
  - id: filings
    type: cluster
    figure: count
    kind: patent
    unit: 件
    name: {en: Filings, zh-Hans: 申请, zh-Hant: 申請}
    description: {en: Filings, zh-Hans: 申请, zh-Hant: 申請}
    hk_mo: {rule: separate}
  - id: world_share
    type: cluster
    figure: share
    kind: patent
    unit: "%"
    name: {en: Share, zh-Hans: 份额, zh-Hant: 份額}
    description: {en: Share, zh-Hans: 份额, zh-Hant: 份額}
    hk_mo: {rule: separate}
  - id: across
    type: cluster
    figure: cross_border_share
    unit: "%"
    name: {en: Across, zh-Hans: 跨境, zh-Hant: 跨境}
    description: {en: Across, zh-Hans: 跨境, zh-Hant: 跨境}
    hk_mo: {rule: separate}
  - id: inventions
    type: count
    records: contribution
    counting: fractional
    where: role = 'inventor'
    periods: [all]
    unit: 件
    name: {en: Inventions, zh-Hans: 发明, zh-Hant: 發明}
    description: {en: Inventions, zh-Hans: 发明, zh-Hant: 發明}
    hk_mo: {rule: in_china}
  - id: labs
    type: count
    records: laboratory
    periods: [all]
    period: established
    unit: 家
    name: {en: Laboratories, zh-Hans: 实验室, zh-Hant: 實驗室}
    description: {en: Laboratories, zh-Hans: 实验室, zh-Hant: 實驗室}
    hk_mo: {rule: in_china}
"""
RUN = """\
id: world
name: {en: World, zh-Hans: 全球, zh-Hant: 全球}
points:
  - records: contribution
    where: role = 'inventor'
    kind: patent
period: 2020..2024
radius_km: 20
min_weight: 4
method: gii2017
merge: none
party_km: 15
contains: {kinds: [city]}
"""
LABORATORIES = """\
id,name,class,place,lat,lon
l1,by place,national,sz,,
l2,by position,national,gz,22.54,114.06
l3,position elsewhere,national,sz,10,-40
l4,too large a place,national,gd,,
l5,by place in reach of a core point,national,hk,,
"""
SHENZHEN, HONGKONG, TOKYO, SEA = (22.54, 114.06), (22.40, 114.12), (35.68, 139.76), (10.0, -40.0)
# document → where its inventors are; None has no position
DOCUMENTS: dict[str, Sequence[tuple[float, float] | None]] = {
    "d1": [SHENZHEN, HONGKONG],
    "d2": [SHENZHEN, SHENZHEN, HONGKONG],
    "d3": [SHENZHEN, SHENZHEN],
    "d4": [TOKYO, TOKYO, TOKYO, TOKYO],
    "d5": [TOKYO, SHENZHEN],
    "d6": [SEA],
    "d7": [None, SHENZHEN],
    "d8": [None],
}


def write_contributions(
    root: Path, documents: dict[str, Any], order: Iterable[int] | None = None
) -> None:
    rows = [
        (d, "inventor", i + 1, f"{d}-{i}", *(at or ("", "")))
        for d, places in documents.items()
        for i, at in enumerate(places)
    ]
    rows = [rows[i] for i in order] if order is not None else rows
    with (root / "records" / "contributions.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("document", "role", "position", "contributor", "lat", "lon"), *rows]
        )
    lines = "".join(f"{d},patent,2022\n" for d in documents)
    (root / "records" / "documents.csv").write_text(f"id,type,date\n{lines}", encoding="utf-8")


def make_workspace(root: Path, run: str = RUN, documents: dict[str, Any] | None = None) -> Path:
    for folder in ("records", "indicators", "clusters"):
        (root / folder).mkdir(parents=True)
    texts = {
        "ceyuan.yaml": CONFIG, "places.csv": PLACES, "sources.yaml": SOURCES, "indicators/all.yaml": INDICATORS,
        "clusters/world.yaml": run,
        "records/contributions.yaml": "kind: contribution\nfile: contributions.csv\nsource: office\n",
        "records/documents.yaml": "kind: document\nfile: documents.csv\nsource: office\n",
        "records/figures.yaml": "kind: figure\nfile: figures.csv\nsource: gii\n",
        "records/figures.csv": "indicator,place,period,value,value_unit\nrank,sz-hk,2023,2,位\n",
        "records/laboratories.yaml": "kind: laboratory\nfile: laboratories.csv\nsource: office\n",
        "records/laboratories.csv": LABORATORIES,
    }  # fmt: skip
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    write_contributions(root, DOCUMENTS if documents is None else documents)
    return root


def built(root: Path) -> Build:
    build_workspace(root)
    return Build.open(root)
