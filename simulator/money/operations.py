"""What an issuer remembers of one operation, and what it answers; books nothing."""

from __future__ import annotations

import msgspec

from simulator.catalogue.money_reasons import PostingReason
from simulator.money.ledger import Entries, Posting

APPROVED = "00"
SUSPECTED = "22"  # undone before or after, or there is nothing it could refer to
NOT_FOUND = "25"
IN_PART = "10"
INSUFFICIENT = "51"
OVER_LIMIT = "61"
DUPLICATE = "94"  # the same key for something else


class IssuerAnswer(msgspec.Struct, frozen=True, gc=False):
    """What the issuer says, and what it booked in saying so (nothing for a repetition)."""

    response_code: str
    auth_code: str = ""
    balance_fen: int | None = None
    postings: tuple[Posting, ...] = ()
    part_fen: int = 0  # approved in part: so much and no more


class OfHolds(msgspec.Struct, frozen=True, gc=False):
    """What few operations have: those about holds and voids, and what was approved in part."""

    hold_used: str = ""  # key of the hold that this consumed
    voids: str = ""  # key of the debit whose sum this gave back to the limits
    part_fen: int = 0
    completed_again: bool = False  # of a hold: a second completion came before the first's reversal
    held_fen: int = 0  # of a completion: what the hold that it consumed had put aside


NO_HOLD = OfHolds()


class Operation(msgspec.Struct, gc=False):
    """What became of a key.  What it booked is told by :meth:`entries`: there are many, each kept for long."""

    why: PostingReason | None  # None: undone before it came
    ref: str
    amount_fen: int
    response_code: str
    account: str = ""  # of the card, where something was booked
    day: str = ""  # ISO: on which it was done
    undone: bool = False
    more: OfHolds = NO_HOLD

    @property
    def booked_fen(self) -> int:
        """What was taken, given or put aside."""
        return self.more.part_fen or self.amount_fen

    def entries(self, hold: str, due: str) -> Entries:
        """What it booked; ``hold`` and ``due`` are the bank's accounts of holds and of what it owes."""
        card, fen = self.account, self.booked_fen
        if not card:
            return ()
        if self.why is PostingReason.CREDIT:
            return (due, -fen), (card, fen)
        if self.why is PostingReason.HOLD:
            return (card, -fen), (hold, fen)
        if self.why is PostingReason.RELEASE:
            return (hold, -fen), (card, fen)
        if held_fen := self.more.held_fen:
            return (hold, -held_fen), (card, held_fen - fen), (due, fen)
        return (card, -fen), (due, fen)
