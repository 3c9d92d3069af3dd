"""Which column plays which part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail

NEEDED = ("record_id", "kind", "lat", "lon")
OPTIONAL = ("contributor_id", "weight", "year", "field", "country", "citations", "precision")
ROLES = NEEDED + OPTIONAL

Renames = Mapping[str, Sequence[str]]
"""For a role, the column names that may play it, in order of preference."""


def parse_renames(pairs: Iterable[str]) -> dict[str, list[str]]:
    """Read ``role=Column`` pairs; a role may come several times, for files with different headers.

    Raises:
        CeyuanError: ``cluster-bad-column``, for every pair that is not of this form or names no role.

    >>> parse_renames(["lat=Latitude", "lat=y"])
    {'lat': ['Latitude', 'y']}
    """
    problems, renames = [], dict[str, list[str]]()
    for pair in pairs:
        role, equals, name = pair.partition("=")
        if not equals or not name:
            problems.append(
                Problem("cluster-bad-column", f"{pair!r} is not of the form role=Column")
            )
        elif role not in ROLES:
            message = f"there is no role {role!r}, only {', '.join(ROLES)}"
            problems.append(Problem("cluster-bad-column", message, hint=did_you_mean(role, ROLES)))
        else:
            renames.setdefault(role, []).append(name)
    if problems:
        raise CeyuanError(problems)
    return renames


def resolve(
    names: Sequence[str], renames: Renames, source: str, *, needs_kind: bool, needs_record: bool
) -> dict[str, str]:
    """The column of each role that a source has.

    Args:
        names: the source's columns.
        renames: what the user said.
        source: its name for messages.
        needs_kind: whether the kind must come from a column.
        needs_record: whether the record id must.

    Raises:
        CeyuanError: ``cluster-bad-column``, listing every needed column that is missing.
    """
    found: dict[str, str] = {}
    problems = []
    for role in ROLES:
        wanted = [*renames.get(role, ()), role]
        present = [name for name in wanted if name in names]
        if present:
            found[role] = present[0]
        elif (
            role in ("lat", "lon")
            or (role == "kind" and needs_kind)
            or (role == "record_id" and needs_record)
        ):
            message = f"there is no column {' or '.join(repr(w) for w in wanted)}, only {', '.join(names)}"
            problems.append(
                Problem("cluster-bad-column", message, file=source, hint=_hint(role, names))
            )
    if problems:
        raise CeyuanError(problems)
    return found


def _hint(role: str, names: Sequence[str]) -> str:
    ways = {"kind": ", or give --kind", "record_id": ", or say --row-is-record"}
    return f"Name it with --column {role}=…{ways.get(role, '')}. {did_you_mean(role, names) or ''}".rstrip()


def unused_names(renames: Renames, columns: Sequence[Sequence[str]]) -> list[Problem]:
    """A problem for each column that the user named and no input has: probably a slip of the pen.

    Args:
        renames: what the user said.
        columns: the columns of each input.
    """
    known = sorted({name for names in columns for name in names})
    return [
        Problem(
            "cluster-bad-column",
            f"no input has a column {name!r} for {role}",
            hint=did_you_mean(name, known),
        )
        for role, names in renames.items()
        for name in names
        if name not in known
    ]


def kinds_for(kinds: Sequence[str], n: int) -> list[str | None]:
    """The fixed kind of each of n sources: none, one for all, or one each.

    Raises:
        CeyuanError: ``cluster-bad-option`` if there are some, but neither one nor n.
    """
    if not kinds:
        return [None] * n
    if len(kinds) == 1:
        return [kinds[0]] * n
    if len(kinds) != n:
        raise fail(
            "cluster-bad-option",
            f"there are {len(kinds)} kinds for {n} inputs; give one, or one for each",
        )
    return [*kinds]
