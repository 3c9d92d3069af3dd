"""The version of Ceyuan, and those of what a result was computed with."""

from __future__ import annotations

import platform
from collections.abc import Iterable

__version__ = "0.1.0"


def versions(libraries: Iterable[str]) -> dict[str, str]:
    """Versions of Ceyuan, Python and some installed libraries, for the manifest of a result.

    >>> list(versions(["numpy"]))
    ['ceyuan', 'python', 'numpy']
    """
    from importlib import metadata  # noqa: PLC0415 - every command loads this module, and few write a manifest

    found = {name: metadata.version(name) for name in libraries}
    return {"ceyuan": __version__, "python": platform.python_version(), **found}
