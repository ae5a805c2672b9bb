"""Golden files: the LaTeX and JSON of every exercise.  ``python -m tests.golden`` rewrites them, says what changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXERCISES = tuple(sorted((ROOT / "exercises").glob("*.yaml")))
GOLDEN = Path(__file__).parent / "golden"


def pages(path: Path) -> Iterator[tuple[Path, str]]:
    """The golden files of one exercise and what should be in them now.  The path on the page is the relative one."""
    from symprop import api
    from symprop.render import render_json, render_tex

    solution = api.solve(path.relative_to(ROOT))
    yield GOLDEN / f"{path.stem}.tex", render_tex(solution)
    yield GOLDEN / f"{path.stem}.json", render_json(solution)


def main() -> int:
    import os

    from symprop.errors import SympropError

    os.chdir(ROOT)
    GOLDEN.mkdir(exist_ok=True)
    wanted: set[Path] = set()
    failed = 0
    for path in EXERCISES:
        wanted |= {GOLDEN / f"{path.stem}.tex", GOLDEN / f"{path.stem}.json"}
        try:
            made = list(pages(path))
        except SympropError as error:
            print(f"not solved: {path.stem}: {error}")
            failed = 1
            continue
        for file, text in made:
            before = file.read_text(encoding="utf-8") if file.exists() else None
            if before != text:
                file.write_text(text, encoding="utf-8")
                print(f"{'changed' if before is not None else 'new'}: {file.relative_to(ROOT).as_posix()}")
    for file in sorted(set(GOLDEN.iterdir()) - wanted):
        file.unlink()
        print(f"gone: {file.relative_to(ROOT).as_posix()}")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
