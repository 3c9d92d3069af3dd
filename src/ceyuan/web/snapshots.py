"""The snapshots that are open, by build and day; the one that is served now follows the workspace."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Event, Lock, Thread

from ceyuan.pipeline.folder import BuildFolder
from ceyuan.pipeline.reading import workspace_build
from ceyuan.web.snapshot import Snapshot
from ceyuan.web.warming import warm
from ceyuan.workspace.clock import today

_EVERY = 0.5
_OPEN = 3
"""Snapshots that stay open; who goes back to an earlier build finds its answers made."""


class Snapshots:
    """Snapshots of a workspace by build and day.

    Args:
        root: the workspace.
        tell: told, in a sentence, what happens (a new build is served; a new state could not be opened).
        every: how often the workspace is looked at, in seconds.
        team: whether the sides of a team sign in where this is served.

    Raises:
        CeyuanError: ``no-workspace``, ``no-build`` or ``damaged-build``.
    """

    def __init__(
        self,
        root: Path,
        tell: Callable[[str], None] = lambda _: None,
        every: float = _EVERY,
        *,
        team: bool = False,
    ) -> None:
        self._root, self._tell, self._every, self._team = root, tell, every, team
        self._open: OrderedDict[tuple[str, date], Snapshot] = OrderedDict()
        self._lock = Lock()
        self._stopping = Event()
        self._watcher: Thread | None = None
        workspace_build(root)
        self._state = self._wanted()
        self._current = self._snapshot(*self._state)
        for problem in BuildFolder(root).passed_over():
            tell(str(problem))

    @property
    def current(self) -> Snapshot:
        """The snapshot that is served now; it stays open, and the same, for whoever holds it."""
        return self._current

    def watch(self) -> None:
        """Follow the workspace from now on, in a thread of its own."""
        self._watcher = Thread(target=self._follow, name="ceyuan-watch", daemon=True)
        self._watcher.start()

    def refresh(self) -> bool:
        """Look at the workspace now; True where another snapshot is served from now on."""
        with self._lock:
            try:
                state = self._wanted()
                if state == self._state:
                    return False
                # Remembered even if it cannot be opened: it is tried again when something changes, not all the time.
                self._state = state
                fresh = self._snapshot(*state)
                warm(fresh)
                self._current = fresh
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, what is served now goes on
                self._tell(
                    f"The workspace has changed, but cannot be opened; the earlier state stays. {error}"
                )
                return False
        self._tell(f"Serving build {self._current.build}")
        return True

    def close(self) -> None:
        """Stop following and let go of the snapshots."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        self._open.clear()

    def _wanted(self) -> tuple[str, date]:
        return BuildFolder(self._root).current() or "", today(self._root)

    def _snapshot(self, build: str, day: date) -> Snapshot:
        found = self._open.pop((build, day), None) or Snapshot(
            self._root, build, day, team=self._team
        )
        self._open[build, day] = found
        while len(self._open) > _OPEN:
            self._open.popitem(last=False)
        return found

    def _follow(self) -> None:
        warm(self._current)
        while not self._stopping.wait(self._every):
            self.refresh()
