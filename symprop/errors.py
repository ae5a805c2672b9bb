"""Every exception we raise on purpose.  They carry data; the edges turn them into text and exit codes."""

from __future__ import annotations

from dataclasses import dataclass


class SympropError(Exception):
    """Base of all of them."""

    exit_code = 2


class SympropWarning(UserWarning):
    """Something that can be read and was perhaps meant otherwise."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in an exercise file: where it is, what was found and what was probably meant."""

    file: str
    line: int  # from 1
    column: int  # from 1
    where: str  # "tasks[2].update"
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: " if self.file else ""
        where = f"{self.where}: " if self.where else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{where}{self.message}{hint}"


class SpecError(SympropError):
    """The exercise file is wrong; carries every Problem found."""

    def __init__(self, problems: tuple[Problem, ...]):
        assert problems, "a SpecError without a problem"
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class ReadError(SympropError):
    """A formula cannot be read: at which character of the text (from 0), what was expected, what was probably meant.

    ``readings``: where the text is ambiguous, the readings it has, as plain text.
    """

    def __init__(self, text: str, offset: int, message: str, hint: str = "", readings: tuple[str, ...] = ()):
        self.text, self.offset, self.message, self.hint, self.readings = text, offset, message, hint, readings
        super().__init__(str(self))

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        readings = f": {' or '.join(self.readings)}?" if self.readings else ""
        return f"character {self.offset + 1}: {self.message}{readings}{hint}"


class NoVectorsError(ReadError):
    """A word that is said of vectors (diag, softmax), where nothing is known to be one."""


class UnfitError(ReadError):
    """A formula was read, but the shapes of vectors and matrices in it do not fit: it has no value."""


class UnsupportedError(SympropError):
    """Understood, not implemented yet."""


class DerivationError(SympropError):
    """The exercise cannot be solved as asked (an undefined value, too many paths); says where and what to do."""


class CertificationError(SympropError):
    """A line of ours is not true, and nothing of the exercise is written; carries the line and what was expected."""

    exit_code = 4

    def __init__(self, where: str, line: str, expected: str):
        self.where, self.line, self.expected = where, line, expected
        super().__init__(f"{where}: not certified: {line}; expected {expected}")


class ToolError(SympropError):
    """An external program is missing or failed; carries its log."""

    def __init__(self, message: str, log: str = ""):
        self.message, self.log = message, log
        super().__init__(message)
