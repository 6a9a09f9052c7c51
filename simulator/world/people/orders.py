"""What a clerk is asked to do, and what a receipt shows of it; does nothing.

All of it is data, what follows on an order as well: so what people know can be written down and
taken up again by another process.
"""

from __future__ import annotations

from enum import Enum
from hashlib import sha256

import msgspec

from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind
from simulator.world.people.demand import NEVER, Wish

LEAST_IMAGE = 160  # bytes of a signature
UNDOES = frozenset({
    Kind.VOID, Kind.REFUND, Kind.QR_VOID, Kind.QR_REFUND, Kind.PREAUTH_VOID, Kind.COMPLETION_VOID,
})
ADDS = frozenset({Kind.ADJUST, Kind.TIP})  # to the sum of a sale of this batch
SELLS = frozenset({
    Kind.SALE, Kind.QR_SALE, Kind.OFFLINE_SALE, Kind.COMPLETION, Kind.COMPLETION_ADVICE,
})

MEANS = SELLS | {Kind.PREAUTH}  # whose sum a customer agrees to beforehand


class Sold(msgspec.Struct, frozen=True, gc=False):
    """What the receipt of an approved transaction shows; enough to undo it."""

    kind: Kind
    batch: int
    stan: int
    rrn: str
    auth_code: str
    amount_fen: int
    date: str  # MMDD
    voucher: str = ""  # of a QR sale


NO_SLIP = "no_slip"  # the course of a dispute that asks for one


class Sequel(str, Enum):
    """What follows when an order has ended."""

    AS_WISHED = "as_wished"  # what the customer has in mind: completion, void, refund, a mistake
    RETYPED = "retyped"  # the amount was wrong: void it, and sell what was meant
    SOLD_AGAIN = "sold_again"  # what was voided by mistake
    VOIDED = "voided"  # it should not have been sold
    PUT_RIGHT = "put_right"  # the same, once the clerk has noticed
    VOIDED_BY_MISTAKE = "voided_by_mistake"  # a good sale; then it is sold again
    KEPT = "kept"  # keyed as another kind, which does as well
    RELEASED = "released"  # a hold where a sale was meant: given back, then sold
    COMPLETED = "completed"  # a hold where a sale was meant: completed
    DISPUTED = "disputed"  # its cardholder disputes it
    SLIP_MISSED = "slip_missed"  # there is no slip of it, and somebody will ask for one


class Follows(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sequel and what it needs to know."""

    what: Sequel
    wish: Wish | None = None
    after_ms: int = 0
    course: str = ""  # of a dispute
    reason: str = ""


class Order(msgspec.Struct, omit_defaults=True, eq=False):
    """One thing that a clerk is asked to do, with as many tries as it takes."""

    kind: Kind
    sale: str
    amount_fen: int = 0
    card: Card | None = None
    of: Order | None = None
    qr_code: str = ""
    clerk: str = "01"
    signs_on: bool = True  # its clerk signs on first where nobody has
    follows: Follows | None = None
    meant: bool = False
    erred: bool = False  # a clerk errs once about a sale, and not about putting it right
    tries: int = 0
    signed: bool = False  # the customer signs on the screen
    instead: str = ""  # the sale that it stands in for: who paid that as well paid twice
    terminal: int = 1  # of its shop, from 1: where it is keyed
    unentitled: str = ""  # why the terminal must refuse it, as long as it has not
    presses: int = 0  # so often the clerk will press the same keys again
    press_ms: int = 0
    spared: bool = False  # something has befallen the terminal as it began: now it begins
    sold: Sold | None = None
    ended: bool = False


def given_back(order: Order) -> int:
    """The sum that a clerk keys to undo a sale or a part of it, fen: of the whole what its receipt shows.

    That is less than was asked for where it was approved in part.
    """
    of = order.of
    return of.sold.amount_fen if of is not None and of.sold is not None and is_whole(order) else order.amount_fen


def is_whole(order: Order) -> bool:
    """Whether all of a sale is to be undone: by the sum that was asked for, or the one on its receipt."""
    of = order.of
    return of is None or order.amount_fen == of.amount_fen or (
        of.sold is not None and order.amount_fen == of.sold.amount_fen)


class Advice(msgspec.Struct, omit_defaults=True):
    """How the clerks of a shop go on since somebody told them to."""

    gives_up: bool = False  # what failed is not keyed again
    terminal: int = 0  # to which customers are sent, from 1; 0: to none
    terminal_until_ms: int = 0
    pay: str = ""  # by what customers pay: card, qr; "": as they like
    pay_until_ms: int = 0


def drawn(sale: str) -> bytes:
    """A made-up image of the signature for a sale: 160 to 415 bytes, the same each time."""
    seed = sha256(sale.encode()).digest()
    size = LEAST_IMAGE + seed[0]
    return b"".join(
        sha256(seed + bytes([part])).digest() for part in range(size // 32 + 1))[:size]


class Due(msgspec.Struct, omit_defaults=True, eq=False):
    """What a clerk has in mind for later; no order: one more try to settle."""

    at_ms: int
    order: Order | None = None


class CounterNotes(msgspec.Struct, omit_defaults=True):
    """What is known at one counter: enough to go on after everybody was away."""

    current: Order | None = None
    waiting: list[Order] = []
    dues: list[Due] = []
    operations: int = 0
    customers: int = 0  # of chance, so far
    after_ms: int = 0  # nobody comes before
    comes_ms: int = NEVER  # the next of them
    silent_until_ms: int = 0  # its terminal is off or hung


class ShopNotes(msgspec.Struct, omit_defaults=True):
    """What is known in one shop beside its counters."""

    paused_until_ms: int = 0
    settle_tries: int = 0
    steps_done: list[int] = []  # of the script
    orders: dict[str, Order] = {}  # of the script, by sale
    settled_ms: int = 0  # the last moment at which it was time to settle
    advice: Advice = msgspec.field(default_factory=Advice)
    passwords: list[dict[str, str]] = []  # of each counter, where one was changed
