"""What is documented is tested: every example of the README and of docs/ runs, and every command is in the README."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of that language."""
    return [body for name, body in BLOCK.findall(text) if name == language]


EXERCISES = [(page.name, body) for page in PAGES for body in blocks(page.read_text(encoding="utf-8"), "yaml")]


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *command], cwd=cwd, env=env, capture_output=True, encoding="utf-8", timeout=120, check=False
    )


def test_there_are_examples() -> None:
    assert len(EXERCISES) >= 7
    assert len(blocks(README, "console")) >= 2
    assert len(blocks(README, "python")) >= 1


@pytest.mark.parametrize(("page", "text"), EXERCISES, ids=[f"{p}-{i}" for i, (p, _) in enumerate(EXERCISES)])
def test_an_exercise_of_the_documentation_solves(page: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "example.yaml").write_text(text, encoding="utf-8")
    done = run("-m", "symprop", "solve", "example.yaml", "--to", "tex", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "output" / "example.tex").stat().st_size > 500


def test_the_commands_of_the_readme_print_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "neuron.yaml").write_text(blocks(README, "yaml")[0], encoding="utf-8")
    for folder in ("exercises", "docs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    commands = [
        (lines[0], "\n".join(lines[1:]))
        for body in blocks(README, "console")
        for lines in (part.strip().splitlines() for part in re.split(r"^\$ ", body, flags=re.MULTILINE) if part.strip())
    ]
    assert len(commands) >= 4
    for command, printed in commands:
        program, *arguments = shlex.split(command)
        assert program == "symprop"
        done = run("-m", "symprop", *arguments, cwd=tmp_path)
        found_fault = "The first error is" in printed
        assert (done.returncode, done.stderr) == (int(found_fault), ""), command
        if printed:
            assert [line.rstrip() for line in done.stdout.strip().splitlines()] == printed.splitlines(), command


def test_the_python_of_the_readme_runs() -> None:
    for body in blocks(README, "python"):
        done = run("-c", body, cwd=ROOT)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_ten_line_exercise_has_at_most_ten_lines() -> None:
    assert len(blocks(README, "yaml")[0].splitlines()) <= 10


def test_every_command_is_in_the_readme() -> None:
    from symprop.cli.commands import symprop

    assert symprop.commands
    for name, command in symprop.commands.items():
        row = re.search(rf"^\| `symprop {name}\b.*$", README, re.MULTILINE)
        assert row, f"symprop {name} has no row"
        for option in command.params:
            if option.param_type_name == "option" and option.name != "help":
                assert any(f"`{opt}" in row.group() for opt in option.opts), f"{name}: {option.opts}"


def test_every_make_target_that_is_documented_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pattern = re.compile(r"^make (\w+)|`make (\w+)`", re.MULTILINE)
    names = {a or b for page in PAGES for a, b in pattern.findall(page.read_text(encoding="utf-8"))}
    assert {"test", "golden", "bench"} <= names
    for name in names:
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), f"make {name}"


def test_the_links_of_the_documentation_lead_somewhere() -> None:
    links = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    ]
    assert links
    for page, target in links:
        assert (page.parent / target).exists(), f"{page.name}: {target}"
