"""Transactions that wait for the host at the counter, and are reversed where its answer is unknown.

Order of things: the armed reversal is stored, then the request is sent; an approval is booked and
the reversal cleared by one record, then the outcome is told.  Stored requests are another module's.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.response_codes import (
    AtTerminal,
    Outcome,
    ResponseCode,
    Reverses,
    response_code,
)
from simulator.catalogue.terminal_reasons import Disarming, Failure, NoAnswer, Shown
from simulator.machines.terminal import qr, requests, reversal_form, script, signature
from simulator.machines.terminal.events import (
    Conclude,
    Operated,
    PeripheralFailed,
    Result,
)
from simulator.machines.terminal.memory import CHIP_ENTRY
from simulator.machines.terminal.receipts import receipt_lines
from simulator.machines.terminal.records import (
    Armed,
    Booked,
    Disarmed,
    ReasonChanged,
    Receipted,
    Unbooked,
)
from simulator.machines.terminal.small_sums import is_small
from simulator.machines.terminal.work import (
    RESTING,
    Exchange,
    Printing,
    Update,
    Work,
    demand_sign_on,
    end_job,
    give_receipt,
    row_of,
    send,
    show,
    take_stan,
)
from simulator.wire.cryptogram import AUTHENTICATION, values_of
from simulator.wire.kinds import REVERSIBLE, Kind, ReversalReason
from simulator.wire.message import Message
from simulator.wire.scanned import code_tags
from simulator.wire.tables import Table

PRINT_MS = 3_000  # how long a printer may take to report a fault


# ---- the request -----------------------------------------------------------------------------


def request_of(w: Work, asked: Operated, stan: int) -> Message:
    """The request for what was asked: with the card at hand, or by the batch's own record."""
    memory = w.memory
    row = w.sealer.dialect.kind[asked.kind]
    card = asked.card
    original = asked.original
    if asked.kind in qr.KINDS:
        named = memory.item(original.stan) if original is not None else None
        maker = qr.Maker(w.identity, w.profile, w.software, stan, memory.batch, w.now_ms)
        return maker.request(row, asked, named)
    if original is not None and (card is None or asked.kind in requests.BY_RECORD):
        item = memory.item(original.stan)
        assert item is not None, "refused before: original_not_found"
        amount = item.amount_fen if asked.kind in requests.WHOLE_AMOUNT else asked.amount_fen
        return requests.referring(
            w.identity, w.software, row, stan, memory.batch, w.now_ms, item, amount,
        )
    pin = None
    if card is not None and card.pin and not is_small(w.profile, asked):
        pin = w.sealer.pin_block(card.pin, card.pan, memory.pik)
    return requests.financial(
        w.identity, w.software, row, stan, memory.batch, w.now_ms, asked, pin,
        len(memory.pik), memory.tdk,
    )


def start_reversible(w: Work) -> None:
    """Armed with its reversal, then sent."""
    job = w.job
    assert job is not None
    memory = w.memory
    stan = memory.stan
    request = request_of(w, job, stan)
    warn_of_duplicate(w, request)
    _warn_of_keys(w, request)
    w.reversal_sent = w.reversal_tries = 0
    w.table.store(
        w,
        Armed(
            job.kind, job.order, w.now_ms, memory.batch, stan,
            reversal_form.reversal_of(job.kind, request, w.profile), request.icc_data,
        ),
    )
    send(w, request, job.kind, job.order)


def start_plain(w: Work) -> None:
    """A request whose unknown outcome moves no money."""
    job = w.job
    assert job is not None
    request = request_of(w, job, take_stan(w))
    send(w, request, job.kind, job.order)


def warn_of_duplicate(w: Work, request: Message) -> None:
    """The same card and sum, a short while ago."""
    since_ms = w.now_ms - w.profile.duplicate_warning_ms
    for item in reversed(w.memory.items):
        if item.at_ms < since_ms:
            return
        if (
            item.pan == request.pan and item.amount_fen == request.amount_fen
            and request.original is None and item.pan
        ):
            show(w, Shown.POSSIBLE_DUPLICATE, "请确认：同卡同金额刚刚交易过")
            return


def _warn_of_keys(w: Work, request: Message) -> None:
    """A terminal that is to have public keys meets a chip without any; it goes online all the same."""
    if (
        Table.CAPK in w.profile.download.tables and request.entry_mode[:2] in CHIP_ENTRY
        and not w.memory.tables.get(Table.CAPK)
    ):
        show(w, Shown.NO_KEYS, "无公钥，无法脱机认证")


# ---- the reply -------------------------------------------------------------------------------


def reversible_replied(w: Work, exchange: Exchange, reply: Message, proven: bool) -> None:
    """Booked, or declined; either clears the reversal."""
    if reply.icc_data is not None and exchange.request.icc_data is not None:
        script.run(w, exchange.request, reply)
    row = response_code(reply.response_code)
    if row.approves:
        _book(w, exchange, reply, row)
    else:
        _declined(w, exchange, row, proven)
    forward_stored(w)


def _book(w: Work, exchange: Exchange, reply: Message, row: ResponseCode) -> None:
    request = exchange.request
    armed = w.memory.armed
    partial = row.outcome is Outcome.PARTIAL
    amount = reply.amount_fen if partial else request.amount_fen
    original = request.original
    item = Booked(
        exchange.kind, exchange.order, armed.at_ms if armed else w.now_ms, request.batch,
        request.stan or 0, amount or 0, request.pan, request.expiry, request.entry_mode,
        reply.rrn, reply.auth_code, original.stan if original else 0,
        card_sequence=request.card_sequence, icc_data=request.icc_data,
        arpc_failed=reply.icc_data is not None and _issuer_is_wrong(w, reply.icc_data),
        small_sum=is_small(w.profile, w.job), response_code=row.code,
    )
    if exchange.kind in qr.KINDS:
        item = _scanned(w, item, request, reply)
    w.table.store(w, item)
    job = w.job
    if (
        w.profile.signature_upload and job is not None and job.signature is not None
        and not item.small_sum
    ):
        signature.keep(w, item, reply, job.signature)
    if partial:
        yuan = f"{item.amount_fen // 100}.{item.amount_fen % 100:02}"
        show(w, Shown.PARTIAL_APPROVAL, f"仅批准 {yuan} 元，差额请另付")
    if w.profile.approved_print_fails == "reverse" and w.profile.printer:
        heard = armed and replace(armed, reversal=reversal_form.reason_given(
            armed.reversal, armed.reversal.response_code, reply.auth_code, reply.local_date))
        w.waiting = Printing(item, heard, row.code)
        w.deadline_ms = w.now_ms + PRINT_MS
        give_receipt(w, item.order, receipt_lines(w.identity, item, on_paper=not w.profile.signature_upload))
    else:
        tell_approved(w, item, row.code)


def _issuer_is_wrong(w: Work, told: bytes) -> bool:
    """Whether the chip finds an ARPC in F55 of an approval that is not its issuer's."""
    card = w.job.card if w.job is not None else None
    if card is None or not card.issuer_proof:
        return False
    return values_of(told).get(AUTHENTICATION, card.issuer_proof) != card.issuer_proof


def _scanned(w: Work, item: Booked, request: Message, reply: Message) -> Booked:
    """With the customer's code and the voucher: its own, or those of the sale that it voids."""
    if item.kind is Kind.QR_SALE:
        code, voucher = code_tags(request).qr_code, code_tags(reply).voucher
    else:
        sold = w.memory.item(item.original_stan)
        code, voucher = (sold.qr_code, sold.voucher) if sold is not None else ("", "")
    return replace(item, qr_code=code, voucher=voucher)


def tell_approved(w: Work, item: Booked, response_code: str) -> None:
    """Tell the outcome, give the receipt, remember that both was done."""
    end_job(
        w, Result.APPROVED, stan=item.stan, response_code=response_code, rrn=item.rrn,
        auth_code=item.auth_code, amount_fen=item.amount_fen, voucher=item.voucher,
    )
    give_receipt(w, item.order, receipt_lines(w.identity, item, on_paper=not w.profile.signature_upload))
    w.table.store(w, Receipted(item.stan))


def tell_again(w: Work) -> None:
    """After a power cut: an approved transaction whose receipt may not have come out."""
    item = w.memory.item(w.memory.unreceipted)
    if item is None:
        return
    w.out.append(
        Conclude(
            order=item.order, kind=item.kind, result=Result.APPROVED, batch=item.batch,
            stan=item.stan, response_code=item.response_code, rrn=item.rrn, auth_code=item.auth_code,
            amount_fen=item.amount_fen, voucher=item.voucher,
        ),
    )
    give_receipt(w, item.order, receipt_lines(w.identity, item, on_paper=not w.profile.signature_upload))
    w.table.store(w, Receipted(item.stan))


def _declined(w: Work, exchange: Exchange, row: ResponseCode, proven: bool) -> None:
    stan = exchange.request.stan or 0
    if exchange.kind in REVERSIBLE:
        believed = w.profile.unsealed_declines == "believe"
        if row.outcome is Outcome.PENDING:  # nobody knows yet, and there is nothing to ask with
            w.table.give_reason(w, ReversalReason.OTHER.value, None)
        elif proven or (believed and row.reverses is not Reverses.TERMINAL):
            _disarm(w, exchange, Disarming.DECLINED)
        else:
            w.table.give_reason(w, ReversalReason.OTHER.value, None)
    show_declined(w, row)
    act_on_code(w, row)
    end_job(w, Result.DECLINED, stan=stan, response_code=row.code)


def show_declined(w: Work, row: ResponseCode) -> None:
    """The text of the code that the host answered."""
    show(w, Shown.DECLINED, row.text, row.code)


def act_on_code(w: Work, row: ResponseCode) -> None:
    """Sign on again, update, capture the card: what some codes ask for."""
    if row.terminal is not AtTerminal.NOTHING:
        row_of(w.table.codes, row.terminal, "codes")(w)


def capture_card(w: Work) -> None:
    """The issuer wants the card kept."""
    show(w, Shown.CAPTURE_CARD, "请没收卡")


def want_update(w: Work) -> None:
    """The host wants new software here; once the last update was useless, no more."""
    if w.update is Update.NONE:
        w.update = Update.WANTED


def plain_replied(w: Work, exchange: Exchange, reply: Message, proven: bool) -> None:
    """The outcome is told, and that is all."""
    row = response_code(reply.response_code)
    if not row.approves:
        _declined(w, exchange, row, proven)
        return
    if exchange.kind is Kind.BALANCE:
        show(w, Shown.BALANCE, f"可用余额 {reply.balance}")
    end_job(
        w, Result.APPROVED, stan=exchange.request.stan or 0, response_code=row.code,
        rrn=reply.rrn, auth_code=reply.auth_code,
    )
    forward_stored(w)


# ---- no reply that can be believed -----------------------------------------------------------


def reversible_unanswered(w: Work, exchange: Exchange, why: NoAnswer) -> None:
    """The outcome is unknown: told to have failed, and the reversal is what counts."""
    row_of(w.table.unknown, why, "unknown outcomes")(w, exchange)
    if why is NoAnswer.BAD_MAC:
        demand_sign_on(w)
    end_job(w, Result.FAILED, stan=exchange.request.stan or 0, reason=why)


def not_heard(w: Work, _exchange: Exchange) -> None:
    """No reply: reversed for that reason."""
    w.table.give_reason(w, ReversalReason.NO_REPLY.value, None)


def not_sent(w: Work, exchange: Exchange) -> None:
    """It may have left all the same: by the profile, reversed or not."""
    if w.profile.reversal_after_failed_connect:
        w.table.give_reason(w, ReversalReason.NO_REPLY.value, None)
    else:
        _disarm(w, exchange, Disarming.NOT_SENT)


def mismatched(w: Work, exchange: Exchange) -> None:
    """Something answered that is not the answer: by the profile, reversed or not."""
    if not w.profile.reversal_after_mismatched_reply:
        _disarm(w, exchange, Disarming.MISMATCHED)


def unproven(w: Work, exchange: Exchange) -> None:
    """An approval that nobody can prove: reversed for that reason."""
    w.table.give_reason(w, ReversalReason.BAD_MAC.value, exchange.heard)


def _disarm(w: Work, exchange: Exchange, why: Disarming) -> None:
    request = exchange.request
    w.table.store(w, Disarmed(request.batch, request.stan or 0, why))


def give_reason(w: Work, reason: str, heard: Message | None) -> None:
    """More is known about why the reversal goes out; an approval tells its code and date too."""
    armed = w.memory.armed
    if armed is not None and armed.reversal.response_code != reason:
        told = (heard.auth_code, heard.local_date) if heard is not None else ("", "")
        w.table.store(w, ReasonChanged(armed.batch, armed.stan, reason, *told))


def plain_unanswered(w: Work, exchange: Exchange, why: NoAnswer) -> None:
    """Nothing hangs on it."""
    if why is NoAnswer.BAD_MAC:
        demand_sign_on(w)
    end_job(w, Result.FAILED, stan=exchange.request.stan or 0, reason=why)


# ---- the printer -----------------------------------------------------------------------------


def printed(w: Work, printing: Printing) -> None:
    """The printer reported nothing for a while: the receipt is out."""
    w.waiting = RESTING
    item = printing.item
    end_job(
        w, Result.APPROVED, stan=item.stan, response_code=printing.response_code,
        rrn=item.rrn, auth_code=item.auth_code, amount_fen=item.amount_fen,
        voucher=item.voucher,
    )
    w.table.store(w, Receipted(item.stan))


def show_failed(w: Work, event: PeripheralFailed) -> None:
    """Tell of a peripheral that failed."""
    show(w, Shown.PERIPHERAL_FAILED, f"外设故障：{event.peripheral}")


def not_printed(w: Work, printing: Printing) -> None:
    """The receipt did not come out: where it can be, the transaction is undone."""
    if printing.armed is None:
        printed(w, printing)
        return
    w.waiting = RESTING
    w.table.store(w, Unbooked(reversal_form.not_finished(printing.armed, w.profile)))
    end_job(w, Result.FAILED, stan=printing.item.stan, reason=Failure.PRINT_FAILED)


def forward_stored(w: Work) -> None:
    """The host answers: a good time to send what is stored."""
    memory = w.memory
    if memory.advised and w.profile.advice_with_next_online:
        w.forward = tuple(
            each.stan for each in memory.advised if each.kind is not Kind.SCRIPT_RESULT)
