"""A small file beside one with a chain: how far the chain is known to go, so that a loss at its end shows.

It is written after what it speaks of is durable and never claims more: after a crash it may be older
than the file, and an anchor that is newer than its file means loss.  Two places are written in turn,
so one of them is always whole.
"""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path
from zlib import crc32

from hil.files.chain import Place
from hil.files.one_owner import StateError, private, still_at

ENDING = ".anchor"
_TITLE = b"daozhang anchor 1: number and link of the last record known\n"
_LINE = 31  # bytes: twelve digits, eight, eight, and what parts them
_PLACES = 2


class NoAnchorError(Exception):
    """An anchor is not there, or cannot be believed."""


class Anchor:
    """The anchor of one file, written by its owner alone."""

    def __init__(self, path: Path) -> None:
        """Open one that is there, or make one at the start of its chain; ``StateError`` if it cannot be."""
        self._path = path
        try:
            if not path.exists():
                _make(path)
            places = _places(path.read_bytes())
            older, newer = (place.number if place else -1 for place in places)
            self._turn = int(older > newer)  # the newer one stays until the other is whole
            self._file = FileIO(path, "r+")
        except OSError as error:
            raise StateError(f"{path}: {error.strerror}") from error

    def moves(self, place: Place) -> None:
        """What goes up to here is durable; ``StateError`` where it cannot be written, or is not there any more."""
        try:
            self._file.seek(len(_TITLE) + self._turn * _LINE)
            self._file.write(_line(place))
            self._turn = 1 - self._turn
            still_at(self._path, os.fstat(self._file.fileno()))
        except OSError as error:
            raise StateError(f"{self._path}: {error.strerror}") from error

    def close(self) -> None:
        """No more; what was said last outlives a loss of power."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StateError(f"{self._path}: {error.strerror}") from error
        finally:
            self._file.close()


def anchor_of(path: Path) -> Path:
    """Where the anchor of a file lies."""
    return path.with_name(path.name + ENDING)


def anchored(path: Path) -> Place:
    """The place that an anchor file names; ``NoAnchorError`` where there is none to be believed."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise NoAnchorError("is missing") from None
    except OSError as error:
        raise NoAnchorError(str(error.strerror)) from error
    if not content.startswith(_TITLE) or len(content) != len(_TITLE) + _PLACES * _LINE:
        raise NoAnchorError("is none, or was cut")
    places = [place for place in _places(content) if place is not None]
    if not places:
        raise NoAnchorError("was changed")
    return max(places, key=lambda place: place.number)


def _make(path: Path) -> None:
    """At once or not at all: a cut leaves no half of one."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    file = FileIO(new, "w", opener=private)
    file.write(_TITLE + _line(Place()) * _PLACES)
    os.fsync(file.fileno())
    file.close()
    new.replace(path)


def _places(content: bytes) -> tuple[Place | None, Place | None]:
    at = len(_TITLE)
    return _place(content[at:at + _LINE]), _place(content[at + _LINE:])


def _line(place: Place) -> bytes:
    facts = b"%012d %08x" % (place.number, place.link)
    return facts + b" %08x\n" % crc32(facts)


def _place(line: bytes) -> Place | None:
    try:
        place = Place(int(line[:12]), int(line[13:21], 16))
    except ValueError:
        return None
    return place if _line(place) == line else None
