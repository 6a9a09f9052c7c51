"""Signatures that customers draw on the screen (电子签名): each goes up in a 0820 before the next transaction.

Never with its own transaction; what is left goes up before a settlement, in three rounds, and where
that is in vain a slip to sign on paper is given instead.  No money hangs on it.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.response_codes import AtTerminal, response_code
from simulator.catalogue.terminal_reasons import AdviceEnd, NoAnswer, Shown
from simulator.local_time import date_at, hhmmss
from simulator.machines.terminal.receipts import SIGN_HERE, TITLE, receipt_lines
from simulator.machines.terminal.records import Booked, SignatureEnded, Signed
from simulator.machines.terminal.work import (
    NONE_TRIED,
    Exchange,
    Work,
    demand_sign_on,
    give_receipt,
    send,
    show,
)
from simulator.wire.kinds import Kind
from simulator.wire.message import CURRENCY_CNY, Message

SIGNABLE = (
    Kind.SALE, Kind.VOID, Kind.PREAUTH, Kind.PREAUTH_VOID, Kind.COMPLETION, Kind.COMPLETION_VOID,
)
ROUNDS = 3
DELIVERED = frozenset({"00", "94"})
FIELD = "62"
ISSUER_DIGITS = 11  # of each institution in F44


# ---- what goes up ----------------------------------------------------------------------------


def keep(w: Work, item: Booked, reply: Message, image: bytes) -> None:
    """Store what the customer drew; too long for the field, it is signed on paper."""
    if len(image) > w.sealer.dialect.field[FIELD].length:
        _give_paper(w, item)
        return
    row = w.sealer.dialect.kind[Kind.SIGNATURE_UPLOAD]
    message = Message(
        mti=row.mti, tid=w.identity.tid, mid=w.identity.mid, stan=item.stan,
        type_code=row.type_code, batch=item.batch, network_code=row.network_code, pan=item.pan,
        amount_fen=item.amount_fen, settlement_date=reply.settlement_date, rrn=item.rrn,
        icc_data=receipt_data(item, reply, w.memory.clerk), private=image, software=w.software,
    )
    w.table.store(w, Signed(item.batch, item.stan, message))


def receipt_data(item: Booked, reply: Message, clerk: str) -> bytes:
    """F55: what stands on the receipt, as far as this terminal knows it."""
    parts = reply.institutions
    issuer, acquirer = parts[:ISSUER_DIGITS].strip(), parts[ISSUER_DIGITS:].strip()
    moment = f"{date_at(item.at_ms):%Y%m%d}{hhmmss(item.at_ms)}"
    told: tuple[tuple[str, bytes], ...] = (
        ("FF01", TITLE[item.kind].encode("gb18030")),
        ("FF02", _digits(clerk)),
        ("FF03", acquirer.encode("ascii", "replace")), ("FF04", issuer.encode("ascii", "replace")),
        ("FF05", _digits(item.expiry)), ("FF06", _digits(moment)),
        ("FF07", item.auth_code.encode("ascii", "replace")),
        ("FF0A", CURRENCY_CNY.encode("ascii")),
    )
    return b"".join(
        bytes.fromhex(tag) + bytes([len(value)]) + value for tag, value in told if value)


def _digits(text: str) -> bytes:
    """Two digits to the byte, an odd number of them with a zero before; nothing where it is none."""
    if not text.isascii() or not text.isdigit():
        return b""
    return bytes.fromhex(text if len(text) % 2 == 0 else f"0{text}")


# ---- when ------------------------------------------------------------------------------------


def begin_rounds(w: Work) -> None:
    """A settlement begins: all that is left has three turns more."""
    w.signature_rounds = 0
    w.signatures_tried = NONE_TRIED


def untried(w: Work) -> Signed | None:
    """The first that has not had its turn since the last round began."""
    for signed in w.memory.signatures:
        if (signed.batch, signed.stan) not in w.signatures_tried:
            return signed
    return None


def start(w: Work) -> None:
    """Send the next one; before a settlement all once more, and after three rounds paper for them."""
    job = w.job
    assert job is not None
    signed = untried(w)
    if signed is None:
        w.signature_rounds += 1
        w.signatures_tried = NONE_TRIED
        signed = w.memory.signatures[0]
    if job.kind is Kind.SETTLEMENT and w.signature_rounds >= ROUNDS:
        _all_on_paper(w)
        return
    w.signatures_tried |= {(signed.batch, signed.stan)}
    send(w, replace(signed.message, software=w.software), Kind.SIGNATURE_UPLOAD, "",
         w.signature_rounds)


def _all_on_paper(w: Work) -> None:
    for signed in w.memory.signatures:
        item = w.memory.item(signed.stan)
        if item is not None and item.batch == signed.batch:
            _give_paper(w, item)
        _end(w, signed.batch, signed.stan, AdviceEnd.DROPPED)
    w.signature_rounds = 0


def _give_paper(w: Work, item: Booked) -> None:
    show(w, Shown.SIGN_ON_PAPER, f"流水 {item.stan:06}：请在签购单上签名")
    give_receipt(w, item.order, (*receipt_lines(w.identity, item, on_paper=False), SIGN_HERE))


def _end(w: Work, batch: int, stan: int, how: AdviceEnd) -> None:
    w.signatures_tried -= {(batch, stan)}
    w.table.store(w, SignatureEnded(batch, stan, how))
    if not w.memory.signatures:
        w.signature_rounds = 0


# ---- what comes of it ------------------------------------------------------------------------


def replied(w: Work, exchange: Exchange, reply: Message, _proven: bool) -> None:
    """Delivered, or left for the settlement."""
    row = response_code(reply.response_code)
    if row.code in DELIVERED:
        _end(w, exchange.request.batch, exchange.request.stan or 0, AdviceEnd.DELIVERED)
    elif row.terminal is AtTerminal.SIGN_ON:
        demand_sign_on(w)


def unanswered(w: Work, _exchange: Exchange, why: NoAnswer) -> None:
    """Left for the settlement."""
    if why is NoAnswer.BAD_MAC:
        demand_sign_on(w)
