"""A draft of a declaration for a file: what can be seen in it, for a person to correct.

A draft guesses, and says so: everything that is not certain is a comment that begins with ``?``. Nothing is read by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ceyuan.errors import fail
from ceyuan.records.grids import (
    heads_period,
    is_number,
    is_period,
    mark_beside_period,
    names_part_of_year,
)
from ceyuan.records.headings import listed_units, units_in_lines, units_of_name
from ceyuan.records.kinds_said import belies
from ceyuan.records.looking import look_at
from ceyuan.records.measured import is_unit
from ceyuan.records.numbers import Mark, WrittenNumber, written
from ceyuan.tabular.layout import JOINER, VALUE, Row, loose
from ceyuan.units import parse_unit
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.reader import builtin_kinds

_PLACE = re.compile(
    r"(地区|地區|省|市|区域|지역|시도|place|region|geo|ref_area|country|area|^land$)", re.IGNORECASE
)
_PERIOD = re.compile(
    r"(年|연도|년도|시점|기간|period|time|year|date|时间|時間|时期|時期|参考期|參考期|期间|期間|^jahr$|^année$)",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(项目|項目|指标|指標|항목|지표|item|indicator|series|^measure$)", re.IGNORECASE
)
_UNIT = re.compile(r"^(单位|單位|단위|units?|unit_measure|unitofmeasure)$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_BRACKETED = re.compile(r"[(（]\s*\d[\d.,\s]*%?\s*[)）]")


@dataclass
class Draft:
    """What was seen in a file.

    Attributes:
        file: its name.
        keys: keys of the declaration that are certain enough to write.
        columns: field → column or how it is read.
        unclear: sentences on what a person must decide.
    """

    file: str
    keys: dict[str, object] = field(default_factory=dict)
    columns: dict[str, object] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)

    def yaml(self) -> str:
        """The draft as a declaration, what is unclear as comments above."""
        asked = "".join(f"# ? {sentence}\n" for sentence in self.unclear)
        content = {
            "kind": "account",
            "file": self.file,
            "source": "SOURCE",
            **self.keys,
            "columns": self.columns,
        }
        return asked + yaml.safe_dump(
            content, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None
        )


def suggest(path: Path) -> Draft:
    """Look at a file and draft its declaration.

    Args:
        path: delimited text, also packed, a workbook, SDMX-ML, JSON lines, Parquet, or a Data Package.

    Raises:
        CeyuanError: ``unreadable-file``, ``unknown-format``, ``bad-xlsx``, ``bad-encoding`` and what else opening finds.
    """
    if not path.is_file():
        raise fail("unreadable-file", "there is no such file", file=str(path))
    seen = look_at(path)
    draft = Draft(path.name, keys=seen.keys, unclear=seen.unclear)
    kind = _kind_of(seen.names)
    if set(seen.names) >= _EXPORTED:
        draft.keys["kind"] = "figure"
        there = (one for one in _READ_BACK.items() if _column(one[1]) in seen.names)
        draft.columns |= dict(there)
    elif kind is not None:
        _describe_fields(draft, kind, seen.names)
    else:
        _describe(draft, seen.names, seen.above, seen.rows)
    draft.unclear.append(
        "SOURCE is to be the source's id in sources.yaml, and `kind` the kind of record that a row is."
    )
    return draft


_EXPORTED = frozenset({"INDICATOR", "REF_AREA", "PERIOD", "OBS_VALUE", "BOUND", "MODALITY"})
"""Columns by which our own exports as SDMX are known …"""
_READ_BACK: dict[str, str | Mapping[str, object]] = {
    "indicator": "INDICATOR",
    "place": "REF_AREA",
    "period": "PERIOD",
    "breakdown": {"column": "BREAKDOWN", "missing": ["_T"]},
    "value": {"column": "OBS_VALUE", "unit_column": "UNIT_MEASURE"},
    "value_max": {"column": "UPPER_VALUE", "unit_column": "UNIT_MEASURE"},
    "decimals": "DECIMALS",
    "bound": "BOUND",
    "modality": "MODALITY",
    "note": "COMMENT_OBS",
}
"""… and how they are read back."""


def _column(read: str | Mapping[str, object]) -> object:
    return read if isinstance(read, str) else read["column"]


_NOT_BY_CHANCE = 3


def _kind_of(names: Sequence[str]) -> RecordKind | None:
    """The standard kind whose needed fields all are columns, and most of whose fields; None where there is none."""
    known = {loose(name) for name in names}
    best: tuple[int, RecordKind] | None = None
    for kind in builtin_kinds().values():
        there = [field for field in kind.fields if loose(field.id) in known]
        needed = [field for field in kind.fields if field.required]
        complete = len(there) >= _NOT_BY_CHANCE and all(field in there for field in needed)
        # An account is what every table of numbers can be: it is described by what stands in it.
        if complete and kind.kind != "account" and (best is None or len(there) > best[0]):
            best = len(there), kind
    return None if best is None else best[1]


def _describe_fields(draft: Draft, kind: RecordKind, names: Sequence[str]) -> None:
    """Columns that have the names of fields need no entry, but that a quantity has a unit."""
    draft.keys["kind"] = kind.kind
    fields = {loose(field.id): field for field in kind.fields}
    unit = next((name for name in names if _UNIT.match(loose(name))), None)
    for name in names:
        found = fields.get(loose(name))
        if found is not None and found.type == "quantity" and f"{name}_unit" not in names:
            if unit is None:
                draft.columns[found.id] = {"column": name}
                draft.unclear.append(f"In which unit is {name!r}? Write `unit`.")
            else:
                draft.columns[found.id] = {"column": name, "unit_column": unit}
    unread = [n for n in names if loose(n) not in fields and n != unit and not n.endswith("_unit")]
    if unread:
        draft.unclear.append(f"Columns that are not read: {', '.join(unread)}.")


def _describe(
    draft: Draft, names: Sequence[str], above: Sequence[str], rows: Sequence[Row]
) -> None:
    dated = [position for position, name in enumerate(names) if _has_period(name)]
    taken = dated if len(dated) > 1 else _value_columns(names, rows)
    labels = [position for position in range(len(names)) if position not in taken]
    heads = [names[position] for position in taken]
    left = _describe_labels(draft, labels, names, rows, periods=len(dated) > 1)
    if len(dated) > 1:
        _describe_dated(draft, heads, above)
    elif len(taken) > 1:
        left = _describe_columns(draft, heads, left)
    draft.unclear += [f"What does the column {name!r} say? It is not read." for name in left]
    _describe_fill(draft, labels, taken, names, rows)
    values: list[str] = []
    for position in taken:
        values += _cells(rows, position)
    label = VALUE if len(taken) > 1 else "".join(heads)
    amount: dict[str, object] = {"column": label}
    _describe_unit_column(draft, amount, names, rows)
    if "unit_column" not in amount or any(map(units_of_name, heads)):
        _describe_unit(draft, amount, above, heads)
    _describe_cells(draft, values)
    draft.columns["amount"] = amount
    _ask_for_fields(draft)


def _describe_dated(draft: Draft, heads: Sequence[str], above: Sequence[str]) -> None:
    """Columns whose names say the periods become rows."""
    draft.keys["unpivot"] = _patterns(heads, "category" if "item" in draft.columns else "item")
    _describe_parts(draft, heads)
    _describe_periods(draft, heads, above)


def _ask_for_fields(draft: Draft) -> None:
    """Fields that every record of statistics has and that nothing of the file was seen to say."""
    patterns = "".join(map(str, _listed(draft.keys.get("unpivot"))))
    for needed in ("item", "place", "period"):
        if needed not in draft.columns and f"{{{needed}}}" not in patterns:
            draft.unclear.append(
                f"No column for {needed} was found: name one, or write it under `constants`."
            )


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _value_columns(names: Sequence[str], rows: Sequence[Row]) -> list[int]:
    """The columns of numbers; the one alone that is called so where there is one."""
    called_so = [i for i, name in enumerate(names) if loose(name) in ("obs_value", "value")]
    if called_so:
        return called_so[:1]
    return [
        i
        for i, name in enumerate(names)
        if _is_numeric(rows, i) and not _is_periods(name, rows, i) and loose(name) not in _NO_VALUES
    ]


_NO_VALUES = frozenset({"unit_mult", "decimals", "line", "no", "序号", "序號", "번호"})
"""Columns of numbers that are no figures."""


def _is_periods(name: str, rows: Sequence[Row], position: int) -> bool:
    """Whether a column says periods: by its name, or since all that stands in it are some and no unit is named."""
    cells = _cells(rows, position)
    periods = sum(is_period(cell) for cell in cells)
    if _PERIOD.search(loose(name)):
        return periods * 2 >= len(cells)
    return periods == len(cells) > 0 and not units_of_name(name)


def _describe_columns(draft: Draft, heads: Sequence[str], left: Sequence[str]) -> list[str]:
    """Several columns of numbers become rows; what each is of is its name.

    Args:
        draft: what is drafted.
        heads: the names of these columns.
        left: columns of labels that are not read yet. A column that no field reads would become rows as well.

    Returns:
        Those for which there is no field.
    """
    part = "category" if "item" in draft.columns else "item"
    draft.keys["unpivot"] = [f"{{{part}}}"]
    draft.columns[part] = {"column": part, "map": {head: head for head in heads}}
    draft.unclear.append(f"`map` gives the columns of numbers ids of your own as `{part}`.")
    free = [field_ for field_ in _FOR_LABELS if field_ not in draft.columns]
    for name, field_ in zip(left, free, strict=False):
        draft.columns[field_] = name
        draft.unclear.append(f"What does the column {name!r} say? It is drafted as `{field_}`.")
    return list(left[len(free) :])


_FOR_LABELS = ("category", "note", "locator", "quote")
"""Fields that take columns of labels."""


def _describe_fill(
    draft: Draft,
    labels: Sequence[int],
    taken: Sequence[int],
    names: Sequence[str],
    rows: Sequence[Row],
) -> None:
    """Labels that are printed once for several rows."""
    filled = [row for row in rows if any(row.cells[i] for i in taken if i < len(row.cells))]
    down = []
    for position in labels:
        empty = [not (row.cells[position] or "").strip() for row in filled]
        if empty and any(empty) and not empty[0]:
            down.append(names[position])
    if down:
        draft.keys["fill_down"] = down
        draft.unclear.append(
            f"Do empty cells take the value above? So it is for {', '.join(down)}."
        )


def _patterns(names: Sequence[str], item: str) -> list[str]:
    """Patterns of the names that hold a period: ``{period}``, ``{period}/{item}``, ``{item}/{period}``."""
    found: dict[str, None] = {}
    for name in names:
        if _has_period(name):
            parts = iter((f"{{{item}}}", *(f"{{part_{letter}}}" for letter in "abcdefgh")))
            pattern: list[str] = []
            for part in name.split(JOINER):
                # A part of a year without the year is no period yet: its name is another one.
                named = "{when}" if names_part_of_year(part.strip()) else "{period}"
                taken = _period_part(part) and named not in pattern
                pattern.append(named if taken else next(parts))
            found[JOINER.join(pattern)] = None
    return list(found)


def _has_period(name: str) -> bool:
    return any(_period_part(part) for part in name.split(JOINER))


def _period_part(text: str) -> bool:
    stripped = text.strip()
    return names_part_of_year(stripped) or (heads_period(stripped) and stripped != "all")


def _describe_periods(draft: Draft, names: Sequence[str], above: Sequence[str]) -> None:
    """Marks beside the periods of names, and parts of a year whose year stands above."""
    parts = [part.strip() for name in names for part in name.split(JOINER)]
    parts_of_year = list(dict.fromkeys(part for part in parts if names_part_of_year(part)))
    marks = dict.fromkeys(mark for part in parts if (mark := mark_beside_period(part)) is not None)
    if parts_of_year:
        years = list(dict.fromkeys(found for line in above for found in _YEAR.findall(line)))
        year = years[0] if len(years) == 1 else "YEAR"
        spelt = {part: f"{year}年{part}" for part in parts_of_year}
        draft.columns["period"] = {"column": "when", "map": spelt}
        draft.unclear.append(
            "Of which year are the periods, and are they cumulated (1-9月) or not?"
        )
    elif marks:
        draft.columns["period"] = {"column": "period", "marks": dict.fromkeys(marks, "NOTE")}
        draft.unclear.append("What do the marks beside the periods say? It goes to `note`.")


def _describe_parts(draft: Draft, names: Sequence[str]) -> None:
    """Where names hold an item beside the period, its spellings are listed to be given short ids."""
    items: dict[str, None] = {}
    for name in names:
        others = [part for part in name.split(JOINER) if not _period_part(part)]
        items |= dict.fromkeys(others[:1])
    if not items:
        return
    # The label of a row is the item then, and what its columns say a category of it.
    field = "category" if "item" in draft.columns else "item"
    draft.columns[field] = {"column": field, "map": {item: item for item in items}}
    draft.unclear.append("`map` gives the items ids of your own.")


def _cells(rows: Sequence[Row], position: int) -> list[str]:
    """What stands in a column."""
    cells = (row.cells[position] for row in rows if position < len(row.cells))
    return [cell.strip() for cell in cells if cell and cell.strip()]


def _is_numeric(rows: Sequence[Row], position: int) -> bool:
    """Whether most cells of a column in which a digit stands are numbers, also in brackets."""
    cells = [cell for cell in _cells(rows, position) if re.search(r"\d", cell)]
    numbers = sum(is_number(cell.strip("()（）△▲")) for cell in cells)
    return numbers * 2 > len(cells)


def _describe_labels(
    draft: Draft,
    labels: Sequence[int],
    names: Sequence[str],
    rows: Sequence[Row],
    *,
    periods: bool,
) -> list[str]:
    """Say which fields columns of labels are read into, and return those of which that is not known.

    Args:
        draft: what is drafted.
        labels: positions of the columns.
        names: the names of all columns.
        rows: the first rows.
        periods: whether names of columns say the periods.
    """
    left: list[str] = []
    for position in labels:
        name = names[position]
        target = _field_of(name, rows, position)
        told = target in draft.columns or (periods and target == "period")
        if target is not None and not told:
            draft.columns[target] = name
        elif not _UNIT.match(loose(name)) and loose(name) not in _NO_VALUES:
            left.append(name)
    return left


def _field_of(name: str, rows: Sequence[Row], position: int) -> str | None:
    plain = loose(name)
    for target, pattern in (("place", _PLACE), ("period", _PERIOD), ("item", _ITEM)):
        if pattern.search(plain):
            return target
    return "period" if _is_periods(name, rows, position) else None


def _describe_unit_column(
    draft: Draft, amount: dict[str, object], names: Sequence[str], rows: Sequence[Row]
) -> None:
    """The column that says each row's unit, and its codes for a person to spell."""
    position = next((i for i, name in enumerate(names) if _UNIT.match(loose(name))), None)
    if position is None:
        return
    amount["unit_column"] = names[position]
    codes = [text for text in dict.fromkeys(_cells(rows, position)) if not is_unit(text)]
    if codes:
        amount["unit_map"] = dict.fromkeys(codes, "UNIT")
        draft.unclear.append("Which units are these codes? `unit_map` says it.")


def _describe_cells(draft: Draft, values: Sequence[str]) -> None:
    """Decimal commas, and cells that a person must explain."""
    strange = list(_strange(values))
    by_comma = [text for text in strange if _is_by_comma(text)]
    if by_comma:
        draft.keys["decimal"] = ","
        strange = [text for text in strange if text not in by_comma]
    if strange:
        shown = ", ".join(repr(text) for text in strange[:12])
        perhaps = _perhaps(strange, "," if by_comma else ".")
        draft.unclear.append(
            f"Cells that are no numbers: {shown}. List them under `missing`, `marks`, `minus` or `bounds`{perhaps}."
        )


def _describe_unit(
    draft: Draft, amount: dict[str, object], above: Sequence[str], heads: Sequence[str]
) -> None:
    """Where the units of numbers stand: in names, above the table, or for a person to say, one for each item."""
    units = list(dict.fromkeys(unit.text for unit in units_in_lines(above)))
    listed = list(dict.fromkeys(unit.text for line in above for unit in listed_units(line)))
    items = _items(draft)
    if _headings_tell(heads, units):
        amount["unit_from"] = "heading"
        return
    if len(items) > 1 and "unit_column" not in amount:
        _spell_units(draft, amount, items, listed)
    elif "unit_column" in amount:
        amount["unit_from"] = "heading"
    else:
        found = f" Headings name {', '.join(units)}." if units else ""
        draft.unclear.append(f"In which unit are the numbers? Write `unit`.{found}")
    if units or listed:
        draft.unclear.append(
            f"Above the table stand: {', '.join(dict.fromkeys([*units, *listed]))}."
        )


def _headings_tell(heads: Sequence[str], units: Sequence[str]) -> bool:
    """Whether each name of a column states a unit, or means the only one that stands above the table."""
    silent = [head for head in heads if not units_of_name(head)]
    general = parse_unit(units[0]) if len(units) == 1 else None
    return not silent or (general is not None and not any(belies(h, general) for h in silent))


def _spell_units(
    draft: Draft, amount: dict[str, object], items: Sequence[str], listed: Sequence[str]
) -> None:
    """A unit for each item: what its name states, or what stands above the table in the same order."""
    amount["unit_column"] = "category" if "{category}" in str(draft.keys.get("unpivot")) else "item"
    in_order = listed if len(listed) == len(items) else ["UNIT"] * len(items)
    spelt = dict(zip(items, in_order, strict=True))
    for item in items:
        for unit in units_of_name(item):
            spelt[item] = unit.text
    amount["unit_map"] = spelt
    draft.unclear.append("In which unit is each item? `unit_map` says it.")


def _items(draft: Draft) -> list[str]:
    """The items that are told by names of columns."""
    for name in ("category", "item"):
        read = draft.columns.get(name)
        if isinstance(read, dict) and read["column"] in ("item", "category"):
            return list(read["map"])
    return []


def _perhaps(strange: Sequence[str], mark: Mark) -> str:
    """What strange cells may be, as it is written in a declaration."""
    missing = [text for text in strange if not re.search(r"\d", text)]
    beside = [written(text, mark) for text in strange]
    marks = dict.fromkeys(one.after for one in beside if _is_mark(one))
    said = [f"missing: {_inline(missing)}"] if missing else []
    if marks:
        said.append(f"marks: {_inline(dict.fromkeys(marks, 'NOTE'))}")
    if any(_BRACKETED.fullmatch(text) for text in strange):
        said.append("brackets: negative")
    if any(text[:1] in "△▲" for text in strange):
        said.append("minus: [△, ▲]")
    return f", perhaps as {', '.join(said)}" if said else ""


def _is_mark(one: WrittenNumber) -> bool:
    """Whether what stands behind a number may be a footnote mark."""
    return one.number is not None and bool(one.after) and re.search(r"\d", one.after) is None


def _inline(value: object) -> str:
    """A value as YAML on one line."""
    text: str = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10**6)
    return text.strip()


def _is_by_comma(text: str) -> bool:
    """Whether a text is a plain number once a comma stands before decimals."""
    found = written(text, ",")
    return found.number is not None and not (found.before or found.after)


def _strange(values: Sequence[str]) -> Iterator[str]:
    """The different cells that hold no number, or a number with something beside it."""
    for text in dict.fromkeys(values):
        found = written(text)
        beside = found.before or found.after
        if found.number is None or (beside and beside != "%"):
            yield text
