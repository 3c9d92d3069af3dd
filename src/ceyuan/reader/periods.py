"""Periods that a text names, in normal form, and those that hold for one figure only."""

from __future__ import annotations

import re

from ceyuan.reader import numerals
from ceyuan.reader.layout import Layout
from ceyuan.reader.mentions import Mention, Mentions, Spans, is_latin_place

_CN_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_CN_DIGIT = "[〇零○一二三四五六七八九]"
_YEAR = r"(?:(?<!\d)(?:19|20)\d{2}|二[〇零○][零〇○一二三四五六七八九]{2})"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# A year of English with what may stand before it: the first half of 2023, March 2023, FY2023, the year ended 31 March 2023.
_ENGLISH = (
    r"(?:(?P<eh>first|second) half (?:of )?|(?P<eq>first|second|third|fourth) quarter (?:of )?|Q(?P<qn>[1-4]) (?:of )?)?"
    r"(?:(?P<fiscal>(?i:the )?(?i:fiscal|financial|academic|tax)(?: year)?|FYE?|year(?= e| t))[ -]?)?"
    r"(?:(?:year|end|the end of|ending|ended|to|in)[ -])*"
    rf"(?:\d{{1,2}} )?(?:(?P<em>{_MONTHS})(?: \d{{1,2}},)? )?"
    r"(?P<en>(?:19|20)\d{2})"
    r"(?:[-–/](?P<next>(?:19|20)?\d{2})|(?(fiscal) to (?P<last>(?:19|20)\d{2})|(?!)))?(?![\d.,]\d|\d|%)"
)
_FY = r"(?:(?:FY|fiscal(?: year)?) ?)?"
_SPAN = rf"(?i:between|from) {_FY}(?P<since>(?:19|20)\d{{2}}) (?:and|to) {_FY}(?P<until>(?:19|20)\d{{2}})(?!\d|%)"
_PERIOD = re.compile(
    # Most characters begin no period; they fail this one test.
    r"(?=[\d二去上今本前首第十下一三四FQA-Za-z])(?:"
    rf"(?P<from>{_YEAR}) ?年?[-—–~至到](?P<to>{_YEAR}) ?年"
    rf"|(?P<first>{_YEAR})[-—–/至](?P<second>\d{{2}}|{_CN_DIGIT}{{2}}) ?(?:财政年度|财年|学年|年度)"
    rf"|(?:(?P<year>{_YEAR}) ?年|(?P<relative>去年|上年|今年|本年|前年))?(?:(?P<half>上半年"
    rf"|下半年)|[前首](?P<quarters>[两二三])个?季度?|(?P<q1>首季)度?|第?(?P<quarter>[一二三四1-4])季(?:度|(?<=第.季))"
    r"|(?P<m1>\d{1,2})[-—–~至到](?P<m2>\d{1,2}) ?月(?:份)?|[前首](?P<upto>\d{1,2}"
    r"|[一二三四五六七八九十]{1,2})个月|(?P<month>\d{1,2}|(?<=年)十?[一二三四五六七八九十]) ?月(?:份|底|末)?(?:\d{1,2}日)?)"
    rf"|(?P<only>{_YEAR}) ?年|(?P<rel>去年|上年|今年|本年|前年)(?P<same>同期|同季|同月)?"
    r"|(?P<republic>(?<!\d)1[0-3]\d) ?年(?![来间以历内后前期])"
    rf"|(?P<plan>十[一二三四五六七]?五)(?:[”」』\"]?(?:时期|期间)|(?=[”」』\"]|规划|以来))"
    r"|\b(?:(?i:in|by|since|during|of|for|at|on|as of|as at|as of the|end of) (?:the )?"
    rf"|(?=FY)|(?<=\()(?=\d{{4}}[-–/\d]{{0,5}}: )){_ENGLISH}"
    rf"|\b{_SPAN})"
)


# Over the years of a plan, not since its beginning or by its end.
_SPANNED = ("时期", "期间")
_COMPARED = re.compile(r"(?:[比较与同是为以自从由]|相当于|[恢回]复[至到])$")
# 2.7% in 2020, up from $61.8 billion in 2020, more than in 2022, since 2019: what stands behind is compared with.
_COMPARED_LATIN = re.compile(
    r"(?i:\b(?:from|than|compared (?:with|to)|against|versus|over|above|below|relative to)"
    r"(?: (?!to\b)[^\s.;()]*\d(?:[^\s;()]*[^\s;(),])?(?: (?!to\b)[^\s;()]*[^\s;(),]){0,4}?"
    r"| [a-z]+ revised [^;()]*\d[^;()]*| the)?) ?$"
)
# Years are counted from 1912 where the text is of Taiwan.
_REPUBLIC = re.compile(
    r"民国|\d ?兆(?:元|[\d,]+ ?亿)|新台币|国科会|主计总?处|行政院|(?<!\d)1[0-3]\d ?(?:学)?年度"
)


def periods(layout: Layout, confined: Spans = ()) -> Mentions:
    """The periods that a text names, in normal form; years left out are taken from the text before."""
    found: list[Mention] = []
    year: int | None = None
    republic = _REPUBLIC.search(layout.text) is not None
    for match in _PERIOD.finditer(layout.text):
        if match["republic"] and not republic:
            continue
        last = found[-1].value if found else ""
        value, year = _normal(match, year, last)
        if value is not None:
            base = _is_compared(layout.text, match)
            until = _until(layout, match)
            found.append(Mention(match.start(), match.end(), value, base, until))
    return Mentions(layout, found, touching=True, confined=confined)


def _is_compared(text: str, match: re.Match[str]) -> bool:
    """Whether a period is one that something is compared with, or that something began in."""
    if match["plan"]:
        return not match.group().endswith(_SPANNED)
    if match["en"]:
        if match.group().lower().startswith(("since ", "on ")) and not match["em"]:
            return True
        return _COMPARED_LATIN.search(text, max(0, match.start() - 60), match.start()) is not None
    return _COMPARED.search(text, max(0, match.start() - 3), match.start()) is not None


def _until(layout: Layout, match: re.Match[str]) -> int | None:
    """Where a period ceases to hold: the years of a plan, a remark in brackets, last year named in passing."""
    if match["plan"]:
        return layout.sentence(match.start())[1]
    first, end = layout.sentence(match.start())
    opening = max(layout.text.rfind(mark, first, match.start()) for mark in "（(")
    figure = _FIGURE_BEFORE.search(layout.text, max(first, opening - 12), max(opening, 0))
    if opening >= 0 and figure and not _CLOSING.search(layout.text, opening, match.start()):
        closing = _CLOSING.search(layout.text, match.end(), end)
        return closing.start() if closing else end
    if match["en"] and layout.text.endswith("first time ", first, match.start()):
        # rising above 20 percent for the first time in 2019; the rest of the sentence is of that year too
        stop = layout.text.find(";", match.end(), end)
        return stop if stop >= 0 else end
    if match["rel"] in ("去年", "上年", "前年") and match.start() > first:
        return layout.clause_end(match.end())
    return None


_CLOSING = re.compile(r"[)）]")
# 9亿元（2022年：8.1亿元) tells another year; a heading that ends in （2023年） tells its own.
_FIGURE_BEFORE = re.compile(r"(?<![表图第\d])\d[^，。；,;\n]{0,10}$")


_AGO = r"(?:(?:an?|one|two|three|five|ten) (?:year|decade)s? (?:earlier|before|ago),? )?"
_BEHIND = re.compile(
    r"(?: (?:growth|increase|rise|jump|gain|decrease|decline|fall|drop|dip|slump|contraction"
    r"|recorded|seen|registered|reported|posted|achieved|observed|reached))?"
    rf" ?(?:\([^()]{{0,12}}\) ?)?{_AGO}"
    rf"(?:(?:in|during|for|by|at|as of|as at)(?: the end of)? (?:the )?|of (?=(?:19|20)\d\d\b)|\((?=\d{{4}}\)|FY)){_ENGLISH}"
    rf"|(?: over (?:the )?[a-z\d]+ years)? {_SPAN}"
)
# Words between a value and its year: no figure, no comparison, no new clause.
_TRAILING = re.compile(
    r"(?: of (?:its |the )?[A-Za-z]+ to(?= [A-Za-z]))?"
    r"\)?(?: \([^()]{1,12}\))?(?: to(?: (?:about|nearly|over|around|almost|just|an?|record|new|high|of|all-time)){0,4}"
    r"(?= (?:[$£€¥\d]|[A-Z]{1,3}[$ ]|RMB)))?"
    r"(?: (?:of|for|on|in) [\w&]+(?: [\w&]+)? and [\w&]+(?: [\w&]+)??(?= (?:in|during|by) ))?"
    r"(?: (?!(?:than|from(?! (?!last|just|about|around|nearly|roughly|almost|over)[a-z]{4,})|over|since"
    r"|compared|to(?! (?:be|have)\b)|against|versus|and|but|which|that|who|while|where)\b)"
    rf"(?:\d[\d,]*|[\w&’'()$£€¥.–-]+)){{0,9}}?"
    rf" (?:(?:\((?=\d{{4}}\))|(?:in|during|by|for(?= \d{{4}}[-–/]\d\d\b)) (?:the )?){_ENGLISH}|{_SPAN})"
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
    if found:
        return _english(found)
    sourced = None if apart else _WHERE_AND_WHEN.match(text, end)
    if sourced and is_latin_place(sourced["place"]):
        return str(sourced["year"])
    remark = None if apart else _REMARK.match(text, end)
    inner = _PERIOD.fullmatch(remark["period"]) if remark else None
    return _normal(inner, None, "")[0] if inner else None


# 54% (Australia, 2022); (OECD, 2022) and (Smith, 2022) name a publication
_WHERE_AND_WHEN = re.compile(r" ?\((?P<place>[A-Z][^(),\d]{1,40}), (?P<year>(?:19|20)\d{2})\)")


_CLOSING_YEAR = re.compile(
    rf" (?:(?:in|during|for) (?:the )?{_ENGLISH}|{_SPAN})(?:, (?:at|in|on) [^\d;,]{{0,40}})?\.?$"
)
_OTHER_TIME = re.compile(
    r"(?i:\b(?:from|compared|against|than|versus|since|until|(?:up|down) on|earlier|before|ago|last|next)\b)"
)


def closing_period(text: str, first: int, last: int) -> str | None:
    """The period that ends an English sentence and is the only one in it: it holds for all that the sentence tells.

    >>> closing_period("A filed 900 and B filed 500 in 2024", 0, 35), closing_period("fell from 9 in 2023", 0, 19)
    ('2024', None)
    """
    sentence = text[first:last]
    found = _CLOSING_YEAR.search(sentence)
    if found is None:
        return None
    before = sentence[: found.start()]
    if _OTHER_TIME.search(before) or re.search(r"\b(?:19|20)\d{2}\b(?!,\d)", before):
        return None
    return _english(found)


# 330亿元（2023年）
_REMARK = re.compile(r" ?[（(](?P<period>[^（）()]{4,12})[)）]")


def year_before(period: str) -> str:
    """The same part of the year before.

    >>> year_before("2024-H1"), year_before("2023/24")
    ('2023-H1', '2022/23')
    """
    earlier = f"{int(period[:4]) - 1}"
    if len(period) == len("2023/24") and period[4] == "/":
        return _fiscal(earlier, f"{int(period[5:]) - 1:02d}")
    return earlier + period[4:]


# $3 billion a year earlier; the year before ($3 billion)
_EARLIER = r"(?i:(?:a|one) year (?:earlier|ago|before)|the (?:year before|(?:previous|prior|preceding) year))"
_EARLIER_BEHIND = re.compile(rf"(?: [a-z]+){{0,2}} (?:in )?{_EARLIER}\b")
_EARLIER_BEFORE = re.compile(rf"\b{_EARLIER}(?: [(（]|[’']s (?:[a-z]+ (?:of )?)?)$")


def is_of_year_before(text: str, start: int, end: int) -> bool:
    """Whether English says of a figure that it is of the year before.

    >>> is_of_year_before("38 firms, up from 29 a year earlier", 18, 20)
    True
    """
    behind = _EARLIER_BEHIND.match(text, end)
    # An increase of 1,035 from a year earlier is of this year.
    if behind and not re.search(r"\b(?:from|than|over|on|above|below)\b", behind.group()):
        return True
    return _EARLIER_BEFORE.search(text, max(0, start - 30), start) is not None


_YEAR_RUN = re.compile(rf"{_YEAR}年?(?:(?:、|和|与|及|, (?:and )?| and ){_YEAR}年?)+(?=[^\d年]|$)")
_LISTED = re.compile(r"[、和与及]| and ")


def aligned_years(text: str, sentence: tuple[int, int], start: int, end: int) -> list[str]:
    """The years that a list of figures is told for: 2022年、2023年和2024年经费分别为, 5, 6 and 7 in 2022, 2023 and 2024.

    Empty where none are, or where a list of something else stands between them and the figures.
    """
    runs = list(_YEAR_RUN.finditer(text, sentence[0], start))
    if runs and _LISTED.search(text, runs[-1].end(), start):
        return []
    behind = _YEAR_RUN.search(text, end, min(sentence[1], end + 40))
    run = runs[-1] if runs else behind
    return [str(_number(year)) for year in re.findall(_YEAR, run.group())] if run else []


_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_MONTH_NUMBERS = {name: i for i, name in enumerate(_MONTHS.split("|"), start=1)}


def _english(match: re.Match[str]) -> str:
    """An English period in normal form; 2023-24 is a fiscal year, one that ends in a month goes by its year."""
    if match["since"]:
        return f"{match['since']}/{match['until']}"
    year: str = match["en"]
    if match["next"]:
        return _fiscal(year, match["next"])
    if match["last"]:
        return _fiscal(year, match["last"][2:])
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


def _normal(match: re.Match[str], year: int | None, last: str) -> tuple[str | None, int | None]:
    """The period in normal form, and the year that a later one without a year belongs to.

    Args:
        match: the period as written.
        year: the year that was named last.
        last: the period that was named last, for 上年同期.
    """
    if match["plan"]:
        return _plan(match["plan"]), year
    if (whole := _with_year(match)) is not None:
        return whole
    written, relative = match["year"] or match["only"], match["relative"] or match["rel"]
    if written:
        year = _number(written)
    this = year
    if relative and year is not None:
        this = year - {"去年": 1, "上年": 1, "前年": 2}.get(relative, 0)
    if this is None:
        return None, year
    if _ENDED.match(match.string, match.end()):
        return str(this), year  # the year ended 31 March 2024 goes by the year in which it ends
    part = last[4:] if match["same"] and last[4:5] == "-" else _part(match)
    return f"{this}{part}", year


def _with_year(match: re.Match[str]) -> tuple[str, int] | None:
    """The period in normal form, and its year, where it is one that is written with all its years; else None."""
    if match["republic"]:
        year = 1911 + int(match["republic"])
        return str(year), year
    if match["from"]:
        since, until = _number(match["from"]), _number(match["to"])
        return f"{since}/{until}", until
    if match["first"]:
        begun = _number(match["first"])
        return _fiscal(str(begun), f"{_number(match['second']):02d}"), begun
    if match["en"] or match["since"]:
        return _english(match), int(match["en"] or match["until"])
    return None


def _part(match: re.Match[str]) -> str:
    if match["half"]:
        return "-H1" if match["half"] == "上半年" else "-H2"
    if match["quarters"]:
        return "-01/09" if match["quarters"] == "三" else "-H1"
    if match["q1"]:
        return "-Q1"
    if match["quarter"]:
        return f"-Q{_QUARTERS[match['quarter']]}"
    if match["m1"]:
        return f"-{int(match['m1']):02d}/{int(match['m2']):02d}"
    if match["upto"]:
        return f"-01/{_month(match['upto']):02d}"
    if match["month"]:
        return f"-{_month(match['month']):02d}"
    return ""


_ENDED = re.compile(r"(?:[一二三四五六七八九十]{1,3}日)?止的?(?:财政)?年度")


def _month(written: str) -> int:
    return int(written) if written.isdigit() else int(numerals.chinese(written) or 0)


def _plan(name: str) -> str:
    """The five years of a plan: 十五五 → 2026/2030. The tenth one (十五) began in 2001."""
    number = 10 if name == "十五" else 10 + "一二三四五六七".index(name[1]) + 1
    start = 1951 + 5 * number
    return f"{start}/{start + 4}"
