"""YAML files that remember their lines.

A fault in a definition is only useful with its place, so a file is read into plain Python values beside a table that maps
each path (``("indicators", 3, "numerator")``) to the line where that key stands.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from ceyuan.errors import CeyuanError, fail
from ceyuan.wording import LANGUAGES, Language

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
YamlPath = tuple[str | int, ...]
_MAX_DEPTH = 60
_MAX_PARSED = 500
_LARGEST = 64 << 20
# the C parser is ten times faster, where it was built
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One YAML file.

    Attributes:
        file: its name as shown to the user.
        data: its content in plain values; dates stay text.
        lines: the line (from 1) of every path in it; ``()`` is the document's own.
        languages: those in which names in it must stand: the workspace's.
    """

    file: str
    data: Plain
    lines: Mapping[YamlPath, int]
    languages: tuple[Language, ...] = LANGUAGES

    def line(self, path: YamlPath) -> int:
        """The line of a path, or of its nearest parent where the path itself is not in the file."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read_yaml(
    path: Path, shown_as: str | None = None, languages: tuple[Language, ...] = LANGUAGES
) -> YamlDocument:
    """Read one YAML 1.2 file.

    Args:
        path: the file.
        shown_as: how messages name it.
        languages: those in which names in it must stand.

    Raises:
        CeyuanError: ``unreadable-file``, ``bad-encoding``, ``bad-yaml`` (syntax, duplicate keys, anchors, tags).
    """
    file = shown_as or str(path)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise fail("unsafe-file", "it is no plain file", file=file)
        if found.st_size > _LARGEST:
            raise fail("bad-yaml", f"it has more than {_LARGEST >> 20} MB", file=file)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise fail("unreadable-file", f"cannot be read: {error.strerror}", file=file) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise fail(
            "bad-encoding", f"byte {error.start} is not UTF-8", file=file, line=line
        ) from None
    return parse_yaml(text, file, languages)


def parse_yaml(text: str, file: str, languages: tuple[Language, ...] = LANGUAGES) -> YamlDocument:
    """Parse YAML text; see :func:`read_yaml`."""
    try:
        # The base loader keeps every scalar as it is written: what 1.1 makes of `no` or `12:30` is none of our business.
        if _may_be_deep(text) and _too_deep(text):
            raise RecursionError
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else min(mark.line, text.count("\n")) + 1
        raise fail(
            "bad-yaml", f"not valid YAML: {error.problem or error.context}", file=file, line=line
        ) from None
    except ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1  # the C parser counts bytes
        raise fail("bad-yaml", "a character has no place in a text", file=file, line=line) from None
    except RecursionError:
        raise fail("bad-yaml", "nested too deeply", file=file, line=1) from None
    except Exception as error:  # noqa: BLE001 - on damaged text the parser raises all kinds of errors
        message = (str(error).splitlines() or [type(error).__name__])[0]
        raise fail("bad-yaml", f"not valid YAML: {message}", file=file, line=1) from None
    lines: dict[YamlPath, int] = {(): 1}
    data = None if node is None else _Builder(file, lines).build(node, (), 0)
    return YamlDocument(file, data, lines, languages)


def _may_be_deep(text: str) -> bool:
    """Whether a text has enough marks to nest thousands of values: the C parser would run out of stack and die."""
    marks = text.count("[") + text.count("{")
    return marks > _MAX_PARSED or any(
        line.count("- ") + line.count("? ") > _MAX_PARSED for line in text.splitlines()
    )


def _too_deep(text: str) -> bool:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_PARSED:
                return True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return False


class _Builder:
    """Turns nodes into plain values and notes their lines."""

    def __init__(self, file: str, lines: dict[YamlPath, int]) -> None:
        self.file = file
        self.lines = lines
        self.seen: set[int] = set()

    def build(self, node: Node, path: YamlPath, depth: int) -> Plain:
        if depth > _MAX_DEPTH:
            raise self.wrong("nested too deeply", node)
        if id(node) in self.seen:
            raise self.wrong(
                "anchors and aliases are not used in a workspace: write the value out", node
            )
        if node.tag not in _PLAIN_TAGS:
            raise self.wrong(f"the tag {node.tag} is not used in a workspace", node)
        self.seen.add(id(node))
        if isinstance(node, ScalarNode):
            return self.scalar(node)
        if isinstance(node, SequenceNode):
            items: list[Plain] = []
            for index, child in enumerate(node.value):
                self.lines[*path, index] = child.start_mark.line + 1
                items.append(self.build(child, (*path, index), depth + 1))
            return items
        if isinstance(node, MappingNode):
            return self.mapping(node, path, depth)
        raise self.wrong("unexpected kind of value", node)

    def mapping(self, node: MappingNode, path: YamlPath, depth: int) -> dict[str, Plain]:
        result: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise self.wrong("a key must be a word", key_node)
            key = str(key_node.value)
            self.check_text(key, key_node)
            if key in result:
                raise self.wrong(f"the key {key!r} stands twice", key_node)
            self.lines[*path, key] = key_node.start_mark.line + 1
            result[key] = self.build(value_node, (*path, key), depth + 1)
        return result

    def scalar(self, node: ScalarNode) -> Plain:
        """A scalar by the core schema of YAML 1.2; quoted text stays text."""
        text = str(node.value)
        self.check_text(text, node)
        if node.style:
            return text
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
            return text.lower() == "true"
        return _number(text)

    def check_text(self, text: str, node: Node) -> None:
        if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise self.wrong("a text holds a character that cannot be written to a file", node)

    def wrong(self, message: str, node: Node) -> CeyuanError:
        return fail("bad-yaml", message, file=self.file, line=node.start_mark.line + 1)


_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def _number(text: str) -> int | float | str:
    # Codes such as 0123 and 1_000 are text: only plain decimal numbers count as numbers.
    if _INTEGER.fullmatch(text) and len(text) < 300:
        return int(text)
    if _FLOAT.fullmatch(text) and any(c in text for c in ".eE"):
        return float(text)
    return text
