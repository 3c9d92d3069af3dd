"""Two versions of a text compared figure by figure: what stayed, changed, was added, was taken out.

Figures are the same where they state the same value of the same thing. What stands in the same order is found first; between
that, and across the text, figures are paired that have a unit in common and are called alike, the most alike first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product
from typing import Any, Literal

from ceyuan.claims.model import Claim
from ceyuan.claims.names import core, similarity
from ceyuan.claims.render import SIGNS, claim_json
from ceyuan.claims.saying import verdict_words
from ceyuan.reader import Statement
from ceyuan.wording import Language

Kind = Literal["same", "changed", "added", "removed"]
KINDS: tuple[Kind, ...] = ("same", "changed", "added", "removed")
_FIELDS = (
    "value",
    "value_max",
    "from_value",
    "unit",
    "bound",
    "kind",
    "modality",
    "cumulative",
    "place",
    "period",
)
_ALIKE = 0.6  # of the names of two figures that are taken for one
COLUMNS = ("change", "before", "now", "what", "verdict", "subject", "reason")


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure in two versions of a text.

    Attributes:
        kind: whether it is the same, changed, added or removed.
        before: as the older version states it, None where it was added.
        now: as the newer one states it, with its verdict; None where it was removed.
        fields: what of it changed, by the names of :class:`ceyuan.reader.Statement`.
    """

    kind: Kind
    before: Statement | None
    now: Claim | None
    fields: tuple[str, ...] = ()


def compare(before: Sequence[Statement], now: Sequence[Claim]) -> list[FigureChange]:
    """The figures of two versions of a text, in the order of the newer one; what was removed stands last.

    Args:
        before: the statements of the older version.
        now: the claims of the newer one.
    """
    pairs = _in_order(before, now)
    pairs |= _paired(before, now, pairs)
    taken = set(pairs.values())
    changes = [
        _change(before[pairs[i]] if i in pairs else None, claim) for i, claim in enumerate(now)
    ]
    return changes + [
        FigureChange("removed", old, None) for i, old in enumerate(before) if i not in taken
    ]


def _change(before: Statement | None, now: Claim) -> FigureChange:
    if before is None:
        return FigureChange("added", None, now)
    fields = tuple(
        name for name in _FIELDS if getattr(before, name) != getattr(now.statement, name)
    )
    return FigureChange("changed" if fields else "same", before, now, fields)


def _facts(statement: Statement) -> tuple[object, ...]:
    """All that a figure states."""
    return core(statement.subject), *(getattr(statement, name) for name in _FIELDS)


def _in_order(before: Sequence[Statement], now: Sequence[Claim]) -> dict[int, int]:
    """Figures that both versions state in the same order: position in the newer one to that in the older one."""
    old, new = [_facts(s) for s in before], [_facts(c.statement) for c in now]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.b + i: block.a + i for block in blocks for i in range(block.size)}


def _paired(
    before: Sequence[Statement], now: Sequence[Claim], known: dict[int, int]
) -> dict[int, int]:
    """Further figures that are taken for one, the most alike first, of equally alike ones those nearest to each other."""
    taken = set(known.values())
    left = [i for i in range(len(before)) if i not in taken]
    right = [j for j in range(len(now)) if j not in known]
    scored = sorted(_scored(before, now, product(left, right)), reverse=True)
    found: dict[int, int] = {}
    for _, _, i, j in scored:
        if i not in taken and j not in found:
            taken.add(i)
            found[j] = i
    return found


def _scored(
    before: Sequence[Statement], now: Sequence[Claim], pairs: Iterable[tuple[int, int]]
) -> Iterator[tuple[float, float, int, int]]:
    """Pairs of figures that may be one: how alike they are, how near, and their positions."""
    for i, j in pairs:
        old, new = before[i], now[j].statement
        if old.unit != new.unit:
            continue
        named = 1.0 if old.subject == new.subject else similarity(old.subject, new.subject)
        if named >= _ALIKE:
            same = sum(
                getattr(old, name) == getattr(new, name)
                for name in ("kind", "place", "period", "value")
            )
            yield named + 0.25 * same, -abs(i / len(before) - j / len(now)), i, j


def counted(changes: Iterable[FigureChange]) -> str:
    """How many figures stayed, changed, were added and removed, in words."""
    kinds = [change.kind for change in changes]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in KINDS)


def row(change: FigureChange, language: Language = "en") -> dict[str, str]:
    """One figure as a line of a table."""
    statement = change.now.statement if change.now is not None else change.before
    verdict, reason = "", ""
    if change.now is not None:
        verdict = f"{SIGNS[change.now.verdict]} {verdict_words(change.now).get(language)}"
        reason = change.now.reason.get(language)
    return {
        "change": change.kind,
        "before": _quote(change.before),
        "now": _quote(change.now.statement if change.now is not None else None),
        "what": ", ".join(change.fields),
        "verdict": verdict,
        "subject": statement.subject if statement is not None else "",
        "reason": reason,
    }


def _quote(statement: Statement | None) -> str:
    return "" if statement is None else "".join(statement.quote.split())


def as_json(change: FigureChange, language: Language = "en") -> dict[str, Any]:
    """One figure as the documented JSON object."""
    return {
        "change": change.kind,
        "fields": list(change.fields),
        "before": None if change.before is None else change.before.as_json(),
        "now": None if change.now is None else claim_json(change.now, language),
    }
