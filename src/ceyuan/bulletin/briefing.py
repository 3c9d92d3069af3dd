"""The briefing pack of the plan as a document that every format can print."""

from __future__ import annotations

from ceyuan.bulletin.document import Document
from ceyuan.bulletin.edition import Annotated
from ceyuan.bulletin.markdown import blocks_of
from ceyuan.bulletin.marks import Marks
from ceyuan.plan.briefing import Briefing
from ceyuan.plan.briefing_text import briefing_markdown
from ceyuan.plan.phrases import in_language
from ceyuan.wording import Language


def briefing_document(pack: Briefing, language: Language) -> Annotated:
    """The pack in one language. It counts tasks and reports and quotes the parties; its figures need no notes.

    Args:
        pack: the pack, as :func:`ceyuan.plan.briefing.briefing` makes it.
        language: the language.
    """
    # The title stands at the head of the document, so the first line of the text is left out.
    _, _, body = briefing_markdown(pack, language).partition("\n")
    blocks = blocks_of(body, Marks(), {}, language, level=None)
    status = pack.status
    title = in_language(pack.title, language)
    document = Document(
        language, title, "", "", status.day, blocks, {}, status.figures.build or "", issued=False
    )
    return Annotated(document, ())
