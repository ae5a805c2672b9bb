"""A formula as a straight list of instructions over numbered registers, and the loop that runs them.

Compiled once, a program runs at many points and in every arithmetic.  Shared sub-formulas (the argument of a function
with a body, an output used in its own derivative) are computed once.  Cases are blocks of their own: only the piece
that applies is run, so an undefined piece elsewhere does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symprop.errors import UnsupportedError
from symprop.evaluate.arithmetics import Arithmetic, Element
from symprop.evaluate.failures import FAILURES, Missing, NoValue, Undefined
from symprop.evaluate.series import Series
from symprop.written import Deriv, Name, Written

(
    NUMBER, LETTER, LEAF, ADD, MUL, NEG, DIV, POWI, POWQ, POW, FUNC, ABSTRACT, ABS, SIGN, MAX, REL, STEP, CASES,
    KINK, PICK, DIFF, IMPORT, VARIABLE,
) = range(23)  # fmt: skip

Instruction = tuple[int, int, tuple[int, ...], Any, Written]  # operation, result, arguments, data, formula
Block = list[Instruction]
Registers = Any  # int, or a tuple of Registers for a vector
Recorder = Callable[["Site", int, Element], None]  # site, sign, value


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Where a formula changes piece: the sign of one register or of a difference."""

    formula: Written
    difference: tuple[int, ...]  # one register, or two: first minus second
    equality: bool = False  # = or ≠: the point itself matters


@dataclass(slots=True)
class Program:
    """``outputs``: a register per formula.  ``leaves``: what needs a value.  ``sites``: every kink."""

    block: Block
    outputs: tuple[Registers, ...]
    size: int
    leaves: tuple[Written, ...] = ()
    sites: tuple[Site, ...] = ()
    inner: tuple[Program, ...] = ()
    rational: bool = True  # no function, kink or letter: may run in a prime field
    has_names: bool = True
    cost: int = field(default=0)

    def run(
        self,
        env: Mapping[Written, Any],
        arithmetic: Arithmetic,
        recorder: Recorder | None = None,
        outer: list[Element] | None = None,
        variable: Element = None,
    ) -> tuple[Any, ...]:
        """The outputs, as the arithmetic keeps them (``arithmetic.finish`` makes them presentable)."""
        registers: list[Element] = [None] * self.size
        with arithmetic.context():
            _run(self.block, registers, env, arithmetic, recorder, outer, variable)
        return tuple(_collect(out, registers) for out in self.outputs)


def _collect(out: Registers, registers: list[Element]) -> Any:
    return tuple(_collect(o, registers) for o in out) if isinstance(out, tuple) else registers[out]


def _run(
    block: Block, r: list[Element], env: Mapping[Written, Any], arithmetic: Arithmetic, recorder: Recorder | None,
    outer: list[Element] | None, variable: Element,
) -> None:  # fmt: skip
    lift, shrink = arithmetic.lift, arithmetic.shrink
    node: Written | None = None
    try:
        for op, to, args, data, node in block:
            if op == LEAF:
                r[to] = _leaf(data, env, lift)
            elif op == NUMBER:
                r[to] = lift(data)
            elif op == ADD:
                value = r[args[0]]
                for k in args[1:]:
                    value = value + r[k]
                r[to] = shrink(value)
            elif op == MUL:
                value = r[args[0]]
                for k in args[1:]:
                    value = shrink(value * r[k])
                r[to] = value
            elif op == NEG:
                r[to] = -r[args[0]]
            elif op == DIV:
                r[to] = shrink(arithmetic.div(r[args[0]], r[args[1]]))
            elif op == POWI:
                r[to] = arithmetic.powi(r[args[0]], data)
            elif op == FUNC:
                r[to] = arithmetic.func(data, r[args[0]])
            elif op == ABSTRACT:
                r[to] = arithmetic.abstract(data[0], data[1], tuple(r[k] for k in args))
            elif op == LETTER:
                r[to] = arithmetic.letter(data)
            elif op == POWQ:
                r[to] = arithmetic.powq(r[args[0]], data)
            elif op == POW:
                r[to] = arithmetic.power(r[args[0]], r[args[1]])
            elif op == REL:
                r[to] = _holds(data, [r[k] for k in args], arithmetic, recorder)
            elif op == STEP:
                r[to] = lift(1 if r[args[0]] else 0)
            elif op in (ABS, SIGN, MAX):
                r[to] = _kinked(op, [r[k] for k in args], data, arithmetic, recorder)
            elif op == CASES:
                r[to] = _cases(data, r, env, arithmetic, recorder, outer, variable, node)
            elif op == KINK:
                at = arithmetic.is_series and arithmetic.sign(r[args[0]]) == 0
                r[to] = arithmetic.still(r[args[1]]) + arithmetic.at_kink(r[args[0]], data) if at else r[args[1]]
            elif op == PICK:
                slope, inner, register, site = data
                sign = arithmetic.sign(r[args[0]])
                if recorder is not None:
                    recorder(site, sign, r[args[0]])
                if sign == 0:
                    r[to] = lift(slope)
                else:
                    _run(inner, r, env, arithmetic, recorder, outer, variable)
                    r[to] = r[register]
            elif op == DIFF:
                program, order = data
                series = Series(order, arithmetic)
                (value,) = program.run(env, series, recorder, r, series.variable(r[args[0]]))
                r[to] = _factorial_times(series.coefficient(value, order), order, lift)
            elif op == IMPORT:
                assert outer is not None
                r[to] = outer[data]
            else:
                assert op == VARIABLE, op
                r[to] = variable
    except NoValue as failure:
        assert node is not None
        raise FAILURES[failure.kind](node, failure.reason) from None


def _factorial_times(value: Element, order: int, lift: Callable[[Any], Element]) -> Element:
    factor = 1
    for k in range(2, order + 1):
        factor *= k
    return value * lift(factor) if factor > 1 else value


def _leaf(leaf: Written, env: Mapping[Written, Any], lift: Callable[[Any], Element]) -> Element:
    try:
        value = env[leaf]
    except KeyError:
        value = _symmetric(leaf, env)
    if type(value) is Fraction:  # by far the commonest
        return lift(value)
    if isinstance(value, tuple | list) or type(value).__name__ == "ndarray":
        raise UnsupportedError(f"an array as the value of {leaf} is not supported yet")
    if isinstance(value, Written):
        from symprop.evaluate.compiling import constant

        value = constant(value)
        if value is None:
            raise UnsupportedError(f"the value of {leaf} must be a number")
    return lift(value)


def _symmetric(leaf: Written, env: Mapping[Written, Any]) -> Any:
    """∂²f/∂x∂y where only ∂²f/∂y∂x is given."""
    if isinstance(leaf, Deriv) and len(leaf.by) > 1:
        for key, value in env.items():
            if not isinstance(key, Deriv) or key.of != leaf.of or key.local != leaf.local:
                continue
            if sorted(map(str, key.by)) == sorted(map(str, leaf.by)):
                return value
    raise Missing(leaf, "has no value")


def _holds(
    data: tuple[tuple[str, ...], tuple[Site, ...]], values: list[Element], arithmetic: Arithmetic,
    recorder: Recorder | None,
) -> bool:  # fmt: skip
    ops, sites = data
    result = True
    for op, site, left, right in zip(ops, sites, values, values[1:], strict=False):
        difference = left - right
        sign = arithmetic.sign(difference)
        if recorder is not None:
            recorder(site, sign, difference)
        result = result and HOLDS[op](sign)
    return result


HOLDS: dict[str, Callable[[int], bool]] = {
    "<": lambda s: s < 0,
    "≤": lambda s: s <= 0,
    ">": lambda s: s > 0,
    "≥": lambda s: s >= 0,
    "=": lambda s: s == 0,
    "≠": lambda s: s != 0,
}


def _kinked(
    op: int, values: list[Element], data: tuple[int, Fraction, Site], arithmetic: Arithmetic, recorder: Recorder | None
) -> Element:
    """|u|, sign u, max(u, v) and min(u, v); at the kink the value moves with the agreed slope."""
    want, slope, site = data
    u = values[0]
    difference = u if len(values) == 1 else u - values[1]
    sign = arithmetic.sign(difference)
    if recorder is not None:
        recorder(site, sign, difference)
    if op == SIGN:
        return arithmetic.lift(sign)
    if op == ABS:
        return u if sign > 0 else -u if sign < 0 else arithmetic.still(u) + arithmetic.at_kink(u, slope)
    if sign:
        return u if sign == want else values[1]
    moves = arithmetic.at_kink(u, slope) + arithmetic.at_kink(values[1], slope)
    return arithmetic.still(u) + moves


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One case: how to decide it (None: otherwise) and what it is worth."""

    test: Block
    condition: int | None
    work: Block
    value: int


def _cases(
    pieces: tuple[Piece, ...], r: list[Element], env: Mapping[Written, Any], arithmetic: Arithmetic,
    recorder: Recorder | None, outer: list[Element] | None, variable: Element, node: Written,
) -> Element:  # fmt: skip
    for piece in pieces:
        _run(piece.test, r, env, arithmetic, recorder, outer, variable)
        if piece.condition is None or r[piece.condition]:
            _run(piece.work, r, env, arithmetic, recorder, outer, variable)
            return r[piece.value]
    raise Undefined(node, "no case applies")


def instructions(program: Program) -> Iterator[Instruction]:
    """Every instruction of the program, those of its pieces too, in the order in which they are run."""
    stack: list[Iterator[Instruction]] = [iter(program.block)]
    while stack:
        instruction = next(stack[-1], None)
        if instruction is None:
            stack.pop()
            continue
        op, _, _, data, _ = instruction
        if op == CASES:
            for piece in reversed(data):
                stack.append(iter(piece.work))
                stack.append(iter(piece.test))
        elif op == PICK:
            stack.append(iter(data[1]))
        yield instruction


__all__ = ["Block", "Instruction", "Name", "Piece", "Program", "Recorder", "Registers", "Site", "instructions"]
