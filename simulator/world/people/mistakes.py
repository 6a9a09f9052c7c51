"""What people do wrong at a counter, by the verb of the fault: each says what is keyed first.

Returns whether the order at hand does not begin now.  What puts it right follows on the wrong order
(``sequels``); nothing here knows what a terminal or a host makes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from simulator.catalogue.slip_reasons import SlipReason
from simulator.faults.points import Verb
from simulator.faults.schedule import Strike
from simulator.local_time import MINUTE_MS, SECOND_MS
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.kinds import Kind
from simulator.world.people.orders import NO_SLIP, UNDOES, Follows, Order, Sequel

GOODS_CODE = "6901234567892"  # an EAN-13 of China, as it is on goods: no wallet begins so
PRESSES = 12
CASHED_FEN = 9_800_00  # which a small shop does not take
_ADDRESS = {Kind.SALE, Kind.PREAUTH, Kind.OFFLINE_SALE, Kind.BALANCE}


class Erring(Protocol):
    """The counter at which it happens."""

    profile: TerminalProfile
    last_sold: Order | None  # of this counter

    def ask(self, order: Order) -> None:
        """Serve this now, or when its turn comes."""

    def promise(self, after_ms: int, order: Order | None) -> None:
        """Serve this later."""

    def first(self, order: Order, then: Order) -> None:
        """Serve an order before the one at hand."""

    def struck(self, strike: Strike) -> None:
        """Write down that it happens."""

    def storms(self, strike: Strike) -> None:
        """Whoever keys the order at hand will press again while it is open."""


def _repeats(counter: Erring, order: Order, strike: Strike) -> bool:
    if order.kind is not Kind.SALE or order.erred:
        return False
    counter.struck(strike)
    twin = Order(Kind.SALE, f"{order.sale}-twin", order.amount_fen, order.card,
                 follows=Follows(Sequel.PUT_RIGHT, after_ms=strike.ms))
    order.erred = twin.erred = True
    counter.promise(max(strike.ms, SECOND_MS), twin)
    return False


def _mistypes(counter: Erring, order: Order, strike: Strike) -> bool:
    if order.kind not in (Kind.SALE, Kind.QR_SALE) or order.erred:
        return False
    wrong = Order(order.kind, f"{order.sale}-wrong", order.amount_fen * 10, order.card,
                  qr_code=order.qr_code and f"{order.qr_code}1",  # a customer's code is good once
                  follows=Follows(Sequel.PUT_RIGHT, after_ms=strike.ms))
    return _is_keyed_first(counter, wrong, order, strike)


def _misreads(counter: Erring, order: Order, strike: Strike) -> bool:
    """The scanner reads a code on the goods, or one that is not good any more."""
    if order.kind is not Kind.QR_SALE or order.erred or not counter.profile.qr:
        return False
    wrong = Order(Kind.QR_SALE, f"{order.sale}-misread", order.amount_fen, qr_code=GOODS_CODE)
    return _is_keyed_first(counter, wrong, order, strike)


def _is_keyed_first(counter: Erring, wrong: Order, order: Order, strike: Strike) -> bool:
    counter.struck(strike)
    order.erred = wrong.erred = True
    counter.first(wrong, order)
    return True


def _is_a_stranger(counter: Erring, order: Order, strike: Strike) -> bool:
    if order.kind is Kind.SIGN_ON or order.erred:
        return False
    counter.struck(strike)
    order.erred, order.unentitled = True, "not_signed_in"
    return False


def _has_wrong_password(counter: Erring, order: Order, strike: Strike) -> bool:
    if order.kind is Kind.SIGN_ON or order.erred:
        return False
    wrong = Order(Kind.SIGN_ON, f"{order.sale}-password", clerk=order.clerk, unentitled="wrong_password")
    return _is_keyed_first(counter, wrong, order, strike)


def _has_no_right(counter: Erring, order: Order, strike: Strike) -> bool:
    if order.kind._value_ not in counter.profile.supervised or order.erred:
        return False
    counter.struck(strike)
    order.erred, order.unentitled = True, "no_right"
    return False


def _calls_disabled(counter: Erring, order: Order, strike: Strike) -> bool:
    """The first function that is switched off and can be asked for with what is at hand."""
    if order.erred:
        return False
    for name in counter.profile.disabled:
        kind = Kind(name)
        wrong = Order(kind, f"{order.sale}-{name}", order.amount_fen or 1, unentitled="disabled")
        if kind in UNDOES:
            if counter.last_sold is None:
                continue
            wrong.of, wrong.card = counter.last_sold, counter.last_sold.card
        elif kind is Kind.QR_SALE:
            wrong.qr_code = order.qr_code or GOODS_CODE
        elif order.card is not None and kind in _ADDRESS:
            wrong.card = order.card
        else:
            continue
        return _is_keyed_first(counter, wrong, order, strike)
    return False


_OTHER: dict[Kind, tuple[Kind, Sequel]] = {
    Kind.SALE: (Kind.PREAUTH, Sequel.RELEASED), Kind.PREAUTH: (Kind.SALE, Sequel.VOIDED),
    Kind.VOID: (Kind.REFUND, Sequel.KEPT), Kind.REFUND: (Kind.VOID, Sequel.KEPT),
}


def _keys_other_kind(counter: Erring, order: Order, strike: Strike) -> bool:
    """A sale as a pre-authorisation, a refund as a void, and the reverse."""
    other = _OTHER.get(order.kind)
    of = order.of
    if other is None or order.erred or (of is not None and (
        of.sold is None or of.sold.amount_fen != order.amount_fen  # a part cannot be voided
    )):
        return False
    kind, then = other
    if strike.code == "completed" and then is Sequel.RELEASED:
        then = Sequel.COMPLETED
    wrong = Order(kind, f"{order.sale}-as-{kind.value}", order.amount_fen, order.card, of=of,
                  clerk=order.clerk, follows=Follows(then))
    return _is_keyed_first(counter, wrong, order, strike)


def _storms(counter: Erring, order: Order, strike: Strike) -> bool:
    if order.kind is not Kind.SALE or order.presses or order.erred:
        return False
    counter.storms(strike)  # written down at the first key, if it comes to that
    order.erred = True
    order.presses, order.press_ms = PRESSES, max(strike.ms, SECOND_MS)
    return False


def _voids_by_mistake(counter: Erring, order: Order, strike: Strike) -> bool:
    return _follows(counter, order, strike, Follows(
        Sequel.VOIDED_BY_MISTAKE, after_ms=max(strike.ms, MINUTE_MS)))


def _is_disputed(counter: Erring, order: Order, strike: Strike) -> bool:
    return _follows(counter, order, strike, Follows(
        Sequel.DISPUTED, after_ms=max(strike.ms, MINUTE_MS), course="disputed",
        reason=strike.code or "not_recognised"))


def _misses_slip(counter: Erring, order: Order, strike: Strike) -> bool:
    return _follows(counter, order, strike, Follows(
        Sequel.SLIP_MISSED, after_ms=max(strike.ms, MINUTE_MS), course=NO_SLIP,
        reason=strike.code or SlipReason.LOST))


def _cashes_out(counter: Erring, order: Order, strike: Strike) -> bool:
    """Beside an honest sale one for no goods, with a real card, of a sum that nobody pays in such a shop."""
    if order.kind is not Kind.SALE or order.erred:
        return False
    cash = Order(Kind.SALE, f"{order.sale}-cash", CASHED_FEN, order.card, clerk=order.clerk,
                 follows=Follows(Sequel.DISPUTED, after_ms=max(strike.ms, MINUTE_MS),
                                 course=strike.code or "taken_back", reason="fraud"))
    return _is_keyed_first(counter, cash, order, strike)


def _follows(counter: Erring, order: Order, strike: Strike, follows: Follows) -> bool:
    """Something comes of a sale later, of which nothing else is to come."""
    if order.kind is not Kind.SALE or order.erred or order.follows is not None:
        return False
    counter.struck(strike)
    order.erred, order.follows = True, follows
    return False


MISTAKES: dict[Verb, Callable[[Erring, Order, Strike], bool]] = {
    Verb.REPEAT: _repeats,
    Verb.MISTYPE: _mistypes,
    Verb.MISREAD: _misreads,
    Verb.STRANGER: _is_a_stranger,
    Verb.WRONG_PASSWORD: _has_wrong_password,
    Verb.UNSUPERVISED: _has_no_right,
    Verb.CALL_DISABLED: _calls_disabled,
    Verb.OTHER_KIND: _keys_other_kind,
    Verb.STORM: _storms,
    Verb.VOID_BY_MISTAKE: _voids_by_mistake,
    Verb.DISPUTE: _is_disputed,
    Verb.MISS_SLIP: _misses_slip,
    Verb.CASH_OUT: _cashes_out,
}
