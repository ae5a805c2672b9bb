"""All benchmarks, or those named: ``python -m benchmarks [gradient] [reader] [cold] [pages] [judging] [grade]``.

Exit code 1 if a target is missed.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from typing import Any

from benchmarks import gradient, judging, pages, readers
from benchmarks.nets import SIZES, net
from benchmarks.timing import measured, table, wall

LIMIT = float(os.environ.get("SYMPROP_BENCH_LIMIT", "60"))  # seconds for one contestant on one net
missed: list[str] = []


def target(what: str, figure: float | None, limit: float, unit: str) -> None:
    """One line: the figure against what it should be at most."""
    good = figure is not None and figure <= limit
    if not good:
        missed.append(what)
    shown = "no figure" if figure is None else f"{figure:.3g}"
    print(f"  {'met   ' if good else 'MISSED'}  {what}: {shown} {unit} (at most {limit:g})")


def run_gradient() -> None:
    """Seconds and operations of the whole gradient, and the ratios to ours."""
    print("\nThe whole symbolic gradient: seconds, operations")
    print("  (ours: derived, certified and turned into TeX; peers: derived)")
    rows = [["net", "parameters", *(f"{who} {what}" for who in gradient.CONTESTANTS for what in ("s", "ops"))]]
    ours: dict[tuple[int, int], dict[str, Any]] = {}
    notes: list[str] = []
    ratios: list[list[str]] = [["peer / symprop", *(f"{w}×{d}" for w, d in SIZES)]]
    times: dict[str, list[str]] = {f"{who} {what}": [] for who in gradient.CONTESTANTS[1:] for what in ("s", "ops")}
    hopeless: dict[str, str] = {}
    for width, depth in SIZES:
        parameters = len(net(width, depth).parameters)
        row = [f"{width}×{depth}", str(parameters)]
        mine: dict[str, Any] = {}
        for who in gradient.CONTESTANTS:
            if who in hopeless:  # a larger net will not be quicker
                result: dict[str, Any] = {"failed": hopeless[who]}
            else:
                result = measured("benchmarks.gradient", who, width, depth, limit=LIMIT)
            if who == "symprop":
                mine = ours[width, depth] = result
            if "failed" in result:
                row += ["-", "-"]
                notes.append(f"{width}×{depth} {who}: {result['failed']}")
                if who != "symprop":
                    hopeless[who] = result["failed"]
            else:
                row += [f"{result['seconds']:.3f}", f"{result['operations']:,}"]
            if who != "symprop":
                for what, key in (("s", "seconds"), ("ops", "operations")):
                    both = key in result and mine.get(key)
                    times[f"{who} {what}"].append(f"{result[key] / mine[key]:.3g}" if both else "-")
        rows.append(row)
    print(table(rows))
    print()
    print(table([*ratios, *([name, *cells] for name, cells in times.items())]))
    print("\n".join(f"  {note}" for note in notes))
    for (width, depth), mine in ours.items():
        each = mine["operations"] / len(net(width, depth).parameters) if "operations" in mine else None
        target(f"operations per parameter, {width}×{depth}", each, 5, "")
    target("16×8 derived, certified and in TeX", ours[16, 8].get("seconds"), 3, "s")
    small, large = ours[4, 4].get("seconds"), ours[16, 8].get("seconds")
    edges = [sum(len(u.terms) for u in net(*size).units) for size in ((4, 4), (16, 8))]
    growth = (large / edges[1]) / (small / edges[0]) if small and large else None
    target("seconds per edge, 16×8 over 4×4 (1 is linear)", growth, 1.5, "")


def run_reader() -> None:
    """Milliseconds a formula, and how many of them were read at all."""
    print("\nReading a formula (LaTeX): milliseconds, and how many of the texts were read in full")
    rows = [["reader", "median ms", "worst ms", "long ms/kB", "read", "median / symprop"]]
    mine: dict[str, Any] = {}
    for who in readers.CONTESTANTS:
        result = measured("benchmarks.readers", who, limit=4 * LIMIT)
        if who == "symprop":
            mine = result
        if "failed" in result:
            rows.append([who, result["failed"], "", "", "", ""])
            continue
        long = result["long_ms_per_kB"]
        ratio = f"{result['median_ms'] / mine['median_ms']:.3g}" if "median_ms" in mine else "-"
        rows.append([
            who, f"{result['median_ms']:.3f}", f"{result['worst_ms']:.2f}",
            "refused" if long is None else f"{long:.2f}",
            f"{result['read']}/{result['of']}", ratio,
        ])  # fmt: skip
    print(table(rows))
    for refused in mine.get("refused", ()):
        print(f"  symprop refused {refused}")
    target("median formula", mine.get("median_ms"), 0.1, "ms")
    target("long formula", mine.get("long_ms_per_kB"), 2, "ms/kB")
    unread = mine["of"] - mine["read"] if "of" in mine else None
    target("formulas not read", unread, 0, "")


def run_cold() -> None:
    """A whole ``symprop solve FILE --to tex``, from nothing, against the import of SymPy."""
    print("\nCold start: seconds, the least of five")
    exercise = "exercises/local_derivatives.yaml"
    with tempfile.TemporaryDirectory() as out:
        commands = {
            'python -c "import sympy"': [sys.executable, "-c", "import sympy"],
            "symprop --help": [sys.executable, "-m", "symprop", "--help"],
            f"symprop solve {exercise} --to tex": [
                sys.executable, "-m", "symprop", "solve", exercise, "--to", "tex", "-o", out
            ],
        }  # fmt: skip
        seconds: dict[str, float | None] = {}
        for name, command in commands.items():
            try:
                seconds[name] = wall(command)
            except Exception as error:
                seconds[name] = None
                print(f"  {name}: failed ({type(error).__name__})")
    peer, _, ours = seconds.values()
    shown = [["command", "s", "of import sympy"]]
    for name, s in seconds.items():
        shown.append([name, "-", "-"] if s is None or not peer else [name, f"{s:.3f}", f"{s / peer:.2f}"])
    print(table(shown))
    target("cold solve over import sympy", ours / peer if ours and peer else None, 2, "times")


def run_pages() -> None:
    """Processor seconds a key, from .tex to PDF, against plain latexmk."""
    print("\nAnswer keys, from .tex to PDF: processor seconds a key")
    rows = [["who", "keys", "s", "s a key", "of latexmk, file by file"]]
    found = {who: measured("benchmarks.pages", who, limit=10 * LIMIT) for who in pages.CONTESTANTS}
    each = {who: r["seconds"] / r["keys"] for who, r in found.items() if "failed" not in r}
    peer = each.get("latexmk, file by file")
    for who, result in found.items():
        if "failed" in result:
            rows.append([who, result["failed"], "", "", ""])
            continue
        ratio = f"{each[who] / peer:.2f}" if peer else "-"
        rows.append([who, str(result["keys"]), f"{result['seconds']:.2f}", f"{each[who]:.3f}", ratio])
    print(table(rows))
    target("a key", each.get("symprop"), 0.6, "s")
    target("a key in a booklet", each.get("symprop, one booklet"), 0.3, "s")
    if peer and "symprop" in each:
        target("a key, of plain latexmk", each["symprop"] / peer, 0.75, "times")


def run_judging() -> None:
    """Verdicts on the same answers: how many are right, wrong ones that are accepted, milliseconds of the processor."""
    for which in judging.SETS:
        print(f"\nJudging, {which}: a verdict has {judging.LIMIT} s")
        who_can = judging.CONTESTANTS if which != "arrays" else judging.CONTESTANTS[:1]
        found = {who: measured("benchmarks.judging", who, which, limit=30 * LIMIT) for who in who_can}
        print(table(list(judging.lines(found))))
        mine = found["symprop"]
        for text in mine.get("misjudged", ()):
            print(f"  symprop misjudged {text}")
        share = 100 * (1 - mine["right"] / mine["cases"]) if "right" in mine else None
        target("wrong answers accepted", mine.get("false_accepts"), 0, "")
        target("answers misjudged", share, 1, "%")
        target("mean", mine.get("mean_ms"), 1 if which == "pairs" else 5, "ms")
        target("worst", mine.get("worst_ms"), 100, "ms")
        if which == "pairs":  # the same work: a verdict without a reason
            peer = found["math-verify"].get("mean_ms")
            target(
                "time, of math-verify", mine["mean_ms"] / peer if peer and "mean_ms" in mine else None, 1 / 20, "times"
            )


def run_grade() -> None:
    """A class: one core against two, and memory and time as the class grows."""
    print("\nGrading a class: seconds, megabytes of the largest process")
    rows = [["rows", "distinct", "processes", "s", "processor s", "MB"]]
    found = {}
    for case in (
        (20_000, 20_000, 1),
        (20_000, 20_000, 2),
        (10_000, 10_000, 2),
        (100_000, 20_000, 2),
        (1_000_000, 20_000, 2),
    ):
        found[case] = result = measured("benchmarks.grading", *case, limit=20 * LIMIT)
        figures = [f"{result[key]:.1f}" for key in ("seconds", "processor", "megabytes")] if "seconds" in result else []
        rows.append([*(f"{n:,}" for n in case), *(figures or [result["failed"], "", ""])])
    print(table(rows))
    one, two, small, _, large = found.values()
    both = "seconds" in one and "seconds" in two
    target("time of two processes, of one", two["seconds"] / one["seconds"] if both else None, 1 / 1.8, "times")
    both = "seconds" in small and "seconds" in large
    growth = large["megabytes"] / small["megabytes"] if both else None
    target("memory of 1,000,000 rows, of 10,000", growth, 1.25, "times")
    target("1,000,000 rows of 20,000 distinct answers", large.get("seconds"), 300, "s")


PARTS = {
    "gradient": run_gradient,
    "reader": run_reader,
    "cold": run_cold,
    "pages": run_pages,
    "judging": run_judging,
    "grade": run_grade,
}


def run(names: list[str]) -> None:
    """These parts, one after the other."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name in names:
        PARTS[name]()
    if missed:
        sys.exit(f"\n{len(missed)} targets missed")


if __name__ == "__main__":
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        sys.exit(f"unknown benchmark {unknown[0]!r}: one of {', '.join(PARTS)}")
    run(wanted)
