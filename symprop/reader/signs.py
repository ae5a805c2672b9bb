"""The signs of arrays among the tokens: transposes, ⊙, ⊗, norms; what TeX puts into one superscript, as two."""

from __future__ import annotations

from symprop.errors import ReadError
from symprop.reader.commands import ARRAY_SIGNS
from symprop.reader.tokens import Tokens

_OPENING, _CLOSING = frozenset(("(", "[", "{", "<", "begin")), frozenset((")", "]", "}", ">", "endenv"))


def array_signs(tokens: Tokens) -> Tokens:
    """The tokens with the signs of arrays as kinds of their own; ‖x‖ as norm(x), Aᵀ as A^⊤, W^{[2]T} as W^{[2]}^T."""
    tokens = _raised(tokens)
    double = [i for i in range(len(tokens.kinds) - 1) if _double(tokens, i)]
    norms = set(double) if len(double) % 2 == 0 else set()
    if "later" not in tokens.kinds and not norms:
        return tokens
    new = Tokens(tokens.text)
    opened = False
    skip = -1
    for i, (kind, value, start, end) in enumerate(
        zip(tokens.kinds, tokens.values, tokens.starts, tokens.ends, strict=True)
    ):
        if i == skip:
            continue
        sign = ARRAY_SIGNS.get(value, "") if kind == "later" else "‖" if i in norms else ""
        if i in norms:
            skip = i + 1
        if sign == "‖":
            opened = not opened
            if opened:
                new.add("word", "norm", start, end)
            new.add("(" if opened else ")", "‖", start, end)
        elif sign == "⊤":
            if new.kinds[-1:] != ["^"] and new.kinds[-2:] != ["^", "{"] and new.kinds[-3:] != ["^", "{", "-"]:
                new.add("^", "^", start, end)
            new.add("⊤", "⊤", start, end)
        elif sign == "@":
            new.add("*", "@", start, end)
        else:
            new.add(sign or kind, sign or value, start, end)
    new.slash = tokens.slash
    _match(new)
    return new


def _raised(tokens: Tokens) -> Tokens:
    """A layer and a transpose in one superscript, as two."""
    k, v = tokens.kinds, tokens.values
    found = {}  # where the bracket of the layer is closed: where the superscript is
    for i in range(len(k) - 4):
        if k[i] == "^" and k[i + 1] == "{" and k[i + 2] in ("[", "("):
            end = tokens.match[i + 2]
            if k[end + 2 : end + 3] == ["}"] and (v[end + 1] == "T" or ARRAY_SIGNS.get(v[end + 1]) == "⊤"):
                found[end] = i
    if not found:
        return tokens
    new = Tokens(tokens.text)
    for i, token in enumerate(zip(k, v, tokens.starts, tokens.ends, strict=True)):
        new.add(*token)
        if i in found:
            start, end = token[2:]
            new.add("}", "}", start, end)
            new.add("^", "^", start, end)
            new.add("{", "{", start, end)
    new.slash = tokens.slash
    _match(new)
    return new


def _double(tokens: Tokens, i: int) -> bool:
    """Whether || stands here."""
    return tokens.kinds[i] == tokens.kinds[i + 1] == "|" and tokens.ends[i] == tokens.starts[i + 1]


def _match(tokens: Tokens) -> None:
    stack: list[int] = []
    for i, kind in enumerate(tokens.kinds):
        if kind in _OPENING:
            stack.append(i)
        elif kind in _CLOSING:
            if not stack or (tokens.values[i] == "‖") != (tokens.values[stack[-1]] == "‖"):
                raise ReadError(tokens.text, tokens.starts[i], "the bars of a norm do not match")
            tokens.match[stack.pop()] = i
    if stack:
        raise ReadError(tokens.text, tokens.starts[stack[-1]], "a norm is never closed")


__all__ = ["array_signs"]
