"""Figures of one text against each other: what must agree, what may, and what says nothing."""

from __future__ import annotations

from ceyuan.claims.arithmetic import checks_of
from ceyuan.reader import read_text


def said(text: str) -> list[tuple[str, str]]:
    return [(c.kind, c.outcome) for c in checks_of(read_text(text).statements)]


def test_a_level_with_its_increase_and_growth() -> None:
    assert said("2022年，全国研发经费30782.9亿元，比上年增加2826.6亿元，增长10.1%。") == [
        ("growth", "supports")
    ]
    assert said("2022年，全国研发经费30782.9亿元，比上年增加2826.6亿元，增长11.1%。") == [
        ("growth", "contradicts")
    ]
    assert said("2020年，全国财政支出10095.0亿元，比上年减少622.4亿元，下降5.8%。") == [
        ("growth", "supports")
    ]


def test_parts_that_are_announced_are_not_more_than_the_whole() -> None:
    whole = "2022年，全国财政科技支出11128.4亿元。"
    assert said(whole + "其中，中央财政科技支出3803.4亿元；地方财政科技支出7325.0亿元。") == [
        ("sum", "supports")
    ]
    assert said(whole + "其中，中央财政科技支出3803.4亿元；地方财政科技支出8325.0亿元。") == [
        ("sum", "contradicts")
    ]
    assert said(whole + "其中，中央财政科技支出3803.4亿元；地方财政科技支出5325.0亿元。") == [
        ("sum", "consistent")
    ]


def test_a_sum_is_known_to_the_rounding_of_its_parts_and_of_the_whole_and_no_further() -> None:
    # 3803.4 + 7325.0 = 11128.4, each part known to 0.05 and the whole to 0.05: 0.15 together.
    parts = "其中，中央财政科技支出3803.4亿元；地方财政科技支出7325.0亿元。"
    assert said("2022年，全国财政科技支出11128.3亿元。" + parts) == [("sum", "supports")]
    assert said("2022年，全国财政科技支出11128.2亿元。" + parts) == [("sum", "contradicts")]
    shares = "基础研究、应用研究和试验发展经费所占比重分别为6.0%、11.3%和{}。"
    assert said(shares.format("82.8%")) == [("shares", "supports")]
    assert said(shares.format("82.9%")) == []


def test_parts_that_nobody_announces_contradict_nothing() -> None:
    assert said("2022年，全国甲收入100亿元。2022年，全国乙支出80亿元，丙支出90亿元。") == []


def test_a_share_of_a_named_whole() -> None:
    text = "2018年，全国财政科技支出9518.2亿元。其中，中央财政科技支出3738.5亿元，占财政科技支出的比重为{}。"
    assert ("share", "supports") in said(text.format("39.3%"))
    assert ("share", "contradicts") in said(text.format("49.3%"))


def test_a_share_whose_whole_is_left_open_can_only_be_confirmed() -> None:
    text = "2022年，全国研发经费30782.9亿元。全国基础研究经费2023.5亿元。基础研究经费所占比重为{}。"
    assert said(text.format("6.57%")) == [("share", "supports")]
    assert said(text.format("16.57%")) == []


def test_shares_that_make_up_a_whole() -> None:
    assert said("基础研究、应用研究和试验发展经费所占比重分别为6.0%、11.3%和82.7%。") == [
        ("shares", "supports")
    ]
    # Two shares of two wholes may exceed 100 % together.
    assert said("工业机器人和服务机器人产量分别占全国40%、80%。") == []


def test_percentage_points_against_the_two_percentages() -> None:
    text = "2022年，全国研发投入强度为2.54%，比上年提高{}个百分点。根据最终核实数据，2021年研发投入强度已修订为2.43%。"
    assert said(text.format("0.11")) == [("growth", "supports")]
    assert said(text.format("0.21")) == [("growth", "contradicts")]
