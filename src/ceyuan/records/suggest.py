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
from ceyuan.records.headings import stated_units, units_in_lines
from ceyuan.records.looking import heads_period, is_number, look_at, mark_beside_period
from ceyuan.records.numbers import written
from ceyuan.tabular.layout import JOINER, VALUE, Row, loose
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.reader import builtin_kinds

_PLACE = re.compile(
    r"(地区|地區|省|市|区域|지역|시도|place|region|geo|ref_area|country|area|^land$)", re.IGNORECASE
)
_PERIOD = re.compile(
    r"(年|연도|년도|period|time|year|date|时间|時間|^jahr$|^année$)", re.IGNORECASE
)
_ITEM = re.compile(r"(项目|項目|指标|指標|항목|지표|item|indicator|series)", re.IGNORECASE)
_UNIT = re.compile(r"^(单位|單位|단위|units?|unit_measure|unitofmeasure)$", re.IGNORECASE)


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
    patterns = _patterns(names)
    unpivoted = [position for position, name in enumerate(names) if _has_period(name)]
    if len(unpivoted) > 1:
        draft.keys["unpivot"] = patterns
        _describe_parts(draft, [names[position] for position in unpivoted])
        _describe_marks(draft, [names[position] for position in unpivoted])
        label, taken = VALUE, unpivoted
    else:
        patterns = []
        taken = _value_column(draft, names, rows)
        label = names[taken[0]] if taken else ""
    for position, name in enumerate(names):
        if position not in taken:
            _describe_label(draft, name, patterns)
    values: list[str | None] = []
    for row in rows:
        values += [row.cells[position] for position in taken if position < len(row.cells)]
    _describe_amount(draft, label, values, [*above, label], names)
    for needed in ("item", "place", "period"):
        if needed not in draft.columns and f"{{{needed}}}" not in "".join(patterns):
            draft.unclear.append(
                f"No column for {needed} was found: name one, or write it under `constants`."
            )


def _value_column(draft: Draft, names: Sequence[str], rows: Sequence[Row]) -> list[int]:
    """The column of numbers, if there is one; of several the first is taken and the others are asked about."""
    numeric = [
        i for i, name in enumerate(names) if _is_numeric(rows, i) and not _PERIOD.search(name)
    ]
    called_so = [i for i in numeric if names[i].lower() in ("obs_value", "value")]
    chosen = [*called_so, *numeric][:1]
    others = [names[i] for i in numeric if i not in chosen and loose(names[i]) != "unit_mult"]
    if others:
        draft.unclear.append(
            f"Further columns of numbers: {', '.join(others)}. "
            "A pattern for each under `unpivot`, such as `{item}（件）`, reads them all."
        )
    return chosen


def _patterns(names: Sequence[str]) -> list[str]:
    """Patterns of the names that hold a period: ``{period}``, ``{period}/{item}``, ``{item}/{period}``."""
    found: dict[str, None] = {}
    for name in names:
        if _has_period(name):
            parts = iter(("{item}", *(f"{{part_{letter}}}" for letter in "abcdefgh")))
            pattern: list[str] = []
            for part in name.split(JOINER):
                taken = _period_part(part) and "{period}" not in pattern
                pattern.append("{period}" if taken else next(parts))
            found[JOINER.join(pattern)] = None
    return list(found)


def _has_period(name: str) -> bool:
    return any(_period_part(part) for part in name.split(JOINER))


def _period_part(text: str) -> bool:
    return heads_period(text.strip()) and text.strip() != "all"


def _describe_marks(draft: Draft, names: Sequence[str]) -> None:
    """Marks beside the periods of names, for a person to say what they mean."""
    parts = [part for name in names for part in name.split(JOINER)]
    marks = dict.fromkeys(mark for part in parts if (mark := mark_beside_period(part)) is not None)
    if marks:
        draft.columns["period"] = {"column": "period", "marks": dict.fromkeys(marks, "NOTE")}
        draft.unclear.append("What do the marks beside the periods say? It goes to `note`.")


def _describe_parts(draft: Draft, names: Sequence[str]) -> None:
    """Where names hold an item beside the period, its spellings are listed to be given short ids."""
    items: dict[str, None] = {}
    for name in names:
        others = [part for part in name.split(JOINER) if not _period_part(part)]
        items |= dict.fromkeys(others[:1])
    if items:
        draft.columns["item"] = {"column": "item", "map": {item: item for item in items}}
        draft.unclear.append("`map` gives the items ids of your own.")


def _is_numeric(rows: Sequence[Row], position: int) -> bool:
    cells = [
        row.cells[position] for row in rows if position < len(row.cells) and row.cells[position]
    ]
    numbers = sum(is_number(cell or "") for cell in cells)
    return numbers * 2 > len(cells)


def _describe_label(draft: Draft, name: str, patterns: Sequence[str]) -> None:
    for target, pattern in (("place", _PLACE), ("period", _PERIOD), ("item", _ITEM)):
        told = target in draft.columns or f"{{{target}}}" in "".join(patterns)
        if pattern.search(loose(name)) and not told:
            draft.columns[target] = name
            return
    if not _UNIT.match(loose(name)) and loose(name) != "unit_mult":
        draft.unclear.append(f"What does the column {name!r} say? It is not read.")


def _each_head_states_a_unit(names: Sequence[str]) -> bool:
    heads = [name for name in names if _has_period(name)]
    return len(heads) > 1 and all(any(stated_units(head)) for head in heads)


def _describe_amount(
    draft: Draft,
    label: str,
    values: Sequence[str | None],
    headings: Sequence[str],
    names: Sequence[str],
) -> None:
    amount: dict[str, object] = {"column": label}
    column = next((name for name in names if _UNIT.match(loose(name))), None)
    units = list(dict.fromkeys(unit.text for unit in units_in_lines(headings)))
    if column is not None:
        amount["unit_column"] = column
    elif len(units) == 1 or _each_head_states_a_unit(names):
        amount["unit_from"] = "heading"
    else:
        found = f" Headings name {', '.join(units)}." if units else ""
        draft.unclear.append(f"In which unit are the numbers? Write `unit`.{found}")
    strange = list(_strange(values))
    by_comma = [text for text in strange if _is_by_comma(text)]
    if by_comma:
        draft.keys["decimal"] = ","
        strange = [text for text in strange if text not in by_comma]
    if strange:
        shown = ", ".join(repr(text) for text in strange[:12])
        draft.unclear.append(
            f"Cells that are no numbers: {shown}. List them under `missing`, `marks`, `minus` or `bounds`."
        )
    draft.columns["amount"] = amount


def _is_by_comma(text: str) -> bool:
    """Whether a text is a plain number once a comma stands before decimals."""
    found = written(text, ",")
    return found.number is not None and not (found.before or found.after)


def _strange(values: Sequence[str | None]) -> Iterator[str]:
    """The different cells that hold no number, or a number with something beside it."""
    for text in dict.fromkeys(value.strip() for value in values if value and value.strip()):
        found = written(text)
        beside = found.before or found.after
        if found.number is None or (beside and beside != "%"):
            yield text
