"""Lines for the shell of a bench: from a person, with history and completion, or from a pipe.

A person may err; what a pipe says wrongly ends the shell, so that nothing is done on a wrong footing.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from hil.control.bench_error import BenchError
from hil.shell import shell_words as say
from hil.shell.shell import Leave, Shell, ShellError
from simulator.catalogue.language import Heard
from simulator.catalogue.visible import visible_lines
from simulator.commands.inputs import ExitCode
from simulator.wire.masking import mask_cards

PROMPT = "bench> "
MOST_REMEMBERED = 1_000
_HISTORY = "bench_history"


def run(shell: Shell, heard: Heard) -> int:
    """Do line after line until one says to leave or there is none; the exit status."""
    shell.interactive = sys.stdin.isatty()
    editor = _editor(shell) if shell.interactive else None
    number = 0
    try:
        with _remembered(editor):
            for line in _lines(shell.interactive):
                number += 1
                status = _one(shell, line, number, heard)
                if status is not None:
                    return status
    except Leave as leave:
        return leave.status
    return ExitCode.PASSED


def _one(shell: Shell, line: str, number: int, heard: Heard) -> int | None:
    """One line; an exit status where the shell cannot go on."""
    try:
        shell.do(line)
    except ShellError as error:
        if shell.interactive:
            shell.out(mask_cards(str(error)))
            return None
        _complain(say.AT_LINE.say(number=number, text=error))
        return ExitCode.BAD_INPUT
    except BenchError as error:
        _complain(heard.say(str(error)))
        return None if shell.interactive else ExitCode.HARNESS_ERROR
    return None


def _complain(text: str) -> None:
    with contextlib.suppress(OSError):
        print(f"daozhang: {visible_lines(mask_cards(text))}", file=sys.stderr, flush=True)  # noqa: T201


def _lines(interactive: bool) -> Iterator[str]:
    while True:
        try:
            yield input(PROMPT if interactive else "")
        except EOFError:
            if interactive:
                print()  # noqa: T201 - the prompt's line ends
            return


def _editor(shell: Shell) -> ModuleType | None:
    """The line editor of this computer, with what may be completed; None where there is none."""
    try:
        import readline  # noqa: PLC0415 - not everywhere, and for people only
    except ImportError:
        return None

    def complete(word: str, number: int) -> str | None:
        before = readline.get_line_buffer()[:readline.get_begidx()]
        fitting = shell.completions(before, word)
        return f"{fitting[number]} " if number < len(fitting) else None

    readline.set_completer(complete)
    readline.set_completer_delims(" \t\n")
    readline.parse_and_bind("tab: complete")
    return readline


@contextlib.contextmanager
def _remembered(editor: ModuleType | None) -> Iterator[None]:
    """Lines of former shells, and those of this one for the next; lines with a card number are left out."""
    if editor is None:
        yield
        return
    path = _history()
    with contextlib.suppress(OSError):
        editor.read_history_file(path)
    try:
        yield
    finally:
        editor.set_history_length(MOST_REMEMBERED)
        for at in range(editor.get_current_history_length(), 0, -1):
            line = editor.get_history_item(at) or ""
            if mask_cards(line) != line:
                editor.remove_history_item(at - 1)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            editor.write_history_file(path)


def _history() -> Path:
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "daozhang" / _HISTORY
