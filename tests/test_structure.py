"""The code itself: short modules, arrows that cover everything, no text that reaches an evaluator."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "symprop").rglob("*.py"))
FORBIDDEN_CALLS = {
    "sympify", "parse_expr", "parse_latex", "lambdify", "eval", "exec", "literal_eval",
    "compile", "system", "popen", "__import__",
}  # fmt: skip
REASONS = {  # where such a call cannot meet text
    ("symprop/algebra.py", "sympify"): "behind isinstance(expr, int | float)",
}
HEAVY = {"sympy", "numpy", "flint", "rich", "jsonschema", "jinja2"}
HEAVY_AT_THE_TOP = {"symprop/algebra.py"}  # the one place that is SymPy's


def files_of_the_project() -> list[Path]:
    """Tracked files, and those that will be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 20


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= (450 if path.name == "written.py" else 400)
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "a module begins with what it is"


def called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr="compile"):  # of re, or a method of ours; the builtin is the name above
            return ""
        case ast.Attribute(attr=name):
            return name
    return ""


def forbidden(tree: ast.AST, path: str = "") -> list[str]:
    """Calls that could run text, and what else text must not reach."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        if name in FORBIDDEN_CALLS and (path, name) not in REASONS:
            found.append(f"line {node.lineno}: {name}")
        shell = [k for k in node.keywords if k.arg == "shell"]
        if shell and not (isinstance(shell[0].value, ast.Constant) and shell[0].value.value is False):
            found.append(f"line {node.lineno}: shell=")
        if ast.unparse(node.func) in ("yaml.load", "yaml.unsafe_load", "yaml.full_load", "pickle.loads", "pickle.load"):
            found.append(f"line {node.lineno}: {ast.unparse(node.func)}")
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_text_reaches_an_evaluator(path: Path) -> None:
    assert forbidden(ast.parse(path.read_text(encoding="utf-8")), name_of(path)) == []


def test_a_reason_covers_one_call_only() -> None:
    for path, name in REASONS:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert len([node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) == name]) == 1


def test_the_look_for_evaluators_finds_them() -> None:
    for code in ("sympy.sympify(t)", "eval(t)", "run(t, shell=True)", "yaml.load(t)", "exec(t)", "compile(t)"):
        assert forbidden(ast.parse(code)), code
    assert not forbidden(ast.parse("re.compile(t); run(t, shell=False)"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_heavy_is_imported_at_the_top_of_a_module(path: Path) -> None:
    if name_of(path) in HEAVY_AT_THE_TOP:
        return
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    assert not {name.split(".")[0] for name in found} & HEAVY


def test_the_arrows_name_every_module() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    layers = config["importlinter:contract:arrows"]["layers"]
    named = {name.strip().strip("()") for name in re.split(r"[|\n]", layers) if name.strip()}
    there = {
        f"symprop.{p.stem}"
        for p in (ROOT / "symprop").iterdir()
        if (p.suffix == ".py" and p.stem != "__init__") or (p / "__init__.py").exists()
    }
    assert there
    assert there <= named, "modules without a place in .importlinter"


def test_no_file_knows_a_machine_or_a_registry() -> None:
    files = files_of_the_project()
    assert len(files) > 40
    hosts = "|".join(("pypi" + r"\.org", "registry" + r"\.npmjs", "deb" + r"\.debian"))
    folders = "|".join(("work", "farm", "root", "home"))
    pattern = re.compile(rf"(^|[^a-zA-Z0-9_.])/({folders})/[a-z.]|{hosts}", re.MULTILINE)
    found = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {match.group()!r}" for match in pattern.finditer(text)]
    assert found == []


def test_unfinished_marks_do_not_stay() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    assert [name_of(p) for p in MODULES if marks.search(p.read_text(encoding="utf-8"))] == []
