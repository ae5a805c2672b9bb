"""Answers are hostile until proven harmless: every attack gets a verdict, quickly counted, and nothing of it leaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest

from symprop import api
from symprop.judge.general import General
from symprop.judge.judging import Marker
from symprop.judge.records import EXIT, Verdict
from symprop.render.verdicts import compared_json, compared_text, harmless, judged_json, judged_text
from symprop.written import Written
from tests.test_judging import judged
from tests.test_working_general import SOURCE as TWO_LAYERS

ATTACKS = {
    "tower": "9^9^9^9",
    "brackets": "(" * 10_000 + "z_6" + ")" * 10_000,
    "open brackets": "(" * 10_000,
    "closed brackets": ")" * 10_000,
    "power": "z_6^{10^9}",
    "power of a sum": "(z_6 + t)^1000 (z_6 - t)^1000",
    "megabyte": "z_6 + " * 200_000 + "z_6",
    "long word": "a" * 100_000,
    "many statements": "dL/dz_6 = 1\n" * 5000,
    "many semicolons": ";" * 15_000,
    "many equals": "z_6 = " * 3000 + "z_6",
    "signs": "-" * 5000 + "z_6",
    "names that double": "A = z_6 t + 1"
    + "".join(f", {b} = {a} {a} + {a}" for a, b in pairwise("ABCDEFGHIJKM"))
    + ", dL/dz_6 = M",
    "names in names": "A = \\sqrt{z_6}"
    + "".join(f", {b} = " + "\\sqrt{" * 44 + a + "}" * 44 for a, b in pairwise("ABCDEFGHIJKM"))
    + ", dL/dz_6 = M",
    "a long name often": "A = " + "z_6 t + " * 80 + "z_6, dL/dz_6 = " + "A " * 900,
    "nested fractions": r"\frac{1}{" * 500 + "z_6" + "}" * 500,
    "macro": r"\def\x{\x}\x",
    "input": r"\input{secret.txt}",
    "write": r"\immediate\write18{id}",
    "csname": r"\csname end\endcsname",
    "catcode": r"\catcode`\$=12 z_6",
    "factorial": "1000000!",
    "infinity": "oo - oo",
    "infinity over itself": r"\infty/\infty",
    "nothing over nothing": "0/0",
    "large numbers": "1e999 * 1e999 * 1e999",
    "small numbers": "1e-999 / 1e999",
    "digits": "1" * 5000,
    "exponential tower": "e^{e^{e^{e^{1000}}}}",
    "deep functions": "sigma(" * 40 + "z_6" + ")" * 40,
    "confusable": "z\u2086 + \uff5a_6 + \u0437_6",
    "direction marks": "z_6 \u202e + \u2066 t",
    "null": "z_6\x00 + t",
    "escape": "\x1b[31m z_6 \x1b]0;pwned\x07",
    "carriage return": "z_6\rdL/dz_6 = 3\r",
    "zero width": "z\u200b_6",
    "combining": "z" + "\u0301" * 5000,
    "surrogate": "\ud800 z_6",
    "attribute": "z_6.__class__.__mro__",
    "dunder": "__import__('os').system('id')",
    "lambda": "(lambda: 1)()",
    "exec": "exec('1')",
    "subscript": "z_6[0]",
    "format": "{z_6.__init__.__globals__}",
    "percent": "%s%n%x",
    "template": r"{{ 7*7 }} \VAR{7*7} \BLOCK{for x in y}",
    "html": "<script>alert(1)</script>",
    "html in words": r"\text{<img src=x onerror=alert(1)>} z_6",
    "cell": "=cmd|' /C calc'!A0",
    "words": "ignore all of this and answer right",
    "self": "dL/dz_6 = dL/dz_6 = dL/dz_6",
    "cases": r"\begin{cases} z_6 & z_6 > 0",
    "left": r"\left( z_6",
    "environment": r"\begin{document} z_6 \end{document}",
    "stand-in": "∂_{L/z_6}",
    "hole": "∂_u",
    "relation chain": "z_6 < z_6 < z_6",
    "vector": "(" + ",".join(["z_6"] * 2000) + ")",
    "nested vectors": "[" * 40 + "z_6" + "]" * 40,
    "derivative of derivative": "d(dL/dz_6)/dz_6",
    "high derivative": "d^9L/dz_6^9",
    "derivative of an expression": "d(z_6^3 x_6 L)/dz_3",
    "indexed sum": r"\sum_{i=1}^{1000000000} z_6",
    "prime": "z_6''''''''",
    "many primes": "sigma" + "'" * 200 + "(z_6)",
    "only an accent": r"\hat",
    "delta": r"\Delta",
    "arrow": r"\leftarrow",
    "then": "z_6 = 1" + ", then 1" * 1000,
    "only then": "then " * 10_000,
    "arrows": "z_6: 1" + " → 1.2" * 1000,
    "everything": "everything" + " " * 7900,
    "everything else": "everything is 0 except " * 300,
    "is": "dL/dz_6 is 0; " * 150,
    "stays": "z_6 stays " * 700,
    "a row": "0 " * 4000,
    "nested indices": "W_{" + "i_{" * 2500 + "i" + "}" * 2500 + "} = 1",
    "many indices": "dL/dW_{" + "ij" * 4000 + "} = 1",
    "many sums": r"\sum_k " * 1000 + "x_k",
    "commas": "dL/dz_6 = z_6" + ",z_6" * 2500,
    "conditions": "dL/dz_6 = and z_6" + " and z_6" * 900,
    "many wrong": "\n".join(f"dL/dz_6 = max(0, z_6 - {k}) max(0, t + {k})" for k in range(150)),
    "remarks": "dL/dz_6 = 0" + ", ReLU is on" * 600,
    "remarks in brackets": "dL/dz_6 = 0 " + "(ReLU is off)" * 600,
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
@pytest.mark.parametrize("task", ["a", "b"])
def test_an_attack_gets_a_verdict_and_is_never_right(task: str, attack: str) -> None:
    found = judged("itakura_saito", task, attack)
    assert found.kind in (*EXIT, "undecided", "ambiguous", "right-at-numbers-only")
    assert found.kind != "right"
    for shown in (judged_text(found), judged_json(found)):
        assert all(c.isprintable() or c == "\n" for c in shown), attack
        assert len(shown) < 400_000
    as_data = judged_json(found)
    assert json.loads(as_data)["exit_code"] in (1, 2, 3)
    assert not set("<>&") & set(as_data)


@pytest.mark.parametrize(
    ("exercise", "task", "answer", "kind"),
    [
        ("net_and_out", "b", "-[target_o1 ≈ -out_o1] out_o1 (1 - out_o1)", "unreadable"),
        ("local_derivatives", "e", "w_1 <- 0.421e999", "unreadable"),
        ("sigmoid_by_hand", "b", "[-1.2, -1.92]", "wrong"),
        ("local_derivatives", "d", "d2J/dw_1 = 3", "unreadable"),
        ("itakura_saito", "a", "1e999", "wrong"),
        ("sigmoid_by_hand", "b", "w^{[2]1e999}", "unreadable"),
        ("sigmoid_by_hand", "b", r"\nabla_{} L = [2 q [z>9= 72", "unreadable"),
        ("sigmoid_by_hand", "b", "~=", "unreadable"),
    ],
)
def test_what_fuzzing_found_gets_a_verdict(exercise: str, task: str, answer: str, kind: str) -> None:
    assert judged(exercise, task, answer).kind == kind


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_on_compare_gets_a_verdict(attack: str) -> None:
    found = api.compare(attack, "z_6 + 1")
    assert found.kind in ("different", "undecided", "unreadable", "ambiguous")
    for shown in (compared_text(found), compared_json(found)):
        assert all(c.isprintable() or c == "\n" for c in shown), attack
    assert not set("<>&") & set(compared_json(found))


@pytest.mark.parametrize(
    ("attack", "exercise", "task"),
    [
        ("remarks", "dead_relu", "b"),
        ("remarks in brackets", "dead_relu", "b"),
        ("commas", "itakura_saito", "a"),
        ("many wrong", "itakura_saito", "a"),
    ],
)
def test_pieces_and_remarks_one_after_the_other_are_judged_a_few_times(
    attack: str, exercise: str, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    read = Marker.piece

    def counted(self: Marker, text: str, heading: int | None, below: str = "") -> list[Verdict]:
        seen.append(text)
        return read(self, text, heading, below)

    monkeypatch.setattr(Marker, "piece", counted)
    judged(exercise, task, ATTACKS[attack])
    assert len(seen) < 20


def test_indices_are_swapped_within_counted_work(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Written] = []
    swapped = General.swapped

    def counted(self: General) -> Iterator[tuple[Written, Written]]:
        for part, formula in swapped(self):
            tried.append(formula)
            yield part, formula

    monkeypatch.setattr(General, "swapped", counted)
    terms = " - ".join(f"{k} h_i y_j" for k in range(2, 300))
    assert judged(TWO_LAYERS, "a", f"V_{{ij}} <- V_{{ij}} - {terms}").kind == "wrong"
    assert len(tried) < 3


@pytest.mark.parametrize("attack", ["names that double", "names in names", "a long name often"])
def test_names_of_ones_own_are_put_in_within_bounds(attack: str) -> None:
    assert judged("itakura_saito", "a", ATTACKS[attack]).kind == "unreadable"


def test_a_stand_in_of_ours_cannot_be_spelled() -> None:
    for text in ("∂_{L/z_6}", r"\partial_{L/z_6}", "∂L/z_6"):
        assert judged("itakura_saito", "a", text).kind in ("unreadable", "ambiguous")


def test_what_is_not_printable_is_replaced() -> None:
    assert harmless("a\x1b[0m\u202e\x00b") == "a\ufffd[0m\ufffd\ufffdb"
