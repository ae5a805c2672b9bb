"""What became of a class: counts by task, the commonest mistakes, the rows that could not be judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from symprop.errors import SympropError
from symprop.grading.extras import needed
from symprop.grading.records import GAVE_UP, Result
from symprop.render.verdicts import harmless
from symprop.system import replacing

RIGHT = "right"
MOST = 20  # mistakes that are listed
MOST_FAULTS = 1000  # different faults that are told apart
PICTURES = (".png", ".pdf", ".svg")


@dataclass(frozen=True, slots=True)
class Summary:
    """``verdicts``: (task, verdict) → rows.  ``mistakes``: (task, code, rows) of what was not right, commonest first.

    ``faults``: what is wrong with rows that were not judged, and where, as "lines 7, 9-12".
    """

    rows: int
    verdicts: dict[tuple[str, str], int]
    mistakes: tuple[tuple[str, str, int], ...]
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def gave_up(self) -> int:
        return sum(n for (_, verdict), n in self.verdicts.items() if verdict == GAVE_UP)


@dataclass(slots=True)
class Counts:
    """A summary in the making; its size depends on the exercise, not on the number of rows."""

    unit: str = "line"
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: defaultdict[str, list[list[int]]] = field(default_factory=lambda: defaultdict(list))
    bad: int = 0

    def add(self, task: str, result: Result) -> None:
        self.verdicts[task, result.verdict] += 1
        if result.verdict != RIGHT:
            self.codes[task, result.code] += 1

    def fault(self, place: int, why: str) -> None:
        """A bad row; of neighbouring places only the ends are kept."""
        self.bad += 1
        if why not in self.faults and len(self.faults) >= MOST_FAULTS:
            why = "other faults"
        spans = self.faults[why]
        if spans and place <= spans[-1][1] + 1:
            spans[-1][1] = place
        else:
            spans.append([place, place])

    def summary(self) -> Summary:
        mistakes = sorted(((task, code, n) for (task, code), n in self.codes.items()), key=lambda m: (-m[2], m[:2]))
        faults = tuple((why, _places(self.unit, spans)) for why, spans in self.faults.items())
        return Summary(
            sum(self.verdicts.values()) + self.bad, dict(sorted(self.verdicts.items())), tuple(mistakes), faults
        )


def _places(unit: str, spans: list[list[int]]) -> str:
    several = len(spans) > 1 or spans[0][0] != spans[0][1]
    return f"{unit}{'s' * several} {', '.join(str(a) if a == b else f'{a}-{b}' for a, b in spans)}"


def summary_text(summary: Summary) -> str:
    """Two tables: the verdicts by task, and the commonest mistakes."""
    tasks = list(dict.fromkeys(task for task, _ in summary.verdicts))
    kinds = sorted({kind for _, kind in summary.verdicts}, key=lambda kind: (kind != RIGHT, kind))
    rows = [["task", "answers", *kinds]]
    for task in tasks:
        counts = [summary.verdicts.get((task, kind), 0) for kind in kinds]
        rows.append([task, str(sum(counts)), *map(str, counts)])
    lines = _columns(rows) if tasks else []
    if summary.mistakes:
        shown = [[task, code, str(n)] for task, code, n in summary.mistakes[:MOST]]
        lines += ["", *_columns([["task", "commonest", "answers"], *shown])]
    return "\n".join(map(harmless, lines))


def _columns(rows: list[list[str]]) -> list[str]:
    """Cells set under each other, words to the left, numbers to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    words = [not rows[1][i].isdigit() for i in range(len(widths))]
    return [
        "  ".join(c.ljust(w) if left else c.rjust(w) for c, w, left in zip(row, widths, words, strict=True)).rstrip()
        for row in rows
    ]


def check_picture(path: Path) -> None:
    """Raises SympropError for a plot that could not be drawn, before any work is done."""
    if path.suffix.lower() not in PICTURES:
        raise SympropError(f"{path}: a plot is one of {', '.join(PICTURES)}")
    if not path.parent.is_dir():
        raise SympropError(f"{path}: there is no such folder")
    needed("matplotlib.figure")


def plot(summary: Summary, path: Path) -> None:
    """The commonest mistakes as bars, into a PNG, PDF or SVG file."""
    check_picture(path)
    Figure = needed("matplotlib.figure").Figure
    shown = summary.mistakes[:MOST][::-1]
    figure = Figure(figsize=(8, 1.2 + 0.32 * max(1, len(shown))), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh(range(len(shown)), [n for *_, n in shown], color="#35618f", height=0.7)
    axes.bar_label(bars, padding=3)
    axes.set_yticks(range(len(shown)), [f"({task})  {code}" for task, code, _ in shown], parse_math=False)
    axes.set_xlabel("answers")
    axes.set_title(f"What was not right, of {summary.rows:,} answers", parse_math=False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.1)
    axes.xaxis.get_major_locator().set_params(integer=True)
    with replacing(path) as beside:
        figure.savefig(beside, dpi=150)
