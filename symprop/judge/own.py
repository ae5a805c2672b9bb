"""Names of a student's own:  δ = (y - t) σ'(z)  ⇒  ∂L/∂w = δ x.  They stand for what they are said to be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from symprop.errors import ReadError
from symprop.judge.lenient import formula
from symprop.judge.statements import Statement, cut, name_of, spans
from symprop.judge.subject import Subject
from symprop.names import Vocabulary, known_function
from symprop.reader import read_name
from symprop.reader.limits import MAX_TREE
from symprop.written import Call, Deriv, Name, Num, Written, names_of, substitute

MOST = 12  # in one answer
LAYER = re.compile(r"\^\s*\{?\s*[\[(]\s*[A-Za-z0-9]{1,3}\s*[\])]\s*\}?\s*$")
LAYER_FIRST = re.compile(r"(\^\s*\{?\s*[\[(]\s*[A-Za-z0-9]{1,3}\s*[\])]\s*\}?)(\s*_\s*(?:\{[^{}]*\}|[A-Za-z0-9]))\s*$")
_NAMED = r"(?=(?:\\[a-z]{1,12}\s)?[^=:\s,()]{1,30}\s*(?::=|=))"
BRACKETED = re.compile(
    r"[(\[]\s*(?P<inside>(?:where|with|wobei|wo|mit)\s[^=]+=.*)[)\]]\s*\.?$", re.IGNORECASE | re.DOTALL
)
TOLD = re.compile(
    rf"\s*,?\s*(?<![A-Za-z\\])(?:where|with|wobei|wo|mit)\s+{_NAMED}|\s*,\s*(?:(?:and|und)\s+)?{_NAMED}|\s(?:and|und)\s+{_NAMED}",
    re.IGNORECASE,
)
WHERE = re.compile(r"\s*,?\s*(?:where|with|wobei|wo|mit)\s", re.IGNORECASE)
COUNTING = re.compile(
    r"(?:\s(?:for|für)|∀|\\forall|[,(])(?:\s*(?:all|every|alle))?\s*[i-n]\s*$"
)  # for i, of for i, j = 1, 2
HEADED = re.compile(r":(?!=)\s*")
NAMES_E = re.compile(r"(?<![A-Za-z\\_^])e\s*:?=(?!=)")
POWER_OF_E = re.compile(  # with an exponent that is a formula: e^{-z}, no e^2 nor e^T
    r"(?<![A-Za-z\\_^])e\s*\^\s*(?!\{?\s*(?:T|\\top|\\intercal|\\mathsf|\\prime)(?![A-Za-z_]))"
    r"(?=[A-Za-z\\]|-\s*[A-Za-z\\(]|[{(][^{}()]{0,40}[A-Za-z])"
)
OWN_E = "e is a name of yours, and e^(...) may be the exponential: write exp(...), or take another letter"
LARGEST = 2000  # parts of a formula once names are put in: A = x x, B = A A, C = B B … doubles with every name


def new_name(text: str, vocabulary: Vocabulary) -> Name | None:
    """A name that the student brings in; with a layer, δ^{[1]}, where the exercise has none with its letter."""
    text = LAYER_FIRST.sub(r"\2\1", text)
    bare = LAYER.sub("", text)
    if len(text) > 60 or any(sign in bare for sign in "+-*/=()[]|,"):
        return None
    try:
        found = read_name(text, vocabulary)
    except (ReadError, RecursionError):
        return None
    if bare != text and any((n.base, n.accent) == (found.base, found.accent) for n in vocabulary.quantities):
        return None
    if (
        replace(found, primes=0) in vocabulary.quantities
        or found in vocabulary.quantities
        or found in vocabulary.functions
        or known_function(found.base)
    ):
        return None
    return found


def exponential(text: str, vocabulary: Vocabulary) -> str:
    """A text that brings in a name e, as it is if e^{-z} in it is the exponential all the same."""
    if not NAMES_E.search(text) or Name("e") in vocabulary.quantities:
        return text
    return POWER_OF_E.sub("exp(1)^", text)


BOUND = re.compile(
    r"(?P<sum>(?:\\sum|\\prod|[∑∏]|(?<![A-Za-z])(?:sum|prod))\s?(?:\\limits\s?)?_\s?(?:\{[^{}]*\}|\([^()]*\))\s?\^\s?)"
    r"(?:\{\s?(?P<braced>[A-Za-z])\s?\}|(?P<bare>[A-Za-z]))(?![A-Za-z0-9_])"
)
Own = dict[Written, Written]
Sizes = dict[Written, tuple[int, int]]


def own_names(pieces: Iterable[str], vocabulary: Vocabulary) -> tuple[Own, list[str]]:
    """What the names are that the statements bring in, in terms of the exercise's, and the other statements.

    Never a name that looks like one of the exercise: w_7 where it has w_1.
    """
    pieces = [part for piece in pieces for part in _apart(piece, vocabulary)]
    families = {(n.base, n.accent) for n in vocabulary.quantities if n.sub or n.sup}
    texts: dict[Name, tuple[str, str]] = {}
    rest: list[str] = []
    for piece in pieces:
        stretches = spans(piece)
        name = new_name(piece[: stretches[0][1]].strip(), vocabulary) if len(stretches) == 2 else None
        alike = name is not None and (name.base, name.accent) in families and bool(name.sub or name.sup)
        if name is None or alike or name in texts or len(texts) >= MOST:
            rest.append(piece)
        else:
            texts[name] = piece, piece[slice(*stretches[1])]
    own: Own = {}
    every = vocabulary.with_quantities(texts)
    for name, (piece, text) in texts.items():
        try:
            own[name] = formula(text, every)
        except ReadError:
            rest.append(piece)
    for _ in texts:
        sizes = {name: _size(found, {}) for name, found in own.items()}
        own = {name: substitute(found, own) for name, found in own.items() if _fits((found,), sizes)}
    own = {name: found for name, found in own.items() if texts.keys().isdisjoint(names_of(found))}
    left = [piece for name, (piece, _) in texts.items() if name not in own]
    return own, [*rest, *(piece for piece in left if piece not in rest)]


def with_bounds(piece: str, own: Own) -> str:
    """\\sum_{i=1}^N with the number that N is told to be."""

    def number(found: re.Match[str]) -> str:
        value = own.get(Name(found["braced"] or found["bare"]))
        known = isinstance(value, Num) and value.value.denominator == 1
        return f"{found['sum']}{{{value.value}}}" if isinstance(value, Num) and known else found.group()

    return BOUND.sub(number, piece)


def _apart(piece: str, vocabulary: Vocabulary) -> list[str]:
    """2 p q x where p = h - t and q = h (1 - h): the answer, and what each name is; a: dL/dw = a x, too."""

    def tells(text: str) -> bool:
        return new_name(text[: spans(text)[0][1]].strip(), vocabulary) is not None

    def says(text: str) -> bool:  # of a quantity of the exercise
        left, *right = (text[slice(*span)] for span in spans(text))
        return len(right) == 1 and name_of(left.strip(), vocabulary) is not None and any(map(str.isalpha, right[0]))

    text = BRACKETED.sub(lambda m: f" {m['inside']}", piece)
    first, *told = cut(text, TOLD)
    where = WHERE.match(text, len(first)) is not None
    if (
        told
        and first.strip()
        and not COUNTING.search(first)
        and all(tells(each) or (where and says(each)) for each in told)
    ):
        return [first, *told]
    headed = cut(piece, HEADED)
    return headed if len(headed) == 2 and "=" in headed[0] and headed[1] and tells(headed[0]) else [piece]


def _size(formula: Written, sizes: Sizes) -> tuple[int, int]:
    """How many parts a formula has, and how deep it is, once names of such sizes are put in."""
    parts, deepest, above, level = 0, 0, 0, [formula]
    while level:
        here = [sizes.get(node, (1, 1)) for node in level]
        parts += sum(size for size, _ in here)
        deepest = max(deepest, above + max(depth for _, depth in here))
        above, level = above + 1, [child for node in level for child in node.children]
    return parts, deepest


def _fits(formulas: Iterable[Written], sizes: Sizes) -> bool:
    found = [_size(formula, sizes) for formula in formulas]
    return sum(parts for parts, _ in found) <= LARGEST and all(depth <= MAX_TREE for _, depth in found)


def plain(said: Statement, own: Own, subject: Subject) -> Statement:
    """A statement with what own names stand for, dσ/dz as σ'(z).  Raises ReadError where σ is not taken of z."""
    changes = dict(own)
    if own and not _fits(said.items, {name: _size(found, {}) for name, found in own.items()}):
        raise ReadError(said.text, 0, "a formula that is too long with your own names put in")
    for item in said.items:
        for node in item.walk():
            if isinstance(node, Deriv) and any(name in own for name in node.by):
                changes[node] = _by_own(said, node, own, subject)
            elif (
                isinstance(node, Deriv) and isinstance(node.of, Call) and node.of.args == node.by and not node.of.primes
            ):
                changes[node] = Call(node.of.func, node.of.args, 1)  # dσ(z)/dz
            elif isinstance(node, Deriv) and node.of in subject.vocabulary.functions:
                changes[node] = subject.resolve(node)
                if changes[node] == node:
                    raise ReadError(
                        said.text, 0, "a derivative of a function, and it is not told at what", "write σ'(z)"
                    )
    if not changes:
        return said
    about = substitute(said.about, changes) if isinstance(said.about, Call) else said.about
    return replace(said, about=about, items=tuple(substitute(item, changes) for item in said.items))


def _by_own(said: Statement, slope: Deriv, own: Own, subject: Subject) -> Written:
    """dh/dz as φ'(w x + b), where z = w x + b is the student's own and h = φ(w x + b).  Raises ReadError."""
    node = subject.graph[slope.of] if isinstance(slope.of, Name) and slope.of in subject.graph else None
    match node.definition if node is not None else None:
        case Call(func, (argument,), 0) if len(slope.by) == 1 and argument == own[slope.by[0]]:
            return Call(func, (argument,), 1)
    raise ReadError(said.text, 0, "a derivative by a name of your own", "take the names of the exercise")
