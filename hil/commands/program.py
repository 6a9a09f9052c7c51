"""The program: every command put together, and what each ending says to the caller."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import Any

import typer

from simulator.catalogue.language import speaking, spoken
from simulator.catalogue.system_words import system_words
from simulator.commands import sayings as say
from simulator.commands.app import COMMANDS as SIMULATOR_COMMANDS
from simulator.commands.app import build_app
from simulator.commands.help_shape import shape
from simulator.commands.inputs import ExitCode, InputError
from simulator.commands.language import listen
from simulator.commands.outputs import drop_standard_output
from simulator.commands.parser_words import HEARD

COMMANDS = {
    **SIMULATOR_COMMANDS,
    "behave": "hil.commands.behave",
    "bench": "hil.commands.bench",
    "device": "hil.commands.device",
    "host": "hil.commands.host",
    "judge": "hil.commands.judge",
    "relay": "hil.commands.relay",
    "state": "hil.commands.state",
    "steps": "hil.commands.steps",
    "tell": "hil.commands.tell",
}
# what the command line parser raises: its base is public in no version of typer
_PARSER_ERROR: Any = typer.BadParameter.__mro__[2]
_CANNOT_WRITE = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF))


def run(arguments: list[str]) -> int:
    """Run one command; every error is a clear line on standard error.

    The language that it asks for is spoken until it has ended.
    """
    with speaking(spoken()):
        return _run(arguments)


def _run(arguments: list[str]) -> int:
    if not arguments:
        run(["--help"])
        return ExitCode.BAD_INPUT
    try:
        arguments = listen(arguments)
        program = typer.main.get_command(build_app(COMMANDS, arguments))
        if spoken() == "en":
            shape(program)
        else:
            _tell_help(program)
        code = program.main(arguments, standalone_mode=False, prog_name="daozhang")
        sys.stdout.flush()
        if code == ExitCode.INTERRUPTED:  # newer versions of typer turn Ctrl-C into this
            _say(say.INTERRUPTED.say())
        return int(code or ExitCode.PASSED)
    except InputError as error:
        _say(_heard(str(error)))
        return ExitCode.BAD_INPUT
    except _PARSER_ERROR as error:
        _say(f"{HEARD.say(error.format_message())}{_where_to_read(error)}")
        return ExitCode.BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        _say(say.INTERRUPTED.say())
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        drop_standard_output()  # whoever read has read enough
        return ExitCode.PASSED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _CANNOT_WRITE and not error.filename:
            drop_standard_output()
            _say(say.NOT_WRITTEN.say(why=system_words(error)))
            return ExitCode.BAD_INPUT
        if os.environ.get("DAOZHANG_TRACEBACK"):
            raise
        _say(say.HARNESS_ERROR.say(kind=type(error).__name__, error=error))
        return ExitCode.HARNESS_ERROR


def _tell_help(program: Any) -> None:
    from simulator.commands.help_told import tell_in_chinese  # noqa: PLC0415  a quick command says nothing

    tell_in_chinese(program)


def _heard(text: str) -> str:
    """What is wrong with the input, whoever found it, in the language of this process."""
    if spoken() == "en":
        return text
    from hil.benches.bench_words import OF_BENCH  # noqa: PLC0415
    from hil.control.live_words import OF_LIVE  # noqa: PLC0415  takes time, for errors only
    from simulator.catalogue.language import Heard  # noqa: PLC0415
    from simulator.commands.error_words import OF_COMMANDS  # noqa: PLC0415

    return Heard(*OF_COMMANDS, *OF_LIVE, *OF_BENCH).say(text)


def _where_to_read(error: Any) -> str:
    command = getattr(getattr(error, "ctx", None), "command_path", "")
    return say.WHERE_TO_READ.say(command=command) if command else ""


def _say(text: str) -> None:
    with suppress(OSError):
        from simulator.catalogue.visible import visible_lines  # noqa: PLC0415  a quick command says nothing
        from simulator.wire.masking import mask_cards  # noqa: PLC0415

        print(f"daozhang: {visible_lines(mask_cards(text))}", file=sys.stderr, flush=True)  # noqa: T201
