"""Twenty answer keys from .tex to PDF: processor seconds of everything that is started for it.

Each contestant starts from the same .tex files (made before the clock starts) and from an empty cache of its own.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import ROOT

CONTESTANTS = ("symprop", "symprop, unchanged", "symprop, one booklet", "latexmk, file by file", "latexmk, one call")
KEYS = 20


def used() -> float:
    """Processor seconds of this process and of all its children that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def exercises() -> list[Path]:
    """The first twenty."""
    return sorted((ROOT / "exercises").glob("*.yaml"))[:KEYS]


def documents(*, prefixed: bool = False) -> dict[str, str]:
    """Their .tex."""
    from symprop import api

    return {f.stem: api.to_tex(api.solve(f), prefix=f"{k}-" if prefixed else "") for k, f in enumerate(exercises(), 1)}


def ours(folder: Path, who: str) -> float:
    """All PDFs by compile_pdf; twice if the second time is asked for."""
    from symprop import api
    from symprop.render.pdf import compile_pdf

    texts = documents(prefixed="booklet" in who)
    if "booklet" in who:
        texts = {"booklet": api.to_booklet(list(texts.values()))}
    spent = 0.0
    for _ in range(2 if "unchanged" in who else 1):
        start = used()
        for name, tex in texts.items():
            compile_pdf(tex, folder / f"{name}.pdf", timeout=300)
        spent = used() - start
    return spent


def latexmk(folder: Path, who: str) -> float:
    """All PDFs by plain latexmk."""
    if shutil.which("latexmk") is None or shutil.which("pdflatex") is None:
        raise ModuleNotFoundError("latexmk")
    texts = documents()
    for name, tex in texts.items():
        (folder / f"{name}.tex").write_text(tex, encoding="utf-8")
    names = [f"{name}.tex" for name in texts]
    start = used()
    for files in [names] if "one call" in who else [[name] for name in names]:
        command = ["latexmk", "-norc", "-pdf", "-silent", *files]
        subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, check=True)
    return used() - start


def main(who: str) -> None:
    """Print the seconds and the number of keys as JSON."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "keys"
        folder.mkdir()
        os.environ["SYMPROP_CACHE"] = str(Path(name) / "cache")
        seconds = (latexmk if who.startswith("latexmk") else ours)(folder, who)
        print(json.dumps({"seconds": seconds, "keys": len(exercises())}))


if __name__ == "__main__":
    main(sys.argv[1])
