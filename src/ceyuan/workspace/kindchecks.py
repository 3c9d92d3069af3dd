"""What a record kind must satisfy: names that exist and do not collide, units that fit, references that end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ceyuan.errors import Problem
from ceyuan.expressions import FilterSyntaxError, fields_of, parse_filter
from ceyuan.workspace.faults import check_filter, check_unit, unknown
from ceyuan.workspace.kinds import FieldSpec, RecordKind
from ceyuan.workspace.reader import Workspace
from ceyuan.workspace.yamlfile import YamlDocument

NUMERIC = frozenset({"integer", "number", "quantity"})
RESERVED = frozenset({
    "raw", "corrected", "duplicates", "observations", "closure", "parts", "periods", "period_within", "leaf",
    "candidates", "fresh", "lineage", "lineage_inputs", "old_build", "new_build", "ceyuan_incoming", "cell", "kind", "a", "b",
    "stated", "shares", "within", "stock_ends",
})  # fmt: skip
"""Names that the engine's own tables have."""


class _Kind:
    """A kind with the place of its parts; built-in kinds have the name of their kind for a file."""

    def __init__(self, kind: RecordKind, document: YamlDocument | None) -> None:
        self.kind = kind
        self.document = document
        self.file = f"kind {kind.kind}" if document is None else document.file

    def line(self, *path: str | int) -> int | None:
        return None if self.document is None else self.document.line(path)

    def entry_line(self, section: str, identifier: str) -> int | None:
        """The line of a field or check by its identifier: an extended kind has others before its own."""
        data = self.document.data if self.document is not None else None
        entries = data.get(section) if isinstance(data, dict) else None
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict) and entry.get("id") == identifier:
                return self.line(section, index)
        return self.line(section)

    def fault(self, code: str, message: str, line: int | None) -> Problem:
        return Problem(code, message, self.file, line)


def check_kind(workspace: Workspace, kind: RecordKind) -> Iterator[Problem]:
    """All faults of one kind."""
    here = _Kind(kind, workspace.kind_documents.get(kind.kind))
    if kind.kind in RESERVED or kind.kind.startswith(("lookup_", "target_")):
        yield here.fault(
            "bad-value",
            f"kind: {kind.kind!r} is a name that the engine uses itself",
            here.line("kind"),
        )
    yield from _check_names(here)
    yield from _check_roles(here)
    for field in kind.fields:
        yield from _check_field(workspace, here, field)
    for check in kind.checks:
        line = here.entry_line("checks", check.id)
        yield from check_filter(workspace, kind.kind, check.when, here.file, line)
        yield from _check_reach(here, check.when, line)


def reference_circles(workspace: Workspace) -> Iterator[Problem]:
    """Kinds that refer to themselves, directly or by others: their rows could not be checked in any order."""
    targets = {
        k.kind: {f.id: f.to for f in k.fields if f.type == "ref" and f.to}
        for k in workspace.kinds.values()
    }
    for name, kind in workspace.kinds.items():
        here = _Kind(kind, workspace.kind_documents.get(name))
        for field, target in targets[name].items():
            if name in _reached(targets, target):
                message = f"the reference {field!r} leads back to {name}: records can refer to earlier kinds only"
                yield here.fault("bad-value", message, here.entry_line("fields", field))


def _reached(targets: Mapping[str, Mapping[str, str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += targets.get(name, {}).values()
    return found


def _check_names(here: _Kind) -> Iterator[Problem]:
    seen: set[str] = set()
    for field in here.kind.fields:
        derived = [field.id]
        if field.type == "quantity":
            derived += [f"{field.id}_unit", f"{field.id}_decimals"]
        if field.type == "period":
            derived += [f"{field.id}_start", f"{field.id}_end"]
        for name in derived:
            if name in seen:
                message = f"the field {name!r} is declared twice"
                if name != field.id or name not in [
                    f.id for f in here.kind.fields if f is not field
                ]:
                    message = (
                        f"the column {name!r} of a quantity or period has the name of another field"
                    )
                yield here.fault("duplicate-id", message, here.entry_line("fields", field.id))
            seen.add(name)


def _check_roles(here: _Kind) -> Iterator[Problem]:
    kind = here.kind
    names = [f.id for f in kind.fields]
    roles: list[tuple[str, str | None, frozenset[str]]] = [
        *(("key", name, frozenset[str]()) for name in kind.key),
        ("place", kind.place, frozenset({"place"})),
        ("period", kind.period, frozenset({"date", "period"})),
        ("fractional", kind.fractional.over if kind.fractional else None, frozenset({"ref"})),
        *(
            ("fractional", name, frozenset[str]())
            for name in (kind.fractional.within if kind.fractional else ())
        ),
    ]
    for role, name, types in roles:
        field = kind.field(name) if name is not None else None
        if name is not None and field is None:
            yield unknown("unknown-field", "field", name, names, here.file, here.line(role))
        elif field is not None and types and field.type not in types:
            message = f"{role}: {name} is {field.type}, not {' or '.join(sorted(types))}"
            yield here.fault("bad-value", message, here.line(role))


def _check_field(workspace: Workspace, here: _Kind, field: FieldSpec) -> Iterator[Problem]:
    line = here.entry_line("fields", field.id)
    if field.type == "ref":
        yield from _check_reference(workspace, here, field, line)
    if field.type == "choice" and not field.values:
        yield here.fault("missing-key", f"the field {field.id!r} is a choice without values", line)
    if (field.min is not None or field.max is not None) and field.type not in NUMERIC:
        yield here.fault(
            "bad-value", f"{field.id} is {field.type}; `min` and `max` are for numbers", line
        )
    yield from _check_field_unit(here, field, line)


def _check_reference(
    workspace: Workspace, here: _Kind, field: FieldSpec, line: int | None
) -> Iterator[Problem]:
    """A field that refers to records of another kind, which are told apart by one field."""
    to = field.to or ""
    if to not in workspace.kinds:
        yield unknown("unknown-kind", "kind", to, workspace.kinds, here.file, line)
    elif len(workspace.kinds[to].key) != 1:
        yield here.fault("bad-value", f"{field.id}: {to} has no key of one field to refer to", line)


def _check_field_unit(here: _Kind, field: FieldSpec, line: int | None) -> Iterator[Problem]:
    """The unit of a quantity, and the unit of a field whose values name one."""
    if field.type != "quantity" and (field.unit or field.unit_of or field.dimension):
        yield here.fault("bad-value", f"{field.id} is {field.type} and has no unit", line)
    if field.unit is not None:
        yield from check_unit(field.unit, here.file, line)
    if field.unit_of is not None:
        other = here.kind.field(field.unit_of)
        if other is None or other.type != "quantity":
            yield here.fault(
                "unknown-field",
                f"unit_of: {field.unit_of!r} is no quantity of {here.kind.kind}",
                line,
            )


def _check_reach(here: _Kind, when: str, line: int | None) -> Iterator[Problem]:
    """A row is checked before it is joined to others, so a check cannot step over references."""
    try:
        used = [f.path for f in fields_of(parse_filter(when))]
    except FilterSyntaxError:
        return  # reported already
    for path in used:
        field = here.kind.field(path[0])
        if len(path) > 1 and field is not None and field.type == "ref":
            message = f"{'.'.join(path)} is a field of another record; a check sees one row only"
            yield here.fault("bad-filter", message, line)
