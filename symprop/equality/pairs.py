"""Σ_{i<j} a_i a_j as a sum over both indices, where j means nothing outside of it, nor in the other formula.

Σ_{j≠i} w_ij x_j stays a sum over j, for every i, where the other formula depends on i, too.
"""

from __future__ import annotations

from symprop.families import depends
from symprop.written import Big, Name, Rel, Written


def over_pairs(formula: Written, other: Written) -> Written:
    """The formula with such sums as double sums."""
    if not any(isinstance(node, Big) and node.condition is not None for node in formula.walk()):
        return formula
    found = _paired(formula, other, frozenset())
    letters = {n.index for n in found.walk() if isinstance(n, Big)} - {
        n.index for n in formula.walk() if isinstance(n, Big)
    }
    return formula if any(_is_free(n, found) for n in letters) else found


def _paired(formula: Written, other: Written, bound: frozenset[Written]) -> Written:
    if not formula.children:
        return formula
    inner = bound | {formula.index} if isinstance(formula, Big) else bound
    found = formula.rebuilt(tuple(_paired(child, other, inner) for child in formula.children))
    if isinstance(found, Big) and found.op in ("sum", "prod") and isinstance(found.condition, Rel):
        for name in found.condition.items:
            alone = isinstance(name, Name) and name == Name(name.base) and name not in inner
            if alone and _is_free(name, found.body) and not _is_free(name, other):
                return Big(found.op, name, found)
    return found


def _is_free(letter: Written, formula: Written) -> bool:
    """Whether an index letter is bound by no sum somewhere in a formula."""
    assert isinstance(letter, Name)
    stack = [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, Name) and (node == letter or depends(node, (letter.base,))):
            return True
        if not (isinstance(node, Big) and node.index == letter):
            stack.extend(node.children)
    return False


__all__ = ["over_pairs"]
