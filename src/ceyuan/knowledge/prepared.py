"""From tables to a citation graph: what disruption and impact have in common."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ceyuan.errors import fail
from ceyuan.knowledge.citations import Citations, read_citations
from ceyuan.knowledge.graph import CitationGraph, build_graph, in_order, memory_needed, most_held
from ceyuan.knowledge.inputs import ROLES, Works, read_authors, read_works
from ceyuan.knowledge.outputs import Read, share
from ceyuan.tabular.columns import Columns, columns_of_roles, parse_roles, read_columns
from ceyuan.tabular.parts import Parts, read_parts

USUAL = 4 << 30
"""The memory that a graph may take where nobody knows what the machine has."""


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
        table: that of the works.
    """

    works: Works
    citations: Citations
    graph: CitationGraph
    tables: Mapping[str, Columns | Read]
    table: Columns

    def facts(self) -> dict[str, Any]:
        """What was read, kept and set aside, for a manifest; every row is in exactly one place."""
        works, cited, tally = self.works, self.citations, self.graph.tally
        set_aside = {
            "without_id": cited.without_id,
            "unknown_citing": cited.unknown_citing,
            "unknown_cited": cited.unknown_cited,
            "undated": cited.undated,
            "self_loops": cited.self_loops,
            "self_citations": cited.self_citations,
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
                "repeated_with_another_time": works.repeated_otherwise,
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
                "works_outside_the_list": cited.others,
            },
        }


def prepare(
    citations: object,
    works: object,
    *,
    authors: object | None = None,
    outside: bool = False,
    columns: Sequence[str] = (),
    memory: str | None = None,
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
        memory: how much memory the graph and its counts may take (``4GB``): more citations than fit are kept on disk and looked
            at in blocks, with the same results. Three quarters of the machine's if None. Works always are in memory.
        threads: threads to use, None for all.
        tell: is given lines of talk.

    Raises:
        CeyuanError: ``column-missing``, ``column-role``, ``knowledge-no-works``, ``knowledge-bad-option`` and what reading finds.
    """
    renames = parse_roles(columns, ROLES)
    limit = memory_limit(memory)
    table, parts = read_columns(works, "works"), read_parts(citations, "citations")
    tables: dict[str, Columns | Read] = {"works": table}
    listed = read_works(table, renames)
    written = None
    if authors is not None:
        of_authors = tables["authors"] = read_columns(authors, "authors")
        written = read_authors(of_authors, listed, renames)
    n = len(listed.ids)
    most = most_held(limit, n)
    tell(
        f"{n:,} works; {most:,} citations fit in {megabytes(memory_needed(n, most))} MB, more are kept on disk …"
    )
    order = in_order(listed.time, listed.known, undated=outside)
    found = read_citations(
        parts, listed, order, renames, authors=written, outside=outside, most=most, threads=threads
    )
    head = parts.head
    tables["citations"] = Read(head.name, head.path, found.read, found.unreadable)
    if found.read and found.unknown_citing == found.read - found.without_id:
        tell(_strangers(parts, listed, renames))
    held = min(found.edges.size, most)
    tell(
        f"{found.read:,} citations; the graph and its counts need about "
        f"{megabytes(memory_needed(n + found.others, held))} MB …"
    )
    graph = build_graph(order, found.edges, found.count, others=found.others, most=most)
    return Prepared(listed, found, graph, tables, table)


def _strangers(parts: Parts, works: Works, renames: Mapping[str, str]) -> str:
    """What is to be said where no citing work is in the list: the ids of the two tables are of different kinds."""
    name = columns_of_roles(parts.head, renames, ("citing",))["citing"]
    first = next(parts.of([name], 1)).column(name)
    return f"no citing work is in the list of works: {first[0].as_py()!r} cites, {works.names[0].as_py()!r} is in the list"


def megabytes(size: int) -> str:
    """A number of bytes in megabytes, rounded up.

    >>> megabytes(1_500_000_000)
    '1,431'
    """
    return f"{-(-size >> 20):,}"


def memory_limit(text: str | None) -> int:
    """How many bytes may be used: ``500MB``, ``4GB``; three quarters of the machine's memory if nothing is said.

    Raises:
        CeyuanError: ``knowledge-bad-option``.

    >>> memory_limit("2 GB")
    2147483648
    """
    if text is None:
        try:
            return 3 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
        except (AttributeError, ValueError):  # not on every system
            return USUAL
    found = re.fullmatch(r"(\d+(?:\.\d+)?) *([KMGT])i?B?", str(text).strip(), re.IGNORECASE)
    if found is None:
        message = f"{text!r} is no amount of memory; write 500MB or 4GB"
        raise fail("knowledge-bad-option", message)
    power = "KMGT".index(found[2].upper()) + 1
    return int(float(found[1]) * (1 << (10 * power)))
