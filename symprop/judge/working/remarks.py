"""What is said in words beside a formula of a derivation: set aside, and told where it is plainly false.

dL/dw = 0 since z < 0      dL/dw = 0 (the ReLU is off)      = -0.25 < 0      The unit is off.
It is false where it is so by the exercise at every step, and by what the student holds of it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from symprop.errors import SympropError
from symprop.judge.phrasing import REASON, is_harmless
from symprop.judge.records import Verdict
from symprop.judge.remarks import RELATED, equated, parted, remark
from symprop.judge.spoken import Beside, as_relation, behind
from symprop.judge.spoken import claims as says
from symprop.judge.statements import pieces
from symprop.judge.value import Judge
from symprop.judge.working.claims import Claim
from symprop.judge.working.desk import Desk
from symprop.judge.working.records import Finding
from symprop.judge.working.source import Row
from symprop.written import Deriv

LONGEST = 2000  # characters of a row
Reading = Callable[[Row], Sequence[Claim]]


def apart(row: Row, claims: Reading) -> tuple[Sequence[Claim], str]:
    """The claims of a row without what is said beside them, and that; all claims and nothing where nothing is said."""
    whole, text = claims(row), row.text
    if not row.maths or len(text) > LONGEST:
        return whole, ""
    reads = _is_read(whole)
    alone = says(text) or (REASON.match(text.strip()) and not reads)
    equation = None if alone else equated(text)
    told = claims(replace(row, text=equation[1])) if equation is not None else ()
    if equation is not None and (not _is_read(told) or any(claim.kind == "new" for claim in told)):
        return whole, ""  # (a = 3), and there is no a
    answer, said = equation or (behind(text) if reads else None) or parted(text) or ("", text if alone else "")
    if not _says_something(said) or not answer.strip():
        return ((), said) if alone and said else (whole, "")
    found = claims(replace(row, text=answer))
    return (found, said) if _is_read(found) else (whole, "")


def _says_something(said: str) -> bool:
    """Whether words are a reason, relations or claims, all of them; (1 - out) is none of them."""
    parts = [part for part in pieces(said, ",") if part.strip() and not is_harmless(part)]
    if REASON.match(said) or not parts:
        return bool(parts)
    first = next((i for i, part in enumerate(parts) if REASON.match(part.strip())), len(parts))
    return all(says(part) or as_relation(part) != part or RELATED.search(part) for part in parts[:first])


def _is_read(claims: Sequence[Claim]) -> bool:
    """Whether there are claims, and every one says something of what the exercise has."""
    return bool(claims) and all(
        (c.left is not None or c.kind == "onward")
        and not c.unknown
        and all(m.formula is not None and not m.unknown for m in c.members)
        for c in claims
    )


def remarked(desk: Desk, said: str, beside: Sequence[Finding]) -> list[Finding]:
    """The finding on a remark that is false; nothing on any other."""
    last = beside[-1] if beside else None
    about = last.quantity if last is not None else None
    slope = about if isinstance(about, Deriv) else None
    right = last is not None and last.label == "right"
    answer = Beside(about, last.formula, slope) if last is not None and right else Beside(about)
    found: Verdict | None = None
    for judge in _worlds(desk):
        desk.work.spend(200 + len(said))
        try:
            found = remark(said, judge, desk.vocabulary, answer)
        except (SympropError, ArithmeticError, RecursionError):
            return []
        if found.code != "remark-wrong":
            return []
    return [Finding("wrong", found.code, found.said, formula=found.reading, text=said)] if found is not None else []


def _worlds(desk: Desk) -> Iterator[Judge]:
    """The exercise at every step, and as the student has it."""
    for epoch in range(desk.last_epoch() + 1):
        yield desk.judge(epoch)
        held = desk.held(epoch)
        for beliefs in (held, *((belief,) for belief in held[-3:])) if held else ():
            if (judge := desk.belief_judge(epoch, beliefs)) is not None:
                yield judge
