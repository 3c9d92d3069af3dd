"""Fixed words of the interface, in three languages: how figures are written, what a place's kind or a change is called."""

from __future__ import annotations

from ceyuan.units import parse_unit
from ceyuan.web.models.base import Text
from ceyuan.wording import figure_text, period_text

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
MISSING = Text(en="no data", zh_hans="暂无数据", zh_hant="暫無數據")
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
        en="Its records or inputs changed", zh_hans="所依据的记录或数据有更新", zh_hant="所依據的記錄或數據有更新"
    ),
    "": Text(en="", zh_hans="", zh_hant=""),
}


def written(
    value: float | None,
    unit: str,
    *,
    bound: str = "eq",
    value_max: float | None = None,
    decimals: int | None = None,
    modality: str = "actual",
) -> Text:
    """A value as each language writes it.

    >>> written(69000, "家", bound="gt").zh_hans
    '超6.9万家'
    """
    if value is None:
        return MISSING
    en, hans, hant = (
        figure_text(value, unit, language, bound=bound, value_max=value_max, decimals=decimals, modality=modality)
        for language in LANGUAGES
    )
    return Text(en=en, zh_hans=hans, zh_hant=hant)


def period_words(period: str) -> Text:
    """A period as each language writes it.

    >>> period_words("2025").zh_hans
    '2025年'
    """
    en, hans, hant = (period_text(period, language) for language in LANGUAGES)
    return Text(en=en, zh_hans=hans, zh_hant=hant)
