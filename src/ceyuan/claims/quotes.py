"""Words that records quote must stand in the text that they quote."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ceyuan.claims.origins import squeezed
from ceyuan.engine import identifier, literals
from ceyuan.errors import Problem
from ceyuan.pipeline.reading import Build

_OMISSION = "…"


def missing_quotes(build: Build, sources: Collection[str], text: str) -> Iterator[Problem]:
    """A warning for every record of some sources whose quote does not stand in their text.

    Args:
        build: the build with the records.
        sources: the sources that are this very text.
        text: the text, whole.
    """
    if not sources:
        return
    whole = squeezed(text)
    named = literals(sorted(sources))
    for kind in build.kinds.values():
        if not any(field.id == "quote" for field in kind.fields):
            continue
        query = (
            f"SELECT _file, _line, quote FROM {identifier(kind.kind)} "
            f"WHERE quote IS NOT NULL AND _source IN ({named}) ORDER BY _file, _line"
        )
        for file, line, quote in build.engine.rows(query):
            if not stands_in(str(quote), whole):
                message = f"the words {str(quote)!r} do not stand in the text"
                yield Problem("quote-not-found", message, str(file), int(line), severity="warning")


def stands_in(quote: str, whole: str) -> bool:
    """Whether the parts of a quote, between the omissions that it marks, stand in a text one after the other.

    >>> stands_in("广州…市负责同志", squeezed("广州、深圳市负责同志")), stands_in("市…广州", squeezed("广州、深圳市"))
    (True, False)
    """
    at = 0
    for part in squeezed(quote).split(_OMISSION):
        found = whole.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True
