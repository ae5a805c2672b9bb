"""What may be kept between two calls, in the user's cache folder: formats, and what is known of a finished PDF.

Only things that can be made again.  A folder that cannot be written costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

RECORDS = 4000  # records kept; the ones used longest ago go
LISTED = 500  # more than RECORDS by so many, before anything is thrown away


def folder() -> Path:
    """SYMPROP_CACHE, else the platform's folder for things that can be made again."""
    own = os.environ.get("SYMPROP_CACHE")
    if own:
        return Path(own)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "symprop"


def key(*about: str) -> str:
    """A name for everything said about a thing: equal only if all of it is equal."""
    return hashlib.sha256("".join(f"{len(text)}:{text}" for text in about).encode()).hexdigest()[:32]


def recall(name: str) -> dict[str, Any]:
    """The record of that name, {} if there is none that can be read."""
    try:
        path = folder() / "records" / f"{name}.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        os.utime(path)
    except (OSError, ValueError, RuntimeError):
        return {}
    return record if isinstance(record, dict) else {}


def remember(name: str, record: dict[str, Any]) -> None:
    """Keep the record under that name."""
    with suppress(OSError, RuntimeError):
        place = folder() / "records"
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        put(place / f"{name}.json", json.dumps(record).encode())
        if len(os.listdir(place)) > RECORDS + LISTED:
            prune(place, "*.json", RECORDS)


def put(path: Path, data: bytes) -> None:
    """A file that is there whole or not at all, also when several processes write it."""
    handle, temporary = tempfile.mkstemp(prefix=".making-", suffix=path.suffix, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def prune(place: Path, pattern: str, keep: int) -> None:
    """Throw away all but the files used last."""
    ages = []
    for path in place.glob(pattern):
        with suppress(OSError):  # another process was quicker
            ages.append((path.stat().st_mtime, path))
    for _, old in sorted(ages, reverse=True)[keep:]:
        with suppress(OSError):
            old.unlink()
