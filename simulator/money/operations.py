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


class Operation(msgspec.Struct, gc=False):
    """What became of a key."""

    why: PostingReason | None  # None: undone before it came
    ref: str
    amount_fen: int
    response_code: str
    entries: Entries = ()
    hold_used: str = ""  # key of the hold that this consumed
    day: str = ""  # ISO: on which it was done
    voids: str = ""  # key of the debit whose sum this gave back to the limits
    undone: bool = False
    part_fen: int = 0
    completed_again: bool = False  # of a hold: a second completion came before the first's reversal
