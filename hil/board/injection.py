"""The block that a maker's key loader and service menu write into a new board's memory; keys are test keys.

Little endian, at offset 0.  The firmware reads it and never writes it; its own area begins behind it.
"""

from __future__ import annotations

import struct
import zlib

import msgspec

from simulator.wire.des import check_value

MAGIC = b"DZBOARD1"
VERSION = 1
OWN_AREA = 64 * 1024  # where the firmware's own memory begins
MOST_PREFIXES, PREFIX = 8, 8
_FORM = struct.Struct("<8sII8s16s40s5sI24s4sIII4s9s64sIIIIIII")
NO_LIMIT = 999  # of a batch, as profiles have it; the firmware has room for fewer and takes 0 for that
# Kinds as the firmware numbers them: a bit of ``disabled`` each.
KINDS = (
    "", "sale", "void", "refund", "balance", "preauth", "preauth_void", "completion", "completion_void",
    "completion_advice", "offline_sale", "qr_sale", "qr_void", "qr_refund", "adjust", "tip", "sign_on", "sign_off",
    "echo_test", "settlement",
)
SIGN_OFF_AFTER_SETTLEMENT = 1  # bits of options
RESERVED = 0  # nothing else is known to the firmware


class Injection(msgspec.Struct, frozen=True, kw_only=True):
    """What a board is told before its first start."""

    tid: str
    mid: str
    merchant: str
    master_key: bytes
    tpdu: str  # ten digits
    reply_timeout_ms: int
    reversal_tries: int
    reversal_idle_ms: int
    clerk: str
    password: str
    domestic_prefixes: tuple[str, ...]
    first_stan: int
    first_batch: int = 1
    batch_limit: int = NO_LIMIT
    offline_limit_fen: int = 0
    disabled: tuple[str, ...] = ()  # of KINDS
    sign_off_after_settlement: bool = False

    def __repr__(self) -> str:
        """The key is not shown."""
        return f"Injection({self.tid!r}, {self.mid!r})"

    def block(self) -> bytes:
        """Its bytes, with the checksum at the end.

        >>> made = Injection(tid="10000001", mid="898000000000001", merchant="shop", master_key=bytes(16),
        ...     tpdu="6000030000", reply_timeout_ms=3000, reversal_tries=3, reversal_idle_ms=1000, clerk="01",
        ...     password="0000", domestic_prefixes=("62",), first_stan=1).block()
        >>> made[:8], len(made), int.from_bytes(made[12:16], "little")
        (b'DZBOARD1', 238, 238)
        """
        length = _FORM.size + 4
        body = _FORM.pack(
            MAGIC, VERSION, length, self.tid.encode("ascii"), self.mid.encode("ascii"), _cut(self.merchant, 40),
            bytes.fromhex(self.tpdu), len(self.master_key), self.master_key, check_value(self.master_key)[:4],
            self.reply_timeout_ms, self.reversal_tries, self.reversal_idle_ms, self.clerk.encode("ascii"),
            self.password.encode("ascii"),
            b"".join(each.encode("ascii").ljust(PREFIX, b"\0") for each in self.domestic_prefixes[:MOST_PREFIXES]),
            self.first_stan, self.first_batch, RESERVED, 0 if self.batch_limit == NO_LIMIT else self.batch_limit,
            self.offline_limit_fen, sum(1 << KINDS.index(each) for each in self.disabled),
            SIGN_OFF_AFTER_SETTLEMENT if self.sign_off_after_settlement else 0)
        return body + struct.pack("<I", zlib.crc32(body))


def _cut(text: str, most: int) -> bytes:
    """As many whole characters as there is room for, and a NUL behind them."""
    return text.encode("utf-8")[:most - 1].decode("utf-8", "ignore").encode("utf-8")
