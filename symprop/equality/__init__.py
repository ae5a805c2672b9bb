"""Are two formulas equal in value?  Equal, different or undecided, with the ground.

Rational formulas (abstract functions and derivative symbols count as opaque): modulo 61-bit primes at random points; a
difference of degree d survives a point with probability d/2^61 (Schwartz-Zippel).
Formulas with functions and kinks are tried the same way first, every function a random oracle, the signs of the kinks'
arguments all that there could be: what is equal for all of these is equal.
Everything else: real points, log-spread in size and in sign, in balls.  A certified difference is a witness.  Agreement
counts only between balls narrower than 10^-20, and only when every kink of both formulas was seen from both sides.
Deterministic (seeded by the formulas), bounded by counted operations, and no SymPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from symprop.equality.gaps import has_gaps
from symprop.equality.proofs import proofs
from symprop.equality.records import Equality, OutOfBudget, Purse
from symprop.equality.search import ENOUGH, Comparison
from symprop.errors import UnsupportedError
from symprop.evaluate import Undefined, compile_program, split
from symprop.evaluate.agreement import Witness
from symprop.evaluate.sampling import Dice, assumptions_of
from symprop.evaluate.signs import one_sided
from symprop.names import Vocabulary
from symprop.written import Sum, Vec, Written, dump

BUDGET = 1_000_000  # instructions at 256 bits


def compare(
    a: Written,
    b: Written,
    *,
    vocabulary: Vocabulary | None = None,
    assume: tuple[Written, ...] = (),
    env: Mapping[Written, Any] | None = None,
    kinks: Mapping[str, Any] | None = None,
    log_base: int | None = None,
    budget: int = BUDGET,
    witness: bool = True,
    jumps: bool = False,
) -> Equality:
    """Whether a = b in value under the assumptions.

    ``env``: quantities that have a fixed value (a number) or are computed (a formula); all others are free, derivatives
    of undefined quantities too.  ``assume``: relations such as t > 0, z ≠ 0, p_1 + p_2 = 1.  ``witness``: whether a
    point is looked for that shows a difference which is proved without.  ``jumps``: whether ``a`` may have any value
    between both sides where ``b`` jumps: 1/2 if z = 0 for the slope of ReLU.
    """
    comparison = _comparison(a, b, vocabulary, assume, env or {}, kinks, log_base, budget)
    if comparison is None:
        return Equality("equal", "same-form") if a == b else Equality("undecided", "unsupported")
    comparison.witness, comparison.jumps = witness, jumps
    try:
        verdict = comparison.judge()
    except OutOfBudget:
        budget_spent = Equality("undecided", "budget", points=comparison.agreed)
        verdict = budget_spent if comparison.faint is None else comparison.faint
    if verdict.kind == "undecided" and verdict.points and a == b:
        return Equality("equal", "same-form", points=verdict.points)
    return verdict


def compare_each(
    pairs: Sequence[tuple[Written, Written]],
    *,
    vocabulary: Vocabulary | None = None,
    assume: tuple[Written, ...] = (),
    env: Mapping[Written, Any] | None = None,
    kinks: Mapping[str, Any] | None = None,
    log_base: int | None = None,
    budget: int = BUDGET,
) -> tuple[Equality | None, ...]:
    """What a proof says of each of many pairs, all of them looked at together; None where it says nothing."""
    nothing = (None,) * len(pairs)
    if len(pairs) < 2:
        return nothing
    a, b = (Vec(side) for side in zip(*pairs, strict=True))
    comparison = _comparison(a, b, vocabulary, assume, env or {}, kinks, log_base, budget)
    try:
        return proofs(comparison) if comparison is not None else nothing
    except OutOfBudget:
        return nothing


def _comparison(
    a: Written, b: Written, vocabulary: Vocabulary | None, assume: tuple[Written, ...], env: Mapping[Written, Any],
    kinks: Mapping[str, Any] | None, log_base: int | None, budget: int,
) -> Comparison | None:  # fmt: skip
    """Both sides compiled, to be compared; None where one of them has no value that could be computed."""
    numbers, definitions = split(env)
    try:
        assumed = assumptions_of(assume, vocabulary, definitions, numbers)
        computed = {**definitions, **assumed.definitions}
        compiled = partial(
            compile_program, vocabulary=vocabulary, definitions=computed, known=numbers, kinks=kinks, log_base=log_base
        )
        pair, checks = compiled((a, b, *_terms(a, b))), compiled(assumed.checked)
    except (UnsupportedError, Undefined):
        return None
    free = tuple(dict.fromkeys(leaf for leaf in (*pair.leaves, *checks.leaves) if leaf not in numbers))
    sided = one_sided(pair, assumed.signs, numbers)
    kinked = tuple(site for site in pair.sites if site not in sided)
    dice = Dice(f"{dump(a)}|{dump(b)}")
    return Comparison(a, b, pair, checks, compiled, kinked, free, numbers, assumed, dice, Purse(budget))


def _terms(*formulas: Written) -> tuple[Written, ...]:
    """What is added anywhere in the formulas."""
    found: dict[Written, None] = {}
    for formula in formulas:
        for node in formula.walk():
            if isinstance(node, Sum):
                found.update(dict.fromkeys(node.terms))
    return tuple(found)


__all__ = ["BUDGET", "ENOUGH", "Equality", "Witness", "compare", "compare_each", "has_gaps"]
