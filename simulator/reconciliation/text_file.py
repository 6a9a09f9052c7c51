"""A file's lines as text: ZIP opened, encoding found, what is no text refused.  Understands no value.

Read line by line; no more than one line is in memory.
"""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import TypeAlias, cast

from simulator.catalogue.language import Told
from simulator.catalogue.system_words import system_words
from simulator.reconciliation import sayings as say
from simulator.reconciliation.sayings import BadFileError

ENCODINGS = ("utf-8", "gbk", "gb18030", "utf-16")
LONGEST_LINE = 1 << 20
_LOOKED_AT = 4096  # bytes in which the end of a line is looked for
_ZIP = b"PK\x03\x04"
Stream: TypeAlias = "BufferedReader | zipfile.ZipExtFile"
_PACKED = (
    (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"), (b"%PDF", "PDF"), (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"SQLite format 3", "SQLite"),
)
"""How files begin that hold no lines, and what people call them."""
_SUMMARY = "汇总"  # the second file of Alipay's ZIP


@contextmanager
def opened(path: Path) -> Iterator[Stream]:
    """A file's bytes; of a ZIP those of the file in it."""
    try:
        with path.open("rb") as file:
            refuse_packed(path, file)
            if file.peek(len(_ZIP))[:len(_ZIP)] != _ZIP:
                yield file
                return
            with zipfile.ZipFile(file) as archive, archive.open(_member(path, archive)) as member:
                yield cast("zipfile.ZipExtFile", member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise BadFileError(say.NO_ZIP.say(file=path, allowed=say.FORMS)) from None
    except (OSError, ValueError) as error:
        raise BadFileError(f"{path}: {system_words(error) if isinstance(error, OSError) else error}") from None


def refuse_packed(path: Path, file: BufferedReader, allowed: Told = say.FORMS) -> None:
    """BadFileError where a file is of a kind that has no lines."""
    head = file.peek(16)
    for begins, what in _PACKED:
        if head.startswith(begins):
            raise BadFileError(say.PACKED.say(file=path, what=what, allowed=allowed))


def _member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    names = [
        each for each in archive.infolist()
        if _name(each).lower().endswith((".csv", ".txt")) and _SUMMARY not in _name(each)
    ]
    if len(names) != 1:
        raise BadFileError(say.NO_ZIP.say(file=path, allowed=say.FORMS))
    return names[0]


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a member; without the flag of UTF-8 it is GBK in China."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def byte_lines(path: Path, stream: Stream) -> Iterator[tuple[int, bytes]]:
    """Numbered lines without their ends."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise BadFileError(say.LONG_LINE.say(file=path, line=number, limit=LONGEST_LINE))
        yield number, line.rstrip(b"\r\n")


def text_lines(path: Path, stream: Stream, encoding: str = "") -> Iterator[str]:
    """Lines with their ends, in the encoding that is given, or that the file is seen to have."""
    decoder = _Decoder(path, encoding)
    if encoding == "utf-16" or (not encoding and _begins_utf_16(stream)):
        yield from _utf_16_lines(path, stream)
        return
    for number, line in enumerate(_raw_lines(stream), 1):
        if len(line) > LONGEST_LINE:
            raise BadFileError(say.LONG_LINE.say(file=path, line=number, limit=LONGEST_LINE))
        if b"\0" in line:
            raise BadFileError(say.BINARY.say(file=path, line=number, allowed=say.FORMS))
        yield decoder.text(line, number)


def _raw_lines(stream: Stream) -> Iterator[bytes]:
    """Lines with their ends, the beginning of one that is too long; CR alone ends a line where no LF does."""
    head = stream.peek(_LOOKED_AT)[:_LOOKED_AT]
    if b"\n" in head or b"\r" not in head:
        while line := stream.readline(LONGEST_LINE + 1):
            yield line
        return
    rest = b""
    while chunk := stream.read(LONGEST_LINE):
        *lines, rest = (rest + chunk).split(b"\r")
        for line in lines:
            yield line + b"\n"
        if len(rest) > LONGEST_LINE:
            break
    if rest:
        yield rest


def _begins_utf_16(stream: Stream) -> bool:
    return stream.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _utf_16_lines(path: Path, stream: Stream) -> Iterator[str]:
    number = 0
    try:
        for line in codecs.getreader("utf-16")(stream):
            number += 1
            if len(line) > LONGEST_LINE:
                raise BadFileError(say.LONG_LINE.say(file=path, line=number, limit=LONGEST_LINE))
            if "\0" in line:
                raise BadFileError(say.BINARY.say(file=path, line=number, allowed=say.FORMS))
            yield line
    except UnicodeError:
        raise BadFileError(say.NOT_ENCODED.say(
            file=path, line=number + 1, encoding="utf-16", allowed=", ".join(ENCODINGS))) from None


class _Decoder:
    """UTF-8 or GB 18030: the first line that is not plain ASCII says which."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self._encoding = "gb18030" if encoding == "gbk" else encoding
        self._named = encoding

    def text(self, line: bytes, number: int) -> str:
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        try:
            if self._encoding:
                return line.decode(self._encoding)
            if line.isascii():
                return line.decode("ascii")
            try:
                text = line.decode("utf-8")
                self._encoding = "utf-8"
            except UnicodeDecodeError:
                text = line.decode("gb18030")
                self._encoding = "gb18030"
        except UnicodeDecodeError:
            raise BadFileError(say.NOT_ENCODED.say(
                file=self._path, line=number, encoding=self._named or self._encoding or "UTF-8, GBK",
                allowed=", ".join(ENCODINGS))) from None
        return text
