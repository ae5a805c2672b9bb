"""Vocabulary: the names, functions, shapes and assumptions of one exercise, as the reader needs them.

Also the spelling table of the functions that everybody knows without declaring them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from symprop.written import Name, Written

Size = int | Name  # 3, n


@dataclass(frozen=True, slots=True)
class FunctionDef:
    """A function of the exercise: abstract (body None), with a body in ``params``, or a known one by another name."""

    name: Name
    params: tuple[Name, ...] = ()
    body: Written | None = None
    alias: str = ""  # key in symprop.functions.FUNCTIONS

    @property
    def is_open(self) -> bool:
        """Whether nothing says what the function is: it has derivatives σ', but no values."""
        return self.body is None and not self.alias


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows and columns; a column is n×1, a row 1×n, a number 1×1."""

    rows: Size = 1
    cols: Size = 1

    @property
    def is_number(self) -> bool:
        return self.rows == 1 and self.cols == 1

    @property
    def is_vector(self) -> bool:
        return not self.is_number and 1 in (self.rows, self.cols)

    @property
    def transposed(self) -> Shape:
        return Shape(self.cols, self.rows)

    def __str__(self) -> str:
        return "a number" if self.is_number else f"{self.rows}×{self.cols}"


NUMBER = Shape()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is declared.  ``open`` (no exercise: ``compare``): any single letter may appear and runs split into letters.

    The mappings are not to be changed once a formula was read: the reader keeps its look-up tables in ``prepared``.
    """

    quantities: frozenset[Name] = frozenset()
    functions: Mapping[Name, FunctionDef] = field(default_factory=dict)
    indices: Mapping[Name, tuple[Written | None, Written | None]] = field(default_factory=dict)
    derivatives: frozenset[Name] = frozenset()  # L where L' is the derivative of L… (rule 6: primed names declared)
    superscripts_are_labels: bool = False
    decimal_comma: bool = False
    spellings: tuple[tuple[str, str], ...] = ()  # how else something may be written in answers, and what it is
    implied: Mapping[Name, tuple[Written, ...]] = field(default_factory=dict)  # σ' alone: of which arguments it may be
    applied: Mapping[Name, tuple[Written, ...]] = field(default_factory=dict)  # σ z: of which arguments σ is taken
    apart: bool = False  # σ'(u) of no such argument is a product, σ' times u
    open: bool = False
    shapes: Mapping[Name, Shape] = field(default_factory=dict)  # of vectors and matrices; all else are numbers
    rows: bool = False  # whether a vector is a row, not a column
    prepared: Any = field(default=None, init=False, repr=False, compare=False)

    def with_quantities(self, names: Iterable[Name]) -> Vocabulary:
        """The same vocabulary with more quantities declared."""
        more = frozenset(names)
        return self if more <= self.quantities else replace(self, quantities=self.quantities | more)


@dataclass(frozen=True, slots=True)
class KnownFunction:
    """A function that needs no declaration: how it is spelled, its TeX, and how many arguments it takes."""

    key: str
    spellings: tuple[str, ...]  # compared without case, underscores and spaces
    tex: str
    arguments: tuple[int, int] = (1, 1)  # at least, at most
    bare: bool = False  # may go without brackets: sin 2x


def entry_name(family: Name, indices: tuple[int | str, ...]) -> Name:
    """w, (4, 6) → w_46;  w, (1, 10) → w_{1,10};  x with subscript h, (2,) → x_h2."""
    parts = [family.sub] if family.sub else []
    parts += [str(i) for i in indices]
    if all(len(part) == 1 for part in parts) or (family.sub and not family.sub[-1].isdigit() and len(indices) == 1):
        return replace(family, sub="".join(parts))
    return replace(family, sub=",".join(parts))


def _operator(word: str) -> str:
    return rf"\operatorname{{{word}}}"


_ROWS = (
    KnownFunction("identity", ("identity", "linear"), _operator("identity")),
    KnownFunction("sigmoid", ("sigmoid", "logistic", "sigm"), _operator("sigmoid")),
    KnownFunction("tanh", ("tanh",), r"\tanh", bare=True),
    KnownFunction("ReLU", ("relu",), _operator("ReLU")),
    KnownFunction("leaky_ReLU", ("leaky_relu", "leakyrelu", "lrelu"), _operator("leakyReLU")),
    KnownFunction("ELU", ("elu",), _operator("ELU")),
    KnownFunction("softplus", ("softplus",), _operator("softplus")),
    KnownFunction("GELU", ("gelu",), _operator("GELU")),
    KnownFunction("Phi", (), r"\Phi"),
    KnownFunction("erf", ("erf",), _operator("erf")),
    KnownFunction("swish", ("swish", "silu"), _operator("swish")),
    KnownFunction("sign", ("sign", "sgn"), _operator("sign")),
    KnownFunction("abs", ("abs",), _operator("abs")),
    KnownFunction("square", ("square",), _operator("square")),
    KnownFunction("exp", ("exp",), r"\exp", bare=True),
    KnownFunction("log", ("log",), r"\log", bare=True),
    KnownFunction("ln", ("ln",), r"\ln", bare=True),
    KnownFunction("sqrt", ("sqrt",), r"\sqrt"),
    KnownFunction("sin", ("sin",), r"\sin", bare=True),
    KnownFunction("cos", ("cos",), r"\cos", bare=True),
    KnownFunction("tan", ("tan",), r"\tan", bare=True),
    KnownFunction("sinh", ("sinh",), r"\sinh", bare=True),
    KnownFunction("cosh", ("cosh",), r"\cosh", bare=True),
    KnownFunction("sech", ("sech",), _operator("sech"), bare=True),
    KnownFunction("max", ("max",), r"\max", (1, 99)),
    KnownFunction("min", ("min",), r"\min", (1, 99)),
    KnownFunction("pos", ("pos",), _operator("pos")),
    KnownFunction("squared_error", ("squared_error",), _operator("SE"), (2, 2)),
    KnownFunction("half_squared_error", ("half_squared_error",), _operator("halfSE"), (2, 2)),
    KnownFunction("absolute_error", ("absolute_error",), _operator("AE"), (2, 2)),
    KnownFunction("huber", ("huber",), _operator("huber"), (2, 3)),
    KnownFunction("hinge", ("hinge",), _operator("hinge"), (2, 2)),
    KnownFunction("binary_cross_entropy", ("binary_cross_entropy", "bce"), _operator("BCE"), (2, 2)),
    KnownFunction("cross_entropy", ("cross_entropy",), _operator("CE"), (2, 2)),
    KnownFunction("focal", ("focal",), _operator("focal"), (2, 3)),
    KnownFunction("KL", (), _operator("KL"), (2, 2)),
    KnownFunction("itakura_saito", ("itakura_saito",), _operator("IS"), (2, 2)),
    KnownFunction("mse", ("mse", "mean_squared_error"), _operator("MSE"), (2, 2)),
)

KNOWN_FUNCTIONS: dict[str, KnownFunction] = {row.key: row for row in _ROWS}

# The short upper-case ones keep their case: `CE` is a loss, `ce` is not.
EXACT_SPELLINGS = {
    "KL": "KL",
    "Phi": "Phi",
    "CE": "cross_entropy",
    "IS": "itakura_saito",
    "SE": "squared_error",
    "AE": "absolute_error",
    "halfSE": "half_squared_error",
}
_FOLDED = {spelling.replace("_", ""): row.key for row in _ROWS for spelling in row.spellings}


def known_function(word: str) -> str:
    """The key of the function that a word spells, or '': ReLu → ReLU, leaky_relu → leaky_ReLU."""
    return EXACT_SPELLINGS.get(word) or _FOLDED.get(word.replace("_", "").lower(), "")
