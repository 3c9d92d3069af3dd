"""``novelty``: what works of a place put together for the first time, and how unusual it is.

A pair of items of a work (classes, keywords, cited journals) is new in the first year in which a work has both; it is as hard to
see as its items were far apart (Wang, Veugelers and Stephan 2017). ``z_low`` and ``z_median`` say how far the rarest and the
middle pair of a work are from chance (Uzzi, Mukherjee, Stringer and Jones 2013). See ``docs/methods/knowledge.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
import pyarrow as pa

from ceyuan.errors import Problem
from ceyuan.indicators.types.scored import (
    ScoreTable,
    WorkScoreIndicator,
    score_table,
    window_problems,
    window_words,
)
from ceyuan.wording import Trilingual
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.spec import FieldName, Id, spec_field

NoveltyFigure = Literal[
    "new_items", "new_pairs", "novelty", "novelty_taken_up", "later_uses", "z_low", "z_median"
]
_AFTER_WINDOW = ("novelty_taken_up", "later_uses")
"""What is known only when the window for later uses is over."""
_COUNTS = ("new_items", "new_pairs", "later_uses")
_WORDS: dict[NoveltyFigure, Trilingual] = {
    "new_items": Trilingual(
        en="items that no work had before", zh_hans="首次出现的条目数", zh_hant="首次出現的條目數"
    ),
    "new_pairs": Trilingual(
        en="pairs of items that no work had before",
        zh_hans="首次出现的条目组合数",
        zh_hant="首次出現的條目組合數",
    ),
    "novelty": Trilingual(
        en="difficulty of its new pairs of items",
        zh_hans="新组合的难度之和",
        zh_hant="新組合的難度之和",
    ),
    "novelty_taken_up": Trilingual(
        en="difficulty of its new pairs of items that later works use",
        zh_hans="被后续成果采用的新组合的难度之和",
        zh_hant="被後續成果採用的新組合的難度之和",
    ),
    "later_uses": Trilingual(
        en="later uses of its new pairs of items",
        zh_hans="新组合被后续成果采用的次数",
        zh_hant="新組合被後續成果採用的次數",
    ),
    "z_low": Trilingual(
        en="10th percentile of the z-scores of its pairs of items",
        zh_hans="条目组合z值的第10百分位",
        zh_hant="條目組合z值的第10百分位",
    ),
    "z_median": Trilingual(
        en="median z-score of its pairs of items",
        zh_hans="条目组合z值的中位数",
        zh_hant="條目組合z值的中位數",
    ),
}


class NoveltyIndicator(WorkScoreIndicator):
    """Novelty of the works of a place."""

    type: Literal["novelty"]
    figure: NoveltyFigure = spec_field(
        "What a work is scored by: `new_items`, `new_pairs`, `novelty` (difficulty of its new pairs), `novelty_taken_up`, "
        "`later_uses`, `z_low`, `z_median`.",
        good="new_pairs",
        bad="new",
    )
    items: Id = spec_field(
        "The kind of records that name what a work is about: a class, a keyword, a cited journal.",
        good="document_class",
        bad="Classes",
        default="document_class",
    )
    item_of: FieldName = spec_field(
        "Its field that refers to the work.", good="document", bad="Document", default="document"
    )
    item: FieldName = spec_field(
        "Its field that names the item.", good="class", bad="Class", default="class"
    )
    items_where: str | None = spec_field(
        "Filter on these records.", good="scheme = 'cpc'", bad="cpc", default=None
    )
    window: str = spec_field(
        "Years in which later uses count, or `open`.", good="5", bad="five", default="5"
    )
    since: int | None = spec_field(
        "The first year that is judged; earlier works are only the past. Five years after the first work if absent.",
        good=2005,
        bad="2005-06",
        default=None,
    )
    history: int = spec_field(
        "Years before a new pair in which the partners of its items are compared.",
        good=3,
        bad=0,
        default=3,
        ge=1,
    )

    @property
    def counts_things(self) -> bool:
        """Items, pairs and uses are counted."""
        return self.figure in _COUNTS

    def tables(self, kinds: Mapping[str, RecordKind]) -> Mapping[str, ScoreTable]:
        """Works and their items."""
        columns = {"work": self.item_of, "item": self.item}
        return {
            "works": self.works_table(kinds),
            "items": ScoreTable(self.items, columns, self.items_where),
        }

    def scores(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        """The scores of works that can be judged."""
        # Only a build that scores works waits for what does it.
        from ceyuan.knowledge.novelty.run import novelty  # noqa: PLC0415

        found = novelty(
            tables["items"],
            tables["works"],
            window=self.window,
            since=self.since,
            history=self.history,
        ).works.values
        value = np.asarray(pa.array(found[self.figure]).cast(pa.float64()).fill_null(np.nan))
        open_ended = self.window == "open" or self.figure not in _AFTER_WINDOW
        return score_table(found["id"], value, found["complete"] | open_ended)

    def scored(self) -> Trilingual:
        """The measure and what counts for it."""
        what, window = _WORDS[self.figure], window_words(self.window)
        later = self.figure in _AFTER_WINDOW
        return Trilingual(
            en=f"{what.en} ({self.item}{f', {window.en}' if later else ''})",
            zh_hans=f"{what.zh_hans}（条目：{self.item}{f'，{window.zh_hans}' if later else ''}）",
            zh_hant=f"{what.zh_hant}（條目：{self.item}{f'，{window.zh_hant}' if later else ''}）",
        )

    def _option_problems(self, file: str, line: int) -> Iterator[Problem]:
        yield from window_problems(self.window, file, line)
