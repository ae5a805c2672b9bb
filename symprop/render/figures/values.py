"""The numbers that the lines of a solution print: values, adjoints, local derivatives, which units are off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from symprop.model.solution import Line, Lines, PartSolution, Table, Worked, unbroken
from symprop.written import Deriv, Name, Neg, Num, Quot, Written


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed for the first values of the parameters.  ``last``: by target, its last task."""

    values: dict[Name, Written] = field(default_factory=dict)
    adjoints: dict[tuple[Name, Name], Written] = field(default_factory=dict)  # (target, by)
    local: dict[tuple[Name, Name], Written] = field(default_factory=dict)  # (child, parent)
    off: frozenset[Name] = frozenset()
    last: dict[Name, int] = field(default_factory=dict)


def printed(solved: PartSolution) -> Printed:
    """The numbers of a part, before any update."""
    values: dict[Name, Written] = {}
    adjoints: dict[tuple[Name, Name], Written] = {}
    local: dict[tuple[Name, Name], Written] = {}
    off: set[Name] = set()
    last: dict[Name, int] = {}
    for name, number in solved.part.given.items():
        if is_number(number):
            values[name] = number
    for deriv, number in solved.part.upstream.items():
        if isinstance(deriv, Deriv) and is_number(number):
            _keep(deriv, number, adjoints)
    for k, worked in enumerate(solved.worked):
        for line, table in _lines(worked):
            if line.epoch or line.env or not line.chain or not is_number(line.chain[-1][1]):
                continue
            number = line.chain[-1][1]
            if isinstance(line.left, Name) and line.chain[0][0] != "←":
                values.setdefault(line.left, number)
                if any(reason.code == "relu-off" for reason in line.reasons):
                    off.add(line.left)
            elif isinstance(line.left, Deriv):
                if table or line.left.local:
                    _keep(line.left, number, local)
                elif _keep(line.left, number, adjoints) and isinstance(line.left.of, Name):
                    last[line.left.of] = k
    return Printed(values, adjoints, local, frozenset(off), last)


def _keep(deriv: Deriv, number: Written, found: dict[tuple[Name, Name], Written]) -> bool:
    match deriv:
        case Deriv(Name() as of, (Name() as by,)):
            return found.setdefault((of, by), number) is number
    return False


def _lines(worked: Worked) -> Iterator[tuple[Line, bool]]:
    """The rows of a task, and whether they stand in a table."""
    for block in worked.blocks:
        if isinstance(block, Lines):
            yield from ((line, False) for line in unbroken(block.lines))
        elif isinstance(block, Table):
            yield from ((line, True) for line in block.claims)


def is_number(formula: Written) -> bool:
    """A number as it is printed: 3, -0.6, -1/3."""
    if isinstance(formula, Neg):
        return is_number(formula.arg)
    if isinstance(formula, Quot):
        return isinstance(formula.num, Num) and isinstance(formula.den, Num)
    return isinstance(formula, Num)
