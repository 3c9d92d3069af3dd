"""How dense the code is, as far as the linter does not see it: fails where it is denser than its budget.

The linter counts the branches of statements. Here comprehensions, conditional expressions and chains of ``and`` and ``or``
count as well, since a reader must follow them as much. The budgets are what is there today; they only go down.
"""

from __future__ import annotations

import ast
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BRANCHES = 15
"""Most branches of a function, all kinds counted."""
BUDGET_BRANCHES = 25
"""How many functions may have more."""
BUDGET_NESTED = 62
"""How many comprehensions may stand inside another."""
BUDGET_NODES = 9.5
"""Most syntax nodes a line of code, over the whole package."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DOCUMENTED = (ast.Module, ast.ClassDef, *FUNCTIONS)
STATEMENTS = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.IfExp,
    ast.match_case,
)


@dataclass(frozen=True)
class Shape:
    """What is counted in a file.

    Attributes:
        nodes: syntax nodes, docstrings left out.
        lines: lines of code: not blank, no comment, no docstring.
        branches: functions with their branches, as ``file:line name`` and number.
        nested: places of comprehensions inside another.
    """

    nodes: int
    lines: int
    branches: dict[str, int]
    nested: list[str]


def shape_of(path: Path) -> Shape:
    """Count in one file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    strings = set(docstrings(tree))
    nodes = sum(1 for node in ast.walk(tree) if node not in strings)
    where = path.relative_to(ROOT)
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    branches = {
        f"{where}:{node.lineno} {node.name}": 1 + sum(map(weight, own_nodes(node)))
        for node in functions
    }
    nested = []
    for outer in ast.walk(tree):
        if isinstance(outer, COMPREHENSIONS):
            inside = any(
                isinstance(node, COMPREHENSIONS) for node in ast.walk(outer) if node is not outer
            )
            nested += [f"{where}:{outer.lineno}"] * inside
    return Shape(nodes, len(code_lines(path, strings)), branches, nested)


def docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes of docstrings, those of attributes included."""
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, DOCUMENTED)]
    for statement in chain.from_iterable(bodies):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            yield from (statement, statement.value)


def code_lines(path: Path, strings: set[ast.AST]) -> set[int]:
    """The numbers of the lines that hold code."""
    ignored = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    lines: set[int] = set()
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type not in ignored and token.type != tokenize.ENCODING:
                lines |= set(range(token.start[0], token.end[0] + 1))
    for node in strings:
        if isinstance(node, ast.Expr):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it, which are counted by themselves."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, FUNCTIONS):
            yield node
            yield from own_nodes(node)


def weight(node: ast.AST) -> int:
    """How many branches a node adds."""
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return int(isinstance(node, STATEMENTS))


def main() -> int:
    """Print what is counted; 1 where a budget is exceeded."""
    shapes = [shape_of(path) for path in sorted((ROOT / "src" / "ceyuan").rglob("*.py"))]
    nodes, lines = sum(shape.nodes for shape in shapes), sum(shape.lines for shape in shapes)
    branched = {
        name: count
        for shape in shapes
        for name, count in shape.branches.items()
        if count > BRANCHES
    }
    nested = [place for shape in shapes for place in shape.nested]
    density = nodes / lines
    print(f"{lines:,} lines of code, {density:.2f} syntax nodes a line (at most {BUDGET_NODES})")
    print(
        f"{len(branched)} functions with more than {BRANCHES} branches (at most {BUDGET_BRANCHES})"
    )
    print(f"{len(nested)} comprehensions with another inside (at most {BUDGET_NESTED})")
    failed = False
    if len(branched) > BUDGET_BRANCHES:
        failed = True
        print(
            *(
                f"  {count:3} {name}"
                for name, count in sorted(branched.items(), key=lambda one: -one[1])
            ),
            sep="\n",
        )
    if len(nested) > BUDGET_NESTED:
        failed = True
        print(*(f"  nested: {place}" for place in nested), sep="\n")
    return int(failed or density > BUDGET_NODES)


if __name__ == "__main__":
    sys.exit(main())
