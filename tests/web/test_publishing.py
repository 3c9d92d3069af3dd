"""Published files: the same bytes as the interface sends, whole or not at all, and nothing of others is touched."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from click.testing import CliRunner

import ceyuan
from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.web import publishing
from ceyuan.web.resources.registry import make, names
from ceyuan.web.resources.view import View
from ceyuan.web.site_files import built_site, in_mode

PAGE = (
    '<!doctype html><html><head><meta charset="utf-8"><meta name="ceyuan-mode" content="api">'
    '<script type="module" src="assets/a.js"></script></head><body></body></html>'
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A stand-in for the built site: publishing only copies it and changes its mode."""
    folder = tmp_path / "site"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "single.html").write_text(
        PAGE.replace('src="assets/a.js">', ">let a = 1"), encoding="utf-8"
    )
    (folder / "assets" / "a.js").write_text("let a = 1", encoding="utf-8")
    return folder


FEW = [
    "meta",
    "overview",
    "indicators",
    "indicators/rd_intensity",
    "indicators/rd_intensity/lineage/gba9",
    "communiques/trial",
]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish few resources, where it does not matter which."""
    monkeypatch.setattr(
        publishing, "documents", lambda view: ((name, make(view, name)) for name in FEW)
    )


def test_a_folder_holds_the_pages_in_their_mode_and_the_data(
    view: View, few: None, site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "public"
    publishing.publish(view, out, site=site)
    assert (out / "data" / "indicators" / "rd_intensity" / "lineage" / "gba9.json").is_file()
    assert '<meta name="ceyuan-mode" content="static">' in (out / "index.html").read_text(
        encoding="utf-8"
    )
    assert (out / "assets" / "a.js").is_file()
    assert not (out / "single.html").exists()


def test_one_page_holds_every_resource_and_no_markup_of_theirs(
    view: View, few: None, site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "gba.html"
    publishing.publish_single(view, out, site=site)
    page = out.read_text(encoding="utf-8")
    assert '<meta name="ceyuan-mode" content="inline">' in page
    (inside,) = re.findall(
        r'<script type="application/json" id="ceyuan-data">(.*?)</script>', page, re.DOTALL
    )
    assert "<" not in inside
    data: dict[str, Any] = {}
    for block in json.loads(inside):
        opened = json.loads(gzip.decompress(base64.b64decode(block["packed"])))
        assert block["names"] == list(opened)
        data |= opened
    assert list(data) == FEW
    assert all(data[name] == json.loads(make(view, name)) for name in data)
    assert "<script>alert(1)</script>" in data["communiques/trial"]["text"]


def test_what_repeats_itself_is_packed_together(made: dict[str, bytes]) -> None:
    blocks = list(publishing._together(made.items()))
    assert [name for block in blocks for name in block] == list(made)
    together = sum(len(publishing.packed(block)) for block in blocks)
    alone = sum(len(publishing.packed({name: one})) for name, one in made.items())
    assert together < alone / 1.8


def test_bulletins_are_published_as_the_files_that_a_server_hands_out(
    view: View, client: httpx.Client, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ["bulletins", "bulletins/gba_2025"]
    monkeypatch.setattr(
        publishing, "documents", lambda view: ((name, make(view, name)) for name in wanted)
    )
    made = publishing.publish(view, tmp_path / "public", site=site)
    folder = tmp_path / "public" / "data" / "bulletins" / "gba_2025"
    found = sorted(p.name for p in folder.iterdir())
    assert found == sorted(
        f"{lang}.{s}"
        for lang in ("en", "zh-Hans", "zh-Hant")
        for s in ("docx", "html", "md", "pdf")
    )
    assert made.files == len(found)
    for name in found:
        sent = client.get(f"/api/v1/bulletins/gba_2025/{name}").content
        kept = (folder / name).read_bytes()
        assert kept[:4] == sent[:4]
        if name.endswith(("md", "html")):
            assert kept == sent


def test_a_published_folder_is_replaced_whole(
    view: View, few: None, site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "public"
    publishing.publish(view, out, site=site)
    (out / "data" / "old.json").write_text("{}", encoding="utf-8")
    publishing.publish(view, out, site=site)
    assert not (out / "data" / "old.json").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["public", "site"]


def test_a_folder_of_others_is_left_alone(
    view: View, few: None, site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "home"
    out.mkdir()
    (out / "diary.txt").write_text("mine", encoding="utf-8")
    for target in (out, out / "diary.txt"):
        with pytest.raises(CeyuanError, match="not-our-folder"):
            publishing.publish(view, target, site=site)
    with pytest.raises(CeyuanError, match="not-our-folder"):
        publishing.publish_single(view, out, site=site)
    assert [p.name for p in out.iterdir()] == ["diary.txt"]
    assert (out / "diary.txt").read_text(encoding="utf-8") == "mine"


def test_a_page_takes_the_place_of_an_earlier_one_and_of_no_other_file(
    view: View, few: None, site: Path, tmp_path: Path
) -> None:
    (tmp_path / "diary.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "empty.html").touch()
    for other in ("diary.txt", "empty.html"):
        before = (tmp_path / other).read_bytes()
        with pytest.raises(CeyuanError, match=r"not-our-folder.*does not exist yet"):
            publishing.publish_single(view, tmp_path / other, site=site)
        assert (tmp_path / other).read_bytes() == before
    out = tmp_path / "one.html"
    publishing.publish_single(view, out, site=site)
    first = out.read_bytes()
    out.write_bytes(first + b"<!-- older -->")
    publishing.publish_single(view, out, site=site)
    assert out.read_bytes() == first


def test_an_empty_folder_may_be_used(view: View, few: None, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert publishing.publish(view, tmp_path / "empty", pages=False).resources == len(FEW)


def test_a_publication_that_fails_leaves_the_one_before(
    view: View, few: None, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "public"
    publishing.publish(view, out, site=site)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}

    def failing(opened: View) -> Iterator[tuple[str, bytes]]:
        for name in FEW[:4]:
            yield name, make(opened, name)
        raise OSError("no space left on device")

    monkeypatch.setattr(publishing, "documents", failing)
    for publish, target in (
        (publishing.publish, out),
        (publishing.publish_single, tmp_path / "one.html"),
    ):
        with pytest.raises(OSError, match="no space"):
            publish(view, target, site=site)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["public", "site"]


def test_a_site_that_is_not_built_says_how_to_build_it(view: View, tmp_path: Path) -> None:
    for publish in (publishing.publish, publishing.publish_single):
        with pytest.raises(CeyuanError, match=r"site-not-built.*pip install"):
            publish(view, tmp_path / "out", site=tmp_path)
    assert not (tmp_path / "out").exists()
    with pytest.raises(CeyuanError, match="site-not-built"):
        in_mode("<html></html>", "static")
    with pytest.raises(CeyuanError, match="site-not-built"):
        built_site("index.html", tmp_path)


def test_a_damaged_text_hides_no_other(root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "gba"
    shutil.copytree(root, copy, symlinks=True)
    (copy / "communiques" / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    ceyuan.open(str(copy)).make()
    view = View.open(copy)
    try:
        listed = json.loads(make(view, "communiques"))
        assert "trial" in [i["id"] for i in listed["items"]]
        assert [(u["file"], u["code"]) for u in listed["unreadable"]] == [
            ("communiques/broken.pdf", "document-damaged")
        ]
        assert "communiques/broken" not in set(names(view))
    finally:
        view.close()


def test_a_place_that_cannot_be_written_to_is_a_clear_error(
    root: Path, few: None, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = CliRunner().invoke(
        cli, ["publish", str(tmp_path / "file" / "out"), "-w", str(root), "--data-only"]
    )
    assert isinstance(result.exception, CeyuanError)
    assert [p.code for p in result.exception.problems] == ["unwritable-file"]


def test_a_site_of_an_earlier_day_has_the_plan_of_that_day(root: Path) -> None:
    for asked, day in (
        ("2099-12-31", date(2099, 12, 31)),
        (None, datetime.now(ZoneInfo("Asia/Hong_Kong")).date()),
    ):
        view = View.open(root, asked)
        assert view.day == day
        assert json.loads(make(view, "plan"))["plan"]["as_of"] == day.isoformat()
        view.close()


def test_the_command_prints_what_it_made(root: Path, few: None, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(cli, ["publish", str(out), "-w", str(root), "--data-only"])
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{out}\n"
    meta = json.loads((out / "data" / "meta.json").read_text(encoding="utf-8"))
    assert meta["build"] in result.stderr
    both = CliRunner().invoke(
        cli, ["publish", str(out), "-w", str(root), "--data-only", "--single-file"]
    )
    assert both.exit_code == 2
