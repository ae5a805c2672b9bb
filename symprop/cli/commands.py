"""The commands and their help.  Each imports what it needs when it runs, so that ``--help`` is quick."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from symprop import __version__
from symprop.cli.checking import FormulaCommand, check_answer
from symprop.cli.grading import grade

FORMATS = ("pdf", "tex", "json")
DETAILS = ("brief", "normal", "every rule")
SHEETS = ("problem", "hints", "key", "faded")
ENGINES = ("auto", "embedded", "pdflatex", "lualatex", "latexmk", "tectonic")
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=SETTINGS)
@click.version_option(__version__, message="symprop %(version)s")
def symprop() -> None:
    """Worked solutions of backpropagation exercises: derived, certified line by line, typeset.

    An exercise is a YAML file with equations, numbers and questions.

    \b
    Start here:
      symprop new my_network            a commented exercise to change
      symprop solve my_network.yaml     its answer key: output/my_network.pdf and .tex
      symprop show my_network.yaml dL/dw_1
                                        one result
      symprop check my_network.yaml --task b 'dL/dw = 2 x (yhat - y)'
                                        judge an answer
      symprop doctor                    is everything here that makes PDFs?

    Exit codes: 0 fine, 1 a difference was found, 2 bad input, 3 undecided or ambiguous, 4 a check of our own failed.
    """


symprop.add_command(grade)
symprop.add_command(check_answer)


def _several(what: str, known: tuple[str, ...]) -> Callable[[click.Context, click.Parameter, str], tuple[str, ...]]:
    """pdf,tex → ("pdf", "tex"); an unknown one is refused with the list."""

    def read(context: click.Context, option: click.Parameter, value: str) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(f.strip().lower() for f in value.split(",") if f.strip()))
        unknown = [f for f in words if f not in known]
        if unknown or not words:
            found = f"unknown {what} {unknown[0]!r}" if unknown else f"no {what}"
            raise click.BadParameter(f"{found}; there are {', '.join(known)}, with commas between")
        return words

    return read


@symprop.command(short_help="Write the worked solutions of exercise files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("-o", "--output", default="output", metavar="DIR", show_default=True, help="Folder to write into.")
@click.option(
    "--to",
    "formats",
    default="pdf,tex",
    metavar="FORMATS",
    show_default=True,
    callback=_several("format", FORMATS),
    help="What to write: pdf, tex, json, with commas between.",
)
@click.option(
    "--sheet",
    "sheets",
    default="key",
    metavar="SHEETS",
    show_default=True,
    callback=_several("sheet", SHEETS),
    help="What to print: problem, hints, key, faded (the key with blanks), with commas between.",
)
@click.option(
    "--fade", default="", metavar="STEPS", help="Blanks: the last steps, 6 or 50%, or rows, 'a3 b2-5'.  [default: 50%]"
)
@click.option(
    "--class",
    "document_class",
    type=click.Choice(("article", "exam")),
    default="article",
    show_default=True,
    help="LaTeX class; exam: questions and solutions, for \\printanswers.",
)
@click.option("--detail", type=click.Choice(DETAILS), help="How much is told.  [default: as the exercise says, normal]")
@click.option("--look", metavar="DIR", help="Folder with a course's own templates, words and notation.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True, help="What makes the PDF.")
@click.option("--booklet", metavar="NAME", help="Write all solutions into one document, NAME.pdf, with contents.")
@click.option("-j", "--jobs", type=click.IntRange(1, 256), help="Files worked on at once.  [default: all cores]")
def solve(
    files: tuple[str, ...],
    output: str,
    formats: tuple[str, ...],
    sheets: tuple[str, ...],
    fade: str,
    document_class: str,
    detail: str | None,
    look: str | None,
    engine: str,
    booklet: str | None,
    jobs: int | None,
) -> int:
    """Write the worked solution of each exercise FILE.

    Nothing is written that was not certified.  A file that fails does not stop the others, and old files are
    replaced only when the new ones are complete.

    \b
    Examples:
      symprop solve exercises/local_derivatives.yaml
      symprop solve exercises/*.yaml -o keys
      symprop solve exercises/itakura_saito.yaml --to tex
      symprop solve exercises/*.yaml --to pdf,json --jobs 2
      symprop solve exercises/relu_delta.yaml --sheet problem,hints,key
      symprop solve exercises/relu_delta.yaml --sheet faded --fade 12
      symprop solve exercises/relu_delta.yaml --detail brief
      symprop solve exercises/relu_delta.yaml --class exam --to tex
      symprop solve exercises/relu_delta.yaml --look docs/look
      symprop solve exercises/*.yaml --booklet week_3
    """
    from symprop.cli.files import writable_folder
    from symprop.cli.progress import Progress
    from symprop.cli.solving import Job, available_processes, work_all

    distinct = tuple({str(Path(file).resolve()): file for file in reversed(files)}.values())[::-1]
    _check_options(fade, look)
    processes = jobs or available_processes()
    if booklet is not None:
        from symprop.cli.booklet import booklet_name, work_booklet

        name = booklet_name(booklet)
        if "json" in formats:
            raise click.BadParameter("a booklet is made as pdf and tex; solve without --booklet for json")
        if document_class == "exam" or len(sheets) > 1:
            raise click.BadParameter("a booklet is of one sheet: solve without --booklet for more, or for --class exam")
        sheet = Job("", output, formats, engine, sheets, fade=fade, look=look, detail=detail or "")
        outcomes = work_booklet(Path(output) / name, distinct, sheet, processes)
    else:
        _refuse_equal_ids(distinct)
        todo = [
            Job(file, output, formats, engine, sheets, document_class, fade, look, detail or "") for file in distinct
        ]
        outcomes = work_all(todo, processes)
    writable_folder(Path(output))
    code = 0
    with Progress(len(distinct) + (booklet is not None)) as progress, closing(outcomes):
        for outcome in outcomes:
            progress.step(outcome.line, outcome.message)
            code = max(code, outcome.code)
    return code


def _check_options(fade: str, look: str | None) -> None:
    """What is wrong with the options or the look is said once, before any file is worked on."""
    from symprop import api

    if fade:
        api.fading(fade)
    if look is not None:
        from symprop.render.look import open_look

        open_look(Path(look))


def _refuse_equal_ids(files: tuple[str, ...]) -> None:
    """Two exercises that would write the same files; a file with mistakes is left to its own turn."""
    if len(files) < 2:
        return
    from symprop import api
    from symprop.errors import SympropError

    first: dict[str, str] = {}
    for file in files:
        try:
            name = api.load(file).id
        except (SympropError, OSError, RecursionError):
            continue
        if name in first:
            raise click.ClickException(
                f"{first[name]} and {file} are both called {name!r} and would write the same files: "
                "solve them in two calls with different -o, or give one another id"
            )
        first[name] = file


@symprop.command(short_help="Print one result: a value, a derivative, a formula.")
@click.argument("file")
@click.argument("quantity")
@click.option(
    "--to",
    type=click.Choice(("text", "latex", "sympy", "value", "json")),
    help="Print the right side only, in this form.  [default: the whole relation]",
)
@click.option("--digits", type=click.IntRange(1, 50), default=12, show_default=True, help="Significant digits.")
@click.option("--part", metavar="LETTER", help="Part of the exercise, where it has several.")
def show(file: str, quantity: str, to: str | None, digits: int, part: str | None) -> int:
    """Print one result of an exercise FILE.

    QUANTITY is a node, a derivative or any formula in the exercise's names, in plain maths or LaTeX.
    Without numbers in the exercise, the value is the formula.

    \b
    Examples:
      symprop show exercises/local_derivatives.yaml dJ/dw_1 --to value
      symprop show exercises/itakura_saito.yaml dL/dz_6 --to latex
      symprop show exercises/relu_delta.yaml 'dL/dw_2^2' --digits 4
      symprop show exercises/sigmoid_network.yaml '\\frac{\\partial Div}{\\partial w_1}' --to json
    """
    from symprop import api
    from symprop.cli.messages import explain
    from symprop.errors import ReadError

    exercise = api.load(file)
    try:
        answer = api.show(exercise, quantity, part=part)
    except ReadError as error:
        print(explain(error), file=sys.stderr)
        return 2
    if len(exercise.parts) > 1 and part is None:
        others = ", ".join(p.label for p in exercise.parts if p.label != answer.part)
        print(f"part {answer.part}; others with --part: {others}", file=sys.stderr)
    print(api.spelled(answer, to or "line", digits=digits))
    return 0


@symprop.command(cls=FormulaCommand, short_help="Say whether two formulas are equal, without an exercise.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--declare",
    multiple=True,
    metavar="NAMES",
    help="Names, functions f() or f(x) = …, relations t > 0, shapes W: n x m.",
)
@click.option("--with", "context", metavar="FILE", help="Fragment of an exercise: functions, equations, shapes …")
@click.option("--json", "as_json", is_flag=True, help="The verdict as data.")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="Language of the verdict.")
def compare(a: str, b: str, declare: tuple[str, ...], context: str | None, as_json: bool, language: str) -> int:
    """Say whether the formulas A and B are equal in value, and where they differ.

    Names are inferred: single letters with accents and subscripts; runs of letters are products, as in TeX.
    Vectors and matrices are declared with their shapes; they and sums are compared at several sizes.

    \b
    Exit codes: 0 equal, 1 different, 2 unreadable or bad input, 3 undecided or ambiguous.

    \b
    Examples:
      symprop compare '2(z^2 - t)/z^3' '\\frac{2}{z} - \\frac{2t}{z^3}'
      symprop compare 'ln(t/x)' 'ln t - ln x' --declare 't > 0, x > 0'
      symprop compare "s'(z) w" "w s'(z)" --declare 's()'
      symprop compare 'max(0, z)' 'z'
      symprop compare 'W^T \\delta' '(\\delta^T W)^T' --declare 'W: n x m, delta: n'
      symprop compare '\\sum_{i=1}^n x_i' 'x_1 + x_2'
    """
    from symprop import api
    from symprop.cli.messages import explain
    from symprop.errors import ReadError
    from symprop.render.verdicts import compared_json, compared_text

    try:
        found = api.compare(a.strip(), b.strip(), declare=declare, context=context)
    except ReadError as error:
        print(f"--declare: {explain(error)}", file=sys.stderr)
        return 2
    print(compared_json(found, language) if as_json else compared_text(found, language))
    return found.exit_code


@symprop.command(short_help="Write a commented exercise to start from.")
@click.argument("name", default="exercise")
@click.option("--kind", type=click.Choice(("numeric", "symbolic")), default="numeric", show_default=True)
def new(name: str, kind: str) -> int:
    """Write NAME.yaml: a small exercise that solves as it is, with comments that say what to change.

    \b
    Examples:
      symprop new
      symprop new my_network
      symprop new week3/closed_forms --kind symbolic
    """
    from importlib.resources import files

    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    if path.name.startswith("."):
        raise click.ClickException(f"{name!r} is no name for an exercise; for example: symprop new my_network")
    text = files("symprop.cli").joinpath("starters", f"{kind}.yaml").read_text(encoding="utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:  # "x": never over a file that is there
            file.write(text)
    except FileExistsError:
        raise click.ClickException(f"{path} is already there; it was not touched") from None
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from None
    print(f"{path}  next: symprop solve {shlex.quote(str(path))}")
    return 0


@symprop.command(short_help="Say what runs here, and how to get what is missing.")
def doctor() -> int:
    """Try everything that symprop needs, and print the one command that gets what is missing.

    Exit code 0 if PDFs can be made, else 1.

    \b
    Examples:
      symprop doctor
    """
    from symprop.cli.doctor import examine

    report, fine = examine()
    print(report)
    return 0 if fine else 1


@symprop.command(short_help="Print the JSON Schema of exercise files.")
def schema() -> int:
    """Print the JSON Schema of exercise files, for editors that complete and check while you type.

    \b
    Examples:
      symprop schema > exercise.schema.json
    """
    from symprop import api

    print(api.schema().rstrip())
    return 0
