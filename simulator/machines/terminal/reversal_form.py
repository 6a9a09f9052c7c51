"""The 0400 as a terminal makes it: which fields it has, for which reason, and what replies add to it.

Fields 2, 3, 4, 11, 14, 22, 23, 25, 38, 39, 41, 42, 49, 55, 60, 61, 64 and no others: no F12, F13,
F32 or F37.  F61 stands in reversals of voids and completions and names the request that is
reversed, not that one's original.  Sends nothing.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.machines.terminal.profile import TerminalProfile
from simulator.machines.terminal.records import Armed
from simulator.wire.field59 import Field59
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original
from simulator.wire.scanned import NOTHING, code_tags, tags_field, with_tags
from simulator.wire.tlv import elements

REVERSAL_MTI = "0400"
FIRST_REASON = {"98": "98", "06": "06", "none": ""}  # F39 of a reversal until more is known
NO_REPLY_DATE = "0000"  # 61.3 of a reversal while no reply has told a date
DATED_REVERSAL = frozenset({Kind.PREAUTH_VOID, Kind.COMPLETION, Kind.COMPLETION_VOID})
COUNTER_TAG = "9F36"  # application transaction counter
REVERSAL_TAGS = frozenset({"95", "9F1E", "9F10", COUNTER_TAG, "DF31"})  # of F55


def reversal_of(kind: Kind, request: Message, profile: TerminalProfile) -> Message:
    """The 0400 that undoes a request, with the fields that a reversal has and no others.

    No F12, F13, F32 or F37; F61, where the request has one, names the request itself.
    """
    original = None
    if request.original is not None:
        dated = NO_REPLY_DATE if kind in DATED_REVERSAL else ""
        original = Original(request.batch, request.stan or 0, dated)
    counted = profile.reversal_atc == "always"
    reversal = Message(
        mti=REVERSAL_MTI, tid=request.tid, mid=request.mid, stan=request.stan,
        type_code=request.type_code, batch=request.batch, network_code=request.network_code,
        capability=request.capability, pan=request.pan, processing_code=request.processing_code,
        amount_fen=request.amount_fen, expiry=request.expiry, entry_mode=request.entry_mode,
        card_sequence=request.card_sequence, condition_code=request.condition_code,
        auth_code=request.auth_code, response_code=FIRST_REASON[profile.reversal_first_reason],
        currency=request.currency, icc_data=reversal_data(request.icc_data, counted=counted),
        original=original, software=request.software,
        terminal_status=request.terminal_status, application_class=request.application_class,
    )
    return with_tags(reversal, tags_of_reversal(request, profile), tags_field(request))


def tags_of_reversal(request: Message, profile: TerminalProfile) -> Field59:
    """What of a QR request's tags its reversal repeats: never A2; A3 and A4 by the profile."""
    told = profile.qr_reversal_tags
    if told == "none":
        return NOTHING
    tags = code_tags(request)
    return Field59(qr_code=tags.qr_code, voucher=tags.voucher if told == "all" else "")


def reversal_data(icc_data: bytes | None, *, counted: bool) -> bytes | None:
    """F55 of a reversal: what the issuer needs of the chip; 9F36, the counter, where it is told.

    >>> reversal_data(bytes.fromhex("9F26080000000000000000" "9505000004E000" "9F3602001A"),
    ...               counted=True).hex().upper()
    '9505000004E0009F3602001A'
    """
    if icc_data is None:
        return None
    icc_hex = icc_data.hex().upper()
    tags = REVERSAL_TAGS if counted else REVERSAL_TAGS - {COUNTER_TAG}
    kept = [icc_hex[each.start:each.end] for each in elements(icc_hex) or () if each.tag in tags]
    return bytes.fromhex("".join(kept)) or None


def reason_given(
    reversal: Message, reason: str, auth_code: str = "", date: str = "",
) -> Message:
    """The same reversal for another reason, with what a reply has told since: F38, and F13 for F61."""
    original = reversal.original
    if date and original is not None and original.date:
        original = replace(original, date=date)
    return replace(
        reversal, response_code=reason, auth_code=auth_code or reversal.auth_code,
        original=original,
    )


def not_finished(armed: Armed, profile: TerminalProfile) -> Armed:
    """The armed reversal of what was approved and could not be finished: the chip's counter is known."""
    reason = profile.reversal_not_finished_reason
    reversal = reason_given(armed.reversal, reason)
    data = reversal_data(armed.icc_data, counted=True)
    return replace(armed, reversal=replace(reversal, icc_data=data))
