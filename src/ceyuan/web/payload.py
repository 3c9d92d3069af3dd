"""Bytes that are sent, packed once, and a store of them that does not grow without end."""

from __future__ import annotations

import gzip
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache

_SMALLEST = 1024
_MOST = 20_000
_LONGEST_KEY = 1000
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Payload:
    """The body of an answer.

    Attributes:
        body: its bytes.
        media: its media type.
        packed: the same with gzip; None where that saves nothing.
    """

    body: bytes
    media: str
    packed: bytes | None

    @classmethod
    def of(cls, body: bytes, media: str = JSON, *, pack: bool = True) -> Payload:
        """A body with its packed form.

        >>> Payload.of(b"{}").packed is None
        True
        """
        if not pack or len(body) < _SMALLEST:
            return cls(body, media, None)
        packed = gzip.compress(body, compresslevel=5, mtime=0)
        return cls(body, media, packed if len(packed) < len(body) else None)

    @property
    def size(self) -> int:
        """How much memory it takes."""
        return len(self.body) + len(self.packed or b"")


class PayloadStore:
    """Payloads by key; when they take more than the budget, those not asked for longest go first.

    Askers choose the keys, so there are only so many of them and none that is long: else short answers to ever new questions
    would fill the memory.

    Args:
        budget: bytes of all payloads together.
    """

    def __init__(self, budget: int) -> None:
        # A payload takes its share of the number of answers too, however short it is.
        least = max(1, budget // _MOST)
        self._kept: LRUCache[Hashable, Payload] = LRUCache(
            budget, getsizeof=lambda payload: max(payload.size, least)
        )
        self._lock = Lock()

    def get(self, key: Hashable) -> Payload | None:
        """A payload that is kept, None where it is not."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, payload: Payload) -> None:
        """Keep a payload, unless its key is longer than anything that is asked for twice or it alone exceeds the budget."""
        if len(repr(key)) > _LONGEST_KEY:
            return
        with self._lock, suppress(ValueError):  # too large to be kept
            self._kept[key] = payload
