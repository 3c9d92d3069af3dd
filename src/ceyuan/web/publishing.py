"""Publishing: the resources of a build as files beside the site, or inside a single page."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ceyuan.errors import fail
from ceyuan.files import replace_file
from ceyuan.version import __version__
from ceyuan.web.addresses.head import Site
from ceyuan.web.addresses.writing import write_pages
from ceyuan.web.resources.bulletins import bulletin_file, bulletin_files
from ceyuan.web.resources.registry import documents
from ceyuan.web.resources.view import View
from ceyuan.web.site_files import INDEX, SINGLE, SITE, built_site, in_mode

MARKER = ".ceyuan-site.json"
_BLOCK = 512_000
"""Bytes of JSON that are packed together, and unpacked together when one of them is looked at."""
_DATA = '<script type="application/json" id="ceyuan-data">'
_HEAD = 4096
"""Bytes at the start of a page within which its data begin."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was written.

    Attributes:
        path: the folder or the page.
        build: the build that it shows.
        resources: number of resources.
        files: number of files of bulletins to take away.
        size: bytes of all files together.
    """

    path: Path
    build: str
    resources: int
    files: int
    size: int


Progress = Callable[[str, str], None]


def publish(
    view: View,
    out: Path,
    *,
    pages: bool = True,
    site: Path = SITE,
    address: str = "",
    progress: Progress = lambda _stage, _item: None,
) -> Published:
    """Write a static site into a folder: the pages, every resource as ``data/<resource>.json``, and bulletins as files.

    The folder appears whole or not at all. A folder that was published before is replaced, any other is left alone.

    Args:
        view: the build.
        out: the folder.
        pages: whether the pages are written, or the data alone.
        site: the built site.
        address: where readers will find the folder; link previews and the list of addresses for search engines need it.
        progress: told the stage and the item.

    Raises:
        CeyuanError: ``site-not-built``, ``not-our-folder``, or ``no-font`` where a bulletin cannot be set as PDF.
    """
    index = (
        in_mode(built_site(INDEX, site).read_text(encoding="utf-8"), "static") if pages else None
    )
    with _replaced(out) as folder:
        if index is not None:
            shutil.copytree(site, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(SINGLE))
            shared = Site(index, view.build.config.languages, address and f"{address.rstrip('/')}/")
            write_pages(view, shared, folder, progress)
        written = files = 0
        for name, document in documents(view):
            progress("resource", name)
            path = folder / "data" / f"{name}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(document)
            written += 1
            if name.startswith("bulletins/"):
                files += _write_files(
                    view, name.removeprefix("bulletins/"), folder / "data", progress
                )
        marker = {"ceyuan": __version__, "workspace": view.build.config.id, "build": view.build.id}
        (folder / MARKER).write_text(json.dumps(marker) + "\n", encoding="utf-8")
        size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    return Published(out, view.build.id, written, files, size)


def _write_files(view: View, bulletin: str, folder: Path, progress: Progress) -> int:
    """A bulletin in every language and format, under the names that a server hands them out by."""
    (folder / "bulletins" / bulletin).mkdir(parents=True, exist_ok=True)
    written = 0
    for name, language, style in bulletin_files(view, bulletin):
        progress("file", name)
        (folder / name).write_bytes(bulletin_file(view, bulletin, language, style))
        written += 1
    return written


def publish_single(
    view: View, out: Path, *, site: Path = SITE, progress: Progress = lambda _stage, _item: None
) -> Published:
    """Write the whole site with all its data as one page that opens from disk.

    Args:
        view: the build.
        out: the page; one that was published before is replaced, any other file is left alone.
        site: the built site.
        progress: told the stage and the item.

    Raises:
        CeyuanError: ``site-not-built``, or ``not-our-folder`` where ``out`` is a folder or somebody else's file.
    """
    page = built_site(SINGLE, site).read_text(encoding="utf-8")
    if out.is_dir():
        raise fail(
            "not-our-folder", f"{str(out)!r} is a folder; name the page to write", file=str(out)
        )
    if out.exists() and not _is_our_page(out):
        raise fail(
            "not-our-folder",
            f"{str(out)!r} was not made by `ceyuan publish --single-file`",
            file=str(out),
        )
    blocks = []
    made = 0
    for block in _together(documents(view)):
        for name in block:
            progress("resource", name)
        blocks.append({"names": list(block), "packed": packed(block)})
        made += len(block)
    whole = in_mode(page, "inline", f"{_DATA}{json.dumps(blocks)}</script>")
    out.parent.mkdir(parents=True, exist_ok=True)
    replace_file(out, whole.encode())
    return Published(out, view.build.id, made, 0, out.stat().st_size)


def _together(every: Iterable[tuple[str, bytes]]) -> Iterator[dict[str, bytes]]:
    """Neighbours in blocks: what is packed together takes half the room, since traces of one indicator repeat each other."""
    block: dict[str, bytes] = {}
    size = 0
    for name, document in every:
        if block and size + len(document) > _BLOCK:
            yield block
            block, size = {}, 0
        block[name] = document
        size += len(document)
    if block:
        yield block


def packed(block: Mapping[str, bytes]) -> str:
    """Resources as they stand inside a page: one JSON object, gzip in base64, in which nothing ends a script element.

    >>> packed({"meta": b'{"a":"</script>"}'})[:5]
    'H4sIA'
    """
    members = b",".join(json.dumps(name).encode() + b":" + one for name, one in block.items())
    return base64.b64encode(gzip.compress(b"{" + members + b"}", mtime=0)).decode()


@contextmanager
def _replaced(out: Path) -> Iterator[Path]:
    """A new folder that takes the place of ``out`` when all of it has been written."""
    if out.exists() and not _may_replace(out):
        raise fail(
            "not-our-folder", f"{str(out)!r} was not made by `ceyuan publish`", file=str(out)
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    serial = uuid.uuid4().hex
    incoming, old = (out.with_name(f".{out.name}.{serial}.{what}") for what in ("incoming", "old"))
    incoming.mkdir()
    try:
        yield incoming
        if out.exists():
            out.replace(old)
        try:
            incoming.replace(out)
        except OSError:
            if old.exists():
                old.replace(out)  # what was there comes back
            raise
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _may_replace(out: Path) -> bool:
    return out.is_dir() and ((out / MARKER).is_file() or not any(out.iterdir()))


def _is_our_page(path: Path) -> bool:
    """Whether a file is an earlier page, which has its data in its head."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return _DATA.encode() in file.read(_HEAD)
