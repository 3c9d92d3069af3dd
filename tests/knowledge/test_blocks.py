"""A graph that is kept on disk and counted in blocks gives, byte for byte, what it gives whole."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.knowledge import citations, disruption, edges, impact, prepared
from ceyuan.knowledge.prepared import memory_limit
from ceyuan.tabular import columns, parts


def graph_of(rng: np.random.Generator, n: int, m: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Few years, so that ties abound; loops, duplicates, citations of the future, works that are not known or have no time."""
    years = [str(y) if y < 2008 else "" for y in rng.integers(2000, 2009, n).tolist()]
    works = {"id": [f"w{i}" for i in rng.permutation(n)], "year": years}
    cited = rng.integers(0, n + 2, m) if rng.random() < 0.5 else rng.integers(0, 3, m)
    citing = rng.integers(0, n + 1, m)
    names = [[f"w{i}" for i in each.tolist()] for each in (citing, cited)]
    return works, dict(zip(("citing", "cited"), names, strict=True))


def bytes_of(found: Any) -> bytes:
    return b"".join(
        np.ascontiguousarray(each).tobytes()
        for each in (found.time, found.references, found.direct, found.level, found.only, found.links, found.complete)
    )  # fmt: skip


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Blocks of so many citations, files read three at a time, tables two rows at a time."""

    def small(most: int) -> None:
        monkeypatch.setattr(prepared, "most_held", lambda *_: most)
        monkeypatch.setattr(edges, "PAIRS", 3)
        monkeypatch.setattr(citations, "LEAST_ROWS", 2)
        monkeypatch.setattr(citations, "MOST_ROWS", 2)

    return small


@pytest.mark.parametrize("seed", range(6))
def test_blocks_of_any_size_add_up_to_the_whole(seed: int, tiny: Any) -> None:
    """Kills: a window cut at a block's edge, a work that counts itself in two blocks, duplicates in two parts of a table."""
    rng = np.random.default_rng(seed)
    for _ in range(25):
        n = int(rng.integers(1, 16))
        works, pairs = graph_of(rng, n, int(rng.integers(0, 6 * n)))
        authors = {"work": works["id"], "author": rng.integers(0, 3, n).tolist()}
        if not any(works["year"]):
            continue
        options: dict[str, Any] = {
            "window": ["open", "0", "1", "3"][rng.integers(4)],
            "ties": ["later", "same"][rng.integers(2)],
            "outside": bool(rng.integers(2)),
            "authors": authors if rng.random() < 0.3 else None,
        }
        tiny(10_000)
        whole = disruption(pairs, works, **options)
        tiny(int(rng.integers(1, 8)))
        assert bytes_of(disruption(pairs, works, threads=1, **options)) == bytes_of(whole)


def test_hubs_of_a_block_are_those_of_its_citers(tiny: Any) -> None:
    rng = np.random.default_rng(5)
    n = 3000
    works = {"id": list(range(n)), "year": np.sort(rng.integers(2000, 2012, n)).tolist()}
    citing = rng.integers(0, n, 12 * n)
    cited = np.where(
        rng.random(citing.size) < 0.3, rng.integers(0, 9, citing.size), citing * rng.random()
    )
    pairs = {"citing": citing, "cited": cited.astype(int)}
    whole, scores = disruption(pairs, works), impact(pairs, works).works.values["citations"]
    tiny(5000)
    assert bytes_of(disruption(pairs, works, threads=2)) == bytes_of(whole)
    assert (impact(pairs, works).works.values["citations"] == scores).all()


TEXT = "citing,cited,note\n" + "".join(f"w{i},w{i % 7},é\n" for i in range(8, 60)) + "w9\n"
WORKS = "id,year\n" + "".join(f"w{i},{2000 + i}\n" for i in range(60))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain.csv", TEXT.encode()),
        ("packed.csv.gz", gzip.compress(TEXT.encode())),
        ("quotes.csv", (TEXT + 'w10,"w3",x\n').encode()),
        ("open_quotes.csv", (TEXT + 'w10,w3,5" disk\n').encode()),
        ("other_bytes.csv", TEXT.encode("latin-1")),
        ("wide.csv", TEXT.encode("utf-16")),
    ],
)
def test_a_text_in_parts_holds_what_it_holds_whole(
    name: str, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_bytes(data)
    whole = columns.read_columns(tmp_path / name)
    monkeypatch.setattr(columns, "BLOCK", 64)
    monkeypatch.setattr(parts, "CARE", 5)
    found = list(parts.read_parts(tmp_path / name).of(["cited", "citing"], 7))
    assert len(found) > 3 or whole.rows < 20
    table = pa.concat_tables([each.table for each in found])
    assert table.to_pydict() == whole.table.select(["cited", "citing"]).to_pydict()
    assert sum(each.unreadable for each in found) == whole.unreadable


def test_the_command_says_how_much_memory_it_takes_and_writes_the_same_files(
    tmp_path: Path, tiny: Any
) -> None:
    pq.write_table(
        pa.table({"citing": [f"w{i}" for i in range(8, 60)], "cited": ["w1"] * 52}),
        tmp_path / "c.parquet",
    )
    (tmp_path / "w.csv").write_text(WORKS, encoding="utf-8")

    def run(out: str, *more: str) -> str:
        done = CliRunner().invoke(
            cli,
            [
                "knowledge", "disruption", str(tmp_path / "c.parquet"), "--works", str(tmp_path / "w.csv"),
                "--out", str(tmp_path / out), *more,
            ],
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        return done.stderr

    assert "60 works; 53,686,491 citations fit in 1,024 MB, more are kept on disk" in run(
        "whole", "--memory", "1GB"
    )
    tiny(4)
    run("blocks", "--memory", "1 GiB")
    for name in ("disruption.csv", "columns.csv", "manifest.json"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "blocks" / name).read_bytes()
    facts = json.loads((tmp_path / "blocks" / "manifest.json").read_text(encoding="utf-8"))
    assert facts["inputs"]["citations"]["rows"] == facts["citations"]["read"] == 52


@pytest.mark.parametrize("text", ["much", "4", "-1GB", ""])
def test_memory_is_an_amount(text: str) -> None:
    with pytest.raises(CeyuanError, match="knowledge-bad-option"):
        memory_limit(text)
