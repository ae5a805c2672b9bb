"""One certified result of an exercise: a quantity, a derivative, or any formula of its names."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from symprop.certify import certify
from symprop.derive.bench import Bench, start
from symprop.derive.numbers import precisely
from symprop.derive.tasks import TASKS
from symprop.errors import DerivationError, SympropError
from symprop.evaluate import Undefined
from symprop.model.exercise import Exercise, Part, Task
from symprop.model.graph import derivatives_in
from symprop.model.solution import Answer
from symprop.notation import text
from symprop.written import Deriv, Name, Rel, Written, substitute


def find_quantity(exercise: Exercise, asked: str, part: str | None = None) -> Answer:
    """One certified result for a quantity, a derivative or a formula of the exercise's names, written out.

    A name that the page gives to a derivative is explained there, not here.

    ``part``: the letter of a part; by default the first part that knows all the names.
    """
    from symprop.reader import read

    chosen = [p for p in exercise.parts if part is None or p.label.lower() == part.lower()]
    if not chosen:
        known = ", ".join(p.label for p in exercise.parts)
        raise DerivationError(f"there is no part ({part}); the parts are {known or 'not lettered'}")
    failure: SympropError | None = None
    for candidate in chosen:
        try:
            formula = read(asked, candidate.vocabulary, new_symbols=False)
        except SympropError as error:
            failure = failure or error
            continue
        letters: dict[Written, Written] = {printed: symbol for symbol, printed in candidate.display.items()}
        unnamed = {symbol: name for symbol, name in candidate.display.items() if not isinstance(symbol, Deriv)}
        plain = replace(candidate, display=unnamed)
        return precisely(partial(_one_result, plain, substitute(formula, letters)))
    assert failure is not None
    raise failure


def _one_result(part: Part, formula: Written) -> Answer:
    for symbol in derivatives_in(formula):
        if symbol.of in symbol.by:
            raise DerivationError(f"'{text(symbol.of)}' by itself: that derivative is 1")
    bench = start(part)
    match formula:
        case Deriv(Name() as target, (Name() as name,)) if target in bench.graph and name in bench.graph:
            task = Task("derivative", targets=(target,), by=(name,))
            return _certified_answer(bench, part, task, formula)
    if isinstance(formula, Name) and formula in bench.graph.order:
        return _certified_answer(bench, part, Task("forward", by=(formula,)), formula)
    if isinstance(formula, Rel):
        raise DerivationError("ask for a quantity or a formula, not for a relation")
    return _certified_answer(bench, part, Task("find", formulas=(formula,)), formula)


def _certified_answer(bench: Bench, part: Part, task: Task, formula: Written) -> Answer:
    try:
        worked = TASKS[task.kind](bench, task)
    except Undefined as error:
        raise DerivationError(f"{text(formula)} is undefined at the numbers of the exercise: {error}") from None
    certify(bench.graph, (worked,))
    found = [a for a in worked.answers if a.quantity == formula]
    assert found, f"no answer for {text(formula)}"
    return replace(found[-1], vocabulary=part.vocabulary, part=part.label)
