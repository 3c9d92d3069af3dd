"""Compilation: one decorator with one set of options, and a way to hear that compiling has begun.

Why numba with its on-disk cache and not a C extension: Ceyuan must install with plain ``pip install`` on a machine
without a compiler, for any processor, and the compiled code should use the processor that it runs on. The price is
some seconds at the very first use on a machine. A kernel is a folder of modules whose ``__init__`` calls
:func:`drop_stale_cache` on it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import event

from ceyuan.compiled.announce import compiling_begins

Function = TypeVar("Function", bound=Callable[..., Any])


def drop_stale_cache(folder: Path) -> None:
    """Forget compiled code that is older than any source beside it.

    Numba looks at a function's own file only; but compiled code holds copies of what it calls in other files.
    """
    newest = max(source.stat().st_mtime for source in folder.glob("*.py"))
    for entry in (folder / "__pycache__").glob("*.nbi"):
        try:
            if entry.stat().st_mtime < newest:
                entry.unlink()
        except OSError:  # another process was quicker, or the folder is not ours to change
            continue


def jit(function: Function) -> Function:
    """Compile at first call, keep the result on disk, release the interpreter's lock while running."""
    compiled = numba.njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")(function)
    return cast("Function", compiled)


def jit_bare(function: Function) -> Function:
    """Compile a function that makes no array, without counting references to those that it is given.

    Numba counts a reference whenever an array is taken out of a tuple or a row out of an array, and threads that count
    references to the same arrays wait for each other: in small functions that are called a million times this takes most
    of the time. Who calls them holds the arrays.
    """
    compiled = numba.njit(  # type: ignore[call-overload] # an option that numba's stubs leave out
        cache=True, nogil=True, boundscheck=False, error_model="numpy", _nrt=False
    )(function)
    return cast("Function", compiled)


class _Listener(event.Listener):
    """Passes on that compiling begins; numba tells it for every function that its cache does not hold."""

    def on_start(self, event: event.Event) -> None:  # noqa: ARG002 - numba's signature
        compiling_begins()

    def on_end(self, event: event.Event) -> None:
        """Nothing to do: whoever was told knows that it takes a while."""


event.register("numba:compile", _Listener())  # type: ignore[no-untyped-call]
