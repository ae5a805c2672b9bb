"""A place in the token list, and how to complain about it."""

from __future__ import annotations

from symprop.errors import ReadError
from symprop.reader import limits
from symprop.reader.commands import ARRAY_SIGNS, HINTS, LATER_HINT
from symprop.reader.lookup import Index
from symprop.reader.tokens import Tokens
from symprop.written import Written

_SHOWN = 60  # characters of a part of a quotient that are shown
_NO_SCRIPT = frozenset(("+", "-", "*", "/", ")", "]", "}", "|", ",", "rel", "run", "end"))


class Cursor:
    """Token lists under short names (k kinds, v values, i the next token) and the state of one reading."""

    def __init__(self, tokens: Tokens, index: Index, new_symbols: bool):
        self.below = ""  # what of b c belongs under the bar of a/b c: nothing, one factor, everything; else an error
        self.tokens = tokens
        self.text = tokens.text
        self.k, self.v, self.match = tokens.kinds, tokens.values, tokens.match
        self.i = 0
        self.index = index
        self.open = index.vocabulary.open
        self.new = new_symbols or self.open
        self.slash = tokens.slash
        self.plain: dict[tuple[str, ...], Written] = {}  # what runs meant that stood without scripts, dL/dx too
        self.pending: dict[int, tuple[str, ...]] = {}  # the rest of a run that was split into names, by its token
        self.scope: set[str] = set()  # index letters of the sums around
        self.bars = 0  # open |…
        self.level = 0
        self.cases = 0  # inside a formula by cases: `if`, `otherwise` end a value
        self.bare = -1  # token after the argument of a function without brackets
        self.cut = -1  # token that holds the rest of a split run

    def down(self) -> None:
        """One level deeper; too deep is an error long before Python's own limit."""
        self.level += 1
        if self.level > limits.MAX_DEPTH:
            raise self.error(f"nested more than {limits.MAX_DEPTH} levels deep")

    def alone(self, at: int) -> bool:
        """Whether nothing at this token can change the meaning of the run before it."""
        return self.k[at] in _NO_SCRIPT and not self.scope

    def found(self, at: int | None = None) -> str:
        """The token at a place, as a reader would point at it."""
        at = self.i if at is None else at
        if self.k[at] == "end":
            return "the end"
        shown = self.text[self.tokens.starts[at] : self.tokens.ends[at]]
        return f"`{shown[:40]}`"

    def error(self, message: str, hint: str = "", readings: tuple[str, ...] = (), at: int | None = None) -> ReadError:
        """A ReadError at the token ``at`` (default: the next one)."""
        at = self.i if at is None else at
        return ReadError(self.text, self.tokens.starts[at], message, hint, readings)

    def later(self, what: str = "", at: int | None = None) -> ReadError:
        """What is understood and not there (yet): signs of arrays where nothing is one."""
        what = what or self.v[self.i]
        if self.open and what in ARRAY_SIGNS:
            return self.error(f"{what} where no vector or matrix is declared", "declare the shapes: W: n x m", at=at)
        if what in HINTS:
            return self.error(f"{what} are not read", HINTS[what], at=at)
        if not self.new and what in ARRAY_SIGNS:  # an answer
            return self.error(f"{what} where all quantities are numbers", at=at)
        if not self.new and what[-1:] in ("±", "∓"):
            return self.error(f"{what} says two things at once", "write one value for each case", at=at)
        return self.error(f"{what} are not there yet", LATER_HINT, at=at)

    def expect(self, kind: str, what: str = "") -> None:
        """Step over a token of this kind."""
        if self.k[self.i] != kind:
            raise self.error(f"expected {what or f'`{kind}`'}, found {self.found()}")
        self.i += 1

    def cut_token(self, at: int, rest: str) -> None:
        """Leave only the last part of a run (or number) to be read."""
        self.k[at] = "run" if not rest[0].isdigit() else "num"
        self.v[at] = rest
        self.tokens.starts[at] = max(self.tokens.starts[at], self.tokens.ends[at] - len(rest))
        self.i = at

    def spaced(self, at: int) -> bool:
        """Whether there is a space (or anything left out) before a token."""
        return at > 0 and self.tokens.starts[at] > self.tokens.ends[at - 1]


def shortened(text: str) -> str:
    """The text, with its middle left out where it is long."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN // 2]} … {text[-_SHOWN // 2 :]}"
