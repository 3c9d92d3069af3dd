"""Annotated sentences over all constructs: value, unit, bound, kind, modality, with exact spans."""

from __future__ import annotations

import pytest
from cases import Figure, load, near

from ceyuan.reader import read_text

FILES = (
    "constructs",
    "blind_a",
    "blind_b",
    "blind_c",
    "blind_d",
    "blind_e",
    "blind_f",
    "blind_g",
    "blind_h",
    "fresh_en",
    "fresh_hans",
    "fresh_hant",
    "genres",
    "genres2",
    "stranger_1",
    "stranger_2",
    "stranger_3",
    "stranger_4",
    "stranger_5",
    "stranger_6",
    "stranger_7",
    "stranger_8",
    "stranger_9",
    "stranger_10",
    "stranger_11",
    "stranger_12",
    "stranger_13",
    "stranger_14",
    "stranger_15",
    "stranger_16",
    "stranger_17",
    "stranger_18",
    "stranger_19",
    "stranger_20",
    "stranger_21",
    "stranger_22",
    "stranger_23",
    "stranger_24",
    "stranger_25",
    "stranger_26",
    "stranger_27",
    "stranger_28",
    "stranger_29",
    "stranger_30",
    "stranger_31",
    "stranger_32",
    "stranger_33",
    "stranger_34",
    "stranger_35",
    "stranger_36",
    "kinds_en",
)
# Sets of a second annotator: span, value, unit and bound only.
PLAIN = ("blind_i", "blind_j", "blind_k")
SENTENCES = [(name, text, figures) for name in FILES for text, figures in load(name)]


def test_there_are_enough_sentences() -> None:
    assert len(SENTENCES) >= 300
    assert sum(not figures for _, _, figures in SENTENCES) >= 30


@pytest.mark.parametrize(
    ("name", "text", "figures"),
    SENTENCES,
    ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(SENTENCES)],
)
def test_a_sentence_is_read_as_annotated(name: str, text: str, figures: list[Figure]) -> None:
    found = {(s.start, s.end): s.as_json() for s in read_text(text).statements}
    assert {text[a:b] for a, b in found} == {text[f.start : f.end] for f in figures}
    for figure in figures:
        statement = found[figure.start, figure.end]
        for field in ("unit", "bound", "kind", "modality", "cumulative"):
            assert statement[field] == getattr(figure, field), (field, statement)
        for field in ("period", "place", "subject"):
            expected = getattr(figure, field)
            if expected is not None:
                assert (statement[field] or "-") == expected, (field, statement)
        for field in ("value", "value_max", "from_value"):
            assert near(statement[field], getattr(figure, field)), (field, statement)


PLAIN_SENTENCES = [(text, figures) for name in PLAIN for text, figures in load(name)]


@pytest.mark.parametrize(("text", "figures"), PLAIN_SENTENCES, ids=range(len(PLAIN_SENTENCES)))
def test_a_sentence_of_the_second_annotator_is_read(text: str, figures: list[Figure]) -> None:
    found = {(s.start, s.end): s for s in read_text(text).statements}
    assert {text[a:b] for a, b in found} == {text[f.start : f.end] for f in figures}
    for figure in figures:
        statement = found[figure.start, figure.end]
        assert (statement.unit, statement.bound) == (figure.unit, figure.bound)
        assert near(float(statement.value), figure.value)
        assert near(statement.as_json()["value_max"], figure.value_max)
        if figure.from_value is not None:
            assert near(statement.as_json()["from_value"], figure.from_value)
