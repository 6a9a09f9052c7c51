"""Which terminals an acquirer knows, and what it lets each of them do; holds no keys in use.

A status answers either every request of a terminal or only those that begin something new: what
is under way (reversals, settlement, upload) is always let to its end, except on a stolen terminal.
"""

from __future__ import annotations

from enum import Enum
from hashlib import sha256

import msgspec

from simulator.wire.kinds import Kind
from simulator.wire.master_keys import TEST_MASTER_KEY


class TerminalStatus(str, Enum):
    """What the acquirer thinks of a terminal."""

    ACTIVE = "active"
    RESTRICTED = "restricted"  # trade or region barred by policy
    SUSPENDED = "suspended"
    STOLEN = "stolen"
    CLOSED = "closed"


class TerminalEntry(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One registered terminal."""

    tid: str  # F41, 8 characters
    mid: str  # F42, 15 characters
    merchant: str = ""
    status: TerminalStatus = TerminalStatus.ACTIVE
    barred: frozenset[Kind] = frozenset()  # kinds that this terminal may not do: 58
    master_key: bytes = TEST_MASTER_KEY  # TMK, test keys only
    first_batch: int = 1

    def __repr__(self) -> str:
        """The key is not shown."""
        return f"TerminalEntry({self.tid!r}, {self.mid!r})"


def master_key_of(entry: TerminalEntry, serial: int) -> bytes:
    """The master key that a terminal has by its serial: 0 the one it came with, then derived ones."""
    if not serial:
        return entry.master_key
    seed = b"|".join((b"test master key", entry.master_key, entry.tid.encode(), b"%d" % serial))
    return sha256(seed).digest()[:16]


class StatusRow(msgspec.Struct, frozen=True, gc=False):
    """The answer to a terminal of some status."""

    response_code: str
    everything: bool  # False: only to what begins something new


STATUS_ROWS: dict[TerminalStatus, StatusRow] = {
    TerminalStatus.RESTRICTED: StatusRow("57", everything=False),
    TerminalStatus.SUSPENDED: StatusRow("58", everything=False),
    TerminalStatus.STOLEN: StatusRow("43", everything=True),
    TerminalStatus.CLOSED: StatusRow("97", everything=True),
}
