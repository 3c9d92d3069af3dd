"""What changed between two editions of a bulletin, figure by figure, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ceyuan.wording import Language

Why = Literal[
    "definition",
    "computation",
    "records",
    "source",
    "inputs",
    "rounding",
    "forecast",
    "report",
    "text",
]
LEVEL = ("value", "value_max", "unit", "bound", "modality")
"""What a figure says; it has changed where one of these has."""
WHY: dict[Why, str] = {
    "definition": "the definition changed",
    "computation": "Ceyuan computes it differently",
    "records": "its records changed",
    "source": "another source is shown",
    "inputs": "figures that it is made of changed",
    "rounding": "it is written with other decimals",
    "forecast": "a forecast became an outcome, or the other way round",
    "report": "the report was written anew",
    "text": "the text refers to it no longer, or anew",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that differs.

    Attributes:
        key: the figure.
        what: ``added`` to the text, ``gone`` from it, or ``changed``.
        old, new: how it was and is written; empty where it was not or is not.
        why: the reasons.
        details: what exactly is different, such as the records with file and line.
    """

    key: str
    what: Literal["added", "gone", "changed"]
    old: str
    new: str
    why: tuple[Why, ...]
    details: tuple[str, ...]


def compare(
    old: Mapping[str, Any], new: Mapping[str, Any], language: Language = "zh-Hans"
) -> list[Difference]:
    """Differences between the figures of two editions, as :func:`ceyuan.bulletin.archive.figures_of` gives them.

    A figure whose records were moved to other lines and say the same is no difference.
    """
    found: list[Difference] = []
    for key in sorted(set(old) | set(new)):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            texts = [
                "" if figure is None else figure["text"][language] for figure in (before, after)
            ]
            what: Literal["added", "gone"] = "added" if before is None else "gone"
            found.append(Difference(key, what, texts[0], texts[1], ("text",), ()))
            continue
        if any(before[name] != after[name] for name in ("text", *LEVEL)):
            why, details = _reasons(before, after)
            if before["text"] == after["text"]:
                # Rounding hides the change in the text; it is one all the same.
                details.insert(0, f"value: {before['value']} → {after['value']}")
            found.append(
                Difference(
                    key,
                    "changed",
                    before["text"][language],
                    after["text"][language],
                    tuple(why),
                    tuple(details),
                )
            )
    return found


def _reasons(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[Why], list[str]]:
    """Why a figure differs: everything that differs below it, the definition first."""
    why: list[Why] = []
    details: list[str] = []
    if new["how"] == "report":
        return ["report"], []
    before, after = old["made_of"], new["made_of"]
    same = all(old[name] == new[name] for name in LEVEL)
    if before is None or after is None:
        return (["rounding"] if same else ["inputs"]), [f"made of {', '.join(new['inputs'])}"]
    if same and old["decimals"] != new["decimals"]:
        return ["rounding"], [f"decimals: {old['decimals']} → {new['decimals']}"]
    for reason, told in _found(old, new):
        why.append(reason)
        details += told
    if not why:
        # The records of the list were cut off, or only counted: the hashes of the files say it all the same.
        changed = [i for i in after["inputs"] if i not in before["inputs"] and i.get("file")]
        return ["records"], [f"{i['file']} was changed" for i in changed]
    return why, details


def _found(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Why, list[str]]]:
    """Everything that is another in what two figures are made of."""
    before, after = old["made_of"], new["made_of"]
    if before["version"] != after["version"]:
        versions = f"version {before['version']} → {after['version']}"
        yield "definition", [f"{after['definition']}: {versions}"]
    elif before["query"] != after["query"]:
        yield "computation", []
    if before["source"] != after["source"]:
        yield "source", [f"source: {before['source']} → {after['source']}"]
    if old["modality"] != new["modality"]:
        yield "forecast", [f"{old['modality']} → {new['modality']}"]
    if changed := _records(before, after):
        yield "records", changed
    if list(map(_below, before["below"])) != list(map(_below, after["below"])):
        yield "inputs", _changed_below(before["below"], after["below"])


def _records(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Records that are there in one and not in the other, wherever in the file they stand."""
    old = {_said(r): r for r in before["records"]}
    new = {_said(r): r for r in after["records"]}
    lines = [f"- {r['file']}:{r['line']} {_short(r)}" for said, r in old.items() if said not in new]
    return lines + [
        f"+ {r['file']}:{r['line']} {_short(r)}" for said, r in new.items() if said not in old
    ]


def _said(record: Mapping[str, Any]) -> str:
    return repr(
        (
            record["table"],
            record["source"],
            record["value"],
            sorted(map(str, record["fields"].items())),
        )
    )


def _short(record: Mapping[str, Any]) -> str:
    fields = record["fields"]
    unit = fields.get("value_unit", "")
    value = record["value"]
    amount = "" if value is None else f"{value:,.12g} {unit}".strip()
    bound = {"gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ ", "approx": "≈ ", "order": "~ "}.get(
        fields.get("bound", ""), ""
    )
    return f"{bound}{amount} ({record['source']})".strip()


def _below(part: Mapping[str, Any]) -> tuple[Any, ...]:
    return part["indicator"], part["place"], part["period"], part["value"], part["version"]


def _changed_below(old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> list[str]:
    before = {_below(b)[:3]: b for b in old}
    lines = []
    for part in new:
        former = before.get(_below(part)[:3])
        if former is None or _below(former) != _below(part):
            was = "none" if former is None else former["value"]
            lines.append(
                f"{part['indicator']} {part['place']} {part['period']}: {was} → {part['value']}"
            )
    return lines
