"""Sentences in three languages, filled from the file ``words.toml`` of a room.

::

    [task.planned]
    en = "It begins on {day}."
    zh-Hans = "自{day}起实施。"
    zh-Hant = "由{day}起推行。"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Annotated, Any, Protocol

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ceyuan.wording.language import Language, Trilingual


class _Spoken(Protocol):
    """A text that is known in every language."""

    def get(self, language: Language, /) -> str:
        """The text in one of them."""


class _Told:
    """How an answer of the HTTP interface tells such a text: in all languages."""

    @staticmethod
    def __get_pydantic_core_schema__(_source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        trilingual = handler.generate_schema(Trilingual)
        told = core_schema.plain_serializer_function_ser_schema(in_all, return_schema=trilingual)
        return core_schema.any_schema(serialization=told)


InLanguages = Annotated[_Spoken, _Told]
"""A text that is known in every language."""


def in_all(text: InLanguages) -> Trilingual:
    """A text put into words in all languages."""
    return Trilingual.made(text.get)


def listed(names: Iterable[str], language: Language) -> str:
    """Several names in a row.

    >>> listed(["a", "b", "c"], "en"), listed(["甲", "乙", "丙"], "zh-Hans")
    ('a, b and c', '甲、乙、丙')
    """
    each = list(names)
    if language != "en" or len(each) < 2:
        return "、".join(each)
    return f"{', '.join(each[:-1])} and {each[-1]}"


@dataclass(frozen=True)
class Phrases:
    """The sentences of a room; each has a stable key, its topic and name (``task.planned``).

    Attributes:
        package: the room, as ``ceyuan.plan``.

    >>> Phrases("ceyuan.plan").said("days.many", number=3).zh_hant
    '3天'
    """

    package: str

    @cached_property
    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self._templates)

    @cached_property
    def _templates(self) -> dict[str, Trilingual]:
        raw = tomllib.loads(
            resources.files(self.package).joinpath("words.toml").read_text(encoding="utf-8")
        )
        return {
            f"{topic}.{name}": Trilingual.of(texts)
            for topic, part in raw.items()
            for name, texts in part.items()
        }

    def phrase(self, key: str, **parts: str | int | InLanguages) -> Phrase:
        """A sentence that is put into words when it is asked for.

        Raises:
            KeyError: if there is no such sentence.
        """
        if key not in self._templates:
            raise KeyError(key)
        return Phrase(self, key, tuple(parts.items()))

    def said(self, key: str, **parts: str | int | InLanguages) -> Trilingual:
        """A sentence in all languages.

        Args:
            key: its topic and name.
            parts: what is filled in: a text in three languages, or one that is the same in all of them.

        Raises:
            KeyError: if there is no such sentence, or a part of it is missing.
        """
        template = self._templates[key]
        if not parts:
            return template

        def filled(language: Language) -> str:
            words = {
                name: part if isinstance(part, str | int) else part.get(language)
                for name, part in parts.items()
            }
            return template.get(language).format(**words)

        return Trilingual.made(filled)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with what is filled in: a stable key and its parts, which become words in any language.

    Attributes:
        phrases: the room whose sentence it is.
        key: its topic and name.
        parts: what is filled in.

    >>> Phrases("ceyuan.plan").phrase("days.many", number=3).get("en")
    '3 days'
    """

    phrases: Phrases = field(repr=False)
    key: str
    parts: tuple[tuple[str, str | int | InLanguages], ...] = ()

    __get_pydantic_core_schema__ = _Told.__get_pydantic_core_schema__

    def get(self, language: Language, /) -> str:
        """The sentence in one language."""
        return self.phrases.said(self.key, **dict(self.parts)).get(language)
