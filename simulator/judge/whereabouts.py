"""Where is the money, sale by sale: arrived, on its way, suspended, lost, undone or never taken.

Adds up everything, keeps rows of what is worth telling, and judges invariant 3: a sale with an
approved receipt reaches the merchant, less the fee, or stands in suspense with a reason.
"""

from __future__ import annotations

import msgspec

from simulator.judge import batches
from simulator.judge.book import Book
from simulator.judge.causes import cause_of
from simulator.judge.invariants import NO_LOST_SALE
from simulator.judge.open_items import (
    KNOWN,
    OWED,
    REVERSED,
    STORED,
    UNSETTLED,
    Sale,
    Settlement,
    Transaction,
)
from simulator.judge.sentences import REASON, yuan
from simulator.judge.story import local
from simulator.judge.terms import KINDS_ZH, REASONS_ZH, decline, said
from simulator.judge.trace import Record
from simulator.judge.transactions import HOLDING, TAKING
from simulator.judge.verdict import Arrivals, CauseTally, Money, SaleRow, Tally, Where
from simulator.local_time import DAY_MS

OVERDUE_MS = DAY_MS
"""A bank may post late; after this time a payout is missing."""
EVENTFUL_ROWS_KEPT = 1_000
CLEARS_WITHIN_MS = 26 * DAY_MS // 24
"""A settled batch is cleared at the next cut-over, which comes once a day."""
_PLAIN = frozenset({Where.UNDONE, Where.DECLINED})  # need no fault to explain them
_EVENTFUL = frozenset({Where.LOST, Where.SUSPENDED, Where.ON_THE_WAY})


class Place(msgspec.Struct, gc=False):
    """The answer for one sale."""

    where: Where
    reason: str = ""  # code of sentences.REASONS
    when_ms: int | None = None
    since_ms: int = 0  # when whatever keeps the money began
    facts: dict[str, object] = {}
    story: list[Record] | None = None  # of the batch that keeps it


class _Sum(msgspec.Struct, gc=False):
    sales: int = 0
    fen: int = 0

    def tally(self) -> Tally:
        return Tally(self.sales, self.fen)


class Whereabouts:
    """Adds up sales as they are closed.  ``keep_sales``: so many uneventful rows; None: all."""

    __slots__ = (
        "_arrivals", "_book", "_causes", "_eventful", "_fee_fen", "_invariant", "_keep", "_rows",
        "_sums", "left_out",
    )

    def __init__(self, book: Book, keep_sales: int | None) -> None:
        self._book = book
        self._invariant = book.invariants[NO_LOST_SALE]
        self._keep = keep_sales
        self._eventful = 0
        self._rows: list[SaleRow] = []
        self._sums: dict[Where, _Sum] = {where: _Sum() for where in Where}
        self._causes: dict[tuple[str, Where, str, str], _Sum] = {}
        self._arrivals: dict[int, _Sum] = {}
        self._fee_fen = 0
        self.left_out = 0

    def add(self, sale: Sale, at_ms: int) -> None:
        """A sale is closed."""
        net = sale.goods_fen - sale.undone_fen
        if sale.approvals and sale.receipt:
            self._invariant.exercised += 1
        if net > 0 and sale.paid_fen and (sale.captures == 0 or sale.paid_fen >= net):
            self._arrived(sale, net)
            return
        if not self._is_sale(sale):
            return
        place = place_of(self._book, sale, at_ms)
        fen = net if net > 0 else max(sale.debited_fen, 0)
        if place.where in (Where.UNDONE, Where.DECLINED, Where.HELD):
            fen = sale.amount_fen
        total = self._sums[place.where]
        total.sales += 1
        total.fen += fen
        self._put_down(sale, place, fen, at_ms)

    def _arrived(self, sale: Sale, net: int) -> None:
        """The straight way of most sales: sums only, a row if there is room."""
        total = self._sums[Where.ARRIVED]
        total.sales += 1
        total.fen += net
        self._fee_fen += sale.fee_fen
        arrivals = self._arrivals.get(sale.arrived_ms)
        if arrivals is None:
            arrivals = self._arrivals[sale.arrived_ms] = _Sum()
        arrivals.sales += 1
        arrivals.fen += net
        # Invariants 2 and 4 tell of a sum debited or captured twice; a refund may still be waiting.
        if sale.captures == 0 and sale.paid_fen not in (net, sale.debited_fen):
            self._book.find(
                "paid_another_sum", at_ms=sale.arrived_ms, sale=sale, amount=yuan(net),
                paid=yuan(sale.paid_fen),
            )
        if self._keep is None or len(self._rows) < self._keep:
            self._rows.append(_row(sale, Place(Where.ARRIVED, "", sale.arrived_ms), net, ""))
        else:
            self.left_out += 1

    def _put_down(self, sale: Sale, place: Place, fen: int, at_ms: int) -> None:
        cause = ""
        if place.reason not in ("due", "open_batch", "awaits_cut_over", "hold"):
            cause = self._cause(sale, place, at_ms)
            told = cause_of(cause)
            words = (told.en, told.zh)
            if not cause and place.where in _PLAIN:
                reason = REASON[place.reason]
                words = (reason.en.format_map(place.facts), reason.zh.format_map(place.facts))
            total = self._causes.setdefault((cause, place.where, *words), _Sum())
            total.sales += 1
            total.fen += fen
        if place.where is Where.LOST and sale.approvals and sale.receipt:
            reason = REASON[place.reason]
            self._book.find(
                "approved_not_arrived", at_ms=at_ms, sale=sale, amount=yuan(fen),
                amount_fen=fen, why=reason.en.format_map(place.facts),
                why_zh=reason.zh.format_map(place.facts), cause=cause,
                story=[*(sale.story or ()), *place.story] if place.story else None,
            )
        eventful = place.where in _EVENTFUL
        if self._keep is None or (
            self._eventful < EVENTFUL_ROWS_KEPT if eventful else len(self._rows) < self._keep
        ):
            self._eventful += eventful
            self._rows.append(_row(sale, place, fen, cause))
        else:
            self.left_out += 1

    def _cause(self, sale: Sale, place: Place, at_ms: int) -> str:
        if place.reason == "returned":
            return ""  # people agreed to it
        faults = self._book.faults
        mid = sale.settlement.mid if sale.settlement is not None else ""
        actors = self._book.actors_of(sale.tid, mid)
        if place.reason == "one_sided":  # as the finding has it
            return faults.cause(sale.keys, actors, sale.meant_ms, at_ms)
        if place.reason == "never_settled":
            return faults.cause((), actors, place.since_ms, place.since_ms)
        if sale.settlement is not None and place.reason in ("in_suspense", "payout_lost", "overdue"):
            return faults.cause((), actors, sale.settlement.cleared_ms, at_ms)
        until_ms = sale.concluded_ms or at_ms
        return faults.cause(sale.keys, actors, sale.meant_ms, until_ms)

    @staticmethod
    def _is_sale(sale: Sale) -> bool:
        """Balance inquiries and stray refunds are no sales."""
        return (
            sale.what in TAKING or sale.what in HOLDING or sale.debited_fen > 0
            or sale.captured_fen > 0
        )

    # ---- the sums ----------------------------------------------------------------------------

    def money(self) -> Money:
        """All sums so far."""
        sums = self._sums
        taken = [sums[where] for where in (Where.ARRIVED, *_EVENTFUL)]
        arrived = sums[Where.ARRIVED]
        return Money(
            taken=Tally(sum(each.sales for each in taken), sum(each.fen for each in taken)),
            arrived=arrived.tally(), fee_fen=self._fee_fen, net_fen=arrived.fen - self._fee_fen,
            on_the_way=sums[Where.ON_THE_WAY].tally(), suspended=sums[Where.SUSPENDED].tally(),
            lost=sums[Where.LOST].tally(), held=sums[Where.HELD].tally(),
            undone=sums[Where.UNDONE].tally(), declined=sums[Where.DECLINED].tally(),
        )

    def rows(self) -> tuple[SaleRow, ...]:
        """The rows that were kept, in the order in which the sales were meant."""
        return tuple(sorted(self._rows, key=lambda row: (row.meant_ms, row.sale)))

    def by_cause(self) -> tuple[CauseTally, ...]:
        """What did not simply arrive, by cause, the largest sums first."""
        tallies = [
            CauseTally(cause, where, total.sales, total.fen, text, text_zh)
            for (cause, where, text, text_zh), total in self._causes.items()
        ]
        return tuple(sorted(tallies, key=lambda each: (-each.fen, each.cause, each.text)))

    def arrivals(self) -> tuple[Arrivals, ...]:
        """When sales arrived."""
        return tuple(
            Arrivals(at_ms, total.sales, total.fen)
            for at_ms, total in sorted(self._arrivals.items())
        )


def _row(sale: Sale, place: Place, fen: int, cause: str) -> SaleRow:
    reason = REASON.get(place.reason)
    arrived = place.where is Where.ARRIVED
    return SaleRow(
        sale=sale.sale, meant_ms=sale.meant_ms, tid=sale.tid, key=sale.keys[-1] if sale.keys else "",
        card=sale.card, amount_fen=fen, where=place.where, what=sale.what, when_ms=place.when_ms,
        payout=sale.payout or (sale.settlement.payout if sale.settlement else ""),
        fee_fen=sale.fee_fen if arrived else 0,
        net_fen=sale.paid_fen - sale.fee_fen if arrived else 0,
        why=reason.en.format_map(place.facts) if reason else "",
        why_zh=reason.zh.format_map(place.facts) if reason else "", cause=cause,
    )


# ---- where one sale is ---------------------------------------------------------------------------


def place_of(book: Book, sale: Sale, at_ms: int) -> Place:
    """Where the money of a sale is that did not simply arrive."""
    transactions = [
        transaction for key in sale.keys
        if (transaction := book.transactions.get(key)) is not None
    ]
    if sale.held:
        return Place(Where.HELD, "hold")
    if not sale.approvals:
        return _never_approved(book, sale, transactions)
    if sale.goods_fen <= sale.undone_fen:
        if sale.debited_fen > 0:
            return Place(Where.LOST, "one_sided")
        return Place(Where.UNDONE, "returned", facts=_how_undone(sale.undone))
    if sale.settlement is not None and not sale.settlement.posted:
        return _in_settlement(sale.settlement, at_ms)
    if sale.captured_fen <= 0:
        return _not_captured(book, sale, transactions, at_ms)
    return _in_batch(book, transactions, at_ms)


def _how_undone(how: str) -> dict[str, object]:
    return {"how": how, "how_zh": said(KINDS_ZH, how)}


def _never_approved(book: Book, sale: Sale, transactions: list[Transaction]) -> Place:
    if sale.debited_fen > 0 or sale.captured_fen > 0:
        pending = any(each.state == OWED for each in transactions)
        if pending and not book.is_whole():
            return Place(Where.ON_THE_WAY, "in_flight")
        return Place(Where.LOST, "one_sided")
    if any(each.moved or each.state == REVERSED for each in transactions):
        return Place(Where.UNDONE, "reversed")
    if not transactions and not sale.result:
        return Place(Where.DECLINED, "never_tried")
    code, code_zh = decline(sale.code)
    reason = {"declined": "declined", "refused": "refused"}.get(sale.result, "no_answer")
    return Place(Where.DECLINED, reason, facts={"code": code, "code_zh": code_zh})


def _not_captured(
    book: Book, sale: Sale, transactions: list[Transaction], at_ms: int,
) -> Place:
    if any(each.state in UNSETTLED for each in transactions):
        stored = any(each.state == STORED for each in transactions)
        if stored and at_ms - sale.concluded_ms < batches.MAY_STAY_OPEN_MS:
            return Place(Where.ON_THE_WAY, "in_flight")
        if not stored and not book.is_whole():
            return Place(Where.ON_THE_WAY, "in_flight")
    if sale.refused_later and sale.debited_fen <= 0:
        return Place(Where.DECLINED, "refused_later", facts=_refused_later(sale.refused_later))
    if sale.debited_fen > 0:
        return Place(Where.LOST, "not_captured")
    if any(each.moved for each in transactions):
        return Place(Where.LOST, "clawed_back")
    return Place(Where.LOST, "never_debited")


def _refused_later(code: str) -> dict[str, object]:
    english, chinese = decline(code)
    return {"code": english, "code_zh": chinese}


def _in_settlement(settlement: Settlement, at_ms: int) -> Place:
    if settlement.suspended:
        return Place(Where.SUSPENDED, "in_suspense", facts={
            "reason": settlement.suspended, "reason_zh": said(REASONS_ZH, settlement.suspended),
        })
    if not settlement.payout:
        return Place(Where.ON_THE_WAY, "awaits_cut_over")
    facts: dict[str, object] = {"payout": settlement.payout, "due": local(settlement.due_ms)}
    if at_ms <= settlement.due_ms:
        return Place(Where.ON_THE_WAY, "due", settlement.due_ms, facts=facts)
    if at_ms <= settlement.due_ms + OVERDUE_MS:
        return Place(Where.ON_THE_WAY, "overdue", settlement.due_ms, facts=facts)
    return Place(Where.LOST, "payout_lost", facts=facts)


def _in_batch(book: Book, transactions: list[Transaction], at_ms: int) -> Place:
    transaction = next(
        (each for each in transactions if each.items > len(each.cleared) and each.state >= KNOWN),
        None,
    )
    if transaction is None:
        return Place(Where.ON_THE_WAY, "in_flight")
    tid = transaction.key[:8]
    facts: dict[str, object] = {"tid": tid, "batch": f"{transaction.batch:06}"}
    if batches.settled(book, tid, transaction.batch):
        if at_ms - transaction.sent_ms < CLEARS_WITHIN_MS + batches.MAY_STAY_OPEN_MS:
            return Place(Where.ON_THE_WAY, "awaits_cut_over", facts=facts)
        if batches.was_uploaded(book, tid, transaction.batch):
            return Place(Where.LOST, "not_confirmed", facts=facts)
        return Place(Where.LOST, "not_cleared", facts=facts)
    batch = book.batch(tid, transaction.batch, transaction.sent_ms)
    if not batches.is_stuck(batch, at_ms):
        return Place(Where.ON_THE_WAY, "open_batch", facts=facts)
    if not batch.tries:
        return Place(Where.LOST, "settlement_unasked", facts=facts)
    facts["last"], facts["last_zh"] = batches.last_try(batch)
    return Place(Where.LOST, "never_settled", since_ms=batch.last_ms, facts=facts, story=batch.story)
