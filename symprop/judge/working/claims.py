"""What a row claims: something on the left, and the formulas that are said to be equal to it.

∂L/∂w = δ h = 0.3      = δ h (goes on with the row before)      w ← w - η ∂L/∂w      Δw = …
delta = yhat - y       a name of the student's own               L(x_6, t) = …       σ'(z) = …
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from symprop.errors import ReadError
from symprop.judge.dress import undressed, without_words
from symprop.judge.general import General
from symprop.judge.lenient import formula as lenient
from symprop.judge.own import new_name
from symprop.judge.phrasing import as_cases
from symprop.judge.places import Holds, without_bars
from symprop.judge.stages import without_stages
from symprop.judge.statements import Vector, marked, name_of, pieces, spans
from symprop.names import Vocabulary, known_function
from symprop.reader import read_name, readings
from symprop.written import Call, Const, Name, Written, neg

Texts = list[tuple[str, str]]  # formulas, each with the sign in front of it
ABOUT = re.compile(r"≈|~=|≃|\\approx|\\simeq")
MAX_CLAIMS = 40  # in one row
MAX_MEMBERS = 60
Kind = Literal[
    "value",  # of a quantity, derivative, or any formula
    "next",  # of a parameter after the step
    "change",  # of a parameter in the step
    "onward",  # goes on with the chain before
    "new",  # a name of the student's own
    "function",  # what a function or its derivative is
]
IMPLIES = re.compile(
    r"\\(?:implies|Rightarrow|Longrightarrow|iff|Leftrightarrow|Longleftrightarrow|therefore|because|qquad|quad)"
    r"(?![A-Za-z])|[⇒⟹∴⇔]|=>"
)
ARROWS = re.compile(
    r"[⇒⟹∴⇔]|=>|\\(?:implies|Rightarrow|Longrightarrow|iff|Leftrightarrow|Longleftrightarrow|therefore)(?![A-Za-z])"
)
INEQUALITY = re.compile(
    r"<(?!-)|>|≤|≥|≠|!=|\\(?:le|ge|leq|geq|ne|neq|lt|gt|leqslant|geqslant|in|to|sim)(?![A-Za-z])|∈|→|\\rightarrow"
)
FUNCTION = re.compile(
    r"\\?(?:operatorname|mathrm|text)?\s*\{?\s*([A-Za-z]+)\s*\}?\s*(?P<primes>(?:'|′|\^\s*\{?\s*\\prime\s*\}?)*)\s*"
)
ARGUMENTS = re.compile(r"^(?P<head>.*\S)\s*(?:\\left)?\(\s*(?P<inside>[^()]*)(?:\\right)?\)\s*$", re.DOTALL)
LIST = re.compile(r"^(?:\s*(?:[-*•–]|\\item(?:\s*\[[^\]]*\])?|\(?[0-9]{1,2}[.)]|\(?[a-z][.)]))+\s*")
LEAD = re.compile(r"([^.;!?]*?)\s*(=|:=|:|≈)\s*$")


@dataclass(frozen=True, slots=True)
class Member:
    """One formula of a chain, or why it could not be read; ``unknown``: names that the exercise does not have."""

    text: str
    formula: Written | None = None
    error: ReadError | None = None
    unknown: tuple[Name, ...] = ()
    others: tuple[Written, ...] = ()  # further readings of a/b c
    about: bool = False  # after ≈: zeros at the end of a whole number may be rounded ones
    arrays: bool = False  # read by the arrays of the exercise
    shown: Written | None = None  # as it was read, where ``formula`` is what it says of all entries
    general: General | None = None  # of a general entry: its indices


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement.  ``left`` is None where it goes on, or could not be read (then ``error`` says why)."""

    kind: Kind
    text: str
    left: Written | None
    members: tuple[Member, ...]
    unknown: tuple[Name, ...] = ()  # on the left
    error: ReadError | None = None
    letters: tuple[Name, ...] = ()  # the arguments of L(x, t) = …
    open: bool = False  # a gradient, whose entries are not told
    arrays: bool = False  # read by the arrays of the exercise
    step: bool = False  # in a list of values: the one behind the last step


def claims(
    text: str, before: str, vocabulary: Vocabulary, *, vector: Vector = lambda left: None, holds: Holds = bool
) -> Iterator[Claim]:
    """The claims of a row.  Nothing is yielded for a formula that claims nothing.

    ``vector``: what a left side like ∇_w L stands for.  ``holds``: whether |_{z = 1.5} says what the exercise has.
    """
    text = undressed(text)
    try:
        text = without_bars(text, holds, vocabulary)
    except ReadError as elsewhere:
        yield Claim("value", text, None, (), error=elsewhere)
        return
    for part in _parts(text)[:MAX_CLAIMS]:
        part = part.strip().strip("&").strip().rstrip(",.;").strip()
        if not part:
            continue
        part = without_stages(part, lambda piece: name_of(piece, vocabulary) is not None)
        found = spans(part)
        lead, sign = _lead(before)
        if lead and (len(found) == 1 or sign != ":") and found[0][1] > found[0][0] and not INEQUALITY.search(part):
            led = f"{lead} = {part}"
            claim = _claim(led, spans(led), vocabulary)
            if claim.left is not None and claim.kind != "new" and not claim.unknown:
                yield claim
                continue
        if len(found) > MAX_MEMBERS:
            error = ReadError(part[:200], 0, f"more than {MAX_MEMBERS} formulas in one chain")
            yield Claim("value", part[:200], None, (), error=error)
            continue
        if len(found) == 1:
            continue
        if INEQUALITY.search(part) and _is_relation(part) and as_cases(part) is None:
            continue
        gradient = vector(part[slice(*found[0])])
        if gradient is not None:
            yield Claim("value", part, gradient, _members(_rest(part, found), vocabulary), open=True)
            continue
        yield _claim(part, found, vocabulary)


def is_onward(text: str) -> bool:
    """Whether a row begins with a relation."""
    found = spans(undressed(text).lstrip("& "))
    return len(found) > 1 and found[0][0] == found[0][1]


def _parts(text: str) -> list[str]:
    """Statements between arrows, semicolons, commas and wide spaces, each with a relation of its own."""
    found: list[str] = []
    for piece in (p for arrow in _cut(text, IMPLIES) for p in pieces(arrow, ";")):
        parts = list(pieces(piece, ","))
        if as_cases(piece) is not None:
            parts = [piece]
        if len(parts) > 1 and all(len(spans(part)) > 1 for part in parts):
            found += parts
        elif len(parts) > 1 and len(spans(parts[0])) > 1 and not any(len(spans(part)) > 1 for part in parts[1:]):
            found.append(parts[0])  # a = b, where …
        else:
            found.append(piece)
    return found


def _cut(text: str, where: re.Pattern[str]) -> list[str]:
    """The stretches between separators; a wide space separates only where a relation stands on both sides."""
    cuts = [0]
    for found in where.finditer(text):
        if ARROWS.match(found.group()) or _separates(text, cuts[-1], found):
            cuts += [found.start(), found.end()]
    cuts.append(len(text))
    return [text[a:b] for a, b in zip(cuts[::2], cuts[1::2], strict=True)]


def _separates(text: str, start: int, space: re.Match[str]) -> bool:
    """Whether a wide space ends a statement: a = b \\quad c = d,  a = b \\quad a: the rate"""
    if text.count("{", start, space.start()) != text.count("}", start, space.start()):
        return False
    rest = text[space.end() :]
    after = spans(rest)
    if len(after) > 1 and rest[slice(*after[0])].strip(" &"):
        return True
    goes_on = rest.strip(" &").startswith(("=", "+", "-", r"\approx", r"\cdot", "("))
    return not goes_on and "=" in text[: space.start()]


def _is_relation(text: str) -> bool:
    """Whether an inequality is what the row says: z > 0, not 1[z > 0]."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth <= 0 and INEQUALITY.match(text, at) and r"\begin{cases}" not in text[:at]:
            return True
    return False


def _lead(before: str) -> tuple[str, str]:
    """What words in front of a formula say that it is, and by which sign: ReLU': $…$, Softmax(y) = $…$"""
    words = LIST.sub("", before.rstrip("$ \t")) if before else ""
    found = LEAD.search(words) if words.rstrip().endswith(("=", ":", "≈")) else None
    if not found or not found[1].strip() or len(found[1]) > 60 or "$" in found[1]:
        return "", ""
    return found[1].strip(), found[2]


def _claim(text: str, found: list[tuple[int, int]], vocabulary: Vocabulary) -> Claim:
    left = text[slice(*found[0])].strip(" &")
    rest = _rest(text, found)
    if not left:
        return Claim("onward", text, None, _members(rest, vocabulary))
    changed = marked(left, vocabulary)
    if changed is not None:
        name, change, _, minus = changed
        members = _members(rest, vocabulary)
        if minus:
            members = tuple(replace(m, formula=neg(m.formula)) if m.formula is not None else m for m in members)
        return Claim("change" if change else "next", text, name, members)
    arrow = re.search(r"<-|\\(?:gets|leftarrow)(?![A-Za-z])|←", text[found[0][1] : found[1][0]]) is not None
    side = member(left, vocabulary)
    function = _function(left, side, vocabulary)
    if function is not None:
        bound = tuple(n for n in function.args if isinstance(n, Name))
        return _about_function(text, function, rest, bound, vocabulary)
    called = _with_arguments(left, vocabulary)
    if called is not None:
        quantity, letters = called
        members = tuple(_free(m, letters) for m in _members(rest, vocabulary))
        return Claim("value", text, quantity, members, letters=letters)
    if side.formula is None or side.unknown or isinstance(side.formula, Const):  # e = y - t
        new = new_name(left, vocabulary)
        if new is not None and side.unknown in ((), (new,)):
            return Claim("new", text, new, _members(rest, vocabulary))
        if side.formula is None:
            return Claim("value", text, None, _members(rest, vocabulary), error=side.error)
    kind: Kind = "next" if arrow and isinstance(side.formula, Name) else "value"
    return Claim(kind, text, side.formula, _members(rest, vocabulary), side.unknown)


def _rest(text: str, found: list[tuple[int, int]]) -> Texts:
    """The formulas after the first, each with the sign in front of it."""
    return [(text[slice(*span)].strip(" &"), text[a[1] : span[0]]) for a, span in pairwise(found)]


def _members(texts: Texts, vocabulary: Vocabulary) -> tuple[Member, ...]:
    return tuple(
        replace(member(text, vocabulary), about=ABOUT.search(sign) is not None) for text, sign in texts if text
    )


def member(text: str, vocabulary: Vocabulary) -> Member:
    """A formula by the names of the exercise; by other names too, which are then told."""
    problem: ReadError | None = None
    for candidate in dict.fromkeys((text, without_words(text))):
        if not candidate.strip():
            continue
        for new_symbols in (False, True):
            try:
                formula = lenient(candidate, vocabulary, new_symbols=new_symbols)
            except ReadError as error:
                problem = problem or error
                if error.readings:
                    found = readings(candidate, vocabulary)
                    return Member(text, found[0] if found else None, error, others=found[1:])
            except RecursionError:
                return Member(text, None, ReadError(text, 0, "the formula is nested too deeply"))
            else:
                unknown = (n for n in _all_names(formula) if n not in vocabulary.quantities) if new_symbols else ()
                return Member(text, formula, unknown=tuple(unknown))
    return Member(text, None, problem or ReadError(text, 0, "there is no formula here"))


def _all_names(formula: Written) -> Iterator[Name]:
    """Every name, also those inside derivatives."""
    seen: set[Name] = set()
    for node in formula.walk():
        if isinstance(node, Name) and node not in seen:
            seen.add(node)
            yield node


# ---- the left side


def _function(text: str, side: Member, vocabulary: Vocabulary) -> Call | None:
    """σ(u), σ'(u), ReLU': a function of plain letters that are no quantities."""
    formula = side.formula
    if isinstance(formula, Call) and formula.args and all(isinstance(a, Name) for a in formula.args):
        return formula if side.unknown and set(side.unknown) <= set(formula.args) else None
    if formula is not None:
        return None
    found = FUNCTION.fullmatch(text)
    if found is None:
        return None
    word = found[1]
    name = next((f for f in vocabulary.functions if f.base == word and not f.sub), None)
    if name is None:
        key = known_function(word)
        name = Name(key) if key else None
    count = len(re.findall(r"'|′|\\prime", found["primes"]))
    return Call(name, (), count) if name is not None else None


def _about_function(text: str, function: Call, rest: Texts, bound: tuple[Name, ...], vocabulary: Vocabulary) -> Claim:
    """What a function is.  Its letters are its own, whatever the exercise calls by them."""
    members = tuple(_free(m, bound) for m in _members(rest, vocabulary))
    if not function.args:
        letters = {n for m in members if m.formula is not None for n in _all_names(m.formula)}
        letters -= vocabulary.functions.keys() | {n for n in letters if known_function(n.base)}
        if len(letters) > 1:
            error = ReadError(text, 0, "of which letter is this a function?")
            return Claim("function", text, None, (), error=error)
        letter = next(iter(letters), Name("u"))
        function = Call(function.func, (letter,), function.primes)
        members = tuple(_free(m, (letter,)) for m in members)
    return Claim("function", text, function, members)


def _free(found: Member, bound: tuple[Name, ...]) -> Member:
    return replace(found, unknown=tuple(n for n in found.unknown if n not in bound))


def _with_arguments(text: str, vocabulary: Vocabulary) -> tuple[Name, tuple[Name, ...]] | None:
    """L(x, t): a quantity with what it depends on, perhaps by letters that are only used in there."""
    found = ARGUMENTS.match(text)
    quantity = name_of(found["head"], vocabulary) if found is not None else None
    if found is None or quantity is None:
        return None
    letters = []
    for argument in found["inside"].split(","):
        try:
            letters.append(read_name(argument.replace(r"\left", "").replace(r"\right", ""), vocabulary))
        except ReadError:
            return None
    return quantity, tuple(letters)
