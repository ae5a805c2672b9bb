"""docs/answers.md from tests/answers/: ``python -m tests.answer_page`` writes it anew."""

from __future__ import annotations

from pathlib import Path

from tests import test_compare_tables as compared
from tests.test_judging import ROOT, tables, title

PAGE = ROOT / "docs" / "answers.md"
HEAD = """# Answers and their verdicts

The reference of how answers are judged ([judging.md](judging.md) says what the codes mean). Every row was written by
thinking and is a test. At the end: pairs of formulas with vectors, matrices and sums. This page is made from
`tests/answers/` by `python -m tests.answer_page`.
"""


def page() -> str:
    return "\n".join([HEAD, *(section(table) for table in tables()), *map(pairs, compared.tables())])


def section(table: dict) -> str:  # type: ignore[type-arg]
    """One table: its exercise, and a row for each answer."""
    part = f", part {table['part']}" if "part" in table else ""
    comma = ", with `--decimal-comma`" if "decimal comma" in table else ""
    lines = [f"## {title(table)}{part}{comma}", ""]
    if "source" in table:
        lines += ["```", table["source"].strip(), "```", ""]
    else:
        lines += [f"[{table['exercise']}.yaml](../exercises/{table['exercise']}.yaml)", ""]
    lines += ["| task | answer | verdict | code |", "|---|---|---|---|"]
    for line in table["rows"].strip().splitlines():
        task, verdict, answer = (cell.strip() for cell in line.split("|", 2))
        kind, code = verdict.split()
        lines.append(f"| {task} | {cell(answer)} | {kind} | `{code}` |")
    return "\n".join([*lines, ""])


def pairs(table: dict) -> str:  # type: ignore[type-arg]
    """One table of two formulas each, judged by ``symprop compare``."""
    lines = [f"## {table['title']}", "", "Compared without an exercise.", ""]
    if table.get("declare"):
        lines += ["```", f"--declare '{table['declare']}'", "```", ""]
    if table.get("with"):
        lines += ["```", table["with"].strip(), "```", ""]
    lines += ["| left | right | verdict | code |", "|---|---|---|---|"]
    for line in table["rows"].strip().splitlines():
        verdict, left, right = compared.cells(line)
        kind, code = verdict.split()
        lines.append(f"| {cell(left)} | {cell(right)} | {kind} | `{code}` |")
    return "\n".join([*lines, ""])


def cell(answer: str) -> str:
    """An answer as code, in a table of Markdown: bars are escaped, and a backtick is between two."""
    shown = answer.replace("|", "\\|")
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(Path(PAGE).relative_to(ROOT))
