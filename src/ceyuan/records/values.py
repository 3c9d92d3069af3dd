"""What a cell's text stands for: the declared maps and match rules of a column, as SQL."""

from __future__ import annotations

from ceyuan.engine import literal, literals
from ceyuan.workspace.tables import ColumnSpec, MatchRule


def mapped_sql(text: str, column: ColumnSpec) -> str:
    """SQL for the value that a text stands for.

    `map` goes first, then the rules of `match` in their order; a text that neither names becomes `otherwise`, or stays
    what it is. A missing text stays missing.
    """
    rest = text
    if column.otherwise is not None:
        rest = f"CASE WHEN {text} IS NOT NULL THEN {literal(plain(column.otherwise))} END"
    if column.match:
        rules = " ".join(
            f"WHEN {rule_sql(text, rule)} THEN {literal(plain(rule.value))}"
            for rule in column.match
        )
        rest = f"CASE {rules} ELSE {rest} END"
    if column.map:
        cases = " ".join(
            f"WHEN {literal(key)} THEN {literal(plain(value))}" for key, value in column.map.items()
        )
        rest = f"CASE {text} {cases} ELSE {rest} END"
    return rest


def unnamed_sql(text: str, column: ColumnSpec) -> str:
    """SQL that is true for a text that neither `map` nor `match` names."""
    named = [f"{text} IN ({literals(column.map)})"] if column.map else []
    named += [rule_sql(text, rule) for rule in column.match]
    return f"{text} IS NOT NULL AND NOT ({' OR '.join(named) or 'FALSE'})"


def rule_sql(text: str, rule: MatchRule) -> str:
    """SQL that is true where any of a rule's texts is found.

    >>> from ceyuan.workspace.tables import MatchRule
    >>> rule_sql("t", MatchRule(ends=("医院",), value="hospital"))
    "(ends_with(t, '医院'))"
    """
    found = [
        *(f"starts_with({text}, {literal(part)})" for part in rule.starts),
        *(f"ends_with({text}, {literal(part)})" for part in rule.ends),
        *(f"contains({text}, {literal(part)})" for part in rule.contains),
    ]
    return f"({' OR '.join(found) or 'FALSE'})"


def plain(value: object) -> str:
    """A scalar of a declaration as a cell would write it."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
