"""Names of a student's own:  δ = (y - t) σ'(z)  ⇒  ∂L/∂w = δ x.  They stand for what they are said to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symprop.errors import ReadError
from symprop.judge.lenient import formula
from symprop.judge.statements import Statement, spans
from symprop.judge.subject import Subject
from symprop.names import Vocabulary, known_function
from symprop.reader import read_name
from symprop.written import Deriv, Name, Written, names_of, substitute

MOST = 12  # in one answer


def new_name(text: str, vocabulary: Vocabulary) -> Name | None:
    """A name that the student brings in."""
    if len(text) > 60 or any(sign in text for sign in "+-*/=()[]|,"):
        return None
    try:
        found = read_name(text, vocabulary)
    except (ReadError, RecursionError):
        return None
    if found in vocabulary.quantities or found in vocabulary.functions or known_function(found.base):
        return None
    return found


Own = dict[Written, Written]


def own_names(pieces: Iterable[str], vocabulary: Vocabulary) -> tuple[Own, list[str]]:
    """What the names are that the statements bring in, in terms of the exercise's, and the other statements.

    Never a name that looks like one of the exercise: w_7 where it has w_1.
    """
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
    for _ in own:
        own = {name: substitute(found, own) for name, found in own.items()}
    circles = [name for name, found in own.items() if not own.keys().isdisjoint(names_of(found))]
    return {n: f for n, f in own.items() if n not in circles}, rest + [
        texts[n][0] for n in circles if isinstance(n, Name)
    ]


def plain(said: Statement, own: Own, subject: Subject) -> Statement:
    """A statement with what own names stand for, dσ/dz as σ'(z).  Raises ReadError where σ is not taken of z."""
    changes = dict(own)
    for item in said.items:
        for node in item.walk():
            if isinstance(node, Deriv) and node.of in subject.vocabulary.functions:
                changes[node] = subject.resolve(node)
                if changes[node] == node:
                    raise ReadError(
                        said.text, 0, "a derivative of a function, and it is not told at what", "write σ'(z)"
                    )
    return replace(said, items=tuple(substitute(item, changes) for item in said.items)) if changes else said
