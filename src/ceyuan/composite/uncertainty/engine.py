"""Computes an index many times over, doing once what replications have in common.

Replications that pick the same elements are computed once. The others are grouped by scenario (the picks that change
the specification): a scenario's steps up to normalisation run once, and its replications are aggregated together, in
blocks that bound the memory. Only errors of the data make every replication run through all steps, a block at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.context import IndexContext, check_aggregation
from ceyuan.composite.fit import weights_of
from ceyuan.composite.scores import group_scores
from ceyuan.composite.spec import Spec
from ceyuan.composite.steps import Memory, State, raw, run_steps
from ceyuan.composite.uncertainty.factors import Pool, describe, scenario_spec
from ceyuan.errors import CeyuanError, Problem

MIB = 1024 * 1024
WEIGHT_ORDER = ("weight_sets", "dirichlet", "noise")
"""Drawn weights take the place of given ones; noise comes on top of either."""


@dataclass
class ScoreEngine:
    """Computes scores for picks.

    Attributes:
        context: data and nominal specification.
        pools: the factors.
        code: whose scores are wanted.
        memory: how many bytes a block of replications may take.
        skip_failures: whether a combination that cannot be computed is left missing.
        progress: told how many of how many different replications are done.
    """

    context: IndexContext
    pools: tuple[Pool, ...]
    code: str
    memory: int
    skip_failures: bool = False
    progress: Callable[[int, int], None] | None = None
    _shared: Memory = field(default_factory=dict)
    _specs: dict[tuple[int, ...], Spec] = field(default_factory=dict)

    def scores(self, picks: Ints) -> Floats:
        """Scores of :attr:`code` for each row of picks.

        Args:
            picks: replications x factors: elements of the pools.

        Returns:
            replications x rows of the data; NaN where screened out or without a score.

        Raises:
            CeyuanError: what a combination of choices makes impossible, with the combination.
        """
        canonical = np.column_stack(
            [np.array(pool.same_as)[picks[:, i]] for i, pool in enumerate(self.pools)]
        )
        different, which = np.unique(canonical, axis=0, return_inverse=True)
        result = np.full((len(different), len(self.context.inputs.units)), np.nan)
        done = 0
        # Many small matrix products: threads of the linear algebra would mostly wait for each other.
        with _controller().limit(limits=1, user_api="blas"):
            for members in self._scenarios(different):
                self._attempt(different, members, result)
                done += len(members)
                if self.progress is not None:
                    self.progress(done, len(different))
        return result[which.ravel()]

    def _attempt(self, picks: Ints, members: Ints, result: Floats) -> None:
        """A scenario; where failures are skipped and each replication has its own data, only those that fail."""
        try:
            self._scenario(picks, members, result)
        except CeyuanError as error:
            if not self.skip_failures:
                raise _with_choices(error, describe(self.pools, picks[members[0]])) from error
            if self._noisy is not None and len(members) > 1:
                middle = len(members) // 2
                self._attempt(picks, members[:middle], result)
                self._attempt(picks, members[middle:], result)
            else:
                result[members] = np.nan

    @property
    def _noisy(self) -> int | None:
        """Which factor is errors of the data."""
        return next((i for i, pool in enumerate(self.pools) if pool.errors is not None), None)

    def _scenarios(self, picks: Ints) -> Iterator[Ints]:
        """Replications that share a specification."""
        columns = [i for i, pool in enumerate(self.pools) if pool.varies_spec]
        if not columns:
            yield np.arange(len(picks))
            return
        _, which = np.unique(picks[:, columns], axis=0, return_inverse=True)
        order = np.argsort(which.ravel(), kind="stable")
        yield from np.split(order, np.flatnonzero(np.diff(which.ravel()[order])) + 1)

    def _scenario(self, picks: Ints, members: Ints, result: Floats) -> None:
        spec = scenario_spec(self.context.spec, self.pools, picks[members[0]], self._specs)
        context = self.context.with_spec(spec)
        check_aggregation(context)
        self._forget()
        last = run_steps(context, raw(context), self._shared)[-1]
        base = weights_of(context, last.rows, last.values)
        noisy = self._noisy
        for block in self._blocks(members, each_its_data=noisy is not None):
            state = (
                last
                if noisy is None
                else self._with_errors(context, self.pools[noisy], picks[block, noisy])
            )
            scores = self._block_scores(context, state, self._weights(base, picks[block]))
            result[np.ix_(block, state.rows)] = scores

    def _with_errors(self, context: IndexContext, pool: Pool, numbers: Ints) -> State:
        assert pool.errors is not None  # noqa: S101 - the caller chose the pool by it
        return run_steps(context, raw(context, pool.errors.draw(numbers)))[-1]

    def _block_scores(self, context: IndexContext, state: State, weights: Floats) -> Floats:
        values = state.values if state.values.ndim == 3 else state.values[None]
        position = context.inputs.structure.position[self.code]
        if position < values.shape[-1]:
            return np.broadcast_to(values[..., position], (len(weights), values.shape[1]))
        return group_scores(context, state.rows, values, weights, self.code)[self.code]

    def _weights(self, base: Floats, picks: Ints) -> Floats:
        """Weights of each replication: a set in place of the scenario's, then drawn ones, then noise."""
        weights = np.broadcast_to(base, (len(picks), len(base)))
        drawn = [
            (pool, picks[:, i]) for i, pool in enumerate(self.pools) if pool.weights is not None
        ]
        for pool, own in sorted(drawn, key=lambda one: WEIGHT_ORDER.index(one[0].kind)):
            chosen = np.asarray(pool.weights)[own]
            weights = weights * chosen if pool.kind == "noise" else chosen
        return np.ascontiguousarray(weights)

    def _blocks(self, members: Ints, *, each_its_data: bool) -> Iterator[Ints]:
        """Replications in blocks that keep within the memory."""
        structure = self.context.inputs.structure
        widest = max((len(own) for own in structure.members.values()), default=1)
        columns = len(structure.groups) + 4 * widest
        if each_its_data:
            columns += 16 * len(structure.indicators)
        bytes_each = 8 * len(self.context.inputs.units) * columns
        size = max(1, int(self.memory // bytes_each))
        for start in range(0, len(members), size):
            yield members[start : start + size]

    def _forget(self) -> None:
        """Lets go of shared results that take too much memory."""
        if sum(state.values.nbytes for state in self._shared.values()) > self.memory:
            self._shared.clear()


@cache
def _controller() -> ThreadpoolController:
    """Of the linear algebra that NumPy has loaded: to look for it takes two milliseconds."""
    return ThreadpoolController()


def _with_choices(error: CeyuanError, choices: str) -> CeyuanError:
    if not choices:
        return error
    return CeyuanError(
        Problem(p.code, f"with {choices}: {p.message}", p.file, p.line, p.hint, p.severity)
        for p in error.problems
    )
