"""Work of somebody else's making, done in a process of its own with limits of time and memory."""

from __future__ import annotations

import gc
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar, cast

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
_PATIENCE = 10
"""How much longer than its processor time work may take on a machine that is busy with other things."""
_GLANCE = 0.2
"""Seconds between two looks whether somebody still waits."""
OVER = 75
"""The status with which a program ends that has reached its limits."""
# Each thread of a library reserves memory of its own, which would count.
_FEW_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
Message = tuple[Literal["asks", "has", "raises"], Any]
"""What the copy says, and what is said back to it."""
Ask = Callable[..., Any]


class LimitError(Exception):
    """The work needs more time or memory than it may have."""


class GivenUpError(Exception):
    """Nobody waits for the work any more."""


class OutOfTimeError(Exception):
    """Raised inside of the work when its time is over, so that it can say where it was."""


def _nobody(*question: object) -> NoReturn:
    raise LookupError(f"there is nobody to ask for {question}")


def waited_for() -> bool:
    """Somebody waits for the work until it is done."""
    return True


def limited(
    work: Callable[[Ask], T],
    *,
    seconds: int,
    megabytes: int,
    outside: Ask = _nobody,
    awaited: Callable[[], bool] = waited_for,
) -> T:
    """Do some work in a copy of this process, which can do no harm to it.

    The copy begins with everything that this process knows, but without its threads: what needs them, such as the
    engine, must not be touched there. What the work changes stays in the copy: only its result comes back, which must be
    such that it can be pickled.

    Args:
        work: the work; within it, :class:`OutOfTimeError` and ``MemoryError`` say that a limit is reached. What it gets
            is a function that has ``outside`` called in this process.
        seconds: of processor time, as many for the work as for all answers.
        megabytes: of memory beyond what this process has already.
        outside: answers what the work asks.
        awaited: whether somebody still waits for the result; the work is ended soon after it says no.

    Raises:
        LimitError: if the work ended without a result.
        GivenUpError: if nobody waits for it any more.
        Exception: what the work raises, if that can be pickled.

    >>> limited(lambda ask: sum(range(10)), seconds=5, megabytes=100)
    45
    >>> limited(lambda ask: ask(3) + 1, seconds=5, megabytes=100, outside=lambda n: n * n)
    10
    """
    sys.stdout.flush()
    sys.stderr.flush()
    ours, theirs = Pipe()
    child = os.fork()
    if child == 0:
        ours.close()
        _work(work, theirs, seconds, megabytes)
    theirs.close()
    try:
        found = _result(ours, outside, seconds, awaited)
    finally:
        ours.close()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if found is None:
        raise LimitError(f"more than {seconds} s or {megabytes} MB")
    said, result = found
    if said == "raises":
        raise result
    return cast("T", result)


def limited_program(module: str, *said: str, seconds: int, megabytes: int) -> bytes:
    """Do some work in a new process: for what needs threads of its own, such as the engine.

    Args:
        module: the module that does it, as ``python -m`` runs it; it calls :func:`limit_here` before it looks at anything.
        said: what it is told, after the two limits.
        seconds: of processor time.
        megabytes: of memory beyond what it needs to begin with.

    Returns:
        What it writes to its standard output.

    Raises:
        LimitError: if it ended without a result.
    """
    command = [sys.executable, "-m", module, str(seconds), str(megabytes), *said]
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds * _PATIENCE,
            check=False,
            env={**os.environ, **_FEW_THREADS},
        )
    except subprocess.TimeoutExpired:
        raise LimitError(f"more than {seconds} s") from None
    if done.returncode < 0 or done.returncode == OVER:
        raise LimitError(f"more than {seconds} s or {megabytes} MB")
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def limit_here(seconds: int, megabytes: int) -> None:
    """Limit what this process may use from now on; it ends with the status :data:`OVER` where it says so itself."""
    gc.freeze()
    _limit(seconds, megabytes)


def _result(
    line: Connection[Message, Message], outside: Ask, seconds: int, awaited: Callable[[], bool]
) -> Message | None:
    """What the copy says at its end, after its questions; nothing if it does not end in time."""
    until = time.monotonic() + seconds * _PATIENCE
    spent = 0.0
    try:
        while spent < seconds and time.monotonic() < until:
            if not awaited():
                raise GivenUpError
            if not line.poll(_GLANCE):
                continue
            said, content = line.recv()
            if said != "asks":
                return said, content
            begun = time.thread_time()
            line.send(_answer(outside, content))
            spent += time.thread_time() - begun
    except (EOFError, OSError):
        return None  # it was ended
    return None


def _answer(outside: Ask, question: tuple[Any, ...]) -> Message:
    try:
        return "has", outside(*question)
    except Exception as error:  # noqa: BLE001 - it is raised again on the other side
        return "raises", error


def _work(
    work: Callable[[Ask], Any], line: Connection[Message, Message], seconds: int, megabytes: int
) -> NoReturn:
    """The life of the copy; it never goes back into the code that made it."""

    def ask(*question: Any) -> Any:
        with _undisturbed():
            line.send(("asks", question))
            said, answer = line.recv()
        if said == "raises":
            raise answer
        return answer

    try:
        _let_go(line.fileno())
        gc.freeze()  # whoever ends an engine waits for its threads, which are not here
        _limit(seconds, megabytes)
        answer = _answer(work, (ask,))
        with _undisturbed():
            line.send(answer)
    finally:
        os._exit(0)


def _let_go(kept: int) -> None:
    """Close all that was open, but the line and the streams: a connection that the other side ends must not live on here."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    os.closerange(3, kept)
    os.closerange(kept + 1, most)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What is said is said whole: the end of the time is noticed after that."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGXCPU})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGXCPU})


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
