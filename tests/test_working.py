"""Whole derivations: the source documents line by line, the ways in which people write, and what is hostile."""

from __future__ import annotations

import json
from functools import cache, partial
from pathlib import Path

import pytest
import yaml

from symprop import api
from symprop.errors import DerivationError
from symprop.judge.records import Explanation
from symprop.judge.value import Decision, Judge
from symprop.judge.working import Working, check_working
from symprop.judge.working.desk import Work
from symprop.judge.working.records import RANK
from symprop.judge.working.source import MAX_TEXT, rows
from symprop.model.solution import Solution
from symprop.render.words import load_words
from symprop.render.working import working_json, working_text
from symprop.written import Deriv, Name, Written
from tests.test_judging_safety import ATTACKS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).resolve().parent / "working"


@cache
def solved(name: str) -> Solution:
    own = FOLDER / f"{name}.yaml"
    return api.solve(own if own.exists() else ROOT / "exercises" / f"{name}.yaml")


def judged(exercise: str, text: str, part: str | None = None) -> Working:
    return check_working(solved(exercise), text, part=part)


def labels(found: Working) -> list[str]:
    return [line.label for line in found.lines if line.label != "skipped"]


def codes(found: Working) -> list[str]:
    return [f.code for line in found.lines for f in line.findings]


# ---- derivations as they are handed in (tests/working/derivations.yaml)


def derivations() -> list[dict[str, str]]:
    return yaml.load((FOLDER / "derivations.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # type: ignore[no-any-return]


@pytest.mark.parametrize("told", [pytest.param(t, id=f"{t['exercise']}-{t['title']}") for t in derivations()])
def test_every_row_of_a_derivation_gets_its_label(told: dict[str, str]) -> None:
    expected, texts = zip(*(row.strip().split(" | ", 1) for row in told["rows"].strip().splitlines()), strict=True)
    solution = solved(told["exercise"])
    found = check_working(solution, "\n".join(texts), part=told.get("part"), decimal_comma="decimal comma" in told)
    worst = ["skipped"] * len(texts)
    for line in found.lines:
        worst[line.line - 1] = max(worst[line.line - 1], line.label, key=lambda label: RANK[label])  # type: ignore[index]
    assert worst == list(expected)


def test_what_was_worked_out_wrongly_is_no_slip_in_the_formula() -> None:
    found = judged("tied_weights", "z_1 = 0.8*0.5 - 0.1 = 0.5")
    (_, worked_out) = found.lines[0].findings
    assert (worked_out.code, worked_out.why) == ("chain-link", Explanation())
    marked = working_text(judged("tied_weights", "yhat = 0.1058"))
    assert "w, b" in marked and "w, b, w, b" not in marked


# ---- the source documents (tests/working/*.txt: their formulas, with what was printed wrongly)


def document(name: str, exercise: str) -> dict[int, tuple[str, ...]]:
    """Line → its label and the codes of its formulas, for every row that claims something."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    found = judged(exercise, text)
    return {x.line: (x.label, *(f.code for f in x.findings)) for x in found.lines if x.label != "skipped"}


def test_document_001_is_judged_line_by_line() -> None:
    found = document("001", "001")
    assert {line: told[0] for line, told in found.items()} == {
        1: "right", 2: "right", 4: "right", 5: "right",
        7: "wrong",  # z_2 without b_2
        9: "right",
        11: "wrong",  # dL/dz_2
        13: "unsupported", 15: "unsupported",  # w_5, w_4
        17: "right",  # dL/dw_3
        19: "wrong", 21: "wrong", 23: "wrong", 25: "wrong", 27: "wrong",  # w_2, w_1, w_0, b_0, b_1
        29: "right",  # dL/db_2
        31: "right", 33: "right",  # ReLU and its derivative
        35: "wrong", 36: "wrong", 37: "right", 38: "right", 40: "wrong",  # the summary
    }  # fmt: skip
    assert found[7] == ("wrong", "forgot-bias")
    assert found[11] == ("wrong", "loss-for-derivative", "repaired", "right")
    assert found[13] == ("unsupported", "unknown-name", "unknown-name")
    assert found[19] == ("wrong", "different", "repaired")  # the product through z_1 is wrong, the end is right
    assert found[21] == ("wrong", "right", "wrong-derivative")
    assert found[23][:2] == ("wrong", "right")
    assert found[29] == ("right", "right", "despite")  # right, though the document's own z_2 has no b_2


def test_the_derivative_of_the_cross_entropy_in_document_001() -> None:
    found = document("001_entropy", "001_entropy")
    assert {line: told[0] for line, told in found.items()} == {
        2: "unread",
        3: "wrong",  # a sign slip beside the lost minus
        4: "wrong",  # the slip is repaired, the minus is still lost
        5: "wrong",  # a slip again
        6: "carried", 7: "carried",  # repaired; as lines 4 and 6
        8: "unread", 11: "wrong",  # do not follow
    }  # fmt: skip
    assert found[4] == ("wrong", "sign")
    assert found[5] == ("wrong", "slip-again")
    assert found[6] == ("carried", "carried-back")
    assert found[7] == ("carried", "carried")


def test_the_derivative_of_softmax_in_document_001() -> None:
    assert document("001_softmax", "001_softmax") == {1: ("wrong", "unknown-name", "different")}


@pytest.mark.parametrize(
    ("name", "exercise", "not_right"),
    [
        ("000", "000", {1: "wrong", 9: "unread", 10: "unread", 16: "unsupported", 21: "unsupported"}),
        ("002", "local_derivatives", {}),
        ("003", "itakura_saito", {2: "unsupported"}),
        ("004_polynomial", "polynomial_gradient", {2: "unsupported", 3: "unsupported", 5: "unread"}),
        ("004", "sigmoid_network", {}),
    ],
)
def test_of_the_other_documents_only_the_errata_are_found(name: str, exercise: str, not_right: dict[int, str]) -> None:
    found = document(name, exercise)
    assert len(found) >= 4
    assert {line: told[0] for line, told in found.items() if told[0] != "right"} == not_right


def test_the_absolute_value_in_document_004_is_right_only_where_its_numbers_lie() -> None:
    found = judged("sigmoid_network", (FOLDER / "004.txt").read_text(encoding="utf-8"))
    line = next(x for x in found.lines if "2 |\\hat{y} - y|" in x.text)
    assert line.findings[0].code == "right-region"


# ---- how people write

LATEX = r"""
\documentclass{article}
\newcommand{\wrong}{= 3}
\begin{document}
We have $\delta_y = \hat{y} - y$ and so % a = b
\begin{itemize}
  \item $\frac{\partial L}{\partial w_1^3} = \delta_y h_1^2 = 0$
  \item the loss \[ L = \frac{(0.05 - 0.5)^2}{2} = 0.10125. \]
\end{itemize}
\begin{align*}
  \frac{\partial L}{\partial w_2^3} &= \delta_y h_2^2 && \text{(chain rule)} \\
    &= -0.45 \cdot 0.1 \label{eq} \\
    &= \boxed{-0.045} \tag{7}
\end{align*}
\end{document}
"""


def test_latex_is_read_wherever_its_formulas_stand() -> None:
    found = judged("relu_delta", LATEX)
    assert labels(found) == ["right"] * 6
    assert [x.line for x in found.lines if x.label == "right"] == [5, 7, 8, 11, 12, 13]
    assert found.exit_code == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dL/dw_1 = L' w_2 g'(z_1) h_0", ["right"]),
        ("dL/dw_1 = dL/dz_1 h_0\n= L' w_2 g'(z_1) h_0", ["right", "right"]),
        ("dL/dw_1 = dL/dz_1 h_0\n= L' h_0", ["right", "wrong"]),
        ("Here we use the chain rule.\ndL/dw_2 = L' h_1", ["right"]),
        ("Then y = 3 is what I take for granted here.\ndL/dw_2 = L' h_1", ["unread", "right"]),
        ("delta = L' w_2\ndL/dh_1 = delta\ndL/dz_1 = delta g'(z_1)", ["right"] * 3),
        ("u = w_1 h_0 + b_1\ndu/dw_1 = h_0\nh_1 = g(u)", ["right"] * 3),
        ("z_1 = w_1 h_0 + b_1 => dz_1/dw_1 = h_0", ["right"]),
        ("dL/db_2 = L', dL/dw_2 = L' h_1", ["right"]),
        ("dL/db_2 = L'; dL/dw_2 = L' h_0", ["wrong"]),
        ("g'(x) = 1[x > 0]", ["right"]),
        ("z_2(h_1, h_0) = w_2 h_1 + w_3 h_0 + b_2", ["right"]),
        ("L(u, y) = |y - u|", ["right"]),
        ("dL/dw_9 = L'", ["unsupported"]),
        ("w_9 = 3", ["unsupported"]),
        ("x = 3", ["unsupported"]),
        ("= L' h_1", ["unread"]),
        ("dL/dw_2 = L' h_1)", ["unread"]),
        ("dL/dw_2 = 1/2 L' h_1 2", ["unread"]),
        ("z_0 > 0", []),
        ("$z_0 \\ne 0$", []),
    ],
)
def test_what_a_line_is_taken_for(text: str, told: list[str]) -> None:
    assert labels(judged("skip_connection", text)) == told


def test_an_update_may_be_written_in_every_way() -> None:
    text = "w_2^2 = w_2^2 - eta dL/dw_2^2\nw_2^2 <- -0.6 - 0.1*0.225\nw_2^2 = -0.6225\n"
    text += "\\Delta w_2^2 = -0.0225\nw_1^3 = 0.5"
    found = judged("relu_delta", text)
    assert labels(found) == ["right"] * 5
    assert labels(judged("relu_delta", "w_2^2 <- -0.6 + 0.1*0.225 = -0.5775")) == ["wrong"]
    assert "forgot-minus" in codes(judged("relu_delta", "w_2^2 <- w_2^2 + eta dL/dw_2^2"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dyhat/dz_2 = 1   (2)", ["right"]),
        (r"\[ \frac{\partial J}{\partial \hat y} = \hat y - y \quad (2) \]", ["right"]),
        ("dJ/dyhat = (yhat - y) (2)", ["unread"]),
        ("dJ/dyhat = (yhat - y) (1)\ndz_2/da_1 = w_2 (2)", ["right", "right"]),
        ("dJ/dyhat = (yhat + y) (1)\ndz_2/da_1 = w_2 (2)", ["wrong", "right"]),
        ("dJ/dyhat = 2 (yhat - y)   (1)", ["wrong"]),
        ("1. z_1 = 1.5\n2. dJ/dyhat = yhat - y", ["right", "right"]),
        ("(1) z_1 = 1.5\n(2) dJ/dyhat = yhat - y", ["right", "right"]),
    ],
)
def test_rows_may_be_numbered(text: str, told: list[str]) -> None:
    assert labels(judged("local_derivatives", text)) == told


def test_new_values_count_by_themselves_or_behind_the_old_ones() -> None:
    again = "h_1^1 = 1.0135*(-1) = -1.0135"
    assert labels(judged("relu_delta", again)) == ["right"]  # an answer to the last task, and nothing else was said
    assert labels(judged("relu_delta", "h_1^1 = -1\n" + again)) == ["right", "right"]  # the old one, and the new one
    assert labels(judged("relu_delta", "z_1^2 = -1.3\n" + again)) == ["right", "wrong"]
    assert labels(judged("relu_delta", "w_1^1 <- 1 - 0.1*(-0.135) = 1.0135\n" + again)) == ["right", "right"]


def test_numbers_may_be_rounded_and_carried_rounded() -> None:
    text = "h_1 = 0.78751\nh_2 = 0.9498\nyhat = sigma(0.78751*(-0.2) + 0.9498*0.5) = 0.57869\n"
    text += "Div = |0.5 - 0.57869|^2 = 0.006192"
    assert labels(judged("sigmoid_network", text)) == ["right"] * 4


def test_a_wrong_equation_of_ones_own_is_followed_through() -> None:
    text = "z_2 = w_2 h_1 - w_3 h_0 + b_2\ndL/dw_3 = -L' h_0\ndL/dh_0 = L' (w_2 g'(z_1) w_1 - w_3)\ndL/dw_2 = L' h_1"
    found = judged("skip_connection", text)
    assert labels(found) == ["wrong", "carried", "carried", "right"]
    assert [f.since for x in found.lines for f in x.findings][1:3] == [1, 1]


def test_formulas_of_rounded_numbers_follow_from_a_wrong_number() -> None:
    text = "z_2 = 0.8*0.2913 + 0.1 = 0.3330\nL = 0.5*(-0.7430)^2\ndL/dz_2 = -0.7430*0.8*(1 - 0.3212^2)\n"
    text += "dL/dw = -0.7430 (0.3212 + 0.8 (1 - 0.3212^2) (0.2913 + 0.8 (1 - 0.2913^2) 0.5))"
    found = judged("tied_weights", text)
    assert labels(found) == ["wrong", "carried", "carried", "carried"]


def test_an_own_name_may_be_told_before_or_after_by_a_word() -> None:
    before = r"Let $\delta = L' w_2 g'(z_1)$. Then $\frac{\partial L}{\partial w_1} = \delta h_0$."
    assert labels(judged("skip_connection", before)) == ["right", "right"]
    after = r"$\frac{\partial L}{\partial w_1} = e h_0$, where $e = L' w_2 g'(z_1)$. If $q = 2 h_0$ …"
    found = judged("skip_connection", after)
    assert labels(found) == ["right", "right"]
    assert [f.code for line in found.lines for f in line.findings] == ["right", "definition"]


def test_wrong_weights_are_followed_through_to_the_next_forward_pass() -> None:
    text = "w_1^1 <- 1 + 0.1*(-0.135) = 0.8650\nh_1^1 = 0.8650*(-1) = -0.8650\nz_2^2 = -0.6*(-0.865) - 0.5 = 0.019"
    found = judged("relu_delta", text + "\nw_2^2 <- -0.6225")
    assert labels(found)[:2] == ["wrong", "carried"]
    assert {r.state for r in found.reached if str(r.quantity) == "w_1^1"} == {"wrong"}


def test_two_errors_that_cancel_are_told() -> None:
    found = judged("skip_connection", "dL/dz_2 = L\ndL/dw_2 = L' h_1\ndL/dw_3 = -(y - z_2)/|y - z_2|*h_0")
    assert labels(found) == ["wrong", "right", "right"]
    assert codes(found) == ["loss-for-derivative", "right", "despite"]
    chain = judged("skip_connection", "dL/dw_2 = L' h_0 = L' h_1")
    assert codes(chain) == ["wrong-derivative", "repaired"]
    assert labels(chain) == ["wrong"]


def test_a_wrong_result_that_is_corrected_counts_no_more() -> None:
    found = judged("skip_connection", "dL/dz_1 = L' w_2\ndL/dz_1 = L' w_2 g'(z_1)\ndL/dw_1 = L' w_2 h_0")
    assert labels(found) == ["wrong", "right", "wrong"]


def test_the_results_that_were_asked_for_are_listed() -> None:
    text = "dL/dw_2 = L' h_1\ndL/dw_3 = -L' h_0\ndL/db_1 = dL/dz_1"
    states = {str(r.quantity.by[0]): r.state for r in judged("skip_connection", text).reached if r.task.label == "b"}  # type: ignore[attr-defined]
    assert states == {
        "w_2": "right", "w_3": "wrong", "b_1": "unfinished",
        "b_2": "missing", "w_1": "missing", "w_0": "missing", "b_0": "missing",
    }  # fmt: skip


def test_parts_are_told_apart_by_headings_or_by_what_fits() -> None:
    head = "Part A\ndL/ds = beta (y_2 - t_2)\nPart B\nz = 1*1.5 - 0.5 = 1"
    assert labels(judged("two_outputs", head)) == ["right", "right"]
    assert labels(judged("two_outputs", "z = 1*1.5 - 0.5 = 1")) == ["right"]
    assert labels(judged("two_outputs", "Part A\nz = 2", None)) == ["wrong"]
    with pytest.raises(DerivationError, match="no part Z"):
        judged("two_outputs", "z = 1", "Z")


def test_the_first_error_is_named_with_its_place() -> None:
    found = judged("skip_connection", "dL/dw_2 = L' h_1\n\n   dL/dw_1 = L' h_0")
    first = found.first_wrong
    assert first is not None
    assert (first.line, first.column) == (3, 4)
    assert "The first error is in line 3." in working_text(found).splitlines()


# ---- what is shown


def test_text_and_data_in_both_languages() -> None:
    text = (FOLDER / "001.txt").read_text(encoding="utf-8")
    found = judged("001", text)
    for language in ("en", "de"):
        assert len(working_text(found, language).splitlines()) > 40
        record = json.loads(working_json(found, language))
        assert record["first_wrong"] == 7
        assert record["exit_code"] == 1
        assert {line["label"] for line in record["lines"]} == {"right", "wrong", "unsupported"}
    assert set(load_words("en").codes("working")) >= {"label-carried", "carried", "unknown-name", "too-long"}


# ---- hostile input


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_hostile_is_right_or_shown_as_it_came(name: str) -> None:
    attack = ATTACKS[name]
    for text in (f"dL/dz_6 = {attack}", f"$${attack}$$", f"${attack}", attack):
        found = judged("itakura_saito", text)
        assert found.label != "right" or name in ("carriage return", "self"), (name, found)
        shown = working_text(found) + working_json(found)
        assert all(c.isprintable() or c == "\n" for c in shown)
        assert "<script" not in working_json(found)


@pytest.mark.parametrize(
    "text",
    [
        "x" * (MAX_TEXT + 1),
        "a = 1\n" * 3000,
        "$" * 50_000,
        r"\(" * 50_000,
        r"\begin{align}" * 10_000,
        r"\begin{align}" + r"\\" * 50_000 + r"\end{align}",
        "{" * 100_000,
        r"\boxed{" * 20_000,
        r"\text{" * 20_000,
        "% \n" * 50_000,
        "=" * 100_000,
        "\n".join(f"q_{i} = q_{i - 1} + q_{i - 1}" if i else "q_0 = z_6" for i in range(300)) + "\nq_299 = 0",
        "$" + "a" * 90_000 + "$",
    ],
)
def test_sizes_are_limited_before_anything_is_built(text: str) -> None:
    found = judged("itakura_saito", text)
    assert found.label != "right"
    assert working_text(found)


def test_a_vector_in_place_of_a_number_is_wrong() -> None:
    vectors = "<1, 2, 3> = -0.2\ny = 0.5 <1, 2>\nyhat = [h_1, h_2]\nq = [1, 2]\nh_1 = q".replace("<", r"\langle ")
    vectors = vectors.replace(">", r"\rangle")
    found = judged("sigmoid_network", vectors)
    assert labels(found) == ["wrong", "wrong", "wrong", "right", "unsupported"]
    assert labels(judged("sigmoid_network", r"\vec{x} = \langle -0.7, 1.2, 1.1 \rangle")) == ["wrong"]


def test_the_work_of_a_long_derivation_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Work.__init__, "__defaults__", (2000, 3, 60))
    monkeypatch.setattr("symprop.judge.working.desk.WORK_BY_LENGTH", 0)
    found = judged("skip_connection", "dL/dw_1 = L' h_0\n" * 60)
    assert found.lines[-1].findings[0].code == "too-long"
    assert len(found.lines) < 60


def test_more_rows_than_their_length_allows_for_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = "\n".join(f"dL/dw_1 = L' h_0 + {i}" for i in range(40))
    assert len(judged("skip_connection", wrong).lines) == 40
    monkeypatch.setattr(Work.__init__, "__defaults__", (20_000, 3, 60))
    found = judged("skip_connection", wrong)
    assert found.lines[-1].findings[0].code == "too-long"
    assert 1 < len(found.lines) < 40


def test_what_is_said_again_is_not_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    decide = Judge.decide

    def counted(self: Judge, formula: Written, right: Written, *, witness: bool = True) -> Decision:
        seen.append(formula)
        return decide(self, formula, right, witness=witness)

    monkeypatch.setattr(Judge, "decide", counted)
    once = judged("skip_connection", "dL/dw_1 = 3 L' h_0\ndL/dw_1 = 3 L' h_0"), len(seen)
    seen.clear()
    often = judged("skip_connection", "dL/dw_1 = 3 L' h_0\n" * 30), len(seen)
    assert labels(often[0])[:2] == labels(once[0])
    assert often[1] == once[1]


def test_places_are_those_of_the_text() -> None:
    found = rows("one\n two $a = b$ three\n\\[\n  c = d \\\\\n  &= e\n\\]")
    assert [(r.text, r.line, r.column) for r in found if r.maths] == [("a = b", 2, 7), ("c = d", 4, 3), ("= e", 5, 4)]


# ---- spellings


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("z^2 = w^{2} h^1 + w_3 h^0 + b_2", "right"),
        ("z^{2} = {w^2} h_1 + w^3 h^{0} + b_2", "right"),
        ("dL/dz^2 = L'", "right"),
        ("dL/dw^2 = L' (h^1)^1", "right"),
        ("dL/dw_2 = L' h^2", "unsupported"),
    ],
)
def test_other_spellings_are_those_that_the_exercise_declares(text: str, told: str) -> None:
    assert labels(judged("001", text)) == [told]


def test_spellings_count_for_single_answers_too() -> None:
    assert api.check(solved("001"), "a", "dL/dw^2 = L' h^1").kind == "right"
    assert api.check(solved("skip_connection"), "b", "dL/dw_2 = L' h^1").kind == "unreadable"


def test_a_number_that_follows_from_an_error_is_not_a_coarse_right_one() -> None:
    exercise = api.solve(
        "title: One neuron\nequations: |\n  z = w x + b\n  h = tanh(z)\n  L = (h - y)^2/2\n"
        "parameters: {w: 0.5, b: 1}\ngiven: {x: 2, y: 3}\nlearning rate: 0.1\ntasks: [update: b]\n"
    )
    found = check_working(exercise, "dL/db = 0\nb <- 1")  # 1.0144 would be right
    assert labels(found) == ["wrong", "carried"]
    assert labels(check_working(exercise, "b <- 1.01")) == ["right"]
    assert labels(judged("skip_connection", "dL/dw_1 = L' g'(z_1) w_2 h_1")) == ["wrong"]


def test_an_index_slip_is_named_as_one() -> None:
    found = judged("skip_connection", "dL/dz_1 = L' w_2 [z_1 > 0]\ndL/dw_1 = dL/dz_1 h_1")
    assert labels(found) == ["right", "wrong"]
    assert [m.code for m in found.lines[1].findings[0].why.ways[0]] == ["wrong-index"]


def test_what_students_write_around_their_formulas_is_read_in_derivations_too() -> None:
    exercise = r"""
title: Gate
functions: {sigma: sigmoid}
equations: |
  z = w_1 x_1 + w_2 x_2
  h = max(0, z)
  q = sigma(h)
  L = (q - t)^2
parameters: [w_1, w_2]
tasks:
  - gradient: w_1, w_2
"""
    text = r"""\newcommand{\d}[2]{\frac{\partial #1}{\partial #2}}
\def\yh{q}
$\d{L}{q} = \underbrace{2(\yh - t)}_{\text{loss}}$
$\d{q}{h} = \sigma' = q(1-q)$
$h' = \theta(z)$
$\left.\d{L}{z}\right|_{z} = \boxed{2 (q - t) \sigma' \theta(z)}$
$\d{L}{z} = 2 (q - t) q (1-q) \text{ if } z > 0, 0 \text{ otherwise}$
$\nabla_w L = \d{L}{z} (x_1, x_2)^T$
$\nabla L = \d{L}{z} \begin{pmatrix} x_2 \\ x_1 \end{pmatrix}$
$\left.\d{L}{z}\right|_{z = 1} = 3$
"""
    found = check_working(api.solve(exercise), text)
    assert [line.label for line in found.lines if line.label != "skipped"] == [*["right"] * 6, "wrong", "unread"]


STEP = api.solve(ROOT / "exercises" / "relu_delta.yaml")


def test_a_result_that_is_rounded_too_much_is_no_full_result_as_for_a_single_answer() -> None:
    found = check_working(STEP, "dL/dw_1^1 = -0.135\nw_1^1 <- 1.0\nw_2^2 <- -0.6225")
    states = {(r.task.label, r.quantity.text): r.state for r in found.reached if isinstance(r.quantity, Name)}
    assert (states["c", "w_1^1"], states["c", "w_2^2"]) == ("coarse", "right")
    assert [line.findings[0].code for line in found.lines] == ["right-number", "form-coarse", "right-number"]
    assert found.exit_code == 1
    said = working_text(found)
    assert "Rounded too much: 2 significant digits are too few" in said
    assert "results that are rounded too much: (c) w_1^1" in said


def test_a_coarse_number_does_not_follow_from_an_error_that_has_nothing_to_do_with_it() -> None:
    found = check_working(STEP, "dL/dw_2^2 = 0.2\nw_2^2 <- -0.62\nw_1^1 <- 1.0")
    assert [line.label for line in found.lines] == ["wrong", "carried", "right"]


def test_an_own_name_for_a_derivative_is_judged_and_explained_as_that_derivative() -> None:
    found = check_working(STEP, "delta := dL/dyhat = 0.45\ndL/dw_2^3 = delta h_2^2 = 0.045")
    assert [line.label for line in found.lines] == ["wrong", "carried"]
    wrong = found.lines[0].findings[-1]
    assert [m.code for m in wrong.why.ways[0]] == ["sign"]
    assert wrong.quantity == Deriv(Name("L"), (Name("y", "hat"),))


def test_what_is_missing_is_told_by_task() -> None:
    said = working_text(check_working(STEP, "dL/dw_1^1 = -0.135"))
    line = next(row for row in said.splitlines() if row.startswith("results that are missing"))
    assert line.count("h_1^1") == 2 and "; (d) h_1^1" in line


def test_without_headings_a_row_goes_to_the_part_where_it_means_something_and_the_part_is_told() -> None:
    solution = api.solve(ROOT / "exercises" / "two_outputs.yaml")
    found = check_working(solution, "dL/ds = beta (y_2 - t_2)\nz = 1\ny_1 = 1.6\ny_2 = 0.4\ndL/ds = beta (t_2 - y_2)")
    assert [(line.part, line.label) for line in found.lines[:2]] == [("A", "right"), ("B", "right")]
    assert [line.label for line in found.lines[2:]] == ["wrong", "wrong", "wrong"]
    assert [line.part for line in found.lines[2:4]] == ["B", "B"]
    assert "right        (A)  dL/ds" in working_text(found)


def test_more_names_of_ones_own_than_anybody_has_end_the_reading() -> None:
    letters = "abcdefghijklmnopqrst"
    names = [f"q_{{{a}{b}}}" for a in letters for b in letters]
    found = check_working(STEP, "\n".join(f"{name} = yhat - y" for name in names))
    assert found.lines[-1].findings[0].code == "too-long"
    assert len(found.lines) < 200
    assert found.exit_code == 3


def test_working_the_exercise_again_with_every_error_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symprop.judge.working.judging.Work", partial(Work, 30_000, 2))
    found = check_working(STEP, "\n".join(f"h_2^2 = 0.{i}\nyhat = 0.9{i}\nL = 0.5{i}" for i in range(1, 60)))
    assert found.lines[-1].findings[0].code == "too-long"
    assert 1 < len(found.lines) < 60


NUMBERS = """
title: One neuron
functions: {sigma: sigmoid}
equations: |
  z = w x + b
  a = sigma(z)
  y = v a
  L = (y - t)^2
parameters: {w: 0.5, b: -0.25, v: 2}
given: {x: 1.5, t: 1}
learning rate: {eta: 0.1}
tasks:
  - forward
  - gradient: all
  - update: all
"""


def test_e_may_be_the_error_and_rounded_errors_are_carried() -> None:
    text = """a = σ(z) ≈ 0.622
e = y - t = 0.245
dL/dv = 2 e a = 0.305
dL/dz = 2 e v a' = 0.98*0.622 = 0.610
dL/dw = dL/dz x = 0.914
w <- 0.5 - 0.1*0.914 = 0.4086"""
    found = check_working(api.solve(NUMBERS), text)
    assert [line.label for line in found.lines] == ["right", "right", "right", "wrong", "carried", "carried"]
    wrong = next(f for f in found.lines[3].findings if f.label == "wrong")
    assert [m.code for m in wrong.why.ways[0]] == ["activation-for-derivative"]


def test_a_number_that_is_far_from_what_follows_is_a_new_error() -> None:
    found = check_working(api.solve(NUMBERS), "dL/dz = 0.610\ndL/dw = dL/dz x = 0.93")
    assert [line.label for line in found.lines] == ["wrong", "wrong"]


def test_of_a_preamble_only_definitions_of_formulas_are_followed() -> None:
    preamble = r"""\documentclass{article}
\newcommand{\yh}{\hat{y}}
\newcommand{\boxedline}[2][x]{\relax #1 #2}
\newcommand\result[1]{\fbox{$#1$}}
\def\never{\never}
\begin{document}
$\yh = \result{0.05}$
\end{document}
"""
    found = check_working(STEP, preamble)
    assert [(line.line, line.label) for line in found.lines if line.label != "skipped"] == [(7, "right")]


@pytest.mark.parametrize(
    "text",
    [
        "dL/dw_2 = L' h_1",
        "(b) dL/dw_2 = L' h_1",
        "Answer: dL/dw_2 = L' h_1",
        "so dL/dw_2 = L' h_1",
        "Thus, dL/dw_2 = L' h_1.",
        "let s = w_1 h_0 + b_1\ndL/dw_2 = L' g(s)",
        "where s = w_1 h_0 + b_1\ndL/dw_2 = L' g(s)",
        "dL/dw_2 = L' g(s), where s = w_1 h_0 + b_1",
    ],
)
def test_words_around_a_plain_line_say_nothing_of_its_value(text: str) -> None:
    assert set(labels(judged("skip_connection", text))) == {"right"}


def test_the_label_of_a_part_is_no_factor() -> None:
    text = "title: A letter like a label\nequations: |\n  a = w x\n  L = a^2\ntasks:\n  - derivative: dL/dw\n"
    found = check_working(api.solve(text), "(a) dL/dw = 2 a x")
    assert labels(found) == ["right"]


# ---- whole derivations, as they are typed on a phone


def test_own_names_with_long_names_of_the_exercise_are_no_sentence() -> None:
    told = judged("net_and_out", r"""
        \delta_1 = (out_{o1} - target_{o1}) out_{o1} (1 - out_{o1})
        delta_2 = (out_o2 - target_o2) out_o2 (1 - out_o2)
        dE_total/dw1 = (\delta_1 w5 + delta_2 w7) out_h1 (1 - out_h1) i1
        dE_total/dw7 = delta_2 out_h2
    """)  # fmt: skip
    assert labels(told) == ["right", "right", "right", "wrong"]
    assert codes(told) == ["definition", "definition", "right", "wrong-derivative"]


def test_a_number_that_rounding_may_explain_is_no_mistake() -> None:
    told = judged("two_outputs", "Part B:\ndL/db = 1.0144")
    assert (labels(told), codes(told)) == (["unsupported"], ["perhaps-rounded"])


def test_the_value_of_rounded_numbers_is_right_as_a_step() -> None:
    told = judged("two_outputs", "Part B:\ndL/dh = 2.4054\ndL/dz = 2.41*(1-0.58) = 1.0122\ndL/db = 1.0122")
    assert labels(told) == ["right", "right", "right"]  # the last follows from the one before it
    assert labels(judged("two_outputs", "Part B:\ndL/db = 1.0122")) == ["unsupported"]
    told = judged("two_outputs", "Part B:\ndL/dh = 2.4054\ndL/dz = 2.4054*(1-0.5802) = 1.009787\ndL/db = 1.009787")
    assert labels(told) == ["right", "carried", "carried"]
    assert codes(told) == ["right-rounded", "right-rounded", "carried-rounding", "carried"]
    assert labels(judged("two_outputs", "Part B:\ndL/dz = 2.4054*(1-0.58) = 1.0113")) == ["wrong"]


def test_the_head_of_a_part_is_read_in_a_plain_text() -> None:
    told = judged("two_outputs", "Part B:\ndL/dz = 7")
    assert [line.part for line in told.lines] == ["B", "B"]


def test_a_name_of_the_students_own_takes_no_step() -> None:
    told = judged("diverging_step", "d = yhat - y\nd+ = 2.8")
    assert codes(told) == ["definition", "no-step"]


def test_the_change_of_what_no_step_is_taken_on_is_not_judged() -> None:
    told = judged("local_derivatives", "w_1 = 0.692\nw_2 = 0.92\nJ = 0.004057\nΔJ = -0.3159\nΔw_1 = 0.192")
    assert labels(told) == ["right", "right", "right", "unsupported", "right"]
