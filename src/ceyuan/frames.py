"""Results as frames of whatever library the user works with, and as small tables in a notebook."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Literal, get_args

import pyarrow as pa

from ceyuan.errors import did_you_mean, fail

Library = Literal["pandas", "polars", "arrow"]
SHOWN = 20
_SECTION = re.compile(r"\n*Attributes:\n(?P<fields>(?:    .*\n?|\n)+)")
_FIELD = re.compile(r"^    (?P<names>\w+(?:, \w+)*): (?P<text>.*(?:\n {8}.*)*)", re.MULTILINE)


def field_meanings(docstring: str) -> tuple[str, dict[str, str]]:
    r"""What a class is, and what its section ``Attributes`` says of each field.

    Args:
        docstring: of the class, without the indentation that it has in the code.

    >>> field_meanings("A place.\n\nAttributes:\n    lat, lon: degrees,\n        WGS 84.\n")
    ('A place.', {'lat': 'Degrees, WGS 84.', 'lon': 'Degrees, WGS 84.'})
    """
    section = _SECTION.search(docstring)
    if section is None:
        return docstring, {}
    meanings: dict[str, str] = {}
    for found in _FIELD.finditer(section["fields"]):
        text = " ".join(found["text"].split())
        meanings |= dict.fromkeys(found["names"].split(", "), text[:1].upper() + text[1:])
    return docstring[: section.start()], meanings


def to_frame(columns: Mapping[str, Sequence[Any]], library: Library = "pandas") -> Any:
    """Columns as a pandas or polars frame, or as an Arrow table; missing numbers are NaN or null as the library has it.

    Args:
        columns: values by name, all of one length.
        library: which one.

    Raises:
        CeyuanError: ``library-missing`` where it is not installed, or there is no such library.

    >>> to_frame({"place": ["A", "B"], "rank": [1, 2]}, "arrow").column_names
    ['place', 'rank']
    """
    arrays = {name: pa.array(list(values), from_pandas=True) for name, values in columns.items()}
    return from_arrow(pa.table(arrays), library)


def from_arrow(table: pa.Table, library: Library = "pandas") -> Any:
    """An Arrow table as a frame of another library; see :func:`to_frame`."""
    if library == "arrow":
        return table
    if library not in get_args(Library):
        known = ", ".join(get_args(Library))
        hint = did_you_mean(library, get_args(Library))
        raise fail(
            "library-missing", f"there are no frames of {library!r}, only of {known}", hint=hint
        )
    try:
        if library == "pandas":
            return table.to_pandas()
        import polars as pl  # noqa: PLC0415 - the user's library, not one of ours

        return pl.from_arrow(table)
    except ImportError as error:
        raise fail(
            "library-missing", f"{library} is not installed", hint=f"pip install {library}"
        ) from error


class Framed(ABC):
    """A result that is a table: as a frame for programs, and as a small table in a notebook.

    What takes tables of Arrow takes it as it is: ``polars.DataFrame(result)``, ``pyarrow.table(result)``.
    """

    @abstractmethod
    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Its values by the name of the column, all of one length."""

    def frame(self, library: Library = "pandas") -> Any:
        """The same as a frame of pandas, polars or Arrow.

        Raises:
            CeyuanError: ``library-missing``.
        """
        return to_frame(self.columns(), library)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.frame("arrow").__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        return to_html(repr(self), self.columns())


def to_html(title: str, columns: Mapping[str, Sequence[Any]]) -> str:
    """The first rows as an HTML table, for notebooks.

    >>> "<td>A</td>" in to_html("Two places", {"place": ["A", "B"]})
    True
    """
    rows = list(zip(*columns.values(), strict=True))
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(_html_row(row) for row in rows[:SHOWN])
    more = f"<p>… {len(rows) - SHOWN:,} more rows</p>" if len(rows) > SHOWN else ""
    return f"<p>{escape(title)}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _html_row(row: Iterable[object]) -> str:
    cells = "".join(f"<td>{escape(_text(cell))}</td>" for cell in row)
    return f"<tr>{cells}</tr>"


def _text(cell: object) -> str:
    if cell is None or cell != cell:
        return "–"
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)
