"""What holds for every table: no row is lost, the two readers of CSV agree, formats agree, order does not matter."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import tempfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.engine import Engine, EngineSettings
from ceyuan.records import raw as raw_tables
from ceyuan.records.files import RecordFile
from ceyuan.records.numbers import MARKS, Mark, decimals_sql, number_sql, written
from ceyuan.records.shape import _integer
from ceyuan.records.shaping import BLANK
from ceyuan.tabular import opening
from ceyuan.tabular.opening import SEPARATORS, scan
from ceyuan.workspace.tables import TableSpec
from small_workspace import PAYMENTS_TABLE, MakeWorkspace, Read, read_records, write_workspace

SPEC = TableSpec(kind="payment", file="x.csv", source="office")
CELL = st.text(st.sampled_from("ab1 ,\"\n\r'量　\t;"), max_size=6)


def rows_of(content: bytes, *, careful: bool) -> list[tuple[object, ...]] | str:
    """Line and cells of each good row by one of the two readers; the code of the problem if there is one."""
    from ceyuan.errors import CeyuanError  # noqa: PLC0415

    with (
        tempfile.TemporaryDirectory() as folder,
        Engine(EngineSettings(Path(folder) / "s", "200MB", 1)) as engine,
    ):
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        file = RecordFile(path, "x.csv", "csv")
        keep = raw_tables._load_fast
        try:
            if careful:
                raw_tables._load_fast = lambda *_: False  # type: ignore[assignment]
            facts, plain = scan(file, "utf-8", Path(folder) / "plain")
            raw = raw_tables.load_csv(engine, file, SPEC, facts, plain)
        except CeyuanError as error:
            return error.problems[0].code
        finally:
            raw_tables._load_fast = keep
        cells = ", ".join(f"nullif(raw.{c}, '')" for c, _ in raw.columns.values())
        fault = "WHERE _fault IS NULL" if raw.has_faults else ""
        return engine.rows(f"SELECT {raw.line}, {cells} FROM raw {fault} ORDER BY 1")


@settings(max_examples=15)
@given(st.lists(st.lists(CELL, min_size=1, max_size=3), max_size=6), st.booleans(), st.booleans())
def test_both_readers_of_csv_give_the_same_rows_of_clean_files(
    rows: list[list[str]], crlf: bool, bare: bool
) -> None:
    stream = io.StringIO()
    writer = csv.writer(
        stream,
        lineterminator="\r\n" if crlf else "\n",
        quoting=csv.QUOTE_MINIMAL if bare else csv.QUOTE_ALL,
    )
    writer.writerow(["a", "b", "c"])
    writer.writerows([([*r, "", "", ""])[:3] for r in rows])
    content = stream.getvalue().encode()
    assert rows_of(content, careful=False) == rows_of(content, careful=True)


@settings(max_examples=80)
@given(st.lists(st.text(st.sampled_from('ab,,,"\r 量'), max_size=9), max_size=6), st.booleans())
def test_both_readers_of_csv_give_the_same_rows_of_dirty_files(lines: list[str], end: bool) -> None:
    content = ("\n".join(["a,b,c", *lines]) + ("\n" if end else "")).encode()
    assert rows_of(content, careful=False) == rows_of(content, careful=True)


@settings(max_examples=200)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from(SEPARATORS),
    st.booleans(),
    st.integers(1, 9),
)
def test_cells_that_are_taken_as_they_stand_have_no_blanks_at_their_ends(
    rows: list[list[str]], separator: str, bare: bool, block: int
) -> None:
    stream = io.StringIO()
    quoting = csv.QUOTE_MINIMAL if bare else csv.QUOTE_ALL
    csv.writer(stream, delimiter=separator, lineterminator="\n", quoting=quoting).writerows(rows)
    content = stream.getvalue().encode()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        # A blank and what it stands beside may come in two pieces of the file.
        patch.setattr(opening, "_BLOCK", block)
        facts, _ = scan(RecordFile(path, "x.csv", "csv"), "utf-8", Path(folder) / "plain")
    padded = any(cell != cell.strip(BLANK) for row in rows for cell in row)
    # A file with newlines inside of its cells is never read by lines.
    by_lines = not facts.lone_returns and not any("\n" in cell for row in rows for cell in row)
    assert raw_tables._may_be_padded(facts, separator) or not by_lines or not padded
    # What most files are like is told from them.
    plain = not any(set(cell) & set(f"{BLANK}{SEPARATORS}") for row in rows for cell in row)
    assert not (plain and facts.padded)


NUMBERS = st.from_regex(
    r"\A[-−+]?[0-9０-９]{1,4}([,， .][0-9]{1,3}){0,3}([.．][0-9]{0,3})?(e2|_1|%)?\Z"
)


@settings(max_examples=60)
@given(st.lists(NUMBERS, min_size=1, max_size=40), st.sampled_from(MARKS))
def test_numbers_and_their_decimals_are_those_of_the_plain_reference(
    texts: list[str], mark: Mark
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Engine(EngineSettings(Path(folder) / "s", "200MB", 1)) as engine,
    ):
        engine.load("cells", pa.table({"i": list(range(len(texts))), "t": texts}))
        asked = f"{number_sql('t', mark=mark)}, {decimals_sql('t', mark)}, {_integer('t', mark)}"
        found = engine.rows(f"SELECT {asked} FROM cells ORDER BY i")
    for text, (number, decimals, whole) in zip(texts, found, strict=True):
        expected = written(text, mark)
        if expected.number is None or expected.after:
            # The engine reads a few forms more (1e2, +5, .5); a figure with a sign behind it is none of them.
            assert number is None or (mark == "." and not expected.after)
            continue
        assert number == expected.number
        assert decimals == len(expected.digits.partition(".")[2])
        assert whole == (int(number) if number == int(number) else None)


DIRT = st.sampled_from([
    "sz", "深圳", "", "atlantis", "2024", "2024-02-30", "2024-01-01", "1", "-1", "1,000", "１２", "1e40", "nan", "NaN", "inf", "9" * 40,
    "99999999999999999999999", "0x1", "1_0", "guangdong", "粤", "p1", "' or 1=1 --", "\0x"[1:], "🜁", " ", "　", "-",
])  # fmt: skip


@settings(max_examples=15)
@given(st.lists(st.lists(DIRT, min_size=7, max_size=7), max_size=12), st.randoms())
def test_every_row_is_stored_or_quarantined_and_order_changes_nothing(
    rows: list[list[str]], rng: random.Random
) -> None:
    header = ["id", "day", "from_party", "to_party", "from_place", "amount", "purpose"]
    numbered = [[f"r{i}", *row[1:]] for i, row in enumerate(rows)]
    shuffled = rng.sample(numbered, len(numbered))
    found = [_read_csv([header, *some]) for some in (numbered, shuffled)]
    for one in found:
        assert one.part("payments").read == len(rows)
        lines = [
            r["_line"]
            for r in (*one.records.get("payments", []), *one.quarantine.get("payments", []))
        ]
        assert sorted(lines) == list(range(2, len(rows) + 2))
    first, second = ({_without_line(r) for r in one.records.get("payments", [])} for one in found)
    assert first == second


def _read_csv(rows: list[list[str]]) -> Read:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        return read_records(
            write_workspace(Path(folder), {"records/payments.csv": stream.getvalue()})
        )


def _without_line(record: dict[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple((k, v) for k, v in record.items() if k not in ("_line", "_file", "_key"))


HEADER = ["id", "day", "from_party", "to_party", "from_place", "amount", "purpose"]
DATA = [
    ["p1", "2024-03-01", "guangdong", "hongkong", "sz", 100, "first, and more"],
    ["p2", "2024-05-02", "粤", "香港", "深圳市", 50.5, None],
    ["p3", "2025", "guangdong", "hongkong", "gz", 0.0001, 'with "quotes"'],
    ["4", 2025, "guangdong", "hongkong", None, 12345678, " padded "],
]


def contents(format_: str) -> bytes:
    """The same data in one of the formats."""
    if format_ in ("csv", "tsv", "csv.gz"):
        stream = io.StringIO()
        writer = csv.writer(
            stream, delimiter="\t" if format_ == "tsv" else ",", lineterminator="\n"
        )
        writer.writerows([HEADER, *DATA])
        text = stream.getvalue().encode()
        return gzip.compress(text) if format_.endswith("gz") else text
    if format_ in ("jsonl", "jsonl.gz"):
        text = "".join(
            json.dumps(dict(zip(HEADER, r, strict=True)), ensure_ascii=False) + "\n" for r in DATA
        ).encode()
        return gzip.compress(text) if format_.endswith("gz") else text
    target = io.BytesIO()
    if format_ == "xlsx":
        book = openpyxl.Workbook()
        for row in [HEADER, *DATA]:
            book.active.append(row)
        book.save(target)
    else:
        columns = {name: [r[i] for r in DATA] for i, name in enumerate(HEADER)}
        columns["day"] = [str(d) for d in columns["day"]]
        columns["amount"] = [float(a) for a in columns["amount"]]  # type: ignore[arg-type]
        pq.write_table(pa.table(columns), target)
    return target.getvalue()


@pytest.mark.parametrize("format_", ["tsv", "csv.gz", "xlsx", "jsonl", "jsonl.gz", "parquet"])
def test_the_same_data_gives_the_same_records_in_every_format(
    make_workspace: MakeWorkspace, format_: str
) -> None:
    def records(suffix: str) -> list[tuple[tuple[str, object], ...]]:
        name = f"payments.{suffix}"
        table = PAYMENTS_TABLE.replace("payments.csv", name)
        files = {
            "records/payments.csv": None,
            "records/payments.yaml": table,
            f"records/{name}": contents(suffix),
        }
        found = read_records(make_workspace(files, suffix))
        assert not found.ingested.problems
        return [_without_line(r) for r in found.records["payments"]]

    assert records(format_) == records("csv")


def test_an_unchanged_file_is_not_read_again_and_what_decides_its_meaning_is(
    make_workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []
    real = raw_tables.load_csv

    def counting(engine: Engine, file: RecordFile, *rest: object) -> object:
        loads.append(file.shown_as)
        return real(engine, file, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(raw_tables, "load_csv", counting)
    root = make_workspace()
    first = read_records(root)
    assert loads == ["records/figures.csv", "records/payments.csv"]
    (root / "records/payments.csv").touch()
    assert read_records(root).ingested.parts == first.ingested.parts
    assert len(loads) == 2
    twin = make_workspace(name="twin")
    assert [p.key for p in read_records(twin).ingested.parts] == [
        p.key for p in first.ingested.parts
    ]
    for name, old, new, again in [
        ("places.csv", "深圳市", "深圳市;鹏城", False), ("records/payments.yaml", "万元", "亿元", True),
        ("records/payments.csv", "50.5", "50.6", True), ("ceyuan.yaml", "[粤]", "[粤, 广东省]", False),
        ("ceyuan.yaml", "[粤, 广东省]", "[广东省]", True),
    ]:  # fmt: skip
        path = root / name
        loads.clear()
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        read_records(root)
        assert ("records/payments.csv" in loads) == again, (name, new)


def test_a_damaged_description_in_the_store_is_made_again(make_workspace: MakeWorkspace) -> None:
    root = make_workspace()
    part = read_records(root).part("payments")
    (root / "build" / "store" / f"{part.key}.json").write_text("{broken", encoding="utf-8")
    assert read_records(root).part("payments") == part
