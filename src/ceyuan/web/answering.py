"""One answer from one snapshot: found, packed, compared with what the asker has already."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import Event

from fastapi import Request
from fastapi.responses import Response

from ceyuan.errors import CeyuanError, Problem
from ceyuan.limits import GivenUpError
from ceyuan.web.faults import Refused
from ceyuan.web.payload import Payload
from ceyuan.web.resources.view import View
from ceyuan.web.snapshot import Make, Snapshot
from ceyuan.web.snapshots import Snapshots

_READERS = 2
_WAITING = 8
MakeOnce = Callable[[View, Callable[[], bool]], Payload]
"""Makes the answer to a text that was sent; told by its second argument whether somebody still waits for it."""


class Handler:
    """Answers requests from the snapshot that is current when they come in.

    What was answered before is sent again at once; what is new is made in a few threads, so that quick answers do not wait
    for slow ones. Reading sent texts has a thread of its own and refuses more than a few waiting ones.

    Args:
        snapshots: the snapshots.
    """

    def __init__(self, snapshots: Snapshots) -> None:
        self.snapshots = snapshots
        self._makers = ThreadPoolExecutor(_READERS, "ceyuan-make")
        self._reader = ThreadPoolExecutor(1, "ceyuan-read")
        self._waiting = 0

    def close(self) -> None:
        """Let go of threads and snapshots."""
        self._makers.shutdown(cancel_futures=True)
        self._reader.shutdown(cancel_futures=True)
        self.snapshots.close()

    async def answer(
        self,
        request: Request,
        key: Hashable,
        make: Make,
        *,
        file: str | None = None,
        beside: str = "",
    ) -> Response:
        """The response to a request for something that the build alone decides.

        Args:
            request: the request.
            key: what is asked for; equal keys have equal answers within a snapshot.
            make: makes it.
            file: name of the file that a browser saves it as.
            beside: what decides the answer beside the build, as it stands in the entity tag.

        Raises:
            CeyuanError: what ``make`` raises.
        """
        snapshot = self.snapshots.current
        try:
            payload = snapshot.kept(key) or await self._made(self._makers, snapshot, key, make)
        except Exception as error:
            if not self._is_outdated(snapshot, error):
                raise
        else:
            return response(request, f'{snapshot.tag[:-1]}{beside}"', payload, file)
        # The build was removed while it was asked: the whole answer comes from the one that has taken its place.
        return await self.answer(request, key, make, file=file, beside=beside)

    async def once(self, request: Request, make: MakeOnce) -> Response:
        """The response to a text that was sent; nothing of it is kept, and a client that leaves ends it.

        Raises:
            Refused: ``server-busy`` where too many are waiting already.
            CeyuanError: what ``make`` raises.
        """
        if self._waiting >= _WAITING:
            problem = Problem("too-many-texts", f"{self._waiting} texts are being read already")
            raise Refused(problem, {"Retry-After": "10"})
        self._waiting += 1
        gone = Event()
        watch = asyncio.create_task(_watched(request, gone))
        try:
            snapshot = self.snapshots.current
            loop = asyncio.get_running_loop()
            payload = await loop.run_in_executor(self._reader, _made_once, snapshot, make, gone)
            sent = response(request, snapshot.tag, payload, None)
        except GivenUpError:
            # nobody sees it but the access log, by nginx's number for this
            return Response(status_code=499)
        finally:
            gone.set()  # also where the server ends while the text is read
            watch.cancel()
            self._waiting -= 1
        del sent.headers["ETag"]
        sent.headers["Cache-Control"] = "no-store"
        return sent

    @staticmethod
    async def _made(executor: Executor, snapshot: Snapshot, key: Hashable, make: Make) -> Payload:
        return await asyncio.get_running_loop().run_in_executor(
            executor, snapshot.answer, key, make
        )

    def _is_outdated(self, snapshot: Snapshot, error: Exception) -> bool:
        """Whether an error comes from a build that is no longer there, rather than from what was asked."""
        if isinstance(error, CeyuanError) and error.problems[0].code not in (
            "no-build",
            "damaged-build",
        ):
            return False
        self.snapshots.refresh()
        return self.snapshots.current is not snapshot


async def _watched(request: Request, gone: Event) -> None:
    """Say when the client has left; its text has been read whole by then, so that nothing else comes."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    gone.set()


def _made_once(snapshot: Snapshot, make: MakeOnce, gone: Event) -> Payload:
    def awaited() -> bool:
        return not gone.is_set()

    if not awaited():
        raise GivenUpError  # it left while others were read
    with snapshot.view() as view:
        return make(view, awaited)


def response(request: Request, tag: str, payload: Payload, file: str | None) -> Response:
    """A payload as a response: 304 where the asker has it already, packed where that is understood."""
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if _has(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    if file is not None:
        headers["Content-Disposition"] = f'attachment; filename="{file}"'
    body = payload.body
    if payload.packed is not None and _takes_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"], body = "gzip", payload.packed
    return Response(body, headers=headers, media_type=payload.media)


def _has(header: str | None, tag: str) -> bool:
    """Whether one of the tags of If-None-Match is this one; weak and strong are compared alike, as RFC 9110 asks."""
    if header is None:
        return False
    wanted = [t.strip().removeprefix("W/") for t in header.split(",")]
    return "*" in wanted or tag.removeprefix("W/") in wanted


def _takes_gzip(header: str) -> bool:
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
