"""Clearing: captured items of settled batches go into exactly one settlement date each, less fee.

Pays nobody (payout does) and reads no clock.  Items leave memory when they are cleared; their ids
are refused for ``remember_cut_overs`` cut-overs more.  The host, which stores each capture before
it is made, guards the time after that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from datetime import date
from sys import intern
from typing import Literal

import msgspec

from simulator.catalogue.disputes import CHARGEBACKS, ITEMS
from simulator.catalogue.money_reasons import PostingReason
from simulator.local_time import HOUR_MS
from simulator.money import accounts
from simulator.money.calendar import WorkingDays
from simulator.money.fees import FeeRule
from simulator.money.ledger import Entries, Ledger, Posting
from simulator.money.payout_terms import INSTANT
from simulator.money.remains import Remains
from simulator.money.shares import ShareRule, Shares, ShareTable
from simulator.money.statement import OfDisputes, in_disputes

PAYOUT_TIME_MS = 9 * HOUR_MS  # of the due day
REFUNDS = frozenset({"refund", "qr_refund"})


class MerchantTerms(msgspec.Struct, frozen=True, gc=False):
    """On what terms a merchant is cleared.

    ``fee_on_refund``: "given_back", or "kept": then a refund moves no fee.  What undoes a sale in
    another way (void, reversal) gives its fee back in any case.
    """

    mid: str
    fee: FeeRule = FeeRule()
    payout: str = "T+1"  # T+n or D+n, of what is not paid at once
    first_date: str = ""  # ISO: no payout is due before
    by_kind: tuple[tuple[str, FeeRule], ...] = ()  # of card
    fee_on_refund: str = "given_back"
    merchant_class: str = "standard"
    chargeback_fee_fen: int = 0  # of each

    def fee_of(self, card_kind: str) -> FeeRule:
        """The rule for a kind of card: its own, or that for all others."""
        for name, rule in self.by_kind:
            if name == card_kind:
                return rule
        return self.fee


class CapturedItem(msgspec.Struct, frozen=True, gc=False):
    """One item that is booked and not cleared."""

    posting_id: str
    mid: str
    own_key: str  # "" where ``posting_id`` begins with it: there are many, each kept for long
    what: str
    amount_fen: int  # signed: voids, refunds and reversals are negative
    settlement_date: str
    channel: str
    of: str = ""  # key of the sale that it refers to
    undoes: str = ""  # of a reversal: the kind of what it undoes
    card_kind: str = ""  # debit, credit, foreign, qr

    @property
    def key(self) -> str:
        """``<TID>/<batch>/<STAN>`` of what it is an item of."""
        return self.own_key or self.posting_id.partition(" ")[0]


class ClearedItem(msgspec.Struct, frozen=True, gc=False):
    """One item of a settlement date."""

    posting_id: str
    key: str
    what: str
    mid: str
    channel: str
    amount_fen: int
    fee_fen: int
    settlement_date: str
    of: str = ""
    card_kind: str = ""
    shares: Shares = Shares()  # of the fee


class MerchantSettlement(msgspec.Struct, frozen=True, gc=False):
    """What one merchant is owed for one settlement date: gross - fee = net."""

    mid: str
    settlement_date: str
    gross_fen: int
    fee_fen: int
    net_fen: int
    items: int
    payout: str
    due_ms: int
    disputes: OfDisputes = OfDisputes()  # within gross and fee


class CutOver(msgspec.Struct, frozen=True, gc=False):
    """Everything that one cut-over did, in the order in which it was booked."""

    settlement_date: str
    items: tuple[ClearedItem, ...] = ()
    settlements: tuple[MerchantSettlement, ...] = ()
    postings: tuple[Posting, ...] = ()
    at_once: tuple[ClearedItem, ...] = ()  # cleared before, one by one, and settled interbank now


class Clearing:
    """The acquirer's clearing: capture, settled batches, cut-over.

    ``capture`` says what makes an item ready: "batch", that its batch is settled, or "host", that
    it is booked; then the settlement of a batch moves nothing here.
    ``remember_batches_days`` is how many cut-overs long items that come after their batch was
    settled (a late advice or reversal) are cleared without another settlement of it; after that
    they wait for one, and :meth:`open_items` names them.
    """

    __slots__ = (
        "_at_once", "_by_batch", "_calendar", "_expiring", "_expiring_batches", "_held", "_last", "_ledger",
        "_merchants", "_open", "_payout_time_ms", "_pending", "_ready", "_remains", "_remember",
        "_remember_batches", "_seen", "_settled", "_settled_now", "_shares",
    )

    def __init__(
        self, ledger: Ledger, calendar: WorkingDays, *, shares: ShareTable | None = None,
        remember_cut_overs: int = 2, remember_batches_days: int = 10,
        payout_time_ms: int = PAYOUT_TIME_MS, capture: Literal["batch", "host"] = "batch",
    ) -> None:
        self._at_once: list[ClearedItem] = []
        self._by_batch = capture == "batch"
        self._ledger = ledger
        self._calendar = calendar
        self._shares = shares or ShareTable()
        self._remains = Remains()
        self._merchants: dict[str, MerchantTerms] = {}
        self._pending: dict[str, str] = {}
        self._open: dict[str, list[CapturedItem]] = {}  # by "<TID>/<batch>"
        self._ready: list[CapturedItem] = []
        self._held: dict[str, list[CapturedItem]] = {}  # by "<TID>/<batch>/<STAN>"
        self._settled: dict[str, str] = {}  # "<TID>/<batch>" to the date of its settlement
        self._settled_now: list[tuple[str, str]] = []
        self._seen: set[str] = set()
        self._remember = remember_cut_overs
        self._remember_batches = remember_batches_days
        self._expiring: deque[tuple[str, ...]] = deque()
        self._expiring_batches: deque[list[tuple[str, str]]] = deque()
        self._last = ""
        self._payout_time_ms = payout_time_ms

    def open_merchant(self, terms: MerchantTerms) -> None:
        """Take up a merchant, or change its terms from now on."""
        self._merchants[terms.mid] = terms
        self._pending[terms.mid] = accounts.pending(terms.mid)

    def capture(
        self, posting_id: str, mid: str, key: str, what: str, amount_fen: int, *,
        settlement_date: str, channel: str, of: str = "", undoes: str = "", card_kind: str = "",
    ) -> Posting | None:
        """Book an item for a merchant; ``None`` where this id was booked before.

        ``key`` is ``<TID>/<batch>/<STAN>``, ``channel`` the bank or wallet that owes the money,
        ``of`` the key of the sale that a void or refund, or the reversal of one, refers to.
        """
        if posting_id in self._seen:
            return None
        pending = self._pending[mid]
        posting = self._ledger.post(
            PostingReason.CAPTURE, key,
            ((accounts.SCHEME_RECEIVABLE, -amount_fen), (pending, amount_fen)),
        )
        self._seen.add(posting_id)
        batch = key[: key.rindex("/")]
        item = CapturedItem(
            posting_id, intern(mid), _unless_begun(posting_id, key), intern(what), amount_fen,
            intern(settlement_date), intern(channel), of, intern(undoes), intern(card_kind))
        if not self._by_batch:
            self._ready.append(item)
        elif self._held and key in self._held:
            self._held[key].append(item)
        elif batch in self._settled:
            self._ready.append(item)
        else:
            items = self._open.get(batch)
            if items is None:
                self._open[batch] = [item]
            else:
                items.append(item)
        return posting

    def dispute(
        self, posting_id: str, case: str, mid: str, key: str, what: str, amount_fen: int, *,
        settlement_date: str, channel: str,
    ) -> Posting | None:
        """Book what a dispute takes from a merchant, or gives it again: cleared at the next cut-over.

        No batch holds it and no fee is moved by it; ``None`` where this id was booked before.
        """
        if posting_id in self._seen:
            return None
        why = PostingReason.CHARGEBACK if amount_fen < 0 else PostingReason.REPRESENTMENT
        posting = self._ledger.post(
            why, case, ((accounts.SCHEME_RECEIVABLE, -amount_fen), (self._pending[mid], amount_fen)))
        self._seen.add(posting_id)
        self._ready.append(
            CapturedItem(posting_id, mid, _unless_begun(posting_id, key), what, amount_fen, settlement_date, channel))
        return posting

    def settle_batch(
        self, tid: str, batch: int, settlement_date: str, held: Collection[str] = (),
    ) -> int:
        """A batch is settled: its items are cleared at the next cut-over; says how many they are.

        Where an approval clears an item, none waits for this.
        ``held`` are keys that the host keeps out because the terminal did not confirm them: they
        stay captured and unpaid, with what is captured under them later, until
        :meth:`release_held`; :meth:`open_items` names them.
        The batch after it on this terminal may have the same number again (after a factory
        reset): what comes under a settled number is taken for a late item of it.
        """
        if not self._by_batch:
            return 0
        name = f"{tid}/{batch:06}"
        items = self._open.pop(name, [])
        if held:
            for item in items:
                if item.key in held:
                    self._held.setdefault(item.key, []).append(item)
            items = [item for item in items if item.key not in held]
        for item in items:
            self._ready.append(self._at_the_earliest(item, settlement_date))
        self._settled[name] = settlement_date
        self._settled_now.append((name, settlement_date))
        return len(items)

    def release_held(self, key: str, settlement_date: str) -> int:
        """What is held under a key is cleared at the next cut-over; says how many items it is."""
        items = self._held.pop(key, [])
        for item in items:
            self._ready.append(self._at_the_earliest(item, settlement_date))
        return len(items)

    def cut_over(self, settlement_date: str) -> CutOver:
        """Close a settlement date: clear what is settled up to it, share fees, settle interbank.

        Dates only rise.  A date that is closed already, or passed over, does nothing: what is
        ready waits for the next one, so a merchant has one settlement a date.
        """
        if settlement_date <= self._last:
            return CutOver(settlement_date)
        self._last = settlement_date
        due = [item for item in self._ready if item.settlement_date <= settlement_date]
        self._ready = [item for item in self._ready if item.settlement_date > settlement_date]
        items = tuple(self._cleared(item, settlement_date) for item in due)
        postings: list[Posting] = []
        settlements = []
        for mid, group in _grouped(items):
            settlement = self._settlement(mid, group, settlement_date)
            settlements.append(settlement)
            postings += self._book(settlement, group)
        at_once = tuple(self._at_once)
        self._at_once.clear()
        postings += self._interbank((*items, *at_once), settlement_date)
        self._forget(tuple(item.posting_id for item in (*items, *at_once)))
        self._remains.end_day()
        return CutOver(settlement_date, items, tuple(settlements), tuple(postings), at_once)

    def clear_at_once(self, posting_id: str, key: str, now_ms: int) -> CutOver:
        """Clear one captured item by itself, to be paid now; nothing where it is cleared already.

        Between banks it is settled at the next cut-over.
        """
        waiting = self._ready if not self._by_batch else self._open.get(key[: key.rindex("/")], [])
        item = next((each for each in reversed(waiting) if each.posting_id == posting_id), None)
        if item is None:
            return CutOver("")
        waiting.remove(item)
        cleared = self._cleared(item, item.settlement_date)
        self._at_once.append(cleared)
        settlement = MerchantSettlement(
            item.mid, item.settlement_date, item.amount_fen, cleared.fee_fen,
            item.amount_fen - cleared.fee_fen, 1, INSTANT + key, now_ms,
        )
        postings = self._book(settlement, [cleared])
        return CutOver(item.settlement_date, (cleared,), (settlement,), tuple(postings))

    def pending_fen(self, mid: str) -> int:
        """What is captured for a merchant and not cleared."""
        return self._ledger.balance(self._pending[mid])

    def due_ms(self, settlement_date: date, payout: str, first_date: str = "") -> int:
        """When a payout of this settlement date is due on these terms, and not before a first date."""
        due_ms = self._calendar.due_ms(settlement_date, payout, self._payout_time_ms)
        if not first_date:
            return due_ms
        first_ms = self._calendar.due_ms(
            date.fromisoformat(first_date), f"{payout[0]}+0", self._payout_time_ms)
        return max(due_ms, first_ms)

    def ready(self) -> int:
        """How many items only wait for the next cut-over."""
        return len(self._ready)

    def open_items(self) -> list[CapturedItem]:
        """What is captured and waits for its batch to be settled, or for the next cut-over."""
        waiting = [
            item for group in (self._open, self._held) for items in group.values() for item in items
        ]
        return waiting + self._ready

    # ---- parts -------------------------------------------------------------------------------

    def _at_the_earliest(self, item: CapturedItem, settlement_date: str) -> CapturedItem:
        if item.settlement_date >= settlement_date:
            return item
        return msgspec.structs.replace(item, settlement_date=settlement_date)

    def _cleared(self, item: CapturedItem, settlement_date: str) -> ClearedItem:
        if item.what in ITEMS:  # of a dispute: the fee of its sale stays where it is
            return ClearedItem(
                item.posting_id, item.key, item.what, item.mid, item.channel, item.amount_fen,
                self._dispute_fee(item), settlement_date,
            )
        terms = self._merchants[item.mid]
        before, after = self._moved(item, terms)
        rule = self._fee_rule(terms, item.card_kind)
        shares = self._share_rule(terms, item.card_kind)
        return ClearedItem(
            item.posting_id, item.key, item.what, item.mid, item.channel, item.amount_fen,
            rule.fee_fen(after) - rule.fee_fen(before), settlement_date, item.of, item.card_kind,
            shares.of(after) - shares.of(before),
        )

    def _dispute_fee(self, item: CapturedItem) -> int:
        return self._merchants[item.mid].chargeback_fee_fen if item.what in CHARGEBACKS else 0

    def _fee_rule(self, terms: MerchantTerms, card_kind: str) -> FeeRule:
        return terms.fee_of(card_kind)

    def _share_rule(self, terms: MerchantTerms, card_kind: str) -> ShareRule:
        return self._shares.of(card_kind, terms.merchant_class)

    def _moved(self, item: CapturedItem, terms: MerchantTerms) -> tuple[int, int]:
        """What remained of the sale of an item before it, and what remains: its fee stands on that."""
        kind = item.undoes or item.what
        if kind in REFUNDS and terms.fee_on_refund == "kept":
            return 0, 0
        if item.of or item.undoes or item.amount_fen < 0:
            return self._remains.move(item.of or item.key, item.amount_fen)
        return self._remains.take(item.key, item.amount_fen)

    def _settlement(
        self, mid: str, items: list[ClearedItem], settlement_date: str,
    ) -> MerchantSettlement:
        gross = sum(item.amount_fen for item in items)
        fee = self._fee_of_batch(mid, items)
        terms = self._merchants[mid]
        due_ms = self.due_ms(date.fromisoformat(settlement_date), terms.payout, terms.first_date)
        return MerchantSettlement(
            mid, settlement_date, gross, fee, gross - fee, len(items), f"{settlement_date}/{mid}",
            due_ms, in_disputes((item.what, item.amount_fen, item.fee_fen) for item in items),
        )

    def _fee_of_batch(self, _mid: str, items: list[ClearedItem]) -> int:
        return sum(item.fee_fen for item in items)

    def _book(self, settlement: MerchantSettlement, items: list[ClearedItem]) -> list[Posting]:
        movements = (
            (self._pending[settlement.mid], -settlement.gross_fen),
            (accounts.payable(settlement.mid), settlement.net_fen),
            *fee_legs(settlement.fee_fen, items),
        )
        return self._post(PostingReason.CLEARING, settlement.payout, movements)

    def _interbank(self, items: tuple[ClearedItem, ...], settlement_date: str) -> list[Posting]:
        sums: dict[str, int] = {}
        for item in items:
            sums[item.channel] = sums.get(item.channel, 0) + item.amount_fen
        postings: list[Posting] = []
        for channel, fen in sorted(sums.items()):
            movements = ((accounts.due(channel), -fen), (accounts.SCHEME_RECEIVABLE, fen))
            postings += self._post(PostingReason.INTERBANK, f"{settlement_date}/{channel}", movements)
        return postings

    def _post(self, why: PostingReason, key: str, movements: Entries) -> list[Posting]:
        moved = tuple(entry for entry in movements if entry[1])
        return [self._ledger.post(why, key, moved)] if moved else []

    def _forget(self, cleared: tuple[str, ...]) -> None:
        self._expiring.append(cleared)
        while len(self._expiring) > self._remember:
            self._seen.difference_update(self._expiring.popleft())
        self._expiring_batches.append(self._settled_now)
        self._settled_now = []
        while len(self._expiring_batches) > self._remember_batches:
            for name, settled_on in self._expiring_batches.popleft():
                if self._settled.get(name) == settled_on:  # not settled again since
                    del self._settled[name]


def _unless_begun(posting_id: str, key: str) -> str:
    """The key, or nothing where it is what a posting's id begins with."""
    return "" if posting_id.partition(" ")[0] == key else key


def fee_legs(fee_fen: int, items: Iterable[ClearedItem]) -> Entries:
    """A fee shared as its items say; the acquirer has the rest, and pays where it is too little."""
    issuer = scheme = 0
    for item in items:
        issuer += item.shares.issuer_fen
        scheme += item.shares.scheme_fen
    return (
        (accounts.FEE_ISSUER, issuer), (accounts.FEE_SCHEME, scheme),
        (accounts.FEE_ACQUIRER, fee_fen - issuer - scheme),
    )


def _grouped(items: Iterable[ClearedItem]) -> list[tuple[str, list[ClearedItem]]]:
    """Items by merchant, merchants in order of MID."""
    groups: dict[str, list[ClearedItem]] = {}
    for item in items:
        groups.setdefault(item.mid, []).append(item)
    return sorted(groups.items())
