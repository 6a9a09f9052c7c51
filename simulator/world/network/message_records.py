"""Trace records of messages; card data is masked here, when the record is made."""

from __future__ import annotations

from functools import lru_cache

from simulator.catalogue.line_reasons import LineReason
from simulator.trace.records import Arrived, KeysUnfit, Lost, Sent, WireCarried, key_of
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.keys import unfit_key
from simulator.wire.kinds import MANAGEMENT_KINDS, Kind
from simulator.wire.masked_frames import masked_frame
from simulator.wire.masking import STAR, mask_pan
from simulator.wire.message import Message
from simulator.wire.subfields import TOTALS_DIGITS, UPLOAD_STRIPE, parse_upload

HOST = "acquirer"
NO_KIND = "unknown"
COUNT_DIGITS = 4  # of the end of an upload
_REPEATED_CODES = frozenset({"0100", "0200", "0400"})
_DATED = frozenset({Kind.PREAUTH_VOID, Kind.COMPLETION, Kind.COMPLETION_VOID})
"""Of these a reversal repeats F13 of the reply, where one came."""
_ANYWHERE = frozenset({Kind.REFUND, Kind.QR_REFUND})  # may name what another till sold, by F37
_REPLIES = frozenset({"0110", "0210"})
_NOTHING = "0"  # in the header: the host asks for nothing
_PLAIN = frozenset(Kind) - MANAGEMENT_KINDS


def sent(
    at_ms: int, actor: str, to: str, kind: Kind | None, message: Message, order: str, attempt: int,
) -> Sent:
    """The record of a message that leaves ``actor``."""
    return Sent(
        at_ms, actor, to=to, what=kind._value_ if kind else NO_KIND, mti=message.mti, tid=message.tid,
        batch=message.batch, stan=message.stan or 0, amount_fen=message.amount_fen,
        response_code=message.response_code, original=original_key(message), sale=order,
        attempt=attempt, card=mask_pan(message.pan) if message.pan else "",
        network_code="" if kind in _PLAIN else message.network_code,
        details=details_shown(message) if message.details else "",
        settlement_date=message.settlement_date, local_date=message.local_date,
        codes=(
            message.processing_code + message.condition_code + message.type_code
            if message.mti in _REPEATED_CODES else ""
        ),
        asks="" if message.processing_request == _NOTHING else message.processing_request,
        original_date=message.original.date if message.original is not None else "",
        beyond=_beyond(message) if message.mti == "0400" else "", local_time=message.local_time,
        rrn=message.rrn, auth_code=message.auth_code,
    )


def arrived(
    at_ms: int, actor: str, sender: str, kind: Kind | None, message: Message, genuine: bool, copy: int,
    attempt: int | None = None,
) -> Arrived:
    """The record of a message that reaches ``actor``."""
    return Arrived(
        at_ms, actor, sender=sender, what=kind._value_ if kind else NO_KIND, mti=message.mti, tid=message.tid,
        batch=message.batch, stan=message.stan or 0, amount_fen=message.amount_fen,
        response_code=message.response_code, original=original_key(message), genuine=genuine,
        copy=copy, network_code="" if kind in _PLAIN else message.network_code,
        details=details_shown(message) if message.details else "",
        asks="" if message.processing_request == _NOTHING else message.processing_request,
        local_date=message.local_date if kind in _DATED and message.mti in _REPLIES else "",
        attempt=attempt, rrn=message.rrn if kind in _ANYWHERE and message.mti == "0220" else "",
    )


@lru_cache(maxsize=256)  # a fleet in one process signs on with the same few test keys over and over
def _unfit(f62: bytes, master_key: bytes) -> str:
    return unfit_key(f62, master_key)


def keys_unfit(at_ms: int, actor: str, message: Message, master_key: bytes) -> KeysUnfit | None:
    """The record of a sign-on's reply whose keys cannot be used under this master key; None where they can."""
    key = _unfit(message.private or b"", master_key)
    return KeysUnfit(at_ms, actor, tid=message.tid, stan=message.stan or 0, key=key) if key else None


def lost(
    at_ms: int, sender: str, kind: Kind | None, message: Message, why: LineReason, detail: str = "",
    attempt: int | None = None,
) -> Lost:
    """The record of a message that will not arrive."""
    return Lost(
        at_ms, f"link.{message.tid}", sender=sender, what=kind._value_ if kind else NO_KIND, mti=message.mti,
        tid=message.tid, batch=message.batch, stan=message.stan or 0, why=why,
        detail=detail, attempt=attempt,
    )


def _beyond(message: Message) -> str:
    """The numbers of fields that a reversal must not repeat."""
    return " ".join(
        number for number, value in (
            ("26", message.pin_capture), ("35", message.track2), ("36", message.track3),
            ("52", message.pin_block), ("53", message.security),
        ) if value
    )


def original_key(message: Message) -> str:
    """The key of what a message refers to: that of F61, of a reversal without one its own."""
    if message.original is None:
        if message.mti in ("0400", "0410"):
            return key_of(message.tid, message.batch, message.stan or 0)
        return ""
    return key_of(message.tid, message.original.batch, message.original.stan)


def details_shown(message: Message) -> str:
    """F48 without card numbers; what is nothing of the dialect is hidden.

    Totals and the count at the end of an upload as they are, stripe details as ``STAN:fen`` pairs.
    """
    details = message.details
    if message.mti in ("0500", "0510"):
        if len(details) == TOTALS_DIGITS and _are_digits(details):
            return details
    elif message.mti in ("0320", "0330"):
        if message.network_code == UPLOAD_STRIPE:
            return _pairs(details)
        if len(details) == COUNT_DIGITS and _are_digits(details):
            return details
    return STAR * len(details)


def _pairs(details: str) -> str:
    try:
        items = parse_upload(details)
    except WireError:
        return STAR * len(details)
    return ",".join(f"{item.stan:06}:{item.amount_fen}" for item in items)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def carried(
    at_ms: int, tid: str, sender: str, receiver: str, frame: bytes, dialect: Dialect,
) -> WireCarried:
    """The record of the bytes that were on the line, card data zeroed."""
    return carried_masked(at_ms, tid, sender, receiver, masked_frame(frame, dialect))


def carried_masked(
    at_ms: int, tid: str, sender: str, receiver: str, masked: bytes,
) -> WireCarried:
    """The same of a frame in which card data is zero already."""
    return WireCarried(
        at_ms, f"link.{tid}", sender=sender, receiver=receiver, frame=masked.hex().upper())
