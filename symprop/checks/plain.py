"""Plain numbers for an exercise that has none: another one for every letter, so that no two can be exchanged unseen.

0.6, 0.7, 0.8, 0.9, 1.1, 1.2, …    1 is left out, because x² and x are the same there

Targets of the logarithmic loss are 0.25, 0.35, ….  Where these lead nowhere, numbers below 1, above 1, or falling ones
are taken.  What the assumptions say of a letter is kept: with t_1 + t_2 = 1 the number of t_2 is 1 - t_1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count, islice

from symprop.derive.values import value_of
from symprop.evaluate import Undefined
from symprop.functions import opened
from symprop.model.exercise import Part, Rounding
from symprop.model.graph import Graph
from symprop.model.solution import Phrase, phrase
from symprop.names import FunctionDef
from symprop.notation.numbers import fraction_of
from symprop.points import holds, numeric_world, solved
from symprop.worlds import World
from symprop.written import Call, Name, Neg, Num, Prod, Rel, Sum, Written, names_of, num

LISTED, NAMED = 8, 24  # letters whose numbers are listed; that are named beside the first numbers
STARTS = (Fraction(6, 10), Fraction(1, 10), Fraction(12, 10))
TRIALS = 2 * len(STARTS)  # each rising and falling
MOST = 60  # letters; nobody puts in more one by one
SIX_DIGITS = Rounding(count=6)  # what is shown of values at plain numbers
LABEL = Fraction(25, 100)  # 0.25, 0.35, …: none of the numbers of other letters
LOGARITHMS = ("ln", "log")
TENTH, FIFTIETH = Fraction(1, 10), Fraction(1, 50)


@dataclass(frozen=True, slots=True)
class Plain:
    """The numbers of the letters that the exercise leaves open, in the order of its equations."""

    numbers: dict[Name, Written]
    world: World

    def said(self) -> Phrase | None:
        """Which numbers these are; None where it takes too many words."""
        graph, part = self.world.graph, self.world.part
        own = {n: part.given[n] for n in graph.leaves if n in part.given and n not in self.numbers}
        every = {**self.numbers, **own}
        if 0 < len(every) <= LISTED:
            return phrase("plain-each", values=_told(every))
        if not self.numbers or len(own) > LISTED:
            return None
        if len(self.numbers) <= LISTED:
            return phrase("plain-given", given=_told(own), values=_told(self.numbers))
        names, (first, second, third) = tuple(self.numbers), islice(self.numbers.values(), 3)
        letters = phrase("plain-letters", names=names) if len(names) <= NAMED else phrase("plain-all-letters")
        row = phrase("plain-row", first=first, second=second, third=third, letters=letters)
        return phrase("plain-given", given=_told(own), values=(row,)) if own else row


def _told(numbers: dict[Name, Written]) -> tuple[Written, ...]:
    return tuple(Rel((name, number), ("=",)) for name, number in numbers.items())


def plain_numbers(part: Part, graph: Graph, trial: int) -> Plain | None:
    """Plain numbers, if every quantity has a value at them and the assumptions hold."""
    if len(graph.leaves) > MOST:
        return None
    part = concrete(part)
    letters = [n for n in letters_of(graph) if n not in part.given]
    bound = {n: f for n, f in solved(part, part.assume).items() if n in letters}
    if bound and len(letters) > LISTED:
        return None  # what is put in for one would have to be said
    free = [n for n in letters if n not in bound]
    labels = [n for n in free if n in _labels(part)] if len(letters) <= LISTED else []
    free = [n for n in free if n not in labels]
    row = _row(STARTS[trial // 2], TENTH if len(letters) <= LISTED else FIFTIETH, len(free))
    found: dict[Written, Fraction] = dict(zip(free, row if trial % 2 == 0 else row[::-1], strict=True))
    found |= zip(labels, _row(LABEL, TENTH, len(labels)), strict=True)
    try:
        for name, formula in bound.items():
            found[name] = fraction_of(value_of(formula, found, part))
    except Undefined:
        return None
    numbers: dict[Name, Written] = {n: num(found[n]) for n in letters}
    world = numeric_world(Graph(graph.nodes, replace(part, given={**part.given, **numbers})))
    if world is None or not world.complete or not _allowed(world, part):
        return None
    return Plain(numbers, world)


def _labels(part: Part) -> set[Written]:
    """The t of t ln y + (1 - t) ln(1 - y), which lie between 0 and 1."""
    products = (p for e in part.equations for p in opened(e.right, part.vocabulary).walk() if isinstance(p, Prod))
    logged = (p for p in products if any(isinstance(f, Call) and f.func.text in LOGARITHMS for f in p.factors))
    found: set[Written] = set()
    for factor in (f for p in logged for f in p.factors):
        match factor:
            case Sum((Num(1), Neg(Name() as t))):
                found.add(t)
    return found


def _row(start: Fraction, step: Fraction, length: int) -> list[Fraction]:
    """So many numbers from a start on, without 1."""
    return list(islice((n for n in (start + k * step for k in count()) if n != 1), length))


def letters_of(graph: Graph) -> tuple[Name, ...]:
    """The leaves, each once, as the equations name them, and the letters of derivatives that are given."""
    leaves = frozenset(graph.leaves)
    named = (n for e in graph.part.equations for n in e.right.walk() if n in leaves and isinstance(n, Name))
    given = (n for value in graph.part.upstream.values() for n in names_of(value) if n not in graph)
    return tuple(dict.fromkeys((*named, *graph.leaves, *given)))


def concrete(part: Part) -> Part:
    """The part with tanh for every function of one argument that is left open."""
    functions = {name: replace(f, alias="tanh") if is_open(f) else f for name, f in part.vocabulary.functions.items()}
    return replace(part, vocabulary=replace(part.vocabulary, functions=functions))


def is_open(f: FunctionDef) -> bool:
    """Whether it is a function of one argument of which nothing is said."""
    return f.is_open and len(f.params or (None,)) == 1


def _allowed(world: World, part: Part) -> bool:
    try:
        return all(holds(rule, world, solved=True) for rule in part.assume)
    except Undefined:
        return False
