"""One build as it is served on one day, open for many readers at once.

A build never changes, texts, plan and bulletins in it included, so all answers are of one state. Small builds are held in
memory, so that their files may go.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock

from ceyuan.records.store import code_version
from ceyuan.web.payload import Payload, PayloadStore
from ceyuan.web.resources.view import View

Make = Callable[[View], Payload]
_BUDGET = 256 * 2**20


class Snapshot:
    """A build on a day. It closes its files when nobody holds it any more.

    Args:
        root: the workspace.
        build: identifier of the build.
        day: what today is, which the states of a plan depend on.
        team: whether the sides of a team sign in where this is served.

    Attributes:
        build: identifier of the build.
        tag: the entity tag of everything that it answers: the build, the day, and Ceyuan's own code.

    Raises:
        CeyuanError: ``no-workspace``, ``no-build`` or ``damaged-build``.
    """

    def __init__(self, root: Path, build: str, day: date, *, team: bool = False) -> None:
        self._root, self._day, self._team = root, day, team
        first = View.open(root, build, day, team=team)
        self.build = first.build.id
        self.tag = f'W/"{self.build}-{day:%Y%m%d}-{code_version()[:8]}{"-team" * team}"'
        self._views: LifoQueue[View] = LifoQueue()
        self._views.put(first)
        self._payloads = PayloadStore(_BUDGET)
        self._running: dict[Hashable, Future[Payload]] = {}
        self._lock = Lock()
        weakref.finalize(self, _close, self._views)

    @contextmanager
    def view(self) -> Iterator[View]:
        """A view of the build for one reader, made when there is none to spare."""
        try:
            view = self._views.get_nowait()
        except Empty:
            view = View.open(self._root, self.build, self._day, team=self._team)
        try:
            yield view
        finally:
            self._views.put(view)

    def kept(self, key: Hashable) -> Payload | None:
        """An answer that was given before."""
        return self._payloads.get(key)

    def answer(self, key: Hashable, make: Make) -> Payload:
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


def _close(views: LifoQueue[View]) -> None:
    while True:
        try:
            views.get_nowait().close()
        except Empty:
            return
