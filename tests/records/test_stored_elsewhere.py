"""Records kept in a folder that the workspace names: the same build, all taken along, nothing of others touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import fsspec
import pytest
import yaml
from moto.server import ThreadedMotoServer

import ceyuan
from ceyuan.engine import RemoteFolder
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.folder import BuildFolder
from ceyuan.records.shelf import shelf
from small_workspace import PAYMENTS, MakeWorkspace


def keep_at(root: Path, folder: Path | str | None) -> None:
    config = root / "ceyuan.yaml"
    declared = yaml.safe_load(config.read_text(encoding="utf-8"))
    uri = folder.as_uri() if isinstance(folder, Path) else folder
    declared["engine"] = {"store": uri} if uri else {}
    config.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")


def contents(folder: Path | RemoteFolder) -> dict[str, bytes]:
    files = shelf(folder)
    return {name: files.read(name) for name in files.names()}


@pytest.fixture(scope="module")
def objects() -> Iterator[str]:
    """A store of objects on this machine, with one bucket; gives its address."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    urlopen(Request(f"{address}/bucket", method="PUT")).close()  # noqa: S310 - our own server
    yield address
    server.stop()


@pytest.fixture(params=["memory://elsewhere", "s3a://bucket/elsewhere"])
def elsewhere(
    request: pytest.FixtureRequest, objects: str, monkeypatch: pytest.MonkeyPatch
) -> RemoteFolder:
    """An empty folder that is no folder of this machine."""
    for name, value in {
        "ENDPOINT_URL": objects,
        "REGION": "us-east-1",
        "ACCESS_KEY_ID": "a",
        "SECRET_ACCESS_KEY": "b",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)  # fmt: skip
    fsspec.filesystem("memory").makedirs("/elsewhere", exist_ok=True)
    folder = RemoteFolder(str(request.param))
    for name in folder.names():
        folder.remove(name)
    return folder


def test_records_move_to_a_store_elsewhere_and_back_and_nothing_is_read_again(
    make_workspace: MakeWorkspace, elsewhere: RemoteFolder
) -> None:
    root = make_workspace()
    build_workspace(root)
    before, count = contents(BuildFolder(root).store), records_of(root)
    elsewhere.write("of-somebody-else.txt", [b"stays"])
    keep_at(root, elsewhere.uri)
    build_workspace(root)
    there = BuildFolder(root).store
    assert isinstance(there, RemoteFolder)
    assert there.uri.startswith(f"{elsewhere.uri}/")
    assert contents(there) == before
    assert records_of(root) == count
    assert not (root / "build" / "store").exists()
    keep_at(root, None)
    build_workspace(root)
    assert contents(root / "build" / "store") == before
    assert there.names() == []
    assert elsewhere.read("of-somebody-else.txt") == b"stays"


def test_a_build_that_reads_its_files_into_a_store_elsewhere_is_the_same(
    make_workspace: MakeWorkspace, elsewhere: RemoteFolder
) -> None:
    bad = {"records/payments.csv": PAYMENTS + "p9,no day,guangdong,nobody,sz,1,\n"}
    here, root = make_workspace(bad), make_workspace(bad, "there")
    build_workspace(here)
    keep_at(root, elsewhere.uri)
    build_workspace(root)
    there = BuildFolder(root).store
    assert isinstance(there, RemoteFolder)
    assert sorted(there.names()) == sorted(contents(BuildFolder(here).store))
    with ceyuan.open(str(here)).open() as one, ceyuan.open(str(root)).open() as other:
        assert one.quarantined() == other.quarantined() != []
        assert one.record_parts == other.record_parts
    # What a killed writer left goes with the next build, and so does what no build refers to.
    for name in (".draft.tmp", "unknown.parquet"):
        there.write(name, [b"x"])
    build_workspace(root, keep=1)
    assert not {".draft.tmp", "unknown.parquet"} & set(there.names())


def test_a_store_that_is_not_there_or_that_nothing_opens_is_named(
    make_workspace: MakeWorkspace, elsewhere: RemoteFolder
) -> None:
    del elsewhere
    for uri, code in (
        ("s3a://no-such-bucket/x", "store-missing"),
        ("memory://not-made", "store-missing"),
        ("nowhere://x/y", "store-without-driver"),
    ):
        root = make_workspace(name=code)
        keep_at(root, uri)
        with pytest.raises(CeyuanError, match=uri.partition("/")[0]) as refused:
            build_workspace(root)
        assert refused.value.problems[0].code == code
        assert BuildFolder(root).current() is None


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


@pytest.mark.parametrize(
    "uri",
    ["s3a://key:secret@bucket/x", "s3a://bucket/x?token=y", "s3a://", "file://host/x", "file:///", "/x"],
)  # fmt: skip
def test_an_address_with_a_secret_or_without_a_folder_is_refused(
    make_workspace: MakeWorkspace, uri: str
) -> None:
    config = f'\nengine: {{store: "{uri}"}}\n'
    root = make_workspace()
    with (root / "ceyuan.yaml").open("a", encoding="utf-8") as file:
        file.write(config)
    with pytest.raises(CeyuanError, match="store"):
        build_workspace(root)
