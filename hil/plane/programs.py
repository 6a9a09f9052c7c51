"""``ip``, ``nft`` and ``tc`` as a plane calls them; what they complain of becomes a PlaneError."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence

from hil.plane.plane_words import FAILED, NEEDS_PROGRAM, NO_ANSWER

PACKAGES: Mapping[str, str] = {"ip": "iproute2", "tc": "iproute2", "nft": "nftables"}
_PATIENCE_S = 20.0
_PLACES = "/usr/sbin:/sbin:/usr/bin:/bin"  # a user's path may have no sbin


class PlaneError(Exception):
    """A plane, or a fault on it, that cannot be made; the text is for people."""


def path_of(program: str) -> str:
    """Where a program is; ``PlaneError`` where it is not."""
    found = shutil.which(program) or shutil.which(program, path=_PLACES)
    if found is None:
        raise PlaneError(NEEDS_PROGRAM.say(program=program, package=PACKAGES[program]))
    return found


def call(*words: str, given: str | None = None) -> str:
    """What a program said; ``PlaneError`` with its complaint."""
    command = [path_of(words[0]), *words[1:]]
    try:
        done = subprocess.run(  # noqa: S603 - programs of a table, words of our own
            command, input=given, capture_output=True, text=True, check=False, timeout=_PATIENCE_S,
            start_new_session=True)  # Ctrl-C is for us, and what we began is ended
    except subprocess.TimeoutExpired:
        raise PlaneError(NO_ANSWER.say(program=words[0], seconds=f"{_PATIENCE_S:g}")) from None
    except OSError as error:
        raise PlaneError(FAILED.say(program=words[0], error=error.strerror or error)) from None
    if done.returncode:
        raise PlaneError(FAILED.say(program=words[0], error=_first_line(done.stderr)))
    return done.stdout


def inside(namespace: str, words: Sequence[str]) -> tuple[str, ...]:
    """A command that is run in a namespace."""
    return (path_of("ip"), "netns", "exec", namespace, *words)


def call_inside(namespace: str, *words: str, given: str | None = None) -> str:
    """The same as ``call``, in a namespace."""
    return call("ip", "netns", "exec", namespace, path_of(words[0]), *words[1:], given=given)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0].removeprefix("Error: ") if lines else "?"
