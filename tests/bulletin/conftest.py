"""The bulletin of the shipped workspace; a small workspace with a bulletin of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from small_bulletin import DECLARATION, SERIES

from ceyuan.bulletin.writing import Bulletin, write_bulletin
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.reading import Build
from small_workspace import Content, MakeWorkspace, write_workspace


@pytest.fixture(scope="session")
def bulletin(gba: Build) -> Bulletin:
    return write_bulletin(gba)


def bulletin_files(text: str | Mapping[str, str], declaration: str = DECLARATION) -> dict[str, str]:
    """The folder ``bulletin``: one section; templates are given for all languages at once or singly."""
    texts = dict.fromkeys(("zh-Hans", "zh-Hant", "en"), text) if isinstance(text, str) else text
    templates = {
        f"bulletin/pay.{language}.md.j2": body
        if "{% block" in body
        else f"{{% block lead %}}\n{body}\n{{% endblock %}}\n"
        for language, body in texts.items()
    }
    return {"bulletin/pay.yaml": declaration, **templates}


@pytest.fixture
def small(make_workspace: MakeWorkspace) -> Callable[..., Path]:
    """Makes a small workspace with a bulletin and builds it; calling it again with other files changes it."""

    def make(
        text: str | Mapping[str, str], declaration: str = DECLARATION, **files: Content
    ) -> Path:
        root = make_workspace(
            {"records/figures.csv": SERIES, **bulletin_files(text, declaration), **files}
        )
        build_workspace(root)
        return root

    return make


@pytest.fixture(scope="session")
def small_build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    root = write_workspace(
        tmp_path_factory.mktemp("small") / "small", {"records/figures.csv": SERIES}
    )
    build_workspace(root)
    with Build.open(root) as build:
        yield build


@pytest.fixture
def write(small_build: Build, tmp_path: Path) -> Callable[..., Bulletin]:
    """Writes a bulletin from one build of the small workspace, whatever its templates."""

    def write_it(text: str | Mapping[str, str], declaration: str = DECLARATION) -> Bulletin:
        for name, content in bulletin_files(text, declaration).items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return write_bulletin(small_build, root=tmp_path)

    return write_it
