"""The command ``symprop grade``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from symprop.cli import INTERRUPTED


@click.command(short_help="Judge the answers of a whole class.")
@click.argument("file")
@click.argument("answers", metavar="ANSWERS")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where the results go: .csv, .jsonl or .parquet.")
@click.option(
    "--id", "id_column", default="id", show_default=True, metavar="NAME", help="Column that says whose it is."
)
@click.option("--task", "task_column", default="task", show_default=True, metavar="NAME", help="Column of the task.")
@click.option("--answer", "answer_column", default="answer", show_default=True, metavar="NAME", help="Its answer.")
@click.option("--wide", is_flag=True, help="Every column but the id is named as a task and holds its answers.")
@click.option("--part", metavar="LETTER", help="Part of the exercise, where the table does not say (A.b).")
@click.option("--decimal-comma", is_flag=True, help="0,5 is a number.")
@click.option("--language", metavar="CODE", help="Language of the messages.  [default: the exercise's]")
@click.option("--plot", metavar="FILE", help="Draw the commonest mistakes: .png, .pdf or .svg.")
@click.option("-j", "--jobs", type=click.IntRange(1, 256), help="Processes.  [default: all cores]")
@click.option("--limit", type=click.FloatRange(0.1), default=20, show_default=True, help="Seconds for an answer.")
@click.option("--memory", type=click.IntRange(0), default=4096, show_default=True, help="Megabytes a process; 0: all.")
@click.option("--scheduler", default="", metavar="dask://HOST:PORT", help="Judge on a Dask cluster.")
def grade(
    file: str,
    answers: str,
    output: str,
    id_column: str,
    task_column: str,
    answer_column: str,
    wide: bool,
    part: str | None,
    decimal_comma: bool,
    language: str | None,
    plot: str | None,
    jobs: int | None,
    limit: float,
    memory: int,
    scheduler: str,
) -> int:
    """Judge every row of ANSWERS (CSV, JSON lines or Parquet with the columns id, task, answer) by an exercise FILE.

    Equal answers are judged once, on all cores; the results keep the order.  They appear when they are complete: if
    the command is interrupted, the same command goes on where it stopped.

    \b
    Exit codes: 0 every row was judged, 2 some could not be (they are named, all others are judged).

    \b
    Examples:
      symprop grade exercises/itakura_saito.yaml answers.csv -o results.csv
      symprop grade exercises/relu_delta.yaml class.jsonl -o results.parquet --plot mistakes.png
      symprop grade exercises/relu_delta.yaml wide.csv -o results.csv --wide --id student
    """
    from symprop import api
    from symprop.cli.progress import Progress
    from symprop.grading.summary import check_picture, summary_text
    from symprop.grading.summary import plot as draw

    if plot is not None:
        check_picture(Path(plot))
    with Progress(0) as bar:
        try:
            summary = api.grade(
                file,
                answers,
                output,
                columns=(id_column, task_column, answer_column),
                wide=wide,
                part=part,
                decimal_comma=decimal_comma,
                language=language or "",
                jobs=jobs or 0,
                limit=limit,
                memory=memory,
                scheduler=scheduler,
                progress=bar.at,
            )
        except KeyboardInterrupt:
            print("symprop: interrupted; the same command goes on where this stopped", file=sys.stderr)
            raise click.exceptions.Exit(INTERRUPTED) from None
    print(summary_text(summary))
    print(f"\n{output}  {summary.rows:,} answers")
    if plot is not None:
        draw(summary, Path(plot))
        print(plot)
    if summary.gave_up:
        print(f"symprop: {summary.gave_up} answers were given up; look for gave-up in {output}", file=sys.stderr)
    for why, places in summary.faults:
        print(f"{answers}: {places}: {why}", file=sys.stderr)
    return 2 if summary.faults else 0
