"""The entry point ``daozhang``: every command, and what each ending says to the caller.

Exit: 0 pass, 1 fail, 2 bad input, 3 harness error, 4 inconclusive, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import typer

from hil import commands_device, commands_host, commands_tell
from simulator.commands.app import Register, build_app
from simulator.commands.inputs import ExitCode, InputError

COMMANDS: tuple[Register, ...] = (  # those of the bench
    commands_device.register, commands_host.register, commands_tell.register,
)
# what the command line parser raises: its base is public in no version of typer
_PARSER_ERROR: Any = typer.BadParameter.__mro__[2]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command; every error is a clear line on standard error."""
    if not arguments:
        run(["--help"])
        return ExitCode.BAD_INPUT
    try:
        code = build_app(COMMANDS)(arguments, standalone_mode=False, prog_name="daozhang")
        sys.stdout.flush()
        if code == ExitCode.INTERRUPTED:  # newer versions of typer turn Ctrl-C into this
            _say("interrupted")
        return int(code or ExitCode.PASSED)
    except InputError as error:
        _say(str(error))
        return ExitCode.BAD_INPUT
    except _PARSER_ERROR as error:
        _say(error.format_message())
        return ExitCode.BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        _say("interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # whoever read has read enough; the interpreter must not flush into the pipe again
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.PASSED
    except Exception as error:
        if os.environ.get("DAOZHANG_TRACEBACK"):
            raise
        _say(f"harness error, {type(error).__name__}: {error}"
             " (DAOZHANG_TRACEBACK=1 shows where)")
        return ExitCode.HARNESS_ERROR


def _say(text: str) -> None:
    with suppress(OSError):
        print(f"daozhang: {text}", file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
