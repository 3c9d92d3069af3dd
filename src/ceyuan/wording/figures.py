"""One figure in the words of a language: number, multiplier, unit, bound, and whether it is a forecast or a target."""

from __future__ import annotations

from decimal import Context, Decimal
from functools import lru_cache
from typing import TypedDict, Unpack

from ceyuan.units import parse_unit
from ceyuan.wording import chinese, english
from ceyuan.wording.language import Language, Trilingual
from ceyuan.wording.numbers import exact
from ceyuan.wording.numbers import printed as printed_as

_SCRIPTS = {"zh-Hans": chinese.SIMPLIFIED, "zh-Hant": chinese.HONG_KONG}


class FigureStyle(TypedDict, total=False):
    """What :func:`figure_text` is told beside value, unit and language, for those who pass it on."""

    bound: str
    value_max: float | Decimal | None
    decimals: int | None
    printed: int | None
    fixed: bool
    modality: str
    noun: tuple[str, str] | None
    change: bool


def figure_text(
    value: float | Decimal | None,
    unit: str,
    language: Language,
    *,
    bound: str = "eq",
    value_max: float | Decimal | None = None,
    decimals: int | None = None,
    printed: int | None = None,
    fixed: bool = False,
    modality: str = "actual",
    noun: tuple[str, str] | None = None,
    change: bool = False,
) -> str:
    """A figure in the house style of official bulletins.

    All that is written can be read back: multipliers are chosen so that no digit is lost, and there is never an exponent.

    Args:
        value: in ``unit``; None where it is missing.
        unit: any unit that :func:`ceyuan.units.parse_unit` reads.
        language: whose words.
        bound: ``eq``, ``gt``, ``ge``, ``lt``, ``le``, ``approx`` or ``order`` (of magnitude).
        value_max: the upper end of a range, in ``unit``.
        decimals: the indicator's decimals, counted in ``unit``; at most so many are kept (six if None), rounded half to
            even, and zeros at the end are not written unless it is ``fixed``.
        printed: how many decimals of ``unit`` the source printed; the value is then written with all of them (2.00),
            whatever ``decimals`` says.
        fixed: whether all of ``decimals`` are written (12.0), as of a value that was computed to so many.
        modality: ``actual``, ``expected`` or ``target``.
        noun: for English, what is counted, one and many (``("enterprise", "enterprises")``); the unit's word if None.
        change: whether it is a change of a level; a rank that falls by four is not the fourth, and a negative change is
            a rise.

    Raises:
        ValueError: if the unit, the bound or the modality is not known, or a number is not finite.

    >>> figure_text(2.68, "万件", "zh-Hans"), figure_text(26800, "件", "en")
    ('2.68万件', '26,800 applications')
    >>> figure_text(69000, "家", "zh-Hant", bound="gt")
    '超過6.9萬家'
    >>> figure_text(69000, "家", "en", bound="gt", noun=("enterprise", "enterprises"))
    'over 69,000 enterprises'
    >>> figure_text(1000, "亿元", "zh-Hans", bound="order"), figure_text(1000, "亿元", "en", bound="order")
    ('千亿元级', 'in the order of 100 billion yuan')
    >>> figure_text(4.3, "%", "zh-Hans", modality="expected"), figure_text(1, "位", "zh-Hans"), figure_text(1, "位", "en")
    ('预计4.3%', '首位', '1st')
    >>> figure_text(20, "家", "zh-Hans", value_max=30), figure_text(-3.25, "%", "en", decimals=1)
    ('20—30家', '−3.2%')
    >>> figure_text(2, "%", "en", printed=2), figure_text(25000, "件", "zh-Hans", printed=-2)
    ('2.00%', '2.50万件')
    >>> figure_text(12, "%", "en", decimals=1, fixed=True), figure_text(12, "%", "en", decimals=1)
    ('12.0%', '12%')
    >>> figure_text(-4, "位", "zh-Hans", change=True), figure_text(1, "位", "en", change=True)
    ('上升4位', 'down 1 place')
    >>> figure_text(100, "强", "zh-Hans", bound="le"), figure_text(100, "强", "en", bound="gt")
    ('百强', 'not in the top 100')
    """
    if bound not in english.BOUNDS:
        raise ValueError(f"{bound!r} is no bound; known: {', '.join(english.BOUNDS)}")
    if modality not in english.MODALITY:
        raise ValueError(f"{modality!r} is no modality; known: {', '.join(english.MODALITY)}")
    if value is None:
        return english.MISSING if language == "en" else _SCRIPTS[language].missing
    known = parse_unit(unit)
    low = _written(value, decimals, printed, fixed=fixed)
    top = None if value_max is None else _written(value_max, decimals, printed, fixed=fixed)
    high = None if top == low else top
    moved = change and known.text == "位" and high is None
    if language == "en":
        text = (
            english.moved(low, bound) if moved else english.bounded(low, high, known, bound, noun)
        )
        return f"{text}{english.MODALITY[modality]}"
    script = _SCRIPTS[language]
    text = (
        chinese.moved(low, bound, script)
        if moved
        else chinese.bounded(low, high, known, bound, script)
    )
    return f"{script.modality[modality]}{text}"


@lru_cache(maxsize=65536)
def figure_words(
    value: float | Decimal | None, unit: str, **style: Unpack[FigureStyle]
) -> Trilingual:
    """A figure in all languages; see :func:`figure_text`.

    >>> figure_words(69000, "家", bound="gt").zh_hans
    '超6.9万家'
    """
    return Trilingual.made(lambda language: figure_text(value, unit, language, **style))


def _written(
    value: float | Decimal, decimals: int | None, source_printed: int | None, *, fixed: bool
) -> Decimal:
    """The value with its printed zeros, or rounded, with all decimals that are asked for or without zeros at its end."""
    kept = None if source_printed is None else printed_as(value, source_printed)
    if kept is None and fixed and decimals:
        return exact(value, decimals).quantize(
            Decimal(1).scaleb(-decimals), context=Context(prec=400)
        )
    # Without an exponent of its own nothing but what was printed has zeros at its end.
    return exact(value, decimals).normalize(Context(prec=400)) if kept is None else kept


def unit_text(unit: str, language: Language) -> str:
    """A unit by itself, as the head of a column has it.

    Raises:
        ValueError: if the unit is not known.

    >>> unit_text("亿元", "zh-Hant"), unit_text("件/万人", "en"), unit_text("件/万人", "zh-Hant")
    ('億元人民幣', 'applications/10 thousand people', '件/萬人')
    """
    known = parse_unit(unit)
    return known.en if language == "en" else chinese.unit_label(known, _SCRIPTS[language])


@lru_cache(maxsize=4096)
def unit_words(unit: str) -> Trilingual:
    """A unit in all languages; see :func:`unit_text`.

    >>> unit_words("亿元").zh_hant
    '億元人民幣'
    """
    return Trilingual.made(lambda language: unit_text(unit, language))


def unchanged_text(language: Language, *, exactly: bool) -> str:
    """What is said of a change that is none, or one that is too small to be written.

    >>> unchanged_text("zh-Hans", exactly=True), unchanged_text("zh-Hant", exactly=False), unchanged_text("en", exactly=False)
    ('持平', '大致持平', 'almost unchanged')
    """
    if language == "en":
        return "unchanged" if exactly else "almost unchanged"
    same, about = _SCRIPTS[language].unchanged
    return same if exactly else about


def from_to_text(first: str, last: str, language: Language, *, falling: bool) -> str:
    """A change by both of its ends.

    Args:
        first: the earlier level as :func:`figure_text` writes it.
        last: the later one.
        language: whose words.
        falling: whether the later one is lower.

    >>> from_to_text("5%", "100%", "zh-Hans", falling=False), from_to_text("57%", "40%", "en", falling=True)
    ('从5%提升至100%', 'fell from 57% to 40%')
    """
    if language == "en":
        return f"{'fell' if falling else 'rose'} from {first} to {last}"
    start, rising, lower = _SCRIPTS[language].change
    return f"{start}{first}{lower if falling else rising}{last}"


def reached_text(verb: str, bound: str, modality: str, language: Language) -> tuple[str, str]:
    """The words before a figure that say that a level is reached, and the bound that is left to the figure.

    Args:
        verb: the verb of a level that is reached (达到); in English both forms, ``reached|is expected to reach``.
        bound: the figure's bound.
        modality: ``actual``, ``expected`` or ``target``.
        language: whose words.

    Raises:
        ValueError: if English has no form for a forecast and one is needed.

    >>> reached_text("达到", "gt", "expected", "zh-Hans"), reached_text("达到", "eq", "actual", "zh-Hans")
    (('预计超过', 'eq'), ('达到', 'eq'))
    >>> reached_text("reached|is expected to reach", "gt", "expected", "en")
    ('is expected to reach ', 'gt')
    """
    if language == "en":
        actual, _, expected = verb.partition("|")
        if modality == "actual":
            return f"{actual} ", bound
        if not expected:
            raise ValueError(
                f"the verb {verb!r} has no form for a forecast; write 'reached|is expected to reach'"
            )
        return f"{expected} ", bound
    script = _SCRIPTS[language]
    words = {**script.bounds, "gt": "超過" if script.traditional else "超过"}
    if bound in ("eq", "approx", "order"):
        return f"{script.modality[modality]}{verb}", bound
    return f"{script.modality[modality]}{words[bound]}", "eq"
