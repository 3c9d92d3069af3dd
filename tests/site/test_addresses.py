"""Every page has an address of its own: on a server, behind a proxy, on any file server and below any folder of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import expect
from visiting import Visit

from ceyuan.pipeline.builder import build_workspace
from ceyuan.web.addresses.listing import site_pages
from ceyuan.web.publishing import publish
from ceyuan.web.resources.view import View
from small_workspace import MakeWorkspace

ADDRESS = "https://observatory.example/below/it/"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def folder(make_workspace: MakeWorkspace, tmp_path: Path) -> Path:
    """A small workspace as a published site, below a folder of the file server, with an address that is not this one."""
    root = make_workspace()
    build_workspace(root)
    view = View.open(root)
    out = tmp_path / "files" / "below" / "it"
    out.parent.mkdir(parents=True)
    publish(view, out, address=ADDRESS)
    view.close()
    return out


def test_every_page_in_every_language_is_a_file_with_a_head_of_its_own(folder: Path) -> None:
    listed = [e.text or "" for e in etree.parse(folder / "sitemap.xml").iter(f"{MAP}loc")]
    assert len(listed) == len(set(listed)) > 30
    titles = set()
    for address in listed:
        assert address.startswith(ADDRESS)
        page = folder / address.removeprefix(ADDRESS) / "index.html"
        html = page.read_text(encoding="utf-8")
        assert f'<link rel="canonical" href="{address}" />' in html
        assert html.count('hreflang="') == 3
        assert re.search(r'<meta name="description" content="[^"]+"', html)
        found = re.search(r"<title>(.*)</title>", html)
        assert found is not None
        language = address.removeprefix(ADDRESS).split("/")[0]
        titles.add((language, found[1], "observations" in address))
        for beside in re.findall(r'(?:src|href)="(\.[^"]*)"', html):
            assert (page.parent / beside).is_file(), (address, beside)
        picture = re.search(r'property="og:image" content="([^"]*)"', html)
        assert picture is not None
        shown = folder / picture[1].removeprefix(ADDRESS)
        assert shown.read_bytes().startswith(b"\x89PNG")
    # Places and clusters may share a name; hardly any page shares its title with another.
    assert len(titles) > 0.9 * len(listed)


def test_the_feed_of_changes_leads_to_pages(make_workspace: MakeWorkspace, tmp_path: Path) -> None:
    root = make_workspace()
    build_workspace(root)
    file = root / "records" / "payments.csv"
    rows = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(rows[:-1]) + "\n", encoding="utf-8")
    build_workspace(root)
    view = View.open(root)
    publish(view, tmp_path / "public", address=ADDRESS)
    known = {page.path for page in site_pages(view)}
    view.close()
    feed = etree.parse(tmp_path / "public" / "en" / "changes.atom").getroot()
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    assert len({e.findtext(f"{ATOM}id") for e in entries}) == len(entries)
    for entry in entries:
        link = entry.find(f"{ATOM}link")
        assert link is not None
        path = (link.get("href") or "").removeprefix(f"{ADDRESS}en/").strip("/")
        assert tuple(path.split("/")) in known
        assert "→" in (entry.findtext(f"{ATOM}title") or "")


def _lost(root: Path) -> ThreadingHTTPServer:
    """A file server that sends `404.html` where there is no file, as many do."""

    class Server(SimpleHTTPRequestHandler):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given, directory=str(root))

        def log_message(self, *_: object) -> None: ...

        def send_error(self, code: int, *_: Any) -> None:
            body = (root / "below" / "it" / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_a_published_site_opens_at_any_address_below_any_folder(
    folder: Path, visit: Callable[..., Visit]
) -> None:
    server = _lost(folder.parents[1])
    home = f"http://127.0.0.1:{server.server_port}/below/it/"
    opened = visit(home)
    page = opened.go("en/indicators")
    name = page.locator("main tbody a.name").first
    title = name.inner_text()
    name.click()
    expect(page.locator("main h1")).to_contain_text(title)
    assert page.url.startswith(f"{home}en/indicators/")
    assert "#" not in page.url
    page.reload()
    expect(page.locator("main h1")).to_contain_text(title)
    assert page.title().startswith(title)
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    assert canonical == ADDRESS + page.url.removeprefix(home).split("?")[0]
    page.goto(f"{home}#/zh-Hans/places?x=1")  # an address of old
    page.wait_for_url(f"{home}zh-Hans/places/?x=1")
    page.goto(f"{home}en/nowhere/at/all?y=2")
    expect(page.locator("main h1")).to_have_text("There is no such page.")
    assert page.url == f"{home}en/nowhere/at/all/?y=2"
    assert [fault for fault in opened.faults if "404" not in fault] == []
    opened.faults.clear()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#/en/plan?party=hongkong", "en/plan/?party=hongkong"),
        (
            "#/en/observations/rd_intensity/gba9/2025",
            "en/observations/rd_intensity/?of=gba9%2F2025",
        ),
        (
            "?embed#/en/indicators/rd_intensity?view=series",
            "en/indicators/rd_intensity/?embed&view=series",
        ),
        ("en/places/hongkong", "en/places/hongkong/"),
    ],
)
def test_addresses_of_old_lead_to_those_of_today(
    old: str, new: str, served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).page
    page.goto(f"{served}{old}")
    expect(page).to_have_url(f"{served}{new}")
    page.locator("main figure, main h1").first.wait_for()


def test_a_server_says_what_a_page_is_and_that_there_is_none(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).page
    got = page.request.get(f"{served}zh-Hant/places/hongkong/")
    assert "<title>香港 · 策源</title>" in got.text()
    assert f'rel="canonical" href="{served}zh-Hant/places/hongkong/"' in got.text()
    assert page.request.get(f"{served}en/places/atlantis/").status == 404
    assert page.request.get(f"{served}en/preview.png").body().startswith(b"\x89PNG")
    assert page.request.get(f"{served}sitemap.xml").text().count("<loc>") > 3000
    feed = page.request.get(f"{served}en/changes.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")


def test_titles_follow_the_reader_from_page_to_page(
    served: str, visit: Callable[..., Visit]
) -> None:
    page = visit(served).go("en/places/hongkong")
    page.wait_for_function(
        "() => document.title.startsWith('Hong Kong') && document.title.endsWith(' · Ceyuan')"
    )
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Plan").click()
    page.wait_for_function("() => /^(?!Hong Kong).* · Ceyuan$/.test(document.title)")
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    assert canonical == f"{served}en/plan/"
