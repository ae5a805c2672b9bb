"""Reading formulas, by one contestant: ``python -m benchmarks.readers WHO``.

The formulas are LaTeX, so that every reader is asked for what it says it reads.  "read" counts the texts that were
taken without an error and in full size (every name of the text is in the result): a fast misreading is no reading.
"""

from __future__ import annotations

import contextlib
import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

CONTESTANTS = ("symprop", "sympy antlr", "sympy lark", "latex2sympy2_extended")

FORMULAS = (
    r"w_{13} x_1 + w_{23} x_2 + b_3",
    r"\frac{2 x_4 (z_6^2 - t)}{z_6^3}",
    r"\frac12 (y - t)^2",
    r"\frac{1}{2} (y - \hat{y})^2",
    r"\frac{t}{x_6} - \ln\left(\frac{t}{x_6}\right) - 1",
    r"-\frac{t}{y} + \frac{1 - t}{1 - y}",
    r"\sigma'(z_3) (w_{36} + w_{34} w_{46} \sigma'(z_4))",
    r"\frac{1}{1 + e^{-z}}",
    r"h_1^{(2)} (1 - h_1^{(2)})",
    r"\max(0, w_2 x - b)",
    r"\sqrt{x_1^2 + x_2^2}",
    r"-(y - \hat{y}) w_2 x",
    r"w_{46} - 2 k x_4 \frac{z_6^2 - t}{z_6^3}",
    r"\tanh(w h + u x + b)",
    r"|y - z_2|",
    r"0.5 \cdot (-0.6) + 1.25 \cdot 10^{-3}",
    r"\exp(-\frac{(x - \mu)^2}{2 s^2})",
    r"\frac{\partial L}{\partial z_6}",
    r"\mathrm{ReLU}(z_1)",
    r"\frac{e^{x_1}}{e^{x_1} + e^{x_2}}",
)
ROUNDS = 20


def by_symprop() -> Callable[[str], Any]:
    from symprop.names import Vocabulary
    from symprop.reader import read

    vocabulary = Vocabulary(open=True)
    return lambda text: read(text, vocabulary)


def by_antlr() -> Callable[[str], Any]:
    from sympy.parsing.latex import parse_latex

    return lambda text: parse_latex(text, backend="antlr")


def by_lark() -> Callable[[str], Any]:
    from sympy.parsing.latex import parse_latex

    return lambda text: parse_latex(text, backend="lark")


def by_extended() -> Callable[[str], Any]:
    from latex2sympy2_extended import latex2sympy

    return lambda text: latex2sympy(text)


LONG = {
    "terms": "+".join(rf"\frac{{w_{{{i}}} (x_{{{i}}} - {i}.5)^2}}{{1 + e^{{-z_{{{i}}}}}}}" for i in range(1, 60)),
    "sums": "x+y-" * 250 + "x",
    "products": "x y*" * 250 + "x",
    "powers": "x^2+" * 250 + "x",
    "brackets": "(x)(y)" * 160,
    "scripts": "w_1^2x_1 " * 110,
    "derivatives": "dL/dx+" * 160 + "x",
    "almost derivatives": "dx dy " * 160 + "/dx",
    "nested powers": ("x^{" * 40 + "x" + "}" * 40 + "+") * 5 + "x",
    "runs": "uvuvuvuvuvuv " * 75,
    "unknown names": "yhaat_1 + " * 100,
    "fractions": r"\frac{x}{y}" * 90,
    "calls": "f(x)g_1(y)" * 100,
    "bars": "|x|" * 330,
    "braces": "{x}" * 330,
}


RUN = dict(zip(CONTESTANTS, (by_symprop, by_antlr, by_lark, by_extended), strict=True))


def whole(text: str, result: Any) -> bool:
    """Whether every letter-with-subscript of the text is somewhere in what was read."""
    if type(result).__name__ == "Tree":  # Lark hands out ambiguous readings as a tree
        return False
    wanted = {m.replace("{", "").replace("}", "") for m in re.findall(r"(?<![\\a-zA-Z])[a-z]_\{?\d+\}?", text)}
    names = {n.replace("{", "").replace("}", "") for n in _names(result)}
    return wanted <= names


def _names(result: Any) -> set[str]:
    if hasattr(result, "walk"):
        from symprop.written import Name

        return {f"{n.base}_{n.sub}" for n in result.walk() if isinstance(n, Name)}
    return {str(s) for s in getattr(result, "free_symbols", ())}


def _milliseconds_per_kilobyte(read: Callable[[str], Any], text: str) -> float | None:
    """The best of three; None where the text is not read."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        try:
            read(text)
        except Exception:
            return None
        times.append(time.perf_counter() - start)
    return min(times) * 1000 / (len(text) / 1000)


def main(who: str) -> dict[str, Any]:
    read = RUN[who]()
    times, good, refused = [], 0, []
    read("x + 1")  # grammars are loaded at the first call; that is not what is measured here
    for text in FORMULAS:
        try:
            good += whole(text, read(text))
        except Exception as error:
            refused.append(f"{text}: {type(error).__name__}")
        rounds = ROUNDS if who == "symprop" else 3
        for _ in range(rounds):
            start = time.perf_counter()
            with contextlib.suppress(Exception):
                read(text)
            times.append(time.perf_counter() - start)
    slowest = [ms for text in LONG.values() if (ms := _milliseconds_per_kilobyte(read, text)) is not None]
    return {
        "median_ms": statistics.median(times) * 1000,
        "worst_ms": max(times) * 1000,
        "long_ms_per_kB": max(slowest, default=None),
        "read": good,
        "of": len(FORMULAS),
        "refused": refused,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
