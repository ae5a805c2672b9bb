"""LaTeX document → PDF file, by a real TeX engine in a directory of its own; else a ToolError that says why."""

from __future__ import annotations

import os
import re
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from symprop.errors import ToolError
from symprop.render import engines
from symprop.render.engines import ENGINES, FILE_LIMIT, INSTALL_EMBEDDED, INSTALL_TEX, Engine, Run
from symprop.render.formats import BODY, kept_format, split

JOB = "page"
PASSES = 4
RERUN = re.compile(r"Rerun to get|Rerun LaTeX|rerun LaTeX|Table widths have changed", re.IGNORECASE)
PAGES = re.compile(r"^Output written on .*?\((\d+) pages?", re.MULTILINE | re.DOTALL)
OVERFULL = re.compile(r"^.*Overfull.*$", re.MULTILINE)
PLACE = re.compile(r"^\s*% (\S.*:\d+)\s*$")


@dataclass(frozen=True, slots=True)
class PdfResult:
    """What was made, by which engine, in how many passes; ``overfull``: lines of the log about too wide lines."""

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
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="symprop-") as name:
        folder, spare = Path(name) / "run", Path(name)
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
        _move(made, out)
    overfull = tuple(line.strip() for line in OVERFULL.findall(text))
    counted = PAGES.search(text)
    pages = int(counted[1]) if counted else 0
    return PdfResult(out, chosen.name, passes, time.monotonic() - start, overfull, pages)


def _passes(chosen: Engine, tex: str, folder: Path, form: Path | None, end: float, file_limit: int, out: Path) -> int:
    """Pass after pass while the log asks for it; 0 if the kept format cannot be used after all."""
    _clear(folder)
    (folder / f"{JOB}.tex").write_text(_without_preamble(tex) if form else tex, encoding="utf-8", newline="\n")
    command = chosen.command(JOB, form=form)
    for number in range(1, PASSES + 1):
        done = engines.run(command, folder, timeout=max(0.1, end - time.monotonic()), file_limit=file_limit)
        log = _read(folder / f"{JOB}.log")
        if form is not None and done.code != 0 and _format_at_fault(done, log):
            with suppress(OSError):
                form.unlink()
            return 0
        if done.code != 0 or done.timed_out:
            raise _failure(done, log, tex, out)
        if chosen.name == "latexmk" or not RERUN.search(log):
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


def _move(made: Path, out: Path) -> None:
    """Into place at once: a reader of ``out`` sees the old file or the new one, never a part."""
    handle, name = tempfile.mkstemp(prefix=f".{out.stem}-", suffix=".pdf", dir=out.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(made.read_bytes())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, out)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


# ---- errors: TeX's message, the line of the .tex, the line of the exercise


def _failure(done: Run, log: str, tex: str, out: Path) -> TexError:
    if done.timed_out:
        return _kept("TeX was stopped: it took too long", log or done.output, tex, out, 0)
    if done.too_big:
        return _kept("TeX was stopped: the file became too big", log or done.output, tex, out, 0)
    line, message = first_error(log or done.output)
    return _kept(message or f"TeX ended with code {done.code}", log or done.output, tex, out, line)


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


# ---- which engine


def choose(engine: str = "auto") -> Engine:
    """The engine of that name, or the first that can set our page; else a ToolError with the command to get one."""
    if engine != "auto":
        if engine not in ENGINES:
            raise ToolError(f"there is no engine {engine!r}: one of auto, {', '.join(ENGINES)}")
        found = engines.find(engine)
        if found is None or not engines.version(found.program):
            command = INSTALL_EMBEDDED if engine == "embedded" else INSTALL_TEX
            raise ToolError(f"the engine {engine} is not there or does not run; {command}")
        return found
    found = _first_working()
    if found is None:
        raise ToolError(f"no TeX engine runs here: {INSTALL_EMBEDDED} (x86_64 Linux, macOS, Windows), or {INSTALL_TEX}")
    return found


@cache
def _first_working() -> Engine | None:
    for name in ("embedded", "pdflatex"):
        found = engines.find(name)
        if found is None or not engines.version(found.program):
            continue
        # The embedded set of packages is the one our preamble is made for; an engine of the system is tried out.
        if name == "embedded" or not trial(found):
            return found
    return None


@cache
def trial(engine: Engine) -> str:
    """What goes wrong when the engine sets one line with the real preamble; '' if nothing does."""
    with tempfile.TemporaryDirectory(prefix="symprop-") as name:
        folder = Path(name)
        (folder / f"{JOB}.tex").write_text(trial_document(), encoding="utf-8")
        done = engines.run(engine.command(JOB), folder, timeout=60)
        if done.code == 0 and (folder / f"{JOB}.pdf").is_file():
            return ""
        return first_error(_read(folder / f"{JOB}.log") or done.output)[1] or f"it ended with code {done.code}"


def trial_document() -> str:
    """One line with the real preamble."""
    from symprop.render.environment import tex_environment

    preamble = tex_environment().get_template("preamble.tex.j2").render()
    return preamble + BODY + "\n$\\displaystyle\\result{\\frac12}$\n\\end{document}\n"


def probe(engine: str = "auto") -> Engine:
    """The engine that would be used, after it has set a page; ToolError if none can."""
    found = choose(engine)
    if problem := trial(found):
        raise ToolError(f"the engine {found.name} runs, but cannot set our page: {problem}; {INSTALL_EMBEDDED}")
    return found


def doctor() -> list[tuple[str, bool, str, str]]:
    """(what, whether it works, what was found, the command that gets it) for every engine."""
    rows = []
    for name in ENGINES:
        command = INSTALL_EMBEDDED if name == "embedded" else INSTALL_TEX
        what = "TeX that came with symprop" if name == "embedded" else f"{name} on the PATH"
        found = engines.find(name)
        if found is None:
            rows.append((what, False, "not found", command))
        elif not (about := engines.version(found.program)):
            rows.append((what, False, "found, but it does not run on this machine", command))
        elif problem := trial(found):
            rows.append((what, False, f"{about}, but it cannot set our page: {problem}", command))
        else:
            rows.append((what, True, about, ""))
    return rows
