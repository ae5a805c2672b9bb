"""The command as a user meets it: real processes, real files, exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = ROOT / "exercises"
LOCAL = "exercises/local_derivatives.yaml"
HEAVY = ("sympy", "numpy", "flint", "rich", "jinja2", "jsonschema", "mpmath", "yaml", "concurrent.futures")


def symprop(*arguments: object, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command; whatever happens, there is no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "symprop", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **env},
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert "internal error" not in done.stderr, done.stderr
    return done


def imported(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has after the code."""
    report = "; import sys, json; sys.stdout.flush(); print('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code + report], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


# ---- what is asked of show


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        ((LOCAL, "dJ/dw_1", "--to", "value"), "-1.92"),
        ((LOCAL, r"\frac{\partial J}{\partial w_1}", "--to", "value"), "-1.92"),
        ((LOCAL, "J", "--to", "value"), "0.32"),
        (("exercises/relu_delta.yaml", "dL/dw_2^2", "--to", "value"), "0.225"),
        (("exercises/sigmoid_network.yaml", "dDiv/dw_1", "--to", "value", "--digits", "6"), "0.000898891"),
        (("exercises/sigmoid_network.yaml", "yhat", "--to", "value", "--digits", "7"), "0.5786885"),
    ],
)
def test_show_prints_the_value_and_nothing_else(arguments: tuple[str, ...], printed: str) -> None:
    done = symprop("show", *arguments)
    assert (done.stdout, done.stderr, done.returncode) == (printed + "\n", "", 0)


def test_values_have_twelve_significant_digits_unless_told_otherwise() -> None:
    value = symprop("show", "exercises/sigmoid_network.yaml", "h_1", "--to", "value").stdout.strip()
    assert value == "0.787513155877"


def test_without_numbers_the_value_is_the_formula() -> None:
    arguments = ("show", "exercises/itakura_saito.yaml", "dL/dz_6", "--to")
    value, text = symprop(*arguments, "value"), symprop(*arguments, "text")
    assert value.returncode == 0
    assert value.stdout == text.stdout
    assert "z_6" in value.stdout


def test_every_form_of_a_result_says_the_same() -> None:
    arguments = ("show", "exercises/itakura_saito.yaml", "dL/dz_6")
    latex = symprop(*arguments, "--to", "latex").stdout
    assert "\\frac" in latex
    record = json.loads(symprop(*arguments, "--to", "json").stdout)
    assert record["latex"] == latex.strip()
    assert record["formula"] == symprop(*arguments, "--to", "text").stdout.strip()
    assert record["value"] is None
    line = symprop(*arguments).stdout.strip()
    assert line == f"{record['quantity']} = {record['formula']}"
    import sympy

    z_6, t = sympy.symbols("z_6 t")
    expected = {"z_6": z_6, "t": t}
    from symprop import show

    shown = show(EXERCISES / "itakura_saito.yaml", "dL/dz_6").formula.expr
    assert str(shown) == symprop(*arguments, "--to", "sympy").stdout.strip()
    names = {symbol: expected[symbol.name] for symbol in shown.free_symbols}
    assert sympy.simplify(shown.subs(names) - 2 * (z_6**2 - t) / z_6**3) == 0


# ---- solve


def test_solve_writes_pdf_and_tex_into_output(tmp_path: Path) -> None:
    done = symprop("solve", EXERCISES / "local_derivatives.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "output").iterdir()) == ["local_derivatives.pdf", "local_derivatives.tex"]
    assert (tmp_path / "output" / "local_derivatives.pdf").read_bytes().startswith(b"%PDF-")
    assert len(done.stdout.splitlines()) == 1
    assert "equalities checked" in done.stdout


def test_solve_writes_what_is_asked_for(tmp_path: Path) -> None:
    done = symprop("solve", LOCAL, "--to", "tex,json", "-o", tmp_path / "a" / "b")
    assert done.returncode == 0, done.stderr
    assert sorted(p.suffix for p in (tmp_path / "a" / "b").iterdir()) == [".json", ".tex"]
    assert json.loads((tmp_path / "a" / "b" / "local_derivatives.json").read_text(encoding="utf-8"))


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("title: Bad\nequations: |\n  L = (w x - y\ntasks: [forward]\n", encoding="utf-8")
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        done = symprop("solve", "exercises/relu_delta.yaml", bad, LOCAL, "--to", "tex", "-o", out, "--jobs", jobs)
        assert done.returncode == 2
        assert sorted(p.name for p in out.iterdir()) == ["local_derivatives.tex", "relu_delta.tex"]
        assert [line.split()[0] for line in done.stdout.splitlines()] == [
            str(out / "relu_delta.tex"),
            str(out / "local_derivatives.tex"),
        ]
        assert f"{bad}:3:" in done.stderr


def test_parallel_and_serial_write_the_same_bytes(tmp_path: Path) -> None:
    files = (LOCAL, "exercises/relu_delta.yaml", "exercises/itakura_saito.yaml")
    for jobs in ("1", "3"):
        assert symprop("solve", *files, "--to", "tex,json", "-o", tmp_path / jobs, "-j", jobs).returncode == 0
    names = sorted(p.name for p in (tmp_path / "1").iterdir())
    assert len(names) == 6
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "3" / name).read_bytes()


def test_two_exercises_of_one_name_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "local_derivatives.yaml").write_bytes((ROOT / LOCAL).read_bytes())
    done = symprop("solve", LOCAL, copy / "local_derivatives.yaml", "-o", tmp_path / "out")
    assert done.returncode == 2
    assert "'local_derivatives'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_same_file_twice_is_solved_once(tmp_path: Path) -> None:
    done = symprop("solve", LOCAL, f"./{LOCAL}", "--to", "tex", "-o", tmp_path)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)


def test_a_file_that_fails_leaves_the_old_answer_key_alone(tmp_path: Path) -> None:
    file, out = tmp_path / "mine.yaml", tmp_path / "out"
    file.write_bytes((ROOT / LOCAL).read_bytes())
    assert symprop("solve", file, "--to", "tex", "-o", out).returncode == 0
    before = (out / "mine.tex").read_bytes()
    file.write_text(file.read_text(encoding="utf-8").replace("w_1 x", "w_1 ("), encoding="utf-8")
    assert symprop("solve", file, "--to", "tex", "-o", out).returncode == 2
    assert {p.name: p.read_bytes() for p in out.iterdir()} == {"mine.tex": before}


# ---- bad input


BAD = [
    ((), 2, "Usage"),
    (("solve",), 2, "Missing argument"),
    (("solve", "exercises/no_such.yaml"), 2, "no such file"),
    (("solve", "exercises/local_derivative.yaml"), 2, "did you mean exercises/local_derivatives.yaml?"),
    (("solve", "exercises"), 2, "folder"),
    (("solve", LOCAL, "--to", "docx"), 2, "unknown format 'docx'"),
    (("solve", LOCAL, "--to", ""), 2, "no format"),
    (("solve", LOCAL, "--jobs", "0"), 2, "--jobs"),
    (("solve", LOCAL, "-o", "README.md"), 2, "cannot write into README.md"),
    (("solve", "README.md", "--to", "tex"), 2, "README.md:"),
    (("show", LOCAL), 2, "Missing argument"),
    (("show", LOCAL, "dJ/dw_9"), 2, ""),
    (("show", LOCAL, "dJ/d("), 2, "^"),
    (("show", LOCAL, ""), 2, ""),
    (("show", LOCAL, "9^9^9^9"), 2, ""),
    (("show", LOCAL, "J", "--part", "z"), 2, ""),
    (("show", LOCAL, "J", "--to", "word"), 2, "--to"),
    (("show", LOCAL, "J", "--digits", "0"), 2, "--digits"),
    (("solv", LOCAL), 2, "No such command"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), BAD)
def test_bad_input_is_explained(arguments: tuple[str, ...], code: int, message: str, tmp_path: Path) -> None:
    if arguments[:1] == ("solve",) and "-o" not in arguments:
        arguments = (*arguments, "-o", str(tmp_path)) if len(arguments) > 1 else arguments
    done = symprop(*arguments)
    assert done.returncode == code
    assert done.stderr.strip()
    assert message in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"- a\n- b\n", b"title: [", b"a: &a [*a]\n", b"%PDF-1.4\n\x00", b"\t"]
)
def test_files_that_are_no_exercises_are_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_bytes(content)
    done = symprop("solve", file, "--to", "tex", "-o", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.startswith(str(file))


def test_a_deeply_nested_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text("equations: " + "[" * 20_000 + "]" * 20_000, encoding="utf-8")
    assert symprop("solve", file, "--to", "tex", "-o", tmp_path / "out").returncode == 2


def test_a_reader_that_goes_away_is_no_accident() -> None:
    command = f"{sys.executable} -m symprop schema | head -c 1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("{", "")


def test_a_terminal_without_our_letters_is_served(tmp_path: Path) -> None:
    assert symprop("show", LOCAL, "yhat", PYTHONIOENCODING="ascii").returncode == 0
    assert symprop("show", LOCAL, "ŷ + σ§", PYTHONIOENCODING="ascii").returncode == 2


# ---- new, doctor, schema, help


@pytest.mark.parametrize("kind", ["numeric", "symbolic"])
def test_a_new_exercise_solves_as_it_is(kind: str, tmp_path: Path) -> None:
    assert symprop("new", "mine", "--kind", kind, cwd=tmp_path).returncode == 0
    done = symprop("solve", "mine.yaml", "--to", "tex", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_new_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "exercise.yaml").write_text("mine", encoding="utf-8")
    done = symprop("new", cwd=tmp_path)
    assert done.returncode == 2
    assert "exercise.yaml is already there" in done.stderr
    assert (tmp_path / "exercise.yaml").read_text(encoding="utf-8") == "mine"


def test_the_doctor_finds_an_engine_where_there_is_one() -> None:
    done = symprop("doctor")
    assert done.returncode == 0, done.stdout
    assert "PDFs can be made" in done.stdout


def test_the_schema_is_printed_as_it_is_published() -> None:
    done = symprop("schema")
    assert json.loads(done.stdout) == json.loads(
        (ROOT / "symprop" / "spec" / "schema.json").read_text(encoding="utf-8")
    )


def test_every_command_has_examples_in_its_help() -> None:
    from symprop.cli.commands import symprop as group

    assert len(group.commands) >= 5
    for name in group.commands:
        done = symprop(name, "--help")
        assert done.returncode == 0
        assert "Examples:" in done.stdout
        assert f"  symprop {name}" in done.stdout


def test_the_version_is_the_package_version() -> None:
    import symprop as package

    assert symprop("--version").stdout == f"symprop {package.__version__}\n"


# ---- quick to start


@pytest.mark.parametrize(
    "code",
    [
        "import symprop",
        "import symprop.cli.commands",
        "from symprop.cli import main; main(['--help'])",
        "from symprop.cli import main; main(['solve', '--help'])",
        "from symprop.cli import main; main(['--version'])",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str) -> None:
    modules = imported(code)
    assert "symprop" in modules
    assert not modules & set(HEAVY)


def test_solving_to_tex_does_not_import_what_it_does_not_use(tmp_path: Path) -> None:
    code = (
        f"from symprop.cli import main; assert main(['solve', {LOCAL!r}, '--to', 'tex', '-o', {str(tmp_path)!r}]) == 0"
    )
    assert not imported(code) & {"numpy", "rich", "jsonschema", "concurrent.futures.process"}


# ---- the facade


def test_values_are_rounded_half_up_and_printed_plainly() -> None:
    from symprop.api import rounded

    rows = {
        ("-1.92", 12): "-1.92",
        ("0.125", 2): "0.13",
        ("-0.00", 12): "0",
        ("1200", 12): "1200",
        ("1200", 2): "1200",
        ("0.000001", 12): "0.000001",
        ("0.00000025", 12): "2.5e-7",
        ("1e20", 12): "1e20",
        ("123456789.123456789", 12): "123456789.123",
        ("-0.99999999999999", 12): "-1",
        ("oo", 12): "oo",
        ("1/3", 12): "1/3",
    }
    for (value, digits), printed in rows.items():
        assert rounded(value, digits) == printed, value


def test_an_exercise_may_be_a_path_text_or_a_record() -> None:
    import symprop as package

    path = EXERCISES / "local_derivatives.yaml"
    exercise = package.load(path)
    for source in (path, str(path), path.read_text(encoding="utf-8"), exercise):
        assert package.show(source, "dJ/dw_1").value == "-1.92"


def test_every_exported_name_is_there() -> None:
    import symprop as package

    assert package.EXPORTS
    for name in package.EXPORTS:
        assert getattr(package, name).__name__ == name
    with pytest.raises(AttributeError):
        _ = package.no_such_name


# ---- sheets and looks


def test_each_sheet_is_a_file_of_its_own(tmp_path: Path) -> None:
    done = symprop("solve", LOCAL, "--sheet", "problem,hints,key,faded", "--to", "tex,json", "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    names = {f"local_derivatives{s}.tex" for s in ("", "-problem", "-hints", "-faded")} | {"local_derivatives.json"}
    assert {p.name for p in tmp_path.iterdir()} == names
    assert len(done.stdout.splitlines()) == 4


def test_an_exam_without_its_class_is_written_as_tex_with_a_clear_message(tmp_path: Path) -> None:
    done = symprop("solve", LOCAL, "--class", "exam", "--sheet", "key,problem", "-o", tmp_path)
    assert {p.name for p in tmp_path.iterdir()} >= {f"local_derivatives-exam{s}.tex" for s in ("", "-problem")}
    if done.returncode:
        assert done.returncode == 2 and done.stderr.count("texlive-latex-extra") == 1
    else:
        assert (tmp_path / "local_derivatives-exam.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--sheet", "solution"), "unknown sheet 'solution'; there are problem, hints, key, faded"),
        (
            ("--sheet", "faded", "--fade", "half"),
            "per cent (50%) or rows of tasks (a3 b2-5 d) were expected, found 'half'",
        ),
        (("--look", "no-such-folder"), "no-such-folder: there is no such folder"),
    ],
)
def test_what_is_wrong_with_a_sheet_is_said_before_anything_is_written(
    arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    done = symprop("solve", LOCAL, *arguments, "-o", tmp_path / "out")
    assert done.returncode == 2 and says in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_look_is_used_and_its_mistakes_are_all_told_once(tmp_path: Path) -> None:
    done = symprop("solve", LOCAL, "--look", "docs/look", "--to", "tex", "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Neuronale Netze" in (tmp_path / "local_derivatives.tex").read_text(encoding="utf-8")
    (tmp_path / "latex").mkdir()
    (tmp_path / "look.yaml").write_text("languge: de\n", encoding="utf-8")
    (tmp_path / "latex" / "proze.tex.j2").write_text("", encoding="utf-8")
    (tmp_path / "local_derivatives.tex").unlink()
    done = symprop("solve", *sorted(EXERCISES.glob("*.yaml"))[:2], "--look", tmp_path, "-o", tmp_path / "out")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 2
    assert "did you mean 'language'?" in done.stderr and "did you mean 'prose.tex.j2'?" in done.stderr


def test_a_look_whose_template_fails_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "latex").mkdir()
    (tmp_path / "latex" / "lines.tex.j2").write_text("x\n\\VAR{block.nothing}\n", encoding="utf-8")
    done = symprop("solve", LOCAL, "--look", tmp_path, "-o", tmp_path / "out")
    assert done.returncode == 2 and "lines.tex.j2:2: " in done.stderr
    assert not list((tmp_path / "out").iterdir())


# ---- judging


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        ("2(z_6^2 - t)/z_6^3", 0, "Right."),
        ("-2(z_6^2 - t)/z_6^3", 1, "The sign is wrong."),
        ("dL/dz_6", 1, "only repeats what was asked"),
        ("2 z_6 +", 2, "cannot be read"),
        ("1/2t", 1, "Not right."),  # in all its readings
        ("2/z_6 1 - 2t/z_6^3", 3, "2/(z_6 1)"),
    ],
)
def test_check_says_the_verdict_and_exits_with_it(answer: str, code: int, says: str) -> None:
    done = symprop("check", "exercises/itakura_saito.yaml", "--task", "a", answer)
    assert (done.returncode, done.stderr) == (code, "")
    assert says in done.stdout


def test_check_reads_standard_input_and_answers_in_json() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "symprop", "check", LOCAL, "--task", "d", "-", "--json", "--language", "de"],
        cwd=ROOT,
        input=b"dJ/dw_2 = -1.2\ndJ/dw_1 = 1.92\n",
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert [v["kind"] for v in found["verdicts"]] == ["right", "wrong"]
    assert found["verdicts"][1]["explanations"][0][0]["code"] == "sign"
    assert found["verdicts"][1]["message"] == "Nicht richtig."


def test_check_tells_the_answer_only_when_told_to() -> None:
    wrong = ("check", "exercises/itakura_saito.yaml", "--task", "a", "3 z_6")
    assert "z_6^3" not in symprop(*wrong).stdout
    assert "2 (z_6^2 - t)/z_6^3" in symprop(*wrong, "--reveal").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("check", LOCAL, "--task", "z", "3"), 2, "there is no task (z)"),
        (("check", "exercises/missing.yaml", "--task", "a", "3"), 2, "there is no such file"),
        (("check", LOCAL, "3"), 2, "--task"),
        (("check", LOCAL, "--task", "d", "dJ/dw_1 = -1,92", "--decimal-comma"), 0, "Right."),
        (("compare", "2x", "x + x"), 0, "Equal, exactly."),
        (("compare", "-x + a - h", "a - x - h"), 0, "Equal"),
        (("compare", "max(0, z)", "z"), 1, "left 0, right -"),
        (("compare", "2x +", "x"), 2, "cannot be read"),
        (("compare", "1/0", "2/0"), 3, "Undecided"),
        (("compare", "x", "x", "--declare", "2 x"), 2, "--declare"),
        (("compare", "x", "x", "--with", "missing.yaml"), 2, "no such file"),
    ],
)
def test_judging_has_exit_codes_and_clear_messages(arguments: tuple[str, ...], code: int, says: str) -> None:
    done = symprop(*arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["check", "compare"])
def test_the_examples_of_judging_run(name: str) -> None:
    lines = [line.strip() for line in symprop(name, "--help").stdout.splitlines()]
    examples = [shlex.split(line)[1:] for line in lines if line.startswith(f"symprop {name} ")]
    assert len(examples) == {"check": 4, "compare": 6}[name]
    assert [symprop(*example).returncode for example in examples] == [0, 0, 0, 1, 0, 1][: len(examples)]


def test_a_verdict_in_a_language_that_is_not_there_is_an_error() -> None:
    done = symprop("compare", "x", "x", "--language", "xx")
    assert done.returncode == 2 and "xx" in done.stderr
    done = symprop("compare", "x", "x", "--language", "../words/en")
    assert done.returncode == 2


def test_a_product_that_looks_like_a_call_is_warned_of(tmp_path: Path) -> None:
    """f(z) with an undeclared f: read as format.md says, and said."""
    said = "warning: f(z) is read as the product of f and the bracket (a function? functions: {f: })"
    text = "equations: |\n  z = w x\n  h = f(z)\n  L = (h - a(1 - t))^2\n"
    doubtful = tmp_path / "doubtful.yaml"
    doubtful.write_text(text + "tasks: [forward, 'gradient: w']\n", encoding="utf-8")
    for arguments in (("solve", doubtful, "--to", "tex", "-o", tmp_path), ("show", doubtful, "dL/dw")):
        done = symprop(*arguments)
        assert done.returncode == 0 and done.stderr.splitlines() == [f"{doubtful}:3:7: {said}"]
    doubtful.write_text(text + "given: {f: 2}\ntasks: [forward, 'gradient: w']\n", encoding="utf-8")
    assert symprop("show", doubtful, "dL/dw").stderr == ""
