"""Functions as rows of text: value, derivatives as they are taught, kinks, domain.

Letters: z (u, v) arguments; a the function's own value; y output, t target of a loss.

    sigmoid   1/(1 + e^(-z))   a (1 - a)          ReLU   max(0, z)   1[z > 0], a kink where z = 0, slope 0 there

A row is one feature and its test: each derivative is compared with power series, SymPy and autodiff.
Sources: Goodfellow et al. 2016, ch. 6; Hendrycks & Gimpel 2016 (GELU); Ramachandran et al. 2017 (swish);
Clevert et al. 2016 (ELU); Lin et al. 2017 (focal); Itakura & Saito 1968; Huber 1964.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from symprop.names import FunctionDef, Vocabulary
from symprop.written import (
    ONE,
    ZERO,
    Call,
    Cases,
    Deriv,
    Indicator,
    Name,
    Neg,
    Num,
    Quot,
    Rel,
    Sum,
    Vec,
    Written,
    add,
    mul,
    neg,
    num,
    substitute,
    transform,
)

OUTPUT = Name("a")


@dataclass(frozen=True, slots=True)
class Function:
    """One row: f(params) = value, ∂f/∂param as taught.

    ``primitive``: the arithmetic knows it; its value is the call itself.  ``kinks``: formulas that are 0 at a kink,
    with ``slope``, the derivative used there.  ``domain``: where value and derivative are defined.
    ``primed``: the derivative is written ReLU'(z), and what it is said apart.
    ``inner``, ``outside``: over vectors the function is  outside · Σ inner;  outside is "", "-", a number or "mean".
    ``general``: the row with one more parameter, whose usual value this row has put in.
    ``reason``: how a line cites the derivative: "rule", (ln u)' = u'/u, a sentence ``rule-key`` of the words; "slope",
    σ'(z) = σ(z)(1 - σ(z)); "" what a reader sees at a glance.  ``by_value``: where h = σ(z), σ'(z) = h (1 - h).
    ``unusual``: a page that uses it says what it is.
    """

    key: str
    param_text: str
    value_text: str
    derivative_texts: tuple[str, ...]
    kinks_text: tuple[str, ...] = ()
    slope: Fraction = Fraction(0)
    domain_text: tuple[str, ...] = ()
    primitive: bool = False
    primed: bool = False
    inner_text: str = ""
    outside: str = ""
    general: Function | None = None
    reason: Literal["", "rule", "slope"] = ""
    by_value: bool = False
    unusual: bool = False

    @property
    def params(self) -> tuple[Name, ...]:
        return tuple(map(Name, self.param_text.split()))

    @property
    def is_loss(self) -> bool:
        return bool(self.inner_text)

    @property
    def value(self) -> Written:
        if self.primitive:
            return Call(Name(self.key), self.params)
        return _read(self.value_text, self.param_text)

    @property
    def derivatives(self) -> tuple[Written, ...]:
        """By each parameter, in the parameters and in ``a``, the value of the call."""
        return tuple(_read(text, self.param_text) for text in self.derivative_texts)

    @property
    def kinks(self) -> tuple[Written, ...]:
        return tuple(_read(text, self.param_text) for text in self.kinks_text)

    @property
    def domain(self) -> tuple[Written, ...]:
        return tuple(_read(text, self.param_text) for text in self.domain_text)

    @property
    def inner(self) -> Written:
        return _read(self.inner_text, self.param_text)


@cache
def _read(text: str, params: str) -> Written:
    from symprop.reader import read

    known = {Name(key): FunctionDef(Name(key), alias=key) for key in ("erf", "Phi")}
    quantities = frozenset({OUTPUT, *map(Name, params.split())})
    return read(text, Vocabulary(quantities=quantities, functions=known))


def _cases(first: str, where: str, otherwise: str) -> str:
    return rf"\begin{{cases}} {first} & {where} \\ {otherwise} & \text{{otherwise}} \end{{cases}}"


KINK = ("z",)
PROBABILITY = ("y > 0", "y < 1")
POSITIVE = ("y > 0", "t > 0")

# fmt: off
# key, parameters, value, derivative by each parameter
ROWS = (
    Function("identity", "z", "z", ("1",)),
    Function("sigmoid", "z", "1/(1 + e^(-z))", ("a (1 - a)",), reason="slope", by_value=True),
    Function("tanh", "z", "tanh(z)", ("1 - a^2",), primitive=True, reason="rule", by_value=True),
    Function("ReLU", "z", "max(0, z)", ("1[z > 0]",), KINK, primed=True),
    Function(
        "leaky_ReLU", "z", _cases("z", "z > 0", "0.01 z"), (_cases("1", "z > 0", "0.01"),), KINK, Fraction("0.01"),
        primed=True, unusual=True,
        general=Function(
            "leaky_ReLU", "z alpha", _cases("z", "z > 0", "alpha z"),
            (_cases("1", "z > 0", "alpha"), _cases("0", "z > 0", "z")), KINK, primed=True,
        ),
    ),
    Function(
        "ELU", "z", _cases("z", "z > 0", "e^z - 1"), (_cases("1", "z > 0", "e^z"),), KINK, Fraction(1), primed=True,
        unusual=True,
        general=Function(
            "ELU", "z alpha", _cases("z", "z > 0", "alpha (e^z - 1)"),
            (_cases("1", "z > 0", "alpha e^z"), _cases("0", "z > 0", "e^z - 1")), KINK, primed=True,
        ),
    ),
    Function("softplus", "z", "ln(1 + e^z)", ("sigmoid(z)",), reason="slope", unusual=True),
    Function(
        "GELU", "z", "z Phi(z)", ("Phi(z) + z e^(-z^2/2)/sqrt(2 pi)",), reason="slope", unusual=True,
    ),
    Function(
        "swish", "z", "z sigmoid(z)", ("a + sigmoid(z) (1 - a)",), reason="slope", by_value=True, unusual=True,
        general=Function(
            "swish", "z beta", "z sigmoid(beta z)",
            ("beta a + sigmoid(beta z) (1 - beta a)", "z^2 sigmoid(beta z) (1 - sigmoid(beta z))"),
        ),
    ),
    Function("Phi", "z", "1/2 (1 + erf(z/sqrt(2)))", ("e^(-z^2/2)/sqrt(2 pi)",), reason="slope", unusual=True),
    Function("erf", "z", "erf(z)", ("2 e^(-z^2)/sqrt(pi)",), primitive=True, reason="slope"),
    Function("sign", "z", "sign(z)", ("0",), KINK, primitive=True),
    Function("abs", "z", "abs(z)", ("z/abs(z)",), KINK, primitive=True, reason="rule"),
    Function("pos", "z", "max(0, z)", ("1[z > 0]",), KINK),
    Function("square", "z", "z^2", ("2 z",)),
    Function("exp", "z", "exp(z)", ("a",), primitive=True, reason="rule"),
    Function("log", "z", "log(z)", ("1/z",), domain_text=("z > 0",), primitive=True, reason="rule"),
    Function("ln", "z", "ln(z)", ("1/z",), domain_text=("z > 0",), primitive=True, reason="rule"),
    Function("sqrt", "z", "sqrt(z)", ("1/(2 a)",), domain_text=("z > 0",), primitive=True, reason="rule"),
    Function("sin", "z", "sin(z)", ("cos(z)",), primitive=True, reason="rule"),
    Function("cos", "z", "cos(z)", ("-sin(z)",), primitive=True, reason="rule"),
    Function("tan", "z", "tan(z)", ("1/cos(z)^2",), primitive=True, reason="rule"),
    Function("sinh", "z", "(e^z - e^(-z))/2", ("cosh(z)",), reason="slope"),
    Function("cosh", "z", "(e^z + e^(-z))/2", ("sinh(z)",), reason="slope"),
    Function("sech", "z", "2/(e^z + e^(-z))", ("-a tanh(z)",), reason="slope", by_value=True),
    Function("max", "u v", "max(u, v)", ("1[u > v]", "1[v > u]"), ("u - v",), primitive=True),
    Function("min", "u v", "min(u, v)", ("1[u < v]", "1[v < u]"), ("u - v",), primitive=True),
)

LOSSES = (
    Function("squared_error", "y t", "(y - t)^2", ("2 (y - t)", "-2 (y - t)"), inner_text="(y - t)^2"),
    Function(
        "half_squared_error", "y t", "1/2 (y - t)^2", ("y - t", "-(y - t)"), inner_text="(y - t)^2", outside="1/2"
    ),
    Function("mse", "y t", "(y - t)^2", ("2 (y - t)", "-2 (y - t)"), inner_text="(y - t)^2", outside="mean"),
    Function(
        "absolute_error", "y t", "abs(y - t)", ("(y - t)/abs(y - t)", "-(y - t)/abs(y - t)"), ("y - t",),
        inner_text="abs(y - t)",
    ),
    Function(
        "huber", "y t", _cases("1/2 (y - t)^2", r"|y - t| \le 1", "|y - t| - 1/2"),
        (_cases("y - t", r"|y - t| \le 1", "(y - t)/|y - t|"), _cases("t - y", r"|y - t| \le 1", "(t - y)/|y - t|")),
        inner_text=_cases("1/2 (y - t)^2", r"|y - t| \le 1", "|y - t| - 1/2"),
        general=Function(
            "huber", "y t delta", _cases("1/2 (y - t)^2", r"|y - t| \le delta", "delta (|y - t| - delta/2)"),
            (
                _cases("y - t", r"|y - t| \le delta", "delta (y - t)/|y - t|"),
                _cases("t - y", r"|y - t| \le delta", "delta (t - y)/|y - t|"),
                _cases("0", r"|y - t| \le delta", "|y - t| - delta"),
            ),
            domain_text=("delta > 0",),
            inner_text=_cases("1/2 (y - t)^2", r"|y - t| \le delta", "delta (|y - t| - delta/2)"),
        ),
    ),
    Function(
        "hinge", "y t", "max(0, 1 - t y)", ("-t [t y < 1]", "-y [t y < 1]"), ("1 - t y",), inner_text="max(0, 1 - t y)"
    ),
    Function(
        "binary_cross_entropy", "y t", "-(t ln(y) + (1 - t) ln(1 - y))",
        ("(y - t)/(y (1 - y))", "ln(1 - y) - ln(y)"), domain_text=PROBABILITY,
        inner_text="(t ln(y) + (1 - t) ln(1 - y))", outside="-",
    ),
    Function(
        "cross_entropy", "y t", "-t ln(y)", ("-t/y", "-ln(y)"), domain_text=("y > 0",), inner_text="t ln(y)",
        outside="-",
    ),
    Function(
        "focal", "y t", "-t (1 - y)^2 ln(y) - (1 - t) y^2 ln(1 - y)",
        (
            "2 t (1 - y) ln(y) - t (1 - y)^2/y - 2 (1 - t) y ln(1 - y) + (1 - t) y^2/(1 - y)",
            "y^2 ln(1 - y) - (1 - y)^2 ln(y)",
        ),
        domain_text=PROBABILITY, inner_text="t (1 - y)^2 ln(y)", outside="-",
        general=Function(
            "focal", "y t gamma", "-t (1 - y)^gamma ln(y) - (1 - t) y^gamma ln(1 - y)",
            (
                "gamma t (1 - y)^(gamma - 1) ln(y) - t (1 - y)^gamma/y"
                " - gamma (1 - t) y^(gamma - 1) ln(1 - y) + (1 - t) y^gamma/(1 - y)",
                "y^gamma ln(1 - y) - (1 - y)^gamma ln(y)",
                "-t (1 - y)^gamma ln(1 - y) ln(y) - (1 - t) y^gamma ln(y) ln(1 - y)",
            ),
            domain_text=PROBABILITY, inner_text="t (1 - y)^gamma ln(y)", outside="-",
        ),
    ),
    Function("KL", "y t", "t ln(t/y)", ("-t/y", "ln(t/y) + 1"), domain_text=POSITIVE, inner_text="t ln(t/y)"),
    Function(
        "itakura_saito", "y t", "t/y - ln(t/y) - 1", ("(y - t)/y^2", "1/y - 1/t"), domain_text=POSITIVE,
        inner_text="(t/y - ln(t/y) - 1)",
    ),
)

# fmt: on
FUNCTIONS: dict[str, Function] = {row.key: row for row in ROWS + LOSSES}
# a σ that nobody declared is the sigmoid
UNDECLARED = {"sigma": "sigmoid", "BCE": "binary_cross_entropy", "CE": "cross_entropy"}


def log_row(base: int) -> Function:
    """log to a base other than e."""
    return Function("log", "z", f"ln(z)/ln({base})", (f"1/(z ln({base}))",), domain_text=("z > 0",))


def lookup(
    call: Call, vocabulary: Vocabulary | None = None, log_base: int | None = None
) -> Function | FunctionDef | None:
    """What a call calls: a row, a definition of the exercise (abstract or with a body), or None: nobody knows it."""
    found = vocabulary.functions.get(call.func) if vocabulary is not None else None
    if found is not None and not found.alias:
        if found.body is None and not found.params and call.func.text in FUNCTIONS:
            return _by_arity(FUNCTIONS[call.func.text], call)
        return found
    key = found.alias if found is not None else call.func.text
    row = FUNCTIONS.get(UNDECLARED.get(key, key))
    if row is None:
        return found
    if row.key == "log" and log_base is not None:
        return log_row(log_base)
    return _by_arity(row, call)


def _by_arity(row: Function, call: Call) -> Function:
    return row.general if row.general is not None and len(call.args) == len(row.general.params) else row


def expand(call: Written, vocabulary: Vocabulary | None = None) -> Written:
    """A function with a body, and a loss of vectors, told out; anything else is returned as it is.

    squared_error([y_1, y_2], [t_1, t_2]) = (y_1 - t_1)^2 + (y_2 - t_2)^2
    """
    if not isinstance(call, Call):
        return call
    found = lookup(call, vocabulary)
    if isinstance(found, FunctionDef):
        if found.body is None or call.primes or len(found.params) != len(call.args):
            return call
        return substitute(found.body, dict(zip(found.params, call.args, strict=True)))
    if found is None or not found.is_loss or call.primes or not any(isinstance(a, Vec) for a in call.args):
        return call
    length = next(len(a.items) for a in call.args if isinstance(a, Vec))
    if len(call.args) != len(found.params) or any(isinstance(a, Vec) and len(a.items) != length for a in call.args):
        return call
    terms = []
    for k in range(length):
        parts = [a.items[k] if isinstance(a, Vec) else a for a in call.args]
        terms.append(substitute(found.inner, dict(zip(found.params, parts, strict=True))))
    return _outside(found.outside, terms)


def opened(formula: Written, vocabulary: Vocabulary) -> Written:
    """The formula with every function that has a body told out, wherever it stands."""
    return transform(formula, lambda f: expand(f, vocabulary))


def _outside(outside: str, terms: list[Written]) -> Written:
    total = add(*terms)
    if not outside:
        return total
    if outside == "-":
        return neg(total)
    factor = Quot(Num(Fraction(1)), Num(Fraction(len(terms) if outside == "mean" else 2)))
    return total if outside == "mean" and len(terms) == 1 else mul(factor, total)


def slopes(
    call: Call, vocabulary: Vocabulary | None = None, output: Written | None = None, log_base: int | None = None,
    kinks: Mapping[str, Written] | None = None,
) -> tuple[Written, ...]:  # fmt: skip
    """∂f/∂argument as it is written in a derivation.

    An abstract function, or a known one under another name: f'(z), ∂D/∂u.  A row: its derivative in the arguments and
    in ``output``, the name that the call's value has (the call itself if it has none): h (1 - h), σ(z)(1 - σ(z)).
    ReLU and its kin keep their prime: ReLU'(z).
    """
    found = lookup(call, vocabulary, log_base)
    if isinstance(found, Function) and not call.primes:
        renamed = vocabulary is not None and call.func in vocabulary.functions and call.func.text not in FUNCTIONS
        renamed = renamed and UNDECLARED.get(call.func.text) != found.key
        if not (len(call.args) == 1 and (renamed or found.primed)):
            return derivatives_of(call, found, output, kinks)
    if len(call.args) == 1:
        return (Call(call.func, call.args, call.primes + 1),)
    params = found.params if isinstance(found, FunctionDef) and found.params else ()
    plain = all(isinstance(a, Name) for a in call.args) and len(set(call.args)) == len(call.args)
    names = call.args if plain or len(params) != len(call.args) else params
    return tuple(Deriv(call, (by,), local=True) for by in names)


def derivatives_of(
    call: Call, row: Function, output: Written | None = None, kinks: Mapping[str, Written] | None = None
) -> tuple[Written, ...]:
    """The row's derivatives at the call's arguments: what ReLU'(z) is, 1[z > 0].

    ``kinks``: the slopes that the exercise uses at kinks; where one differs from the row's own it is a case by itself.
    """
    if row.key in ("max", "min") and len(call.args) != 2:
        found, ties = _extreme(call)
    else:
        assert len(call.args) == len(row.params), f"{row.key} takes {len(row.params)} arguments"
        values: dict[Written, Written] = dict(zip(row.params, call.args, strict=True))
        values[OUTPUT] = output if output is not None else call
        found = tuple(substitute(d, values) for d in row.derivatives)
        ties = tuple(Rel(sides(substitute(kink, values)), ("=",)) for kink in row.kinks) * len(found)
    slope = (kinks or {}).get(call.func.text, (kinks or {}).get(row.key))
    if slope is None or slope == num(row.slope) or not ties:
        return found
    return tuple(Cases((slope, d), (tie, None)) for d, tie in zip(found, ties, strict=True))


def sides(formula: Written) -> tuple[Written, Written]:
    """u and v of u - v; else the formula and 0."""
    match formula:
        case Sum((u, Neg(v))):
            return u, v
    return formula, ZERO


def _extreme(call: Call) -> tuple[tuple[Written, ...], tuple[Written, ...]]:
    """max(u, v, w) by u:  1[u > max(v, w)], with its tie u = max(v, w)"""
    if len(call.args) == 1:
        return (ONE,), ()
    op = ">" if call.func.text == "max" else "<"
    found, ties = [], []
    for i, arg in enumerate(call.args):
        rest = Call(call.func, (*call.args[:i], *call.args[i + 1 :]))
        found.append(Indicator(Rel((arg, rest), (op,))))
        ties.append(Rel((arg, rest), ("=",)))
    return tuple(found), tuple(ties)


def kink_slope(
    call: Call, vocabulary: Vocabulary | None = None, kinks: dict[str, Fraction] | None = None
) -> Fraction | None:
    """The derivative used where the call has a kink; None for a function without kinks."""
    row = lookup(call, vocabulary)
    if not isinstance(row, Function) or not row.kinks_text:
        return None
    kinks = kinks or {}
    return kinks.get(call.func.text, kinks.get(row.key, row.slope))


__all__ = [
    "FUNCTIONS", "LOSSES", "OUTPUT", "ROWS", "UNDECLARED", "Function", "derivatives_of", "expand", "kink_slope",
    "log_row", "lookup", "opened", "sides", "slopes",
]  # fmt: skip
