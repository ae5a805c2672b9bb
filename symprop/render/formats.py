"""The preamble as a kept format: TeX reads it once, then starts from its memory (about half the time of a pass).

One file for each engine and preamble, in the cache folder; made under another name and then moved, so that several
processes may make it at the same time.  The numbering inside a PDF depends on whether its preamble came from a format;
so where the cache cannot be written the format is made in the folder of the run, and the bytes stay the same.

LuaTeX cannot do this: a format does not hold what packages have loaded into Lua (microtype stops).
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from symprop.render import cache, engines
from symprop.render.engines import Engine

BODY = "\\begin{document}"
OURS = "% symprop: the preamble"
KEEP = 8  # formats; the ones used longest ago go


def kept_format(engine: Engine, tex: str, spare: Path) -> Path | None:
    """The format for the preamble of the document, made if it is not there; None if it cannot be used.

    ``spare``: the folder where it is made if the cache cannot be used.
    """
    preamble, found, _ = split(tex)
    if not found or not engine.kind.dumps:
        return None
    try:
        return _from_cache(engine, preamble)
    except (OSError, RuntimeError):
        pass
    try:
        return _make(engine, preamble, spare / "own.fmt")
    except OSError:
        return None


def _from_cache(engine: Engine, preamble: str) -> Path | None:
    """The format in the cache folder."""
    path = cache.folder() / f"{cache.key(engines.state(engine), preamble)}.fmt"
    if path.is_file():
        with suppress(OSError):
            os.utime(path)
        return path
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _make(engine, preamble, path)


def split(tex: str) -> tuple[str, bool, str]:
    """Preamble, whether it is ours (and may be kept), the rest."""
    preamble, found, body = tex.partition("\n" + BODY)
    return preamble + "\n", bool(found) and preamble.startswith(OURS), BODY + body


def _make(engine: Engine, preamble: str, path: Path) -> Path | None:
    with tempfile.TemporaryDirectory(prefix="symprop-") as name:
        folder = Path(name)
        (folder / "own.tex").write_text(preamble + "\\dump\n", encoding="utf-8", newline="\n")
        options = ["-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
        done = engines.run(engine, ["-ini", *options, "-jobname=own", "&pdflatex", "own.tex"], folder, timeout=60)
        made = folder / "own.fmt"
        if done.code != 0 or not made.is_file():
            return None
        cache.put(path, made.read_bytes())
    cache.prune(path.parent, "*.fmt", KEEP)
    return path
