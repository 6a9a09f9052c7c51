"""QR sale, void and refund as messages: a card transaction's codes, another F22, and F59.

The customer's code goes in A3 of F59; the voucher (A4) that the reply to a sale brings is the key
to its void and refund.  Where families differ is the profile's word.  Sends nothing.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.local_time import hhmmss, mmdd
from simulator.machines.terminal.events import Operated
from simulator.machines.terminal.profile import TerminalIdentity, TerminalProfile
from simulator.machines.terminal.records import Booked
from simulator.machines.terminal.requests import blank
from simulator.wire.field59 import Field59, TerminalData
from simulator.wire.kinds import Kind, KindRow
from simulator.wire.message import Message, Original
from simulator.wire.scanned import with_tags

KINDS = frozenset({Kind.QR_SALE, Kind.QR_VOID, Kind.QR_REFUND})
ENTRY = "032"  # F22: scanned, no PIN
UNKNOWN_RRN = "0" * 12
NO_NUMBER = 0  # of batch and STAN in F61
DOMESTIC = "000"  # F63 of a refund
DEVICE_TYPE = {"touch": "04", "keypad": "02"}  # A2 01: smart POS, classic POS


class Maker:
    """Makes the QR requests of one terminal at one moment."""

    __slots__ = ("batch", "identity", "now_ms", "profile", "software", "stan")

    def __init__(
        self, identity: TerminalIdentity, profile: TerminalProfile, software: str, stan: int,
        batch: int, now_ms: int,
    ) -> None:
        self.identity = identity
        self.profile = profile
        self.software = software
        self.stan = stan
        self.batch = batch
        self.now_ms = now_ms

    def request(self, row: KindRow, asked: Operated, item: Booked | None) -> Message:
        """The request for what was asked; a void is made from the batch's own record."""
        if row.kind is Kind.QR_SALE:
            terminal = self._terminal() if self.profile.qr_terminal_data else None
            return with_tags(
                replace(self._plain(row), amount_fen=asked.amount_fen),
                Field59(terminal=terminal, qr_code=asked.qr_code), self.profile.qr_field,
            )
        if row.kind is Kind.QR_VOID:
            assert item is not None, "refused before: original_not_found"
            return with_tags(
                replace(
                    self._plain(row), amount_fen=item.amount_fen, rrn=item.rrn,
                    auth_code=item.auth_code, original=Original(item.batch, item.stan),
                ),
                Field59(voucher=item.voucher), self.profile.qr_field,
            )
        return self._refund(row, asked)

    def _refund(self, row: KindRow, asked: Operated) -> Message:
        named = asked.original
        assert named is not None, "refused before: no_original"
        rrn = asked.original_rrn or UNKNOWN_RRN
        if self.profile.qr_refund_reference == "date_only":
            named, rrn = Original(NO_NUMBER, NO_NUMBER, named.date), UNKNOWN_RRN
        return with_tags(
            replace(
                self._plain(row), amount_fen=asked.amount_fen, rrn=rrn, original=named,
                operator=DOMESTIC,
            ),
            Field59(voucher=asked.voucher), self.profile.qr_field,
        )

    def _plain(self, row: KindRow) -> Message:
        return replace(
            blank(row), tid=self.identity.tid, mid=self.identity.mid, stan=self.stan,
            batch=self.batch, local_time=hhmmss(self.now_ms), local_date=mmdd(self.now_ms),
            entry_mode=ENTRY, capability=self.profile.qr_capability, software=self.software,
        )

    def _terminal(self) -> TerminalData:
        """A2; without a key of the scheme's there is neither factor nor cipher."""
        return TerminalData(
            device_type=DEVICE_TYPE[self.profile.keyboard], serial=self.identity.serial_number,
            version=f"{self.software:<8}",
        )

