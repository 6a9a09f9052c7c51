"""Where output goes: every place is checked before anything runs, then written whole or straight.

A regular file is replaced when its successor is whole; a link is followed first; a device or a
pipe is written to as it is.  Decides nothing about what is written.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import combinations
from pathlib import Path
from typing import IO

import msgspec

from simulator.commands import sayings as say
from simulator.commands.file_kinds import FileKind, is_not_ours
from simulator.commands.inputs import STANDARD_OUTPUT, InputError, reason_of


class Named(msgspec.Struct, frozen=True, gc=False):
    """A file of the command line: what names it there, and where it is."""

    option: str  # "--trace"; "" for an argument
    path: Path
    kind: FileKind | None = None  # of what is written: nothing else gives way to it

    def __str__(self) -> str:
        return f"{self.option} {self.path}".strip()


# ---- before anything runs --------------------------------------------------------------------


def check_outputs(outputs: Sequence[Named], inputs: Sequence[Named]) -> None:
    """Refuse what could not be written, or would overwrite an input or another output."""
    for output in outputs:
        _check_writable(output)
    check_apart(outputs, inputs)


def check_apart(outputs: Sequence[Named], inputs: Sequence[Named]) -> None:
    """Refuse what would overwrite an input, another output, or a file that is none of ours."""
    for output in outputs:
        for given in inputs:
            if _is_same(output.path, given.path):
                raise InputError(say.OVERWRITES.say(output=output, given=given))
    for one, other in combinations(outputs, 2):
        if _is_same(one.path, other.path):
            raise InputError(say.WRITTEN_TWICE.say(other=other, one=one))
    for output in outputs:
        if output.kind is not None and is_replaced(output.path):
            _refuse(output, is_not_ours(output.path, output.kind) or in_use(output.path))


def _refuse(output: Named, why: str) -> None:
    if why:
        raise InputError(f"{output}: {why}")


def in_use(path: Path) -> str:
    """Why a file must be left alone: whoever writes it has locked it; "" where nobody has."""
    try:
        import fcntl  # noqa: PLC0415  not on Windows, where a file that is written cannot be replaced
    except ImportError:
        return ""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return say.IN_USE.say()
    except OSError:
        return ""  # it will be told when it is written
    return ""


def check_folder(folder: Path, option: str) -> None:
    """Refuse a folder that is none, or that nothing could be written into."""
    if folder.exists() and not folder.is_dir():
        raise InputError(say.NEEDS_DIRECTORY.say(folder=folder, option=option))
    nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    _check_folder_writable(nearest, folder)


def _check_writable(output: Named) -> None:
    path = output.path
    if str(path) == STANDARD_OUTPUT:
        raise InputError(say.ONLY_JSON.say(option=output.option))
    if path.is_dir():
        raise InputError(say.IS_DIRECTORY.say(path=path))
    if not is_replaced(path):
        mode = path.stat().st_mode
        if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
            raise InputError(f"{path}: is no regular file")
        if not os.access(path, os.W_OK):
            raise InputError(say.NO_PERMISSION.say(path=path))
        return
    folder = _resolved(path).parent
    if not folder.is_dir():
        raise InputError(say.NO_DIRECTORY.say(
            path=path, folder=folder if path.is_symlink() else path.parent))
    _check_folder_writable(folder, path)


def _check_folder_writable(folder: Path, path: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(say.NO_PERMISSION_IN.say(path=path, folder=folder))


def _is_same(one: Path, other: Path) -> bool:
    """Whether writing to one would change the other; two ways to one device or pipe do not."""
    if not is_replaced(one) or not is_replaced(other):
        return False
    with suppress(OSError):
        return one.samefile(other)
    return _resolved(one) == _resolved(other)


# ---- writing ---------------------------------------------------------------------------------


def is_replaced(path: Path) -> bool:
    """Whether a path is a regular file or none yet, and not what standard output already goes to."""
    try:
        found = path.stat()
    except OSError:
        return True
    return stat.S_ISREG(found.st_mode) and not _is_standard_output(found)


def _is_standard_output(found: os.stat_result) -> bool:
    try:
        return os.path.samestat(found, os.fstat(1))
    except OSError:
        return False


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # links in a circle
        raise InputError(say.CANNOT_WRITE.say(path=path, why=reason_of(error))) from None


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """A path to write to; what is there at the end takes the place of ``path``, or nothing does."""
    try:
        if not is_replaced(path):
            yield path
            return
        target = _resolved(path)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            yield part
            if target.exists():
                shutil.copymode(target, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(say.CANNOT_WRITE.say(path=path, why=reason_of(error))) from None


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A stream into a file that appears when it is whole, or into a device or pipe."""
    with part_of(path) as part, _opened(part) as stream:
        yield stream


def _opened(path: Path) -> IO[bytes]:
    # a device and the like are neither made nor cut; what is redirected there stays there
    return path.open("wb" if is_replaced(path) else "ab")


def write(path: Path, content: bytes) -> None:
    """A whole file."""
    with replacing(path) as stream:
        stream.write(content)


# ---- standard output -------------------------------------------------------------------------


class StandardOutput:
    """What a command says, after which files are still to be written and a verdict to be told.

    A reader that went away has read enough; any other trouble is told by ``close``.
    """

    def __init__(self) -> None:
        self._trouble: OSError | None = None
        self.is_open = True

    @contextmanager
    def saying(self) -> Iterator[None]:
        """Nothing that befalls standard output within gets out."""
        try:
            yield
            sys.stdout.flush()
        except BrokenPipeError:
            self._drop()
        except OSError as error:
            self._trouble = error
            self._drop()

    def close(self) -> None:
        """InputError where something could not be said."""
        if self._trouble is not None:
            raise InputError(say.NOT_WRITTEN.say(why=reason_of(self._trouble)))

    def _drop(self) -> None:
        self.is_open = False
        drop_standard_output()


def drop_standard_output() -> None:
    """What is still to be flushed goes nowhere, so that the interpreter's end says nothing."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
