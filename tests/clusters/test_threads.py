"""Work in threads: all of it is done once, in order, and what goes wrong in a thread is heard of."""

from __future__ import annotations

from functools import partial
from threading import Barrier

import numpy as np
import pytest

from ceyuan.compiled.threads import SMALL, in_threads, spread


@pytest.mark.parametrize("threads", [1, 2, 7, None])
def test_results_come_in_the_order_of_the_tasks(threads: int | None) -> None:
    assert in_threads([partial(pow, i, 2) for i in range(50)], threads) == [
        i * i for i in range(50)
    ]
    assert in_threads([], threads) == []


def test_each_task_has_a_thread_where_no_number_is_given() -> None:
    meeting = Barrier(4, timeout=20)
    assert sorted(in_threads([meeting.wait] * 4)) == [0, 1, 2, 3]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("bad", [0, 5, 9])
def test_what_a_thread_raises_is_raised_here(threads: int, bad: int) -> None:
    with pytest.raises(ZeroDivisionError):
        in_threads([partial(divmod, 1, int(i != bad)) for i in range(10)], threads)


@pytest.mark.parametrize("n", [0, 1, SMALL, SMALL + 1, 10_007])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_pieces_cover_everything_once(n: int, threads: int) -> None:
    times = np.zeros(n, np.int64)

    def count(start: int, stop: int) -> None:
        times[start:stop] += 1

    spread(count, n, threads)
    assert (times == 1).all()
