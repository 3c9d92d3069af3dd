"""Texts, plan and bulletins are part of a build: what is asked of it is answered from its own folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ceyuan
from ceyuan.bulletin.writing import write_bulletin
from ceyuan.claims import verify
from ceyuan.hashes import file_sha256
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.pipeline.reading import Build
from ceyuan.plan import load_plan
from ceyuan.reader import read_text
from ceyuan.web.resources.registry import make, names
from ceyuan.web.resources.view import View
from ceyuan.workspace.sealed import SEALED, index_of, seal, text_hashes
from plan_world import write_plan
from small_workspace import MakeWorkspace

TEXT = "2024年深圳拨付150.5万元。"
BULLETIN = """\
bulletin: 1
title: {en: B, zh-Hans: 公, zh-Hant: 公}
date: 2026-06-18
period: 2025
place: gd
sections: [{id: lead}]
"""
FILES = {
    "bulletin/b.yaml": BULLETIN, "communiques/t.txt": TEXT,
    **{f"bulletin/b.{lang}.md.j2": '{% block lead %}{{ figure("paid") }}{% endblock %}' for lang in ("zh-Hans", "zh-Hant", "en")},
}  # fmt: skip


@pytest.fixture
def root(make_workspace: MakeWorkspace) -> Path:
    return write_plan(make_workspace(FILES))


def test_every_resource_is_the_same_when_the_files_beside_the_build_are_gone(root: Path) -> None:
    build_workspace(root)
    before = everything(root)
    for folder in SEALED:
        shutil.rmtree(root / folder)
    assert everything(root) == before


def everything(root: Path) -> dict[str, bytes]:
    view = View.open(root)
    try:
        return {name: make(view, name) for name in names(view)}
    finally:
        view.close()


def test_a_change_of_a_text_makes_a_build_with_the_same_figures(root: Path) -> None:
    first = build_workspace(root)
    (root / "communiques" / "t.txt").write_text(TEXT + "另有一句。", encoding="utf-8")
    second = build_workspace(root)
    folder = BuildFolder(root)
    assert (second.fresh, second.counts, second.changes, second.compared_with) == (
        True,
        first.counts,
        (),
        first.build,
    )
    old, new = folder.of(first.build), folder.of(second.build)
    for table in old.glob("*.parquet"):
        assert table.samefile(new / table.name)
    assert (old / "texts/communiques/t.txt").read_text(encoding="utf-8") == TEXT
    assert (new / "texts/plan/plan.yaml").samefile(old / "texts/plan/plan.yaml")
    assert not build_workspace(root).fresh
    shutil.rmtree(old)
    with Build.open(root) as build:
        assert build.show("paid")


def test_an_earlier_build_answers_from_its_own_texts(root: Path) -> None:
    first = build_workspace(root).build
    (root / "bulletin" / "b.yaml").write_text(BULLETIN.replace("en: B", "en: C"), encoding="utf-8")
    (root / "plan" / "plan.yaml").write_text(
        (root / "plan" / "plan.yaml").read_text(encoding="utf-8").replace("30", "20")
    )
    build_workspace(root)
    for as_of, title, days in ((first, "B", 30), (None, "C", 20)):
        with Build.open(root, as_of) as build:
            assert write_bulletin(build).documents["en"].title == title
            assert load_plan(build.texts).config.warn_days == days


def test_decisions_are_those_of_the_build_or_of_the_workspace(root: Path) -> None:
    build_workspace(root)
    reading = read_text(TEXT)
    (root / "communiques" / "t.yaml").write_text(
        f"text: {{file: t.txt, sha256: {reading.sha256}}}\nsources: [office]\n", encoding="utf-8"
    )
    with Build.open(root) as build:
        assert verify(build, reading).own_sources == ()
        assert verify(build, reading, texts=root).own_sources == ("office",)


def test_hidden_files_and_links_out_of_the_workspace_are_not_sealed(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (root / "communiques" / ".#t.txt").symlink_to("somebody@host.123")
    (root / "communiques" / ".hidden.txt").write_text("x", encoding="utf-8")
    assert ".#" not in "".join(text_hashes(root))
    assert ".hidden" not in "".join(text_hashes(root))
    (root / "communiques" / "s.txt").symlink_to(tmp_path / "secret.txt")
    assert "communiques/s.txt" not in text_hashes(root)


@given(st.dictionaries(st.sampled_from(["a.txt", "b/c.txt", "d.txt"]), st.sampled_from(["", "1", "2"]), max_size=3),
       st.dictionaries(st.sampled_from(["a.txt", "b/c.txt", "d.txt"]), st.sampled_from(["", "1", "2"]), max_size=3))  # fmt: skip
@settings(max_examples=25)
def test_what_is_sealed_is_what_was_there(
    tmp_path_factory: pytest.TempPathFactory, first: dict[str, str], second: dict[str, str]
) -> None:
    root = tmp_path_factory.mktemp("w")
    (root / "ceyuan.yaml").write_text("ceyuan: 1", encoding="utf-8")
    before: Path | None = None
    for number, files in enumerate((first, second)):
        shutil.rmtree(root / "communiques", ignore_errors=True)
        for name, content in files.items():
            path = root / "communiques" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        build = root / "build" / "builds" / str(number)
        build.mkdir(parents=True)
        sealed = seal(root, text_hashes(root), build, before)
        copied = {
            p.relative_to(build / "texts").as_posix(): p
            for p in (build / "texts").rglob("*")
            if p.is_file()
        }
        assert copied.keys() == {"ceyuan.yaml", *(f"communiques/{name}" for name in files)}
        assert (
            sealed == index_of(build) == {name: file_sha256(path) for name, path in copied.items()}
        )
        for name, content in files.items():
            assert copied[f"communiques/{name}"].read_text(encoding="utf-8") == content
        before = build


def test_python_asks_the_plan_of_the_workspace(root: Path) -> None:
    build_workspace(root)
    assert ceyuan.open(str(root)).plan("2025-08-01", 2025).task("labs").task.id == "labs"
