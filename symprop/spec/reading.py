"""Formulas, names and lists in the scalars of a file; what cannot be read becomes a Problem at its character."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from symprop.errors import ReadError
from symprop.names import Vocabulary
from symprop.reader import left_side, read, read_name, split_list
from symprop.spec.document import Doc, Listing, Scalar, Span, whole
from symprop.spec.document import Mapping as MappingDoc
from symprop.spec.problems import Problems
from symprop.written import Big, Const, Deriv, Name, Neg, Num, Written, names_of, substitute

INFINITY = {"oo": "", "+oo": "", "-oo": "-", "∞": "", "+∞": "", "-∞": "-", "\\infty": "", "-\\infty": "-", "−∞": "-"}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
DERIVATIVE = re.compile(r"^\s*(?:d|∂|\\partial)\s*(?P<of>\S.*?)\s*/\s*(?:d|∂|\\partial)\s*(?P<by>\S.*?)\s*$")
FRACTION = re.compile(
    r"^\s*\\[dt]?frac\s*\{\s*(?:d|∂|\\partial|\\mathrm\{d\})\s*(?P<of>.+?)\s*\}"
    r"\s*\{\s*(?:d|∂|\\partial|\\mathrm\{d\})\s*(?P<by>.+?)\s*\}\s*$"
)
NABLA = re.compile(r"^\s*(?:∇|\\nabla|nabla)\s*_\s*(?:\{(?P<group>.+?)\}|(?P<by>\S+))\s+(?P<of>.+?)\s*$")
PRE = re.compile(r"^\s*pre\s*\(\s*(?P<of>.+?)\s*\)\s*$")
HEADING = re.compile(r"^(?P<name>.*?[^\s^_{(\[])\s*\((?P<params>[^()]*)\)\s*$")


@dataclass(slots=True)
class Reading:
    """A vocabulary, a place for problems, and names that stand for a derivative or a pre-activation (``aliases``)."""

    problems: Problems
    vocabulary: Vocabulary = Vocabulary()
    aliases: Mapping[Written, Written] | None = None

    def with_(self, vocabulary: Vocabulary, aliases: Mapping[Written, Written] | None = None) -> Reading:
        return Reading(self.problems, vocabulary, self.aliases if aliases is None else aliases)

    def more(self, *names: Name) -> Reading:
        """The same with further quantities."""
        known = self.vocabulary.quantities | frozenset(names)
        return self.with_(replace(self.vocabulary, quantities=known))

    def formula(self, span: Span, where: str, *, new_symbols: bool = False, wanted: str = "") -> Written | None:
        """A formula; None where it cannot be read (a problem was added, which says what was ``wanted``)."""
        if span.scalar.ready is not None:
            return span.scalar.ready
        if not self.usable(span, where):
            return None
        try:
            found = read(span.text, self.vocabulary, new_symbols=new_symbols)
        except ReadError as error:
            if not self.unknown_in_derivative(span, where):
                self.problems.unreadable(span, where, error, wanted)
            return None
        if any(isinstance(node, Big) for node in found.walk()):
            self.problems.later(span, where, "sums over an index", "write the terms out: x_1 + x_2 + x_3")
            return None
        return substitute(found, self.aliases) if self.aliases else found

    def unknown_in_derivative(self, span: Span, where: str) -> bool:
        """Whether dA/dB cannot be read because A or B is not there; says which."""
        found = False
        for side in derivative_parts(span) or ():
            try:
                name = read_name(side.text, self.vocabulary)
            except ReadError:
                continue
            if name not in self.vocabulary.quantities:
                self.problems.unknown(side, where, side.text, self.suggest(side.text))
                found = True
        return found

    def name(self, span: Span, where: str) -> Name | None:
        """A declaration: one name."""
        if isinstance(span.scalar.ready, Name):
            return span.scalar.ready
        if not self.usable(span, where):
            return None
        try:
            return read_name(span.text, self.vocabulary)
        except ReadError as error:
            self.problems.unreadable(span, where, error)
            return None

    def usable(self, span: Span, where: str) -> bool:
        """Whether there is text, and none that YAML has spoilt."""
        if not span.text:
            self.problems.add(span, where, "nothing stands here", "a formula was expected")
            return False
        spoilt = CONTROL.search(span.text)
        if spoilt:
            hint = "between double quotes YAML turns \\f, \\t … into other characters: use single quotes or a block (|)"
            self.problems.add(span, where, "a control character in a formula", hint, spoilt.start())
            return False
        return True

    def items(self, doc: Doc | None, where: str) -> Iterator[tuple[str, Span]]:
        """The items of a list, or of one string with commas outside brackets; with the path of each."""
        if doc is None:
            return
        if isinstance(doc, Listing):
            for number, item in enumerate(doc.items, 1):
                if isinstance(item, Scalar):
                    yield f"{where}[{number}]", whole(item)
                else:
                    self.problems.add(item, f"{where}[{number}]", "a formula was expected", _QUOTE)
        elif isinstance(doc, Scalar):
            if doc.ready is not None:
                yield where, whole(doc)
                return
            span = whole(doc)
            for offset, text in self.split(span, where):
                lead = len(text) - len(text.lstrip())
                yield where, span.part(offset + lead, offset + len(text))
        else:
            self.problems.add(doc, where, "a list was expected", "write one string with commas: u, v")

    def split(self, span: Span, where: str) -> list[tuple[int, str]]:
        try:
            return split_list(span.text)
        except ReadError as error:
            self.problems.unreadable(span, where, error)
            return []

    def known_names(self, doc: Doc | None, where: str) -> tuple[Name, ...]:
        """Names of quantities that exist; others are problems."""
        found: dict[Name, None] = {}
        for path, span in self.items(doc, where):
            name = self.known_name(span, path)
            if name in found:
                self.problems.add(span, path, f"'{span.text}' stands here twice")
            elif name is not None:
                found[name] = None
        return tuple(found)

    def known_name(self, span: Span, where: str) -> Name | None:
        formula = self.formula(span, where)
        if formula is None:
            return None
        if isinstance(formula, Name) and formula in self.vocabulary.quantities:
            return formula
        if isinstance(formula, Name):
            self.problems.unknown(span, where, span.text, self.suggest(span.text))
            return None
        self.problems.add(span, where, f"the name of a quantity was expected, found '{span.text}'")
        return None

    def suggest(self, text: str) -> str:
        """The quantity that was probably meant, else what there is."""
        from symprop.spec.problems import did_you_mean

        names = sorted(name.text for name in self.vocabulary.quantities)
        listed = f"its quantities are {', '.join(names[:12])}{', …' if len(names) > 12 else ''}" if names else ""
        return did_you_mean(text, names, listed)


def scalar_of(doc: Doc | None, where: str, problems: Problems, expected: str) -> Scalar | None:
    """The text, or a problem: a list or mapping stands where text was expected."""
    if doc is None or isinstance(doc, Scalar):
        return doc
    found = "a list" if isinstance(doc, Listing) else "a mapping"
    problems.add(doc, where, f"{expected} was expected, found {found}", _QUOTE)
    return None


def mapping_of(doc: Doc | None, where: str, problems: Problems, expected: str) -> MappingDoc | None:
    """The mapping, or a problem.  Empty text counts as nothing."""
    if doc is None or isinstance(doc, MappingDoc):
        return doc
    if isinstance(doc, Scalar) and not doc.text.strip() and doc.ready is None:
        return None
    problems.add(doc, where, f"{expected} was expected", "write {name: value, …} or one 'name: value' a line")
    return None


_QUOTE = "quote a formula that begins with [ or {, or that has ': ' in it: '[z > 0] r'"


def derivative_parts(span: Span) -> tuple[Span, Span] | None:
    """The numerator and the denominator of dA/dB, ∂A/∂B, \\frac{dA}{dB} or ∇_B A, by form alone; else None."""
    for pattern in (DERIVATIVE, FRACTION, NABLA):
        match = pattern.match(span.text)
        if match:
            by = "group" if pattern is NABLA and match["group"] else "by"
            return span.part(*match.span("of")), span.part(*match.span(by))
    return None


def heading(span: Span) -> tuple[Span, tuple[Span, ...]] | None:
    """Name and arguments of ``f(x, y)``; None for a plain name (also ``h_1^(2)``, whose bracket is a superscript)."""
    match = HEADING.match(span.text)
    if not match:
        return None
    params = span.part(*match.span("params"))
    pieces, position = [], 0
    for piece in params.text.split(","):
        pieces.append(params.part(position, position + len(piece)))
        position += len(piece) + 1
    return span.part(*match.span("name")), tuple(pieces)


def sides(span: Span) -> tuple[Span, Span] | None:
    """The two sides of an equation; None where there is no relation (reading it says more)."""
    try:
        left, right, offset = left_side(span.text)
    except ReadError:
        return None
    return span.part(0, len(left)), span.part(offset, offset + len(right))


def is_constant(formula: Written) -> bool:
    """No quantity in it: 3, -0.5, 1/3, sqrt(2), pi/2, [1, 0]."""
    return not names_of(formula) and not any(isinstance(node, Deriv) for node in formula.walk())


def is_value(formula: Written) -> bool:
    """A number or a letter (or its negative)."""
    if isinstance(formula, Neg):
        formula = formula.arg
    return isinstance(formula, Name | Num | Const) or is_constant(formula)


def infinity(text: str) -> Written | None:
    """±oo"""
    sign = INFINITY.get(text.replace(" ", ""))
    if sign is None:
        return None
    return Neg(Const("oo")) if sign else Const("oo")
