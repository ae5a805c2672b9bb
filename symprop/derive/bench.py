"""What a derivation has found so far: local derivatives, adjoints with their closed forms, values of every epoch.

Letters: an *epoch* is a set of parameter values; each update of the exercise starts the next.  A *value* is an exact
Fraction while it fits in 50 digits, else a ball of 50 digits.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symprop.derive.calculus import Slope, slope
from symprop.derive.folding import Folding, Steps, ratios_of
from symprop.derive.form import keep_unit, tidy
from symprop.derive.leaves import quantities
from symprop.derive.monomials import cost
from symprop.derive.numbers import minus, sign
from symprop.derive.values import NotGiven, Programs, Value, exact_number, is_literal
from symprop.errors import DerivationError, Problem, SpecError, UnsupportedError
from symprop.evaluate import Straddle, Undefined
from symprop.evaluate.program import HOLDS
from symprop.model.exercise import Part, Rounding, Task
from symprop.model.graph import Graph, Node, build_graph
from symprop.model.solution import Phrase
from symprop.notation import text
from symprop.notation.numbers import shown, without_minus_zero
from symprop.written import ONE, Call, Deriv, Name, Neg, Num, Rel, Written, add, mul, substitute

SHORT = 40  # a closed form above this cost is told with the adjoint's name instead
MANY = 8  # derivatives; where one task asks for more, every adjoint is told by its name
Rows = tuple[tuple[int, tuple[Phrase, ...]], ...]  # the last members of a line, how many and why


@dataclass(slots=True)
class Known:
    """A derivative that has been found: by which formula, cited how, in which task, in which telling."""

    formula: Written
    label: str = ""
    task: str = ""
    tell: str = ""
    printed: Written | None = None  # its number, as it is carried


@dataclass(slots=True)
class Bench:
    """The state of one part's derivation."""

    part: Part
    graph: Graph
    epoch: int = 0
    values: list[dict[Written, Value]] = field(default_factory=list)
    found: dict[tuple[int, Written], Known] = field(default_factory=dict)
    pending: dict[Written, Value] = field(default_factory=dict)
    slopes: dict[tuple[int, Name, Name], Slope] = field(default_factory=dict)  # by epoch and edge
    worked_slopes: dict[tuple[Written, Name, Name, bool], Slope] = field(default_factory=dict)
    named: bool = False  # whether the task at hand tells every adjoint by its name
    closed_forms: tuple[dict[Written, Written], ...] = field(default_factory=lambda: ({}, {}))  # in full; by names
    ahead: set[str] = field(default_factory=set)  # the local derivatives that were shown, see ahead.py
    told: dict[tuple[Written, Written], str] = field(default_factory=dict)  # A = formula, and the label of its line
    indicators: frozenset[Written] | None = None  # those that the equations themselves hold, once they are asked for
    table: tuple[int, Name, str] | None = None  # epoch, target and task of the last table of local derivatives
    substituted: dict[tuple[int, Name, Written], str] = field(default_factory=dict)  # the lines that show such a form
    excluded: set[frozenset[Written]] = field(default_factory=set)  # the sides of u ≠ v that were said, see kinks.py
    routed: bool = False  # whether a second route was told
    slope_told: bool = False  # what the slope of a rectifier is
    introduced: set[Written] = field(default_factory=set)  # the letters for adjoints that were explained
    steps_through: dict[tuple[int, Name, Name], tuple[str, Written]] = field(default_factory=dict)  # see update.py
    task: str = ""
    labels: int = 0
    valued: dict[tuple[int, Written], str] = field(default_factory=dict)  # where values are told, by epoch
    last_forward: int = 0  # the epoch whose forward pass was told last
    loose: list[str] = field(default_factory=list)  # rows whose printed operands do not give the printed result
    guarded: set[Written] = field(default_factory=set)  # numbers put in with more digits than are asked for
    by_convention: bool = False  # whether the slope of |u| is told as abs'(u) everywhere
    folds: dict[Written, tuple[Written, Steps]] = field(default_factory=dict)  # closed forms before folding.py
    rows: dict[str, Rows] = field(default_factory=dict)  # lines that are told in several, by label: see in_rows
    programs: Programs = field(init=False)
    folding: Folding = field(init=False)

    def __post_init__(self) -> None:
        self.programs = Programs(self.part)
        self.folding = Folding(ratios_of(self.graph), tuple(r for r in self.part.assume if r.ops == ("=",)))

    def begin(self, task: Task) -> None:
        """The task at hand."""
        self.task = task.label
        self.named = len(self.graph.free_parameters if task.everything else task.by) > MANY

    # ---- structure

    @property
    def rounding(self) -> Rounding:
        return self.part.conventions.rounding

    @property
    def numeric(self) -> bool:
        """Whether the value of every quantity is known."""
        return self.complete

    @property
    def complete(self) -> bool:
        env = self.values[self.epoch]
        return bool(self.graph.order) and all(n in env for n in (*self.graph.order, *self.part.upstream))

    @property
    def forms(self) -> dict[Written, Written]:
        """The closed forms found so far, as the task at hand tells them."""
        return self.closed_forms[self.named]

    def new_label(self) -> str:
        self.labels += 1
        return f"{self.part.label}eq{self.labels}"

    def local(self, child: Name, parent: Name) -> Written:
        """∂⁺child/∂parent from the child's definition, its other names held, in textbook form."""
        return self.slope(child, parent).told

    def slope(self, child: Name, parent: Name) -> Slope:
        """The local derivative with the rules that were used."""
        key = (self.epoch, child, parent)
        if key not in self.slopes:
            node = self.graph[child]
            assert node.role == "upstream" or node.definition is not None, f"{child} has no definition"
            self.slopes[key] = (
                Slope(ONE, frozenset(), ONE) if node.definition is None
                else self.folded(self.differentiated(node.definition, parent, child))
            )  # fmt: skip
        return self.slopes[key]

    def folded(self, slope: Slope) -> Slope:
        """The same told by the quantities of the exercise: p_1 (1 - p_1), where p_1 is a softmax."""
        steps = self.folding.steps(slope.told, slope.raw)
        return replace(slope, told=steps[-1][0], rules=(*slope.rules[:1], *(r for _, r in steps))) if steps else slope

    def differentiated(self, formula: Written, by: Name, output: Name) -> Slope:
        """The derivative by the rules; where that has no value at the numbers, as u/|u| at 0, by the convention:
        abs'(u)."""
        found = self._differentiated(formula, by, output, primed=self.by_convention)
        if self.numeric and self._without_value(found.raw, found.told):
            return self._differentiated(formula, by, output, primed=True)
        return found

    def _differentiated(self, formula: Written, by: Name, output: Name, *, primed: bool) -> Slope:
        key = (formula, by, output, primed)
        if key not in self.worked_slopes:
            kinks, vocabulary = self.part.conventions.kinks, self.part.vocabulary
            self.worked_slopes[key] = slope(formula, by, vocabulary, output, primed=primed, kinks=kinks)
        return self.worked_slopes[key]

    def _without_value(self, *formulas: Written) -> bool:
        try:
            for formula in formulas:
                self.value(formula)
        except Undefined:
            return True
        return False

    def adjoint(self, target: Name, name: Name) -> Deriv:
        return Deriv(target, (name,))

    def ways(self, name: Name, target: Name) -> tuple[Name, ...]:
        """The children of a quantity from which the target is reached."""
        return tuple(c for c in self.graph[name].children if c == target or self.graph.reaches(c, target))

    def edge(self, child: Name, parent: Name) -> Deriv:
        """The symbol of a local derivative; marked where the total one differs."""
        return Deriv(child, (parent,), not self.graph.only_direct(parent, child))

    def refuse_opaque(self, target: Name, name: Name) -> None:
        """Where a derivative on a right side lies on the way, a derivative through it would be one of second order."""
        if (opaque := self.graph.opaque(name, target)) is not None:
            raise UnsupportedError(
                f"d{target.text}/d{name.text}: the equation of {opaque.text} has a derivative on its right side; to "
                f"differentiate that once more is not there yet (write {opaque.text} out as a formula, or name other "
                "`targets:`)"
            )

    def missing(self, target: Name, name: Name, found: Container[Written]) -> list[Name]:
        """The quantities from ``name`` on whose adjoints have to be found for its own, the last ones first."""
        self.refuse_opaque(target, name)
        if not self.graph.reaches(name, target):
            return []
        wanted, stack = {name}, [name]
        while stack:
            for child in self.ways(stack.pop(), target):
                if child != target and child not in wanted and self.adjoint(target, child) not in found:
                    wanted.add(child)
                    stack.append(child)
        return sorted(wanted - {target}, key=lambda n: -self.graph.position[n])

    # ---- closed forms

    def closed(self, target: Name, name: Name) -> Written:
        """∂target/∂name in given quantities and nodes, as long as that is short; else in named adjoints."""
        if target == name:
            return ONE
        symbol = self.adjoint(target, name)
        if symbol in self.forms:
            return self.forms[symbol]
        if symbol in self.part.upstream:
            return self.as_given(symbol)
        for n in self.missing(target, name, self.forms):
            self.forms[self.adjoint(target, n)] = self._closed(target, n)
        return self.forms.get(symbol, Num(Fraction(0)))

    def unit(self, target: Name, name: Name) -> Written:
        """How the adjoint of a node enters a later formula: by its own name if it has one or is long, else in full."""
        symbol = self.adjoint(target, name)
        if symbol in self.part.upstream:
            return self.as_given(symbol)
        if self.named or symbol in self.part.display:
            return symbol
        form = self.closed(target, name)
        return symbol if cost(form)[0] > SHORT else form

    def as_given(self, symbol: Written) -> Written:
        """The letter that a given derivative has, as it enters later formulas: G for ∂C/∂h = G; else the symbol."""
        given = self.part.upstream.get(symbol)
        return given if isinstance(given, Name) and symbol not in self.env() else symbol

    def _closed(self, target: Name, name: Name) -> Written:
        terms = []
        for child in self.ways(name, target):
            slope = self.local(child, name)
            if child == target and self.graph[target].role != "upstream":
                terms.append(slope)
            elif self.graph[child].role == "upstream":
                terms.append(self.as_given(self.adjoint(target, name)))
            else:
                terms.append(keep_unit(self.unit(target, child), slope))
        told = tidy(add(*(Neg(t.arg) if isinstance(t, Neg) else t for t in terms))) if len(terms) != 1 else terms[0]
        steps = self.folding.steps(told)
        self.folds[self.adjoint(target, name)] = told, steps
        return steps[-1][0] if steps else told

    # ---- values

    def env(self, epoch: int | None = None) -> dict[Written, Value]:
        return self.values[self.epoch if epoch is None else epoch]

    def value(self, formula: Written, epoch: int | None = None, extra: Mapping[Written, Value] | None = None) -> Value:
        """The value of a formula under the numbers of an epoch: a Fraction, or a ball."""
        env = self.env(epoch)
        if extra:
            env = {**env, **extra}
        return self.programs.value(formula, env)

    def show(self, value: Value) -> tuple[Written, bool]:
        """The number as it is printed, and whether that is exact."""
        return shown(value, self.rounding)

    def carry(self, value: Value) -> Value:
        """What the value is from there on: itself, or the rounded number."""
        if self.rounding.carry == "rounded":
            printed, _ = self.show(value)
            return exact_number(printed)
        return value

    def start(self) -> None:
        """The given numbers, and what follows from them."""
        env: dict[Written, Value] = {}
        for name, given in (*self.part.given.items(), *self.part.upstream.items()):
            try:
                env[name] = self.programs.value(given, env)
            except NotGiven:
                continue  # a letter
        rate, number = self.part.learning_rate, self.part.learning_rate_value
        if rate is not None and number is not None:
            env[rate] = self.programs.value(number, env)
        self.values.append(env)
        self.forward()
        for rule in self.part.assume:
            if self.fails(rule):
                raise DerivationError(f"the given numbers do not satisfy the assumption {text(rule)}")

    def fails(self, rule: Rel) -> bool:
        """Whether an assumption is certainly false at the numbers."""
        env = self.env()
        try:
            sides = [self.programs.value(item, env) for item in rule.items]
        except (NotGiven, Undefined):
            return False
        pairs = zip(sides, rule.ops, sides[1:], strict=False)
        return not all(HOLDS[op](sign(minus(a, b))) for a, op, b in pairs)

    def forward(self) -> None:
        """The value of every quantity that the given numbers determine.  Raises SpecError for all undefined ones."""
        env, problems = self.env(), []
        for name in self.graph.order:
            if name in self.part.given and name in env:
                continue  # a given value wins
            node = self.graph[name]
            assert node.definition is not None
            if self.programs.is_open(node.definition):
                continue
            if all(p in env for p in node.parents):
                try:
                    env[name] = self.carry(self._defined(node))
                except Undefined as error:
                    problems.append(self._undefined(node, error))
                except NotGiven:
                    continue  # it waits for a derivative that is a letter
        if problems:
            raise SpecError(tuple(problems))

    def _defined(self, node: Node) -> Value:
        """The value of a right side; derivatives that stand there are found first.  Raises NotGiven, Undefined."""
        from symprop.derive.symbols import in_closed_form

        assert node.definition is not None
        if not node.derivatives:
            return self.programs.value(node.definition, self.env())
        formula = in_closed_form(self, node.definition)
        for symbol in quantities(formula):
            if isinstance(symbol, Deriv) and isinstance(symbol.of, Name) and isinstance(symbol.by[0], Name):
                self.adjoint_value(symbol.of, symbol.by[0])
        self.slopes.clear()  # they were told without knowing all values
        for forms in self.closed_forms:
            forms.clear()
        return self.value(formula)

    def _undefined(self, node: Node, error: Undefined) -> Problem:
        assert node.definition is not None
        put_in = text(self.printed(node.definition)[0])
        when = "at the given numbers" if self.epoch == 0 else "after the update"
        says = "cannot be computed" if isinstance(error, Straddle) else "is undefined"
        message, hint = f"{node.name.text} {says} {when}: {error} in {put_in}", "choose other numbers"
        if self.rounding.carry == "rounded":
            message += f" (values are carried rounded to {self.rounding.count} {self.rounding.kind})"
            hint = "carry: exact, or more digits"
        return Problem(node.place.file, node.place.line, node.place.column, "equations", message, hint)

    def advance(self) -> None:
        """The next epoch: the parameters that were updated have their new values."""
        old = self.env()
        kept: dict[Written, Value] = {
            n: v for n, v in old.items() if n not in self.graph.order and not isinstance(n, Deriv)
        }
        kept.update({d: v for d, v in old.items() if d in self.part.upstream})
        kept.update({n: v for n, v in old.items() if n in self.part.given})
        kept |= self.pending
        self.pending = {}
        self.values.append(kept)
        self.epoch += 1
        self.forward()

    def adjoint_value(self, target: Name, name: Name, epoch: int | None = None) -> Value:
        """∂target/∂name at the numbers, from the children's adjoints; remembered."""
        env = self.env(epoch)
        symbol = self.adjoint(target, name)
        if symbol in env:
            return env[symbol]
        for n in self.missing(target, name, env):
            s = self.adjoint(target, n)
            total: list[Written] = []
            for child in self.ways(n, target):
                slope = self.local(child, n)
                total.append(slope if child == target else mul(self.adjoint(target, child), slope))
            try:
                env[s] = self.carry(self.programs.value(add(*total), env))
            except Undefined as error:
                raise DerivationError(f"d{target.text}/d{n.text} is undefined at the given numbers: {error}") from None
        return env.setdefault(symbol, Fraction(target == name))  # nothing leads from there to the target

    def printed(self, formula: Written, extra: int = 0) -> tuple[Written, bool]:
        """The formula with the numbers in place of names, and whether all of them are printed exactly."""
        env, exact, values = self.env(), True, dict[Written, Written]()
        for node in quantities(formula):
            if isinstance(node, Call):  # f'(z) at a number
                value: Value = self.value(node)
            elif node in env:
                value = env[node]
            elif isinstance(node, Deriv) and isinstance(node.of, Name) and isinstance(node.by[0], Name):
                if node.local or len(node.by) > 1:
                    value = self.value(self.local(node.of, node.by[0]))
                else:
                    value = self.adjoint_value(node.of, node.by[0])
            else:
                continue
            literal = self.part.given.get(node) if isinstance(node, Name) else None
            if literal is not None and is_literal(literal) and exact_number(literal) == value:
                values[node] = literal  # as the exercise gives it, however few digits are asked for
                continue
            number, is_exact = shown(value, self.rounding, extra=extra)
            exact &= is_exact
            values[node] = number
        return without_minus_zero(substitute(formula, values)), exact


def start(part: Part) -> Bench:
    """An empty bench for a part, with the values that its numbers determine."""
    bench = Bench(part, build_graph(part))
    bench.start()
    return bench
