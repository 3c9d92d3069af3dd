"""A Word or PDF file given back with its verdicts: a comment on each figure, or a highlight with a note."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from ceyuan.claims.model import Claim, Verdict, Verification
from ceyuan.claims.render import SIGNS
from ceyuan.claims.saying import verdict_words
from ceyuan.reader.grids import Box
from ceyuan.reader.pdf import boxes_of, pdf_places
from ceyuan.reader.word import text_nodes
from ceyuan.wording import Language

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AUTHOR = "Ceyuan"


def annotated(
    data: bytes, verification: Verification, language: Language = "en"
) -> tuple[bytes, int]:
    """A Word file with a comment on each figure of its body, and how many figures stand where no comment can.

    Word knows no comments in headers, footers and notes. A figure in the middle of a run parts it in two or three, which
    look as the run did.

    Args:
        data: the file that was read.
        verification: its verdicts.
        language: of the comments.
    """
    import docx  # noqa: PLC0415 - heavy, and only this needs it
    from docx.text.run import Run  # noqa: PLC0415

    document = docx.Document(io.BytesIO(data))
    nodes = text_nodes(document)
    left_out = 0
    # From the end to the start, so that the offsets of what is still to come hold.
    for claim in sorted(verification.claims, key=lambda claim: claim.statement.start, reverse=True):
        runs = _runs(nodes, claim.statement.start, claim.statement.end)
        if not runs:
            left_out += 1
            continue
        marked = [Run(run, document) for run in (runs[0], runs[-1])]
        document.add_comment(marked, comment_of(claim, language), author=_AUTHOR, initials="C")
    made = io.BytesIO()
    document.save(made)
    return made.getvalue(), left_out


# As on the page of verdicts: green, violet, red, blue, yellow, grey.
_COLOURS: dict[Verdict, str] = {
    "supported": "a6dfb4",
    "same_origin": "d6bdec",
    "contradicted": "f5a3a3",
    "consistent": "a9cff5",
    "no_evidence": "f7e08a",
    "not_checkable": "d0d0d0",
}


def highlighted(
    data: bytes, verification: Verification, language: Language = "en"
) -> tuple[bytes, int]:
    """A PDF file with each figure highlighted, a note on it, and how many figures stand where no box is known.

    Args:
        data: the file that was read.
        verification: its verdicts.
        language: of the notes.
    """
    import pypdf  # noqa: PLC0415 - heavy, and only this needs it

    placed, left_out = pdf_places(data), 0
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(data)))
    for claim in verification.claims:
        boxes = boxes_of(placed, claim.statement.start, claim.statement.end)
        left_out += not boxes
        for page, box in boxes:
            writer.add_annotation(page_number=page - 1, annotation=_highlight(claim, box, language))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue(), left_out


def _highlight(claim: Claim, box: Box, language: Language) -> Any:
    """A highlight over a box that shows the verdict when one points at it."""
    from pypdf.annotations import Highlight  # noqa: PLC0415
    from pypdf.generic import ArrayObject, FloatObject, NameObject, TextStringObject  # noqa: PLC0415

    left, right, bottom, top = box
    corners = (left, top, right, top, left, bottom, right, bottom)
    made = Highlight(
        rect=(left, bottom, right, top),
        quad_points=ArrayObject(FloatObject(corner) for corner in corners),
        highlight_color=_COLOURS[claim.verdict],
        printing=True,
        title_bar=_AUTHOR,
    )
    made[NameObject("/Contents")] = TextStringObject(comment_of(claim, language))
    return made


def comment_of(claim: Claim, language: Language = "en") -> str:
    """What a comment on a figure says: the verdict, and why."""
    verdict = f"{SIGNS[claim.verdict]} {verdict_words(claim).get(language)}"
    return f"{verdict}\n{claim.reason.get(language)}"


def _runs(nodes: Sequence[tuple[int, Any]], start: int, end: int) -> list[Any]:
    """The runs that hold a passage and nothing else; none where a part of it is in no run of the body."""
    found = []
    for at, node in nodes:
        length = len(node.text or "")
        if not length or at >= end or at + length <= start:
            continue
        run = node.getparent()
        if not run.tag.endswith("}r"):
            return []
        found.append(_cut(run, node, max(0, start - at), min(length, end - at)))
    return found


def _cut(run: Any, node: Any, first: int, last: int) -> Any:
    """The run of ``node.text[first:last]`` alone; what stands before and behind it goes to runs of their own.

    A run that holds more than one text is left whole.
    """
    texts = [child for child in run if not child.tag.endswith("}rPr")]
    if len(texts) > 1:
        return run
    text = node.text or ""
    # The node keeps its first part, so that the offsets of figures before this one hold.
    parts = [part for part in (text[:first], text[first:last], text[last:]) if part]
    made = [run]
    for _ in parts[1:]:
        copied = deepcopy(run)
        made[-1].addnext(copied)
        made.append(copied)
    for piece, part in zip(made, parts, strict=True):
        inner = next(child for child in piece if child.tag == node.tag)
        inner.text = part
        inner.set(_SPACE, "preserve")
    return made[1 if first else 0]
