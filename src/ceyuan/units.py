"""Units of measure: what may be added, divided and compared.

A unit is a multiplier (万, 亿 …) and a base word (元, 件, %), or a compound of two such units (``件/万人``). The table of
words is the data file ``units.toml``; a workspace may add units of its own (:func:`declare_units`). Currencies are
dimensions of their own: nothing converts yuan to Hong Kong dollars behind anybody's back. All counters of things (个, 家, 件,
项 …) share the dimension *count*; people do not.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

# Canonical prefix -> (power of ten, English). Longest first, so that 万亿 is not read as 万 and an unknown unit.
_PREFIXES = {
    "万亿": (12, "trillion"), "千亿": (11, "100 billion"), "百亿": (10, "10 billion"), "十亿": (9, "billion"),
    "千万": (7, "10 million"), "百万": (6, "million"), "十万": (5, "100 thousand"),
    "亿": (8, "100 million"), "万": (4, "10 thousand"), "千": (3, "thousand"), "百": (2, "hundred"),
}  # fmt: skip
PREFIX_POWERS = {prefix: power for prefix, (power, _) in _PREFIXES.items()}
"""Chinese multipliers and the powers of ten that they are."""
_PREFIX_OF = {power: prefix for prefix, power in PREFIX_POWERS.items()}
MULTIPLIERS = {
    "trillion": 12, "100 billion": 11, "10 billion": 10, "billion": 9, "bn": 9, "bln": 9, "mrd": 9, "milliard": 9,
    "milliarde": 9, "milliarden": 9, "100 million": 8, "hundred million": 8, "10 million": 7, "ten million": 7, "million": 6,
    "mio": 6, "mn": 6, "mln": 6, "mill": 6, "millionen": 6, "100 thousand": 5, "hundred thousand": 5, "10 thousand": 4,
    "ten thousand": 4, "10,000": 4, "10000": 4, "thousand": 3, "tsd": 3, "tausend": 3, "millier": 3, "1,000": 3, "1000": 3,
    "'000": 3, "000": 3, "hundred": 2,
}  # fmt: skip
"""Western multipliers, in small letters, singular and without a full stop, and the powers of ten that they are."""
_BESIDE_MONEY = {
    "trn": 12, "tn": 12, "bln": 9, "bn": 9, "mrd": 9, "md": 9, "b": 9, "mio": 6, "mln": 6, "mn": 6, "mm": 6, "m": 6, "tsd": 3,
    "'000s": 3, "'000": 3, "000s": 3, "000": 3, "k": 3, "兆": 12,
}  # fmt: skip
# Multipliers that are written right beside a currency (£m, US$bn, k€, HK$'000, 兆円) and alone mean something else elsewhere.
_THOUSAND_BEFORE = "T"
# How German accounts write thousands before a currency: TEUR, T€.
_KOREAN_PREFIXES = {
    "십억": "十亿", "천만": "千万", "백만": "百万", "십만": "十万", "조": "万亿", "억": "亿", "만": "万", "천": "千",
}  # fmt: skip
_HAN_PREFIXES = {**{prefix: prefix for prefix in _PREFIXES}, **_KOREAN_PREFIXES}
_NUMERAL = r"10+|10{0,2}(?:[,. \u00a0\u202f]000)+"
_NUMERAL_FIRST = re.compile(rf"({_NUMERAL})(?![\d,.]) *(.*)")
_NUMERAL_LAST = re.compile(rf"(.*?)(?<![\d,.]) *({_NUMERAL})")
_JOINED = re.compile(r"(?:(?:in|en|of|de|des|current) +|d['’])", re.IGNORECASE)
_PIECE = re.compile(r"\(([^()]*)\)|, +((?:[^,()]|(?<=\d),(?=\d))+)$")
_LABEL = re.compile(r"^(?:计量单位|单位|單位|units?) *: *", re.IGNORECASE)
_AS_THEY_ARE = frozenset({
    "current", "current price", "current prices", "at current prices", "in current prices", "nominal", "in jeweiligen preisen",
    "prix courants", "aux prix courants", "现价", "现行价格", "当年价", "当年价格", "按当年价格计算", "當年價格", "現價",
    "時價", "名目", "경상가격",
})  # fmt: skip
# What says no more of money than that it is counted as it is paid; constant prices are another matter.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_TRADITIONAL = str.maketrans({"萬": "万", "億": "亿"})


@dataclass(frozen=True, slots=True)
class UnitWord:
    """The word of a unit, as it stands in ``units.toml``, without a multiplier.

    Attributes:
        text: the word in its canonical, simplified Chinese form (元, 件, %).
        dimension: what it measures.
        factor: how many base units of the dimension it is.
        scaled: whether multipliers (万, 亿) may stand before it.
        en: how English writes it, in the plural.
        one: how English writes one of it.
        hant: how Hong Kong writes it.
        prefix: what English writes before the number instead of a word behind it (``HK$``); empty for most.
    """

    text: str
    dimension: str
    factor: Decimal
    scaled: bool
    en: str
    one: str
    hant: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    Attributes:
        text: canonical spelling (``万元``, ``%``, ``件/万人``).
        dimension: what it measures (``money:CNY``, ``count``, ``count/person``); equal dimensions convert.
        factor: how many base units of the dimension one of this unit is.
        base: the canonical spelling of that base unit (``元`` for ``万元``; counters keep their own word: ``件``).
        en: how English writes it.
        word: its word without the multiplier; of a compound, the upper one.
        power: its multiplier as a power of ten (4 for 万); of a compound, the upper one.
        per: the lower unit of a compound, else None.
    """

    text: str
    dimension: str
    factor: Decimal
    base: str
    en: str
    word: UnitWord
    power: int
    per: Unit | None = None

    @property
    def is_count(self) -> bool:
        """Whether it counts things or people."""
        return self.dimension in ("count", "person", "visit", "person-year")

    @property
    def adds_up(self) -> bool:
        """Whether it measures amounts, which add up over places: counts and money, not shares, ratios, scores and ranks.

        >>> parse_unit("亿元").adds_up, parse_unit("件/万人").adds_up, parse_unit("%").adds_up
        (True, False, False)
        """
        amount = self.is_count or self.dimension.startswith("money:")
        return amount and self.per is None


_OWN: dict[str, UnitWord] = {}
# Spelling, folded -> the unit of a workspace that is called so.


@cache
def _shipped() -> dict[str, UnitWord]:
    raw = tomllib.loads(
        resources.files("ceyuan").joinpath("units.toml").read_text(encoding="utf-8")
    )
    words: dict[str, UnitWord] = {}
    for text, entry in raw.items():
        word = UnitWord(
            text, entry["dimension"], Decimal(str(entry.get("factor", 1))), entry.get("scaled", False), entry["en"],
            entry.get("one", entry["en"]), entry.get("hant", text), entry.get("prefix", ""),
        )  # fmt: skip
        for spelling in (text, *entry["aliases"]):
            words[spelling.casefold()] = word
    return words


def _words() -> dict[str, UnitWord]:
    return _OWN | _shipped()


def shipped_word(spelling: str) -> UnitWord | None:
    """The unit of the table ``units.toml`` that is spelt so.

    >>> shipped_word("kWh").text, shipped_word("TEU")
    ('千瓦时', None)
    """
    return _shipped().get(spelling.casefold())


def shipped_dimensions() -> frozenset[str]:
    """What the units of the table ``units.toml`` measure.

    >>> "money:CNY" in shipped_dimensions()
    True
    """
    return frozenset(word.dimension for word in _shipped().values())


def may_be_unit(spelling: str) -> bool:
    """Whether a unit may be called so: no blank, no multiplier, no quotient.

    >>> may_be_unit("标准箱"), may_be_unit("万"), may_be_unit("a/b")
    (True, False, False)
    """
    plain = spelling.strip().translate(_TRADITIONAL)
    multiplier = plain in _KOREAN_PREFIXES or multiplier_power(plain) is not None
    return bool(plain) and not multiplier and "/" not in plain


def multiplier_power(text: str) -> int | None:
    """The power of ten that a word of multiplication is, None where it is none.

    >>> [multiplier_power(t) for t in ("万", "Mio.", "Millions", "bn", "ten thousand", "many")]
    [4, 6, 6, 9, 4, None]
    """
    plain = text.strip().translate(_TRADITIONAL)
    if plain in PREFIX_POWERS:
        return PREFIX_POWERS[plain]
    folded = plain.casefold().replace("’", "'").removesuffix(".")
    return MULTIPLIERS.get(folded, MULTIPLIERS.get(folded.removesuffix("s")))


def is_beside_money(text: str) -> bool:
    """Whether a text is a multiplier that stands beside money only.

    >>> is_beside_money("m"), is_beside_money("Mrd."), is_beside_money("kg")
    (True, True, False)
    """
    return text.strip().casefold().replace("’", "'").removesuffix(".") in _BESIDE_MONEY


def declare_units(spelt: Mapping[str, UnitWord]) -> None:
    """Make units of a workspace known, by their spellings; who reads a workspace or a build does it first.

    Words stay known for as long as the program runs, since figures of several workspaces may be shown side by side; a
    spelling that is declared anew means what was said last.

    >>> declare_units({"drums": UnitWord("drums", "drum", Decimal(1), True, "drums", "drum", "drums", "")})
    >>> parse_unit("万drums").factor
    Decimal('10000')
    """
    fresh = {spelling.casefold(): word for spelling, word in spelt.items() if may_be_unit(spelling)}
    if not fresh.items() <= _OWN.items():
        _OWN.update(fresh)
        parse_unit.cache_clear()
        _base_of.cache_clear()
        own_spellings.cache_clear()


@cache
def own_spellings() -> tuple[tuple[str, str], ...]:
    """Spellings of the units that workspaces declared, each with the canonical one."""
    return tuple((spelling, word.text) for spelling, word in sorted(_OWN.items()))


def unit_names() -> list[str]:
    """All unit words and their other spellings.

    >>> "港元" in unit_names()
    True
    """
    return sorted(_words())


@cache
def _base_of(dimension: str) -> str:
    return next(w.text for w in _words().values() if w.dimension == dimension and w.factor == 1)


def _simple(text: str) -> Unit:
    word = _words().get(text.strip().translate(_TRADITIONAL).casefold())
    if word is not None:
        return _unit(word, "")
    plain = _LABEL.sub("", text.translate(_NARROW).translate(_TRADITIONAL).strip())
    found = _of_pieces(plain) or _of_words(plain)
    if found is None:
        raise ValueError(f"{text!r} is no unit that is known")
    return found


def _of_pieces(plain: str) -> Unit | None:
    """A unit of which a part stands in brackets or behind a comma: 亿元(人民币), EUR (million), US dollars, millions.

    None where there is no such part, or where the parts are no unit together.
    """
    piece = _PIECE.search(plain)
    if piece is None:
        return None
    inner = (piece[1] or piece[2] or "").strip()
    outer = f"{plain[: piece.start()]} {plain[piece.end() :]}".strip()
    if not outer:
        return _tried(inner)
    if inner.casefold() in _AS_THEY_ARE:
        return _tried(outer)
    apart = _tried(outer), _tried(inner)
    same = apart[0] is not None and apart[0] == apart[1]
    return apart[0] if same else _of_words(f"{outer} {inner}")


def _tried(text: str) -> Unit | None:
    try:
        return _simple(text)
    except ValueError:
        return None


def _of_words(plain: str, left: int = 2) -> Unit | None:
    """A unit from a word with up to two multipliers on one side of it, and the currency that 元 or yuan is of.

    Args:
        plain: the text.
        left: how many multipliers it may have.
    """
    plain = plain.strip()
    while (joined := _JOINED.match(plain)) is not None:
        plain = plain[joined.end() :]
    plain = re.sub(r" (?:of|in|en)$", "", plain)
    word = _words().get(plain.casefold())
    if word is not None:
        return _unit(word, "")
    if left:
        for multiplier in _multipliers(plain):
            found = _of_words(multiplier.rest, left - 1)
            if found is not None and (power := multiplier.over(found)) is not None:
                return _unit(found.word, _PREFIX_OF[power])
    return _of_currency(plain, left)


@dataclass(frozen=True, slots=True)
class _Multiplier:
    """A multiplier that was parted from a text.

    Attributes:
        power: its power of ten.
        rest: the rest of the text.
        first: whether it stood in front of the rest.
        kind: ``word``; ``numeral`` (10, 1,000); ``sign``, which stands beside money only.
    """

    power: int
    rest: str
    first: bool
    kind: Literal["word", "numeral", "sign"] = "word"

    def over(self, unit: Unit) -> int | None:
        """The power of a unit times this; None where both are not written together."""
        if self.kind == "sign" and not unit.dimension.startswith("money:"):
            return None
        if self.power and not unit.word.scaled:
            return None
        if not unit.power:
            return self.power if self.power in _PREFIX_OF else None
        # Of two the smaller one is written first: 100 million, 10亿, hundred thousand; 万万 is none.
        small, large = (self.power, unit.power) if self.first else (unit.power, self.power)
        together = small + large
        fits = small < large and (small < 4 or self.kind == "numeral") and together in _PREFIX_OF
        return together if fits else None


def _multipliers(plain: str) -> Iterator[_Multiplier]:
    """Each way to part a multiplier from a text: 万元, million EUR, EUR million, 10亿元, £m, TEUR, 人民币百万."""
    yield from _in_han(plain)
    if (numeral := _NUMERAL_FIRST.fullmatch(plain)) is not None:
        yield _Multiplier(numeral[1].count("0"), numeral[2], first=True, kind="numeral")
    if (numeral := _NUMERAL_LAST.fullmatch(plain)) is not None:
        yield _Multiplier(numeral[2].count("0"), numeral[1], first=False, kind="numeral")
    yield from _in_words(plain)
    yield from _in_signs(plain)


def _in_han(plain: str) -> Iterator[_Multiplier]:
    """Chinese and Korean multipliers, which need no blank."""
    for spelling, prefix in _HAN_PREFIXES.items():
        if plain.startswith(spelling):
            yield _Multiplier(PREFIX_POWERS[prefix], plain.removeprefix(spelling), first=True)
        if plain.endswith(spelling):
            yield _Multiplier(PREFIX_POWERS[prefix], plain.removesuffix(spelling), first=False)


def _in_words(plain: str) -> Iterator[_Multiplier]:
    """Multipliers of one or two words between blanks."""
    parts = plain.split()
    for size in (2, 1):
        for multiplier, rest, first in (
            (parts[:size], parts[size:], True),
            (parts[-size:], parts[:-size], False),
        ):
            power = multiplier_power(" ".join(multiplier))
            if power is not None and rest:
                yield _Multiplier(power, " ".join(rest), first)


def _in_signs(plain: str) -> Iterator[_Multiplier]:
    """Multipliers that stand right beside money."""
    folded = plain.casefold().replace("’", "'")
    for sign, power in _BESIDE_MONEY.items():
        if folded.endswith(sign):
            yield _Multiplier(power, plain[: -len(sign)], first=False, kind="sign")
        if folded.startswith(sign):
            yield _Multiplier(power, plain[len(sign) :].removeprefix("."), first=True, kind="sign")
    if plain.startswith(_THOUSAND_BEFORE):
        yield _Multiplier(3, plain.removeprefix(_THOUSAND_BEFORE), first=True, kind="sign")


def _of_currency(plain: str, left: int) -> Unit | None:
    """A unit of 元 or yuan whose currency stands before or behind it: 港币百万元, 亿元 人民币, RMB yuan."""
    folded = plain.casefold()
    for spelling, word in _currencies():
        if folded.endswith(spelling):
            rest = plain[: -len(spelling)]
        elif folded.startswith(spelling):
            rest = plain[len(spelling) :]
        else:
            continue
        if not _ends_in_yuan(rest):
            continue
        # 元 twice is a slip of the pen (万圆圆, 美元元); apart from each other one may say which the other is: 百万元 美元.
        if _ends_in_yuan(spelling) and (rest == rest.strip() or spelling in _YUAN):
            continue
        found = _of_words(rest, left)
        if found is not None and found.word.text == "元":
            return _unit(word, _PREFIX_OF.get(found.power, ""))
    return None


_YUAN = ("元", "圆", "圓", "yuan")


def _ends_in_yuan(text: str) -> bool:
    return text.strip().casefold().endswith(_YUAN)


@cache
def _currencies() -> tuple[tuple[str, UnitWord], ...]:
    """The spellings of currencies, the longest first."""
    money = [(s, word) for s, word in _shipped().items() if word.dimension.startswith("money:")]
    return tuple(sorted(money, key=lambda entry: -len(entry[0])))


def _unit(word: UnitWord, prefix: str) -> Unit:
    # A counter word says what is counted, so 万件 has the base 件; other dimensions have one base for all.
    base = word.text if word.dimension == "count" else _base_of(word.dimension)
    power, english = _PREFIXES[prefix] if prefix else (0, "")
    return Unit(
        f"{prefix}{word.text}",
        word.dimension,
        word.factor * Decimal(10) ** power,
        base,
        f"{english} {word.en}".strip(),
        word,
        power,
    )


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """Read a unit in any known spelling.

    Raises:
        ValueError: if a word of it is not known.

    >>> parse_unit("億元").text, parse_unit("亿元").factor
    ('亿元', Decimal('100000000'))
    >>> parse_unit("件/万人").dimension
    'count/person'
    """
    if text.strip() in ("", "/"):
        raise ValueError("the unit is empty")
    top, slash, bottom = text.partition("/")
    if not slash:
        return _simple(text)
    over, under = _simple(top), _simple(bottom)
    return Unit(
        f"{over.text}/{under.text}",
        f"{over.dimension}/{under.dimension}",
        over.factor / under.factor,
        f"{over.base}/{under.base}",
        f"{over.en}/{under.en}",
        over.word,
        over.power,
        under,
    )
