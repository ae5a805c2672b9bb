"""The search for a point where two formulas differ, and the count of those where they agree."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from symprop.equality.fields import FIELD_POINTS, PRIMES, fields
from symprop.equality.jumps import astray, bridges
from symprop.equality.records import Equality, Purse, Sides
from symprop.errors import UnsupportedError
from symprop.evaluate import EXACT, Arithmetic, Balls, Formal, NotExact, Program, Site, Straddle, Undefined, finish
from symprop.evaluate.agreement import DIGITS, agreement, middle, spread, visible, witness_at
from symprop.evaluate.program import NUMBER
from symprop.evaluate.sampling import Assumptions, Dice
from symprop.written import Written

FORMAL_POINTS = 2
CHOICES = 64  # of signs
FEWEST = 2  # points at which formulas that are equal as such must have a value
POINTS = 24  # that we look at
ENOUGH = 8  # that must agree
TRIES = 160  # points at most
BITS = (256, 512, 1024, 2048, 4096)
CLOSE_LOOKS = 3  # points that are looked at in the highest precision whatever the lowest says
CLOSE_KINKS = 16  # kinks whose neighbourhood is looked at
WIDE = (Fraction(1, 8), Fraction(1, 1000))
NARROW = (Fraction(1, 10**4), Fraction(1, 10**12))
STEPS = tuple(Fraction(sign, size) for size in (1, 16, 256) for sign in (1, -1))  # along which a kink is looked for
PATIENCE = 6  # points that differ, before one that is no good witness will do
HIDDEN = 70  # bits to which the smallest of all added terms must be known


class Found(Exception):
    """The argument of a kink, as soon as it is there."""

    def __init__(self, value: Any):
        self.value = value


@dataclass(slots=True)
class Comparison:
    a: Written
    b: Written
    pair: Program
    checks: Program  # the signs that a point must have
    compiled: Callable[[tuple[Written, ...]], Program]
    kinks: tuple[Site, ...]  # that have two sides
    free: tuple[Written, ...]
    numbers: dict[Written, Any]
    assumed: Assumptions
    dice: Dice
    purse: Purse
    enough: int = POINTS  # points that we look at
    sides: Sides = field(default_factory=Sides)
    excluded: dict[Site, int] = field(default_factory=dict)
    met: dict[Site, dict[Written, Fraction]] = field(default_factory=dict)  # a point at which each was seen
    agreed: int = 0
    scattered: int = 0  # of these, points that were not put beside a kink
    looked: int = 0
    alone: tuple[Program, Program] | None = None  # each formula by itself, where it was needed
    partial: bool = False
    faint: Equality | None = None  # a difference that takes very many digits to see
    patience: int = PATIENCE
    last: Sides = field(default_factory=Sides)  # what the last point where both agree has shown
    witness: bool = True  # whether a proved difference is shown at a point
    jumps: bool = False  # whether the first may have any value between both sides where the second jumps
    arguments: dict[Site, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.arguments = _arguments(self.pair)

    def judge(self) -> Equality:
        if _shape(self.pair.outputs[0]) != _shape(self.pair.outputs[1]):
            return Equality("different", "exact")
        if not self.free:
            return self.constants()
        modular = self.modular() if self.pair.rational else None
        if modular is True:
            return Equality("equal", "exact", points=FIELD_POINTS)
        if modular is False and not self.witness:
            return Equality("different", "exact")
        if modular is None and self.formal() and self.defined():
            return Equality("equal", "exact", points=self.agreed)
        verdict = self.points()
        if modular is False and verdict.kind != "different":
            return Equality("different", "exact")
        return verdict

    # ---- rational functions

    def modular(self) -> bool | None:
        """Whether the difference vanishes modulo primes at random points; None: it cannot be told there."""
        done = 0
        try:
            for left, right in fields(self.pair, self.free, self.numbers, self.dice, self.purse):
                if left != right:
                    return False
                done += 1
        except NotExact:
            return None
        return True if done == FIELD_POINTS else None

    # ---- any other functions

    def formal(self) -> bool:
        """Whether they are equal whatever their functions are and whatever signs the arguments of their kinks have.

        There are more such choices than real points can show, so that what is equal for all of them is equal.
        """
        if any(site.equality for site in self.pair.sites):
            return False
        for p in PRIMES[:FORMAL_POINTS]:
            env = {**self.numbers, **{leaf: self.dice.below(p) for leaf in self.free}}
            choices: list[int] = []
            for _ in range(CHOICES):
                self.purse.pay(self.pair, 256)
                try:
                    left, right, *_ = self.pair.run(env, Formal(p, choices))
                except (NotExact, Undefined, UnsupportedError):
                    return False
                if left != right:
                    return False
                while choices and choices[-1] < 0:  # the next choice, until all were made
                    choices.pop()
                if not choices:
                    break
                choices[-1] = -1
            else:
                return False
        return True

    def defined(self) -> bool:
        """Whether there are points at which both have a value, and agree."""
        for k in range(POINTS):
            if isinstance(self.look(self.point(k)), Equality):
                return False
            if self.agreed >= FEWEST:
                return True
        return False

    # ---- numbers

    def constants(self) -> Equality:
        """Two formulas without free quantities."""
        try:
            left, right, *_ = self.pair.run(self.numbers, EXACT)
            if left == right:
                return Equality("equal", "exact", points=1)
            return Equality("different", "exact", witness_at((), left, right), 1)
        except NotExact:
            pass
        except (Undefined, UnsupportedError):
            return Equality("undecided", "few-points")
        agreed = self.look({})
        if agreed is None:
            return Equality("undecided", "few-points")
        return Equality("equal", "points", points=1, digits=DIGITS) if agreed is True else agreed

    # ---- points

    def points(self) -> Equality:
        for k in range(TRIES):
            wanted = self.unseen()
            if self.scattered >= self.enough and not wanted:
                break
            found: Literal[True] | Equality | None = None
            if wanted and k % 4 == 3:
                found = self.around(wanted[:4], WIDE)
            elif self.scattered < self.enough or self.agreed < 2 * self.enough:
                found = self.look(self.point(k))
                self.scattered += found is True
            if isinstance(found, Equality):
                if found.witness is None or not self.witness or visible(found.witness):
                    return found
                told = found.witness.left != found.witness.right
                if self.faint is None or (told and self.patience == PATIENCE):
                    self.faint = found  # one with fewer digits, or at a moderate point, may follow
                self.patience -= told
                if not self.patience:
                    break
        if self.faint is not None:
            return self.faint
        close = self.around(self.places()[:CLOSE_KINKS], NARROW)  # two kinks side by side are two kinks
        if close is not None:
            return close
        if self.agreed < ENOUGH:
            return Equality("undecided", "few-points", points=self.agreed, partial=self.partial)
        if self.unseen():
            return Equality("undecided", "one-sided", points=self.agreed, partial=self.partial)
        return Equality("equal", "points", points=self.agreed, digits=DIGITS, partial=self.partial)

    def point(self, k: int) -> dict[Written, Fraction]:
        """The k-th point; where most tell nothing, one where all that is free is positive, or below 1: ln(1 - p)."""
        found = self.assumed.point(self.free, self.dice, k)
        if self.looked <= 2 * self.agreed + FEWEST:
            return found
        share = bool(self.looked % 2)
        for leaf in self.free:
            if leaf not in self.assumed.bounds:
                found[leaf] = Fraction(1 + self.dice.below(998), 1000) if share else abs(found[leaf])
        return found

    def unseen(self) -> list[Site]:
        """Kinks that were not seen from both sides (for = and ≠ also on the point), though they have two.

        An argument that was 0 at every point is 0; a side that the assumptions exclude is none, and so is one on which
        the kink is not met: max(0, z) in the case z > 0.
        """
        found = []
        for site in self.kinks:
            seen = self.sides.seen.get(site, set())
            settled = self.agreed >= self.enough and (
                (seen == {0} and not site.equality) or self.excluded.get(site, 0) >= ENOUGH
            )
            if not (_sides(site) <= seen or settled):
                found.append(site)
        return found

    def places(self) -> list[Site]:
        """One kink of each argument, and every one that was not seen from both sides."""
        first: dict[Any, Site] = {}
        for site in self.kinks:
            first.setdefault(self.arguments[site], site)
        return list(dict.fromkeys((*first.values(), *self.unseen())))

    def around(self, sites: list[Site], distances: tuple[Fraction, ...]) -> Equality | None:
        """Points around kinks (and on them): along one quantity the argument is taken for a straight line."""
        for site in sites:
            for leaf in self.free:
                base = self.point(self.dice.below(8))
                if self.scattered >= self.enough and self.argument(site, base) is None:
                    base = self.met.get(site, base)  # a kink that few points meet
                if not self.within(base) or (root := self.root(site, base, leaf)) is None:
                    continue
                steps = [Fraction(0)] if site.equality else []
                steps += [s * (abs(root) + 1) * distance for distance in distances for s in (1, -1)]
                met: dict[Fraction, list[bool]] = {}  # by the distance: whether the kink was met on each side
                for step in steps:
                    point = {**base, leaf: _rounded(root + step, step)}
                    if not self.within(point):
                        self.excluded[site] = self.excluded.get(site, 0) + 1
                        continue
                    found, env = self.look(point), {**self.numbers, **point}
                    if isinstance(found, Equality) and not (self.jumps and not step and bridges(*self.each, env, leaf)):
                        return found
                    if found is None and self.jumps and not step and (ground := astray(*self.each, env, leaf)):
                        return Equality("different", ground, points=self.agreed)
                    if not step and (found is not None or self.half_defined(env)):
                        self.sides.seen.setdefault(site, set()).add(0)
                    if found:
                        met.setdefault(abs(step), []).append(site in self.last.seen)
                if sorted(met.get(abs(steps[-1]), [])) == [False, True]:
                    self.excluded[site] = self.excluded.get(site, 0) + 1
                if site not in self.unseen():
                    break
        return None

    def root(self, site: Site, base: dict[Written, Fraction], leaf: Written) -> Fraction | None:
        """Where the kink's argument is 0 along a quantity, if it is a straight line there and met near the point."""
        here = self.argument(site, base)
        for step in STEPS if here is not None else ():
            there = self.argument(site, {**base, leaf: base[leaf] + step})
            if here is not None and there is not None:
                return base[leaf] - here * step / (there - here) if there != here else None
        return None

    def within(self, point: dict[Written, Fraction]) -> bool:
        """Whether a point satisfies the assumptions."""
        try:
            return self.assumed.allows(point) and self.allowed({**self.numbers, **point}, Balls(256))
        except (Undefined, NotExact):
            return False

    def argument(self, site: Site, point: dict[Written, Fraction]) -> Fraction | None:
        """The kink's argument at a point, roughly."""
        self.purse.pay(self.pair, 256)
        wanted = self.arguments[site]

        def seen(found: Site, _: int, value: Any) -> None:
            if self.arguments[found] == wanted:
                raise Found(value)

        try:
            self.pair.run({**self.numbers, **point}, Balls(256), seen)
        except Found as found:
            return middle(found.value)
        except (Undefined, NotExact):
            pass
        return None

    def look(self, point: dict[Written, Fraction] | None) -> Literal[True] | Equality | None:
        """True: both agree there; a verdict: they certainly differ; None: the point tells nothing."""
        if point is None:
            return None
        self.looked += 1
        env = {**self.numbers, **point}
        agreed, seen = False, Sides()
        for bits in BITS if self.agreed >= CLOSE_LOOKS else (BITS[0], BITS[-1]):
            self.purse.pay(self.pair, bits)
            balls, seen = Balls(bits), Sides()
            try:
                if not self.allowed(env, balls):
                    return None
                left, right, *terms = self.pair.run(env, balls, seen.record)
                with balls.context():
                    left, right = finish(left, balls, self.a), finish(right, balls, self.b)
                    judged = agreement(left, right, bits)
                    if judged == "agree" and bits < spread(terms) + HIDDEN:
                        judged = "wide"  # a small term could hide behind a large one
            except Straddle:
                continue
            except (Undefined, NotExact):
                if agreed:
                    break
                self.partial = self.partial or self.half_defined(env)
                return None
            if judged == "different":
                return Equality("different", "points", witness_at(tuple(point.items()), left, right), self.agreed)
            if judged == "agree":
                agreed = True
                if self.agreed >= CLOSE_LOOKS:
                    break
        if agreed:
            self.count(seen, point)
            return True
        return self.exactly(env, point)

    def allowed(self, env: dict[Written, Any], arithmetic: Arithmetic) -> bool:
        """Whether the assumptions hold at a point."""
        if not self.checks.outputs:
            return True
        return self.assumed.satisfied(self.checks.run(env, arithmetic), arithmetic)

    def half_defined(self, env: dict[Written, Any]) -> bool:
        """Whether one formula has a value where the other has none."""
        defined = 0
        for alone in self.each:
            self.purse.pay(alone, 256)
            with suppress(Undefined, NotExact):
                alone.run(env, Balls(256))
                defined += 1
        return defined == 1

    @property
    def each(self) -> tuple[Program, Program]:
        self.alone = self.alone or (self.compiled((self.a,)), self.compiled((self.b,)))
        return self.alone

    def exactly(self, env: dict[Written, Any], point: dict[Written, Fraction]) -> Literal[True] | Equality | None:
        """The last resort at a point where balls straddle: rational numbers."""
        seen = Sides()
        self.purse.pay(self.pair, 4096)
        try:
            if not self.allowed(env, EXACT):
                return None
            left, right, *_ = self.pair.run(env, EXACT, seen.record)
        except (Undefined, NotExact):
            return None
        if left != right:
            return Equality("different", "points", witness_at(tuple(point.items()), left, right), self.agreed)
        self.count(seen, point)
        return True

    def count(self, seen: Sides, point: dict[Written, Fraction]) -> None:
        self.agreed, self.last = self.agreed + 1, seen
        for site, signs in seen.seen.items():
            self.sides.seen.setdefault(site, set()).update(signs)
            self.met[site] = point


def _arguments(pair: Program) -> dict[Site, Any]:
    """What tells the argument of each kink: ReLU'(z) and 1[z > 0] change piece at the same place."""
    zeros = {to for op, to, _, data, _ in pair.block if op == NUMBER and data == 0}
    inside = {site for inner in pair.inner for site in inner.sites}  # these count their registers from 0 again
    found: dict[Site, Any] = {}
    for site in pair.sites:
        register, *other = site.difference
        found[site] = site if site in inside else (register, *(k for k in other if k not in zeros), site.equality)
    return found


def _rounded(value: Fraction, step: Fraction) -> Fraction:
    """The value as a decimal that is still a step away from where it was."""
    if not step:
        return value
    grid = Fraction(10) ** (math.floor(math.log10(abs(step))) - 1)
    return round(value / grid) * grid


def _sides(site: Site) -> set[int]:
    return {-1, 0, 1} if site.equality else {-1, 1}


def _shape(output: Any) -> Any:
    return tuple(map(_shape, output)) if isinstance(output, tuple) else 0
