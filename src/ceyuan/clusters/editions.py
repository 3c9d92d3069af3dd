"""Editions of the Global Innovation Index as presets: what is known of each one's parameters, and from which text.

WIPO publishes the idea, the rankings and the metrics, but not every number. A parameter names the text that says it, or is
unconfirmed: widely quoted, or our reading.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ceyuan.clusters.merge import parse_rule
from ceyuan.clusters.run import Options
from ceyuan.errors import did_you_mean, fail

CHOICES = ("method", "radius_km", "min_weight", "merge_rule", "merge_km", "counting")
"""Parameters that are options of a run; the others say what the points of the edition were."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an edition does, or is thought to do.

    Attributes:
        name: the parameter.
        value: its value.
        reference: the text that says so; empty where none was at hand.
    """

    name: str
    value: str | float
    reference: str

    def __str__(self) -> str:
        return f"{self.name} {self.value}: {self.reference or 'unconfirmed'}"


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the index.

    Attributes:
        name: its name, as ``gii2024``.
        parameters: what is known of it.
    """

    name: str
    parameters: tuple[Parameter, ...]

    def choices(self) -> dict[str, Any]:
        """The parameters that are options of ``ceyuan clusters``, by their names there."""
        return {p.name: p.value for p in self.parameters if p.name in CHOICES}

    def options(self) -> Options:
        """The options of a run.

        >>> edition("gii2017").options().radius_km
        13.0
        """
        given = self.choices()
        rule = parse_rule(given["merge_rule"], given["merge_km"])
        return Options(given["radius_km"], given["min_weight"], given["method"], merge=rule)


def edition(name: str) -> Edition:
    """An edition by its name.

    Raises:
        CeyuanError: ``cluster-unknown-method``.

    >>> [str(p) for p in edition("gii2024").parameters][1]
    'radius_km 15.0: unconfirmed'
    """
    known = editions()
    if name not in known:
        message = f"there is no edition {name!r}, only {', '.join(known)}"
        raise fail("cluster-unknown-method", message, hint=did_you_mean(name, known))
    return known[name]


@cache
def editions() -> dict[str, Edition]:
    """All editions by name."""
    text = resources.files("ceyuan.clusters").joinpath("editions.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    references = {"": ""} | read["references"]
    found = {}
    for name, given in read["editions"].items():
        parameters = (
            Parameter(key, value, references[source]) for key, (value, source) in given.items()
        )
        found[name] = Edition(name, tuple(parameters))
    return found
