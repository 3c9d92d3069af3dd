"""Names: what means the same scores 1, what narrows a subject scores low."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceyuan.claims.names import contained, core, plain, similarity

WORDS = st.text(alphabet="研发经费投入强度高新技术企业数量占比重支出", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("研究与试验发展（R&D）经费", "研发经费"),
        ("R&D經費支出", "研发经费"),
        ("基础研究经费所占比重", "基础研究经费占比"),
        ("高新技术企业", "高新技术企业数量"),
        ("布局建设的国家重大科技基础设施", "国家重大科技基础设施"),
        ("“一带一路”联合实验室", "一带一路联合实验室"),
        ("工业机器人产量占全国", "工业机器人产量占全国比重"),
    ],
)
def test_the_same_is_the_same(words: str, name: str) -> None:
    assert similarity(words, name) == 1.0


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("各类企业研究与试验发展（R&D）经费", "研发经费"),
        ("高技术制造业研究与试验发展（R&D）经费", "研发经费"),
        ("按研究与试验发展（R&D）人员全时工作量计算的人均经费", "研发经费"),
        ("投入强度", "研发经费投入强度"),
        ("研发经费", "研发经费（各省合计）"),
        ("粤港澳联合实验室", "一带一路联合实验室"),
        ("国家实验室", "国家重点实验室"),
    ],
)
def test_what_narrows_or_differs_is_not_enough(words: str, name: str) -> None:
    assert similarity(words, name) < 0.75


def test_what_a_name_has_more_may_stand_beside_the_figure() -> None:
    assert similarity("学科", "学科进入全球排名前千分之一", "39个学科进入全球排名前千分之一") == 1.0
    assert similarity("学科", "学科进入全球排名前千分之一", "3个学科进入前万分之一") < 0.75


@given(WORDS, WORDS)
def test_scores_stay_between_nothing_and_all(words: str, name: str) -> None:
    assert 0.0 <= similarity(words, name) <= 1.0
    assert similarity(words, words) == 1.0
    assert core(words)
    assert plain(plain(words)) == plain(words)


def test_the_longer_of_two_contained_names_says_more() -> None:
    passage = "研究与试验发展（R&D）经费投入强度超过全国平均水平的省"
    assert contained("研发经费投入强度", passage) > contained("研发经费", passage) >= 0.75
    assert contained("外国人才", passage) == 0.0
