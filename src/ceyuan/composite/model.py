"""The base of everything that can be written in a specification of an index."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict


def _described(schema: dict[str, Any], model: type[Any]) -> None:
    """Moves what docstrings say about attributes, inherited ones too, to the properties of the JSON Schema."""
    schema["description"] = " ".join((model.__doc__ or "").partition("Attributes:")[0].split())
    for base in model.__mro__:
        attributes = (base.__doc__ or "").partition("Attributes:")[2]
        for name, meaning in re.findall(
            r"^ {8}(\w+): (.*(?:\n {9,}.*)*)", attributes, re.MULTILINE
        ):
            if name in schema.get("properties", {}):
                schema["properties"][name].setdefault("description", " ".join(meaning.split()))


class SpecModel(BaseModel):
    """Unknown keys are errors; a specification does not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_described)

    @cached_property
    def said(self) -> str:
        """All that it says, as a text by which it is known again."""
        return repr(self)
