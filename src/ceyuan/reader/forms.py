"""Quantities in special forms: fractions, slashed, tenths, ranks, groups of the best, doublings, bare magnitudes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache

from ceyuan.bounds import Bound
from ceyuan.reader import numerals
from ceyuan.reader.lexicon import any_of, table, words
from ceyuan.reader.quantity import Quantity

_DIGITS = "0123456789"
_CN = "[零〇一二三四五六七八九十百千两]"
_NUM = rf"(?:\d+(?:\.\d+)?|{_CN}+(?:点{_CN}+)?)"


def _value(text: str) -> Decimal | None:
    if text[0].isdigit():
        return numerals.arabic(text)
    return numerals.english_words(text) if text.isascii() else numerals.chinese(text)


def _near(text: str, position: int, width: int) -> str:
    """Up to ``width`` characters before a position, not beyond the clause."""
    before = text[max(0, position - width) : position]
    return re.split(r"[，。；：,;、\n]", before)[-1]


@cache
def _fractions() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?P<base>百|千|万|{_NUM})分之|(?P<local>[三四五])分(?=[一二三](?![之钟])))(?P<part>{_NUM})(?:(?:到|至|—|-|~)(?:百分之)?(?P<upper>{_NUM}))?(?P<more>多|余)?"
    )


def fractions(text: str) -> Iterator[Quantity]:
    """百分之X, 千分之X, X分之Y: per cent, per mille, and per cent for other fractions."""
    for match in _fractions().finditer(text):
        part, base = _value(match["part"]), _value(match["base"] or match["local"])
        if part is None or not base:
            continue
        upper = _value(match["upper"]) if match["upper"] else None
        if match["base"] == "千":
            unit, factor = "‰", Decimal(1)
        else:
            unit, factor = "%", Decimal(100) / base
        top = upper * factor if upper is not None else None
        yield Quantity(
            match.start(),
            match.end(),
            part * factor,
            unit,
            value_max=top,
            bound="gt" if match["more"] else None,
            number=part,
            step=factor,
        )


_SLASHED = re.compile(
    r"(?:(?<=[占约近超达逾的国省市球])|(?<![\d/A-Za-z.])(?=\d/\d+(?:以上|左右)?的))(?P<part>[1-9])/(?P<base>[1-9]\d?)(?![\d/年月])"
)


def slashed(text: str) -> Iterator[Quantity]:
    """占全国1/3 → 33.3 %."""
    for match in _SLASHED.finditer(text):
        part = Decimal(match["part"])
        if part < int(match["base"]):
            share = part * 100 / Decimal(match["base"])
            yield Quantity(match.start(), match.end(), share, "%", number=part, step=Decimal(10))


_TENTHS = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|[一二三四五六七八九两](?![十百千万]))(?P<dash>(?:到|至|—|-)(?P<upper>[一二三四五六七八九]))?"
    r"成(?P<half>[一二三四五六七八九半](?![十百千万个家位名]))?(?P<more>多|以上)?"
    r"(?![为功立员本果长效就交分熟语品绩人形套型])"
)


def tenths(text: str) -> Iterator[Quantity]:
    """九成 → 90 %, 八成五 → 85 %."""
    for match in _TENTHS.finditer(text):
        if text[match.start() - 1 : match.start()] in set(
            "十百千第万零一二三四五六七八九0123456789."
        ):
            continue
        number = _value(match["number"])
        upper = _value(match["upper"]) if match["upper"] else None
        if number is None:
            continue
        half = match["half"]
        extra = (
            Decimal(5) if half == "半" else Decimal(numerals.DIGITS[half]) if half else Decimal(0)
        )
        more = match["more"] == "多"
        end = match.end() if more or not match["more"] else match.start("more")
        yield Quantity(
            match.start(),
            end,
            number * 10 + extra,
            "%",
            value_max=upper * 10 if upper else None,
            bound="gt" if more else None,
            number=number,
            step=Decimal(1 if half else 10),
        )


_HALF = re.compile(r"一半|半数|(?<=[过超近])半(?=[，。；,、）)])")


def halves(text: str) -> Iterator[Quantity]:
    """一半, 半数 → 50 %."""
    for match in _HALF.finditer(text):
        yield Quantity(
            match.start(),
            match.end(),
            Decimal(50),
            "%",
            kind="share",
            number=Decimal(50),
            step=Decimal(10),
        )


_DOUBLED = re.compile(
    r"翻了?(?P<inner>近|约|超|逾)?(?P<times>[一两二三四五六七八]|\d)(?:番|倍)(?P<more>多)?|翻番|翻了番|翻倍|翻了倍"
)


def doublings(text: str) -> Iterator[Quantity]:
    """翻一番 → 2 倍, 翻两番 → 4 倍; n 番 is two to the power of n."""
    for match in _DOUBLED.finditer(text):
        times = _value(match["times"]) if match["times"] else Decimal(1)
        if times is None:
            continue
        value = (
            Decimal(2) ** times
            if "倍" not in match.group() or match["times"] is None
            else times + 1
        )
        bound: Bound | None = "gt" if match["more"] or match["inner"] in ("超", "逾") else None
        if match["inner"] in ("近", "约"):
            bound = "approx"
        yield Quantity(
            match.start(), match.end(), value, "倍", bound=bound, kind="multiple", number=value
        )


@cache
def _rank_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"第(?P<number>\d+|{_CN}+) ?(?P<unit>位次|位|名次|名)?|榜首|首位|头名|头把交椅|(?<=位列|排名)首"
    )


@cache
def _rank_context() -> re.Pattern[str]:
    rank = table("words")["rank"]
    return re.compile(any_of([*words(rank["verbs"]), *words(rank["regions"])]))


@cache
def _never_rank() -> re.Pattern[str]:
    return re.compile(any_of(words(table("words")["rank"]["never"])))


_AFTER_ORDINAL = re.compile(
    r"[次届轮批期个产季阶代条章节款部类种步梯方时动资生责要一二三大线现手把站枪任封口道关场线组块章张笔财人者书件项家台所颗艘座届年月日天版卷集讲课单元学级层点]"
)


def ranks(text: str) -> Iterator[Quantity]:
    """榜首, 首位, 第二位, 第一 where something is ranked."""
    previous_end, previous = -10, False
    for match in _rank_pattern().finditer(text):
        chained = previous and text[previous_end : match.start()] in {
            "、",
            "和",
            "及",
            "至",
            "到",
            "—",
            "与",
        }
        value = Decimal(1) if match["number"] is None else _value(match["number"])
        previous = value is not None and (chained or _is_rank(text, match))
        previous_end = match.end()
        if previous and value is not None:
            yield Quantity(match.start(), match.end(), value, "位", kind="rank", number=value)


def _is_rank(text: str, match: re.Match[str]) -> bool:
    before = _near(text, match.start(), 16)
    if _never_rank().search(before):
        return False
    if (
        match["number"] is not None
        and match["unit"] is None
        and _AFTER_ORDINAL.match(text, match.end())
    ):
        return False
    if match["unit"] in ("位", "名") and re.match(
        r"[院获企工科学]", text[match.end() : match.end() + 1]
    ):
        return False
    if re.search(r"连续$", before):
        return False
    if _rank_context().search(before):
        return True
    after = text[match.end() : match.end() + 12]
    return (
        match["number"] is not None
        and match["unit"] is not None
        and bool(re.match(r"[、和至到]第", after))
    )


@cache
def _group_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<strong>(?:\d+|百|千|[一二两三四五六七八九]?[十百千][一二三四五六七八九]?[十]?))强(?![度化劲大势国省市县校军敌烈调制悍项])"
        rf"|前(?P<top>\d+|{_CN}{{1,3}})(?P<unit>位|名|强|甲)?(?![\d.%年个月季天次日期分周轮沿述后半届批段款面提])"
        r"|(?i:top[ -]?(?P<en>\d+|three|five|ten|twenty|fifty|hundred)\b)(?!\d|,\d|-| ?%|\.\d| per| thousandth)"
    )


@cache
def _entering() -> re.Pattern[str]:
    chinese = any_of(words(table("words")["rank"]["entering"]))
    return re.compile(
        rf"{chinese}|(?i:\b(?:among|into|enter\w*|in the|listed|rank\w*|made|join\w*|within)\b)"
    )


def memberships(text: str) -> Iterator[Quantity]:
    """百强, 500强, 前十 where something enters or stands in that group."""
    for match in _group_pattern().finditer(text):
        size = match["strong"] or match["top"] or match["en"]
        value = _value(size)
        if value is None or not _entering().search(_near(text, match.start(), 24)):
            continue
        unit = "位" if match["top"] and match["unit"] != "强" else "强"
        yield Quantity(
            match.start(), match.end(), value, unit, bound="lt", kind="membership", number=value
        )


@cache
def _bare_pattern() -> re.Pattern[str]:
    return re.compile(
        r"(?<![\d零一二三四五六七八九十百千万亿两数几多余.])(?<![^跨迈站登攀跃踏]上)(?<!\d )"
        r"(?P<mag>[十百千]?万亿|[十百千]亿|[百千]万|亿|万)(?:(?P<money>元)?级(?![别以])|(?P<plain>元)(?!以|及|GDP|国|级|地)"
        r"|(?P<naked>)(?=[，。；、）,;)\n]|大关|台阶|规模|俱乐部|$))"
    )


_BOUND_BEFORE_BARE = re.compile(
    r"(?:超过?|突破|逾|过|近|约|破|达到?|接近|跨越|[跨迈站登攀跃踏]上|跨过)(?:了)?$"
)


def bare_magnitudes(text: str) -> Iterator[Quantity]:
    """千亿元, 万亿元 without a multiplier; 千亿级 of money."""
    for match in _bare_pattern().finditer(text):
        value = numerals.magnitude(match["mag"])
        level = match["plain"] is None and match["naked"] is None
        weak = match["naked"] is not None or match["mag"] in ("亿", "万", "百万", "千万")
        bounded = _BOUND_BEFORE_BARE.search(text, max(0, match.start() - 8), match.start())
        if weak and not (level and match["money"]) and not bounded:
            continue
        if match["naked"] is not None and value < 10**8:
            continue
        yield Quantity(
            match.start(),
            match.end(),
            value,
            "元",
            bound="approx" if level else None,
            number=value,
            step=value,
        )


_COIN = r"(?:\d{1,2}|[一二三四五六七八九])"
_COINS = re.compile(
    rf"(?:(?P<yuan>(?:\d{{1,3}}(?:,\d{{3}})+|\d+|{_CN}+))元(?P<jiao>{_COIN})角(?:(?P<fen>{_COIN})分)?"
    rf"|(?P<jiao2>\d{{1,2}})角(?:(?P<fen2>{_COIN})分)?钱?(?![形度钢尺]))"
)


def coins(text: str) -> Iterator[Quantity]:
    """123元1角1分 → 123.11 元, 1角 → 0.1 元."""
    if "角" not in text:
        return
    for match in _COINS.finditer(text):
        if (
            text[match.start() - 1 : match.start()] in set(f".三四五六八多{_DIGITS}")
            and match["jiao2"]
        ):
            continue
        value, step = Decimal(0), Decimal(1)
        for name, worth in (
            ("yuan", "1"),
            ("jiao", "0.1"),
            ("jiao2", "0.1"),
            ("fen", "0.01"),
            ("fen2", "0.01"),
        ):
            part = _value(match[name]) if match[name] else None
            if part is not None:
                step = Decimal(worth)
                value += part * step
        yield Quantity(match.start(), match.end(), value, "元", number=value, step=step)


_DURATION = re.compile(
    rf"(?P<streak>连续|连)?(?P<quote>第?(?P<number>\d+(?:\.\d+)?|{_CN}+)(?P<more>多"
    rf"|余)? ?(?P<unit>年|个月|个季度|季度|个学年|届|次|天|日|周|个交易日))"
    r"(?![度代份级底末中初])"
)
_LASTING = re.compile(
    r"(?:缩短|延长|提前|推迟|压缩|压减|寿命|年限|周期|工期|时间)(?:压缩|压减|分别|已|均|平均|维持|保持|为|达到?|了|至|到|近|约|超过?|逾|由|从|在|仅|长达)*$"
)


def durations(text: str) -> Iterator[Quantity]:
    """连续两年 as a streak; years and months where a duration is what is stated (缩短3个月, 预期寿命80.1年)."""
    for match in _DURATION.finditer(text):
        streak, value = match["streak"] is not None, _value(match["number"])
        if value is None or not (streak or _lasts(text, match, value)):
            continue
        unit = {"季度": "个季度"}.get(match["unit"], match["unit"])
        yield Quantity(
            match.start("quote"),
            match.end("quote"),
            value,
            unit,
            bound="gt" if match["more"] else None,
            kind="streak" if streak else None,
            number=value,
        )


def _lasts(text: str, match: re.Match[str], value: Decimal) -> bool:
    """Whether years, months or days are a stated duration; with a fraction they are never a date."""
    unit = match["unit"]
    if match["quote"].startswith("第") or unit not in ("年", "个月", "日"):
        return False
    fraction = value != value.to_integral_value()
    if unit in ("年", "日") and (fraction or unit == "日" or value > 1000):
        return fraction
    return _LASTING.search(text, max(0, match.start() - 14), match.start()) is not None


FORMS: tuple[Callable[[str], Iterator[Quantity]], ...] = (
    fractions, slashed, tenths, halves, doublings, ranks, memberships, bare_magnitudes, coins, durations,
)  # fmt: skip
