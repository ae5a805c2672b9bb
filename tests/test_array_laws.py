"""Random formulas with matrices: rewritings that keep the value are equal, mutants are not; NumPy is the referee.

A formula is a nested tuple: it is written with all brackets for the reader, and calculated by NumPy as it is nested.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from symprop.equality.normal import proved
from symprop.errors import ReadError
from symprop.judge.compare import compare
from symprop.judge.context import Context
from symprop.notation import Notation, latex, text
from symprop.reader import read
from symprop.shapes import Shapes
from symprop.written import Written
from tests.budget import many

SHAPES = {"W": "nm", "V": "mn", "A": "nn", "B": "nn", "x": "m1", "y": "m1", "u": "n1", "v": "n1", "c": "11", "k": "11"}
CONTEXT = Context().declaring("W: n x m, V: m x n, A: n x n, B: n x n, x: m, y: m, u: n, v: n, s()")
SIZES = ({"n": 3, "m": 4, "1": 1}, {"n": 5, "m": 2, "1": 1})
Tree = tuple[Any, ...]
SEEDS = range(many(100, 5000))


def grow(shape: str, depth: int, dice: random.Random) -> Tree:
    """A random formula of a shape."""
    rows, cols = shape
    if depth == 0:
        found = [name for name, known in SHAPES.items() if known == shape]
        turned = [name for name, known in SHAPES.items() if known == shape[::-1] and shape != "11"]
        if found or turned:
            name = dice.choice(found + turned)
            return ("T", ("name", name)) if name in turned and name not in found else ("name", name)
        return ("mul", grow(rows + "1", 0, dice), grow("1" + cols, 0, dice))
    kind = dice.choice(["mul", "mul", "mul", "add", "sub", "had", "scale", "T", "fn", "number"])
    down = depth - 1
    if kind in ("add", "sub", "had"):
        return (kind, grow(shape, down, dice), grow(shape, down, dice))
    if kind == "mul":
        inner = dice.choice("nm")
        return ("mul", grow(rows + inner, down, dice), grow(inner + cols, down, dice))
    if kind == "scale":
        return ("scale", grow("11", down, dice), grow(shape, down, dice))
    if kind == "T":
        return ("T", grow(shape[::-1], down, dice))
    if kind == "fn" and dice.random() < 0.4:
        return ("fn", grow(shape, down, dice))
    if kind == "number" and shape == "11":
        square = dice.choice(["nn", "mm"])
        return ("tr", grow(square, down, dice)) if dice.random() < 0.5 else ("norm", grow("n1", down, dice))
    return grow(shape, down, dice)


def written(tree: Tree) -> str:
    head, *parts = tree
    if head == "name":
        return str(parts[0])
    a, *b = map(written, parts)
    if head == "T" and a in ("c", "k"):  # a number: `what is transposed?`
        return a
    told = {"T": f"({a})^T", "fn": f"s({a})", "tr": f"tr({a})", "norm": rf"\|{a}\|^2", "diag": f"diag({a})"}
    if head in told:
        return told[head]
    sign = {"add": "+", "sub": "-", "had": "⊙", "mul": " ", "scale": " "}[head]
    return f"({a}) {sign} ({b[0]})"


def value(tree: Tree, env: dict[str, Any]) -> Any:
    """By NumPy; None where the shapes do not fit."""
    head, *parts = tree
    if head == "name":
        return env[parts[0]]
    values = [value(part, env) for part in parts]
    if any(v is None for v in values):
        return None
    a, b = values[0], values[-1]
    if head in ("mul", "scale"):
        return product(a, b)
    if head == "T":
        return a.T
    if head == "fn":
        return np.sin(1.3 * a + 0.4) + a / 3
    if head == "tr":
        return np.trace(a).reshape(1, 1) if a.shape[0] == a.shape[1] else None
    if head == "norm":
        return np.sum(a * a).reshape(1, 1)
    if head == "diag":
        return np.diagflat(a) if 1 in a.shape and a.shape != (1, 1) else None
    if head == "had":
        return a * b if a.shape == b.shape or (1, 1) in (a.shape, b.shape) else None
    if np.broadcast_shapes(*fitting(a, b)) not in (a.shape, b.shape):
        return None
    return a + b if head == "add" else a - b


def product(a: Any, b: Any) -> Any:
    if (1, 1) in (a.shape, b.shape):
        return a * b
    if a.shape == b.shape and 1 in a.shape:  # two vectors side by side
        return np.sum(a * b).reshape(1, 1)
    return a @ b if a.shape[1] == b.shape[0] else None


def fitting(a: Any, b: Any) -> list[tuple[int, int]]:
    """The shapes, or two that give neither of them."""
    fit = all(p == q or 1 in (p, q) for p, q in zip(a.shape, b.shape, strict=True))
    return [a.shape, b.shape] if fit else [(7, 1), (1, 8)]


def environment(sizes: dict[str, int], seed: int) -> dict[str, Any]:
    dice = np.random.default_rng(seed)
    return {name: dice.normal(size=(sizes[r], sizes[c])) for name, (r, c) in SHAPES.items()}


def same(a: Tree, b: Tree) -> bool | None:
    """Whether NumPy finds one value; None where one has none."""
    for seed, sizes in enumerate(SIZES):
        left, right = (value(tree, environment(sizes, seed)) for tree in (a, b))
        if left is None or right is None:
            return None
        if left.shape != right.shape or not np.allclose(left, right, rtol=1e-8, atol=1e-8):
            return False
    return True


def rewritten(tree: Tree, dice: random.Random) -> Tree:
    """Another formula of the same value."""
    if tree[0] == "name" or dice.random() < 0.2:
        return tree
    parts = tuple(rewritten(part, dice) for part in tree[1:])
    match (tree[0], *parts):
        case ("T", ("mul", a, b)):
            return ("mul", ("T", b), ("T", a))
        case ("T", ("T", a)):
            return a
        case ("T", ("add" | "sub" | "had" as head, a, b)):
            return (head, ("T", a), ("T", b))
        case ("T", ("scale", c, a)):
            return ("scale", c, ("T", a))
        case ("T", ("fn", a)):
            return ("fn", ("T", a))
        case ("mul", a, ("add" | "sub" as head, b, c)):
            return (head, ("mul", a, b), ("mul", a, c))
        case ("mul", ("add" | "sub" as head, a, b), c):
            return (head, ("mul", a, c), ("mul", b, c))
        case ("mul", ("scale", c, a), b):
            return dice.choice([("scale", c, ("mul", a, b)), ("mul", a, ("scale", c, b))])
        case ("mul", ("mul", a, b), c):
            return ("mul", a, ("mul", b, c))
        case ("mul", a, ("mul", b, c)):
            return ("mul", ("mul", a, b), c)
        case ("mul", a, b):
            return ("T", ("mul", ("T", b), ("T", a)))
        case ("add" | "had" as head, a, b):
            return (head, b, a)
        case ("sub", a, b):
            return ("T", ("sub", ("T", a), ("T", b)))
        case ("scale", c, ("add" | "sub" as head, a, b)):
            return (head, ("scale", c, a), ("scale", c, b))
        case ("scale", c, a):
            return ("scale", ("T", c), a)
        case ("tr", ("mul", a, b)):
            return ("tr", ("mul", b, a))
        case ("norm", a):
            return ("tr", ("mul", a, ("T", a)))
        case found:
            return found


def mutant(tree: Tree, dice: random.Random) -> Tree:
    """A slip at one place: a transpose lost or too many, another order, sign, name or product."""
    if tree[0] == "name":
        if dice.random() < 0.4:
            return ("T", tree)
        others = [name for name, shape in SHAPES.items() if shape == SHAPES[tree[1]] and name != tree[1]]
        return ("name", dice.choice(others or [tree[1]]))
    head, *parts = tree
    if dice.random() < 0.5:
        at = dice.randrange(len(parts))
        return (head, *(mutant(p, dice) if k == at else p for k, p in enumerate(parts)))
    if head in ("T", "fn"):
        return parts[0]
    if head in ("mul", "sub"):
        return dice.choice([(head, parts[1], parts[0]), ("had" if head == "mul" else "add", *parts)])
    return {"add": ("sub", *parts), "had": ("mul", *parts), "scale": parts[-1]}.get(head, ("T", tree))


def is_proved(a: Tree, b: Tree) -> bool:
    try:
        formulas = [read(written(tree), CONTEXT.vocabulary) for tree in (a, b)]
    except ReadError:
        return False
    return proved(*formulas, Shapes(CONTEXT.vocabulary))


def test_most_rewritings_are_proved() -> None:
    found = [is_proved(tree, rewritten(tree, dice)) for tree, dice in map(formula, range(300))]
    assert found.count(True) > 200


def formula(seed: int) -> tuple[Tree, random.Random]:
    dice = random.Random(f"arrays {seed}")
    return grow(dice.choice(["nm", "n1", "1m", "11", "nn"]), dice.randrange(1, 4), dice), dice


@pytest.mark.parametrize("seed", SEEDS)
def test_what_keeps_the_value_is_accepted(seed: int) -> None:
    tree, dice = formula(seed)
    other = tree
    for _ in range(2):
        other = rewritten(other, dice)
    assert same(tree, other)
    found = compare(written(tree), written(other), CONTEXT)
    assert found.kind == "equal", (written(tree), written(other), found.said)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mutant_is_judged_as_numpy_does(seed: int) -> None:
    tree, dice = formula(seed)
    other = mutant(tree, dice)
    truth = same(tree, other)
    assert truth is not False or not is_proved(tree, other)
    found = compare(written(tree), written(other), CONTEXT)
    shown = written(tree), written(other), truth, found.said
    if truth is None:
        assert found.kind in ("different", "ambiguous", "unreadable"), shown
    else:
        assert found.kind == ("equal" if truth else "different"), shown


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_printed_reads_back(seed: int) -> None:
    read_, notation = formula_of(seed), Notation(vocabulary=CONTEXT.vocabulary)
    for shown in (text(read_, notation), latex(read_, notation)):
        assert read(shown, CONTEXT.vocabulary) == read_, shown


def formula_of(seed: int) -> Written:
    return read(written(formula(seed)[0]), CONTEXT.vocabulary)


def test_there_are_mutants_of_all_kinds() -> None:
    truths = [same(tree, mutant(tree, dice)) for tree, dice in map(formula, range(300))]
    assert min(truths.count(False), truths.count(None)) > 40


# ---- derivatives


def without(name: str, tree: Tree) -> bool:
    return tree != ("name", name) and all(without(name, part) for part in tree[1:] if isinstance(part, tuple))


@pytest.mark.parametrize("seed", range(many(25, 1000)))
def test_the_derivative_of_a_random_number_is_the_one_that_numpy_measures(seed: int) -> None:
    """tr(P W Q) by W is (Q P)^T, for any P and Q without W; its transpose is only where NumPy says so."""
    dice = random.Random(seed)
    inner = dice.choice("nm")
    p, q = grow(inner + "n", 1, dice), grow("m" + inner, 1, dice)
    if not (without("W", p) and without("W", q)):
        return
    left = rf"\nabla_W tr(({written(p)}) W ({written(q)}))"
    found = compare(left, f"(({written(q)}) ({written(p)}))^T", CONTEXT)
    if found.kind == "unreadable" or found.said.code == "unfit":
        return  # brackets are asked for
    env = environment(SIZES[0], seed)
    a, b = value(p, env), value(q, env)
    if a is None or b is None:
        return
    step = np.zeros_like(env["W"])
    step[1, 2] = 1e-6
    up, down = (np.trace(product(product(a, env["W"] + sign * step), b)) for sign in (1, -1))
    assert np.isclose((up - down) / 2e-6, (b @ a).T[1, 2], rtol=1e-4, atol=1e-4)
    assert found.kind == "equal", (left, found.said)
    wrong = compare(left, f"2 (({written(q)}) ({written(p)}))^T", CONTEXT)
    assert wrong.kind == ("equal" if not np.any(b @ a) else "different")


@pytest.mark.parametrize("seed", range(many(15, 500)))
def test_a_product_is_differentiated_by_its_rule(seed: int) -> None:
    dice = random.Random(seed)
    f, g = (written(("mul", ("T", grow("m1", 1, dice)), grow("m1", 1, dice))) for _ in range(2))
    left = rf"\nabla_x (({f}) ({g}))"
    found = compare(left, rf"({f}) \nabla_x ({g}) + ({g}) \nabla_x ({f})", CONTEXT)
    assert found.kind in ("equal", "unreadable", "undecided"), left
    assert found.kind != "undecided" or found.said.code == "undecided-ground"
