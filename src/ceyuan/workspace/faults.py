"""Faults that several checks report in the same words: unknown names, units and filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceyuan.errors import Problem, did_you_mean
from ceyuan.expressions import FilterSyntaxError, parse_filter
from ceyuan.units import parse_unit, unit_names
from ceyuan.workspace.fieldpaths import filter_faults
from ceyuan.workspace.reader import Workspace


def unknown(
    code: str, what: str, name: str, known: Iterable[str], file: str, line: int | None
) -> Problem:
    """The problem that a name is not declared, with what was probably meant."""
    names = sorted(known)
    listed = f"Known: {', '.join(names)}" if 0 < len(names) <= 12 else None
    return Problem(
        code,
        f"the {what} {name!r} is not declared",
        file,
        line,
        did_you_mean(name, names) or listed,
    )


def check_unit(text: str, file: str, line: int | None) -> Iterator[Problem]:
    """The problem that a unit is not known, if it is not."""
    try:
        parse_unit(text)
    except ValueError as error:
        yield Problem("unknown-unit", str(error), file, line, did_you_mean(text, unit_names()))


def check_filter(
    workspace: Workspace, kind: str, text: str, file: str, line: int | None
) -> Iterator[Problem]:
    """Faults of a filter over a kind: syntax, unknown fields, impossible comparisons."""
    try:
        tree = parse_filter(text)
    except FilterSyntaxError as error:
        yield Problem(
            "bad-filter", f"{error} (character {error.position + 1} of {text!r})", file, line
        )
        return
    for message, hint in filter_faults(workspace.kinds, kind, tree):
        yield Problem("bad-filter", message, file, line, hint)
