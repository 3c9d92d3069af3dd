"""Whole tables as Arrow columns, whatever holds them: files of any format that we open, frames, mappings.

Text files become columns of text: what is a number is for the reader of a column to say, so that ``0011`` stays a code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.json as pj
import pyarrow.parquet as pq

from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.tabular.delimited import told_delimiter
from ceyuan.tabular.layout import find_name
from ceyuan.tabular.opening import TableFile, blocks, encoding_of, lines_of, opened
from ceyuan.tabular.sheets import SHEETS
from ceyuan.tabular.tables import open_table

PARQUET, JSON_LINES = (".parquet", ".pq"), (".jsonl", ".ndjson")
BLOCK = 1 << 24


@dataclass(frozen=True)
class Columns:
    """A table held by columns.

    Attributes:
        table: the columns, as Arrow has them.
        name: what messages call it.
        path: its file, None for tables in memory.
        unreadable: rows of the file that could not be split into cells.
    """

    table: Any
    name: str
    path: Path | None = None
    unreadable: int = 0

    @property
    def rows(self) -> int:
        """How many rows could be read."""
        return int(self.table.num_rows)

    def column(self, name: str) -> Any:
        """A column, as one piece of Arrow or several."""
        return self.table.column(name)

    def only(self, names: Sequence[str]) -> Columns:
        """The same table with these columns alone."""
        return replace(self, table=self.table.select(list(names)))


def read_columns(data: object, name: str = "table") -> Columns:
    """Read a table.

    Args:
        data: a path (CSV, TSV, also ``.gz`` and ``.zip``; sheets, Parquet, JSON lines), a mapping of columns, or anything that
            Arrow can take over: pandas, polars, pyarrow.
        name: what to call a table that is no file.

    Raises:
        CeyuanError: ``unreadable-file``, ``empty-file``, ``bad-parquet``, ``bad-jsonl``, ``not-a-table`` and what else
            opening finds.

    >>> read_columns({"place": ["A", "B"]}).table.num_rows
    2
    """
    if isinstance(data, Columns):
        return data
    if isinstance(data, str | Path):
        return _read_file(Path(data))
    try:
        table = pa.table(
            {str(key): list(cells) for key, cells in data.items()}
            if isinstance(data, Mapping)
            else data
        )
    except (TypeError, ValueError, OverflowError, pa.ArrowException) as error:
        raise fail(
            "not-a-table", f"{name}: a {type(data).__name__} is not a table ({error})"
        ) from error
    return Columns(table, name)


def _read_file(path: Path) -> Columns:
    file = TableFile(path, str(path))
    if not path.is_file():
        raise fail("unreadable-file", "there is no such file", file=file.shown_as)
    kinds = {suffix.lower() for suffix in path.suffixes[-2:]}
    if path.suffix.lower() in PARQUET:
        try:
            return Columns(pq.read_table(path), file.shown_as, path)
        except (OSError, pa.ArrowException) as error:
            raise fail(
                "bad-parquet", f"this is not a Parquet file: {error}", file=file.shown_as
            ) from error
    if kinds & set(JSON_LINES):
        return _read_json_lines(file)
    if path.suffix.lower() in SHEETS:
        return _read_with_care(file)
    return _read_text(file)


def _read_json_lines(file: TableFile) -> Columns:
    try:
        with opened(file) as stream:
            return Columns(
                pj.read_json(stream, pj.ReadOptions(block_size=BLOCK)), file.shown_as, file.path
            )
    except (OSError, EOFError, pa.ArrowException) as error:
        message = f"this is not one object a line: {str(error).splitlines()[0]}"
        raise fail("bad-jsonl", message, file=file.shown_as) from error


def _read_text(file: TableFile) -> Columns:
    """Read delimited text quickly where nothing is odd about it, else row by row."""
    if needs_care(file):
        return _read_with_care(file)
    with open_table(file) as rows:
        names = rows.names  # finds what is wrong with the header
    odd: list[int] = []
    try:
        with opened(file) as stream:
            table = pc.read_csv(stream, *text_options(file, names, odd))
    except (OSError, EOFError, pa.ArrowException):
        return _read_with_care(file)  # says where and what, and reads what can be read
    return Columns(table, file.shown_as, file.path, len(odd))


def needs_care(file: TableFile) -> bool:
    """Whether a fast reader would misread a text.

    Raises:
        CeyuanError: as :func:`~ceyuan.tabular.opening.blocks`.
    """
    return encoding_of(file, "utf-8") != "utf-8" or _has_open_quotes(file)


def text_options(file: TableFile, names: Sequence[str], odd: list[int]) -> tuple[Any, Any, Any]:
    """How Arrow reads and parses a text, and makes text of its cells.

    Args:
        file: the text.
        names: the names of its columns.
        odd: is given an entry for every row that cannot be split into cells.
    """
    header = next(lines_of(file), b"")

    def skip(_: object) -> str:
        odd.append(1)
        return "skip"

    delimiter = told_delimiter(header.decode("utf-8", "replace"))
    return (
        pc.ReadOptions(block_size=BLOCK, column_names=list(names), skip_rows=1),
        pc.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip),
        pc.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def _has_open_quotes(file: TableFile) -> bool:
    """Whether some line has an odd number of quotation marks: a fast reader would take all up to the next one for a cell."""
    if not any(b'"' in block for block in blocks(file)):
        return False
    return any(line.count(b'"') % 2 for line in lines_of(file))


def _read_with_care(file: TableFile) -> Columns:
    """Read a sheet, or text that a fast reader would misread; rows that are none are counted."""
    with open_table(file) as rows:
        names = rows.names
        read = list(rows)
    good = [row.cells for row in read if row.fault is None]
    table = pa.table(
        [pa.array(cells, pa.string()) for cells in zip(*good, strict=True)] or [[]] * len(names),
        list(names),
    )
    return Columns(table, file.shown_as, file.path, len(read) - len(good))


def parse_roles(pairs: Sequence[str], roles: Sequence[str]) -> dict[str, str]:
    """Read ``role=Column`` pairs.

    Args:
        pairs: what the user wrote.
        roles: the roles that there are.

    Raises:
        CeyuanError: ``column-role``, for every pair that is not of this form or names no role.

    >>> parse_roles(["id=doi"], ["id", "year"])
    {'id': 'doi'}
    """
    problems, found = [], dict[str, str]()
    for pair in pairs:
        role, equals, name = pair.partition("=")
        if not equals or not name:
            problems.append(Problem("column-role", f"{pair!r} is not of the form role=Column"))
        elif role not in roles:
            message = f"there is no role {role!r}, only {', '.join(roles)}"
            problems.append(Problem("column-role", message, hint=did_you_mean(role, roles)))
        else:
            found[role] = name
    if problems:
        raise CeyuanError(problems)
    return found


def columns_of_roles(
    table: Columns, renames: Mapping[str, str], needed: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, str]:
    """The column of each role that a table has.

    Args:
        table: the table.
        renames: the column of a role where it is not called like the role.
        needed: roles that must be there.
        optional: roles that may.

    Raises:
        CeyuanError: ``column-missing``, for every column that is not there.
    """
    names = table.table.column_names
    found: dict[str, str] = {}
    problems = []
    for role in (*needed, *optional):
        wanted = renames.get(role, role)
        name = find_name(wanted, names)
        if name is not None:
            found[role] = name
        elif role in needed or role in renames:
            message = f"there is no column {wanted!r} for {role}, only {', '.join(names)}"
            hint = did_you_mean(wanted, names) or f"Name it with --column {role}=…"
            problems.append(Problem("column-missing", message, table.name, hint=hint))
    if problems:
        raise CeyuanError(problems)
    return found
