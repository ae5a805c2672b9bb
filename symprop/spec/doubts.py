"""What can be read and was perhaps meant otherwise: said as a warning; the exercise is solved as it stands.

f(z) with an undeclared f is the product of f and z, as format.md says; nobody writes a product so.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable, Iterator
from functools import cache, partial

from symprop.errors import Problem, ReadError, SympropWarning
from symprop.model.exercise import Part, Place, Task
from symprop.model.graph import Graph, free_names, targets_of
from symprop.reader import read_name
from symprop.spec.document import Span
from symprop.spec.reading import Reading
from symprop.written import Name, names_of

LIKE_A_CALL = re.compile(r"(?<![\w\\^}\])])(\\?[^\W\d_]+(?:_\w|_\{\w+\})?)\s*\(([^()]*)\)")
LETTERS = frozenset("fgFGφψ")  # of functions, whatever stands in the brackets


def products_like_calls(rights: Iterable[Span], graph: Graph, reading: Reading) -> None:
    """Warn of each undeclared leaf that stands before a bracket as a function would."""
    if reading.problems.found:  # then perhaps a function's entry could not be read
        return
    quantity, leaves = cache(partial(_quantity, reading)), frozenset(graph.leaves)
    doubtful: dict[Name, tuple[Span, int, str]] = {}
    for span in rights:
        for match in LIKE_A_CALL.finditer(span.text):
            head = quantity(match[1])
            if head is None or head not in leaves or head in graph.part.given or _declared(head, graph):
                continue
            if head.base in LETTERS or quantity(match[2]) in graph:
                doubtful.setdefault(head, (span, match.start(), match[0]))
    for head, (span, offset, text) in doubtful.items():
        place = Place(reading.problems.file, *span.locate(offset))
        hint = f"a function? functions: {{{head}: }}"
        _warn(place, f"{text} is read as the product of {head} and the bracket", hint)


def forgotten_numbers(graph: Graph, part: Part, mentioned: Collection[Name]) -> None:
    """Warn of the few quantities without a number where all others that the tasks need have one.

    A letter that stands somewhere beside the equations is meant as a letter.
    """
    needed = [n for n in graph.leaves if any(_needs(task, n, graph) for task in part.tasks)]
    numbers = [n for n in needed if n in part.given and not names_of(part.given[n])]
    named = {*mentioned, *part.given, *(n for rel in part.assume for n in names_of(rel)), part.rate}
    named.update(n for task in part.tasks for n in _named(task))
    forgotten = [n for n in needed if n not in named]
    if len(numbers) + len(forgotten) < len(needed) or len(numbers) < max(2, len(forgotten)):
        return
    others = "all other quantities have" if len(forgotten) == 1 else "others have"
    for name in forgotten:
        using = (e.place for e in part.equations if name in free_names(e.right, part.vocabulary.functions))
        message = f"{name} has no number, {others} one: the answers contain {name}"
        _warn(
            next(using, part.equations[0].place),
            message,
            f"given: {{{name}: 0.5}}; a letter on purpose: {{{name}: {name}}}",
        )
    updates = [task for task in part.tasks if task.kind == "update"]
    for task in updates:
        for name in (n for n in task.by if n in part.given and n not in graph.parameters):
            message = f"{name} is given, and a step of descent changes what is learned"
            _warn(task.place, message, f"put {name} under parameters")
    if updates and part.learning_rate is None:
        message = f"there is no learning rate: the updates contain {part.rate}"
        _warn(updates[0].place, message, f"learning rate: 0.1; a letter on purpose: learning rate: {part.rate.text}")


def _needs(task: Task, leaf: Name, graph: Graph) -> bool:
    """Whether the numbers of a task depend on a leaf."""
    if task.kind in ("count", "local", "find"):
        return False
    return any(target in graph and graph.reaches(leaf, target) for target in targets_of(task, graph.part))


def _named(task: Task) -> Iterator[Name]:
    """The quantities that a task says its answers shall contain, or gives numbers for."""
    yield from task.in_terms_of
    for point in task.at:
        yield from point
    for formula in (*task.assume, *(task.formulas if task.kind in ("find", "second") else ())):
        yield from names_of(formula)


def _warn(place: Place, message: str, hint: str) -> None:
    problem = Problem(place.file, place.line, place.column, "warning", message, hint)
    warnings.warn(SympropWarning(str(problem)), stacklevel=3)


def _quantity(reading: Reading, text: str) -> Name | None:
    try:
        return read_name(text.strip(), reading.vocabulary)
    except ReadError:
        return None


def _declared(name: Name, graph: Graph) -> bool:
    return graph.part.parameters_declared and name in graph.part.parameters
