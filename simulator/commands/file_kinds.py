"""What a file that we write begins with, and whether what lies in its place may give way to it.

Nothing else does: not somebody's text, not a state or a memory, not a device node.  It reads a few
bytes of regular files and changes nothing.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec

_LOOK = 64
_AT_ONCE = os.O_NONBLOCK if os.name == "posix" else 0  # a pipe in its place would wait


class FileKind(msgspec.Struct, frozen=True, gc=False):
    """A kind of file, in words, and how each of them begins."""

    words: str
    marks: tuple[bytes, ...]

    def is_begun_by(self, head: bytes) -> bool:
        """Whether a file that begins so is of this kind; one that was torn at once may be."""
        return any(head.startswith(mark) or mark.startswith(head) for mark in self.marks)


ANY_TRACE = FileKind("trace", (b'{"record":"',))
TRACE_OF_RUN = FileKind("trace of a run", (b'{"record":"run_started"',))
JUDGEMENT = FileKind("judgement", (b'{\n  "verdict":', b'[\n{\n  "verdict":'))
JUNIT = FileKind("JUnit report of ours", (
    b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites name=\"daozhang\"",))
CAPTURE = FileKind("capture", (b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00",))
STATEMENT = FileKind("bank statement of ours", (b"date,time,account,payout,",))
NOTHING = FileKind("file of ours", ())
NOTICES = FileKind("list of notices of ours", (b"date,time,merchant,",))


def not_regular(path: Path) -> str:
    """What lies at a path, where it is no regular file and no file could be made; else ""."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    if stat.S_ISREG(mode):
        return ""
    return "is a directory, a file is needed" if stat.S_ISDIR(mode) else "is no regular file"


def is_not_ours(path: Path, kind: FileKind) -> str:
    """Why a regular file may not give way to one of this kind; "" where it may, or where none is."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _AT_ONCE)
        try:
            return head_is_not_ours(os.read(descriptor, _LOOK), kind)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return str(error.strerror)


def head_is_not_ours(head: bytes, kind: FileKind) -> str:
    """The same of a file's first bytes."""
    if kind.is_begun_by(head):
        return ""
    return f"is there already and is no {kind.words}; it was left as it is. Choose another file"
