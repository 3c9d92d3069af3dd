"""Units in headings: what a column's name or a line above the table says of its numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress

from ceyuan.errors import Problem
from ceyuan.records.files import RecordFile
from ceyuan.records.kinds_said import BESIDE_HEAD, PERCENT, belies, said_to_be_percent
from ceyuan.records.raw import RawTable
from ceyuan.tabular.layout import VALUE
from ceyuan.units import Unit, multiplier_power, parse_unit
from ceyuan.workspace import Table
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.tables import ColumnSpec, column_of

_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
_ENDS = re.compile(r"[,;:]|\s[-–—]\s")
"""What parts a title from the unit at its end."""
_LISTED = re.compile(r"[、,;]|和|及")
"""What parts the units of a table that has several: 单位：亿元、人."""
_BILINGUAL = re.compile(
    r"(?P<latin>[A-Za-z$€£%].*[A-Za-z)%$€£])\s+(?P<other>[\u3400-\u9fff\uac00-\ud7af].*)"
)
_WORD = re.compile(r"[A-Za-z0-9]+")
_MARKS = frozenset("1x")
"""What may be a footnote mark in brackets, though it is a unit, too."""
_TITLE = re.compile(
    r"(?:计量单位|計量單位|单位|單位|unit|units)\s*:\s*([^\s,;()|]+(?: [^\s,;()|]+){0,3})",
    re.IGNORECASE,
)


def stated_units(text: str) -> Iterator[Unit]:
    """The units that a heading states, in brackets or behind "unit:".

    >>> [u.text for u in stated_units("R&D经费（万元）")], [u.text for u in stated_units("单位：万元")]
    (['万元'], ['万元'])
    >>> [u.text for u in stated_units("Unit: million US dollars")]
    ['百万美元']
    """
    plain = unicodedata.normalize("NFKC", text)
    for found in _BRACKETS.findall(plain):
        if found.strip() in _MARKS:
            continue
        named = re.sub(r"^(单位|單位|unit)\s*:\s*", "", found.strip(), flags=re.IGNORECASE)
        yield from _first_unit([named])
    for found in _TITLE.findall(plain):
        words = found.split(" ")
        # Of several words two at least count: what follows a bare currency may be its multiplier in words that are not known.
        fewest = min(2, len(words))
        yield from _first_unit(" ".join(words[:size]) for size in range(len(words), fewest - 1, -1))


def units_in_lines(lines: Iterable[str]) -> Iterator[Unit]:
    """The units that the lines above a table state, also by a line, or the end of one, that is nothing but a unit.

    >>> [u.text for u in units_in_lines(["Table 1. Expenditure", "in Mio. EUR"])]
    ['百万欧元']
    >>> [u.text for u in units_in_lines(["Table 4.1: Expenditure by region, £ million [note 1]"])]
    ['百万英镑']
    """
    for line in lines:
        stated = list(stated_units(line))
        plain = _BRACKETS.sub("", unicodedata.normalize("NFKC", line)).strip(' \t;,|"')
        ends = [plain, _ENDS.split(plain)[-1].strip()]
        # A single word is a title or a mark sooner than a unit.
        several = [end for end in ends if len(end.split()) > 1 or not _WORD.fullmatch(end)]
        yield from stated or _first_unit(several) or _in_two_languages(several)


def listed_units(line: str) -> list[Unit]:
    """The units of a line that lists several for the columns or rows of a table; none where it states one or no unit.

    >>> [u.text for u in listed_units("单位：亿元、人")], listed_units("单位：亿元"), listed_units("经费（甲、乙）")
    (['亿元', '人'], [], [])
    """
    plain = unicodedata.normalize("NFKC", line)
    for found in [*_BRACKETS.findall(plain), plain]:
        inside = found.strip(' \t;,|"')  # a line of text is as it stands in its file
        said = re.sub(r"^.*?(单位|單位|단위|units?)\s*:\s*", "", inside, flags=re.IGNORECASE)
        parts = [part.strip() for part in _LISTED.split(said)]
        units = list(_each_unit(parts))
        if len(parts) == len(units) > 1:
            return units
    return []


def _each_unit(texts: Iterable[str]) -> Iterator[Unit]:
    for text in texts:
        yield from _first_unit([text])


def _in_two_languages(texts: Iterable[str]) -> list[Unit]:
    """The unit that a text names twice: HK$ million 百萬港元."""
    for text in texts:
        found = _BILINGUAL.fullmatch(text)
        units = [] if found is None else list(_each_unit(found.groups()))
        if len(units) == 2 and _same(units[0], units[1]):
            return units[:1]
    return []


def _first_unit(texts: Iterable[str]) -> list[Unit]:
    """The first text that is a unit, if any is."""
    for text in texts:
        with suppress(ValueError):
            return [parse_unit(text)]
    return []


def units_of_name(name: str) -> list[Unit]:
    """The units that the name of a column or row states: in brackets, behind its last comma, or that it is a percentage.

    >>> [[u.text for u in units_of_name(n)] for n in ("经费（亿元）", "Balance, € million", "% change", "Top 1% papers")]
    [['亿元'], ['百万欧元'], ['%'], []]
    """
    stated = list(stated_units(name))
    if stated or not name:
        return stated
    end = _ENDS.split(unicodedata.normalize("NFKC", name))[-1].strip()
    behind = [end] if end != name.strip() and not _WORD.fullmatch(end) else []
    return _first_unit(behind) or ([parse_unit(PERCENT)] if said_to_be_percent(name) else [])


def stated_power(text: str) -> int | None:
    """The multiplier that a heading states without a unit: ``金额(万)``.

    >>> stated_power("金额（万）"), stated_power("金额")
    (4, None)
    """
    plain = unicodedata.normalize("NFKC", text)
    powers = (multiplier_power(text) for text in _BRACKETS.findall(plain))
    return next((power for power in powers if power is not None), None)


def heading_unit(column: ColumnSpec) -> str | None:
    """The unit that a column's own name states, where it is declared to stand in the heading.

    None where there is none or several: nothing is guessed.
    """
    return _only(units_of_name(column.column)) if column.unit_from is not None else None


def unit_above(raw: RawTable, column: ColumnSpec) -> str | None:
    """The only unit in the lines above a table, for columns that are declared to be in it and name none of their own."""
    named = heading_unit(column) or stated_power(column.column)
    if column.unit_from is None or named is not None:
        return None
    return _only(units_in_lines(raw.above))


def _only(units: Iterable[Unit]) -> str | None:
    found = {unit.text for unit in units}
    return found.pop() if len(found) == 1 else None


def units_of_heads(raw: RawTable, column: ColumnSpec) -> dict[str, str]:
    """Units that the names of columns state that became rows, by letters; of several lines of names the lowest counts.

    A name that states a multiplier without a unit (``企业（万）``), which the declared unit does not have, stands for itself: it
    is no unit, so that its cells are quarantined and never taken ten thousand times too small. One whose words
    cannot be meant in every unit (增速) stands behind :data:`BESIDE_HEAD`, to be held against the unit that is found.
    """
    if column.column != VALUE or column.heading_unit is not None:
        return {}
    power = None if column.unit is None else parse_unit(column.unit).power
    found: dict[str, str] = {}
    for at, name in raw.heads.items():
        units = [unit.text for unit in units_of_name(name)]
        if units:
            found[at] = units[-1]
        elif stated_power(name) not in (None, power):
            found[at] = name
        elif belies(name, None):
            found[at] = f"{BESIDE_HEAD}{name}"
    return found


def units_of_labels(labels: Iterable[str], general: str | None = None) -> dict[str, str]:
    """Units that the labels of rows state in brackets: ``R&D人员（人）`` in a table of amounts.

    Args:
        labels: the labels.
        general: the unit of the table. A mere number of things is said of persons, firms and patents alike: it is told only
            where the table counts nothing.

    >>> units_of_labels(["R&D人员（人）", "R&D经费", "Researchers (number)"])
    {'R&D人员（人）': '人'}
    >>> units_of_labels(["企业数（个）"], "亿元"), units_of_labels(["企业数（个）"], "家")
    ({'企业数（个）': '个'}, {})
    >>> list(units_of_labels(["增速", "经费"], "亿元"))
    ['增速']
    """
    found = {}
    unit = None if general is None else parse_unit(general)
    may_be_things = unit is None or unit.is_count
    for label in labels:
        bracketed = " ".join(_BRACKETS.findall(unicodedata.normalize("NFKC", label)))
        units = [unit.text for unit in stated_units(f"({bracketed})")] if bracketed else []
        if len(units) == 1 and not (units[0] == "个" and may_be_things):
            found[label] = units[0]
        elif not units and unit is not None and belies(label, unit):
            found[label] = f"{BESIDE_HEAD}{label}"
    return found


def unit_conflicts(
    raw: RawTable, table: Table, file: RecordFile, kind: RecordKind
) -> list[Problem]:
    """Declared units that a heading of the file contradicts: the column's name, or else the lines above the table."""
    above = list(units_in_lines(raw.above))
    listed = _listed_for_items(raw, table, kind)
    problems = []
    for spec in kind.fields:
        column = column_of(table.spec, spec.id)
        if spec.type != "quantity" or column.unit is None or column.column not in raw.columns:
            continue
        declared = parse_unit(column.unit)
        if column.heading_unit is not None:
            continue
        if listed and column.unit_column is None:
            problems.append(_several_units(table, file, spec.id, listed))
            continue
        said = _contradiction(column, declared, above) or _left_power(raw, column, declared)
        if said is None:
            continue
        message = f"{column.column!r} is declared in {column.unit}, but its heading in {file.shown_as} says {said}"
        hint = f"Declare unit: {said}, or `heading_unit: {said}` where the heading is wrong"
        problems.append(
            Problem("unit-conflict", message, table.file, table.line("columns", spec.id), hint)
        )
    return problems


def _listed_for_items(raw: RawTable, table: Table, kind: RecordKind) -> list[Unit]:
    """The units that a line above a table lists, where its rows or columns are of several things that may each have another."""
    listed = [unit for line in raw.above for unit in listed_units(line)]
    items = [
        spec.id
        for spec in kind.fields
        if spec.type == "text" and spec.id in kind.key and spec.id not in table.spec.constants
    ]
    several = any(column_of(table.spec, item).column in raw.columns for item in items)
    dimensions = {unit.dimension for unit in listed}
    return listed if kind.of_figures and several and len(dimensions) > 1 else []


def _several_units(table: Table, file: RecordFile, field: str, listed: list[Unit]) -> Problem:
    units = list(dict.fromkeys(unit.text for unit in listed))
    message = f"one unit is declared, but the heading in {file.shown_as} lists several: {', '.join(units)}"
    hint = f"Say which item has which: `unit_column: item` and `unit_map: {{…: {units[0]}, …: {units[1]}}}`"
    return Problem("unit-conflict", message, table.file, table.line("columns", field), hint)


def _contradiction(column: ColumnSpec, declared: Unit, above: list[Unit]) -> str | None:
    """What the heading says of a column's unit where it is not the declared one."""
    named = units_of_name(column.column)
    # One unit above a table is that of its columns, as far as it measures the same and they name none of their own.
    general = (
        [unit for unit in above if unit.dimension == declared.dimension] if len(above) == 1 else []
    )
    stated = named or general
    agrees = not stated or any(_same(unit, declared) for unit in stated)
    if agrees and stated_power(column.column) in (None, declared.power):
        return None
    return ", ".join(unit.text for unit in stated) or column.column


def _left_power(raw: RawTable, column: ColumnSpec, declared: Unit) -> str | None:
    """The multiplier in the lines above a table, ``Revenue (millions)``, where nothing else takes it and the unit lacks it."""
    if units_of_name(column.column) or stated_power(column.column) is not None:
        return None
    measured = declared.is_count or declared.dimension.startswith("money:")
    powers = [stated_power(line) or 0 for line in raw.above]
    # （十） numbers a section.
    left = [line for line, power in zip(raw.above, powers, strict=True) if power > 2]
    agrees = declared.power in powers or any(units_in_lines(raw.above))
    return left[0].strip() if left and measured and not agrees else None


def _same(one: Unit, other: Unit) -> bool:
    return one.dimension == other.dimension and one.factor == other.factor
