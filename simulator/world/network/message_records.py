"""Trace records of messages; card data is masked here, when the record is made."""

from __future__ import annotations

from simulator.catalogue.line_reasons import LineReason
from simulator.trace.records import Arrived, Lost, Sent, key_of
from simulator.wire.kinds import MANAGEMENT_KINDS, Kind
from simulator.wire.masking import mask_pan
from simulator.wire.message import Message
from simulator.wire.subfields import parse_upload

HOST = "acquirer"
_STRIPE_DETAILS = frozenset({"201"})
_PLAIN = frozenset(Kind) - MANAGEMENT_KINDS


def sent(
    at_ms: int, actor: str, to: str, kind: Kind, message: Message, order: str, attempt: int,
) -> Sent:
    """The record of a message that leaves ``actor``."""
    return Sent(
        at_ms, actor, to=to, what=kind._value_, mti=message.mti, tid=message.tid,
        batch=message.batch, stan=message.stan or 0, amount_fen=message.amount_fen,
        response_code=message.response_code, original=original_key(message), sale=order,
        attempt=attempt, card=mask_pan(message.pan) if message.pan else "",
        network_code="" if kind in _PLAIN else message.network_code,
        details=details_shown(message) if message.details else "",
        settlement_date=message.settlement_date, local_date=message.local_date,
    )


def arrived(
    at_ms: int, actor: str, sender: str, kind: Kind, message: Message, genuine: bool, copy: int,
    attempt: int | None = None,
) -> Arrived:
    """The record of a message that reaches ``actor``."""
    return Arrived(
        at_ms, actor, sender=sender, what=kind._value_, mti=message.mti, tid=message.tid,
        batch=message.batch, stan=message.stan or 0, amount_fen=message.amount_fen,
        response_code=message.response_code, original=original_key(message), genuine=genuine,
        copy=copy, network_code="" if kind in _PLAIN else message.network_code,
        details=details_shown(message) if message.details else "", attempt=attempt,
    )


def lost(
    at_ms: int, sender: str, kind: Kind, message: Message, why: LineReason, detail: str = "",
    attempt: int | None = None,
) -> Lost:
    """The record of a message that will not arrive."""
    return Lost(
        at_ms, f"link.{message.tid}", sender=sender, what=kind._value_, mti=message.mti,
        tid=message.tid, batch=message.batch, stan=message.stan or 0, why=why,
        detail=detail, attempt=attempt,
    )


def original_key(message: Message) -> str:
    """The key of what a message refers to: a reversal its own, a void or refund F61's."""
    if message.mti in ("0400", "0410"):
        return key_of(message.tid, message.batch, message.stan or 0)
    if message.original is None:
        return ""
    return key_of(message.tid, message.original.batch, message.original.stan)


def details_shown(message: Message) -> str:
    """F48 without card numbers: totals as they are, stripe details as ``STAN:fen`` pairs."""
    if message.network_code in _STRIPE_DETAILS and message.mti in ("0320", "0330"):
        return ",".join(f"{item.stan:06}:{item.amount_fen}" for item in parse_upload(message.details))
    return message.details
