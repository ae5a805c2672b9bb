"""What a worker does: solve the exercise once, then judge answers, each with its message on one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

from symprop.grading.records import GAVE_UP, Key, Result
from symprop.judge.judging import Marker
from symprop.judge.records import Judgement, Verdict
from symprop.judge.tasks import worked_task
from symprop.model.exercise import Exercise
from symprop.model.solution import Solution
from symprop.render.verdicts import STYLE, harmless, reasons
from symprop.render.words import Words, load_words

Judging = Callable[[Key], Result]
ONE_AT_A_TIME = Lock()  # a worker of a cluster may have several threads


@dataclass(frozen=True, slots=True)
class Setup:
    """What judging depends on, sent to every worker; ``token`` tells one from another."""

    token: str
    exercise: Exercise = field(compare=False)
    language: str = field(compare=False, default="en")
    decimal_comma: bool = field(compare=False, default=False)
    memory: int = field(compare=False, default=0)  # bytes that a worker may use; 0: no limit
    prepare: Callable[[Setup], Judging] | None = field(compare=False, default=None)  # in place of our own


def judge_all(setup: Setup, keys: Sequence[Key]) -> list[Result]:
    """The results of some answers, in a worker."""
    with ONE_AT_A_TIME:
        judging = _prepared(setup)
        return [_one(judging, key, setup.language) for key in keys]


def _one(judging: Judging, key: Key, language: str) -> Result:
    try:
        return judging(key)
    except MemoryError:
        return gave_up("out-of-memory", language)
    except Exception:  # a fault of ours must not cost the class its verdicts
        return gave_up("internal-error", language)


@lru_cache(maxsize=1)
def _prepared(setup: Setup) -> Judging:
    limit_memory(setup.memory)
    return (setup.prepare or prepare)(setup)


def prepare(setup: Setup) -> Judging:
    """Judging with the solution of the exercise at hand."""
    from symprop import certify

    markers = Markers(certify.solve(setup.exercise), setup.decimal_comma)
    words = load_words(setup.language)

    def judging(key: Key) -> Result:
        found = markers.marker(key.part, key.task).judge(key.answer)
        return Result(found.kind, found.worst.code, message(found, words))

    return judging


class Markers:
    """A marker for each task, made when its first answer comes."""

    def __init__(self, solution: Solution, decimal_comma: bool = False):
        self.solution, self.decimal_comma = solution, decimal_comma
        self.made: dict[tuple[str, str], Marker] = {}

    def marker(self, part: str, task: str) -> Marker:
        """Raises DerivationError for a task that is not there, UnsupportedError for one without answers."""
        key = part, task
        if key not in self.made:
            solved, worked = worked_task(self.solution, task, part or None)
            self.made[key] = Marker(solved, worked, decimal_comma=self.decimal_comma)
        return self.made[key]


def limit_memory(limit: int) -> None:
    """No more address space than this for the process, where the system has such limits."""
    if not limit:
        return
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def gave_up(code: str, language: str) -> Result:
    return Result(GAVE_UP, code, load_words(language).entry("verdicts", code, {}, STYLE))


# ---- a verdict on one line


def message(judgement: Judgement, words: Words) -> str:
    """Everything that the student is told, as one line; the statement that decides comes first."""
    worst = judgement.worst
    told = [worst, *(v for v in judgement.verdicts if v is not worst and v.kind != "right")]
    return " ".join(" ".join(_sentences(verdict, words, lead=len(judgement.verdicts) > 1)) for verdict in told)


def _sentences(verdict: Verdict, words: Words, lead: bool) -> list[str]:
    sentence = words.entry("verdicts", verdict.said.code, dict(verdict.said.data), STYLE)
    if lead and verdict.quantity is not None:
        sentence = f"{STYLE.maths(verdict.quantity)}: {sentence}"
    found = [sentence]
    if verdict.place is not None and verdict.text.strip():
        found.append(f"({verdict.place + 1}: {harmless(verdict.text[verdict.place : verdict.place + 20])})")
    if verdict.readings:
        found.append(words.entry("verdicts", "readings", {}, STYLE) + " " + " | ".join(map(harmless, verdict.readings)))
    lines = reasons(verdict.why, words, verdict.revealed is not None)
    return found + [line.removeprefix("-").strip() for line in lines]
