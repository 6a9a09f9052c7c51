"""A software package as a maker's loader gives it to a board: an offer, then pieces, each with its check.

What it holds is a table of behaviour under a version; the board's program is one image
(docs/board.md says what is emulated).
"""

from __future__ import annotations

import zlib
from hashlib import sha256

import msgspec

PIECE = 256
ASKS_OFFER, ASKS_PIECE = "PACKAGE?", "PIECE "
STEP = 100_000  # from one version to the next
FILLED = 4_000  # bytes, so that it takes some pieces


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A version and its bytes; ``check`` is what is said of them."""

    version: str
    body: bytes
    check: int

    def answers(self, shown: str) -> str | None:
        """What the loader says to a line on the display; None where the line asks for nothing.

        >>> after("31100000").answers("PACKAGE?").split()[:3]
        ['PACKAGE', '31200000', '4000']
        >>> after("31100000").answers("PIECE 99"), after("31100000").answers("TAKEN 1")
        ('PACKAGE none', None)
        """
        if shown == ASKS_OFFER:
            return f"PACKAGE {self.version} {len(self.body)} {self.check:08X}"
        number = shown.removeprefix(ASKS_PIECE)
        if number == shown or not number.isdecimal():
            return None
        piece = self.body[int(number) * PIECE:(int(number) + 1) * PIECE]
        return f"PIECE {number} {piece.hex().upper()} {zlib.crc32(piece):08X}" if piece else "PACKAGE none"


def after(version: str) -> Package:
    """The one that follows on this version."""
    new = f"{int(version) + STEP:08}"
    lines = [f"receipt=SOFTWARE {new}\n".encode("ascii")]
    lines += [b"%s\n" % sha256(f"{new}/{row}".encode("ascii")).hexdigest().encode("ascii") for row in range(FILLED // 65 + 1)]
    body = b"".join(lines)[:FILLED]
    return Package(version=new, body=body, check=zlib.crc32(body))
