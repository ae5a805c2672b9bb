"""Text (plain maths or LaTeX) → written form, by the names of an exercise.

One tokeniser, one precedence parser for both.  Every function raises ReadError only.
"""

from __future__ import annotations

from symprop.reader.declarations import left_side, read_equation, read_name, split_list
from symprop.reader.whole import read, readings

__all__ = ["left_side", "read", "read_equation", "read_name", "readings", "split_list"]
