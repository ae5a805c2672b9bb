"""``symprop solve --booklet``: many solutions in one document, by one TeX run; one that TeX refuses is left out."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from symprop.cli.files import write
from symprop.cli.messages import explain
from symprop.cli.solving import Job, Outcome, counted, too_wide, work_all, written
from symprop.errors import ToolError

SECONDS = 20.0  # for TeX, and
SECONDS_EACH = 3.0  # for every sheet


def booklet_name(value: str) -> str:
    """The name of the files to write, without ending."""
    name = re.sub(r"\.(pdf|tex)$", "", value)
    if not name or name.startswith(".") or re.search(r"[/\\\x00-\x1f]", name):
        raise click.BadParameter(f"{value!r} is no name for a file; the folder is given by -o", param_hint="--booklet")
    return name


def work_booklet(place: Path, files: Sequence[str], sheet: Job, processes: int) -> Generator[Outcome, None, None]:
    """An outcome for every file, in order, and one for the booklet (and each sheet that TeX made us leave out).

    ``sheet``: what is bound, of each file.
    """
    sheets = []
    for outcome in work_all(
        [replace(sheet, file=file, formats=(), prefix=f"{k}-") for k, file in enumerate(files, 1)], processes
    ):
        if outcome.tex:
            sheets.append(outcome)
        yield outcome
    if sheets:
        yield from _bind(place, sheets, sheet)


def _bind(place: Path, sheets: list[Outcome], job: Job) -> Iterator[Outcome]:
    from symprop import api
    from symprop.render.booklet import sheet_at
    from symprop.render.pdf import TexError, compile_pdf, places_of

    pdf, tex_file, log = (place.with_name(f"{place.name}.{ending}") for ending in ("pdf", "tex", "log"))
    while True:
        tex = api.to_booklet([sheet.tex for sheet in sheets], look=job.look)
        facts, message = [counted(len(sheets), "exercise")], ""
        if "pdf" in job.formats:
            try:
                result = compile_pdf(tex, pdf, engine=job.engine, timeout=SECONDS + SECONDS_EACH * len(sheets))
            except TexError as error:
                k = sheet_at(tex, error.line)
                if k is None or len(sheets) == 1:
                    yield Outcome(tex_file.name, error.exit_code, message=explain(error, str(place)))
                    return
                bad = sheets.pop(k)
                why = f"left out of {pdf.name}, since TeX refused it; solve it alone to see where"
                yield Outcome(bad.file, error.exit_code, message=f"{bad.file}: {why}")
                continue
            except ToolError as error:
                write(tex_file, tex)
                yield Outcome(tex_file.name, error.exit_code, message=explain(error, str(place)))
                return
            log.unlink(missing_ok=True)  # of an earlier failure
            facts.insert(0, counted(result.pages, "page"))
            message = too_wide(pdf.name, result.overfull, places_of(tex, result.overfull))
        if "tex" in job.formats:
            write(tex_file, tex)
        yield Outcome(tex_file.name, line=written(place, job.formats, facts), message=message)
        return
