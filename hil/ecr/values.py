"""What a till asks of a terminal and what it is answered, in no protocol's own words; moves no bytes.

A profile says which parts of an order and of an answer have a place in its messages.  What has none
is refused when it is given (an order) and stays empty when it is heard (an answer).
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Ask(StrEnum):
    """What a till can ask for: kinds of transactions by their names in the field, and services."""

    SALE = "sale"
    VOID = "void"
    REFUND = "refund"
    BALANCE = "balance"
    PREAUTH = "preauth"
    PREAUTH_VOID = "preauth_void"
    COMPLETION = "completion"
    COMPLETION_VOID = "completion_void"
    OFFLINE_SALE = "offline_sale"
    ADJUST = "adjust"
    TIP = "tip"
    QR_SALE = "qr_sale"
    QR_VOID = "qr_void"
    QR_REFUND = "qr_refund"
    SETTLEMENT = "settlement"
    SIGN_ON = "sign_on"
    SIGN_OFF = "sign_off"
    ECHO_TEST = "echo_test"
    # What only a till asks for:
    POLL = "poll"  # are you there
    REGISTER = "register"  # from now on you are driven by me
    LAST_RESULT = "last_result"  # how did the last one end
    TOTALS = "totals"  # of the open batch
    ABORT = "abort"  # what is under way shall end
    REPRINT = "reprint"


# What moves money: it must never be done twice for one order.
MOVES_MONEY = frozenset({
    Ask.SALE, Ask.VOID, Ask.REFUND, Ask.PREAUTH, Ask.PREAUTH_VOID, Ask.COMPLETION,
    Ask.COMPLETION_VOID, Ask.OFFLINE_SALE, Ask.ADJUST, Ask.TIP, Ask.QR_SALE, Ask.QR_VOID,
    Ask.QR_REFUND,
})
SERVICES = frozenset({
    Ask.POLL, Ask.REGISTER, Ask.LAST_RESULT, Ask.TOTALS, Ask.ABORT, Ask.REPRINT,
})


class Stage(StrEnum):
    """How far an operation has come, as a terminal tells while it works."""

    CARD = "card"  # present the card
    AMOUNT = "amount"  # confirm the amount
    PIN = "pin"  # enter the PIN
    HOST = "host"  # the host is asked
    CARD_REMOVE = "card_remove"  # take the card
    OTHER = "other"  # something that has no name here


class Result(StrEnum):
    """How an operation ended, seen from the counter."""

    APPROVED = "approved"
    DECLINED = "declined"
    REFUSED = "refused"
    FAILED = "failed"
    PENDING = "pending"
    UNKNOWN = ""  # it went dark


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a till asks for.  Whatever is empty or zero is not said."""

    kind: Ask
    amount_fen: int = 0
    order: str = ""  # the till's own number or name of it
    original_order: str = ""  # the till's own number of what is voided or refunded
    original_stan: int = 0
    original_batch: int = 0
    original_rrn: str = ""
    original_auth_code: str = ""
    original_date: str = ""  # YYYYMMDD
    clerk: str = ""
    qr_code: str = ""
    voucher: str = ""  # of the QR sale that is refunded
    own: dict[str, str] = {}  # values that only this profile knows, by their names in it


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended.  Whatever is empty or zero was not told, or has no place in the profile."""

    result: Result
    code: str = ""  # the protocol's own result code
    response_code: str = ""  # the host's, field 39
    reason: str = ""
    order: str = ""
    stan: int = 0
    batch: int = 0
    rrn: str = ""
    auth_code: str = ""
    amount_fen: int = 0
    voucher: str = ""
    card: str = ""  # masked, or the last digits, as it came
    date: str = ""  # YYYYMMDD
    time: str = ""  # HHMMSS
    tid: str = ""
    mid: str = ""
    count: int = 0  # of a batch's totals
    total_fen: int = 0
    receipt: tuple[str, ...] = ()
    own: dict[str, str] = {}
