"""A word to the user when code has to be compiled, without importing the compiler for that."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_waiting: list[Callable[[], None]] = []


@contextmanager
def announce_compiling(announce: Callable[[], None]) -> Iterator[None]:
    """Call ``announce`` once if anything has to be compiled inside the ``with`` block (never when the cache serves).

    Args:
        announce: called without arguments, at most once.
    """
    _waiting.append(announce)
    try:
        yield
    finally:
        if announce in _waiting:
            _waiting.remove(announce)


def compiling_begins() -> None:
    """Called by the kernel when its compiler starts."""
    while _waiting:
        _waiting.pop()()
    sys.stderr.flush()


@contextmanager
def telling_of_compilation(tell: Callable[[str], None]) -> Iterator[None]:
    """Say so if a kernel has to be compiled, which happens once on a machine and takes some seconds."""
    with announce_compiling(
        lambda: tell("compiling the kernel: once on this machine, about 20 s …")
    ):
        yield
