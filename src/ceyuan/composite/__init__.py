"""Composite indices and scoreboards from two tables and a declarative specification, with honest uncertainty.

>>> from ceyuan.composite import compose
>>> data = {"unit": ["A", "B", "C"], "patents": [10, 20, 40], "cost": [3, 1, 2]}
>>> tree = {"code": ["patents", "cost", "index"], "parent": ["index", "index", None], "direction": [1, -1, 1]}
>>> index = compose(data, tree)
>>> index.rank("index")
array([3., 2., 1.])
"""

from ceyuan.composite.inputs import Inputs, read_inputs
from ceyuan.composite.pipeline import compose, compute, prepare
from ceyuan.composite.result import Composite, Part
from ceyuan.composite.scenarios import Scenarios, scenarios
from ceyuan.composite.spec import Spec
from ceyuan.composite.specfile import parse_spec, read_spec
from ceyuan.composite.tables import Table, read_table
from ceyuan.composite.uncertainty.run import UncertaintyResult, assess

__all__ = [
    "Composite",
    "Inputs",
    "Part",
    "Scenarios",
    "Spec",
    "Table",
    "UncertaintyResult",
    "assess",
    "compose",
    "compute",
    "parse_spec",
    "prepare",
    "read_inputs",
    "read_spec",
    "read_table",
    "scenarios",
]
