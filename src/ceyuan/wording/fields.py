"""Fields of technology and science in the words of three languages, where the project knows their classification.

Known are the 35 technology fields of WIPO, the 26 fields of OpenAlex, and the sections of the IPC (``fields.toml``).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

SECTION = "IPC "
"""Before the letter of a section in a field of a point: ``IPC G``."""


def field_names(field: str) -> tuple[str, str, str]:
    """A field in English, simplified and traditional Chinese; as it is given where its classification is not known.

    Names are compared without letter case. Numbers are not looked up: they do not say of which classification.

    >>> field_names("Semiconductors")
    ('Semiconductors', '半导体', '半導體')
    >>> field_names("IPC G")
    ('IPC G: Physics', 'IPC G部：物理', 'IPC G部：物理')
    >>> field_names("robots")
    ('robots', 'robots', 'robots')
    """
    return _names().get(field.casefold(), (field, field, field))


def wipo_fields() -> tuple[str, ...]:
    """WIPO's technology fields in English, in the order of their numbers from 1."""
    return tuple(_tables()["wipo"])


def openalex_fields() -> tuple[str, ...]:
    """OpenAlex's fields in English, by name."""
    return tuple(_tables()["openalex"])


def ipc_sections() -> tuple[str, ...]:
    """The letters of the IPC's sections."""
    return tuple(name[0] for name in _tables()["ipc"])


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    text = resources.files("ceyuan.wording").joinpath("fields.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _names() -> dict[str, tuple[str, str, str]]:
    """The names by what points call the field, in lower case."""
    tables = _tables()
    found = {
        en.casefold(): (en, *words)
        for name in ("wipo", "openalex")
        for en, words in tables[name].items()
    }
    for en, words in tables["ipc"].items():
        found[f"{SECTION}{en[0]}".casefold()] = (
            f"{SECTION}{en}",
            *(f"{SECTION}{word}" for word in words),
        )
    return {field: (en, hans, hant) for field, (en, hans, hant) in found.items()}
