"""Records kept in a folder that the workspace names: the same build, all taken along, nothing of others touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

import ceyuan
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.folder import BuildFolder
from small_workspace import MakeWorkspace


def keep_at(root: Path, folder: Path | None) -> None:
    config = root / "ceyuan.yaml"
    declared = yaml.safe_load(config.read_text(encoding="utf-8"))
    declared["engine"] = {"store": folder.as_uri()} if folder else {}
    config.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def records_of(root: Path) -> int:
    with ceyuan.open(str(root)).open() as build:
        parts = build.record_parts
        return sum(
            int(build.engine.value(f'SELECT count(*) FROM "{kind}"'))
            for kind in {part.kind for part in parts}
        )


def test_records_move_to_the_named_folder_and_back_and_nothing_is_read_again(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = make_workspace()
    build_workspace(root)
    before, count = contents(BuildFolder(root).store), records_of(root)
    assert count > 0
    shared = tmp_path / "shared [1] disk"
    shared.mkdir()
    (shared / "of-somebody-else.txt").write_text("stays", encoding="utf-8")
    keep_at(root, shared)
    build_workspace(root)
    there = BuildFolder(root).store
    assert there.parent == shared
    assert contents(there) == before
    assert records_of(root) == count
    assert not (root / "build" / "store").exists()
    keep_at(root, None)
    build_workspace(root)
    assert contents(root / "build" / "store") == before
    assert [path.name for path in shared.iterdir()] == ["of-somebody-else.txt"]


def test_a_copy_of_a_workspace_takes_records_along_and_leaves_the_other_one_its_own(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = make_workspace()
    shared = tmp_path / "shared"
    shared.mkdir()
    keep_at(root, shared)
    build_workspace(root)
    before = contents(BuildFolder(root).store)
    copy = shutil.copytree(root, tmp_path / "copy")
    assert not build_workspace(copy).fresh
    assert contents(BuildFolder(root).store) == contents(BuildFolder(copy).store) == before
    assert BuildFolder(root).store != BuildFolder(copy).store


def test_a_folder_that_is_not_there_is_named_and_never_made(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = make_workspace()
    keep_at(root, tmp_path / "not-mounted")
    with pytest.raises(CeyuanError, match="there is no folder") as refused:
        build_workspace(root)
    assert refused.value.problems[0].code == "store-missing"
    assert not (tmp_path / "not-mounted").exists()


def test_a_disk_that_is_gone_is_said_and_records_are_read_again_once_it_is_given_up(
    make_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = make_workspace()
    shared = tmp_path / "shared"
    shared.mkdir()
    keep_at(root, shared)
    build_workspace(root)
    count = records_of(root)
    shutil.rmtree(shared)
    for gone in ("there is no folder", "there is no file"):
        with pytest.raises(CeyuanError, match=gone):
            records_of(root)
        (root / "build" / "store-at").unlink(missing_ok=True)
    keep_at(root, None)
    build_workspace(root)
    assert records_of(root) == count


@pytest.mark.parametrize("uri", ["s3a://bucket/x", "file://host/x", "file:///", "/x"])
def test_only_a_folder_of_this_machine_is_a_store(make_workspace: MakeWorkspace, uri: str) -> None:
    config = f'\nengine: {{store: "{uri}"}}\n'
    root = make_workspace()
    with (root / "ceyuan.yaml").open("a", encoding="utf-8") as file:
        file.write(config)
    with pytest.raises(CeyuanError, match="store"):
        build_workspace(root)
