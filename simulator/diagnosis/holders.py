"""Who has which kind of record: what nobody could have is no evidence, and passes nowhere.

A terminal knows its own journal and whether a connection came about; what became of a message on
its way nobody knows but by comparing two logs.  Fields that say more than their holder can know are
emptied.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from simulator.catalogue.line_reasons import NOT_SENT, LineReason
from simulator.trace import records
from simulator.trace.records import AnyRecord, Arrived, Lost, MerchantOpened, Record, RunStarted


class Holder(str, Enum):
    """Who can be asked for a record."""

    MERCHANT = "merchant"
    TERMINAL = "terminal"
    ACQUIRER = "acquirer"
    BANK = "bank"
    PROVIDER = "provider"


_M, _T, _A, _B, _P = Holder
_NOBODY: tuple[Holder, ...] = ()

HOLDERS: dict[type[Record], tuple[Holder, ...]] = {
    records.RunStarted: (_A,),  # clock and place alone: its title may tell what is to come
    records.ClockSet: (_A,),
    records.AcquirerOpened: (_A, _M),
    records.LimitSet: (_A, _B),
    records.MerchantOpened: (_A, _M),
    records.TerminalOpened: (_A, _M, _P),
    records.MaintenanceAnnounced: (_M, _A, _B),
    records.SettlementsPlanned: (_M,),
    records.BankOpened: (_A, _B),
    records.PhaseEntered: _NOBODY,  # when faults end
    records.SaleMeant: (_M,),
    records.SaleUndone: (_M,),
    records.Concluded: (_T, _M),
    records.ReceiptGiven: (_T, _M),
    records.ActionTaken: (_M, _A),
    records.Sent: (_T, _A),
    records.Arrived: (_T, _A),
    records.Lost: (_T, _A),  # only where the sender was told, see _KNOWN_LOSS
    records.WireCarried: _NOBODY,  # a capture on the line; both ends have what it says
    records.Journaled: (_T, _A),
    records.ChannelAnswered: (_A, _B),
    records.Restarted: (_T, _A),
    records.Warned: (_T, _A),
    records.Posted: (_A, _B),
    records.BatchCounted: (_T, _A),
    records.ItemCleared: (_A,),
    records.MerchantSettled: (_A, _M),
    records.CarriedForward: (_A, _M),
    records.PayoutSent: (_A,),
    records.PayoutPosted: (_B, _M),
    records.PayoutReturned: (_B, _A),
    records.Suspended: (_A, _M),
    records.Released: (_A, _M),
    records.DisputesOpened: (_A, _M),
    records.Disputed: (_A, _B, _M),
    records.NoticeSent: (_B, _A, _M),
    records.FaultBegan: _NOBODY,
    records.FaultEnded: _NOBODY,
    records.FaultFired: _NOBODY,
    records.EcrPassed: (_M, _T),
    records.LinePassed: _NOBODY,  # a relay of a bench, which decides what passes
    records.PowerSwitched: _NOBODY,  # whoever tries a terminal out
    records.HandsAsked: _NOBODY,
    records.StillPending: (_T, _A),
}

_KNOWN_LOSS = NOT_SENT | {LineReason.HUNG_UP}


def seen(record: AnyRecord | Record) -> Record | None:
    """What somebody has of a record, without what only the run itself knows; None: nothing.

    A kind that is not in the table is nobody's.
    """
    if not HOLDERS.get(type(record)):
        return None
    if isinstance(record, Arrived):
        if record.genuine and not record.copy and not record.forwarded and record.attempt is None:
            return record
        return msgspec.structs.replace(record, genuine=True, copy=0, forwarded=False, attempt=None)
    if isinstance(record, Lost):
        return record if record.why in _KNOWN_LOSS else None
    if isinstance(record, RunStarted):
        return msgspec.structs.replace(record, title="")
    if isinstance(record, MerchantOpened):  # the bank finds that out when a payout comes
        return msgspec.structs.replace(record, account_status="", account_name_matches=True)
    return record
