"""Solve many files: each in a process of its own where there are several, none stopped by another's failure."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from symprop.cli.files import write
from symprop.cli.messages import explain, internal
from symprop.errors import SympropError, ToolError


@dataclass(frozen=True, slots=True)
class Job:
    """One file of a call, and what to make of it."""

    file: str
    folder: str
    formats: tuple[str, ...]
    engine: str = "auto"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: the line for stdout, the message for stderr, the exit code."""

    file: str
    code: int = 0
    line: str = ""
    message: str = ""


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

    solution = api.solve(job.file)
    place = Path(job.folder) / solution.exercise.id
    report, tex = _Report(), ""
    if "tex" in job.formats or "pdf" in job.formats:
        tex = api.to_tex(solution)
    if "json" in job.formats:
        write(_named(place, "json", report), api.to_json(solution))
    if "tex" in job.formats:
        write(_named(place, "tex", report), tex)
    code, message = 0, ""
    if "pdf" in job.formats:
        code, message = _pdf(job, place, tex, report)
    return Outcome(job.file, code, _line(place, report, _checked(solution)), message)


def _named(place: Path, ending: str, report: _Report) -> Path:
    report.written.append(ending)
    return place.with_name(f"{place.name}.{ending}")


def _pdf(job: Job, place: Path, tex: str, report: _Report) -> tuple[int, str]:
    """The PDF; where TeX fails, its message, and .tex and .log are kept to look at."""
    from symprop.render.pdf import compile_pdf, places_of

    pdf, log = place.with_name(f"{place.name}.pdf"), place.with_name(f"{place.name}.log")
    try:
        result = compile_pdf(tex, pdf, engine=job.engine)
    except ToolError as error:
        if "tex" not in report.written:
            write(_named(place, "tex", report), tex)
        return error.exit_code, explain(error, job.file)
    log.unlink(missing_ok=True)  # of an earlier failure
    report.written.insert(0, "pdf")
    report.pages = result.pages
    return 0, _too_wide(job.file, result.overfull, places_of(tex, result.overfull))


def _too_wide(file: str, overfull: Sequence[str], places: Sequence[str]) -> str:
    """A warning about lines that run off the page or into their reasons."""
    if not overfull:
        return ""
    lines = "a line" if len(overfull) == 1 else f"{len(overfull)} lines"
    where = f" ({', '.join(places)})" if places else ""
    return f"{file}: warning: {lines} of the page too wide{where}: look at the PDF before you hand it out"


def _checked(solution: object) -> str:
    """How many relations were checked, and the largest deviation found."""
    certificates = [p.certificate for p in getattr(solution, "parts", ()) if p.certificate]
    if not certificates:
        return ""
    relations = sum(c.relations for c in certificates)
    deviation = max((c.deviation for c in certificates), key=float)
    return f"{relations} equalities checked, largest deviation {deviation}"


def _line(place: Path, report: _Report, checked: str) -> str:
    names = " ".join(f"{place}.{ending}" if i == 0 else f".{ending}" for i, ending in enumerate(report.written))
    pages = "" if report.pages is None else f"{report.pages} page{'s' * (report.pages != 1)}"
    return f"{names}  {'; '.join(filter(None, (pages, checked)))}".rstrip()


def work_all(jobs: Sequence[Job], processes: int) -> Iterator[Outcome]:
    """The outcomes in the order of the jobs, each as soon as it and those before it are there."""
    if len(jobs) < 2 or processes < 2:
        yield from map(work, jobs)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(min(processes, len(jobs)), initializer=_leave_interrupts_to_the_parent)
    try:
        futures = [pool.submit(work, job) for job in jobs]
        for job, future in zip(jobs, futures, strict=True):
            try:
                yield future.result()
            except BrokenProcessPool:  # some process died and took the pool along: find out whose it was
                yield _alone(job)
    except BaseException:
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()  # waited for: a pool that is left to the interpreter's exit can fall over its own closed pipe


def _alone(job: Job) -> Outcome:
    """The job in a process that may die."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    with ProcessPoolExecutor(1, initializer=_leave_interrupts_to_the_parent) as pool:
        try:
            return pool.submit(work, job).result()
        except BrokenProcessPool:
            return Outcome(job.file, 4, message=f"{job.file}: internal error: the process that worked on it died")


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def available_processes() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
