r"""Text of the dialect: GBK/GB18030, every byte kept; judges no content.

A byte that is no GB18030 reads as ``\xNN`` and a backslash as ``\\``, so what was read gives the
same bytes again, whatever the sender meant.

>>> to_text("请重试".encode("gbk") + b"\xff")
'请重试\\xff'
>>> to_bytes("请重试\\xff") == "请重试".encode("gbk") + b"\xff"
True
"""

from __future__ import annotations

import codecs
import re

from typing_extensions import Buffer

ENCODING = "daozhang-gb18030"
_STRAY = 0xDC00
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|(.?))", re.DOTALL)


def to_text(data: bytes) -> str:
    """Text of bytes; never fails."""
    if data.isascii():
        return data.decode("ascii").replace("\\", "\\\\")
    raw = data.decode("gb18030", "surrogateescape").replace("\\", "\\\\")
    if raw.isprintable():
        return raw
    return "".join(
        f"\\x{ord(char) - _STRAY:02x}" if "\udc80" <= char <= "\udcff" else char for char in raw
    )


def to_bytes(text: str) -> bytes:
    """Bytes of a text; ``UnicodeError`` where an escape is none or a character has no bytes."""
    if "\\" not in text:
        return text.encode("gb18030")
    return _ESCAPE.sub(_unescaped, text).encode("gb18030", "surrogateescape")


def _unescaped(match: re.Match[str]) -> str:
    if match[1] and match[1] >= "80":
        return chr(_STRAY + int(match[1], 16))
    if match[2] == "\\":
        return "\\"
    raise UnicodeError("a backslash stands before another one or before x and two digits")


def _encode(text: str, errors: str = "strict") -> tuple[bytes, int]:  # noqa: ARG001
    return to_bytes(text), len(text)


def _decode(data: Buffer, errors: str = "strict") -> tuple[str, int]:  # noqa: ARG001
    content = bytes(data)  # whatever has the buffer interface
    return to_text(content), len(content)


def _found(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != ENCODING:
        return None
    return codecs.CodecInfo(_encode, _decode, name=ENCODING)


codecs.register(_found)
