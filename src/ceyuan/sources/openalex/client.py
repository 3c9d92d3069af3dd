"""Asking the API: patient where patience helps, plain-spoken where it does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec
import urllib3

from ceyuan.errors import CeyuanError, fail
from ceyuan.version import __version__

# 403: OpenAlex says so when the rate is exceeded
_RETRIED = frozenset({403, 408, 429, 500, 502, 503, 504})
_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Patience:
    """How the client waits.

    Attributes:
        attempts: how often one page is asked for.
        first_wait: seconds before the second attempt; doubled each time.
        longest_wait: seconds; a server that asks for a longer pause ends the command.
        timeout: seconds for a connection, and for each read.
        per_second: requests a second at most.
        sleep: waits; a test puts another in.
        clock: a clock that only goes forward.
    """

    attempts: int = 8
    first_wait: float = 1.0
    longest_wait: float = 300.0
    timeout: float = 60.0
    per_second: float = 5.0
    sleep: Callable[[float], None] = field(default=time.sleep, compare=False)
    clock: Callable[[], float] = field(default=time.monotonic, compare=False)


class ListMeta(msgspec.Struct):
    """What a page says about the list: how many records there are, and the cursor of the next page."""

    count: int | None = None
    next_cursor: str | None = None


class Page(msgspec.Struct):
    """A page of a list; records stay as the server wrote them."""

    results: list[msgspec.Raw]
    meta: ListMeta


class CursorRefusedError(Exception):
    """The server does not accept this request's cursor (any more)."""


class Client:
    """Fetches pages of one list.

    Attributes:
        retries: how often a page had to be asked for again.
    """

    def __init__(self, base_url: str, key: str | None, patience: Patience) -> None:
        self._base = base_url.rstrip("/")
        self._key = key
        self._patience = patience
        self._pool = _pool(self._base, patience.timeout)
        self._decoder = msgspec.json.Decoder(Page)
        self._last = float("-inf")
        self.retries = 0

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def page(self, entity: str, parameters: Mapping[str, str]) -> Page:
        """One page, asked for until it comes whole.

        Raises:
            CursorRefusedError: if a request with a cursor other than ``*`` is refused as a bad request.
            CeyuanError: ``fetch-refused``, ``fetch-rate-limited`` or ``fetch-failed``; never with the key in it.
        """
        trouble = ""
        for attempt in range(self._patience.attempts):
            if attempt:
                self.retries += 1
            self._keep_pace()
            asked: float | None = None
            try:
                status, headers, body = self._get(entity, parameters)
                if status == 200:
                    return self._decoder.decode(body)
                if status not in _RETRIED:
                    raise self._refusal(status, body, parameters)
                trouble = f"the server answers {status} {self._said(body)}".rstrip()
                asked = retry_after(headers.get("Retry-After"))
            except msgspec.DecodeError as error:
                trouble = f"the answer is not a page of records: {error}"
            except urllib3.exceptions.HTTPError as error:
                trouble = f"the connection fails: {self._clean(str(error))}"
            self._wait(attempt, asked, trouble)
        raise fail(
            "fetch-failed", f"after {self._patience.attempts} attempts: {trouble}", file=self._base
        )

    def _get(
        self, entity: str, parameters: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        fields = {**parameters, **({"api_key": self._key} if self._key else {})}
        # The whole body is read here: a connection that is cut raises instead of giving half a page.
        answer = self._pool.request(
            "GET", f"{self._base}/{entity}", fields=fields, preload_content=True
        )
        return answer.status, answer.headers, answer.data

    def _keep_pace(self) -> None:
        due = self._last + 1.0 / self._patience.per_second
        now = self._patience.clock()
        if now < due:
            self._patience.sleep(due - now)
        self._last = self._patience.clock()

    def _wait(self, attempt: int, asked: float | None, trouble: str) -> None:
        if asked is not None and asked > self._patience.longest_wait:
            message = f"{trouble}; it asks to wait {asked:,.0f} seconds"
            raise fail("fetch-rate-limited", message, file=self._base)
        if attempt + 1 < self._patience.attempts:
            own = min(self._patience.first_wait * 2.0**attempt, self._patience.longest_wait)
            self._patience.sleep(own if asked is None else asked)

    def _refusal(
        self, status: int, body: bytes, parameters: Mapping[str, str]
    ) -> CursorRefusedError | CeyuanError:
        if status in (400, 404, 410) and parameters.get("cursor", "*") != "*":
            return CursorRefusedError()
        return fail(
            "fetch-refused",
            f"the server answers {status} {self._said(body)}".rstrip(),
            file=self._base,
        )

    def _said(self, body: bytes) -> str:
        """What the server says, in one line."""
        try:
            content = msgspec.json.decode(body)
        except msgspec.DecodeError:
            content = body.decode("utf-8", "replace")
        if isinstance(content, dict):
            content = content.get("message") or content.get("error") or content
        return self._clean(" ".join(str(content).split()))[:_MESSAGE]

    def _clean(self, text: str) -> str:
        return text.replace(self._key, "…") if self._key else text


def _pool(base_url: str, timeout: float) -> urllib3.PoolManager:
    """Connections, through the proxy that the environment names, if it names one for this server."""
    headers = {
        "User-Agent": f"ceyuan/{__version__}",
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
    }
    limit = urllib3.Timeout(timeout)
    address = urlsplit(base_url)
    proxy = getproxies().get(address.scheme)
    if proxy and not proxy_bypass(address.hostname or ""):
        return urllib3.ProxyManager(proxy, headers=headers, timeout=limit, retries=False)
    return urllib3.PoolManager(headers=headers, timeout=limit, retries=False)


def retry_after(text: str | None) -> float | None:
    """The seconds that a ``Retry-After`` header asks for, as a number or as a date; None if it asks for none.

    >>> retry_after("120"), retry_after(None), retry_after("soon")
    (120.0, None, None)
    """
    if text is None:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())
