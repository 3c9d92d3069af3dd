"""The built pages of the site, which come with the package, and the mode that they are told to work in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from ceyuan.errors import fail

Mode = Literal["api", "static", "inline"]
SITE = Path(__file__).parent / "site"
INDEX, SINGLE = "index.html", "single.html"
_MODE = re.compile(r'(<meta\s+name="ceyuan-mode"\s+content=")(?:api|static|inline)("\s*/?>)')


def built_site(file: str = INDEX, folder: Path = SITE) -> Path:
    """A page of the built site.

    Args:
        file: ``index.html``, which loads what stands beside it, or ``single.html``, which holds everything.
        folder: where the built site is.

    Raises:
        CeyuanError: ``site-not-built``.
    """
    path = folder / file
    if not path.is_file():
        raise fail("site-not-built", f"there is no {file} in the built site", file=str(folder))
    return path


def in_mode(html: str, mode: Mode, head: str = "") -> str:
    """The page, told in which mode to work.

    Args:
        html: the page.
        mode: the mode.
        head: what is put behind the mode; before any script, so that no script's text can be taken for the place.

    Raises:
        CeyuanError: ``site-not-built`` if the page does not say a mode.

    >>> in_mode('<meta name="ceyuan-mode" content="api">', "static")
    '<meta name="ceyuan-mode" content="static">'
    """
    changed, count = _MODE.subn(lambda found: f"{found[1]}{mode}{found[2]}{head}", html)
    if count != 1:
        raise fail("site-not-built", "the page of the built site does not say its mode once")
    return changed
