r"""What words alone say beside an answer, as far as the exercise can tell whether it is so.

0 (ReLU off)    0, dead neuron    0.02 since the unit is saturated    -0.25 (negative)    0 (the gradient vanishes)

A claim is false only where it plainly is: of the units between the quantity and the target none is off, none is flat.
Of a unit that is told by its number, that one counts.  "The gradient" is the derivative that is asked, or with which
the answer was updated.  What is not understood is no claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, NamedTuple

from symprop import functions
from symprop.derive.calculus import row_of_body
from symprop.derive.closing import SQUASHING
from symprop.judge.numbers import to_digits
from symprop.judge.statements import pieces
from symprop.judge.value import Judge
from symprop.written import ZERO, Call, Deriv, Name, Num, Rel, Written

_NOUN = (
    r"(?:relus?|units?|neurons?|nodes?|gates?|rectifiers?|activations?|sigmoids?|tanhs?|neuron(?:en)?|einheit(?:en)?)"
)
_FEW = r"(?:(?:the|a|an|this|its|hidden|der|die|das|ein|eine)\s+)*"
_ALL = r"(?P<all>(?:both|all|each|every|alle|beide|beiden)\s+)?"
_IS = r"\s*(?:is|are|stays|'s|’s|ist|sind|bleibt)?\s*"
_MANY = rf"{_FEW}{_ALL}{_FEW}{_NOUN}{_IS}"
_WHICH = ("first", "second", "third", "fourth"), ("erste", "zweite", "dritte", "vierte")
_ORDINAL = "|".join(word for words in _WHICH for word in words)
_ONE = (  # unit 2 is, the second unit is, h_2 is
    rf"{_FEW}(?:{_NOUN}\s+(?P<unit>[0-9]{{1,3}})|(?P<which>{_ORDINAL})\s+{_NOUN}"
    rf"|(?:{_NOUN}\s+)?(?P<named>[A-Za-z]{{1,9}}_?\{{?[0-9]{{1,3}}\}}?)){_IS}"
)
_SUBJECT = rf"(?:{_ONE}|{_MANY})"
_OFF = r"(?:(?:switched\s+|turned\s+)?off|dead|inactive|closed|blocked|aus|tot|inaktiv|abgeschaltet)"
_ON = r"(?:(?:switched\s+|turned\s+)?on|alive|active|open|aktiv|an)"
_NOT = r"(?:not|nicht)\s+"
_CURVE = r"(?:\s+(?:of|der|des)\s+(?:the\s+|its\s+)?(?:sigmoid|tanh|relu|curve|function|activation|kurve|funktion))?"
_FLAT = (
    r"(?:saturated|gesättigt|(?:in|on|at)\s+(?:the|its|a)\s+(?:flat|saturated)\s+(?:part|region|side|piece)"
    rf"|im\s+flachen\s+(?:teil|bereich)){_CURVE}"
)
_SLOPE = r"(?P<noun>gradient|derivative|slope|ableitung|steigung)"
_VALUE = (
    r"(?:(?:it|this|that|which|(?P<slope>(?:the\s+|its\s+|der\s+|die\s+)?(?:gradient|derivative|slope|ableitung|steigung))"
    r"|(?:the\s+)?(?:value|result)|(?:der|das)\s+(?:wert|ergebnis))\s+(?:is|ist)\s+)"
)
_ZERO = (
    r"(?:(?:the\s+|der\s+|die\s+)?(?:gradient|derivative|ableitung)\s+(?:vanishes|dies|verschwindet|(?:is|ist)\s+(?:zero|0|null))"
    r"|vanishing\s+gradient|(?:there\s+is\s+)?no\s+gradient(?:\s+flows)?|kein\s+gradient)"
)
_MOVES = (  # nothing that could be checked
    r"(?:the\s+)?\S{1,20}\s+(?:must\s+|should\s+|has\s+to\s+)?(?:increase|decrease|rise|fall|grow|shrink)s?"
    rf"|{_FEW}(?:{_NOUN}|weights?|parameters?)\s+(?:does\s+not|doesn['’]t|do\s+not|don['’]t|cannot|can['’]t)\s+learn"
)
Kind = Literal["off", "on", "flat", "steep", "negative", "positive", "zero", "moves"]
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("off", rf"{_SUBJECT}(?:{_OFF}|{_NOT}{_ON})|{_OFF}(?:\s+{_NOUN})?"),
    ("on", rf"{_SUBJECT}(?:{_ON}|{_NOT}{_OFF})|{_NOT}{_OFF}|{_ON}(?:\s+{_NOUN})?"),
    ("flat", rf"(?:{_MANY})?{_FLAT}(?:\s+{_NOUN})?"),
    ("steep", rf"(?:{_MANY})?{_NOT}{_FLAT}"),
    ("negative", rf"{_VALUE}?(?:negative?|below\s+zero|kleiner\s+(?:als\s+)?null)|{_FEW}negative[rn]?\s+{_SLOPE}"),
    ("positive", rf"{_VALUE}?(?:positive?|above\s+zero|größer\s+(?:als\s+)?null)|{_FEW}positive[rn]?\s+{_SLOPE}"),
    ("zero", _ZERO),
    ("moves", _MOVES),
)
CLAIMS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _PATTERNS}
LEADING = re.compile(
    r"^\s*(?:so|hence|thus|then|therefore|also|daher|damit|i\.\s*e\.|d\.\s*h\.|that\s+is|which\s+means)\s+",
    re.IGNORECASE,
)
_BARE = re.sub(r"\?P<\w+>", "?:", _SUBJECT)
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


class Unit(NamedTuple):
    """An activation in an equation: what it defines, the call, and which function it is."""

    name: Name
    call: Call
    key: str


Gate = tuple[Written, Fraction]  # the argument of a rectifier, and its value


@dataclass(frozen=True, slots=True)
class Beside:
    """What a claim stands beside: the quantity that is answered, with what, and the derivative that "gradient" means.

    ``reading`` is None where the answer is wrong, ``slope`` where it is neither a derivative nor an update.
    """

    about: Written | None = None
    reading: Written | None = None
    slope: Written | None = None


NOTHING = Beside()


def _claim(text: str) -> tuple[Kind, re.Match[str]] | None:
    """What a text says, if it is a claim and nothing else, and how."""
    bare = LEADING.sub("", text).strip(" .!")
    found = ((kind, pattern.fullmatch(bare)) for kind, pattern in CLAIMS.items())
    return next(((kind, match) for kind, match in found if match), None)


def claims(text: str) -> Kind | None:
    """What a text says, if it is a claim and nothing else."""
    found = _claim(text)
    return found[0] if found else None


def as_relation(text: str) -> str:
    """z is negative as z < 0; any other text as it is."""
    found = SIGNED.fullmatch(text.strip(" .!"))
    if found is None or claims(text):
        return text
    return f"{found['name']} {'<' if found['sign'].lower().startswith('neg') else '>'} 0"


def behind(text: str) -> tuple[str, str] | None:
    """An answer and claims without brackets behind it: 0, ReLU off      12.3, unit 2 is dead, y is positive"""
    if len(cuts := list(pieces(text, ","))) > 1:
        count = next((i for i, piece in enumerate(reversed(cuts)) if not _is_spoken(piece)), len(cuts))
        answer = ",".join(cuts[: len(cuts) - count])
        if count and answer.strip():
            return answer, ",".join(cuts[len(cuts) - count :]).strip()
    found = BEHIND.search(text, max(0, len(text) - TAIL))
    return (text[: found.start()], found["said"]) if found and text[: found.start()].strip() else None


def _is_spoken(text: str) -> bool:
    return len(text) <= TAIL and (claims(text) is not None or as_relation(text) != text)


def truth(text: str, judge: Judge, beside: Beside) -> Said:
    """Whether a claim is true."""
    found = _claim(text)
    if found is None or found[0] == "moves":
        return Said(None)
    kind, match = found
    told = match.groupdict()
    if kind == "zero" or told.get("slope") or told.get("noun"):
        return _of_value(kind, judge, beside.slope)
    if kind in ("negative", "positive"):
        meant = [_of_value(kind, judge, each) for each in (beside.reading, beside.slope)]
        return meant[0] if meant[1].holds is not True else replace(meant[0], holds=meant[0].holds or None)
    near, every = _calls(judge, beside.about)
    if kind in ("flat", "steep"):
        flat = _of_slopes(judge, near)
        return flat if kind == "flat" or flat.holds is None else Said(True)
    if told.get("unit") or told.get("which") or told.get("named"):
        near = [unit for unit in every if _is_told(unit, match)]
    elif told.get("all"):
        return _of_all(kind, list(_gates(judge, near)), list(_gates(judge, every)), match["all"])
    return _of_gates(kind, list(_gates(judge, near)))


def _of_gates(kind: Kind, signs: list[Gate]) -> Said:
    """False where every unit that may be meant is in the other state, true where all are in this one."""
    right = [(value > 0) == (kind == "on") for _, value in signs if value != 0]
    if not right or len(right) < len(signs) or any(right):
        return Said(True if signs and len(right) == len(signs) and all(right) else None)
    return Said(False, _facts(signs))


def _of_all(kind: Kind, near: list[Gate], every: list[Gate], told: str) -> Said:
    """All units are on: false where one on the way is not; of two units in all, "both" are those."""
    both = told.strip().lower() in ("both", "beide", "beiden") and len(every) == 2
    wrong = [gate for gate in (every if both else near) if gate[1] != 0 and (gate[1] > 0) != (kind == "on")]
    if wrong:
        return Said(False, _facts(wrong))
    return Said(True if every and all(value != 0 and (value > 0) == (kind == "on") for _, value in every) else None)


def _facts(gates: list[Gate]) -> tuple[Rel, ...]:
    return tuple(Rel((argument, ZERO), (">" if value > 0 else "<",)) for argument, value in gates[:3])


def _is_told(unit: Unit, told: re.Match[str]) -> bool:
    """Whether a unit is that of a number or of a name: unit 2, the second unit, h_2, z_2."""
    names = [name for name in (unit.name, unit.call.args[0]) if isinstance(name, Name)]
    if told["named"]:
        return re.sub(r"[{}_]", "", told["named"]) in [re.sub(r"[{}_]", "", name.text) for name in names]
    which = (told["which"] or "").lower()
    number = told["unit"] or next(str(words.index(which) + 1) for words in _WHICH if which in words)
    return number in [name.sub for name in names]


def _of_value(kind: Kind, judge: Judge, formula: Written | None) -> Said:
    value = judge.number_of(formula) if formula is not None else None
    if value is None or formula is None:
        return Said(None)
    if kind == "zero":
        small = value == 0 or (abs(value) < SMALL and None)
        return Said(small, () if small is not False else (Rel((formula, ZERO), ("≠",)),))
    holds = value < 0 if kind == "negative" else value > 0
    op = "=" if value == 0 else "<" if value < 0 else ">"
    return Said(holds, () if holds else (Rel((formula, ZERO), (op,)),))


def _of_slopes(judge: Judge, near: list[Unit]) -> Said:
    """A unit is flat where its slope is small against its steepest; a rectifier that is on is not."""
    facts: list[Rel] = []
    for unit in near:
        call = unit.call
        slope = judge.number_of(Call(call.func, call.args, 1))
        steepest = Fraction(1, 4) if unit.key == "sigmoid" else Fraction(1)
        if slope is None or slope < FLATTEST * steepest:
            return Said(None)
        facts.append(Rel((Call(call.func, call.args, 1), Num(to_digits(str(slope), 3))), ("=",)))
    return Said(False, tuple(facts[:3])) if facts else Said(None)


def _gates(judge: Judge, units: list[Unit]) -> Iterator[Gate]:
    """The arguments of the rectifiers, with their values."""
    for unit in units:
        if unit.key not in SQUASHING and (value := judge.number_of(unit.call.args[0])) is not None:
            yield unit.call.args[0], value


def _calls(judge: Judge, about: Written | None) -> tuple[list[Unit], list[Unit]]:
    """Rectifiers, sigmoids and tanh between a quantity and its target, or its own, else all; and all."""
    graph, part = judge.subject.graph, judge.subject.part
    found: list[Unit] = []
    for unit in graph.order:
        definition = graph[unit].definition
        for node in definition.walk() if definition is not None else ():
            if not isinstance(node, Call) or len(node.args) != 1 or node.primes:
                continue
            row = functions.lookup(node, part.vocabulary)
            if not isinstance(row, functions.Function):
                row = row_of_body(node, part.vocabulary)
            if row is not None and row.key in (*SQUASHING, "ReLU", "pos"):
                found.append(Unit(unit, node, row.key))
    match about:
        case Deriv(Name() as target, (Name() as name,)) if target in graph and name in graph:
            way = {n for n in graph.between(name, target) if n != name}
            return [unit for unit in found if unit.name in way], found
        case Name():
            own = [unit for unit in found if about in (unit.name, unit.call.args[0])]  # h = 0 (dead)
            return own or found, found
    return found, found
