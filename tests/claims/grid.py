"""Sentences of known truth: constructs by kind, in three languages, filled from what a build holds by plain arithmetic.

Nothing of :mod:`ceyuan.claims` is used to make them. Every sentence has one figure that matters, whether it is true, and
whether the build could decide it; *open* sentences are those that nothing of the build answers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from ceyuan.pipeline.reading import Build
from ceyuan.wording import LANGUAGES, Language, figure_text

Truth = Literal["true", "false", "open"]
_CLOSE = 0.001  # values of several sources that differ by more are not written about
_FEWEST = 40  # so many last digits at least, so that a value that is off is not written like the right one
_LAST_DIGIT = re.compile(r"\d(?=\D*$)")


@dataclass(frozen=True)
class Sentence:
    """A sentence of known truth.

    Attributes:
        construct: what kind of sentence it is, and how it is wrong.
        text: the sentence.
        figure: the figure that matters, as it stands there.
        truth: whether it is true, or open where nothing of the build answers it.
    """

    construct: str
    text: str
    figure: str
    truth: Truth


@dataclass(frozen=True)
class Series:
    """What a build holds of one indicator: one value for each place and year, where all sources say the same."""

    build: Build
    indicator: str
    values: dict[tuple[str, str], float]
    held: frozenset[tuple[str, str]]

    @property
    def unit(self) -> str:
        return self.build.indicators[self.indicator].unit

    @property
    def decimals(self) -> int:
        return self.build.indicators[self.indicator].decimals or 0

    def name(self, language: Language) -> str:
        return self.build.indicators[self.indicator].name.get(language)

    def place(self, place: str, language: Language) -> str:
        return self.build.gazetteer.places[place].name.get(language)

    def written(self, value: float, language: Language, decimals: int | None = None) -> str:
        noun = self.build.indicators[self.indicator].counted
        places = self.decimals if decimals is None else decimals
        return figure_text(value, self.unit, language, decimals=places, noun=noun)

    @property
    def per_head(self) -> bool:
        """Whether the build has the same for each inhabitant."""
        names = (i.name.zh_hans for i in self.build.indicators.values())
        return any(
            name.startswith("人均") and name.endswith(self.name("zh-Hans")) for name in names
        )

    def at(self, period: str) -> dict[str, float]:
        return {place: v for (place, p), v in self.values.items() if p == period}

    @property
    def periods(self) -> list[str]:
        return sorted({p for _, p in self.values})


def series(build: Build, indicator: str) -> Series:
    """The yearly outcomes of an indicator that are known exactly and to which all sources agree."""
    found: dict[tuple[str, str], list[float]] = {}
    spoilt: set[tuple[str, str]] = set()
    for o in build.show(indicator, breakdown="", all_sources=True):
        key = o.place, o.period
        if o.value is None or not o.period.isdigit():
            continue
        exact = o.bound == "eq" and o.value_max is None and o.modality == "actual"
        if exact and o.status in ("published", "computed"):
            found.setdefault(key, []).append(o.value)
        else:
            spoilt.add(key)
    least = _FEWEST * 10.0 ** -(build.indicators[indicator].decimals or 0)
    values = {
        key: vs[0] for key, vs in found.items()
        if key not in spoilt and vs[0] >= least and max(vs) - min(vs) <= _CLOSE * abs(vs[0])
    }  # fmt: skip
    return Series(build, indicator, values, frozenset(found) | spoilt)


Draw = Callable[[random.Random, Series, Language], Iterator[Sentence]]

ZH = ("zh-Hans", "zh-Hant")
HANT = str.maketrans(
    "为与较则达发数经费亿万个东苏区国强处过超广积计总约从间长会两应实现资额归个湾澳门级领业亿论术约项这里见预测争划将连续够优质东强据单",
    "為與較則達發數經費億萬個東蘇區國強處過超廣積計總約從間長會兩應實現資額歸個灣澳門級領業億論術約項這裏見預測爭劃將連續夠優質東強據單",
)


def say(language: Language, zh: str, en: str, **parts: str) -> str:
    """A template in a language; the Traditional one is the Simplified one in other characters."""
    template = en if language == "en" else zh.translate(HANT) if language == "zh-Hant" else zh
    return template.format(**parts)


def _pick(rng: random.Random, found: Series, years: int = 1) -> tuple[str, str] | None:
    """A place and a year of which the years before are known as well."""
    keys = sorted(
        k
        for k in found.values
        if all((k[0], str(int(k[1]) - i)) in found.values for i in range(years))
    )
    return rng.choice(keys) if keys else None


def _two(rng: random.Random, found: Series) -> tuple[str, str, str] | None:
    """Two places of one kind, and a year, the first with more."""
    place_of = found.build.gazetteer.places
    years = [y for y in found.periods if len(found.at(y)) > 2]
    if not years:
        return None
    year = rng.choice(years)
    at = found.at(year)
    kinds = {k: sorted(p for p in at if place_of[p].kind == k) for k in ("province", "city")}
    fitting = [ps for ps in kinds.values() if len(ps) > 2]
    if not fitting:
        return None
    one, other = rng.sample(rng.choice(fitting), 2)
    if at[one] < at[other]:
        one, other = other, one
    return (one, other, year) if at[one] > 1.02 * at[other] else None


def _off(rng: random.Random, value: float) -> float:
    """A value that is wrong by much."""
    return value * rng.choice([1.3, 0.7, 1.07, 0.93])


def levels(rng: random.Random, found: Series, language: Language) -> Iterator[Sentence]:
    """A level as it is, rounded, and wrong in each of the ways in which it can be."""
    if (picked := _pick(rng, found)) is None:
        return
    place, year = picked
    value = found.values[picked]
    zh = rng.choice(["{y}年，{p}{n}为{v}。", "{y}年{p}的{n}达{v}。", "{p}{y}年{n}达到{v}。"])
    en = rng.choice(
        [
            "In {y}, the {n} of {p} was {v}.",
            "The {n} of {p} reached {v} in {y}.",
            "{p}'s {n} was {v} in {y}.",
        ]
    )

    def made(
        construct: str,
        truth: Truth,
        *,
        v: float = value,
        p: str = place,
        y: str = year,
        d: int | None = None,
    ) -> Sentence:
        figure = found.written(v, language, d)
        text = say(
            language, zh, en, y=y, p=found.place(p, language), n=found.name(language), v=figure
        )
        return Sentence(f"level: {construct}", text, figure, truth)

    yield made("as it is", "true")
    yield made("far off", "false", v=_off(rng, value))
    yield made("unit", "false", v=value * 10)
    figure = found.written(value, language)
    if sum(c.isdigit() for c in figure) >= 4:
        digit = int(_LAST_DIGIT.findall(figure)[0])
        other = _LAST_DIGIT.sub(
            str(digit + rng.choice([-2, 2]) if 2 <= digit <= 7 else (digit + 5) % 10), figure
        )
        text = say(
            language,
            zh,
            en,
            y=year,
            p=found.place(place, language),
            n=found.name(language),
            v=other,
        )
        yield Sentence("level: off by rounding", text, other, "false")
    if found.decimals and value > 100:
        yield made("rounded", "true", v=float(f"{value:.0f}"), d=0)
    others = [p for p, v in found.at(year).items() if abs(v / value - 1) > 0.02 and p != place]
    if others:
        yield made("wrong place", "false", p=rng.choice(sorted(others)))
    years = [
        y
        for y in found.periods
        if (place, y) in found.values and abs(found.values[place, y] / value - 1) > 0.02
    ]
    if years:
        yield made("wrong year", "false", y=rng.choice(years))
    yield made("unknown year", "open", y="1987")


def bounds(rng: random.Random, found: Series, language: Language) -> Iterator[Sentence]:
    """More than, less than, about."""
    if (picked := _pick(rng, found)) is None:
        return
    place, year = picked
    value = found.values[picked]
    for zh_word, en_word, factor, truth in (
        ("超过", "more than", 0.9, "true"), ("超过", "more than", 1.1, "false"), ("不足", "less than", 1.1, "true"),
        ("不足", "less than", 0.9, "false"), ("约", "about", 1.002, "true"), ("约", "about", 1.4, "false"),
    ):  # fmt: skip
        figure = found.written(value * factor, language)
        text = say(language, "{y}年，{p}{n}{w}{v}。", "In {y}, the {n} of {p} was {w} {v}.", y=year,
                   p=found.place(place, language), n=found.name(language), v=figure,
                   w=en_word if language == "en" else zh_word)  # fmt: skip
        yield Sentence(f"bound: {en_word}", text, figure, truth)  # type: ignore[arg-type]


def lists(rng: random.Random, found: Series, language: Language) -> Iterator[Sentence]:
    """Two years of one place in a row; two places in a list."""
    picked, two = _pick(rng, found, 3), _two(rng, found)
    if picked is not None:
        place, year = picked
        then = str(int(year) - 2)
        for truth in ("true", "false"):
            v = found.values[picked] if truth == "true" else _off(rng, found.values[picked])
            figure = found.written(v, language)
            text = say(language, "{p}{n}{a}年为{u}，{y}年为{v}。", "{p}'s {n} was {u} in {a} and {v} in {y}.", a=then, y=year,
                       p=found.place(place, language), n=found.name(language), v=figure,
                       u=found.written(found.values[place, then], language))  # fmt: skip
            yield Sentence("list: two years", text, figure, truth)  # type: ignore[arg-type]
    if two is None:
        return
    one, other, year = two
    for truth in ("true", "false"):
        v = found.values[other, year] if truth == "true" else _off(rng, found.values[other, year])
        figure = found.written(v, language)
        text = say(language, "{y}年，{p}、{q}{n}分别为{u}、{v}。", "In {y}, the {n} of {p} and {q} was {u} and {v} respectively.", y=year, p=found.place(one, language),
                   q=found.place(other, language), n=found.name(language), v=figure,
                   u=found.written(found.values[one, year], language))  # fmt: skip
        yield Sentence("list: two places", text, figure, truth)  # type: ignore[arg-type]


def growths(rng: random.Random, found: Series, language: Language) -> Iterator[Sentence]:
    """Growth and change since a year, from one value to another, times an earlier value."""
    back = rng.choice([1, 2])
    if (picked := _pick(rng, found, back + 1)) is None:
        return
    place, year = picked
    then = str(int(year) - back)
    now, old = found.values[picked], found.values[place, then]
    where, what = found.place(place, language), found.name(language)
    rate = (now / old - 1) * 100
    points = found.unit == "%"
    if not points and abs(rate) > 0.5:
        up_zh, up_en = ("增长", "grew") if rate > 0 else ("下降", "fell")
        down_zh, down_en = ("下降", "fell") if rate > 0 else ("增长", "grew")
        for construct, truth, r, zw, ew in (
            ("as it is", "true", rate, up_zh, up_en), ("far off", "false", rate * 1.5 + 1, up_zh, up_en),
            ("sign", "false", rate, down_zh, down_en),
        ):  # fmt: skip
            figure = f"{abs(r):.1f}%"
            since = "比上年" if back == 1 else f"比{then}年"
            text = say(language, "{y}年，{p}{n}{s}{w}{v}。", "In {y}, the {n} of {p} {e} by {v} compared with {a}.", y=year, p=where,
                       n=what, v=figure, s=since.translate(HANT) if language == "zh-Hant" else since, w=zw, e=ew, a=then)  # fmt: skip
            yield Sentence(f"growth: {construct}", text, figure, truth)  # type: ignore[arg-type]
    for construct, truth, u, v in (
        ("as it is", "true", old, now), ("wrong end", "false", old, _off(rng, now)), ("wrong start", "false", _off(rng, old), now),
    ):  # fmt: skip
        figure = found.written(v, language)
        text = say(language, "{p}{n}从{a}年的{u}变为{y}年的{v}。", "The {n} of {p} went from {u} in {a} to {v} in {y}.", a=then, y=year,
                   p=where, n=what, u=found.written(u, language), v=figure)  # fmt: skip
        yield Sentence(f"from–to: {construct}", text, figure, truth)  # type: ignore[arg-type]
    for truth, ratio in (("true", now / old), ("false", now / old * 1.2)):
        figure = f"{ratio:.2f}" + (" times" if language == "en" else "倍")
        text = say(language, "{y}年{p}{n}是{a}年的{v}。", "In {y}, the {n} of {p} was {v} that of {a}.", y=year, a=then, p=where, n=what,
                   v=figure)  # fmt: skip
        yield Sentence("multiple of a year", text, figure, truth)  # type: ignore[arg-type]


def between_places(rng: random.Random, found: Series, language: Language) -> Iterator[Sentence]:
    """Differences and multiples between two places."""
    if (two := _two(rng, found)) is None:
        return
    one, other, year = two
    more, less = found.values[one, year], found.values[other, year]
    parts = {
        "y": year,
        "p": found.place(one, language),
        "q": found.place(other, language),
        "n": found.name(language),
    }
    swapped = parts | {"p": parts["q"], "q": parts["p"]}
    over_zh = rng.choice(
        ["{y}年，{p}{n}高于{q}{v}。", "{y}年，{p}{n}比{q}多{v}。", "{y}年{p}{n}较{q}高出{v}。"]
    )
    over_en = rng.choice(
        [
            "In {y}, the {n} of {p} was {v} higher than that of {q}.",
            "In {y}, {p}'s {n} was {v} more than in {q}.",
        ]
    )
    for construct, truth, v, names in (
        ("as it is", "true", more - less, parts), ("far off", "false", (more - less) * 1.4, parts),
        ("operands", "false", more - less, swapped),
    ):  # fmt: skip
        figure = found.written(v, language)
        if found.unit == "%":
            figure = (
                f"{v:.2f} percentage points"
                if language == "en"
                else say(language, f"{v:.2f}个百分点", "")
            )
        text = say(language, over_zh, over_en, v=figure, **names)
        yield Sentence(f"difference: {construct}", text, figure, truth)  # type: ignore[arg-type]
    times_zh = rng.choice(
        [
            "{y}年，{p}{n}是{q}的{v}。",
            "{y}年，{p}{n}约为{q}的{v}。",
            "{y}年，{p}{n}相当于{q}的{v}。",
        ]
    )
    for construct, truth, v, names in (
        ("as it is", "true", more / less, parts), ("far off", "false", more / less * 1.3, parts),
        ("operands", "false", more / less, swapped),
    ):  # fmt: skip
        if construct == "operands" and v < 1.2:
            continue
        figure = f"{v:.2f}" + (" times" if language == "en" else "倍")
        text = say(
            language, times_zh, "In {y}, the {n} of {p} was {v} that of {q}.", v=figure, **names
        )
        yield Sentence(f"multiple: {construct}", text, figure, truth)  # type: ignore[arg-type]


def of_several(rng: random.Random, found: Series, language: Language) -> Iterator[Sentence]:
    """Sums, averages, all above, and without one."""
    if (two := _two(rng, found)) is None:
        return
    one, other, year = two
    place_of = found.build.gazetteer.places
    at = found.at(year)
    third = rng.choice(
        sorted(p for p in at if place_of[p].kind == place_of[one].kind and p not in (one, other))
    )
    three = (one, other, third)
    listed = [found.place(p, language) for p in three]
    joined = f"{listed[0]}, {listed[1]} and {listed[2]}" if language == "en" else "、".join(listed)
    values = [at[p] for p in three]
    base = {"y": year, "l": joined, "n": found.name(language)}
    total = sum(values)
    if found.unit != "%":
        for truth, v in (("true", total), ("false", total * 1.2), ("false", values[2])):
            figure = found.written(v, language)
            text = say(
                language,
                "{y}年，{l}{n}合计{v}。",
                "In {y}, the {n} of {l} totalled {v}.",
                v=figure,
                **base,
            )
            yield Sentence("sum of a list", text, figure, truth)  # type: ignore[arg-type]
        for truth, v in (("true", total / 3), ("false", total / 3 * 1.2)):
            figure = found.written(v, language)
            text = say(
                language,
                "{y}年，{l}{n}平均为{v}。",
                "In {y}, the {n} of {l} averaged {v}.",
                v=figure,
                **base,
            )
            yield Sentence("mean of a list", text, figure, truth)  # type: ignore[arg-type]
    for truth, v in (("true", min(values) * 0.9), ("false", (min(values) + sorted(values)[1]) / 2)):
        if truth == "false" and sorted(values)[1] < 1.1 * min(values):
            continue
        figure = found.written(v, language)
        text = say(
            language,
            "{y}年，{l}{n}均超过{v}。",
            "In {y}, the {n} of {l} all exceeded {v}.",
            v=figure,
            **base,
        )
        yield Sentence("all above", text, figure, truth)  # type: ignore[arg-type]


def of_the_nation(rng: random.Random, found: Series, language: Language) -> Iterator[Sentence]:
    """Ranks, shares, counts above a threshold and the rest, among all provinces of the nation."""
    provinces = {
        p
        for p, place in found.build.gazetteer.places.items()
        if place.kind == "province" and p != "taiwan"
    }
    years = [y for y in found.periods if provinces <= found.at(y).keys() and "cn" in found.at(y)]
    if not years:
        return
    year = rng.choice(years)
    at = found.at(year)
    ranked = sorted(provinces, key=lambda p: -at[p])
    position = rng.randrange(8)
    place = ranked[position]
    base = {
        "y": year,
        "p": found.place(place, language),
        "n": found.name(language),
        "c": found.place("cn", language),
    }
    if at[ranked[position + 1]] < 0.99 * at[place] and (
        not position or at[ranked[position - 1]] > 1.01 * at[place]
    ):
        ordinals = (
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
        )
        for truth, k in (
            ("true", position),
            ("false", position + 2 if position < 2 else position - 2),
        ):
            figure = ordinals[k] if language == "en" else f"第{'一二三四五六七八九十'[k]}"
            text = say(
                language,
                "{y}年，{p}{n}居全国{v}。",
                "In {y}, the {n} of {p} ranked {v} in China.",
                v=figure,
                **base,
            )
            yield Sentence("rank", text, figure, truth)  # type: ignore[arg-type]
    if found.unit == "%":
        return
    for truth, v in (
        ("true", at[place] / at["cn"] * 100),
        ("false", at[place] / at["cn"] * 150 + 1),
    ):
        figure = f"{v:.1f}%"
        text = say(
            language,
            "{y}年，{p}{n}占全国的{v}。",
            "In {y}, the {n} of {p} accounted for {v} of the national total.",
            v=figure,
            **base,
        )
        yield Sentence("share", text, figure, truth)  # type: ignore[arg-type]
    rest = at["cn"] - at[place]
    for truth, v in (("true", rest), ("false", at["cn"]), ("false", rest * 1.1)):
        figure = found.written(v, language)
        text = say(
            language,
            "{y}年，除{p}外，全国{n}为{v}。",
            "In {y}, the {n} of China excluding {p} was {v}.",
            v=figure,
            **base,
        )
        yield Sentence("the rest", text, figure, truth)  # type: ignore[arg-type]
    if language == "en":
        return
    n = rng.randrange(3, 12)
    limit = float(f"{(at[ranked[n - 1]] + at[ranked[n]]) / 2:.2g}")
    above = sum(at[p] > limit for p in provinces)
    if any(abs(at[p] / limit - 1) < 0.003 for p in provinces):
        return
    for truth, count in (("true", above), ("false", above + 2)):
        figure = say(language, f"{count}个", "")
        text = say(language, rng.choice(["{y}年，全国有{k}省份{n}超过{v}。", "{y}年，全国{n}超过{v}的省份有{k}。"]), "", k=figure,
                   v=found.written(limit, language, 0), **base)  # fmt: skip
        yield Sentence("count above", text, figure, truth)  # type: ignore[arg-type]


def others(rng: random.Random, found: Series, language: Language) -> Iterator[Sentence]:
    """What nothing of a build answers: amounts a head, for a purpose, expected, for places that nobody knows."""
    if (picked := _pick(rng, found)) is None:
        return
    place, year = picked
    wrong = _off(rng, found.values[picked])
    base = {"y": year, "p": found.place(place, language), "n": found.name(language)}
    elsewhere = "Fairland" if language == "en" else say(language, "宁波市", "")
    figure = found.written(wrong, language)
    for construct, zh, en in (
        ("a head", "{y}年，{p}人均{n}{v}。", "In {y}, the {n} per capita of {p} was {v}."),
        ("unknown place", "{y}年，{e}{n}为{v}。", "In {y}, the {n} of {e} was {v}."),
        ("a target", "{p}提出，到{y}年{n}目标为{v}。", "{p} has set a target of {v} for its {n} in {y}."),
        ("expected", "预计{y}年{p}{n}达到{v}。", "The {n} of {p} is expected to reach {v} in {y}."),
        ("expected, later in a list", "{p}力争{y}年新建园区3个，{n}达到{v}。", "By {y}, {p} plans to build 3 parks, and its {n} to be {v}."),
        ("an average of years", "{p}{n}年均{v}。", "The {n} of {p} averaged {v} a year."),
        ("unknown operand", "{y}年，{p}{n}高于{e}{v}。", "In {y}, the {n} of {p} was {v} higher than that of {e}."),
    ):  # fmt: skip
        if construct in ("a head", "an average of years") and found.unit == "%":
            continue
        if construct == "a head" and found.per_head:
            continue
        yield Sentence(
            f"open: {construct}",
            say(language, zh, en, v=figure, e=elsewhere, **base),
            figure,
            "open",
        )


DRAWS: tuple[Draw, ...] = (
    levels,
    bounds,
    lists,
    growths,
    between_places,
    of_several,
    of_the_nation,
    others,
)


def sentences(
    build: Build, indicators: list[str], seed: int, rounds: int = 1
) -> Iterator[Sentence]:
    """Sentences on some indicators, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - a choice, no secret
    for indicator in indicators:
        found = series(build, indicator)
        for _ in range(rounds):
            for language in LANGUAGES:
                for draw in DRAWS:
                    yield from draw(rng, found, language)


def eligible(build: Build, most: int, seed: int) -> list[str]:
    """Indicators with values for several places and years, chosen at random and the same each time."""
    plain = ("sum", "published", "count", "distinct")
    found = []
    for name, indicator in sorted(build.indicators.items()):
        if "按" in indicator.name.zh_hans or "（各" in indicator.name.zh_hans:
            continue  # named like the one that it is a breakdown of
        if (
            indicator.type not in plain
            or indicator.cumulative
            or indicator.unit in ("位", "强", "年")
        ):
            continue
        values = series(build, name)
        if sum(len(values.at(y)) > 2 for y in values.periods) > 2:
            found.append(name)
    return random.Random(seed).sample(found, min(most, len(found)))  # noqa: S311 - a choice, no secret
