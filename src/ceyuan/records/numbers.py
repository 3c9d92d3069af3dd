"""Numbers as tables write them.

Read as they stand: ``1234.5``, ``1,234.5``, ``1 234.5``, full-width digits, the minus sign U+2212. Where the decimal
comma is declared: ``1234,5``, ``1.234,5``, ``1 234,5``. The engine reads these; what is left (``95%``, ``$12``, ``3.5亿元``)
is few different texts, which are looked at here one by one. Everything else is no number: ``(123)`` may be a loss or a
footnote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from ceyuan.tabular.shown import SCALED

NUMBER = "DECIMAL(38, 10)"
Mark = Literal[".", ","]
MARKS: tuple[Mark, ...] = (".", ",")
"""What may stand before decimals."""
_WIDE = "０１２３４５６７８９．－−％￥＄，"
_NARROW = "0123456789.--%¥$,"
_TRANSLATE = str.maketrans(_WIDE, _NARROW)
_BLANKS = " \u00a0\u2009\u202f"
_FORMS: dict[Mark, str] = {
    ".": f"-?[0-9]{{1,3}}((,[0-9]{{3}})*|([{_BLANKS}][0-9]{{3}})*)([.][0-9]+)?|-?[0-9]+([.][0-9]+)?",
    ",": f"-?[0-9]{{1,3}}([.{_BLANKS}][0-9]{{3}})*(,[0-9]+)?|-?[0-9]+(,[0-9]+)?",
}
_GROUPING: dict[Mark, str] = {".": f",{_BLANKS}", ",": f".{_BLANKS}"}
_BESIDE = re.compile(
    r"(?P<sign>-?)(?P<before>[^-+\d.,()（）]{0,8}?) ?(?P<number>-?\d(?:[\d.,]|(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}))*)"
    rf"(?: ?(?P<after>[^-+\d., {SCALED}].{{0,23}}?))?(?: {SCALED}(?P<scale>10*))?"
)


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number with what is written beside it.

    Attributes:
        number: the number; None where the text is none.
        digits: how it is printed, with a point and without grouping.
        before: what stands in front of it (``$``).
        after: what stands behind it (``%``, ``亿元``).
        power: the power of ten that a sheet's number format leaves out (3 for thousands), or None.
    """

    number: Decimal | None
    digits: str = ""
    before: str = ""
    after: str = ""
    power: int | None = None


NOTHING = WrittenNumber(None)


def number_sql(text: str, sql_type: str = NUMBER, mark: Mark = ".") -> str:
    """SQL of the number that a text is, NULL where it is none.

    Args:
        text: SQL of the text.
        sql_type: the type of the number.
        mark: what stands before decimals.
    """
    # Grouping and full-width digits are looked at only where the plain cast fails. Nothing in it is said twice: the engine
    # would compute that for all rows beforehand, at twenty times the price of the plain cast.
    narrow = f"translate({text}, '{_WIDE}', '{_NARROW}')"
    form = f"regexp_extract({narrow}, '\\A(?:{_FORMS[mark]})\\z')"
    grouped = (
        f"TRY_CAST(translate(translate({form}, '{_GROUPING[mark]}', ''), ',', '.') AS {sql_type})"
    )
    if mark == ",":
        return grouped
    # The engine would read 2024_01 as 202401.
    plain = f"CASE WHEN position('_' IN {text}) = 0 THEN TRY_CAST({text} AS {sql_type}) END"
    return f"coalesce({plain}, {grouped})"


def decimals_sql(text: str, mark: Mark = ".") -> str:
    """SQL of how many digits stand behind the point of a number, 0 where none does."""
    narrow = f"translate({text}, '{_WIDE}', '{_NARROW}')"
    digits = f"translate(translate({narrow}, '{_GROUPING[mark]}', ''), ',', '.')"
    any_form = f"length(regexp_extract({digits}, '[.]([0-9]+)$', 1))"
    if mark == ",":
        return any_form
    # Most numbers are plain, and for these a look at their length is far cheaper.
    return (
        f"CASE WHEN regexp_full_match({text}, '-?[0-9]+') THEN 0 "
        f"WHEN regexp_full_match({text}, '-?[0-9]+[.][0-9]+') THEN length({text}) - position('.' IN {text}) "
        f"ELSE {any_form} END"
    )


def written(text: str, mark: Mark = ".") -> WrittenNumber:
    """Part a number from what is written beside it.

    >>> written("95%"), written("−$1,200.50").number
    (WrittenNumber(number=Decimal('95'), digits='95', before='', after='%', power=None), Decimal('-1200.50'))
    >>> written("12500 ×1000").power, written("(123)").number
    (3, None)
    """
    match = _BESIDE.fullmatch(text.strip().translate(_TRANSLATE))
    if match is None or (match["sign"] and match["number"].startswith("-")):
        return NOTHING
    signed = match["sign"] + match["number"]
    if not re.fullmatch(_FORMS[mark], signed):
        return NOTHING
    digits = signed.translate(str.maketrans("", "", _GROUPING[mark])).replace(",", ".")
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return NOTHING
    power = len(match["scale"]) - 1 if match["scale"] else None
    return WrittenNumber(
        number, digits, match["before"].strip(), (match["after"] or "").strip(), power
    )
