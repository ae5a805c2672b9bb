"""Random points under assumptions, the same in every run.

A point spreads sizes logarithmically (10^-3 … 10^3) and signs evenly; windows of sizes alternate, so that saturating
functions are also seen where they are not saturated.  Equations among the assumptions are solved for a quantity, bounds
like t > 0 are built in, other inequalities filter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symprop.errors import UnsupportedError
from symprop.evaluate.arithmetics import Arithmetic
from symprop.evaluate.compiling import compile_program
from symprop.evaluate.failures import FAILURES, NotExact, NoValue, Undefined
from symprop.evaluate.flints import PrimeField
from symprop.evaluate.program import HOLDS
from symprop.names import Vocabulary
from symprop.written import ONE, TWO, ZERO, Name, Num, Quot, Rel, Written, names_of, neg, sub, substitute

PRIME = 2305843009213693951
WINDOWS = (  # decades; the widest, the tiny and the huge ones find what saturates or dies out
    (-1.0, 0.6),
    (-3.0, 3.0),
    (-0.6, 0.3),
    (-7.0, -3.0),
    (-1.0, 1.3),
    (-3.0, 3.0),
    (-0.3, 0.8),
    (-3.0, 0.0),
    (2.0, 5.0),
    (-2.0, 2.0),
)
FAR = ((2.0, 5.0), (-6.0, -2.0), (4.0, 8.0))


class Dice:
    """A stream of numbers hashed from a text (never ``random``: the same text, the same throws, everywhere)."""

    def __init__(self, seed: str):
        self.seed, self.count = hashlib.blake2b(seed.encode()).digest(), 0

    def below(self, n: int) -> int:
        self.count += 1
        text = self.seed + self.count.to_bytes(8, "big")
        return int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "big") % n

    def size(self, low: float, high: float) -> Fraction:
        """A positive decimal of three digits, its logarithm even in [low, high]."""
        exponent = low + (high - low) * self.below(1 << 40) / (1 << 40)
        shift = int(exponent // 1) - 2
        digits = max(1, round(10.0 ** (exponent - shift)))
        return Fraction(digits * 10**shift) if shift >= 0 else Fraction(digits, 10**-shift)

    def sign(self) -> int:
        return 1 if self.below(2) else -1


@dataclass(slots=True)
class Assumptions:
    """What a point must satisfy.

    ``definitions``: quantities solved from equations.  ``bounds``: lower and upper bound of a quantity.
    ``checked``, ``ops``: formulas whose sign against 0 is prescribed.
    """

    definitions: dict[Name, Written] = field(default_factory=dict)
    bounds: dict[Written, tuple[Fraction | None, Fraction | None]] = field(default_factory=dict)
    checked: tuple[Written, ...] = ()
    ops: tuple[str, ...] = ()

    @property
    def signs(self) -> dict[Written, int]:
        """Quantities that are never negative (1) or never positive (-1)."""
        found = {}
        for quantity, (low, high) in self.bounds.items():
            if low is not None and low >= 0:
                found[quantity] = 1
            elif high is not None and high <= 0:
                found[quantity] = -1
        return found

    def point(self, free: Sequence[Written], dice: Dice, k: int) -> dict[Written, Fraction]:
        """The k-th point."""
        window = WINDOWS[k % len(WINDOWS)] if k < 64 or k % 3 else FAR[k // 3 % len(FAR)]
        return {leaf: self._value(leaf, dice, window) for leaf in free}

    def _value(self, leaf: Written, dice: Dice, window: tuple[float, float]) -> Fraction:
        low, high = self.bounds.get(leaf, (None, None))
        if low is None and high is None:
            return dice.sign() * dice.size(*window)
        if high is None:
            assert low is not None
            return low + dice.size(*window)
        if low is None:
            return high - dice.size(*window)
        return low + (high - low) * Fraction(1 + dice.below(997), 998)

    def allows(self, point: Mapping[Written, Fraction]) -> bool:
        """Whether the bounds hold."""
        for quantity, (low, high) in self.bounds.items():
            value = point.get(quantity)
            if value is not None and ((low is not None and value <= low) or (high is not None and value >= high)):
                return False
        return True

    def satisfied(self, values: Sequence[Any], arithmetic: Arithmetic) -> bool:
        """Whether the checked formulas have the signs that they must have.  Raises Straddle if that is not told."""
        for formula, op, value in zip(self.checked, self.ops, values, strict=True):
            try:
                sign = arithmetic.sign(value)
            except NoValue as failure:
                raise FAILURES[failure.kind](formula, failure.reason) from None
            if not HOLDS[op](sign):
                return False
        return True


def assumptions_of(
    assume: Sequence[Written],
    vocabulary: Vocabulary | None = None,
    definitions: Mapping[Name, Written] | None = None,
    numbers: Mapping[Written, Any] | None = None,
) -> Assumptions:
    """Relations sorted into bounds, equations solved for a quantity, and signs to check.

    Raises UnsupportedError for an assumption that cannot be used: ignoring it would make true formulas false.
    """
    found = Assumptions()
    fixed = {*(definitions or {}), *(numbers or {})}
    pairs = []
    for relation in assume:
        if not isinstance(relation, Rel) or not set(relation.ops) <= set(HOLDS):
            raise UnsupportedError("an assumption must be a relation")
        pairs += list(zip(relation.items, relation.ops, relation.items[1:], strict=False))
    for left, op, right in pairs:
        if op != "=" and not _bound(found, left, op, right, fixed):
            found.checked += (sub(left, right),)
            found.ops += (op,)
    for left, op, right in pairs:
        if op == "=":
            _solve(found, left, right, fixed, vocabulary)
    return found


FLIPPED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤"}


def _bound(found: Assumptions, left: Written, op: str, right: Written, fixed: set[Any]) -> bool:
    """t > 0, 0 < p < 1: kept as a bound of the quantity."""
    if isinstance(right, Name) and not isinstance(left, Name) and op in FLIPPED:
        left, op, right = right, FLIPPED[op], left
    number = right.value if isinstance(right, Num) else None
    if not isinstance(left, Name) or number is None or left in fixed or op == "≠":
        return op == "≠" and isinstance(left, Name) and number is not None and left not in fixed
    low, high = found.bounds.get(left, (None, None))
    if op in ("<", "≤"):
        high = number if high is None else min(high, number)
    else:
        low = number if low is None else max(low, number)
    found.bounds[left] = (low, high)
    return True


def _solve(found: Assumptions, left: Written, right: Written, fixed: set[Any], vocabulary: Vocabulary | None) -> None:
    """x = formula, or an equation that is linear in one of its quantities, which is then computed from the others."""
    taken = {*fixed, *found.definitions}
    for x, other in ((left, right), (right, left)):
        if isinstance(x, Name) and x not in taken and not _reaches(other, x, found.definitions):
            return _define(found, x, other)
    g = sub(left, right)
    names = [n for n in reversed(names_of(g)) if n not in taken]
    for x in sorted(names, key=lambda n: n in found.bounds):
        g0, g1, g2 = (substitute(g, {x: value}) for value in (ZERO, ONE, TWO))
        if _linear(g0, g1, g2, found, vocabulary) and not _reaches(sub(g0, g1), x, found.definitions):
            return _define(found, x, neg(Quot(g0, sub(g1, g0))))
    raise UnsupportedError("an assumption that cannot be solved for a quantity")


def _define(found: Assumptions, x: Name, value: Written) -> None:
    """x is computed; its own bounds are checked instead of built in."""
    found.definitions[x] = value
    low, high = found.bounds.pop(x, (None, None))
    for bound, op in ((low, ">"), (high, "<")):
        if bound is not None:
            found.checked += (sub(x, Num(bound)),)
            found.ops += (op,)


def _reaches(formula: Written, x: Name, definitions: Mapping[Name, Written]) -> bool:
    todo, seen = [formula], set()
    while todo:
        for n in names_of(todo.pop()):
            if n == x:
                return True
            if n in definitions and n not in seen:
                seen.add(n)
                todo.append(definitions[n])
    return False


def _linear(g0: Written, g1: Written, g2: Written, found: Assumptions, vocabulary: Vocabulary | None) -> bool:
    """g(2) - 2 g(1) + g(0) = 0 and g(1) ≠ g(0), modulo a prime."""
    program = compile_program((g0, g1, g2), vocabulary=vocabulary, definitions=found.definitions)
    dice = Dice("linear")
    try:
        a, b, c = program.run({leaf: dice.below(PRIME) for leaf in program.leaves}, PrimeField(PRIME))
    except (NotExact, Undefined):
        return False
    return bool(c - 2 * b + a == 0 and a != b)
