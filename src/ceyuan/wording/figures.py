"""One figure in the words of a language: number, multiplier, unit, bound, and whether it is a forecast or a target."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from ceyuan.units import parse_unit
from ceyuan.wording import chinese, english
from ceyuan.wording.language import Language
from ceyuan.wording.numbers import exact

Bound = Literal["eq", "ge", "gt", "le", "lt", "approx"]
_SCRIPTS = {"zh-Hans": chinese.SIMPLIFIED, "zh-Hant": chinese.HONG_KONG}
# 百强 says by itself that the rank is below; a bound before it would be read as a bound of the bound.
_IMPLIED = {"强": "lt"}


def figure_text(
    value: float | Decimal | None,
    unit: str,
    language: Language,
    *,
    bound: str = "eq",
    value_max: float | Decimal | None = None,
    decimals: int | None = None,
    modality: str = "actual",
    noun: tuple[str, str] | None = None,
) -> str:
    """A figure in the house style of official bulletins.

    All that is written can be read back: multipliers are chosen so that no digit is lost, and there is never an exponent.

    Args:
        value: in ``unit``; None where it is missing.
        unit: any unit that :func:`ceyuan.units.parse_unit` reads.
        language: whose words.
        bound: ``eq``, ``gt``, ``ge``, ``lt``, ``le`` or ``approx``.
        value_max: the upper end of a range, in ``unit``.
        decimals: the indicator's decimals, counted in ``unit``; at most so many are kept (six if None), rounded half to
            even, and zeros at the end are not written.
        modality: ``actual``, ``expected`` or ``target``.
        noun: for English, what is counted, one and many (``("enterprise", "enterprises")``); the unit's word if None.

    Raises:
        ValueError: if the unit, the bound or the modality is not known, or a number is not finite.

    >>> figure_text(2.68, "万件", "zh-Hans"), figure_text(26800, "件", "en")
    ('2.68万件', '26,800 applications')
    >>> figure_text(69000, "家", "zh-Hant", bound="gt")
    '超過6.9萬家'
    >>> figure_text(69000, "家", "en", bound="gt", noun=("enterprise", "enterprises"))
    'over 69,000 enterprises'
    >>> figure_text(4.3, "%", "zh-Hans", modality="expected"), figure_text(1, "位", "zh-Hans"), figure_text(1, "位", "en")
    ('预计4.3%', '首位', '1st')
    >>> figure_text(20, "家", "zh-Hans", value_max=30), figure_text(-3.25, "%", "en", decimals=1)
    ('20—30家', '−3.2%')
    """
    if bound not in english.BOUNDS:
        raise ValueError(f"{bound!r} is no bound; known: {', '.join(english.BOUNDS)}")
    if modality not in english.MODALITY:
        raise ValueError(f"{modality!r} is no modality; known: {', '.join(english.MODALITY)}")
    if value is None:
        return english.MISSING if language == "en" else _SCRIPTS[language].missing
    known = parse_unit(unit)
    bound = "eq" if bound == _IMPLIED.get(known.text) else bound
    low = exact(value, decimals)
    high = None if value_max is None or exact(value_max, decimals) == low else exact(value_max, decimals)
    if language == "en":
        return f"{english.BOUNDS[bound]}{english.quantity(low, high, known, noun)}{english.MODALITY[modality]}"
    script = _SCRIPTS[language]
    return f"{script.modality[modality]}{script.bounds[bound]}{chinese.quantity(low, high, known, script)}"


def from_to_text(
    before: float | Decimal, after: float | Decimal, unit: str, language: Language, *, decimals: int | None = None
) -> str:
    """A change by both of its ends.

    Args:
        before: the earlier level, in ``unit``.
        after: the later one.
        unit: their unit.
        language: whose words.
        decimals: see :func:`figure_text`.

    Raises:
        ValueError: see :func:`figure_text`.

    >>> from_to_text(5, 100, "%", "zh-Hans"), from_to_text(5, 100, "%", "en")
    ('从5%提升至100%', 'from 5% to 100%')
    """
    first, last = (figure_text(v, unit, language, decimals=decimals) for v in (before, after))
    if language == "en":
        return f"from {first} to {last}"
    start, rising, falling = _SCRIPTS[language].change
    return f"{start}{first}{falling if after < before else rising}{last}"
