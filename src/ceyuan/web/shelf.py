"""The snapshot that is served now, replaced in one step when the workspace has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread

from ceyuan.web.snapshot import Snapshot, state_of

_EVERY = 0.5


class Shelf:
    """Holds the current snapshot of a workspace and follows its builds.

    Args:
        root: the workspace.
        tell: told, in a sentence, what happens (a new build is served; a new state could not be opened).
        every: how often the workspace is looked at, in seconds.

    Raises:
        CeyuanError: ``no-workspace`` or ``no-build``.
    """

    def __init__(self, root: Path, tell: Callable[[str], None] = lambda _: None, every: float = _EVERY) -> None:
        self._root, self._tell, self._every = root, tell, every
        self._state = state_of(root)
        self._current = Snapshot(root)
        self._lock = Lock()
        self._stopping = Event()
        self._watcher: Thread | None = None

    @contextmanager
    def use(self) -> Iterator[Snapshot]:
        """The current snapshot; it stays open, and the same, until the block is left."""
        snapshot = self._current
        while not snapshot.acquire():
            snapshot = self._current  # it was replaced and closed between the two lines
        try:
            yield snapshot
        finally:
            snapshot.release()

    def is_current(self, snapshot: Snapshot) -> bool:
        """Whether this is the snapshot that is served now."""
        return snapshot is self._current

    def watch(self) -> None:
        """Follow the workspace from now on, in a thread of its own."""
        self._watcher = Thread(target=self._follow, name="ceyuan-watch", daemon=True)
        self._watcher.start()

    def refresh(self) -> bool:
        """Look at the workspace now; True where a new snapshot was put up."""
        with self._lock:
            try:
                state = state_of(self._root)
                if state == self._state:
                    return False
                # Remembered even if it cannot be opened: it is tried again when something changes, not all the time.
                self._state = state
                fresh = Snapshot(self._root)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, what is served now goes on
                self._tell(f"The workspace has changed, but cannot be opened; the earlier state stays. {error}")
                return False
            old, self._current = self._current, fresh
            old.retire()
        self._tell(f"Serving build {fresh.build}")
        return True

    def close(self) -> None:
        """Stop following and close the snapshot."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        self._current.retire()

    def _follow(self) -> None:
        while not self._stopping.wait(self._every):
            self.refresh()
