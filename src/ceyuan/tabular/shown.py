"""What a cell of a sheet says: its value with the number format that a reader of the sheet sees.

A sheet keeps 0.0434 where it shows 4.34%, and 12500000 where it shows 12,500 under a heading "thousands". Whoever declares
the unit of a column has read what is shown, so a cell's text is what it shows, with all digits of its value:

==============  ==================  ===================
value           number format       text
==============  ==================  ===================
0.0434          ``0.00%``           ``4.34%``
12500000        ``#,##0,``          ``12500 ×1000``
3.5             ``0.0"亿元"``       ``3.5亿元``
1200            ``[$€-407] #,##0``  ``€1200``
44              ``000000``          ``000044``
2023-09-01      ``yyyy"年"m"月"``   ``2023-09``
==============  ==================  ===================

The sections of a format (positive, negative, zero, or by condition) are those of ECMA-376, part 1, 18.8.31.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

SCALED = "×"
"""Stands between a number and what it is shown in, where a format leaves out thousands."""

_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<number>General|[0#?.,]|[Ee][+-])|(?P<percent>%)|(?P<end>;)|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_DEFAULTS = {1: [("", "0")], 2: [(">=", "0"), ("", "0")]}
_SIGNS = re.compile(r"[-+()（）\s]")


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a number format.

    Attributes:
        condition: comparison and number that a value must meet, empty for every value.
        before: text in front of the number, without signs, brackets and blanks.
        body: placeholders of the number (``#,##0.0``).
        after: text behind it.
        percents: how often the number is shown times 100.
    """

    condition: tuple[str, str]
    before: str
    body: str
    after: str
    percents: int

    @property
    def thousands(self) -> int:
        """How many times the number is shown divided by 1000: commas behind the last whole digit."""
        whole = self.body.partition(".")[0] if ",." in self.body else self.body
        return len(whole) - len(whole.rstrip(","))

    def meets(self, value: Decimal) -> bool:
        """Whether a value is shown by this section."""
        comparison, bound = self.condition
        return not comparison or _COMPARE[comparison](value, Decimal(bound))


@lru_cache(maxsize=1024)
def sections(number_format: str) -> tuple[Section, ...]:
    """Parse a number format.

    >>> [s.after for s in sections('0.0"亿元";-0.0"亿元"')]
    ['亿元', '亿元']
    """
    parts: list[list[re.Match[str]]] = [[]]
    for match in _PART.finditer(number_format):
        if match.lastgroup == "end":
            parts.append([])
        else:
            parts[-1].append(match)
    standard = _DEFAULTS.get(len(parts), [(">", "0"), ("<", "0"), ("", "0"), ("", "0")])
    return tuple(_section(part, standard[min(i, 3)]) for i, part in enumerate(parts))


def _section(matches: list[re.Match[str]], condition: tuple[str, str]) -> Section:
    before, body, after, percents = "", "", "", 0
    for match in matches:
        kind, text = match.lastgroup, match.group(match.lastgroup or 0)
        if kind == "number":
            body += text
        elif kind == "percent":
            percents += 1
        elif kind == "bracket":
            stated = _CONDITION.fullmatch(text)
            condition = (stated[1], stated[2]) if stated else condition
        elif kind is not None and body:
            after += text
        elif kind is not None:
            before += text
    return Section(condition, _SIGNS.sub("", before), body, _SIGNS.sub("", after), percents)


def shown(value: object, number_format: str = "General") -> str | None:
    """The text of a cell; None for an empty one.

    >>> shown(0.0434, "0.00%"), shown(12500000, "#,##0,"), shown(3.5, '0.0"亿元"'), shown(-2, "#,##0_);(#,##0)")
    ('4.34%', '12500 ×1000', '3.5亿元', '-2')
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime() | date():
            return _day(value, number_format)
        case time():
            return value.isoformat()
        case int() | float() if number_format not in ("General", "@"):
            return _number(value, number_format)
        case _:
            return plain(value)


def plain(value: object) -> str:
    """A value without a format; whole numbers have no decimal point.

    >>> plain(2023.0), plain(0.1), plain(Decimal("4.3400"))
    ('2023', '0.1', '4.34')
    """
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= 2**53 else repr(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def _number(value: float, number_format: str) -> str:
    exact = Decimal(repr(value))
    if not exact.is_finite():
        return plain(value)
    section = next((s for s in sections(number_format) if s.meets(exact)), None)
    if section is None or not section.body or "/" in section.before + section.after:
        # text instead of the number, or a fraction: the value itself is what is meant
        return plain(value)
    if re.fullmatch("0{2,}", section.body) and exact == int(exact):
        text = f"{int(exact):0{len(section.body)}d}"
    elif section.percents or section.thousands:
        text = plain(exact.scaleb(2 * section.percents - 3 * section.thousands))
    else:
        text = plain(value)
    scale = f" {SCALED}{1000**section.thousands}" if section.thousands else ""
    return f"{section.before}{text}{'%' * section.percents}{section.after}{scale}"


def _day(value: date, number_format: str) -> str:
    """A date as far as it is shown: 2023年9月 is a month, not its first day."""
    day = value.date() if isinstance(value, datetime) else value
    letters = set(re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format).lower())
    if "y" in letters and not letters & set("dhs"):
        if "q" in letters:
            return f"{day:%Y}-Q{(day.month + 2) // 3}"
        return f"{day:%Y-%m}" if "m" in letters else f"{day:%Y}"
    if isinstance(value, datetime) and value.time() != time.min:
        return value.isoformat(" ")
    return day.isoformat()
