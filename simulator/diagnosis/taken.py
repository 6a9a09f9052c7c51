"""What of each transaction was taken and what of it went back: sums by the books of the host, fen.

Where no books are there, what terminals sent and were told counts.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from simulator.catalogue.money_reasons import PostingReason
from simulator.diagnosis.evidence import HOST, Evidence
from simulator.trace.records import Concluded, Posted, Sent, key_of

_VOIDS = frozenset({"void", "qr_void", "completion_void"})
_REFUNDS = frozenset({"refund", "qr_refund"})


class Taken(msgspec.Struct, frozen=True):
    """Sums of one transaction."""

    fen: int  # captured at first
    reversed_fen: int  # of it under its own name
    returned_fen: int  # of it by voids and refunds

    @property
    def left_fen(self) -> int:
        """What the merchant is to have of it, before fees."""
        return max(0, self.fen - self.reversed_fen - self.returned_fen)


class Takings:
    """All transactions, by their keys; and which pre-authorisations are over, and how."""

    def __init__(self, evidence: Evidence) -> None:
        self.completed: set[str] = set()  # pre-authorisations, by key
        self.held: set[str] = set()
        self._first: dict[str, int] = {}
        self._net: dict[str, int] = defaultdict(int)
        self._returned: dict[str, int] = defaultdict(int)
        self._whole: set[str] = set()  # voided, and no books say how much it was
        for posted in evidence.of(Posted):
            self._book(posted)
        approved = {
            key_of(each.actor.partition(".")[2], each.batch, each.stan)
            for each in evidence.of(Concluded) if each.result == "approved"}
        counted: set[str] = set()
        for sent in evidence.of(Sent):
            key = key_of(sent.tid, sent.batch, sent.stan)
            if not sent.original or key not in approved or key in counted:
                continue
            counted.add(key)
            if sent.what in _VOIDS | _REFUNDS:
                self._return(sent, key)
            elif sent.what == "preauth_void":
                self.held.discard(sent.original)
            elif sent.what in ("completion", "completion_advice"):
                self.held.discard(sent.original)
                self.completed.add(sent.original)

    def _book(self, posted: Posted) -> None:
        if posted.actor == HOST and posted.why == PostingReason.CAPTURE:
            fen = sum(fen for account, fen in posted.entries if account.endswith(":pending"))
            self._first.setdefault(posted.key, fen)
            self._net[posted.key] += fen
        elif posted.why == PostingReason.HOLD:
            self.held.add(posted.key)
        elif posted.why in (PostingReason.RELEASE, PostingReason.EXPIRE, PostingReason.REVERSE):
            self.held.discard(posted.key)

    def _return(self, sent: Sent, key: str) -> None:
        if key in self._net:
            self._returned[sent.original] -= self._net[key]
        elif sent.original not in self._net and sent.what in _VOIDS:
            self._whole.add(sent.original)
        else:
            self._returned[sent.original] += sent.amount_fen or 0

    def of(self, key: str, asked_fen: int) -> Taken | None:
        """Sums of a transaction for which ``asked_fen`` was asked; None where nothing says that it was taken or went back."""
        if key in self._whole:
            return Taken(asked_fen, 0, asked_fen)
        returned = self._returned.get(key, 0)
        if key not in self._first:
            return Taken(asked_fen, 0, returned) if returned else None
        first = self._first[key]
        return Taken(first, first - self._net[key], returned)
