"""The HTTP interface: right answers quickly repeated, wrong requests told what is wrong."""

from __future__ import annotations

import csv
import io
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest
from docx import Document

from ceyuan.errors import catalogue
from ceyuan.reader import Reading, read_text
from ceyuan.web.app import create_app
from ceyuan.web.guard import LOOPBACK, Hosts
from ceyuan.web.resources.registry import RESOURCES
from ceyuan.web.snapshots import Snapshots
from web_running import PATIENCE, running

API = "/api/v1"
PROBLEM = "application/problem+json"


def fault(response: object, status: int, code: str) -> dict[str, str]:
    assert response.status_code == status, response.text  # type: ignore[attr-defined]
    assert response.headers["content-type"] == PROBLEM  # type: ignore[attr-defined]
    body: dict[str, str] = response.json()  # type: ignore[attr-defined]
    assert body["code"] == code
    assert body["code"] in catalogue()
    assert body["status"] == status
    assert body["detail"]
    return body


@pytest.mark.parametrize("entry", [e for e in RESOURCES if e.ids], ids=lambda e: e.path)
def test_an_unknown_identifier_is_not_found(client: httpx.Client, entry: object) -> None:
    path = entry.path.replace("{id}", "nothing-of-this-name").replace("{place}", "nowhere")  # type: ignore[attr-defined]
    fault(client.get(f"{API}/{path}"), 404, entry.unknown)  # type: ignore[attr-defined]


def test_a_slip_of_the_pen_is_answered_with_what_was_meant(client: httpx.Client) -> None:
    assert (
        "'rd_intensity'"
        in fault(client.get(f"{API}/indicators/rd_intensty"), 404, "unknown-indicator")["hint"]
    )
    assert (
        "guangdong"
        in fault(client.get(f"{API}/observations?place=guangdog"), 404, "unknown-place")["hint"]
    )
    assert "'facility'" in fault(client.get(f"{API}/records/facilty"), 404, "unknown-kind")["hint"]


@pytest.mark.parametrize("period", ["20x5", "2025-13", "2025/27", "", "9" * 400, "2025年13月"])
def test_a_wrong_period_says_how_periods_are_written(client: httpx.Client, period: str) -> None:
    for path in ("observations", "observations.csv", "indicators/rd_intensity/lineage"):
        fault(client.get(f"{API}/{path}", params={"period": period}), 422, "bad-period")


@pytest.mark.parametrize(
    ("query", "where"),
    [("page=0", "query.page"), ("page=x", "query.page"), ("size=1001", "query.size"), ("status=guessed", "query.status"),
     ("all_sources=perhaps", "query.all_sources")],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client: httpx.Client, query: str, where: str) -> None:
    assert fault(client.get(f"{API}/observations?{query}"), 422, "bad-request")["where"] == where


def test_a_page_beyond_the_last_names_the_last(client: httpx.Client) -> None:
    pages = client.get(f"{API}/observations?indicator=rd_intensity").json()["pages"]
    body = fault(
        client.get(f"{API}/observations?indicator=rd_intensity&page={pages + 1}"), 404, "no-page"
    )
    assert body["hint"] == f"The last page is {pages}"


def test_pages_together_are_the_whole(client: httpx.Client) -> None:
    whole = client.get(
        f"{API}/observations?size=1000&indicator=cluster_rank&all_sources=true"
    ).json()
    keys: list[str] = []
    for page in range(1, 1000):
        part = client.get(
            f"{API}/observations?size=7&indicator=cluster_rank&all_sources=true&page={page}"
        ).json()
        keys += [f["key"] for f in part["items"]]
        if page == part["pages"]:
            break
    assert keys == [f["key"] for f in whole["items"]]
    assert len(set(keys)) == len(keys) == whole["total"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_wrong_method_is_refused_with_the_right_one(client: httpx.Client, method: str) -> None:
    response = getattr(client, method)(f"{API}/meta")
    fault(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "GET"
    assert client.get(f"{API}/read").headers["allow"] == "POST"


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing", "/api/v2/meta", "/api/v1/indicators/a/b", "/..%2f..%2fetc/passwd", "/x"],
)
def test_an_address_that_is_not_there_is_not_found(client: httpx.Client, path: str) -> None:
    fault(client.get(path), 404, "no-resource")


def test_what_was_read_before_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get(f"{API}/indicators")
    tag = first.headers["etag"]
    assert first.json()["build"] in tag
    for header in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        again = client.get(f"{API}/indicators", headers={"If-None-Match": header})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(f"{API}/indicators", headers={"If-None-Match": '"other"'}).status_code == 200
    assert (
        client.get(f"{API}/indicators/nothing", headers={"If-None-Match": "*"}).status_code == 404
    )


def test_answers_are_packed_for_those_who_unpack(client: httpx.Client) -> None:
    packed = client.get(f"{API}/indicators", headers={"Accept-Encoding": "gzip"})
    plain = client.get(f"{API}/indicators", headers={"Accept-Encoding": "identity"})
    refused = client.get(f"{API}/indicators", headers={"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in [*plain.headers, *refused.headers]
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 3
    assert packed.content == plain.content == refused.content
    assert packed.headers["vary"] == "Accept-Encoding"


def test_head_has_the_headers_of_get(client: httpx.Client) -> None:
    get, head = client.get(f"{API}/meta"), client.head(f"{API}/meta")
    assert head.status_code == 200
    assert {k: v for k, v in get.headers.items() if k != "date"} == {
        k: v for k, v in head.headers.items() if k != "date"
    }


def test_every_answer_forbids_what_is_not_of_the_site(client: httpx.Client) -> None:
    for path in (f"{API}/meta", f"{API}/nothing", f"{API}/", f"{API}/openapi.json"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'self'" in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert (
        client.get(f"{API}/meta?embed")
        .headers["content-security-policy"]
        .endswith("frame-ancestors *")
    )


def test_data_is_never_sent_as_html(client: httpx.Client) -> None:
    response = client.get(f"{API}/communiques/trial")
    assert response.headers["content-type"] == "application/json"
    assert "<script>alert(1)</script>" in response.json()["text"]
    page = client.get(f"{API}/")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text


def test_the_page_of_the_interface_loads_nothing_and_lists_every_address(
    client: httpx.Client,
) -> None:
    page = client.get(f"{API}/").text
    assert "src=" not in page
    assert "//" not in page.replace("https://", "").replace("http://", "").partition("<body>")[
        2
    ].replace("/api/v1/", "")
    assert all(path in page for path in client.get(f"{API}/openapi.json").json()["paths"])


@pytest.fixture
def guarded(root: Path) -> Iterator[httpx.Client]:
    with running(create_app(Snapshots(root), hosts=Hosts(LOOPBACK))) as client:
        yield client


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::2]:80"]
)
def test_on_loopback_another_host_is_refused(guarded: httpx.Client, host: str) -> None:
    fault(guarded.get(f"{API}/meta", headers={"Host": host}), 421, "bad-host")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "[::1]"]
)
def test_on_loopback_this_machine_is_answered(guarded: httpx.Client, host: str) -> None:
    assert guarded.get(f"{API}/meta", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1.evil.example:8000",
        "http://127.0.0.1:1",
        "http://127.0.0.1",
    ],
)
def test_on_loopback_a_page_of_another_site_sends_nothing(
    guarded: httpx.Client, origin: str
) -> None:
    sent = guarded.post(
        f"{API}/read", content="26家。", headers={"Content-Type": "text/plain", "Origin": origin}
    )
    fault(sent, 403, "bad-origin")
    # which that page cannot read
    assert guarded.get(f"{API}/meta", headers={"Origin": origin}).status_code == 200


def test_its_own_pages_send_texts_and_those_of_another_port_do_not(guarded: httpx.Client) -> None:
    own = str(guarded.base_url).removeprefix("http://").rstrip("/")
    for host, origin, status in (
        (own, f"http://{own}", 200),
        ("localhost:5173", "http://localhost:5173", 200),
        ("localhost", "http://LOCALHOST:80", 200),
        ("[::1]:8000", "http://[::1]:8000", 200),
        ("localhost:8000", "http://localhost:5173", 403),
        ("localhost:8000", "http://127.0.0.1:8000", 403),
        ("localhost:8000", "http://localhost:99999", 403),
    ):
        headers = {"Content-Type": "text/plain", "Host": host, "Origin": origin}
        assert (
            guarded.post(f"{API}/read", content="26家。", headers=headers).status_code == status
        ), origin


def test_an_unknown_parameter_is_refused_with_what_was_meant(client: httpx.Client) -> None:
    found = fault(client.get(f"{API}/observations?plcae=gba9"), 422, "unknown-parameter")
    assert (found["where"], "'place'" in found["hint"]) == ("query.plcae", True)
    for path in (
        "meta?x=1",
        "indicators/rd_intensity?place=gba9",
        "plan?as-of=2026-06-30",
        "places.geojson?page=1",
    ):
        fault(client.get(f"{API}/{path}"), 422, "unknown-parameter")
    sent = client.post(
        f"{API}/read?title=x", content="26家。", headers={"Content-Type": "text/plain"}
    )
    fault(sent, 422, "unknown-parameter")


def test_a_parameter_of_one_value_is_not_given_twice(client: httpx.Client) -> None:
    for path in (
        "observations?page=1&page=2",
        "records/facility?size=5&size=5",
        "plan?as_of=2026-01-01&as_of=2026-02-01",
    ):
        fault(client.get(f"{API}/{path}"), 422, "bad-request")


def test_lists_are_repeated_or_divided_by_commas(client: httpx.Client) -> None:
    def keys(query: str) -> list[str]:
        return [
            f["key"] for f in client.get(f"{API}/observations?size=1000&{query}").json()["items"]
        ]

    each = {
        place: keys(f"indicator=rd_expenditure&place={place}") for place in ("guangdong", "beijing")
    }
    assert all(each.values())
    both = sorted(each["guangdong"] + each["beijing"])
    assert sorted(keys("indicator=rd_expenditure&place=guangdong&place=beijing")) == both
    assert sorted(keys("indicator=rd_expenditure&place=广东, beijing,guangdong")) == both
    narrow = keys("indicator=rd_expenditure,rd_intensity&place=guangdong&period=2020,2022年")
    assert {tuple(key.split("/")[0::2]) for key in narrow} == {
        (indicator, period)
        for indicator in ("rd_expenditure", "rd_intensity")
        for period in ("2020", "2022")
    }
    fault(client.get(f"{API}/observations?place=guangdong,nowhere"), 404, "unknown-place")
    traced = client.get(f"{API}/indicators/rd_expenditure/lineage?place=guangdong,beijing").json()
    assert sorted(key for key in traced["roots"] if "@" not in key) == both


def test_health_names_the_build_that_is_served(client: httpx.Client) -> None:
    health = client.get("/health")
    assert health.json() == {"status": "ok", "build": client.get(f"{API}/meta").json()["build"]}
    assert health.headers["cache-control"] == "no-store"


def test_behind_a_proxy_addresses_begin_with_its_path(root: Path) -> None:
    with running(create_app(Snapshots(root), root_path="/observatory")) as proxied:
        # whether the proxy leaves it out or passes it on
        for path in (
            f"{API}/meta",
            f"/observatory{API}/meta",
        ):
            assert proxied.get(path).status_code == 200
        assert proxied.get(f"{API}/openapi.json").json()["servers"] == [{"url": "/observatory"}]


def test_downloads_hold_the_observations_of_the_pages(client: httpx.Client) -> None:
    query = "indicator=rd_intensity&all_sources=true"
    items = client.get(f"{API}/observations?{query}&size=1000").json()["items"]
    sheet = client.get(f"{API}/observations.csv?{query}")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert sheet.headers["content-disposition"] == 'attachment; filename="observations.csv"'
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    told = client.get(f"{API}/observations.columns.csv?{query}")
    columns = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert [one["column"] for one in columns] == list(rows[0])
    assert all(one["meaning"] for one in columns)
    assert {"indicator_en", "place_zh_hans", "unit", "source"} <= set(rows[0])
    table = pq.read_table(
        io.BytesIO(client.get(f"{API}/observations.parquet?{query}").content)
    ).to_pylist()
    assert [(r["place"], r["period"], float(r["value"]) if r["value"] else None) for r in rows] == [
        (f["place"], f["period"], f["value"]) for f in items
    ]
    assert [(r["place"], r["period"], r["value"]) for r in table] == [
        (f["place"], f["period"], f["value"]) for f in items
    ]


def test_the_map_of_places_is_geojson(client: httpx.Client) -> None:
    response = client.get(f"{API}/places.geojson")
    assert response.headers["content-type"] == "application/geo+json"
    places = {p["id"]: p for p in client.get(f"{API}/places").json()["items"]}
    features = response.json()["features"]
    assert len(features) == sum(p["lat"] is not None for p in places.values()) > 10
    for feature in features:
        place = places[feature["id"]]
        assert feature["geometry"]["coordinates"] == [place["lon"], place["lat"]]


def test_records_are_listed_with_file_and_line(client: httpx.Client, root: Path) -> None:
    records = client.get(f"{API}/records/facility").json()
    assert records["total"] == len(records["items"]) > 0
    for row in records["items"]:
        line = (root / row["file"]).read_text(encoding="utf-8").splitlines()[row["line"] - 1]
        assert row["fields"]["name"] in line


def test_a_sent_text_is_read_and_checked(client: httpx.Client) -> None:
    response = client.post(
        f"{API}/read", json={"text": "2025年粤港澳大湾区国家重点实验室达到26家。", "name": "一句"}
    )
    body = response.json()
    assert [(c["quote"], c["verdict"]) for c in body["claims"]] == [("26家", "supported")]
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers
    assert body["file"] == "一句"
    assert body["claims"][0]["binding"]["key"] == "national_key_laboratories/gba/2025"


def test_a_sent_file_is_read_as_what_it_is(client: httpx.Client) -> None:
    document = Document()
    document.add_paragraph("2025年粤港澳大湾区国家重点实验室达到26家。")
    stream = io.BytesIO()
    document.save(stream)
    for media, name in (("application/octet-stream", "?name=x.docx"), (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""
    )):  # fmt: skip
        sent = client.post(
            f"{API}/read{name}", content=stream.getvalue(), headers={"Content-Type": media}
        )
        assert [c["quote"] for c in sent.json()["claims"]] == ["26家"], sent.text


@pytest.mark.parametrize(
    ("body", "media", "status", "code"),
    [
        (b"{}", "application/json", 422, "bad-request"),
        (b"[]", "application/json", 422, "bad-request"),
        (b"{", "application/json", 422, "bad-request"),
        (b'{"text": 3}', "application/json", 422, "bad-request"),
        (b'{"text": ""}', "application/json", 422, "bad-request"),
        (b'{"text": "1", "more": 1}', "application/json", 422, "bad-request"),
        (b'{"text": " \\n "}', "application/json", 422, "document-empty"),
        (b"\xff\xfe\xfd", "application/json", 422, "bad-request"),
        (b"text=1", "application/x-www-form-urlencoded", 415, "unreadable-media"),
        (b"1", "", 415, "unreadable-media"),
        (b"", "application/octet-stream", 422, "document-empty"),
        (b"%PDF-1.7 nothing", "application/pdf", 422, "document-damaged"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    client: httpx.Client, body: bytes, media: str, status: int, code: str
) -> None:
    fault(client.post(f"{API}/read", content=body, headers={"Content-Type": media}), status, code)


def test_a_text_past_the_limit_is_refused(client: httpx.Client) -> None:
    fault(client.post(f"{API}/read", json={"text": "数" * 200_001}), 413, "text-too-long")
    sent = client.post(
        f"{API}/read", content="数".encode() * 200_001, headers={"Content-Type": "text/plain"}
    )
    fault(sent, 413, "text-too-long")


def _endless_where_it_says_so(text: str) -> Reading:
    while "endless" in text:
        pass
    return read_text(text)


def test_a_text_that_takes_too_long_is_refused_and_the_next_is_read(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ceyuan.web.resources.communiques.read_text", _endless_where_it_says_so)
    monkeypatch.setattr("ceyuan.web.resources.communiques._SECONDS", 1)
    fault(client.post(f"{API}/read", json={"text": "endless"}), 413, "text-too-costly")
    assert client.post(f"{API}/read", json={"text": "达到26家。"}).json()["n"] == 1


def test_a_client_that_leaves_ends_the_reading_of_its_text(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ceyuan.web.resources.communiques.read_text", _endless_where_it_says_so)
    monkeypatch.setattr("ceyuan.web.resources.communiques._SECONDS", 10 * PATIENCE)
    body = b'{"text": "endless"}'
    head = f"POST {API}/read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    for _ in range(3):
        with socket.create_connection(
            (client.base_url.host, client.base_url.port or 80), timeout=PATIENCE
        ) as line:
            line.sendall(head.encode() + body)
            time.sleep(0.5)  # long enough, mostly, for the reading to have begun
    # The one reader is free again: otherwise this would wait for longer than the client has patience.
    assert client.post(f"{API}/read", json={"text": "达到26家。"}).json()["n"] == 1


def test_a_huge_body_is_refused_by_its_announcement(client: httpx.Client) -> None:
    body = json.dumps({"text": "9" * 3_000_000}).encode()
    response = client.post(
        f"{API}/read", content=body, headers={"Content-Type": "application/json"}
    )
    fault(response, 413, "request-too-large")
    assert response.headers["connection"] == "close"


def test_a_refusal_comes_through_to_one_who_is_still_sending(client: httpx.Client) -> None:
    """The asker is slow: most of the body is sent when the answer has long been given."""
    body = b'{"text": "' + b"9" * 3_000_000
    head = f"POST {API}/read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(
        (client.base_url.host, client.base_url.port or 80), timeout=PATIENCE
    ) as line:
        line.sendall(head.encode() + body[:1000])
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")
        line.sendall(body[1000:2_000_000])
        line.sendall(body[2_000_000:])
        rest = b""
        while part := line.recv(65536):
            rest += part
    assert b"request-too-large" in rest


def test_one_who_never_ends_is_left(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ceyuan.web.faults._LINGER_SECONDS", 0.05)
    head = f"POST {API}/read HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 99999999\r\n\r\n"
    with socket.create_connection(
        (client.base_url.host, client.base_url.port or 80), timeout=PATIENCE
    ) as line:
        line.sendall(head.encode())
        while line.recv(65536):
            pass  # the server closes, or this test would wait in vain


def test_a_huge_body_without_announcement_is_not_read_to_its_end(client: httpx.Client) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while taken < 400:
            taken += 1
            yield b"9" * 2**20

    response = client.post(
        f"{API}/read", content=endless(), headers={"Content-Type": "application/octet-stream"}
    )
    fault(response, 413, "request-too-large")


@pytest.mark.parametrize(
    ("style", "media", "start"),
    [("md", "text/markdown", b"# "), ("html", "text/html", b"<!doctype html>"), ("pdf", "application/pdf", b"%PDF-"),
     ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK")],
)  # fmt: skip
def test_a_bulletin_is_handed_out_as_a_file_in_every_format(
    client: httpx.Client, style: str, media: str, start: bytes
) -> None:
    answer = client.get(f"{API}/bulletins/gba_2025/zh-Hant.{style}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media
    assert (
        answer.headers["content-disposition"] == f'attachment; filename="gba_2025.zh-Hant.{style}"'
    )
    assert answer.content.startswith(start)


def test_a_file_of_a_bulletin_that_is_not_there_is_refused(client: httpx.Client) -> None:
    fault(client.get(f"{API}/bulletins/gba_2015/zh-Hans.pdf"), 404, "unknown-bulletin")
    for name in ("zh-Hans.odt", "fr.pdf"):
        fault(client.get(f"{API}/bulletins/gba_2025/{name}"), 422, "bad-request")


@pytest.mark.parametrize("path", ["plan", "plan/2026"])
@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "", "2026-6-1", "0000-00-00"])
def test_a_wrong_day_of_the_plan_says_how_days_are_written(
    client: httpx.Client, path: str, day: str
) -> None:
    assert (
        "YYYY-MM-DD"
        in fault(client.get(f"{API}/{path}", params={"as_of": day}), 422, "bad-date")["hint"]
    )


def test_a_day_to_come_is_refused_with_the_last_that_can_be_asked_about(
    client: httpx.Client,
) -> None:
    today = client.get(f"{API}/plan").json()["latest"]
    assert client.get(f"{API}/plan?as_of={today}").status_code == 200
    assert today in fault(client.get(f"{API}/plan?as_of=9999-12-31"), 422, "future-day")["detail"]


def test_the_plan_of_today_is_the_plan_without_a_day(client: httpx.Client) -> None:
    plan = client.get(f"{API}/plan").json()
    assert plan["plan"]["as_of"] == plan["latest"]
    assert client.get(f"{API}/plan", params={"as_of": plan["latest"]}).json() == plan
    fault(client.get(f"{API}/plan/1901?as_of=2026-06-30"), 404, "plan-unknown-year")
