"""What the acquirer's monitoring sees: kept from the records of host, clearing and payouts; decides nothing.

It hears what an acquirer hears and no more: no terminal's screen, no statement of a merchant's bank.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

import msgspec

from simulator.catalogue.money_reasons import PostingReason
from simulator.catalogue.response_codes import response_code
from simulator.local_time import DAY_MS, MINUTE_MS
from simulator.trace.records import (
    Arrived,
    BatchCounted,
    MerchantSettled,
    PayoutDiverted,
    PayoutPosted,
    PayoutReturned,
    Posted,
    Record,
    Released,
    Sent,
    Suspended,
    key_of,
    tid_of,
)
from simulator.world.network.link import HOST

REQUESTS = frozenset({"0100", "0200"})
REPLIES = frozenset({"0110", "0210"})
REVERSAL = "0400"
NO_REPLY_MS = MINUTE_MS  # a request without a reply for so long has none
KEPT_MS = DAY_MS  # the longest window


class Asked(msgspec.Struct, gc=False):
    """One request that the host heard, and what became of it."""

    at_ms: int
    mid: str
    key: str
    amount_fen: int = 0
    code: str = ""  # of the last reply
    copies: int = 0  # that came again
    reversed: bool = False

    @property
    def declined(self) -> bool:
        """It was answered, and not approved."""
        return bool(self.code) and not response_code(self.code).approves

    def unanswered(self, now_ms: int) -> bool:
        """Its terminal has, or had, no reply."""
        return self.reversed or (not self.code and now_ms - self.at_ms >= NO_REPLY_MS)


class Due(msgspec.Struct, gc=False):
    """One payout that is not in its account yet."""

    mid: str
    due_ms: int
    returned: str = ""  # why it came back last
    suspended_ms: int | None = None


class Watch:
    """Fed with every record of a run."""

    HEARS = (Arrived, Sent, Posted, BatchCounted, MerchantSettled, PayoutPosted, PayoutDiverted,
             PayoutReturned, Suspended, Released)
    __slots__ = ("_hears", "_keys", "_mid_of", "asked", "batches", "heard_ms", "payouts")

    def __init__(self, mid_of: dict[str, str]) -> None:
        self._mid_of = mid_of  # by TID
        self._keys: dict[str, Asked] = {}
        self.asked: deque[Asked] = deque()  # oldest first
        self.heard_ms: dict[str, int] = {}  # by MID: the last request
        self.batches: dict[str, dict[int, int]] = {}  # by TID, by batch: captured items
        self.payouts: dict[str, Due] = {}
        self._hears: dict[type[Record], Callable[..., None]] = {
            Arrived: self._arrived, Sent: self._sent, Posted: self._posted, BatchCounted: self._counted,
            MerchantSettled: self._settled, PayoutPosted: self._paid, PayoutDiverted: self._paid,
            PayoutReturned: self._returned, Suspended: self._suspended, Released: self._released,
        }

    def hear(self, record: Record) -> None:
        """Take up one record."""
        hears = self._hears.get(type(record))
        if hears is not None:
            hears(record)

    def lately(self, since_ms: int, mid: str) -> Iterable[Asked]:
        """The requests since a moment, of one merchant or all."""
        for each in reversed(self.asked):
            if each.at_ms <= since_ms:
                return
            if mid in ("", each.mid):
                yield each

    # ---- the host ----------------------------------------------------------------------------

    def _arrived(self, record: Arrived) -> None:
        if record.actor != HOST:
            return
        key = key_of(record.tid, record.batch, record.stan)
        known = self._keys.get(key)
        if record.mti == REVERSAL:
            if known is not None:
                known.reversed = True
        elif record.mti in REQUESTS:
            mid = self._mid_of.get(record.tid, "")
            self.heard_ms[mid] = record.at_ms
            if known is not None:
                known.copies += 1
                return
            asked = self._keys[key] = Asked(record.at_ms, mid, key, record.amount_fen or 0)
            self.asked.append(asked)
            while self.asked[0].at_ms < record.at_ms - KEPT_MS:
                self._keys.pop(self.asked.popleft().key, None)

    def _sent(self, record: Sent) -> None:
        if record.actor == HOST and record.mti in REPLIES:
            known = self._keys.get(key_of(record.tid, record.batch, record.stan))
            if known is not None:
                known.code = record.response_code

    def _posted(self, record: Posted) -> None:
        if record.why is PostingReason.CAPTURE:
            batches = self.batches.setdefault(tid_of(record.key), {})
            batch = int(record.key.split("/")[-2])
            batches[batch] = batches.get(batch, 0) + 1

    def _counted(self, record: BatchCounted) -> None:
        if record.actor == HOST and record.closed:
            self.batches.get(record.tid, {}).pop(record.batch, None)

    # ---- payouts -----------------------------------------------------------------------------

    def _settled(self, record: MerchantSettled) -> None:
        if record.net_fen - record.netted_fen - record.withheld_fen - record.payout_fee_fen > 0:
            self.payouts[record.payout] = Due(record.mid, record.due_ms)

    def _paid(self, record: PayoutPosted | PayoutDiverted) -> None:
        """In the account, or with an intermediary: for the acquirer's books that is paid."""
        self.payouts.pop(record.payout, None)

    def _returned(self, record: PayoutReturned) -> None:
        if (due := self.payouts.get(record.payout)) is not None:
            due.returned = record.reason

    def _suspended(self, record: Suspended) -> None:
        if (due := self.payouts.get(record.payout)) is not None:
            due.suspended_ms = record.at_ms

    def _released(self, record: Released) -> None:
        if (due := self.payouts.get(record.payout)) is not None:
            due.suspended_ms = None
