"""Work of somebody else's making, done in a process of its own with limits of time and memory."""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, cast

T = TypeVar("T")
_PATIENCE = 10
"""How much longer than its processor time work may take on a machine that is busy with other things."""
_BLOCK = 1 << 20


class LimitError(Exception):
    """The work needs more time or memory than it may have."""


class OutOfTimeError(Exception):
    """Raised inside of the work when its time is over, so that it can say where it was."""


def limited(work: Callable[[], T], *, seconds: int, megabytes: int) -> T:
    """Do some work in a copy of this process, which can do no harm to it.

    The copy begins with everything that this process knows. What the work changes stays in the copy: only its result
    comes back, which must be such that it can be pickled.

    Args:
        work: the work; within it, :class:`OutOfTimeError` and ``MemoryError`` say that a limit is reached.
        seconds: of processor time.
        megabytes: of memory beyond what this process has already.

    Raises:
        LimitError: if the work ended without a result.
        Exception: what the work raises, if that can be pickled.

    >>> limited(lambda: sum(range(10)), seconds=5, megabytes=100)
    45
    """
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, writing, seconds, megabytes)
    os.close(writing)
    try:
        answer = _answer(reading, time.monotonic() + seconds * _PATIENCE)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not answer:
        raise LimitError(f"more than {seconds} s or {megabytes} MB")
    done, result = pickle.loads(answer)  # noqa: S301 - it was written by our own process
    if not done:
        raise result
    return cast("T", result)


def _answer(reading: int, until: float) -> bytes:
    """What the copy sends before it ends; nothing if it does not end in time."""
    parts: list[bytes] = []
    while (left := until - time.monotonic()) > 0:
        if select.select([reading], [], [], left)[0]:
            part = os.read(reading, _BLOCK)
            if not part:
                return b"".join(parts)
            parts.append(part)
    return b""


def _work(work: Callable[[], Any], writing: int, seconds: int, megabytes: int) -> NoReturn:
    """The life of the copy; it never goes back into the code that made it."""
    try:
        _limit(seconds, megabytes)
        try:
            answer = pickle.dumps((True, work()))
        except Exception as error:  # noqa: BLE001 - it is raised again on the other side
            answer = pickle.dumps((False, error))
        while answer:
            answer = answer[os.write(writing, answer) :]
    finally:
        os._exit(0)


def _limit(seconds: int, megabytes: int) -> None:
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    signal.signal(signal.SIGXCPU, _out_of_time)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who made the copy decides on its end
    # A single step that takes long is not interrupted by the first limit, but ended by the second.
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if (size := _size()) is not None:
        resource.setrlimit(resource.RLIMIT_AS, (size + megabytes * 2**20,) * 2)


def _out_of_time(*_: object) -> None:
    raise OutOfTimeError


def _size() -> int | None:
    """Bytes of this process's memory as the limit counts them; None where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:  # noqa: PTH123 - no file of ours
            return int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None
