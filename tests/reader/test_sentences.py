"""Annotated sentences over all constructs: value, unit, bound, kind, modality, with exact spans."""

from __future__ import annotations

import pytest
from cases import Figure, load, near

from ceyuan.reader import read_text

FILES = ("constructs", "blind_a", "blind_b", "blind_c", "blind_d", "blind_e", "blind_f", "blind_g", "blind_h")
SENTENCES = [(name, text, figures) for name in FILES for text, figures in load(name)]


def test_there_are_enough_sentences() -> None:
    assert len(SENTENCES) >= 300
    assert sum(not figures for _, _, figures in SENTENCES) >= 30


@pytest.mark.parametrize(
    ("name", "text", "figures"), SENTENCES, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(SENTENCES)]
)
def test_a_sentence_is_read_as_annotated(name: str, text: str, figures: list[Figure]) -> None:
    found = {(s.start, s.end): s.as_json() for s in read_text(text).statements}
    assert {text[a:b] for a, b in found} == {text[f.start : f.end] for f in figures}
    for figure in figures:
        statement = found[figure.start, figure.end]
        for field in ("unit", "bound", "kind", "modality", "cumulative"):
            assert statement[field] == getattr(figure, field), (field, statement)
        for field in ("value", "value_max", "from_value"):
            assert near(statement[field], getattr(figure, field)), (field, statement)
