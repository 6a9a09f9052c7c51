"""What commands share at their edges: sources of input, JSON on standard output, exit codes.

Bad input is an :class:`InputError` with one line that says where and what; the entry point turns
it into exit 2.
"""

from __future__ import annotations

import json
import os
import sys
from enum import IntEnum
from pathlib import Path
from typing import Any

import msgspec
import typer

from simulator.catalogue.system_words import system_words
from simulator.catalogue.visible import visible_lines
from simulator.commands import sayings as say

STANDARD_INPUT = "-"
STANDARD_OUTPUT = "-"
LONGEST_NAME = 4096
LARGEST_INPUT = 1 << 28  # bytes


class ExitCode(IntEnum):
    """What a command says to its caller."""

    PASSED = 0
    FAILED = 1
    BAD_INPUT = 2
    HARNESS_ERROR = 3
    INCONCLUSIVE = 4
    INTERRUPTED = 130


class InputError(Exception):
    """What the user gave is not what is needed: one line, names the place and what is allowed."""


class Source(msgspec.Struct, frozen=True, gc=False):
    """Where bytes came from, as a person names it, and the bytes."""

    name: str
    content: bytes


def read_file(path: Path) -> Source:
    """A file's bytes."""
    try:
        if path.is_dir():
            raise InputError(say.IS_DIRECTORY.say(path=path))
        with path.open("rb") as file:
            content = file.read(LARGEST_INPUT + 1)  # a device node has no size and may have no end
        if len(content) > LARGEST_INPUT:
            raise InputError(say.TOO_LARGE.say(path=path, mib=LARGEST_INPUT >> 20))
        return Source(str(path), content)
    except (OSError, ValueError) as error:
        raise InputError(f"{shortened(str(path))}: {reason_of(error)}") from None


def read_standard_input() -> Source:
    """All of standard input."""
    content = sys.stdin.buffer.read(LARGEST_INPUT + 1)
    if len(content) > LARGEST_INPUT:
        raise InputError(
            say.TOO_LARGE.say(path=say.STANDARD_INPUT.say(), mib=LARGEST_INPUT >> 20))
    return Source(say.STANDARD_INPUT.say(), content)


def is_file_name(argument: str) -> bool:
    """Whether there is a file of this name."""
    return _exists(argument)


def neither(argument: str) -> None:
    """Refuses what is neither digits nor the name of a file; what could be a name is left to be opened."""
    if argument and "\0" not in argument and len(argument) < LONGEST_NAME:
        raise InputError(say.NEITHER.say(given=shortened(argument)))


def octets_of_hex(text: str, name: str) -> bytes:
    """The bytes of hex digits, spaces and colons between them."""
    digits = "".join(text.replace(":", " ").split())
    try:
        return bytes.fromhex(digits)
    except ValueError:
        row = say.ODD_HEX if len(digits) % 2 else say.NO_HEX
        raise InputError(row.say(name=name)) from None


def reason_of(error: Exception) -> str:
    """Why the operating system refused, in few words."""
    return system_words(error) if isinstance(error, OSError) else str(error)


def print_json(value: Any) -> None:
    """One JSON text on standard output, Chinese readable."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def notice(text: str) -> None:
    """A line for a person, on standard error."""
    typer.echo(visible_lines(text), err=True)


def _exists(name: str) -> bool:
    try:
        return os.path.lexists(name)
    except ValueError:
        return False


def shortened(name: str) -> str:
    """A name that fits into a line."""
    return name if len(name) <= 80 else name[:40] + "…" + name[-20:]
