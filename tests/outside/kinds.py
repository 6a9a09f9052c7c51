"""The kinds of transaction as the facts have them, and what a terminal keeps of each one done."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.outside.message import Message

STRIPE, CHIP, CONTACTLESS, KEYED, QR = "stripe", "chip", "contactless", "keyed", "qr"
ENTRY_MODE = {KEYED: "01", STRIPE: "02", QR: "03", CHIP: "05", CONTACTLESS: "07"}  # of F22


@dataclass(frozen=True)
class Kind:
    """MTI, F3, F25 and F60.1; side of the batch totals (1 debit, -1 credit); reversed if unknown."""

    name: str
    mti: str
    f3: str
    f25: str
    type: str
    side: int = 0
    reversible: bool = False
    date_in_reversal: bool = False  # F61 of its reversal ends with a date


SALE = Kind("sale", "0200", "000000", "00", "22", 1, reversible=True)
VOID = Kind("void", "0200", "200000", "00", "23", -1, reversible=True)
REFUND = Kind("refund", "0220", "200000", "00", "25", -1)
BALANCE = Kind("balance", "0200", "310000", "00", "01")
PREAUTH = Kind("preauth", "0100", "030000", "06", "10", reversible=True)
PREAUTH_VOID = Kind("preauth_void", "0100", "200000", "06", "11", reversible=True,
                    date_in_reversal=True)
COMPLETION = Kind("completion", "0200", "000000", "06", "20", 1, reversible=True,
                  date_in_reversal=True)
COMPLETION_VOID = Kind("completion_void", "0200", "200000", "06", "21", -1, reversible=True,
                       date_in_reversal=True)
COMPLETION_ADVICE = Kind("completion_advice", "0220", "000000", "06", "24", 1)
OFFLINE_SALE = Kind("offline_sale", "0220", "000000", "00", "30", 1)
VOIDS = {"void", "preauth_void", "completion_void"}


@dataclass(frozen=True)
class Card:
    """A test card as a terminal meets it; ``entry`` is how it is read."""

    pan: str
    pin: str = ""
    expiry: str = "3012"
    entry: str = STRIPE
    sequence: str = "001"
    icc: str = ""  # F55 of the request, hex; {sum} stands for the value of 9F02

    @property
    def track(self) -> str:
        return f"{self.pan}D{self.expiry}2010000000000"

    def chip_data(self, fen: int) -> str:
        """F55, where this sum is asked for."""
        return self.icc.replace("{sum}", f"{fen:012d}")

    @property
    def has_chip(self) -> bool:
        return self.entry in {CHIP, CONTACTLESS}


@dataclass
class Record:
    """A transaction that this terminal has in its journal."""

    kind: Kind
    stan: str
    fen: int
    request: Message
    reply: Message | None
    card: Card | None
    order: str = ""
    code: str = ""  # of a QR sale: the customer's code
    voided: bool = False
    uploaded: bool = False

    def of_reply(self, number: int) -> str:
        return self.reply.get(number) if self.reply else ""


@dataclass
class Reversal:
    """What must not be forgotten while it is not known what became of a request."""

    request: Message
    kind: Kind
    reason: str = "98"
    auth_code: str = ""
    date: str = "0000"  # F13 of the reply, where one came
    order: str = ""


@dataclass
class Outcome:
    """What the counter was told: approved, declined, unknown or refused (not sent)."""

    told: str
    code: str = ""
    record: Record | None = None
    reply: Message | None = None
    why: str = ""


@dataclass
class Memory:
    """All that survives a power cut."""

    stan: int = 0
    batch: str = "000001"
    journal: list[Record] = field(default_factory=list)
    offline: list[Record] = field(default_factory=list)  # not delivered yet
    reversal: Reversal | None = None
    scripts: list[Message] = field(default_factory=list)  # results that the issuer does not know
    totals: str = ""  # F48 of a settlement that is under way
    ended: str = ""  # F48 of its 0510
