"""What a run read and where all of it went, and the manifest that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ceyuan.files import replace_file
from ceyuan.version import __version__


@dataclass(frozen=True, slots=True)
class TableAccount:
    """Where the records of one input table went.

    Attributes:
        read: records read.
        kept: records that passed all checks.
        quarantined: records in the quarantine file.
    """

    read: int
    kept: int
    quarantined: int

    def __post_init__(self) -> None:
        if self.read != self.kept + self.quarantined:
            message = f"{self.read} records read, {self.kept} kept and {self.quarantined} quarantined: some are lost"
            raise ArithmeticError(message)

    def __add__(self, other: TableAccount) -> TableAccount:
        return TableAccount(
            self.read + other.read, self.kept + other.kept, self.quarantined + other.quarantined
        )


@dataclass(frozen=True, slots=True)
class FileAccount:
    """A file that was read or written.

    Attributes:
        file: its path as given (inputs) or its name (outputs).
        bytes: its size.
        sha256: its hash.
        rows: how many records it holds, where that was counted.
    """

    file: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """What one run did; written as the manifest.

    Attributes:
        format: the foreign format (``openalex``, ``patentsview``, ``regpat``, ``patstat``, ``deals``).
        vintage: what edition of the source this is, or None where nothing tells.
        inputs: the files read.
        accounts: input table → its account.
        points: ``rows``, ``located`` and ``unlocated`` points and the number of ``records`` that they belong to.
        reasons: code → number of quarantined records.
        outputs: the files written.
        notes: what a user of these points must know (how years and positions were chosen).
    """

    format: str
    vintage: str | None
    inputs: tuple[FileAccount, ...]
    accounts: Mapping[str, TableAccount]
    points: Mapping[str, int]
    reasons: Mapping[str, int]
    outputs: tuple[FileAccount, ...]
    notes: tuple[str, ...] = field(default=())

    def write(self, path: Path) -> None:
        """Write the manifest as JSON; it appears whole or not at all."""
        entry: dict[str, Any] = {"ceyuan": __version__, "made": now(), **asdict(self)}
        replace_file(path, msgspec.json.format(msgspec.json.encode(entry), indent=2) + b"\n")


def now() -> str:
    """The time in UTC, to the second.

    >>> now().endswith("+00:00")
    True
    """
    return datetime.now(UTC).isoformat(timespec="seconds")
