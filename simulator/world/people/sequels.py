"""What follows on an order that has ended: the void after a sale, what is sold again, put right.

Decides nothing about time or terminals: it asks the counter for one more order, now or later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from simulator.local_time import MINUTE_MS, SECOND_MS
from simulator.wire.kinds import Kind
from simulator.world.people.orders import Follows, Order, Sequel

THEN_AFTER_MS = 10 * MINUTE_MS  # a customer comes back for a void or refund


class Serving(Protocol):
    """The counter."""

    def ask(self, order: Order) -> None:
        """Serve this now, or when its turn comes."""

    def promise(self, after_ms: int, order: Order | None) -> None:
        """Serve this later."""

    def drop(self, sale: str) -> None:
        """Serve what is waiting no more."""

    def dispute(self, order: Order, follows: Follows) -> None:
        """Have this disputed later."""


def follow(counter: Serving, order: Order) -> None:
    """An order has ended: do what follows on it."""
    if order.follows is not None:
        _SEQUELS[order.follows.what](counter, order, order.follows)


def _as_wished(counter: Serving, order: Order, follows: Follows) -> None:
    """What becomes of a sale later: completion, void, refund, or a clerk's mistake."""
    wish = follows.wish
    if order.sold is None or wish is None:
        return
    after_ms = THEN_AFTER_MS + wish.later * 20
    if order.kind is Kind.PREAUTH:
        completion = Order(Kind.COMPLETION, f"{order.sale}-done", order.amount_fen, order.card,
                           of=order)
        counter.promise(after_ms, completion)
    elif order.kind is Kind.QR_SALE:
        if wish.then:
            kind = Kind.QR_REFUND if wish.then == "refund" else Kind.QR_VOID
            back = Order(kind, f"{order.sale}-{wish.then}", order.amount_fen, of=order,
                         qr_code=order.qr_code)
            counter.promise(after_ms, back)
    elif order.kind is Kind.SALE and (wish.then or wish.mistake == "void_by_mistake"):
        kind = Kind.REFUND if wish.then == "refund" else Kind.VOID
        if wish.mistake == "void_by_mistake":
            kind = Kind.REFUND if wish.then == "refund" else Kind.VOID
            _give_back_by_mistake(counter, order, kind, after_ms)
            return
        back = Order(kind, f"{order.sale}-{kind.value}", order.amount_fen, order.card, of=order)
        counter.promise(after_ms, back)
    elif wish.mistake == "duplicate_entry" and not order.erred:
        twin = Order(Kind.SALE, f"{order.sale}-twin", order.amount_fen, order.card,
                     follows=Follows(Sequel.VOIDED))
        counter.promise(MINUTE_MS, twin)


def _give_back_by_mistake(counter: Serving, order: Order, kind: Kind, after_ms: int) -> None:
    back = Order(kind, f"{order.sale}-{kind.value}", order.amount_fen, order.card, of=order,
                 follows=Follows(Sequel.SOLD_AGAIN))
    counter.promise(after_ms, back)


def _voided_by_mistake(counter: Serving, order: Order, follows: Follows) -> None:
    if order.sold is not None:
        _give_back_by_mistake(counter, order, Kind.VOID, follows.after_ms)


def _retyped(counter: Serving, wrong: Order, follows: Follows) -> None:
    assert follows.wish is not None
    _voided(counter, wrong, follows)
    counter.ask(Order(
        Kind.SALE, wrong.sale.removesuffix("-wrong"), follows.wish.amount_fen, wrong.card))


def _sold_again(counter: Serving, back: Order, _follows: Follows) -> None:
    if back.of is None or back.sold is None:
        return  # it was not given back: what was sold stands
    counter.ask(Order(Kind.SALE, f"{back.of.sale}-again", back.of.amount_fen, back.of.card))


def _voided(counter: Serving, order: Order, _follows: Follows) -> None:
    if order.sold is not None:
        counter.ask(Order(Kind.VOID, f"{order.sale}-void", order.amount_fen, order.card, of=order,
                          erred=True))


def _put_right(counter: Serving, wrong: Order, follows: Follows) -> None:
    """The documented remedy: void what should not have been sold."""
    if wrong.sold is None:
        return
    if wrong.kind is Kind.QR_SALE:  # refund, and scan again
        counter.ask(Order(Kind.QR_REFUND, f"{wrong.sale}-refund", wrong.sold.amount_fen, of=wrong,
                          qr_code=wrong.qr_code, erred=True))
    else:
        void = Order(Kind.VOID, f"{wrong.sale}-void", wrong.sold.amount_fen, wrong.card, of=wrong,
                     erred=True)
        counter.promise(max(follows.after_ms, SECOND_MS), void)


def _meant(wrong: Order) -> str:
    """The order that was keyed as another kind."""
    return wrong.sale.rpartition("-as-")[0]


def _kept(counter: Serving, wrong: Order, _follows: Follows) -> None:
    """A refund does as well as a void: the customer has the money back, and nothing more is due."""
    if wrong.sold is not None:
        counter.drop(_meant(wrong))


def _released(counter: Serving, wrong: Order, _follows: Follows) -> None:
    if wrong.sold is not None:
        counter.ask(Order(Kind.PREAUTH_VOID, f"{wrong.sale}-released", wrong.sold.amount_fen,
                          wrong.card, of=wrong, erred=True))


def _completed(counter: Serving, wrong: Order, _follows: Follows) -> None:
    if wrong.sold is not None:
        counter.drop(_meant(wrong))
        counter.ask(Order(Kind.COMPLETION, f"{wrong.sale}-completed", wrong.sold.amount_fen,
                          wrong.card, of=wrong, erred=True))


def _disputed(counter: Serving, order: Order, follows: Follows) -> None:
    if order.sold is not None:
        counter.dispute(order, follows)


_SEQUELS: dict[Sequel, Callable[[Serving, Order, Follows], None]] = {
    Sequel.AS_WISHED: _as_wished,
    Sequel.RETYPED: _retyped,
    Sequel.SOLD_AGAIN: _sold_again,
    Sequel.VOIDED: _voided,
    Sequel.PUT_RIGHT: _put_right,
    Sequel.VOIDED_BY_MISTAKE: _voided_by_mistake,
    Sequel.KEPT: _kept,
    Sequel.RELEASED: _released,
    Sequel.COMPLETED: _completed,
    Sequel.DISPUTED: _disputed,
    Sequel.SLIP_MISSED: _disputed,
}
