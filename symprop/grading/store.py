"""The distinct answers of a table and their results, on disk: what makes memory flat and an interruption harmless.

The file stands beside the output as ``results.csv.unfinished`` and is removed when the output is complete.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from symprop.errors import SympropError
from symprop.grading.records import Key, Result

KEPT = 30_000  # results that are held in memory
PAGE = 1024  # answers that are fetched at once
COMMIT_EVERY = 0.2  # seconds of judging that a crash may cost
TABLES = (
    "CREATE TABLE IF NOT EXISTS meta (setup TEXT)",
    "CREATE TABLE IF NOT EXISTS answers (number INTEGER PRIMARY KEY, digest BLOB UNIQUE, part TEXT, task TEXT, "
    "answer TEXT, verdict TEXT, code TEXT, message TEXT)",
)


class Store:
    """``setup``: what the results depend on; a store of another setup is begun anew."""

    def __init__(self, path: Path, setup: str):
        self.path = path
        try:
            self._open(setup)
        except sqlite3.OperationalError as error:
            raise SympropError(f"{path}: {error} (is another grading of the same output running?)") from None
        except sqlite3.DatabaseError:  # not a database: of a machine that broke down
            self.connection.close()
            self._remove()
            self._open(setup)
        self.committed = time.monotonic()
        self.result = lru_cache(KEPT)(self._result)

    def _open(self, setup: str) -> None:
        self.connection = sqlite3.connect(self.path, timeout=1, isolation_level=None)
        run = self.connection.execute
        run("PRAGMA locking_mode = EXCLUSIVE")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        run("BEGIN IMMEDIATE")
        for table in TABLES:
            run(table)
        found = run("SELECT setup FROM meta").fetchall()
        if found != [(setup,)]:
            run("DELETE FROM answers")
            run("DELETE FROM meta")
            run("INSERT INTO meta VALUES (?)", (setup,))

    def add(self, keys: Iterable[Key]) -> None:
        """Answers that are to be judged; those that are known stay as they are."""
        self.connection.executemany(
            "INSERT OR IGNORE INTO answers (digest, part, task, answer) VALUES (?, ?, ?, ?)",
            ((digest(key), *key) for key in keys),
        )

    def counts(self) -> tuple[int, int]:
        """Distinct answers, and how many of them are judged."""
        found = self.connection.execute("SELECT count(*), count(verdict) FROM answers").fetchone()
        return int(found[0]), int(found[1])

    def unjudged(self) -> Iterator[Key]:
        """In the order in which they came."""
        last = 0
        while True:
            page = self.connection.execute(
                "SELECT number, part, task, answer FROM answers WHERE verdict IS NULL AND number > ? "
                "ORDER BY number LIMIT ?",
                (last, PAGE),
            ).fetchall()
            if not page:
                return
            yield from (Key(*row[1:]) for row in page)
            last = page[-1][0]

    def put(self, results: Iterable[tuple[Key, Result]]) -> None:
        self.connection.executemany(
            "UPDATE answers SET verdict = ?, code = ?, message = ? WHERE digest = ?",
            ((*result, digest(key)) for key, result in results),
        )
        if time.monotonic() - self.committed > COMMIT_EVERY:
            self.commit()

    def commit(self) -> None:
        self.connection.execute("COMMIT")
        self.connection.execute("BEGIN IMMEDIATE")
        self.committed = time.monotonic()

    def _result(self, key: Key) -> Result | None:
        row = self.connection.execute(
            "SELECT verdict, code, message FROM answers WHERE digest = ? AND verdict IS NOT NULL", (digest(key),)
        ).fetchone()
        return Result(*row) if row else None

    def close(self, *, done: bool) -> None:
        """Keep everything; or, when all is ``done``, remove the file."""
        if self.connection.in_transaction:
            self.connection.execute("COMMIT")
        self.connection.close()
        if done:
            self._remove()

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


def digest(key: Key) -> bytes:
    """The key in 16 bytes."""
    return blake2b("\0".join(key).encode("utf-8"), digest_size=16).digest()
