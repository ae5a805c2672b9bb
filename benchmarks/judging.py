"""Judging answers, by one contestant: ``python -m benchmarks.judging WHO SET``; all of them without arguments.

Three sets.  ``pairs``: formulas without an exercise (benchmarks/pairs.txt).  ``answers``: the tables in tests/answers,
where the answer is right or wrong; peers, who know no exercise, get the certified formula and its value as gold, and
one of them is enough.  ``arrays``: the tables of answers with vectors and matrices, which no peer can be asked for.
Before the clock runs, symprop is given some wrong answers to every result that is asked, and to every change of it, a
number that is nearly right among them: the process is warm then, as that of a class whose first wrong answers have come
in.
A verdict that does not come in time, or an error, is no verdict.
"""

from __future__ import annotations

import gc
import json
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any, NamedTuple

from benchmarks.timing import ROOT

PEERS = ("math-verify", "SymPy equals", "SymPy simplify", "latex2sympy2_extended")
CONTESTANTS = ("symprop", *PEERS)
LIMIT = 5  # seconds a verdict
NEARLY = 1.002  # of a result, in the numbers that are nearly right
WARM_UP = ("0.31415", "1 + 1", "1/2t", "-3.5e-2")


class Case(NamedTuple):
    """An answer with its label; ``gold``: what peers compare it with; ``told``: the task, for symprop."""

    right: bool
    answer: str
    gold: tuple[str, ...] = ()
    told: Any = None


Verdict = Callable[[Case], bool | None]


def pairs() -> list[Case]:
    text = (ROOT / "benchmarks" / "pairs.txt").read_text(encoding="utf-8")
    lines = [line.split(" | ") for line in text.splitlines() if line and not line.startswith("#")]
    return [Case(sign == "=", answer, (gold,)) for sign, gold, answer in lines]


def answers() -> list[Case]:
    """Rows that are right or wrong, one statement each."""
    from symprop import notation
    from symprop.api import rounded
    from tests.test_judging import marker, rows

    found = []
    for parameter in rows():
        told, verdict, answer = parameter.values
        kind = verdict.split()[0]
        if kind not in ("right", "wrong") or "\n" in answer or told[3]:
            continue
        asked = list(marker(*told).asked.values())
        named = [a for a in asked if notation.text(a.quantity) in answer] if len(asked) > 1 else asked
        if len(named) == 1:
            gold = [notation.latex(named[0].answer.formula)]
            gold += [rounded(named[0].answer.value, 6)] if named[0].answer.value is not None else []
            found.append(Case(kind == "right", answer, tuple(gold), told))
    return found


def arrays() -> list[Case]:
    """Rows of the tables of arrays, whole gradients and statements one after the other among them."""
    from tests.test_judging import rows

    values = [parameter.values for parameter in rows(only="*arrays.yaml")]
    kinds = [(verdict.split()[0], answer, told) for told, verdict, answer in values]
    return [Case(kind == "right", answer, told=told) for kind, answer, told in kinds if kind in ("right", "wrong")]


# ---- contestants


def by_symprop(cases: list[Case]) -> Verdict:
    from symprop import api, notation
    from symprop.judge.compare import compare
    from symprop.judge.context import Context
    from tests.test_judging import marker

    if cases[0].told is None:
        context = Context().declaring("sigma(), g()")
        for text in WARM_UP:
            api.compare("x + 1", text)
        told = {"equal": True, "different": False}
        return lambda case: told.get(compare(case.answer, case.gold[0], context).kind)
    for told in dict.fromkeys(case.told for case in cases):
        m = marker(*told)
        for asked in m.asked:  # the mistakes of a result are replayed when the first wrong answer to it comes
            name = notation.text(asked)
            for text in (*WARM_UP, f"3 ({name}) + 1/7"):
                m.judge(f"{name} = {text}")
            with suppress(TypeError, ValueError):  # so are those who round, where it has a number
                m.judge(f"{name} = {NEARLY * float(Fraction(m.asked[asked].answer.value)):.4g}")
            if m.asked[asked].is_update:
                m.judge(f"\\Delta {name} = 3 {name} + 1/7")
    said = {"right": True, "wrong": False}
    return lambda case: said.get(marker(*case.told).judge(case.answer).kind)


def by_math_verify(cases: list[Case]) -> Verdict:
    from math_verify import LatexExtractionConfig, parse, verify

    config = [LatexExtractionConfig()]

    def one(gold: str, answer: str) -> bool:
        read = [parse(f"${text}$", config, parsing_timeout=LIMIT) for text in (gold, answer)]
        return bool(verify(*read, timeout_seconds=LIMIT))

    return lambda case: any(one(gold, case.answer) for gold in case.gold)


def _by_difference(read: Callable[[str], Any], equal: Callable[[Any, Any], bool]) -> Verdict:
    """Of a chain the last formula."""

    def one(gold: str, answer: str) -> bool:
        a, b = (read(text.split("=")[-1]) for text in (gold, answer))
        return equal(a, b)

    def verdict(case: Case) -> bool:
        for gold in case.gold:
            try:
                if one(gold, case.answer):
                    return True
            except Timeout:
                raise
            except Exception:
                continue
        return False

    return verdict


def by_equals(cases: list[Case]) -> Verdict:
    from sympy.parsing.latex import parse_latex

    return _by_difference(lambda text: parse_latex(text, backend="antlr"), lambda a, b: a.equals(b) is True)


def by_simplify(cases: list[Case]) -> Verdict:
    import sympy
    from sympy.parsing.latex import parse_latex

    return _by_difference(
        lambda text: parse_latex(text, backend="antlr"), lambda a, b: bool(sympy.simplify(a - b) == 0)
    )


def by_extended(cases: list[Case]) -> Verdict:
    import sympy
    from latex2sympy2_extended import latex2sympy

    return _by_difference(latex2sympy, lambda a, b: bool(sympy.simplify(a - b) == 0))


RUN = dict(zip(CONTESTANTS, (by_symprop, by_math_verify, by_equals, by_simplify, by_extended), strict=True))
SETS = {"pairs": pairs, "answers": answers, "arrays": arrays}


class Timeout(BaseException):
    """The time for a verdict is over."""


def _ring(*_: object) -> None:
    raise Timeout


def main(who: str, which: str) -> dict[str, Any]:
    import logging

    logging.disable(logging.CRITICAL)
    cases = SETS[which]()
    verdict = RUN[who](cases)
    gc.collect()
    gc.freeze()  # what was made so far is not looked through again
    signal.signal(signal.SIGALRM, _ring)
    times: list[float] = []
    seen: list[tuple[Case, bool | None]] = []
    for case in cases:
        found: bool | None = None
        start = time.process_time()
        if who != "math-verify":  # it sets alarms of its own
            signal.alarm(LIMIT)
        try:
            found = verdict(case)
        except (Exception, Timeout):
            found = None
        finally:
            if who != "math-verify":
                signal.alarm(0)
        times.append(1000 * (time.process_time() - start))
        seen.append((case, found))
    good = [found is not None and found == case.right for case, found in seen]
    ordered = sorted(times)
    return {
        "cases": len(cases),
        "right": sum(good),
        "false_accepts": sum(bool(found) and not case.right for case, found in seen),
        "wrong_in_all": sum(not case.right for case in cases),
        "mean_ms": statistics.mean(times),
        "median_ms": statistics.median(times),
        "p95_ms": ordered[int(0.95 * len(ordered))],
        "worst_ms": ordered[-1],
        "misjudged": [
            "  |  ".join((case.answer, *case.gold[:1])) for (case, _), fine in zip(seen, good, strict=True) if not fine
        ],
        "slowest": max(zip(times, (case.answer for case in cases), strict=True)),
    }


def lines(found: dict[str, dict[str, Any]]) -> Iterator[list[str]]:
    """A row for each contestant."""
    mine = found["symprop"]
    yield ["contestant", "judged rightly", "false accepts", "mean ms", "median", "95 %", "worst", "time / symprop"]
    for who, result in found.items():
        if "failed" in result:
            yield [who, result["failed"], "", "", "", "", "", ""]
            continue
        share = f"{result['right']}/{result['cases']} ({100 * result['right'] / result['cases']:.0f} %)"
        accepts = f"{result['false_accepts']}/{result['wrong_in_all']}"
        times = [f"{result[key]:.3g}" for key in ("mean_ms", "median_ms", "p95_ms", "worst_ms")]
        yield [who, share, accepts, *times, f"{result['mean_ms'] / mine['mean_ms']:.3g}" if "mean_ms" in mine else "-"]


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(main(*sys.argv[1:])))
    else:
        from benchmarks.__main__ import run

        run(["judging"])
