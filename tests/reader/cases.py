r"""Annotated sentences: ``超过{6.9万家=69000 家 gt level}``, one a line; facts beside each figure, ``-`` for no unit.

``from=`` is the former value of a change; ``at=`` the period, ``in=`` the place and ``of=`` the subject where they are judged, ``-``
for none. ``\n`` ends a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_FIGURE = re.compile(
    r"\{([^{}=]+)=(-?[\d.]+?)(?:\.\.(-?[\d.]+))? (\S+) (eq|gt|lt|ge|le|approx)((?: [^{} ]+)*)\}"
)
KINDS = {"level", "share", "change", "growth", "rank", "membership", "streak", "multiple"}


@dataclass(frozen=True)
class Figure:
    start: int
    end: int
    value: float
    value_max: float | None
    unit: str
    bound: str
    kind: str
    modality: str
    cumulative: bool
    from_value: float | None
    period: str | None = None
    place: str | None = None
    subject: str | None = None


def parse(line: str) -> tuple[str, list[Figure]]:
    """The sentence without its annotations, and the figures that they state."""
    text, at, figures = "", 0, []
    for match in _FIGURE.finditer(line):
        text += line[at : match.start()]
        quote, value, top, unit, bound, rest = match.groups()
        flags = rest.split()
        named = dict(flag.split("=", 1) for flag in flags if "=" in flag)
        figures.append(
            Figure(
                len(text),
                len(text) + len(quote),
                float(value),
                float(top) if top else None,
                "" if unit == "-" else unit,
                bound,
                next((f for f in flags if f in KINDS), "level"),
                next((f for f in flags if f in ("expected", "target")), "actual"),
                "cum" in flags,
                float(named["from"]) if "from" in named else None,
                named.get("at"),
                named.get("in"),
                named.get("of"),
            )
        )
        text, at = text + quote, match.end()
    text += line[at:]
    assert "{" not in text, line
    return text, figures


def load(name: str) -> list[tuple[str, list[Figure]]]:
    """All sentences of a file."""
    lines = (HERE / "sentences" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [parse(line.replace("\\n", "\n")) for line in lines if line and not line.startswith("#")]


def near(a: float | None, b: float | None) -> bool:
    """Equal up to the digits that an annotation writes."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-6 * max(1.0, abs(b))
