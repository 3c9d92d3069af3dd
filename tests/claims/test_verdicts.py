"""A verdict follows from what the writing allows and what the build holds: worked examples on made-up figures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ceyuan.claims import Claim, Verification

One = Callable[[str], Claim]
Check = Callable[[str], Verification]

FITS = "consistent"
CASES = [
    # a bound is consistent above it and contradicted below it
    ("2025年，大湾区高新技术企业超过6.9万家。", FITS, "high_tech_firms"),
    ("2025年，广东高新技术企业超过6.8万家。", "contradicted", "high_tech_firms"),
    ("2025年，大湾区高新技术企业不足7万家。", FITS, "high_tech_firms"),
    ("2025年，大湾区高新技术企业不足6.8万家。", "contradicted", "high_tech_firms"),
    ("2025年，大湾区高新技术企业约7万家。", FITS, "high_tech_firms"),
    ("2025年，大湾区高新技术企业约6万家。", "contradicted", "high_tech_firms"),
    # a number stands for everything that rounds to it
    ("2025年，大湾区高新技术企业7.0万家。", "supported", "high_tech_firms"),
    ("2025年，大湾区高新技术企业6.8万家。", "contradicted", "high_tech_firms"),
    ("2025年，大湾区高新技术企业69800家。", "supported", "high_tech_firms"),
    # a value that is itself only a bound decides where it lies wholly on one side
    ("2025年，浙江高新技术企业超过4.5万家。", FITS, "high_tech_firms"),
    # and where it is the very bound that is stated, it supports it
    ("2025年，浙江高新技术企业超过5万家。", "supported", "high_tech_firms"),
    ("2025年，浙江高新技术企业不足4万家。", "contradicted", "high_tech_firms"),
    ("2025年，浙江高新技术企业超过6万家。", "no_evidence", "high_tech_firms"),
    # units are converted
    ("2024年，全国研发经费1000亿元。", "supported", "rd_expenditure"),
    ("2024年，全国研发经费0.1万亿元。", "supported", "rd_expenditure"),
    ("2024年，全国研究与试验发展（R&D）经费1100亿元。", "contradicted", "rd_expenditure"),
    ("2024年，大湾区外国人才超5.2万人。", FITS, "talent"),
    # shares, computed by the build
    ("2024年，广东研发经费占全国50.0%。", "supported", "rd_expenditure_share"),
    ("2024年，全国基础研究经费所占比重为6.66%。", "supported", "basic_share"),
    ("2024年，全国基础研究经费所占比重为7.2%。", "contradicted", "basic_share"),
    # totals to date are another thing than a year's amount
    ("2024年，全省跨境拨付科研经费累计超过6亿元。", FITS, "payments"),
    # ranks, memberships, streaks
    ("2024年，“东港—西港”首次跃居全球创新集群榜首。", "supported", "cluster_rank"),
    ("2024年，“东港—西港”跃居全球创新集群第二位。", "contradicted", "cluster_rank"),
    ("2024年，“东港—西港”入围全球创新集群百强。", "supported", "cluster_top100"),
    ("2024年，广东入围全球创新集群百强。", "contradicted", "cluster_top100"),
    # from–to
    ("2024年，大湾区整车芯片设计国产化率从5%提升至100%。", "supported", "chip_share"),
    ("2024年，大湾区整车芯片设计国产化率从5%提升至90%。", "contradicted", "chip_share"),
    ("2024年，大湾区整车芯片制造国产化率从3%提升至57%。", "no_evidence", "yield_share"),
    # what nobody knows
    ("2019年，大湾区高新技术企业超过6.9万家。", "no_evidence", "high_tech_firms"),
    ("2024年，大湾区机器人产量达到500台。", "not_checkable", None),
    ("2024年，全国各类企业研究与试验发展（R&D）经费800亿元。", "not_checkable", None),
]


@pytest.mark.parametrize(("text", "verdict", "indicator"), CASES)
def test_each_statement_gets_its_verdict(
    check: Check, text: str, verdict: str, indicator: str | None
) -> None:
    last = check(text).claims[-1]
    assert (last.verdict, last.binding.indicator if last.binding else None) == (
        verdict,
        indicator,
    ), last.reason


def test_growth_and_change_are_held_against_two_levels(check: Check) -> None:
    right = check("2024年，全国研发经费1000亿元，比上年增加100亿元，增长11.1%。").claims
    assert [c.verdict for c in right] == ["supported"] * 3
    assert [c.binding.measure for c in right if c.binding] == ["level", "change", "growth"]
    assert "90 billion yuan → 100 billion yuan" in right[2].reason.get("en")
    assert "900亿元 → 1000亿元" in right[2].reason.get("zh-Hans")
    wrong = check("2024年，全国研发经费1000亿元，比上年增长12.1%。").claims
    assert [c.verdict for c in wrong] == ["supported", "contradicted"]


def test_a_difference_of_rounded_percentages_is_known_only_to_their_rounding(check: Check) -> None:
    claims = check("2024年，全国研发经费投入强度为2.54%，比上年提高0.11个百分点。").claims
    assert [c.verdict for c in claims] == ["supported", FITS]
    claims = check("2024年，全国研发经费投入强度为2.54%，比上年提高0.15个百分点。").claims
    assert [c.verdict for c in claims] == ["supported", "contradicted"]


def test_a_target_is_held_against_targets_only(one: One) -> None:
    assert one("2025年广东研发投入强度目标为4.5%。").verdict == "supported"
    assert one("2025年，广东研发投入强度达到4.5%。").verdict == "no_evidence"


def test_the_higher_source_decides_and_others_are_told_of(one: One) -> None:
    claim = one("2025年，江苏高新技术企业7万家。")
    assert claim.verdict == "supported"
    assert claim.reason.get("en").endswith("One other value would contradict it.")
    assert [e.sources for e in claim.evidence] == [("bureau",), ("survey",)]


def test_money_of_another_currency_is_not_compared_without_a_rate(one: One) -> None:
    claim = one("2024年，大湾区创新基金规模达300亿元。")
    assert claim.verdict == "not_checkable"
    assert claim.binding is not None
    assert claim.binding.indicator == "fund"
    assert claim.reason.get("en") == "No rate from 港元 to 元 is declared for 2024."
    assert one("2024年，大湾区创新基金规模达330亿港元。").verdict == "supported"


def test_places_above_a_threshold_are_counted(check: Check) -> None:
    claims = check(
        "2024年，全国研发经费超过250亿元的省有2个，分别为广东（500亿元）和江苏（310亿元）。"
    ).claims
    assert [c.verdict for c in claims] == [
        "not_checkable",
        "supported",
        "supported",
        "contradicted",
    ]
    assert claims[1].binding is not None
    assert claims[1].binding.measure == "places above"
    assert check("2024年，全国研发经费超过250亿元的省有3个。").claims[1].verdict == "contradicted"
    # A branch of industry is no place.
    assert (
        check("2024年，全国研发经费超过250亿元的行业有2个。").claims[1].verdict == "not_checkable"
    )


def test_what_is_left_out_is_taken_from_the_figure_before_with_its_narrowing(check: Check) -> None:
    claims = check("2024年，高技术制造业研发经费65亿元，投入强度为2.91%。").claims
    assert [c.verdict for c in claims] == ["not_checkable", "not_checkable"]


def test_an_open_period_is_the_latest_known_and_says_so(one: One) -> None:
    claim = one("大湾区高新技术企业超过6.9万家。")
    assert claim.binding is not None
    assert (claim.binding.period, claim.binding.period_basis) == ("2025", "assumed")
    assert "时期：2025年，推定" in [part.get("zh-Hans") for part in claim.binding.why]


def test_traditional_script_and_full_width_change_nothing(one: One) -> None:
    claim = one("２０２５年，大灣區高新技術企業超過６．９萬家。")
    assert claim.binding is not None
    assert (claim.verdict, claim.binding.indicator) == (FITS, "high_tech_firms")


def test_a_text_without_figures_has_no_claims(check: Check) -> None:
    found = check("大湾区正加快建设。")
    assert found.claims == ()
    assert not found.contradicted


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        # 1000 in 2024 after 900 in 2023
        ("2024年，全国研发经费同比增长11.1%。", "supported"),
        ("2024年，全国研发经费比2023年增长11.1%。", "supported"),
        ("2024年，全国研发经费比2022年增长11.1%。", "no_evidence"),
        ("2024年，全国研发经费年均增长11.1%。", "not_checkable"),
        ("2024年，全国研发经费增长11.1%，增速高于全球5.2个百分点。", "not_checkable"),
        ("2024年，全国研发经费是2023年的1.1倍。", "supported"),
        ("2024年，全国研发经费是2023年的3.6倍。", "contradicted"),
        ("2024年，全国研发经费是2020年的3.6倍。", "no_evidence"),
    ],
)
def test_growth_is_reckoned_from_what_the_text_names(check: Check, text: str, verdict: str) -> None:
    assert check(text).claims[-1].verdict == verdict


def test_the_whole_of_a_share_is_not_its_place(check: Check) -> None:
    claims = check("2024年，广东研发经费500亿元，占全国的50.0%。").claims
    assert [c.binding.place for c in claims if c.binding] == ["guangdong", "guangdong"]
    assert [c.verdict for c in claims] == ["supported", "supported"]


@pytest.mark.parametrize(
    ("text", "indicator"),
    [
        ("2024年，全国基础研究经费占研发经费的比重为6.66%。", "basic_share"),
        ("2024年，全国基础研究经费66.6亿元，占比6.66%。", "basic_share"),
        ("2024年，全国基础研究经费占财政支出的比重为6.66%。", None),
        ("2024年，广东研发经费占全国的50.0%。", "rd_expenditure_share"),
        ("2024年，广东研发经费占地区生产总值的3.4%。", None),
        ("2024年，全国研发经费占国内生产总值的2.5%。", None),
    ],
)
def test_a_share_is_of_the_whole_that_the_text_names(
    check: Check, text: str, indicator: str | None
) -> None:
    last = check(text).claims[-1]
    assert (last.binding.indicator if last.binding else None) == indicator, last.candidates


def test_a_figure_that_is_rounded_is_told_so(one: One) -> None:
    claim = one("2025年，大湾区高新技术企业70000家。")
    assert (claim.verdict, claim.reason.key) == (FITS, "reason.rounded")


def test_a_rank_that_nothing_answers_says_why(one: One) -> None:
    assert one("2025年，大湾区人工智能实力居全球第二。").reason.key == "reason.no_rank"


@pytest.mark.parametrize(
    ("text", "verdict", "measure"),
    [
        ("2024年，广东研发经费居全国首位。", "supported", "rank"),
        ("2024年，江苏研发经费居全国首位。", "contradicted", "rank"),
        ("2024年，广东研发经费高于江苏200亿元。", "supported", "difference"),
        ("2024年，江苏研发经费高于广东200亿元。", "contradicted", "difference"),
        ("2024年，广东研发经费是江苏的1.67倍。", "supported", "multiple"),
        ("2024年，广东研发经费比江苏高66.7%。", "supported", "relative"),
        ("2024年，广东、江苏和浙江研发经费合计1000亿元。", "supported", "sum"),
        ("2024年，广东、江苏研发经费均超过250亿元。", FITS, "each"),
        ("2024年，广东、浙江研发经费均超过250亿元。", "contradicted", "each"),
        ("2024年，除广东外，全国研发经费为500亿元。", "supported", "rest"),
        ("2024年，全国有2个省研发经费超过250亿元。", "supported", "places above"),
        # the two intensities are of two sources, which may count differently
        ("2024年，广东研发投入强度高于全国1.8个百分点。", "no_evidence", "difference"),
    ],
)
def test_figures_of_several_values(check: Check, text: str, verdict: str, measure: str) -> None:
    claims = [c for c in check(text).claims if c.binding is not None]
    assert [(c.verdict, c.binding.measure) for c in claims if c.binding] == [(verdict, measure)], (
        claims
    )


@pytest.mark.parametrize(
    "text",
    [
        "2024年，广东研发经费高于宁波市200亿元。",
        "2024年，广东、江苏研发经费800亿元。",
        "2024年，广东、江苏等省研发经费合计1000亿元。",
        "2024年，广东、江苏、浙江研发经费分别为500亿元和300亿元。",
    ],
)
def test_operands_that_are_unknown_or_left_open_decide_nothing(check: Check, text: str) -> None:
    assert {c.verdict for c in check(text).claims} == {"not_checkable"}
