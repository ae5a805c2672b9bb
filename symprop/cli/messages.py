"""Errors as text for a terminal."""

from __future__ import annotations

import os

from symprop.errors import CertificationError, ReadError, SpecError, SympropError, ToolError

OWN_CHECK_FAILED = 4
DEBUG = "SYMPROP_DEBUG"


def explain(error: SympropError, file: str = "") -> str:
    """One message: file:line:column first where there is one, then what to do."""
    where = f"{file}: " if file else "symprop: "
    if file and str(error).startswith(f"{file}:"):
        where = ""  # it says so itself, with line and column
    match error:
        case SpecError():
            return "\n".join(map(str, error.problems))
        case ReadError():
            return f"{where}{error}\n{caret(error)}"
        case CertificationError():
            return f"{where}{error}\n(a check of our own failed, so nothing was written; please report it)"
        case ToolError():
            return where + error.message
        case _:
            return f"{where}{error}"


def caret(error: ReadError, width: int = 60) -> str:
    """The text, and a mark under the character where reading stopped; long texts are cut around it."""
    start = max(0, error.offset - width // 2)
    line = error.text[start : start + width]
    shown = "".join(c if c.isprintable() else " " for c in line)
    return f"  {'…' if start else ''}{shown}\n  {' ' * (error.offset - start + bool(start))}^"


def internal(error: BaseException, file: str = "") -> tuple[str, int]:
    """Message and exit code of a fault of ours; the traceback only for who asks for it."""
    if os.environ.get(DEBUG):
        import traceback

        return "".join(traceback.format_exception(error)), OWN_CHECK_FAILED
    where = f"{file}: " if file else "symprop: "
    if isinstance(error, RecursionError):
        return f"{where}a formula is nested too deeply", 2
    if isinstance(error, MemoryError):
        return f"{where}out of memory", OWN_CHECK_FAILED
    text = f"{where}internal error: {type(error).__name__}: {error}".rstrip(": ")
    return f"{text}\n(a fault of symprop, please report it; {DEBUG}=1 shows where)", OWN_CHECK_FAILED
