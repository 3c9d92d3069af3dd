"""Claims: statements of a text bound to indicators of a build, each with a verdict and its evidence.

A statement is what a text says (:mod:`ceyuan.reader`); a claim is that statement together with the indicator, place and
period that it is about, what the build holds for them, and one of five verdicts: *supported*, *contradicted*,
*consistent within the stated bound*, *no evidence*, *not checkable*.
"""

from ceyuan.claims.model import Binding, Candidate, Check, Claim, Evidence, Verdict, Verification
from ceyuan.claims.verifying import verify

__all__ = [
    "Binding",
    "Candidate",
    "Check",
    "Claim",
    "Evidence",
    "Verdict",
    "Verification",
    "verify",
]
