"""Who has which kind of record: what nobody could have is no evidence, and passes nowhere.

A terminal knows its own journal and whether a connection came about; what became of a message on
its way nobody knows but by comparing two logs.  Fields that say more than their holder can know are
emptied.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from simulator.catalogue.line_reasons import NOT_SENT, LineReason
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

HOLDERS: dict[str, tuple[Holder, ...]] = {  # by the tag of a record
    "run_started": (_A,),  # clock and place alone: its title may tell what is to come
    "clock_set": (_A,),
    "state_accepted": (_A,),
    "acquirer_opened": (_A, _M),
    "limit_set": (_A, _B),
    "merchant_opened": (_A, _M),
    "terminal_opened": (_A, _M, _P),
    "maintenance_announced": (_M, _A, _B),
    "settlements_planned": (_M,),
    "bank_opened": (_A, _B),
    "phase_entered": _NOBODY,  # when faults end
    "sale_meant": (_M,),
    "sale_undone": (_M,),
    "concluded": (_T, _M),
    "receipt_given": (_T, _M),
    "action_taken": (_M, _A),
    "sent": (_T, _A),
    "arrived": (_T, _A),
    "lost": (_T, _A),  # only where the sender was told, see _KNOWN_LOSS
    "wire_carried": _NOBODY,  # a capture on the line; both ends have what it says
    "journaled": (_T, _A),
    "channel_answered": (_A, _B),
    "restarted": (_T, _A),
    "warned": (_T, _A),
    "keys_unfit": (_T, _A),
    "posted": (_A, _B),
    "clearing_delayed": (_A, _M),
    "clearing_resumed": (_A, _M),
    "payout_diverted": _NOBODY,  # its books say that it was paid; who has it shows at the bank alone
    "risk_looked": (_A, _M),
    "unentitled": _NOBODY,  # what somebody had no right to do shows in what the terminal answered
    "batch_counted": (_T, _A),
    "item_cleared": (_A,),
    "merchant_settled": (_A, _M),
    "carried_forward": (_A, _M),
    "payout_sent": (_A,),
    "payout_posted": (_B, _M),
    "payout_returned": (_B, _A),
    "suspended": (_A, _M),
    "released": (_A, _M),
    "disputes_opened": (_A, _M),
    "disputed": (_A, _B, _M),
    "slip_missing": _NOBODY,  # a merchant looks for it when it is asked for, and says so in its answer
    "slip_reprinted": (_T, _M),
    "plan_made": (_A,),  # an alarm says what was seen, and never why
    "alarm_raised": (_A,),
    "team_told": (_A,),
    "team_acted": (_A,),
    "plan_step_taken": (_A,),
    "alarm_over": (_A,),
    "compensated": (_A, _M),
    "notice_sent": (_B, _A, _M),
    "fault_added": _NOBODY,
    "fault_began": _NOBODY,
    "fault_ended": _NOBODY,
    "fault_fired": _NOBODY,
    "ecr_passed": (_M, _T),
    "line_passed": _NOBODY,  # a relay of a bench, which decides what passes
    "power_switched": _NOBODY,  # whoever tries a terminal out
    "hands_asked": _NOBODY,
    "still_pending": (_T, _A),
}

_KNOWN_LOSS = NOT_SENT | {LineReason.HUNG_UP}


def tag_of(kind: type[Record]) -> str:
    """How a kind of record is named in a trace."""
    return str(kind.__struct_config__.tag)


def seen(record: AnyRecord | Record) -> Record | None:
    """What somebody has of a record, without what only the run itself knows; None: nothing.

    A kind that is not in the table is nobody's.
    """
    if not HOLDERS.get(tag_of(type(record))):
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
