"""Every exercise in every style, solved once, and many documents as one run of TeX."""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from symprop import api
from symprop.model.solution import Solution
from symprop.render.formats import BODY, split
from symprop.render.pdf import PdfResult, compile_pdf
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
def in_style(k: int) -> tuple[Solution, ...]:
    """All exercises in the k-th style, 0: the plain one."""
    return tuple(api.solve(styled(path, ({}, *STYLES)[k])) for path in EXERCISES)


def solutions() -> tuple[tuple[Solution, ...], ...]:
    """By style, the plain one first."""
    return tuple(map(in_style, range(1 + len(STYLES))))


NEXT = "% ---- the next document"
ONCE = "\\makeatletter\\def\\askagain#1{\\PackageWarning{symprop}{Overfull: few lines last}}\\makeatother\n"


def in_one_run(documents: Sequence[str], first: str = "") -> str:
    """Documents with the same preamble as one, each from a new page; without contents one pass is enough."""
    assert len({split(text)[0] for text in documents}) == 1
    bodies = [split(text)[2].removeprefix(BODY).rpartition("\\end{document}")[0] for text in documents]
    pages = "".join(f"\\clearpage\\begingroup\n{NEXT}\n{body.strip()}\n\\par\\endgroup\n" for body in bodies)
    return f"{split(documents[0])[0]}{BODY}\n{first}{pages}\\end{{document}}\n"


def set_together(documents: Sequence[str], out: Path, *, engine: str) -> PdfResult:
    """All in one run and one pass; then those alone, in as many passes as it takes, that have so few lines on their
    last page that they are set again.  ``overfull``: the lines that are too wide in either."""
    tex = in_one_run(documents, ONCE)
    begins = [k for k, line in enumerate(tex.split("\n"), 1) if line == NEXT]
    made = compile_pdf(tex, out, engine=engine, timeout=300)
    asked = [line for line in made.overfull if "few lines last" in line]
    wide = tuple(line for line in made.overfull if line not in asked)
    if asked:
        numbers = [int(line.rpartition(" ")[2].rstrip(".")) for line in asked]
        again = [documents[bisect(begins, number) - 1] for number in numbers]
        assert len(begins) == len(documents) and len(set(again)) == len(again) < len(documents)
        wide += compile_pdf(in_one_run(again), out.with_stem("again"), engine=engine, timeout=300).overfull
    return replace(made, overfull=wide)
