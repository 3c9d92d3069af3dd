"""Bad records, each with its message, in a file of JSON lines; nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from ceyuan.errors import catalogue

_LONGEST = 1 << 16  # of a record's text; what is longer is cut, and says so


class Quarantine:
    """A file that bad records are written to as they are met.

    Attributes:
        path: the file.
        reasons: code of the error catalogue → number of records.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reasons: Counter[str] = Counter()
        self._encoder = msgspec.json.Encoder()
        self._file = path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self.reasons.total()

    def add(self, file: str, line: int | None, code: str, message: str, record: Any) -> None:
        """Keep one record.

        Args:
            file: the file that it stands in.
            line: its line, from 1, where one is known.
            code: why, as a code of the error catalogue.
            message: what is wrong with this one.
            record: the record: its bytes, its text, or its columns.

        Raises:
            KeyError: if the code is not in the catalogue.
        """
        if code not in catalogue():
            raise KeyError(code)
        self.reasons[code] += 1
        if isinstance(record, bytes):
            record = record.decode("utf-8", "backslashreplace").rstrip("\r\n")
        if isinstance(record, str) and len(record) > _LONGEST:
            record = f"{record[:_LONGEST]}… ({len(record):,} characters)"
        entry = {"file": file, "line": line, "code": code, "message": message, "record": record}
        self._file.write(self._encoder.encode(entry) + b"\n")

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
