"""The entry point ``daozhang``: catches what may come before the program itself is loaded.

Exit: 0 pass, 1 fail, 2 bad input, 3 harness error, 4 inconclusive, 130 interrupted, 143 and 129
terminated.  Imports nothing heavy: loading the program takes time in which Ctrl-C may be pressed.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

from hil.processes.terminated import TerminatedError

_BAD_INPUT = 2
_INTERRUPTED = 130
_SIGNAL_EXIT = 128  # and the number of the signal


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit code."""
    try:
        _hear_signals()
        if sys.stdout is None:
            _say("standard output is closed")
            sys.exit(_BAD_INPUT)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))
    except KeyboardInterrupt:
        _say("interrupted")
        sys.exit(_INTERRUPTED)
    except TerminatedError as error:
        _say("terminated")
        sys.exit(error.code)


def run(arguments: list[str]) -> int:
    """Run one command; every error is a clear line on standard error."""
    from hil.commands import program  # noqa: PLC0415  takes half a second

    return program.run(arguments)


def _hear_signals() -> None:
    """Where a signal would kill, let it end; who started us with it ignored wants it ignored."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):  # not in the main thread
                signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # a second one must not cut off the cleaning up
    raise TerminatedError(_SIGNAL_EXIT + number)


def _say(text: str) -> None:
    with suppress(OSError):
        print(f"daozhang: {text}", file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
