"""A progress bar, on a terminal only."""

from __future__ import annotations

import sys
from types import TracebackType

WIDTH = 24


class Progress:
    """[######------] 3/7, on stderr, wiped before anything else is printed; nothing where stderr is no terminal."""

    def __init__(self, total: int):
        self.total, self.done = total, 0
        self.shown = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        self._draw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wipe()

    def step(self, line: str, message: str) -> None:
        """One more is done: its line to stdout, its message to stderr, and the bar below them."""
        self._wipe()
        if line:
            print(line, flush=True)
        if message:
            print(message, file=sys.stderr, flush=True)
        self.done += 1
        self._draw()

    def at(self, done: int, total: int) -> None:
        """So many of so many are done, and nothing is printed."""
        self._wipe()
        self.done, self.total = done, total
        self._draw()

    def _draw(self) -> None:
        if self.shown and self.total > 1 and self.done < self.total:
            filled = WIDTH * self.done // self.total
            bar = "#" * filled + "-" * (WIDTH - filled)
            print(f"[{bar}] {self.done}/{self.total}", end="", file=sys.stderr, flush=True)

    def _wipe(self) -> None:
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
