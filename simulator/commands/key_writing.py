"""Makes random test keys and the text of a key file that holds them; shows none."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from simulator.catalogue.system_words import system_words
from simulator.commands import key_sayings as say
from simulator.commands.inputs import InputError
from simulator.wire.master_keys import check_value, combined

OWNER_ALONE = 0o600
_NEW_ONLY = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class Wanted(msgspec.Struct, frozen=True):
    """What keys are to be made."""

    tids: tuple[str, ...]
    one_for_all: bool
    components: int  # 0: left whole
    length: int  # bytes


def write_new(path: Path, wanted: Wanted) -> None:
    """A new file that its owner alone can read; ``InputError`` where there is one already."""
    text = "".join(_lines(wanted))
    try:
        with os.fdopen(os.open(path, _NEW_ONLY, OWNER_ALONE), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(say.EXISTS.say(path=path)) from None
    except OSError as error:
        raise InputError(say.UNWRITTEN.say(path=path, why=system_words(error))) from None
    except ValueError as error:  # a name that no file can have
        raise InputError(say.UNWRITTEN.say(path=repr(str(path)), why=error)) from None


def _lines(wanted: Wanted) -> Iterator[str]:
    yield say.HEAD.say()
    yield "test_keys = true\n"
    if wanted.one_for_all:
        yield "\n[one_for_all]\n"
        yield from _key(wanted)
    for tid in wanted.tids:
        yield f"\n[[terminals]]\ntid = {json.dumps(tid)}\n"
        yield from _key(wanted)


def _key(wanted: Wanted) -> Iterator[str]:
    parts = [_odd(secrets.token_bytes(wanted.length)) for _ in range(wanted.components or 1)]
    if not wanted.components:
        yield f'key = "{_grouped(parts[0])}"\ncheck_value = "{check_value(parts[0])}"\n'
        return
    if not len(parts) % 2:  # the whole is odd where an odd number of parts is
        parts[-1] = bytes(octet ^ 1 for octet in parts[-1])
    yield f'check_value = "{check_value(combined(parts))}"  # of all together\ncomponents = [\n'
    yield from _components(parts)
    yield "]\n"


def _components(parts: Sequence[bytes]) -> Iterator[str]:
    for part in parts:
        yield f'    {{ value = "{_grouped(part)}", check_value = "{check_value(part)}" }},\n'


def _odd(octets: bytes) -> bytes:
    """The same key with odd parity in every byte."""
    return bytes(octet ^ (1 - octet.bit_count() % 2) for octet in octets)


def _grouped(octets: bytes) -> str:
    """Hex in groups of four, as a key letter has it."""
    return octets.hex(" ", 2).upper()
