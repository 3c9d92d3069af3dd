"""Writes a programme year for other programs."""

from __future__ import annotations

import json
from pathlib import Path

from ceyuan.plan.deadlines import calendar_bytes
from ceyuan.plan.iati import iati_activities
from ceyuan.plan.outcome import PlanStatus
from ceyuan.plan.workbook import workbook_bytes
from ceyuan.plan.writing import rewrite
from ceyuan.wording import Language
from ceyuan.workspace.reader import read_config


def write_export(status: PlanStatus, kind: str, out: Path, language: Language) -> None:
    """Write a status into a file, at one stroke.

    Args:
        status: how the year stands.
        kind: ``xlsx``, ``iati`` or ``ics``.
        out: the file; one that is there is replaced.
        language: of a calendar.

    Raises:
        CeyuanError: ``unwritable-file``.
    """
    config = read_config(status.plan.root)
    if kind == "xlsx":
        content = workbook_bytes(status)
    elif kind == "ics":
        content = calendar_bytes(status, config.name, config.id, language)
    else:
        content = f"{json.dumps(iati_activities(status, config.id), ensure_ascii=False, indent=2)}\n".encode()
    rewrite(out, content, str(out))
