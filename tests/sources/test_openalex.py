"""OpenAlex works become points: all of them accounted for, each author once, nothing located by guessing."""

from __future__ import annotations

import gzip
import hashlib
import json
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.errors import CeyuanError
from ceyuan.pipeline.builder import build_workspace
from ceyuan.sources.accounts import ReadingReport, TableAccount
from ceyuan.sources.openalex import openalex_points
from ceyuan.sources.openalex.files import find_files
from ceyuan.sources.openalex.records import Institution, Work
from ceyuan.wording.fields import openalex_fields


def pack(path: Path, lines: Sequence[bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(b"".join(line + b"\n" for line in lines), mtime=0))
    return path


def snapshot(
    root: Path, works: Sequence[bytes], institutions: Sequence[bytes], layout: str = "data"
) -> Path:
    """A snapshot as OpenAlex publishes it: partitions, parts, and a manifest for each entity."""
    half = len(works) // 2
    parts = {
        "works": {
            "updated_date=2025-11-05/part_000.gz": works[:half],
            "updated_date=2025-11-06/part_000.gz": works[half : half + 10],
            "updated_date=2025-11-06/part_001.gz": works[half + 10 :],
        },
        "institutions": {"updated_date=2025-10-01/part_000.gz": institutions},
    }
    for entity, files in parts.items():
        entries = []
        for name, lines in files.items():
            path = pack(root / layout / entity / name, lines)
            meta = {"content_length": path.stat().st_size, "record_count": len(lines)}
            entries.append({"url": f"s3://openalex/data/{entity}/{name}", "meta": meta})
        (root / layout / entity / "manifest").write_text(json.dumps({"entries": entries}))
    return root


def rows(path: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(path).to_pylist())


def quarantine(out: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in out.with_name(f"{out.stem}.quarantine.jsonl").read_text().splitlines()
    ]


def read(
    tmp_path: Path, works: Sequence[bytes], institutions: Sequence[bytes]
) -> tuple[ReadingReport, Path]:
    out = tmp_path / "points.parquet"
    files = [pack(tmp_path / "works.gz", works)], [pack(tmp_path / "institutions.gz", institutions)]
    return openalex_points(files[0], out, institutions=files[1]), out


@pytest.fixture(scope="module")
def made(
    works: list[bytes], institutions: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> tuple[ReadingReport, Path]:
    return read(tmp_path_factory.mktemp("openalex"), works, institutions)


def test_every_author_of_every_work_has_points_where_their_institutions_are(
    made: tuple[ReadingReport, Path], works: list[bytes], institutions: list[bytes]
) -> None:
    where = {
        i["id"]: (i["geo"]["latitude"], i["geo"]["longitude"])
        for i in map(json.loads, institutions)
    }
    expected: Counter[tuple[Any, ...]] = Counter()
    for work in map(json.loads, works):
        name = work["id"].rsplit("/", 1)[1]
        for number, authorship in enumerate(work["authorships"], start=1):
            identifier = authorship["author"]["id"]
            author = identifier.rsplit("/", 1)[1] if identifier else f"{name}#{number}"
            places = {
                i["id"] or i["display_name"]: where.get(i["id"], (None, None))
                for i in authorship["institutions"]
            }
            for place in places.values() or [(None, None)]:
                expected[(name, author, *place, work["publication_year"])] += 1
    report, out = made
    found = Counter(
        (r["record_id"], r["contributor_id"], r["lat"], r["lon"], r["year"]) for r in rows(out)
    )
    assert found == expected
    located = sum(n for key, n in expected.items() if key[2] is not None)
    total = expected.total()
    assert report.points == {
        "rows": total,
        "located": located,
        "unlocated": total - located,
        "records": 2643,
    }


def test_a_points_file_has_the_columns_that_clusters_read(made: tuple[ReadingReport, Path]) -> None:
    table = pq.read_table(made[1])
    assert {"record_id", "kind", "contributor_id", "lat", "lon", "year", "weight"} <= set(
        table.column_names
    )
    assert set(table["kind"].to_pylist()) == {"publication"}
    assert set(table["weight"].to_pylist()) == {1.0}


def test_every_point_has_the_field_of_its_works_primary_topic(
    made: tuple[ReadingReport, Path], works: list[bytes]
) -> None:
    topics = {w["id"].rsplit("/", 1)[1]: w["primary_topic"] for w in map(json.loads, works)}
    fields = {
        name: topic["field"]["display_name"] if topic else None for name, topic in topics.items()
    }
    assert sum(field is None for field in fields.values()) == 77
    found = rows(made[1])
    assert len(found) > 2643
    assert all(r["field"] == fields[r["record_id"]] for r in found)
    assert {f for f in fields.values() if f} <= set(openalex_fields())
    documents = rows(made[1].with_name("points.documents.parquet"))
    assert {d["id"]: d["field"] for d in documents} == fields


def test_the_manifest_says_what_was_read_and_written(made: tuple[ReadingReport, Path]) -> None:
    report, out = made
    manifest = json.loads(out.with_name("points.manifest.json").read_text())
    assert manifest["accounts"]["works"] == {"read": 2643, "kept": 2643, "quarantined": 0}
    for entry in manifest["inputs"]:
        assert hashlib.sha256(Path(entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    for entry in manifest["outputs"]:
        content = (out.parent / entry["file"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (
            entry["sha256"],
            entry["bytes"],
        )
    assert not [p for p in out.parent.iterdir() if p.name.startswith(".")]
    assert report.inputs[1].rows == 2643


@pytest.mark.parametrize("layout", ["", "data", "data/jsonl"])
def test_a_snapshot_gives_the_same_points_as_the_plain_file(
    works: list[bytes],
    institutions: list[bytes],
    made: tuple[ReadingReport, Path],
    tmp_path: Path,
    layout: str,
) -> None:
    root = snapshot(tmp_path / "snapshot", works, institutions, layout)
    report = openalex_points([root], tmp_path / "p.parquet")
    assert report.points == made[0].points
    assert report.vintage == "2025-11-06"
    key = str
    assert sorted(map(key, rows(tmp_path / "p.parquet"))) == sorted(map(key, rows(made[1])))


def parquet_snapshot(root: Path, works: Sequence[bytes], institutions: Sequence[bytes]) -> Path:
    """The edition in Parquet: the same records under the same names, one manifest for all."""
    entries = []
    for entity, day, lines in (
        ("works", "2026-06-24", works),
        ("institutions", "2026-06-01", institutions),
    ):
        path = root / "data" / "parquet" / entity / f"updated_date={day}" / "part_0000.parquet"
        path.parent.mkdir(parents=True)
        form: type[msgspec.Struct] = Work if entity == "works" else Institution
        known = [
            {k: v for k, v in json.loads(line).items() if k in form.__struct_fields__}
            for line in lines
        ]
        pq.write_table(
            pa.Table.from_pylist([{**r, "and_more": 1} for r in known]), path, compression="snappy"
        )
        meta = {"content_length": path.stat().st_size, "record_count": len(lines)}
        url = f"s3://openalex/data/parquet/{entity}/updated_date={day}/part_0000.parquet"
        entries.append({"url": url, "meta": meta})
    (root / "data" / "parquet" / "manifest.json").write_text(json.dumps({"entries": entries}))
    return root


def test_the_parquet_edition_gives_the_same_points(
    made: tuple[ReadingReport, Path], works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    report = openalex_points(
        [parquet_snapshot(tmp_path / "snapshot", works, institutions)], tmp_path / "p.parquet"
    )
    assert report.points == made[0].points
    assert sorted(map(str, rows(tmp_path / "p.parquet"))) == sorted(map(str, rows(made[1])))
    assert find_files([tmp_path / "snapshot"]).vintage == "2026-06-24"


def test_lines_go_before_parquet_and_a_damaged_parquet_file_is_told(
    works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    root = parquet_snapshot(tmp_path / "snapshot", works[:50], institutions)
    part = next((root / "data" / "parquet" / "works").rglob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-9] + b"x" * 9)
    with pytest.raises(CeyuanError) as caught:
        openalex_points([root], tmp_path / "p.parquet")
    assert [p.code for p in caught.value.problems] == ["bad-parquet"]
    snapshot(root, works[:50], institutions, "data/jsonl")
    assert {p.suffix for p in find_files([root]).works} == {".gz"}


def test_a_snapshot_that_is_not_whole_is_told_file_by_file(
    works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    root = snapshot(tmp_path / "snapshot", works[:40], institutions)
    (root / "data/works/updated_date=2025-11-06/part_001.gz").unlink()
    with (root / "data/works/updated_date=2025-11-05/part_000.gz").open("ab") as part:
        part.write(b"x")
    with pytest.raises(CeyuanError) as error:
        openalex_points([root], tmp_path / "p.parquet")
    assert [p.code for p in error.value.problems] == ["snapshot-incomplete"] * 2
    pack(root / "data/works/updated_date=2025-11-05/part_000.gz", works[:20])
    report = openalex_points([root], tmp_path / "p.parquet", partial=True)
    assert report.accounts["works"].read == 30


def test_a_manifest_that_promises_more_records_leaves_a_note(
    works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    root = snapshot(tmp_path / "snapshot", works[:40], institutions)
    path = root / "data/works/manifest"
    path.write_text(path.read_text().replace('"record_count": 20', '"record_count": 21'))
    notes = openalex_points([root], tmp_path / "p.parquet").notes
    assert any("holds 20 records, and 21 by the manifest" in note for note in notes)
    path.write_text("{")
    with pytest.raises(CeyuanError, match="bad-json"):
        find_files([root])


def test_a_work_that_moved_to_a_newer_partition_counts_once_in_its_newest_version(
    works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    newer = json.dumps({**json.loads(works[0]), "publication_year": 1999}).encode()
    pack(tmp_path / "s/works/updated_date=2025-01-01/part_000.gz", works[:5])
    pack(tmp_path / "s/works/updated_date=2026-01-01/part_000.gz", [newer])
    pack(tmp_path / "s/institutions/updated_date=2026-01-01/part_000.gz", institutions)
    out = tmp_path / "p.parquet"
    report = openalex_points([tmp_path / "s"], out)
    assert report.accounts["works"] == TableAccount(6, 5, 1)
    name = json.loads(newer)["id"].rsplit("/", 1)[1]
    assert {r["year"] for r in rows(out) if r["record_id"] == name} == {1999}
    assert [(q["code"], q["record"]) for q in quarantine(out)] == [("superseded-record", name)]


W = "https://openalex.org/W"
BAD_WORKS = {
    b"": None,
    b"not json": "bad-json",
    b'{"id": "https://openalex.org/W1"': "bad-json",
    b'{"id": "https://openalex.org/W1", "title": "\xff", "publication_year": 2020}': "bad-json",
    b"[1, 2]": "bad-record",
    b'{"publication_year": 2020}': "bad-record",
    b'{"id": "https://openalex.org/A1", "publication_year": 2020}': "bad-record",
    b'{"id": "https://openalex.org/W1"}': "missing-value",
    b'{"id": "https://openalex.org/W1", "publication_year": 20}': "out-of-range",
    b'{"id": "https://openalex.org/W1", "publication_year": "2020"}': "bad-record",
    b'{"id": "https://openalex.org/W1", "publication_year": 2020, "authorships": {}}': "bad-record",
    b'{"id": "https://openalex.org/W1", "publication_year": 2020, "authorships": [{"author": {"id": 7}}]}': "bad-record",
    b'{"id": "https://openalex.org/W1", "x": ' + b"[" * 100_000: "bad-json",
}


def test_every_bad_work_is_in_quarantine_with_line_and_message(
    works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    mixed = [line for pair in zip(works, BAD_WORKS, strict=False) for line in pair]
    report, out = read(tmp_path, mixed, institutions)
    bad = [(2 * n + 2, code) for n, code in enumerate(BAD_WORKS.values()) if code]
    assert report.accounts["works"] == TableAccount(
        len(BAD_WORKS) + len(bad), len(BAD_WORKS), len(bad)
    )
    kept = quarantine(out)
    assert [(q["line"], q["code"]) for q in kept] == bad
    assert all(q["message"] and q["file"].endswith("works.gz") for q in kept)
    assert (
        kept[-2]["message"] == "Expected `str | null`, got `int` - at `$.authorships[0].author.id`"
    )
    assert kept[-1]["record"].endswith("(100,039 characters)")
    assert report.reasons == Counter(code for _, code in bad)


def test_bad_institutions_locate_nobody(works: list[bytes], tmp_path: Path) -> None:
    work = {
        "id": f"{W}1",
        "publication_year": 2020,
        "authorships": [
            {
                "author": {"id": f"https://openalex.org/A{n}"},
                "institutions": [{"id": f"https://openalex.org/I{n}"}],
            }
            for n in range(1, 7)
        ],
    }

    def institution(number: int, **geo: Any) -> bytes:
        return json.dumps({"id": f"https://openalex.org/I{number}", "geo": geo}).encode()

    file = [
        institution(1, latitude=22.5, longitude=114.0, city="Shenzhen", country_code="CN"),
        institution(2, latitude=95, longitude=0),
        institution(3, latitude=10),
        institution(4),
        institution(5, latitude="22", longitude="114"),
        institution(1, latitude=0.0, longitude=0.0),
    ]
    report, out = read(tmp_path, [json.dumps(work).encode()], file)
    assert report.accounts["institutions"] == TableAccount(6, 2, 4)
    assert [q["code"] for q in quarantine(out)] == [
        "out-of-range",
        "bad-record",
        "bad-record",
        "superseded-record",
    ]
    found = {r["contributor_id"]: (r["lat"], r["country"]) for r in rows(out)}
    assert found == {"A1": (22.5, "CN"), **{f"A{n}": (None, None) for n in range(2, 7)}}


def test_a_damaged_file_stops_the_run_and_leaves_earlier_outputs_alone(
    works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    _, out = read(tmp_path, works[:100], institutions)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.name.startswith("points.")}
    path = tmp_path / "works.gz"
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(CeyuanError, match="truncated-gzip"):
        openalex_points([path], out, institutions=[tmp_path / "institutions.gz"])
    path.write_bytes(pack(path, works[:100]).read_bytes()[:50] + b"\0" * 500)
    with pytest.raises(CeyuanError, match="truncated-gzip"):
        openalex_points([path], out, institutions=[tmp_path / "institutions.gz"])
    assert {
        p.name: p.read_bytes() for p in tmp_path.iterdir() if p.name.startswith("points.")
    } == before


def test_what_is_not_there_is_told(works: list[bytes], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CeyuanError) as error:
        openalex_points([tmp_path / "nowhere", tmp_path / "empty"], tmp_path / "p.parquet")
    assert [p.code for p in error.value.problems] == ["source-no-input"]
    with pytest.raises(CeyuanError, match="no works in"):
        openalex_points([tmp_path / "empty"], tmp_path / "p.parquet")
    with pytest.raises(CeyuanError, match="there are no institutions"):
        openalex_points([pack(tmp_path / "w.gz", works[:3])], tmp_path / "p.parquet")
    with pytest.raises(CeyuanError, match="unknown-format"):
        openalex_points([tmp_path / "w.gz"], tmp_path / "p.csv", institutions=[tmp_path / "w.gz"])


def test_memory_does_not_grow_with_the_source(
    works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    places = pack(tmp_path / "institutions.gz", institutions)

    def peak(copies: int) -> int:
        path = tmp_path / f"works{copies}.gz"
        with gzip.open(path, "wb", compresslevel=1) as packed:
            for n in range(copies):
                for (
                    line
                ) in works:  # other works, not the same again: nothing may be left out as repeated
                    packed.write(
                        line.replace(b"openalex.org/W", b"openalex.org/W%d" % (n + 1), 1) + b"\n"
                    )
        tracemalloc.start()
        report = openalex_points([path], tmp_path / f"p{copies}.parquet", institutions=[places])
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert report.accounts["works"] == TableAccount(copies * 2643, copies * 2643, 0)
        return top

    small, large = peak(4), peak(12)  # 54,000 and 162,000 points; a batch has 10,000 rows
    assert large < 1.3 * small


WORKSPACE = {
    "ceyuan.yaml": "ceyuan: 1\nid: oa\nname: {en: OpenAlex, zh-Hans: 文献, zh-Hant: 文獻}\n",
    "places.csv": "id,kind,name_en,name_zh_hans,name_zh_hant\nworld,world,World,全球,全球\n",
    "sources.yaml": "sources:\n  openalex:\n    title: OpenAlex snapshot\n    publisher: OurResearch\n",
    "records/documents.yaml": "kind: document\nfile: points.documents.parquet\nsource: openalex\n",
    "records/contributions.yaml": "kind: contribution\nfile: points.contributions.parquet\nsource: openalex\n",
}


def test_the_records_are_ingested_by_a_workspace_without_any_in_quarantine(
    works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    root = tmp_path / "workspace"
    for name, text in WORKSPACE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    report = openalex_points(
        [pack(tmp_path / "w.gz", works)],
        root / "records" / "points.parquet",
        institutions=[pack(tmp_path / "i.gz", institutions)],
    )
    (root / "records" / "points.parquet").rename(tmp_path / "points.parquet")
    parts = {p.kind: (p.read, p.stored, dict(p.reasons)) for p in build_workspace(root).parts}
    rows_ = report.points["rows"]
    assert parts == {"document": (2643, 2643, {}), "contribution": (rows_, rows_, {})}


def test_contributions_and_points_agree(made: tuple[ReadingReport, Path]) -> None:
    out = made[1]
    authors: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows(out.with_name("points.contributions.parquet")):
        authors[row["document"]].add(row["position"])
    assert all(positions == set(range(1, len(positions) + 1)) for positions in authors.values())
    documents = rows(out.with_name("points.documents.parquet"))
    assert {d["id"] for d in documents} == set(authors)
    assert all(d["type"] == "paper" and d["date"][:4].isdigit() for d in documents)


@given(
    st.lists(
        st.one_of(st.integers(0, 2642), st.sampled_from(sorted(BAD_WORKS)), st.binary(max_size=40)),
        max_size=40,
    )
)
@settings(max_examples=25)
def test_whatever_lines_a_file_has_all_are_accounted_for(
    works: list[bytes], tmp_path_factory: pytest.TempPathFactory, chosen: list[int | bytes]
) -> None:
    lines = [works[c] if isinstance(c, int) else c for c in chosen]
    folder = tmp_path_factory.mktemp("any")
    report, out = read(folder, lines, [])
    meant = [line for line in b"\n".join(lines).split(b"\n") if line.strip()]
    account = report.accounts["works"]
    assert (account.read, account.quarantined) == (len(meant), len(quarantine(out)))
    assert account.kept == len({c for c in chosen if isinstance(c, int)})
    assert (
        report.points["records"] <= account.kept == len(rows(folder / "points.documents.parquet"))
    )


def test_a_run_that_dies_while_it_puts_its_files_in_place_leaves_no_manifest(
    works: list[bytes], institutions: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, out = read(tmp_path, works[:10], institutions)
    assert out.with_name("points.manifest.json").is_file()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        read(tmp_path, works[:20], institutions)
    assert not out.with_name(
        "points.manifest.json"
    ).exists()  # old files with a manifest of other ones would mislead


def test_records_of_an_earlier_run_of_another_format_do_not_stay(
    works: list[bytes], institutions: list[bytes], tmp_path: Path
) -> None:
    (tmp_path / "points.deals.parquet").write_bytes(b"of an earlier run")
    read(tmp_path, works[:10], institutions)
    names = {p.name for p in tmp_path.iterdir() if p.name.startswith("points.")}
    assert names == {"points.parquet"} | {
        f"points.{n}"
        for n in (
            *("documents.parquet", "contributions.parquet", "classes.parquet"),
            *("quarantine.jsonl", "manifest.json"),
        )
    }
