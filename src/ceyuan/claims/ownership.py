"""Which sources of a workspace are the very text that is checked."""

from __future__ import annotations

from collections.abc import Iterable

from ceyuan.pipeline.reading import Build


def recognised_sources(build: Build, text: str) -> frozenset[str]:
    """Sources that are this very text: at least three of their figures quote words, nearly all of which stand in it."""
    squeezed = "".join(text.split())
    quotes: dict[str, list[str]] = {}
    if "figure" in build.kinds:
        for source, quote in build.engine.rows("SELECT _source, quote FROM figure WHERE quote IS NOT NULL"):
            quotes.setdefault(str(source), []).append("".join(str(quote).split()))
    return frozenset(s for s, found in quotes.items() if len(found) >= 3 and _share(found, squeezed) >= 0.8)


def _share(quotes: Iterable[str], text: str) -> float:
    hits = [q in text for q in quotes]
    return sum(hits) / len(hits)
