"""What the system gives: files that appear whole or not at all, cores, and which symprop this is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import get_ident


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path in the same folder to write to; it becomes ``path`` at the end, and vanishes if that is not reached."""
    beside = path.with_name(f".{path.stem}.{os.getpid()}.{get_ident()}{path.suffix}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def available_processes() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def version() -> str:
    """The version of symprop; asked of the package itself, which stands above every module."""
    return str(import_module("symprop").__version__)
