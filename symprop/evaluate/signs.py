"""What can be said of a program without running it: arguments that never change sign, and the degree.

    x² ≥ 0    e^u > 0    |u| ≥ 0    a sum, product or quotient of these
so the kink of |x² + 1| has only one side, and nobody need look for the other.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from symprop.evaluate import program as code
from symprop.evaluate.program import Program, Site, instructions
from symprop.written import Written

MOVING = frozenset({code.LEAF, code.IMPORT, code.VARIABLE, code.CASES, code.PICK, code.DIFF})
Sign = int | None  # 1: never negative, -1: never positive, 0: zero, None: unknown


def one_sided(
    program: Program, known: Mapping[Written, int] | None = None, fixed: Container[Written] = ()
) -> set[Site]:
    """Kinks whose argument provably stays on one side, or does not move at all (``fixed``: quantities with a value)."""
    found: set[Site] = set()
    for part in (program, *_inner(program)):
        if not part.sites:
            continue
        signs, constant = _signs(part, known or {}, fixed)
        for site in part.sites:
            registers = site.difference
            first = signs.get(registers[0])
            second = signs.get(registers[1]) if len(registers) > 1 else 0
            one_side = first is not None and second is not None and _plus(first, -second) is not None
            if one_side or all(constant.get(k, False) for k in registers):
                found.add(site)
    return found


def _inner(program: Program) -> list[Program]:
    found = list(program.inner)
    for inner in program.inner:
        found += _inner(inner)
    return found


def _plus(a: Sign, b: Sign) -> Sign:
    if a is None or b is None or a * b < 0:
        return None
    return a or b


def _signs(
    program: Program, known: Mapping[Written, int], fixed: Container[Written]
) -> tuple[dict[int, Sign], dict[int, bool]]:
    signs: dict[int, Sign] = {}
    constant: dict[int, bool] = {}
    for op, to, args, data, _ in instructions(program):
        given = [signs.get(k) for k in args]
        moving = op in MOVING and not (op == code.LEAF and data in fixed)
        constant[to] = not moving and all(constant.get(k, False) for k in args)
        signs[to] = _sign(op, args, given, data, known)
    return signs, constant


def _sign(op: int, args: tuple[int, ...], given: list[Sign], data: object, known: Mapping[Written, int]) -> Sign:
    if op == code.NUMBER:
        return (data > 0) - (data < 0)  # type: ignore[operator]
    if op == code.LEAF:
        return known.get(data)  # type: ignore[call-overload]
    if op == code.LETTER or op in (code.ABS, code.STEP):
        return 1
    if op == code.ADD:
        total: Sign = 0
        for sign in given:
            total = _plus(total, sign)
        return total
    if op == code.NEG:
        return None if given[0] is None else -given[0]
    if op in (code.MUL, code.DIV):
        return _product(args, given)
    if op == code.POWI:
        return 1 if data % 2 == 0 else given[0]  # type: ignore[operator]
    if op in (code.POWQ, code.POW):
        return 1 if op == code.POWQ else given[0] if given[0] == 1 else None
    if op == code.FUNC:
        if data in ("exp", "sqrt"):
            return 1
        return given[0] if data in ("tanh", "erf") else None
    if op == code.MAX and given[0] is not None and given[1] is not None:
        want = data[0]  # type: ignore[index]
        return given[0] if given[0] == given[1] else (1 if want > 0 else -1) if want in given else None
    if op == code.MAX:
        want = data[0]  # type: ignore[index]
        return want if any(g is not None and (g == want or g == 0) for g in given) else None
    return given[1] if op == code.KINK else None


def _product(args: tuple[int, ...], given: list[Sign]) -> Sign:
    """A register times itself is a square."""
    total = 1
    for register in dict.fromkeys(args):
        if args.count(register) % 2 == 0:
            continue
        sign = given[args.index(register)]
        if sign is None:
            return None
        total *= sign
    return total


def degree(program: Program) -> int:
    """A bound for the degree of the numerator of (first output - second output), of a rational program."""
    found: dict[int, int] = {}
    biggest = 1
    for op, to, args, data, _ in instructions(program):
        parts = [found.get(k, 1) for k in args]
        if op == code.NUMBER:
            value = 0
        elif op == code.POWI:
            value = parts[0] * abs(data)
        elif op in (code.ADD, code.MUL, code.DIV, code.ABSTRACT):
            value = sum(parts)
        else:
            value = max([1, *parts])
        found[to] = value
        biggest = max(biggest, value)
    return 2 * biggest
