"""What a proof says of every entry of two vectors that are compared: their entries are looked at together."""

from __future__ import annotations

from symprop.equality.fields import FIELD_POINTS, fields
from symprop.equality.records import Equality
from symprop.equality.search import Comparison
from symprop.evaluate import NotExact

Proofs = tuple[Equality | None, ...]


def proofs(comparison: Comparison) -> Proofs:
    """For each entry whether it is proved to be equal, or to be different; None where there is no proof.

    A difference modulo a prime is one of the entry; that all functions may be any others says only of all together
    that they are equal.
    """
    c, count = comparison, len(comparison.pair.outputs[0])
    equal, different = Equality("equal", "exact", points=FIELD_POINTS), Equality("different", "exact")
    if not comparison.free:
        return (None,) * count
    if not comparison.pair.rational:
        alike = comparison.formal() and comparison.defined()
        return ((Equality("equal", "exact", points=comparison.agreed) if alike else None),) * count
    same, done = [True] * count, 0
    try:
        for left, right in fields(c.pair, c.free, c.numbers, c.dice, c.purse):
            same = [before and a == b for before, a, b in zip(same, left, right, strict=True)]
            done += 1
            if not any(same):
                break
    except NotExact:
        return (None,) * count
    return tuple((equal if done == FIELD_POINTS else None) if alike else different for alike in same)
