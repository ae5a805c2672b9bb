"""Every exercise in every style, solved once, and many documents as one run of TeX."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from symprop import api
from symprop.model.solution import Solution
from symprop.render.formats import BODY, split
from tests.golden import EXERCISES

STYLES = (
    {"adjoints": "delta", "derivatives": "d"},
    {"adjoints": "bar", "round": {"digits": "6"}},
    {"derivatives": "nabla"},
)


def styled(path: Path, style: dict[str, Any]) -> str:
    """An exercise with other conventions, in all its parts."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    for part in (document, *document.get("parts", ())):
        if part is document or "conventions" in part:
            part["conventions"] = {**part.get("conventions", {}), **style}
    if "adjoints" in style and "names" in document:  # letters of the author's own would win
        document["names"] = {key: name for key, name in document["names"].items() if "/" not in key}
    return json.dumps(document, indent=1)


@cache
def solutions() -> tuple[tuple[Solution, ...], ...]:
    """By style, the plain one first."""
    return tuple(tuple(api.solve(styled(path, style)) for path in EXERCISES) for style in ({}, *STYLES))


def in_one_run(documents: Sequence[str]) -> str:
    """Documents with the same preamble as one, each from a new page; without contents one pass is enough."""
    bodies = [split(text)[2].removeprefix(BODY).rpartition("\\end{document}")[0] for text in documents]
    pages = "".join(f"\\clearpage\\begingroup\n{body.strip()}\n\\par\\endgroup\n" for body in bodies)
    return f"{split(documents[0])[0]}{BODY}\n{pages}\\end{{document}}\n"
