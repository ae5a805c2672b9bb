"""The linear piece on which the exercise's numbers lie: max, | |, cases and indicators replaced by what they are there.

    max(0, z) at z = 1.5 is z,   |y - a| at y < a is -(y - a),   1[z > 0] at z = -2 is 0
On that piece -(y - ŷ) w_2 x is right where both units are active, although ReLU' is not written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symprop.derive.numbers import minus
from symprop.derive.values import NotGiven, Programs
from symprop.evaluate import Undefined
from symprop.functions import Function, derivatives_of, expand, lookup
from symprop.names import Vocabulary
from symprop.written import ONE, ZERO, Call, Cases, Deriv, Indicator, Rel, Written, neg, substitute


class NoPiece(Exception):
    """The numbers do not say on which piece they lie: one is missing, or they lie on a kink."""


class Pieces:
    """Replaces what has kinks by its piece at some numbers."""

    def __init__(self, vocabulary: Vocabulary, programs: Programs, env: Mapping[Written, Any]):
        self.vocabulary, self.programs, self.env = vocabulary, programs, env

    def on(self, formula: Written) -> Written:
        """The formula without kinks.  Raises NoPiece."""
        if isinstance(formula, Deriv):
            return formula
        if isinstance(formula, Call) and (found := self.opened(formula)) is not None:
            return self.on(found)
        if isinstance(formula, Indicator):
            return ONE if self.holds(formula.condition) else ZERO
        if isinstance(formula, Cases):
            for value, condition in zip(formula.values, formula.conditions, strict=True):
                if condition is None or self.holds(condition):
                    return self.on(value)
            raise NoPiece
        children = tuple(map(self.on, formula.children))
        same = all(a is b for a, b in zip(children, formula.children, strict=True))
        return formula if same else formula.rebuilt(children)

    def opened(self, call: Call) -> Written | None:
        """What a call with kinks is on the piece; None for any other."""
        row = lookup(call, self.vocabulary)
        if not isinstance(row, Function):
            found = expand(call, self.vocabulary)
            return found if found != call else None
        if not row.kinks_text or call.primes > 1:
            return None
        if call.primes:
            return derivatives_of(Call(call.func, call.args), row)[0]
        if row.key in ("max", "min"):
            best = call.args[0]
            for other in call.args[1:]:
                if (self.sign(other, best) > 0) == (row.key == "max"):
                    best = other
            return best
        if row.key == "abs":
            return call.args[0] if self.sign(call.args[0], ZERO) > 0 else neg(call.args[0])
        if row.key == "sign":
            return ONE if self.sign(call.args[0], ZERO) > 0 else neg(ONE)
        return (
            substitute(row.value, dict(zip(row.params, call.args, strict=True)))
            if len(call.args) == len(row.params)
            else None
        )

    def holds(self, condition: Written) -> bool:
        """Whether a relation holds, none of its sides being equal."""
        if not isinstance(condition, Rel):
            raise NoPiece
        for left, op, right in zip(condition.items, condition.ops, condition.items[1:], strict=False):
            above = self.sign(left, right) > 0
            if op not in ("<", "≤", ">", "≥", "≠", "=") or op == "=" or ((op in ("<", "≤")) == above and op != "≠"):
                return False
        return True

    def sign(self, left: Written, right: Written) -> int:
        """The sign of left - right at the numbers."""
        try:
            difference = minus(self.programs.value(left, self.env), self.programs.value(right, self.env))
        except (NotGiven, Undefined):
            raise NoPiece from None
        if difference > 0:
            return 1
        if difference < 0:
            return -1
        raise NoPiece
