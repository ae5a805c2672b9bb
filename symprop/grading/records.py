"""What grading passes on: entries of a table, results, and how the columns are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

COLUMNS = ("id", "task", "verdict", "code", "message")  # of the output
GAVE_UP = "gave-up"  # the verdict where judging failed: it hung, died or ran out of memory
NOT_JUDGED = "not-judged"  # the verdict of a row that is no answer to any task


class Key(NamedTuple):
    """What is judged once: an answer to a task (as the exercise calls it), of a part."""

    part: str
    task: str
    answer: str


class Result(NamedTuple):
    """What became of an answer."""

    verdict: str
    code: str
    message: str


class Entry(NamedTuple):
    """One answer of the table.  ``place``: the line or row; ``fault``: why it cannot be judged."""

    place: int
    id: str
    task: str
    answer: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The names of the columns.  ``wide``: a column for each task in place of the columns task and answer."""

    id: str = "id"
    task: str = "task"
    answer: str = "answer"
    wide: bool = False
