"""The store of records: immutable Parquet files, named by a hash of everything that they were made from.

An unchanged file under an unchanged declaration is not read again, and every earlier build finds its records as they were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ceyuan.engine import RemoteFolder, StoredFile
from ceyuan.records.shelf import shelf


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

    def __init__(
        self, folder: Path | RemoteFolder, beneath: Path | RemoteFolder | None = None
    ) -> None:
        self.folder = folder
        self._own = shelf(folder)
        self._beneath = None if beneath is None else shelf(beneath)

    def _lacks(self, name: str) -> bool:
        found = (self._own, self._beneath)
        return all(one is None or bool(one.lacking([name])) for one in found)

    def _at(self, name: str) -> StoredFile:
        other = self._beneath
        is_other = other is not None and self._own.lacking([name]) and not other.lacking([name])
        return other.file(name) if other is not None and is_other else self._own.file(name)

    def _read(self, name: str) -> Any:
        """A description; None where there is none that can be read: what it describes is made again."""
        for one in (self._own, self._beneath):
            if one is None or one.lacking([name]):
                continue
            try:
                return json.loads(one.read(name))
            except (OSError, ValueError):
                return None
        return None

    def records(self, key: str) -> StoredFile:
        """The Parquet file of good rows."""
        return self._at(f"{key}.parquet")

    def quarantine(self, key: str) -> StoredFile:
        """The Parquet file of rows that broke a check; there only if there are any."""
        return self._at(f"{key}.quarantine.parquet")

    def gone(self, keys: Iterable[str]) -> StoredFile | None:
        """The first file of good rows that should be there and is not."""
        names = [f"{key}.parquet" for key in keys]
        for name in self._own.lacking(names):
            if self._beneath is None or self._beneath.lacking([name]):
                return self._own.file(name)
        return None

    def find(self, key: str) -> StoredPart | None:
        """The part of that key, if it is complete in the store."""
        described = self._read(f"{key}.json")
        if described is None or self._lacks(f"{key}.parquet"):
            return None
        try:
            return stored_part(described)
        except (ValueError, KeyError, TypeError):
            return None  # damaged: it is made again

    def incoming(self, key: str) -> tuple[Path, Path]:
        """Where to write records and quarantine before :meth:`keep`."""
        return self._own.draft(f"{key}.records"), self._own.draft(f"{key}.quarantine")

    def keep(self, part: StoredPart) -> None:
        """Put a finished part into the store; its description goes last, so that a part is whole or absent."""
        records, quarantine = self.incoming(part.key)
        if part.quarantined:
            self._own.take(quarantine, f"{part.key}.quarantine.parquet")
        self._own.take(records, f"{part.key}.parquet")
        self._write(f"{part.key}.json", asdict(part))

    def _write(self, name: str, described: object) -> None:
        self._own.write(name, [json.dumps(described, ensure_ascii=False).encode()])

    def texts(self, own: str) -> dict[str, list[str]] | None:
        """The texts of a file that the workspace gives answers to, by type of field; None where it was never read."""
        found: dict[str, list[str]] | None = self._read(f"{own}.texts.json")
        return found

    def keep_texts(self, own: str, texts: Mapping[str, Iterable[str]]) -> None:
        """Remember the texts of a file that the workspace gives answers to."""
        self._write(f"{own}.texts.json", {of: sorted(found) for of, found in texts.items()})

    def is_distinct(self, parts: Sequence[StoredPart]) -> bool:
        """Whether it is known that no two of these parts hold a record of one key."""
        return not self._lacks(self._distinct(parts))

    def keep_distinct(self, parts: Sequence[StoredPart]) -> None:
        """Remember that no two of these parts hold a record of one key."""
        self._own.write(self._distinct(parts), ())

    def _distinct(self, parts: Sequence[StoredPart]) -> str:
        # Named after the last part, so that it goes with it.
        together = store_key({"distinct": [part.key for part in parts]})
        return f"{parts[-1].key}.{together}.distinct"

    def take_along(self, other: Path | RemoteFolder) -> None:
        """Copy what another store holds whole and this one lacks."""
        before, have = shelf(other), set(self._own.names())
        for name in before.names():
            if not name.startswith(".") and name not in have:
                self._own.write(name, before.pieces(name))

    def clear(self) -> None:
        """Remove it with all that is in it."""
        self._own.clear()

    def remove_unused(self, keys: set[str]) -> None:
        """Delete what no build refers to."""
        for name in self._own.names():
            if name.split(".")[0] not in keys:
                self._own.remove(name)

    def remove_left_over(self) -> None:
        """Delete what builds that were killed left behind; nobody else may be building."""
        self._own.remove_drafts()


def store_key(ingredients: Mapping[str, object]) -> str:
    """A name made of everything that a stored part depends on."""
    text = json.dumps(
        {"code": code_version(), **ingredients}, sort_keys=True, ensure_ascii=False, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()[:32]
