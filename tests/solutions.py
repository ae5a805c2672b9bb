"""Solutions made by hand, with every block: what the render tests print."""

from __future__ import annotations

from symprop.model.exercise import Equation, Exercise, Part, Place, Task
from symprop.model.solution import (
    Answer,
    Certificate,
    Line,
    Lines,
    PartSolution,
    Program,
    Prose,
    Solution,
    Table,
    Worked,
    phrase,
)
from symprop.names import Vocabulary
from symprop.written import Call, Deriv, Name, Neg, Num, Quot, Rel, Written, add, div, mul, num, pow_, sub


def n(base: str, sub_: str = "", **more: str) -> Name:
    return Name(base, sub=sub_, **more)


L, x, y, t, eta = n("L"), n("x"), n("y"), n("t"), n("eta")
yhat = Name("y", accent="hat")
w1, w2, z1, z2, h1 = n("w", "1"), n("w", "2"), n("z", "1"), n("z", "2"), n("h", "1")
ReLU, sigma = n("ReLU"), n("sigma")


def d(a: Name, b: Name) -> Deriv:
    return Deriv(a, (b,))


def lost(*chain: tuple[str, Written], left: Written | None = None, **more: object) -> Line:
    return Line(left, tuple(chain), **more)  # type: ignore[arg-type]


EQUATIONS = (
    (z1, mul(w1, x)),
    (h1, Call(ReLU, (z1,))),
    (yhat, mul(w2, h1)),
    (L, mul(div(num(1), num(2)), pow_(sub(yhat, y), 2))),
)

VOCABULARY = Vocabulary(quantities=frozenset({L, x, y, eta, yhat, w1, w2, z1, h1}))


def task(kind: str, label: str, line: int, **more: object) -> Task:
    return Task(kind, label=label, place=Place("exercises/page.yaml", line, 3), **more)  # type: ignore[arg-type]


def forward() -> Worked:
    rows = (
        Line(z1, (("=", mul(w1, x)), ("=", mul(num("0.5"), num(3))), ("=", num("1.5")))),
        Line(
            h1,
            (("=", Call(ReLU, (z1,))), ("=", Call(ReLU, (num("1.5"),))), ("=", num("1.5"))),
            reasons=(phrase("relu-on", z=Rel((num("1.5"), num(0)), (">",)), f=ReLU),),
        ),
        Line(
            yhat,
            (("=", mul(w2, h1)), ("=", mul(num("-0.8"), num("1.5"))), ("=", num("-1.2"))),
            boxed=True,
            label="yhat",
        ),
        Line(
            L,
            (
                ("=", EQUATIONS[3][1]),
                ("≈", mul(div(num(1), num(2)), pow_(sub(num("-1.2"), num(2)), 2))),
                ("≈", num("5.12")),
            ),
            boxed=True,
        ),
    )
    return Worked(
        task("forward", "a", 11),
        (Prose((phrase("forward-order"),)), Lines(rows)),
        (Answer(L, num("5.12"), "=", "5.12"),),
        (phrase("loss-fell", loss=L, old=num(7), new=num("5.12"), percent=num(27)),),
    )


def backward() -> Worked:
    rows = (
        Line(
            d(L, yhat),
            (("=", sub(yhat, y)), ("=", num("-3.2"))),
            reasons=(phrase("rule-product"),),
            label="dy",
        ),
        Line(
            d(L, z1),
            (
                ("=", mul(d(L, yhat), d(yhat, h1), d(h1, z1))),
                ("=", mul(num("-3.2"), num("-0.8"), num(1))),
                ("=", num("2.56")),
            ),
            reasons=(phrase("by", lines=("dy", "yhat")),),
        ),
        Line(d(L, w1), (("=", mul(d(L, z1), x)), ("=", mul(num("2.56"), num(3))), ("=", num("7.68"))), boxed=True),
    )
    return Worked(task("derivative", "b", 12, by=(w1,)), (Lines(rows),), (Answer(d(L, w1), num("7.68")),))


def long_formula(terms: int = 9) -> Written:
    return mul(
        div(mul(num(2), sub(pow_(z2, 2), t)), pow_(z2, 3)),
        Call(sigma, (n("z", "3"),), 1),
        add(*(mul(n("w", f"3{k}"), n("w", f"{k}6"), Call(sigma, (n("z", str(k)),), 1)) for k in range(4, 4 + terms))),
    )


def long_lines() -> Worked:
    f = long_formula()
    many = range(1, 20)
    tail = add(*(Neg(mul(n("w", str(k)), n("x", str(k)))) if k % 3 else mul(n("w", str(k)), num(-k)) for k in many))
    rows = (
        Line(d(L, z1), (("=", f),), reasons=(phrase("chain"),)),
        Line(None, (("=", tail), ("=", sub(tail, f))), reasons=(phrase("factor-out", factor=f),), boxed=True),
        Line(
            d(L, w2), (("=", mul(*(d(L, n("w", str(k))) for k in range(1, 15)))),), reasons=(phrase("by", lines="dy"),)
        ),
        Line(
            n("net", "h1"),
            (("=", div(add(*(pow_(n("x", str(k)), 2) for k in range(30))), num(3))),),
            conditions=(Rel((z2, num(0)), ("≠",)),),
        ),
    )
    return Worked(
        task("derivative", "c", 13, by=(z1,), words="Find ∂L/∂z₁ & show *every* step: 100 % {of} $z_1$."),
        (Prose((phrase("back-order", target=L),)), Lines(rows)),
    )


def update() -> Worked:
    def rule(w: Name) -> Line:
        return Line(w, (("←", sub(w, mul(eta, d(L, w)))),), boxed=True)

    rows = (
        Line(w1, (("←", sub(num("0.5"), mul(num("0.1"), num("7.68")))), ("=", num("-0.268"))), boxed=True),
        Line(w2, (("←", sub(num("-0.8"), mul(num("0.1"), num("-4.8")))), ("=", num("-0.32"))), boxed=True, epoch=1),
    )
    return Worked(
        task("update", "d", 14, everything=True, points="3"),
        (
            Prose((phrase("descent-rule", rate=eta),)),
            Lines((rule(w1), rule(w2))),
            Prose((phrase("descent-all", rate=Name("eta")),)),
            Lines(rows),
        ),
    )


def table() -> Worked:
    columns = (phrase("column-function"), phrase("column-derivative"), phrase("column-value"))
    rows = tuple(
        (
            Rel((left, right), ("=",)) if k % 2 == 0 else None,
            Rel((d(left, w1), div(right, num(2))), ("=",)),
            num(["-0.8", "1", "12.25", "3"][k]),
        )
        for k, (left, right) in enumerate(EQUATIONS)
    )
    wide = Table(
        tuple(n("w", str(k)) for k in range(12)),
        (tuple(num(f"-0.00{k + 1}29{k}") for k in range(12)),),
        boxed=((0, 3),),
    )
    long = Table(columns[1:], tuple((d(L, n("w", str(k))), num(k)) for k in range(60)))
    return Worked(task("local", "e", 15), (Table(columns, rows), wide, Prose((phrase("hence"),)), long))


LONG_LINE = "for name, value in {" + ", ".join(f"'a_rather_long_key_{k}': {k}" for k in range(5)) + "}.items():"
PROGRAM = (
    r"""import numpy as np

x, y = 3.0, 2.0  # "input" and target; 100 % of a_1 & b^2 ~ {c} \\ #1 $z$
w = np.array([0.5, -0.8])
"""
    + LONG_LINE
    + """
    print(f"{name} = {value:.12g}")  # -- `quoted' ,, << >> ?` ŷ σ
"""
)


def program() -> Worked:
    return Worked(task("program", "f", 16), (Program("python", PROGRAM, (("z_1", "1.5"),)),))


def count() -> Worked:
    names = tuple(left for left, _ in EQUATIONS)
    return Worked(task("count", "g", 17), (Prose((phrase("count", n=4, functions=names),)),))


TITLE = "A ReLU chain: ŷ = σ²(z₁) – “by hand”"


def page(*worked: Worked, title: str = TITLE, text: str = "", **more: object) -> Solution:
    """A solution with all blocks, or with the tasks given."""
    part = Part(
        tuple(Equation(left, right) for left, right in EQUATIONS),
        VOCABULARY,
        parameters=(w1, w2),
        given={x: num(3), y: num(2), w1: num("0.5"), w2: num("-0.8")},
        learning_rate=eta,
        **more,  # type: ignore[arg-type]
    )
    statement = (
        Prose((phrase("equations"),)),
        Lines(tuple(Line(left, (("=", right),)) for left, right in EQUATIONS)),
        Prose((phrase("given", values=tuple(Rel((a, b), ("=",)) for a, b in part.given.items())),)),
    )
    tasks = worked or (forward(), backward(), long_lines(), update(), table(), program(), count())
    exercise = Exercise("page", title, (part,), text=text, file="/somewhere/exercises/page.yaml")
    solved = PartSolution(part, statement, tasks, Certificate(31, "3.14159e-49", ("directional",)))
    return Solution(exercise, (solved,), {"L": "5.12"})


def hostile(text: str) -> Solution:
    """The text wherever an author may write some."""
    said = phrase("sigmoid-slope", f="f", rule=text)
    one = Worked(
        Task("forward", label="a", words=text, points=text, place=Place(text, 3, 1)),
        (
            Prose((said,)),
            Lines((Line(L, (("=", Quot(num(1), num(2))),), reasons=(said,)),)),
            Table((said,), ((said,), (Num(num(1).value),))),  # type: ignore[attr-defined]
            Program("python", text),
        ),
        remarks=(said,),
    )
    return page(one, title=text, text=text + "\n\n" + text)


# ---- documents

SMALL = (
    "\\documentclass{article}\n"
    "\\usepackage[T1]{fontenc}\\usepackage{lmodern}\n\\begin{document}\nHello\n\\end{document}\n"
)


def document(body: str) -> str:
    """Our preamble and a body."""
    from symprop.render import formats, render_tex

    return formats.split(render_tex(page(count())))[0] + f"\\begin{{document}}\n{body}\n\\end{{document}}\n"
