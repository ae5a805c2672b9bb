"""Sentences of the derivation say what is so: each on an exercise where it holds, and on one where it does not."""

from __future__ import annotations

import re
import textwrap
from fractions import Fraction
from typing import Any

import pytest

from symprop import api
from symprop.errors import SympropError
from symprop.model.solution import Lines, Phrase, Prose, Solution, Table
from symprop.notation import text
from symprop.render import render_tex
from symprop.render.words import load_words
from symprop.written import Num, num
from tests.test_languages import LANGUAGES, entries


def solved(text: str) -> Solution:
    return api.solve(textwrap.dedent(text))


def said(solution: Solution) -> dict[str, dict[str, Any]]:
    """Every phrase of the answers, by code."""
    found: list[Phrase] = []
    for worked in (w for part in solution.parts for w in part.worked):
        found += worked.remarks
        for block in worked.blocks:
            found += block.phrases if isinstance(block, Prose) else ()
            found += [r for line in block.lines for r in line.reasons] if isinstance(block, Lines) else ()
    return {p.code: dict(p.data) for p in found}


def page(solution: Solution, sheet: str = "key", language: str = "en") -> str:
    return render_tex(solution, sheet=sheet, language=language).partition("\n\\begin{document}")[2]


# ---- one way


@pytest.mark.parametrize(
    ("child", "multiplies"),
    [("x w", True), ("x w + 1", True), ("exp(w)", False), ("w^2/2", False), ("x exp(w)", False)],
)
def test_a_quantity_multiplies_its_partner_only_where_the_equation_is_linear_in_it(
    child: str, multiplies: bool
) -> None:
    found = said(
        solved(f"""
        equations: |
          u = {child}
          L = u^2
        tasks: [{{derivative: dL/du, tell: backward}}, {{derivative: dL/dw, tell: backward}}]
    """)
    )
    assert ("only-through-times" in found) is multiplies
    assert multiplies or "only-through-colon" in found


# ---- the slope of a rectifier


GATED = """
    equations: |
      z = w x + b
      h = {h}
      L = (h - t)^2
    parameters: {{w: {w}, b: 1}}
    given: {{x: 1, t: 2}}
    tasks: [{tasks}]
"""


@pytest.mark.parametrize(
    ("h", "w", "tasks", "told"),
    [
        ("ReLU(z)", "1", "gradient: all", 1),
        ("ReLU(z)", "-3", "gradient: all", 1),
        ("max(0, z)", "1", "gradient: all", 0),  # the page calls nothing a ReLU
        ("ReLU(z)", "-1", "gradient: all", 0),  # exactly at the kink
        ("ReLU(z) + tanh(ReLU(z - 2))", "1", "gradient: all", 0),  # one of them is
        ("ReLU(z) + tanh(ReLU(z - 3))", "1", "gradient: all", 0),  # said of ReLU', which stands in a line
        ("tanh(z)", "1", "gradient: all", 0),
        ("ReLU(z)", "1", "derivative: dL/dh", 0),  # no slope is looked up
        ("ReLU(z)", "1", "{gradient: w}, {gradient: b}, {update: all}", 1),  # once
    ],
)
def test_what_the_slope_of_a_rectifier_is(h: str, w: str, tasks: str, told: int) -> None:
    text = GATED.format(h=h, w=w, tasks=f"{{{tasks}}}" if tasks[0] != "{" else tasks)
    tex = page(solved(text.replace("{derivative", "{tell: backward, derivative")))
    assert tex.count("none is exactly 0 here") == told


# ---- before and after a step


STEP = """
    equations: |
      {loss}
    parameters: {{w: {w}}}
    given: {{x: 1, c: 2}}
    learning rate: {rate}
    tasks: [forward, update: w, forward again]
"""


def step(loss: str, w: str, rate: str) -> Solution:
    return solved(STEP.format(loss=loss.replace("; ", "\n      "), w=w, rate=rate))


def test_a_loss_that_is_the_same_elsewhere() -> None:
    jumped, still = said(step("L = (w - 3)^2", "0", "1")), said(step("L = (w - 3)^2", "3", "1"))
    assert {"loss-same", "same-elsewhere", "step-too-large"} <= set(jumped) and "gradient-zero" not in jumped
    assert {"loss-same", "gradient-zero"} <= set(still) and not {"same-elsewhere", "step-too-large"} & set(still)


@pytest.mark.parametrize(
    ("loss", "w", "rate", "percent"),
    [
        ("L = w^2", "1", "0.25", "75"),
        ("L = w^2", "1", "0.5", "100"),
        ("L = w^2", "1", "0.465", "99.5"),
        ("L = w^2", "1", "0.496", "99.99"),
        ("L = w^2", "1", "0.4999", None),
        ("L = w", "0", "1", None),
        ("L = w^2 - 2", "1", "0.25", None),
        ("L = w", "1", "3", None),
    ],
)
def test_per_cent_of_what_a_loss_was(loss: str, w: str, rate: str, percent: str | None) -> None:
    """1 → 0.000064 is no fall by 100 %; of 0 and of negative numbers there is no percentage."""
    found = said(step(loss, w, rate))
    if percent is None:
        assert "loss-fell-from" in found and "loss-fell" not in found
    else:
        assert float(found["loss-fell"]["percent"].value) == float(percent)


def test_numbers_before_and_after_differ_where_they_are_said_to() -> None:
    solution = step("h = 1 - w/1000; L = (h - 1)^2 + 1", "1", "20000")
    found = said(solution)
    assert found["loss-fell"]["old"] != found["loss-fell"]["new"]
    found = said(step("L = (w + 0.01)^2", "1", "0.00004"))
    old, new = (found["loss-fell"][key].value for key in ("old", "new"))
    assert old == Fraction("1.0201") and 0 < old - new < Fraction("0.0002")


@pytest.mark.parametrize(
    ("loss", "told"),
    [
        ("(h - c)^2", True),
        ("(h - c)^2/2 + w^2/100", True),
        ("3 |h - c|", True),
        ("1 - (h - c)^2", False),
        ("-(h - c)^2", False),
        ("exp(-(h - c)^2)", False),
    ],
)
def test_a_target_is_what_the_loss_draws_the_output_to(loss: str, told: bool) -> None:
    found = said(step(f"h = w x; L = {loss}", "1", "0.1"))
    assert any(code.startswith("moved-") for code in found) is told


OUTPUTS = """
    equations: |
      p = {p}
      q = {q}
      E_1 = (p - c)^2/2
      E_2 = {second}
      L = E_1 + E_2
    parameters: {{w: 1}}
    given: {{x: 1, c: {c}, d: 0}}
    learning rate: 0.1
    tasks: [forward, update: w, forward again]
"""


@pytest.mark.parametrize(
    ("p", "q", "second", "c", "table", "said"),
    [
        ("w x", "2 w", "(q - d)^2", "0", True, {"outputs-closer"}),
        ("w x", "2 w", "|q - d|", "0", True, {"outputs-closer"}),
        ("w x", "2 w", "(q - d)^2", "3", True, {"moved-away"}),  # q draws w down, p with it, away from 3
        ("w x", "2 w", "w^2", "0", False, {"moved-towards"}),
        ("w x", "2 w", "q^2", "0", False, {"moved-towards"}),
        ("w x", "x", "(q - d)^2", "0", True, set()),  # q has not moved
    ],
)
def test_several_outputs_are_compared_in_a_table(
    p: str, q: str, second: str, c: str, table: bool, said: set[str]
) -> None:
    solution = solved(OUTPUTS.format(p=p, q=q, second=second, c=c))
    (worked,) = (w for w in solution.parts[0].worked if w.task.kind == "forward-again")
    tables = [b for b in worked.blocks if isinstance(b, Table)]
    assert bool(tables) is table
    codes = {r.code for r in worked.remarks}
    assert {code for code in codes if code.startswith(("moved", "outputs"))} == said
    for block in tables:
        assert [str(row[0]) for row in block.rows] == ["p", "q", "L"]
        old = {str(a.quantity): a.value for a in solution.parts[0].worked[0].answers}
        new = {str(a.quantity): a.value for a in worked.answers}
        for name, before, after, _ in block.rows:
            assert isinstance(before, Num) and isinstance(after, Num)
            assert (before.value, after.value) == (Fraction(old[str(name)] or ""), Fraction(new[str(name)] or ""))
        assert [row[3] for row in block.rows] == [num(c), num(0), None]


def test_a_difference_with_a_name_has_its_target() -> None:
    found = said(step("h = w x; r = h - c; L = r^2", "1", "0.1"))
    assert found["moved-towards"]["y"].text == "h"


# ---- far from the loss


@pytest.mark.parametrize(("more", "told"), [("", True), (" + 10 w_1^2", False), (" + w_2^2/1000", False)])
def test_small_early_derivatives_are_compared_along_ways_of_one_length(more: str, told: bool) -> None:
    """A regulariser is a short way past the network, and what it adds is not small for being far."""
    found = said(
        solved(f"""
        equations: |
          h = sigmoid(w_1 x)
          y = sigmoid(w_2 h)
          L = (y - t)^2{more}
        parameters: {{w_1: 0.1, w_2: 0.05}}
        given: {{x: 1, t: 0}}
        tasks: [{{gradient: all, tell: backward}}]
    """)
    )
    assert ("smaller-early" in found) is told


def test_a_ratio_is_told_up_to_a_thousand() -> None:
    found = said(
        solved("""
        equations: |
          h = w_1/1000000
          y = w_2 + h
          L = y^2
        parameters: {w_1: 1, w_2: 1}
        tasks: [{gradient: all, tell: backward}]
    """)
    )
    assert found["smaller-early"]["ratio"] == 1000


# ---- rectifiers


GATE = """
    equations: |
      z = w x
      h = {unit}
      L = h^2
    parameters: {{w: {w}}}
    given: {{x: 2}}
    functions: {{phi: ReLU}}
    tasks: [forward, {{gradient: all, tell: backward}}]
"""


@pytest.mark.parametrize(
    ("unit", "forward", "slope"),
    [
        ("ReLU(z)", True, True),
        ("max(0, z)", False, True),
        ("[z]^+", True, True),
        ("leaky_ReLU(z)", False, False),
        ("[z > 0] z^2 + [z < 0] z", False, False),
        ("phi(z)", True, True),
    ],
)
def test_only_a_rectifier_is_on_or_off(unit: str, forward: bool, slope: bool) -> None:
    for w, word in (("1", "on"), ("-1", "off")):
        found = said(solved(GATE.format(unit=unit, w=w)))
        if forward or not slope:
            assert (f"relu-{word}" in found) is forward
        assert (f"slope-{word}" in found) is slope


# ---- words


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_stands_between_dollars(language: str) -> None:
    """There it would be printed as it is."""
    for section, key, entry in entries(load_words(language)):
        for pattern in entry.values() if isinstance(entry, dict) else [str(entry)]:
            for formula in str(pattern).split("$")[1::2]:
                assert not re.search(r"(?<![a-z])\{[a-z]{2,}(:[a-z]+)?\}", formula), f"{section}.{key}"


def test_the_base_of_an_exponential_is_named() -> None:
    solution = solved("equations: L = 2^w\ntasks: [derivative: dL/dw]")
    for language, words in (("en", "with $2$ for"), ("de", "mit $2$ f")):
        assert words in page(solution, language=language)


def test_constants_are_named_once() -> None:
    found = said(solved("equations: L = 1 + w^3 - c - 1 + c\ntasks: [{derivative: dL/dw, tell: direct}]"))
    constants = found["termwise-constants"]["constants"]
    assert len(constants) == len(set(constants)) == 2


@pytest.mark.parametrize(("steps", "word"), [(1, "Has the step helped"), (5, "Have the steps helped")])
def test_the_question_counts_the_steps(steps: int, word: str) -> None:
    text = "equations: L = w^2\nparameters: {w: 1}\nlearning rate: 0.1\n"
    assert word in page(solved(text + f"tasks: [forward, {{update: w, steps: {steps}}}, forward again]"), "problem")


@pytest.mark.parametrize(
    ("task", "title"),
    [
        ("derivative: dL/dw", "{Derivative $"),
        ("derivative: [dp/dw, dq/dw]", "{Derivatives $"),
        ("derivative: d^2L/dw^2", "{Second derivative}"),
    ],
)
def test_headings_count_what_is_asked(task: str, title: str) -> None:
    text = f"equations: |\n  p = 2 w\n  q = w^2\n  L = p q\ntasks: [{{{task}}}]"
    assert title in page(solved(text))


@pytest.mark.parametrize(("language", "word"), [("en", "one significant digit,"), ("de", "eine signifikante Stelle ")])
def test_one_digit_is_one(language: str, word: str) -> None:
    text = "equations: y = exp(w)\nparameters: {w: 1}\ndigits: 1\ntasks: [forward]"
    assert word in page(solved(text), language=language)


# ---- hints


def hints_of(text: str) -> dict[str, list[Phrase]]:
    from symprop.sheets.hints import hints

    (part,) = solved(text).parts
    return {w.task.label: list(hints(w, part.part, part.worked[:i])) for i, w in enumerate(part.worked)}


def told(phrases: list[Phrase], code: str) -> list[dict[str, Any]]:
    return [dict(p.data) for p in phrases if p.code == code]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tasks", ["derivative: dL/dw, derivative: dL/dw, find: dL/dw", "derivative: dL/dh", "find: w"])
def test_no_task_is_without_a_hint_and_no_list_is_empty(tasks: str, language: str) -> None:
    listed = ", ".join(f"{{{t}}}" for t in tasks.split(", "))
    text = f"equations: |\n  h = w x\n  L = h\nparameters: {{w: 1}}\ngiven: {{x: 2}}\ntasks: [{listed}]"
    tex = page(solved(text), "hints", language)
    assert not re.search(r"\\begin\{hints\}\s*\\end\{hints\}", tex)
    if "find: w" not in tasks:
        assert all(hints_of(text).values())


def test_the_derivatives_of_an_update_are_those_of_its_loss() -> None:
    base = """
        equations: |
          h = w x
          L = h^2
        parameters: {w: 1}
        given: {x: 2}
        learning rate: 0.1
        tasks: [local derivatives, derivative: dh/dw, TASKupdate: w]
    """
    found = hints_of(base.replace("TASK", ""))
    assert not told(found["c"], "hint-derivatives-from")
    found = hints_of(base.replace("TASK", "derivative: dL/dw, "))
    assert told(found["d"], "hint-derivatives-from") == [{"part": ("c",)}]


def test_a_slope_depends_on_the_sign_of_what_stands_in_the_rectifier() -> None:
    text = """
        equations: |
          s = w x
          r = UNIT
          L = r^2
        parameters: {w: 0.2}
        given: {x: 2, y: 1}
        tasks: [forward, {gradient: all, tell: backward}]
    """
    (name,) = told(hints_of(text.replace("UNIT", "max(0, s)"))["b"], "hint-slope")
    assert [str(z) for z in name["z"]] == ["s"]
    hinge = hints_of(text.replace("UNIT", "max(0, 1 - y s)"))["b"]
    assert not told(hinge, "hint-slope") and told(hinge, "hint-slope-in")


def test_the_slopes_of_several_units_are_one_hint() -> None:
    found = hints_of("""
        equations: |
          s = w x
          u = v x
          r = max(0, s) + max(0, u)
          L = r^2
        parameters: {w: 0.2, v: -1}
        given: {x: 2}
        tasks: [forward, {gradient: all, tell: backward}]
    """)["b"]
    (hint,) = told(found, "hint-slope")
    assert sorted(str(z) for z in hint["z"]) == ["s", "u"]


def test_hence_stands_only_below_what_something_follows_from() -> None:
    source = "equations: |\n  y = w x\n  L = y^2\nparameters: [w]\ntasks: [{find: WHAT}]\n"
    said_of = {what: page(solved(source.replace("WHAT", what))).partition(r"\answer")[2] for what in ("L", "L + dL/dw")}
    assert "Hence" not in said_of["L"] and "This gives" not in said_of["L"]
    assert "Hence" in said_of["L + dL/dw"] or "This gives" in said_of["L + dL/dw"]


def test_the_way_is_told_for_each_target() -> None:
    found = hints_of("""
        equations: |
          h = w x
          u = h^2
          p = u + 1
          q = u^3
        tasks: [{derivative: [dp/dw, dq/dw], tell: backward}]
    """)
    ways = told(found["a"], "hint-way")
    assert [str(w["target"]) for w in ways] == ["p", "q"]
    assert all(d.of == w["target"] for w in ways for d in w["between"])


def test_values_are_looked_up_where_they_are_those_of_now() -> None:
    source = """
        equations: |
          h = w x
          L = h^2
        parameters: {w: 1}
        given: {x: 2}
        learning rate: 0.1
        tasks: [forward, gradient: all, {update: w, steps: 2}, gradient: all, forward again, gradient: all]
    """
    found = hints_of(source)
    assert told(found["b"], "hint-values") == [{"part": "a"}]
    assert not told(found["d"], "hint-values")
    assert told(found["f"], "hint-known")[0]["part"] == "d" and not told(found["f"], "hint-values")
    found = hints_of(source.replace("steps: 2}, gradient: all,", "steps: 2},"))
    assert told(found["e"], "hint-values") == [{"part": "d"}]


def test_every_function_that_is_written_out_is_named() -> None:
    found = hints_of("""
        equations: |
          h = a b
          L = h^2 + h
        tasks: [{derivative: [dL/da, dL/db], tell: direct}]
    """)
    assert [str(d["by"]) for d in told(found["a"], "hint-as-function")] == ["a", "b"]


def test_a_hint_about_a_kink_does_not_tell_where_the_values_lie() -> None:
    found = hints_of("""
        equations: |
          r = w - 1
          L = |r|
        parameters: {w: 1}
        tasks: [{derivative: dL/dw, tell: backward}]
    """)
    (kink,) = told(found["a"], "hint-kink")
    assert set(kink) == {"f"}


@pytest.mark.parametrize(("language", "word"), [("en", "one component."), ("de", "eine Komponente.")])
def test_one_component_is_one(language: str, word: str) -> None:
    text = "equations: |\n  h = w x\n  L = h^2\nparameters: w\ntasks: [{gradient: w, as vector: true}]"
    assert word in page(solved(text), "hints", language)


# ---- why a derivative is 0


def test_the_zero_factor_is_one_that_can_be_seen_to_be_zero() -> None:
    text_of = """
        equations: |
          h = ReLU(a)
          u = h (v_1 + v_2 + v_3) b
          w = c u + d u + e u
          L = (w - 1)^2
        parameters: {a: 1, b: 1, c: 1, d: 2, e: -3}
        given: {v_1: 1, v_2: 1, v_3: -2}
        tasks: [{gradient: "a, b, c, d, e", tell: backward}]
    """
    solution = solved(text_of)
    told = [dict(r.data) for p in solution.parts for w in p.worked for r in w.remarks if "dead-why" in r.code]
    factors = [data[key].items[0] for data in told for key in ("factor", "why") if key in data]
    assert list(map(text, factors)) == ["u", "dL/du", "dL/dh"]  # of h (v_1 + v_2 + v_3) b it cannot be seen


DEAD = """
    equations: |
      z = w x + u s + b
      h = ReLU(z)
      y = v h + c
      L = (y - t)^2
    parameters: {{w: {w}, u: 0, b: 0, v: 1, c: 0}}
    given: {{x: 1, s: 3, t: {t}}}
    tasks: [{{gradient: "{by}", tell: backward}}]
"""


@pytest.mark.parametrize(
    ("w", "t", "by", "told", "factors", "zeros"),
    [
        ("-2", "2", "w, b, v", "dead-why-both", ["h", "dL/dz"], "v w b"),
        ("-2", "2", "b, v", "dead-why-both", ["h", "dL/dz"], "v b"),
        ("-2", "2", "v, c", "dead-why", ["h"], "v"),
        ("-2", "2", "b", "dead-why", ["dL/dz"], "b"),
        ("-2", "2", "w, u", "dead-why-all", ["dL/dz"], "w u"),
        ("-2", "2", "w, u, b", "dead-why-all", ["dL/dz"], "w u b"),
        ("2", "2", "w, v", "dead-why-all", ["dL/dy"], "v w"),
        ("2", "2", "w, u, b, v, c", "dead-why-all", ["dL/dy"], "v c w u b"),
        ("-2", "0", "w, b, v, c", "dead-why-all", ["dL/dy"], "v c w b"),  # off, too, but no reason for c
        ("2", "1", "w, u, v, c", None, [], ""),
    ],
)
def test_why_derivatives_are_0(w: str, t: str, by: str, told: str | None, factors: list[str], zeros: str) -> None:
    """Off: ∂L/∂v has the factor h, ∂L/∂w the factor ∂L/∂z; at the target all of them vanish."""
    found = {code: data for code, data in said(solved(DEAD.format(w=w, t=t, by=by))).items() if "dead-why" in code}
    assert set(found) == ({told} if told else set())
    for data in found.values():
        assert [text(data[key].items[0]) for key in ("factor", "why") if key in data] == factors
        listed = [
            *data.get("derivatives", ()),
            *data.get("others", ()),
            *([data["derivative"]] if len(data) == 2 and "derivative" in data else []),
        ]
        assert [text(d) for d in listed] == [f"dL/d{name}" for name in zeros.split()]


OFF = """
    equations: |
      {units}
      y = {sum}
      L = (y - 1)^2
    parameters: {{{weights}}}
    given: {{x: 1}}
    tasks: [{{gradient: all, tell: backward}}]
"""


def units_off(n: int) -> Solution:
    """n units, all of them off, each with a weight, a bias and a weight behind it."""
    units = [f"z_{k} = w_{k} x + b_{k}\n      h_{k} = ReLU(z_{k})" for k in range(1, n + 1)]
    weights = ", ".join(f"w_{k}: -1, b_{k}: -1, v_{k}: 1" for k in range(1, n + 1))
    total = " + ".join(f"v_{k} h_{k}" for k in range(1, n + 1))
    return solved(OFF.format(units="\n      ".join(units), sum=total, weights=weights))


@pytest.mark.parametrize("n", [2, 3])
def test_why_derivatives_are_0_is_told_unit_by_unit_for_all_of_them(n: int) -> None:
    """Each unit takes its weights and its bias with it."""
    (worked,) = units_off(n).parts[0].worked
    found = [dict(r.data) for r in worked.remarks if r.code == "dead-why-both"]
    units = [
        (text(d["factor"].items[0]), [text(q) for q in (*d["derivatives"], *d["others"])], text(d["why"].items[0]))
        for d in found
    ]
    assert sorted(units) == [
        (f"h_{k}", [f"dL/dv_{k}", f"dL/dw_{k}", f"dL/db_{k}"], f"dL/dz_{k}") for k in range(1, n + 1)
    ]


def test_of_many_units_that_are_off_the_derivatives_are_counted() -> None:
    (worked,) = units_off(4).parts[0].worked
    (data,) = (dict(r.data) for r in worked.remarks if r.code.startswith("dead-why"))
    assert data["n"] == 12 and len(data["factors"]) == 8


# ---- closed forms


@pytest.mark.parametrize(
    ("loss", "reason"),
    [
        ("w a^2 + w a b + w^2 a c", "factor-out"),
        ("(k + 1) exp(w)", None),
        ("(2 w x + 1)^2 + x w + x w + x w + x w", "simplify"),
        ("a tanh(b tanh(c w) + k)", "order-factors"),
    ],
)
def test_a_factor_is_said_to_be_taken_out_where_it_is(loss: str, reason: str | None) -> None:
    found = said(solved(f"equations: L = {loss}\ntasks: [{{derivative: dL/dw, tell: direct}}]"))
    assert {"factor-out", "simplify", "order-factors"} & set(found) == ({reason} if reason else set())


# ---- checks


def test_a_kink_is_not_proved_by_a_quotient() -> None:
    text = "equations: L = |w| + 0 w\nparameters: {{w: {w}}}\ntasks: [derivative: dL/dw]"
    assert [c.code for c in solved(text.format(w=0)).parts[0].checks] == ["check-mean"], "both sides are told"
    assert solved(text.format(w=1)).parts[0].checks
    smooth = "equations: L = ReLU(w)^2 + w\nparameters: {w: 0}\ntasks: [derivative: dL/dw]"
    assert solved(smooth).parts[0].checks, "differentiable there"


def test_a_function_that_no_equation_has_is_not_named_in_a_check() -> None:
    text = "equations: L = {f}(w)^2\nfunctions:\n  f:\n  g:\ntasks: [derivative: dL/dw]"
    (check,) = solved(text.format(f="f")).parts[0].checks
    assert [str(n) for n in dict(check.data)["functions"]] == ["f"]


# ---- conditions, fixed parameters, figures


def conditions(solution: Solution) -> list[int]:
    from symprop.sheets.detail import in_detail

    (part,) = in_detail(solution, "normal").parts
    blocks = [b for w in part.worked for b in w.blocks if isinstance(b, Lines)]
    return [len(line.conditions) for b in blocks for line in b.lines]


@pytest.mark.parametrize(
    ("argument", "said_so"),
    [("(1 + exp(-w))/2", 0), ("exp(w)/(1 + w^2)", 0), ("(w^2 + 3) a^2", 1), ("w (w + 1)", 2), ("w/(w^2 + 1)", 1)],
)
def test_a_condition_that_always_holds_is_not_said_and_others_once(argument: str, said_so: int) -> None:
    found = conditions(solved(f"equations: L = ln({argument})\ntasks: [{{derivative: dL/dw, tell: direct}}]"))
    assert sum(found) == said_so


@pytest.mark.parametrize(("language", "word"), [("en", "is held fixed"), ("de", "bleibt fest")])
def test_a_fixed_parameter_is_named_and_not_counted(language: str, word: str) -> None:
    text = (
        "equations: L = (w x + b)^2\nparameters: {w: 1, b: 2}\ngiven: {x: 1}\nfixed: b\ntasks: [count, gradient: all]"
    )
    solution = solved(text)
    assert word in page(solution, "problem", language)
    assert said(solution)["count-parameters"]["n"] == 1
    assert word not in page(solved(text.replace("fixed: b\n", "")), "problem", language)


def test_hence_stands_after_what_it_follows_from() -> None:
    found = solved("""
        equations: |
          u = a b
          L = w^2
        tasks: [{derivative: [dL/da, dL/db], tell: direct}]
    """)
    (worked,) = found.parts[0].worked
    assert "hence" not in said(found)
    assert len([b for b in worked.blocks if isinstance(b, Lines)]) == 1
    alone = said(solved("equations: L = w^2 x\ntasks: [{derivative: [dL/dw, dL/dx], tell: paths}]"))
    assert "path-one" in alone and "hence" not in alone


def test_forward_again_says_that_the_learning_rate_is_missing() -> None:
    text = "equations: L = w^2\nparameters: {{w: 1}}\ntasks: [forward, {}forward again]"
    with pytest.raises(SympropError, match="the learning rate has none"):
        solved(text.format("update: w, "))
    with pytest.raises(SympropError, match="nothing has been updated before"):
        solved(text.format(""))


def test_a_pass_ends_where_the_equations_end() -> None:
    """Of L only a derivative is given: it has no value, and the pass goes up to h."""
    tex = page(
        solved("""
        equations: |
          z = w x
          h = tanh(z)
        parameters: {w: 0.3}
        given: {x: 2, dL/dh: 2.5}
        tasks: [forward, gradient: all]
    """)
    )
    assert "Compute the forward pass up to $h$." in tex
    assert tex.count(r"\result{") == 2 and r"\result{z" not in tex


def test_a_known_function_stands_in_a_sentence_without_an_underscore() -> None:
    text = "equations: L = g(w)^2\nparameters: {w: 1}\nfunctions: {g: leaky_ReLU}\ntasks: [derivative: dL/dw]"
    assert r"\mathrm{leakyReLU}" in page(solved(text), "problem")


# ---- the names of paths, branches


def path_names(source: str) -> list[tuple[str, ...]]:
    tables = (b for p in solved(source).parts for w in p.worked for b in w.blocks if isinstance(b, Table))
    told = [row[0] for t in tables for row in t.rows if t.columns[0].code == "column-path"]  # type: ignore[union-attr]
    return [(p.code, *map(text, dict(p.data).get("names", ()))) for p in told if isinstance(p, Phrase)]


@pytest.mark.parametrize(
    ("equations", "names"),
    [
        # w → z → h → y, w → h → y and w → y: z is passed by the first alone, the edge w → h by the second
        ("z = w x; h = z + w; L = h w", [("path", "z"), ("path-edge", "w", "h"), ("path-direct",)]),
        # w → h → y → L and w → y → L: w feeds h and y, so neither way out of w is "the direct" one
        ("h = w x; y = w h; L = y^2", [("path", "h"), ("path-edge", "w", "y")]),
        # w → h → a → L, w → a → L, w → h → L: no node is passed by one alone
        ("h = w x; a = h + w; L = a h", [("path-edge", "h", "a"), ("path-edge", "w", "a"), ("path-edge", "h", "L")]),
        # through a or b to c, and through d or e to L: each edge is one of two paths
        (
            "a = w; b = w^2; c = a b; d = c; e = c^2; L = d e",
            [("path-whole", "w", u, "c", v, "L") for u in "ab" for v in "de"],
        ),
    ],
)
def test_a_path_is_named_by_what_no_other_path_has(equations: str, names: list[tuple[str, ...]]) -> None:
    lines = equations.replace("; ", "\n          ")
    found = path_names(f"""
        equations: |
          {lines}
        tasks: [{{derivative: dL/dw, tell: paths}}]
    """)
    assert len(found) == len(names) and set(found) == set(names)


@pytest.mark.parametrize(
    ("last", "code"),
    [("L = a + b", "paths-add"), ("c = a + b; L = c^2", "paths-add"), ("c = a b; d = a - b; L = c d", "branches-add")],
)
def test_branches_are_no_paths_where_they_part_again(last: str, code: str) -> None:
    lines = last.replace("; ", "\n          ")
    found = said(
        solved(f"""
        equations: |
          a = w x
          b = w^2
          {lines}
        tasks: [{{derivative: dL/dw, tell: backward}}]
    """)
    )
    assert code in found and ("branches-add" in found) is (code == "branches-add")


def test_a_hint_does_not_send_for_what_is_asked_and_not_to_a_part_that_does_not_help() -> None:
    source = """
        equations: |
          z = w x + b
          p = sigmoid(z)
          L = -ln(p)
        parameters: {w: 0.5, b: 0.2}
        given: {x: 2}
        learning rate: 0.5
        tasks: [derivative: dL/dz, forward, gradient: all, update: w]
    """
    found = hints_of(source)
    assert told(found["c"], "hint-known") and not told(found["c"], "hint-values")  # ∂L/∂z x, no value of a pass
    (known,) = told(found["c"], "hint-known")
    assert (known["part"], [text(n) for n in known["names"]]) == ("a", ["dL/dz"])
    alone = hints_of(source.replace("derivative: dL/dz, ", "").replace("gradient: all, ", ""))
    assert told(alone["b"], "hint-values") == [{"part": "a"}]
    (way,) = told(alone["b"], "hint-way")
    assert [text(d) for d in way["between"]] == ["dL/dp", "dL/dz"]


@pytest.mark.parametrize(
    ("tasks", "values"),
    [
        ("forward, update: w, forward again, derivative: dL/dw", ["w = 3.4", "h = 6.8"]),
        ("forward, update: w, forward again, {update: w, steps: 2}", ["h = 6.8"]),
        ("forward, derivative: dL/dw", None),  # before any step
        ("forward, update: w, derivative: dL/dw", None),  # still at the old values
        ("forward, {update: w, steps: 2}", None),
    ],
)
def test_after_a_step_the_page_says_which_numbers_it_takes(tasks: str, values: list[str] | None) -> None:
    listed = ", ".join(t if t[0] == "{" or ":" not in t else f"{{{t}}}" for t in re.split(r", (?![^{]*\})", tasks))
    found = said(
        solved(f"""
        equations: |
          h = w x
          L = (h - 4)^2
        parameters: {{w: 1}}
        given: {{x: 2}}
        learning rate: 0.3
        tasks: [{listed}]
    """)
    )
    told = found.get("at-new-values")
    assert (None if told is None else [text(v) for v in told["values"]]) == values


@pytest.mark.parametrize(
    ("w", "rate", "reason", "off"),
    [
        ("0.5", "1", "relu-now-off", True),  # the step leads below 0
        ("0.5", "0.01", "relu-still-on", False),
        ("-0.5", "1", "relu-still-off", False),
    ],
)
def test_a_step_that_switches_a_unit_off(w: str, rate: str, reason: str, off: bool) -> None:
    """The unit is on at 0.5; after a large step its net input is negative, and ∂L/∂w is 0 there."""
    found = said(
        solved(f"""
        equations: |
          h = ReLU(w x)
          L = (h + 2)^2
        parameters: {{w: {w}}}
        given: {{x: 1}}
        learning rate: {rate}
        tasks: [forward, update: w, forward again, derivative: dL/dw]
    """)
    )
    assert reason in found and ("switched-off" in found) is off
    assert not off or [text(u) for u in found["switched-off"]["units"]] == ["h"]


@pytest.mark.parametrize(
    ("h0", "told"),
    [
        ("0", {"h_0 = 0", "h_1 = 0"}),
        ("2", set()),
        ("-2", {"ReLU'(u h_1) = 0"}),  # off, so both paths through it
    ],
)
def test_a_path_along_which_nothing_comes(h0: str, told: set[str]) -> None:
    solution = solved(f"""
        equations: |
          h_1 = u h_0
          h_2 = ReLU(u h_1)
          L = h_2 + u w
        parameters: {{u: 1, w: 1}}
        given: {{h_0: {h0}}}
        tasks: [forward, {{derivative: dL/du, tell: paths}}]
    """)
    nothing = [dict(r.data) for p in solution.parts for w in p.worked for r in w.remarks if r.code == "path-nothing"]
    assert {text(data["factor"]) for data in nothing} == told


@pytest.mark.parametrize(("w", "names", "others"), [("-1", ["c"], ["w"]), ("1", None, None)])
def test_which_parameters_have_changed_in_several_steps(
    w: str, names: list[str] | None, others: list[str] | None
) -> None:
    found = said(
        solved(f"""
        equations: |
          h = ReLU(w x)
          L = (h + c - 3)^2
        parameters: {{w: {w}, c: 0}}
        given: {{x: 1}}
        learning rate: 0.1
        tasks: [forward, {{update: all, steps: 3}}, forward again]
    """)
    )
    told = found.get("only-moved")
    assert (told is None) == (names is None)
    if told is not None:
        assert ([text(n) for n in told["names"]], [text(n) for n in told["others"]]) == (names, others)


# ---- figures, numbers


def test_a_figure_says_that_not_every_derivative_stands_in_it() -> None:
    """An input of a graph has none; of a network every neuron and every weight has one, and no word is lost on it."""
    network = """
        equations: |
          h = tanh(w x + b)
          y = v h + c
          L = (y - t)^2
        parameters: {w: 1, b: 2, v: 3, c: 1}
        given: {x: 1, t: 2}
        tasks: [forward, {gradient: TASK, tell: backward}]
    """
    words = "Not every derivative is shown"
    assert words not in page(solved(network.replace("TASK", "all")))
    assert words in page(solved(network.replace("TASK", '"v, w"').replace("h = tanh(w x + b)", "h = tanh(w x + k x)")
                                .replace("given: {", "given: {k: 2, ")))  # fmt: skip
    graph = network.replace("h = tanh(w x + b)", "h = x w b").replace("y = v h + c", "y = v h c x")
    assert words in page(solved(graph.replace("TASK", "all")))


def test_an_equation_with_a_derivative_is_not_drawn() -> None:
    """m = β m_0 + ∂L/∂w depends on all that the derivative does; edges from β and m_0 alone would be wrong."""
    source = """
        equations: |
          L = (w x - t)^2
          m = beta m_0 + dL/dw
          v = w - eta m
        parameters: {w: 2}
        given: {x: 1, t: 5, m_0: 4, beta: 0.9, eta: 0.1}
        targets: L
        tasks: [find: "L, dL/dw", find: "m, v"]
    """
    assert "tikzpicture" not in page(solved(source))
    assert "tikzpicture" in page(solved(source.replace("+ dL/dw", "+ L")))


@pytest.mark.parametrize(("n", "shown"), [(3, "-5.900"), (4, "-4.4")])
def test_an_exact_number_behind_rounded_ones_has_their_digits(n: int, shown: str) -> None:
    """-2/3 is rounded, and what comes of it is told to four digits, though it is -5.9; of -2/4 nothing is rounded."""
    solution = solved(f"""
        equations: |
          e_1 = w x_1 + b - y_1
          e_2 = w x_2 + b - y_2
          e_3 = w x_3 + b - y_3
          L = 1/N (e_1^2 + e_2^2 + e_3^2) + lambda w^2/2
        parameters: {{w: 1, b: 0}}
        given: {{x: [1, 2, 3], y: [2, 3, 5], N: {n}, lambda: 0.1}}
        tasks: [forward, {{gradient: w, tell: backward}}]
    """)
    (line,) = (x for x in solution.parts[0].worked[1].lines if x.boxed)
    relation, number = line.chain[-1]
    assert (text(number), relation) == (shown, "≈" if n == 3 else "=")


def test_numbers_that_stand_in_the_tables_of_a_figure_are_not_said_to_stand_in_the_figure() -> None:
    from tests.test_figures import dense

    for sizes, words in (((2, 2, 1), "are in the figure."), ((3, 4, 4, 2), "are in the figure and its tables.")):
        assert words in page(api.solve(dense(*sizes)))
