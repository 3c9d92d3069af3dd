"""The page on workspace files, made from their JSON Schemas: each key with meaning, default, good and bad example."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from typing import Any

from tables import code, table

from ceyuan.bulletin.schemas import workspace_schemas
from ceyuan.indicators.types import CountIndicator, PublishedIndicator
from ceyuan.workspace.placesfile import COLUMNS

Schema = Mapping[str, Any]
# Where a file is found, for headings; a schema that is not named here is headed by its own name.
PATHS = {
    "ceyuan": "`ceyuan.yaml`", "sources": "`sources.yaml`", "kinds": "`kinds/*.yaml`", "records": "`records/*.yaml`",
    "indicators": "`indicators/*.yaml`", "composites": "`composites/*.yaml`", "plan": "`plan/plan.yaml`",
    "plan-task": "`plan/tasks/*.yaml`", "plan-report": "`plan/reports/*/*.yaml`", "plan-proposal": "`plan/proposals/*.yaml`",
    "clusters": "`clusters/*.yaml`", "facts": "`facts.yaml`",
    "bulletin": "`bulletin/*.yaml`",
}  # fmt: skip
PLACES = {
    "id": ("Identifier: lower case letters, digits, `_` and `-`.", "guangzhou", "Guang Zhou"),
    "kind": (
        "world, region, economy, province, city, district, centre, group, cluster or other.", "city", "town",
    ),
    "parents": ("Places that directly contain it, joined by `;`.", "gba9;guangdong", "Guangdong, China"),
    "party": ("The co-building side it belongs to, from `ceyuan.yaml`.", "guangdong", "粤"),
    "name_en": ("English name.", "Guangzhou", ""),
    "name_zh_hans": ("Name in simplified Chinese.", "广州", ""),
    "name_zh_hant": ("Name in traditional Chinese, as Hong Kong writes it.", "廣州", ""),
    "aliases": ("Other spellings found in records, joined by `;`.", "广州市;Canton", "广州市, Canton"),
    "iso3166": ("ISO 3166-1 or 3166-2 code.", "CN-GD", "China"),
    "gbt2260": ("Six digits of GB/T 2260.", "440100", "4401"),
    "geonames": ("GeoNames number.", "1809858", "Guangzhou"),
    "lat": ("Latitude in degrees, WGS 84; together with `lon`.", "23.13", "23°08′N"),
    "lon": ("Longitude in degrees, WGS 84.", "113.26", "113°16′E"),
}  # fmt: skip
_REQUIRED = ("id", "kind", "name_en", "name_zh_hans", "name_zh_hant")


def page() -> str:
    """The whole page."""
    parts = [
        "# Files of a workspace\n",
        "A key that is not listed is an error (`unknown-key`), never ignored. `ceyuan schema NAME` prints the JSON Schema of a "
        "file for your editor; `ceyuan schema --out DIR` writes all of them. Identifiers are lower case letters, digits, `_` "
        "and `-`, and begin with a letter. Files are UTF-8; YAML is version 1.2 without anchors, aliases and tags.\n",
        "## `places.csv`\n",
        table(
            ["column", "required", "meaning", "good", "bad"],
            [
                (
                    code(c),
                    "yes" if c in _REQUIRED else "",
                    PLACES[c][0],
                    code(PLACES[c][1]),
                    code(PLACES[c][2]),
                )
                for c in COLUMNS
            ],
        ),
    ]
    # Parts that several files share are shown once; others may have the same name and are something else.
    shown: set[tuple[str, ...]] = set()
    for name, schema in workspace_schemas().items():
        parts.append(f"## {PATHS.get(name, code(name))}\n")
        parts.append(_model(schema))
        for title, part in schema.get("$defs", {}).items():
            part_of = (title, *part.get("properties", {}))
            if part_of not in shown and "properties" in part:
                shown.add(part_of)
                parts.append(_section(title, part, indicators=name == "indicators"))
    return "\n".join(parts)


def _section(title: str, schema: Schema, *, indicators: bool) -> str:
    kind = schema["properties"].get("type", {}).get("const") if indicators else None
    if kind is None:
        return f"### {title}\n\n{_model(schema)}"
    base = set(PublishedIndicator.model_json_schema()["properties"])
    counted = set(CountIndicator.model_json_schema()["properties"])
    hidden = base | (counted if "records" in schema["properties"] else set())
    heading = f"### Indicator of type `{kind}`\n\n"
    if kind == "count":
        # The first of the three that are counted from records explains what they share.
        note = "The keys from `records` on are the same for `count`, `sum` and `distinct`.\n\n"
        return heading + _model(schema, base - {"type"}) + note
    if kind == "published":
        return heading + "These keys belong to every indicator.\n\n" + _model(schema)
    return heading + _model(schema, hidden - {"type"})


def _model(schema: Schema, hidden: Set[str] = frozenset()) -> str:
    required = schema.get("required", [])
    rows = [
        (code(key), _type(spec), "**required**" if key in required else _default(spec), spec.get("description", ""),
         _example(spec.get("examples")), _example(spec.get("badExamples")))
        for key, spec in schema.get("properties", {}).items() if key not in hidden
    ]  # fmt: skip
    description = schema.get("description", "").replace("``", "`")
    return f"{description}\n\n{table(['key', 'type', 'default', 'meaning', 'good', 'bad'], rows)}"


def _type(spec: Schema) -> str:
    if "const" in spec:
        return code(json.dumps(spec["const"], ensure_ascii=False))
    if "enum" in spec:
        return ", ".join(code(v) for v in spec["enum"])
    if "$ref" in spec:
        return str(spec["$ref"]).rsplit("/", 1)[-1]
    for union in ("anyOf", "oneOf"):
        if union in spec:
            return " or ".join(
                dict.fromkeys(_type(s) for s in spec[union] if s.get("type") != "null")
            )
    if spec.get("type") == "array":
        return f"list of {_type(spec.get('items', {}))}"
    if spec.get("type") == "object":
        inner = [*spec.get("patternProperties", {}).values(), spec.get("additionalProperties", {})]
        return f"map to {next((_type(i) for i in inner if isinstance(i, dict)), 'anything')}"
    return {
        "string": "text",
        "integer": "integer",
        "number": "number",
        "boolean": "true or false",
    }.get(str(spec.get("type")), "one of the types below")


def _default(spec: Schema) -> str:
    value = spec.get("default")
    return "" if value in (None, "", [], {}) else code(json.dumps(value, ensure_ascii=False))


def _example(values: list[object] | None) -> str:
    if not values:
        return ""
    value = values[0]
    return code(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
