"""Grading a class: ``python -m benchmarks.grading ROWS DISTINCT JOBS`` prints seconds and peak memory of one run."""

from __future__ import annotations

import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.timing import ROOT

EXERCISE = ROOT / "exercises" / "itakura_saito.yaml"
TASKS = {  # a right answer, and wrong ones that are diagnosed
    "a": ("2(z_6^2 - t)/z_6^3", "-2(z_6^2 - t)/z_6^3", "(z_6^2 - t)/z_6^3"),
    "b": (
        "w_46 <- w_46 - 2 k x_4 (z_6^2 - t)/z_6^3",
        "w_46 <- w_46 + 2 k x_4 (z_6^2 - t)/z_6^3",
        "w_46 <- w_46 - 2 x_4 (z_6^2 - t)/z_6^3",
    ),
    "d": (
        "2(z_6^2-t)/z_6^3*sigma'(z_3) (w_36 + w_34 w_46 sigma'(z_4) + w_35 w_56 sigma'(z_5))",
        "2(z_6^2-t)/z_6^3*sigma'(z_3) (w_34 w_46 sigma'(z_4) + w_35 w_56 sigma'(z_5))",
        "2(z_6^2-t)/z_6^3*sigma'(z_3) (w_36 + w_34 w_46 + w_35 w_56 sigma'(z_5))",
    ),
}


def distinct_answers(number: int) -> list[tuple[str, str]]:
    """Half right, a third with a known mistake, the rest with none: each is looked at as a new one."""
    found = []
    for n in range(number):
        task = "abd"[n % 3]
        right, *wrong = TASKS[task]
        match n // 3 % 6:
            case 0 | 1 | 2:
                answer = f"{right} + {n} z_6 - z_6*{n}"
            case 3 | 4:
                answer = f"{wrong[n % 2]} + {n} z_6 - z_6*{n}"
            case _:
                answer = f"{right} + {n + 1} z_6"
        found.append((task, answer))
    return found


def write_class(path: Path, rows: int, distinct: int) -> None:
    answers, dice = distinct_answers(distinct), random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "task", "answer"))
        for row in range(rows):
            writer.writerow((f"s{row}", *(answers[row] if row < distinct else dice.choice(answers))))


def main(rows: int, distinct: int, jobs: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        answers, results = Path(folder) / "answers.csv", Path(folder) / "results.csv"
        write_class(answers, rows, distinct)
        command = [sys.executable, "-m", "symprop", "grade", str(EXERCISE), str(answers), "-o", str(results)]
        start = time.perf_counter()
        subprocess.run([*command, "--jobs", str(jobs)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        with results.open(encoding="utf-8") as file:
            written = sum(1 for _ in file) - 1
    if written != rows:
        raise RuntimeError(f"{written} results for {rows} rows")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"seconds": seconds, "processor": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
