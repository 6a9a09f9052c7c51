"""The three sides of a run, from its trace: what terminals keep, what the host took, what banks were paid.

Reads journals, messages, postings, clearing and payouts; no record of an injected fault.  A terminal
at a port, of which nobody reads the journal, is seen by what it was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from simulator.catalogue.money_reasons import PayoutReason, PostingReason
from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.catalogue.run_reasons import RestartReason
from simulator.local_time import day_number
from simulator.reconciliation.entry import (
    COMPENSATES,
    COMPENSATION,
    DISPUTE,
    RETURN,
    SALE,
    Entry,
    Side,
)
from simulator.reconciliation.payouts import PayoutFacts
from simulator.reconciliation.values import day
from simulator.trace.records import (
    AnyRecord,
    Compensated,
    Concluded,
    ItemCleared,
    Journaled,
    MerchantOpened,
    MerchantSettled,
    PayoutPosted,
    Posted,
    ReceiptGiven,
    Released,
    Restarted,
    Sent,
    SlipReprinted,
    Suspended,
    TerminalOpened,
    key_of,
)

HOST = "acquirer"
_TAKING = frozenset({"sale", "completion", "completion_advice", "offline_sale", "adjust", "tip", "qr_sale"})
_RETURNING = frozenset({"void", "refund", "completion_void", "qr_void", "qr_refund"})
_OF_DISPUTES = frozenset({"chargeback", "second_chargeback", "representment", "credit_adjustment"})
_DELIVERED = frozenset({"", "94", *(code for code, row in RESPONSE_CODES.items() if row.approves)})
_BOOKED, _UNBOOKED, _ADVICE_ENDED, _CLOSED = "booked", "unbooked", "adviceended", "batchclosed"  # of a terminal's journal
_ACCOUNT = "account:"


class _Asked(msgspec.Struct, gc=False):
    """What a request said of a transaction."""

    what: str
    amount: int
    at: int
    tid: str
    batch: int
    stan: int
    card: str
    rrn: str = ""
    auth: str = ""
    answered: int | None = None
    code: str = ""  # F39 of the host's last answer


class _Item(msgspec.Struct, gc=False):
    """One capture of the host."""

    key: str
    amount: int
    mid: str
    at: int
    cleared: ItemCleared | None = None


class RunBooks:
    """Hears a trace; gives the records of the three sides at its end."""

    def __init__(self) -> None:
        self._asked: dict[str, _Asked] = {}
        self._booked: dict[str, bool] = {}  # by key: whether a terminal keeps it
        self._closed: set[tuple[str, int]] = set()  # TID and batch
        self._last: dict[str, str] = {}  # TID: the key that it booked last
        self._items: dict[str, list[_Item]] = {}
        self._mids: dict[str, str] = {}
        self._seen: dict[str, bool] = {}  # TID: whether its journal is seen
        self._settled: dict[str, MerchantSettled] = {}
        self._of_date: dict[tuple[str, str], str] = {}
        self._suspended: dict[str, PayoutReason] = {}
        self._accounts: dict[str, str] = {}
        self._account_of: dict[str, str] = {}  # payout: where it had to go
        self._paid: list[tuple[PayoutPosted, str]] = []
        self._compensated: list[Compensated] = []
        self._went_to: dict[str, str] = {}
        self._loose: list[ItemCleared] = []
        self.slips_again = 0
        self.ends_ms = 0

    def hear(self, record: AnyRecord) -> None:
        """One record of the trace."""
        self.ends_ms = record.at_ms
        match record:
            case Sent():
                self._sent(record)
            case Journaled() if record.actor != HOST:
                self._journaled(record)
            case Concluded():
                self._concluded(record)
            case Posted():
                self._posted(record)
            case ItemCleared():
                self._cleared(record)
            case MerchantSettled():
                self._settled[record.payout] = record
                if not record.payout.startswith("instant/"):
                    self._of_date[record.mid, record.settlement_date] = record.payout
            case PayoutPosted():
                self._paid.append((record, self._went_to.pop(record.payout, "")))
                self._account_of[record.payout] = self._accounts.get(record.mid, "")
                self._suspended.pop(record.payout, None)
            case Compensated():
                self._compensated.append(record)
            case Suspended():
                self._suspended[record.payout] = record.reason
            case Released():
                self._suspended.pop(record.payout, None)
            case MerchantOpened():
                self._accounts[record.mid] = record.account
            case ReceiptGiven() if record.again:
                self.slips_again += 1
            case SlipReprinted() if record.printed:
                self.slips_again += 1
            case Restarted() if record.why is RestartReason.FACTORY_RESET:
                self._wiped(record.actor.partition(".")[2])
            case TerminalOpened():
                self._mids[record.tid] = record.mid
                self._seen[record.tid] = record.observable
            case _:
                pass

    def _sent(self, record: Sent) -> None:
        key = key_of(record.tid, record.batch, record.stan)
        if record.actor == HOST:
            if (asked := self._asked.get(key)) is not None and record.what == asked.what:
                asked.rrn, asked.auth = record.rrn or asked.rrn, record.auth_code or asked.auth
                asked.code = record.response_code or asked.code
                if record.response_code and record.amount_fen is not None:
                    asked.answered = record.amount_fen
        elif record.what in _TAKING or record.what in _RETURNING:
            asked = self._asked.setdefault(key, _Asked(
                record.what, record.amount_fen or 0, record.at_ms, record.tid, record.batch, record.stan, record.card))
            asked.card = asked.card or record.card

    def _journaled(self, record: Journaled) -> None:
        key = key_of(record.tid, record.batch, record.stan)
        if record.entry == _CLOSED:
            self._closed.add((record.tid, record.batch))
        elif record.entry == _BOOKED:
            self._booked[key] = True
            self._last[record.tid] = key
        elif record.entry == _UNBOOKED:  # the one that it could not finish
            self._booked[self._last.get(record.tid, "")] = False
        elif record.entry == _ADVICE_ENDED and (asked := self._asked.get(key)) is not None:
            self._booked[key] = self._booked.get(key, False) and asked.code in _DELIVERED

    def _wiped(self, tid: str) -> None:
        """Its open batch is gone; what was settled stands on paper."""
        open_batch = max((asked.batch for asked in self._asked.values() if asked.tid == tid), default=0)
        if (tid, open_batch) not in self._closed:
            for key, asked in self._asked.items():
                if asked.tid == tid and asked.batch == open_batch:
                    self._booked[key] = False

    def _concluded(self, record: Concluded) -> None:
        tid = record.actor.partition(".")[2]
        key = key_of(tid, record.batch, record.stan)
        if record.result == "approved" and (record.what in _TAKING or record.what in _RETURNING):
            asked = self._asked.setdefault(key, _Asked(
                record.what, record.amount_fen, record.at_ms, tid, record.batch, record.stan, ""))
            if asked.what == record.what:
                if not self._seen.get(tid, True):
                    self._booked[key] = True
                asked.amount = record.amount_fen or asked.amount
                asked.rrn = record.rrn or asked.rrn

    def _posted(self, record: Posted) -> None:
        if record.why is PostingReason.PAYOUT_POSTED:
            self._went_to[record.key] = next(
                (account for account, fen in record.entries if fen > 0 and account.startswith(_ACCOUNT)), "")
        elif record.why is PostingReason.CAPTURE and record.actor == HOST:
            for account, fen in record.entries:
                if account.startswith("merchant:"):
                    self._items.setdefault(record.key, []).append(
                        _Item(record.key, fen, account.split(":")[1], record.at_ms))

    def _cleared(self, record: ItemCleared) -> None:
        waiting = [
            item for item in self._items.get(record.key, ())
            if item.cleared is None and (item.amount < 0) == (record.amount_fen < 0)
        ]
        if record.what in _OF_DISPUTES or not waiting:
            self._loose.append(record)
            return
        item = next((each for each in waiting if each.amount == record.amount_fen), waiting[0])
        item.cleared, item.amount, item.mid = record, record.amount_fen, record.mid  # what is cleared is what is paid

    # ---- the sides ---------------------------------------------------------------------------

    def entries(self) -> Iterator[Entry]:
        """The records of all sides."""
        yield from self._terminal()
        yield from self._host()
        yield from self._bank()

    def _terminal(self) -> Iterator[Entry]:
        line = 0
        for key, asked in self._asked.items():
            if self._booked.get(key):
                line += 1
                sign = -1 if asked.what in _RETURNING else 1
                amount = asked.amount if asked.answered is None or asked.code not in _DELIVERED else asked.answered
                yield Entry(
                    side=Side.TERMINAL, line=line, kind=RETURN if sign < 0 else SALE, amount=sign * amount,
                    at=asked.at, day=day_number(asked.at), tid=asked.tid, batch=f"{asked.batch:06}",
                    stan=f"{asked.stan:06}", rrn=asked.rrn, pan=asked.card, mid=self._mids.get(asked.tid, ""))

    def _host(self) -> Iterator[Entry]:
        line = 0
        for items in self._items.values():
            for item in _without_undone(items):
                line += 1
                yield self._host_entry(line, item.key, item.amount, item.mid, item.at, item.cleared)
        for cleared in self._loose:
            line += 1
            yield self._host_entry(line, cleared.key, cleared.amount_fen, cleared.mid, cleared.at_ms, cleared)

    def _host_entry(
        self, line: int, key: str, amount: int, mid: str, at: int, cleared: ItemCleared | None,
    ) -> Entry:
        asked = self._asked.get(key)
        if asked is not None:
            at = asked.at  # the transaction's own, which a stored advice has too
        tid, batch, stan = key.rsplit("/", 2) if key.count("/") > 1 else (key, "", "")
        return Entry(
            side=Side.HOST, line=line, kind=_kind(amount, cleared), amount=amount,
            fee=None if cleared is None else cleared.fee_fen, at=at, day=day_number(at), tid=tid, batch=batch, stan=stan,
            rrn="" if asked is None else asked.rrn, auth="" if asked is None else asked.auth, mid=mid,
            payout="" if cleared is None else self._payout_of(cleared), note="" if cleared is None else cleared.what,
            settled=None if cleared is None else day(cleared.settlement_date))

    def _payout_of(self, cleared: ItemCleared) -> str:
        return cleared.payout or self._of_date.get((cleared.mid, cleared.settlement_date), "")

    def _bank(self) -> Iterator[Entry]:
        for line, (record, account) in enumerate(self._paid, 1):
            yield Entry(
                side=Side.BANK, line=line, amount=record.net_fen, at=record.at_ms, day=day_number(record.at_ms),
                mid=record.mid, account=account.removeprefix(_ACCOUNT), payout=record.payout)
        for line, paid in enumerate(self._compensated, len(self._paid) + 1):
            yield Entry(
                side=Side.BANK, line=line, kind=COMPENSATION, amount=paid.fen, at=paid.at_ms,
                day=day_number(paid.at_ms), mid=paid.mid, payout=f"{COMPENSATES}{paid.payout}")

    def payouts(self) -> Iterator[PayoutFacts]:
        """What the acquirer says of its payouts."""
        for record in self._settled.values():
            reason = self._suspended.get(record.payout)
            account = self._account_of.get(record.payout, self._accounts.get(record.mid, ""))
            yield PayoutFacts(
                ref=record.payout, mid=record.mid, settled=day(record.settlement_date), due=record.due_ms,
                taken_off=record.netted_fen + record.withheld_fen + record.payout_fee_fen,
                account=account.removeprefix(_ACCOUNT), suspended="" if reason is None else reason.value)


def _kind(amount: int, cleared: ItemCleared | None) -> str:
    if cleared is not None and cleared.what in _OF_DISPUTES:
        return DISPUTE
    return RETURN if amount < 0 else SALE


def _without_undone(items: list[_Item]) -> Iterable[_Item]:
    """Without what was reversed before it came into a payout, or in the same one."""
    left: list[_Item] = []
    for item in items:
        other = next((each for each in left if each.amount == -item.amount and _together(each, item)), None)
        if other is None:
            left.append(item)
        else:
            left.remove(other)
    return left


def _together(one: _Item, other: _Item) -> bool:
    if one.cleared is None or other.cleared is None:
        return one.cleared is other.cleared
    return one.cleared.settlement_date == other.cleared.settlement_date and one.cleared.payout == other.cleared.payout
