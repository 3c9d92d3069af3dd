"""The gravity model of flows: what size and distance explain, by Poisson pseudo-maximum likelihood.

Between units a and b of sizes m and distance d a flow of F is expected of

    exp(β_0 + β_1 ln(m_a m_b) + γ ln d)            of works in common,
    exp(β_0 + β_1 ln m_a + β_2 ln m_b + γ ln d)    of what goes from a to b.

The coefficients are those with which Σ x (F − E) = 0 for each x on the right (Gourieroux, Monfort and Trognon 1984; Santos Silva
and Tenreyro 2006): flows of zero count, F need not be a whole number, and what is expected adds up to what is observed. They
are found by Newton's method. Where the pairs with a flow do not determine them they do not exist (Santos Silva and Tenreyro
2010), and that is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import Floats

STEPS = 100
"""So many steps of Newton's method at most; ten are usual."""
HALVINGS = 30
EXACT = 1e-10
"""The search ends where no sum Σ x (F − E) is a larger part of Σ abs(x) F."""


@dataclass(frozen=True)
class PoissonFit:
    """A log-linear model of flows.

    Attributes:
        coefficients: one for each column of the design.
        covariance: of the coefficients, robust to any variance of the flows (sandwich).
        expected: what the model expects of each row.
        deviance: twice the log-likelihood that the model lacks to perfection.
        dispersion: Pearson's χ² over the degrees of freedom, 1 where flows vary as counts do.
    """

    coefficients: Floats
    covariance: Floats
    expected: Floats
    deviance: float
    dispersion: float

    def log_deviation(self, design: Floats) -> Floats:
        """Standard error of the logarithm of what is expected, for rows of a design."""
        variance = np.einsum("ij,jk,ik->i", design, self.covariance, design)
        return np.asarray(np.sqrt(variance))


def poisson_fit(design: Floats, flow: Floats, name: str = "the flows") -> PoissonFit:
    """Fit E = exp(design · coefficients) to flows by Poisson pseudo-maximum likelihood.

    Args:
        design: a row for each pair; one column is the constant.
        flow: the flow of each pair, not below 0.
        name: what messages call the flows.

    Raises:
        CeyuanError: ``knowledge-not-identified`` where the flows above 0 do not determine the coefficients, or leave no degree
            of freedom.

    >>> fit = poisson_fit(np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]]), np.array([1.0, 3.0, 4.0, 8.0]))
    >>> fit.expected.round(9).tolist(), np.exp(fit.coefficients).round(9).tolist()
    ([2.0, 2.0, 6.0, 6.0], [2.0, 3.0])
    """
    pairs, unknowns = design.shape
    if pairs <= unknowns:
        raise fail("knowledge-not-identified", f"{name}: {pairs} pairs for {unknowns} coefficients")
    scale = np.abs(design).max(axis=0)
    scaled = design / np.where(scale > 0, scale, 1.0)
    if np.linalg.matrix_rank(scaled[flow > 0], tol=1e-8 * np.sqrt(pairs)) < unknowns:
        message = f"{name}: the {int((flow > 0).sum())} pairs with a flow do not determine {unknowns} coefficients"
        raise fail("knowledge-not-identified", message)
    found = _newton(scaled, flow, name)
    expected = np.exp(scaled @ found)
    rest = flow - expected
    bread = np.linalg.inv(scaled.T @ (scaled * expected[:, None]))
    filling = scaled.T @ (scaled * (rest**2)[:, None])
    covariance = bread @ filling @ bread * (pairs / (pairs - unknowns))
    return PoissonFit(
        coefficients=found / scale,
        covariance=covariance / np.outer(scale, scale),
        expected=expected,
        deviance=_deviance(flow, expected),
        dispersion=float((rest**2 / expected).sum() / (pairs - unknowns)),
    )


def _newton(design: Floats, flow: Floats, name: str) -> Floats:
    """Newton's method with halved steps; it begins at a regression of the logarithms."""
    start = np.log((flow + flow.mean()) / 2)
    found = np.linalg.lstsq(design, start, rcond=None)[0]
    reach = np.abs(design).T @ flow
    for _ in range(STEPS):
        expected = np.exp(design @ found)
        score = design.T @ (flow - expected)
        if (np.abs(score) <= EXACT * reach).all():
            return np.asarray(found)
        step = np.linalg.solve(design.T @ (design * expected[:, None]), score)
        found = _halved(design, flow, found, step)
    raise fail("knowledge-not-identified", f"{name}: no coefficients after {STEPS} steps")


def _halved(design: Floats, flow: Floats, at: Floats, step: Floats) -> Floats:
    """As far along a step as the likelihood grows: the whole of it, else a half, a quarter."""
    before = _likelihood(design, flow, at)
    for _ in range(HALVINGS):
        after = _likelihood(design, flow, at + step)
        # Near the end both are equal but for rounding.
        if after >= before - 1e-12 * abs(before):
            break
        step = step / 2
    return at + step


def _likelihood(design: Floats, flow: Floats, at: Floats) -> float:
    linear = design @ at
    with np.errstate(over="ignore"):  # a step too far is infinitely unlikely
        return float(flow @ linear - np.exp(linear).sum())


def _deviance(flow: Floats, expected: Floats) -> float:
    ratio = np.divide(flow, expected, out=np.ones_like(flow), where=flow > 0)
    return float(2 * (flow * np.log(ratio) - (flow - expected)).sum())
