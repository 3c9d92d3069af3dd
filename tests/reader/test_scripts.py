"""The same sentence in another script or width says the same; OpenCC writes the variants."""

from __future__ import annotations

import opencc
import pytest
from cases import load

from ceyuan.reader import read_text
from ceyuan.reader.fold import fold
from ceyuan.reader.lexicon import table

# Chinese sentences only: in English ones width carries meaning.
SENTENCES = [
    text
    for name in ("constructs", "blind_a", "blind_b")
    for text, _ in load(name)
    if not text[:12].isascii()
]


def facts(text: str) -> list[tuple[object, ...]]:
    return [
        (s.value, s.value_max, s.unit, s.bound, s.kind, s.modality, s.from_value)
        for s in read_text(text).statements
    ]


@pytest.mark.parametrize("config", ["s2t", "s2hk", "s2tw"])
def test_traditional_variants_state_the_same(config: str) -> None:
    convert = opencc.OpenCC(config).convert
    different = [text for text in SENTENCES if facts(convert(text)) != facts(text)]
    assert different == []


def test_full_width_digits_state_the_same() -> None:
    wide = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in "0123456789%."})
    different = [t for t in SENTENCES if "," not in t and facts(t.translate(wide)) != facts(t)]
    assert different == []


def test_spaces_between_number_and_unit_change_nothing() -> None:
    tight, loose = (
        "全省企业超过6.9万家，占40%，投入3.5亿元。",
        "全省企业超过 6.9 万家，占 40 %，投入 3.5 亿元。",
    )
    assert facts(tight) == facts(loose)


def test_folding_keeps_every_offset() -> None:
    for text in SENTENCES:
        assert len(fold(text)) == len(text)


def test_the_script_table_agrees_with_opencc() -> None:
    script = table("script")
    converters = [opencc.OpenCC(config).convert for config in ("t2s", "hk2s", "tw2s")]
    pairs = list(zip(script["traditional"], script["simplified"], strict=True))
    assert len(pairs) > 300
    wrong = [(a, b) for a, b in pairs if b not in {convert(a) for convert in converters}]
    assert wrong == []
