"""Values of rational functions modulo primes, at random points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from symprop.equality.records import Purse
from symprop.evaluate import PrimeField, Program, Undefined
from symprop.evaluate.sampling import Dice
from symprop.evaluate.signs import degree
from symprop.written import Written

PRIMES = (2305843009213693951, 2305843009213693921, 2305843009213693907, 2305843009213693723)
FIELD_POINTS = 4
LARGEST = 1 << 30  # degree of a difference that a prime of this size can tell


def fields(
    pair: Program, free: Sequence[Written], numbers: Mapping[Written, Any], dice: Dice, purse: Purse
) -> Iterator[tuple[Any, Any]]:
    """The first two outputs of a program at ``FIELD_POINTS`` points, fewer where it has no values.  Raises NotExact."""
    done = 0
    for attempt in range(4 * FIELD_POINTS if degree(pair) <= LARGEST else 0):
        p = PRIMES[attempt % len(PRIMES)]
        purse.pay(pair, 256)
        point = {leaf: dice.below(p) for leaf in free}
        try:
            left, right, *_ = pair.run({**numbers, **point}, PrimeField(p))
        except Undefined:
            continue
        yield left, right
        done += 1
        if done == FIELD_POINTS:
            return
