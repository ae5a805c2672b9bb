"""Solutions as LaTeX, PDF and JSON: blocks × formats.  The last stage; nothing here decides what is true.

The formats are imported when they are first used: who writes JSON needs no templates.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symprop.render.booklet import render_booklet as render_booklet
    from symprop.render.json import render_json as render_json
    from symprop.render.tex import render_tex as render_tex

EXPORTS = {
    "render_booklet": "symprop.render.booklet",
    "render_json": "symprop.render.json",
    "render_tex": "symprop.render.tex",
}

__all__ = [*EXPORTS]


def __getattr__(name: str) -> Any:
    """The exported function, imported now and kept."""
    if name not in EXPORTS:
        raise AttributeError(f"module 'symprop.render' has no attribute {name!r}")
    value = getattr(import_module(EXPORTS[name]), name)
    globals()[name] = value
    return value
