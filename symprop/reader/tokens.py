"""Text → tokens: one pass, for plain maths and LaTeX alike.

A token is a kind and a value with its place in the text; the four parallel lists of ``Tokens`` hold them.  Kinds:

    num     3  0.5  1e-8             run     letters and digits, not yet split into names:  kx  z3  alpha
    word    \\mathrm{out}  \\ln        rel     = ≈ ← < ≤ > ≥ ≠
    + - * / ^ _ ' , ; |              ( ) [ ] { } < >   brackets (< > are ⟨ ⟩; \\{ \\} count as round ones)
    frac sqrt accent big partial nabla vulgar begin endenv & row later end

Brackets are matched here (``match``: index of the opening token → index of the closing one), and size is limited
here, so that the parser never meets an open bracket or a formula that is too large.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches

from symprop.errors import ReadError
from symprop.names import known_function
from symprop.reader import commands as c
from symprop.reader import limits

_PATTERN = (
    r"(?P<skip>(?:[\s\u200b\u2060\ufeff]|~(?!=))+)"
    r"|(?P<run>[A-Za-z][A-Za-z0-9]*)"
    r"|(?P<num>(?:[0-9]+(?:POINT[0-9]+)?|POINT[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<script>_\s*[A-Za-z0-9]+)"
    r"|(?P<op>\*\*|[-+*/^_,;'(){}\[\]|])"
    r"|(?P<rel><=|>=|!=|==|:=|~=|<-|[=<>≤≥≠≈←≔⩽⩾≃])"
    r"|(?P<cmd>\\(?:operatorname\*|[A-Za-z]+|.))"
    r"|(?P<amp>&)"
    r"|(?P<other>.)"
)
_POINT = re.compile(_PATTERN.replace("POINT", r"\."), re.DOTALL)
_COMMA = re.compile(_PATTERN.replace("POINT", r"(?:[.,]|\{,\})"), re.DOTALL)  # 0,5 and, in LaTeX, 0{,}5

_TEXT_ARGUMENT = re.compile(r"\s*(?:\{([^{}$^]*)\}|([A-Za-z0-9]))")
_FONT_ARGUMENT = re.compile(r"\s*(?:\{\s*([A-Za-z0-9]+)\s*\}|([A-Za-z0-9]))")
_ENVIRONMENT = re.compile(r"\s*\{\s*([A-Za-z]+)\*?\s*\}")
_DIGITS = re.compile(r"[0-9]*")
_UNDERSCORED = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)+(?![A-Za-z0-9_])")
_UNDERSCORED_FIRST = frozenset(["leaky", "squared", "half", "absolute", "binary", "cross", "itakura", "mean"])
_OPENING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}", r"\langle": r"\rangle", "⟨": "⟩"}
_SAME = {"⟩": r"\rangle"}


class Tokens:
    """Parallel lists: kind, value, start and end of every token; the last one is ``end``."""

    __slots__ = ("ends", "kinds", "match", "slash", "starts", "text", "values")

    def __init__(self, text: str):
        self.text = text
        self.kinds: list[str] = []
        self.values: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.match: dict[int, int] = {}
        self.slash = False  # whether there is any `/` (then d… may begin a derivative)

    def add(self, kind: str, value: str, start: int, end: int) -> None:
        self.kinds.append(kind)
        self.values.append(value)
        self.starts.append(start)
        self.ends.append(end)

    def prime_follows(self) -> None:
        """g^\\prime is g': a caret before a prime is left out."""
        if self.kinds and self.kinds[-1] == "^":
            for each in (self.kinds, self.values, self.starts, self.ends):
                each.pop()


def tokenise(text: str, decimal_comma: bool = False, *, left_side: bool = False) -> Tokens:
    """All tokens of a text, brackets matched, or a ReadError; ``left_side``: those up to the first relation."""
    if len(text) > limits.MAX_LENGTH:
        raise ReadError(text, limits.MAX_LENGTH, f"the formula is too long ({len(text)} characters)")
    text = usual_characters(text)
    tokens = Tokens(text)
    kinds, values, starts, ends = tokens.kinds, tokens.values, tokens.starts, tokens.ends
    matcher = (_COMMA if decimal_comma else _POINT).match
    position, length, environments, open_brackets = 0, len(text), 0, []
    while position < length:
        found = matcher(text, position)
        assert found is not None  # `other` matches any character
        group, value, start = found.lastgroup, found.group(), position
        position = found.end()
        if group == "skip":
            continue
        if group == "op":
            if value in "([{":
                open_brackets.append(len(kinds))
            elif value in ")]}":
                _close(tokens, open_brackets, value, start)
            elif value == "/":
                tokens.slash = True
            elif value == "**":
                value = "^"
            elif value == "'":
                tokens.prime_follows()
            kinds.append(value)
            values.append(value)
            starts.append(start)
            ends.append(position)
            if len(open_brackets) <= limits.MAX_DEPTH:
                continue
        elif group == "run":
            if len(value) > limits.MAX_RUN:
                raise ReadError(text, start, f"a word of {len(value)} letters", "put spaces or `*` between the factors")
            if text.startswith("_", position) and value.lower() in _UNDERSCORED_FIRST:
                longer = _UNDERSCORED.match(text, start)
                if longer and known_function(longer.group()):
                    position = longer.end()
                    tokens.add("word", longer.group(), start, position)
                    continue
            kinds.append("run")
            values.append(value)
            starts.append(start)
            ends.append(position)
            continue
        elif group == "num":
            if position - start > limits.MAX_DIGITS:
                raise ReadError(text, start, f"a number of more than {limits.MAX_DIGITS} digits")
            tokens.add("num", value, start, position)
        elif group == "script":
            tokens.add("_", "_", start, start + 1)
            value = value[1:].lstrip()
            if len(value) > limits.MAX_RUN:
                raise ReadError(text, start, f"a subscript of {len(value)} letters")
            tokens.add("run", value, position - len(value), position)
        elif group == "rel":
            if value == "<-":
                if open_brackets:  # [z<-1]: an arrow has no business inside brackets
                    value, position = "<", start + 1
                elif text[position : position + 1].isdigit() or text[position : position + 1] == ".":
                    left, right = text[:start].rstrip()[-20:], text[position:].rstrip()[:20]
                    readings = (f"{left} < -{right}", f"{left} ← {right}")
                    raise ReadError(text, start, "`<-` before a number has two readings", "put spaces", readings)
            tokens.add("rel", c.RELATION_SPELLINGS[value], start, position)
            if left_side and not open_brackets:
                break
        elif group == "cmd":
            kind, meaning = _command(text, value, start)
            if kind == "skip":
                continue
            if kind in ("text", "font"):
                position = _font(tokens, kind, text, position, start)
            elif kind == "begin" or kind == "endenv":
                name = _ENVIRONMENT.match(text, position)
                if not name or name.group(1) not in c.ENVIRONMENTS:
                    hint = "known are cases, pmatrix, bmatrix, matrix"
                    raise ReadError(text, start, f"unknown environment after `{value}`", hint)
                position = name.end()
                environment = c.ENVIRONMENTS[name.group(1)]
                if kind == "begin":
                    environments += 1
                    open_brackets.append(len(kinds))
                else:
                    environments -= 1
                    _close(tokens, open_brackets, environment, start)
                tokens.add(kind, environment, start, position)
            else:
                if kind in ("(", "<", "["):
                    open_brackets.append(len(kinds))
                elif kind in (")", ">", "]"):
                    _close(tokens, open_brackets, meaning, start)
                elif kind == "row" and environments <= 0:
                    raise ReadError(text, start, "a line break inside a formula", "one formula at a time")
                elif kind == "/":
                    tokens.slash = True
                elif kind == "'":
                    tokens.prime_follows()
                tokens.add(kind, meaning, start, position)
        elif group == "amp":
            if environments > 0:
                tokens.add("&", "&", start, position)
        else:
            position = _character(tokens, open_brackets, text, value, start)
        if len(open_brackets) > limits.MAX_DEPTH:
            raise ReadError(text, start, f"more than {limits.MAX_DEPTH} brackets inside one another")
    if len(kinds) > limits.MAX_TOKENS:
        raise ReadError(text, starts[-1], f"the formula is too long (more than {limits.MAX_TOKENS} signs)")
    if open_brackets:
        at = open_brackets[-1]
        raise ReadError(text, starts[at], f"`{text[starts[at] : ends[at]]}` is never closed")
    tokens.add("end", "", length, length)
    return tokens


def usual_characters(text: str) -> str:
    """Characters that look and mean the same, as one; every place stays where it is."""
    return text if text.isascii() else text.translate(c.LOOK_ALIKES)


def _close(tokens: Tokens, open_brackets: list[int], value: str, start: int) -> None:
    """Match a closing bracket (about to be added) with the last one that is open."""
    if not open_brackets:
        raise ReadError(tokens.text, start, f"`{value}` closes a bracket that was never opened")
    at = open_brackets.pop()
    opening = tokens.values[at]
    expected = _OPENING.get(opening, opening)
    if _SAME.get(value, value) != _SAME.get(expected, expected):
        raise ReadError(tokens.text, start, f"`{opening}` is closed by `{value}`", f"expected `{expected}`")
    tokens.match[at] = len(tokens.kinds)


def _command(text: str, command: str, start: int) -> tuple[str, str]:
    """Kind and value of a TeX command."""
    word = command[1:]
    if found := c.COMMANDS.get(word):
        return found
    if word == "begin":
        return "begin", ""
    if word == "end":
        return "endenv", ""
    if word == "\\":
        return "row", ""
    if word == "placeholder":
        raise ReadError(text, start, "there is an empty box in the formula", "fill it, or delete it")
    near = get_close_matches(word[:40], c.COMMANDS, 1, 0.7) if word.isalpha() else []
    hint = f"did you mean `\\{near[0]}`?" if near else ""
    shown = command if command.isprintable() else repr(command)
    raise ReadError(text, start, f"unknown command `{shown[:40]}`", hint)


def _font(tokens: Tokens, kind: str, text: str, position: int, start: int) -> int:
    """The argument of a font command.  Upright text is one word; other fonts only say how letters look."""
    found = (_TEXT_ARGUMENT if kind == "text" else _FONT_ARGUMENT).match(text, position)
    if not found:
        return position  # \\mathbf{x_1}, \\boldsymbol\\theta: the font alone is left out
    word = found.group(1) if found.group(1) is not None else found.group(2)
    if kind == "text":
        word = word.replace("\\_", "_").replace("\\,", "").replace("~", " ").strip(" .,:;")
        if "\\" in word or ("_" in word and not known_function(word)):
            return position
        if not word:
            return found.end()
        if len(word) > limits.MAX_RUN:
            raise ReadError(text, start, f"a word of {len(word)} letters")
        word = word.replace(" ", "")
    if not word.replace("_", "").isalnum():
        raise ReadError(text, start, f"the words `{word[:40]}` are no part of a formula")
    upright = kind == "text" or word.isdigit()
    tokens.add("word" if upright else "run", word, start, found.end())
    return found.end()


def _character(tokens: Tokens, open_brackets: list[int], text: str, char: str, start: int) -> int:
    """A character outside ASCII: Greek, accents, small digits, operators.  Returns where to go on."""
    end = start + 1
    if greek := c.GREEK_CHARACTERS.get(char):
        digits = _DIGITS.match(text, end)
        assert digits is not None
        tokens.add("run", greek + digits.group()[: limits.MAX_RUN], start, digits.end())
        return digits.end()
    if found := c.CHARACTERS.get(char):
        kind, value = found
        if kind == "<":
            open_brackets.append(len(tokens.kinds))
        elif kind == ">":
            _close(tokens, open_brackets, value, start)
        elif kind == "/":
            tokens.slash = True
        elif kind == "'":
            tokens.prime_follows()
        tokens.add(kind, value, start, end)
        return end
    for table, sign in ((c.SUPERSCRIPTS, "^"), (c.SUBSCRIPTS, "_")):
        if char in table:
            while end < len(text) and text[end] in table and end - start < limits.MAX_RUN:
                end += 1
            _small(tokens, sign, "".join(table[x] for x in text[start:end]), start, end)
            return end
    if char in c.VULGAR:
        tokens.add("vulgar", char, start, end)
        return end
    if char == "″":
        tokens.add("'", "'", start, end)
        tokens.add("'", "'", start, end)
        return end
    if (accent := c.COMBINING.get(char)) and tokens.kinds and tokens.kinds[-1] == "run" and tokens.ends[-1] == start:
        tokens.values[-1] += accent
        tokens.ends[-1] = end
        return end
    parts = unicodedata.normalize("NFD", char)
    if len(parts) == 2 and parts[0].isalpha() and parts[1] in c.COMBINING:
        digits = _DIGITS.match(text, end)
        assert digits is not None
        tokens.add("run", parts[0] + c.COMBINING[parts[1]] + digits.group()[: limits.MAX_RUN], start, digits.end())
        return digits.end()
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) == 1 and plain != char and plain in c.GREEK_CHARACTERS:
        tokens.add("run", c.GREEK_CHARACTERS[plain], start, end)
        return end
    if plain.isalpha() and len(plain) == 1:
        tokens.add("run", plain, start, end)
        return end
    if char == "\\":  # the space of `\ ` at the end was cut off
        return end
    if char == "$" and (start == len(text) - len(text.lstrip()) or end == len(text.rstrip())):
        return end
    raise ReadError(text, start, f"unexpected character {char!r}")


def _small(tokens: Tokens, sign: str, value: str, start: int, end: int) -> None:
    """x², x₁₂, [u]⁺ as x^{2}, x_{12}, [u]^{+}."""
    tokens.add(sign, sign, start, end)
    opening = len(tokens.kinds)
    tokens.add("{", "{", start, end)
    brackets: list[int] = []
    for piece in re.findall(r"[0-9]+|[a-z]+|.", value):
        if piece == "(":
            brackets.append(len(tokens.kinds))
        elif piece == ")":
            _close(tokens, brackets, ")", start)
        kind = "num" if piece.isdigit() else "run" if piece.isalpha() else piece
        tokens.add(kind, piece, start, end)
    if brackets:
        raise ReadError(tokens.text, start, "a small bracket is never closed")
    tokens.match[opening] = len(tokens.kinds)
    tokens.add("}", "}", start, end)
