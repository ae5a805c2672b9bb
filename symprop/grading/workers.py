"""Where answers are judged: processes of this machine (pebble), or a Dask cluster.

Answers travel in chunks.  A chunk that fails (a worker hung, died, or the chunk could not be sent back) is judged again
answer by answer, one at a time, so that it costs only the answer that is to blame.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from itertools import islice
from types import TracebackType
from typing import Any, Protocol, Self

from symprop.errors import SympropError
from symprop.grading.extras import needed
from symprop.grading.judging import Setup, gave_up, judge_all
from symprop.grading.records import Key, Result
from symprop.system import version

CHUNK = 32  # answers
AHEAD = 3  # chunks that each worker has waiting
CONNECTING = 5.0  # seconds in which a scheduler must answer
STARTING = 120.0  # seconds in which a worker must be ready

Chunk = tuple[Key, ...]


class Workers(Protocol):
    """``width``: how many work at once; ``patience``: seconds without news after which ``unstick`` is called."""

    width: int

    @property
    def patience(self) -> float | None: ...

    def submit(self, keys: Chunk) -> Future[list[Result]]: ...

    def unstick(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class LocalWorkers:
    """Processes of this machine; each may be killed, and is replaced."""

    patience: float | None = None  # every task has a time limit of its own

    def __init__(self, setup: Setup, jobs: int, limit: float):
        pebble = needed("pebble")
        from multiprocessing import get_context

        self.setup, self.width, self.limit = setup, jobs, limit
        self.pool = pebble.ProcessPool(max_workers=jobs, context=get_context("spawn"))

    def submit(self, keys: Chunk, limit: float | None = None) -> Future[list[Result]]:
        future: Future[list[Result]] = self.pool.schedule(
            judge_all, args=(self.setup, keys), timeout=limit or self.limit
        )
        return future

    def unstick(self) -> None: ...

    def __enter__(self) -> Self:
        try:  # whatever keeps a worker from starting is no answer's fault
            for future in [self.submit((), STARTING) for _ in range(self.width)]:
                future.result()
        except Exception as error:
            self.pool.stop()
            self.pool.join()
            raise SympropError(f"the workers do not start: {_told(error)}") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.pool.close()
        else:
            self.pool.stop()
        self.pool.join()


class ClusterWorkers:
    """The workers of a Dask cluster.  What hangs there is ended by restarting the workers that are busy."""

    def __init__(self, setup: Setup, address: str, limit: float):
        distributed = needed("distributed")
        self.setup = setup
        self.patience: float | None = limit
        try:
            self.client: Any = distributed.Client(address.removeprefix("dask://"), timeout=CONNECTING)
        except (OSError, ValueError, TimeoutError) as error:
            raise SympropError(f"{address}: there is no Dask scheduler ({_told(error)})") from None
        self._check_versions(address)
        self.width = sum(self.client.nthreads().values())
        self.executor = self.client.get_executor(pure=False)

    def _check_versions(self, address: str) -> None:
        """Every worker must have this symprop."""
        try:
            found: dict[str, str] = self.client.run(version)
        except Exception as error:
            found, problem = {}, _told(error)
        else:
            problem = "it has no workers"
        others = {worker: theirs for worker, theirs in found.items() if theirs != version()}
        if found and not others:
            return
        self.client.close()
        if others:
            worker, theirs = next(iter(others.items()))
            problem = f"symprop {theirs} is on {worker}, {version()} here"
        raise SympropError(f"{address}: {problem}")

    def submit(self, keys: Chunk) -> Future[list[Result]]:
        future: Future[list[Result]] = self.executor.submit(judge_all, self.setup, keys)
        return future

    def unstick(self) -> None:
        busy = [worker for worker, tasks in self.client.processing().items() if tasks]
        self.client.restart_workers(busy, raise_for_error=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.executor.shutdown(wait=False)
        self.client.close()


def judged(workers: Workers, keys: Iterable[Key], language: str) -> Iterator[list[tuple[Key, Result]]]:
    """The results as they come, in any order; of a failed answer that we gave it up."""
    waiting: dict[Future[list[Result]], Chunk] = {}
    failed: deque[Key] = deque()  # to be judged one at a time
    source, alone, more = iter(keys), None, True
    while waiting or failed or more:
        if failed and alone is None:
            key = failed.popleft()
            alone = workers.submit((key,))
            waiting[alone] = (key,)
        while more and len(waiting) < AHEAD * workers.width:
            chunk = tuple(islice(source, CHUNK))
            more = bool(chunk)
            if chunk:
                waiting[workers.submit(chunk)] = chunk
        done, _ = wait(waiting, timeout=workers.patience, return_when=FIRST_COMPLETED)
        if waiting and not done:
            workers.unstick()
            done = set(waiting)
        for future in done:
            chunk = waiting.pop(future)
            results, code = _outcome(future)
            if results is not None:
                yield list(zip(chunk, results, strict=True))
            elif future is alone:
                yield [(chunk[0], gave_up(code, language))]
            else:
                failed.extend(chunk)
            alone = None if future is alone else alone


def _outcome(future: Future[list[Result]]) -> tuple[list[Result] | None, str]:
    """The results, or why there are none."""
    if not future.done():
        future.cancel()
        return None, "out-of-time"
    try:
        return future.result(), ""
    except (TimeoutError, CancelledError):
        return None, "out-of-time"
    except MemoryError:
        return None, "out-of-memory"
    except Exception:
        return None, "worker-died"


def _told(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:200] or type(error).__name__
