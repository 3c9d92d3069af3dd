"""What one file says about another: every name that is used must be declared, every unit must fit.

Single files are checked when they are read; these checks look across. They never stop at the first fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceyuan.errors import Problem, did_you_mean
from ceyuan.expressions import FilterSyntaxError, parse_filter
from ceyuan.units import parse_unit, unit_names
from ceyuan.workspace.fieldpaths import filter_faults
from ceyuan.workspace.kinds import FieldSpec, RecordKind
from ceyuan.workspace.reader import CONFIG, Table, Workspace
from ceyuan.workspace.tables import ColumnSpec


def check_references(workspace: Workspace) -> list[Problem]:
    """Faults of kinds, tables and the configuration that only show across files."""
    return [
        *(p for kind in workspace.kinds.values() for p in _check_kind(workspace, kind)),
        *(p for table in workspace.tables for p in _check_table(workspace, table)),
        *_check_config(workspace),
    ]


def unknown(code: str, what: str, name: str, known: Iterable[str], file: str, line: int | None) -> Problem:
    """The problem that a name is not declared, with what was probably meant."""
    names = sorted(known)
    listed = f"Known: {', '.join(names)}" if 0 < len(names) <= 12 else None
    return Problem(code, f"the {what} {name!r} is not declared", file, line, did_you_mean(name, names) or listed)


def check_unit(text: str, file: str, line: int | None) -> Iterator[Problem]:
    """The problem that a unit is not known, if it is not."""
    try:
        parse_unit(text)
    except ValueError as error:
        yield Problem("unknown-unit", str(error), file, line, did_you_mean(text, unit_names()))


def check_filter(workspace: Workspace, kind: str, text: str, file: str, line: int | None) -> Iterator[Problem]:
    """Faults of a filter over a kind: syntax, unknown fields, impossible comparisons."""
    try:
        tree = parse_filter(text)
    except FilterSyntaxError as error:
        yield Problem("bad-filter", f"{error} (character {error.position + 1} of {text!r})", file, line)
        return
    for message, hint in filter_faults(workspace.kinds, kind, tree):
        yield Problem("bad-filter", message, file, line, hint)


def _check_config(workspace: Workspace) -> Iterator[Problem]:
    places = {p.id for p in workspace.places}
    for headline in workspace.config.headline:
        if headline.indicator not in workspace.definitions:
            yield unknown("unknown-indicator", "indicator", headline.indicator, workspace.definitions, CONFIG, None)
        if headline.place not in places:
            yield unknown("unknown-place", "place", headline.place, places, CONFIG, None)
    seen: set[str] = set()
    for party in workspace.config.parties:
        if party.id in seen:
            yield Problem("duplicate-id", f"the party {party.id!r} is declared twice", CONFIG)
        seen.add(party.id)


def _check_kind(workspace: Workspace, kind: RecordKind) -> Iterator[Problem]:
    file = f"kind {kind.kind}"
    names = [f.id for f in kind.fields]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield Problem("duplicate-id", f"the field {name!r} is declared twice", file)
    used = [*kind.key, *(n for n in (kind.place, kind.period) if n)]
    if kind.fractional is not None:
        used += [kind.fractional.over, *kind.fractional.within]
    for name in used:
        if name not in names:
            yield unknown("unknown-field", "field", name, names, file, None)
    for field in kind.fields:
        if field.type == "ref" and field.to not in workspace.kinds:
            yield unknown("unknown-kind", "kind", field.to or "", workspace.kinds, file, None)
        if field.type == "choice" and not field.values:
            yield Problem("missing-key", f"the field {field.id!r} is a choice without values", file)
        if field.unit is not None:
            yield from check_unit(field.unit, file, None)
    for check in kind.checks:
        yield from check_filter(workspace, kind.kind, check.when, file, None)


def _check_table(workspace: Workspace, table: Table) -> Iterator[Problem]:
    spec = table.spec
    if spec.source not in workspace.sources:
        yield unknown("unknown-source", "source", spec.source, workspace.sources, table.file, table.line("source"))
    root, colon, _ = spec.file.partition(":")
    if colon and root not in workspace.config.roots:
        yield unknown("unknown-root", "root", root, workspace.config.roots, table.file, table.line("file"))
    kind = workspace.kinds.get(spec.kind)
    if kind is None:
        yield unknown("unknown-kind", "kind", spec.kind, workspace.kinds, table.file, table.line("kind"))
        return
    names = [f.id for f in kind.fields]
    for section, entries in (("columns", spec.columns), ("constants", spec.constants)):
        for name in entries:
            if name not in names:
                yield unknown(
                    "unknown-field", f"field of {kind.kind}", name, names, table.file, table.line(section, name)
                )
    for name in set(spec.columns) & set(spec.constants):
        message = f"{name!r} is both a column and a constant"
        yield Problem("bad-value", message, table.file, table.line("constants", name))
    for name, column in spec.columns.items():
        if isinstance(column, ColumnSpec):
            yield from _check_column(table, kind, name, column)
    for index, rule in enumerate(spec.exclude):
        try:
            parse_filter(rule.when)
        except FilterSyntaxError as error:
            message = f"{error} (character {error.position + 1} of {rule.when!r})"
            yield Problem("bad-filter", message, table.file, table.line("exclude", index))


def _check_column(table: Table, kind: RecordKind, name: str, column: ColumnSpec) -> Iterator[Problem]:
    field = kind.field(name)
    line = table.line("columns", name)
    if column.unit is not None:
        yield from check_unit(column.unit, table.file, line)
    if (column.unit or column.unit_column) and field is not None and field.type != "quantity":
        yield Problem("bad-value", f"{name} is {field.type} and has no unit", table.file, line)
    if column.unit and column.unit_column:
        yield Problem("bad-value", "a column has a unit or a column of units, not both", table.file, line)
    if column.format is not None and field is not None and field.type != "date":
        yield Problem("bad-value", f"{name} is {field.type}; `format` is for dates", table.file, line)
    yield from _check_values(table, field, name, column)


def _check_values(table: Table, field: FieldSpec | None, name: str, column: ColumnSpec) -> Iterator[Problem]:
    """Faults of the values that `map`, `match` and `otherwise` of a column give."""
    line = table.line("columns", name)
    for index, rule in enumerate(column.match):
        if not (rule.starts or rule.ends or rule.contains):
            at = table.line("columns", name, "match", index)
            yield Problem("missing-key", "a match rule needs `starts`, `ends` or `contains`", table.file, at)
    if column.map_only and column.otherwise is not None:
        yield Problem("bad-value", "`map_only` and `otherwise` contradict each other", table.file, line)
    if field is None or field.type != "choice":
        return
    given = [*column.map.values(), *(rule.value for rule in column.match)]
    for value in dict.fromkeys([*given, *([] if column.otherwise is None else [column.otherwise])]):
        if value not in field.values:
            hint = did_you_mean(str(value), field.values) or f"Known: {', '.join(field.values)}"
            yield Problem("bad-value", f"{name} cannot be {value!r}", table.file, line, hint)
