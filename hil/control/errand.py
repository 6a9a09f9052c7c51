"""A program that a bench file names, run for one thing: without a shell, within a time, with its words heard.

What it starts itself is killed with it where it takes too long.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence

import msgspec

from hil.control.bench_error import BenchError
from hil.control.net import short
from hil.control.outside_words import EMPTY, NO_FACT, NO_PROGRAM, NO_RANGE, TOO_LONG
from simulator.catalogue.system_words import system_words

LAST_WORDS = 300
_FACT = re.compile(r"\{(\w*)\}")


class Ended(msgspec.Struct, frozen=True):
    """How a program ended."""

    command: str  # as a person would type it
    status: int
    output: bytes
    words: str  # the last of what it said to whoever looks on; "-" for nothing


def check_command(field: str, words: Sequence[str], facts: Sequence[str]) -> None:
    """``ValueError`` for no program, or for braces around what the bench does not know."""
    if not words or not words[0].strip():
        raise ValueError(EMPTY.say(field=field))
    for name in (name for word in words for name in _FACT.findall(word)):
        if name not in facts:
            raise ValueError(NO_FACT.say(
                given=f"{{{name}}}", field=field, names=", ".join(f"{{{each}}}" for each in facts)))


def check_range(field: str, given: float, least: float, most: float) -> None:
    """``ValueError`` for a number out of its range."""
    if not least <= given <= most:
        raise ValueError(NO_RANGE.say(field=field, given=given, least=least, most=most))


def filled(words: Sequence[str], facts: Mapping[str, str]) -> list[str]:
    """A command with its facts."""
    return [_FACT.sub(lambda found: facts[found[1]], word) for word in words]


def run(name: str, words: Sequence[str], within_s: float, given: bytes = b"") -> Ended:
    """Run a program to its end; ``BenchError`` where it does not start or does not end in time."""
    shown = short(shlex.join(words))
    try:
        process = subprocess.Popen(  # noqa: S603 - the command of the bench file
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    except (OSError, ValueError) as error:
        why = system_words(error) if isinstance(error, OSError) else str(error)
        raise BenchError(NO_PROGRAM.say(name=name, program=words[0], error=why)) from error
    with process:
        try:
            output, errors = process.communicate(given, within_s)
        except subprocess.TimeoutExpired as error:
            raise BenchError(TOO_LONG.say(name=name, command=shown, within_s=within_s)) from error
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended, with all that was its own
                os.killpg(process.pid, signal.SIGKILL)
    said = (errors or output).decode("utf-8", "replace").strip()[-LAST_WORDS:]
    return Ended(shown, process.returncode, output, short(said) or "-")
