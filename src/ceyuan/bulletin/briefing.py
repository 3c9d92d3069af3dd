"""The briefing pack of the plan as a document that every format can print."""

from __future__ import annotations

from datetime import date

from ceyuan.bulletin.document import Document
from ceyuan.bulletin.edition import Annotated
from ceyuan.bulletin.markdown import blocks_of
from ceyuan.bulletin.marks import Marks
from ceyuan.plan.briefing import Briefing
from ceyuan.plan.briefing_text import briefing_markdown
from ceyuan.wording import Language


def briefing_document(pack: Briefing, language: Language) -> Annotated:
    """The pack in one language. It counts tasks and reports and quotes the parties; its figures need no notes.

    Args:
        pack: the pack, as :func:`ceyuan.plan.briefing.briefing` makes it.
        language: the language.
    """
    status = pack.status
    return text_document(
        briefing_markdown(pack, language), language, status.day, status.figures.build
    )


def text_document(text: str, language: Language, day: date, build: str | None = None) -> Annotated:
    """A document from a text in Markdown that begins with its title."""
    # The title stands at the head of the document, so the first line of the text is left out.
    title, _, body = text.partition("\n")
    blocks = blocks_of(body, Marks(), {}, language, level=None)
    title = title.removeprefix("# ")
    document = Document(language, title, "", "", day, blocks, {}, build or "", issued=False)
    return Annotated(document, ())
