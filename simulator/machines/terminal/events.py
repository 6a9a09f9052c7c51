"""What happens to a terminal, and what it does about it: plain data, in order.

The body that runs the machine carries out the effects one by one, so a power cut is "the first k
effects were done, then boot from the journal".  A :class:`Store` that protects a :class:`Send`
stands before it.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal

import msgspec

from simulator.catalogue.terminal_reasons import Failure, NoAnswer, Refusal, Shown
from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

# ---- events (past participles) ---------------------------------------------------------------


class Booted(msgspec.Struct, frozen=True, gc=False):
    """Power came on; the machine was just built from what the journal holds."""


class Operated(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A clerk, an ECR or a customer asked for something."""

    kind: Kind
    order: str = ""  # whoever asked names it; comes back in Concluded (a sale id, a command id)
    amount_fen: int = 0
    card: Card | None = None
    original: Original | None = None  # void, refund, completion and their voids
    original_rrn: str = ""  # F37 of the original
    original_auth_code: str = ""  # F38 of the original
    clerk: str = "01"
    password: str = ""  # clear: the clerk's at a sign-on, the supervisor's elsewhere
    qr_code: str = ""  # of a QR sale
    voucher: str = ""  # of the QR sale that is refunded: A4 on its receipt
    signature: bytes | None = None  # what the customer draws where it is approved, as JBIG


class ReplyReceived(msgspec.Struct, frozen=True, gc=False):
    """A whole message came from the host."""

    message: Message


class SendFailed(msgspec.Struct, frozen=True, gc=False):
    """The link says that the last Send did not leave: no carrier, refused, no route."""

    reason: str


class PeripheralFailed(msgspec.Struct, frozen=True, gc=False):
    """Printer, reader or modem failed; ``order`` is what it was doing."""

    peripheral: str
    order: str


class UpdateFinished(msgspec.Struct, frozen=True, gc=False):
    """New software was installed whole; version n2 + sub-version n6."""

    software: str


class RandomDrawn(msgspec.Struct, frozen=True, gc=False):
    """The body drew random bytes, as it was asked to; shows none of them."""

    octets: bytes

    def __repr__(self) -> str:
        """Keys are made of them."""
        return f"RandomDrawn({len(self.octets)} bytes)"


class TimePassed(msgspec.Struct, frozen=True, gc=False):
    """The published deadline is reached."""


class ClockJumped(msgspec.Struct, frozen=True, gc=False):
    """The calendar of a bench jumped forward; armed deadlines move with it."""

    by_ms: int


TerminalEvent = (
    Booted | Operated | ReplyReceived | SendFailed | PeripheralFailed | UpdateFinished
    | RandomDrawn | TimePassed | ClockJumped
)

# ---- effects (imperatives) -------------------------------------------------------------------


class NvmRecord(msgspec.Struct, frozen=True, gc=False, tag_field="record", tag=str.lower):
    """One record of the journal in non-volatile memory; the concrete ones are journal.py's."""


class Store(msgspec.Struct, frozen=True, gc=False):
    """Append to the journal; durable before the next effect is done."""

    record: NvmRecord


class Send(msgspec.Struct, frozen=True, gc=False):
    """Send to the host, connecting first where the link needs it."""

    message: Message
    kind: Kind
    order: str = ""  # the sale or command that this message serves
    attempt: int = 0  # 0 for the first try, then 1, 2 …


class Print(msgspec.Struct, frozen=True, gc=False):
    """Give a receipt to the customer; lines are ready to show, masked."""

    order: str
    lines: tuple[str, ...]
    electronic: bool = False  # no paper, so no printer that can fail


class Show(msgspec.Struct, frozen=True, gc=False):
    """A text for the operator; ``code`` is stable, ``text`` is for reading (Chinese)."""

    what: Shown
    text: str
    response_code: str = ""  # of what was declined

    @property
    def code(self) -> str:
        """What is shown, by its name in a trace."""
        return f"{self.what}_{self.response_code}" if self.response_code else self.what


class InstallUpdate(msgspec.Struct, frozen=True, gc=False):
    """Fetch and install new software; ends in UpdateFinished, or in a boot of the old one."""


class DrawRandom(msgspec.Struct, frozen=True, gc=False):
    """Draw so many random bytes; ends in RandomDrawn."""

    count: int


class Result(str, Enum):
    """How an operation ended, seen from the counter."""

    APPROVED = "approved"
    DECLINED = "declined"  # the host said no
    REFUSED = "refused"  # the terminal said no and sent nothing
    FAILED = "failed"  # no valid answer; where money could have moved a reversal is stored
    PENDING = "pending"  # stored, and asked again until the host has answered


class Conclude(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Tell whoever asked how it ended.  APPROVED means the customer may take the goods."""

    order: str
    kind: Kind
    result: Result
    batch: int = 0
    stan: int = 0
    response_code: str = ""
    rrn: str = ""
    auth_code: str = ""
    amount_fen: int = 0
    voucher: str = ""  # of a QR sale
    reason: Refusal | NoAnswer | Failure | Literal[""] = ""  # why it was not done


class CountBatch(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The terminal's own totals of a batch, when it settles and when it closes."""

    batch: int
    debit_fen: int
    debit_count: int
    credit_fen: int
    credit_count: int
    result: str  # host's digit: "0" asked, "1" balanced, "2" unbalanced, "3" error
    closed: bool


TerminalEffect = (
    Store | Send | Print | Show | InstallUpdate | DrawRandom | Conclude | CountBatch
)
