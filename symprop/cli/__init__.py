"""The command ``symprop``: arguments in, files and exit codes out.  No mathematics and no LaTeX here.

Exit codes: 0 fine, 1 a difference was found, 2 bad input, 4 a check of our own failed, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence

from symprop.errors import SympropError

INTERRUPTED = 130
BROKEN_PIPE = 141  # as a shell reports a command that nobody reads any more


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; whatever the input, the message is one for people."""
    import click

    from symprop.cli.commands import symprop
    from symprop.cli.messages import explain, internal

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without ≈ is no reason to fail
    warnings.showwarning = _warn
    try:
        code = symprop.main(args=arguments, prog_name="symprop", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        print("symprop: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains at its end
        return BROKEN_PIPE
    except SympropError as error:
        print(explain(error), file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"symprop: {error.filename or 'output'}: {error.strerror or error}", file=sys.stderr)
        return 2
    except Exception as error:  # a fault of ours: said so, with the way to see more
        message, code = internal(error)
        print(message, file=sys.stderr)
        return code


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    """A warning is a line for people: file:line:column: warning: …"""
    print(message, file=sys.stderr)


def entry() -> None:
    """What the installed command calls."""
    sys.exit(main())
