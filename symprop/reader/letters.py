"""A run as a product of letters, for formulas without an exercise."""

from __future__ import annotations

from functools import lru_cache

from symprop.names import known_function
from symprop.reader.commands import ACCENTS, GREEK

_GREEK_BY_LENGTH = sorted(GREEK, key=len, reverse=True)


def cuts_of(pieces: tuple[str, ...]) -> set[int]:
    """Where a split cuts its run."""
    cuts, at = set(), 0
    for piece in pieces:
        at += len(piece)
        cuts.add(at)
    return cuts


@lru_cache(maxsize=4096)
def letters_of(run: str) -> tuple[tuple[str, ...], str]:
    """The letters of a run; or, where it begins or ends with the name of a function (cosq), what was probably meant."""
    for size in range(len(run) - 1, 2, -1):
        if known_function(run[:size]):
            return (), f"{run[:size]} {run[size:]}"
        if known_function(run[-size:]):
            return (), f"{run[:-size]} {run[-size:]}"
    pieces: list[str] = []
    position = 0
    while position < len(run):
        end = position + 1
        for word in _GREEK_BY_LENGTH:
            if run.startswith(word, position):
                end = position + len(word)
                break
        for accent in ACCENTS:
            if run.startswith(accent, end) and (end + len(accent) == len(run) or run[end + len(accent)].isdigit()):
                end += len(accent)
                break
        while end < len(run) and run[end].isdigit():
            end += 1
        pieces.append(run[position:end])
        position = end
    return tuple(pieces), ""
