"""Files appear whole or not at all: written beside their place under another name, then moved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path in the same folder to write to; it becomes ``path`` at the end, and vanishes if that is not reached."""
    beside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write(path: Path, text: str) -> None:
    """Text to a file, as UTF-8 with plain line ends; the old file stays until the new one is complete."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def writable_folder(folder: Path) -> None:
    """Make the folder and try it, before any work is done for nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".symprop.{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise click.ClickException(f"cannot write into {folder}: {error.strerror or error}") from None
