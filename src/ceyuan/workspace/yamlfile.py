"""YAML files that remember their lines.

A fault in a definition is only useful with its place, so a file is read into plain Python values beside a table that maps
each path (``("indicators", 3, "numerator")``) to the line where that key stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from ceyuan.errors import CeyuanError, fail

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
YamlPath = tuple[str | int, ...]
_MAX_DEPTH = 60
_MAX_DIGITS = 308


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One YAML file.

    Attributes:
        file: its name as shown to the user.
        data: its content in plain values; dates stay text.
        lines: the line (from 1) of every path in it; ``()`` is the document's own.
    """

    file: str
    data: Plain
    lines: Mapping[YamlPath, int]

    def line(self, path: YamlPath) -> int:
        """The line of a path, or of its nearest parent where the path itself is not in the file."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read_yaml(path: Path, shown_as: str | None = None) -> YamlDocument:
    """Read one YAML 1.2 file.

    Raises:
        CeyuanError: ``unreadable-file``, ``bad-encoding``, ``bad-yaml`` (syntax, duplicate keys, anchors, tags).
    """
    file = shown_as or str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise fail("unreadable-file", f"cannot be read: {error.strerror}", file=file) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise fail("bad-encoding", f"byte {error.start} is not UTF-8", file=file, line=line) from None
    return parse_yaml(text, file)


def parse_yaml(text: str, file: str) -> YamlDocument:
    """Parse YAML text; see :func:`read_yaml`."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else min(mark.line, text.count("\n")) + 1
        raise fail("bad-yaml", f"not valid YAML: {error.problem or error.context}", file=file, line=line) from None
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        message = f"the character {error.character!r} has no place in a text"
        raise fail("bad-yaml", message, file=file, line=line) from None
    except RecursionError:
        raise fail("bad-yaml", "nested too deeply", file=file, line=1) from None
    except Exception as error:  # noqa: BLE001 - on damaged text the parser raises all kinds of errors
        message = (str(error).splitlines() or [type(error).__name__])[0]
        raise fail("bad-yaml", f"not valid YAML: {message}", file=file, line=1) from None
    lines: dict[YamlPath, int] = {(): 1}
    data = None if node is None else _Builder(file, lines).build(node, (), 0)
    return YamlDocument(file, data, lines)


class _Builder:
    """Turns nodes into plain values and notes their lines."""

    def __init__(self, file: str, lines: dict[YamlPath, int]) -> None:
        self.file = file
        self.lines = lines
        self.seen: set[int] = set()

    def build(self, node: Node, path: YamlPath, depth: int) -> Plain:
        if depth > _MAX_DEPTH:
            raise self.wrong("nested too deeply", node)
        if node.anchor is not None or id(node) in self.seen:
            raise self.wrong("anchors and aliases are not used in a workspace: write the value out", node)
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
        text = str(node.value)
        tag = str(node.tag)
        self.check_text(text, node)
        if node.style in ("'", '"', "|", ">"):
            return text
        if tag.endswith(":null"):
            return None
        if tag.endswith(":bool") and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if tag.endswith(":bool"):
            return text  # `yes` under a YAML 1.1 directive: a word like any other
        if tag.endswith((":int", ":float")):
            return _number(text)
        if not tag.endswith((":str", ":timestamp")):
            raise self.wrong(f"the tag {tag} is not used in a workspace", node)
        return text

    def check_text(self, text: str, node: Node) -> None:
        if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise self.wrong("a text holds a character that cannot be written to a file", node)

    def wrong(self, message: str, node: Node) -> CeyuanError:
        return fail("bad-yaml", message, file=self.file, line=node.start_mark.line + 1)


def _number(text: str) -> int | float | str:
    # Codes such as 0123 and 1_000 are text: only plain decimal numbers count as numbers.
    plain = text.lstrip("+-")
    if len(plain) > _MAX_DIGITS:
        return text
    if plain.isdigit() and plain.isascii() and (plain == "0" or not plain.startswith("0")):
        return int(text)
    if any(c in text for c in "_xXoO:") or (plain.isdigit() and plain.startswith("0")):
        return text
    try:
        return float(text)
    except ValueError:
        return text
