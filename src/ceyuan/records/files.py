"""The files that a table of records names, their formats, and what a Data Package says of them."""

from __future__ import annotations

import glob
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from ceyuan.errors import did_you_mean, fail
from ceyuan.records.fetched import fetched_file
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.packages import (
    DESCRIPTOR,
    Field,
    Resource,
    decimal_of,
    read_descriptor,
    resource_of,
)
from ceyuan.workspace import Table, Workspace
from ceyuan.workspace.kinds import FieldSpec
from ceyuan.workspace.submissions import SUFFIXES
from ceyuan.workspace.tables import ColumnSpec, TableFormat, column_of
from ceyuan.workspace.walking import may_read, root_allowed, root_variable

_FORMATS: dict[str, TableFormat] = {
    ".csv": "csv", ".tsv": "tsv", ".txt": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet", ".xml": "sdmx-ml", ".xlsm": "xlsx", ".xls": "xls", ".ods": "ods",
}  # fmt: skip
_OTHER_SHEETS = (".xlsb", ".numbers", ".et")


@dataclass(frozen=True, slots=True)
class RecordFile(TableFile):
    """One file of a table.

    Attributes:
        shown_as: how it is named to the user and in lineage: relative to the workspace, or ``root:path``.
        format: its format.
        is_submitted: whether a side has handed it in, so that it goes before the table's own files.
    """

    format: TableFormat
    is_submitted: bool = False


def record_files(workspace: Workspace, table: Table) -> tuple[Table, list[RecordFile]]:
    """The files that a table names, in order of name, after those that were submitted for it.

    Returns:
        The table, with what a Data Package says of how it is read where the declaration says nothing, and its files.

    Raises:
        CeyuanError: ``no-such-file``, ``unknown-format``, ``bad-package``, ``unknown-resource``.
    """
    submitted = _submitted_files(workspace, table)
    if [table.spec.file, table.spec.query, table.spec.url] == [None, None, None]:
        return table, submitted
    if table.spec.file is None:
        found = [fetched_file(workspace, table)]
    else:
        found = named_files(workspace, table.spec.file, table.file, table.line("file"))
    if table.spec.resource is not None or found[0][0].name == DESCRIPTOR:
        return _of_package(workspace, table, found)
    own = [RecordFile(path, name, _format(table, path)) for path, name in found]
    return table, [*submitted, *own]


def _submitted_files(workspace: Workspace, table: Table) -> list[RecordFile]:
    return [
        RecordFile(one.path, one.shown_as, SUFFIXES[one.spec.suffix], is_submitted=True)
        for one in workspace.submissions
        if one.spec.table == table.id
    ]


def _of_package(
    workspace: Workspace, table: Table, found: list[tuple[Path, str]]
) -> tuple[Table, list[RecordFile]]:
    """The file of a resource, and the table as its package describes it."""
    path, shown_as = found[0]
    if len(found) > 1:
        message = f"{len(found)} packages are named, a table is the resource of one"
        raise fail("bad-package", message, file=table.file, line=table.line("file"))
    packed = path.suffix.lower() == ".zip"
    descriptor = TableFile(path, shown_as, member=DESCRIPTOR if packed else None)
    described = read_descriptor(descriptor)
    name = table.spec.resource
    if name is None or name not in described:
        message = "it is not said which resource of the package is the table"
        hint = None
        if name is not None:
            message, hint = (
                f"there is no resource {name!r} in {shown_as}",
                did_you_mean(name, described),
            )
        hint = hint or f"Resources: {', '.join(described)}"
        raise fail(
            "unknown-resource", message, file=table.file, line=table.line("resource"), hint=hint
        )
    resource = resource_of(descriptor, described[name])
    told = _as_described(workspace, table, descriptor, resource)
    if packed:
        return told, [_member(told, descriptor, resource.path)]
    # A root stands before the name; else the descriptor's folder is where the path begins.
    folder = shown_as.removesuffix(path.name) if ":" in shown_as else ""
    files = named_files(workspace, folder + glob.escape(resource.path), shown_as, None)
    return told, [RecordFile(one, name, _format(told, one)) for one, name in files]


def _member(table: Table, package: TableFile, name: str) -> RecordFile:
    """A resource that stands in a zip, which holds text only: other formats are read at any place of a file."""
    with zipfile.ZipFile(package.path) as archive:
        names = archive.namelist()
    if name not in names:
        raise fail(
            "no-such-file",
            f"no file {name!r}",
            file=package.shown_as,
            hint=did_you_mean(name, names),
        )
    kind = _format(table, Path(name))
    if kind not in ("csv", "tsv", "jsonl", "sdmx-ml"):
        raise fail("bad-package", f"{name!r} is no text; unpack the archive", file=package.shown_as)
    return RecordFile(package.path, package.shown_as, kind, member=name)


def _as_described(
    workspace: Workspace, table: Table, descriptor: TableFile, resource: Resource
) -> Table:
    """A table with what its package says; what the declaration says goes before."""
    formats: Mapping[str, TableFormat] = {name: name for name in get_args(TableFormat)}
    said: dict[str, Any] = {
        "format": formats.get(resource.format or ""),
        "encoding": resource.encoding,
        "delimiter": resource.delimiter,
        "header": resource.header,
        "sheet": resource.sheet,
        "decimal": decimal_of(descriptor, resource),
    }
    unsaid = {
        name: value for name, value in said.items() if name not in table.spec.model_fields_set
    }
    columns = dict(table.spec.columns)
    for field in workspace.kinds[table.spec.kind].fields:
        column = column_of(table.spec, field.id)
        described = resource.fields.get(column.column)
        if described is not None and field.id not in table.spec.constants:
            columns[field.id] = _described_column(field, column, described)
    return replace(table, spec=table.spec.model_copy(update={**unsaid, "columns": columns}))


def _described_column(field: FieldSpec, column: ColumnSpec, described: Field) -> ColumnSpec:
    missing = (*column.missing, *described.missing)
    written = column.format or (described.format if field.type == "date" else None)
    return column.model_copy(update={"missing": missing, "format": written})


def named_files(
    workspace: Workspace, name: str, declared_in: str, line: int | None
) -> list[tuple[Path, str]]:
    """The files that a declaration names, beside itself or under a root, in order of name.

    Args:
        workspace: the workspace, for its roots.
        name: a file or pattern, or ``root:pattern``.
        declared_in: the declaration's file in the workspace.
        line: the line there.

    Returns:
        Each file with the name by which it is shown.

    Raises:
        CeyuanError: ``no-such-file``, ``unsafe-root``.
    """
    root, colon, rest = name.partition(":")
    base, pattern = (workspace.root / declared_in).parent, name
    if colon:
        base, pattern = _root(workspace, root, declared_in, line), rest
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise fail(
            "no-such-file", f"{pattern!r} leads out of its folder", file=declared_in, line=line
        )
    try:
        named = (p for p in base.glob(pattern) if not _hidden(p.relative_to(base)))
        found = sorted(
            p for p in named if p.is_file() and (may_read(base, p) or may_read(workspace.root, p))
        )
    except (ValueError, NotImplementedError, OSError, IndexError):
        raise fail(
            "no-such-file", f"{name!r} is no name of a file", file=declared_in, line=line
        ) from None
    if not found:
        hint = f"Set {root_variable(root)} or `roots` in ceyuan.yaml" if colon else None
        raise fail("no-such-file", f"no file {name!r}", file=declared_in, line=line, hint=hint)
    prefix = f"{root}:" if colon else f"{Path(declared_in).parent.as_posix()}/"
    return [(path, prefix + path.relative_to(base).as_posix()) for path in found]


def _root(workspace: Workspace, root: str, declared_in: str, line: int | None) -> Path:
    """The folder that a root stands for: the environment's, otherwise the declared one, where it may be read.

    Raises:
        CeyuanError: ``unsafe-root``.
    """
    declared, replaced = workspace.config.roots[root], os.environ.get(root_variable(root))
    if replaced:
        return Path(replaced)
    if not root_allowed(workspace.root, declared):
        message = f"the root {root!r} leads to {declared!r}"
        raise fail("unsafe-root", message, file=declared_in, line=line)
    return Path(workspace.root / Path(declared).expanduser())


def _hidden(path: Path) -> bool:
    """Whether a file or a folder that it stands in is nobody's by its name."""
    return any(part.startswith(".") for part in path.parts)


def _format(table: Table, path: Path) -> TableFormat:
    if table.spec.format is not None:
        return table.spec.format
    suffixes = [s.lower() for s in path.suffixes]
    known = [_FORMATS[s] for s in suffixes if s in _FORMATS]
    if not known:
        message = f"the format of {path.name!r} is not known by its name"
        sheet = suffixes[-1:] and suffixes[-1] in _OTHER_SHEETS
        hint = "Open it in a spreadsheet program and save it as .xlsx" if sheet else None
        raise fail("unknown-format", message, file=table.file, line=table.line("file"), hint=hint)
    return known[-1]
