"""How large a formula may be.  All limits are taken on the text, the tokens, or as the tree is about to grow."""

from __future__ import annotations

from fractions import Fraction
from math import log10

from symprop.written import Const, Neg, Num, Pow, Prod, Quot, Sum, Written

MAX_LENGTH = 20_000  # characters
MAX_TOKENS = 8_000
MAX_DEPTH = 48  # brackets, groups, fractions inside one another
MAX_DIGITS = 100  # of one number
MAX_POWER_OF_TEN = 999  # 1e999
MAX_RUN = 64  # letters and digits in one word
MAX_SIGNS = 4  # - - - r
MAX_TOWER = 3  # a^b^c
MAX_EXPONENT = 1000  # x^1000
MAX_TREE = 120  # depth of the tree: a/b/c/d… grows it without brackets


def size(formula: Written, budget: int = 200) -> float | None:
    """log10 of a bound of |formula| for a formula of numbers only; None where it has a name or is very large."""
    stack = [formula]
    while stack:  # cheap way out: nearly every exponent has a name in it
        node = stack.pop()
        budget -= 1
        if budget < 0 or not isinstance(node, Num | Const | Neg | Sum | Prod | Quot | Pow):
            return None
        stack.extend(node.children)
    return _size(formula)


def _size(node: Written) -> float:
    if isinstance(node, Num):
        return log10(abs(node.value.numerator)) - log10(node.value.denominator) if node.value else -999.0
    if isinstance(node, Neg):
        return _size(node.arg)
    if isinstance(node, Sum):
        return max(map(_size, node.terms)) + log10(len(node.terms))
    if isinstance(node, Prod):
        return sum(map(_size, node.factors))
    if isinstance(node, Quot):
        return _size(node.num) - _size(node.den)
    if isinstance(node, Pow):
        if isinstance(node.exp, Num):  # 0.01^2 is small
            power = max(Fraction(-1000), min(Fraction(1000), node.exp.value))
            return max(-999.0, min(999.0, _size(node.base) * float(power)))
        exponent = _size(node.exp)
        return 999.0 if exponent > 6 else min(999.0, abs(_size(node.base)) * 10**exponent)
    return 1.0


def depth(formula: Written) -> int:
    """The depth of the tree."""
    level, deepest = [formula], 0
    while level:
        deepest += 1
        level = [child for node in level for child in node.children]
    return deepest
