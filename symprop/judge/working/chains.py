"""One chain of equalities, formula by formula: right, carried from an earlier error, wrong here, or not supported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from symprop.entries import Table, shape_of
from symprop.errors import ReadError, UnfitError
from symprop.judge.entrywise import explained_otherwise, listed, swapped_indices, transpose_slip
from symprop.judge.general import General
from symprop.judge.numbers import is_number
from symprop.judge.records import Explanation, because
from symprop.judge.value import SCOPES, Decision
from symprop.judge.vectors import entry, flat, length
from symprop.judge.witness import retold
from symprop.judge.working.claims import Claim, Member
from symprop.judge.working.desk import About, Desk, Kind, Said
from symprop.judge.working.epochs import after_step, ahead, later, skipped, unsaid
from symprop.judge.working.records import COARSE, RANK, Finding, Label
from symprop.judge.working.rounding import is_number_of, perhaps_rounded, rounded
from symprop.judge.working.spread import Whole, cells_of, misfit, spread, whole_of
from symprop.model.solution import Phrase, phrase
from symprop.written import Deriv, Vec, Written

UNKNOWN = 9  # mistakes: no known ones lead there


@dataclass(slots=True)
class Link:
    """A formula of the chain that was judged."""

    formula: Written
    finding: Finding
    line: int


@dataclass(slots=True)
class Chain:
    """A chain under way.  ``abouts``: one for each entry, where it is about a vector; ``fixed``: its epoch."""

    abouts: tuple[About, ...]
    links: list[list[Link]] = field(default_factory=list)  # by entry
    line: int = 0
    fixed: int | None = None
    least: int | None = None  # the first epoch of which it may speak, in a list of values
    open: bool = False  # how many entries are meant is not told
    quiet: bool = False  # a first formula takes the place of the left side, and is not judged
    whole: Whole | None = None  # the array that it is about

    @property
    def vector(self) -> bool:
        return len(self.abouts) > 1

    def after(self, now: int) -> int:
        """The epoch of the step behind this one; ``now``: that of this one where it is not known."""
        told = self.least if self.fixed is None else self.fixed
        return (now if told is None else told) + (self.abouts[0].kind == "next")


def chain_about(desk: Desk, claim: Claim, line: int) -> Chain:
    """The chain that a claim opens (its left side is known)."""
    assert claim.left is not None
    left = desk.meant(desk.plain(claim.left))
    kind: Kind = claim.kind if claim.kind == "next" or claim.kind == "change" else "value"
    whole = whole_of(desk, left) if claim.arrays else None
    if whole is not None:
        cells = tuple(About(desk.meant(desk.plain(cell)), kind) for cell in cells_of(whole.table))
        return Chain(cells, [[] for _ in cells], line, whole=whole)
    count = length(left, desk.vectors)
    if count:
        entries = [entry(left, i, desk.vectors) for i in range(count)]
        abouts = tuple(About(e, kind) for e in entries if e is not None)
        if len(abouts) == count:
            return Chain(abouts, [[] for _ in abouts], line, open=claim.open)
    return Chain((About(left, kind),), [[]], line)


def judged(desk: Desk, chain: Chain, members: tuple[Member, ...], line: int) -> list[Finding]:
    """The findings on further formulas of a chain."""
    findings = []
    for member in members:
        found = _member(desk, chain, member, line)
        if found is not None:
            numeric = desk.has_number(chain.abouts[0])
            findings.append(
                replace(found, formula=member.shown or member.formula, text=member.text, numeric=numeric)
            )  # as written
    _settle(desk, chain, line)
    return findings


def _member(desk: Desk, chain: Chain, member: Member, line: int) -> Finding | None:
    about = chain.abouts[0]
    if member.formula is None:
        about_whole = chain.whole.about if chain.whole is not None else about.formula
        if not isinstance(member.error, UnfitError):
            return _unread(member)
        slip = swapped(desk, chain, member.general) if member.general is not None else None
        found = misfit(member, about_whole)
        return found if slip is None else replace(found, code=slip.code, why=because(slip))
    number = None if chain.vector or chain.quiet else about.formula
    entries = spread(desk, member.formula, chain.whole, member, number)
    if isinstance(entries, Finding):
        return entries
    formula = flat(desk.plain(entries[0]))
    unknown = tuple(dict.fromkeys((*(n for n in member.unknown if n not in desk.own), *desk.unknown(formula))))
    if unknown:
        return Finding(
            "unsupported", "unknown-name", phrase("unknown-name", found=unknown), text=member.text, formula=formula
        )
    if chain.quiet:
        chain.abouts, chain.quiet = (About(formula),), False
        return None
    if not chain.vector:
        found = examine(desk, chain, 0, about, rounded(formula) if member.about else formula, line)
        if any(examine(desk, chain, 0, about, desk.plain(o), line).label != found.label for o in member.others):
            return _unread(member)
        chain.links[0].append(Link(formula, found, line))
        return found
    worst: Finding | None = None
    faulty: list[tuple[int, ...]] = []
    for i, each in enumerate(chain.abouts):
        part = entry(formula, i, desk.vectors) if length(formula, desk.vectors) in (len(chain.abouts), 0) else None
        if part is None:
            said = phrase("shape", wanted=len(chain.abouts))
            label: Label = "unsupported" if chain.open else "wrong"
            return Finding(label, "shape", said, text=member.text, formula=formula)
        found = examine(desk, chain, i, each, part, line)
        chain.links[i].append(Link(part, found, line))
        if worst is None or RANK[found.label] > RANK[worst.label]:
            worst = found if chain.whole is None else at_entry(found, chain.whole.place(i, member.general))
        faulty += [chain.whole.place(i, member.general)] if chain.whole is not None and found.label == "wrong" else []
    if chain.whole is None or worst is None:
        return worst
    final = turned(desk, chain, worst, formula, entries[1] is not None)
    final = slipped(desk, chain, final, member.formula, member.general) if final is worst else final
    if final is not worst:
        for links in chain.links:
            about_entry = links[-1].finding.quantity
            links[-1] = replace(links[-1], finding=replace(final, quantity=about_entry))
    elif final.said.code == "wrong" and len(faulty) < len(chain.abouts):
        said = phrase("wrong-entries", quantity=chain.whole.about, entries=listed(faulty, member.general))
        final = replace(final, said=said)
    return final


def turned(desk: Desk, chain: Chain, worst: Finding, formula: Written, other_shape: bool) -> Finding:
    """The finding on an array, with its transpose told as such; ``other_shape``: ``formula`` is turned round."""
    assert chain.whole is not None
    said, table = phrase("transposed", quantity=chain.whole.about), chain.whole.table
    if other_shape:
        if worst.label == "right":
            return replace(
                worst, label="wrong", code="transposed", said=phrase("wrong", quantity=chain.whole.about),
                why=because(said), equality=None,
            )  # fmt: skip
        shapes = {"found": str(shape_of(table).transposed), "wanted": str(shape_of(table))}
        return Finding(
            "wrong", "different-shapes", phrase("wrong-shape", quantity=chain.whole.about, **shapes), chain.whole.about
        )
    if worst.label != "wrong" or len(table) != len(table[0]) or not isinstance(formula, Vec):
        return worst
    width = len(table)
    swapped = [formula.items[width * (k % width) + k // width] for k in range(len(formula.items))]
    abouts = zip(chain.abouts, swapped, strict=True)
    if all(desk.decide(about, cell, desk.order(about))[0].outcome == "right" for about, cell in abouts):
        return _mistaken(worst, said, chain.whole)
    return worst


def slipped(desk: Desk, chain: Chain, worst: Finding, formula: Written, general: General | None) -> Finding:
    """The finding on an array, with the one transpose that is missing or too many, or the part with swapped indices."""
    if chain.whole is None or desk.arrays is None or worst.label != "wrong" or explained_otherwise(worst.why):
        return worst

    shape, holds = shape_of(chain.whole.table), _holding(desk, chain)
    slip = transpose_slip(formula, shape, desk.arrays, holds) or (swapped(desk, chain, general) if general else None)
    return worst if slip is None else _mistaken(worst, slip, chain.whole)


def swapped(desk: Desk, chain: Chain, general: General) -> Phrase | None:
    """The part of a general entry with swapped indices, if that is all that is wrong."""
    if chain.whole is None or desk.arrays is None:
        return None
    return swapped_indices(general, shape_of(chain.whole.table), desk.arrays, _holding(desk, chain))


def _holding(desk: Desk, chain: Chain) -> Callable[[Table], bool]:
    """Whether a table is what a chain should be."""

    def holds(table: Table) -> bool:
        abouts = zip(chain.abouts, cells_of(table), strict=True)
        return all(desk.decide(a, desk.plain(cell), desk.order(a))[0].outcome == "right" for a, cell in abouts)

    return holds


def _mistaken(worst: Finding, slip: Phrase, whole: Whole) -> Finding:
    """The finding with the slip that explains all of an array."""
    said = phrase("wrong", quantity=whole.about)
    return replace(worst, code=slip.code, said=said, why=because(slip), quantity=whole.about)


def at_entry(found: Finding, place: tuple[int, ...]) -> Finding:
    """The finding with a witness that names the entry."""
    if found.equality is None or found.equality.witness is None:
        return found
    return replace(found, equality=replace(found.equality, witness=replace(found.equality.witness, entry=place)))


def unread(error: ReadError, text: str) -> Finding:
    """What could not be read, or has several readings."""
    said = phrase("two-readings" if error.readings else "unreadable", why=error.message, hint=error.hint)
    return Finding("unread", said.code, said, text=text, place=error.offset, readings=error.readings)


def _unread(member: Member) -> Finding:
    assert member.error is not None
    return unread(member.error, member.text)


def examine(desk: Desk, chain: Chain, i: int, about: About, formula: Written, line: int) -> Finding:
    """The finding on one formula of a chain."""
    links = chain.links[i]
    if about.kind == "change" and desk.is_computed(about.formula):  # ΔJ = -0.316: no step is taken on J itself
        said = phrase("undecided", quantity=about.formula)
        return Finding("unsupported", said.code, said, about.formula, formula)
    epochs = [chain.fixed] if chain.fixed is not None else desk.order(about, chain.least)
    decision, epoch = desk.decide(about, formula, epochs)
    quantity = about.formula
    if decision.outcome != "right" and chain.fixed is None and is_number(formula) and (further := ahead(desk, about)):
        other, place = desk.decide(about, formula, further)
        decision, epoch = (other, place) if other.outcome == "right" and not other.coarse else (decision, epoch)
    if decision.coarse and (
        since := desk.follows(about, formula, epochs, precisely=True)
    ):  # rather than a value that was rounded too much
        return Finding("carried", "carried", phrase("carried", line=since), quantity, formula, since=since)
    before = links[-1] if links and links[-1].finding.label in ("wrong", "carried") else None
    if decision.outcome == "right" and not _is_its_number(desk, before, formula, decision, epoch):
        if chain.fixed is chain.least is None and about.kind == "next" and (last := later(desk, about, epoch)):
            said = phrase("wrong-order", quantity=quantity, step=epoch + 1, before=last + 1)
            return Finding("wrong", said.code, said, quantity, formula)
        if chain.fixed is None and is_number(formula):
            chain.fixed = epoch = unsaid(desk, about, formula, epoch)
            if missing := skipped(desk, about, epoch):
                said = phrase("skipped-step", quantity=quantity, step=missing, before=missing - 1)
                return Finding("unsupported", said.code, said, quantity, formula)
        return _right(desk, chain, about, formula, decision, epoch)
    for link in reversed(links):  # equal to what was written before, though that is wrong
        if link.finding.label not in ("wrong", "carried"):
            continue
        if desk.by(desk.judge(epoch), About(link.formula), formula).outcome == "right":
            if before is not None and link is not before and _mistakes(before) < _mistakes(link):
                said = phrase("slip-again", line=link.line)
                return Finding("wrong", "slip-again", said, quantity, formula, since=link.line)
            since = link.finding.since or link.line
            code = "carried" if link is before else "carried-back"
            said = phrase(code, line=since)
            return Finding("carried", code, said, quantity, formula, since=since, repaired=link is not before)
    since = desk.follows(about, formula, epochs)
    if not since and links and any(isinstance(d, Deriv) for d in links[-1].formula.walk()):  # dr/dw = h + w dh/dw = …
        since = desk.follows(About(links[-1].formula), formula, epochs)
    if since:
        return Finding("carried", "carried", phrase("carried", line=since), quantity, formula, since=since)
    if links and links[-1].finding.label == "right" and is_number_of(desk, links[-1].formula, formula, epoch):
        said = phrase("carried-rounding")  # 2.4054 (1 - 0.58) = 1.0103
        return Finding("carried", said.code, said, quantity, formula, since=line)
    if decision.outcome in ("undecided", "side", "chance"):
        code = "right-at-numbers-only" if decision.outcome == "chance" else "undecided"
        said = phrase(code, quantity=quantity)
        return Finding("unsupported", code, said, quantity, formula, equality=decision.equality)
    worked = bool(links) and is_number(links[-1].formula)  # then it is the value of what stands before it, or wrong
    near = decision.near if decision.outcome == "wrong" and not worked else None
    if near is not None and near.may_be_rounded(lambda: desk.explain(about, formula, epoch)):
        return perhaps_rounded(desk, about, formula, epoch)
    return _wrong(desk, chain, links, about, formula, decision, epoch)


def _is_its_number(desk: Desk, before: Link | None, formula: Written, decision: Decision, epoch: int) -> bool:
    """Whether a number that is near the right one is that of the wrong formula before it: (mu - k) x = -0.534"""
    if before is None or decision.near is None or decision.near.closeness in ("exact", "rounded"):
        return False
    return is_number_of(desk, before.formula, formula, epoch)


def _mistakes(link: Link) -> int:
    """How many known mistakes lead to a formula, or to the one that it carries on; ``UNKNOWN`` if none do."""
    if link.finding.label == "carried":
        return 1
    return min(map(len, link.finding.why.ways), default=UNKNOWN)


def _right(desk: Desk, chain: Chain, about: About, formula: Written, decision: Decision, epoch: int) -> Finding:
    quantity, links = about.formula, chain.links[chain.abouts.index(about)]
    code = SCOPES[decision.scope or "everywhere"]
    near = decision.near
    if near is not None:
        code = "right-number" if near.closeness == "exact" else "right-rounded"
    said = phrase(code, quantity=quantity)
    if near is not None and near.closeness == "coarse":
        said = phrase(COARSE, digits=near.digits)
    before = links[-1].finding if links else None
    if before is not None and before.label in ("wrong", "carried"):
        since = before.since or links[-1].line
        return Finding(
            "right", "repaired", phrase("repaired", line=since), quantity, formula, since=since, repaired=True
        )
    since = desk.despite(about, formula, epoch)
    if since:
        return Finding("right", "despite", phrase("despite", line=since), quantity, formula, since=since, repaired=True)
    return Finding("right", said.code, said, quantity, formula, equality=decision.equality)


def _wrong(
    desk: Desk, chain: Chain, links: list[Link], about: About, formula: Written, decision: Decision, epoch: int
) -> Finding:
    quantity = about.formula
    if decision.outcome == "undefined":
        return Finding("wrong", "undefined", phrase("undefined-value", found=formula), quantity, formula)
    evaluated = bool(links) and links[-1].finding.label == "right" and is_number(links[-1].formula)
    found = Explanation() if evaluated else desk.explain(about, formula, epoch)  # 0.4 - 0.1 = 0.5 is no slip in z
    if links and links[-1].finding.label == "right":
        said = phrase("chain-link", left=links[-1].formula, right=formula)
    else:
        said = phrase("wrong", quantity=quantity)
    code = said.code if said.code == "chain-link" and not found else found.code
    equality = retold(decision.equality, formula, desk.rights(about, desk.subject)[0], desk.subject)
    slipped = bool(links) and links[-1].finding.label == "wrong" and _mistakes(links[-1]) == UNKNOWN
    return Finding(
        "wrong", code, said, quantity, formula, why=found, equality=equality, repaired=slipped and bool(found)
    )


def _settle(desk: Desk, chain: Chain, line: int) -> None:
    """Remember what the chain has come to: the student goes on with it."""
    for about, links in zip(chain.abouts, chain.links, strict=True):
        told = [link for link in links if link.finding.label in ("right", "carried", "wrong")]
        if not told:
            continue
        begun = desk.order(about, chain.least)[0] if chain.least is not None else desk.at
        epoch = chain.fixed if chain.fixed is not None else begun
        last = told[-1]
        if about.kind == "next" and ("next", about.formula, epoch) in desk.said:
            desk.again[about.formula] = epoch
        elif about.kind == "next":
            desk.again.pop(about.formula, None)
        if about.kind in ("next", "change") and len(desk.subject.bench.values) > 1:
            desk.epochs = max(desk.epochs, after_step(desk, epoch))
        elif (
            about.kind == "value"
            and chain.fixed is not None
            and about.formula in desk.subject.graph.order
            and last.finding.label == "right"
        ):
            desk.at, desk.epochs = epoch, max(desk.epochs, epoch)
        errors = [link for link in told if link.finding.label == "wrong"]
        finding = last.finding
        if finding.label == "right":
            desk.correct(about, last.formula, epoch, line)
        else:
            desk.believe(about, _held(told), epoch, finding.since if _repeats(desk, last, about) else line)
            finding = errors[-1].finding if errors else finding
        right = tuple(k.formula for k in told if k.finding.label == "right" and k.finding.code != COARSE)
        desk.said[about.kind, about.formula, epoch] = Said(finding, line, right)


def _held(told: list[Link]) -> Written:
    """What the student holds for true: his last formula, or the one with letters of which it is the number."""
    last = told[-1]
    if last.finding.label == "carried" and is_number(last.formula):
        for link in reversed(told):
            if link.finding.label in ("wrong", "carried") and not is_number(link.formula):
                return link.formula
    return last.formula


def _repeats(desk: Desk, link: Link, about: About) -> bool:
    """Whether a carried result is only said again."""
    return link.finding.label == "carried" and any(
        b.quantity == about.formula and b.line == link.finding.since for b in desk.beliefs.values()
    )
