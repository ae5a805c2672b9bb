r"""What words alone say beside an answer, as far as the exercise can tell whether it is so.

0 (ReLU off)    0, dead neuron    0.02 since the unit is saturated    -0.25 (negative)    0 (the gradient vanishes)

A claim is false only where it plainly is: of the units between the quantity and the target none is off, none is flat.
What is not understood is no claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from symprop import functions
from symprop.derive.calculus import row_of_body
from symprop.derive.closing import SQUASHING
from symprop.derive.values import NotGiven
from symprop.errors import SympropError
from symprop.evaluate import Undefined
from symprop.judge.numbers import to_digits
from symprop.judge.value import Judge
from symprop.notation.numbers import fraction_of
from symprop.written import ZERO, Call, Deriv, Name, Num, Rel, Written

_NOUN = (
    r"(?:relus?|units?|neurons?|nodes?|gates?|rectifiers?|activations?|sigmoids?|tanhs?|neuron(?:en)?|einheit(?:en)?)"
)
_FEW = r"(?:(?:the|a|an|this|its|hidden|der|die|das|ein|eine)\s+)*"
_ALL = r"(?P<all>(?:both|all|each|every|alle|beide|beiden)\s+)?"
_SUBJECT = rf"{_FEW}{_ALL}{_FEW}{_NOUN}\s*(?:is|are|stays|'s|’s|ist|sind|bleibt)?\s*"
_OFF = r"(?:(?:switched\s+|turned\s+)?off|dead|inactive|closed|blocked|aus|tot|inaktiv|abgeschaltet)"
_ON = r"(?:(?:switched\s+|turned\s+)?on|alive|active|open|aktiv|an)"
_NOT = r"(?:not|nicht)\s+"
_CURVE = r"(?:\s+(?:of|der|des)\s+(?:the\s+|its\s+)?(?:sigmoid|tanh|relu|curve|function|activation|kurve|funktion))?"
_FLAT = (
    r"(?:saturated|gesättigt|(?:in|on|at)\s+(?:the|its|a)\s+(?:flat|saturated)\s+(?:part|region|side|piece)"
    rf"|im\s+flachen\s+(?:teil|bereich)){_CURVE}"
)
_VALUE = (
    r"(?:(?:it|this|that|which|(?:the\s+)?(?:gradient|derivative|value|result)|(?:der|die|das)\s+(?:gradient|ableitung|wert))"
    r"\s+(?:is|ist)\s+)"
)
_ZERO = (
    r"(?:(?:the\s+|der\s+|die\s+)?(?:gradient|derivative|ableitung)\s+(?:vanishes|dies|verschwindet|(?:is|ist)\s+(?:zero|0|null))"
    r"|vanishing\s+gradient|no\s+gradient(?:\s+flows)?|kein\s+gradient)"
)
_MOVES = (  # nothing that could be checked
    r"(?:the\s+)?\S{1,20}\s+(?:must\s+|should\s+|has\s+to\s+)?(?:increase|decrease|rise|fall|grow|shrink)s?"
    rf"|{_FEW}(?:{_NOUN}|weights?|parameters?)\s+(?:does\s+not|doesn['’]t|do\s+not|don['’]t|cannot|can['’]t)\s+learn"
)
Kind = Literal["off", "on", "flat", "steep", "negative", "positive", "zero", "moves"]
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("off", rf"{_SUBJECT}(?:{_OFF}|{_NOT}{_ON})|{_OFF}(?:\s+{_NOUN})?"),
    ("on", rf"{_SUBJECT}(?:{_ON}|{_NOT}{_OFF})|{_NOT}dead|{_ON}(?:\s+{_NOUN})?"),
    ("flat", rf"(?:{_SUBJECT})?{_FLAT}(?:\s+{_NOUN})?"),
    ("steep", rf"(?:{_SUBJECT})?{_NOT}{_FLAT}"),
    ("negative", rf"{_VALUE}?(?:negative?|below\s+zero|kleiner\s+(?:als\s+)?null)"),
    ("positive", rf"{_VALUE}?(?:positive?|above\s+zero|größer\s+(?:als\s+)?null)"),
    ("zero", _ZERO),
    ("moves", _MOVES),
)
CLAIMS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
LEADING = re.compile(
    r"^\s*(?:so|hence|thus|then|therefore|also|daher|damit|i\.\s*e\.|d\.\s*h\.|that\s+is|which\s+means)\s+",
    re.IGNORECASE,
)
_BARE = _SUBJECT.replace("?P<all>", "?:")
BEHIND = re.compile(
    rf"(?:\s*[,;:]\s*|\s+[-–—]+\s+|\s+)(?P<said>{_BARE}(?:{_NOT})?(?:{_OFF}|{_ON})|dead\s+{_NOUN}|(?:{_BARE})?{_FLAT}|{_ZERO}|{_MOVES}|which\s+is\s+(?:negative|positive))"
    r"\s*[.!]?$",
    re.IGNORECASE,
)
TAIL = 160  # characters in which a claim is looked for
SIGNED = re.compile(
    r"(?P<name>\S{1,20})\s+(?:(?:is|ist)\s+)?(?P<sign>negativ|positiv)e?", re.IGNORECASE
)  # z is negative
FLATTEST = Fraction(1, 2)  # of the steepest slope: a unit there is not flat
SMALL = Fraction(1, 10)  # a gradient of this size does not vanish


@dataclass(frozen=True, slots=True)
class Said:
    """Whether a claim is true (None: nobody knows), and what is so instead."""

    holds: bool | None
    facts: tuple[Rel, ...] = ()


def claims(text: str) -> Kind | None:
    """What a text says, if it is a claim and nothing else."""
    bare = LEADING.sub("", text).strip(" .!")
    return next((kind for kind, pattern in CLAIMS if pattern.fullmatch(bare)), None)


def as_relation(text: str) -> str:
    """z is negative as z < 0; any other text as it is."""
    found = SIGNED.fullmatch(text.strip(" .!"))
    if found is None or claims(text):
        return text
    return f"{found['name']} {'<' if found['sign'].lower().startswith('neg') else '>'} 0"


def behind(text: str) -> tuple[str, str] | None:
    """An answer and a claim without brackets behind it: 0, ReLU off"""
    found = BEHIND.search(text, max(0, len(text) - TAIL))
    return (text[: found.start()], found["said"]) if found and text[: found.start()].strip() else None


def truth(text: str, judge: Judge, about: Written | None, reading: Written | None) -> Said:
    """Whether a claim is true.  ``about``: the quantity that is answered, ``reading``: with what."""
    kind = claims(text)
    if kind == "moves":
        return Said(None)
    if kind in ("negative", "positive", "zero"):
        return _of_value(kind, judge, reading)
    every = any((found := p.fullmatch(LEADING.sub("", text).strip(" .!"))) and found["all"] for _, p in CLAIMS[:2])
    if kind in ("flat", "steep"):
        flat = _of_slopes(judge, about)
        return flat if kind == "flat" or flat.holds is None else Said(True)
    signs = [(argument, value) for argument, value in _gates(judge, about)]
    if not signs or any(value == 0 for _, value in signs):
        return Said(None)
    right = [(value > 0) == (kind == "on") for _, value in signs]
    if all(right) or (any(right) and not every):
        return Said(True if all(right) else None)
    facts = (Rel((argument, ZERO), (">" if value > 0 else "<",)) for argument, value in signs)
    return Said(False, tuple(f for f, good in zip(facts, right, strict=True) if not good)[:3])


def _of_value(kind: Kind, judge: Judge, reading: Written | None) -> Said:
    value = _value(judge, reading) if reading is not None else None
    if value is None or reading is None:
        return Said(None)
    if kind == "zero":
        small = value == 0 or (abs(value) < SMALL and None)
        return Said(small, () if small is not False else (Rel((reading, ZERO), ("≠",)),))
    holds = value < 0 if kind == "negative" else value > 0
    op = "=" if value == 0 else "<" if value < 0 else ">"
    return Said(holds, () if holds else (Rel((reading, ZERO), (op,)),))


def _of_slopes(judge: Judge, about: Written | None) -> Said:
    """A unit is flat where its slope is small against its steepest; a rectifier that is on is not."""
    facts: list[Rel] = []
    for call, key in _calls(judge, about):
        slope = _value(judge, Call(call.func, call.args, 1))
        steepest = Fraction(1, 4) if key == "sigmoid" else Fraction(1)
        if slope is None or slope < FLATTEST * steepest:
            return Said(None)
        facts.append(Rel((Call(call.func, call.args, 1), Num(to_digits(str(slope), 3))), ("=",)))
    return Said(False, tuple(facts[:3])) if facts else Said(None)


def _gates(judge: Judge, about: Written | None) -> Iterator[tuple[Written, Fraction]]:
    """The arguments of the rectifiers on the way, with their values."""
    for call, key in _calls(judge, about):
        if key not in SQUASHING and (value := _value(judge, call.args[0])) is not None:
            yield call.args[0], value


def _calls(judge: Judge, about: Written | None) -> list[tuple[Call, str]]:
    """Rectifiers, sigmoids and tanh between a quantity and its target; all, if none is there."""
    graph, part = judge.subject.graph, judge.subject.part
    way: set[Name] = set()
    match about:
        case Deriv(Name() as target, (Name() as name,)) if target in graph and name in graph:
            way = {n for n in graph.between(name, target) if n != name}
    found: dict[Name, list[tuple[Call, str]]] = {}
    for unit in graph.order:
        definition = graph[unit].definition
        for node in definition.walk() if definition is not None else ():
            if not isinstance(node, Call) or len(node.args) != 1 or node.primes:
                continue
            row = functions.lookup(node, part.vocabulary)
            if not isinstance(row, functions.Function):
                row = row_of_body(node, part.vocabulary)
            if row is not None and row.key in (*SQUASHING, "ReLU", "pos"):
                found.setdefault(unit, []).append((node, row.key))
    near = [each for unit, calls in found.items() if unit in way for each in calls]
    return near or [each for calls in found.values() for each in calls]


def _value(judge: Judge, formula: Written) -> Fraction | None:
    try:
        return fraction_of(judge.values.value(judge.subject.resolve(formula)))
    except (NotGiven, Undefined, SympropError, TypeError, RecursionError):
        return None
