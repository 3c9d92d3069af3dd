"""What the files of a folder said when they were last read, kept in ``build/plan`` so that thousands need not be parsed again.

It is derived and may be deleted at any time. Each file is known by what changes when it does: size, time of writing, and
the time of any change, which the system sets and nobody can set back. These times move in ticks of some milliseconds, so
a file that was changed a moment ago might change once more and look the same: it is not kept before it has rested.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
from pydantic import TypeAdapter, ValidationError

from ceyuan.files import replace_file
from ceyuan.version import __version__
from ceyuan.wording import LANGUAGES, Language
from ceyuan.workspace.spec import Spec

S = TypeVar("S", bound=Spec)
REST = 2_000_000_000
"""How long a file must have been as it is, in nanoseconds: the coarsest file system counts in steps of two seconds."""
_DIGEST = hashlib.sha256().digest_size
_STAMPS = msgspec.json.Decoder(dict[str, tuple[int, int, int]])


class Stamp(NamedTuple):
    """What changes when a file does.

    Attributes:
        size: bytes.
        written: when it was written, in nanoseconds.
        changed: when anything about it changed, in nanoseconds.
    """

    size: int
    written: int
    changed: int


def stamps(entries: Iterable[os.DirEntry[str]], *, sealed: bool = False) -> dict[str, Stamp]:
    """The stamps of files by name.

    Args:
        entries: the files.
        sealed: whether they are the copy in a build: nobody changes them, and a further name that a later build gives to one
            is no change of it.
    """
    found = ((e.name, e.stat()) for e in entries)
    return {
        name: Stamp(s.st_size, s.st_mtime_ns, 0 if sealed else s.st_ctime_ns) for name, s in found
    }


def rested(stamp: Stamp, now: int) -> bool:
    """Whether a further change after a moment would show in the stamp.

    Args:
        stamp: as it was taken, before the file was read.
        now: when it was taken.
    """
    return max(stamp.written, stamp.changed) + REST < now


def now() -> int:
    """The clock that files are stamped by."""
    return time.time_ns()


def recall(
    path: Path, model: type[S], languages: tuple[Language, ...] = LANGUAGES
) -> dict[str, tuple[Stamp, S]]:
    """What was kept in a file: stamps and contents by name; nothing where it is damaged or from another version.

    Args:
        path: the file.
        model: what each content is.
        languages: those in which names must stand; with others the contents would say other names.
    """
    try:
        content = path.read_bytes()
    except OSError:
        return {}
    digest, rest = content[:_DIGEST], content[_DIGEST:]
    if digest != _digest(model, languages, rest):
        return {}
    known, _, specs = rest.partition(b"\n")
    try:
        found = TypeAdapter(list[model]).validate_json(specs)  # type: ignore[valid-type]
    except ValidationError:
        return {}  # a rule has been added since
    pairs = zip(_STAMPS.decode(known).items(), found, strict=True)
    return {name: (Stamp(*stamp), spec) for (name, stamp), spec in pairs}


def keep(
    path: Path,
    model: type[S],
    found: Mapping[str, tuple[Stamp, S]],
    languages: tuple[Language, ...] = LANGUAGES,
) -> None:
    """Keep stamps and contents by name; a workspace that cannot be written to is read more slowly."""
    known = msgspec.json.encode({name: stamp for name, (stamp, _) in found.items()})
    contents = [spec for _, spec in found.values()]
    adapter = TypeAdapter(list[model])  # type: ignore[valid-type]
    specs = adapter.dump_json(contents, exclude_defaults=True)
    rest = known + b"\n" + specs
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, _digest(model, languages, rest) + rest)


def _digest(model: type[Spec], languages: tuple[Language, ...], content: bytes) -> bytes:
    return hashlib.sha256(_shape(model) + " ".join(languages).encode() + content).digest()


@cache
def _shape(model: type[Spec]) -> bytes:
    """What a file can say; another version of Ceyuan may read the same file otherwise."""
    return f"{__version__}{json.dumps(model.model_json_schema(), sort_keys=True)}".encode()
