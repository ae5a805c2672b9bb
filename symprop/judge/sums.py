r"""Sums over numbered quantities that are no vector of the exercise, written out: \sum_{t=1}^3 \delta_t h_{t-1}.

An index without bounds runs from 1 through all numbers for which what is summed exists.  \delta_{k1} is Kronecker's
where the exercise has no such name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from symprop.judge.statements import readable
from symprop.names import Vocabulary
from symprop.written import Name

MOST = 20  # terms
SUMS = 3  # in one text
LONGEST = 2000  # characters
SUM = re.compile(
    r"(?:\\sum(?![A-Za-z])|∑|(?<![A-Za-z\\])sum(?=_))\s*(?:\\limits\s*)?_\s*"
    r"(?:[{(]\s*(?P<braced>[a-z])\s*(?:=\s*(?P<first>[0-9]{1,2})\s*)?[})]|(?P<bare>[a-z])(?![A-Za-z]))"
    r"(?:\s*\^\s*(?:\{\s*(?P<last>[0-9]{1,2})\s*\}|(?P<digit>[0-9])(?![0-9])))?"
)
SCRIPT = re.compile(r"_\s*(?:\{(?P<inside>[^{}]*)\}|(?P<bare>[A-Za-z])(?![A-Za-z]))")
STOP = re.compile(r"\s*(?:[+=≈<>,;−-]|\\(?:approx|q?quad)(?![A-Za-z]))")
KRONECKER = re.compile(r"(?:\\delta|δ|(?<![A-Za-z\\])delta)\s*_\s*\{?\s*([0-9a-z])\s*,?\s*([0-9a-z])\s*\}?(?![0-9])")


def written_out(text: str, vocabulary: Vocabulary, own: Iterable[Name] = ()) -> str:
    """The text with its sums as their terms; as it is where one of them cannot be told.

    ``own``: the student's names; with a δ among them, δ_{k1} is not Kronecker's.
    """
    taken = {name.base for name in own}
    for _ in range(SUMS):
        found = SUM.search(text)
        if found is None or len(text) > LONGEST or ("delta" in taken and KRONECKER.search(text[found.end() :])):
            break
        end = _end(text, found.end())
        terms = _terms(found, text[found.end() : end], lambda each: readable(each, vocabulary) is not None)
        if not terms:
            break
        text = f"{text[: found.start()]}({' + '.join(f'({term})' for term in terms)}){text[end:]}"
    return text


def _end(text: str, start: int) -> int:
    """Where what is summed ends: at the next + or - of its level, or where a bracket is closed."""
    depth, at = 0, start
    while at < len(text):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth < 0 or (not depth and text[start:at].strip() and STOP.match(text, at)):
            break
        at += 1
    return at


def _terms(found: re.Match[str], body: str, exists: Callable[[str], bool]) -> list[str]:
    """What is summed at each number; nothing where that is not told."""
    letter, last = found["braced"] or found["bare"], found["last"] or found["digit"]
    loose = SCRIPT.sub(" ", re.sub(r"\\[A-Za-z]+", " ", body))
    if exists(letter) or re.search(rf"(?<![A-Za-z]){letter}(?![A-Za-z])", loose):
        return []

    def term(number: int) -> str:
        return _kronecker(SCRIPT.sub(lambda m: _numbered(m, letter, number), body).strip(), exists)

    if found["first"] and last:
        numbers = range(int(found["first"]), int(last) + 1)
        return [term(number) for number in numbers] if len(numbers) <= MOST else []
    if found["first"] or last or exists(term(0)):  # whether it begins at 0 is not told
        return []
    terms = [each for number in range(1, MOST + 1) if exists(each := term(number))]
    return terms if len(terms) > 1 and terms == [term(n) for n in range(1, len(terms) + 1)] else []


def _numbered(found: re.Match[str], letter: str, number: int) -> str:
    """h_{t-1} at t = 3 as h_{2}."""
    inside = re.sub(r"\s", "", found["inside"] or found["bare"])

    def shifted(m: re.Match[str]) -> str:
        return str(number + int(m[1] or 0))

    return f"_{{{re.sub(rf'(?<![A-Za-z]){letter}(?![A-Za-z])([+-][0-9])?', shifted, inside)}}}"


def _kronecker(term: str, exists: Callable[[str], bool]) -> str:
    """δ_{11} as 1, δ_{21} as 0, where that is no quantity."""
    return KRONECKER.sub(lambda m: m[0] if exists(m[0]) else str(int(m[1] == m[2])), term)
