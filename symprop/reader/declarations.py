"""Declarations: names on their own, left sides of equations, lists."""

from __future__ import annotations

from dataclasses import replace

from symprop.errors import ReadError
from symprop.names import Vocabulary
from symprop.reader.commands import ACCENTS
from symprop.reader.lookup import fold, index_of, parts
from symprop.reader.scripts import Scripts
from symprop.reader.tokens import tokenise
from symprop.reader.whole import read
from symprop.written import Call, Name, Written

_NO_EXERCISE = Vocabulary()
_OPENING, _CLOSING = "([{⟨", ")]}⟩"


class _Declaration(Scripts):
    """Reads one name, all of whose scripts are labels."""

    def declared(self) -> Name:
        """The name at the cursor."""
        accent = ""
        if self.k[self.i] == "accent":
            accent = self.v[self.i]
            self.i += 1
        kind = self.k[self.i]
        if kind == "{":  # {w}_1, \\hat{y}, \\hat{y_1}
            end = self.match[self.i]
            self.i += 1
            name = self.declared()
            if self.i != end:
                raise self.error(f"expected one name, found {self.found()}")
            self.i += 1
        elif kind in ("run", "word") and not self.v[self.i][0].isdigit():
            run = self.v[self.i]
            base, inner, digits, _ = parts(run)
            self.i += 1
            if digits and self.k[self.i] == "_":
                base, digits = base + digits, ""
            name = Name(base, inner, digits)
        else:
            raise self.error(f"expected a name, found {self.found()}")
        if accent and name.accent:
            raise self.error("two accents on one letter")
        return self.with_scripts(replace(name, accent=accent or name.accent))

    def with_scripts(self, name: Name) -> Name:
        """The scripts after a base, each at most once."""
        accent, sub, sup, primes = name.accent, name.sub, name.sup, name.primes
        while (sign := self.k[self.i]) in ("_", "^", "'"):
            if sign == "'":
                self.i, count = self.primes(self.i)
                primes += count
                continue
            label, after = self.label(self.i)
            if not label:
                raise self.error(f"expected a label after `{sign}`, found {self.found(self.i + 1)}", at=self.i + 1)
            if sign == "_" and label in ACCENTS and not accent and not sub and self.k[self.i + 1] != "{":
                accent = label
            elif sign == "_" and not sub:
                sub = label
            elif sign == "^" and label.strip("'") == "":
                primes += len(label)
            elif sign == "^" and not sup:
                sup = label
            else:
                raise self.error(f"two {'sub' if sign == '_' else 'super'}scripts", "put them into one pair of braces")
            self.i = after
        return Name(name.base, accent, sub, sup, primes)


def _declaration(text: str, vocabulary: Vocabulary) -> _Declaration:
    tokens = tokenise(text, vocabulary.decimal_comma)
    if len(tokens.kinds) == 1:
        raise ReadError(text, 0, "there is no name here")
    return _Declaration(tokens, index_of(vocabulary), True)


def read_name(text: str, vocabulary: Vocabulary = _NO_EXERCISE) -> Name:
    """A declaration: one name and nothing else.  Its superscript is a label: h_1^2 is a name.

    A spelling that folds to a declared name is that name.
    """
    reader = _declaration(text, vocabulary)
    name = reader.declared()
    if reader.k[reader.i] != "end":
        raise reader.error(f"expected one name, found {reader.found()} after it")
    return _as_declared(name, vocabulary)


def _as_declared(name: Name, vocabulary: Vocabulary) -> Name:
    index = index_of(vocabulary)
    function = index.functions.get((name.base, name.accent, fold(name.sub), fold(name.sup)))
    known = index.quantity(name.base, name.accent, name.sub, name.sup, name.primes)
    return known or (function.name if function and not name.primes else name)


def left_side(text: str) -> tuple[str, str, int]:
    """z = w x + b → ("z", "w x + b", 4): both sides of an equation or assignment, and where the right one begins."""
    tokens = tokenise(text, left_side=True)
    at = 0
    while tokens.kinds[at] != "end":
        if tokens.kinds[at] == "rel":
            if tokens.values[at] not in ("=", "←"):
                break
            left = text[: tokens.starts[at]].rstrip()
            if not left.strip():
                raise ReadError(text, tokens.starts[at], "nothing on the left of the equals sign")
            right = text[tokens.ends[at] :].strip()
            start = len(text) - len(text[tokens.ends[at] :].lstrip())
            if not right:
                raise ReadError(text, len(text), "nothing on the right of the equals sign")
            return left.strip(), right, start
        at = tokens.match.get(at, at) + 1
    raise ReadError(text, tokens.starts[at], "expected `=`", "an equation is `name = formula`")


def read_equation(text: str, vocabulary: Vocabulary = _NO_EXERCISE) -> tuple[Name | Call, Written]:
    """z_3 = w x + b, or f(x) = …: the name (or the function with its parameters) and the formula."""
    left, right, offset = left_side(text)
    try:
        quantity = _left(left, vocabulary)
    except ReadError as error:
        lead = len(text) - len(text.lstrip())
        raise ReadError(text, error.offset + lead, error.message, error.hint, error.readings) from None
    if isinstance(quantity, Call):
        inner = vocabulary.with_quantities(name for name in quantity.args if isinstance(name, Name))
    else:
        inner = vocabulary.with_quantities((quantity,))
    try:
        return quantity, read(right, inner)
    except ReadError as error:
        raise ReadError(text, error.offset + offset, error.message, error.hint, error.readings) from None


def _left(text: str, vocabulary: Vocabulary) -> Name | Call:
    reader = _declaration(text, vocabulary)
    name = _as_declared(reader.declared(), vocabulary)
    if reader.k[reader.i] == "end":
        return name
    if reader.k[reader.i] not in ("(", "["):
        raise reader.error(f"expected one name on the left side, found {reader.found()} after it")
    end = reader.match[reader.i]
    reader.i += 1
    parameters = [reader.declared()]
    while reader.k[reader.i] == ",":
        reader.i += 1
        parameters.append(reader.declared())
    if reader.i != end or reader.k[end + 1] != "end":
        raise reader.error(f"expected the parameters of `{name.text}`, found {reader.found()}")
    if len(set(parameters)) < len(parameters):
        raise reader.error(f"two parameters of `{name.text}` have the same name", at=end)
    return Call(name, tuple(parameters))


def split_list(text: str) -> list[tuple[int, str]]:
    """The items between commas outside brackets, each with its offset: "a, f(b, c)" → a, f(b, c).

    Where a semicolon stands outside brackets, semicolons separate (and the comma is a decimal comma).
    """
    if len(text) > 20_000:
        raise ReadError(text, 20_000, "the list is too long")
    depth, cuts = 0, {",": [-1], ";": [-1]}
    for at, char in enumerate(text):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth -= 1
            if depth < 0:
                raise ReadError(text, at, f"`{char}` closes a bracket that was never opened")
        elif depth == 0 and char in cuts and not (at and text[at - 1] == "\\"):
            cuts[char].append(at)
    if depth:
        raise ReadError(text, len(text), "a bracket is never closed")
    places = cuts[";"] if len(cuts[";"]) > 1 else cuts[","]
    items = []
    for number, start in enumerate(places):
        end = places[number + 1] if number + 1 < len(places) else len(text)
        item = text[start + 1 : end]
        if item.strip():
            items.append((start + 1 + len(item) - len(item.lstrip()), item.strip()))
        elif end < len(text):
            raise ReadError(text, end, "an empty item in a list")
    return items
