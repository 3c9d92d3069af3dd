"""How the cells of an OpenDocument sheet are shown, said as number formats of Office Open XML, so that one reader does.

======================================================  ====================
data style                                              number format
======================================================  ====================
percentage style, two decimal places                    ``0.00"%"`` as ``0.00%``
number style with a display factor of 1000              ``#,##0,``
number style, a text ``亿元`` behind the number          ``0.0"亿元"``
style with maps (``value()>=0`` to another style)       ``[>=0]…;…``
======================================================  ====================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_STYLE, _NUMBER = f"{{{_NS}style:1.0}}", f"{{{_NS}datastyle:1.0}}"
_DATA_STYLES = tuple(
    f"{_NUMBER}{kind}-style"
    for kind in ("number", "percentage", "currency", "date", "time", "boolean", "text")
)
_PLAIN = {"float": "General", "percentage": "0%", "date": "yyyy-mm-dd"}
_DATE_PARTS = {"year": "yyyy", "month": "mm", "day": "d", "quarter": "q", "hours": "h", "minutes": "m",
               "seconds": "s", "day-of-week": "d", "week-of-year": "d", "era": "y"}  # fmt: skip
_CONDITION = re.compile(r"value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?[\d.]+)")


class Formats:
    """The styles of a workbook's cells.

    Args:
        trees: its styles and its content; what the later one says goes before.
    """

    def __init__(self, trees: Sequence[Any]) -> None:
        self._cells: dict[str, Any] = {}
        self._data: dict[str, Any] = {}
        for tree in trees:
            for style in tree.iter(f"{_STYLE}style"):
                if style.get(f"{_STYLE}family") == "table-cell":
                    self._cells[style.get(f"{_STYLE}name")] = style
            for style in tree.iter(*_DATA_STYLES):
                self._data[style.get(f"{_STYLE}name")] = style
        self.of = lru_cache(maxsize=4096)(self._of)

    def _of(self, style: str | None, kind: str, currency: str | None) -> str | None:
        """The number format of a cell.

        Args:
            style: the name of the cell's style.
            kind: the type of its value.
            currency: its currency, which speaks where no style does.

        Returns:
            A format, or None where the style names one that the file does not hold.
        """
        name = self._data_style(style)
        if name is None:
            return f'"{currency}" 0' if currency else _PLAIN.get(kind, "General")
        if name not in self._data:
            return None
        made = self._sections(name)
        # A percentage is one, whatever its style shows.
        return "0%" if kind == "percentage" and "%" not in made else made

    def _data_style(self, name: str | None) -> str | None:
        seen: set[str] = set()
        while name is not None and name not in seen and name in self._cells:
            seen.add(name)
            data = self._cells[name].get(f"{_STYLE}data-style-name")
            if data is not None:
                return str(data)
            name = self._cells[name].get(f"{_STYLE}parent-style-name")
        default = self._cells.get("Default")
        return None if default is None else default.get(f"{_STYLE}data-style-name")

    def _sections(self, name: str) -> str:
        style = self._data[name]
        sections = []
        for other in style.iterchildren(f"{_STYLE}map"):
            condition = _CONDITION.fullmatch(other.get(f"{_STYLE}condition", "").strip())
            target = self._data.get(other.get(f"{_STYLE}apply-style-name"))
            if condition is not None and target is not None:
                comparison = "<>" if condition[1] == "!=" else condition[1]
                sections.append(f"[{comparison}{condition[2]}]{_section(target)}")
        return ";".join([*sections, _section(style)])


def _section(style: Any) -> str:
    is_percentage = style.tag == f"{_NUMBER}percentage-style"
    return "".join(_part(part, is_percentage=is_percentage) for part in style.iterchildren("{*}*"))


def _part(part: Any, *, is_percentage: bool) -> str:
    kind = str(part.tag).removeprefix(_NUMBER)
    match kind:
        case "number" | "scientific-number":
            return _digits(part) + ("E+00" if kind == "scientific-number" else "")
        case "fraction":
            return "?/?"
        case "text" | "currency-symbol":
            return _words(part.text or "", is_percentage=is_percentage)
        case "text-content":
            return "@"
        case _:
            return _DATE_PARTS.get(kind, "")


def _words(text: str, *, is_percentage: bool) -> str:
    """A text in a format; of a percentage's the sign is what makes the number a hundred times as large."""
    plain = text.replace('"', "")
    parts: Iterable[str] = re.split("(%)", plain) if is_percentage else [plain]
    return "".join(part if part == "%" and is_percentage else f'"{part}"' for part in parts if part)


def _digits(part: Any) -> str:
    least = int(part.get(f"{_NUMBER}min-integer-digits", "1"))
    decimals = int(part.get(f"{_NUMBER}decimal-places", "0"))
    factor = float(part.get(f"{_NUMBER}display-factor", "1"))
    whole = "0" * max(least, 1)
    if part.get(f"{_NUMBER}grouping") == "true":
        whole = f"#,##{whole}"
    if decimals:
        whole += "." + "0" * decimals
    while factor >= 1000:
        whole, factor = f"{whole},", factor / 1000
    return whole
