"""Where the files of works and institutions are: in the official snapshot, in a folder fetched from the API, or named.

The snapshot has a folder for each entity with partitions ``updated_date=…`` of ``part_….gz`` files; a manifest lists
them with their sizes. Its root is ``data/`` (until 2026), or ``data/jsonl/``, where one manifest lists all entities. The
edition in ``data/parquet/`` holds the same; where both are there, the lines are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import msgspec

from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.sources.openalex.journal import JOURNAL

ENTITIES = ("works", "institutions")
_ROOTS = ("", "data", "jsonl", "data/jsonl")
_PARQUET_ROOTS = ("parquet", "data/parquet")
PARQUET = ".parquet"
_PART = (".gz", ".jsonl", ".ndjson", PARQUET)
_PARTITION = re.compile(r"updated_date=(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Files:
    """Files of records, the newest partition first, so that the first version of a record that is met is the newest.

    Attributes:
        works: files of works.
        institutions: files of institutions.
        vintage: the newest partition or the day of the fetch, if the names tell one.
        promised: file → number of records, where a manifest says it.
    """

    works: tuple[Path, ...]
    institutions: tuple[Path, ...]
    vintage: str | None
    promised: dict[Path, int]


def find_files(
    inputs: Sequence[Path], institutions: Sequence[Path] = (), *, partial: bool = False
) -> Files:
    """Sort what was given into files of works and of institutions.

    Args:
        inputs: folders of the kinds above, and files of works.
        institutions: folders or files that hold institutions.
        partial: do not ask for all files that a manifest names: a part of the snapshot is meant.

    Raises:
        CeyuanError: ``source-no-input``; ``snapshot-incomplete`` for every file that a manifest names and that is missing
            or has another size; ``bad-json`` for a manifest that is not readable.
    """
    found: dict[str, list[Path]] = {entity: [] for entity in ENTITIES}
    promised: dict[Path, int] = {}
    problems: list[Problem] = []
    for entity, path in [
        *((None, p) for p in inputs),
        *(("institutions", p) for p in institutions),
    ]:
        if not path.exists():
            problems.append(
                Problem("source-no-input", "there is no such file or folder", str(path))
            )
        elif path.is_file():
            found[entity or "works"].append(path)
        else:
            for kind, folder in _entity_folders(path, entity):
                found[kind] += _parts(folder)
                problems += _check_manifest(folder, kind, promised, partial=partial)
    if not problems and not found["works"]:
        shown = ", ".join(str(p) for p in inputs)
        problems.append(Problem("source-no-input", f"no works in {shown or 'nothing'}"))
    if problems:
        raise CeyuanError(problems)
    ordered = {kind: tuple(sorted(set(paths), key=_newest_first)) for kind, paths in found.items()}
    days = [d for paths in ordered.values() for p in paths if (d := _day(p))]
    return Files(ordered["works"], ordered["institutions"], max(days, default=None), promised)


def _entity_folders(path: Path, entity: str | None) -> Iterator[tuple[str, Path]]:
    kinds = ENTITIES if entity is None else (entity,)
    for roots in (_ROOTS, _PARQUET_ROOTS):
        found = [
            (kind, path / root / kind)
            for root in roots
            for kind in kinds
            if (path / root / kind).is_dir()
        ]
        if found:
            yield from found
            return
    if entity is not None:
        yield entity, path
    else:
        name = path.name
        yield (
            (
                "institutions"
                if name == "institutions" or name.startswith("openalex-institutions")
                else "works"
            ),
            path,
        )


def _parts(folder: Path) -> list[Path]:
    return [
        p
        for p in folder.rglob("*")
        if p.suffix in _PART and p.is_file() and p.name != "quarantine.jsonl"
    ]


def _day(path: Path) -> str | None:
    days = _PARTITION.findall(path.as_posix()) or re.findall(
        r"openalex-\w+-(\d{4}-\d{2}-\d{2})", path.as_posix()
    )
    return days[-1] if days else None


def _newest_first(path: Path) -> tuple[int, str]:
    day = _day(path)
    return (-int(day.replace("-", "")) if day else 0, path.as_posix())


def _check_manifest(
    folder: Path, kind: str, promised: dict[Path, int], *, partial: bool
) -> Iterator[Problem]:
    if (folder / JOURNAL).is_file() and not partial:
        message = "this fetch has not come to its end"
        hint = "Run the same `ceyuan fetch` again: it goes on where it stopped"
        yield Problem("snapshot-incomplete", message, str(folder), hint=hint)
    for path in (folder / "manifest", folder / "manifest.json", folder.parent / "manifest.json"):
        if not path.is_file():
            continue
        try:
            content = msgspec.json.decode(path.read_bytes())
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield Problem("bad-json", f"the manifest is not readable: {error}", str(path))
            return
        for url, size, count in _entries(content):
            part = _local(folder, kind, url)
            if part is None:
                continue
            if not part.is_file():
                if not partial:
                    yield Problem(
                        "snapshot-incomplete",
                        "the manifest names this file and it is not here",
                        str(part),
                    )
            elif size is not None and part.stat().st_size != size:
                message = f"it has {part.stat().st_size:,} bytes, and {size:,} by the manifest"
                yield Problem("snapshot-incomplete", message, str(part))
            elif count is not None:
                promised[part] = count
        return


def _entries(content: Any) -> Iterator[tuple[str, int | None, int | None]]:
    """Entries of a manifest wherever they stand: one list for an entity, or lists for all of them."""
    if isinstance(content, list):
        for item in content:
            yield from _entries(item)
    elif isinstance(content, dict):
        url = content.get("url")
        if isinstance(content.get("file"), str):  # the manifest of a fetch
            yield content["file"], _number(content.get("bytes")), _number(content.get("rows"))
        elif isinstance(url, str):
            inner = content.get("meta")
            meta = inner if isinstance(inner, dict) else content
            yield url, _number(meta.get("content_length")), _number(meta.get("record_count"))
        else:
            yield from _entries([v for v in content.values() if isinstance(v, list | dict)])


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _local(folder: Path, kind: str, url: str) -> Path | None:
    """Where a file of a manifest is here; None if it belongs to another entity."""
    steps = unquote(urlparse(url).path).strip("/").split("/")
    if len(steps) == 1:
        return folder / steps[0]
    if kind not in steps or ".." in steps:
        return None
    return folder.joinpath(*steps[steps.index(kind) + 1 :])


def require_institutions(files: Files, inputs: Iterable[Path]) -> None:
    """Works carry no coordinates: without institutions nothing could be located.

    Raises:
        CeyuanError: ``source-missing-table``.
    """
    if not files.institutions:
        shown = ", ".join(str(p) for p in inputs)
        hint = "Fetch them (ceyuan fetch openalex institutions) and give them with --institutions"
        raise fail(
            "source-missing-table",
            f"there are no institutions beside the works in {shown}",
            hint=hint,
        )
