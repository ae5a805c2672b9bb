"""What only vectors and matrices have in a formula: transposes, entries, products entry by entry.

Everything else is written as for numbers: a Prod of matrices is their product in order, σ(z) of a vector acts on its
entries.  Who walks over formulas and does not know these nodes refuses them.
"""

from __future__ import annotations

from symprop.records import record
from symprop.written import Neg, Num, Written


@record()
class Transpose(Written):
    """A^T"""

    arg: Written

    @property
    def children(self) -> tuple[Written, ...]:
        return (self.arg,)

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return Transpose(*children)


@record()
class Hadamard(Written):
    """a ⊙ b, entry by entry.  At least two factors, none of them a Hadamard, the first without a sign."""

    factors: tuple[Written, ...]

    @property
    def children(self) -> tuple[Written, ...]:
        return self.factors

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return hadamard(*children)


@record()
class Entry(Written):
    """(W x)_i, (A B)_{ij}: an entry of an array that has no name; ``sub``: its indices as they are written."""

    arg: Written
    sub: str

    @property
    def children(self) -> tuple[Written, ...]:
        return (self.arg,)

    def rebuilt(self, children: tuple[Written, ...]) -> Written:
        return Entry(children[0], self.sub)


def hadamard(*factors: Written) -> Written:
    """a ⊙ b in the given order, flattened; the first factor's sign is moved to the front."""
    flat: list[Written] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Hadamard) else (factor,))
    first = flat[0]
    if len(flat) == 1:
        return first
    if isinstance(first, Neg) or (isinstance(first, Num) and first.value < 0):
        return Neg(hadamard(first.arg if isinstance(first, Neg) else Num(-first.value, first.places), *flat[1:]))
    return Hadamard(tuple(flat))
