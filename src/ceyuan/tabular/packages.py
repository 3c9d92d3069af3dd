"""Data Packages: what a descriptor says of how the file of a resource is read.

A package is a folder or a zip with a descriptor ``datapackage.json`` that names its files as *resources*, and says of each its
encoding, how its columns are parted, on which lines their names stand (the *dialect*), and what stands for no value (the
*schema*). Both versions of the standard are read (https://datapackage.org). What a descriptor says and is not done here, such
as another sign for quotes, is refused: a table is never read otherwise than its package says.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal, cast

from ceyuan.errors import CeyuanError, fail
from ceyuan.tabular.opening import TableFile, opened

DESCRIPTOR = "datapackage.json"
_LARGEST = 1 << 24
_READ = ("delimiter", "headerRows", "sheetName")
_NOTHING = (
    "lineTerminator",
    "caseSensitiveHeader",
    "csvddfVersion",
    "headerJoin",
    "$schema",
    "name",
    "title",
)
"""Keys of a dialect that change nothing here: ends of lines are known by themselves, names are joined by ``/`` always."""
_AS_EVER: Mapping[str, Any] = {
    "header": True, "quoteChar": '"', "doubleQuote": True, "skipInitialSpace": False, "commentRows": [],
}  # fmt: skip
"""Keys of a dialect with the only values that are read."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a schema says of the cells of a column.

    Attributes:
        missing: texts that stand for no value.
        format: how its dates are written (strftime), where the schema says it.
        decimal: what stands before decimals, of numbers.
    """

    missing: tuple[str, ...]
    format: str | None
    decimal: str | None


@dataclass(frozen=True, slots=True)
class Resource:
    """A file of a package and how it is read.

    Attributes:
        path: the file, from the descriptor.
        format: its format, where the descriptor names one.
        encoding: its encoding.
        delimiter: what parts its columns; the comma where a dialect does not say it, as the standard has it.
        header: the lines of its column names.
        sheet: the sheet, of a workbook.
        fields: the columns that its schema names.
    """

    path: str
    format: str | None
    encoding: str
    delimiter: str
    header: tuple[int, ...]
    sheet: str | None
    fields: Mapping[str, Field]

    @property
    def decimals(self) -> set[str]:
        """What stands before decimals in its numbers: one sign, or several where the schema says so."""
        return {field.decimal for field in self.fields.values() if field.decimal is not None}


def read_descriptor(file: TableFile) -> Mapping[str, Mapping[str, Any]]:
    """The resources of a package by their names, as its descriptor has them.

    Args:
        file: the descriptor, or a zip with one.

    Raises:
        CeyuanError: ``bad-package``; ``unreadable-file``.
    """
    try:
        with opened(file) as stream:
            content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise _bad(file, "the descriptor is larger than 16 MB")
        described = json.loads(content.decode("utf-8-sig"))
    except (
        ValueError,
        KeyError,
        RuntimeError,
        zipfile.BadZipFile,
    ) as error:  # RuntimeError: nested too deep, locked
        raise _bad(file, f"there is no readable {DESCRIPTOR}: {error}") from None
    except OSError as error:
        raise fail(
            "unreadable-file", f"cannot be read: {error.strerror or error}", file=file.shown_as
        ) from None
    listed = described.get("resources") if isinstance(described, dict) else None
    named = [
        one for one in listed or () if isinstance(one, dict) and isinstance(one.get("name"), str)
    ]
    if not isinstance(listed, list) or len(named) != len(listed):
        raise _bad(file, "it has no list of resources with names")
    return {one["name"]: one for one in named}


def resource_of(file: TableFile, described: Mapping[str, Any]) -> Resource:
    """What a descriptor says of a resource, checked.

    Args:
        file: the descriptor, for problems.
        described: the resource as it stands there.

    Raises:
        CeyuanError: ``bad-package`` for what is not read; ``no-such-file`` for a path out of the package.
    """
    dialect = described.get("dialect", {})
    if not isinstance(dialect, dict):
        raise _bad(
            file,
            "a dialect or schema that stands elsewhere is not read; copy it into the descriptor",
        )
    for key, value in dialect.items():
        plain = key in (*_READ, *_NOTHING) or (key in _AS_EVER and value == _AS_EVER[key])
        if not plain and value is not None:
            raise _bad(file, f"tables of the dialect {key}: {json.dumps(value)} are not read")
    delimiter = _text(file, dialect, "delimiter") or _usual_delimiter(described)
    if len(delimiter) > 1 or delimiter in '"\r\n\0':
        raise _bad(file, f"delimiter: {json.dumps(delimiter)} cannot part columns")
    return Resource(
        path=_path(file, described),
        format=_text(file, described, "format"),
        encoding=_text(file, described, "encoding") or "utf-8",
        delimiter=delimiter,
        header=_header(file, dialect),
        sheet=_text(file, dialect, "sheetName"),
        fields=_fields(file, described),
    )


def _usual_delimiter(described: Mapping[str, Any]) -> str:
    return (
        "\t"
        if described.get("format") == "tsv" or ".tsv" in str(described.get("path")).lower()
        else ","
    )


def _path(file: TableFile, described: Mapping[str, Any]) -> str:
    given = described.get("path")
    paths = given if isinstance(given, list) else [given]
    if len(paths) != 1 or not isinstance(paths[0], str) or not paths[0]:
        raise _bad(file, f"the resource {described['name']!r} is not one file with a path")
    path: str = paths[0]
    if "://" in path:
        hint = "Fetch the file and pin it: declare its address as `url` of the table, with `sha256`"
        raise _bad(file, f"{path!r} is no file of the package but an address", hint)
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if path.startswith("/") or ".." in parts or ":" in path or parts[:1] == ("~",):
        raise fail("no-such-file", f"{path!r} leads out of its folder", file=file.shown_as)
    return path


def _header(file: TableFile, dialect: Mapping[str, Any]) -> tuple[int, ...]:
    rows = dialect.get("headerRows", [1])
    if (
        not isinstance(rows, list)
        or not rows
        or not all(type(row) is int and 1 <= row <= 1000 for row in rows)
    ):
        raise _bad(file, f"headerRows: {json.dumps(rows)} are no lines of column names")
    return tuple(rows)


def _fields(file: TableFile, described: Mapping[str, Any]) -> dict[str, Field]:
    schema = described.get("schema", {})
    listed = schema.get("fields", []) if isinstance(schema, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise _bad(
            file,
            "a dialect or schema that stands elsewhere is not read; copy it into the descriptor",
        )
    everywhere = schema.get("missingValues", [""])
    return {str(one.get("name")): _field(file, one, everywhere) for one in listed}


def _field(file: TableFile, described: Mapping[str, Any], everywhere: Any) -> Field:
    missing = described.get("missingValues", everywhere)
    if not isinstance(missing, list):
        raise _bad(file, f"missingValues: {json.dumps(missing)} is no list")
    # The standard's second version may say what a missing value means: {value: "-", label: not asked}.
    texts = [str(one.get("value", "")) if isinstance(one, dict) else str(one) for one in missing]
    written = _text(file, described, "format") or ""
    decimal = (
        _text(file, described, "decimalChar") or "." if described.get("type") == "number" else None
    )
    return Field(
        tuple(t for t in texts if t), written if written.startswith("%") else None, decimal
    )


def _text(file: TableFile, described: Mapping[str, Any], key: str) -> str | None:
    value = described.get(key)
    if value is not None and not isinstance(value, str):
        raise _bad(file, f"{key}: {json.dumps(value)} is no text")
    return value


def decimal_of(file: TableFile, resource: Resource) -> Literal[".", ","] | None:
    """What stands before decimals in a resource, None where no column of numbers is described.

    Raises:
        CeyuanError: ``bad-package`` where it is not the same sign in all columns, or neither point nor comma.
    """
    found = resource.decimals
    if not found:
        return None
    if len(found) > 1 or not found <= {".", ","}:
        raise _bad(file, f"decimalChar: {', '.join(sorted(found))} for one table is not read")
    return cast('Literal[".", ","]', found.pop())


def _bad(file: TableFile, message: str, hint: str | None = None) -> CeyuanError:
    return fail("bad-package", message, file=file.shown_as, hint=hint)
