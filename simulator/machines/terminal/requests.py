"""Every request of a terminal as a message, built from the row of its kind.

Seals nothing and takes no trace number: both are given.  What a reversal or a stored request keeps
of its original is decided here, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from msgspec.structs import replace

from simulator.local_time import hhmmss, mmdd
from simulator.machines.issuer_scripts import result_data
from simulator.machines.terminal.batch import UploadPart, pan_place
from simulator.machines.terminal.events import Operated
from simulator.machines.terminal.profile import Card, TerminalIdentity
from simulator.machines.terminal.records import Booked
from simulator.wire.kinds import Kind, KindRow
from simulator.wire.message import CURRENCY_CNY, Message, Original
from simulator.wire.subfields import (
    CHIP_RECORD_CAPABILITY,
    UPLOAD_END,
    UPLOAD_NOTICE,
    UPLOAD_STRIPE,
    SettlementTotals,
    UploadItem,
    approved_all_the_same,
    approved_at_chip,
    declined_at_chip,
    format_sequence_no,
    format_upload,
    format_upload_end,
    is_foreign,
)
from simulator.wire.track import ENCRYPTED, encrypt_track

ENTRY = {"keyed": "01", "stripe": "02", "chip": "05", "contactless": "07"}  # first digits of F22
WITHOUT_CARD = "012"  # F22 where no card meets the reader: voids, adjustments
CAPABILITY = "500"  # F60.4 to F60.6: reads chips, no standard fallback, full sums only
PIN_CAPTURE = "12"  # F26: longest PIN
SECURITY = "2600000000000000"  # F53: PIN with PAN, double-length key
SECURITY_SINGLE = "2000000000000000"  # the same, single-length key
SECURITY_WITHOUT_PIN = "0600000000000000"  # where only the track is encrypted
SERVICE_CODE = "201"  # in tracks made from PAN and expiry
WITHOUT_AMOUNT = frozenset({Kind.BALANCE})
# Built from the batch's own record even where a card is at hand.
BY_RECORD = frozenset({
    Kind.VOID, Kind.COMPLETION_VOID, Kind.ADJUST, Kind.TIP, Kind.QR_VOID,
})
WHOLE_AMOUNT = frozenset({Kind.VOID, Kind.COMPLETION_VOID, Kind.PREAUTH_VOID, Kind.QR_VOID})


def financial(
    identity: TerminalIdentity, software: str, row: KindRow, stan: int, batch: int, now_ms: int,
    asked: Operated, pin_block: bytes | None, pik_length: int, tdk: bytes = b"",
) -> Message:
    """A request with a card at hand: sale, pre-authorisation, balance, refund, completion.

    With a track key the track goes encrypted, and the third digit of F53 says so.
    """
    card = asked.card or NO_CARD
    track2 = ""
    if card.entry != "keyed":
        track2 = card.track2 or f"{card.pan}D{card.expiry}{SERVICE_CODE}"
        if tdk:
            track2 = encrypt_track(track2, tdk)
    request = replace(
        blank(row), tid=identity.tid, mid=identity.mid, stan=stan, batch=batch, pan=card.pan,
        amount_fen=None if row.kind in WITHOUT_AMOUNT else asked.amount_fen,
        local_time=hhmmss(now_ms), local_date=mmdd(now_ms), expiry=card.expiry,
        entry_mode=ENTRY[card.entry] + ("1" if pin_block else "2"), track2=track2,
        software=software,
    )
    if card.entry in ("chip", "contactless"):
        request = replace(request, card_sequence=card.sequence, icc_data=card.icc_data)
    if pin_block:
        request = replace(
            request, pin_capture=PIN_CAPTURE, pin_block=pin_block,
            security=SECURITY if pik_length > 8 else SECURITY_SINGLE,
        )
    if tdk and track2:
        pin = request.security or SECURITY_WITHOUT_PIN
        request = replace(request, security=f"{pin[:2]}{ENCRYPTED}{pin[3:]}")
    if asked.original is None and not asked.original_auth_code:
        return request
    return replace(
        request, original=asked.original, rrn=asked.original_rrn,
        auth_code=asked.original_auth_code,
    )


NO_CARD = Card(pan="", expiry="", entry="keyed")


@lru_cache(maxsize=256)
def blank(row: KindRow) -> Message:
    """What every financial request of a kind has; a message is filled in from it."""
    return Message(
        mti=row.mti, type_code=row.type_code, network_code=row.network_code,
        capability=CAPABILITY, processing_code=row.processing_code,
        condition_code=row.condition_code, currency=CURRENCY_CNY,
    )


def referring(
    identity: TerminalIdentity, software: str, row: KindRow, stan: int, batch: int, now_ms: int,
    item: Booked, amount_fen: int,
) -> Message:
    """A request that refers to a transaction of this batch: void, adjustment, tip."""
    return replace(
        blank(row), tid=identity.tid, mid=identity.mid, stan=stan, batch=batch, pan=item.pan,
        amount_fen=amount_fen, local_time=hhmmss(now_ms), local_date=mmdd(now_ms),
        expiry=item.expiry, entry_mode=WITHOUT_CARD, rrn=item.rrn, auth_code=item.auth_code,
        original=Original(item.batch, item.stan), software=software,
    )


def storable(request: Message) -> Message:
    """What of a request may be kept in the journal: no track, PIN block or MAC."""
    return replace(
        request, track2="", track3="", pin_block=None, pin_capture="", security="", mac=None,
    )


def script_result(
    software: str, row: KindRow, stan: int, request: Message, reply: Message, results: str,
) -> Message:
    """The 0620 about the scripts that came with a reply; F60 says 60.4 and 60.5 of the transaction.

    F61 names it: batch, trace number and date.
    """
    return Message(
        mti=row.mti, tid=request.tid, mid=request.mid, stan=stan, type_code=row.type_code,
        batch=request.batch, network_code=row.network_code, capability=request.capability[:2],
        pan=request.pan, processing_code=request.processing_code,
        amount_fen=request.amount_fen, entry_mode=request.entry_mode,
        card_sequence=request.card_sequence, condition_code=request.condition_code,
        acquirer_id=reply.acquirer_id, rrn=reply.rrn, auth_code=reply.auth_code, currency=CURRENCY_CNY,
        icc_data=result_data(request.icc_data or b"", results),
        original=Original(request.batch, request.stan or 0, request.local_date),
        software=software,
    )


# ---- management ------------------------------------------------------------------------------


def management(
    identity: TerminalIdentity, software: str, row: KindRow, stan: int | None, batch: int,
    clerk: str = "", network_code: str = "", private: bytes | None = None,
) -> Message:
    """Sign-on, sign-off, echo test, status upload."""
    return Message(
        mti=row.mti, tid=identity.tid, mid=identity.mid, stan=stan, type_code=row.type_code,
        batch=batch, network_code=network_code or row.network_code,
        operator=operator_field(clerk),
        private=format_sequence_no(identity.serial_number) if row.kind is Kind.SIGN_ON else private,
        software=software,
    )


def download(
    identity: TerminalIdentity, software: str, row: KindRow, batch: int, private: bytes | None,
) -> Message:
    """One message of a download: who, what, and F62; no trace number."""
    return Message(
        mti=row.mti, tid=identity.tid, mid=identity.mid, type_code=row.type_code, batch=batch,
        network_code=row.network_code, private=private, software=software,
    )


def operator_field(clerk: str) -> str:
    """F63 of management messages.

    >>> operator_field("01")
    '01 '
    """
    return f"{clerk:<3}" if clerk else ""


def settlement(
    identity: TerminalIdentity, software: str, row: KindRow, stan: int, batch: int,
    totals: SettlementTotals, clerk: str,
) -> Message:
    """The 0500 with the terminal's own totals."""
    return Message(
        mti=row.mti, tid=identity.tid, mid=identity.mid, stan=stan, type_code=row.type_code,
        batch=batch, network_code=row.network_code, currency=CURRENCY_CNY,
        details=totals.format(), operator=operator_field(clerk),
        software=software,
    )


def upload(
    identity: TerminalIdentity, software: str, kinds: Mapping[Kind, KindRow], stan: int,
    batch: int, part: UploadPart, domestic: tuple[str, ...],
) -> Message:
    """One 0320: up to eight stripe details, what a chip made of a sale, or another record.

    A notice and a chip record go up under the number of their transaction; any other record has
    ``stan``, and F61 names its transaction.
    """
    row = kinds[Kind.BATCH_UPLOAD]
    if part.is_of_chip:
        return _chip_record(identity, software, row, part, domestic)
    if part.network_code == UPLOAD_NOTICE:
        notice = part.items[0].notice
        assert notice is not None
        return replace(notice, mti=row.mti, mac=None, software=software)
    if part.network_code == UPLOAD_STRIPE:
        details = format_upload([
            UploadItem(
                is_foreign(item.pan, domestic), item.stan, pan_place(item), item.amount_fen)
            for item in part.items
        ])
        return Message(
            mti=row.mti, tid=identity.tid, mid=identity.mid, stan=stan, type_code=row.type_code,
            batch=batch, network_code=part.network_code, details=details, software=software,
        )
    item = part.items[0]
    of_item = kinds[item.kind]
    return Message(
        mti=row.mti, tid=identity.tid, mid=identity.mid, stan=stan, type_code=row.type_code,
        batch=batch, network_code=part.network_code, pan=item.pan,
        processing_code=of_item.processing_code, amount_fen=item.amount_fen,
        local_time=hhmmss(item.at_ms), local_date=mmdd(item.at_ms), expiry=item.expiry,
        entry_mode=item.entry_mode, card_sequence=item.card_sequence,
        condition_code=of_item.condition_code, rrn=item.rrn, auth_code=item.auth_code,
        currency=CURRENCY_CNY, icc_data=item.icc_data,
        original=Original(item.batch, item.stan), software=software,
    )


def _chip_record(
    identity: TerminalIdentity, software: str, row: KindRow, part: UploadPart,
    domestic: tuple[str, ...],
) -> Message:
    """F2, 4, 11, 22, 23, 41, 42, 55, 60 and 62 and no others; F55 is that of the request."""
    if part.failed is not None:
        of_failed = part.failed.reversal
        batch, stan, pan = part.failed.batch, part.failed.stan, of_failed.pan
        amount_fen, icc_data = of_failed.amount_fen or 0, part.failed.icc_data
        entry_mode, card_sequence = of_failed.entry_mode, of_failed.card_sequence
        told = declined_at_chip
    else:
        item = part.items[0]
        batch, stan, pan = item.batch, item.stan, item.pan
        amount_fen, icc_data = item.amount_fen, item.icc_data
        entry_mode, card_sequence = item.entry_mode, item.card_sequence
        told = approved_all_the_same if item.arpc_failed else approved_at_chip
    return Message(
        mti=row.mti, tid=identity.tid, mid=identity.mid, stan=stan, type_code=row.type_code,
        batch=batch, network_code=part.network_code, capability=CHIP_RECORD_CAPABILITY, pan=pan,
        amount_fen=amount_fen, entry_mode=entry_mode, card_sequence=card_sequence,
        icc_data=icc_data, private=told(is_foreign(pan, domestic), amount_fen), software=software,
    )


def upload_end(
    identity: TerminalIdentity, software: str, row: KindRow, stan: int, batch: int, result: str,
    count: int,
) -> Message:
    """The 0320 that ends an upload: 207 after balanced totals, 202 after unbalanced ones."""
    return Message(
        mti=row.mti, tid=identity.tid, mid=identity.mid, stan=stan, type_code=row.type_code,
        batch=batch, network_code=UPLOAD_END[result], details=format_upload_end(count),
        software=software,
    )
