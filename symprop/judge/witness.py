"""The point at which a wrong answer differs, told by the quantities that the student wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from symprop.derive.values import Programs
from symprop.equality import Equality
from symprop.errors import UnsupportedError
from symprop.evaluate import Balls, NotExact, Undefined, compile_program
from symprop.evaluate.agreement import middle
from symprop.judge.subject import Subject, quantities_in
from symprop.notation.numbers import half_up, magnitude
from symprop.written import Written

DIGITS = 6


def retold(equality: Equality | None, mine: Written, right: Written, subject: Subject) -> Equality | None:
    """The equality with a witness by the quantities in ``mine``: z_6 = 0.53, t = 2, not the weights behind them.

    Where the right answer is the same at every point (∂y/∂b = 1), a witness would tell it; there is none then.
    """
    if equality is None or equality.witness is None:
        return equality
    wanted = tuple(quantities_in(mine))
    point = {**subject.numbers(), **dict(equality.witness.point)}
    values: list[Any] = [point.get(q) for q in wanted]
    computed = [i for i, value in enumerate(values) if value is None]
    definitions = subject.definitions()
    compiled = partial(compile_program, definitions=definitions, **subject.conventions)
    try:
        if not _depends(right, subject.bench.programs, definitions):
            return replace(equality, witness=None)
        program = compiled([subject.resolve(wanted[i]) for i in computed])
        for i, value in zip(computed, program.run(point, Balls(256)), strict=True):
            values[i] = shown(value)
    except (Undefined, UnsupportedError, NotExact):
        return equality
    if None in values or not values:
        return equality
    return replace(equality, witness=replace(equality.witness, point=tuple(zip(wanted, values, strict=True))))


def _depends(formula: Written, programs: Programs, definitions: Mapping[Written, Written]) -> bool:
    """Whether a formula depends on anything that is given."""
    seen, waiting = set[Written](), [formula]
    while waiting:
        for leaf in programs.leaves(waiting.pop()):
            if leaf not in definitions:
                return True
            if leaf not in seen:
                seen.add(leaf)
                waiting.append(definitions[leaf])
    return False


def shown(value: Any) -> Fraction | None:
    """A ball to some digits; None for a vector or a truth value."""
    found = None if isinstance(value, tuple | bool) else middle(value)
    return half_up(found, DIGITS - 1 - magnitude(found)) if found else found
