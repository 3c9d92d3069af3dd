"""The store of records: immutable Parquet files, named by a hash of everything that they were made from.

An unchanged file under an unchanged declaration is not read again, and every earlier build finds its records as they were.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ceyuan.files import flush, remove_drafts, replace_file, replaced


@cache
def code_version() -> str:
    """A hash of Ceyuan's own code and tables: what an older version made is made again, never mixed in.

    >>> len(code_version())
    16
    """
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    for path in sorted(p for p in package.rglob("*") if p.suffix in (".py", ".toml")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class StoredPart:
    """The records of one file of one table.

    Attributes:
        key: name in the store.
        table: the table.
        kind: its record kind.
        file: the file as shown to the user.
        sha256: hash of that file.
        read: rows read.
        stored: rows stored.
        quarantined: rows quarantined; ``read = stored + quarantined`` always.
        reasons: reason code → number of rows.
        hidden: sheets of a workbook that were passed over because they are hidden.
        unmapped: columns of the file that no field takes and no rule names.
        corrections: for each declared correction, how many rows it changed.
        beside: what else in the store goes with it: the texts in it that the workspace gives answers to, and the part that
            it was before rows were set aside that repeat those of other files.
    """

    key: str
    table: str
    kind: str
    file: str
    sha256: str
    read: int
    stored: int
    quarantined: int
    reasons: Mapping[str, int]
    corrections: tuple[int, ...]
    hidden: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()


def stored_part(raw: Mapping[str, Any]) -> StoredPart:
    """A part from its description as JSON."""
    lists = {
        name: tuple(raw.get(name, ())) for name in ("corrections", "hidden", "beside", "unmapped")
    }
    return StoredPart(**{**raw, **lists})


class Store:
    """The folder of a workspace's stored records.

    Args:
        folder: where parts are kept; it is made when the first one comes.
        beneath: another store, whose parts are known here, too; nothing is written there.
    """

    def __init__(self, folder: Path, beneath: Path | None = None) -> None:
        self.folder = folder
        self._beneath = beneath

    def _at(self, name: str) -> Path:
        own = self.folder / name
        if self._beneath is not None and not own.is_file():
            other = self._beneath / name
            return other if other.is_file() else own
        return own

    def records(self, key: str) -> Path:
        """The Parquet file of good rows."""
        return self._at(f"{key}.parquet")

    def quarantine(self, key: str) -> Path:
        """The Parquet file of rows that broke a check; there only if there are any."""
        return self._at(f"{key}.quarantine.parquet")

    def find(self, key: str) -> StoredPart | None:
        """The part of that key, if it is complete in the store."""
        path = self._at(f"{key}.json")
        if not path.is_file() or not self.records(key).is_file():
            return None
        try:
            return stored_part(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError):
            return None  # damaged: it is made again

    def incoming(self, key: str) -> tuple[Path, Path]:
        """Where to write records and quarantine before :meth:`keep`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Two machines may make the same part: one that was thought to be lost goes on.
        own = f".{key}.{socket.gethostname()}-{os.getpid()}"
        return self.folder / f"{own}.records.tmp", self.folder / f"{own}.quarantine.tmp"

    def keep(self, part: StoredPart) -> None:
        """Put a finished part into the store; its description goes last, so that a part is whole or absent."""
        records, quarantine = self.incoming(part.key)
        if part.quarantined:
            flush(quarantine)
            quarantine.replace(self.folder / f"{part.key}.quarantine.parquet")
        flush(records)
        records.replace(self.folder / f"{part.key}.parquet")
        replace_file(
            self.folder / f"{part.key}.json", json.dumps(asdict(part), ensure_ascii=False).encode()
        )

    def texts(self, own: str) -> dict[str, list[str]] | None:
        """The texts of a file that the workspace gives answers to, by type of field; None where it was never read."""
        try:
            found: dict[str, list[str]] = json.loads(
                self._at(f"{own}.texts.json").read_text(encoding="utf-8")
            )
        except (OSError, ValueError):
            return None  # it is read
        return found

    def keep_texts(self, own: str, texts: Mapping[str, Iterable[str]]) -> None:
        """Remember the texts of a file that the workspace gives answers to."""
        self.folder.mkdir(parents=True, exist_ok=True)
        listed = {of: sorted(found) for of, found in texts.items()}
        replace_file(
            self.folder / f"{own}.texts.json", json.dumps(listed, ensure_ascii=False).encode()
        )

    def is_distinct(self, parts: Sequence[StoredPart]) -> bool:
        """Whether it is known that no two of these parts hold a record of one key."""
        return self._at(self._distinct(parts)).is_file()

    def keep_distinct(self, parts: Sequence[StoredPart]) -> None:
        """Remember that no two of these parts hold a record of one key."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / self._distinct(parts)).touch()

    def _distinct(self, parts: Sequence[StoredPart]) -> str:
        # Named after the last part, so that it goes with it.
        together = store_key({"distinct": [part.key for part in parts]})
        return f"{parts[-1].key}.{together}.distinct"

    def take_along(self, other: Path) -> None:
        """Copy what another store holds whole and this one lacks."""
        for path in other.iterdir() if other.is_dir() else ():
            target = self.folder / path.name
            if not path.name.startswith(".") and not target.exists():
                with path.open("rb") as source, replaced(target) as copy:
                    shutil.copyfileobj(source, copy)

    def remove_unused(self, keys: set[str]) -> None:
        """Delete what no build refers to."""
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name.split(".")[0] not in keys:
                path.unlink(missing_ok=True)

    def remove_left_over(self) -> None:
        """Delete what builds that were killed left behind; nobody else may be building."""
        remove_drafts(self.folder)


def store_key(ingredients: Mapping[str, object]) -> str:
    """A name made of everything that a stored part depends on."""
    text = json.dumps(
        {"code": code_version(), **ingredients}, sort_keys=True, ensure_ascii=False, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()[:32]
