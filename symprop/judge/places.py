r"""Bars that say where a derivative is taken.

\left. dL/dz \right|_{z = 1.5}    where the exercise has it: left out
\sigma'|_{z}    f'(u)|_{u = z_2}    \frac{\partial f}{\partial u}|_{u = z_2}    the derivative of a function, there
\left. dL/dz \right|_{z = 1} = …    elsewhere: a statement about another value than the exercise's
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from symprop.derive.calculus import derivative
from symprop.errors import ReadError, SympropError
from symprop.judge.dress import matching
from symprop.judge.statements import name_of, pieces, spans
from symprop.names import Vocabulary
from symprop.notation import Notation
from symprop.notation import text as shown
from symprop.reader import read, read_name
from symprop.written import Call, Deriv, Name, Written, names_of, substitute

MOST_BARS = 20
TAIL = 200  # characters in which a derivative in front of a bar is looked for
BAR = re.compile(r"(?:\\(?:right|[bB]igg?[rm]?)\s*)?(?:\||\\[vm](?:ert|id)(?![A-Za-z])|\\rvert(?![A-Za-z]))\s*_\s*")
OPENED = re.compile(r"\\(?:left|[bB]igg?l?)\s*\.")
PRIMED = re.compile(r"(?:'|′|\\prime\s*\}?)\s*(?P<call>\((?P<letter>[^()=]{1,20})\)\s*)?$")
SIGN = re.compile(r"\\?[A-Za-z]+[0-9]*|[0-9]+")
FRACTION = re.compile(r"\\[dt]?frac\s*$")
OPERATOR = re.compile(r"\\[dt]?frac\s*\{\s*(?:d|\\partial)\s*\}\s*\{\s*(?:d|\\partial)[^{}]*\}\s*$")
_D = r"(?:d|\\partial|∂)\s*"
CALLED = re.compile(
    rf"\s*(?P<of>\\[dt]?frac\s*\{{\s*{_D}[^{{}}]+\}}\s*\{{\s*{_D}(?P<by>[^{{}}]+(?:\{{[^{{}}]*\}})?)\}}"
    rf"|{_D}[^/()\s]+\s*/\s*{_D}(?P<plain>[^/()\s]*[^/()\s^_{{]))"
    r"\s*(?:\\left)?\(\s*(?P<place>[-+−]?[0-9./]+|[^()=]+=[^()=]+?)\s*(?:\\right)?\)\s*"
)
MARKED = re.compile(  # L', L'(0), L''(z = 0)
    r"\s*(?P<of>\\?[A-Za-z][A-Za-z0-9]*(?:_(?:\{[^{}]{0,20}\}|[A-Za-z0-9]+))?)\s*(?P<marks>['′]{1,3})"
    r"\s*(?:(?:\\left)?\(\s*(?P<place>[-+−]?(?:[0-9./]+|∞|oo|\\infty)|[^()=]+=[^()=]+?)\s*(?:\\right)?\)\s*)?$"
)
NAMED = re.compile(  # w: …, dw = …
    r"\s*(?P<d>d(?=[^:=/]+=))?(?P<name>\\?[A-Za-z][A-Za-z0-9]*(?:_(?:\{[^{}]{0,20}\}|[A-Za-z0-9]+))?)"
    r"\s*(?P<sign>:(?!=)|=)\s*(?=[^=\s])"
)
BY = re.compile(r"(?:d|\\partial|∂)\s*(?P<by>\\?[A-Za-zα-ωΑ-Ω]+)\s*\}?\s*$")  # dg/dz: z
AND = re.compile(
    r"\\(?:text|mathrm|textrm)\s*\{\s*(?:and|und)\s*\}|(?<![A-Za-z])(?:and|und)(?![A-Za-z])|\\(?:land|wedge)(?![A-Za-z])|∧|&"
)
NUMBER = re.compile(r"[-+−]?[0-9]+(?:[./][0-9]+)?")
LIST = re.compile(r"\s*\([^()]*\)\s*")
LED = re.compile(r"^(?:\s|\\[ ,;:])+")
SPACED = re.compile(r"(?<=[^\s=])(?:\s|\\[ ,;:]|\\quad(?![A-Za-z]))+(?=\\?[A-Za-z][^\s=]{0,20}\s*=)")  # w = 2 b = -1
QUOTIENT = re.compile(r"(?:d|∂|\\partial)\s*\S*?\s*/\s*(?:d|∂|\\partial)\s*[^\s/*+]+\s*$")
ELSEWHERE = "this is taken at another point than the exercise's"
Holds = Callable[[str], bool]  # whether a condition, z = 1.5, is true at the numbers of the exercise


def without_bars(text: str, holds: Holds, vocabulary: Vocabulary | None = None) -> str:
    """The text without bars that say where a derivative is taken.  Raises ReadError where the exercise has none there.

    σ'|_{z}, σ'(u)|_{u=z}, dσ/du|_{u=z} → σ'(z)
    """
    at = 0
    for _ in range(MOST_BARS):
        found = BAR.search(text, at)
        if found is None or (place := _place(text, found.end())) is None:
            break
        inside, end = place
        before, after = text[: found.start()].rstrip(), text[end:]
        primed = PRIMED.search(before)
        left, related, right = inside.partition("=")
        if primed and primed["call"] and related and left.strip() == primed["letter"].strip():
            before, inside = before[: primed.start("call")], right
        elif primed and primed["call"] is None and (not related or holds(inside)):
            inside = left
        else:
            start = _start(before)
            here = all(map(holds, _conditions(inside)))
            what = "" if vocabulary is None or (here and related) else OPENED.sub("", before[start:])
            taken = _taken(what, inside, holds, vocabulary) if what and vocabulary is not None else None
            if taken is not None:
                before, inside = before[:start], shown(taken, Notation(vocabulary=vocabulary))
            elif here:
                text, at = f"{_unopened(before)}{' ' * (end - len(before))}{after}", end
                continue
            else:
                hint = "leave the bar out where the exercise's own values are meant"
                raise ReadError(text, found.start(), ELSEWHERE, hint)
        before = OPENED.sub("", before)
        text = f"{before}({inside}){after}"
        at = len(before) + len(inside) + 2
    return text


def with_bar(text: str) -> str:
    """dL/dz (0) = … and dL/dz (z = 0) = … as dL/dz|_{z=0} = …"""
    stretches = spans(text)
    found = CALLED.match(text[: stretches[0][1]]) if len(stretches) > 1 else None
    if found is None:
        return text
    left, related, right = found["place"].partition("=")
    by = found["by"] or found["plain"]
    return f"{found['of']}|_{{{left if related else by}={right if related else left}}}{text[found.end() :]}"


def with_fraction(text: str, asked: Iterable[Written], vocabulary: Vocabulary) -> str:
    """L' = …, dz = … as dL/dz = …, L'(0) = … as dL/dz(0) = …, by the one quantity behind L, or by which it is asked."""
    text = _labelled(text, asked, vocabulary)
    stretches = spans(text)
    found = MARKED.match(text[: stretches[0][1]]) if len(stretches) > 1 else None
    name = name_of(found["of"], vocabulary) if found is not None else None
    if found is None or name is None or name_of(found["of"] + found["marks"], vocabulary) is not None:
        return text
    order, place = len(found["marks"]), found["place"]
    meant = {(by,) * order for by in vocabulary.implied.get(name, ()) if place}
    meant = meant or {q.by for q in asked if isinstance(q, Deriv) and q.of == name and len(set(q.by)) == 1}
    if len(meant) != 1 or len(by := meant.pop()) != order:
        return text
    said = shown(Deriv(name, by), Notation(vocabulary=vocabulary))
    return f"{said}{f'({place})' if place else ' '}{text[found.end() :]}"


def _labelled(text: str, asked: Iterable[Written], vocabulary: Vocabulary) -> str:
    """w: … and, where dL/dw is asked, dw = … as what is asked of w."""
    found = NAMED.match(text)
    if found is None or bool(found["d"]) == (found["sign"] == ":"):
        return text
    name = name_of(found["name"], vocabulary)
    if name is None or (found["d"] and name_of(f"d{found['name']}", vocabulary) is not None):
        return text
    meant = [q for q in asked if (q == name and not found["d"]) or (isinstance(q, Deriv) and q.by == (name,))]
    return f"{shown(meant[0], Notation(vocabulary=vocabulary))} = {text[found.end() :]}" if len(meant) == 1 else text


def elsewhere(text: str, holds: Holds, vocabulary: Vocabulary) -> tuple[str, dict[Name, Written]]:
    """A statement about a derivative at another place than the exercise's, without the bar, and the place; else {}."""
    stretches = spans(text)
    end = stretches[0][1]
    found = next(iter(BAR.finditer(text, 0, end)), None)
    if len(stretches) < 2 or found is None or (place := _place(text, found.end())) is None or place[0] == "":
        return text, {}
    inside, after = place
    conditions = _conditions(inside)
    if text[after:end].strip() or all(map(holds, conditions)):
        return text, {}
    where: dict[Name, Written] = {}
    for condition in conditions:
        left, related, right = condition.partition("=")
        try:
            name, value = read(left, vocabulary, new_symbols=False), read(right, vocabulary, new_symbols=False)
        except ReadError:
            return text, {}
        if not isinstance(name, Name) or not related or names_of(value):
            return text, {}
        where[name] = value
    before = _unopened(text[: found.start()])
    return before + " " * (after - len(before)) + text[after:], where


def has_bar(text: str) -> bool:
    """Whether it is told where something is taken; then σ'(u) is no product."""
    return BAR.search(text) is not None


def _place(text: str, opening: int) -> tuple[str, int] | None:
    """What stands in the script of a bar, and where it ends."""
    if text.startswith("{", opening):
        closing = matching(text, opening)
        return (text[opening + 1 : closing], closing + 1) if closing > 0 else None
    sign = SIGN.match(text, opening)
    return (sign.group(), sign.end()) if sign else None


def _conditions(inside: str) -> list[str]:
    """z = 1, s = 2: what stands between commas, semicolons, `and` or spaces; (w, b) = (2, -1) entry by entry."""
    found: list[str] = []
    for each in pieces(AND.sub(",", inside).replace(";", ","), ","):
        lists = [list(pieces(side.strip()[1:-1], ",")) for side in each.split("=") if LIST.fullmatch(side)]
        if len(lists) == 2 and len(lists[0]) == len(lists[1]):
            found += [f"{a}={b}" for a, b in zip(*lists, strict=True)]
        else:
            found += SPACED.split(LED.sub("", each))
    return found


def _unopened(before: str) -> str:
    """Without the \\left. that a bar closes."""
    opened = list(OPENED.finditer(before))
    if not opened:
        return before
    last = opened[-1]
    return before[: last.start()] + " " * (last.end() - last.start()) + before[last.end() :]


def _start(before: str) -> int:
    """Where that begins which stands in front of a bar: after \\left., else the fraction, call or derivative there."""
    opened = list(OPENED.finditer(before))
    if opened:
        return opened[-1].start()
    if before.endswith("}"):
        below = _opening(before, len(before) - 1)
        above = _opening(before, len(before[:below].rstrip()) - 1) if below > 0 else -1
        fraction = FRACTION.search(before[:above]) if above > 0 else None
        start = fraction.start() if fraction else below
        operator = OPERATOR.search(before[:start])
        return operator.start() if operator else start
    if before.endswith(")"):
        depth = 0
        for at in range(len(before) - 1, -1, -1):
            depth += (before[at] == ")") - (before[at] == "(")
            if not depth:
                return at
    tail = max(0, len(before) - TAIL)
    quotient = QUOTIENT.search(before, tail)
    return quotient.start() if quotient else len(before)


def _opening(text: str, closing: int) -> int:
    """The brace that ``closing`` closes; -1 if there is none."""
    depth = 0
    for at in range(closing, -1, -1):
        depth += (text[at] == "}") - (text[at] == "{")
        if not depth:
            return at if text[at] == "{" else -1
    return -1


def _taken(text: str, place: str, holds: Holds, vocabulary: Vocabulary) -> Written | None:
    """The derivative of a function, or of a formula in letters of its own, at a place; None for anything else."""
    by = BY.search(text, max(0, len(text) - TAIL))
    related = "=" in place
    if not related and by is None:
        return None
    places: dict[Name, Written] = {}
    try:
        for condition in _conditions(place):
            left, _, right = condition.partition("=")
            name = read_name(left if related or by is None else by["by"])
            places[name] = read(right if related else left, vocabulary, new_symbols=False)
            if name in vocabulary.quantities and holds(condition):
                del places[name]
        found = read(text, vocabulary.with_quantities(places), new_symbols=False)
        if not related and not (isinstance(found, Deriv) and found.of in vocabulary.functions):
            return None
        return _there(found, places, vocabulary)
    except (SympropError, RecursionError):
        return None


def _there(found: Written, places: Mapping[Name, Written], vocabulary: Vocabulary) -> Written | None:
    elsewhere = any(name in vocabulary.quantities for name in places)  # of a quantity: the exercise has it at its own
    values: dict[Written, Written] = {}
    for node in found.walk():
        if not isinstance(node, Deriv):
            continue
        name = node.by[0]
        if not isinstance(name, Name) or name not in places or set(node.by) != {name}:
            return None
        if node.of in vocabulary.functions and isinstance(node.of, Name):
            values[node] = Call(node.of, (name,), len(node.by))
        elif isinstance(node.of, Name):  # ∂y/∂z at z = z_3 is ∂y/∂z_3
            if elsewhere or not isinstance(places[name], Name):
                return None
            values[node] = Deriv(node.of, (places[name],) * len(node.by))
        else:
            opened = node.of
            for _ in node.by:
                opened = derivative(opened, name, vocabulary)
            values[node] = opened
    plain = substitute(found, values)
    if elsewhere and not set(names_of(plain)) <= places.keys():  # another quantity might depend on it
        return None
    return substitute(plain, {name: value for name, value in places.items()})


__all__: Sequence[str] = ["ELSEWHERE", "Holds", "elsewhere", "has_bar", "with_bar", "with_fraction", "without_bars"]
