"""The command that judges: one answer to a task, or a whole derivation."""

from __future__ import annotations

import sys
from pathlib import Path

import click


class FormulaCommand(click.Command):
    """A command whose arguments may begin with a minus: -2 x is a formula, not options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        formulas = [f" {a}" if a[:1] == "-" and a[:2] not in ("-", "--") and a not in known else a for a in args]
        return super().parse_args(ctx, formulas)


@click.command("check", cls=FormulaCommand, short_help="Judge an answer to a task.")
@click.argument("file")
@click.argument("answer", required=False)
@click.option("--task", metavar="LETTER", help="The task that is answered.")
@click.option("--working", metavar="FILE", help="A whole derivation in a file (or -), judged line by line.")
@click.option("--part", metavar="LETTER", help="Part of the exercise, where it has several.")
@click.option("--decimal-comma", is_flag=True, help="0,5 is a number (lists then use semicolons).")
@click.option("--reveal", is_flag=True, help="Tell the right answer too.")
@click.option("--json", "as_json", is_flag=True, help="The verdict as data.")
@click.option("--language", metavar="CODE", help="Language of the verdict.  [default: the exercise's]")
def check_answer(
    file: str,
    answer: str | None,
    task: str | None,
    working: str | None,
    part: str | None,
    decimal_comma: bool,
    reveal: bool,
    as_json: bool,
    language: str | None,
) -> int:
    """Judge ANSWER to a task of an exercise FILE; - reads it from standard input.

    The answer is a formula or a number, in plain maths or LaTeX, alone or with what it is (dL/dw = …, w <- …,
    \\Delta w = …), a chain A = B = C, or several lines.  Everything counts that is equal by the exercise's equations.

    With --working solution.tex a whole derivation is read, LaTeX or one formula a line: every line is right, carried
    from an earlier error, wrong, unsupported (a jump) or not read; words are skipped.

    \b
    Exit codes: 0 right, 1 wrong or in the wrong form, 2 unreadable or bad input, 3 undecided or ambiguous.

    \b
    Examples:
      symprop check exercises/itakura_saito.yaml --task a '2(z_6^2 - t)/z_6^3'
      symprop check exercises/local_derivatives.yaml --task d 'dJ/dw_1 = -1.92'
      symprop check exercises/local_derivatives.yaml --task e 'w_2 <- 0.8 - 0.1*(-1.2) = 0.92' --json
      symprop check exercises/itakura_saito.yaml --task a '-2(z_6^2 - t)/z_6^3'
    """
    from symprop import api
    from symprop.render.marks import marks_record, marks_text
    from symprop.render.verdicts import judged_json, judged_text
    from symprop.render.working import working_json, working_text

    if working is not None and (answer is not None or task is not None or reveal):
        raise click.UsageError("--working takes a whole derivation: no ANSWER, no --task and no --reveal beside it")
    if working is None and task is None:
        raise click.UsageError("Missing option '--task': the task that is answered (or --working FILE)")
    if working is None and answer is None:
        raise click.UsageError("Missing argument 'ANSWER' ('-' reads it from standard input)")
    exercise = api.load(file)
    words = language or exercise.language or "en"
    if working is not None:
        solution = api.solve(exercise)
        derivation = api.check_working(solution, _working_text(working), part=part, decimal_comma=decimal_comma)
        marks = api.marks(solution, derivation, part=part)
        data = working_json(derivation, words, marks_record(marks, words))
        print(data if as_json else _with(working_text(derivation, words), marks_text(marks, words)))
        return derivation.exit_code
    assert answer is not None and task is not None
    solution = api.solve(exercise)
    found = api.check(solution, task, _answer_text(answer), part=part, decimal_comma=decimal_comma, reveal=reveal)
    marks = api.marks(solution, found, task=task, part=part)
    data = judged_json(found, words, marks_record(marks, words))
    print(data if as_json else _with(judged_text(found, words), marks_text(marks, words)))
    return found.exit_code


def _with(verdict: str, marks: str) -> str:
    return f"{verdict}\n\n{marks}" if marks else verdict


def _working_text(file: str) -> str:
    """The derivation; no more of it than would be read."""
    from symprop.judge.working.source import MAX_TEXT

    most = 4 * MAX_TEXT + 1
    if file == "-":
        return sys.stdin.buffer.read(most).decode("utf-8", errors="replace")
    try:
        with Path(file).open("rb") as source:
            return source.read(most).decode("utf-8-sig", errors="replace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise click.ClickException(f"{file}: the derivation cannot be read: {reason}") from None


def _answer_text(answer: str) -> str:
    """The answer; from standard input no more than the reader would take."""
    if answer != "-":
        return answer
    from symprop.reader.limits import MAX_LENGTH

    return sys.stdin.buffer.read(4 * MAX_LENGTH + 1).decode("utf-8", errors="replace")
