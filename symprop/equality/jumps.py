"""What is said of a point on which a function jumps: 0, 1/2 or 1 for ReLU'(0).

The slopes on both sides and all between them are the generalised derivative there (Clarke, Optimization and Nonsmooth
Analysis, 1983, section 1.2), so that none of these is wrong where nothing else was agreed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

from symprop.evaluate import Balls, NotExact, Program, Straddle, Undefined
from symprop.evaluate.agreement import middle
from symprop.written import Written

NEAR = Fraction(1, 10**12)
LEAST = Fraction(1, 10**6)  # of a jump
GROWN = 1  # at a pole the values a thousand times nearer are larger by more
Env = Mapping[Written, Any]


def bridges(first: Program, second: Program, env: Env, leaf: Written) -> bool:
    """Whether the first has, at a point, a value between those of the second on both sides along one quantity."""
    mine, sides = _value(first, env), _sides(second, env, leaf)
    if mine is None or sides is None:
        return False
    low, high, rough = sides
    return high - low > rough and low - rough <= mine <= high + rough


def astray(first: Program, second: Program, env: Env, leaf: Written) -> Literal["kink", "pole"] | None:
    """Where the first has a value at a point where the second has none and cannot be given that one.

    On a kink: it lies beyond those on both sides (7 if z = 0 for the slope z/|z| of |z|).  On a pole no value can
    stand (0 if z = 0 for 1/z); where the second goes on smoothly (sin z / z) its limit can.
    """
    mine, sides = _value(first, env), _sides(second, env, leaf)
    if mine is None or sides is None or _value(second, env) is not None:
        return None
    nearer = _sides(second, env, leaf, NEAR / 1000)
    if nearer is not None and min(map(abs, nearer[:2])) > max(map(abs, sides[:2])) + GROWN:
        return "pole"
    low, high, rough = sides
    return None if low - rough <= mine <= high + rough else "kink"


def _sides(
    program: Program, env: Env, leaf: Written, near: Fraction = NEAR
) -> tuple[Fraction, Fraction, Fraction] | None:
    """The smaller and the larger value close by on both sides, and how rough these are."""
    there = env[leaf]
    step = near * (1 + abs(there))
    below, above = (_value(program, {**env, leaf: there + sign * step}) for sign in (-1, 1))
    if below is None or above is None:
        return None
    low, high = min(below, above), max(below, above)
    return low, high, LEAST * (1 + abs(low) + abs(high))


def _value(program: Program, env: Env) -> Fraction | None:
    """The only output at a point; None where it has none, or is no single number."""
    try:
        found = program.run(env, Balls(256))[0]
        return None if isinstance(found, tuple | bool) else middle(found)
    except (NotExact, Straddle, Undefined):
        return None


__all__ = ["astray", "bridges"]
