"""What programs and notebooks use: load, solve, show, and the solution as TeX, PDF or JSON.  No mathematics here.

A *source* is a path, the text of an exercise (any string with a line break), or an ``Exercise``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from symprop.errors import SympropError
from symprop.model.exercise import Exercise, Fading

if TYPE_CHECKING:
    from symprop.grading import Summary
    from symprop.judge.compare import Comparison
    from symprop.judge.marks import Marks
    from symprop.judge.records import Judgement
    from symprop.judge.working import Working
    from symprop.model.solution import Answer, Solution
    from symprop.render.pdf import PdfResult

Source = str | os.PathLike[str] | Exercise
Spelling = Literal["text", "latex", "sympy", "value", "json", "line"]
SPELLINGS: tuple[str, ...] = ("text", "latex", "sympy", "value", "json")
DOCUMENT_CLASSES = ("article", "exam")
DIGITS = 12  # significant digits of a value, unless told otherwise


def load(source: Source) -> Exercise:
    """The exercise of a file or text; raises SpecError with every problem found, SympropError if there is no file."""
    if isinstance(source, Exercise):
        return source
    from symprop import spec

    if isinstance(source, str) and "\n" in source:
        return spec.loads(source)
    path = Path(source)
    if problem := _unreadable(path):
        raise SympropError(f"{source}: {problem}")
    return spec.load(path)


def _unreadable(path: Path) -> str:
    """Why a file cannot be read, and what to do; empty if it can."""
    try:
        if path.is_dir():
            return f"this is a folder, not an exercise file (name the files, as in {path.as_posix()}/*.yaml)"
        if not path.exists():
            return "there is no such file" + _nearest(path)
        with path.open("rb") as file:
            file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        return f"this is not UTF-8 text (byte {error.start + 1}); save it as UTF-8"
    except (OSError, ValueError) as error:
        return f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
    return ""


def _nearest(path: Path) -> str:
    """A hint: the exercise file of the same folder whose name is most like the missing one."""
    from difflib import get_close_matches

    try:
        names = [p.name for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml")]
    except OSError:
        return ""
    near = get_close_matches(path.name, names, 1, 0.6) or get_close_matches(path.name + ".yaml", names, 1, 0.9)
    return f" (did you mean {(path.parent / near[0]).as_posix()}?)" if near else ""


def solve(source: Source) -> Solution:
    """The worked solution, certified line by line.

    Raises SpecError (the file is wrong; SympropError if there is none), DerivationError (it cannot be solved as
    asked), UnsupportedError (not yet), CertificationError (a line of ours does not hold: nothing of the exercise may
    be shown).
    """
    exercise = load(source)
    from symprop import certify

    return certify.solve(exercise)


def show(source: Source, quantity: str, *, part: str | None = None) -> Answer:
    """One result: ``show("exercises/local_derivatives.yaml", "dJ/dw_1").value`` is "-1.92".

    ``quantity``: a node, a derivative, or any formula of the exercise's names.  ``part``: the letter of a part.
    """
    exercise = load(source)
    from symprop import results

    return results.find_quantity(exercise, quantity, part=part)


def spelled(answer: Answer, to: str = "text", *, digits: int = DIGITS) -> str:
    """The answer's right side as text the reader takes back, LaTeX, a SymPy expression, a number or JSON.

    ``line``: the whole relation, quantity = formula = value.  ``value`` is the formula where there are no numbers.
    """
    if to == "json":
        return _json(answer, digits)
    from symprop import notation

    if to == "latex":
        return notation.latex(answer.formula)
    if to == "sympy":
        from symprop.algebra import to_expr

        return str(to_expr(answer.formula, answer.vocabulary))
    formula = notation.text(answer.formula)
    if to == "text":
        return formula
    value = rounded(answer.value, digits) if answer.value is not None else None
    if to == "value":
        return value or formula
    if to != "line":
        raise ValueError(f"unknown spelling {to!r}: one of {', '.join((*SPELLINGS, 'line'))}")
    quantity = notation.text(answer.quantity)
    out = quantity if quantity == formula else f"{quantity} {answer.relation} {formula}"
    if value is None or value == formula:
        return out
    return f"{out} {'=' if _exact(answer, value) else '≈'} {value}"


def _exact(answer: Answer, shown: str) -> bool:
    """Whether the number shown is the value itself."""
    return answer.relation == "=" and _same(shown, answer.value)


def _json(answer: Answer, digits: int) -> str:
    import json

    from symprop import notation

    value = None if answer.value is None else rounded(answer.value, digits)
    record = {
        **({"part": answer.part} if answer.part else {}),
        "quantity": notation.text(answer.quantity),
        "formula": notation.text(answer.formula),
        "latex": notation.latex(answer.formula),
        "relation": answer.relation,
        "value": value,
        "exact": None if value is None else _exact(answer, value),
        "epoch": answer.epoch,
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def rounded(value: str, digits: int = DIGITS) -> str:
    """Decimal text to so many significant digits, half up, without trailing zeros and never as -0.

    Plain decimals from 1e-6 up to as many places as there are digits (15 at least), else 2.5e-8.
    Text that is no number (oo, undefined, 1/3) is returned as it is.
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite():
        return value
    number = Context(prec=digits, rounding=ROUND_HALF_UP).plus(number)
    if not number:
        return "0"
    if -6 <= number.adjusted() < max(digits, 15):
        plain = f"{number:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    mantissa, _, exponent = f"{number:e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}"


def _same(shown: str, value: str | None) -> bool:
    try:
        return value is not None and Decimal(shown) == Decimal(value)
    except InvalidOperation:
        return shown == value


def to_tex(
    solution: Solution,
    *,
    sheet: str = "key",
    document_class: str = "article",
    fade: str = "",
    detail: str = "",
    look: str | os.PathLike[str] | None = None,
    language: str = "",
    prefix: str = "",
) -> str:
    """A sheet of the worked solution as a whole LaTeX document.

    ``sheet``: key, problem, hints or faded; ``document_class``: "exam" for the class exam.  ``fade``: the last steps
    that the faded sheet leaves blank ("6", "50%"; else what the exercise says).  ``detail``: how much is told,
    "brief", "normal" or "every rule" (else what the exercise says).  ``look``: the folder of a course's own
    templates, words and notation.  ``prefix``: what its labels begin with, for ``to_booklet``.
    """
    from symprop import render, sheets

    if sheet not in sheets.SHEETS:
        raise SympropError(f"there is no sheet {sheet!r}: one of {', '.join(sheets.SHEETS)}")
    if detail and detail not in sheets.DETAILS:
        raise SympropError(f"there is no detail {detail!r}: one of {', '.join(sheets.DETAILS)}")
    if document_class not in DOCUMENT_CLASSES:
        raise SympropError(f"there is no class {document_class!r}: one of {', '.join(DOCUMENT_CLASSES)}")
    return render.render_tex(
        solution,
        sheet=sheet,
        document_class=document_class,
        fade=fading(fade) if fade else None,
        detail=detail,
        look=Path(look) if look is not None else None,
        language=language,
        prefix=prefix,
    )


def to_booklet(documents: Sequence[str], *, look: str | os.PathLike[str] | None = None, language: str = "") -> str:
    """One LaTeX document of several that were made with prefixes of their own."""
    from symprop import render

    return render.render_booklet(documents, look=Path(look) if look is not None else None, language=language)


def fading(text: str) -> Fading:
    """What a faded sheet leaves blank: the last steps, "6" or "50%" of all, or rows "a3 b2-5"; else SympropError."""
    from symprop.spec import conventions

    found = conventions.fading(text)
    if found is None:
        raise SympropError(f"fade: {conventions.FADING} were expected, found {text!r}")
    return found


def to_json(solution: Solution, *, look: str | os.PathLike[str] | None = None, language: str = "") -> str:
    """The worked solution as JSON."""
    from symprop import render

    return render.render_json(solution, look=Path(look) if look is not None else None, language=language)


def to_pdf(solution: Solution, out: str | os.PathLike[str], *, engine: str = "auto", **options: Any) -> PdfResult:
    """A sheet as a PDF file, by a real TeX engine; raises ToolError with the log.  Options are those of ``to_tex``."""
    from symprop.render.exam import engine_for
    from symprop.render.pdf import compile_pdf

    tex = to_tex(solution, **options)
    return compile_pdf(tex, Path(out), engine=engine_for(options.get("document_class", "article"), engine))


def check(
    source: Source | Solution,
    task: str,
    answer: str,
    *,
    part: str | None = None,
    decimal_comma: bool = False,
    reveal: bool = False,
) -> Judgement:
    """The verdict on a student's answer: ``check("exercises/local_derivatives.yaml", "d", "dJ/dw_1 = -1.92").kind``.

    ``task``: its letter.  ``source``: an exercise, or its solution where many answers are judged.  Never raises for
    what the answer says; raises DerivationError where there is no such task, and what ``solve`` raises.
    """
    from symprop.judge.judging import Marker
    from symprop.judge.tasks import worked_task
    from symprop.model.solution import Solution

    solution = source if isinstance(source, Solution) else solve(source)
    solved, worked = worked_task(solution, task, part)
    return Marker(solved, worked, decimal_comma=decimal_comma, reveal=reveal).judge(answer)


def grade(
    source: Source,
    answers: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    columns: tuple[str, str, str] = ("id", "task", "answer"),
    wide: bool = False,
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> Summary:
    """Judge a table of answers (CSV, JSON lines, Parquet) into a table of results; the counts of what was found.

    ``columns``: how id, task and answer are called; ``wide``: a column per task.  ``progress``: called with the
    number of distinct answers that are judged, and of all.  ``options``: see ``GradeOptions``.  Answers are judged in
    processes of their own: a script that calls this needs ``if __name__ == "__main__":``.
    """
    from symprop.grading import GradeOptions, Layout, grade_file

    known = GradeOptions(layout=Layout(*columns, wide), **options)
    return grade_file(load(source), Path(answers), Path(output), known, progress)


def check_working(
    source: Source | Solution, text: str, *, part: str | None = None, decimal_comma: bool = False
) -> Working:
    """The verdict on a whole derivation, line by line; ``text`` is LaTeX or one formula a line.

    ``part``: the letter of a part; by default all, told apart by their headings.  Never raises for what the text says;
    raises DerivationError where there is no such part, and what ``solve`` raises.
    """
    from symprop.judge.working import check_working as judge
    from symprop.model.solution import Solution

    solution = source if isinstance(source, Solution) else solve(source)
    return judge(solution, text, part=part, decimal_comma=decimal_comma)


def marks(source: Source | Solution, judged: Judgement | Working, *, task: str = "", part: str | None = None) -> Marks:
    """The marks, by the exercise's points, of what ``check`` (with its task) or ``check_working`` found."""
    from symprop.judge.marks import marks_of_answer, marks_of_working
    from symprop.judge.tasks import worked_task
    from symprop.judge.working import Working
    from symprop.model.solution import Solution

    solution = source if isinstance(source, Solution) else solve(source)
    if isinstance(judged, Working):
        return marks_of_working(solution, judged, part)
    return marks_of_answer(*worked_task(solution, task, part), judged)


def compare(
    a: str, b: str, *, declare: Sequence[str] = (), context: str | os.PathLike[str] | None = None
) -> Comparison:
    """Whether two texts say equal formulas, without an exercise: ``compare("2x", "x + x").kind`` is "equal".

    ``declare``: names, functions and relations, as in ``--declare``.  ``context``: a fragment of an exercise file.
    """
    from symprop import spec
    from symprop.judge.compare import compare as compare_texts
    from symprop.judge.context import Context, context_of

    known = context_of(spec.fragment(Path(context))) if context is not None else Context()
    for text in declare:
        known = known.declaring(text)
    return compare_texts(a, b, known)


def schema() -> str:
    """The JSON Schema of exercise files."""
    from importlib.resources import files

    return files("symprop.spec").joinpath("schema.json").read_text(encoding="utf-8")
