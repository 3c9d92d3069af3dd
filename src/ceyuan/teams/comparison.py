"""Two versions of a report or a proposed task compared word by word: what stays, what was added, what was taken out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from ceyuan.plan.spec import ReportFile, TaskFile
from ceyuan.workspace.spec import Spec
from ceyuan.workspace.submissions import SubmissionFile

Kind = Literal["kept", "added", "removed"]
PARTS: dict[type[Spec], tuple[str, ...]] = {
    ReportFile: ("text", "difficulties", "next_steps"),
    TaskFile: ("name", "why", "note"),
    SubmissionFile: (),
}
"""What is compared word by word."""
LISTS: dict[type[Spec], tuple[str, ...]] = {
    ReportFile: ("values", "reached"),
    TaskFile: (
        "number",
        "year",
        "through",
        "lead",
        "co_leads",
        "partners",
        "cities",
        "units",
        "field",
        "mechanism",
        "depends",
        "milestones",
        "targets",
        "evidence",
    ),
    SubmissionFile: ("name", "sha256"),
}
"""What is compared entry by entry; what has one value is a list of it."""
# A figure, a word and white space are one piece each; what is neither (Chinese and punctuation) goes sign by sign.
_CHINESE = r"\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(rf"\d+(?:[.,]\d+)*|(?:(?![\d_{_CHINESE}])\w)+|\s+|.", re.DOTALL)
_MOST_PAIRS = (
    1_000_000  # of equal pieces that are looked at; a text of some ten thousand signs has that many
)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that both versions have, or one of them.

    Attributes:
        kind: whether it is kept, added or removed.
        text: what stands there.
    """

    kind: Kind
    text: str


def compare_texts(old: str, new: str) -> tuple[Run, ...]:
    """Two texts as one sequence of runs: without what was added it is the old text, without what was removed the new one.

    English is compared by words, Chinese by characters, figures as a whole. Texts that are too long for it are
    compared by lines, or stand against each other as they are.

    >>> [(run.kind, run.text) for run in compare_texts("新建实验室12家", "新建联合实验室13家")]
    [('kept', '新建'), ('added', '联合'), ('kept', '实验室'), ('removed', '12'), ('added', '13'), ('kept', '家')]
    """
    for cut in (_PIECE.findall, _lines):
        before, after = cut(old), cut(new)
        if _pairs(before, after) <= _MOST_PAIRS:
            return tuple(_runs(before, after))
    return tuple(_runs([old], [new]))


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    """How many pieces of one text are equal to how many of the other: what comparing them costs."""
    often = Counter(after)
    return sum(number * often[piece] for piece, number in Counter(before).items())


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
    for kind, start, end, new_start, new_end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        removed, added = "".join(before[start:end]), "".join(after[new_start:new_end])
        if kind == "equal":
            yield Run("kept", removed)
            continue
        if removed:
            yield Run("removed", removed)
        if added:
            yield Run("added", added)


def compare(old: Spec | None, new: Spec) -> dict[str, Any]:
    """What a version of a report or a proposed task says otherwise than another.

    Args:
        old: the version that it is compared with; None for nothing, against which everything is added.
        new: the version.

    Returns:
        ``texts``: for each text (``difficulties`` for example) that one of them has, the runs of each language;
        ``lists``: for each list (``values``, ``milestones``) the entries that were ``added`` and ``removed``.
    """
    before = {} if old is None else _said(old)
    after = _said(new)
    parts = {
        part: _by_language(before.get(part, {}), after.get(part, {})) for part in PARTS[type(new)]
    }
    lists = {name: _entries(_list(before, name), _list(after, name)) for name in LISTS[type(new)]}
    return {"texts": {part: runs for part, runs in parts.items() if runs}, "lists": lists}


def _said(spec: Spec) -> dict[str, Any]:
    return spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    found = said.get(name, [])
    return found if isinstance(found, list) else [found]


def _by_language(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[Run, ...]]:
    languages = [*new, *(language for language in old if language not in new)]
    return {
        language: compare_texts(old.get(language, ""), new.get(language, ""))
        for language in languages
    }


def _entries(old: Sequence[Any], new: Sequence[Any]) -> dict[str, list[Any]]:
    return {
        "added": [one for one in new if one not in old],
        "removed": [one for one in old if one not in new],
    }
