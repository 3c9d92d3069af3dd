"""A bulletin as plain values, for the site and for the archive.

::

    {title, subtitle, issuer, date, build, blocks: [block …], keys: [key …], computed: {key: computed}}

    block     {type: "heading", level, inline} · {type: "paragraph", inline}
              {type: "list", ordered, items: [inline …], depths: [0 …]}
              {type: "table", head: [inline …], rows: [[inline …] …]}
              {type: "chart" or "map", id, kind, title, note, svg, rows: [{label, figure, text} …]}
    inline    [{text, strong?, emphasis?} · {figure: key, text, strong?, emphasis?} · {break: true} …]
    computed  {how: "change" | "growth" | "streak" | "plan", value, unit, text, inputs: [key …]}

``keys`` lists every figure in order of first reference; each is the key of a shown observation or of a computed figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ceyuan.bulletin.document import (
    Block,
    Break,
    Chart,
    Document,
    Heading,
    Inlines,
    Listing,
    Paragraph,
    Reference,
    Table,
)
from ceyuan.bulletin.vocabulary import written
from ceyuan.bulletin.writing import Bulletin


def as_resource(bulletin: Bulletin) -> dict[str, Any]:
    """All languages of a bulletin, by language."""
    return {language: of_document(document) for language, document in bulletin.documents.items()}


def of_document(document: Document) -> dict[str, Any]:
    """A document as plain values."""
    computed = {key: figure for key, figure in document.figures.items() if figure.observation is None}
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "issuer": document.issuer,
        "date": document.day.isoformat(),
        "build": document.build,
        "blocks": [_block(block) for block in document.blocks],
        "keys": list(document.figures),
        "computed": {
            key: {"how": f.how, "value": f.value, "unit": f.unit, "text": written(f, document.language),
                  "inputs": [i.key for i in f.inputs]}
            for key, f in computed.items()
        },
    }  # fmt: skip


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"type": "heading", "level": block.level, "inline": _inline(block.inline)}
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "inline": _inline(block.inline)}
    if isinstance(block, Listing):
        items = [_inline(item) for item in block.items]
        return {"type": "list", "ordered": block.ordered, "items": items, "depths": list(block.depths)}
    if isinstance(block, Table):
        rows = [[_inline(cell) for cell in row] for row in block.rows]
        return {"type": "table", "head": [_inline(cell) for cell in block.head], "rows": rows}
    return _chart(block)


def _chart(chart: Chart) -> dict[str, Any]:
    rows = [{"label": label, "figure": reference.key, "text": reference.text} for label, reference in chart.rows]
    kind = "map" if chart.kind == "map" else "chart"
    return {"type": kind, "id": chart.id, "kind": chart.kind, "title": chart.title, "note": chart.note, "svg": chart.svg,
            "rows": rows}  # fmt: skip


def _inline(inlines: Inlines) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for inline in inlines:
        if isinstance(inline, Break):
            found.append({"break": True})
            continue
        set_as = {name: True for name in ("strong", "emphasis") if getattr(inline, name)}
        head = {"figure": inline.key} if isinstance(inline, Reference) else {}
        found.append({**head, "text": inline.text, **set_as})
    return found
