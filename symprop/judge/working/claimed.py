"""What a row of a derivation claims: of numbers, of arrays, of general entries, whichever can be read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import partial

from symprop.judge.arrays import Arrays
from symprop.judge.indexed import with_turned
from symprop.judge.places import Holds
from symprop.judge.statements import SIGN, pieces
from symprop.judge.steps import stepwise
from symprop.judge.working.claims import Claim, claims
from symprop.judge.working.desk import Desk
from symprop.judge.working.indexed import Axes, general_claims
from symprop.judge.working.source import Row
from symprop.judge.working.spread import by_arrays, fits
from symprop.written import Call

WORD = re.compile(r"(?<![\\A-Za-z_^{])[A-Za-zÄÖÜäöüß]{3,}")


def claimed(row: Row, desk: Desk, axes: Axes) -> tuple[list[Claim], Axes]:
    """The claims of a row, those of a list of values one by one; and what the indices of entries run over.

    ``axes``: what those of the last general entry ran over.
    """
    listed = [(piece, _values(piece, desk)) for piece in pieces(row.text, ";")] if row.maths else []
    if not any(values for _, values in listed):
        return _claimed(row, desk, axes)
    found: list[Claim] = []
    for piece, values in listed:
        for k, text in enumerate(values or (piece,)):
            more, axes = _claimed(replace(row, text=text), desk, axes)
            found += [replace(claim, step=k > 0) for claim in more]
    return found, axes


def _values(text: str, desk: Desk) -> list[str]:
    """The statements that a list of values makes: c: 1 → 1.2 → 1.36 says c = 1, c ← 1.2, …; nothing for any other."""
    steps = Counter(a.quantity for w in desk.solved.worked for a in w.answers if a.relation == "←")
    found = stepwise(text.strip().rstrip("."), desk.vocabulary, {name for name, count in steps.items() if count > 1})
    if found is None:
        return []
    name, (first, *rest) = found
    return [f"{name.text} = {first}", *(f"{name.text} ← {value}" for value in rest)]


def _claimed(row: Row, desk: Desk, axes: Axes) -> tuple[list[Claim], Axes]:
    """The claims, of words only those that are a formula from end to end."""
    if not row.maths:
        found = list(claims(row.text, "", desk.vocabulary))
        said = all(c.kind != "new" and c.left is not None and not c.unknown and is_read(c) for c in found)
        return (found if said else []), axes
    before = row.before if not row.display else ""
    found = list(claims(row.text, before, desk.vocabulary, vector=desk.vector, holds=desk.holds))
    if desk.arrays is not None and not any(isinstance(c.left, Call) for c in found):
        text, read = with_turned(row.text, desk.arrays), partial(_by, before=before, holds=desk.holds)
        other = read(text, desk.arrays)
        found = by_arrays(other) if fits(other, desk.arrays) else found
        if (entries := general_claims(text, desk.arrays, axes, read)) is not None:
            found, axes = entries
    return ([] if row.display and _plain_words(row, found) and not SIGN.search(row.text) else found), axes


def _by(text: str, arrays: Arrays, before: str, holds: Holds) -> list[Claim]:
    return list(claims(text, before, arrays.vocabulary, holds=holds))


def _plain_words(row: Row, found: list[Claim]) -> bool:
    """Whether a row of a plain text is a sentence with an equals sign in it."""
    words = [w for w in WORD.findall(row.text)]
    return len(words) > 2 and all(c.left is None or (c.kind == "new" and not is_read(c)) for c in found)


def is_read(claim: Claim) -> bool:
    """Whether all formulas of a claim could be read, by known names."""
    return all(m.formula is not None and not m.unknown for m in claim.members)
