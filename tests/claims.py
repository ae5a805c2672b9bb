"""What the sentences of a page claim, looked at a second time: by the equations' numbers and difference quotients.

Nothing of the derivation is used: values come from tests/translate.py, derivatives from differences, parameters after a
step from both, paths from the names on the right sides.  A claim is a function of the page, the data of the sentence
and the place; it returns whether it is so, or None where that cannot be seen here (a kink, no numbers).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import mpmath as mp

from symprop.model.exercise import Part
from symprop.model.graph import targets_of
from symprop.model.solution import Line, Lines, PartSolution, Phrase, Prose, Worked
from symprop.written import Call, Deriv, Name, Neg, Num, Quot, Rel, Sum, Written, names_of, substitute
from tests.translate import leaves, mpmath_backend, value

B = mpmath_backend(40)
H = mp.mpf(10) ** -12
TINY = mp.mpf(10) ** -9
DIGITS = 6e-4  # four digits, rounded
PASSES = ("forward", "forward-again")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands: its task, the step that its numbers belong to, that of the pass before, its line."""

    worked: Worked | None
    epoch: int = 0
    before: int = 0
    line: Line | None = None


@dataclass
class Page:
    """A part with the numbers of its leaves after each step; plain ones where the exercise has none."""

    solved: PartSolution
    epochs: list[dict[Written, Any]] = field(default_factory=list)
    numeric: bool = True

    def __post_init__(self) -> None:
        given = {n: v for n, v in self.part.given.items() if not names_of(v)}
        found = {n: value(v, {}, B, self.part.vocabulary) for n, v in given.items()}
        letters = [n for n in leaves(self.part.equations) if n not in found]
        self.numeric = not letters
        found |= {n: mp.mpf(37 + 11 * k % 60) / 100 for k, n in enumerate(letters)}
        self.epochs = [found]
        if self.numeric and self.part.learning_rate_value is not None:
            self._descend()

    @property
    def part(self) -> Part:
        return self.solved.part

    def _descend(self) -> None:
        rate = value(self.part.learning_rate_value, self.epochs[0], B)  # type: ignore[arg-type]
        pending: dict[Written, Any] = {}
        for worked in self.solved.worked:
            task = worked.task
            if pending and (task.kind == "forward-again" or (task.kind == "update" and task.steps > 1)):
                self.epochs.append(self.epochs[-1] | pending)
                pending = {}
            if task.kind != "update":
                continue
            names = tuple(dict.fromkeys(a.quantity for a in worked.answers))
            (target,) = targets_of(task, self.part)[:1]
            for _ in range(task.steps):
                now = len(self.epochs) - 1
                moved = {n: self.epochs[now][n] - rate * (self.slope(target, n, now) or 0) for n in names}
                if task.steps == 1:
                    pending |= moved
                else:
                    self.epochs.append(self.epochs[-1] | moved)

    def values(self, epoch: int = 0, pinned: Mapping[Written, Any] | None = None) -> dict[Written, Any]:
        """All quantities, some of them held at a value."""
        out = {**self.epochs[epoch], **(pinned or {})}
        for equation in self.part.equations:
            if equation.left not in out:
                out[equation.left] = value(equation.right, out, B, self.part.vocabulary)
        return out

    def slope(self, target: Written, name: Written, epoch: int = 0, pinned: Mapping[Written, Any] | None = None) -> Any:
        """∂target/∂name by differences; None at a kink."""
        here = self.values(epoch, pinned)
        step = H * (abs(here[name]) or 1)
        low, high = (self.values(epoch, {**(pinned or {}), name: here[name] + s * step})[target] for s in (-1, 1))
        right, left = (high - here[target]) / step, (here[target] - low) / step
        return None if abs(right - left) > 1e-6 * (1 + abs(right)) else (right + left) / 2

    def of(self, quantity: Written, epoch: int) -> Any:
        """A quantity or a derivative."""
        if isinstance(quantity, Deriv):
            return self.slope(quantity.of, quantity.by[0], epoch)
        here = self.values(epoch)
        return here[quantity] if quantity in here else value(quantity, here, B, self.part.vocabulary)

    def right(self, name: Written) -> Written | None:
        return next((e.right for e in self.part.equations if e.left == name), None)

    def children(self, name: Written, target: Written) -> list[Written]:
        """Whose equations name a quantity, and which act on the target."""
        named = [e.left for e in self.part.equations if name in names_of(e.right)]
        return [c for c in named if c == target or self.children(c, target)]

    def paths(self, name: Written, target: Written) -> int:
        return 1 if name == target else sum(self.paths(c, target) for c in self.children(name, target))

    def only_through(self, name: Written, node: Written, target: Written, epoch: int = 0) -> bool:
        """Whether the target stays as it is when the name moves and the node is held."""
        here = self.values(epoch)
        held = {node: here[node], name: here[name] + mp.mpf("0.37")}
        return close(self.values(epoch, held)[target], self.values(epoch, {node: here[node]})[target])


def close(a: Any, b: Any, tolerance: float = 1e-9) -> bool:
    return bool(abs(a - b) <= tolerance * max(abs(a), abs(b), TINY))


def number(told: Any) -> Any:
    """A printed number, also -3, -1/3 and a rounded one."""
    if isinstance(told, Phrase):
        return number(dict(told.data)["number"])
    if isinstance(told, Neg):
        return -number(told.arg)
    if isinstance(told, Quot):
        return number(told.num) / number(told.den)
    assert isinstance(told, Num)
    return B.number(told.value)


def shows(told: Any, found: Any) -> bool:
    """Whether the printed number is the one found, to its digits: four, if it does not say otherwise."""
    return close(number(told), found, DIGITS)


def rounds(found: Any, told: Written, half: str = "0.4999999") -> bool:
    """Whether a number rounds to the printed one: it is off by less than half of its last place; a tie is no proof."""
    inner = told.arg if isinstance(told, Neg) else told
    assert isinstance(inner, Num)
    places = next(k for k in range(400) if (inner.value * 10**k).denominator == 1)
    last = inner.places if inner.places is not None and inner.places < 0 else max(places, inner.places or 0)
    return bool(abs(found - number(told)) <= mp.mpf(half) * mp.mpf(10) ** -last)


def holds(page: Page, relation: Written, epoch: int) -> bool:
    """A relation between quantities and numbers, to four digits."""
    assert isinstance(relation, Rel)
    sides = [page.of(side, epoch) if names_of(side) else value(side, {}, B) for side in relation.items]
    pairs = zip(sides, relation.ops, sides[1:], strict=False)
    return all(b > a if op == "<" else a > b if op == ">" else close(a, b, DIGITS) for a, op, b in pairs)


# ---- the claims


def zero(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """Every derivative that is named is 0, and so is every factor."""
    named = [q for key in ("derivative", "derivatives", "others") for q in _tuple(data.get(key, ()))]
    factors = [r.items[0] for key in ("factor", "why", "factors") for r in _tuple(data.get(key, ()))]
    found = [page.of(q, place.epoch) for q in (*named, *factors) if not _primed(q)]
    return None if None in found else all(abs(v) < TINY for v in found)


def complete_zero(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """Counted derivatives: so many of the answers are 0."""
    assert place.worked is not None
    found = [page.of(a.quantity, place.epoch) for a in place.worked.answers if isinstance(a.quantity, Deriv)]
    return None if None in found else sum(abs(v) < TINY for v in found) >= data["n"]


def loss(change: Callable[[Any, Any], bool]) -> Callable[[Page, dict[str, Any], Place], bool | None]:
    def claim(page: Page, data: dict[str, Any], place: Place) -> bool | None:
        name = data.get("loss", data.get("y"))
        old, new = page.values(place.before)[name], page.values(place.epoch)[name]
        told = ("old" not in data or shows(data["old"], old)) and ("new" not in data or shows(data["new"], new))
        percent = "percent" not in data or close(number(data["percent"]), 100 * (old - new) / old, 0.051)
        steps = data.get("steps", place.epoch - place.before) == place.epoch - place.before
        return told and percent and steps and change(old, new)

    return claim


def moved(closer: bool, passing: bool) -> Callable[[Page, dict[str, Any], Place], bool | None]:
    def claim(page: Page, data: dict[str, Any], place: Place) -> bool | None:
        goal = number(data["t"])
        old, new = page.values(place.before)[data["y"]], page.values(place.epoch)[data["y"]]
        nearer = abs(new - goal) < abs(old - goal)
        return (
            loss(lambda a, b: True)(page, data, place)
            and any(shows(data["t"], v) for v in page.values(place.before).values())
            and nearer is closer
            and ((old - goal) * (new - goal) < 0) is passing
        )

    return claim


def first_order_change(page: Page, target: Written, place: Place) -> Any:
    old, new = page.epochs[place.before], page.epochs[place.epoch]
    return sum((page.slope(target, n, place.before) or 0) * (new[n] - old[n]) for n in old if new[n] != old[n])


def first_order(page: Page, data: dict[str, Any], place: Place) -> bool:
    actual = page.values(place.epoch)[data["loss"]] - page.values(place.before)[data["loss"]]
    foreseen = first_order_change(page, data["loss"], place)
    told = ((foreseen, data["predicted"]), (actual, data["actual"]))
    return all(rounds(found, printed, half="0.5000001") for found, printed in told) and 0.9 <= foreseen / actual <= 1.1


def too_large(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    if place.epoch - place.before > 1:
        return None  # each step by itself
    change = page.values(place.epoch)[data["loss"]] - page.values(place.before)[data["loss"]]
    return bool(first_order_change(page, data["loss"], place) < 0 and change > -TINY)


def changed(page: Page, place: Place) -> set[Written]:
    old, new = page.epochs[place.before], page.epochs[place.epoch]
    return {n for n in old if old[n] != new[n]}


def saturated(page: Page, data: dict[str, Any], place: Place) -> bool:
    here = page.values(0)
    slopes = []
    for unit in data["units"]:
        (argument,) = page.right(unit).args  # type: ignore[union-attr]
        low, high = (value(page.right(unit), {**here, **_shift(page, here, argument, s)}, B, page.part.vocabulary)
                     for s in (-1, 1))  # fmt: skip
        slopes.append((high - low) / (2 * H))
    return all(0 < abs(s) < 0.05 for s in slopes)


def _shift(page: Page, here: Mapping[Written, Any], argument: Written, side: int) -> dict[Written, Any]:
    if isinstance(argument, Name):
        return {argument: here[argument] + side * H}
    name = next(
        n for n in names_of(argument) if value(argument, {**here, n: here[n] + 1}, B) != value(argument, here, B)
    )
    rate = value(argument, {**here, name: here[name] + 1}, B) - value(argument, here, B)
    return {name: here[name] + side * H / rate}


def smaller(page: Page, data: dict[str, Any], place: Place) -> bool:
    early, late = ([abs(page.slope(data["target"], n, place.epoch)) for n in data[key]] for key in ("early", "late"))
    return bool(min(late) >= data["ratio"] * max(early) * (1 - TINY))


def vanishes(page: Page, data: dict[str, Any], place: Place, only: bool = False) -> bool | None:
    """With a leaf put so that the relation holds, every derivative that was asked is 0."""
    sides = [data["zero"].items[0], data["zero"].items[-1]]
    leaf = next((s for s in sides if isinstance(s, Name) and page.right(s) is None), None)
    if leaf is None or place.worked is None:
        return None
    other = sides[1 - sides.index(leaf)]
    there = {leaf: page.of(other, 0)}
    asked = [a.quantity for a in place.worked.answers if isinstance(a.quantity, Deriv)]
    found = [page.slope(q.of, q.by[0], 0, there) for q in asked]
    if None in found:
        return None
    elsewhere = [page.slope(q.of, q.by[0], 0) for q in asked]
    return all(abs(v) < 1e-8 for v in found) and (not only or all(abs(v) > TINY for v in elsewhere))


def carries(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """Where the unit is off, the derivative is what is left of it."""
    argument, derivative = data["off"].items[0], data["derivative"]
    for shift in range(1, 40):
        names = leaves(page.part.equations)
        there = {n: page.epochs[0][n] * (-1) ** (shift >> k & 1) for k, n in enumerate(names)}
        here = page.values(0, there)
        if here.get(argument, 1) < 0 and (slope := page.slope(derivative.of, derivative.by[0], 0, there)) is not None:
            adjoints = {d: page.slope(d.of, d.by[0], 0, there) for d in data["rest"].walk() if isinstance(d, Deriv)}
            with contextlib.suppress(Exception):
                return close(slope, value(data["rest"], {**here, **adjoints}, B, page.part.vocabulary), 1e-6)
    return None


def true_derivative(page: Page, data: dict[str, Any], place: Place) -> bool:
    return all(shows(r.items[1], page.of(r.items[0], place.epoch)) for r in data["derivatives"])


def through(page: Page, data: dict[str, Any], place: Place) -> bool:
    here, z, child = page.values(place.epoch), data["z"], data["child"]
    slopes = [value(page.right(child), {**here, z: here[z] + k}, B, page.part.vocabulary)  # type: ignore[arg-type]
              for k in (0, 1, 2)] if "partner" in data else []  # fmt: skip
    linear = not slopes or (close(slopes[1] - slopes[0], here[data["partner"]])
                            and close(slopes[2] - slopes[1], here[data["partner"]]))  # fmt: skip
    return linear and page.only_through(z, child, data["target"], place.epoch)


def added(page: Page, data: dict[str, Any], place: Place) -> bool:
    here, z, child = page.values(place.epoch), data["z"], data["child"]
    low, high = (value(page.right(child), {**here, z: here[z] + k}, B, page.part.vocabulary)  # type: ignore[arg-type]
                 for k in (0, 1))  # fmt: skip
    return close(high - low, mp.mpf(1)) and page.only_through(z, child, data["target"], place.epoch)


def feeds(page: Page, data: dict[str, Any], place: Place) -> bool:
    named = names_of(page.right(data["node"]))  # type: ignore[arg-type]
    others = [e.left for e in page.part.equations if e.left != data["node"]]
    return all(n in named and not any(n in names_of(page.right(o)) for o in others) for n in data["names"])  # type: ignore[arg-type]


def fans(page: Page, data: dict[str, Any], place: Place) -> bool:
    return set(page.children(data["z"], data["target"])) == set(data["children"])


def shared(page: Page, data: dict[str, Any], place: Place) -> bool:
    assert place.worked is not None
    asked = [a.quantity.by[0] for a in place.worked.answers if isinstance(a.quantity, Deriv)] or [
        a.quantity for a in place.worked.answers
    ]
    return all(page.only_through(n, data["node"], data["target"], place.epoch) for n in dict.fromkeys(asked))


def counted(page: Page, data: dict[str, Any], place: Place) -> bool:
    return page.paths(data["z"], data["target"]) == data["n"]


def both(branches: bool) -> Callable[[Page, dict[str, Any], Place], bool | None]:
    def claim(page: Page, data: dict[str, Any], place: Place) -> bool | None:
        if place.line is None or not isinstance(place.line.left, Deriv):
            return None
        name, target = data["z"], place.line.left.of
        children = page.children(name, target)
        every = page.paths(name, target)
        return len(children) == data["paths"] < every if branches else every == data["paths"]

    return claim


def sign(page: Page, data: dict[str, Any], place: Place, before: bool | None = None) -> bool:
    """The sign that is printed, of the argument of this line's rectifier; before the step it was the same, or not."""
    assert place.line is not None
    (argument,) = [a for a in page.right(place.line.left).args if not isinstance(a, Num)]  # type: ignore[union-attr]
    now, was = page.of(argument, place.line.epoch), page.of(argument, place.before)
    printed = data["z"].ops == (">",)
    return (now > 0) is printed and (before is None or ((was > 0) is (now > 0)) is before)


def as_printed(page: Page, data: dict[str, Any], symbol: Deriv, there: dict[Any, Any] | None = None) -> Any:
    """(L(w + h) - L(w - h))/2h as it is printed: each L(…) in it is the value there."""
    letter, size = data["step"].items
    formula: Written = data["quotient"]
    env = {**page.values(0, there), letter: number(size)}
    calls = [n for n in formula.walk() if isinstance(n, Call) and n.func in env]
    for k, call in enumerate(dict.fromkeys(calls)):
        moved_to = {n: value(a, env, B) for n, a in zip(dict.fromkeys(symbol.by), call.args, strict=True)}
        env[Name(f"_{k}")] = page.values(0, {**(there or {}), **moved_to})[call.func]
        formula = substitute(formula, {call: Name(f"_{k}")})
    return value(formula, env, B)


def quotient(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """The printed value is the derivative, and the quotient with the printed step, to the digits shown."""
    exact = not isinstance(data["value"], Phrase)
    return close(as_printed(page, data, data["derivative"]), number(data["value"]), 1e-12 if exact else DIGITS)


def exact_difference(page: Page, data: dict[str, Any], place: Place) -> bool:
    """The numbers of the quotient are values of the target, and it has no third difference: far off, if nothing else
    is said, else between the ends."""
    name, target, told = data["by"], data["target"], data["quotient"]
    here = page.values(0)[name]
    told_ends = data["interval"].items[::2] if "interval" in data else [data["first"], data["last"]]
    low, high = (page.values(0, {name: number(end)})[target] for end in told_ends)
    if not close(value(told.items[0].num, {}, B), high - low):
        return False
    ends = [number(end) for end in told_ends] if "interval" in data else [here - 70, here + 90]
    points = [ends[0] + (ends[1] - ends[0]) * k / 7 for k in range(8)]
    row = [page.values(0, {name: p})[target] for p in points]
    before = row
    for _ in range(data["degree"] + 1):
        before, row = row, [b - a for a, b in pairwise(row)]
    size = max(abs(page.values(0, {name: p})[target]) for p in points)
    same = close(value(told.items[0], {}, B), number(told.items[1]))
    low_enough = all(abs(d) <= 1e-20 * (size + 1) for d in row) and any(abs(d) > 1e-20 * (size + 1) for d in before)
    return low_enough and same and shows(told.items[1], page.slope(target, name))


def point(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """At the numbers that are listed, the derivative has the printed value (tanh for what is left open)."""
    told = dict(data["point"].data)
    listed = [*told.get("given", ()), *(r for r in told.get("values", ()) if isinstance(r, Rel))]
    if data["functions"] or len(listed) < len(leaves(page.part.equations)):
        return None
    there = {r.items[0]: number(r.items[1]) for r in listed}
    symbol = data["derivative"]
    slope = page.slope(symbol.of, symbol.by[0], 0, there) if len(symbol.by) == 1 else None
    same = slope is None or shows(data["value"], slope)
    return same and close(as_printed(page, data, symbol, there), number(data["value"]), DIGITS)


def no_kink(page: Page, data: dict[str, Any], place: Place) -> bool:
    rectified = [e.right.args for e in page.part.equations if _called(e.right) in ("ReLU", "max", "pos")]
    return all(abs(page.of(a, 0)) > TINY for args in rectified for a in args if names_of(a))


def labels(page: Page, data: dict[str, Any], place: Place) -> bool:
    """Exactly those letters are named that carry one."""
    names = {n for e in page.part.equations for side in (e.left, e.right) for n in names_of(side)}
    names |= {n for n in page.part.display.values() if isinstance(n, Name)}
    return {n.base for n in names if n.sup.isalnum()} == {n.base for n in data["names"]}


def unchanged(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    assert place.line is not None and place.worked is not None
    (target,) = targets_of(place.worked.task, page.part)[:1]
    slope = page.slope(target, place.line.left, place.line.epoch)
    return None if slope is None else bool(abs(slope) < TINY)


def _primed(formula: Written) -> bool:
    return any(getattr(node, "primes", 0) and not isinstance(node, Name) for node in formula.walk()) or (
        isinstance(formula, Sum | Rel) and not names_of(formula)
    )


def _called(formula: Written) -> str:
    return str(getattr(getattr(formula, "func", None), "base", ""))


def _tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


Claim = Callable[[Page, dict[str, Any], Place], bool | None]
FELL, ROSE, SAME = loss(lambda a, b: b < a), loss(lambda a, b: b > a), loss(lambda a, b: close(a, b))
CLAIMS: dict[str, Claim] = {
    "dead-why": zero, "dead-why-all": zero, "dead-why-both": zero, "dead-why-count": complete_zero,
    "path-nothing": zero, "unchanged": unchanged,
    "loss-fell": FELL, "loss-fell-from": FELL, "loss-fell-steps": FELL, "loss-rose": ROSE, "loss-rose-steps": ROSE,
    "loss-same": SAME, "loss-same-steps": SAME,
    "moved-towards": moved(True, False), "moved-towards-passing": moved(True, True),
    "moved-away": moved(False, False), "moved-away-passing": moved(False, True),
    "first-order": first_order, "step-too-large": too_large,
    "same-elsewhere": lambda page, data, place: changed(page, place) == set(data["names"]),
    "gradient-zero": lambda page, data, place: not changed(page, place),
    "only-moved": lambda page, data, place: not changed(page, place) & set(data["others"]),
    "switched-off": lambda page, data, place: all(page.values(place.epoch)[u] == 0 < page.values(place.before)[u]
                                                  for u in data["units"]),
    "at-new-values": lambda page, data, place: all(holds(page, r, place.epoch) for r in data["values"]),
    "saturated": saturated, "smaller-early": smaller, "skip-carries": carries, "kinks-cancel": true_derivative,
    "common-factor": vanishes, "zero-iff": lambda page, data, place: vanishes(page, data, place, only=True),
    "only-through-times": through, "only-through-colon": through, "only-through": through, "only-through-added": added,
    "feeds": feeds, "fan-out": fans, "shared-lines": shared, "paths-list": counted,
    "paths-add": both(False), "branches-add": both(True),
    "relu-on": sign, "relu-off": sign, "relu-still-on": lambda page, data, place: sign(page, data, place, True),
    "relu-still-off": lambda page, data, place: sign(page, data, place, True),
    "relu-now-on": lambda page, data, place: sign(page, data, place, False),
    "relu-now-off": lambda page, data, place: sign(page, data, place, False),
    "check-quotient": quotient, "check-exact": exact_difference, "check-exact-everywhere": exact_difference,
    "check-point": point, "kink-unused": no_kink, "superscripts": labels,
}  # fmt: skip


def sentences(solved: PartSolution) -> Iterator[tuple[Phrase, Place]]:
    """Every sentence and reason of a part with its place."""
    yield from ((p, Place(None)) for p in solved.summary)
    for block in solved.statement:
        yield from ((p, Place(None)) for p in (block.phrases if isinstance(block, Prose) else ()))
    last = 0
    for worked in solved.worked:
        epochs = [a.epoch for a in worked.answers]
        epoch = max(epochs, default=0)
        start = min((line.epoch for line in worked.lines), default=epoch)
        if worked.task.kind == "update":  # the values at which it starts, and those after its last step
            at, end = start, start + (worked.task.steps if worked.task.steps > 1 else 0)
        else:
            at = end = epoch
        for block in worked.blocks:
            if isinstance(block, Prose):
                yield from ((p, Place(worked, start, last)) for p in block.phrases)
            elif isinstance(block, Lines):
                yield from ((r, Place(worked, line.epoch, last, line)) for line in block.lines for r in line.reasons)
        before = at if worked.task.kind == "update" else last
        yield from ((p, Place(worked, end, before)) for p in (*worked.remarks, *worked.checks))
        if worked.task.kind in PASSES:
            last = epoch
