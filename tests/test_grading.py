"""Grading a class: tables in and out, order, each answer once, nothing lost, whatever a worker does."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from symprop import api
from symprop.errors import SympropError
from symprop.grading import COLUMNS, GradeOptions, Layout, Summary, grade_file
from symprop.grading.output import neutral
from symprop.grading.records import Key, Result
from symprop.grading.store import Store
from symprop.grading.summary import plot, summary_text
from tests import misbehaving

ROOT = Path(__file__).resolve().parents[1]
EXERCISE = ROOT / "exercises" / "itakura_saito.yaml"
RIGHT = "2(z_6^2 - t)/z_6^3"
CLASS = (
    ("s1", "a", RIGHT, "right", "right"),
    ("s2", "a", f"-{RIGHT}", "wrong", "sign"),
    ("s3", "b", "w_46 <- w_46 - 2 k x_4 (z_6^2 - t)/z_6^3", "right", "right"),
    ("s4", "a", "2/z_6 1 - 2t/z_6^3", "ambiguous", "two-readings"),
    ("s5", "a", RIGHT, "right", "right"),
    ("s6", "a", "z_6 +", "unreadable", "unreadable"),
    ("s7", "a", "", "unreadable", "empty"),
)


def table(path: Path, rows: Any, columns: tuple[str, ...] = ("id", "task", "answer")) -> Path:
    """Rows as a file of the kind that its ending says."""
    records = [dict(zip(columns, row, strict=False)) for row in rows]
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(records, pa.schema([(c, pa.string()) for c in columns])), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",")
            writer.writerows([columns, *rows])
    return path


def results(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return list(pq.read_table(path).to_pylist())
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ","))


def graded(answers: Path, output: Path, **options: Any) -> tuple[Summary, list[dict[str, str]]]:
    summary = api.grade(EXERCISE, answers, output, **{"jobs": 1, **options})
    return summary, results(output)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "tsv"])
def test_every_row_gets_its_verdict_in_its_order(ending: str, tmp_path: Path) -> None:
    rows = [row[:3] for row in CLASS]
    summary, found = graded(table(tmp_path / f"answers.{ending}", rows), tmp_path / f"results.{ending}")
    assert [(r["id"], r["task"], r["verdict"], r["code"]) for r in found] == [(a, b, d, e) for a, b, _, d, e in CLASS]
    assert all(tuple(r) == COLUMNS and r["message"] for r in found)
    assert summary.rows == len(CLASS)
    assert summary.verdicts["a", "right"] == 2
    assert ("a", "sign", 1) in summary.mistakes
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"answers.{ending}", f"results.{ending}"]


def test_the_input_may_have_semicolons_other_names_and_more_columns(tmp_path: Path) -> None:
    text = f"\ufeffMatrikel;Aufgabe;Zeit;Antwort\n17;(a);12:00;{RIGHT}\n"
    (tmp_path / "answers.csv").write_text(text, encoding="utf-8")
    _, found = graded(
        tmp_path / "answers.csv", tmp_path / "r.jsonl", columns=("Matrikel", "Aufgabe", "Antwort"), language="de"
    )
    assert [tuple(r.values()) for r in found] == [("17", "(a)", "right", "right", "Richtig.")]


def test_a_column_for_each_task(tmp_path: Path) -> None:
    rows = [("s1", RIGHT, "w_46 <- 1"), ("s2", "t", "")]
    answers = table(tmp_path / "wide.csv", rows, ("id", "a", "b"))
    _, found = graded(answers, tmp_path / "r.csv", wide=True)
    assert [(r["id"], r["task"], r["verdict"]) for r in found] == [
        ("s1", "a", "right"), ("s1", "b", "wrong"), ("s2", "a", "wrong"), ("s2", "b", "unreadable"),
    ]  # fmt: skip


def test_a_task_may_name_its_part(tmp_path: Path) -> None:
    answers = table(tmp_path / "a.csv", [("1", "B.a", "dC/dw_1 = -0.3179"), ("2", "A.a", "dC/dw_1 = -0.3179")])
    summary = api.grade(ROOT / "exercises" / "upstream_gradient.yaml", answers, tmp_path / "r.csv", jobs=1)
    assert [r["verdict"] for r in results(tmp_path / "r.csv")] == ["right", "wrong"]
    assert {task for task, _ in summary.verdicts} == {"A.a", "B.a"}


def test_bad_rows_are_named_and_nothing_is_lost(tmp_path: Path) -> None:
    text = f"id,task,answer\ns1,a,{RIGHT}\ns2,q,1\ns3,q,1\ns4\ns5,a,1,2,3\n\ns6,a,\ud83d{RIGHT}\n"
    (tmp_path / "a.csv").write_bytes(text.encode("utf-8", "replace"))
    summary, found = graded(tmp_path / "a.csv", tmp_path / "r.csv")
    assert [r["verdict"] for r in found] == ["right", *["not-judged"] * 4, "unreadable"]
    assert [r["code"] for r in found][1:5] == ["unknown-task", "unknown-task", "bad-row", "bad-row"]
    faults = {places: why for why, places in summary.faults}
    assert set(faults) == {"lines 3-4", "line 5", "line 6"}
    assert "there are a, b, c, d" in faults["lines 3-4"]


def test_bad_lines_of_json_are_named(tmp_path: Path) -> None:
    lines = [
        '{"id": 1, "task": "a", "answer": 3}',
        "{",
        "[1]",
        '{"id": 2, "task": "a"}',
        '{"id": 3, "answer": "\\ud800"}',
        '{"id": "\\ud800", "task": "a", "answer": "\\ud800 + z_6"}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    summary, found = graded(tmp_path / "a.jsonl", tmp_path / "r.jsonl")
    assert [r["verdict"] for r in found] == ["wrong", *["not-judged"] * 4, "unreadable"]
    assert {places for _, places in summary.faults} == {"line 2", "line 3", "line 4", "line 5"}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"id,task,answer\n", "no rows"),
        ("a.csv", b"name,task,anwser\n1,a,2\n", "no column 'id'"),
        ("a.csv", b"id,task,anwser\n1,a,2\n", "did you mean 'anwser'"),
        ("a.csv", b"id,id,task\n", "several columns"),
        ("a.csv", b"id,task,answer\n1,a,\xff\n", "not UTF-8"),
        ("a.parquet", b"PAR1 and no more", "cannot be read as Parquet"),
        ("a.jsonl", b"\n\n", "empty"),
        ("a.txt", b"id,task,answer\n", "the ending"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SympropError, match=told):
        graded(tmp_path / name, tmp_path / "r.csv")
    assert not (tmp_path / "r.csv").exists()


def test_the_output_is_never_the_input(tmp_path: Path) -> None:
    answers = table(tmp_path / "a.csv", [("1", "a", RIGHT)])
    before = answers.read_bytes()
    with pytest.raises(SympropError, match="replace the answers"):
        graded(answers, answers)
    with pytest.raises(SympropError, match="no such folder"):
        graded(answers, tmp_path / "nowhere" / "r.csv")
    assert answers.read_bytes() == before


# ---- cells


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "\x00=1", "|x"]
)
def test_a_cell_that_begins_like_a_formula_is_neutralised(cell: str) -> None:
    shown = neutral(cell)
    assert shown.startswith("'") or not shown.startswith(("=", "+", "-", "@"))
    assert shown[:1] == "'" or cell[:1] == "\x00"
    assert all(c.isprintable() for c in shown)


def test_harmless_cells_stay_as_they_are() -> None:
    for cell in ("", "s1", "Not right.", "2024-01-01", "x = 1"):
        assert neutral(cell) == cell


def test_nothing_of_a_student_is_a_formula_or_an_escape_in_the_output(tmp_path: Path) -> None:
    evil = ["=cmd|' /C calc'!A0", "@SUM(A1)", "\x1b[31mred", "+1", "-1", "\x9b2J", "a\u202eb", '=HYPERLINK("x")']
    rows = [(e, e, e) for e in evil] + [(e, "a", e) for e in evil]
    for ending in ("csv", "jsonl"):
        _, found = graded(table(tmp_path / f"a.{ending}", rows), tmp_path / f"r.{ending}")
        assert len(found) == len(rows)
        for record in found:
            for cell in record.values():
                assert all(c.isprintable() for c in cell)
                assert ending != "csv" or not cell.startswith(("=", "+", "-", "@"))


def test_a_library_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pebble", None)
    with pytest.raises(SympropError, match="pip install pebble"):
        graded(table(tmp_path / "a.csv", [("1", "a", RIGHT)]), tmp_path / "r.csv")


# ---- workers that misbehave


def misjudged(tmp_path: Path, answers: list[str], **options: Any) -> dict[str, tuple[str, str]]:
    path = table(tmp_path / "a.csv", [(str(i), "a", answer) for i, answer in enumerate(answers)])
    known = GradeOptions(prepare=misbehaving.prepare, **options)
    grade_file(api.load(EXERCISE), path, tmp_path / "r.csv", known)
    found = results(tmp_path / "r.csv")
    assert [r["id"] for r in found] == [str(i) for i in range(len(answers))]
    return {answer: (r["verdict"], r["code"]) for answer, r in zip(answers, found, strict=True)}


def test_a_worker_that_dies_hangs_or_fails_costs_only_its_own_answer(tmp_path: Path) -> None:
    good = [f"x_{i}" for i in range(100)]
    answers = [*good[:10], "die", *good[10:50], "hang", "exit", *good[50:], "fail"]
    found = misjudged(tmp_path, answers, jobs=2, limit=3)
    assert {found[g] for g in good} == {("right", "right")}
    assert found["die"] == found["exit"] == ("gave-up", "worker-died")
    assert found["hang"] == ("gave-up", "out-of-time")
    assert found["fail"] == ("gave-up", "internal-error")


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of memory there")
def test_a_worker_without_memory_costs_only_its_own_answer(tmp_path: Path) -> None:
    found = misjudged(tmp_path, ["x", "eat", "y"], jobs=1, memory=1500)
    assert found == {"x": ("right", "right"), "eat": ("gave-up", "out-of-memory"), "y": ("right", "right")}


def test_workers_that_cannot_start_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SympropError, match="the workers do not start"):
        graded(table(tmp_path / "a.csv", [("1", "a", "1")]), tmp_path / "r.csv", memory=1)


# ---- once, and on after an interruption


def test_equal_answers_are_judged_once(tmp_path: Path) -> None:
    exercise = replace(api.load(EXERCISE), title=str(tmp_path / "judged.txt"))
    answers = table(tmp_path / "a.csv", [(str(i), "a", f"x_{i % 7}") for i in range(500)])
    seen: list[tuple[int, int]] = []
    options = GradeOptions(jobs=2, prepare=misbehaving.slow)
    grade_file(exercise, answers, tmp_path / "r.csv", options, lambda *told: seen.append(told))
    assert sorted((tmp_path / "judged.txt").read_text().split()) == [f"x_{i}" for i in range(7)]
    assert seen[0] == (0, 7)
    assert seen[-1] == (7, 7)
    assert [r["message"] for r in results(tmp_path / "r.csv")] == [f"x_{i % 7}" for i in range(500)]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_grading_goes_on_where_it_stopped(sign: signal.Signals, tmp_path: Path) -> None:
    answers = table(tmp_path / "a.csv", [(str(i), "a", f"x_{i}") for i in range(400)])
    judged, output = tmp_path / "judged.txt", tmp_path / "r.csv"
    output.write_text("an older result", encoding="utf-8")
    code = (
        "from dataclasses import replace; from pathlib import Path; from symprop import api;"
        "from symprop.grading import GradeOptions, grade_file; from tests import misbehaving\n"
        "if __name__ == '__main__':\n"
        f"    exercise = replace(api.load({str(EXERCISE)!r}), title={str(judged)!r})\n"
        f"    grade_file(exercise, Path({str(answers)!r}), Path({str(output)!r}),"
        " GradeOptions(jobs=2, prepare=misbehaving.slow))\n"
    )
    (tmp_path / "run.py").write_text(code, encoding="utf-8")
    command, env = [sys.executable, str(tmp_path / "run.py")], {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (not judged.exists() or len(judged.read_text().split()) < 150):
        time.sleep(0.05)
    process.send_signal(sign)
    process.wait(60)
    first = judged.read_text().split()
    assert 150 <= len(first) < 400
    assert output.read_text() == "an older result"
    assert output.with_name("r.csv.unfinished").exists()
    time.sleep(1.0)  # workers that lost their parent leave
    first = judged.read_text().split()
    subprocess.run(command, env=env, check=True, timeout=120)
    again = judged.read_text().split()[len(first) :]
    assert len(set(first) & set(again)) <= 150, "only what was under way, or done in the last second, is judged again"
    assert set(first) | set(again) == {f"x_{i}" for i in range(400)}
    assert [r["message"] for r in results(output)] == [f"x_{i}" for i in range(400)]
    assert not output.with_name("r.csv.unfinished").exists()


def test_what_fails_in_the_last_pass_leaves_the_old_output(tmp_path: Path) -> None:
    answers = table(tmp_path / "a.csv", [("1", "a", RIGHT), ("2", "a", "t")])
    (tmp_path / "r.csv").write_text("an older result", encoding="utf-8")

    def change_the_table(done: int, total: int) -> None:
        if done == total:
            table(answers, [("1", "a", RIGHT), ("2", "a", "z_6"), ("3", "a", "3 t")])

    with pytest.raises(SympropError, match="changed while it was graded"):
        graded(answers, tmp_path / "r.csv", progress=change_the_table)
    assert (tmp_path / "r.csv").read_text(encoding="utf-8") == "an older result"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "r.csv", "r.csv.unfinished"]
    summary, _ = graded(answers, tmp_path / "r.csv")
    assert summary.rows == 3


def test_a_store_of_another_setup_or_a_broken_one_is_begun_anew(tmp_path: Path) -> None:
    key, place = Key("", "a", "x"), tmp_path / "store"
    for setup, expected in (("one", (0, 0)), ("one", (1, 1)), ("two", (0, 0))):
        store = Store(place, setup)
        assert store.counts() == expected
        store.add([key])
        store.put([(key, Result("right", "right", "Right."))])
        assert store.result(key) == Result("right", "right", "Right.")
        store.close(done=False)
    place.write_bytes(b"no database at all, but long enough to look at" * 100)
    store = Store(place, "one")
    assert store.counts() == (0, 0)
    store.close(done=True)
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_used_by_one_at_a_time(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", "one")
    with pytest.raises(SympropError, match="another grading"):
        Store(tmp_path / "store", "one")
    store.close(done=True)


# ---- the summary


def test_the_summary_as_text_and_as_a_plot(tmp_path: Path) -> None:
    summary = Summary(5, {("a", "right"): 3, ("a", "wrong"): 2}, (("a", "sign", 2),))
    assert summary_text(summary).split() == "task answers right wrong a 5 3 2 task commonest answers a sign 2".split()
    plot(summary, tmp_path / "p.svg")
    assert "sign" in (tmp_path / "p.svg").read_text(encoding="utf-8") or (tmp_path / "p.svg").stat().st_size > 3000
    plot(Summary(1, {("a", "right"): 1}, ()), tmp_path / "p.png")
    with pytest.raises(SympropError, match="a plot is one of"):
        plot(summary, tmp_path / "p.txt")


def test_the_layout_has_names() -> None:
    assert Layout() == Layout("id", "task", "answer", False)


# ---- a cluster


@pytest.mark.long
def test_a_real_cluster_of_processes_judges(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    import dask

    local = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    once = dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with once, distributed.LocalCluster(**local) as cluster:
        address = "dask://" + cluster.scheduler_address.removeprefix("tcp://")
        rows = [row[:3] for row in CLASS]
        _, found = graded(table(tmp_path / "a.csv", rows), tmp_path / "r.csv", scheduler=address)
        assert [(r["verdict"], r["code"]) for r in found] == [row[3:] for row in CLASS]
        answers = [*(f"x_{i}" for i in range(70)), "hang", "die", "y"]
        seen = misjudged(tmp_path, answers, scheduler=address, limit=3)
        assert seen["hang"][0] == seen["die"][0] == "gave-up"
        assert {v for a, v in seen.items() if a not in ("hang", "die")} == {("right", "right")}


def test_no_cluster_is_an_error(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(SympropError, match="no Dask scheduler"):
        graded(table(tmp_path / "a.csv", [("1", "a", "1")]), tmp_path / "r.csv", scheduler="dask://127.0.0.1:9")


# ---- the command


def test_the_command_tells_the_commonest_mistakes_and_the_bad_rows(tmp_path: Path) -> None:
    rows = [row[:3] for row in CLASS] + [("s9", "q", "1")]
    table(tmp_path / "a.csv", rows)
    command = [sys.executable, "-m", "symprop", "grade", str(EXERCISE), "a.csv", "-o", "r.csv", "--plot", "p.png"]
    options: Any = {"cwd": tmp_path, "env": {"PYTHONPATH": str(ROOT)}, "encoding": "utf-8"}
    done = subprocess.run([*command, "--jobs", "1"], capture_output=True, check=False, **options)
    assert done.returncode == 2
    assert done.stderr == "a.csv: line 9: there is no task (q); there are a, b, c, d\n"
    assert "sign" in done.stdout
    assert "r.csv  8 answers" in done.stdout
    assert (tmp_path / "p.png").stat().st_size > 5000
    assert len(results(tmp_path / "r.csv")) == 8


def test_a_row_with_too_many_cells_keeps_its_id(tmp_path: Path) -> None:
    answers = tmp_path / "a.csv"
    answers.write_text("id,task,answer\nmira,a,2(z_6^2 - t)/z_6^3,0\n", encoding="utf-8")
    graded(answers, tmp_path / "r.csv")
    (row,) = results(tmp_path / "r.csv")
    assert (row["id"], row["task"], row["verdict"], row["code"]) == ("mira", "a", "not-judged", "bad-row")
