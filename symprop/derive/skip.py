"""Which way the gradient takes where a rectifier is off: what a skip connection is for.

∂L/∂h = L' (w_2 w_1 g'(z) + w_3)   is   L' w_3   for z < 0
"""

from __future__ import annotations

from collections.abc import Iterator

from symprop import functions
from symprop.derive.bench import Bench
from symprop.derive.form import tidy
from symprop.derive.reasons import above_zero
from symprop.model.solution import Line, Phrase, Worked, phrase, unbroken
from symprop.written import ZERO, Call, Deriv, Indicator, Name, Rel, Sum, Written, substitute


def skip_carries(bench: Bench, worked: Worked) -> list[Phrase]:
    """The first closed form over several ways of which one is left where a unit is off."""
    for line in unbroken(worked.lines):
        if isinstance(line.left, Deriv) and any(r.code in ("paths-add", "branches-add") for r in line.reasons):
            for slope, argument in _slopes(bench, line.chain[-1][1]):
                found = _remaining(bench, line, slope)
                if found is not None:
                    child, rest = found
                    off = Rel((argument, ZERO), ("<",))
                    return [phrase("skip-carries", off=off, derivative=line.left, rest=rest, z=line.left.by[0],
                                   child=child)]  # fmt: skip
    return []


def _remaining(bench: Bench, line: Line, slope: Written) -> tuple[Name, Written] | None:
    """The one child over which a way is left, and the derivative over it."""
    assert isinstance(line.left, Deriv)
    target, name = line.left.of, line.left.by[0]
    if not isinstance(target, Name) or not isinstance(name, Name):
        return None
    left = []
    for child in bench.ways(name, target):
        upper = bench.closed(target, child) if child != target else None
        ways = [bench.local(child, name), *([upper] if upper is not None else [])]
        if all(tidy(substitute(part, {slope: ZERO})) != ZERO for part in ways):
            left.append(child)
    rest = tidy(substitute(line.chain[-1][1], {slope: ZERO}))
    if len(left) != 1 or isinstance(rest, Sum) or rest == ZERO or slope in rest.walk():
        return None
    return left[0], rest


def _slopes(bench: Bench, formula: Written) -> Iterator[tuple[Written, Written]]:
    """g'(z) of a rectifier, or [z > 0], with its argument z."""
    for node in formula.walk():
        match node:
            case Call(func, (argument,), 1):
                row = functions.lookup(Call(func, (argument,)), bench.part.vocabulary)
                if isinstance(row, functions.Function) and row.key == "ReLU":
                    yield node, argument
            case Indicator() if (above := above_zero(node)) is not None:
                yield node, above
