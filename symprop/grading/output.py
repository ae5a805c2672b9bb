"""The table of results: CSV, JSON lines or Parquet, by the ending.

What students wrote reaches no spreadsheet as a formula (OWASP, CSV injection) and no terminal as an escape sequence.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from symprop.grading.extras import needed
from symprop.grading.records import COLUMNS
from symprop.grading.tables import BATCH, ending
from symprop.render.verdicts import harmless

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def neutral(cell: str) -> str:
    """The cell as a spreadsheet takes it for text: what begins like a formula gets an apostrophe before it.

    Everything unprintable is replaced first, so that no control character hides what a cell begins with.
    """
    shown = harmless(cell)
    begins = cell.lstrip(" \u00a0\ufeff")[:1] or cell[:1]
    return f"'{shown}" if begins in FORMULA and begins else shown


class Rows(Protocol):
    """Where rows are written to."""

    def write(self, cells: tuple[str, ...]) -> None: ...


@contextmanager
def writing(path: Path, place: Path) -> Iterator[Rows]:
    """A table at ``place``, of the kind that ``path`` says."""
    kind = ending(path)
    if kind == ".parquet":
        rows = _Parquet(place)
        try:
            yield rows
        finally:
            rows.close()
        return
    with place.open("w", encoding="utf-8", newline="") as file:
        if kind in (".csv", ".tsv"):
            writer = csv.writer(file, delimiter="\t" if kind == ".tsv" else ",", lineterminator="\n")
            writer.writerow(COLUMNS)
            yield _Csv(writer)
        else:
            yield _JsonLines(file)


class _Csv:
    def __init__(self, writer: Any):
        self.writer = writer

    def write(self, cells: tuple[str, ...]) -> None:
        self.writer.writerow(map(neutral, cells))


class _JsonLines:
    def __init__(self, file: Any):
        self.file = file

    def write(self, cells: tuple[str, ...]) -> None:
        record = dict(zip(COLUMNS, map(harmless, cells), strict=True))
        self.file.write(json.dumps(record, ensure_ascii=False) + "\n")


class _Parquet:
    """All columns are text; so many rows are written at once."""

    def __init__(self, place: Path):
        self.arrow = needed("pyarrow")
        parquet = needed("pyarrow.parquet")
        self.schema = self.arrow.schema([(column, self.arrow.string()) for column in COLUMNS])
        self.writer = parquet.ParquetWriter(place, self.schema)
        self.held: list[tuple[str, ...]] = []

    def write(self, cells: tuple[str, ...]) -> None:
        self.held.append(tuple(map(harmless, cells)))
        if len(self.held) == BATCH:
            self.flush()

    def flush(self) -> None:
        columns = [self.arrow.array(column, self.arrow.string()) for column in zip(*self.held, strict=True)]
        if columns:
            self.writer.write_table(self.arrow.Table.from_arrays(columns, schema=self.schema))
        self.held = []

    def close(self) -> None:
        self.flush()
        self.writer.close()
