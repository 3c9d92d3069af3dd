"""What one file says about another: every name that is used must be declared, every unit must fit.

Single files are checked when they are read; these checks look across. They never stop at the first fault.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ceyuan.errors import Problem, did_you_mean
from ceyuan.expressions import FilterSyntaxError, literals_of, parse_filter
from ceyuan.units import may_be_unit, parse_unit, shipped_dimensions, shipped_word
from ceyuan.workspace.clock import zone_named, zones_alike
from ceyuan.workspace.faults import check_filter, check_unit, unknown
from ceyuan.workspace.kindchecks import check_kind, reference_circles
from ceyuan.workspace.kinds import FieldSpec, RecordKind
from ceyuan.workspace.reader import Table, Workspace
from ceyuan.workspace.settings import CONFIG
from ceyuan.workspace.submissions import check_submissions
from ceyuan.workspace.tables import ColumnSpec
from ceyuan.workspace.walking import root_allowed, root_variable

__all__ = ["check_filter", "check_references", "check_unit", "unknown"]
_DATE_CODES = re.compile(r"(?:[^%]|%-?[YymdbBjHMSfIpaA]|%%)*")


def check_references(workspace: Workspace) -> list[Problem]:
    """Faults of kinds, tables and the configuration that only show across files."""
    return [
        *(p for kind in workspace.kinds.values() for p in check_kind(workspace, kind)),
        *reference_circles(workspace),
        *(p for table in workspace.tables for p in _check_table(workspace, table)),
        *(p for table in workspace.tables for p in _check_sides(workspace, table)),
        *check_submissions(workspace.submissions, {t.id: t.spec for t in workspace.tables}),
        *_check_config(workspace),
        *_check_hk_mo(workspace),
    ]


def _check_hk_mo(workspace: Workspace) -> Iterator[Problem]:
    """Where a workspace has Hong Kong or Macao, every indicator says how it treats them."""
    if not any(place.iso3166 in ("HK", "MO") for place in workspace.places):
        return
    for definition in workspace.definitions.values():
        if "hk_mo" not in definition.indicator.model_fields_set:
            message = f"{definition.indicator.id} does not say how Hong Kong and Macao are treated"
            hint = "Write hk_mo: {rule: separate}, in_china or not_applicable"
            yield Problem("missing-key", message, definition.file, definition.line, hint)


def _check_addresses(workspace: Workspace) -> Iterator[Problem]:
    """Roots that lead out of what may be read, and passwords in addresses of databases."""
    document = workspace.config_document
    for name, declared in workspace.config.roots.items():
        if not os.environ.get(root_variable(name)) and not root_allowed(workspace.root, declared):
            line = document.line(("roots", name))
            yield Problem("unsafe-root", f"the root {name!r} leads to {declared!r}", CONFIG, line)
    for name, address in workspace.config.databases.items():
        if re.search(r"://[^/@]*:[^/@]*@|[?&]password=", address):
            message = f"the address of the database {name!r} holds a password, which does not belong in a file"
            yield Problem("written-password", message, CONFIG, document.line(("databases", name)))


def _check_config(workspace: Workspace) -> Iterator[Problem]:
    places = {p.id for p in workspace.places}
    document = workspace.config_document
    zone = workspace.config.timezone
    if zone_named(zone) is None:
        message, line = f"there is no time zone {zone!r}", document.line(("timezone",))
        yield Problem("unknown-timezone", message, CONFIG, line, zones_alike(zone))
    yield from _check_addresses(workspace)
    for index, headline in enumerate(workspace.config.headline):
        if headline.indicator not in workspace.definitions:
            line = document.line(("headline", index, "indicator"))
            yield unknown(
                "unknown-indicator",
                "indicator",
                headline.indicator,
                workspace.definitions,
                CONFIG,
                line,
            )
        if headline.place not in places:
            line = document.line(("headline", index, "place"))
            yield unknown("unknown-place", "place", headline.place, places, CONFIG, line)
    for index, peer in enumerate(workspace.config.peers):
        if peer not in places:
            yield unknown(
                "unknown-place", "place", peer, places, CONFIG, document.line(("peers", index))
            )
    yield from _check_units(workspace)
    for key, what in (("parties", "party"), ("topics", "topic")):
        seen: set[str] = set()
        for index, entry in enumerate(getattr(workspace.config, key)):
            if entry.id in seen:
                line = document.line((key, index, "id"))
                yield Problem(
                    "duplicate-id", f"the {what} {entry.id!r} is declared twice", CONFIG, line
                )
            seen.add(entry.id)


def _check_units(workspace: Workspace) -> Iterator[Problem]:
    """Units of the workspace's own that are called as others are, or whose dimension has no base."""
    units, document = workspace.config.units, workspace.config_document
    based = {
        unit.word(key).dimension for key, unit in units.items() if unit.factor == 1
    } | shipped_dimensions()
    seen: dict[str, str] = {}
    for key, unit in units.items():
        line = document.line(("units", key))
        for spelling in unit.spellings(key):
            other = shipped_word(spelling)
            taken = seen.get(spelling.casefold()) if other is None else other.text
            if taken is not None:
                yield Problem(
                    "duplicate-id", f"{spelling!r} is a unit already: {taken}", CONFIG, line
                )
            if not may_be_unit(spelling):
                yield Problem("bad-value", f"a unit is not called {spelling!r}", CONFIG, line)
        seen |= dict.fromkeys((spelling.casefold() for spelling in unit.spellings(key)), key)
        if unit.word(key).dimension not in based:
            message = f"no unit of {unit.dimension} has the factor 1, so that {key} has no base"
            yield Problem("missing-key", message, CONFIG, line)


def _check_table(workspace: Workspace, table: Table) -> Iterator[Problem]:
    spec = table.spec
    if spec.source not in workspace.sources:
        yield unknown(
            "unknown-source",
            "source",
            spec.source,
            workspace.sources,
            table.file,
            table.line("source"),
        )
    if spec.database is not None and spec.database not in workspace.config.databases:
        known = workspace.config.databases
        yield unknown(
            "unknown-database", "database", spec.database, known, table.file, table.line("database")
        )
    root, colon, _ = (spec.file or "").partition(":")
    if colon and root not in workspace.config.roots:
        yield unknown(
            "unknown-root", "root", root, workspace.config.roots, table.file, table.line("file")
        )
    kind = workspace.kinds.get(spec.kind)
    if kind is None:
        yield unknown(
            "unknown-kind", "kind", spec.kind, workspace.kinds, table.file, table.line("kind")
        )
        return
    names = [f.id for f in kind.fields]
    for section, entries in (("columns", spec.columns), ("constants", spec.constants)):
        for name in entries:
            if name not in names:
                yield unknown(
                    "unknown-field",
                    f"field of {kind.kind}",
                    name,
                    names,
                    table.file,
                    table.line(section, name),
                )
    for name in set(spec.columns) & set(spec.constants):
        message = f"{name!r} is both a column and a constant"
        yield Problem("bad-value", message, table.file, table.line("constants", name))
    for name, column in spec.columns.items():
        if isinstance(column, ColumnSpec):
            yield from _check_column(table, kind, name, column)
    yield from _check_splits(table, kind)
    yield from _check_exclusions(table)


def _check_sides(workspace: Workspace, table: Table) -> Iterator[Problem]:
    """Sides that may submit figures of a table and are none of the workspace's."""
    parties = {party.id for party in workspace.config.parties}
    for party in table.spec.submitted_by:
        if party not in parties:
            line = table.line("submitted_by")
            yield unknown("unknown-party", "party", party, parties, table.file, line)


def _check_splits(table: Table, kind: RecordKind) -> Iterator[Problem]:
    """A cell with several values makes several records, none of which may hold what all of them share."""
    declared = {
        name: ColumnSpec(column=column) if isinstance(column, str) else column
        for name, column in table.spec.columns.items()
    }
    split = {column.column: column.split for column in declared.values() if column.split}
    for name, column in declared.items():
        if column.split != split.get(column.column, ()):
            message = f"the column {column.column!r} is split in one way for all its fields"
            yield Problem("bad-value", message, table.file, table.line("columns", name))
        field = kind.field(name)
        if (
            split
            and field is not None
            and field.type in ("quantity", "number")
            and column.column not in split
        ):
            message = f"{column.column!r} is not split, so that {name} would be counted for each of several values"
            yield Problem("undivided-amount", message, table.file, table.line("columns", name))


def _check_exclusions(table: Table) -> Iterator[Problem]:
    for index, rule in enumerate(table.spec.exclude):
        line = table.line("exclude", index)
        try:
            tree = parse_filter(rule.when)
        except FilterSyntaxError as error:
            yield Problem(
                "bad-filter",
                f"{error} (character {error.position + 1} of {rule.when!r})",
                table.file,
                line,
            )
            continue
        for value in literals_of(tree):
            if not isinstance(value.value, str):
                message = (
                    f"the columns of a file are text and are not compared with {value.value!r}"
                )
                yield Problem(
                    "bad-filter", message, table.file, line, f"Write '{value.value}' in quotes"
                )


def _check_column(
    table: Table, kind: RecordKind, name: str, column: ColumnSpec
) -> Iterator[Problem]:
    field = kind.field(name)
    line = table.line("columns", name)
    if field is None:
        return  # reported already
    if column.unit is not None:
        yield from check_unit(column.unit, table.file, line)
        yield from _check_dimension(field, column.unit, table.file, line)
    if (column.unit or column.unit_column) and field.type != "quantity":
        yield Problem("bad-value", f"{name} is {field.type} and has no unit", table.file, line)
    if column.unit and column.unit_column:
        yield Problem(
            "bad-value", "a column has a unit or a column of units, not both", table.file, line
        )
    if column.unit and column.unit_from:
        yield Problem(
            "bad-value",
            "a column has a unit or takes it from the heading, not both",
            table.file,
            line,
        )
    for target, key, said in (("note", "marks", column.marks), ("bound", "bounds", column.bounds)):
        if said and kind.field(target) is None:
            message = f"{kind.kind} has no field {target!r} that `{key}` could go to"
            yield Problem("bad-value", message, table.file, line)
    if column.format is not None:
        yield from _check_format(field, column.format, table.file, line)
    yield from _check_values(table, field, name, column)


def _check_dimension(field: FieldSpec, unit: str, file: str, line: int | None) -> Iterator[Problem]:
    try:
        measured = parse_unit(unit).dimension
    except ValueError:
        return  # reported already
    if field.dimension not in (None, measured, measured.partition(":")[0]):
        message = f"{field.id} measures {field.dimension}, which {unit!r} does not: it measures {measured}"
        yield Problem("wrong-unit", message, file, line)


def _check_format(field: FieldSpec, text: str, file: str, line: int | None) -> Iterator[Problem]:
    if field.type != "date":
        yield Problem("bad-value", f"{field.id} is {field.type}; `format` is for dates", file, line)
        return
    codes = set(re.findall(r"%-?([A-Za-z])", text))
    complete = codes & {"Y", "y"} and ("j" in codes or (codes & {"m", "b", "B"} and "d" in codes))
    if _DATE_CODES.fullmatch(text) is None or not complete:
        message = f"{text!r} does not say where year, month and day stand"
        yield Problem(
            "bad-value", message, file, line, "Write it with %Y, %m and %d, for example %d/%m/%Y"
        )


def _check_values(
    table: Table, field: FieldSpec | None, name: str, column: ColumnSpec
) -> Iterator[Problem]:
    """Faults of the values that `map`, `match` and `otherwise` of a column give."""
    line = table.line("columns", name)
    for index, rule in enumerate(column.match):
        if not (rule.starts or rule.ends or rule.contains):
            at = table.line("columns", name, "match", index)
            yield Problem(
                "missing-key", "a match rule needs `starts`, `ends` or `contains`", table.file, at
            )
    if column.map_only and column.otherwise is not None:
        yield Problem(
            "bad-value", "`map_only` and `otherwise` contradict each other", table.file, line
        )
    if field is None or field.type != "choice":
        return
    given = [*column.map.values(), *(rule.value for rule in column.match)]
    for value in dict.fromkeys([*given, *([] if column.otherwise is None else [column.otherwise])]):
        if value not in field.values:
            hint = did_you_mean(str(value), field.values) or f"Known: {', '.join(field.values)}"
            yield Problem("bad-value", f"{name} cannot be {value!r}", table.file, line, hint)
