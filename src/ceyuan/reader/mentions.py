"""Places and periods that a text names, found once and asked for by position."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ceyuan.reader.layout import Layout
from ceyuan.reader.lexicon import any_of, table, words

_CN_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Mention:
    """A place or period at its position.

    Attributes:
        start: first character.
        end: behind the last character.
        value: the place as named, or the period in normal form.
        base: whether something is compared with it or is a part of it.
        narrow: whether it holds for its own sentence only, as the years of a plan do.
    """

    start: int
    end: int
    value: str
    base: bool
    narrow: bool = False


class Mentions:
    """Mentions of a text, in order, with the question "which one holds here?".

    Args:
        layout: the text.
        found: its mentions.
        confined: the spans in which one holds for its own paragraph only (the cells of tables), in order.
        touching: whether one that is only compared with still holds for the figure right behind it (去年的135亿元).
    """

    def __init__(
        self, layout: Layout, found: list[Mention], *, touching: bool, confined: Spans = ()
    ) -> None:
        self._layout = layout
        self._plain = [m for m in found if not m.base]
        self._ends = [m.end for m in self._plain]
        self._first = next(
            (m for m in self._plain if not (m.narrow or inside(confined, m.start))), None
        )
        self._bases = {m.end: m.value for m in found if m.base and touching}
        self._headings = [
            m for m in self._plain if self._heads(m) and not (m.narrow or inside(confined, m.start))
        ]
        self._bracketed = {
            m.end: m.value for m in found if layout.text[m.end : m.end + 1] in ("（", "(")
        }

    def at(self, position: int) -> str | None:
        """The value that holds here: named right before, else last in the paragraph, else first of all that come before."""
        text = self._layout.text
        opening = self._layout.clause_start(position) - 1
        if opening in self._bracketed:
            return self._bracketed[opening]
        before = position - 1 if text[position - 1 : position] == "的" else position
        return self._bases.get(before) or self._held(position)

    def named(self, start: int, end: int) -> bool:
        """Whether one is named in a passage."""
        i = bisect_left(self._ends, end + 1) - 1
        return i >= 0 and self._plain[i].start >= start

    def _heads(self, mention: Mention) -> bool:
        """Whether a mention stands in a heading, which holds for the lines below it: a short line without a stop or figure."""
        text, start = self._layout.text, self._layout.paragraph(mention.start)
        end = text.find("\n", mention.end)
        return 0 <= end < start + _HEADING and _PLAIN_LINE.fullmatch(text, start, end) is not None

    def _held(self, position: int) -> str | None:
        i = bisect_left(self._ends, position + 1) - 1
        sentence = self._layout.sentence(position)[0]
        while i >= 0 and self._plain[i].narrow and self._plain[i].start < sentence:
            i -= 1
        if i >= 0 and self._plain[i].start >= self._layout.paragraph(position):
            return self._plain[i].value
        heading = bisect_right(self._headings, position, key=lambda m: m.end) - 1
        if heading >= 0:
            return self._headings[heading].value
        return (
            self._first.value if self._first is not None and self._first.end <= position else None
        )


_HEADING = 25
# No stop at the end, and no digit but those of a year.
_PLAIN_LINE = re.compile(
    r"(?:[^\d\n]|(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}(?=月|、|\.|季))*?[^。；;，,.、！？]"
)


def inside(spans: Spans, position: int) -> bool:
    """Whether a position lies in one of the spans, which stand in order and do not overlap."""
    i = bisect_right(spans, position, key=lambda span: span[0]) - 1
    return i >= 0 and position < spans[i][1]


@cache
def _place_pattern() -> re.Pattern[str]:
    context = table("context")
    names = any_of([*words(context["places"]), *context["english_places"]])
    return re.compile(rf"{names}(?:省|市|自治区|特别行政区)?")


@cache
def _bases() -> re.Pattern[str]:
    return re.compile(
        any_of(w.replace("-", " ") for w in words(table("context")["place_bases"])) + "$"
    )


def _listed(before: str, behind: str) -> bool:
    """Whether a place is one of several, or stands with its figure in brackets: it holds for nothing that follows."""
    return behind in {"、", "—", "（", "(", "–"} or before.endswith(("、", "—", "–"))


# 中国科学院东莞材料科学与技术研究所: a place in the name of an organisation is none that a figure is of.
_IN_A_NAME = re.compile(
    r"[^，。；、,;:：\s\d的有在和及]{0,14}?(?:大学|学院|研究所|研究院|医院|公司|集团|银行)(?![一-鿿]{0,2}\d)"
)


# 全省, 我市, 本港 mean the place that the text is about.
_RELATIVE = re.compile(
    r"[全我本该](?:(?P<province>省)|(?P<city>市)|(?P<hongkong>港)|(?P<macao>澳))$"
)
_PROVINCES = frozenset(
    words(
        "河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾"
    )
)
_REGIONS = frozenset(words("内蒙古 广西 西藏 宁夏 新疆 香港 澳门"))
_NO_CITY = re.compile(
    r"[省区岸角冀国球界洲盟湾]$|^(?:[东中西]部|东北|[全我本该].|内地|.*带|美国|日本|新加坡|瑞士|瑞典|以色列|加拿大|澳大利亚|巴西|俄罗斯|印度|硅谷)"
)


def _stands_for(relative: str, before: list[Mention], paragraph: int) -> str:
    """The place that 全省 or 全市 means: one of its kind named before, in the paragraph, at the head of the text, or anywhere."""
    kind = _RELATIVE.match(relative)
    if kind is None:
        return relative
    if kind["hongkong"] or kind["macao"]:
        return "香港" if kind["hongkong"] else "澳门"
    fitting = [m for m in before if not m.base and _is_a(m.value, province=bool(kind["province"]))]
    near = [m for m in fitting if m.start >= paragraph]
    return (near[-1] if near else fitting[0]).value if fitting else relative


def _is_a(name: str, *, province: bool) -> bool:
    """Whether a name is that of a province, else of a city, by its form."""
    if province:
        return name.endswith("省") or name in _PROVINCES
    return name not in _PROVINCES | _REGIONS and not name.isascii() and not _NO_CITY.search(name)


def places(layout: Layout, confined: Spans = ()) -> Mentions:
    """The places that a text names; 全省, 全市 and the like as the place that they stand for, where it was named before."""
    found: list[Mention] = []
    for match in _place_pattern().finditer(layout.text):
        around = (
            layout.text[max(0, match.start() - 4) : match.start()],
            layout.text[match.end() : match.end() + 1],
        )
        in_a_name = _IN_A_NAME.match(layout.text, match.end()) is not None
        base = in_a_name or bool(_bases().search(around[0])) or _listed(*around)
        value = _stands_for(match.group(), found, layout.paragraph(match.start()))
        found.append(Mention(match.start(), match.end(), value, base))
    return Mentions(layout, found, touching=False, confined=confined)


_YEAR = r"(?:(?<!\d)(?:19|20)\d{2}|二[〇零○][零〇○一二三四五六七八九]{2})"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# A year of English with what may stand before it: the first half of 2023, March 2023, FY2023, the year ended 31 March 2023.
_ENGLISH = (
    r"(?:(?P<eh>first|second) half (?:of )?|(?P<eq>first|second|third|fourth) quarter (?:of )?|Q(?P<qn>[1-4]) (?:of )?)?"
    r"(?:(?P<fiscal>(?i:the )?(?i:fiscal|financial|academic)(?: year)?|FYE?|year(?= e| t))[ -]?)?"
    r"(?:(?:year|end|the end of|ending|ended|to|in)[ -])*"
    rf"(?:\d{{1,2}} )?(?:(?P<em>{_MONTHS})(?: \d{{1,2}},)? )?"
    r"(?P<en>(?:19|20)\d{2})(?:[-–/](?P<next>(?:19|20)?\d{2}))?(?![\d.,]\d|\d|%)"
)
_SPAN = r"(?i:between|from) (?P<since>(?:19|20)\d{2}) (?:and|to) (?P<until>(?:19|20)\d{2})(?!\d|%)"
_PERIOD = re.compile(
    # Most characters begin no period; they fail this one test.
    r"(?=[\d二去上今本前第十下一三四FQA-Za-z])(?:"
    rf"(?P<from>{_YEAR}) ?年?[-—–~至到](?P<to>{_YEAR}) ?年"
    rf"|(?P<first>(?:19|20)\d{{2}})[-—–/](?P<second>\d{{2}}) ?(?:财政年度|财年|学年|年度)"
    rf"|(?:(?P<year>{_YEAR}) ?年|(?P<relative>去年|上年|今年|本年|前年))?(?:(?P<half>上半年"
    rf"|下半年)|前(?P<q3>三)(?:个)?季度|第?(?P<quarter>[一二三四1-4])季度"
    r"|(?P<m1>\d{1,2})[-—–~至到](?P<m2>\d{1,2}) ?月(?:份)?|前(?P<upto>\d{1,2}"
    r"|[一二三四五六七八九十]{1,2})个月|(?P<month>\d{1,2}) ?月(?:份|底|末)?(?:\d{1,2}日)?)"
    rf"|(?P<only>{_YEAR}) ?年|(?P<rel>去年|上年|今年|本年|前年)"
    rf"|(?P<plan>十[一二三四五六七]?五)(?:[”」』\"]?(?:时期|期间)|(?=[”」』\"]|规划|以来))"
    rf"|\b(?:(?i:in|by|since|during|of|for|at|on|as of|as at|as of the|end of) (?:the )?|(?=FY)){_ENGLISH}"
    rf"|\b{_SPAN})"
)


# Over the years of a plan, not since its beginning or by its end.
_SPANNED = ("时期", "期间")
_COMPARED = re.compile(r"(?:[比较与同是为以自]|相当于|[恢回]复[至到])$")


def periods(layout: Layout, confined: Spans = ()) -> Mentions:
    """The periods that a text names, in normal form; years left out are taken from the text before."""
    found: list[Mention] = []
    year: int | None = None
    for match in _PERIOD.finditer(layout.text):
        value, year = _normal(match, year)
        if value is not None:
            base = (
                _COMPARED.search(layout.text[max(0, match.start() - 3) : match.start()]) is not None
            )
            base = base or (match["plan"] is not None and not match.group().endswith(_SPANNED))
            found.append(
                Mention(match.start(), match.end(), value, base, narrow=match["plan"] is not None)
            )
    return Mentions(layout, found, touching=True, confined=confined)


_BEHIND = re.compile(
    rf" ?(?:\([^()]{{0,12}}\) ?)?(?:(?:in|during|for|by|at|as of|as at)(?: the end of)? (?:the )?|\((?=\d{{4}}\)|FY)){_ENGLISH}"
    rf"| {_SPAN}"
)
# Words between a value and its year: no figure, no comparison, no new clause.
_TRAILING = re.compile(
    r"(?: to(?: about| nearly| over| around)?(?= (?:[$£€¥\d]|US|HK|RMB)))?(?: of [a-z]+ and [a-z]+)?"
    r"(?: (?!(?:than|from|over|since|compared|to|against|versus|and|but|which|that|who|while|where)\b)"
    rf"[\w&’'()$£€¥.-]+){{0,9}}? (?:(?:in|during|by) (?:the )?{_ENGLISH}|{_SPAN})"
)


def period_behind(text: str, end: int, *, apart: bool = False) -> str | None:
    """The period that English names behind a value: 6.44% in 2020.

    Args:
        text: the text.
        end: where the value ends.
        apart: whether words may stand between, as in $602 billion of research and development in 2021.

    >>> period_behind("was 6.44% in 2020 and 6.73% in 2023", 9)
    '2020'
    >>> period_behind("£5bn of R&D in FY 2021", 4, apart=True)
    '2021'
    """
    found = (_TRAILING if apart else _BEHIND).match(text, end)
    return _english(found) if found else None


_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_MONTH_NUMBERS = {name: i for i, name in enumerate(_MONTHS.split("|"), start=1)}


def _english(match: re.Match[str]) -> str:
    """An English period in normal form; 2023-24 is a fiscal year, one that ends in a month goes by its year."""
    if match["since"]:
        return f"{match['since']}/{match['until']}"
    year: str = match["en"]
    if match["next"]:
        return _fiscal(year, match["next"])
    if match["eh"]:
        return f"{year}-H{_NTH[match['eh']]}"
    if match["eq"] or match["qn"]:
        return f"{year}-Q{match['qn'] or _NTH[match['eq']]}"
    if match["em"] and not match["fiscal"]:
        return f"{year}-{_MONTH_NUMBERS[match['em']]:02d}"
    return year


def _fiscal(year: str, last: str) -> str:
    """2023-24 is the year that begins in 2023; 2015-20 and 2019–2023 are several."""
    if len(last) == len(year):
        return f"{year}/{last}"
    following = f"{(int(year) + 1) % 100:02d}" == last
    return f"{year}/{last if following else year[:2] + last}"


def _number(text: str) -> int:
    return int("".join(_CN_DIGITS.get(c, c) for c in text))


def _normal(match: re.Match[str], year: int | None) -> tuple[str | None, int | None]:
    """The period in normal form, and the year that a later one without a year belongs to."""
    if match["from"]:
        first, last = _number(match["from"]), _number(match["to"])
        return f"{first}/{last}", last
    if match["first"]:
        return _fiscal(match["first"], match["second"]), int(match["first"])
    if match["plan"]:
        return _plan(match["plan"]), year
    if match["en"] or match["since"]:
        return _english(match), int(match["en"] or match["until"])
    written, relative = match["year"] or match["only"], match["relative"] or match["rel"]
    if written:
        year = _number(written)
    this = year
    if relative and year is not None:
        this = year - {"去年": 1, "上年": 1, "前年": 2}.get(relative, 0)
    if this is None:
        return None, year
    return f"{this}{_part(match)}", year


def _part(match: re.Match[str]) -> str:
    if match["half"]:
        return "-H1" if match["half"] == "上半年" else "-H2"
    if match["q3"]:
        return "-01/09"
    if match["quarter"]:
        return f"-Q{_QUARTERS[match['quarter']]}"
    if match["m1"]:
        return f"-{int(match['m1']):02d}/{int(match['m2']):02d}"
    if match["upto"] and match["upto"].isdigit():
        return f"-01/{int(match['upto']):02d}"
    if match["month"]:
        return f"-{int(match['month']):02d}"
    return ""


def _plan(name: str) -> str:
    """The five years of a plan: 十五五 → 2026/2030. The tenth one (十五) began in 2001."""
    number = 10 if name == "十五" else 10 + "一二三四五六七".index(name[1]) + 1
    start = 1951 + 5 * number
    return f"{start}/{start + 4}"
