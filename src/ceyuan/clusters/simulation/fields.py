"""Made-up fields of simulated records: patents in WIPO's fields, publications in OpenAlex's, deals in none.

Each group of addresses has a mixture of its own, drawn around one of the world, so that groups are specialised in different
fields. Neither mixture is taken from anything published.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ceyuan.clusters.arrays import Floats, Ints
from ceyuan.wording.fields import openalex_fields, wipo_fields

CONCENTRATION = 25.0  # how near the groups' mixtures are to the world's: the larger the nearer
MISSING = 0.04  # part of the records without a field, as real ones have


@dataclass(frozen=True)
class Mixtures:
    """What the records of each kind and group work on.

    Attributes:
        names: all fields, those of patents first.
        first: number of the first field of each kind.
        upto: for each kind with fields the running sums of each group's mixture, shape (groups, fields of the kind).
    """

    names: tuple[str, ...]
    first: tuple[int, ...]
    upto: tuple[Floats, ...]

    def draw(self, kind: Ints, group: Ints, rng: np.random.Generator) -> Ints:
        """A field for each record, an index into ``names``, −1 where it has none.

        Args:
            kind: kind of each record.
            group: its group.
            rng: source of chance.
        """
        chance, missing = rng.random(kind.size), rng.random(kind.size) < MISSING
        field = np.full(kind.size, -1, np.int64)
        for k, (first, upto) in enumerate(zip(self.first, self.upto, strict=True)):
            of_kind = np.flatnonzero((kind == k) & ~missing)
            passed = chance[of_kind, None] >= upto[group[of_kind], :-1]
            field[of_kind] = first + passed.sum(axis=1)
        return field

    def column(self, field: Ints) -> pa.DictionaryArray:
        """Drawn fields as a column of texts."""
        codes = pa.array(field.astype(np.int8), mask=field < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(self.names))


def make_mixtures(groups: int, seed: int) -> Mixtures:
    """Mixtures for patents and publications of so many groups."""
    rng = np.random.default_rng([seed, 2])
    kinds = (wipo_fields(), openalex_fields())
    upto = []
    for fields in kinds:
        world = rng.dirichlet(np.full(len(fields), 2.0))
        upto.append(np.cumsum(rng.dirichlet(CONCENTRATION * world, groups), axis=1))
    return Mixtures((*kinds[0], *kinds[1]), (0, len(kinds[0])), tuple(upto))
