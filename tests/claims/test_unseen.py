"""Sentences that were written before the binding was looked at on them: what each figure is about, by reading.

Values are not the point here, and many are wrong on purpose; what matters is that nothing is bound to what it is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from claims_world import TEXTS

from ceyuan.claims import Claim, verify
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_text

Expected = tuple[str, str | None, str | None, str | None]
# Quote, indicator, place, measure; None where nothing of the workspace is meant.
SENTENCES: list[tuple[str, list[Expected]]] = [
    (
        "2021年，浙江省研究与试验发展经费达2157.7亿元，同比增长16.0%。",
        [
            ("2157.7亿元", "rd_expenditure", "zhejiang", "level"),
            ("16.0%", "rd_expenditure", "zhejiang", "growth"),
        ],
    ),
    (
        "2019年，全国共发表SCI论文49.59万篇，其中北京市7.2万篇，居各省首位。",
        [
            ("49.59万篇", "sci_papers", "cn", "level"),
            ("7.2万篇", "sci_papers", "beijing", "level"),
            ("首位", "sci_papers_rank", "beijing", "level"),
        ],
    ),
    (
        "2020年，上海市研发投入强度4.17%，比上年提高0.17个百分点，仅次于北京，位居全国第二。",
        [
            ("4.17%", "rd_intensity", "shanghai", "level"),
            ("0.17个百分点", "rd_intensity", "shanghai", "change"),
            ("第二", "rd_intensity_rank", "shanghai", "level"),
        ],
    ),
    (
        "截至2021年底，江苏省有效专利数超过200万件，较2020年末增加40万件以上。",
        [
            ("200万件", "patents_valid", "jiangsu", "level"),
            ("40万件", "patents_valid", "jiangsu", "change"),
        ],
    ),
    (
        "2023年，我国基础研究经费2259.1亿元，占研发经费的比重为6.77%，连续五年超过6%。",
        [
            ("2259.1亿元", "rd_basic", "cn", "level"),
            ("6.77%", "rd_basic_share", "cn", "level"),
            ("五年", None, None, None),
            ("6%", "rd_basic_share", "cn", "level"),
        ],
    ),
    (
        "2022年，西部地区研发经费4000亿元左右，中部地区5300亿元左右。",
        [
            ("4000亿元", "rd_expenditure", "cn-west", "level"),
            ("5300亿元", "rd_expenditure", "cn-central", "level"),
        ],
    ),
    (
        "2021年，四川输出技术合同成交额首次突破1000亿元。",
        [("1000亿元", "tech_contract_value_out", "sichuan", "level")],
    ),
    (
        "2020年，陕西吸纳技术合同数达1.5万项。",
        [("1.5万项", "tech_contracts_in", "shaanxi", "level")],
    ),
    (
        "2018年国家重点研发计划立项项目超过千项，其中企业牵头占比约两成。",
        [
            ("千项", "national_projects", "cn", "level"),
            ("两成", "national_projects_firm_led_share", "cn", "level"),
        ],
    ),
    ("全省专利授权量872209件。", [("872209件", "patent_grants", None, "level")]),
    (
        "2021年，广东专利授权量87.2万件，占全国的20%。",
        [
            ("87.2万件", "patent_grants", "guangdong", "level"),
            ("20%", "patent_grants", "guangdong", "share"),
        ],
    ),
    (
        "2022年，湖南研发经费突破千亿元，达到1175.3亿元，比2020年增长30.8%。",
        [
            ("千亿元", "rd_expenditure", "hunan", "level"),
            ("1175.3亿元", "rd_expenditure", "hunan", "level"),
            ("30.8%", "rd_expenditure", "hunan", "growth"),
        ],
    ),
    (
        "2022年，深圳市研发经费1880亿元，占地区生产总值比重5.81%。",
        [("1880亿元", "rd_expenditure", None, "level"), ("5.81%", "rd_intensity", None, "level")],
    ),
    (
        "2022年，广东省有研发活动的工业企业3.3万家，研发人员折合全时当量97万人年。",
        [("3.3万家", None, None, None), ("97万人年", None, None, None)],
    ),
    (
        "2022年，北京试验发展经费1700亿元，应用研究经费722亿元。",
        [
            ("1700亿元", "rd_experimental", "beijing", "level"),
            ("722亿元", "rd_applied", "beijing", "level"),
        ],
    ),
    ("2022年，北京市基础研究经费占比为16.6%。", [("16.6%", "rd_basic_share", "beijing", "level")]),
    (
        "2022年广东高技术制造业研发经费投入强度为4.5%，规模以上工业企业研发经费3000亿元。",
        [("4.5%", None, None, None), ("3000亿元", None, None, None)],
    ),
    (
        "2022年，全国研发经费投入强度超过3%的省有6个。",
        [("3%", None, None, None), ("6个", "rd_intensity", "cn", "places above")],
    ),
    (
        "2021年江西研发经费502.2亿元，增速居全国前列，是2012年的4.4倍。",
        [
            ("502.2亿元", "rd_expenditure", "jiangxi", "level"),
            ("4.4倍", "rd_expenditure", "jiangxi", "multiple"),
        ],
    ),
    (
        "2023年，东北地区研发经费1000亿元。",
        [("1000亿元", "rd_expenditure", "cn-northeast", "level")],
    ),
]


def _claim(claims: tuple[Claim, ...], quote: str) -> Claim:
    return next(c for c in claims if quote in "".join(c.statement.quote.split()))


def test_nothing_is_bound_to_what_it_is_not_and_little_is_left_open(china: Build) -> None:
    wrong, left_open, right = [], [], 0
    for text, figures in SENTENCES:
        claims = verify(china, read_text(text)).claims
        for quote, *expected in figures:
            binding = _claim(claims, quote).binding
            found = (
                [binding.indicator, binding.place, binding.measure]
                if binding
                else [None, None, None]
            )
            if found == expected:
                right += 1
            else:
                (left_open if binding is None else wrong).append((quote, text))
    assert wrong == []
    # 仅次于北京 hides the place of a rank, 立项项目 and 企业牵头 are not the names of the indicators.
    assert {quote for quote, _ in left_open} <= {"第二", "千项", "两成", "6%"}
    assert right >= 36


def _long_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) > 60:
            yield value
        return
    for part in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _long_texts(part)


def test_texts_on_other_things_are_bound_to_nothing(china: Build) -> None:
    path = TEXTS.parent / "passages" / "passages.json"
    if not path.is_file():
        pytest.skip(f"{path} is absent: the passages lie beside the repository")
    claims = [
        claim
        for text in _long_texts(json.loads(path.read_text(encoding="utf-8")))
        for claim in verify(china, read_text(text)).claims
    ]
    assert len(claims) > 500
    assert [c.statement.quote for c in claims if c.binding] == []
