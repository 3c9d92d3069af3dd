"""Citations against those of comparable works: same year and, where they are given, same field and type.

Of the n works of such a cell, with c citations of a work, k works that have as many and b that have fewer:

- normalised score: c over the mean of the cell, undefined where nobody of the cell is cited; its mean is 1;
- percentile: 100 (b + k/2) / n: ties share their places; its mean is 50;
- part in the top p: the places of its ties that lie among the first p·n, over k: its mean is p, however many ties there are
  (Waltman and Schreiber 2013).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.knowledge.arrays import Floats, Ints

TOPS = {"top10": 0.1, "top1": 0.01, "top01": 0.001}


@dataclass(frozen=True)
class Normalised:
    """Scores of works, in the order of the works.

    Attributes:
        score: citations over the mean of the cell; NaN where that is 0.
        percentile: from 0 to 100.
        top: part in the top 10 %, 1 % and 0.1 % by name.
    """

    score: Floats
    percentile: Floats
    top: dict[str, Floats]


def normalise(citations: Ints, cell: Ints) -> Normalised:
    """Compare every work with those of its cell.

    Args:
        citations: of each work.
        cell: number of the cell of each work.

    >>> found = normalise(np.array([0, 0, 0, 9]), np.array([0, 0, 0, 0]))
    >>> found.score.tolist(), found.percentile.tolist(), found.top["top10"].round(3).tolist()
    ([0.0, 0.0, 0.0, 4.0], [37.5, 37.5, 37.5, 87.5], [0.0, 0.0, 0.0, 0.4])
    """
    size = np.bincount(cell)[cell]
    mean = (np.bincount(cell, citations) / np.maximum(np.bincount(cell), 1))[cell]
    score = np.full(cell.size, np.nan)
    np.divide(citations, mean, out=score, where=mean > 0)
    order = np.lexsort((citations, cell))
    changes = (np.diff(cell[order]) != 0) | (np.diff(citations[order]) != 0)
    tie = np.empty(cell.size, np.int64)
    tie[order] = np.concatenate([[0], np.cumsum(changes)]) if cell.size else []
    ties = np.bincount(tie)[tie]
    place = np.empty(cell.size, np.int64)
    place[order] = np.arange(cell.size)
    cell_begins = (np.cumsum(np.bincount(cell)) - np.bincount(cell))[cell]
    tie_begins = (np.cumsum(np.bincount(tie)) - np.bincount(tie))[tie]
    below = tie_begins - cell_begins
    above = size - below - ties
    top = {name: np.clip((p * size - above) / ties, 0, 1) for name, p in TOPS.items()}
    return Normalised(score, 100 * (below + ties / 2) / size, top)
