"""General entries in a derivation:  δ_i = (y_i - t_i) σ'(z_i),   ∂L/∂W_{ij} = δ_i x_j,   = …

A claim about a general entry is one about the array, its formulas being written out at all indices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from symprop.errors import ReadError, UnfitError, UnsupportedError
from symprop.judge.arrays import Arrays
from symprop.judge.general import General, GeneralError, unsummed
from symprop.judge.indexed import Indexed, free_letters
from symprop.judge.members import Range
from symprop.judge.ranges import Stated, entries_in, is_range
from symprop.judge.statements import Statement
from symprop.judge.working.claims import Claim, Member
from symprop.judge.working.spread import by_arrays
from symprop.shapes import ShapeError
from symprop.written import Name

Axes = tuple[Range, ...]
Reading = Callable[[str, Arrays], Sequence[Claim]]


def general_claims(text: str, arrays: Arrays, axes: Axes, claims: Reading) -> tuple[list[Claim], Axes] | None:
    """The claims of a row about general entries, and what their indices run over; None where it has none.

    ``axes``: those of the row before, which a row that goes on with it has too.
    """
    text, stated, entries = entries_in(text, arrays)
    if entries is None:
        return None
    letters = free_letters(arrays.vocabulary)
    found = list[Claim]()
    for claim in claims(text, entries.arrays):
        if is_range(claim.text, letters):
            continue
        opened = _opened(claim, entries, axes)
        if opened is None:
            return None
        members = tuple(_as_stated(member, stated) for member in opened[0].members)
        found.append(replace(opened[0], members=members))
        axes = opened[1]
    return found, axes


def _as_stated(member: Member, stated: tuple[Stated, ...]) -> Member:
    """A formula whose indices run over what is said of them; else none."""
    runs = replace(member.general, stated=stated).misstated() if member.general is not None else ""
    if not runs:
        return member
    return replace(member, formula=None, error=GeneralError(member.text, 0, f"here the indices run over {runs}"))


def _letters(axes: Axes) -> list[str]:
    return [axis.letter for axis in axes]


def _opened(claim: Claim, entries: Indexed, axes: Axes) -> tuple[Claim, Axes] | None:
    """The claim about arrays, and its indices; None where it cannot be read, or says nothing of general entries."""
    left = claim.left
    try:
        if claim.kind == "new" and isinstance(left, Name):
            letters = left.sub.split(",") if "," in left.sub else list(left.sub)
            if not letters:  # e = y - t, beside it
                (claim,) = by_arrays([claim])
                return replace(claim, members=tuple(_member(m, entries, ()) or m for m in claim.members)), axes
            first = claim.members[0].formula if claim.members else None
            known = entries.settled(first) if first is not None else {}
            counted = [known[letter] for letter in letters if letter in known and known[letter].first == 1]
            if len(letters) > 2 or len(counted) < len(letters):
                return None
            axes, left = tuple(counted), replace(left, sub="")
        elif left is not None:
            if claim.unknown:
                return None
            axes = entries.shared(left, [m.formula for m in claim.members if m.formula is not None])
            left = entries.whole(left, axes)
        elif claim.kind != "onward":
            return None
    except (ShapeError, UnsupportedError):
        return None
    members = tuple(_member(member, entries, axes) for member in claim.members)
    if any(member is None for member in members):
        return None
    return replace(claim, left=left, members=tuple(m for m in members if m is not None), arrays=True), axes


def _member(member: Member, entries: Indexed, axes: Axes) -> Member | None:
    """A formula at all values of the indices; None where it cannot be read."""
    if member.formula is None or member.unknown:
        return None
    said = Statement(member.text, None, (member.formula,))
    try:
        here = entries.settled(member.formula)
        free = here.keys() - {*_letters(axes)}
        if free and axes:
            error = unsummed(member.text, min(free), _letters(axes), here)
            return replace(member, formula=None, error=error, arrays=True)
        if free or len(axes) > 2:
            return None
        own = tuple(here.get(axis.letter, axis) if not axis.part else axis for axis in axes)
        if any(a.size == b.size and a.first != b.first for a, b in zip(own, axes, strict=True)):
            return None
        told, table = General(said, said, own, entries), entries.table(member.formula, own)
        return replace(member, formula=table, shown=member.formula, arrays=True, general=told)
    except ShapeError as error:
        if any(axis.part for axis in axes):
            return None
        why = UnfitError(member.text, 0, error.told(lambda part: "a part"))
        return replace(member, formula=None, error=why, arrays=True, general=General(said, said, axes, entries))
    except (UnsupportedError, ReadError):
        return None
