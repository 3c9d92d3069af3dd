"""Ceyuan (策源): an open observatory for international science and technology innovation centres.

>>> import ceyuan                                                # doctest: +SKIP
>>> gba = ceyuan.open("gba")                                     # doctest: +SKIP
>>> gba.build().show("rd_intensity", place="gba9", period="2025")[0].value     # doctest: +SKIP
4.3
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ceyuan.version import __version__

if TYPE_CHECKING:
    from ceyuan.api import Observatory
    from ceyuan.errors import CeyuanError, Problem

__all__ = ["CeyuanError", "Observatory", "Problem", "__version__", "open"]


def open(path: str) -> Observatory:  # noqa: A001 - reads as ceyuan.open("gba")
    """Open a workspace; see :class:`ceyuan.api.Observatory`.

    Raises:
        CeyuanError: ``no-workspace`` if the folder is none.
    """
    from ceyuan.api import open_workspace

    return open_workspace(path)


def __getattr__(name: str) -> Any:
    # The engine takes half a second to import, so it is loaded with the first name that needs it.
    if name == "Observatory":
        from ceyuan.api import Observatory

        return Observatory
    if name in ("CeyuanError", "Problem"):
        from ceyuan import errors

        return getattr(errors, name)
    raise AttributeError(f"module 'ceyuan' has no attribute {name!r}")
