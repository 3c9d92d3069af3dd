"""Reads a specification from YAML, with the file and line of everything that is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from ceyuan.composite.spec import Spec
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail


def read_spec(path: str | Path) -> Spec:
    """Reads the specification of an index.

    Raises:
        CeyuanError: ``composite-spec-unreadable`` or ``composite-spec-invalid``, with all faults and their lines.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise fail("composite-spec-unreadable", f"the file cannot be read: {reason}", file=str(path)) from error
    return parse_spec(text, str(path))


def parse_spec(text: str, file: str = "spec") -> Spec:
    """The specification written in a YAML text.

    Args:
        text: the YAML.
        file: the name to give in messages.

    Raises:
        CeyuanError: as :func:`read_spec`.

    >>> parse_spec("normalise: {method: zscore, mean: 10, sd: 2}").normalise.method
    'zscore'
    """
    document = _load(text, file)
    if not isinstance(document, CommentedMap):
        raise fail("composite-spec-invalid", "the specification is not a mapping", file=file, line=1)
    try:
        return Spec.model_validate(_plain(document))
    except ValidationError as error:
        raise CeyuanError(spec_problems(error, document, file)) from error


def _load(text: str, file: str) -> object:
    loader = YAML(typ="rt", pure=True)
    try:
        return loader.load(StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        message = f"not YAML: {error.problem or error.context}"
        raise fail("composite-spec-unreadable", message, file=file, line=line) from error


def spec_problems(error: ValidationError, document: object, file: str | None) -> list[Problem]:
    """The faults that validation found, each at its line."""
    problems = {}
    for fault in error.errors(include_url=False):
        place = tuple(_real(document, fault["loc"]))
        path = ".".join(str(part) for part in place)
        if fault["type"] == "extra_forbidden":
            message, hint = f"unknown key {path!r}", _similar(place)
        else:
            reason = fault["msg"].removeprefix("Value error, ")
            value = fault["input"]
            shown = "" if isinstance(value, (Mapping, Sequence)) and not isinstance(value, str) else f" (is {value!r})"
            message, hint = f"{path or 'specification'}: {reason[:1].lower()}{reason[1:]}{shown}", None
            if fault["type"] == "literal_error" and isinstance(value, str):
                hint = did_you_mean(value, _literals(fault.get("ctx", {})))
        problem = Problem("composite-spec-invalid", message, file, _line(document, place), hint)
        problems[str(problem)] = problem
    return list(problems.values())


def _plain(node: object) -> Any:
    """Plain mappings and lists, without what the loader adds."""
    if isinstance(node, CommentedMap):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    if isinstance(node, float):
        return float(node)
    return node


def _real(document: object, place: Sequence[str | int]) -> Iterator[str | int]:
    """The parts of a place that exist in the document; a model's union branches do not."""
    node = document
    for i, part in enumerate(place):
        if (isinstance(node, CommentedMap) and part in node) or (
            isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node)
        ):
            node = node[part]
            yield part
        elif i == len(place) - 1 and isinstance(node, CommentedMap) and isinstance(part, str):
            yield part


def _line(document: object, place: Sequence[str | int]) -> int | None:
    node, line = document, 1
    for part in place:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0] + 1
            node = node[part]
        elif isinstance(node, CommentedSeq) and isinstance(part, int):
            line = node.lc.item(part)[0] + 1
            node = node[part]
        else:
            break
    return line


def _similar(place: Sequence[str | int]) -> str | None:
    """A hint to a key that exists at that place."""
    model: object = Spec
    for part in place[:-1]:
        model = _inner(model, part)
        if model is None:
            return None
    if isinstance(model, type) and issubclass(model, BaseModel):
        return did_you_mean(str(place[-1]), model.model_fields)
    return None


def _inner(model: object, part: str | int) -> object:
    """The model behind a key of a model, or behind any key of a mapping of models."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        field = model.model_fields.get(str(part))
        return _first_model(field.annotation if field else None)
    return _first_model(model)


def _first_model(annotation: object) -> object:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _first_model(argument)
        if found is not None:
            return found
    return None


def _literals(context: Mapping[str, object]) -> list[str]:
    expected = str(context.get("expected", ""))
    return [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]
