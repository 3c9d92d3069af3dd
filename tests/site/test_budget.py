"""The first view is light: its script stays under the budget, and nothing heavy comes before it is asked for."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from urllib.parse import urlsplit

from visiting import Visit

from ceyuan.web.site_files import SITE

BUDGET = 250_000


def test_the_script_of_the_first_view_is_under_250_kb_packed(
    served: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(served)
    asked: list[str] = []
    opened.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    opened.go("zh-Hans/")
    scripts = {path for path in asked if path.endswith((".js", ".mjs"))}
    assert scripts
    packed = sum(len(gzip.compress((SITE / path.lstrip("/")).read_bytes())) for path in scripts)
    assert packed < BUDGET
    assert not [path for path in scripts if "charts" in path or "maplibre" in path]
