"""Fixed words of the interface, in three languages: how figures are written, what a place's kind or a change is called."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from ceyuan.units import Unit, parse_unit
from ceyuan.web.models.base import Text
from ceyuan.wording import Language, figure_text, period_text

_TRADITIONAL = str.maketrans("万亿", "萬億")
HK_MO = {
    "in_china": Text(
        en="Figures for China include Hong Kong and Macao",
        zh_hans="全国数据含香港、澳门",
        zh_hant="全國數據包括香港、澳門",
    ),
    "separate": Text(
        en="Figures for China do not include Hong Kong and Macao",
        zh_hans="全国数据不含香港、澳门",
        zh_hant="全國數據不包括香港、澳門",
    ),
    "not_applicable": Text(en="Not applicable", zh_hans="不适用", zh_hant="不適用"),
}
WHY = {
    "its definition changed": Text(en="Its definition changed", zh_hans="指标定义有调整", zh_hant="指標定義有調整"),
    "its computation changed": Text(en="Its computation changed", zh_hans="计算方法有调整", zh_hant="計算方法有調整"),
    "its records or inputs changed": Text(
        en="Its records or inputs changed", zh_hans="所依据的记录或数据有更新", zh_hant="所依據的紀錄或數據有更新"
    ),
    "": Text(en="", zh_hans="", zh_hant=""),
}
COUNTING = {
    "1/n of a record to each of its n contributors": Text(
        en="1/n of a record to each of its n contributors",
        zh_hans="每条记录有n个贡献者的，各计1/n",
        zh_hant="每條紀錄有n名貢獻者，各計1/n",
    ),
}


def in_each(make: Callable[[Language], str]) -> Text:
    """A text made for each language."""
    return Text(en=make("en"), zh_hans=make("zh-Hans"), zh_hant=make("zh-Hant"))


@lru_cache(maxsize=65536)
def written(
    value: float | None,
    unit: str,
    *,
    bound: str = "eq",
    value_max: float | None = None,
    decimals: int | None = None,
    modality: str = "actual",
    noun: tuple[str, str] | None = None,
    change: bool = False,
) -> Text:
    """A value as each language writes it.

    >>> written(69000, "家", bound="gt").zh_hans
    '超6.9万家'
    """

    def text(language: Language) -> str:
        return figure_text(
            value, unit, language, bound=bound, value_max=value_max, decimals=decimals, modality=modality, noun=noun,
            change=change,
        )  # fmt: skip

    return in_each(text)


@lru_cache(maxsize=4096)
def period_words(period: str) -> Text:
    """A period as each language writes it.

    >>> period_words("2025").zh_hans
    '2025年'
    """
    return in_each(lambda language: period_text(period, language))


def unit_words(unit: str) -> Text:
    """A unit as each language writes it.

    >>> unit_words("亿元").zh_hant, unit_words("件/万人").en
    ('億元', 'applications/10 thousand people')
    """
    known = parse_unit(unit)
    return Text(en=known.en, zh_hans=known.text, zh_hant=_traditional(known))


def _traditional(unit: Unit) -> str:
    upper = unit.text.partition("/")[0]
    word = upper.removesuffix(unit.word.text).translate(_TRADITIONAL) + unit.word.hant
    return word if unit.per is None else f"{word}/{_traditional(unit.per)}"
