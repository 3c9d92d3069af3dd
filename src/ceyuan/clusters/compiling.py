"""Whether compiled code is at hand, without importing the compiler for that."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

FEW, SMALL = 100, 6_000
"""Up to FEW distinct points the matrix of pairs is the quickest way; up to SMALL it is quicker than compiling (36 MB)."""

_LAST = "border.assign_sites"  # what is compiled last


def by_matrix(points: int) -> bool:
    """Whether so many distinct points are better compared pair by pair in NumPy than by the compiled kernel.

    >>> by_matrix(10), by_matrix(10**6)
    (True, False)
    """
    return points <= FEW or (points <= SMALL and not compiled_at_hand())


def compiled_at_hand() -> bool:
    """Whether the kernel's compiled code is loaded, or kept on this machine."""
    return "ceyuan.clusters.kernel.border" in sys.modules or _kept()


@cache
def _kept() -> bool:
    """Whether numba's cache holds code that is as new as its sources."""
    kernel = Path(__file__).parent / "kernel"
    newest = max(source.stat().st_mtime for source in kernel.glob("*.py"))
    own = os.environ.get("NUMBA_CACHE_DIR")
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "numba"
    folders = [
        *Path(own or user).glob(f"{kernel.name}_*"),
        *([] if own else [kernel / "__pycache__"]),
    ]
    version = f"py{sys.version_info.major}{sys.version_info.minor}"
    kept = [file for folder in folders for file in folder.glob(f"{_LAST}-*.{version}.nbi")]
    return any(file.stat().st_mtime >= newest for file in kept)
