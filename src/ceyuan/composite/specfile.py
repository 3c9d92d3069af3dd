"""Reads a specification from YAML, with the file and line of everything that is wrong in it."""

from __future__ import annotations

from pathlib import Path

from ceyuan.composite.spec import Spec
from ceyuan.workspace.spec import parse_spec as parse_part
from ceyuan.workspace.yamlfile import parse_yaml, read_yaml


def read_spec(path: str | Path) -> Spec:
    """Reads the specification of an index.

    Raises:
        CeyuanError: ``unreadable-file``, ``bad-encoding`` or ``bad-yaml``, or all faults of what it says, with their
            lines: ``unknown-key``, ``missing-key``, ``bad-value``.
    """
    document = read_yaml(Path(path))
    return parse_part(Spec, document, document.data)


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
    document = parse_yaml(text, file)
    return parse_part(Spec, document, document.data)
