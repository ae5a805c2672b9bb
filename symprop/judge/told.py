"""Answers in half a sentence, as formulas; every rewriting is kept to what can mean only one thing.

w stays -2 ⇒ w = -2      dL/dw = zero      2 p x where p is h - t      f_{aa} = …, where ∂²f/∂a² is asked
… where dh/dx = …, a derivative beside the answer
`p_1 - t_1`      **p_1 - t_1**      59.8 %, a number: 0.598
w goes from 0.5 to 0.692 ⇒ w: 0.5 → 0.692      J = 0.32 is the cost
0 0 0 -2 where four numbers are asked      everything is 0 except dL/dc = -2
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symprop.judge.branches import by_cases
from symprop.judge.dress import without_bullets
from symprop.judge.notes import with_entries
from symprop.judge.own import new_name
from symprop.judge.statements import name_of, readable, spans
from symprop.judge.steps import with_arrows
from symprop.names import Vocabulary
from symprop.notation import Notation
from symprop.notation import text as shown
from symprop.written import Deriv, Name, Written

if TYPE_CHECKING:
    from symprop.judge.judging import Marker

LONGEST = 2000  # characters
MARKED = re.compile(r"\s*(?P<mark>`{1,3}|\*{1,3})(?P<inside>[^`]*[^`*\s])\s*(?P=mark)\s*")
PERCENT = re.compile(r"(?<![\w.,^])(?P<number>[0-9]+(?:[.,][0-9]+)?)\s?\\?%")
FOR = re.compile(r"(?<![^\W\d_])für(?![^\W\d_])", re.IGNORECASE)  # its ü is no letter of a name
ZERO = re.compile(
    r"(?<=[=≈])\s*(?P<word>zero|null)(?=\s*(?:$|[,;.\n]|\s(?:since|because|as|weil|da)\s))", re.IGNORECASE
)
IS = re.compile(
    r"(?<![^\s,;(])(?P<left>[^\s=;,()]{1,60})[^\S\n]+(?:stays|remains|bleibt|is|ist|equals)"
    r"(?:\s+(?:at|bei|equal\s+to|gleich))?\s+(?=(?:zero|null)(?![A-Za-z])|[-+−]?\.?[0-9])",
    re.IGNORECASE,
)
WHERE = re.compile(
    r"(?<![A-Za-z\\])(?P<where>(?:where|with|wobei|wo|mit)\s+)(?P<name>[^\s=,;]{1,30})\s+(?:is|ist)\s+(?=\S)",
    re.IGNORECASE,
)
SLOPES = re.compile(
    r"[\s,]+(?:where|with|wobei|wo|mit)\s+(?P<left>(?:d|∂)[^\s=;]{1,60}|\\[dt]?frac[^=;]{1,80}?)\s*=(?!=)",
    re.IGNORECASE,
)
NAMED = re.compile(  # 0.32 is the cost
    r"(?<=[0-9)\]}])\s{1,9}(?:which\s+)?(?:is|ist)\s+(?:the|our|my|die|der|das|meine?|unsere?)"
    r"(?:\s+(?:final|total|new|value|output|prediction|result|answer|solution|loss|cost|error|derivative|gradient|update|"
    r"weight|bias|of|the|network|neue[rs]?|gesamte|Wert|Ausgabe|Vorhersage|Ergebnis|Antwort|Lösung|Verlust|Kosten|Fehler|"
    r"Ableitung|Gradient|Gewicht|des|Netzes)){1,5}\.?(?=\s*(?:$|[;,\n]))",
    re.IGNORECASE,
)
NUMBER = r"[-+−]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
TIMES_TEN = re.compile(r"(?<=[0-9])\s{0,9}[xX]\s{0,9}(?=10\s{0,9}(?:\^|\*\*|[⁻⁺⁰¹²³⁴-⁹]))")  # 8.99 x 10^-4
MOVES = re.compile(  # w goes from 0.5 to 0.692
    rf"(?<![^\s,;(])(?P<name>[^\s=;,()]{{1,60}})\s+(?:goes|changes|moves|is\s+changed|is\s+updated|geht|ändert\s+sich)\s+"
    rf"(?:from|von)\s+(?P<old>{NUMBER})\s+(?:to|auf|zu)\s+(?P<new>{NUMBER})",
    re.IGNORECASE,
)
AND = re.compile(r"\s*,?\s+(?:and|und)\s+")
LISTED = re.compile(rf"\s*[-+−]?[0-9.,/]+(?:{AND.pattern}[-+−]?[0-9.,/]+)+[\s.]*")  # 0.692 and 0.92
ROW = re.compile(rf"\s*{NUMBER}(?:[ \t]+{NUMBER}){{1,40}}\s*")
GROUP = re.compile(r"[0-9]{3}(?:\.[0-9]+)?")  # 12 500
BY_INDEX = re.compile(
    r"(?:^|(?<=[;,\n]))\s*(?P<left>(?P<of>\\?[A-Za-z]+)_(?:\{\s*(?P<many>[A-Za-z\s,]{1,12})\}|(?P<one>[A-Za-z]{1,2})))\s*(?==)"
)
_ALL = r"(?:everything|all|all\s+of\s+them|alles|alle)"
_REST = (
    r"(?:everything\s+else|all\s+(?:the\s+)?others?|all\s+other\s+(?:derivatives|gradients|entries)|the\s+(?:rest|others)|"
    r"alles\s+andere|alle\s+anderen|der\s+rest)"
)
_NOTHING = r"(?:\s{1,9}(?:is|are|ist|sind))?\s{0,9}=?\s{0,9}(?<![A-Za-z])(?:0|zero|null)"
EXCEPT = re.compile(
    rf"\s*(?:{_REST}|{_ALL}){_NOTHING}(?:\s*,?\s*(?:except|but|außer|bis\s+auf)\s+(?:for\s+)?(?P<rest>\S[^\n]*))?[\s.]*",
    re.IGNORECASE,
)
OTHERS = re.compile(
    rf"(?P<rest>[^\n]*\S)(?:\s*[,;]\s*(?:and\s+|und\s+)?|\s+(?:and|und)\s+){_REST}{_NOTHING}[\s.]*", re.IGNORECASE
)


def as_formulas(marker: Marker, text: str) -> str:
    """The text with its half sentences as formulas."""
    if len(text) > LONGEST:
        return text
    asked, vocabulary = list(marker.asked), marker.subject.vocabulary
    text = without_bullets(text)
    marked = MARKED.fullmatch(text)
    text = PERCENT.sub(lambda m: _hundredth(m["number"]), FOR.sub("for", marked["inside"] if marked else text))
    text = by_cases(text, alone=len(asked) == 1) if marker.table is None else text
    text = with_arrows(text) if marker.steps else text
    if "Σ" in text and not any(name.base == "Sigma" for name in (*vocabulary.quantities, *vocabulary.functions)):
        text = text.replace("Σ", "∑")
    text = with_entries(text, marker.known_arrays, vocabulary)
    text = IS.sub(lambda m: f"{m['left']} = " if readable(m["left"], vocabulary) in asked else m.group(), text)
    text = MOVES.sub(r"\g<name>: \g<old> → \g<new>", NAMED.sub("", text))
    text = text if Name("x") in marker.subject.graph else TIMES_TEN.sub("*", text)
    text = ZERO.sub(lambda m: " 0" if name_of(m["word"], vocabulary) is None else m.group(), text)
    text = WHERE.sub(lambda m: f"{m['where']}{m['name']} = " if new_name(m["name"], vocabulary) else m.group(), text)
    text = SLOPES.sub(
        lambda m: f", {m['left']} =" if isinstance(readable(m["left"], vocabulary), Deriv) else m.group(), text
    )
    text = BY_INDEX.sub(lambda m: _by_index(m, asked, vocabulary), text)
    if LISTED.fullmatch(text):
        return AND.sub("; ", text)
    if ROW.fullmatch(text) and len(numbers := text.split()) == len(asked) and _apart(numbers):
        return f"({'; '.join(numbers)})"
    return _with_others(text, asked, vocabulary)


def _hundredth(number: str) -> str:
    """59.8 % as 0.598, with the digits that it has."""
    point = "," if "," in number else "."
    whole, _, rest = number.partition(point)
    whole = whole.rjust(3, "0")
    return f"{whole[:-2]}{point}{whole[-2:]}{rest}"


def _apart(numbers: list[str]) -> bool:
    """Whether numbers with nothing but spaces between them are several: not 12 500, and 3 -2 may be a difference."""
    signed = any(not each[0].isdigit() and each[0] != "." for each in numbers[1:])
    return not any(map(GROUP.fullmatch, numbers[1:])) and (len(numbers) > 2 or not signed)


def _by_index(found: re.Match[str], asked: list[Written], vocabulary: Vocabulary) -> str:
    """f_{aa} as the derivative that is asked, where it is no name of the exercise."""
    of = name_of(found["of"], vocabulary)
    letters = sorted(sign for sign in found["many"] or found["one"] if sign.isalpha())
    if of is None or name_of(found["left"], vocabulary) is not None:
        return found.group()
    meant = [q for q in asked if isinstance(q, Deriv) and q.of == of and sorted(map(_letter, q.by)) == letters]
    return f"{shown(meant[0], Notation(vocabulary=vocabulary))} " if len(meant) == 1 else found.group()


def _letter(quantity: Written) -> str:
    return quantity.text if isinstance(quantity, Name) else ""


def _with_others(text: str, asked: list[Written], vocabulary: Vocabulary) -> str:
    """everything is 0 except dL/dc = -2: with the others, each by its name."""
    found = EXCEPT.fullmatch(text) or OTHERS.fullmatch(text)
    if found is None or len(asked) < 2:
        return text
    rest = found["rest"] or ""
    named = [
        readable(piece[slice(*spans(piece)[0])], vocabulary)
        for piece in re.split(r"[;,]|\s(?:and|und)\s", rest)
        if piece.strip()
    ]
    if any(each not in asked for each in named):
        return text
    others = [f"{shown(q, Notation(vocabulary=vocabulary))} = 0" for q in asked if q not in named]
    return "; ".join([*others, *([re.sub(r"\s(?:and|und)\s", " ; ", rest)] if rest else [])])
