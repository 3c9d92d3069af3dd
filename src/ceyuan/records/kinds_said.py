"""What the words of a heading say of its numbers where they name no unit: that they are shares, or that things are counted.

Beside amounts in one unit yearbooks print growth rates, shares and numbers of firms, and often only their names tell so.
"""

from __future__ import annotations

import re
import unicodedata

from ceyuan.units import Unit

PERCENT = "%"
BESIDE_HEAD = "\x1e"
"""Stands between the unit of a row and what the name of its column says that is no unit, or may be another one."""
# Not a share of things that it selects: the top 1% of papers, 50%以上控股.
_PERCENT = re.compile(
    r"(?<![\d\s])\s*%|^%|\bper ?cent\b|\bpercentage\b(?!\s+points?)", re.IGNORECASE
)
_SHARE = re.compile(
    r"增速|增长率|增長率|增幅|比重|[占佔]比|比例|比率|百分|同比|环比|環比|비중|비율|증가율|구성비"
    r"|\bgrowth rate|\bshare of\b|\bproportion of\b|\bpercentage points?\b|\byear[- ]on[- ]year\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:no\.|numbers?) of\b|\bheadcount\b|[数數]目"
    r"|(?:[人户戶件个個家]|机构|機構|企业|企業|项目|項目|论文|論文|专利|專利|人员|人員)[数數](?![额額据據])"
    r"|인원|(?:연구원|기관|업체|기업|건)수",
    re.IGNORECASE,
)


def said_to_be_percent(name: str) -> bool:
    """Whether a name says by a sign or a word that its numbers are percentages.

    >>> [said_to_be_percent(n) for n in ("Year-on-year % change", "Growth, per cent", "Top 1% papers", "R&D")]
    [True, True, False, False]
    """
    return _PERCENT.search(unicodedata.normalize("NFKC", name)) is not None


def belies(name: str, unit: Unit | None) -> bool:
    """Whether the words of a name cannot be meant in a unit: a growth rate is no money, nor is a number of firms.

    Args:
        name: the name of a column or the label of a row, which states no unit.
        unit: what its table is in; None where only the row says it, so that any word counts.

    >>> from ceyuan.units import parse_unit
    >>> [belies(n, parse_unit("亿元")) for n in ("增速", "企业数", "经费", "项目数额")]
    [True, True, False, False]
    >>> belies("增速", parse_unit("%")), belies("企业数", parse_unit("家"))
    (False, False)
    """
    plain = unicodedata.normalize("NFKC", name)
    if _SHARE.search(plain) or said_to_be_percent(plain):
        return unit is None or is_amount(unit)
    return _NUMBER.search(plain) is not None and (unit is None or _is_money(unit))


def is_amount(unit: Unit) -> bool:
    """Whether a unit is of money or of things that are counted."""
    return unit.is_count or _is_money(unit)


def _is_money(unit: Unit) -> bool:
    return unit.dimension.startswith("money:") and "/" not in unit.dimension
