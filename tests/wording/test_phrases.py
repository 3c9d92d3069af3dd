"""The sentences of every room: the same parts in all three languages, each in its own script."""

from __future__ import annotations

import tomllib
from importlib import resources
from string import Formatter

import pytest

from ceyuan.wording import LANGUAGES, Phrases

ROOMS = ("ceyuan.plan", "ceyuan.claims", "ceyuan.indicators")
SIMPLIFIED, TRADITIONAL = (
    frozenset("数据无与报进还项计标应级区该为单时间对于"),
    frozenset("數據無與報進還項計標應級區該為單時間對於"),
)


def parts(text: str) -> set[str]:
    """What is filled into a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("room", ROOMS)
def test_a_sentence_says_the_same_in_three_languages(room: str) -> None:
    raw = tomllib.loads(resources.files(room).joinpath("words.toml").read_text(encoding="utf-8"))
    for topic, sentences in raw.items():
        for name, said in sentences.items():
            assert set(said) == set(LANGUAGES), f"{topic}.{name}"
            english = parts(said["en"])
            assert parts(said["zh-Hans"]) == parts(said["zh-Hant"]), f"{topic}.{name}"
            assert parts(said["zh-Hans"]) <= english, f"{topic}.{name}"
            assert (TRADITIONAL - SIMPLIFIED).isdisjoint(said["zh-Hans"]), f"{topic}.{name}"
            assert (SIMPLIFIED - TRADITIONAL).isdisjoint(said["zh-Hant"]), f"{topic}.{name}"


def test_parts_in_several_languages_are_filled_in_by_language() -> None:
    phrases = Phrases("ceyuan.claims")
    inner = phrases.phrase("measure.growth")
    outer = phrases.phrase("reason.decided", why=inner)
    assert [outer.get(language) for language in ("en", "zh-Hans", "zh-Hant")] == [
        "Decided by a person: growth", "人工判定：增长率", "人手判定：增長率",
    ]  # fmt: skip


def test_an_unknown_sentence_is_refused_at_once() -> None:
    with pytest.raises(KeyError):
        Phrases("ceyuan.claims").phrase("reason.nothing")
