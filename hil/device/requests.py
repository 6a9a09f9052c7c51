"""What can be asked of a virtual device over its control port, and what it answers; does nothing."""

from __future__ import annotations

import msgspec

from hil.control.control import Request
from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind
from simulator.wire.message import Original


class Operate(Request, frozen=True, tag="operate", kw_only=True):
    """Do as a clerk or an ECR does; answered when the terminal has told the outcome."""

    kind: Kind
    order: str = ""  # a sale id; given if empty
    amount_fen: int = 0
    card: Card | None = None  # test cards only
    original: Original | None = None
    original_rrn: str = ""
    original_auth_code: str = ""
    clerk: str = "01"
    password: str = ""
    qr_code: str = ""
    voucher: str = ""  # of the QR sale that is refunded
    signature: bytes | None = None  # what the customer draws, in base64


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an operation ended, seen from the counter."""

    order: str
    kind: str
    result: str  # approved, declined, refused, failed, pending
    batch: int = 0
    stan: int = 0
    response_code: str = ""
    rrn: str = ""
    auth_code: str = ""
    amount_fen: int = 0
    voucher: str = ""  # of a QR sale: the key to its void and refund
    reason: str = ""


class Status(Request, frozen=True, tag="status"):
    """How it stands."""


class TableStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One table that the host gave, or is giving."""

    table: str
    loaded: bool  # whole, and in use
    entries: int
    effect: str  # what it does at this terminal; "kept": nothing
    under_way: bool = False  # a download of it is not ended
    shown: dict[str, str] = {}  # entries and values by name


class DeviceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What a device knows of itself."""

    tid: str
    mid: str
    host: str
    now_ms: int
    stan: int  # the next to be used
    batch: int
    signed_on: bool
    reversal_pending: bool
    advices_pending: int
    settling: bool
    tables: tuple[TableStatus, ...]
    master_key: str  # check value of the one in use
    at_rest: bool  # nothing of the above, no operation, exchange, print or update is under way
    effects_done: int  # since this process began
    nvm_recovered: str  # what was wrong with the memory at the start, "" for nothing
    last_link_error: str
    worst_lateness_ms: int
    ecr: str = ""  # where it waits for a till


class CutPower(Request, frozen=True, tag="cut_power", kw_only=True):
    """Kill this process (SIGKILL) between two effects, once the condition is met.

    One of: ``after_effects`` further effects are done; before the effect named ``before``
    ("store:armed", "send:0200", "print", "conclude") for the ``nth`` time.
    """

    after_effects: int | None = None
    before: str = ""
    nth: int = 1


class Present(Request, frozen=True, tag="present", kw_only=True):
    """From now on a customer holds this at the terminal, for what a till asks; ``null``: no card."""

    card: Card | None = None  # test cards only
    qr_code: str = ""
    signature: bytes | None = None  # what the customer draws, in base64
    order: str = ""  # what traces call the next order whose own name the till does not tell


class PrinterFails(Request, frozen=True, tag="printer_fails"):
    """From now on the printer fails, or works again."""

    fails: bool = True


class Jump(Request, frozen=True, tag="jump"):
    """The calendar jumps forward."""

    by_ms: int


class Stop(Request, frozen=True, tag="stop"):
    """End in good order."""
