"""Fixed words of the interface, in three languages: how figures are written, what a place's kind or a change is called."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Unpack

from ceyuan.wording import FigureStyle, Language, Trilingual, figure_text, period_text, unit_text

HK_MO = {
    "in_china": Trilingual(
        en="Figures for China include Hong Kong and Macao",
        zh_hans="全国数据含香港、澳门",
        zh_hant="全國數據包括香港、澳門",
    ),
    "separate": Trilingual(
        en="Figures for China do not include Hong Kong and Macao",
        zh_hans="全国数据不含香港、澳门",
        zh_hant="全國數據不包括香港、澳門",
    ),
    "not_applicable": Trilingual(en="Not applicable", zh_hans="不适用", zh_hant="不適用"),
}
WHY = {
    "its definition changed": Trilingual(
        en="Its definition changed", zh_hans="指标定义有调整", zh_hant="指標定義有調整"
    ),
    "its computation changed": Trilingual(
        en="Its computation changed", zh_hans="计算方法有调整", zh_hant="計算方法有調整"
    ),
    "its records or inputs changed": Trilingual(
        en="Its records or inputs changed", zh_hans="所依据的记录或数据有更新", zh_hant="所依據的紀錄或數據有更新"
    ),
}
COUNTING = {
    "1/n of a record to each of its n contributors": Trilingual(
        en="1/n of a record to each of its n contributors",
        zh_hans="每条记录有n个贡献者的，各计1/n",
        zh_hant="每條紀錄有n名貢獻者，各計1/n",
    ),
}


@lru_cache(maxsize=65536)
def written(value: float | None, unit: str, **style: Unpack[FigureStyle]) -> Trilingual:
    """A value as each language writes it; see :func:`ceyuan.wording.figure_text`.

    >>> written(69000, "家", bound="gt").zh_hans
    '超6.9万家'
    """
    return spoken(lambda language: figure_text(value, unit, language, **style))


@lru_cache(maxsize=4096)
def period_words(period: str) -> Trilingual:
    """A period as each language writes it.

    >>> period_words("2025").zh_hans
    '2025年'
    """
    return spoken(lambda language: period_text(period, language))


@lru_cache(maxsize=4096)
def unit_words(unit: str) -> Trilingual:
    """A unit as each language writes it.

    >>> unit_words("亿元").zh_hant
    '億元人民幣'
    """
    return spoken(lambda language: unit_text(unit, language))


def spoken(make: Callable[[Language], str]) -> Trilingual:
    """A text made for each language."""
    return Trilingual.made(make)
