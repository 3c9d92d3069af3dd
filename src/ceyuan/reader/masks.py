"""What looks like a figure and is none: dates, names, numbering, addresses, slogans. Their spans are masked."""

from __future__ import annotations

import re
from functools import cache

from ceyuan.reader.lexicon import any_of, table, words

_CN = "[零〇○一二三四五六七八九十百两]"
_N = rf"(?:\d+(?:\.\d+)?|{_CN}+)"
_YEAR = r"(?:(?<!\d)(?:1[6-9]|20)\d{2}(?!\d)|[一二][零〇○一二三四五六七八九]{3})"
_DASH = r" ?[-—–~至到] ?"

_DATES = (
    rf"{_YEAR}(?: ?年)?{_DASH}{_YEAR} ?年(?:度|间|期间)?",
    rf"{_YEAR}(?:{_DASH}\d{{2}}|/\d{{2}}) ?(?:年度|财政年度|财年|学年)",
    rf"{_YEAR} ?(?:年(?:代|度|底|末|初|版)?|财年)",
    r"(?<=表)\d{1,2}(?:19|20)\d{2}年",
    r"(?<!\d)\d{2}年代",
    rf"(?<![\d.])\d{{1,2}}(?:{_DASH}|、)\d{{1,2}} ?月(?:份)?",
    r"(?<![\d.])\d{1,2} ?月(?:份)?(?: ?\d{1,2} ?[日号](?!均))?",
    rf"(?<![\d.])\d{{1,2}}(?:{_DASH}\d{{1,2}})? ?[日号](?!均)",
    r"[一二三四五六七八九十]{1,2}月(?:份)?(?:[一二三四五六七八九十]{1,3}日)?",
    r"[一二三四五六七八九十]{1,3}日(?=[，。、至在起下上举召])",
    r"(?<!\d)\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?!\d)",
    r"(?<![\d.])\d{1,2} ?[时点](?:\d{1,2}分|整|半|许|左右|起|前|后|至|，|,)",
    r"(?<!\d)(?:19|20)\d{2}(?:[-/]\d{1,2}(?:[-/]\d{1,2})?|\.\d{1,2}\.\d{1,2})(?!\d|%)",
    rf"(?:第?{_N}|上|下|近|前|后)?世纪",
)
_PERIODS = (
    rf"(?:近|过去|未来|今后|最近|前|后|每|头|首)[的这]?{_N}(?:多|余"
    rf"|来|几)?(?:{_DASH}{_N})? ?个?(?:年|月|季度|周|学期)(?!期|龄)",
    rf"(?:过去|未来|今后|最近|前|后|每|头|历时|为期|用时){_N}(?:多|余)? ?(?:天|日|小时|工作日)",
    rf"{_N}(?:多|余|几)?(?:{_DASH}{_N})? ?个?(?:年|月)(?:来|间"
    rf"|内|期|制|前|后|以来|以内|之内|以前|以后|中|多来|时间|里)",
    rf"{_N}年(?=行动|规划|计划|滚动|攻坚|任务|大计|义务|制|期|级|生|左右的时间)",
    r"(?:第)?[一二三四1-4]季度|前[一二三四]季|[一二三四]季度末|上半年|下半年",
    r"[百千万]年|数[十百千]年|几十年|[几数]年|十几年|十余年|多年|半年|一年",
)
_PLANS = (
    r"[“\"「『‘]?(?:十[一二三四五六]|[一二三四五六七八九])[·•]?五[”\"」』’]?"
    r"(?=规划|时期|期间|以来|末|初|计划|开|收|建|发|的|,|，|及|和|重|国|科|[”\"」』’]|$)",
    r"“十[一二三四五六]五”",
)
_NUMBERING = (
    r"\[\d{1,3}\]|〔\d{1,4}〕 ?\d*号?|[①-⑳㈠-㈩]",
    r"[〔\[（(](?:19|20)\d{2}[〕\]）)]\d+号?",
    r"(?:附件|附录|附图|附表|专栏|注释|图表)[ ]?[\d一二三四五六七八九十]+(?:[-.—]\d+)*",
    r"(?<![一-鿿])[表图注](?:[ ]?\d{1,3}|[一二三四五六七八九十])(?:[-.—]\d+)*|[见如][表图] ?\d+(?:[-.—]\d+)*",
    r"(?m:^[ \t]*(?:\d{1,3}[.．、)）](?!\d)|\d{1,2}(?:\.\d{1,2}){1,3}[ 、]|[一二三四五六七八九十]{1,3}[、.．]))",
    r"[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]",
    r"\d+ ?号(?:文|文件|令|公告|公报|决议|院|楼|线|机|星|卫星)?|[一二三四五六七八九十]+号",
    r"(?:480|720|1080|1440|2160) ?[Pp](?![A-Za-z])",
    r"(?:[Nn][Oo]\.?|№|#) ?\d+",
    r"(?:GB/?T?|ISO|IEC|IEEE|RFC|DB\d*|PM|COVID|Covid)[ -]?\d+(?:[.-]\d+)*",
)
_ADDRESSES = (
    r"[（(]0\d{2,3}[)）] ?\d{7,8}(?:转\d+)?",
    r"https?://[^\s，。；）)]+|www\.[^\s，。；）)]+|(?<![A-Za-z\d.])[A-Za-z\d.]{1,64}@[A-Za-z\d.]{1,64}",
    r"(?<![\d.])(?:\(?\+?\d{2,4}\)?[- ])?\d{3,4}[- ]\d{7,8}(?!\d)"
    r"|(?<!\d)1[3-9]\d{9}(?!\d| ?[一-鿿%])|(?<!\d)\d{4} \d{4}(?!\d| ?[一-鿿%])",
    r"(?:电话|传真|邮编|热线|编号|代码|电邮|查询|致电)(?:号码)?[:：为]? ?[\d() -]+",
)
_SLOGANS = (
    # Names that are numbers: 985高校, 211工程, 863计划, 12345热线, 360集团.
    r"(?<![\d.,])(?:985|211)(?:[、/和及与]?(?:985|211))*(?=[院高大工项学]|等高校|[、，])|(?<![\d.,])\d{2,5}(?=集团|热线|专线|工程(?!师)|行动|模式|体系)"
    r"|(?<![\d.,])(?:863|973|111|242|948|505)(?:[、/和及与]?(?:863|973))*(?=计划|项目|课题|引智|基地|专项)",
    r"(?:\d+|[NX])(?:\+(?:\d+|[NX]))+",
    r"\d+ ?[×xX*] ?\d+(?: ?小时)?",
    r"(?<![\d.])\d{1,3} ?[:∶] ?\d{1,3}(?![\d.]|[万亿%])",
    r"(?:第)?[一二三](?:次|产)产业|[一二两三四五六七八九十]中全会|[一二三四五六七八九十]+大(?=以来|报告|精神|代表|，|。|闭|召|提|作|的|$)",
)
_ORDINAL = rf"第 ?{_N}(?: ?(?:位|名)次?(?=院|获|企|工|科|学))?"
_BASES = rf"(?:每|平均每)(?:{_N}|[十百千万亿]+)+(?:名|个|户|人|平方公里|平方千米|亩|元|辆|件|人口)?"
_EXCHANGE = r"(?:\d+|一)(?:美元|港元|欧元|英镑|日元|澳门元|元)(?=兑|对|合|=)"
# Short quotes are names and slogans; one with a percentage or an amount of money states a figure.
_QUOTED = r"[“「『‘](?![^“”「」『』‘’]{1,14}(?:%|百分点|亿元|万元))[^“”「」『』‘’]{1,14}[”」』’]"
# 万家企业 is a set phrase, the end of 98万家企业 is not.
_NOT_COUNTED = r"(?<![\d一二三四五六七八九几数])(?<!\d )"
_TITLES = r"《[^》]{1,80}》"
_TABLE_UNITS = r"(?:计量)?单位[:：][^\n，。；]{1,30}"


# The characters that any of the patterns can begin with, letters and blanks apart.
_BEGINNINGS = (
    r"[\d零〇○一二三四五六七八九十百千万亿两“\"「『‘《（(\[〔①-⑳㈠-㈩+.#№"
    r"第单计平每近过未今最前后头首历为用上下数几多半附图表注专见如电传邮热编代查致世"
)


@cache
def _pattern(*, guarded: bool = True) -> re.Pattern[str]:
    """All patterns as one; ``guarded`` by the test of the first character, which changes nothing but the speed."""
    listed = words(table("words")["names"]["words"])
    parts = [
        _TITLES, _QUOTED, _TABLE_UNITS, *_ADDRESSES, *_NUMBERING, *_PERIODS, *_DATES, *_PLANS, *_SLOGANS, _BASES,
        _EXCHANGE, _NOT_COUNTED + any_of(listed),
    ]  # fmt: skip
    whole = "|".join(f"(?:{part})" for part in parts)
    beginnings = _BEGINNINGS + "".join(sorted({word[0] for word in listed})) + "]"
    # Letters begin one only at the start of a word, and blanks only at that of a line.
    first = rf"(?:(?={beginnings})|(?<![A-Za-z])(?=[A-Za-z])|(?m:^)(?=[ \t]))"
    within = r"(?!(?<=[A-Za-z])[A-Za-z])"
    return re.compile(f"{first if guarded else within}(?:{whole})")


@cache
def _ordinals() -> re.Pattern[str]:
    return re.compile(_ORDINAL)


class Mask:
    """Which characters of a text belong to something that is no figure."""

    def __init__(self, text: str) -> None:
        self._marks = bytearray(len(text))
        self._ordinals = bytearray(len(text))
        for match in _pattern().finditer(text):
            self._marks[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
        for match in _ordinals().finditer(text):
            self._ordinals[match.start() : match.end()] = b"\x01" * (match.end() - match.start())

    def touches(self, start: int, end: int, *, ordinals: bool = True) -> bool:
        """Whether any character of the span is masked; ``ordinals`` says whether 第N counts."""
        return self._marks.find(1, start, end) >= 0 or (
            ordinals and self._ordinals.find(1, start, end) >= 0
        )
