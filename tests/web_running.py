"""An application behind a real server on a free port of this machine, and the text that it serves."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI

PATIENCE = 300
"""Seconds that an answer may take on a machine that is busy with other things."""
# Made up for these tests; the second line begins with a character of two UTF-16 units, the third tries to be markup.
TEXT = """\
试验文本：大湾区创新进展
𠮷日，2025年粤港澳大湾区高新技术企业超过6.9万家，国家重点实验室达到26家。
<script>alert(1)</script>&amp;
2025年粤港澳大湾区国家重点实验室达到90家。
"""


@contextmanager
def running(app: FastAPI) -> Iterator[httpx.Client]:
    """A client of the application while it runs."""
    # The protocol is named so that asyncio sends at once; else every answer waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    # It listens before the server takes it over: a client that is quicker than the server waits, it is not refused.
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=PATIENCE
        ) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
