r"""Sentences written by hand from what the shipped workspaces hold, each with its truth: no false verdict, nearly all decided.

A line of ``written/*.txt`` is ``T`` (true), ``F`` (false) or ``O`` (nothing of the build answers it), the figure that matters,
and the text, in which ``\n`` ends a line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from grid import Sentence, Truth
from test_grid import _claim, _outcome

from ceyuan.pipeline.reading import Build

WRITTEN = Path(__file__).parent / "written"
TRUTHS: dict[str, Truth] = {"T": "true", "F": "false", "O": "open"}


def sentences(name: str) -> Iterator[Sentence]:
    for line in (WRITTEN / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        truth, figure, text = line.split("|", 2)
        yield Sentence("written", text.replace("\\n", "\n"), figure, TRUTHS[truth])


def _verdicts(build: Build, name: str) -> tuple[list[str], Counter[tuple[str, str]]]:
    """The false verdicts on the sentences of a file, and how often each truth had each outcome."""
    false_verdicts: list[str] = []
    counts: Counter[tuple[str, str]] = Counter()
    for sentence in sentences(name):
        claim = _claim(build, sentence)
        outcome = _outcome(claim)
        counts[sentence.truth, outcome] += 1
        right = {"true": "agrees", "false": "contradicted", "open": "open"}[sentence.truth]
        if outcome not in (right, "open"):
            false_verdicts.append(
                f"{sentence.truth}: {sentence.text} {claim and claim.reason.get('en')}"
            )
    return false_verdicts, counts


def check(request: pytest.FixtureRequest, name: str, *, undecided: float) -> None:
    """No verdict on a set is false, and at most such a part of what can be decided is undecided."""
    false_verdicts, counts = _verdicts(request.getfixturevalue(name.partition("_")[0]), name)
    assert false_verdicts == []
    left = counts["true", "open"] + counts["false", "open"]
    assert left <= undecided * (counts.total() - counts["open", "open"]), counts


@pytest.mark.parametrize(
    "name",
    [
        "gba",
        "gba_stranger",
        "gba_stranger2",
        "gba_stranger3",
        "gba_stranger4",
        "gba_stranger5",
        "gba_stranger6",
        "china",
        "china_stranger",
        "china_stranger2",
        "china_stranger3",
        "china_stranger4",
        "china_stranger5",
        "china_stranger6",
    ],
)
def test_no_verdict_is_false_and_nine_of_ten_are_decided(
    request: pytest.FixtureRequest, name: str
) -> None:
    check(request, name, undecided=0.1)


# Whole sets as they were written, of which much is still undecided: changes of rank, sums and moves told in other words.
@pytest.mark.parametrize("name", ["gba_open", "china_open"])
def test_no_verdict_is_false_where_many_are_still_undecided(
    request: pytest.FixtureRequest, name: str
) -> None:
    check(request, name, undecided=0.5)
