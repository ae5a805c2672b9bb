"""A self-contained NumPy script: forward pass, adjoints from the target backwards, every partial derivative printed.

The script is made from the same graph and local derivatives as the page; the tests run it and compare.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from symprop import functions
from symprop.derive.bench import Bench
from symprop.derive.numbers import decimal_text
from symprop.errors import DerivationError, UnsupportedError
from symprop.model.exercise import Task
from symprop.model.solution import Answer, Program, Prose, Worked, phrase
from symprop.notation import text
from symprop.notation.numbers import fraction_of
from symprop.written import (
    ONE,
    Call,
    Cases,
    Const,
    Deriv,
    Indicator,
    Name,
    Neg,
    Num,
    Pow,
    Prod,
    Quot,
    Rel,
    Sum,
    Written,
    num,
)

NUMPY = {
    "exp": "np.exp", "ln": "np.log", "log": "np.log", "sqrt": "np.sqrt", "sin": "np.sin", "cos": "np.cos",
    "tan": "np.tan", "tanh": "np.tanh", "abs": "np.abs", "sign": "np.sign", "max": "np.maximum", "min": "np.minimum",
    "erf": "erf",
}  # fmt: skip
WIDTH = 48  # characters of a row of given numbers
NEARLY_ZERO = Fraction(1, 10**12)  # what floating point may take for 0
COMPARE = {"=": "==", "≤": "<=", "≥": ">=", "≠": "!=", "<": "<", ">": ">"}


def program(bench: Bench, task: Task) -> Worked:
    """The listing, and the numbers that it must print."""
    from symprop.derive.tasks import answer
    from symprop.derive.update import without_number

    if not bench.numeric:
        raise DerivationError(f"a program needs numbers for everything ({without_number(bench)})")
    wanted = asked(bench, task)
    lines = Writer(bench, tuple(wanted)).script(wanted)
    pairs = [(target, name) for target, names in wanted.items() for name in names]
    answers: list[Answer] = [answer(bench, bench.adjoint(t, n), bench.closed(t, n)) for t, n in pairs]
    expected = tuple((text(a.quantity), str(a.value)) for a in answers)
    listing = Program("python", "\n".join(lines) + "\n", expected)
    lead = [phrase("program-lead"), *([phrase("program-new-values")] if bench.epoch else [])]
    return Worked(task, (Prose(tuple(lead)), listing), tuple(answers))


def asked(bench: Bench, task: Task) -> dict[Name, tuple[Name, ...]]:
    """The targets with that by which each is differentiated: whatever the part asks for, and every parameter."""
    from symprop.derive.tasks import required_targets

    first, parameters = required_targets(bench, task), bench.graph.free_parameters
    found: dict[Name, tuple[Name, ...]] = {target: () for target in first}
    for other in bench.part.tasks:
        if other.kind in ("derivative", "gradient"):
            for target in required_targets(bench, other):
                if target in first or bench.graph[target].role == "computed":
                    names = other.asked_of(target) or (parameters if other.everything else ())
                    found[target] = (*found.get(target, ()), *names)
    wanted = {t: (*names, *parameters) if t in first else names for t, names in found.items()}
    return {target: tuple(dict.fromkeys(names)) for target, names in wanted.items()}


class Writer:
    """Names → identifiers, formulas → NumPy."""

    def __init__(self, bench: Bench, targets: tuple[Name, ...]):
        self.bench, self.targets = bench, targets
        self.identifiers: dict[str, str] = {}
        self.defined: dict[str, list[str]] = {}

    def script(self, wanted: Mapping[Name, tuple[Name, ...]]) -> list[str]:
        """Imports, functions, numbers, forward pass, adjoints target by target, output."""
        bench, graph = self.bench, self.bench.graph
        forward = []
        for node in graph.order:
            definition = graph[node].definition
            assert definition is not None
            forward.append(f"{self.identifier(node)} = {self.code(definition)}")
        backward, shown = [], []
        for target, names in wanted.items():
            letter = self.adjoint(target, Name("v"))
            backward += [
                f"# backward pass: {letter} is {text(bench.adjoint(target, Name('v')))}",
                *self.pass_to(target, names),
                "",
            ]
            for name in names:
                value = self.adjoint(target, name) if name != target and graph.reaches(name, target) else "0.0"
                zero = abs(fraction_of(bench.adjoint_value(target, name))) < NEARLY_ZERO and value != "0.0"
                last = f"{value} + 0)  # 0.0, not -0.0" if zero else f"{value})"
                shown.append(f'print("{text(bench.adjoint(target, name))} =", {last}')
        helpers = [line for body in self.defined.values() for line in (*body, "")]
        erf = any("erf(" in line for line in (*helpers, *forward, *backward))
        head = [*(["from math import erf", ""] if erf else []), "import numpy as np", ""]
        given = "# given" if bench.epoch == 0 else "# given, with the parameters as they were updated"
        return [*head, *helpers, given, *self.given(), "", "# forward pass", *forward, "", *backward, *shown]

    def given(self) -> Iterator[str]:
        """The numbers, those of one letter side by side:  x_1, x_2 = 0.5, -1"""
        families: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
        for leaf in self.bench.graph.leaves:
            if leaf in (env := self.bench.env()):
                family = families.setdefault((leaf.base, leaf.accent, leaf.sup), [])
                family.append((self.identifier(leaf), number(env[leaf])))
        for family in families.values():
            row: list[tuple[str, str]] = []
            for pair in family:
                if row and len(_assigned([*row, pair])) > WIDTH:
                    yield _assigned(row)
                    row = []
                row.append(pair)
            yield _assigned(row)

    def pass_to(self, target: Name, names: tuple[Name, ...]) -> Iterator[str]:
        """The adjoints of what lies on the way from the names to the target, the last ones first."""
        bench, graph = self.bench, self.bench.graph
        for node in reversed(tuple(graph.nodes)):
            if node == target or not graph.reaches(node, target) or not any(graph.reaches(n, node) for n in names):
                continue
            terms = []
            for child in bench.ways(node, target):
                upper = ONE if child == target else bench.adjoint(target, child)
                terms.append(self.product(upper, bench.local(child, node)))
            yield f"{self.adjoint(target, node)} = {' + '.join(terms)}"

    def product(self, upper: Written, slope: Written) -> str:
        if upper == ONE:
            return self.code(slope)
        return self.code(upper) if slope == ONE else f"{self.code(upper)} * {self.code(slope, 2)}"

    def adjoint(self, target: Name, name: Name | None = None) -> str:
        """d_w, or dp_w and dq_w where there are several targets."""
        letter = f"d{self.identifier(target)}_" if len(self.targets) > 1 else "d_"
        return letter + self.identifier(name) if name is not None else letter

    def identifier(self, name: Name) -> str:
        """A Python identifier of its own for each name: h_1^2 → h_1_2, ŷ → y_hat."""
        key = name.text
        if key not in self.identifiers:
            base = "_".join(p for p in (name.base, name.accent, name.sub, name.sup) if p)
            base = (
                "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in base) + "_prime" * name.primes
            )
            reserved = keyword.iskeyword(base) or base in ("np", "print", "float", "erf")
            if reserved or re.match("d[A-Za-z0-9]*_", base) or not base[:1].isalpha():  # d_w is a derivative
                base += "_"
            taken = set(self.identifiers.values()) | set(self.defined)
            while base in taken:
                base += "_"
            self.identifiers[key] = base
        return self.identifiers[key]

    def code(self, formula: Written, level: int = 0) -> str:
        """Level: 0 sum, 1 after a minus, 2 factor, 3 base of a power."""

        def bracket(out: str, own: int) -> str:
            return f"({out})" if own < level else out

        match formula:
            case Num(value, _):
                return bracket(number(value), 0 if value < 0 else 4)
            case Const("e"):
                return "np.e"
            case Const("pi"):
                return "np.pi"
            case Const():
                return "np.inf"
            case Name():
                return self.identifier(formula)
            case Deriv(of, (by,), _) if isinstance(of, Name) and isinstance(by, Name):
                return self.adjoint(of, by)
            case Neg(arg):
                return bracket("-" + self.code(arg, 2), 0)
            case Sum(terms):
                out = self.code(terms[0])
                for t in terms[1:]:
                    out += f" - {self.code(t.arg, 1)}" if isinstance(t, Neg) else f" + {self.code(t, 1)}"
                return bracket(out, 0)
            case Prod(factors):
                return bracket(" * ".join(self.code(f, 2) for f in factors), 1)
            case Quot(a, b):
                return bracket(f"{self.code(a, 2)} / {self.code(b, 3)}", 1)
            case Pow(Const("e"), exponent):
                return f"np.exp({self.code(exponent)})"
            case Pow(base, exponent):
                return bracket(f"{self.code(base, 4)} ** {self.code(exponent, 4)}", 3)
            case Indicator(condition):
                return f"float({self.code(condition)})"
            case Rel((a, b), (op,)):
                return f"{self.code(a)} {COMPARE[op]} {self.code(b)}"
            case Cases(values, conditions):
                out = self.code(values[-1])
                for v, c in reversed(list(zip(values, conditions, strict=True))[:-1]):
                    out = f"{self.code(v)} if {self.code(c) if c is not None else True} else {out}"
                return f"({out})"
            case Call():
                return self.call(formula)
        raise UnsupportedError(f"a program with {type(formula).__name__.lower()} formulas is not supported yet")

    def call(self, call: Call) -> str:
        """A call of NumPy, or of a function defined in the script."""
        key = call.func.text
        row = functions.lookup(call, self.bench.part.vocabulary)
        if isinstance(row, functions.Function) and row.key in NUMPY and not call.primes:
            inner = [self.code(a) for a in call.args]
            out = inner[0]
            if len(inner) == 1:
                return f"{NUMPY[row.key]}({out})"
            for other in inner[1:]:
                out = f"{NUMPY[row.key]}({out}, {other})"
            return out
        expanded = functions.expand(call, self.bench.part.vocabulary)
        if expanded != call:
            return f"({self.code(expanded)})"
        if isinstance(row, functions.Function) and call.primes <= 1:
            name = "".join(c if c.isalnum() else "_" for c in key) + ("_slope" if call.primes else "")
            if name not in self.defined:
                self.defined[name] = []
                plain = Call(call.func, row.params)
                formula = functions.derivatives_of(plain, row)[0] if call.primes else row.value
                inner_writer = Writer(self.bench, self.targets)
                inner_writer.defined = self.defined
                arguments = ", ".join(inner_writer.identifier(p) for p in row.params)
                result = inner_writer.code(formula)
                if call.primes and row.kinks_text == ("z",):
                    slope = self.bench.part.conventions.kinks.get(key, num(row.slope))
                    result = f"{self.code(slope)} if {arguments} == 0 else {result}"
                self.defined[name] = [f"def {name}({arguments}):", f"    return {result}", ""]
            return f"{name}({', '.join(self.code(a) for a in call.args)})"
        raise UnsupportedError(f"a program cannot use the abstract function {key}")


def number(value: object) -> str:
    """A number as Python text."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return str(value.numerator) if abs(value.numerator) < 10**15 else repr(float(value))
    return repr(float(Fraction(decimal_text(value, 20)))) if "." in decimal_text(value, 20) else decimal_text(value, 20)


def _assigned(pairs: Sequence[tuple[str, str]]) -> str:
    names, values = zip(*pairs, strict=True)
    return f"{', '.join(names)} = {', '.join(values)}"
