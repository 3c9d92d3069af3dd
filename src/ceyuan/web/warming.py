"""What every reader asks for first, made before a build is served."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress

from ceyuan.web.payload import Payload
from ceyuan.web.resources.registry import RESOURCES, Entry, encode
from ceyuan.web.resources.view import View
from ceyuan.web.snapshot import Make, Snapshot


def question(entry: Entry, *asked: str | None) -> tuple[Hashable, Make]:
    """A resource as what it is kept by and what makes it.

    Args:
        entry: the resource.
        asked: its identifiers, and the day of one that can be asked for as of a day.
    """

    def make(view: View) -> Payload:
        return Payload.of(encode(entry.make(view, *asked)))

    return (entry.path, *asked), make


def warm(snapshot: Snapshot) -> None:
    """Make the resources that there are once of each build; what is wrong with one is told to whoever asks for it."""
    for entry in RESOURCES:
        if entry.ids is None:
            with suppress(Exception):
                snapshot.answer(*question(entry, *((None, None) if entry.dated else ())))
