"""Tables: a cell with its row head, its column heads and the unit of head or title is a statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import product

from ceyuan.reader import numerals
from ceyuan.reader.candidates import quantities
from ceyuan.reader.fold import fold
from ceyuan.reader.layout import Layout
from ceyuan.reader.lexicon import any_of, table
from ceyuan.reader.mentions import Mentions, places
from ceyuan.reader.periods import periods
from ceyuan.reader.quantity import Quantity
from ceyuan.reader.statement import Kind, Statement
from ceyuan.reader.written import Cell, Grid, Written

_NUMBER = re.compile(
    r"(?P<owed>\()?(?P<number>[-+]?(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d+)?)(?(owed)\))(?P<rest> ?[^\d].{0,14})?"
)
_YEAR = re.compile(r"(?:FY ?)?(?P<year>(?:19|20)\d{2})(?P<next>[-/]\d{2})? ?(?:年度?)?")
_BRACKET = re.compile(r"[（(]([^（()）]{1,24})[)）]")
_UNIT = re.compile(r"(?:单位|计量单位|(?i:units?))[:：] ?([^\n\f）)]{1,24})")
_UNIT_HEAD = re.compile(r"(?:计量)?单位|(?i:units?)")
_COUNTER = re.compile(r"序号|编号|(?i:no\.?|#)")
_GROWTH = re.compile(r"增长|增速|同比|涨幅|比上年|(?i:growth|change)")
_PART = re.compile(r"占|比重|份额|(?i:share|percentage of)")
_RANK = re.compile(r"位次|排名|名次|(?i:\brank)")
_TABLE_NUMBER = re.compile(r"^[ #*]*(?:(?:附?表|(?i:table)) ?[\d.-]+[.:：、]?)")
_MOST_HEADS = 4


@dataclass(frozen=True, slots=True)
class _Table:
    """A table ready to be read: its cells by row and column, and how many rows and columns are heads."""

    texts: dict[tuple[int, int], str]
    body: tuple[Cell, ...]
    heads: int
    sides: int
    title: str

    def over(self, cell: Cell) -> list[str]:
        """The heads of a cell's column, from the top, without repeats."""
        return _unlike(self.texts.get((row, cell.column), "") for row in range(self.heads))

    def beside(self, cell: Cell) -> list[str]:
        """The heads of a cell's row, from the left."""
        return _unlike(self.texts.get((cell.row, column), "") for column in range(self.sides))


def _unlike(texts: Iterator[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]


def table_statements(written: Written, number: int, grid: Grid) -> list[Statement]:
    """The statements of the cells of a table that are numbers, each with its address.

    Args:
        written: the document.
        number: which of its tables, from 1.
        grid: the table.
    """
    ready = _ready(written, grid)
    before = Layout(fold(written.source.text[: grid.title].replace("\f", "\n")))
    force = periods(before).at(len(before.text))
    made = []
    for cell in ready.body:
        statement = _statement(written, ready, number, cell)
        if statement is not None:
            made.append(replace(statement, period=statement.period or force))
    return made


def _ready(written: Written, grid: Grid) -> _Table:
    texts = _texts(written, grid)
    figures = [cell for cell in grid.cells if _figure(texts[cell.row, cell.column])]
    heads = _head_rows(grid, figures)
    body = []
    for cell in figures:
        above = texts.get((0, cell.column), "")
        if cell.row >= heads and not _COUNTER.fullmatch(above):
            body.append(cell)
    sides = min((cell.column for cell in body), default=0)
    return _Table(texts, tuple(body), heads, sides, _title(written, grid))


def _texts(written: Written, grid: Grid) -> dict[tuple[int, int], str]:
    """The folded text of each place of a table; a cell that spans several stands at all of them."""
    texts: dict[tuple[int, int], str] = {}
    for cell in grid.cells:
        words = fold(written.source.text[cell.start : cell.end]).split()
        rows = range(cell.row, cell.row + cell.rows)
        columns = range(cell.column, cell.column + cell.columns)
        for place in product(rows, columns):
            texts[place] = " ".join(words)
    return texts


def _head_rows(grid: Grid, figures: list[Cell]) -> int:
    """How many rows are heads: those above the first figure, and those that are marked as such."""
    first = min((cell.row for cell in figures if cell.column > 0), default=0)
    marked = [cell.row + cell.rows for cell in grid.cells if cell.head and cell.column > 0]
    return min(max([first, *marked]), _MOST_HEADS)


def _title(written: Written, grid: Grid) -> str:
    """The lines before a table, or its caption: what stands between the table before and this one names it."""
    floor = max(0, grid.title - 160)
    for other in written.grids:
        for cell in other.cells:
            if floor < cell.end <= grid.title:
                floor = cell.end
    lines = re.split(r"[\n\f]", fold(written.source.text[floor : grid.title]))
    return "\n".join([line for line in lines if line.strip()][-3:])


def _figure(text: str) -> bool:
    """Whether a cell is a number, with its unit or without, that is no year."""
    found = _NUMBER.fullmatch(text)
    if found is None or _YEAR.fullmatch(text):
        return False
    rest = (found["rest"] or "").strip()
    return not rest or one_of(rest) is not None


def _statement(written: Written, ready: _Table, number: int, cell: Cell) -> Statement | None:
    found = _NUMBER.fullmatch(ready.texts[cell.row, cell.column])
    over, beside = ready.over(cell), ready.beside(cell)
    if found is None or not (over or beside):
        return None
    quantity = _unit(found["rest"] or "", ready, cell, over, beside)
    if quantity is None:
        return None
    value = numerals.arabic(found["number"].lstrip("+-"))
    step = Decimal(1).scaleb(-len(found["number"].partition(".")[2])) * quantity.value
    if found["owed"] or found["number"].startswith("-"):
        value = -value
    heads = [*beside, *over]
    subject = " ".join(filter(None, map(_bare, heads)))
    if not any(map(_bare, over)):
        subject = f"{subject} {_called(ready.title)}".strip()
    kind, unit = _kind(quantity.unit, " ".join(heads))
    start, end = _span(written, cell)
    address = f"table {number}, row {cell.row + 1}, column {cell.column + 1}"
    sentence = f"{' · '.join(heads)}: {ready.texts[cell.row, cell.column]}"
    return Statement(
        start,
        end,
        written.given[start:end],
        value * quantity.value,
        None,
        unit,
        "eq",
        "actual",
        kind,
        False,
        None,
        subject,
        _named(heads, ready.title, places),
        _period(heads, ready.title),
        sentence,
        None,
        step,
        None,
        address,
    )


def _span(written: Written, cell: Cell) -> tuple[int, int]:
    """The span of a cell in the file, without the space around its text."""
    text = written.source.text[cell.start : cell.end]
    first = cell.start + len(text) - len(text.lstrip())
    last = cell.start + len(text.rstrip())
    return written.source.span(first, last)


def _unit(
    rest: str, ready: _Table, cell: Cell, over: list[str], beside: list[str]
) -> Quantity | None:
    """One of the unit of a cell: its own, else that of its heads, of a column of units, of the title."""
    none = Quantity(0, 1, Decimal(1))
    if rest.strip():
        return one_of(rest)
    heads = [*reversed(over), *reversed(beside)]
    candidates = [bracket for head in heads for bracket in _BRACKET.findall(head)]
    for column in range(ready.sides):
        if _UNIT_HEAD.fullmatch(ready.texts.get((0, column), "")):
            candidates += [ready.texts.get((cell.row, column), "")]
    candidates += _UNIT.findall("\n".join(heads)) + _UNIT.findall(ready.title)
    candidates += [
        bracket for line in reversed(ready.title.splitlines()) for bracket in _BRACKET.findall(line)
    ]
    return next((found for found in map(one_of, candidates) if found), none)


@cache
def _symbol() -> re.Pattern[str]:
    return re.compile(rf"(?P<symbol>{any_of(table('units')['symbols'])})[ ]?(?P<rest>.*)")


@cache
def one_of(phrase: str) -> Quantity | None:
    """One of a unit as heads write it, or None where the phrase is no unit.

    >>> [(str(q.value), q.unit) for q in (one_of("亿元"), one_of("US$ million"), one_of("%")) if q]
    [('100000000', '元'), ('1000000', '美元'), ('1', '%')]
    """
    phrase = phrase.strip()
    symbol = _symbol().fullmatch(phrase)
    tried = f"{symbol['symbol']}1 {symbol['rest']}".strip() if symbol else f"1 {phrase}"
    found = quantities(tried)
    whole = len(found) == 1 and found[0].start == 0 and found[0].end == len(tried)
    return found[0] if whole else None


def _bare(head: str) -> str:
    """A head without its unit and without its year."""
    plain = _BRACKET.sub(lambda match: "" if one_of(match[1]) else match[0], head)
    return "" if _YEAR.fullmatch(plain.strip()) else plain.strip()


def _called(title: str) -> str:
    """What a title says that the table is of, without its number and its unit."""
    for line in reversed(title.splitlines()):
        plain = _UNIT.sub("", _BRACKET.sub("", _TABLE_NUMBER.sub("", line))).strip(" #*|:：.（()）")
        if plain:
            return plain
    return ""


def _kind(unit: str, heads: str) -> tuple[Kind, str]:
    if _RANK.search(heads) and unit in ("", "位"):
        return "rank", "位"
    if unit in ("个百分点", "个基点"):
        return "change", unit
    if unit in ("%", "‰") and _GROWTH.search(heads):
        return "growth", unit
    if unit in ("%", "‰") and _PART.search(heads):
        return "share", unit
    return "level", unit


def _period(heads: list[str], title: str) -> str | None:
    for head in heads:
        found = _YEAR.fullmatch(head)
        if found:
            return found["year"] + (found["next"] or "").replace("-", "/")
    return _named(heads, title, periods)


def _named(heads: list[str], title: str, finder: Callable[[Layout], Mentions]) -> str | None:
    """The first place or period that the heads name, else the title."""
    for text in (*heads, *reversed(title.splitlines())):
        mentions = finder(Layout(text))
        value = mentions.at(len(text))
        if value:
            return value
    return None
