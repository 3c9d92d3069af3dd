"""The words of a Chinese subject: its place, and what is left of it without year, list, bound and whole."""

from __future__ import annotations

import re

from ceyuan.claims.placing import NamedPlace, PlaceNames, kind_said

_VERBS = re.compile(
    r"[多少]?(?:设立|設立|成立|建成|新增|拥有|擁有|共有|打造|实现|實現|完成|达到|達到|形成|投入|支持|占)?"
)
# 集群在2025年全球创新指数中排名第一: 全球创新指数集群 is what the rank is of.
_RANKED_WITHIN = re.compile(
    r"^[”」』]?(?P<of>[^在，。《》]{0,12}?)在《?(?P<list>[^《》，。]{2,30}?(?:指数|指數|排名|排行榜?|榜单|榜單|评价|評價|集群|集羣))(?:报告|報告)?》?(?:中|里|裡|上|内|內)?$"
)
# 经费突破千亿元，达到1175亿元: the bound before is no part of the subject; 的 would make it one (超过千亿元的省).
_REACHED = re.compile(r"(?<=..)(?:首次|再次)?(?:突破|超过|达到|超)[^的]*$")
# 累计培育高新技术企业7.8万家: what there is now, told as what was brought about.
TO_DATE = re.compile(
    r"^(?:累计|累計|已|共)+(?:培育|建成|拥有|擁有|集聚|设立|設立|组建|組建)(?:了|出)?(?=..)"
)
# 深圳实现地区生产总值3.46万亿元: the verb is no part of what is stated.
# 首次超过1300亿元, 但仍比全国低: words that name nothing
ADVERBS = re.compile(
    r"^(?:首次|再次|但|而|则|則|仍|还|還|也|均|都|又|已|并|並|继续|繼續|同时|同時|其中|略|稍|远|遠|明显|明顯|显著|顯著)+"
)
_BROUGHT = re.compile(r"^(?:实现|實現|完成|拥有|擁有|共有)了?(?=...)")
_AGAINST = re.compile(r"(?:较|比|与)\d{4}年?")
OF_WHOLE = re.compile(
    r"(?<=..)(?:(?:(?<!所)[占佔](?!比)|相[当當][于於]).*|[与與][^，。；,;]{2,20}之比(?:例|率)?(?:为|達|达|约)?)$"
)
_DATED = re.compile(r"^(?:(?:到|至|在)?(?:19|20)\d{2}年(?:度|末|底)?的?)")


def undated(words: str) -> str:
    """Words without the year in front of them.

    >>> undated("2024年研发经费支出")
    '研发经费支出'
    """
    return _DATED.sub("", words)


def ranked(words: str) -> str:
    """The words that name a rank, where the list in which one is ranked stands behind what is ranked.

    >>> ranked("集群在2025年全球创新指数中")
    '全球创新指数集群'
    """
    within = _RANKED_WITHIN.match(words)
    if within is None:
        return words
    listed = undated(within["list"])
    return listed if listed.endswith(within["of"]) else listed + within["of"]


def subject_words(subject: str, names: PlaceNames) -> tuple[NamedPlace | None, str]:
    """The place at the front of a subject, and its other words; empty where they name nothing."""
    if (whole := names.said(subject)).place is not None:
        return whole, kind_said(subject)
    named, rest = names.front(_REACHED.sub("", subject))
    rest = _BROUGHT.sub("", TO_DATE.sub("", ADVERBS.sub("", ranked(undated(rest)))))
    if _VERBS.fullmatch(rest) or _AGAINST.fullmatch(rest):
        return named, ""
    # 基础研究经费占研发经费的比重: the part is the subject.
    part = OF_WHOLE.search(rest)
    return named, rest[: part.start()] if part else rest
