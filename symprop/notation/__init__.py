"""Written form → LaTeX and plain maths.  Law: what is printed reads back as the same tree."""

from __future__ import annotations

from symprop.notation.latex import latex
from symprop.notation.plain import text
from symprop.notation.styles import DEFAULT, Notation

__all__ = ["DEFAULT", "Notation", "latex", "text"]
