"""The files that a table of records names, and their formats."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ceyuan.errors import fail
from ceyuan.records.fetched import fetched_file
from ceyuan.tabular.opening import TableFile
from ceyuan.workspace import Table, Workspace
from ceyuan.workspace.tables import TableFormat
from ceyuan.workspace.walking import may_read, root_allowed, root_variable

_FORMATS: dict[str, TableFormat] = {
    ".csv": "csv", ".tsv": "tsv", ".txt": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordFile(TableFile):
    """One file of a table.

    Attributes:
        shown_as: how it is named to the user and in lineage: relative to the workspace, or ``root:path``.
        format: its format.
    """

    format: TableFormat


def record_files(workspace: Workspace, table: Table) -> list[RecordFile]:
    """The files that a table names, in order of name.

    Raises:
        CeyuanError: ``no-such-file`` or ``unknown-format``.
    """
    if table.spec.file is None:
        found = [fetched_file(workspace, table)]
    else:
        found = named_files(workspace, table.spec.file, table.file, table.line("file"))
    return [RecordFile(path, name, _format(table, path)) for path, name in found]


def named_files(workspace: Workspace, name: str, declared_in: str, line: int | None) -> list[tuple[Path, str]]:
    """The files that a declaration names, beside itself or under a root, in order of name.

    Args:
        workspace: the workspace, for its roots.
        name: a file or pattern, or ``root:pattern``.
        declared_in: the declaration's file in the workspace.
        line: the line there.

    Returns:
        Each file with the name by which it is shown.

    Raises:
        CeyuanError: ``no-such-file``.
    """
    root, colon, rest = name.partition(":")
    if colon:
        replaced, declared = os.environ.get(root_variable(root)), workspace.config.roots[root]
        if not replaced and not root_allowed(workspace.root, declared):
            raise fail("unsafe-root", f"the root {root!r} leads to {declared!r}", file=declared_in, line=line)
        base = Path(replaced or workspace.root / Path(declared).expanduser())
        pattern = rest
    else:
        base, pattern = (workspace.root / declared_in).parent, name
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise fail("no-such-file", f"{pattern!r} leads out of its folder", file=declared_in, line=line)
    try:
        named = (p for p in base.glob(pattern) if not p.name.startswith("."))
        found = sorted(p for p in named if p.is_file() and (may_read(base, p) or may_read(workspace.root, p)))
    except (ValueError, NotImplementedError, OSError, IndexError):
        raise fail("no-such-file", f"{name!r} is no name of a file", file=declared_in, line=line) from None
    if not found:
        hint = f"Set {root_variable(root)} or `roots` in ceyuan.yaml" if colon else None
        raise fail("no-such-file", f"no file {name!r}", file=declared_in, line=line, hint=hint)
    prefix = f"{root}:" if colon else f"{Path(declared_in).parent.as_posix()}/"
    return [(path, prefix + path.relative_to(base).as_posix()) for path in found]


def _format(table: Table, path: Path) -> TableFormat:
    if table.spec.format is not None:
        return table.spec.format
    suffixes = [s.lower() for s in path.suffixes]
    known = [_FORMATS[s] for s in suffixes if s in _FORMATS]
    if not known:
        message = f"the format of {path.name!r} is not known by its name"
        raise fail("unknown-format", message, file=table.file, line=table.line("file"))
    return known[-1]
