"""The value of a formula: one walk, interchangeable arithmetics.

    evaluate(read("1/(1 + e^(-z))"), {Name("z"): Fraction(0)})      Fraction(1, 2)

``env`` maps quantities (Name, Deriv) to numbers (Fraction, int, decimal text, a value of the arithmetic) or to
formulas, which are evaluated in turn; so an ``env`` of equations is a graph, and one walk evaluates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symprop.evaluate.arithmetics import EXACT, Arithmetic, Floats
from symprop.evaluate.compiling import compile_program
from symprop.evaluate.failures import FAILURES, Missing, NotExact, NoValue, Straddle, Undefined
from symprop.evaluate.flints import Balls, Formal, PrimeField
from symprop.evaluate.program import Program, Site
from symprop.evaluate.series import Moving, OneSided, Series
from symprop.names import Vocabulary
from symprop.written import Name, Num, Written

MAX_BITS = 8192


def evaluate(
    formula: Written,
    env: Mapping[Written, Any] | None = None,
    arithmetic: Arithmetic = EXACT,
    *,
    vocabulary: Vocabulary | None = None,
    kinks: Mapping[str, Any] | None = None,
    log_base: int | None = None,
) -> Any:
    """The value: a number of the arithmetic, a bool for a relation, a tuple for a vector.

    Raises Undefined (no value there; Straddle: balls too wide to tell; Missing: a quantity without a value) and
    NotExact (an irrational value in EXACT, a function in a prime field), each with the sub-formula and the reason.
    """
    env = env or {}
    options: dict[str, Any] = {"vocabulary": vocabulary, "kinks": kinks, "log_base": log_base}
    program = compile_program((formula,), definitions=Equations(env), known=Numbers(env), **options)
    (value,) = program.run(env, arithmetic)
    return finish(value, arithmetic, formula)


def _is_formula(key: Written, value: Any) -> bool:
    return isinstance(value, Written) and not isinstance(value, Num) and isinstance(key, Name)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The keys of an environment that have a number; looked at one by one, for environments are large."""

    env: Mapping[Written, Any]

    def __contains__(self, key: object) -> bool:
        return key in self.env and not _is_formula(key, self.env[key])  # type: ignore[arg-type,index]


@dataclass(frozen=True, slots=True)
class Equations:
    """The quantities of an environment that have a formula."""

    env: Mapping[Written, Any]

    def __contains__(self, key: object) -> bool:
        return key in self.env and _is_formula(key, self.env[key])  # type: ignore[arg-type,index]

    def __getitem__(self, key: Name) -> Written:
        formula: Written = self.env[key]
        return formula


def split(env: Mapping[Written, Any]) -> tuple[dict[Written, Any], dict[Name, Written]]:
    """The quantities with a number, and those with a formula."""
    numbers: dict[Written, Any] = {}
    definitions: dict[Name, Written] = {}
    for key, value in env.items():
        if isinstance(key, Name) and _is_formula(key, value):
            definitions[key] = value
        else:
            numbers[key] = value
    return numbers, definitions


def finish(value: Any, arithmetic: Arithmetic, formula: Written) -> Any:
    """A run's output as it is handed out."""
    if isinstance(value, tuple):
        return tuple(finish(v, arithmetic, formula) for v in value)
    if isinstance(value, bool):
        return value
    try:
        with arithmetic.context():
            return arithmetic.finish(value)
    except NoValue as failure:
        raise FAILURES[failure.kind](formula, failure.reason) from None


def evaluate_ball(
    formula: Written,
    env: Mapping[Written, Any] | None = None,
    *,
    digits: int = 50,
    bits: int = 256,
    limit: int = MAX_BITS,
    vocabulary: Vocabulary | None = None,
    kinks: Mapping[str, Any] | None = None,
    log_base: int | None = None,
) -> Any:
    """The value as a ball good to ``digits`` digits: the precision doubles until it is, up to ``limit``.

    Raises Undefined where balls of ``limit`` bits still lie on both sides of a kink.

    A value that is 0 in every precision is handed out once its ball is narrower than 10^-(2 digits).
    """
    env = env or {}
    options: dict[str, Any] = {"vocabulary": vocabulary, "kinks": kinks, "log_base": log_base}
    program = compile_program((formula,), definitions=Equations(env), known=Numbers(env), **options)
    while True:
        try:
            (value,) = program.run(env, Balls(bits))
            value = finish(value, Balls(bits), formula)
        except Straddle as failure:
            if bits >= limit:
                raise Undefined(failure.formula, f"{failure.reason} of {bits} bits") from None
        else:
            if all(_good(v, digits) for v in (value if isinstance(value, tuple) else (value,))) or bits >= limit:
                return value
        bits *= 2


def _good(ball: Any, digits: int) -> bool:
    if isinstance(ball, bool | tuple) or ball.rel_accuracy_bits() >= 3.33 * digits:
        return True
    return bool(ball.abs_upper() < type(ball)(10) ** (-2 * digits))


__all__ = [
    "EXACT", "Arithmetic", "Balls", "Floats", "Formal", "Missing", "Moving", "NotExact", "OneSided", "PrimeField",
    "Program", "Series", "Site", "Straddle", "Undefined", "compile_program", "evaluate", "evaluate_ball", "finish",
    "split",
]  # fmt: skip
