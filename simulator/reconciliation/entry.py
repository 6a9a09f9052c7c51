"""One record of one side, as reconciliation sees it; matches nothing."""

from __future__ import annotations

from enum import Enum

import msgspec


class Side(str, Enum):
    """Who wrote a record down."""

    __hash__ = str.__hash__

    TERMINAL = "terminal"
    HOST = "host"
    BANK = "bank"


SIDES = tuple(Side)
SALE, RETURN, FEE = "sale", "return", "fee"  # what a record is: money in, money back, a charge
DISPUTE = "dispute"  # chargeback and what answers it: no terminal has it
OTHER = "other"  # withdrawals and the like: of no sale
COMPENSATION = "compensation"  # the acquirer's own money for a payout that came late (赔付)
COMPENSATES = "compensation/"  # how the number of such a payment begins; behind it that of the late payout
OF_NO_SALE = (FEE, DISPUTE, OTHER, COMPENSATION)  # kinds that are no sale and no return of one
NO_MONEY = 0  # of ``ok``: declined or without effect
MONEY = 1


class Entry(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One record.  Sums are signed: what is good for the merchant is above zero.

    Names that a side does not have are ""; numbers that it does not have are None.
    """

    side: Side
    file: int = 0  # place of the file among those of its side
    line: int = 0
    kind: str = SALE
    amount: int = 0  # fen
    fee: int | None = None  # fen, above zero where the merchant pays it
    at: int | None = None  # Unix milliseconds
    day: int | None = None  # local days since 1970-01-01
    tid: str = ""
    batch: str = ""
    stan: str = ""
    rrn: str = ""
    auth: str = ""
    order: str = ""
    trade: str = ""  # the channel's own number of a transaction
    pan: str = ""  # masked
    mid: str = ""
    account: str = ""
    payout: str = ""  # the payout that it is part of, or is
    settled: int | None = None  # its settlement date, as a day
    due: int | None = None  # Unix milliseconds: when its payout is due
    ok: int = MONEY
    note: str = ""
    taken_off: int = 0  # of what the bank says of its own line: other sums taken off


FIELDS: tuple[str, ...] = Entry.__struct_fields__
