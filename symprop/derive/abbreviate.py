"""A name for the derivative that the results of a list repeat:

    L' = ∂L/∂z_2 = -(y - z_2)/|y - z_2|,    ∂L/∂w_2 = L' h_1,    ∂L/∂w_3 = L' h_0,  …

It is given where a fraction, or a form that would be told by its symbol alone, stands unchanged in at least three
results of one task; not where the author chose names, where numbers take the place of formulas, or where a task asks
for a form or a telling in which a name would stand in the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symprop.derive.bench import SHORT, Bench, start
from symprop.derive.monomials import cost
from symprop.derive.tasks import default_telling
from symprop.model.exercise import Task
from symprop.model.graph import targets_of
from symprop.written import Deriv, Name, Quot, Written

KINDS = frozenset(("count", "derivative", "gradient"))  # of tasks beside which a name may stand
LEAST = 3  # results of one task in which it stands


def abbreviated(bench: Bench, words: str = "") -> Bench:
    """The bench with a name for the derivative that is worth one; the same bench where there is none.

    ``words``: the text of the exercise.
    """
    part = bench.part
    found = {t for task in part.tasks for t in targets_of(task, part)}
    if bench.numeric or part.upstream or len(found) != 1 or not all(allows(task) for task in part.tasks):
        return bench
    (target,) = found
    name = replace(target, primes=target.primes + 1)
    chosen = part.conventions.adjoints != "partial" or any(isinstance(d, Deriv) for d in part.display)
    opaque = any(bench.graph[n].derivatives for n in bench.graph.order)
    if chosen or opaque or target not in bench.graph.order or taken(bench, name, words):
        return bench
    last = {n for n in bench.graph.order if bench.ways(n, target) == (target,)}
    worth = [n for n in last if is_long(bench.closed(target, n))]
    if len(worth) != 1:
        return bench
    symbol = Deriv(target, (worth[0],))
    display: dict[Written, Written] = {**part.display, symbol: name}
    vocabulary = part.vocabulary.with_quantities((name,))
    named = start(replace(part, display=display, short=frozenset((symbol,)), vocabulary=vocabulary))
    lists = [names for task in part.tasks if (names := listed(bench, target, worth[0], task)) is not None]
    uses = (len(shorter(bench, named, symbol, names)) for names in lists)
    return named if len(lists) == len(part.tasks) and max(uses, default=0) >= LEAST else bench


def allows(task: Task) -> bool:
    """Whether a task asks for derivatives alone, in no form and no telling of its own."""
    wish = task.form or task.in_terms_of or task.at or task.vector or set(task.tell) - {"backward"}
    return task.kind in KINDS and not wish


def taken(bench: Bench, name: Name, words: str) -> bool:
    """Whether the exercise has the name for something else, or a text that may mean something by it."""
    part = bench.part
    said = "".join((words, part.text, *(task.words for task in part.tasks)))
    return (
        name in bench.graph or name in part.display.values() or name in part.given or name.text in said
        or name in part.vocabulary.quantities or name.base in {f.text for f in part.vocabulary.functions}
    )  # fmt: skip


def is_long(form: Written) -> bool:
    """Whether a form holds a fraction of names, or would be told by its symbol."""
    fractions = (n for n in form.walk() if isinstance(n, Quot))
    return cost(form)[0] > SHORT or any(isinstance(n, Name) for q in fractions for n in q.den.walk())


def listed(bench: Bench, target: Name, last: Name, task: Task) -> tuple[Name, ...] | None:
    """By what a task differentiates in a list, backwards; nothing if it only counts or only finds the derivative
    itself; None if it is told by substitution, where the name does not come up."""
    if task.kind == "count":
        return ()
    names = bench.graph.free_parameters if task.everything else task.asked_of(target)
    if names == (last,):
        return ()
    told = task.tell or (default_telling(bench, task, target, names),) if names else ()
    return names if told == ("backward",) else None


def shorter(bench: Bench, named: Bench, symbol: Deriv, names: Sequence[Name]) -> list[Name]:
    """The results in which nothing of the form was cancelled, so that they are shorter by its name."""
    target, last = symbol.of, symbol.by[0]
    assert isinstance(target, Name) and isinstance(last, Name)
    saved = cost(bench.closed(target, last))[0] - cost(symbol)[0]
    forms = {n: (bench.closed(target, n), named.closed(target, n)) for n in names if n != last}
    return [n for n, (full, by_name) in forms.items()
            if symbol in by_name.walk() and cost(full)[0] - cost(by_name)[0] >= saved]  # fmt: skip
