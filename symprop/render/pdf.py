"""LaTeX document → PDF file, by a real TeX engine in a directory of its own; else a ToolError that says why."""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symprop.errors import ToolError
from symprop.render import cache, engines
from symprop.render.engines import FILE_LIMIT, Engine, Run
from symprop.render.formats import kept_format, split
from symprop.render.probe import JOB, choose, first_error
from symprop.system import replacing

PASSES = 5
RERUN = re.compile(r"Rerun to get|Rerun LaTeX|rerun LaTeX|Table widths have changed", re.IGNORECASE)
PAGES = re.compile(r"^Output written on .*?\((\d+) pages?", re.MULTILINE | re.DOTALL)
OVERFULL = re.compile(r"^.*Overfull.*$", re.MULTILINE)  # TeX's own, and that of our preamble
AT_LINE = re.compile(r"(?:at lines?|on input line) (\d+)")
PLACE = re.compile(r"^\s*% (\S.*:\d+)\s*$")


@dataclass(frozen=True, slots=True)
class PdfResult:
    """What was made, by which engine, in how many passes; ``overfull``: lines of the log about too wide lines.

    No pass: the PDF was there already, made by this engine from this very text.
    """

    path: Path
    engine: str
    passes: int
    seconds: float
    overfull: tuple[str, ...] = ()
    pages: int = 0


class TexError(ToolError):
    """TeX refused the document: its message, the line of the .tex and the place in the exercise, if known."""

    def __init__(self, message: str, log: str, *, tex: Path, line: int = 0, place: str = ""):
        super().__init__(message, log)
        self.tex, self.line, self.place = tex, line, place


def compile_pdf(
    tex: str, out: Path, *, engine: str = "auto", timeout: float = 20, file_limit: int = FILE_LIMIT
) -> PdfResult:
    """The document set by the engine (``auto``: the first that works), moved to ``out`` only when it is complete.

    ``timeout``: seconds for all passes together; ``file_limit``: bytes in any one file.  If TeX fails, the .tex and
    the log are kept beside ``out``, and the TexError names the line of both the .tex and the exercise.
    """
    out = Path(out)
    chosen = choose(engine)
    start = time.monotonic()
    name = cache.key("pdf", engines.state(chosen), engines.epoch(), tex)
    sure = engines.has_known_packages(chosen)
    if sure and (kept := _unchanged(name, out)):
        return PdfResult(out, chosen.name, 0, time.monotonic() - start, tuple(kept["overfull"]), kept["pages"])
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="symprop-") as place:
        folder, spare = Path(place) / "run", Path(place)
        folder.mkdir()
        log = folder / f"{JOB}.log"
        passes = 0
        for attempt in range(3):  # a damaged format is made once more; then the preamble is read as usual
            form = kept_format(chosen, tex, spare) if attempt < 2 else None
            passes = _passes(chosen, tex, folder, form, start + timeout, file_limit, out)
            if passes:
                break
        text = _read(log)
        made = folder / f"{JOB}.pdf"
        _check_complete(made, text, out, tex)
        made_bytes = made.read_bytes()
        _place(made_bytes, out)
    overfull = tuple(line.strip() for line in OVERFULL.findall(text))
    counted = PAGES.search(text)
    pages = int(counted[1]) if counted else 0
    if sure:
        cache.remember(name, {"pdf": _digest(made_bytes), "overfull": overfull, "pages": pages})
    return PdfResult(out, chosen.name, passes, time.monotonic() - start, overfull, pages)


def _unchanged(name: str, out: Path) -> dict[str, Any]:
    """What is known of ``out`` if it holds the very bytes that this engine once made of this very text, else {}."""
    known = cache.recall(name)
    try:
        same = bool(known) and known["pdf"] == _digest(out.read_bytes())
        return {"overfull": list(map(str, known["overfull"])), "pages": int(known["pages"])} if same else {}
    except (OSError, KeyError, TypeError, ValueError):
        return {}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _passes(chosen: Engine, tex: str, folder: Path, form: Path | None, end: float, file_limit: int, out: Path) -> int:
    """Pass after pass while the log asks for it; 0 if the kept format cannot be used after all."""
    _clear(folder)
    (folder / f"{JOB}.tex").write_text(_without_preamble(tex) if form else tex, encoding="utf-8", newline="\n")
    arguments = chosen.arguments(JOB, form=form)
    for number in range(1, PASSES + 1):
        done = engines.run(chosen, arguments, folder, timeout=max(0.1, end - time.monotonic()), file_limit=file_limit)
        log = _read(folder / f"{JOB}.log")
        if form is not None and done.code != 0 and _format_at_fault(done, log):
            with suppress(OSError):
                form.unlink()
            return 0
        if done.code != 0 or done.timed_out:
            raise _failure(done, log, tex, out)
        if chosen.kind.reruns or not RERUN.search(log):
            return number
    return PASSES


def _format_at_fault(done: Run, log: str) -> bool:
    """A format that has gone, is damaged or was made by another binary: TeX stops before it opens a log."""
    return not done.timed_out and not done.too_big and ("Fatal format file error" in done.output or not log)


def _without_preamble(tex: str) -> str:
    """The document with its preamble left out, every line still at its place."""
    preamble, _, body = split(tex)
    return "%\n" * preamble.count("\n") + body


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def _check_complete(made: Path, log: str, out: Path, tex: str) -> None:
    try:
        data = made.read_bytes()
    except OSError:
        data = b""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-1024:]:
        raise _kept("the engine made no page", log, tex, out, 0)


def _place(data: bytes, out: Path) -> None:
    """Into place at once: a reader of ``out`` sees the old file or the new one, never a part."""
    with replacing(out) as beside:
        beside.write_bytes(data)


def places_of(tex: str, overfull: Sequence[str]) -> tuple[str, ...]:
    """Where in the exercise the lines that are too wide come from, as far as the log tells."""
    lines = [int(match[1]) for text in overfull if (match := AT_LINE.search(text))]
    return tuple(dict.fromkeys(place for line in lines if (place := place_of(tex, line))))


# ---- errors: TeX's message, the line of the .tex, the line of the exercise


def _failure(done: Run, log: str, tex: str, out: Path) -> TexError:
    if done.timed_out:
        return _kept("TeX was stopped: it took too long", log or done.output, tex, out, 0)
    if done.too_big:
        return _kept("TeX was stopped: the file became too big", log or done.output, tex, out, 0)
    line, message = first_error(log or done.output)
    return _kept(message or f"TeX ended with code {done.code}", log or done.output, tex, out, line)


def place_of(tex: str, line: int) -> str:
    """The place in the exercise, from the last comment ``% exercise.yaml:12`` above the line; '' if there is none."""
    for text in reversed(tex.split("\n")[:line]):
        if match := PLACE.match(text):
            return match[1]
        if text.startswith((r"\answer{", r"\begin{document}")) and not line:
            break
    return ""


def _kept(message: str, log: str, tex: str, out: Path, line: int) -> TexError:
    """The error, with the .tex and the log kept beside the PDF that was not made."""
    beside = out.with_suffix(".tex")
    with suppress(OSError):
        beside.write_text(tex, encoding="utf-8", newline="\n")
        out.with_suffix(".log").write_text(log, encoding="utf-8", newline="\n")
    place = place_of(tex, line) if line else ""
    where = f"{beside.name}:{line}: " if line else f"{beside.name}: "
    whence = f" (for {place})" if place else ""
    text = f"{where}{message}{whence}; kept: {beside.name}, {out.with_suffix('.log').name}"
    return TexError(text, log, tex=beside, line=line, place=place)
