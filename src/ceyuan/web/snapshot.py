"""A workspace as it was at one moment: one build, with the texts beside it, for as long as somebody reads it.

A snapshot works on a private copy of the texts (``communiques/``, ``plan/``, ``bulletin/``), so that all its answers are of
the same state even while somebody writes. Builds never change; small ones are held in memory, so that their files may go.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock

from ceyuan.hashes import file_sha256
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.pipeline.reading import workspace_build
from ceyuan.records.store import code_version
from ceyuan.web.payload import Payload, PayloadStore
from ceyuan.web.resources.view import View
from ceyuan.web.scratch import Scratch
from ceyuan.workspace.clock import today

BESIDE = ("communiques", "plan", "bulletin")
"""Folders of a workspace that are read beside the build."""
_BUDGET = 256 * 2**20

State = tuple[object, ...]


def state_of(root: Path) -> State:
    """What tells that a workspace has changed: its build, the files beside it, and the day, which a plan depends on."""
    found: list[object] = [BuildFolder(root).current(), today(root)]
    for folder in BESIDE:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file():
                stat = path.stat()
                found.append((path.relative_to(root).as_posix(), stat.st_size, stat.st_mtime_ns))
    return tuple(found)


class Snapshot:
    """One state of a workspace, open for many readers at once.

    Attributes:
        build: identifier of the build.
        tag: the entity tag of everything that it answers: the build, the files beside it,
            the day, and Ceyuan's own code.
    """

    def __init__(self, root: Path) -> None:
        # Asked of the workspace itself, so that what is missing is named as the user knows it.
        workspace_build(root)
        self._scratch = Scratch.make()
        self._folder = self._scratch.path
        try:
            _copy(root, self._folder)
            self._day = today(root)
            first = View.open(self._folder, day=self._day)
        except BaseException:
            self._scratch.remove()
            raise
        self.build = first.build.id
        self.tag = f'W/"{self.build}-{_hash(self._folder, self._day)}"'
        self._views: LifoQueue[View] = LifoQueue()
        self._views.put(first)
        self._payloads = PayloadStore(_BUDGET)
        self._running: dict[Hashable, Future[Payload]] = {}
        self._lock = Lock()
        self._users = 0
        self._retired = False

    @contextmanager
    def view(self) -> Iterator[View]:
        """A view of the build for one reader, made when there is none to spare."""
        try:
            view = self._views.get_nowait()
        except Empty:
            view = View.open(self._folder, self.build, self._day)
        try:
            yield view
        finally:
            self._views.put(view)

    def kept(self, key: Hashable) -> Payload | None:
        """An answer that was given before."""
        return self._payloads.get(key)

    def answer(self, key: Hashable, make: Callable[[View], Payload]) -> Payload:
        """An answer, made once however many ask for it at the same time.

        Args:
            key: what is asked for.
            make: makes it.

        Raises:
            CeyuanError: what ``make`` raises.
        """
        with self._lock:
            if (found := self._payloads.get(key)) is not None:
                return found
            running = self._running.get(key)
            if running is None:
                mine: Future[Payload] = Future()
                self._running[key] = mine
        if running is not None:
            return running.result()
        try:
            with self.view() as view:
                payload = make(view)
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            self._payloads.put(key, payload)
            mine.set_result(payload)
            return payload
        finally:
            with self._lock:
                del self._running[key]

    def acquire(self) -> bool:
        """Begin to use it; False where it is closed."""
        with self._lock:
            if self._retired and self._users == 0:
                return False
            self._users += 1
            return True

    def release(self) -> None:
        """End to use it; the last user of a retired one closes it."""
        with self._lock:
            self._users -= 1
            last = self._retired and self._users == 0
        if last:
            self._close()

    def retire(self) -> None:
        """Close it as soon as nobody uses it."""
        with self._lock:
            unused = not self._retired and self._users == 0
            self._retired = True
        if unused:
            self._close()

    def _close(self) -> None:
        while True:
            try:
                self._views.get_nowait().close()
            except Empty:
                break
        self._scratch.remove()


def _copy(root: Path, folder: Path) -> None:
    """The parts of a workspace that are read beside its build; the build itself is linked."""
    if (root / "ceyuan.yaml").is_file():
        shutil.copyfile(root / "ceyuan.yaml", folder / "ceyuan.yaml")
    for name in BESIDE:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name)
    (folder / "build").symlink_to((root / "build").resolve(), target_is_directory=True)


def _hash(folder: Path, day: date) -> str:
    digest = hashlib.sha256(f"{code_version()} {day}".encode())
    for name in BESIDE:
        for path in sorted(p for p in (folder / name).rglob("*") if p.is_file()):
            digest.update(f"\n{path.relative_to(folder).as_posix()} {file_sha256(path)}".encode())
    return digest.hexdigest()[:12]
