"""The form of a reply: which fields of its request it repeats, what the host adds, when it is sealed.

Decides nothing about a transaction.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.response_codes import PARTIAL, REVERSAL_DONE
from simulator.local_time import hhmmss, mmdd
from simulator.machines.acquirer.events import Reply, RequestReceived
from simulator.machines.acquirer.settings import ReplyHeader
from simulator.machines.acquirer.state import voucher_of
from simulator.machines.acquirer.transactions import APPROVED_CODES, TerminalBook, Transaction
from simulator.machines.acquirer.work import Effects, Request, Waiting, Work
from simulator.wire.field59 import Field59
from simulator.wire.kinds import REPLY_MTI, Kind, ProcessingRequest, mti_of_reply
from simulator.wire.message import Message
from simulator.wire.scanned import tags_field, with_tags

MAC_ERROR = "A0"
_ENDED_BY = frozenset({Kind.REVERSAL, Kind.SCRIPT_RESULT})  # 12 and 25 end them, and must be believed
_QR_SALE = Kind.QR_SALE  # bound once: a member costs a call each time it is named
_PLAIN = ProcessingRequest.NONE.value
_TOLD_ONCE = frozenset({
    ProcessingRequest.APPLICATION_DOWNLOAD.value, ProcessingRequest.EXCHANGE_RATES.value,
})
_NORMAL, _CLASS = "0", "60"  # of the header: terminal status, application class


def with_header(header: ReplyHeader, effects: Effects) -> Effects:
    """The same effects, each reply with the header that this host gives every one."""
    return [
        replace(effect, message=replace(
            effect.message, application_class=header.application_class, software=header.software,
            terminal_status=header.terminal_status))
        if isinstance(effect, Reply) else effect
        for effect in effects
    ]


def clock(work: Work, now_ms: int) -> tuple[str, str]:
    """F12 and F13; made once a second."""
    second = now_ms // 1000
    if second != work.clock_second:
        work.clock_second = second
        work.clock_texts = (hhmmss(now_ms), mmdd(now_ms))
    return work.clock_texts


def processing_request(work: Work, terminal: TerminalBook, software: str) -> str:
    """What the header of a reply asks for."""
    if terminal.must_sign_on:
        return ProcessingRequest.SIGN_ON.value
    if software < work.books.minimum_software:
        return ProcessingRequest.APPLICATION_DOWNLOAD.value
    return _demanded(work, terminal) if terminal.demanded else _PLAIN


def _demanded(work: Work, terminal: TerminalBook) -> str:
    """The oldest request that the terminal has not taken up; some are told once only."""
    for wanted in terminal.demanded:
        if wanted not in _TOLD_ONCE:
            return wanted
        told = terminal.entry.tid, wanted
        if told not in work.told:
            work.told.add(told)
            return wanted
    return _PLAIN


def settlement_mmdd(work: Work) -> str:
    """F15: the business day that this moment belongs to."""
    day = work.books.settlement_date
    if day != work.f15_of:
        work.f15_of = day
        work.f15 = day[5:7] + day[8:]
    return work.f15


def volatile_rrn(work: Work) -> str:
    """F37 of a reply that names no transaction; starts again with the host."""
    work.volatile += 1
    return f"M{work.volatile:011}"


def reply(
    work: Work, request: Request, code: str, *, rrn: str = "", auth_code: str = "",
    private: bytes | None = None, batch: int = 0, balance: str = "",
) -> Reply:
    """A reply with a response code, sealed where it approves a sealed kind or ends a reversal."""
    asked = request.message
    terminal = request.terminal
    time, day = clock(work, request.now_ms)
    message = Message(
        mti=REPLY_MTI[asked.mti], tid=asked.tid, mid=asked.mid, stan=asked.stan,
        type_code=asked.type_code, batch=batch or asked.batch,
        network_code=asked.network_code, capability=asked.capability, pan=asked.pan,
        processing_code=asked.processing_code, amount_fen=asked.amount_fen,
        local_time=time, local_date=day,
        condition_code=asked.condition_code, acquirer_id=work.settings.acquirer_id,
        rrn=rrn or volatile_rrn(work), auth_code=auth_code, response_code=code,
        details=asked.details, currency=asked.currency, balance=balance, private=private,
        software=asked.software, terminal_status=asked.terminal_status,
        application_class=asked.application_class,
        processing_request=processing_request(work, terminal, asked.software),
    )
    proves = REVERSAL_DONE if request.kind in _ENDED_BY else APPROVED_CODES
    if work.sealer.dialect.kind[request.kind].sealed and code in proves and terminal.keys is not None:
        message = work.sealer.seal(message, terminal.keys.mak)
    return Reply(request.link, message, request.kind, request.attempt)


def bare_reply(
    work: Work, event: RequestReceived, terminal: TerminalBook | None, code: str,
) -> Reply | None:
    """A reply to what is of no kind: what the request says of itself, and the code.

    Sealed where the request was and the host has a key; none to what is itself a reply.
    """
    asked = event.message
    mti = mti_of_reply(asked.mti)
    if not mti:
        return None
    message = Message(
        mti=mti, tid=asked.tid, mid=asked.mid, stan=asked.stan, type_code=asked.type_code,
        batch=asked.batch, network_code=asked.network_code, capability=asked.capability,
        processing_code=asked.processing_code, amount_fen=asked.amount_fen,
        local_time=asked.local_time, local_date=asked.local_date, response_code=code,
        currency=asked.currency, software=asked.software, terminal_status=asked.terminal_status,
        application_class=asked.application_class,
    )
    if asked.mac is not None and terminal is not None and terminal.keys is not None:
        message = work.sealer.seal(message, terminal.keys.mak)
    return Reply(event.link, message, None, event.attempt)


def with_voucher(
    work: Work, message: Message, asked: Message, transaction: Transaction,
) -> Message:
    """The reply to a QR sale with its voucher, in the field in which the code came."""
    if not work.settings.qr_voucher:
        return message
    return with_tags(message, Field59(voucher=voucher_of(transaction.rrn)), tags_field(asked))


def refuse(work: Work, request: Request, code: str) -> Effects:
    """Say no to something that leaves no trace in the books."""
    return [reply(work, request, code)]


def sale_reply(
    work: Work, waiting: Waiting, code: str, now_ms: int, rrn: str, auth_code: str = "",
    balance: str = "",
) -> Reply:
    """A reply with all that a switched transaction carries; in the path of every sale.

    Filled in from a blank of its kind, which is cheaper than naming every field.
    """
    asked = waiting.message
    transaction = waiting.transaction
    terminal = waiting.terminal
    time, day = (
        work.clock_texts if now_ms // 1000 == work.clock_second else clock(work, now_ms)
    )
    channel = "" if transaction is None else transaction.channel
    message = replace(
        work.blanks[waiting.kind], tid=asked.tid, mid=asked.mid, stan=asked.stan,
        batch=asked.batch, network_code=asked.network_code, capability=asked.capability,
        pan=asked.pan, amount_fen=asked.amount_fen, local_time=time, local_date=day,
        expiry=asked.expiry, rrn=rrn,
        settlement_date=(
            work.f15 if work.f15_of == work.books.settlement_date else settlement_mmdd(work)
        ),
        auth_code=auth_code, response_code=code,
        institutions=work.institutions.get(channel, ""), software=asked.software,
    )
    wanted = processing_request(work, terminal, asked.software)
    if (
        wanted != _PLAIN or balance or asked.terminal_status != _NORMAL
        or asked.application_class != _CLASS or code == PARTIAL
        or waiting.icc_data is not None
    ):
        amount_fen = asked.amount_fen
        if code == PARTIAL and transaction is not None:
            amount_fen = transaction.amount_fen
        message = replace(
            message, processing_request=wanted, balance=balance,
            amount_fen=amount_fen, icc_data=waiting.icc_data,
            terminal_status=asked.terminal_status, application_class=asked.application_class,
        )
    if transaction is not None and transaction.kind is _QR_SALE and code in APPROVED_CODES:
        message = with_voucher(work, message, asked, transaction)
    if code in APPROVED_CODES and terminal.keys is not None:
        message = work.sealer.seal(message, terminal.keys.mak)
    return Reply(waiting.link, message, waiting.kind, waiting.attempt)
