"""Sentences as official texts write them, on the three centres, their provinces and cities, of known truth."""

from __future__ import annotations

import pytest

from ceyuan.claims import verify
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_text

SENTENCES = [
    # cut, not rounded: the register has 69,775, and the work report said 6.9万
    ("2022年，广东高新技术企业6.9万家。", ["consistent"]),
    ("2022年，广东高新技术企业6.7万家。", ["contradicted"]),
    # growth between two sources; a share of output by the figure before
    (
        "2023年，广东研发经费支出4802.6亿元，比上年增长8.9%，占地区生产总值比重3.54%。",
        ["supported"] * 3,
    ),
    ("2022年，江苏研发经费比上年增长18.6%。", ["contradicted"]),
    ("2022年，江苏研发经费比上年下降11.5%。", ["contradicted"]),
    # two editions of one percentage; output before its revision, and its growth in real terms
    ("2024年全国研发经费占国内生产总值比重为2.69%。", ["no_evidence"]),
    ("2024年全国研发经费占国内生产总值比重为2.58%。", ["contradicted"]),
    ("2022年，珠海地区生产总值4045.45亿元，比上年增长2.3%。", ["no_evidence"] * 2),
    ("2022年，广州地区生产总值32387.68亿元。", ["contradicted"]),
    # as first published; 369.3 billion since
    (
        "澳门2023年本地生产总值3795亿澳门元。",
        ["no_evidence"],
    ),
    ("澳门2023年本地生产总值3895亿澳门元。", ["contradicted"]),
    # for so many inhabitants
    ("2023年北京每万人口发明专利拥有量为262件。", ["supported"]),
    ("2023年北京每万人口发明专利拥有量为362件。", ["contradicted"]),
    # clusters by their own names and by those of their cities
    ("2025年，深圳-香港-广州集群排名第一，北京位列第四。", ["supported"] * 2),
    ("2025年，深圳—香港—广州创新集群排名全球第二，北京位列第一。", ["contradicted"] * 2),
    (
        "In 2025, the Shenzhen–Hong Kong–Guangzhou cluster ranked first and Beijing ranked fourth.",
        ["supported"] * 2,
    ),
    (
        "In 2025, the Shenzhen-Hong Kong-Guangzhou cluster was ranked third in the world.",
        ["contradicted"],
    ),
    # the list in which one is ranked stands between the noun and the rank
    ("“深圳—香港—广州”集群在2025年全球创新指数中排名第一。", ["supported"]),
    ("「深圳—香港—廣州」集群在《2025年全球創新指數報告》中位列全球第一。", ["supported"]),
    ("“深圳—香港—广州”集群在2024年全球创新指数中排名第三。", ["contradicted"]),
    (
        "The Shenzhen–Hong Kong–Guangzhou cluster ranked first in the Global Innovation Index 2025.",
        ["supported"],
    ),
    (
        "The Shenzhen–Hong Kong–Guangzhou cluster ranked first in the Global Innovation Index 2024.",
        ["contradicted"],
    ),
    # a run of years need not end with the year of the sentence before
    (
        "2025年，深圳—香港—广州集群跃居全球第一。此前，“深圳—香港—广州”科技集群连续四年排名全球第二。",
        ["supported", "consistent", "no_evidence"],
    ),
    ("2025年，深圳—香港—广州集群连续五年排名全球第二。", ["no_evidence", "contradicted"]),
    ("“深圳—香港—广州”集群在2025年全球创新指数中位列全球第一。", ["supported"]),
]


@pytest.mark.parametrize(("text", "verdicts"), SENTENCES)
def test_an_official_sentence_gets_the_verdict_that_it_deserves(
    gba: Build, text: str, verdicts: list[str]
) -> None:
    claims = verify(gba, read_text(text)).claims
    assert [claim.verdict for claim in claims] == verdicts, [
        claim.reason.get("en") for claim in claims
    ]
