"""Where templates are found and how they are run: Jinja, with delimiters that TeX leaves alone.

    \\VAR{x}   \\BLOCK{if …} … \\BLOCK{endif}   %% statement line   %# comment

Sandboxed, undefined names are errors, and every value that is not ``Tex`` already is escaped on its way out.
"""

from __future__ import annotations

import re
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


def template_text(name: str, templates: Path | None = None) -> list[str]:
    """All versions of a file, ours first, so that a later one may replace parts of it."""
    found = [path.read_text("utf-8") for folder in reversed(folders(templates)) if (path := folder / name).is_file()]
    if not found:
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


def _template(name: str, templates: Path | None) -> str | None:
    """The source of a template, without its comments: they would leave blank lines, which begin a paragraph."""
    if not TEMPLATE.fullmatch(name):
        return None
    for folder in folders(templates):
        path = folder / "latex" / name
        if path.is_file():
            lines = path.read_text("utf-8").splitlines(keepends=True)
            return "".join(line for line in lines if not line.startswith("%#"))
    return None


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
