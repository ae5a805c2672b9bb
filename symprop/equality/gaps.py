"""Whether a formula by cases leaves something out: looked for at random points, and between the places where they join.

-1 if z < 0, 1 if 0 < z < 0.999, 2 if z > 1 leaves out a stretch that no random point would meet; along each quantity
the conditions are taken for straight lines, and a point between each two of their roots is tried.  A single point
that is left out, z = 0, is no gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from symprop.equality.search import POINTS
from symprop.evaluate import Balls, NotExact, Straddle, Undefined, compile_program, split
from symprop.evaluate.agreement import middle
from symprop.evaluate.sampling import Dice, assumptions_of
from symprop.names import Vocabulary
from symprop.written import Cases, Rel, Written, add, dump, neg

LINES = 4  # points through which lines are drawn along each quantity
QUANTITIES = 6
EDGES = 40  # roots on one line
Point = dict[Written, Fraction]


def has_gaps(
    formula: Written,
    *,
    vocabulary: Vocabulary | None = None,
    assume: tuple[Written, ...] = (),
    env: Mapping[Written, Any] | None = None,
) -> bool:
    """Whether a formula has no value at some points, as cases that leave something out."""
    numbers, definitions = split(env or {})
    assumed = assumptions_of(assume, vocabulary, definitions, numbers)
    known = {**definitions, **assumed.definitions}

    def compiled(formulas: tuple[Written, ...]) -> Any:
        return compile_program(formulas, vocabulary=vocabulary, definitions=known, known=numbers)

    program, checks, edges = compiled((formula,)), compiled(assumed.checked), compiled(tuple(_edges(formula)))
    leaves = dict.fromkeys(leaf for each in (program, edges, checks) for leaf in each.leaves)
    free, dice = tuple(leaf for leaf in leaves if leaf not in numbers), Dice(dump(formula))
    balls = Balls(256)

    def value(at: Point) -> tuple[Fraction, ...] | None:
        try:
            found = [middle(each) for each in edges.run({**numbers, **at}, balls)]
        except (NotExact, Undefined):
            return None
        return None if None in found else tuple(each for each in found if each is not None)

    def left_out(at: Point) -> bool:
        full = {**numbers, **at}
        try:
            if checks.outputs and not (assumed.allows(at) and assumed.satisfied(checks.run(full, balls), balls)):
                return False
            program.run(full, balls)
        except (NotExact, Straddle):
            return False
        except Undefined:
            return True
        return False

    points = [assumed.point(free, dice, k) for k in range(POINTS)]
    if any(left_out(at) for at in points):
        return True
    lines = ((at, leaf) for at in points[:LINES] for leaf in free[:QUANTITIES] if leaf not in assumed.definitions)
    return any(left_out({**at, leaf: between}) for at, leaf in lines for between in _between(value, at, leaf))


def _edges(formula: Written) -> Iterator[Written]:
    """What is 0 where a condition begins to hold."""
    cases = (node for node in formula.walk() if isinstance(node, Cases))
    for relation in (node for each in cases for node in each.walk() if isinstance(node, Rel)):
        yield from (add(a, neg(b)) for a, b in pairwise(relation.items))


def _between(value: Any, at: Point, leaf: Written) -> list[Fraction]:
    """A place between each two roots of the conditions, along one quantity."""
    roots = set[Fraction]()
    for start in (at[leaf], -at[leaf]):  # |z| < 1 has two
        here, there = value({**at, leaf: start}), value({**at, leaf: start + Fraction(1, 16)})
        if here is not None and there is not None:
            roots |= {start - a / (b - a) / 16 for a, b in zip(here, there, strict=True) if a != b}
    places = sorted(roots)[:EDGES]
    return [(a + b) / 2 for a, b in pairwise(places) if b - a > Fraction(1, 10**9) * (1 + abs(a))]
