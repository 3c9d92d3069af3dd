"""How the uncertainty of an index is described: which choices vary, how, and what is asked about it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ceyuan.composite.model import SpecModel

Positive = Annotated[float, Field(gt=0)]
WAYS = ("alternatives", "uniform", "normal", "noise", "dirichlet", "weight_sets", "errors")
"""The ways in which a choice can be uncertain."""


class DataErrors(SpecModel):
    """Errors of the data: every replication draws its own raw values.

    Attributes:
        table: a CSV of intervals with columns ``unit``, ``indicator``, ``lower``, ``upper`` (and ``period``).
        coverage: the probability that the intervals cover the true value.
        relative: instead of intervals, a standard error as a share of each value.
        absolute: instead of intervals, how far the values of single indicators reach to each side, as 0.05 for figures
            that are rounded to one decimal (with ``shape: uniform``).
        shape: ``normal`` (a half-normal on each side where the interval is not symmetric) or ``uniform``.
    """

    table: str | None = None
    coverage: float = Field(default=0.95, gt=0, lt=1)
    relative: Positive | None = None
    absolute: dict[str, Positive] | None = None
    shape: Literal["normal", "uniform"] = "normal"

    @model_validator(mode="after")
    def _one_source(self) -> DataErrors:
        if sum(one is not None for one in (self.table, self.relative, self.absolute)) != 1:
            raise ValueError(
                "errors need one of: a table of intervals, a relative standard error, absolute reaches"
            )
        return self


class Factor(SpecModel):
    """One uncertain choice: exactly one of the ways to vary it.

    Attributes:
        of: the choice in the specification, as a dotted path (``treat.winsorise.max_points``, ``normalise``).
        alternatives: its values, all equally probable unless ``probabilities`` says otherwise; named, or a list.
        probabilities: one for each alternative.
        uniform: the bounds of a uniform distribution over a number.
        normal: mean and standard deviation of a normal distribution over a number.
        noise: weights are multiplied by 1 ± this share, by level.
        dirichlet: weights of each group are drawn from a Dirichlet distribution around the given ones; the larger the
            number, the nearer to them.
        weight_sets: a CSV with columns ``set`` (or ``rep``), ``code``, ``weight``; each set an alternative.
        errors: errors of the data.
    """

    of: str | None = None
    alternatives: dict[str, Any] | None = None
    probabilities: tuple[Annotated[float, Field(ge=0)], ...] | None = None
    uniform: tuple[float, float] | None = None
    normal: tuple[float, Positive] | None = None
    noise: dict[int, Annotated[float, Field(gt=0, le=1)]] | None = None
    dirichlet: Positive | None = None
    weight_sets: str | None = None
    errors: DataErrors | None = None

    @model_validator(mode="before")
    @classmethod
    def _list_of_alternatives(cls, data: Any) -> Any:
        """Alternatives given as a list are named by themselves, or numbered where they are structures."""
        if isinstance(data, dict) and isinstance(data.get("alternatives"), (list, tuple)):
            named: dict[str, Any] = {}
            for i, value in enumerate(data["alternatives"], 1):
                name = str(i) if isinstance(value, (dict, list)) else str(value)
                named[name if name not in named else f"{name} ({i})"] = value
            return {**data, "alternatives": named}
        if isinstance(data, dict) and isinstance(data.get("alternatives"), dict):
            return {
                **data,
                "alternatives": {str(name): value for name, value in data["alternatives"].items()},
            }
        return data

    @model_validator(mode="after")
    def _one_way(self) -> Factor:
        given = [way for way in WAYS if getattr(self, way) is not None]
        if len(given) != 1:
            raise ValueError(f"a factor varies in exactly one way of {', '.join(WAYS)}")
        if (given[0] in ("alternatives", "uniform", "normal")) != (self.of is not None):
            raise ValueError(
                "'of' names the choice for alternatives, uniform and normal, and only for these"
            )
        if self.uniform is not None and not self.uniform[0] < self.uniform[1]:
            raise ValueError("uniform needs a lower bound below the upper one")
        if self.alternatives is not None and not self.alternatives:
            raise ValueError("there are no alternatives")
        self._check_probabilities()
        return self

    @property
    def way(self) -> str:
        """The way in which the factor varies, one of :data:`WAYS`."""
        return next(way for way in WAYS if getattr(self, way) is not None)

    def _check_probabilities(self) -> None:
        if self.probabilities is None:
            return
        if self.alternatives is None or len(self.probabilities) != len(self.alternatives):
            raise ValueError("probabilities need one number for each alternative")
        if abs(sum(self.probabilities) - 1) > 1e-9:
            raise ValueError("probabilities do not sum to 1")


class Target(SpecModel):
    """What a sensitivity analysis explains: exactly one of these.

    Attributes:
        mean_rank_shift: the mean over units of the absolute change of rank against the nominal index.
        rank: the rank of a unit.
        score: the score of a unit.
        above: whether the first of two units ranks above the second.
    """

    mean_rank_shift: Literal[True] | None = None
    rank: str | None = None
    score: str | None = None
    above: tuple[str, str] | None = None

    @model_validator(mode="after")
    def _one(self) -> Target:
        given = [
            name
            for name in ("mean_rank_shift", "rank", "score", "above")
            if getattr(self, name) is not None
        ]
        if len(given) != 1:
            raise ValueError("a target is exactly one of mean_rank_shift, rank, score, above")
        return self

    @property
    def label(self) -> str:
        """The target in words."""
        if self.rank is not None:
            return f"rank of {self.rank}"
        if self.score is not None:
            return f"score of {self.score}"
        return "mean rank shift" if self.above is None else f"{self.above[0]} above {self.above[1]}"


class Sensitivity(SpecModel):
    """Variance-based sensitivity analysis (Sobol indices).

    Attributes:
        replications: base sample size N; the index is computed N (d + 2) times for d factors.
        targets: what is explained.
        bootstrap: how many bootstrap samples the 5-95 % intervals are taken from; 0: none.
        centred: subtract the mean from the output in the first-order estimator, which lowers its variance. COINr does
            not.
        second_order: indices of pairs of factors as well; the index is then computed N (2 d + 2) times.
        shapley: draws for Shapley effects, which also hold where factors depend on each other: the index is computed
            3 (2^d - 2) times as often, besides; 0: none.
    """

    replications: int = Field(default=512, ge=3)
    targets: tuple[Target, ...] = (Target(mean_rank_shift=True),)
    bootstrap: int = Field(default=200, ge=0)
    centred: bool = True
    second_order: bool = False
    shapley: int = Field(default=0, ge=0)


class Dependence(SpecModel):
    """Two factors that do not vary independently.

    Attributes:
        factors: their names.
        correlation: of the normal variables behind their quantiles; alternatives go in their order.
    """

    factors: tuple[str, str]
    correlation: float = Field(gt=-1, lt=1)


class Uncertainty(SpecModel):
    """The uncertainty analysis of an index.

    Attributes:
        seed: the seed of all draws: the same seed gives the same answer.
        design: how replications are spread: ``random``, ``sobol`` sequences or ``latin_hypercube``.
        dependence: pairs of factors that vary together. Sobol indices then mean nothing and are left out: ask for Shapley
            effects.
        replications: how many times the index is computed with drawn choices.
        factors: what varies, by name.
        code: whose scores and ranks are looked at; the top of the index where left out.
        above: pairs of units whose order is of interest.
        keep: write every replication's score and rank.
        replay: a CSV with the choices of each replication (one column a factor, alternatives by name) to repeat
            instead of drawing; with ``sensitivity``, in the order A, B, A with B's first factor, ...
        dead_factors: ``report`` or ``refuse`` a factor that changes nothing.
        failures: ``refuse`` a combination of choices that cannot be computed, or take its scores as ``missing``.
        memory_mib: about how much memory a block of replications may take.
        sensitivity: see :class:`Sensitivity`; left out: no sensitivity indices beyond the factor that moves each unit.
    """

    seed: int = Field(ge=0)
    replications: int = Field(default=1000, ge=2)
    design: Literal["random", "sobol", "latin_hypercube"] = "random"
    dependence: tuple[Dependence, ...] = ()
    factors: dict[str, Factor] = Field(min_length=1)
    code: str | None = None
    above: tuple[tuple[str, str], ...] = ()
    keep: bool = False
    replay: str | None = None
    dead_factors: Literal["report", "refuse"] = "report"
    failures: Literal["refuse", "missing"] = "refuse"
    memory_mib: int = Field(default=128, ge=1)
    sensitivity: Sensitivity | None = None
