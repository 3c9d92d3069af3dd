"""``impact``: how much works of a place are cited, and what part of them is among the most cited.

Every work is compared with those of the same year and, where asked for, of the same field and type: $c$ over their mean (the
mean of these scores is the MNCS), its percentile, or its part in the most cited 10, 1 or 0.1 %, ties shared (Waltman and
Schreiber 2013; see :mod:`ceyuan.knowledge.normalised`). The works of the records are the reference set: only where they are the
world's is it a comparison with the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pyarrow as pa

from ceyuan.indicators.types.cited import CitedWorkIndicator
from ceyuan.indicators.types.scored import (
    ScoreTable,
    score_table,
    window_words,
)
from ceyuan.wording import Trilingual
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.spec import FieldName, spec_field

ImpactFigure = Literal["citations", "score", "percentile", "top10", "top1", "top01"]
_WORDS: dict[ImpactFigure, Trilingual] = {
    "citations": Trilingual(en="citations", zh_hans="被引次数", zh_hant="被引次數"),
    "score": Trilingual(
        en="citations over the mean of comparable works",
        zh_hans="被引次数与同类成果均值之比",
        zh_hant="被引次數與同類成果均值之比",
    ),
    "percentile": Trilingual(
        en="percentile among comparable works",
        zh_hans="在同类成果中的被引百分位",
        zh_hant="在同類成果中的被引百分位",
    ),
    "top10": Trilingual(
        en="part in the most cited 10% of comparable works",
        zh_hans="属于同类成果被引前10%的份额",
        zh_hant="屬於同類成果被引前10%的份額",
    ),
    "top1": Trilingual(
        en="part in the most cited 1% of comparable works",
        zh_hans="属于同类成果被引前1%的份额",
        zh_hant="屬於同類成果被引前1%的份額",
    ),
    "top01": Trilingual(
        en="part in the most cited 0.1% of comparable works",
        zh_hans="属于同类成果被引前0.1%的份额",
        zh_hant="屬於同類成果被引前0.1%的份額",
    ),
}


class ImpactIndicator(CitedWorkIndicator):
    """Citations of the works of a place, as they are or normalised."""

    type: Literal["impact"]
    figure: ImpactFigure = spec_field(
        "What a work is scored by: `citations` in its window, `score` (over the mean of comparable works; its mean is the "
        "MNCS), `percentile`, or its part in the `top10`, `top1`, `top01` per cent.",
        good="top10",
        bad="top5",
    )
    ties: Literal["later", "same"] = spec_field(
        "Whether works of the same year count (`same`) or not (`later`).",
        good="same",
        bad="equal",
        default="same",
    )
    field: FieldName | None = spec_field(
        "The field of the works that names their discipline; works are compared within it.",
        good="field",
        bad="Field",
        default=None,
    )
    work_type: FieldName | None = spec_field(
        "The field of the works that tells reviews from articles, say; works are compared within it.",
        good="subtype",
        bad="Type",
        default=None,
    )

    @property
    def counts_things(self) -> bool:
        """Citations are counted."""
        return self.figure == "citations"

    def compared_works(self, kinds: Mapping[str, RecordKind]) -> ScoreTable:
        """Works with their discipline and type, where they are compared within these."""
        return self.works_table(kinds, field=self.field, type=self.work_type)

    def scores(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        """The scores of works whose window is over and that can be compared."""
        # Only a build that scores works waits for what does it.
        from ceyuan.knowledge.impact import impact  # noqa: PLC0415

        found = impact(
            tables["citations"],
            tables["works"],
            window=self.window,
            ties=self.ties,
            authors=tables.get("authors"),
        ).works.values
        value = np.asarray(found[self.figure], np.float64)
        # Of a hundred, as every percentage here is kept.
        value = value / 100 if self.figure == "percentile" else value
        return score_table(found["id"], value, found["complete"])

    def scored(self) -> Trilingual:
        """The measure and what counts for it."""
        what, window = _WORDS[self.figure], window_words(self.window)
        own = ("", "", "")
        if self.author is not None:
            own = (", without self-citations", "，不计自引", "，不計自引")
        by = _compared_by(self.field, self.work_type)
        return Trilingual(
            en=f"{what.en} (cited {window.en}{own[0]}; compared by {by.en})",
            zh_hans=f"{what.zh_hans}（{window.zh_hans}被引{own[1]}；按{by.zh_hans}比较）",
            zh_hant=f"{what.zh_hant}（{window.zh_hant}被引{own[2]}；按{by.zh_hant}比較）",
        )


def _compared_by(field: str | None, work_type: str | None) -> Trilingual:
    """What makes works comparable, in words.

    >>> _compared_by("field", None).en
    'year, field'
    """
    words = [("year", "年份", "年份")]
    if field is not None:
        words.append(("field", "领域", "領域"))
    if work_type is not None:
        words.append(("type", "类型", "類型"))
    en, zh_hans, zh_hant = zip(*words, strict=True)
    return Trilingual(en=", ".join(en), zh_hans="、".join(zh_hans), zh_hant="、".join(zh_hant))
