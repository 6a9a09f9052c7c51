"""Where is the money, sale by sale: arrived, on its way, suspended, lost, undone or never taken.

Adds up everything and keeps rows of what is worth telling; judges nothing.
"""

from __future__ import annotations

import msgspec

from simulator.judge.book import Book
from simulator.judge.diagnosis.causes import SAYS_WHY, cause_of
from simulator.judge.open_items import Sale
from simulator.judge.tracking.sale_sums import (
    fee_back_later,
    fee_of,
    given_back_later,
    has_arrived,
    net_fen,
    paid_net_fen,
)
from simulator.judge.transactions import HOLDING, RETURNING, TAKING
from simulator.judge.verdict import (
    Arrivals,
    CauseTally,
    MerchantMoney,
    Money,
    SaleRow,
    Where,
)
from simulator.judge.whereabouts.accounts import EVENTFUL, Account, Sum
from simulator.judge.whereabouts.due import held_until_ms, with_due
from simulator.judge.whereabouts.paid_sales import PaidSale, PaidSales
from simulator.judge.whereabouts.places import Place, Placed, place_of
from simulator.judge.whereabouts.wronged import WrongedPeople
from simulator.judge.words.sentences import REASON, yuan
from simulator.local_time import MINUTE_MS

EVENTFUL_ROWS_KEPT = 1_000
A_TRY_MS = MINUTE_MS  # what struck a settlement did so shortly before its last try failed
_PLAIN = frozenset({Where.UNDONE, Where.DECLINED})  # need no fault to explain them
_OF_PAYOUTS = frozenset({
    "in_suspense", "payout_lost", "overdue", "at_intermediary", "intermediary_kept",
})
_SIMPLY_THERE = ("due", "open_batch", "awaits_cut_over", "hold", "hold_until", "netted", "withheld")  # needs no cause


class Whereabouts:
    """Adds up sales as they are closed.  ``keep_sales``: so many uneventful rows; None: all."""

    __slots__ = (
        "_accounts", "_arrivals", "_book", "_causes", "_eventful", "_keep", "_paid_sales", "_rows", "left_out",
        "wronged",
    )

    def __init__(self, book: Book, keep_sales: int | None) -> None:
        self._book = book
        self._keep = keep_sales
        self._eventful = 0
        self._rows: list[SaleRow] = []
        self._accounts: dict[str, Account] = {}
        self._causes: dict[tuple[str, Where, str, str], Sum] = {}
        self._arrivals: dict[int, Sum] = {}
        self._paid_sales = PaidSales()
        self.left_out = 0
        self.wronged = WrongedPeople(book)

    def add(self, sale: Sale, at_ms: int) -> None:
        """A sale is closed."""
        net = net_fen(sale)
        if has_arrived(sale):
            self._arrived(sale, net + given_back_later(sale))
            return
        if not self._is_sale(sale):
            self._amend(sale)
            return
        place = place_of(self._book, sale, at_ms)
        account = self._account(sale)
        self.wronged.closed(sale, place.where, account)
        later = given_back_later(sale)
        if later:
            account.returned.add(later)
        fen = net + later if net > 0 else max(sale.debited_fen, 0)
        if place.where in (Where.UNDONE, Where.DECLINED, Where.HELD):
            fen = sale.amount_fen
        account.places[place.where].add(fen)
        counted = 0  # net, among what was paid
        if place.where is Where.SUSPENDED:
            account.suspended_fee_fen += fee_of(sale)
        elif place.where is Where.NETTED:
            account.netted_fee_fen += fee_of(sale)
            counted = fen - fee_of(sale)
        elif place.where is Where.UNDONE:
            kept = fee_of(sale) + fee_back_later(sale)
            account.keep_fee(kept)
            counted = -kept
        account.paid_apart_fen += paid_net_fen(sale) - counted
        self._put_down(sale, place, fen, at_ms)

    def _arrived(self, sale: Sale, fen: int) -> None:
        """The straight way of most sales: sums only, a row if there is room."""
        account = self._account(sale)
        account.places[Where.ARRIVED].add(fen)
        fee_fen = fee_of(sale) if sale.returned else sale.fee_fen
        account.fee_fen += fee_fen
        if sale.captures:  # payouts that are not paid yet take off what others paid of it more than once
            account.paid_apart_fen += paid_net_fen(sale) - (net_fen(sale) - fee_fen - fee_back_later(sale))
        arrivals = self._arrivals.get(sale.arrived_ms)
        if arrivals is None:
            arrivals = self._arrivals[sale.arrived_ms] = Sum()
        arrivals.add(fen)
        row = -1
        if self._keep is None or len(self._rows) < self._keep:
            row = len(self._rows)
            self._rows.append(_row(self._book, sale, _arrived_place(sale, fen), fen, "", account))
        else:
            self.left_out += 1
        self.wronged.closed(sale, Where.ARRIVED, account)
        later = given_back_later(sale)
        if row < 0 and not later and len(sale.keys) == 1 and not self.wronged.has_paid(sale.sale):
            self._paid_sales.remember_plain(sale.keys[0], fen, fee_fen, sale.arrived_ms, account)
            return
        paid = PaidSale(fen, fee_fen, sale.arrived_ms, account, sale.sale, row)
        self._paid_sales.remember(sale.keys, paid)
        if later:
            self._give_back(paid, later, fee_back_later(sale))

    def _amend(self, back: Sale) -> None:
        """What is no sale may give back one that has arrived."""
        found = self._paid_sales.given_back(self._book, back)
        if found is not None:
            paid, fen = found
            fee_fen = sum(fee for _, _, fee in back.returned)
            self._give_back(paid, fen, fee_fen, back)
            if back.captures:  # in a payout that is not paid yet
                paid.account.paid_apart_fen += paid_net_fen(back) + fen + fee_fen

    def _give_back(
        self, paid: PaidSale, fen: int, fee_fen: int, back: Sale | None = None,
    ) -> None:
        """A sale that has arrived is given back, or a part of it: wholly it counts as undone.

        ``back``: by what, where that is closed by itself.
        """
        account = paid.account
        returned = account.returned
        was_undone = paid.is_undone
        account.returned_in_part_fen -= paid.in_part_fen
        returned.sales += not paid.returned_fen
        returned.fen += fen
        paid.returned_fen += fen
        if back is not None:  # else its own debit is less already
            self.wronged.given_back(paid.sale, fen)
        paid.fee_back_fen += fee_fen
        account.returned_in_part_fen += paid.in_part_fen
        if paid.is_undone and not was_undone:
            account.fee_fen -= paid.fee_fen
            account.keep_fee(paid.kept_fee_fen)
            account.places[Where.ARRIVED].add(-paid.fen, -1)
            self._arrivals[paid.arrived_ms].add(-paid.fen, -1)
            account.places[Where.UNDONE].add(paid.fen)
        if paid.row >= 0:
            row = self._rows[paid.row]
            reason = REASON["returned_later" if paid.is_undone else "returned_in_part"]
            facts = {"fen": yuan(paid.returned_fen)}
            row = msgspec.structs.replace(
                row, returned_fen=paid.returned_fen, why=reason.en.format_map(facts),
                why_zh=reason.zh.format_map(facts),
            )
            if back is not None and back.given_ms:
                row = msgspec.structs.replace(
                    row, given_back_ms=back.given_ms,
                    given_back_fen=row.given_back_fen + back.given_fen)
            if paid.is_undone:
                row = msgspec.structs.replace(
                    row, where=Where.UNDONE, when_ms=None, fee_fen=0, net_fen=0)
            self._rows[paid.row] = row

    def _put_down(self, sale: Sale, place: Place, fen: int, at_ms: int) -> None:
        cause = ""
        if place.reason not in _SIMPLY_THERE:
            cause = self._cause(sale, place, at_ms)
            told = cause_of(cause)
            words = (told.en, told.zh)
            if not cause and (place.where in _PLAIN or place.reason == "in_suspense"):  # which says why
                reason = REASON[place.reason]
                words = (reason.en.format_map(place.facts), reason.zh.format_map(place.facts))
            total = self._causes.setdefault((cause, place.where, *words), Sum())
            total.add(fen)
        self._book.tell(Placed(sale, place, fen, cause, at_ms))
        eventful = place.where in EVENTFUL
        if self._keep is None or (
            self._eventful < EVENTFUL_ROWS_KEPT if eventful else len(self._rows) < self._keep
        ):
            self._eventful += eventful
            row = _row(self._book, sale, place, fen, cause, self._account(sale))
            if place.where is Where.ON_THE_WAY:
                row = with_due(self._book, sale, row, at_ms)
            elif place.where is Where.HELD:
                row = msgspec.structs.replace(row, held_until_ms=held_until_ms(self._book, sale))
            self._rows.append(row)
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
            return faults.cause((), actors, place.since_ms - A_TRY_MS, place.since_ms)
        if sale.settlement is not None and place.reason in _OF_PAYOUTS:
            return faults.cause((), actors, sale.settlement.cleared_ms, at_ms)
        if place.reason == "declined" and sale.code in SAYS_WHY:
            return SAYS_WHY[sale.code] if faults.had(SAYS_WHY[sale.code]) else ""
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
        total = Account("", "")
        for each in self._accounts.values():
            total.plus(each)
        arrived, suspended = total.tally(Where.ARRIVED), total.tally(Where.SUSPENDED)
        netted = total.tally(Where.NETTED)
        fees = self._book.fees_cleared
        return Money(
            taken=total.taken(), arrived=arrived, fee_fen=total.fee_fen,
            net_fen=arrived.fen - total.fee_fen, on_the_way=total.tally(Where.ON_THE_WAY),
            suspended=suspended, netted=netted, netted_net_fen=netted.fen - total.netted_fee_fen,
            paid_apart_fen=total.paid_apart_fen, lost=total.tally(Where.LOST),
            held=total.tally(Where.HELD), undone=total.tally(Where.UNDONE),
            declined=total.tally(Where.DECLINED),
            cleared_fee_fen=fees.fee_fen, issuer_share_fen=fees.issuer_fen,
            network_share_fen=fees.scheme_fen,
            acquirer_share_fen=fees.fee_fen - fees.issuer_fen - fees.scheme_fen,
            kept_fee_fen=total.kept_fee_fen, returned_in_part_fen=total.returned_in_part_fen,
            suspended_net_fen=suspended.fen - total.suspended_fee_fen,
            returned=total.returned.tally(), owed_fen=sum(
                max(0, each.owed_fen) for each in self._book.merchants.values()),
        )

    def merchants(self) -> tuple[MerchantMoney, ...]:
        """The same, merchant by merchant; of each that sold or owes something."""
        merchants = self._book.merchants
        for mid, each in merchants.items():
            if each.owed_fen > 0 and mid not in self._accounts:
                self._accounts[mid] = Account(mid, named(each.actor))
        return tuple(
            each.money(max(0, merchants[mid].owed_fen) if mid in merchants else 0)
            for mid, each in sorted(self._accounts.items(), key=lambda one: (one[1].merchant, one[0]))
        )

    def _account(self, sale: Sale) -> Account:
        mid = self._mid_of(sale)
        name = mid or sale.merchant
        account = self._accounts.get(name)
        if account is None:
            merchant = self._book.merchants.get(mid)
            account = self._accounts[name] = Account(
                mid, named(sale.merchant if merchant is None else merchant.actor))
        return account

    def _mid_of(self, sale: Sale) -> str:
        """Whose a sale is: as it was cleared, as its terminal is known, as somebody meant it."""
        if sale.settlement is not None:
            return sale.settlement.mid
        terminal = self._book.terminals.get(sale.tid)
        if terminal is not None and terminal.opened.mid:
            return terminal.opened.mid
        return next(
            (mid for mid, each in self._book.merchants.items() if each.actor == sale.merchant), "")

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
            for at_ms, total in sorted(self._arrivals.items()) if total.sales
        )


def _arrived_place(sale: Sale, fen: int) -> Place:
    """That it arrived, and what else is to be said of that."""
    reason = ""
    facts: dict[str, object] = {}
    if sale.settlement is not None and sale.settlement.netted:
        reason = "withheld_into" if sale.settlement.withheld else "netted_into"
        facts = {"payout": sale.payout}
    elif sale.undone_fen and fen < sale.goods_fen:
        reason, facts = "returned_before", {
            "fen": yuan(sale.goods_fen - fen), "whole": yuan(sale.goods_fen)}
    return Place(Where.ARRIVED, reason, sale.arrived_ms, facts=facts)


def named(actor: str) -> str:
    """The name of a merchant."""
    return actor.removeprefix("merchant.")


def own_key(book: Book, sale: Sale) -> str:
    """The transaction of a sale's last try, and of nothing that gives it back."""
    for key in reversed(sale.keys):
        transaction = book.transactions.get(key)
        if transaction is None or transaction.what not in RETURNING:
            return key
    return sale.keys[-1] if sale.keys else ""


def _row(book: Book, sale: Sale, place: Place, fen: int, cause: str, account: Account) -> SaleRow:
    reason = REASON.get(place.reason)
    arrived = place.where is Where.ARRIVED
    settlement = sale.settlement
    cleared = arrived or (settlement is not None and place.where in EVENTFUL)
    fee_fen = fee_of(sale) if cleared else 0
    net_fen = sale.paid_fen - sale.netted_later_fen if arrived and not sale.captures else fen
    return SaleRow(
        sale=sale.sale, meant_ms=sale.meant_ms, tid=sale.tid, key=own_key(book, sale),
        card=sale.card, amount_fen=fen, where=place.where, what=sale.what, when_ms=place.when_ms,
        payout=sale.payout or (settlement.payout if settlement else ""),
        fee_fen=fee_fen, net_fen=net_fen - fee_fen if cleared else 0,
        returned_fen=0 if arrived else given_back_later(sale),
        why=reason.en.format_map(place.facts) if reason else "",
        why_zh=reason.zh.format_map(place.facts) if reason else "", cause=cause,
        mid=account.mid, merchant=account.merchant, debited_ms=sale.debited_ms or None,
        given_back_ms=sale.given_ms or None, given_back_fen=sale.given_fen,
    )
