"""Remarks on observations: why a value is missing, and what a reader should know of it, in three languages.

A table keeps a remark as one text. What a computation says is kept as its key in ``words.toml`` with its parts,
``{"say":"missing.parts","present":"2","size":"3","level":"city"}``, so that programs can tell cases apart and wording can
be bettered without a new build. What a source's table says in several languages is kept as ``{"en":…,"zh-Hans":…,
"zh-Hant":…}``; everything else is a text that is taken as it is for all languages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import pyarrow as pa

from ceyuan.engine import literal
from ceyuan.wording import LANGUAGES, Language, Phrases, Trilingual

_PHRASES = Phrases("ceyuan.indicators")
NO_REMARK = "CAST(NULL AS VARCHAR)"
"""SQL for no remark."""
REMARKS = ("reason", "note")
"""The columns of observations that hold remarks."""
IN_COLUMNS: tuple[Language, ...] = ("en", "zh-Hans", "zh-Hant")
"""The order of languages in columns of tables."""


def remark(key: str, **parts: str) -> str:
    """A remark of a computation, as it is kept.

    Raises:
        KeyError: if nothing is said by that key, or a part is missing.

    >>> remark("missing.denominator_zero")
    '{"say":"missing.denominator_zero"}'
    """
    _PHRASES.said(key, **parts)
    return json.dumps({"say": key, **parts}, ensure_ascii=False, separators=(",", ":"))


def remark_sql(key: str, **parts: str) -> str:
    r"""SQL for a remark of a computation.

    Args:
        key: of ``words.toml``.
        parts: SQL for what is filled in: whole numbers, or plain words without quotation marks.

    >>> remark_sql("note.summed", number="count(*)")
    '\'{"say":"note.summed","number":"\' || CAST(count(*) AS VARCHAR) || \'"}\''
    """
    # Marks hold the places of the parts, so that the key and its parts are checked where the SQL is made.
    pieces = remark(key, **{name: f"\x1f{name}\x1f" for name in parts}).split("\\u001f")
    return " || ".join(
        f"CAST({parts[p]} AS VARCHAR)" if i % 2 else literal(p) for i, p in enumerate(pieces)
    )


def stated_sql(base: str) -> str:
    """SQL for what a record says in a text field and its fields ``…_en``, ``…_zh_hans`` and ``…_zh_hant``.

    A language without a text of its own has that of the field without a suffix, or else of the first language that has one.
    """
    own = {language: f"{base}_{suffix(language)}" for language in IN_COLUMNS}
    cells = ", ".join(own.values())
    said = (
        f"{literal(json.dumps(language) + ':')} || {_quoted_sql(f'coalesce({cell}, {base}, {cells})')}"
        for language, cell in own.items()
    )
    joined = " || ',' || ".join(said)
    return f"CASE WHEN coalesce({cells}) IS NULL THEN {base} ELSE '{{' || {joined} || '}}' END"


def own_note(fields: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """The fields of a record with its note in one language only.

    >>> own_note({"id": "a", "note_en": "Revised", "note_zh_hans": "已修订"}, "zh-Hans")
    {'id': 'a', 'note': '已修订'}
    """
    notes = {
        name: fields.get(name)
        for name in (f"note_{suffix(language)}", "note", *(f"note_{suffix(n)}" for n in IN_COLUMNS))
    }
    said = next((text for text in notes.values() if text), None)
    others = {name: value for name, value in fields.items() if name not in notes}
    return others if said is None else {**others, "note": said}


def _quoted_sql(text: str) -> str:
    """SQL for a text as a JSON string."""
    for raw, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = f"replace({text}, {_character(raw)}, {literal(escaped)})"
    return f"'\"' || {text} || '\"'"


def _character(raw: str) -> str:
    return f"chr({ord(raw)})" if raw < " " else literal(raw)


@lru_cache(maxsize=65536)
def remark_words(kept: str | None) -> Trilingual | None:
    """What a kept remark says; None where there is none.

    >>> remark_words('{"say":"missing.denominator_zero"}').zh_hans, remark_words("Revised").zh_hans
    ('分母为零', 'Revised')
    """
    if not kept:
        return None
    said = _parsed(kept)
    if said is None:
        return Trilingual.same(kept)
    if "say" not in said:
        return Trilingual.of({language: said[language] for language in LANGUAGES})
    parts = {name: _named(name, value) for name, value in said.items() if name != "say"}
    # A build of a later Ceyuan may say what this one has no words for.
    return (
        _PHRASES.said(said["say"], **parts)
        if said["say"] in _PHRASES.keys
        else Trilingual.same(said["say"])
    )


def said_parts(kept: str | None) -> Mapping[str, str]:
    """The parts of what a computation says, its key among them; none of what a source says.

    >>> said_parts('{"say":"note.summed","number":"3"}')["number"], said_parts("Revised")
    ('3', {})
    """
    said = _parsed(kept) if kept else None
    return said if said is not None and "say" in said else {}


def _parsed(kept: str) -> Mapping[str, str] | None:
    if not kept.startswith('{"'):
        return None
    try:
        found = json.loads(kept, strict=False)
    except json.JSONDecodeError:
        return None
    known = "say" in found or all(language in found for language in LANGUAGES)
    return found if known and all(isinstance(v, str) for v in found.values()) else None


def _named(part: str, value: str) -> str | Trilingual:
    key = f"{part}.{value}"
    return _PHRASES.said(key) if key in _PHRASES.keys else value


def in_words(table: pa.Table, names: Mapping[str, Mapping[str, Trilingual]]) -> pa.Table:
    """A table of observations for readers, in columns for each language.

    Args:
        table: the observations.
        names: for each column of identifiers what they are called; the names follow as the last columns.

    Returns:
        The table with the texts of each remark in its place, and the names that were asked for.
    """
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if name in REMARKS:
            columns |= _in_languages(name, column, remark_words)
        else:
            columns[name] = column
    for name, called in names.items():
        columns |= _in_languages(name, table[name], called.get)
    return pa.table(columns)


def _in_languages(
    name: str, column: pa.ChunkedArray, words: Callable[[str], Trilingual | None]
) -> Iterator[tuple[str, pa.Array]]:
    """A column for each language with what each of the values says; each value is looked up once."""
    kept = column.combine_chunks().dictionary_encode()
    said = [words(text) for text in kept.dictionary.to_pylist()]
    for language in IN_COLUMNS:
        texts = pa.array(
            [None if text is None else text.get(language) for text in said], pa.string()
        )
        told = pa.DictionaryArray.from_arrays(kept.indices, texts).cast(pa.string())
        yield f"{name}_{suffix(language)}", told


def suffix(language: Language) -> str:
    """What follows the name of a column that is in one language: ``zh_hans``."""
    return language.lower().replace("-", "_")
