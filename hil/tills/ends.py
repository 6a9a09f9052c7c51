"""What a terminal on a bench is made of: an end, a till and a power; whatever stands behind each.

The *end* is where its messages come out, a body in the world or a port.  The *till* is whoever asks
it for something and sees how that ended: a clerk of the world, a control port, an ECR link, hands.
The *power* turns it off and on: the world, a process, a relay board.  A simulated, a virtual and a
real terminal differ in these three only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, runtime_checkable

import msgspec

from simulator.machines.terminal.profile import Card
from simulator.scenario.places import WALLET_PREFIXES
from simulator.wire.kinds import Kind
from simulator.wire.message import Original

NO_PASSWORD = "00000000"  # of nobody; where a wish has none a till types the right one
FIRST_WALLET = "620"  # the first digits of its codes
_CODES_BEGIN = tuple(f"{each}{number}" for number, each in enumerate(WALLET_PREFIXES))  # of each wallet, in the order of a scenario
SILENT = "silent"  # the reason of who has power and said nothing in the time that it is given
WRONG_PIN = "987654"  # typed by who does not know the card's
USUAL_CARD = "card.customer"  # by its name in a scenario
WITH_CODE = frozenset({Kind.QR_SALE, Kind.QR_VOID, Kind.QR_REFUND})
WITH_CARD = frozenset({
    Kind.SALE, Kind.VOID, Kind.REFUND, Kind.BALANCE, Kind.PREAUTH, Kind.PREAUTH_VOID, Kind.COMPLETION,
    Kind.COMPLETION_VOID, Kind.COMPLETION_ADVICE, Kind.OFFLINE_SALE,
})


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer means to pay."""

    name: str  # the same in every try
    amount_fen: int
    card: str = USUAL_CARD
    terminal: int = 1  # of the merchant, from 1


class Told(msgspec.Struct, frozen=True):
    """What the counter saw: a result of the terminal, or "" where it went dark."""

    result: str  # approved, declined, refused, failed, pending
    response_code: str = ""
    reason: str = ""
    kind: Kind = Kind.SALE
    order: str = ""
    batch: int = 0
    stan: int = 0
    rrn: str = ""
    auth_code: str = ""
    amount_fen: int = 0
    voucher: str = ""  # of a QR sale: the key to its void and refund
    qr_code: str = ""
    date: str = ""  # MMDD, as its receipt shows
    receipt: tuple[str, ...] = ()  # its lines, where a till's line told them

    @property
    def approved(self) -> bool:
        """Whether the customer may take the goods."""
        return self.result == "approved"

    def original(self) -> Original:
        """What a void, a refund or a completion of it refers to."""
        return Original(self.batch, self.stan, self.date)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a terminal is asked for, as a clerk asks."""

    kind: Kind
    order: str = ""  # names it; the same in every try; given if empty
    amount_fen: int = 0  # 0: that of the original, where there is one
    card: str | Card = USUAL_CARD  # by its name, or itself; no part of what needs none
    original: Told | None = None  # what is voided, refunded, completed
    clerk: str = "01"
    signs_on: bool = True  # a clerk who is not signed on does so first, and then serves
    password: str = ""  # of a sign-on; the bench's own clerk's if empty
    qr_code: str = ""  # of the customer; the original's, or one that is made, if empty
    wallet: int = 0  # of which a code is made, in the order of a scenario
    wrong_pin: bool = False  # the customer types another PIN than the card's
    signature: bytes | None = None  # what the customer draws


class Can(msgspec.Struct, frozen=True):
    """Whether something can be done, and why not."""

    why: str = ""

    def __bool__(self) -> bool:
        """It can where nothing stands against it."""
        return not self.why


class PowerCut(msgspec.Struct, frozen=True, kw_only=True):
    """Between which two effects of the next operation: after so many, or before a named one."""

    after_effects: int | None = None
    before: str = ""  # "store:booked", "print"


class End(msgspec.Struct, frozen=True):
    """Where a terminal is connected: inside the world, or to a port of the host."""

    tid: str
    mid: str
    where: str  # IN_THE_WORLD or AT_A_PORT, as in the trace


Look = Callable[[], None]  # done now and then while something is waited for; what it raises ends the wait


def unwatched() -> None:
    """Nobody looks on."""


class Ticket(Protocol):
    """An operation that was begun."""

    @property
    def is_done(self) -> bool:
        """Whether it has ended."""

    def wait(self, within_s: float | None = None, look: Look = unwatched) -> Told:
        """How it ended; ``BenchError`` where it has not within this time."""


class Till(Protocol):
    """Whoever asks a terminal for something, as a clerk does."""

    def can(self, kind: Kind) -> Can:
        """Whether it can be asked for this here."""

    def lacks(self, wish: Wish) -> str:
        """What of a wish this till has no way to say; "" where all of it can be said."""

    def operate(self, wish: Wish) -> Told:
        """Ask once, and wait how it ends; the same order again: once more."""

    def told(self, sale: str) -> str:
        """How the last try of a sale ended here, as the terminal said; "" for nothing."""

    def rest(self) -> None:
        """Wait until the terminal has nothing pending."""


@runtime_checkable
class BusyTill(Till, Protocol):
    """A till that need not wait."""

    def begin(self, wish: Wish) -> Ticket:
        """Ask, and do something else meanwhile."""


class Power(Protocol):
    """What a terminal runs on."""

    @property
    def is_on(self) -> bool:
        """Whether it has power."""

    def cut(self, cut: PowerCut) -> None:
        """Prepare a power cut in the next operation; the power stays away."""

    def on(self) -> None:
        """The power comes back."""


class People(Protocol):
    """Who writes down what customers and merchants mean."""

    def mean(self, mid: str, wish: Wish, card: Card | None) -> None:
        """What they mean by an operation, before its first try: a sale, or that one is undone."""

    def heard(self, mid: str, wish: Wish, told: Told) -> None:
        """How a try of it ended, as the counter saw it."""


CardOf = Callable[[str, int], Card]  # by its name, at a terminal that takes this sum


@dataclass(frozen=True, slots=True)
class Stand:
    """One terminal with all that belongs to it."""

    end: End
    till: Till
    power: Power


def typed(card: Card, wish: Wish) -> Card:
    """A card as its customer presents it: with a PIN of its own unless a wrong one is typed."""
    if not wish.wrong_pin:
        return card
    return msgspec.structs.replace(card, pin=WRONG_PIN if card.pin != WRONG_PIN else WRONG_PIN[::-1])


def code_of(wish: Wish) -> str:
    """The customer's code: the one given, that of the original, or one made of the order's name.

    >>> code_of(Wish(kind=Kind.QR_SALE, order="S1")) == code_of(Wish(kind=Kind.QR_SALE, order="S1"))
    True
    """
    if wish.kind not in WITH_CODE or wish.qr_code:
        return wish.qr_code
    if wish.original is not None and wish.original.qr_code:
        return wish.original.qr_code
    digits = int.from_bytes(sha256(wish.order.encode()).digest()[:8]) % 10**15
    return f"{_CODES_BEGIN[wish.wallet]}{digits:015}"
