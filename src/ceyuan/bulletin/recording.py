"""The record of what the sides have agreed as a document that every format can print; only a team needs it."""

from __future__ import annotations

from datetime import date

from ceyuan.bulletin.briefing import text_document
from ceyuan.bulletin.edition import Annotated
from ceyuan.teams.record import Record, record_markdown
from ceyuan.wording import Language


def record_document(record: Record, day: date, language: Language) -> Annotated:
    """The record of what the sides have agreed, in one language.

    Args:
        record: the record, as :func:`ceyuan.teams.record.record_of` makes it.
        day: the day on which it is written.
        language: the language.
    """
    return text_document(record_markdown(record, language), language, day)
