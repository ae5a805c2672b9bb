"""An answer by cases as people write it in one line, as cases(… if …, … otherwise).

z > 0: 1, z < 0: e^z      1 (z > 0), e^z (z < 0)      1, z > 0; e^z, z <= 0      {1, z > 0; e^z, z <= 0
1 for z > 0; e^z else     if z > 0 then 1 else e^z    z > 0 ? 1 : e^z            2 (1 if z > 0 else 0)

What is said to be undefined somewhere is left out.

Only where each piece has its own condition, no two the same, and nothing says that it is of another quantity; a value
with a condition in brackets alone, 2 x (z > 0), is left to the reader: there it is a factor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symprop.judge.indexed import LETTERS
from symprop.judge.phrasing import REASON, UNEQUAL, inside
from symprop.judge.statements import APART, SIGN, cut, spans

MOST = 20  # pieces
BRACKETS = 40  # in which a choice is looked for
_IF = r"(?:if|for|when|falls|wenn|für|fuer|bei|(?<![A-Za-z])at)(?![A-Za-z])"
_ELSE = r"(?:else|otherwise|sonst|ansonsten|andernfalls)(?![A-Za-z])"
_NONE = (
    r"(?:undefined|undef\.?|not\s+defined|n\.\s*d\.|nicht\s+definiert|undefiniert|does\s+not\s+exist|existiert\s+nicht)"
)
SEPARATOR = re.compile(rf"{APART.pattern}|;|\n|\\\\")
WORDS = re.compile(r"\\(?:text|mbox|textrm|mathrm)\s*\{[\s,]*([A-Za-zäöüß]+)[\s.]*\}")
HEADED = re.compile(
    rf"(?:{_IF}\s*)?(?P<condition>.+?)\s*(?::(?!=)|(?:,\s*)?(?<![A-Za-z])(?:then|dann)(?![A-Za-z])|=>|->|[⇒→]|\\(?:Rightarrow|to)(?![A-Za-z]))"
    r"\s*(?P<value>.+)",
    re.IGNORECASE | re.DOTALL,
)
BRACKETED = re.compile(
    rf"(?P<value>.*[^\s*·/+−^_=(\-])\s*[(\[]\s*(?:{_IF}\s*)?(?P<condition>[^()\[\]]+)[)\]]", re.IGNORECASE | re.DOTALL
)
SAID = re.compile(rf"(?P<value>.*\S)\s+{_IF}\s*(?P<condition>.+)", re.IGNORECASE | re.DOTALL)
CONDITION = re.compile(rf"\s*(?:{_IF}\s*)?(?P<condition>.+)", re.IGNORECASE | re.DOTALL)
REST = re.compile(
    rf"(?P<value>.*\S)\s*(?:\s{_ELSE}|[(\[]\s*{_ELSE}\s*[)\]])\.?|{_ELSE}\s*:?\s*(?P<after>.*\S)",
    re.IGNORECASE | re.DOTALL,
)
TERNARY = re.compile(r"(?P<condition>[^?]+)\?(?P<value>[^?:]+):(?!=)(?P<other>[^?:]+)")
CHOICE = re.compile(
    rf"{_IF}\s*(?P<condition>.+?)[\s,]+(?:then|dann)(?![A-Za-z])(?P<value>.+?)[\s,;]+{_ELSE}(?P<other>.+)",
    re.IGNORECASE,
)
PYTHON = re.compile(
    rf"(?P<value>.+?)\s+(?:if|falls|wenn)\s+(?P<condition>.+?)\s+{_ELSE}\s*(?P<other>.+)",
    re.IGNORECASE,
)
BRACE = re.compile(r"(?:\\left\s*)?\\?\{")
UNBRACE = re.compile(r"(?:(?:\\right\s*)?\\?\}|\\right\s*\.)\s*$")
BY_INDEX = re.compile(rf"(?<![^\W\d_])(?<![_^\\])[{LETTERS}]\s*==?\s*[{LETTERS}](?![^\W\d]|[_^(])")  # i = j
CONDITIONED = re.compile(rf"{UNEQUAL.pattern}|{BY_INDEX.pattern}")
NOTHING = re.compile(rf"\s*{_NONE}\s*", re.IGNORECASE)  # is said to be there
_ROW = rf"\s*\\(?:text|mbox|textrm|mathrm)\s*\{{\s*{_NONE}[\s,]*\}}[\s,]*&(?:(?!\\\\|\\end).)*"
FIRST_ROW = re.compile(rf"(?<=\\begin{{cases}}){_ROW}\\\\", re.IGNORECASE | re.DOTALL)
LATER_ROW = re.compile(rf"\\\\{_ROW}(?=\\\\|\\end)", re.IGNORECASE | re.DOTALL)
Case = tuple[str, str | None]  # what it is, and when (None: otherwise)


def by_cases(text: str, *, alone: bool) -> str:
    """The text with its cases as cases(…).  ``alone``: one quantity is asked, so that a list is none of answers."""
    if r"\begin" in text:
        return LATER_ROW.sub("", FIRST_ROW.sub("", text))
    if "cases(" in text or not CONDITIONED.search(text):
        return text
    bare = WORDS.sub(r" \1 ", text).strip().rstrip(".")
    left, body = _parted(bare)
    chosen = TERNARY.fullmatch(body) or CHOICE.fullmatch(body) or (BY_INDEX.search(body) and PYTHON.fullmatch(body))
    found = [(chosen["value"], chosen["condition"]), (chosen["other"], None)] if chosen else _cases(body, left)
    if found is None or not (left or alone) or not _apart(found):
        return _inner(text)
    found = [(value, condition) for value, condition in found if not NOTHING.fullmatch(value)] or found
    told = ", ".join(f"{v.strip()} otherwise" if c is None else f"{v.strip()} if {c.strip()}" for v, c in found)
    return f"{left} = cases({told})" if left else f"cases({told})"


def _parted(text: str) -> tuple[str, str]:
    """dE/dz = { 1, z > 0; … as its left side and what is said of it."""
    left, body = "", text
    first = spans(text)[0][1]
    sign = SIGN.match(text, first)
    if sign and sign.group() in ("=", "==", ":=") and not UNEQUAL.search(text[:first]) and not _has_mark(text[:first]):
        left, body = text[:first].strip(), text[sign.end() :].strip()
    if opening := BRACE.match(body):
        inner = body[opening.end() :]
        if inside(body):  # a brace that is never closed
            body = inner
        elif (closing := UNBRACE.search(inner)) and not inside(inner[: closing.start()]):
            body = inner[: closing.start()]
    return left, body.strip()


def _has_mark(text: str) -> bool:
    return any(mark in text for mark in ",;:?\n") or re.search(_IF, text, re.IGNORECASE) is not None


def _cases(body: str, left: str) -> list[Case] | None:
    """The cases, each with its condition; None where some piece has none."""
    pieces = [piece.strip() for piece in cut(body, SEPARATOR) if piece.strip()]
    if not 2 <= len(pieces) <= MOST:
        return None
    each = [_case(piece) for piece in pieces]
    if any(found is None for found in each):
        each = _alternating(pieces)
    found = [(_of(value, left), condition) for value, condition in (case for case in each if case is not None)]
    return None if len(found) < max(2, len(each)) or any("=" in _plain(value) for value, _ in found) else found


def _case(piece: str) -> Case | None:
    """A piece with its condition: z > 0: 1      1 (z > 0)      1 for z > 0      1 otherwise"""
    if rest := REST.fullmatch(piece):
        return rest["value"] or rest["after"], None
    for pattern in (HEADED, BRACKETED, SAID):
        found = pattern.fullmatch(piece)
        if found and _is_condition(found["condition"]) and not UNEQUAL.search(_plain(found["value"])):
            return found["value"], found["condition"]
    return None


def _alternating(pieces: list[str]) -> list[Case | None]:
    """1, z > 0; e^z, z < 0; 3 otherwise: values and conditions in turn."""
    found: list[Case | None] = []
    places = iter(pieces)
    for value in places:
        if (rest := REST.fullmatch(value)) and found:
            found.append((rest["value"] or rest["after"], None))
            continue
        if (whole := _case(value)) and NOTHING.fullmatch(whole[0]):
            found.append(whole)
            continue
        said = CONDITION.fullmatch(next(places, ""))
        if said and re.fullmatch(rf"{_ELSE}\.?", said["condition"].strip(), re.IGNORECASE):
            found.append((value, None))
        elif said is None or not _is_condition(said["condition"]) or UNEQUAL.search(_plain(value)):
            return [None]
        else:
            found.append((value, said["condition"]))
    return found


def _of(value: str, left: str) -> str:
    """E' = 1 for z > 0, E' = e^z for z < 0: the left side is said once."""
    first = spans(value)[0][1]
    same = left and value[:first].replace(" ", "") == left.replace(" ", "")
    return value[first:].lstrip(" =") if same else value


def _apart(cases: Iterable[Case]) -> bool:
    """Whether there is an inequality, or i = j, each condition stands once, and what is left over comes last."""
    *before, (_, last) = cases
    told = [c.replace(" ", "") for c in (*(c for _, c in before), last) if c is not None]
    whole = len(told) == len(before) + (last is not None)
    return whole and len(set(told)) == len(told) and any(CONDITIONED.search(c) for c in told)


def _is_condition(text: str) -> bool:
    """Whether a text is a relation, and nothing is said before it."""
    related = UNEQUAL.search(_plain(text)) or SIGN.search(_plain(text))
    return related is not None and not re.search(r"[,;:?]", text) and not REASON.search(text)


def _plain(text: str) -> str:
    """The text without what stands in brackets."""
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}", "", text)


def _inner(text: str) -> str:
    """2 (q - t) (1 if v > 0 else 0) with cases(…) in the bracket."""
    at, left = (text.find("("), BRACKETS) if PYTHON.search(text) else (-1, 0)
    while at >= 0 and left:
        left -= 1
        depth = 0
        for end in range(at, len(text)):
            depth += (text[end] == "(") - (text[end] == ")")
            if not depth:
                break
        else:
            break
        found = PYTHON.fullmatch(text[at + 1 : end])
        if found and not any(inside(found[part]) for part in ("value", "condition", "other")):
            told = f"cases({found['value']} if {found['condition']}, {found['other']} otherwise)"
            text = f"{text[: at + 1]}{told}{text[end:]}"
            at += len(told)
        at = text.find("(", at + 1)
    return text
