"""Broken exercise files, each with all that must be said about it: line, column, what was found, what was meant.

The table is ``broken_exercises.txt``: files between lines of ``=====``; below each, after ``>>>``, the problems.
A row that ends in ``…`` leaves the words to the reader of formulas and fixes the place.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from symprop.errors import SpecError
from symprop.spec import load, loads
from symprop.spec.document import MAX_CHARACTERS

TABLE = Path(__file__).with_name("broken_exercises.txt").read_text(encoding="utf-8")
NOT_YET = "not supported yet: "


def rows() -> list[tuple[str, list[str]]]:
    found = []
    for row in TABLE.rstrip("\n").split("\n=====\n"):
        lines = row.split("\n")
        text = "\n".join(line for line in lines if not line.startswith(">>> "))
        found.append((text + "\n", [line.removeprefix(">>> ") for line in lines if line.startswith(">>> ")]))
    return found


ROWS = rows()


def problems_of(text: str, file: str = "x.yaml") -> list[str]:
    with pytest.raises(SpecError) as caught:
        loads(text, file)
    return [str(problem).removeprefix("x.yaml:") for problem in caught.value.problems]


def test_the_table_is_large_enough() -> None:
    assert len(ROWS) >= 45
    assert all(expected for _, expected in ROWS)


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[expected[0] for _, expected in ROWS])
def test_every_mistake_is_told_with_its_place(text: str, expected: list[str]) -> None:
    found = problems_of(text)
    assert len(found) == len(expected), "\n".join(found)
    for said, wanted in zip(found, expected, strict=True):
        if wanted.endswith(" …"):
            assert said.startswith(wanted.removesuffix(" …"))
        else:
            assert said == wanted


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[expected[0] for _, expected in ROWS])
def test_a_problem_points_into_the_file(text: str, expected: list[str]) -> None:
    with pytest.raises(SpecError) as caught:
        loads(text, "x.yaml")
    lines = text.split("\n")
    for problem in caught.value.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


LATER = {
    "indices": "indices: {i: 1..3}",
    "shapes": "shapes: {A: 2 x 2}",
    "update rules": "update rule: p <- p - dL/dp",
    "show": "tasks: [{show: dL/dw = x}]",
    "which": "tasks: [{which: 'x, y'}]",
    "say": "tasks: [{say: it is so}]",
    "jacobian": "tasks: [{jacobian: L by w}]",
    "hessian": "tasks: [{hessian: L by w}]",
    "for each": "tasks: [{update: all, for each: i}]",
    "forward mode": "tasks: [{gradient: all, tell: forward mode}]",
    "reverse mode": "tasks: [{gradient: all, tell: reverse mode}]",
    "finite differences": "tasks: [{gradient: all, tell: finite differences}]",
    "index telling": "tasks: [{gradient: all, tell: indices}]",
    "matrix telling": "tasks: [{gradient: all, tell: matrices}]",
    "element telling": "tasks: [{gradient: all, tell: elements}]",
    "vectors": "conventions: {vectors: rows}",
    "indices from": "conventions: {indices from: 0}",
    "decimal comma": "given: {x: '0,5'}",
}


@pytest.mark.parametrize("line", LATER.values(), ids=LATER)
def test_what_comes_later_is_said_and_never_ignored(line: str) -> None:
    found = problems_of("equations: |\n  L = w x\n" + line + "\n")
    assert any(NOT_YET in said for said in found), found


@pytest.mark.parametrize("layer", ["rnn", "conv1d", "softmax"])
def test_later_layers_are_said_too(layer: str) -> None:
    assert NOT_YET in problems_of(f"equations:\n- {layer}: {{inputs: x}}\n")[0]


def test_all_mistakes_of_a_file_come_at_once_and_in_order() -> None:
    text = "titel: x\nequations: |\n  z = w x\n  L = (z - y)^^2\ngiven: {x: a b}\ntasks:\n- gradiant: all\n"
    places = [problem.split(": ")[0] for problem in problems_of(text)]
    assert places == ["1:1", "4:15", "5:12", "7:3"]


def test_a_problem_of_the_file_is_not_repeated_for_each_part() -> None:
    text = "equations: |\n  L = w x\ngiven: {xx: 3}\nparts:\n- given: {w: 1}\n- given: {w: 2}\n- given: {w: 3}\n"
    assert len(problems_of(text)) == 1


def test_places_inside_quoted_and_folded_text_are_right() -> None:
    assert problems_of("equations:\n- 'L = w x + ^'\n")[0].startswith("2:14: ")
    assert problems_of('equations:\n- "L = w x + ^"\n')[0].startswith("2:14: ")
    assert problems_of("equations:\n    - L = w x + ^\n")[0].startswith("2:17: ")
    folded = "equations: |\n  L = w x\ntasks:\n- find: >-\n    L + w,\n    L + ^\n"
    assert problems_of(folded)[0].startswith("6:9: ")
    quotes = "equations: |\n  L = w x\ntasks:\n- find: 'L + x'' + ^'\n"
    assert problems_of(quotes)[0].startswith("4:15: ")


def test_places_are_right_in_indented_blocks_with_empty_lines() -> None:
    text = "equations: |\n\n      z = w x\n\n      L = z + ^\n"
    assert problems_of(text)[0].startswith("5:15: ")


def test_windows_line_ends_and_a_byte_order_mark_do_not_move_places() -> None:
    text = "\ufeffequations: |\r\n  z = w x\r\n  L = z + ^\r\n"
    assert problems_of(text)[0].startswith("3:11: ")


def test_an_alias_bomb_is_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    assert "anchor" in problems_of(bomb)[0]


def test_a_file_that_is_too_large_is_refused() -> None:
    assert "more than" in problems_of("text: " + "x" * MAX_CHARACTERS)[0]


def test_deep_nesting_is_refused() -> None:
    assert "deep" in problems_of("given: " + "[" * 5000 + "]" * 5000)[0]


def said_of(path: Path) -> str:
    with pytest.raises(SpecError) as caught:
        load(path)
    return str(caught.value)


def test_what_is_wrong_with_the_file_itself_is_a_problem_too(tmp_path: Path) -> None:
    good = tmp_path / "xor.yaml"
    good.write_text("equations: L = w x\n", encoding="utf-8")
    assert "did you mean" in said_of(tmp_path / "xro.yaml")
    assert "folder" in said_of(tmp_path) and "xor.yaml" in said_of(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("title: x\ntext: Übung\n".encode("latin-1"))
    assert "latin.yaml:2:7: the byte 0xDC is not UTF-8" in said_of(latin)
    empty = tmp_path / "empty.yaml"
    empty.write_bytes(b"")
    assert "empty" in said_of(empty)
    comment = tmp_path / "comment.yaml"
    comment.write_bytes(b"# nothing\n")
    assert "empty" in said_of(comment)
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"x" * 5 * MAX_CHARACTERS)
    assert "more than" in said_of(huge)
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"equations: |\n  z = \x00 x\n")
    assert "binary.yaml:2:7: the character U+0000 is not text" in said_of(binary)


@pytest.mark.parametrize("identifier", ["../x", "/etc/passwd", "a/b", "..", "", "a b", "x" * 200])
def test_an_id_cannot_leave_its_folder(identifier: str) -> None:
    assert "cannot name a file" in problems_of(f"equations: L = w x\nid: '{identifier}'\n")[0]
