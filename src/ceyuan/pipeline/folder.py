"""The folder ``build/`` of a workspace: builds side by side, one of them current.

A build is written under a temporary name, flushed to disk, and becomes visible by one rename; the file ``current`` then
names it, again by one rename. Whoever reads sees the old build or the new one, whole, even after a power cut. A build that
was damaged since is named and passed over for the last one that can be read.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ceyuan.engine import RemoteFolder
from ceyuan.engine.remote import is_uri
from ceyuan.engine.scratch import remove_left_over
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.files import flush, flush_tree, remove_drafts, replace_file
from ceyuan.records.store import Store
from ceyuan.workspace.clock import day_of_moment, zone_of
from ceyuan.workspace.walking import plain_files

MANIFEST = "manifest.json"
DECLARATIONS = "declarations.json"
_ARCHIVE = "bulletin/archive"
"""Published editions; which build each came from is all that is asked of them here."""


@dataclass(frozen=True, slots=True)
class BuildFolder:
    """The builds of one workspace.

    Attributes:
        root: the workspace.
    """

    root: Path

    @property
    def path(self) -> Path:
        """The folder ``build``."""
        return self.root / "build"

    @property
    def store(self) -> Path | RemoteFolder:
        """The folder of stored records: ``build/store``, or the one that :meth:`keep_records_at` wrote down.

        Raises:
            CeyuanError: ``store-missing`` where it is not there, as when a disk is not mounted.
        """
        if not self._stored_at.is_file():
            return self.path / "store"
        written = os.fsdecode(self._stored_at.read_bytes())
        return RemoteFolder(written) if is_uri(written) else _there(Path(written))

    @property
    def _stored_at(self) -> Path:
        return self.path / "store-at"

    def keep_records_at(self, uri: str | None, name: str) -> None:
        """Keep stored records in another folder from now on; those that are there are taken along first.

        The folder of a workspace is its own, also where several workspaces name one place or one workspace was copied.

        Args:
            uri: a folder as ``file:///…``, ``s3a://…``, ``hdfs://…`` or any other that has a driver; ``build/store`` if None.
            name: what the workspace is called.

        Raises:
            CeyuanError: ``store-missing`` where the folder, or the one used so far, is not there or cannot be written;
                ``store-without-driver``.
        """
        own = f"{name}-{hashlib.sha256(os.fsencode(self.root.resolve())).hexdigest()[:12]}"
        own_folder = self.path / "store"
        before, after = self.store, own_folder if uri is None else _named(uri, own)
        if before == after:
            return
        try:
            if isinstance(after, Path):
                after.mkdir(parents=True, exist_ok=True)
            Store(after).take_along(before)
            if uri is None:
                self._stored_at.unlink()
            else:
                address = after if isinstance(after, Path) else after.uri
                replace_file(self._stored_at, os.fsencode(address))
        except OSError as error:
            message = f"records cannot be kept at {after}: {error.strerror or error}"
            raise fail("store-missing", message) from None
        # A workspace that was copied leaves the other one what it has.
        name_before = before.name if isinstance(before, Path) else before.uri.rpartition("/")[2]
        if name_before == own or before == own_folder:
            Store(before).clear()

    @property
    def scratch(self) -> Path:
        """The folder for what a build throws away."""
        return self.path / ".scratch"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for one writer.

        Raises:
            CeyuanError: ``build-running`` if another build is being made.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise fail(
                    "build-running",
                    "another build of this workspace is being made",
                    file=str(self.root),
                ) from None
            yield

    def names(self) -> list[str]:
        """Identifiers of all builds, oldest first, damaged ones among them."""
        folder = self.path / "builds"
        found = folder.iterdir() if folder.is_dir() else ()
        # One that is being written, or whose writer was stopped, is none yet.
        return sorted(p.name for p in found if p.name[0] != ".")

    def builds(self) -> list[str]:
        """Identifiers of all builds that can be read, oldest first."""
        return [name for name in self.names() if self.damage(name) is None]

    def damage(self, build: str) -> Problem | None:
        """What is wrong with the files of a build, as a warning; None where nothing is."""
        why = _damage(self.of(build))
        if why is None:
            return None
        return Problem(
            "damaged-build",
            f"the build {build} cannot be read ({why})",
            str(self.of(build)),
            None,
            None,
            "warning",
        )

    def pointed_at(self) -> str | None:
        """The build that was published last, whether it can be read or not."""
        pointer = self.path / "current"
        try:
            return pointer.read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    def current(self) -> str | None:
        """Identifier of the current build, or of the last one that can be read; None where there is none."""
        name = self.pointed_at()
        if name is not None and name in self.names() and self.damage(name) is None:
            return name
        return next(iter(reversed(self.builds())), None)

    def passed_over(self) -> list[Problem]:
        """The builds that should be current and cannot be read, each as a warning."""
        current = self.current() or ""
        found = (self.damage(name) for name in self.names() if name > current)
        return [problem for problem in found if problem is not None]

    def of(self, build: str) -> Path:
        """The folder of a build."""
        return self.path / "builds" / build

    def manifest(self, build: str) -> dict[str, Any]:
        """The manifest of a build."""
        manifest: dict[str, Any] = json.loads(
            (self.of(build) / MANIFEST).read_text(encoding="utf-8")
        )
        return manifest

    def incoming(self) -> Path:
        """An empty folder to write a build into before :meth:`publish`."""
        folder = self.path / "builds" / ".incoming"
        folder.mkdir(parents=True)
        return folder

    def remove_left_over(self) -> None:
        """Delete what killed builds left behind; the folder must be locked."""
        for folder in (self.path / "builds" / ".incoming", self.scratch):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in (self.path, self.path / "plan"):
            remove_drafts(folder)
        Store(self.store).remove_left_over()
        remove_left_over()

    def publish(self, build: str) -> None:
        """Make the incoming build the current one, once all of it is on disk."""
        incoming = self.path / "builds" / ".incoming"
        flush_tree(incoming)
        incoming.replace(self.of(build))
        flush(incoming.parent)
        replace_file(self.path / "current", f"{build}\n".encode())

    def remove_old(self, keep: int) -> list[str]:
        """Delete old builds, and stored records that no build needs.

        Those that a published edition of a bulletin came from stay.

        Args:
            keep: how many builds stay, one at least.
        """
        needed = {self.current(), *self.builds()[-keep:], *self._of_editions()}
        gone = [b for b in self.names() if b not in needed and b < (self.current() or "")]
        for build in gone:
            shutil.rmtree(self.of(build))
        parts = [part for build in self.builds() for part in self.manifest(build)["parts"]]
        keys = {str(part["key"]) for part in parts}
        keys |= {str(name) for part in parts for name in part.get("beside", ())}
        Store(self.store).remove_unused(keys)
        return gone

    def _of_editions(self) -> set[str]:
        found = set()
        for path in (p for p in plain_files(self.root, _ARCHIVE) if p.name == "edition.json"):
            try:
                found.add(str(json.loads(path.read_text(encoding="utf-8"))["build"]))
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue  # `ceyuan check` says what is wrong with it
        return found

    def _nothing_built(self) -> CeyuanError:
        damaged = self.passed_over()
        if damaged:
            return fail("damaged-build", damaged[-1].message, file=damaged[-1].file)
        return fail("no-build", "this workspace has not been built", file=str(self.root))

    def resolve(self, as_of: str | None) -> str:
        """The build that is meant.

        Args:
            as_of: the beginning of its name, a day (the last build up to then), or ``previous``; the current one if None.

        Raises:
            CeyuanError: ``no-build``.
        """
        current = self.current()
        if current is None:
            raise self._nothing_built()
        if as_of is None:
            return current
        builds = self.builds()
        earlier = [b for b in builds if b < current]
        if as_of == "previous" and earlier:
            return earlier[-1]
        if as_of in self.names() and (damage := self.damage(as_of)) is not None:
            raise fail("damaged-build", damage.message, file=damage.file)
        named = [b for b in builds if b.startswith(as_of)]
        if len(named) == 1 or as_of in named:
            return as_of if as_of in named else named[0]
        before = self._up_to(as_of, builds)
        if before is not None:
            return before
        hint = did_you_mean(as_of, builds) or f"Builds: {', '.join(builds[-8:])}"
        raise fail("no-build", f"there is no build {as_of!r}", file=str(self.root), hint=hint)

    def _up_to(self, day: str, builds: list[str]) -> str | None:
        try:
            last, zone = date.fromisoformat(day), zone_of(self.root)
            return next((b for b in reversed(builds) if day_of_moment(b, zone) <= last), None)
        except ValueError:
            return None


_NEEDED = frozenset({"build", "created", "fingerprint", "parts", "counts", "warnings", "changes"})
"""What every manifest says."""


def _named(uri: str, own: str) -> Path | RemoteFolder:
    """A workspace's own folder in the one that a URI names, which must be there."""
    if urlsplit(uri).scheme == "file":
        return _there(Path(url2pathname(urlsplit(uri).path))) / own
    folder = RemoteFolder(uri.rstrip("/"))
    if not folder.is_there():
        raise fail("store-missing", f"there is no folder {uri}")
    return folder.within(own)


def _there(folder: Path) -> Path:
    if not folder.is_dir():
        raise fail("store-missing", f"there is no folder {folder}")
    return folder


def _damage(folder: Path) -> str | None:
    """Why the build in a folder cannot be read; None where it can."""
    manifest = folder / MANIFEST
    try:
        stat = manifest.stat()
        sizes = _sizes(manifest, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        return f"{MANIFEST}: {error.strerror}"
    except (ValueError, RecursionError):
        return f"{MANIFEST}: it is not as it was written"
    for name, size in sizes.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size:
            return f"{name}: it is not as it was written"
    return None


@lru_cache(maxsize=1024)
def _sizes(manifest: Path, _written: int, _size: int) -> dict[str, int]:
    """The bytes of each file of a build, as its manifest in one state has them.

    Raises:
        ValueError: if it is no manifest.
    """
    said = json.loads(manifest.read_bytes())
    if not isinstance(said, dict) or not said.keys() >= _NEEDED:
        raise ValueError("no manifest")
    return dict(said.get("files", {}))  # a build of an early Ceyuan does not list them
