"""``disruption``: whether later works cite works of a place instead of what these built on, or together with it.

With $n_F$ later works that cite a work but none of its references, $n_B$ that cite it and a reference, and $n_R$ that cite only
a reference, $CD = (n_F - n_B) / (n_F + n_B + n_R)$ (Funk and Owen-Smith 2017; see :mod:`ceyuan.knowledge.disruption`). Works
without known references and works that nobody cites in the window have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, assert_never

import pyarrow as pa
import pyarrow.compute as pc

from ceyuan.indicators.types.cited import CitedWorkIndicator
from ceyuan.indicators.types.scored import (
    score_table,
    window_words,
)
from ceyuan.wording import Trilingual
from ceyuan.workspace.spec import spec_field

DisruptionFigure = Literal["cd", "di5", "mcd", "dependence", "disruptive"]
_WORDS: dict[DisruptionFigure, Trilingual] = {
    "cd": Trilingual(en="disruption CD", zh_hans="颠覆性指数CD", zh_hant="顛覆性指數CD"),
    "di5": Trilingual(en="disruption DI5", zh_hans="颠覆性指数DI5", zh_hant="顛覆性指數DI5"),
    "mcd": Trilingual(
        en="disruption weighted by citations (mCD)",
        zh_hans="按被引加权的颠覆性指数mCD",
        zh_hant="按被引加權的顛覆性指數mCD",
    ),
    "dependence": Trilingual(
        en="references shared with a citing work",
        zh_hans="与施引成果共有的参考文献数",
        zh_hant="與施引成果共有的參考文獻數",
    ),
    "disruptive": Trilingual(
        en="1 where CD is above 0, otherwise 0",
        zh_hans="CD大于0记为1，否则记为0",
        zh_hant="CD大於0記為1，否則記為0",
    ),
}


class DisruptionIndicator(CitedWorkIndicator):
    """Disruption of the works of a place."""

    type: Literal["disruption"]
    figure: DisruptionFigure = spec_field(
        "What a work is scored by: `cd`, `di5`, `mcd`, `dependence`, or `disruptive`: 1 where CD is above 0.",
        good="cd",
        bad="CD5",
        default="cd",
    )
    ties: Literal["later", "same"] = spec_field(
        "Whether works of the same year count as later (`same`) or not (`later`).",
        good="later",
        bad="equal",
        default="later",
    )
    min_references: int = spec_field(
        "Works with fewer known references have no score; those with none never do.",
        good=5,
        bad=-1,
        default=1,
        ge=1,
    )

    @property
    def counts_things(self) -> bool:
        """Shared references are counted."""
        return self.figure in ("dependence", "mcd")

    def scores(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        """The scores of works whose window is over and that have one."""
        # Only a build that scores works waits for what does it.
        from ceyuan.knowledge.disruption import disruption  # noqa: PLC0415

        found = disruption(
            tables["citations"],
            tables["works"],
            window=self.window,
            ties=self.ties,
            min_references=self.min_references,
            authors=tables.get("authors"),
        )
        match self.figure:
            case "cd" | "disruptive":
                value = found.cd
            case "di5":
                value = found.di(5)
            case "mcd":
                value = found.mcd
            case "dependence":
                value = found.dependence
            case _:
                assert_never(self.figure)
        counts = found.complete | (self.window == "open")
        table = score_table(found.ids, value, counts)
        if self.figure != "disruptive":
            return table
        above = pc.greater(table["value"], 0).cast(pa.float64())
        return table.set_column(1, "value", above)

    def scored(self) -> Trilingual:
        """The index and what counts for it."""
        what, window = _WORDS[self.figure], window_words(self.window)
        own = ("", "") if self.author is None else (" without self-citations,", "，不计自引")
        return Trilingual(
            en=f"{what.en} by works that cite{own[0]} {window.en} (works of the same year {_TIES[self.ties].en}, "
            f"at least {self.min_references} known references)",
            zh_hans=f"{what.zh_hans}（{window.zh_hans}的施引成果，同年成果{_TIES[self.ties].zh_hans}{own[1]}，"
            f"已知参考文献不少于{self.min_references}条）",
            zh_hant=f"{what.zh_hant}（{window.zh_hant}的施引成果，同年成果{_TIES[self.ties].zh_hant}"
            f"{own[1].replace('计', '計')}，已知參考文獻不少於{self.min_references}條）",
        )


_TIES = {
    "later": Trilingual(en="left out", zh_hans="不计", zh_hant="不計"),
    "same": Trilingual(en="counted", zh_hans="计入", zh_hant="計入"),
}
