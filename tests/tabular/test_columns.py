"""One table is read alike from every format, and a row that is none is counted instead of swallowing others."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ceyuan.errors import CeyuanError
from ceyuan.tabular.columns import read_columns

TABLE = pd.DataFrame({"id": ["0011", "b"], "year": [2000, 2001]})


@pytest.mark.parametrize(
    "name",
    ["t.csv", "t.csv.gz", "t.tsv", "t.xlsx", "t.parquet", "t.jsonl", "t.jsonl.gz", "utf16.csv"],
)
def test_every_format_gives_the_same_table(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if "csv" in name or "tsv" in name:
        encoding = "utf-16" if name.startswith("utf16") else "utf-8"
        TABLE.to_csv(path, index=False, sep="\t" if "tsv" in name else ",", encoding=encoding)
    elif "json" in name:
        TABLE.to_json(path, orient="records", lines=True)
    elif "xlsx" in name:
        TABLE.to_excel(path, index=False)
    else:
        TABLE.to_parquet(path)
    found = read_columns(path)
    assert [str(cell) for cell in found.column("id").to_pylist()] == ["0011", "b"]
    assert [str(cell) for cell in found.column("year").to_pylist()] == ["2000", "2001"]
    assert found.unreadable == 0


def test_an_open_quotation_mark_costs_its_own_line_only(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('id,year\n"a,2000\nb,2001\nc,2002,x\nd,2003\n', encoding="utf-8")
    found = read_columns(path)
    assert found.column("id").to_pylist() == ["b", "d"]
    assert found.unreadable == 2


@pytest.mark.parametrize(("name", "text", "code"), [("t.parquet", "x", "bad-parquet"), ("t.jsonl", "[1", "bad-jsonl"), ("t.csv", "", "empty-file")])  # fmt: skip
def test_what_is_no_table_is_a_problem(tmp_path: Path, name: str, text: str, code: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CeyuanError, match=code):
        read_columns(tmp_path / name)
