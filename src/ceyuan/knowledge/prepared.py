"""From tables to a citation graph: what disruption and impact have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ceyuan.knowledge.graph import CitationGraph, build_graph, memory_needed
from ceyuan.knowledge.inputs import (
    ROLES,
    Citations,
    Works,
    read_authors,
    read_citations,
    read_works,
)
from ceyuan.knowledge.outputs import share
from ceyuan.tabular.columns import Columns, parse_roles, read_columns


def silent(_: str) -> None:
    """Says nothing."""


@dataclass(frozen=True)
class Prepared:
    """Tables that were read, and the graph that they make.

    Attributes:
        works: the list of works.
        citations: who cites whom.
        graph: the same in order of time.
        tables: the tables by role: ``citations``, ``works``, ``authors``.
    """

    works: Works
    citations: Citations
    graph: CitationGraph
    tables: Mapping[str, Columns]

    def facts(self) -> dict[str, Any]:
        """What was read, kept and set aside, for a manifest; every row is in exactly one place."""
        works, cited, tally = self.works, self.citations, self.graph.tally
        others = cited.others
        kept_outside = cited.unknown_cited if others else 0
        set_aside = {
            "without_id": cited.without_id,
            "unknown_citing": cited.unknown_citing,
            "unknown_cited": cited.unknown_cited - kept_outside,
            "undated": tally.unknown - cited.unknown_citing - cited.unknown_cited + kept_outside,
            "self_loops": tally.self_loops,
            "self_citations": tally.self_citations,
            "duplicates": tally.duplicates,
        }
        dated = int(works.known.sum())
        return {
            "works": {
                "read": works.read,
                "dated": dated,
                "set_aside": {
                    "without_id": works.without_id,
                    "repeated": works.repeated,
                    "undated": len(works.ids) - dated,
                },
                "unreadable": works.unreadable,
            },
            "citations": {
                "read": cited.read,
                "kept": tally.kept,
                "set_aside": set_aside,
                "unreadable": cited.unreadable,
                "kept_of_same_time": tally.same_time,
                "kept_of_the_future": tally.future,
                "coverage": share(tally.kept, cited.read),
                "works_outside_the_list": others,
            },
        }


def prepare(
    citations: object,
    works: object,
    *,
    authors: object | None = None,
    outside: bool = False,
    columns: Sequence[str] = (),
    threads: int | None = None,
    tell: Callable[[str], None] = silent,
) -> Prepared:
    """Read works and citations and put them in order of time.

    Args:
        citations: a table with the columns ``citing`` and ``cited``; a path, a mapping or a frame.
        works: one with ``id`` and ``year`` or ``date``.
        authors: one with ``work`` and ``author``; then citations between works with an author in common are left out.
        outside: keep cited works that are not in the list, as references.
        columns: other names of columns, as ``role=Column``.
        threads: threads to use, None for all.
        tell: is given lines of talk.

    Raises:
        CeyuanError: ``column-missing``, ``column-role``, ``knowledge-no-works`` and what reading finds.
    """
    renames = parse_roles(columns, ROLES)
    tables = {
        "citations": read_columns(citations, "citations"),
        "works": read_columns(works, "works"),
    }
    listed = read_works(tables["works"], renames)
    found = read_citations(tables["citations"], listed, renames, keep_outside=outside)
    written = None
    if authors is not None:
        tables["authors"] = read_columns(authors, "authors")
        written = read_authors(tables["authors"], listed, renames, found.others)
    megabytes = memory_needed(len(listed.ids) + found.others, found.citing.size) >> 20
    tell(
        f"{len(listed.ids):,} works and {found.read:,} citations; the graph and its counts need about {megabytes + 1:,} MB …"
    )
    graph = build_graph(
        listed.time,
        listed.known,
        found.citing,
        found.cited,
        others=found.others,
        authors=written,
        threads=threads,
    )
    return Prepared(listed, found, graph, tables)
