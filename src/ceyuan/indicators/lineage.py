"""Lineage: what observations were made of, in tables of their own.

One lineage entry serves all observations of an indicator that came about in the same way: it holds the definition's
version and place, the query, and the inputs with their hashes. Which records made one value is not copied out for every
value; the definition of that time is kept and lists them again, and the records themselves are kept unchanged in the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

from ceyuan.records.store import StoredPart
from ceyuan.workspace import DeclaredIndicator

Origin = Literal["records", "indicators", "figures", "clusters"]


@dataclass(frozen=True, slots=True)
class LineageInput:
    """One thing that a lineage entry used.

    Attributes:
        kind: ``records`` (a file of a table), ``indicator``, ``clusters`` (a run, by its manifest), or ``points`` (what a
            run read beside records).
        name: the table, the indicator, the run, or the source of the points.
        file: the file; None for an indicator.
        hash: SHA-256 of that file, or the version of the indicator's definition.
    """

    kind: Literal["records", "indicator", "clusters", "points"]
    name: str
    file: str | None
    hash: str

    @classmethod
    def of(cls, part: StoredPart) -> Self:
        """The file of a stored part."""
        return cls("records", part.table, part.file, part.sha256)


@dataclass(frozen=True, slots=True)
class Lineage:
    """How observations of one indicator came about.

    Attributes:
        id: identifier, a hash of all the rest.
        indicator: the indicator.
        origin: computed from ``records``, from other ``indicators``, stated as ``figures``, or found by a run of ``clusters``.
        version: version of the definition.
        file, line: where the definition stands.
        query: the SQL that made the values.
        inputs: what was used.
    """

    id: str
    indicator: str
    origin: Origin
    version: str
    file: str
    line: int
    query: str
    inputs: tuple[LineageInput, ...]

    @property
    def definition(self) -> str:
        """``file:line`` of the definition."""
        return f"{self.file}:{self.line}"


def make_lineage(
    definition: DeclaredIndicator, origin: Origin, query: str, inputs: Iterable[LineageInput]
) -> Lineage:
    """A lineage entry, with the identifier that its content gives it."""
    used = tuple(inputs)
    parts = [definition.indicator.id, origin, definition.version, query, repr(used)]
    identifier = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
    return Lineage(
        identifier,
        definition.indicator.id,
        origin,
        definition.version,
        definition.file,
        definition.line,
        query,
        used,
    )
