"""Measuring: each measurement in a process of its own with a time limit, so that no peer can sink the rest."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def measured(module: str, *arguments: object, limit: float) -> dict[str, Any]:
    """What ``python -m module arguments`` prints as JSON; {"failed": why} if it does not come to that."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            timeout=limit,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"over {limit:g} s"}
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        missing = last.startswith("ModuleNotFoundError")
        return {"failed": "not installed" if missing else last[:60]}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def wall(command: Sequence[str], times: int = 5) -> float:
    """The least wall time of several runs of a command, in seconds; the command must succeed."""
    least = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        least = min(least, time.perf_counter() - start)
    return least


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns set under each other, the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join(lines)
