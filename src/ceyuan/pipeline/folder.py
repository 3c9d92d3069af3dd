"""The folder ``build/`` of a workspace: builds side by side, one of them current.

A build is written under a temporary name and becomes visible by one rename; the file ``current`` then names it, again by
one rename. Whoever reads sees the old build or the new one, whole.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ceyuan.errors import did_you_mean, fail
from ceyuan.files import replace_file
from ceyuan.records.store import Store
from ceyuan.workspace.clock import day_of_moment, zone_of

MANIFEST = "manifest.json"


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
    def store(self) -> Path:
        """The folder of stored records."""
        return self.path / "store"

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
                    "build-running", "another build of this workspace is being made", file=str(self.root)
                ) from None
            yield

    def builds(self) -> list[str]:
        """Identifiers of all builds, oldest first."""
        folder = self.path / "builds"
        found = folder.iterdir() if folder.is_dir() else ()
        # One that is being written, or whose writer was stopped, is none yet.
        return sorted(p.name for p in found if p.name[0] != "." and (p / MANIFEST).is_file())

    def current(self) -> str | None:
        """Identifier of the current build, None where there is none."""
        pointer = self.path / "current"
        name = pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else ""
        return name if name and (self.of(name) / MANIFEST).is_file() else None

    def of(self, build: str) -> Path:
        """The folder of a build."""
        return self.path / "builds" / build

    def manifest(self, build: str) -> dict[str, Any]:
        """The manifest of a build."""
        manifest: dict[str, Any] = json.loads((self.of(build) / MANIFEST).read_text(encoding="utf-8"))
        return manifest

    def incoming(self) -> Path:
        """An empty folder to write a build into before :meth:`publish`."""
        folder = self.path / "builds" / ".incoming"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def publish(self, build: str) -> None:
        """Make the incoming build the current one."""
        (self.path / "builds" / ".incoming").replace(self.of(build))
        replace_file(self.path / "current", f"{build}\n".encode())

    def remove_old(self, keep: int) -> list[str]:
        """Delete all but the last ``keep`` builds, and stored records that no build needs."""
        gone = [b for b in self.builds()[: -keep or None] if b != self.current()]
        for build in gone:
            shutil.rmtree(self.of(build))
        keys = {str(part["key"]) for build in self.builds() for part in self.manifest(build)["parts"]}
        Store(self.store).remove_unused(keys)
        return gone

    def resolve(self, as_of: str | None) -> str:
        """The build that is meant.

        Args:
            as_of: the beginning of its name, a day (the last build up to then), or ``previous``; the current one if None.

        Raises:
            CeyuanError: ``no-build``.
        """
        builds = self.builds()
        current = self.current()
        if not builds or current is None:
            raise fail("no-build", "this workspace has not been built", file=str(self.root))
        if as_of is None:
            return current
        if as_of == "previous":
            earlier = [b for b in builds if b < current]
            if earlier:
                return earlier[-1]
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
