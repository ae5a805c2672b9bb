"""Where templates are found and how they are run: Jinja, with delimiters that TeX leaves alone.

    \\VAR{x}   \\BLOCK{if …} … \\BLOCK{endif}   %% statement line   %# comment

Sandboxed, undefined names are errors, and every value that is not ``Tex`` already is escaped on its way out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symprop.errors import UnsupportedError
from symprop.render.escape import Tex, escape

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATE = re.compile(r"[a-z_-]+\.[a-z]+\.j2")


@cache
def template_folder() -> Path:
    """The templates that come with symprop: inside the installed package, else at the top of the checkout."""
    from importlib import resources

    installed = Path(str(resources.files("symprop"))) / "templates"
    if installed.is_dir():
        return installed
    checkout = Path(__file__).resolve().parents[2] / "templates"
    if checkout.is_dir():
        return checkout
    raise UnsupportedError("the templates of symprop are missing: please install it again")


def folders(templates: Path | None) -> list[Path]:
    """Where templates are looked for: a folder of one's own first."""
    return [*([Path(templates)] if templates is not None else []), template_folder()]


def template_text(name: str, templates: Path | None = None, *, missing_ok: bool = False) -> list[str]:
    """All versions of a file, ours first, so that a later one may replace parts of it."""
    found = [path.read_text("utf-8") for folder in reversed(folders(templates)) if (path := folder / name).is_file()]
    if not found and not missing_ok:
        raise UnsupportedError(f"templates/{name}: there is no such file")
    return found


def tex_value(value: Any) -> str:
    """What a template prints for a value: TeX as it is, text escaped, whole numbers; nothing else."""
    from jinja2 import Undefined

    if isinstance(value, Tex):
        return str(value)
    if isinstance(value, Undefined):
        return str(value)  # StrictUndefined: raises
    if isinstance(value, str):
        return str(escape(value, "template"))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnsupportedError(f"a template printed a {type(value).__name__}; only text, TeX and whole numbers can be")


def _template(name: str, templates: Path | None) -> tuple[str, str, Callable[[], bool]] | None:
    """The source of a template and its file."""
    if not TEMPLATE.fullmatch(name):
        return None
    for folder in folders(templates):
        path = folder / "latex" / name
        if path.is_file():
            return template_source(path), str(path), lambda: True
    return None


def template_source(path: Path) -> str:
    """The text of a template.  Comments leave no blank lines, which begin a paragraph; lines keep their number."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    return "".join("\\#{}\n" if line.startswith("%#") else line for line in lines)


@cache
def tex_environment(templates: Path | None = None) -> Environment:
    """The environment of the LaTeX templates."""
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FunctionLoader(lambda name: _template(name, templates)),
        block_start_string="\\BLOCK{",
        block_end_string="}",
        variable_start_string="\\VAR{",
        variable_end_string="}",
        comment_start_string="\\#{",
        comment_end_string="}",
        line_statement_prefix="%%",
        line_comment_prefix="%#",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,
        finalize=tex_value,
    )


def render(name: str, templates: Path | None, **context: Any) -> str:
    """The document; a mistake in a template of one's own is an UnsupportedError with its file and line."""
    try:
        return tex_environment(templates).get_template(name).render(**context)
    except Exception as error:
        place = _place(error, templates)
        if not place:
            raise
        raise UnsupportedError(f"{place}: {str(error) or type(error).__name__}") from error


def _place(error: Exception, templates: Path | None) -> str:
    """file:line of the template of one's own that an error comes from, '' if it comes from elsewhere."""
    if templates is None:
        return ""
    own, trace, found = str(Path(templates) / "latex"), error.__traceback__, ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(own):
            found = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
