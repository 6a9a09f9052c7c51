"""One message of the dialect as a value; says nothing about bytes (that is the codec's).

Text fields hold what the field table shows (digits, characters); ``None`` or an empty string means
that the field is absent.  Numbers that are computed with are integers: amounts in fen, STAN, batch.
"""

from __future__ import annotations

import msgspec

CURRENCY_CNY = "156"


class Original(msgspec.Struct, frozen=True, gc=False):
    """F61: the transaction that a void, refund, completion or reversal refers to."""

    batch: int  # 1 to 999999
    stan: int  # 1 to 999999
    date: str = ""  # MMDD, refunds and completions only
    tail: str = ""  # further digits some acquirers add


class Message(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Header facts and fields 2 to 64; F60 and F61 are split into their parts."""

    mti: str  # "0200"
    tid: str = ""  # F41, 8 characters
    mid: str = ""  # F42, 15 characters
    stan: int | None = None  # F11, 1 to 999999; the echo test has none
    type_code: str = ""  # F60.1
    batch: int = 0  # F60.2
    network_code: str = ""  # F60.3
    capability: str = ""  # F60.4 to F60.7 as sent, "" in management messages
    pan: str = ""  # F2
    processing_code: str = ""  # F3
    amount_fen: int | None = None  # F4
    local_time: str = ""  # F12 hhmmss
    local_date: str = ""  # F13 MMDD
    expiry: str = ""  # F14 YYMM
    settlement_date: str = ""  # F15 MMDD
    entry_mode: str = ""  # F22, three digits: 01 keyed, 02 stripe, 05 chip, 07 contactless; 1/2 PIN
    card_sequence: str = ""  # F23
    condition_code: str = ""  # F25
    pin_capture: str = ""  # F26
    acquirer_id: str = ""  # F32
    track2: str = ""  # F35 with D as separator
    track3: str = ""  # F36
    rrn: str = ""  # F37
    auth_code: str = ""  # F38
    response_code: str = ""  # F39
    institutions: str = ""  # F44 issuer(11) + acquirer(11)
    details: str = ""  # F48 digits: settlement totals or batch upload details
    currency: str = ""  # F49
    pin_block: bytes | None = None  # F52, 8 bytes
    security: str = ""  # F53
    balance: str = ""  # F54
    icc_data: bytes | None = None  # F55, EMV TLV
    field59: str = ""  # F59 as sent: tags, see simulator.wire.field59
    original: Original | None = None  # F61
    private: bytes | None = None  # F62
    operator: str = ""  # F63
    mac: bytes | None = None  # F64, 8 bytes
    software: str = "31100311"  # header: software version n2 + sub-version n6
    terminal_status: str = "0"  # header: 0 normal, 1 test
    processing_request: str = "0"  # header: set by the host, see ProcessingRequest
    application_class: str = "60"  # header, some terminals send 61
    others: tuple[tuple[str, str], ...] = ()  # fields that no attribute carries: number, value
    padded_by_f: tuple[str, ...] = ()  # fields whose odd digit a real terminal pads by F, not 0
    forms: tuple[tuple[str, int], ...] = ()  # fields in a further form of their row: number, which


# Fields of a dialect that a message holds as they are, by the attribute that holds them.
TEXT_NAMES = (
    "pan", "processing_code", "local_time", "local_date", "expiry", "settlement_date",
    "entry_mode", "card_sequence", "condition_code", "pin_capture", "acquirer_id", "track2",
    "track3", "rrn", "auth_code", "response_code", "tid", "mid", "institutions", "details",
    "currency", "security", "balance", "operator",
)
# As they are too, and only where the dialect has them.
OPTIONAL_NAMES = ("field59",)
BYTES_NAMES = ("pin_block", "icc_data", "private", "mac")
# Those that it holds as numbers or in parts.
NUMBER_NAMES = ("amount_fen", "stan", "field60", "original")
