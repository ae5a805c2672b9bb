"""The numbers and formulas of tests/facts.yaml come out of the exercises."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from symprop import api
from symprop.model.solution import PartSolution, Solution
from symprop.names import Vocabulary
from symprop.reader import read
from symprop.written import Name, Written, dump
from tests.extract import Found, answers, cells, closed, numbers, updated
from tests.translate import forward, leaves, mpmath_backend, value

ROOT = Path(__file__).parent.parent
FACTS = yaml.load((Path(__file__).parent / "facts.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
KEYS = {"values", "after", "updated", "formulas", "forms", "updates", "counts", "page", "table"}


@cache
def attempt(name: str) -> Solution | Exception:
    """Solved once, also if that fails."""
    try:
        return api.solve(ROOT / "exercises" / f"{name}.yaml")
    except Exception as error:
        return error


def solved(name: str) -> Solution:
    found = attempt(name)
    if isinstance(found, Exception):
        raise found
    return found


def entries() -> Iterator[tuple[str, int, dict[str, Any]]]:
    for name, entry in FACTS.items():
        for number, facts in enumerate(entry if isinstance(entry, list) else [entry]):
            yield name, number, facts


def rows(key: str) -> list[Any]:
    """(exercise, part, quantity, expected) of one kind of fact."""
    return [
        pytest.param(name, part, quantity, expected, id=f"{name}-{part}-{quantity}")
        for name, part, facts in entries()
        for quantity, expected in facts.get(key, {}).items()
    ]


def part_of(name: str, number: int) -> PartSolution:
    parts = solved(name).parts
    entry = FACTS[name]
    assert len(parts) == (len(entry) if isinstance(entry, list) else 1)
    return parts[number]


def expected_number(text: str) -> Found:
    """``= 0.1`` exactly; ``0.066`` to the digits shown."""
    if text.startswith("="):
        return Found(Fraction(text[1:].strip()), Fraction(0), "fact")
    exponent = Decimal(text).as_tuple().exponent
    assert isinstance(exponent, int)
    return Found(Fraction(text), Fraction(10) ** exponent / 2, "fact")


def agrees(found: Found, fact: Found) -> bool:
    slack = abs(fact.value) / 10**40  # values are carried with 50 digits
    return abs(found.value - fact.value) <= found.half_unit + fact.half_unit + slack


def quantity_of(part: PartSolution, text: str) -> Written:
    return read(text, part.part.vocabulary)


def check(found: list[Found], text: str, what: str) -> None:
    fact = expected_number(text)
    assert found, f"{what}: no number was found"
    wrong = [f for f in found if not agrees(f, fact)]
    assert not wrong, f"{what}: {[(float(f.value), f.where) for f in wrong]}, expected {text}"


def test_every_entry_says_something_that_is_checked() -> None:
    assert len(list(entries())) >= 20
    for name, _, facts in entries():
        assert facts and set(facts) <= KEYS, name


@pytest.mark.parametrize(("name", "number", "quantity", "expected"), rows("values"))
def test_values_before_any_update(name: str, number: int, quantity: str, expected: str) -> None:
    part = part_of(name, number)
    check(numbers(solved(name), part, quantity_of(part, quantity)), expected, quantity)


@pytest.mark.parametrize(
    ("name", "number", "epoch", "quantity", "expected"),
    [
        pytest.param(name, part, epoch, quantity, text, id=f"{name}-{part}-{epoch}-{quantity}")
        for name, part, facts in entries()
        for epoch, values in enumerate(facts.get("after", []), 1)
        for quantity, text in values.items()
    ],
)
def test_values_after_updates(name: str, number: int, epoch: int, quantity: str, expected: str) -> None:
    part = part_of(name, number)
    found = numbers(solved(name), part, quantity_of(part, quantity), epoch)
    check(found, expected, f"{quantity} after {epoch}")


@pytest.mark.parametrize(("name", "number", "quantity", "expected"), rows("updated"))
def test_updated_parameters(name: str, number: int, quantity: str, expected: str | list[str]) -> None:
    part = part_of(name, number)
    parameter = quantity_of(part, quantity)
    assert isinstance(parameter, Name)
    found = updated(part, parameter)
    texts = [expected] if isinstance(expected, str) else expected
    assert len(found) == len(texts), [f.where for f in found]
    for step, (one, text) in enumerate(zip(found, texts, strict=True), 1):
        check([one], text, f"{quantity}, step {step}")


def same_value(part: PartSolution, a: Written, b: Written) -> None:
    """a = b at eight points, by the tests' own evaluation; every other quantity follows from the leaves."""
    backend = mpmath_backend()
    rng = random.Random(1)
    seen = 0
    exercise = part.part
    positive = {n for rel in exercise.assume for n in rel.items if ">" in rel.ops and isinstance(n, Name)}
    names = [*leaves(exercise.equations)]
    names += [n for n in (exercise.learning_rate, *map(letter, exercise.upstream.values())) if n is not None]
    for _ in range(200):
        env = {n: backend.number(Fraction(rng.randint(-300, 300), 100)) for n in names}
        env |= {n: abs(env[n]) + backend.number(Fraction(1, 7)) for n in env if n in positive}
        try:
            point = forward(exercise.equations, env, backend, exercise.vocabulary)
            left, right = (value(f, point, backend, exercise.vocabulary) for f in (a, b))
        except (ZeroDivisionError, ValueError, OverflowError):
            continue
        if isinstance(left, complex) or getattr(left, "imag", 0) != 0:
            continue
        assert abs(left - right) <= 10**-20 * (1 + abs(left) + abs(right)), f"{left} != {right} for {dump(a)}"
        seen += 1
        if seen == 8:
            return
    raise AssertionError("fewer than eight points in the domain")


def letter(formula: Written) -> Name | None:
    return formula if isinstance(formula, Name) else None


def formula_of(part: PartSolution, quantity: Written, relation: str = "=") -> Written:
    """The formula of the answer; where only numbers were answered, what the lines say in symbols."""
    for answer in answers(part):
        if answer.quantity == quantity and (answer.relation == "←") == (relation == "←"):
            return answer.formula
    return quantity


@pytest.mark.parametrize(("name", "number", "quantity", "expected"), rows("formulas"))
def test_formulas_by_value(name: str, number: int, quantity: str, expected: str) -> None:
    part = part_of(name, number)
    same_value(part, closed(quantity_of(part, quantity), part), read(expected, part.part.vocabulary))


@pytest.mark.parametrize(("name", "number", "quantity", "expected"), rows("forms"))
def test_formulas_as_printed(name: str, number: int, quantity: str, expected: str) -> None:
    part = part_of(name, number)
    assert formula_of(part, quantity_of(part, quantity)) == read(expected, part.part.vocabulary)


@pytest.mark.parametrize(("name", "number", "quantity", "expected"), rows("updates"))
def test_updates_as_formulas(name: str, number: int, quantity: str, expected: str) -> None:
    part = part_of(name, number)
    formula = formula_of(part, quantity_of(part, quantity), "←")
    same_value(part, closed(formula, part), read(expected, part.part.vocabulary))


@pytest.mark.parametrize(
    ("name", "number", "row"),
    [(name, part, row) for name, part, facts in entries() for row in facts.get("table", [])],
)
def test_tables_of_values(name: str, number: int, row: dict[str, str]) -> None:
    part = part_of(name, number)
    (variable, at), *columns = row.items()
    assert columns
    for quantity, expected in columns:
        found = cells(part, Name(variable), at, quantity_of(part, quantity))
        check(found, expected, f"{quantity} at {variable} = {at}")


def test_a_wrong_fact_is_noticed() -> None:
    found = [Found(Fraction("0.0660409"), Fraction(0), "answer")]
    check(found, "0.06604", "yhat")
    with pytest.raises(AssertionError):
        check(found, "= 0.06604", "yhat")
    with pytest.raises(AssertionError):
        check(found, "0.06605", "yhat")
    with pytest.raises(AssertionError):
        check([], "1", "yhat")


def test_facts_are_read_with_open_eyes() -> None:
    """A name that the exercise does not have is an error in the facts, not a pass."""
    from symprop.errors import ReadError

    with pytest.raises(ReadError):
        read("nonsense", Vocabulary())
