"""What sentences claim about the network, slopes at kinks, tables and checks, looked at a second time.

As in tests/claims.py: by names on the right sides, values and differences; nothing of the derivation is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import mpmath as mp

from symprop import functions
from symprop.model.graph import build_graph, targets_of
from symprop.model.solution import Line, Phrase, Table, unbroken
from symprop.written import Call, Const, Deriv, Name, Neg, Num, Rel, Sum, Written, names_of
from tests.claims import CLAIMS as VALUE_CLAIMS
from tests.claims import DIGITS, TINY, B, Claim, H, Page, Place, close, number, rounds, shows, vanishes
from tests.translate import leaves, value

COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "≤": lambda a, b: a <= b, "≥": lambda a, b: a >= b,
    "=": lambda a, b: close(a, b), "≠": lambda a, b: not close(a, b), "≈": lambda a, b: close(a, b, DIGITS),
}  # fmt: skip
CURVES: dict[str, Callable[[Any], Any]] = {
    "-sigmoid": lambda z: 1 / (1 + mp.exp(-z)), "-tanh": mp.tanh, "-ReLU": lambda z: max(z, mp.mpf(0)),
    "-linear": lambda z: z,
}  # fmt: skip
AT = tuple(map(mp.mpf, ("-2.1", "-0.3", "0.4", "1.7")))


def epoch_of(place: Place) -> int:
    return place.line.epoch if place.line is not None else place.epoch


def is_so(page: Page, relation: Written, epoch: int) -> bool:
    """A relation between formulas at the numbers of an epoch."""
    assert isinstance(relation, Rel)
    sides = [page.of(side, epoch) if names_of(side) else value(side, {}, B) for side in relation.items]
    return all(COMPARED[op](a, b) for a, op, b in zip(sides, relation.ops, sides[1:], strict=False))


def are_so(*keys: str) -> Claim:
    """All relations that are told."""

    def claim(page: Page, data: dict[str, Any], place: Place) -> bool | None:
        told = [r for key in keys for r in (data[key] if isinstance(data[key], tuple) else (data[key],))]
        return all(is_so(page, r, epoch_of(place)) for r in told)

    return claim


def tends(page: Page, data: dict[str, Any], place: Place) -> bool:
    """What the formulas are far out: ever nearer to what they tend to."""

    def gap(formula: Written, limit: Written, point: dict[Written, Any]) -> Any:
        found = value(formula, page.values() | point, B, page.part.vocabulary)
        endless = any(isinstance(node, Const) and node.letter == "oo" for node in limit.walk())
        return 1 / abs(found) if endless else abs(found - value(limit, {}, B))

    def holds(formula: Written, limit: Written, name: Written, where: Written) -> bool:
        side = -1 if isinstance(where, Neg) else 1
        near, far = (gap(formula, limit, {name: mp.mpf(side * size)}) for size in (30, 300))
        return far < 0.01 and (far < near or not far)

    return all(holds(*dict(fact.data)["formula"], *dict(fact.data)["point"]) for fact in data["facts"])


# ---- the network


def inner_of(formula: Written) -> Written:
    """What stands in the activation."""
    while isinstance(formula, Call):
        formula = formula.args[0]
    return formula


def multiplies(page: Page, inner: Written, weight: Name, name: Name) -> bool:
    """Whether the quantity counts if the weight is 1, and not if it is 0."""
    here = page.values()

    def at(w: int, shift: int) -> Any:
        return value(inner, {**here, weight: mp.mpf(w), name: here[name] + shift}, B, page.part.vocabulary)

    return close(at(0, 0), at(0, 1)) and not close(at(1, 0), at(1, 1))


def parameters(page: Page) -> set[Name]:
    return set(build_graph(page.part).parameters)


def neurons(page: Page) -> dict[Name, Written]:
    """The quantities in whose own equations parameters stand, with their sums: linear in what is no parameter."""
    found = {e.left: inner_of(e.right) for e in page.part.equations}
    own = parameters(page)
    return {n: inner for n, inner in found.items() if own & set(names_of(inner)) and linear(page, inner, own)}


def linear(page: Page, inner: Written, own: set[Name]) -> bool:
    here, named = page.values(), [n for n in names_of(inner) if n not in own]
    row = [value(inner, {**here, **{n: here[n] + s * (k + 2) for k, n in enumerate(named)}}, B, page.part.vocabulary)
           for s in (-1, 0, 1)]  # fmt: skip
    return close(row[2] - row[1], row[1] - row[0])


def named_in(page: Page, name: Name) -> list[Written]:
    return [e.left for e in page.part.equations if name in names_of(e.right)]


def behind(page: Page, name: Written) -> set[Written]:
    children = named_in(page, name)  # type: ignore[arg-type]
    return {*children, *(n for c in children for n in behind(page, c))}


def curve(page: Page, name: Name) -> str:
    """Which function the neuron puts around its sum, by its values."""
    right = page.right(name)
    if not isinstance(right, Call):
        children = named_in(page, name)
        right = page.right(children[0]) if len(children) == 1 else None  # type: ignore[arg-type]
        if not isinstance(right, Call) or set(names_of(right)) != {name}:
            return "-linear"
    plain = replace(right, args=(Name("z"), *right.args[1:]))
    try:
        row = [value(plain, {Name("z"): z}, B, page.part.vocabulary) for z in AT]
    except Exception:
        return ""
    return next((kind for kind, f in CURVES.items() if all(map(close, row, map(f, AT)))), "")


def summed_up(page: Page, data: dict[str, Any], place: Place) -> bool:
    """So many inputs, hidden and output neurons of each kind; no biases: every sum is 0 where what feeds it is."""
    found = neurons(page)
    own = parameters(page)
    weighted = {(w, n) for inner in found.values() for w in own & set(names_of(inner)) for n in names_of(inner)
                if n not in own and multiplies(page, inner, w, n)}  # fmt: skip
    kinds: dict[str, list[str]] = {"hidden": [], "output": []}
    for name in found:
        kinds["hidden" if behind(page, name) & set(found) else "output"].append(curve(page, name))
    told = [(unit.code.removeprefix("units-").partition("-"), dict(unit.data)["n"]) for unit in data["units"]]
    inputs = sum(page.right(n) is None for n in {n for _, n in weighted})
    totals = {"input": inputs, **{role: len(found) for role, found in kinds.items()}}
    if totals != {"hidden": 0} | {role: sum(n for (r, _, _), n in told if r == role) for role, _, _ in dict(told)}:
        return False
    if any(kinds[role].count("-" + kind) < sum(m for key, m in told if key[::2] == (role, kind))
           for (role, _, kind), _ in told if kind):  # fmt: skip
        return False
    nothing = {n: mp.mpf(0) for inner in found.values() for n in names_of(inner) if n not in own}
    ends = {n for name in found for n in behind(page, name) if not named_in(page, n)}  # type: ignore[arg-type]
    outputs = [name for name in found if not behind(page, name) & set(found)]
    if any(own & set(names_of(page.right(n))) for name in outputs for n in behind(page, name) - ends):  # type: ignore[arg-type]
        return False  # it goes on with weights
    plain = [value(inner, {**page.values(), **nothing}, B, page.part.vocabulary) for inner in found.values()]
    return data["biases"] > 0 or all(abs(v) < TINY for v in plain)


def is_role(page: Page, pre: Name, out: Name) -> bool:
    """Whether the one acts on nothing but the other, which is a function of it alone, and is a sum of products."""
    return named_in(page, pre) == [out] and set(names_of(page.right(out))) == {pre} and pre in neurons(page)  # type: ignore[arg-type]


def roles(page: Page, data: dict[str, Any], place: Place) -> bool:
    return all(is_role(page, z, h) for z, h in zip(data["pre"], data["out"], strict=True))


def roles_index(page: Page, data: dict[str, Any], place: Place) -> bool:
    """Of every quantity of these letters."""
    every = {n for e in page.part.equations for n in (e.left, *names_of(e.right)) if isinstance(n, Name)}
    letters = [data[key] for key in ("pre", "out")]
    subs = {n.sub for n in every for letter in letters if (n.base, n.accent) == (letter.base, letter.accent)}
    pairs = [tuple(replace(letter, sub=sub) for letter in letters) for sub in subs]
    return len(pairs) > 1 and data["j"] not in every and all(is_role(page, *pair) for pair in pairs)


def depth(page: Page, name: Written) -> int:
    """How few weighted sums it takes at least, one after the other, from an input to a quantity."""
    right = page.right(name)  # type: ignore[arg-type]
    own = parameters(page)
    if right is None:
        return 0
    return (name in neurons(page)) + min(depth(page, n) for n in names_of(right) if n not in own)


def enters(page: Page, target: Name) -> set[Name]:
    """What stands in the weighted sum of a neuron, also where the sum has a name of its own."""
    right = page.right(target)
    assert right is not None
    named = set(names_of(right))
    return named.union(*(names_of(page.right(n)) for n in named if n in neurons(page) and len(named) == 1))  # type: ignore[arg-type]


def lateral(page: Page, data: dict[str, Any], place: Place) -> bool:
    beside = [t for t in data["targets"] if depth(page, t) == depth(page, data["source"])]
    return beside == list(data["targets"]) and all(data["source"] in enters(page, t) for t in beside)


def skip(page: Page, data: dict[str, Any], place: Place) -> bool:
    """The source stands in the sum of the target, as does what lies between, and that is one neuron."""
    source, past, target = data["source"], data["past"], data["target"]
    direct = {source, past} <= enters(page, target) and source in enters(page, past)
    between = [n for n in neurons(page) if n in behind(page, source) and target in {*behind(page, n)} - {n}]
    layers = {n for n in between if past not in {n, *behind(page, n)} and n not in enters(page, target)}
    weight = data.get("weight")
    sums = [inner for inner in neurons(page).values() if weight in names_of(inner)]
    return direct and not layers and (weight is None or [multiplies(page, i, weight, source) for i in sums] == [True])


def linear_same(page: Page, data: dict[str, Any], place: Place) -> bool:
    """What follows, other than what is differentiated, is linear in it."""
    assert place.worked is not None
    here, ends = page.values(place.epoch), targets_of(place.worked.task, page.part)
    for name in data["names"]:
        for child in (page.right(c) for c in named_in(page, name) if c not in ends):  # type: ignore[arg-type]
            row = [value(child, {**here, name: here[name] + k}, B, page.part.vocabulary) for k in (-5, 0, 5)]  # type: ignore[arg-type]
            if not close(row[2] - row[1], row[1] - row[0]):
                return False
    return all(name in neurons(page) for name in data["names"])


def grouped(page: Page, data: dict[str, Any], place: Place) -> bool:
    """So many weights and biases stand in the equation of each node."""
    nodes, own = data.get("nodes") or (data["node"],), parameters(page)
    told = {p.code: dict(p.data)["n"] for p in data["parameters"] if isinstance(p, Phrase)}
    for node in nodes:
        inner = neurons(page)[node]
        mine = own & set(names_of(inner))
        weights = {w for w in mine if any(multiplies(page, inner, w, n) for n in names_of(inner) if n != w)}
        if told and (told.get("group-weights", 0) > len(weights) or sum(told.values()) > len(mine)):
            return False
    return True


def counts(page: Page, data: dict[str, Any], place: Place) -> bool:
    lefts = {e.left for e in page.part.equations}
    if "functions" in data:
        return data["n"] == len(data["functions"]) == len(lefts) and set(data["functions"]) == lefts
    return data["n"] == len(data["parameters"]) and set(data["parameters"]) == parameters(page) - {*page.part.fixed}


def unused(page: Page, data: dict[str, Any], place: Place) -> bool:
    return not {n for e in page.part.equations for n in names_of(e.right)} & set(data["names"])


def no_path(page: Page, data: dict[str, Any], place: Place) -> bool:
    return page.paths(data["z"], data["target"]) == 0


def in_order(page: Page, data: dict[str, Any], place: Place) -> bool:
    """Each line: what it uses is given, or stands on the left of a line above."""
    assert place.worked is not None
    known = {*leaves(page.part.equations), *page.part.given}
    lines = [line for worked in page.solved.worked for line in unbroken(worked.lines)]
    for line in lines:
        here = line in unbroken(place.worked.lines) and isinstance(line.left, Name) and line.chain[0][0] == "="
        if here and not {n for n in names_of(line.chain[0][1]) if page.right(n) is not None} <= known:
            return False
        known.add(line.left)
    return True


# ---- derivatives


def named(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """What is introduced is the derivative by the quantity beside it, and the numbers told of it are its values."""
    assert place.worked is not None
    told = [(data["name"], data["z"])] if "name" in data else list(zip(data["delta"], data["z"], strict=True))
    if any(symbol != Deriv(data["target"], (z,)) for symbol, z in told):
        return False
    for line in unbroken(place.worked.lines):
        if any(line.left == symbol for symbol, _ in told) and isinstance(last := line.chain[-1][1], Num):
            slope = page.of(line.left, line.epoch)  # type: ignore[arg-type]
            if slope is not None and not shows(last, slope):
                return False
    return True


def times_input(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """∂L/∂w is the δ of the one quantity that w enters, times the value beside it; of a bias the δ itself."""
    assert place.worked is not None
    asked = [a.quantity for a in place.worked.answers if isinstance(a.quantity, Deriv)]
    (target,) = {q.of for q in asked}
    own, here = parameters(page), page.values(place.epoch)
    for name in (q.by[0] for q in asked if q.by[0] in own):
        children = page.children(name, target)
        if len(children) != 1:
            continue  # told elsewhere
        low, high = (value(page.right(children[0]), {**here, name: here[name] + k}, B, page.part.vocabulary)  # type: ignore[arg-type]
                     for k in (0, 1))  # fmt: skip
        slopes = [page.slope(target, n, place.epoch) for n in (name, children[0])]
        if None not in slopes and not close(slopes[0], slopes[1] * (high - low)):
            return False
        if name in data.get("biases", ()) and not close(high - low, mp.mpf(1)):
            return False
    return True


def constant(page: Page, data: dict[str, Any], place: Place) -> bool:
    """What is called constant stays as it is when the variable moves."""
    here, by = page.values(place.epoch), data["by"]
    moved = page.values(place.epoch, {by: here[by] + mp.mpf("0.37")})
    ends = ([value(c, env, B, page.part.vocabulary) for c in data["constants"]] for env in (here, moved))
    return all(map(close, *ends))


def that_is(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """The derivative has the one value where the one holds, and the other where the other does."""
    assert place.worked is not None
    (asked,) = [a.quantity for a in place.worked.answers if isinstance(a.quantity, Deriv)][-1:]
    seen = set()
    for shift in range(40):
        there = {n: v * (-1) ** (shift >> k & 1) for k, (n, v) in enumerate(page.epochs[0].items())}
        here = page.values(0, there)
        side = all(COMPARED[op](value(a, here, B), value(b, here, B))
                   for (a, b), (op,) in [(data["where"].items, data["where"].ops)])  # fmt: skip
        slope = page.slope(asked.of, asked.by[0], 0, there)
        if slope is not None and not close(slope, number(data["first" if side else "second"])):
            return False
        seen.add(side)
    return len(seen) == 2


def vanish_in_parts(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    found = [vanishes(page, data, replace(place, worked=worked)) for worked in page.solved.worked
             if worked.task.label in data["parts"]]  # fmt: skip
    return None if None in found else all(found) and len(found) == len(data["parts"])


def by_value(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """f'(z) by the value of f(z): the right side beside a difference."""
    call, slope = data["rule"].items
    here = page.values(epoch_of(place))
    env = {**here, **{n: mp.mpf("0.3") for n in names_of(data["rule"]) if n not in here}}
    plain = replace(call, primes=0)
    z = value(call.args[0], env, B, page.part.vocabulary)
    low, high = (value(replace(plain, args=(Name("_z"),)), {Name("_z"): z + s * H}, B, page.part.vocabulary)
                 for s in (-1, 1))  # fmt: skip
    output = next((e.left for e in page.part.equations if e.right == plain), None)
    if output is not None:
        env[output] = value(plain, env, B, page.part.vocabulary)
    return close((high - low) / (2 * H), value(slope, env, B, page.part.vocabulary))


# ---- slopes at kinks


def gate(sign: int) -> Claim:
    def claim(page: Page, data: dict[str, Any], place: Place) -> bool | None:
        return bool(sign * page.of(data["z"], epoch_of(place)) > 0)

    return claim


def agreed(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """The argument is exactly on the kink: the slopes to its sides differ there; and the slope is the one agreed on."""
    if not is_so(page, data["z"], epoch_of(place)):
        return False
    f, here = data["f"], data["z"].items[0]
    low, middle, high = (
        value(Call(f, (Name("_z"),)), {Name("_z"): s * H}, B, page.part.vocabulary) for s in (-1, 0, 1)
    )
    row = functions.lookup(Call(f, (here,)), page.part.vocabulary)
    wanted = page.part.conventions.kinks.get(f.text, Num(row.slope) if isinstance(row, functions.Function) else None)
    chosen = wanted is None or close(number(data["slope"]), value(wanted, {}, B))
    return chosen and not close(high - middle, middle - low)


# ---- steps


def rises_at(page: Page, data: dict[str, Any], place: Place) -> bool:
    row = [page.values(k)[data["loss"]] for k in range(place.before, place.epoch + 1)]
    return [k for k, (a, b) in enumerate(pairwise(row), 1) if b > a] == list(data["steps"]) and row[-1] < row[0]


def came_back(page: Page, data: dict[str, Any], place: Place) -> bool:
    first, *between, last = (page.epochs[k] for k in range(place.before, place.epoch + 1))
    away = {n for n in first if any(there[n] != first[n] for there in between)}
    return away == set(data["names"]) and all(close(first[n], last[n]) for n in first)


def goals(page: Page, output: Name) -> list[Name]:
    """The leaves from which a quantity is subtracted, or the other way round."""
    sums = [f.terms for e in page.part.equations for f in e.right.walk() if isinstance(f, Sum) and len(f.terms) == 2]
    pairs = [{t.arg if isinstance(t, Neg) else t for t in terms} for terms in sums]
    return [n for pair in pairs if output in pair for n in pair if page.right(n) is None]  # type: ignore[arg-type, misc]


def all_closer(page: Page, data: dict[str, Any], place: Place) -> bool:
    old, new = page.values(place.before), page.values(place.epoch)
    pairs = [(y, t) for y in data["outputs"] for t in goals(page, y)]
    return len(pairs) == len(data["outputs"]) and all(abs(new[y] - new[t]) < abs(old[y] - old[t]) for y, t in pairs)


def before_and_after(page: Page, data: dict[str, Any], place: Place) -> bool:
    """The rows of the table below are the values before and after, and the targets."""
    assert place.worked is not None
    tables = [b for b in place.worked.blocks if isinstance(b, Table) and Phrase("column-before") in b.columns]
    after = max(line.epoch for table in tables for line in table.claims)
    here = [page.values(k) for k in (place.before, after)]
    return all(
        all(shows(told, env[name]) for told, env in zip((old, new), here, strict=True))
        and (goal is None or [shows(goal, here[1][t]) for t in goals(page, name)] == [True])
        for table in tables for name, old, new, goal in table.rows
    )  # fmt: skip


def descended(page: Page, data: dict[str, Any], place: Place) -> bool | None:
    """The new values are the old ones less the rate times differences of the target."""
    assert place.worked is not None
    task = place.worked.task
    if not page.numeric or page.part.learning_rate_value is None:
        return None
    if task.steps > 1:
        told = [(a.value, page.epochs[a.epoch + 1][a.quantity]) for a in place.worked.answers if a.value is not None]
        return all(close(mp.mpf(number), wanted) for number, wanted in told)
    rate = value(page.part.learning_rate_value, page.epochs[0], B)
    (target,) = targets_of(task, page.part)[:1]
    for a in place.worked.answers:
        slope = page.slope(target, a.quantity, place.epoch) if page.paths(a.quantity, target) else mp.mpf(0)
        wanted = page.epochs[place.epoch][a.quantity] - rate * slope if slope is not None else None
        if wanted is not None and a.value is not None and not close(mp.mpf(a.value), wanted):
            return False
    return True


# ---- numbers


def contradicts(page: Page, data: dict[str, Any], place: Place) -> bool:
    own = value(page.right(data["z"]), page.values(place.epoch), B, page.part.vocabulary)  # type: ignore[arg-type]
    told = shows(data["given"], page.epochs[0][data["z"]]) and shows(data["computed"], own)
    return told and not close(own, page.epochs[0][data["z"]])


def loose(page: Page, data: dict[str, Any], place: Place) -> bool:
    """These rows: what is printed in numbers before the result rounds to another result."""
    rows = [line for worked in page.solved.worked for line in unbroken(worked.lines) if line.label in data["lines"]]
    return len(rows) == len(data["lines"]) and not any(map(reproduces, rows))


def reproduces(line: Line) -> bool:
    """Whether the formula in numbers before the rounded result gives it."""
    formulas = [f for _, f in line.chain if not list(names_of(f)) and not any(isinstance(n, Deriv) for n in f.walk())]
    for before, told in pairwise(formulas):
        if not isinstance(told.arg if isinstance(told, Neg) else told, Num):
            continue
        if not rounds(value(before, {}, B), told):
            return False
    return True


# ---- checks


def shifted(page: Page, data: dict[str, Any], place: Place) -> bool:
    """Adding 0.83 to all changes nothing; the numbers that are added up are the slopes, to their digits, and give 0."""
    here, names = page.values(0), data["names"]
    there = page.values(0, {n: here[n] + mp.mpf("0.83") for n in names})
    terms = [number(t) for t in data["total"].items[0].terms]
    slopes = [page.slope(data["target"], n, 0) for n in names]
    return (
        close(there[data["target"]], here[data["target"]])
        and all(abs(a - b) < 1e-3 * max(map(abs, slopes)) for a, b in zip(terms, slopes, strict=True))
        and abs(sum(terms)) < TINY
    )


def differences(
    page: Page, target: Name, name: Name, step: Any, there: Mapping[Written, Any] | None = None
) -> list[Any]:
    """L(w - h), L(w), L(w + h)"""
    middle = page.values(0, there)[name]
    return [page.values(0, {**(there or {}), name: middle + s * step})[target] for s in (-1, 0, 1)]


def unmoved(page: Page, data: dict[str, Any], place: Place) -> bool:
    """The target has the printed value at the number and to both sides, for each of these quantities alone."""
    step, target = number(data["step"]), data["target"]
    there = (v for name in data["names"] for v in differences(page, target, name, step))
    return all(shows(data["value"], v) for v in there)


def at_the_kink(page: Page, data: dict[str, Any], place: Place) -> bool:
    """The quotients to both sides; the first as it is printed, to the side it is printed for."""
    symbol, step = data["derivative"], number(data["step"].items[1])
    low, here, high = differences(page, symbol.of, symbol.by[0], step)
    right, left = (high - here) / step, (here - low) / step
    told = [number(data["value"]), number(data["other"])]
    forward = isinstance(data["quotient"].num.terms[0].args[0], Sum)  # type: ignore[union-attr]
    ends = [right, left] if forward else [left, right]
    apart = all(abs(a - b) <= DIGITS * max(abs(b), 1) for a, b in zip(told, ends, strict=True))
    mean = "mean" not in data or close(number(data["mean"]), sum(told) / 2, DIGITS)
    return apart and mean and not close(right, left, DIGITS)


def through_given(page: Page, symbol: Deriv, step: Any, there: Mapping[Written, Any] | None = None) -> Any:
    """(h(w + s) - h(w - s))/2s times ∂C/∂h, for all given derivatives of C."""
    total = mp.mpf(0)
    for given, told in page.part.upstream.items():
        low, _, high = differences(page, given.by[0], symbol.by[0], step, there)  # type: ignore[attr-defined]
        factor = value(told, {**page.values(0, there), **(there or {})}, B, page.part.vocabulary)
        total += (high - low) / (2 * step) * factor
    return total


def quotients(page: Page, data: dict[str, Any], place: Place) -> bool:
    """Every number that the page has for one of them is its quotient with the printed step, to its digits."""
    step, told = number(data["step"].items[1]), set(data["derivatives"])
    lines = [line for worked in page.solved.worked for line in unbroken(worked.lines) if line.left in told]
    for line in lines:
        low, _, high = differences(page, line.left.of, line.left.by[0], step)  # type: ignore[union-attr, arg-type]
        last = line.chain[-1][1]
        if line.epoch == 0 and not names_of(last) and not rounds((high - low) / (2 * step), last):
            return False
    return len(told) == data["n"] and {line.left for line in lines} == told


def given_times(page: Page, data: dict[str, Any], place: Place) -> bool:
    return shows(data["value"], through_given(page, data["derivative"], number(data["step"].items[1])))


def unrounded(page: Page, data: dict[str, Any], place: Place) -> bool:
    """The one number is the quotient of exact values; the other stands on the page, and differs."""
    symbol, step = data["derivative"], number(data["step"].items[1])
    low, _, high = differences(page, symbol.of, symbol.by[0], step)
    lines = (line for worked in page.solved.worked for line in unbroken(worked.lines) if line.left == symbol)
    printed = [line.chain[-1][1] for line in lines]
    return rounds((high - low) / (2 * step), data["value"]) and data["rounded"] in printed and (
        not close(number(data["rounded"]), number(data["value"]), 1e-12)
    )  # fmt: skip


def inverted(page: Page, data: dict[str, Any], place: Place) -> bool:
    back, told = data["back"].items
    half = mp.mpf("0.51") * mp.mpf(10) ** -(told.places or 0) if isinstance(told, Num) else TINY
    ends = value(back, {}, B), page.of(data["z"], place.epoch)
    return all(abs(end - number(told)) <= half for end in ends)


def whole(page: Page, data: dict[str, Any], place: Place) -> bool:
    """At cos 1, cos 2, … the quotient of scaled letters, with its step and with a smaller one, is the printed sum."""
    assert place.worked is not None
    walk = (n for e in page.part.equations for n in e.right.walk() if isinstance(n, Name) and page.right(n) is None)
    row = [n for n in dict.fromkeys(walk) if n not in page.part.given]
    there = {**page.epochs[0], **{n: mp.cos(k) for k, n in enumerate(row, 1)}}
    asked = [a.quantity.by[0] for a in place.worked.answers if isinstance(a.quantity, Deriv)]
    for step in (number(data["step"].items[1]), mp.mpf(10) ** -9):
        ends = [
            page.values(0, {**there, **{n: there[n] * (1 + s * step) for n in asked}})[data["target"]] for s in (-1, 1)
        ]
        if not close((ends[1] - ends[0]) / (2 * step), number(data["value"]), 5e-6):
            return False
    return len(asked) == data["n"]


SIDES = are_so("where")
STRUCTURE: dict[str, Claim] = {
    "net-summary": summed_up, "roles": roles, "roles-index": roles_index, "lateral": lateral,
    "skip": skip, "skip-plain": skip, "linear-same": linear_same,
    "group": grouped, "group-first": grouped, "group-layer": grouped, "group-first-layer": grouped,
    "count": counts, "count-parameters": counts, "unused": unused, "no-path": no_path, "forward-order": in_order,
    "path-one": lambda page, data, place: page.paths(data["z"], data["target"]) == 1,
    "delta-def": named, "abbreviate": named,
    "delta-times-input": times_input, "delta-times-input-bias": times_input, "delta-bias": times_input,
    "termwise-constants": constant, "that-is": that_is, "common-factor-tasks": vanish_in_parts,
    "sigmoid-slope": by_value,
    "slope-on": gate(1), "slope-off": gate(-1), "slope-side": SIDES, "sign-known": SIDES, "slope-branch": SIDES,
    "kink-tie": are_so("tie"), "kink-used": are_so("at"), "relu-kink": are_so("z"), "kink-convention": agreed,
    "limits": tends, "loss-rose-between": rises_at, "moved-back": came_back, "outputs-closer": all_closer,
    "before-after": before_and_after,
    "descent-rule": descended, "descent-all": descended, "descent-steps": descended,
    "given-contradiction": contradicts, "round-where": loose,
    "check-shift": shifted, "check-one-sided": at_the_kink, "check-mean": at_the_kink, "check-through": given_times,
    "check-quotients": quotients, "check-unmoved": unmoved,
    "check-unrounded": unrounded, "check-inverse": inverted, "check-whole": whole,
}  # fmt: skip
CLAIMS = VALUE_CLAIMS | STRUCTURE
# those that can be seen where the page's numbers are not those of its equations alone
ALWAYS = {"check-through", "check-unrounded", "count", "count-parameters", "lateral", "net-summary", "roles",
          "roles-index", "skip", "skip-plain"}  # fmt: skip

# keys of sentences that claim nothing that numbers could refute, by the reason; * stands for every end
SILENT = {
    "no sentence of a worked solution": "hint-* fill-in* rubric-* slip-* route-*",
    "part of a sentence or of a table": "units-* plain-* group-weights group-biases path path-edge path-whole"
    " limit-fact path-direct column-* step-number undefined rounded",
    "a rule by its name; the line beside it is certified": "limit-outweighed limits-plain rule-* chain cancel"
    " terms-cancel common-denominator factor-out fold simplify simplify-terms order-factors log-rule log-product"
    " log-power insert-plain in-terms-of termwise multiply-add together assumed collected substituted",
    "what is done next": "back-order back-further back-given local-first local-first-same own-equation second-route"
    " chain-next table-key table-key-values as-function as-functions differentiate differentiate-first"
    " differentiate-again differentiate-twice equations equations-of forward-one values-first values-then"
    " values-before values-new hence hence-by table-of-values"
    " steps-table tell-direct tell-backward tell-paths program-lead program-new-values",
    "where something stands; tests/test_said_once.py, tests/test_repeated.py": "by from-part as-above"
    " as-function-again found-already same-way new-values-from-here old-values-until",
    "the author's own numbers, functions, conventions and assumptions, printed": "given given-* learning-rate fixed"
    " kinks-agreed assumptions function-def function-abstract function-alias slope-rectifier",
    "how numbers are rounded; tests/test_rounding_laws.py": "round-digits round-decimals round-table-digits"
    " round-table-decimals round-carried-digits round-carried-decimals round-guarded",
}
