"""Solve many files: each in a process of its own where there are several, none stopped by another's failure."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from symprop.cli.files import write
from symprop.cli.messages import explain, internal
from symprop.errors import SympropError, SympropWarning, ToolError
from symprop.system import available_processes

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from symprop.model.solution import Solution

GRACE = 1.0  # seconds that a process has to tidy up after an interrupt


@dataclass(frozen=True, slots=True)
class Job:
    """One file of a call, and what to make of it."""

    file: str
    folder: str
    formats: tuple[str, ...]
    engine: str = "auto"
    sheets: tuple[str, ...] = ("key",)
    document_class: str = "article"
    fade: str = ""
    look: str | None = None
    detail: str = ""
    prefix: str = ""  # of its labels, if it becomes a sheet of a booklet: then nothing is written


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: the line for stdout, the message for stderr, the exit code; a booklet's sheet as TeX."""

    file: str
    code: int = 0
    line: str = ""
    message: str = ""
    tex: str = ""


@dataclass(slots=True)
class _Report:
    written: list[str] = field(default_factory=list)
    pages: int | None = None


def work(job: Job) -> Outcome:
    """Load, solve, certify, write.  Never raises but for an interrupt."""
    try:
        return _work(job)
    except SympropError as error:
        return Outcome(job.file, error.exit_code, message=explain(error, job.file))
    except OSError as error:
        return Outcome(job.file, 2, message=f"{error.filename or job.file}: {error.strerror or error}")
    except Exception as error:
        message, code = internal(error, job.file)
        return Outcome(job.file, code, message=message)


def _work(job: Job) -> Outcome:
    from symprop import api

    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always", SympropWarning)
        solution = api.solve(job.file)
    messages = [str(w.message) for w in noted if isinstance(w.message, SympropWarning)]
    if job.prefix:
        tex = _tex(job, solution, job.sheets[0])
        line = f"{job.file}  {_checked(solution)}".rstrip()
        return Outcome(job.file, line=line, message="\n".join(messages), tex=tex)
    place = Path(job.folder) / solution.exercise.id
    texts = {}
    if "tex" in job.formats or "pdf" in job.formats:  # all of them before any is written
        texts = {sheet: _tex(job, solution, sheet) for sheet in job.sheets}
    code, lines = 0, list[str]()
    for sheet in job.sheets:
        named = place.with_name(place.name + _suffix(job, sheet))
        report = _Report()
        if "json" in job.formats and sheet == job.sheets[0]:
            write(_named(place, "json", report), api.to_json(solution, look=job.look))
        if "tex" in job.formats:
            write(_named(named, "tex", report), texts[sheet])
        if "pdf" in job.formats:
            worse, message = _pdf(job, named, texts[sheet], report)
            code, messages = max(code, worse), [*messages, message]
        lines.append(_line(named, report, _checked(solution)))
    return Outcome(job.file, code, "\n".join(lines), "\n".join(dict.fromkeys(filter(None, messages))))


def _tex(job: Job, solution: Solution, sheet: str) -> str:
    from symprop import api

    return api.to_tex(
        solution,
        sheet=sheet,
        document_class=job.document_class,
        fade=job.fade,
        detail=job.detail,
        look=job.look,
        prefix=job.prefix,
    )


def _suffix(job: Job, sheet: str) -> str:
    """name.pdf is the key; name-hints.pdf, name-exam-problem.pdf say what they are."""
    return ("-exam" if job.document_class == "exam" else "") + ("" if sheet == "key" else f"-{sheet}")


def _named(place: Path, ending: str, report: _Report) -> Path:
    report.written.append(ending)
    return place.with_name(f"{place.name}.{ending}")


def _pdf(job: Job, place: Path, tex: str, report: _Report) -> tuple[int, str]:
    """The PDF; where TeX fails, its message, and .tex and .log are kept to look at."""
    from symprop.render.exam import engine_for
    from symprop.render.pdf import compile_pdf, places_of

    pdf, log = place.with_name(f"{place.name}.pdf"), place.with_name(f"{place.name}.log")
    try:
        result = compile_pdf(tex, pdf, engine=engine_for(job.document_class, job.engine))
    except ToolError as error:
        if "tex" not in report.written:
            write(_named(place, "tex", report), tex)
        return error.exit_code, explain(error, job.file)
    log.unlink(missing_ok=True)  # of an earlier failure
    report.written.insert(0, "pdf")
    report.pages = result.pages
    return 0, too_wide(job.file, result.overfull, places_of(tex, result.overfull))


def too_wide(file: str, overfull: Sequence[str], places: Sequence[str]) -> str:
    """A warning about lines that run off the page or into their reasons."""
    if not overfull:
        return ""
    are = "a line is" if len(overfull) == 1 else f"{len(overfull)} lines are"
    where = f" ({', '.join(places)})" if places else ""
    return f"{file}: warning: {are} too wide for the page{where}; look at the PDF before you hand it out"


def _checked(solution: object) -> str:
    """How many relations were checked, and the largest deviation found."""
    certificates = [p.certificate for p in getattr(solution, "parts", ()) if p.certificate]
    if not certificates:
        return ""
    relations = sum(c.relations for c in certificates)
    deviation = max((c.deviation for c in certificates), key=float)
    return f"{relations} equalities checked, largest deviation {deviation}"


def _line(place: Path, report: _Report, checked: str) -> str:
    return written(place, report.written, ("" if report.pages is None else counted(report.pages, "page"), checked))


def written(place: Path, endings: Sequence[str], facts: Sequence[str]) -> str:
    """output/name.pdf .tex  2 pages; …"""
    names = " ".join(f"{place}.{ending}" if i == 0 else f".{ending}" for i, ending in enumerate(endings))
    return f"{names}  {'; '.join(filter(None, facts))}".rstrip()


def counted(number: int, noun: str) -> str:
    """1 page, 2 pages."""
    return f"{number} {noun}{'s' * (number != 1)}"


def work_all(jobs: Sequence[Job], processes: int) -> Generator[Outcome, None, None]:
    """The outcomes in the order of the jobs, each as soon as it and those before it are there."""
    if len(jobs) < 2 or processes < 2:
        yield from map(work, jobs)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    with tempfile.TemporaryDirectory(prefix="symprop-", ignore_cleanup_errors=True) as scratch:
        pool = ProcessPoolExecutor(min(processes, len(jobs)), initializer=_obey_the_parent_only, initargs=(scratch,))
        try:
            futures = [pool.submit(_in_a_worker, job) for job in jobs]
            for job, future in zip(jobs, futures, strict=True):
                try:
                    yield _outcome(future.result())
                except BrokenProcessPool:  # some process died and took the pool along: find out whose it was
                    yield _alone(job, scratch)
        except BaseException:
            _stop(list((getattr(pool, "_processes", None) or {}).values()))
            raise
        finally:  # waited for: a pool that is left to the interpreter's exit can fall over its own closed pipe
            pool.shutdown(cancel_futures=True)


def _stop(processes: Sequence[BaseProcess]) -> None:
    """Ask the processes to leave in good order, and do not wait for long."""
    for process in processes:
        process.terminate()
    end = time.monotonic() + GRACE
    while time.monotonic() < end and any(process.is_alive() for process in processes):
        time.sleep(0.01)
    for process in processes:
        process.kill()


def _alone(job: Job, scratch: str) -> Outcome:
    """The job in a process that may die."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    with ProcessPoolExecutor(1, initializer=_obey_the_parent_only, initargs=(scratch,)) as pool:
        try:
            return _outcome(pool.submit(_in_a_worker, job).result())
        except BrokenProcessPool:
            return Outcome(job.file, 4, message=f"{job.file}: internal error: the process that worked on it died")


def _obey_the_parent_only(scratch: str) -> None:
    """A worker hears of an interrupt from its parent, by SIGTERM, and leaves in good order: no TeX, no half a file.

    What it makes meanwhile stands in ``scratch``, a folder that the parent removes at the end, come what may.
    """
    tempfile.tempdir = scratch
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # once: the pool repeats itself, and would break into the tidying up
    sys.exit(128 + number)


def _in_a_worker(job: Job) -> str:
    """The name of a file with the outcome.

    What is short goes through a pipe whole or not at all; of a long text a process that is told to leave could send
    half, and whoever reads would wait for the rest for ever.
    """
    try:
        outcome = work(job)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", delete=False) as file:
            json.dump(asdict(outcome), file)
        return file.name
    finally:
        if signal.getsignal(signal.SIGTERM) == signal.SIG_IGN:  # told to leave; the pool would go on with the next job
            os._exit(128 + signal.SIGTERM)


def _outcome(name: str) -> Outcome:
    return Outcome(**json.loads(Path(name).read_text(encoding="utf-8")))


__all__ = ["Job", "Outcome", "available_processes", "counted", "too_wide", "work", "work_all", "written"]
