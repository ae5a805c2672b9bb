"""What an exercise file says: frozen records, one for each thing an author writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from symprop.names import Vocabulary
from symprop.written import Deriv, Name, Rel, Written

Tell = Literal["direct", "backward", "paths"]


Detail = Literal["brief", "normal", "every rule"]
ETA = Name("eta")  # the learning rate, where the exercise gives it no letter


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something was written (line and column from 1); line 0 if it came from Python."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Equation:
    """left = right, as the author wrote it."""

    left: Name
    right: Written
    place: Place = Place()
    origin: str = ""  # "dense" where layer shorthand made it


@dataclass(frozen=True, slots=True)
class Rounding:
    """How numbers are shown: ``count`` significant digits or decimals, half up; exact where they fit.

    ``carry``: "exact" (values are carried unrounded) or "rounded" (the rounded number is the value from there on).
    ``explicit``: the exercise fixed it, so exact decimals are rounded too.  ``fractions``: print exact values as a/b.
    """

    count: int = 4
    kind: Literal["digits", "decimals"] = "digits"
    carry: Literal["exact", "rounded"] = "exact"
    explicit: bool = False
    fractions: bool = False


@dataclass(frozen=True, slots=True)
class Fading:
    """Which steps of a worked example are left blank: the last ones, a number or per cent of all, or chosen rows.

    ``rows``: the letter of a task, its first and its last row that is blank (counted from 1; 0, 0: all of them).
    """

    count: int = 50
    kind: Literal["steps", "percent", "rows"] = "percent"
    rows: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Conventions:
    """Choices that textbooks make differently."""

    kinks: Mapping[str, Written] = field(default_factory=dict)  # function name ("ReLU", "abs", "max") → slope there
    rounding: Rounding = Rounding()
    adjoints: Literal["partial", "delta", "bar"] = "partial"  # how ∂L/∂z is written: ∂L/∂z, δ_z or \bar z
    log_base: int | None = None  # of ``log``; None: natural
    derivatives: Literal["partial", "d", "nabla"] = "partial"  # ∂L/∂z, dL/dz or ∇_z L


@dataclass(frozen=True, slots=True)
class Task:
    """One question.

    ``kind``: count forward local derivative gradient update find second forward-again program.
    ``targets``: what is differentiated (empty: the default target).  ``by``: the quantities asked for (for ``update``
    the parameters, for ``find`` nothing), in order; ``everything`` means all parameters.
    ``formulas``: what ``find`` asks for, and the derivatives where single ones were asked for.  ``at``: points for a
    table, each a mapping of names to numbers.
    """

    kind: str
    targets: tuple[Name, ...] = ()
    by: tuple[Name, ...] = ()
    everything: bool = False
    formulas: tuple[Written, ...] = ()
    at: tuple[Mapping[Name, Written], ...] = ()
    steps: int = 1
    vector: bool = False  # a gradient as one vector
    vector_name: Name | None = None  # \vec w
    tell: tuple[Tell, ...] = ()  # empty: the default
    in_terms_of: tuple[Name, ...] = ()
    form: tuple[str, ...] = ()  # asked of an answer: "expanded", "one fraction", "4 digits" …; judging looks at it
    assume: tuple[Rel, ...] = ()  # for this task alone
    points: str = ""
    worth: tuple[tuple[Written, Fraction], ...] = ()  # points of single results and steps; empty: the same for all
    follow_through: bool = True  # whether what follows from an earlier error has its points
    words: str = ""  # the author's own wording of the question
    label: str = ""  # a, b, c …
    place: Place = Place()

    def asked_of(self, target: Name) -> tuple[Name, ...]:
        """By what ``target`` is differentiated: of dh/dz, dL/dw each by its own."""
        singles = [f.by[0] for f in self.formulas if isinstance(f, Deriv) and f.of == target]
        return tuple(n for n in singles if isinstance(n, Name)) or self.by


@dataclass(frozen=True, slots=True)
class Part:
    """One network with its numbers and questions; an exercise without ``parts`` has exactly one, with label ''."""

    equations: tuple[Equation, ...]
    vocabulary: Vocabulary
    parameters: tuple[Name, ...] = ()  # roles; () with parameters_declared False: by default letters
    parameters_declared: bool = False
    given: Mapping[Name, Written] = field(default_factory=dict)  # values of leaves and parameters: numbers or letters
    upstream: Mapping[Written, Written] = field(default_factory=dict)  # given derivatives (Deriv): their value
    learning_rate: Name | None = None
    learning_rate_value: Written | None = None
    targets: tuple[Name, ...] = ()
    assume: tuple[Rel, ...] = ()
    conventions: Conventions = Conventions()
    tasks: tuple[Task, ...] = ()
    fixed: tuple[Name, ...] = ()  # parameters that `update: all` and `gradient: all` leave alone (biases)
    figure: Literal["both", "statement", "solution", "none"] = "both"  # where the network is drawn
    display: Mapping[Written, Written] = field(default_factory=dict)  # names: derivative → its printed name
    short: frozenset[Written] = frozenset()  # derivatives to which only the working gives a name, see abbreviate.py
    unused: tuple[Name, ...] = ()  # given values that no equation uses: worth a remark
    title: str = ""
    text: str = ""
    label: str = ""
    marks: Mapping[str, Fraction] = field(default_factory=dict)  # share that remains after a mistake, by its code
    rubric: bool = False  # whether the key tells them
    fade: Fading | None = None  # None: the default
    detail: Detail = "normal"  # how much of the working is told
    equation_numbers: Literal["cited", "all"] = "cited"  # which lines are numbered

    @property
    def rate(self) -> Name:
        """The learning rate's letter: the exercise's own, else η."""
        return self.learning_rate or ETA

    @property
    def as_asked(self) -> Part:
        """The part as the author wrote it: without the names that only the working gives."""
        if not self.short:
            return self
        display = {symbol: name for symbol, name in self.display.items() if symbol not in self.short}
        return replace(self, display=display, short=frozenset())

    def has_delta(self, symbol: Written) -> bool:
        """Whether a derivative is called δ on the page."""
        letter = self.display.get(symbol)
        return isinstance(letter, Name) and letter.base == "delta"


@dataclass(frozen=True, slots=True)
class Exercise:
    """A whole file."""

    id: str
    title: str
    parts: tuple[Part, ...]
    text: str = ""  # the author's own statement
    file: str = ""
    source: str = ""
    language: str = ""  # of the pages; empty: the look's, else English
    language_place: Place = field(default_factory=Place)
