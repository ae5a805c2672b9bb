"""Other spellings of what an exercise names, replaced in the tokens before anything is read.

z^0: z_0      softmax'(y): ds/dy      compared sign by sign; braces around one sign do not count
"""

from __future__ import annotations

from functools import lru_cache

from symprop.names import Vocabulary
from symprop.reader.tokens import Tokens, tokenise

MAX_SPELLING = 40  # signs
MAX_SPELLINGS = 200
_OPENING, _CLOSING = frozenset(("(", "[", "{", "<", "begin")), frozenset((")", "]", "}", ">", "endenv"))
Pattern = tuple[str, ...]


def pattern_of(text: str, decimal_comma: bool = False) -> Pattern:
    """The signs of a spelling.  Raises ReadError."""
    tokens = tokenise(text, decimal_comma)
    return tuple(v for k, v in zip(tokens.kinds, tokens.values, strict=True) if k not in ("{", "}", "end"))


def respelled(tokens: Tokens, vocabulary: Vocabulary) -> Tokens:
    """The tokens with every spelling replaced by what it stands for; places stay those of the text."""
    table = _table(vocabulary.spellings)
    new, at, changed = Tokens(tokens.text), 0, False
    while at < len(tokens.kinds):
        value = tokens.values[at]
        end, meaning = _match(tokens, at, table.get(value, []), value)
        d = ""
        if meaning is None and value[0:1] == "d" and tokens.kinds[at] == "run" and value[1:] in table:  # dL/dz^0
            end, meaning = _match(tokens, at, table[value[1:]], value[1:])
            d, meaning = "d", meaning if meaning is not None and meaning.kinds[0] == "run" else None
        if meaning is None:
            new.add(tokens.kinds[at], tokens.values[at], tokens.starts[at], tokens.ends[at])
            at += 1
            continue
        changed = True
        start, stop = tokens.starts[at], tokens.ends[end - 1]
        for i, (kind, value) in enumerate(zip(meaning.kinds[:-1], meaning.values, strict=False)):
            new.add(kind, d + value if i == 0 else value, start, stop)
        at = end
    if not changed:
        return tokens
    new.slash = "/" in new.kinds
    stack: list[int] = []
    for i, kind in enumerate(new.kinds):
        if kind in _OPENING:
            stack.append(i)
        elif kind in _CLOSING and stack:
            new.match[stack.pop()] = i
    return new


@lru_cache(maxsize=32)
def _table(spellings: tuple[tuple[str, str], ...]) -> dict[str, list[tuple[Pattern, Tokens]]]:
    """The spellings by their first sign, the longest first."""
    table: dict[str, list[tuple[Pattern, Tokens]]] = {}
    for spelling, meaning in spellings:
        pattern = pattern_of(spelling)
        table.setdefault(pattern[0], []).append((pattern, tokenise(meaning)))
    for candidates in table.values():
        candidates.sort(key=lambda c: -len(c[0]))
    return table


def _match(
    tokens: Tokens, start: int, candidates: list[tuple[Pattern, Tokens]], first: str
) -> tuple[int, Tokens | None]:
    """Where the longest spelling that begins here (with the sign ``first``) ends, and what it stands for."""
    for pattern, meaning in candidates:
        if pattern[0] != first:
            continue
        at, opened = start + 1, 0
        for value in pattern[1:]:
            while tokens.kinds[at] == "{" and value != "{":
                at, opened = at + 1, opened + 1
            while tokens.kinds[at] == "}" and opened:
                at, opened = at + 1, opened - 1
            if tokens.values[at] != value or tokens.kinds[at] == "end":
                break
            at += 1
        else:
            while tokens.kinds[at] == "}" and opened:
                at, opened = at + 1, opened - 1
            if not opened:
                return at, meaning
    return start, None
