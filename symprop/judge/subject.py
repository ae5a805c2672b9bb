"""A part as what answers are judged by: every quantity with its definition, every derivative symbol with its value.

    ∂L/∂n  =  Σ over the children c of n:  ∂L/∂c · ∂⁺c/∂n
Derivative symbols become names of their own with these definitions, so that nothing is ever multiplied out: a formula
is compared modulo all equations of the exercise by handing the definitions along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import Any, TypedDict

from symprop.derive.bench import Bench, start
from symprop.derive.calculus import derivative
from symprop.derive.numbers import precisely
from symprop.derive.symbols import in_closed_form
from symprop.errors import UnsupportedError
from symprop.model.exercise import Part, Task
from symprop.model.graph import Graph, targets_of
from symprop.model.solution import Answer, PartSolution
from symprop.names import Vocabulary
from symprop.written import ONE, ZERO, Call, Deriv, Name, Neg, Vec, Written, add, mul, names_of, sub, substitute


@dataclass(frozen=True, slots=True)
class Asked:
    """One result that a task asks for: the quantity, the right value as a formula, and at which epoch."""

    quantity: Written
    formula: Written  # resolved: without derivative symbols
    answer: Answer
    task: Task

    def right(self, change: bool = False) -> Written:
        """The right value, or by how much the quantity changes."""
        return sub(self.formula, self.quantity) if change else self.formula

    @property
    def is_update(self) -> bool:
        return self.answer.relation == "←"


@dataclass(frozen=True, slots=True)
class Term:
    """One way from a quantity to the target: over ``child``, whose adjoint is ``adjoint``."""

    child: Name
    adjoint: Written
    slope: Written


class Conventions(TypedDict):
    """What formulas mean in a part."""

    vocabulary: Vocabulary
    kinks: Mapping[str, Any]
    log_base: int | None


@dataclass(slots=True)
class Subject:
    """The facts of one part.  ``adjoints``: definitions of derivatives, by the names that stand for them.

    ``slopes``: local derivatives that somebody holds to be others than those of the equations.  ``answers``: of the
    certified solution.
    """

    part: Part
    bench: Bench
    adjoints: dict[Name, Written] = field(default_factory=dict)
    symbols: dict[Name, Deriv] = field(default_factory=dict)
    vocabulary: Vocabulary = field(init=False)
    computed: dict[Written, Written] | None = None
    slopes: dict[tuple[Name, Name], Written] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()

    def __post_init__(self) -> None:
        more = [n for n in self.part.display.values() if isinstance(n, Name)]
        more += [task.vector_name for task in self.part.tasks if task.vector_name is not None]
        more += [n for g in (*self.part.given.values(), *self.part.upstream.values()) for n in names_of(g)]
        more.append(self.part.rate)
        self.vocabulary = replace(self.part.vocabulary.with_quantities(more), applied=_applied(self.graph))

    @property
    def graph(self) -> Graph:
        return self.bench.graph

    @property
    def conventions(self) -> Conventions:
        found = self.part.conventions
        return {"vocabulary": self.vocabulary, "kinks": found.kinks, "log_base": found.log_base}

    # ---- definitions

    def definitions(self) -> dict[Written, Written]:
        """Every quantity that is computed, and every derivative that was looked at so far."""
        if self.computed is None:
            found: dict[Written, Written] = {}
            for name in self.graph.order:
                definition = self.graph[name].definition
                if definition is not None and name not in self.part.given:
                    found[name] = self.resolve(definition) if self.graph[name].derivatives else definition
            self.computed = found | {name: given for name, given in self.part.given.items() if names_of(given)}
        return self.computed | self.adjoints

    def numbers(self, epoch: int = 0) -> dict[Written, Any]:
        """The values of what is given, at an epoch."""
        env = self.bench.env(epoch)
        known = set(self.graph.order) - self.part.given.keys()
        return {q: v for q, v in env.items() if q not in known and (q in self.part.upstream or _is_name(q))}

    def values(self, epoch: int = 0) -> dict[Written, Any]:
        """The values of all quantities that have one, at an epoch; no derivatives but the given ones."""
        return {q: v for q, v in self.bench.env(epoch).items() if q in self.part.upstream or _is_name(q)}

    # ---- derivatives

    def resolve(self, formula: Written, *, local: bool = False) -> Written:
        """The formula without derivative symbols.  ``local``: ∂ means the local derivative where there is one."""
        values: dict[Written, Written] = {}
        stack = [substitute(formula, self._printed())]
        formula = stack[0]
        while stack:
            node = stack.pop()
            if isinstance(node, Deriv):
                values[node] = self._value(node, local)
            elif isinstance(node, Call) and node.primes and (opened := self._opened(node)) is not None:
                values[node] = self.resolve(opened, local=local)
            else:
                stack.extend(node.children)
        return substitute(formula, values) if values else formula

    def _opened(self, call: Call) -> Written | None:
        """f'(u) of a function that the exercise gives a body: its derivative at u."""
        found = self.vocabulary.functions.get(call.func)
        if found is None or found.body is None or len(found.params) != 1 or len(call.args) != 1:
            return None
        slope, (x,) = found.body, found.params
        for _ in range(call.primes):
            slope = derivative(slope, x, self.part.vocabulary, kinks=self.part.conventions.kinks)
        return substitute(slope, {x: call.args[0]})

    def differ(self, formula: Written) -> bool:
        """Whether a derivative in the formula has two readings, local and total."""
        return any(
            isinstance(d, Deriv) and self.is_local(d) and not d.local and not self.only_direct(d)
            for d in substitute(formula, self._printed()).walk()
        )

    def _printed(self) -> dict[Written, Written]:
        """Printed names of derivatives (δ_y) → the derivatives."""
        return {name: symbol for symbol, name in self.part.display.items() if isinstance(symbol, Deriv)}

    def is_local(self, symbol: Deriv) -> bool:
        of, by = symbol.of, symbol.by[0]
        if len(symbol.by) != 1 or not isinstance(of, Name) or not isinstance(by, Name):
            return False
        return of in self.graph.order and by in self.graph[of].parents

    def only_direct(self, symbol: Deriv) -> bool:
        assert isinstance(symbol.of, Name) and isinstance(symbol.by[0], Name)
        return self.graph.only_direct(symbol.by[0], symbol.of)

    def _value(self, symbol: Deriv, local: bool) -> Written:
        of, by = symbol.of, symbol.by
        if isinstance(by[0], Vec) and len(by) == 1:
            return Vec(tuple(self._value(Deriv(of, (item,)), local) for item in by[0].items))
        if not all(isinstance(b, Name) and b in self.graph for b in by):
            return symbol
        if not isinstance(of, Name):
            return self._of_formula(symbol)
        if of not in self.graph:
            return self._of_function(symbol, of)
        if len(by) > 1:
            return self.resolve(in_closed_form(self.bench, symbol))
        assert isinstance(by[0], Name)
        if self.is_local(symbol) and (symbol.local or local):
            return self.slope(of, by[0])
        return self.adjoint(of, by[0])

    def _of_function(self, symbol: Deriv, function: Name) -> Written:
        """dσ/dz where the exercise takes σ of z: σ'(z); else it stays as it is."""
        calls = {
            c.func: c
            for n in self.graph.order
            if (f := self.graph[n].definition)
            for c in f.walk()
            if isinstance(c, Call) and c.func == function and c.args == (symbol.by[0],)
        }
        return self.resolve(Call(function, symbol.by[:1], len(symbol.by))) if calls else symbol

    def _of_formula(self, symbol: Deriv) -> Written:
        """d(formula)/dx = Σ ∂formula/∂n · dn/dx; of an abstract function of several arguments it stays as it is."""
        names = [n for n in names_of(symbol.of) if n in self.graph]
        (by,) = symbol.by if len(symbol.by) == 1 else (None,)
        if not isinstance(by, Name) or not names or symbol.local:
            return symbol
        terms = [
            mul(self.resolve(derivative(symbol.of, n, self.part.vocabulary)), self.adjoint(n, by))
            for n in names
            if self.graph.reaches(by, n)
        ]
        return add(*map(_term, terms)) if terms else ZERO

    def adjoint(self, target: Name, name: Name) -> Written:
        """The name that stands for ∂target/∂name, defined with all that it needs."""
        if target == name:
            return ONE
        symbol = Deriv(target, (name,))
        if symbol in self.part.upstream:
            given = self.part.upstream[symbol]
            return given if names_of(given) else symbol
        if not self.graph.reaches(name, target):
            return ZERO
        found = set(self.symbols.values())
        for n in self.bench.missing(target, name, found):
            key = stand_in(target, n)
            if key not in self.adjoints:
                self.adjoints[key] = total(self.terms(target, n))
                self.symbols[key] = Deriv(target, (n,))
        return stand_in(target, name)

    def terms(self, target: Name, name: Name) -> tuple[Term, ...]:
        """The ways from a quantity to the target, each with its local derivative."""
        found = []
        for child in self.bench.ways(name, target):
            if self.graph[child].role == "upstream":
                found.append(Term(child, self.adjoint(target, name), ONE))
                continue
            found.append(Term(child, ONE if child == target else stand_in(target, child), self.slope(child, name)))
        return tuple(found)

    def slope(self, of: Name, by: Name) -> Written:
        """The local derivative, without derivative symbols."""
        slope = self.slopes.get((of, by))
        if slope is None:
            slope = self.bench.local(of, by)
        return self.resolve(slope) if any(isinstance(d, Deriv) for d in slope.walk()) else slope

    # ---- what is asked

    def asked(self, answer: Answer, task: Task) -> Asked:
        """The right value of an answer of the certified solution, from the exercise's equations."""
        quantity = answer.quantity
        if answer.relation == "←":
            assert isinstance(quantity, Name)
            target = targets_of(task, self.part)[0]
            return Asked(quantity, sub(quantity, mul(self.part.rate, self.adjoint(target, quantity))), answer, task)
        return Asked(quantity, self.resolve(quantity), answer, task)


def stand_in(target: Name, name: Name) -> Name:
    """The name of a derivative; no text spells it, since no name has a slash."""
    return Name("∂", sub=f"{target.text}/{name.text}")


def total(terms: tuple[Term, ...]) -> Written:
    """Σ adjoint · slope"""
    return add(*(_term(times(t.adjoint, t.slope)) for t in terms)) if terms else ZERO


def times(adjoint: Written, slope: Written) -> Written:
    return slope if adjoint == ONE else mul(adjoint, slope)


def _term(formula: Written) -> Written:
    return Neg(formula.arg) if isinstance(formula, Neg) else formula


def _is_name(quantity: Written) -> bool:
    return isinstance(quantity, Name)


def subject_of(solved: PartSolution) -> Subject:
    """The facts of a certified part, with its numbers at every epoch."""
    return precisely(partial(_subject_of, solved))


def _subject_of(solved: PartSolution) -> Subject:
    answers = tuple(a for w in solved.worked for a in w.answers)
    subject = Subject(solved.part, start(solved.part), answers=answers)
    bench = subject.bench
    updates = [a for w in solved.worked for a in w.answers if a.relation == "←" and a.value is not None]
    last = max((a.epoch for w in solved.worked for a in w.answers), default=0)
    while bench.epoch < last:
        found = {a.quantity: Fraction(a.value) for a in updates if a.epoch == bench.epoch and a.value is not None}
        bench.pending = dict(found)
        bench.advance()
    return subject


def without_solution(part: Part) -> Subject:
    """The facts of a fragment: equations that answer no question."""
    if not part.equations:
        raise UnsupportedError("no equations")
    return Subject(replace(part, tasks=()), start(part))


def _applied(graph: Graph) -> dict[Name, tuple[Written, ...]]:
    """The arguments of every function in the equations."""
    found: dict[Name, dict[Written, None]] = {}
    for name in graph.order:
        definition = graph[name].definition
        for node in definition.walk() if definition is not None else ():
            if isinstance(node, Call) and len(node.args) == 1:
                found.setdefault(node.func, {})[node.args[0]] = None
    return {function: tuple(arguments) for function, arguments in found.items()}


def quantities_in(formula: Written) -> Iterator[Written]:
    """Names and derivative symbols in a formula, outermost, each once."""
    seen: set[Written] = set()
    stack = [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, Name | Deriv):
            if node not in seen:
                seen.add(node)
                yield node
        else:
            stack.extend(reversed(node.children))
