"""The rows of a table as answers to the tasks of an exercise, each bad row with its fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path

from symprop.errors import DerivationError, SympropError, UnsupportedError
from symprop.grading.judging import Markers
from symprop.grading.records import Entry, Key, Layout
from symprop.grading.tables import Table, open_table


def entries(path: Path, layout: Layout) -> tuple[Callable[[], Iterator[Entry]], str]:
    """A function that reads the entries from the beginning, and what a place is called (line, row).

    Raises SympropError if the table lacks a column.
    """
    table = open_table(path)
    columns = _columns(path, table, layout)
    unit = table.unit

    def from_the_start() -> Iterator[Entry]:
        for row in open_table(path).rows:
            identity = clean(row.cells.get(layout.id, ""))
            for column in columns if not row.fault else columns[:1]:
                task = column if layout.wide else row.cells.get(layout.task, "")
                answer = row.cells.get(column)
                fault = row.fault
                if not fault and answer is None:
                    fault = f"there is no cell for {column}"
                yield Entry(row.place, identity, clean(task), clean(answer or ""), fault)

    return from_the_start, unit


def _columns(path: Path, table: Table, layout: Layout) -> tuple[str, ...]:
    """The columns that hold answers."""
    wanted = (layout.id,) if layout.wide else (layout.id, layout.task, layout.answer)
    for column in wanted:
        if column not in table.columns:
            near = get_close_matches(column, table.columns, 1, 0.6)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            there = ", ".join(table.columns) or "no columns"
            raise SympropError(
                f"{path}: there is no column {column!r}{hint}; there are {there}. "
                "Say what they are called by --id, --task, --answer; --wide for a column per task"
            )
    if not layout.wide:
        return (layout.answer,)
    found = tuple(c for c in table.columns if c != layout.id)
    if not found:
        raise SympropError(f"{path}: there is no column for a task beside {layout.id!r}")
    return found


class Tasks:
    """The tasks that cells name: ``b``, ``(b)``, and ``A.b`` where the exercise has parts."""

    def __init__(self, markers: Markers, part: str | None):
        self.markers, self.part = markers, part or ""
        self.known: dict[str, tuple[str, str] | str] = {}

    def find(self, cell: str) -> tuple[str, str] | str:
        """Part and task, or the fault."""
        if cell not in self.known:
            if len(self.known) > 10_000:  # of a column that holds no tasks
                self.known.clear()
            self.known[cell] = self._find(cell)
        return self.known[cell]

    def _find(self, cell: str) -> tuple[str, str] | str:
        part, dot, task = cell.partition(".")
        part, task = (part.strip(), task) if dot else (self.part, cell)
        task = task.strip().strip("()").strip()
        if not task:
            return "no task is named"
        try:
            self.markers.marker(part, task)
        except (DerivationError, UnsupportedError) as error:
            return str(error)
        return part, task

    def key(self, entry: Entry) -> Key | str:
        """What is to be judged, or the fault."""
        if entry.fault:
            return entry.fault
        found = self.find(entry.task)
        return found if isinstance(found, str) else Key(*found, entry.answer)


def clean(text: str) -> str:
    """The text without halves of characters, which no file can hold."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
