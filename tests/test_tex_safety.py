"""Nothing that an author writes is run by TeX, and nothing that TeX runs gets out of its directory."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.errors import ToolError, UnsupportedError
from symprop.render import engines, render_tex
from symprop.render.escape import comment, escape, escape_code, plain
from symprop.render.pdf import compile_pdf
from symprop.render.probe import choose
from tests.budget import fuzzed
from tests.solutions import hostile

needs_engine = pytest.mark.skipif(engines.embedded() is None, reason="the embedded engine is not for this platform")

ATTACKS = (
    r"\input{/etc/passwd}",
    r"\write18{touch pwned}",
    r"\immediate\write18{touch pwned}",
    r"\def\x{\x}\x",
    r"\end{document}",
    r"} \input{|ls} {",
    r"$\input{/etc/passwd}$",
    r"$$\loop\iftrue\repeat$$",
    "a\n\\input{/etc/passwd}\nb",
    "% comment\n\\undefined",
    "^^5cinput{/etc/passwd}",
    "^^M^^J\\par \\\\ & # _ ^ ~ % { } $ < > | \" ' ` -- --- ,, << >> ?` !` ''",
    r"\VAR{7*7} \BLOCK{for x in y} {{7*7}} %% for x in y",
    "%# gone",
    "\\",
    "$",
    "{x!r} {0} {}",
    "‘single’ “double” „low“ – — … · × ÷ ± − ≤ ≥ ≠ ≈ → ← ∂ ∇ ∞ √ ∑ ½ ° € § ß æ ø ł",
    "ŷ σ ² ³ ₁ ᵢ ⁻ é ñ ü ç ā ő ř x̂ σ̂ ẑ",
    "x\u200by\u00ad\ufeff \u00a0z\tq",
)


@needs_engine
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_authors_text_is_printed_and_never_run(attack: str, tmp_path: Path) -> None:
    result = compile_pdf(render_tex(hostile(attack)), tmp_path / "page.pdf")
    assert result.path.is_file() and result.overfull == ()


def test_what_no_font_has_is_reported() -> None:
    with pytest.raises(UnsupportedError, match=r"title: .*U\+6F22"):
        render_tex(hostile("Übung 漢"))


# Commands that the escape may write; anything else that begins with a backslash came from the text.
ALLOWED = frozenset(
    r"textbackslash textasciicircum textasciitilde textquotedbl textasciigrave textless textgreater textbar".split()
)


@fuzzed(300)
@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_ascii_text_keeps_every_character_and_gains_no_command(text: str) -> None:
    import re

    tex = escape(text)
    names = set(re.findall(r"\\([A-Za-z]+)", tex))
    assert names <= ALLOWED
    bare = re.sub(r"\\[A-Za-z]+\{\}|\\[{}$&#%_]", "", tex).replace("{}", "")
    assert not set(bare) & set("\\{}$&#%_^~")


@fuzzed(300)
@given(st.text(max_size=60))
def test_any_text_is_escaped_or_reported(text: str) -> None:
    for change in (escape, escape_code):
        try:
            out = change(text.replace("\n", " "))
        except UnsupportedError:
            continue
        assert out.count("{") - out.count(r"\{") == out.count("}") - out.count(r"\}")
        assert "\n" not in out
    assert plain(text).isascii() and comment(text).isascii() and "\n" not in comment(text)


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("100 % of a_1 & b", r"100 \% of a\_1 \& b"),
        ("ŷ σ ²", r"\^{y} \ensuremath{\sigma} \textsuperscript{2}"),
        ("z₁ – “a”", r"z\textsubscript{1} -- ``a''"),
        ("--", "-{}-"),
        (" a  b ", " a b "),
        ("naïve", r"na\"{\i}ve"),
    ],
)
def test_text_as_tex(text: str, tex: str) -> None:
    assert escape(text) == tex


# ---- documents that attack: what happens if a template (or a mistake of ours) lets TeX through


def document(body: str) -> str:
    return (
        "\\documentclass{article}\n\\usepackage[T1]{fontenc}\\usepackage{lmodern}\n\\begin{document}\n"
        + body
        + "\n\\end{document}\n"
    )


@pytest.fixture
def closed(engine: str) -> str:
    """An engine that can be kept to its folder."""
    if engine == "tectonic":
        pytest.skip("tectonic reads and writes where it likes (docs/engines.md)")
    return engine


@pytest.mark.parametrize(
    "body",
    [
        r"\input{/etc/passwd}",
        r"\input{../secret}",
        r"\newread\r\openin\r=/etc/passwd \ifeof\r\undefinedcommand\fi\read\r to\x \x",
        r"\input{|cat /etc/passwd}",
        r"\immediate\openout5=/tmp/symprop-pwned \immediate\write5{x}",
        r"\immediate\openout5=../symprop-pwned \immediate\write5{x}",
        r"\pdffiledump length 10 {/etc/passwd}\undefinedcommand",
    ],
)
def test_files_outside_are_neither_read_nor_written(body: str, closed: str, tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("SECRET", encoding="utf-8")
    with pytest.raises(ToolError) as caught:
        compile_pdf(document(body), tmp_path / "page.pdf", engine=closed, timeout=10)
    assert "root:" not in caught.value.log
    assert not Path("/tmp/symprop-pwned").exists() and not (tmp_path / "page.pdf").exists()


@pytest.mark.parametrize("command", ["touch {}", "kpsewhich -var-value=TEXMF > {}"])
def test_no_command_is_run(command: str, engine: str, tmp_path: Path) -> None:
    mark = tmp_path / "pwned"
    body = rf"\immediate\write18{{{command.format(mark)}}}x"
    compile_pdf(document(body), tmp_path / "page.pdf", engine=engine, timeout=30)
    assert not mark.exists()


# (Lua can still read elsewhere, by io.lines, and make links: docs/engines.md.)
LUA = [  # each ends in an error of its own if it is refused, and in a page if not
    'assert(io.open("/etc/passwd"))',
    'assert(io.open("{folder}/pwned", "w"))',
    'assert(os.execute("touch {folder}/pwned"))',
    'assert(os.spawn("touch {folder}/pwned"))',
    'assert(io.popen("touch {folder}/pwned"))',
    'assert(os.remove("{folder}/victim"))',
    'assert(os.rename("{folder}/victim", "{folder}/pwned"))',
    'assert(lfs.mkdir("{folder}/pwned"))',
    'assert(require("ffi").cdef and require("ffi").C.system)',
    'assert(require("socket").connect)',
    'assert(package.loadlib("libc.so.6", "system"))',
]


@pytest.mark.parametrize("lua", LUA)
def test_lua_reaches_nothing_outside(lua: str, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.touch()
    try:
        choose("lualatex")
    except ToolError as error:
        pytest.skip(str(error))
    body = rf"\directlua{{{lua.replace('{folder}', str(tmp_path))}}}x"
    with pytest.raises(ToolError):
        compile_pdf(document(body), tmp_path / "page.pdf", engine="lualatex", timeout=10)
    assert victim.exists() and not (tmp_path / "pwned").exists()


def test_the_perl_of_a_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        choose("latexmk")
    except ToolError as error:
        pytest.skip(str(error))
    for name in (".latexmkrc", "latexmkrc"):
        (tmp_path / name).write_text(f"system('touch {tmp_path}/pwned');", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert compile_pdf(document("x"), tmp_path / "page.pdf", engine="latexmk").path.is_file()
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("body", [r"\def\x{\x}\x", r"\loop\iftrue\repeat"])
def test_an_endless_macro_ends_in_an_error_within_the_time_limit(body: str, engine: str, tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(ToolError, match="too long"):
        compile_pdf(document(body), tmp_path / "page.pdf", engine=engine, timeout=1)
    assert time.monotonic() - start < 5
    assert (tmp_path / "page.tex").is_file()


@needs_engine
def test_endless_pages_are_stopped_by_the_limit_on_the_file(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="too big"):
        compile_pdf(
            document(r"\loop word \hfill\break\newpage\iftrue\repeat"),
            tmp_path / "page.pdf",
            timeout=15,
            file_limit=100_000,
        )


@needs_engine
def test_the_users_own_tex_settings_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "article.cls").write_text(r"\undefinedcommand", encoding="utf-8")
    for name, value in {"TEXINPUTS": str(tmp_path), "openin_any": "a", "shell_escape": "t", "TEXMFHOME": "/"}.items():
        monkeypatch.setenv(name, value)
    assert compile_pdf(document("x"), tmp_path / "page.pdf").path.is_file()
    with pytest.raises(ToolError):
        compile_pdf(document(r"\input{/etc/passwd}"), tmp_path / "two.pdf")
