"""A derivation as its mistakes need it: every edge with its slope, and what follows if one of them is changed.

A mistake yields *slips*.  A slip changes slopes, definitions of quantities or derivatives, or the last formula, and the
value that follows is what the mistaken student would have written.  Two slips can be made at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symprop.functions import Function, lookup
from symprop.judge.subject import Asked, Subject, Term, stand_in, total
from symprop.model.graph import Graph, targets_of
from symprop.model.solution import Phrase, phrase
from symprop.written import (
    ONE,
    Call,
    Deriv,
    Name,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Sum,
    Written,
    add,
    mul,
    names_of,
    neg,
    substitute,
)

SHORT = 12  # nodes of a formula that stands well in a sentence


@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake made at one place: its code with the place, and what it changes.

    ``terms``: edges with another slope, or left out.  ``changes``: other definitions.  ``formula``: in place of the
    right one; ``instead``: what stands in it for the derivative that was asked.
    """

    said: Phrase
    changes: Mapping[Written, Written] = field(default_factory=dict)
    formula: Written | None = None
    terms: Mapping[Edge, Term | None] = field(default_factory=dict)
    instead: Written | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """∂L/∂parent has the term ∂L/∂child · slope."""

    parent: Name
    term: Term

    @property
    def child(self) -> Name:
        return self.term.child

    @property
    def slope(self) -> Written:
        return self.term.slope

    @property
    def symbol(self) -> Deriv:
        return Deriv(self.child, (self.parent,))

    @property
    def told(self) -> Written:
        """The slope as it is told in a sentence: by its symbol where it is long."""
        return self.slope if sum(1 for _ in self.slope.walk()) <= SHORT else self.symbol


@dataclass(frozen=True)
class Replay:
    """What was asked, and how it comes about."""

    subject: Subject
    asked: Asked
    right: Written
    change: bool = False  # the change of a quantity was asked

    @cached_property
    def derivative(self) -> tuple[Name, Name] | None:
        """Target and name of the derivative that is asked, or from which what is asked is made."""
        quantity = self.asked.quantity
        if self.asked.is_update and isinstance(quantity, Name):
            return targets_of(self.asked.task, self.subject.part)[0], quantity
        match quantity:
            case Deriv(Name() as target, (Name() as name,), False) if {target, name} <= self.subject.graph.nodes.keys():
                return target, name
            case Name():
                return behind(self.subject, quantity)
        return None

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All edges between the quantity and the target, from the target back."""
        if self.derivative is None:
            return ()
        target, name = self.derivative
        graph = self.subject.graph
        if name not in graph or target not in graph or not graph.reaches(name, target):
            return ()
        nodes = [n for n in reversed(graph.between(name, target)) if n != target]
        return tuple(Edge(n, term) for n in nodes for term in self.subject.terms(target, n))

    def fan(self, parent: Name) -> tuple[Edge, ...]:
        return tuple(e for e in self.edges if e.parent == parent)

    def gradient(self, name: Name | None = None) -> Written:
        """The derivative asked, or by another quantity of the same target."""
        assert self.derivative is not None
        return self.subject.adjoint(self.derivative[0], name or self.derivative[1])

    # ---- changes

    def slope(self, edge: Edge, slope: Written, code: str, **data: object) -> Slip:
        """The edge with another slope."""
        return self.terms(edge, Term(edge.child, edge.term.adjoint, slope), code, **data)

    def without(self, edge: Edge, code: str, **data: object) -> Slip:
        """The edge left out."""
        return self.terms(edge, None, code, **data)

    def terms(self, edge: Edge, new: Term | None, code: str, **data: object) -> Slip:
        said = phrase(code, path=self.path(edge), edge=edge.symbol, **data)
        return Slip(said, terms={edge: new})

    def instead(self, said: Phrase, formula: Written) -> Slip:
        """A formula in place of the derivative that was asked."""
        return Slip(said, formula=substitute(self.right, {self.gradient(): formula}), instead=formula)

    def definitions(self, slip: Slip) -> dict[Written, Written]:
        """What a slip defines otherwise."""
        found = dict(slip.changes)
        for parent in dict.fromkeys(edge.parent for edge in slip.terms):
            assert self.derivative is not None
            terms = (slip.terms.get(edge, edge.term) for edge in self.fan(parent))
            found[stand_in(self.derivative[0], parent)] = total(tuple(t for t in terms if t is not None))
        return found

    def both(self, first: Slip, second: Slip) -> Slip | None:
        """Two slips made at once; None where one of them leaves no place for the other."""
        terms = dict(first.terms)
        for edge, new in second.terms.items():
            if edge in terms and not self.apart(edge, first, second):
                return None
            terms[edge] = _combined(edge, first.terms[edge], new) if edge in terms else new
        known = (self.definitions(first), self.definitions(second))
        if any(a.changes.keys() & b for a, b in ((first, known[1]), (second, known[0]))):
            return None
        changes, formula = {**first.changes, **second.changes}, first.formula
        if formula is None or second.formula is None:
            formula = second.formula if formula is None else formula
        elif (first.instead is None) == (second.instead is None):
            return None
        else:  # -x, and another derivative in place of x
            whole, inner = (second, first) if second.instead is None else (first, second)
            assert whole.formula is not None and inner.instead is not None
            formula = substitute(whole.formula, {self.gradient(): inner.instead})
        return Slip(first.said, changes, formula, terms)

    def apart(self, edge: Edge, first: Slip, second: Slip) -> bool:
        """Whether two slips change different parts of one slope: the 2 and the x of 2 x y."""
        a, b = _part(edge, first), _part(edge, second)
        return a is not None and b is not None and a != b and set(names_of(a)).isdisjoint(names_of(b))

    def path(self, edge: Edge) -> str:
        """A way through the edge, told by its quantities."""
        assert self.derivative is not None
        graph, (target, name) = self.subject.graph, self.derivative
        return " → ".join(n.text for n in (*_way(graph, name, edge.parent), *_way(graph, edge.child, target)))


def replay_of(subject: Subject, asked: Asked, change: bool = False) -> Replay:
    """The replay of a result.  One that is made from a derivative is told by it: v = beta v_0 + dJ/dw."""
    right, quantity = asked.right(change), asked.quantity
    if not asked.is_update and isinstance(quantity, Name) and behind(subject, quantity) is not None:
        definitions, graph = subject.definitions(), subject.graph
        carrying = [name for name in graph.order if graph[name].derivatives]
        for name in reversed(graph.order):
            if any(graph.reaches(n, name) for n in carrying):
                right = substitute(right, {name: definitions.get(name, name)})
    return Replay(subject, asked, right, change)


def behind(subject: Subject, quantity: Name) -> tuple[Name, Name] | None:
    """Target and name of the only derivative in the equations from which a quantity is computed."""
    graph = subject.graph
    makers = (n for n in graph.order if quantity in graph and graph.reaches(n, quantity))
    match tuple({d for n in makers for d in graph[n].derivatives}):
        case (Deriv(Name() as target, (Name() as name,)),) if target in graph and name in graph:
            return target, name
    return None


def _part(edge: Edge, slip: Slip) -> Written | None:
    """What a slip changes in a slope: a factor, a quantity, only the sign (1); None: all of it."""
    new, data = slip.terms[edge], dict(slip.said.data)
    if new is None or len(slip.terms) > 1:
        return None
    if new.slope == neg(edge.slope):
        return ONE
    found = data.get("factor", data.get("wanted"))
    return found if isinstance(found, Written) and found not in (edge.slope, edge.symbol) else None


def _combined(edge: Edge, first: Term | None, second: Term | None) -> Term:
    """s · (a/s) · (b/s)"""
    assert first is not None and second is not None
    return Term(edge.child, edge.term.adjoint, mul(first.slope, Quot(second.slope, edge.slope)))


def _way(graph: Graph, a: Name, b: Name) -> list[Name]:
    """The first way from a to b."""
    found = [a]
    while found[-1] != b:
        found.append(next(c for c in graph[found[-1]].children if c == b or graph.reaches(c, b)))
    return found


# ---- factors


def factors(formula: Written) -> Iterator[tuple[Written, Written]]:
    """Each factor of a slope with the slope without it; a divisor counts as the factor 1/d."""
    if isinstance(formula, Neg):
        for factor, rest in factors(formula.arg):
            yield factor, neg(rest)
        return
    if isinstance(formula, Num) and formula.value < 0:
        yield Num(-formula.value), neg(ONE)
        return
    above, below = (formula.num, formula.den) if isinstance(formula, Quot) else (formula, ONE)
    top = above.factors if isinstance(above, Prod) else (above,)
    bottom = below.factors if isinstance(below, Prod) else (below,)
    for i, factor in enumerate(top):
        if factor != ONE:
            rest = mul(*top[:i], *top[i + 1 :])
            yield factor, rest if below == ONE else Quot(rest, below)
    for i, factor in enumerate(bottom):
        if factor != ONE:
            rest = mul(*bottom[:i], *bottom[i + 1 :])
            yield Quot(ONE, factor), above if rest == ONE else Quot(above, rest)


def terms_changed(total: Sum) -> Iterator[tuple[Written, Written, Written]]:
    """Each term of a sum, the sum without it, and the sum with its sign turned."""
    for i, term in enumerate(total.terms):
        before, after = total.terms[:i], total.terms[i + 1 :]
        turned = term.arg if isinstance(term, Neg) else Neg(term)
        yield term, add(*before, *after), add(*before, turned, *after)


def is_constant(factor: Written) -> bool:
    """2, 1/2, 1/N: a factor that comes from the way the loss is written."""
    if isinstance(factor, Quot) and factor.num == ONE:
        return isinstance(factor.den, Num) or is_count(factor.den)
    return isinstance(factor, Num)


def is_count(quantity: Written) -> bool:
    """The number of samples, by its letter."""
    return isinstance(quantity, Name) and quantity.base in ("N", "n", "m", "M")


def activation(replay: Replay, edge: Edge) -> Call | None:
    """The call f(parent), where that is all that the child is."""
    definition = replay.subject.graph[edge.child].definition
    if isinstance(definition, Call) and definition.args == (edge.parent,) and not definition.primes:
        return definition
    return None


def has_kinks(replay: Replay, call: Call) -> bool:
    row = lookup(call, replay.subject.vocabulary)
    return isinstance(row, Function) and bool(row.kinks_text) and row.key != "abs"


def powers(formula: Written) -> tuple[Pow, ...]:
    return tuple(n for n in formula.walk() if isinstance(n, Pow) and isinstance(n.exp, Num))
