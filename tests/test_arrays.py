"""Vectors, matrices and sums: how they are read, what is refused, what a verdict tells, and hostile texts."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from symprop import api, spec
from symprop.equality.sized import SIZES, _tried
from symprop.errors import ReadError, SpecError, UnfitError
from symprop.judge.compare import compare
from symprop.judge.context import Context
from symprop.notation import Notation, text
from symprop.reader import read
from symprop.render.verdicts import compared_json, compared_text
from tests.budget import many

SHAPES = "W: n x m, x: m, delta: n, z: n, A: n x n, B: n x n, x^{(i)}: m, s()"
CONTEXT = Context().declaring(SHAPES)

READ = [  # text, as it is printed
    ("W^T delta ⊙ x", "W^T delta ⊙ x"),
    (r"\mathbf{W}^\top \boldsymbol\delta", "W^T delta"),
    ("x·x", "x^T x"),
    ("x x^T", "x x^T"),
    ("2 x @ x", "2 x^T x"),
    ("(W x) · z", "(W x)^T z"),
    ("A x^T x B", "A x^T x B"),
    ("z ⊙ A z", "z ⊙ (A z)"),
    ("z ⊙ z x^T", "(z ⊙ z) x^T"),
    ("-z ⊙ -z", "-z ⊙ (-z)"),
    ("x^Tx", "x^T x"),
    ("xᵀx", "x^T x"),
    ("W'x", "refused: a prime on the quantity `W`"),
    ("‖x‖", "norm(x)"),
    ("||x||^2", "norm(x)^2"),
    ("|x|", "norm(x)"),
    ("|x_1||x_2|", "abs(x_1) abs(x_2)"),
    (r"\lVert W \rVert_F", "norm(W)"),
    ("tr(A)", "trace(A)"),
    (r"\operatorname{tr}\left(A B\right)", "trace(A B)"),
    ("s(z)", "s(z)"),
    ("W_{12} x_3", "W_12 x_3"),
    ("k x", "k x"),
    ("W x", "W x"),
    ("W z", "refused: `W z`: W is n×m, z is n×1: the inner sizes m and n differ"),
    ("x + z", "refused: `x + z`: x is m×1, z is n×1: cannot be added"),
    ("x + x^T", "refused: `x + x^T`: x is m×1, `x^T` is 1×m: cannot be added"),
    ("x ⊙ z", "refused: `x ⊙ z`: x is m×1, z is n×1: ⊙ needs equal shapes"),
    ("1 + (W z)", "refused: `W z`: W is n×m, z is n×1: the inner sizes m and n differ"),
    ("A W W", "refused: `A W W`: the product is n×m, W is n×m: the inner sizes m and n differ"),
    ("x W", "refused: `x W`: x is m×1, W is n×m: the inner sizes 1 and n differ"),
    ("A x^T", "refused: `A x^T`: A is n×n, `x^T` is 1×m: the inner sizes n and 1 differ"),
    ("W * x", "refused: `*` between two arrays has two meanings"),
    (r"W \times x", "refused: `*` between two arrays has two meanings"),
    ("x x x", "refused: three vectors side by side have two readings"),
    ("A ⊙ A B", "refused: a product after ⊙ has two readings"),
    ("k^T", "refused: `k` is a number: what is transposed?"),
    ("1/x", "refused: `1/x`: x is m×1: nothing can be divided by it"),
    ("x^2", "refused: `x^2`: x is m×1: only a square matrix has powers"),
    ("A^{-1}", "A^{-1}"),
    ("A^{-T}", "(A^{-1})^T"),
    ("(A B)^{-\\top}", "((A B)^(-1))^T"),
    ("W^{-1}", "refused: `W^{-1}`: W is n×m: only a square matrix has powers"),
    ("A^{-2}", "refused: `A^{-2}`: A is n×n: the power of a matrix is a number from 1 to 10, or -1"),
    (r"\nabla_x (x^T x)", "d(x^T x)/dx"),
    (r"\frac{d}{dz} (A z)", "refused: `\\frac{d}{dz} (A z)`: `(A z)` is n×1, z is n×1: the derivative of an array"),
    ("2^x", "refused: `2^x`: x is m×1: an array is no exponent"),
    ("W_1", "refused: `W_1`: W is n×m: an entry of it has 2 indices"),
    ("x_0", "refused: `x_0`: x is m×1: its entries are counted from 1"),
    ("W_{out}", "refused: `W_{out}`: W is n×m: an entry of it has 2 indices"),
    ("W^{[2]}", "refused: `W^{[2]}`: W is n×m: `W^[2]` has no shape"),
    ("W^T_2", "refused: expected an operator or the end, found `_`"),
    ("tr(W)", "refused: `tr(W)`: W is n×m: only a square matrix has a trace"),
    ("diag(2)", "refused: `diag` takes a vector, not a number"),
    ("|W|", "refused: bars around a matrix"),
    ("‖x‖_1", "refused: this norm is not there"),
    ("‖x", "refused: a norm is never closed"),
    ("‖(x‖)", "refused: the bars of a norm do not match"),
    ("[x, 1]", "refused: `[x, 1]`: x is m×1: a number is needed"),
    ("max(x, z)", "refused: `max(x, z)`: x is m×1, z is n×1: cannot be compared"),
    ("BCE(x, x)", "refused: `BCE(x, x)`: x is m×1, x is m×1: `binary_cross_entropy` takes numbers"),
    (r"\frac{\partial x}{\partial z}", "refused: "),
]


@pytest.mark.parametrize(("told", "printed"), READ)
def test_a_formula_with_arrays_is_read_or_refused_at_its_place(told: str, printed: str) -> None:
    if printed.startswith("refused: "):
        with pytest.raises(ReadError) as refused:
            read(told, CONTEXT.vocabulary)
        assert refused.value.message.startswith(printed.removeprefix("refused: "))
        assert 0 <= refused.value.offset <= len(told)
    else:
        formula = read(told, CONTEXT.vocabulary)
        assert text(formula, Notation(vocabulary=CONTEXT.vocabulary)) == printed
        assert read(printed, CONTEXT.vocabulary) == formula


def test_the_place_of_a_misfit_is_that_of_the_smallest_part() -> None:
    with pytest.raises(UnfitError) as refused:
        read("x^T x + tr(A (W z) z^T)", CONTEXT.vocabulary)
    assert refused.value.offset == len("x^T x + tr(A (")


def test_without_shapes_the_signs_of_arrays_say_what_is_missing() -> None:
    for told in ("a ⊙ b", r"a^\top b", "a @ b", "‖a‖"):
        (side, _) = api.compare(told, "a").sides
        assert side.error is not None and side.error.hint == "declare the shapes: W: n x m"


def test_where_t_is_a_quantity_only_top_transposes() -> None:
    known = Context().declaring("x: n, T, k")
    assert read(r"x^\top x", known.vocabulary) == read("x·x", known.vocabulary)
    with pytest.raises(ReadError):
        read("x^T x", known.vocabulary)
    formula = read(r"k^T x^\top x", known.vocabulary)
    assert read(text(formula, Notation(vocabulary=known.vocabulary)), known.vocabulary) == formula


# ---- declarations


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("W: n x", "a shape was expected"),
        ("W: nxm", "`nxm` is no size"),
        ("W: 0", "a size from 1 to"),
        ("W: 9999999999", "a size from 1 to"),
        ("W: 2.5", "expected a name"),
        ("2: n", "expected a name"),
        ("n: 3, W: n x m", "`n` is a size and an array"),
    ],
)
def test_a_shape_that_is_none_is_an_error_at_its_place(declared: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        Context().declaring(declared)


@pytest.mark.parametrize(
    ("fragment", "message"),
    [
        ("shapes: {W: n x}", r"context\.yaml:1:\d+: shapes\.W: a shape was expected"),
        ("shapes: {W: n, n: 3}", "a letter that is a size and an array"),
        ("shapes: {W: n x m, x: n}\nequations: z = W x", r"context\.yaml:2:16: equations: `W x`"),
        ("shapes: {W: n x m, x: m, z: m}\nequations: z = W x", "'z' is m×1, its right side n×1"),
        ("shapes: {x: n}\nequations: |\n  z = x\n  z = 2 x", "computed twice"),
        ("shapes: {x: n}\nconventions: {vectors: diagonal}", "unknown value 'diagonal'"),
        ("shapes: 3", "a mapping of names to shapes was expected"),
    ],
)
def test_a_fragment_with_a_wrong_shape_is_an_error_at_its_place(tmp_path: Path, fragment: str, message: str) -> None:
    path = tmp_path / "context.yaml"
    path.write_text(fragment, encoding="utf-8")
    with pytest.raises(SpecError, match=message):
        api.compare("1", "1", context=path)


def test_an_exercise_file_still_refuses_shapes() -> None:
    with pytest.raises(SpecError, match="not supported yet"):
        spec.loads("shapes: {W: 2 x 3}\nequations: z = w x\n")


# ---- verdicts


def test_a_witness_names_sizes_and_entry() -> None:
    found = compare("A B", "B A", CONTEXT)
    assert found.equality is not None and found.equality.witness is not None
    assert [(str(size), k) for size, k in found.equality.witness.sizes] == [("n", 2)]
    assert len(found.equality.witness.entry) == 2
    assert "at n = 2, entry (1, 1), " in compared_text(found)
    record = json.loads(compared_json(found))
    assert (record["witness"]["sizes"], record["witness"]["entry"]) == ({"n": 2}, [1, 1])


def test_a_witness_of_a_sum_is_its_smallest_size() -> None:
    shown = compared_text(api.compare(r"\sum_{i=1}^n x_i", "x_1 + x_2"))
    assert "at n = 3, x_1 = " in shown


def test_a_witness_names_the_free_index() -> None:
    found = api.compare(r"\sum_j w_{ij} x_j", r"\sum_j w_{ij} x_j + x_i [i = 2]")
    assert found.equality is not None and found.equality.witness is not None
    assert ("i", 2) in [(str(letter), k) for letter, k in found.equality.witness.sizes]


def test_equal_says_at_which_sizes() -> None:
    found = compare("z^T A z", "sum_i sum_j A_{ij} z_i z_j", CONTEXT)
    assert found.equality is not None and len(found.equality.sizes) >= 5
    assert "n = 2; n = 3; n = 1" in compared_text(found)
    assert {"n": 2} in json.loads(compared_json(found))["sizes"]


def test_what_has_one_normal_form_is_equal_for_all_sizes() -> None:
    found = compare("(W^T (A W x + 2 s(z)))^T", "2 s(z^T) W + x^T W^T A^T W", CONTEXT)
    assert found.equality is not None and (found.equality.ground, found.equality.sizes) == ("exact", ())
    assert compared_text(found).startswith("Equal, exactly.")


def test_what_holds_for_one_size_only_is_different() -> None:
    assert compare("A B", "B A", CONTEXT.declaring("A: 1 x 1, B: 1 x 1")).kind == "equal"
    assert compare("tr(A)", "A_11 + A_22", CONTEXT).kind == "different"
    assert compare("tr(A)", "A_11 + A_22", CONTEXT.declaring("A: 2 x 2")).kind == "equal"
    assert api.compare(r"\sum_{i=1}^n i", "(n^2 + n)/2 + (n-1)(n-2)(n-3)").kind == "different"


def test_the_sizes_of_different_letters_differ() -> None:
    for row in SIZES:
        tried = [_tried(row, k) for k in range(6)]
        assert len(set(tried)) == 6 or set(tried) == {1}


def test_large_sizes_are_judged_as_letters_where_no_number_could_tell() -> None:
    known = Context().declaring("W: 100 x 784, x: 784, d: 100, A: 500 x 500")
    assert compare("W^T d", "(d^T W)^T", known).kind == "equal"
    assert compare("W W^T d", "W W^T d + d", known).kind == "different"
    assert compare("tr(A A + 1)", "tr(A^2) + 500", known).kind == "undecided"
    assert compare("W x", "x^T W^T", known).kind == "different"


def test_assumptions_about_members_count() -> None:
    assert api.compare(r"\sum_{i=1}^n |x_i|", r"\sum_{i=1}^n x_i").kind == "different"
    assert api.compare(r"\sum_{i=1}^n |x_i|", r"\sum_{i=1}^n x_i", declare=("x_i > 0",)).kind == "equal"
    assert compare("max(0, z)", "z", CONTEXT.declaring("z > 0")).kind == "equal"
    assert compare("A z", "A^T z", CONTEXT.declaring("A > 0")).kind == "different"
    assert api.compare(r"\sum_{i=1}^n |n - 3|", r"n (n - 3)", declare=("n > 3",)).kind == "equal"


def test_the_verdict_is_the_same_in_every_run() -> None:
    for a, b in (("A B", "B A"), ("s(z)", "s(z) + 1"), ("norm(x)", "x^T x")):
        shown = {compared_text(compare(a, b, Context().declaring(SHAPES))) for _ in range(3)}
        assert len(shown) == 1


# ---- hostile texts

HOSTILE = [
    "A" + " A" * 3000,
    "z" + " ⊙ z" * 3000,
    "z" + " + z" * 3000,
    "(A + B)^10 " * 60,
    "s(" * 45 + "z" + ")" * 45,
    "A^T" * 500,
    "‖" * 2001,
    "|" * 2000,
    "x^T x " * 1000,
    r"\sum_{i=1}^n \sum_{j=1}^n \sum_{k=1}^n \sum_{l=1}^n \sum_{p=1}^n \sum_{q=1}^n a_i b_j c_k d_l e_p f_q",
    r"\sum_{i=1}^{n^{99}} x_i",
    r"\sum_{i=-99999999}^{n} x_i",
    r"\prod_{i=1}^n \prod_{j=1}^n (x_i + x_j)^{1000}",
    r"\sum_{i=1}^n " * 40 + "x_i",
    "W_{999999,999999}",
    r"x^{(999999999)}",
]


@pytest.mark.parametrize("attack", HOSTILE, ids=lambda a: a[:30])
def test_a_hostile_text_gets_a_verdict(attack: str) -> None:
    found = compare(attack, "z", CONTEXT)
    assert found.kind in ("different", "undecided", "unreadable", "ambiguous")
    assert compared_text(found) and compared_json(found)


PARTS = r"W x z A B delta k n i 2 0 W^T x^T z^⊤ Aᵀ x_i W_{ij} A_11 s(z) tr(A) diag(z) ‖x‖ |z| \sum_i e^z".split()
BETWEEN = [" ", " ", "+", "-", "·", "@", "⊙", "*", "/"]
NOISE = "( ) [ ] { } ^ ^T _ _i ‖ || ' = < , \\top \\odot \\frac{ }{ ∂ d/d".split()


def noisy(dice: random.Random) -> str:
    """Parts with something between them; often something is lost or too many."""
    told = dice.choice(PARTS)
    for _ in range(dice.randrange(5)):
        told += f" {dice.choice(BETWEEN)} {dice.choice(PARTS)}"
        if dice.random() < 0.1:
            told += dice.choice(NOISE)
        if dice.random() < 0.15:
            told = f"({told}){dice.choice(['', '^T', '^2'])}"
    return told


def test_signs_in_any_order_are_read_or_refused() -> None:
    dice = random.Random(4)
    kinds: dict[str, int] = {}
    for _ in range(many(1500, 200_000)):
        found = compare(noisy(dice), noisy(dice) if dice.random() < 0.5 else "z", CONTEXT)
        kinds[found.kind] = kinds.get(found.kind, 0) + 1
        for side in found.sides:
            if side.formula is not None:
                shown = text(side.formula, Notation(vocabulary=CONTEXT.vocabulary))
                assert read(shown, CONTEXT.vocabulary) == side.formula, (side.text, shown)
    assert min(kinds.get(kind, 0) for kind in ("different", "unreadable", "ambiguous")) > 5
