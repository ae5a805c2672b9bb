"""Collect, judge, write: the three passes of grading."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path

from symprop import certify
from symprop.errors import SympropError
from symprop.grading.entries import Tasks, entries
from symprop.grading.judging import Judging, Markers, Setup
from symprop.grading.output import writing
from symprop.grading.records import NOT_JUDGED, Entry, Key, Layout, Result
from symprop.grading.store import Store
from symprop.grading.summary import Counts, Summary
from symprop.grading.tables import ending
from symprop.grading.workers import ClusterWorkers, LocalWorkers, Workers, judged
from symprop.model.exercise import Exercise
from symprop.system import available_processes, replacing, version

ROWS = 5000  # that are looked at together
Progress = Callable[[int, int], None]  # done, of how many


@dataclass(frozen=True, slots=True)
class GradeOptions:
    """``part``: of the exercise, where the table does not say.  ``jobs``: processes; 0: as many as cores.

    ``limit``: seconds that judging an answer may take.  ``memory``: megabytes that a process may use.
    ``scheduler``: a Dask cluster (dask://host:port) in place of processes here.
    """

    layout: Layout = field(default_factory=Layout)
    part: str | None = None
    language: str = ""
    decimal_comma: bool = False
    jobs: int = 0
    limit: float = 20.0
    memory: int = 4096
    scheduler: str = ""
    prepare: Callable[[Setup], Judging] | None = None  # another way of judging


def grade_file(
    exercise: Exercise,
    answers: Path,
    output: Path,
    options: GradeOptions | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Judge every answer of a table; the results appear at ``output`` when all are there.

    Raises SympropError where the table cannot be read or written, and what solving raises.  Rows that are no answers
    are in the output as not judged, and in the summary with their places.
    """
    options = options or GradeOptions()
    _check_places(answers, output)
    read, unit = entries(answers, options.layout)
    markers = Markers(certify.solve(exercise), options.decimal_comma)
    tasks = Tasks(markers, options.part)
    setup = Setup(
        uuid.uuid4().hex,
        exercise,
        options.language or exercise.language or "en",
        options.decimal_comma,
        options.memory * 2**20,
        options.prepare,
    )
    store = Store(output.with_name(output.name + ".unfinished"), _fingerprint(exercise, options, setup))
    done = False
    try:
        rows = _collect(store, read(), tasks)
        if not rows:
            raise SympropError(f"{answers}: there are no rows below the header")
        _judge(store, setup, options, progress)
        counts = _write(store, read(), tasks, output, Counts(unit))
        done = True
    finally:
        store.close(done=done)
    return counts.summary()


def _check_places(answers: Path, output: Path) -> None:
    ending(output)
    if output.is_dir() or not output.parent.is_dir():
        raise SympropError(f"{output}: {'this is a folder' if output.is_dir() else 'there is no such folder'}")
    if output.exists() and answers.exists() and output.samefile(answers):
        raise SympropError(f"{output}: the results would replace the answers; name another file")


def _fingerprint(exercise: Exercise, options: GradeOptions, setup: Setup) -> str:
    """What a result depends on, the same in every process."""
    known = canonical((replace(exercise, file=""), setup.language, options.decimal_comma))
    return f"{version()} {sha256(known.encode()).hexdigest()}"


def canonical(value: object) -> str:
    """Records, sets and tables as text that does not depend on the order of a set."""
    if is_dataclass(value):
        inner = ", ".join(canonical(getattr(value, f.name)) for f in fields(value) if f.compare)
        return f"{type(value).__name__}({inner})"
    if isinstance(value, frozenset | set):
        return f"{{{', '.join(sorted(map(canonical, value)))}}}"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{canonical(k)}: {canonical(v)}' for k, v in value.items())}}}"
    if isinstance(value, tuple | list):
        return f"({', '.join(map(canonical, value))})"
    return repr(value)


def _collect(store: Store, read: Iterator[Entry], tasks: Tasks) -> int:
    """Every distinct answer into the store; the number of rows."""
    rows = 0
    while batch := list(islice(read, ROWS)):
        rows += len(batch)
        store.add(dict.fromkeys(key for key in map(tasks.key, batch) if isinstance(key, Key)))
    store.commit()
    return rows


def _judge(store: Store, setup: Setup, options: GradeOptions, progress: Progress | None) -> None:
    total, done = store.counts()
    if done == total:
        return
    tell = progress or (lambda _done, _total: None)
    with _workers(setup, options, total - done) as workers:
        tell(done, total)
        for results in judged(workers, store.unjudged(), setup.language):
            store.put(results)
            done += len(results)
            tell(done, total)
    store.commit()


def _workers(setup: Setup, options: GradeOptions, answers: int) -> Workers:
    if options.scheduler:
        return ClusterWorkers(replace(setup, memory=0), options.scheduler, options.limit)
    jobs = options.jobs or available_processes()
    return LocalWorkers(setup, max(1, min(jobs, answers)), options.limit)


def _write(store: Store, read: Iterable[Entry], tasks: Tasks, output: Path, counts: Counts) -> Counts:
    """The output, row by row in the order of the input."""
    with replacing(output) as beside, writing(output, beside) as rows:
        for entry in read:
            key = tasks.key(entry)
            if isinstance(key, Key):
                result = store.result(key)
                if result is None:
                    raise SympropError("the table of answers was changed while it was graded; grade it again")
                label = f"{key.part}.{key.task}" if key.part and not tasks.part else key.task
                counts.add(label, result)
            else:
                code = "bad-row" if entry.fault else "unknown-task"
                result = Result(NOT_JUDGED, code, key)
                counts.fault(entry.place, key)
            rows.write((entry.id, entry.task, *result))
    return counts
