"""Words whose effect reaches over several figures: expected and target (预计, 力争, 目标), cumulative (累计)."""

from __future__ import annotations

import re
from functools import cache

from ceyuan.bounds import Modality
from ceyuan.reader.layout import Layout
from ceyuan.reader.lexicon import any_of, table, words

# How far a word reaches: characters back, and clauses that go on without a subject.
_REACH, _CLAUSES = 300, 8
_WILL = (
    r"将(?=再|进一步|继续)?(?:再|进一步|继续|会|能|可|累计|首次)?(?:达到?|超过?|增长|增至|增加|提高"
    r"|提升|实现|突破|建成|完成|新增|有|升至|降至|下降|占|带动|投入|新建|建设|培育|接近|扩大|形成|保持)"
)

_BY_YEAR = (
    r"(?<![一-鿿])到(?:20\d{2}|二[〇零○][零〇○一二三四五六七八九]{2})年(?:底|末)?"
    r"(?=[，,]|[^，。；,;\d]{2,14}(?:达到?|突破|超过?|增至|提[高升][到至])$)"
)


@cache
def _scoped() -> re.Pattern[str]:
    scope, english = table("words")["scope"], table("english")["verbs"]
    expected = any_of(words(scope["expected"]))
    latin = any_of(w.replace("-", " ") for w in words(english["expected"]))
    goal = any_of(words(english["target"]))
    return re.compile(
        rf"(?P<expected>{expected}|未来[一-鿿\d]{{1,4}}年|计划(?:于|在|到)(?:今年|明年|年内|(?:19|20)\d{{2}}年)|计划(?:到|在|于|将|今年|明年|再|总|(?:19|20)\d{{2}}年)*(?:投入|投资|建成|新建|增至|培育|引进|推出|设立|发行|新增|招收|达到|为)|预期(?!寿命|目标)|(?:今年|明年|新的一年|下一步)(?:我们|全[省市县区])?(?:还|再)?要(?![求素点闻])|(?:明年|来年度?|下年度|后年)[^，。；\d]{{0,12}}?[将会拟]|{_WILL}|{_BY_YEAR}|(?i:\b{latin}\b)|\bwill\b"
        r"|\b(?:is|are) due to (?!(?:an?|the|its|their|higher|lower|rising|falling|more|less)\b)[a-z]+ )"
        rf"|(?P<target>目标(?!任务)|(?i:(?<!\d )\b{goal}\b))|(?P<done>{any_of(words(scope['outcome']))})"
    )


# What may stand before 力争 or 预计 for it to govern the whole sentence: times and connectives, no subject.
_OPENING = re.compile(
    r"(?:到|至|在)?(?:(?:(?:19|20)\d{2}|二[〇零○][零〇○一二三四五六七八九]{2})年(?:底|末|前|上半年)?|“?十[一-九]五五?”?(?:期间|末|时期)?"
    r"|明年|今年|全年|今后|未来|下一步|届时|同时|此外|并|我们|还|本年|年内|底|末|,|，| )*"
)
_CONTINUES = re.compile(
    r"(?:同比|环比|比|较|增长|下降|占|年均|增速|增幅|提高|降低|并|带动|相当于|高于|低于|预计|达|up|down"
    r"|(?:by|to) (?:about |around |some |nearly )?[\d$£€¥]|(?:at |with )?an? |with |bringing |costing |worth "
    r"|推动|推進|带动|拉动|培育|新增|建成|形成|引进|投入|完成|建设|打造|吸引|集聚|支持|服务|惠及|创造|提供|实现|总投资)"
)
_ANNOUNCED = re.compile(r"[^，。；]{0,4}(?:(?:是|为|包括|有)?[:：]|是|为(?!\d))")
# 全面发展后可提供约52000个职位
_ONCE_DONE = re.compile(
    r"(?:发展|建成|投产|落成|运营|完工|达产|投用|启用|实施)后[^。；;\d]{0,10}[可将能][^。；;]*$"
)
_GOAL_AFTER = re.compile(r"[^，。；,;]{0,8}(?:的)?[^，。；,;]{0,6}目标(?!任务)")
_HAPPENED = re.compile(
    r"\b(?:rose|fell|grew|stood|slipped|dropped|climbed|jumped|plunged|plummeted|shrank|sank|slumped|soared|surged|tumbled)\b"
)
# short of its 98% target
_TARGET_BEHIND = re.compile(
    r" (?:(?!above|below|over|under|on|off|behind|beyond)[a-z]+ )?(?:target|goal|objective)s?\b"
)
# will spend 9.7 trillion won, up from this year's 7.8 trillion won
_NOW = re.compile(
    r"(?i:\b(?:(?:this|last) year|today)[’']s "
    r"|\bthe (?:current|present|previous|existing)(?: [a-z]+[’']s)? |较?(?:今年|去年|上年)的"
    r"|\bby (?:19|20)\d{2},? from |, (?:up |down |compared with |against )?from (?:about |around |some )?"
    r"|\b(?:after|following) (?:[a-z]+ing |an? )?(?:(?:growth|increase|rise|gain|fall|drop|decline|cut) of )?"
    r"(?:estimated |provisional |record )?)$"
)
# one and a half times the 120 trillion yen of the preceding plan
_NOW_AFTER = re.compile(
    r"(?i: (?:of|in|under) the (?:preceding|previous|prior|current|present|existing|last|earlier)\b"
    r"| (?:now|today(?![’'])|at present|currently)\b)"
)
# of which EUR 1.25 billion will go to young researchers; 5亿元将用于
_WILL_AFTER = re.compile(
    r" (?:of (?:the|its|their|our) \d[\d,]* )?(?:[a-z]+ ){0,2}"
    r"(?:will|should|(?:is|are) (?:expected|planned|due|forecast|projected|to be))\b"
    r"| (?:next|in the coming|this coming) (?:year|quarter|month|decade|season)s?\b"
    r"|(?:资金|经费|款项)?(?:将|会)(?=[用投拨注由])"
)
# New Zealand's seven institutes will be merged: they are there
_THERE = re.compile(r"(?:[’']s|\b(?:these|current|existing)|\bof (?:its|the|our|their)) \Z")
_MET = re.compile(r"(?:完成|实现|达到|超过|高于|低于|好于|超额)[^，。；,;]{0,10}$")


# the target of 3% has been missed by 0.76 percentage points
_PAST_GOAL = re.compile(r"\b(?:missed|exceeded|surpassed|beaten|undershot|overshot) by ")
_AGAINST_GOAL = re.compile(r"(?:比|较|超出?|距|与)(?:年度|预期|既定|规划|全年)?$")


def modality(layout: Layout, start: int, end: int) -> Modality:
    """Whether a quantity is an outcome, expected, or a target."""
    text = layout.text
    if _NOW.search(text, max(0, start - 30), start) or _NOW_AFTER.match(text, end):
        return "actual"
    sentence, _ = layout.sentence(start)
    if _TARGET_BEHIND.match(text, end):
        return "target"
    word = _governing_word(layout, sentence, start)
    result: Modality = "actual"
    if word and not word["done"]:
        result = "expected" if word["expected"] else "target"
    if result == "actual" and _is_to_come(text, sentence, start, end):
        return "expected"
    # A year to come says less than a goal that is named behind.
    dated = result == "expected" and word is not None and word["expected"].startswith("到")
    named = (result == "actual" or dated) and _GOAL_AFTER.match(text, end)
    if named and not _done_before(text, layout.clause_start(start), start):
        return "target"
    return result


def _governing_word(layout: Layout, sentence: int, start: int) -> re.Match[str] | None:
    """The last word of a sentence before a quantity that says whether it is an outcome, expected or a target."""
    governing = None
    for match in _scoped().finditer(layout.text, max(sentence, start - _REACH), start):
        if _governs(layout, match, start):
            governing = match
    return governing


def _governs(layout: Layout, match: re.Match[str], start: int) -> bool:
    """Whether a word before a quantity says something of it."""
    if _closed(layout.text, match.end(), start):
        return False  # (target: 95 per cent) and upheld 41
    if layout.text.endswith(" than ", 0, match.start()):
        return False  # 18% more than planned
    if match.group().isascii() and _HAPPENED.search(layout.text, match.end(), start):
        return False  # investment pledged to Korea fell 14.6 percent
    if match.start() < layout.clause_start(start) and not _governs_on(layout, match, start):
        return False
    return not (match["target"] and _beside_goal(layout, match, start))


def _closed(text: str, first: int, last: int) -> bool:
    """Whether the bracket in which a passage begins ends in it."""
    closing = _BRACKET.search(text, first, last)
    return closing is not None and closing.group() in ")）"


_BRACKET = re.compile(r"[()（）]")


def _is_to_come(text: str, sentence: int, start: int, end: int) -> bool:
    """Whether the words around a quantity say that it will be: of which 1.25 billion will go to, 建成后可提供."""
    if _ONCE_DONE.search(text, max(sentence, start - 60), start):
        return True
    there = _THERE.search(text[max(0, start - 10) : start])
    return not there and _WILL_AFTER.match(text, end) is not None


def _beside_goal(layout: Layout, goal: re.Match[str], start: int) -> bool:
    """Whether a goal was met, missed or is compared with: 超额完成目标, 较目标高出8个百分点."""
    text, clause, at = layout.text, layout.clause_start(goal.start()), goal.start()
    if _MET.search(text, clause, at) or _AGAINST_GOAL.search(text, clause, at):
        return True
    return _PAST_GOAL.search(text, goal.end(), start) is not None


def _governs_on(layout: Layout, match: re.Match[str], start: int) -> bool:
    """Whether a word of an earlier clause still governs a quantity: announced, opening the sentence, or continued."""
    text, end = layout.text, match.end()
    if match["target"] and _ANNOUNCED.match(text, end):
        return True
    if match["expected"] and text[end : end + 1] in {"，", "：", ","}:
        return True
    opening = _OPENING.fullmatch(text, layout.clause_start(match.start()), match.start())
    return bool(opening) or _continued(layout, end, start) or _lists(layout, match, start)


def _lists(layout: Layout, match: re.Match[str], start: int) -> bool:
    """Whether a word that governs a figure of its own clause governs the figures after it: 力争新建园区3个，投入达到100亿元.

    A clause that says when it was, if that is past or a year before that of the word, is on its own.
    """
    text = layout.text
    own = text[match.end() : layout.clause_end(match.end())]
    after = text[match.end() + len(own) : start]
    if not _FIGURE.search(_YEARS.sub("", own)) or _PAST.search(after):
        return False
    if _REACHES.match(own) and not _INTENDED.match(match.group()):
        return False  # 投入强度预计达到4.3%，申请量达到2.68万件: it stands behind its subject, and the next clause has its own
    meant = _YEARS.findall(text[layout.clause_start(match.start()) : match.end()] + own)
    named = _YEARS.findall(after)
    return not named or (bool(meant) and named[-1] >= meant[-1])


_REACHES = re.compile(
    r"(?:将|可|能|会|首次)*(?:达|为|超|突破|增|提高|提升|升|降|是|约|近|在|\d|占)"
)
_INTENDED = re.compile(r"力争|争取|计划|拟|目标|(?i:plan|aim|target|goal|intend)")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万亿]{1,6}[个家项所亿万件名]")
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年|\b)(?!\d)")
_PAST = re.compile(
    r"去年|上年|目前|截至|此前|现有|现已|迄今|当前|过去"
    r"|(?i:\b(?:last year|so far|currently|was|were|had|exceeded|stood|rose|fell|grew|totall?ed|amounted)\b)"
)


def _done_before(text: str, clause: int, start: int) -> bool:
    return bool(re.search(r"超过|高于|已|完成率", text[clause:start]))


def _continued(layout: Layout, scope: int, start: int) -> bool:
    """Whether every clause between a scope word and a quantity goes on without a subject of its own."""
    position = layout.clause_start(start)
    for _ in range(_CLAUSES):
        if position <= scope:
            return True
        passage = layout.text[position : position + 6].lstrip()
        if not _CONTINUES.match(passage) and "则" not in layout.text[position : position + 12]:
            return False
        position = layout.clause_start(position - 1)
    return False


# A clause that goes on with what the sum did: 累计发放贷款500亿元，惠及企业3万家.
_SERVED = re.compile(r" ?(?:惠及|带动|支持|覆盖|吸引|培育|受益|涉及|撬动|涉款|涉资|总?金额|总额)")


@cache
def _cumulative() -> re.Pattern[str]:
    scope, english = table("words")["scope"], table("english")["verbs"]
    return re.compile(
        rf"{any_of(words(scope['cumulative']))}|(?i:\b{any_of(words(english['cumulative']))}\b)"
    )


def cumulative(layout: Layout, start: int) -> bool:
    """Whether a quantity was summed up since a beginning."""
    clause = layout.clause_start(start)
    first, _ = layout.sentence(start)
    for _ in range(_CLAUSES):
        if clause <= first or not _SERVED.match(layout.text, clause):
            break
        clause = layout.clause_start(clause - 1)
    return bool(_cumulative().search(layout.text, clause, start))
