"""What commands print: a table looks as rich draws it, whatever is in its cells, and JSON as Python writes it."""

from __future__ import annotations

import io
import json

import pytest
from click import unstyle
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ceyuan.cli.output import print_json
from ceyuan.cli.tables import table_lines

WORDS = st.lists(st.text("ab国c字,.研é\n", max_size=12), max_size=10).map(" ".join)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]], list[bool]]:
    """Headers, rows, and which columns hold numbers."""
    headers = draw(st.lists(st.text("abc", min_size=1, max_size=6), min_size=1, max_size=6))
    right = [draw(st.booleans()) for _ in headers]
    cells = st.tuples(
        *(st.integers(-(10**9), 10**9).map("{:,}".format) if r else WORDS for r in right)
    )
    return headers, [list(row) for row in draw(st.lists(cells, max_size=5))], right


def by_rich(headers: list[str], rows: list[list[str]], right: list[bool], width: int) -> list[str]:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for header, numeric in zip(headers, right, strict=True):
        table.add_column(header, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    out = io.StringIO()
    Console(file=out, width=width).print(table)
    return out.getvalue().splitlines()


@settings(max_examples=200, deadline=None)
@given(table=tables(), width=st.integers(40, 200))
def test_a_table_looks_as_rich_draws_it(
    table: tuple[list[str], list[list[str]], list[bool]], width: int
) -> None:
    assert [unstyle(line) for line in table_lines(*table, width)] == by_rich(*table, width)


def test_a_header_stands_out_where_a_terminal_shows_it() -> None:
    lines = list(table_lines(["a", "b"], [["x", "1"]], [False, True], 80))
    assert lines[1] == "\x1b[1m a   b \x1b[0m"
    assert "\x1b" not in "".join(lines[:1] + lines[2:])


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("a国\"\\"), inner),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(value=PLAIN)
def test_json_is_printed_as_python_writes_it(value: object) -> None:
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("click.echo", lambda text, nl: printed.append(text + "\n" * nl))
        print_json(value)
    assert printed == [json.dumps(value, ensure_ascii=False, indent=2) + "\n"]


def test_what_json_cannot_say_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": float("nan")})
    assert capsys.readouterr().out == '{"a": NaN}\n'
