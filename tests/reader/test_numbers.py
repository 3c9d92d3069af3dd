"""Any number written in any style reads back to itself."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceyuan.reader import read_text
from ceyuan.reader.numerals import chinese, english_words

DIGITS = "零一二三四五六七八九"
CAPITALS = "零壹贰叁肆伍陆柒捌玖"


def write(number: int, digits: str = DIGITS, steps: str = "十百千") -> str:
    """A whole number in Chinese, written by the rules of the schoolbook: an independent second implementation."""
    if number == 0:
        return digits[0]
    sections = []
    for scale, mark in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, scale)
        if part:
            gap = bool(sections) and part < scale_below(scale)
            sections.append((digits[0] if gap else "") + _section(part, digits, steps) + mark)
    return "".join(sections)


def scale_below(scale: int) -> int:
    """A section of less than four digits after another one is announced by a zero."""
    return 1000 if scale in (1, 10**4) else 0


def _section(part: int, digits: str, steps: str) -> str:
    if part >= 10**4:
        return write(part, digits, steps)
    text, zero = "", False
    for place, step in ((1000, steps[2]), (100, steps[1]), (10, steps[0]), (1, "")):
        digit, part = divmod(part, place)
        if digit:
            text += (digits[0] if zero and text else "") + digits[digit] + step
            zero = False
        else:
            zero = True
    return text


def value(sentence: str) -> tuple[Decimal, str]:
    statements = read_text(sentence).statements
    assert len(statements) == 1, (sentence, statements)
    return statements[0].value, statements[0].unit


@given(st.integers(1, 10**12 - 1))
def test_schoolbook_chinese_reads_back(number: int) -> None:
    assert chinese(write(number)) == number
    assert chinese(write(number, CAPITALS, "拾佰仟")) == number


@given(st.integers(2, 10**11))
def test_whole_numbers_in_every_style(number: int) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in str(number))
    for written in (
        f"{number}",
        f"{number:,}",
        wide,
        write(number),
        f"{number:,}".replace(",", " "),
    ):
        assert value(f"平台共有{written}家。") == (number, "家"), written


@given(
    st.integers(1, 99999),
    st.integers(0, 2),
    st.sampled_from([("万", 4), ("亿", 8), ("万亿", 12), ("", 0)]),
)
def test_decimals_with_magnitudes(number: int, places: int, magnitude: tuple[str, int]) -> None:
    shown = Decimal(number).scaleb(-places)
    assert value(f"投入达{shown}{magnitude[0]}元。") == (shown.scaleb(magnitude[1]), "元")
    step = read_text(f"投入达{shown}{magnitude[0]}元。").statements[0].step
    assert step == Decimal(1).scaleb(magnitude[1] - places)


@given(st.integers(0, 9999), st.integers(1, 2))
def test_percentages(number: int, places: int) -> None:
    shown = Decimal(number).scaleb(-places)
    assert value(f"比重为{shown}%。") == (shown, "%")
    assert value(f"强度提高{shown}个百分点。") == (shown, "个百分点")
    if number:
        assert value(f"产量下降{shown}%。") == (-shown, "%")


@given(st.integers(1, 99), st.integers(1, 9))
def test_per_cent_in_words(whole: int, tenth: int) -> None:
    assert value(f"比重为百分之{write(whole)}点{DIGITS[tenth]}。") == (
        Decimal(whole) + Decimal(tenth) / 10,
        "%",
    )


@given(st.integers(2, 900), st.integers(1, 900))
def test_ranges_keep_both_ends(low: int, more: int) -> None:
    high = low + more
    for dash in ("—", "-", "～", "至", "到", "–"):
        statement = read_text(f"遴选{low}{dash}{high}家。").statements
        assert [(s.value, s.value_max) for s in statement] == [(low, high)], dash


@given(st.integers(0, 100), st.integers(0, 100))
def test_from_and_to(former: int, now: int) -> None:
    (statement,) = read_text(f"覆盖率由{former}%调整为{now}%。").statements
    assert (statement.value, statement.from_value, statement.kind) == (now, former, "change")


@given(st.lists(st.integers(1, 99), min_size=2, max_size=6))
def test_aligned_lists_keep_their_order(shares: list[int]) -> None:
    names = [f"甲{c}" for c in "乙丙丁戊己庚"[: len(shares)]]
    written = [f"{share}%" for share in shares]
    text = f"{'、'.join(names[:-1])}和{names[-1]}经费占比分别为{'、'.join(written[:-1])}和{written[-1]}。"
    statements = read_text(text).statements
    assert [int(s.value) for s in statements] == shares
    assert [s.subject for s in statements] == [f"{name}经费占比" for name in names]
    assert {s.kind for s in statements} == {"share"}


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("twenty-five", 25),
        ("three hundred and six", 306),
        ("two thousand", 2000),
        ("nineteen", 19),
        ("seven", 7),
    ],
)
def test_english_words(words: str, number: int) -> None:
    assert english_words(words) == number


@pytest.mark.parametrize("text", ["一二", "十百", "三点", "万万万万亿十十", "百二三", "点五"])
def test_malformed_numerals_are_no_numbers(text: str) -> None:
    assert chinese(text) is None
