"""Hints for a task, read off its own solution: where to begin, which nodes lie on the way, which rules were used,
which earlier part is needed.  Weak hints first.

Law: a hint holds names of quantities, symbols of derivatives and numbers of things, never a formula or a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symprop.derive.leaves import leaves_of
from symprop.model.exercise import Part
from symprop.model.graph import targets_of
from symprop.model.solution import Line, Lines, Phrase, Prose, Table, Worked, phrase
from symprop.sheets.fading import is_name, tells_nothing
from symprop.written import Const, Deriv, Name, Written, names_of

MANY = 8  # quantities that a hint lists; of more it names the first
RULES = ("chain", "log-rule", "log-product", "log-power")
NAMED = {"chain": "hint-chain", "rule-product": "hint-product", "rule-quotient": "hint-quotient"}  # with an article
GATES = ("relu-on", "relu-off", "relu-kink")
FORWARD = ("forward", "forward-again")


def hints(worked: Worked, part: Part, before: Sequence[Worked] = ()) -> tuple[Phrase, ...]:
    """The hints of a task; ``before``: the tasks of the part that were worked before it."""
    about = {
        "count": _count, "forward": _forward, "forward-again": _forward_again, "local": _local, "update": _update,
        "program": _program,
    }.get(worked.task.kind, _derivatives)  # fmt: skip
    found = tuple(hint for hint in dict.fromkeys(about(worked, part, before)) if tells_nothing(hint))
    return found or tuple(_least(worked, part, before))


Hints = Iterator[Phrase]


def _count(worked: Worked, part: Part, before: Sequence[Worked]) -> Hints:
    yield phrase("hint-count")
    fixed = tuple(name for name in part.given if name not in part.parameters)
    yield phrase("hint-count-given", names=fixed) if fixed else phrase("hint-count-parameters")


def _least(worked: Worked, part: Part, before: Sequence[Worked]) -> Hints:
    """Where nothing else can be said: where it was found before, or the equation to begin with."""
    asked = {(a.quantity, a.epoch) for a in worked.answers}
    for earlier in before:
        if asked and asked <= {(a.quantity, a.epoch) for a in earlier.answers}:
            yield phrase("hint-found", part=earlier.task.label)
            return
    if names := tuple(n for n in targets_of(worked.task, part) if _right(part, n)):
        yield phrase("hint-definition", names=names)


# ---- values


def _forward(worked: Worked, part: Part, before: Sequence[Worked]) -> Hints:
    order = tuple(line.left for line in _lines(worked) if isinstance(line.left, Name))
    if order:
        used = sorted({n for n in _right(part, order[0]) if n in part.given}, key=list(part.given).index)
        yield phrase("hint-start", first=order[0], given=tuple(used)) if used else phrase("hint-first", first=order[0])
    if len(order) > 1:
        yield phrase("hint-order", names=order)
    yield from _gates(worked)


def _gates(worked: Worked) -> Hints:
    """Units whose sign decides: on, off or on the kink is not said."""
    gates: dict[Written, list[Written]] = {}
    for line in _lines(worked):
        for reason in line.reasons:
            if reason.code in GATES and isinstance(line.left, Name):
                gates.setdefault(dict(reason.data)["f"], []).append(line.left)
    for f, names in gates.items():
        yield phrase("hint-sign", names=tuple(names), f=f)


def _forward_again(worked: Worked, part: Part, before: Sequence[Worked]) -> Hints:
    first = next((w for w in before if w.task.kind == "forward"), None)
    updates = [w for w in before if w.task.kind == "update"]
    moved = tuple(dict.fromkeys(a.quantity for w in updates for a in w.answers))
    if first is not None and moved:
        yield phrase("hint-again", part=first.task.label, names=moved)
    else:
        yield from _forward(worked, part, before)
    if updates:
        yield phrase("hint-new-values", part=updates[-1].task.label)
    for target in targets_of(worked.task, part)[:1]:
        if any(e.left == target for e in part.equations):
            yield phrase("hint-compare", target=target)


def _program(worked: Worked, part: Part, before: Sequence[Worked]) -> Hints:
    order = tuple(equation.left for equation in part.equations)
    if order:
        yield phrase("hint-program-forward", first=order[0], last=order[-1])
    for target in targets_of(worked.task, part)[:1]:
        yield phrase("hint-program-backward", target=target)
    checked = [w for w in before if w.answers and w.task.kind in ("forward", "gradient", "derivative")]
    if checked:
        yield phrase("hint-program-check", part=checked[-1].task.label)


# ---- derivatives


def _local(worked: Worked, part: Part, before: Sequence[Worked]) -> Hints:
    symbols = [a.quantity for a in worked.answers if isinstance(a.quantity, Deriv)]
    by_function: dict[Written, list[Written]] = {}
    for symbol in symbols:
        by_function.setdefault(symbol.of, []).append(symbol.by[0])
    for function, arguments in by_function.items():
        if len(arguments) > 1:
            held = tuple(arguments[1:])
            yield phrase("hint-held", f=function, arguments=tuple(arguments), first=arguments[0], held=held)
            break
    if symbols:
        yield phrase("hint-local-count", n=len(symbols))
    yield from _values(worked, part, before)


def _derivatives(worked: Worked, part: Part, before: Sequence[Worked]) -> Hints:
    """Of a task that differentiates: the way first, then the rules, then the intermediate results."""
    yield from _values(worked, part, before)
    yield from _known(worked, before)
    for said in (p for block in worked.blocks if isinstance(block, Prose) for p in block.phrases):
        yield from _announced(said, worked)
    yield from _way(worked)
    yield from _fans(worked)
    yield from _slopes(worked)
    yield from _rules(worked)
    if worked.task.vector:
        yield phrase("hint-vector", n=len(worked.answers) if len(worked.answers) > 1 else len(worked.task.by))
    yield from _points(worked)
    if not any(isinstance(line.left, Deriv) for line in _lines(worked)):
        used = dict.fromkeys(n for f in worked.task.formulas for n in names_of(f) if _right(part, n))
        if used:
            yield phrase("hint-definition", names=tuple(used))


def _announced(said: Phrase, worked: Worked) -> Hints:
    """What a sentence between the displays tells of the way."""
    data = dict(said.data)
    match said.code:
        case "as-function" | "as-function-again":
            yield phrase("hint-as-function", target=data["target"], by=data["by"])
        case "substituted":
            yield phrase("hint-substitute", target=data["target"])
        case "differentiate-twice" | "differentiate-again":
            for second in worked.task.formulas:
                if isinstance(second, Deriv) and len(second.by) > 1:
                    code = "hint-twice" if len(set(second.by)) > 1 else "hint-twice-same"
                    yield phrase(code, first=second.by[0], then=second.by[-1])
        case "only-through":
            yield phrase("hint-only-through", **data)
        case "paths-list":
            yield phrase("hint-paths", z=data["z"], target=data["target"], n=data["n"])
            yield from _paths(worked)


def _update(worked: Worked, part: Part, before: Sequence[Worked]) -> Hints:
    moved = tuple(dict.fromkeys(a.quantity for a in worked.answers))
    targets = targets_of(worked.task, part)[:1]
    known, missing = [], {Deriv(t, (n,)) for t in targets for n in moved if isinstance(n, Name)}
    for earlier in before:
        if _derivatives_in(earlier) & missing:
            known.append(earlier)
            missing -= _derivatives_in(earlier)
    if known and not missing:
        now = worked.answers[0].epoch if worked.task.steps == 1 else None
        same = all(a.epoch == now for w in known for a in w.answers)
        yield phrase(
            "hint-derivatives-from" if same else "hint-derivatives-as", part=tuple(w.task.label for w in known)
        )
    else:
        yield from _derivatives(worked, part, before)
    rate = part.rate
    if worked.task.steps > 1:
        yield phrase("hint-steps", n=worked.task.steps)
    if len(moved) > 1:
        yield phrase("hint-old-values", names=moved if len(moved) <= MANY else moved[:1])
    yield phrase("hint-step", names=moved if len(moved) <= MANY else moved[:1], rate=rate)


def _derivatives_in(worked: Worked) -> set[Deriv]:
    """The derivatives among the answers."""
    return {a.quantity for a in worked.answers if isinstance(a.quantity, Deriv)}


def _known(worked: Worked, before: Sequence[Worked]) -> Hints:
    """Derivatives found in an earlier part that this one uses."""
    found: dict[str, dict[Written, None]] = {}
    labels = {line.label: (w.task.label, left) for w in before for line, left in _named(w) if line.label}
    said = [(None, p) for block in worked.blocks if isinstance(block, Prose) for p in block.phrases]
    for left, reason in (*said, *((line.left, r) for line in _lines(worked) for r in line.reasons)):
        data = dict(reason.data)
        if reason.code == "from-part" and left is not None:
            found.setdefault(data["part"], {})[left] = None
        cited = data.get("lines", ())
        for label in (cited,) if isinstance(cited, str) else cited:
            part, quantity = labels.get(label, ("", None))
            if quantity is not None:
                found.setdefault(part, {})[quantity] = None
    told = {quantity for quantities in found.values() for quantity in quantities}
    earlier = [w for w in reversed(before) if w.task.kind != "local"]
    results = {(line.epoch, left): w.task.label for w in earlier for line, left in _named(w)}
    results |= {(a.epoch, a.quantity): w.task.label for w in earlier for a in w.answers}
    for epoch, quantity in _used(worked):
        if isinstance(quantity, Deriv) and quantity not in told and (epoch, quantity) in results:
            found.setdefault(results[epoch, quantity], {})[quantity] = None
    for part, quantities in found.items():
        yield phrase("hint-known", names=tuple(quantities), part=part)


def _used(worked: Worked) -> dict[tuple[int, Written], None]:
    """What the right sides of the displays name that is not found in them, and at which values."""
    lines = _lines(worked)
    own = {line.left for line in lines}
    return {(line.epoch, q): None for line in lines for _, f in line.chain for q in leaves_of(f) if q not in own}


def _values(worked: Worked, part: Part, before: Sequence[Worked]) -> Hints:
    """Where the values of the forward pass stand, as they are now, if any of them is needed."""
    now = {a.epoch for a in worked.answers if a.value is not None}
    passes = [w for w in before if w.task.kind in FORWARD and {a.epoch for a in w.answers if a.value is not None} & now]
    computed = {e.left for e in part.equations}
    needed = not _lines(worked) or any(name in computed for _, name in _used(worked))
    if passes and needed and not worked.task.at:
        yield phrase("hint-values", part=passes[-1].task.label)


def _paths(worked: Worked) -> Hints:
    for block in worked.blocks:
        if isinstance(block, Table) and block.columns and block.columns[0] == Phrase("column-path"):
            yield phrase("hint-path-names", paths=tuple(row[0] for row in block.rows if isinstance(row[0], Phrase)))


def _fans(worked: Worked) -> Hints:
    listed = any(isinstance(b, Table) for b in worked.blocks)
    for line in _lines(worked):
        for reason in line.reasons:
            data = dict(reason.data)
            if reason.code in ("paths-add", "branches-add") and isinstance(line.left, Deriv) and not listed:
                yield phrase("hint-fan-out", z=data["z"], target=line.left.of, n=data["paths"])


def _way(worked: Worked) -> Hints:
    """The derivatives on the way, in the order of the solution."""
    if worked.task.kind in ("find", "second"):
        return
    chain = tuple(dict.fromkeys(line.left for line in _lines(worked) if isinstance(line.left, Deriv)))
    asked = {a.quantity for a in worked.answers}
    asked |= {Deriv(d.of, (n,)) for d in chain for n in asked if isinstance(n, Name)}  # of an update
    between = tuple(d for d in chain if d not in asked and is_name(d) and len(d.by) == 1)
    for target in dict.fromkeys(d.of for d in between):
        own = tuple(d for d in between if d.of == target)
        if len(own) > MANY:
            yield phrase("hint-way-start", target=target, first=own[0])
        else:
            yield phrase("hint-way", target=target, between=own)


def _slopes(worked: Worked) -> Hints:
    """Units whose slope the sign of the argument decides, or a convention."""
    reasons = [(line, reason, dict(reason.data)) for line in _lines(worked) for reason in line.reasons]
    signs = tuple(d["z"] for _, r, d in reasons if r.code in ("slope-on", "slope-off") and is_name(d["z"]))
    if signs:
        yield phrase("hint-slope", z=tuple(dict.fromkeys(signs)))
    for line, reason, data in reasons:
        if reason.code in ("slope-on", "slope-off") and is_name(data["z"]):
            continue
        if reason.code in ("slope-on", "slope-off", "kink-convention"):
            if reason.code == "kink-convention":
                yield phrase("hint-kink", f=data["f"])
            elif isinstance(line.left, Deriv):
                yield phrase("hint-slope-in", derivative=line.left)


def _rules(worked: Worked) -> Hints:
    used = [r for line in _lines(worked) for r in line.reasons if r.code in RULES or r.code.startswith("rule-")]
    rules = tuple(dict.fromkeys(r for r in used if not r.data))
    if rules not in ((), (Phrase("chain"),)):
        yield phrase("hint-rules", rules=tuple(Phrase(NAMED.get(r.code, r.code), r.data) for r in rules))
    if any(r.code == "common-denominator" for line in _lines(worked) for r in line.reasons):
        yield phrase("hint-denominator")


def _points(worked: Worked) -> Hints:
    if worked.task.at:
        yield phrase("hint-points", n=len(worked.task.at))
        if any(isinstance(part, Const) and part.letter == "oo" for point in worked.task.at for v in point.values()
               for part in v.walk()):  # fmt: skip
            yield phrase("hint-limit")


# ---- what a solution holds


def _lines(worked: Worked) -> list[Line]:
    return [line for block in worked.blocks if isinstance(block, Lines) for line in block.lines]


def _named(worked: Worked) -> Iterator[tuple[Line, Written | None]]:
    """Each line with the quantity that it is about; a row without a left side goes on with the one above."""
    left: Written | None = None
    for line in _lines(worked):
        left = line.left or left
        yield line, left


def _right(part: Part, name: Written) -> frozenset[Name]:
    """The names on the right side of an equation."""
    return frozenset(n for e in part.equations if e.left == name for n in names_of(e.right))
