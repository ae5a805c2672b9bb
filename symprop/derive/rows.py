"""A row with its numbers:  h = w x = 0.8·(-1) ≈ …

The substituted formula shows each operand as it was printed.  Where what is printed, evaluated as printed, would not
give the printed result, operands get guard digits until it does; where the exercise fixes the digits, the row is named
in a remark instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from symprop.derive.bench import Bench
from symprop.derive.leaves import quantities
from symprop.derive.numbers import ball
from symprop.derive.values import Value, exact_number, value_of
from symprop.evaluate import Undefined
from symprop.model.exercise import Rounding
from symprop.model.solution import Line, Phrase
from symprop.notation.numbers import shown
from symprop.written import Deriv, Name, Num, Written

GUARD = (0, 1, 2, 3, 4, 6, 8, 10, 12)  # more digits nobody wants to read: then the value follows directly


def with_numbers(
    bench: Bench,
    left: Written | None,
    formulas: list[Written],
    reasons: tuple[Phrase, ...] = (),
    *,
    label: str = "",
    boxed: bool = False,
    relation: str = "=",
    numbers: bool | None = None,
) -> Line:
    """The row left = formulas … with the substituted formula and the value, where all numbers are known."""
    chain = [(relation if i == 0 else "=", f) for i, f in enumerate(formulas)]
    if numbers is None:
        numbers = all(known(bench, n) for n in quantities(formulas[-1]))
    numbers = numbers and not bench.programs.is_open(formulas[-1])
    if numbers and quantities(formulas[-1]):
        found = numbers_of(bench, formulas[-1])
        chain += found
        if bench.rounding.carry == "rounded" and isinstance(left, Deriv):
            bench.env()[left] = exact_number(found[-1][1])
        if bench.rounding.explicit and len(found) == 2 and not reproduces(bench, found[0][1], found[1][1]):
            label = label or bench.new_label()
            bench.loose.append(label)
    return Line(left, tuple(chain), reasons, epoch=bench.epoch, label=label, boxed=boxed)


def tell_apart(bench: Bench, label: str, numbers: int, steps: Sequence[tuple[Phrase, ...]]) -> None:
    """The last formulas of a line have reasons of their own; its numbers follow the last of them."""
    if steps:
        bench.rows[label] = (*((1, why) for why in steps[:-1]), (1 + numbers, steps[-1]))


def known(bench: Bench, quantity: Written) -> bool:
    """Whether a name or derivative symbol has a number in this epoch."""
    env = bench.env()
    if isinstance(quantity, Name) or quantity in env:
        return quantity in env
    return bench.numeric


def numbers_of(bench: Bench, formula: Written, relation: str = "=") -> list[tuple[str, Written]]:
    """[(= or ≈, substituted formula), (= or ≈, value)]; the first is left out where it would repeat the second."""
    for node in quantities(formula):
        if node not in bench.env():
            bench.printed(node)  # finds the adjoint's value
    carried = bench.rounding.carry == "rounded"
    fixed = bench.rounding.explicit or carried
    substituted, exact = bench.printed(formula)
    value = value_of(substituted, {}, bench.part) if carried else bench.value(formula)
    result, exact_result = bench.show(value)
    if carried and not exact and exact_result:  # 0.91 for ELU'(-0.09) is rounded here, whatever is carried
        exact_result = bench.show(bench.value(formula))[1]
    if relation == "=" and not exact and exact_result and bench.programs.signed(formula) != formula:
        return [("=", result)]  # u/|u| = -1, however u is rounded
    if not fixed:
        for extra in GUARD:
            substituted, exact = bench.printed(formula, extra)
            if reproduces(bench, substituted, result):
                if extra and not exact:
                    bench.guarded.add(substituted)
                break
        else:
            substituted = result
    elif not has_value(bench, substituted):  # ln(1 - 1.000)
        substituted = result
    rows = []
    holds = exact_result and holds_exactly(bench, substituted, result)
    if relation == "=" and not (exact or holds):  # ReLU(-0.4621) is 0, however its argument is rounded
        relation = "≈"
    if not isinstance(substituted, Num) and substituted != result:
        rows.append((relation, substituted))
    if relation == "=" and not holds:
        relation = "≈"
    if rows and relation == "≈" and exact_result and not fixed:  # -5.900, from numbers that are rounded
        result = shown(ball(value), bench.rounding)[0]
    rows.append((relation, result))
    return rows


def has_value(bench: Bench, formula: Written) -> bool:
    """Whether the printed formula can be evaluated as printed."""
    try:
        value_of(formula, {}, bench.part)
    except Undefined:
        return False
    return True


def same_number(a: Written, b: Written) -> bool:
    """Two printed numbers of equal value, whatever zeros they end in."""
    return a == b or (isinstance(a, Num) and isinstance(b, Num) and a.value == b.value)


def reproduces(bench: Bench, substituted: Written, result: Written) -> bool:
    """Whether the printed formula, evaluated as printed and rounded, is the printed number."""
    try:
        again = value_of(substituted, {}, bench.part)
    except Undefined:
        return False
    return rounds_to(again, result, bench.rounding)


def rounds_to(value: Value, result: Written, rounding: Rounding) -> bool:
    """Whether the value is printed as ``result``, or is rounded to it as one that is no short decimal would be."""
    return any(same_number(shown(v, rounding)[0], result) for v in (value, ball(value)))


def holds_exactly(bench: Bench, substituted: Written, result: Written) -> bool:
    """Whether both sides are the same rational number."""
    try:
        a, b = value_of(substituted, {}, bench.part), value_of(result, {}, bench.part)
    except Undefined:
        return False
    return type(a) is type(b) and a == b
