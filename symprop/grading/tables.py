"""Tables that are read row by row: CSV, JSON lines and Parquet, by the ending of the file.

A row that cannot be read is passed on with its place and its fault, and does not stop the rest.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from symprop.errors import SympropError

ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
LARGEST_CELL = 16 * 2**20  # characters; the reader refuses far shorter ones, with a verdict
BATCH = 4096  # rows of a Parquet file that are held
DELIMITERS = ",;\t"


class Row(NamedTuple):
    """The cells of a row by their column; ``fault``: why there are none."""

    place: int
    cells: Mapping[str, str]
    fault: str = ""


class Table(NamedTuple):
    """The columns, the rows in order, and what a place is called."""

    columns: tuple[str, ...]
    rows: Iterator[Row]
    unit: str


def open_table(path: Path) -> Table:
    """The table of a file; raises SympropError where there is none."""
    kind = ending(path)
    if not path.is_file():
        raise SympropError(f"{path}: {'this is a folder' if path.is_dir() else 'there is no such file'}")
    try:
        if kind in (".csv", ".tsv"):
            return _csv(path)
        return _parquet(path) if kind == ".parquet" else _json_lines(path)
    except OSError as error:
        raise SympropError(f"{path}: the file cannot be read: {error.strerror or error}") from None


def ending(path: Path) -> str:
    """The kind of a file; raises SympropError for one that is none of ours."""
    kind = path.suffix.lower()
    if kind not in ENDINGS:
        raise SympropError(f"{path}: the ending says what a table is: one of {', '.join(ENDINGS)}")
    return kind


def _text(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            yield from file
        except UnicodeDecodeError as error:
            raise SympropError(f"{path}: this is not UTF-8 text ({error.reason}); save it as UTF-8") from None


# ---- CSV


def _csv(path: Path) -> Table:
    """With a header; the delimiter is the comma, semicolon or tab that the header has most of."""
    csv.field_size_limit(LARGEST_CELL)
    lines = _text(path)
    first = next(lines, "")
    if not first.strip():
        raise SympropError(f"{path}: the file is empty; its first line must name the columns")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(chain([first], lines), delimiter=delimiter)
    columns = _distinct(path, tuple(cell.strip() for cell in next(reader)))
    return Table(columns, _csv_rows(reader, columns), "line")


def _csv_rows(reader: Any, columns: tuple[str, ...]) -> Iterator[Row]:
    while True:
        place = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(place, {}, f"this is no row of a CSV file: {error}")
            continue
        if not cells:  # an empty line
            continue
        if len(cells) > len(columns):
            problem = f"{len(cells)} cells for {len(columns)} columns; put quotes around cells with commas"
            yield Row(place, dict(zip(columns, cells, strict=False)), problem)
            continue
        yield Row(place, dict(zip(columns, cells, strict=False)))


def _distinct(path: Path, columns: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        raise SympropError(f"{path}: several columns are called {twice[0]!r}")
    return columns


# ---- JSON lines


def _json_lines(path: Path) -> Table:
    """An object a line; the columns are those of the first hundred."""
    rows = _json_rows(path)
    ahead = list(islice(rows, 100))
    if not ahead:
        raise SympropError(f'{path}: the file is empty; every line is to be an object, {{"id": …}}')
    return Table(tuple(dict.fromkeys(c for row in ahead for c in row.cells)), chain(ahead, rows), "line")


def _json_rows(path: Path) -> Iterator[Row]:
    for place, line in enumerate(_text(path), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            yield Row(place, {}, "this is no JSON")
            continue
        if not isinstance(found, dict):
            yield Row(place, {}, "this is no JSON object")
            continue
        yield Row(place, {key: _spelled(value) for key, value in found.items()})


# ---- Parquet


def _parquet(path: Path) -> Table:
    from symprop.grading.extras import needed

    parquet = needed("pyarrow.parquet")
    arrow = needed("pyarrow")
    try:
        file = parquet.ParquetFile(path)
    except (arrow.ArrowException, OSError) as error:
        raise SympropError(f"{path}: this cannot be read as Parquet: {_first_line(error)}") from None
    if not file.metadata.num_rows:
        raise SympropError(f"{path}: the table has no rows")
    columns = _distinct(path, tuple(file.schema_arrow.names))
    return Table(columns, _parquet_rows(path, file, arrow.ArrowException), "row")


def _parquet_rows(path: Path, file: Any, broken: type[Exception]) -> Iterator[Row]:
    place = 0
    try:
        for batch in file.iter_batches(batch_size=BATCH):
            for record in batch.to_pylist():
                place += 1
                yield Row(place, {key: _spelled(value) for key, value in record.items()})
    except (broken, OSError) as error:
        raise SympropError(f"{path}: unreadable after row {place}: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _spelled(value: object) -> str:
    """A cell as text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        return json.dumps(value)
    return str(value)
