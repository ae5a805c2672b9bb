"""Documents of the class exam: only an engine that has exam.cls can set them."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from symprop.errors import ToolError
from symprop.render import engines
from symprop.render.engines import ENGINES, OWN_FOLDER, Engine

INSTALL = (
    "apt-get install --no-install-recommends texlive-latex-recommended texlive-pictures lmodern texlive-latex-extra"
)
TRIAL = (
    "\\documentclass{exam}\\usepackage[T1]{fontenc}\\usepackage{lmodern}"
    "\\begin{document}\\begin{questions}\\question x\\end{questions}\\end{document}\n"
)


def engine_for(document_class: str, engine: str = "auto") -> str:
    """The engine to use for a class: the one that was asked for; for exam one that has it, else a ToolError."""
    if document_class != "exam":
        return engine
    for name in ENGINES if engine == "auto" else (engine,):
        found = engines.find(name)
        if found is not None and has_exam(found):
            return name
    who = "no TeX engine here" if engine == "auto" else f"the engine {engine} does not run here or"
    raise ToolError(
        f"{who} has the class exam, so only the .tex was written: compile it where exam.cls is installed, or set"
        f" {OWN_FOLDER} to a folder with exam.cls (from CTAN), or {INSTALL}"
    )


@cache
def has_exam(engine: Engine) -> bool:
    """Whether the engine sets a page with the class."""
    with tempfile.TemporaryDirectory(prefix="symprop-") as name:
        (Path(name) / "trial.tex").write_text(TRIAL, encoding="utf-8")
        done = engines.run(engine, engine.arguments("trial"), Path(name), timeout=60)
        return done.code == 0 and (Path(name) / "trial.pdf").is_file()
