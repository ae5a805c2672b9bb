"""Writing text files and folders for the commands."""

from __future__ import annotations

import os
from pathlib import Path

import click

from symprop.system import replacing


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
