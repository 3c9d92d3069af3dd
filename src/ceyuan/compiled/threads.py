"""Hands ranges of work to threads; compiled code releases the lock, so threads really run side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")

PIECES_PER_THREAD = (
    16  # dense cells take far longer than empty ones: small pieces keep the threads evenly busy
)
SMALL = 2_048  # below this many items a thread costs more than it saves


def thread_count(threads: int | None) -> int:
    """The number of threads to use: as asked, else one per processor that this process may use."""
    if threads is not None:
        return max(1, threads)
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def in_threads(tasks: Sequence[Callable[[], Result]], threads: int | None = None) -> list[Result]:
    """Run tasks side by side, this thread taking part; their results in order. An exception in a task is raised here.

    Args:
        tasks: what is to be done; begun in this order.
        threads: so many threads at most take task after task; None: a thread for each.
    """
    results: dict[int, Result] = {}
    failed: list[BaseException] = []
    left = iter(
        enumerate(tasks)
    )  # each thread takes the next one; no pool, whose queues cost more than small tasks

    def work() -> None:
        for i, task in left:
            if failed:
                return
            try:
                results[i] = task()
            except BaseException as error:  # noqa: BLE001 - raised again by the thread that asked
                failed.append(error)

    wanted = len(tasks) if threads is None else min(threads, len(tasks))
    helpers = [Thread(target=work) for _ in range(wanted - 1)]
    for helper in helpers:
        helper.start()
    work()
    for helper in helpers:
        helper.join()
    if failed:
        raise failed[0]
    return [results[i] for i in range(len(tasks))]


def cuts(n: int, pieces: int) -> list[tuple[int, int]]:
    """``range(n)`` in so many pieces of nearly equal length.

    >>> cuts(10, 3)
    [(0, 3), (3, 6), (6, 10)]
    """
    return list(pairwise(n * i // pieces for i in range(pieces + 1)))


def spread(task: Callable[[int, int], None], n: int, threads: int | None = None) -> None:
    """Run ``task(start, stop)`` over pieces that together cover ``range(n)``.

    The pieces must write to separate places. An exception in a piece is raised here.
    """
    workers = thread_count(threads)
    if workers == 1 or n <= SMALL:
        task(0, n)
        return
    pieces = cuts(n, workers * PIECES_PER_THREAD)
    in_threads([partial(task, a, b) for a, b in pieces if a < b], workers)
