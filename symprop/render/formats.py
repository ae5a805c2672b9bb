"""The preamble as a kept format: TeX reads it once, then starts from its memory (about half the time of a pass).

One file for each engine and preamble, in the user's cache folder; made under another name and then moved, so that
several processes may make it at the same time.  The numbering inside a PDF depends on whether its preamble came from
a format; so where the cache cannot be written the format is made in the folder of the run, and the bytes stay the same.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from symprop.render import engines
from symprop.render.engines import Engine

BODY = "\\begin{document}"
OURS = "% symprop: the preamble"
KEEP = 8  # formats; the ones used longest ago go


def cache_folder() -> Path:
    """Where formats are kept: SYMPROP_CACHE, else the platform's folder for things that can be made again."""
    own = os.environ.get("SYMPROP_CACHE")
    if own:
        return Path(own)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "symprop"


def kept_format(engine: Engine, tex: str, spare: Path) -> Path | None:
    """The format for the preamble of the document, made if it is not there; None if it cannot be used.

    ``spare``: the folder where it is made if the cache cannot be used.
    """
    preamble, found, _ = split(tex)
    if not found or engine.name == "latexmk":
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
    stamp = engine.program.stat()
    about = f"{engines.version(engine.program)}\n{stamp.st_size} {int(stamp.st_mtime)} {engine.program}\n{preamble}"
    path = cache_folder() / f"{hashlib.sha256(about.encode()).hexdigest()[:24]}.fmt"
    if path.is_file():
        with suppress(OSError):
            os.utime(path)
        return path
    return _make(engine, preamble, path)


def split(tex: str) -> tuple[str, bool, str]:
    """Preamble, whether it is ours (and may be kept), the rest."""
    preamble, found, body = tex.partition("\n" + BODY)
    return preamble + "\n", bool(found) and preamble.startswith(OURS), BODY + body


def _make(engine: Engine, preamble: str, path: Path) -> Path | None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="symprop-") as name:
        folder = Path(name)
        (folder / "own.tex").write_text(preamble + "\\dump\n", encoding="utf-8", newline="\n")
        options = ["-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
        done = engines.run(
            [str(engine.program), "-ini", *options, "-jobname=own", "&pdflatex", "own.tex"], folder, timeout=60
        )
        made = folder / "own.fmt"
        if done.code != 0 or not made.is_file():
            return None
        handle, temporary = tempfile.mkstemp(prefix=".making-", suffix=".fmt", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(made.read_bytes())
            os.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    _prune(path.parent)
    return path


def _prune(folder: Path) -> None:
    formats = sorted(folder.glob("*.fmt"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in formats[KEEP:]:
        with suppress(OSError):
            old.unlink()
