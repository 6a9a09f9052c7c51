"""Transactions that wait for the host at the counter, and are reversed where its answer is unknown.

Order of things: the armed reversal is stored, then the request is sent; an approval is booked and
the reversal cleared by one record, then the outcome is told.  Stored requests are another module's.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import PARTIAL, response_code
from simulator.machines import issuer_scripts
from simulator.machines.terminal import requests
from simulator.machines.terminal.events import (
    Conclude,
    Operated,
    PeripheralFailed,
    Result,
)
from simulator.machines.terminal.receipts import receipt_lines
from simulator.machines.terminal.records import (
    Advised,
    Armed,
    Booked,
    Disarmed,
    ReasonChanged,
    Receipted,
    SignOnDemanded,
    Unbooked,
)
from simulator.machines.terminal.replies import APPROVED, CODE_EFFECT, NOT_BELIEVED, CodeEffect
from simulator.machines.terminal.work import (
    BAD_MAC,
    REPLY_MISMATCH,
    SEND_FAILED,
    Effects,
    Exchange,
    Printing,
    TerminalCore,
)
from simulator.wire.kinds import Kind, ReversalReason
from simulator.wire.message import Message

PRINT_MS = 3_000  # how long a printer may take to report a fault


class Sales(TerminalCore):
    """Sale, void, pre-authorisation, completion and their voids; balance."""

    __slots__ = ()

    # ---- the request -------------------------------------------------------------------------

    def _request_of(self, asked: Operated, stan: int, now_ms: int) -> Message:
        """The request for what was asked: with the card at hand, or by the batch's own record."""
        memory = self.memory
        row = self.sealer.dialect.kind[asked.kind]
        card = asked.card
        if asked.kind in requests.QR_KINDS:
            return requests.qr_payment(
                self.identity, self.software, row, stan, memory.batch, now_ms, asked,
            )
        original = asked.original
        if original is not None and (card is None or asked.kind in requests.BY_RECORD):
            item = memory.item(original.stan)
            assert item is not None, "refused before: original_not_found"
            amount = item.amount_fen if asked.kind in requests.WHOLE_AMOUNT else asked.amount_fen
            return requests.referring(
                self.identity, self.software, row, stan, memory.batch, now_ms, item, amount,
            )
        pin = None
        if card is not None and card.pin:
            pin = self.sealer.pin_block(card.pin, card.pan, memory.pik)
        return requests.financial(
            self.identity, self.software, row, stan, memory.batch, now_ms, asked, pin,
            len(memory.pik), memory.tdk,
        )

    def _start_reversible(self, now_ms: int, out: Effects) -> None:
        job = self._job
        assert job is not None
        memory = self.memory
        stan = memory.stan
        request = self._request_of(job, stan, now_ms)
        self._warn_of_duplicate(request, now_ms, out)
        self._reversal_sent = self._reversal_tries = 0
        self._store(
            Armed(job.kind, job.order, now_ms, memory.batch, stan, requests.reversal_of(request)),
            out,
        )
        self._send(request, job.kind, job.order, now_ms, out)

    def _start_plain(self, now_ms: int, out: Effects) -> None:
        """A request whose unknown outcome moves no money."""
        job = self._job
        assert job is not None
        request = self._request_of(job, self._take_stan(out), now_ms)
        self._send(request, job.kind, job.order, now_ms, out)

    def _warn_of_duplicate(self, request: Message, now_ms: int, out: Effects) -> None:
        since_ms = now_ms - self.profile.duplicate_warning_ms
        for item in reversed(self.memory.items):
            if item.at_ms < since_ms:
                return
            if (
                item.pan == request.pan and item.amount_fen == request.amount_fen
                and request.original is None and item.pan
            ):
                self._show("possible_duplicate", "请确认：同卡同金额刚刚交易过", out)
                return

    # ---- the reply ---------------------------------------------------------------------------

    def _reversible_replied(
        self, exchange: Exchange, reply: Message, proven: bool, now_ms: int, out: Effects,
    ) -> None:
        code = reply.response_code
        if reply.icc_data is not None and exchange.request.icc_data is not None:
            self._run_scripts(exchange.request, reply, now_ms, out)
        if code in APPROVED:
            self._book(exchange, reply, now_ms, out)
        else:
            self._declined(exchange, reply, proven, out)
        self._forward_stored()

    def _run_scripts(self, request: Message, reply: Message, now_ms: int, out: Effects) -> None:
        """What the issuer wants done to the chip; the host hears of it after the transaction."""
        results = issuer_scripts.results_of(reply.icc_data or b"")
        if not results:
            return
        stan = self.memory.stan
        message = requests.script_result(
            self.software, self.sealer.dialect.kind[Kind.SCRIPT_RESULT], stan, request, reply,
            results,
        )
        self._store(Advised(Kind.SCRIPT_RESULT, "", now_ms, request.batch, stan, message), out)
        self._forward += (stan,)

    def _book(self, exchange: Exchange, reply: Message, now_ms: int, out: Effects) -> None:
        request = exchange.request
        armed = self.memory.armed
        code = reply.response_code
        amount = reply.amount_fen if code == PARTIAL else request.amount_fen
        original = request.original
        item = Booked(
            exchange.kind, exchange.order, armed.at_ms if armed else now_ms, request.batch,
            request.stan or 0, amount or 0, request.pan, request.expiry, request.entry_mode,
            reply.rrn, reply.auth_code, original.stan if original else 0,
            card_sequence=request.card_sequence, icc_data=request.icc_data,
        )
        self._store(item, out)
        if code == PARTIAL:
            yuan = f"{item.amount_fen // 100}.{item.amount_fen % 100:02}"
            self._show("partial_approval", f"仅批准 {yuan} 元，差额请另付", out)
        if self.profile.approved_print_fails == "reverse" and self.profile.printer:
            self._printing = Printing(item, armed, code)
            self.deadline_ms = now_ms + PRINT_MS
            self._give_receipt(item.order, receipt_lines(self.identity, item), out)
        else:
            self._tell_approved(item, code, out)

    def _tell_approved(self, item: Booked, response_code: str, out: Effects) -> None:
        """Tell the outcome, give the receipt, remember that both was done."""
        self._end_job(
            Result.APPROVED, out, stan=item.stan, response_code=response_code, rrn=item.rrn,
            auth_code=item.auth_code, amount_fen=item.amount_fen,
        )
        self._give_receipt(item.order, receipt_lines(self.identity, item), out)
        self._store(Receipted(item.stan), out)

    def _tell_again(self, out: Effects) -> None:
        """After a power cut: an approved transaction whose receipt may not have come out."""
        item = self.memory.item(self.memory.unreceipted)
        if item is None:
            return
        out.append(
            Conclude(
                order=item.order, kind=item.kind, result=Result.APPROVED, batch=item.batch,
                stan=item.stan, response_code="00", rrn=item.rrn, auth_code=item.auth_code,
                amount_fen=item.amount_fen,
            ),
        )
        self._give_receipt(item.order, receipt_lines(self.identity, item), out)
        self._store(Receipted(item.stan), out)

    def _declined(
        self, exchange: Exchange, reply: Message, proven: bool, out: Effects,
    ) -> None:
        code = reply.response_code
        stan = exchange.request.stan or 0
        if self.sealer.dialect.kind[exchange.kind].reversible:
            believed = self.profile.unsealed_declines == "believe" and code != NOT_BELIEVED
            if proven or believed:
                self._store(Disarmed(exchange.request.batch, stan, "declined"), out)
            else:
                self._give_reason(ReversalReason.OTHER, out)
        self._show(f"declined_{code}", response_code(code).text, out)
        self._act_on_code(code, out)
        self._end_job(Result.DECLINED, out, stan=stan, response_code=code)

    def _act_on_code(self, code: str, out: Effects) -> None:
        """Sign on again, update, capture the card: what some codes ask for."""
        effect = CODE_EFFECT.get(code, CodeEffect.NONE)
        if effect is CodeEffect.SIGN_ON:
            self._demand_sign_on(out)
        elif effect is CodeEffect.UPDATE:
            self._want_update()
        elif effect is CodeEffect.CAPTURE_CARD:
            self._show("capture_card", "请没收卡", out)

    def _demand_sign_on(self, out: Effects) -> None:
        if self.memory.signed_on:
            self._store(SignOnDemanded(), out)
        self._sign_on_wanted = True

    def _want_update(self) -> None:
        if not self._update:
            self._update = "wanted"

    def _plain_replied(
        self, exchange: Exchange, reply: Message, proven: bool, _now_ms: int, out: Effects,
    ) -> None:
        code = reply.response_code
        if code not in APPROVED:
            self._declined(exchange, reply, proven, out)
            return
        if exchange.kind is Kind.BALANCE:
            self._show("balance", f"可用余额 {reply.balance}", out)
        self._end_job(
            Result.APPROVED, out, stan=exchange.request.stan or 0, response_code=code,
            rrn=reply.rrn, auth_code=reply.auth_code,
        )
        self._forward_stored()

    # ---- no reply that can be believed -------------------------------------------------------

    def _reversible_unanswered(
        self, exchange: Exchange, why: str, _now_ms: int, out: Effects,
    ) -> None:
        self._judge_reversal(exchange, why, out)
        if why == BAD_MAC:
            self._demand_sign_on(out)
        self._end_job(Result.FAILED, out, stan=exchange.request.stan or 0, reason=why)

    def _judge_reversal(self, exchange: Exchange, why: str, out: Effects) -> None:
        """Whether what went wrong leaves a reversal, and with which reason, by the profile."""
        profile = self.profile
        request = exchange.request
        if why == SEND_FAILED and not profile.reversal_after_failed_connect:
            self._store(Disarmed(request.batch, request.stan or 0, "not_sent"), out)
        elif why == REPLY_MISMATCH and not profile.reversal_after_mismatched_reply:
            self._store(Disarmed(request.batch, request.stan or 0, "mismatched"), out)
        elif why == BAD_MAC:
            self._give_reason(ReversalReason.BAD_MAC, out)

    def _give_reason(self, reason: ReversalReason, out: Effects) -> None:
        armed = self.memory.armed
        if armed is not None and armed.reversal.response_code != reason.value:
            self._store(ReasonChanged(armed.batch, armed.stan, reason.value), out)

    def _plain_unanswered(
        self, exchange: Exchange, why: str, _now_ms: int, out: Effects,
    ) -> None:
        if why == BAD_MAC:
            self._demand_sign_on(out)
        self._end_job(Result.FAILED, out, stan=exchange.request.stan or 0, reason=why)

    # ---- the printer -------------------------------------------------------------------------

    def _printed(self, out: Effects) -> None:
        """The printer reported nothing for a while: the receipt is out."""
        printing = self._printing
        assert printing is not None
        self._printing = None
        item = printing.item
        self._end_job(
            Result.APPROVED, out, stan=item.stan, response_code=printing.response_code,
            rrn=item.rrn, auth_code=item.auth_code, amount_fen=item.amount_fen,
        )
        self._store(Receipted(item.stan), out)

    def _peripheral_failed(self, event: PeripheralFailed, _now_ms: int, out: Effects) -> None:
        self._show("peripheral_failed", f"外设故障：{event.peripheral}", out)
        printing = self._printing
        if printing is None or printing.item.order != event.order:
            return
        if printing.armed is None:
            self._printed(out)
            return
        self._printing = None
        armed = requests.with_reason(printing.armed, ReversalReason.NOT_FINISHED)
        self._store(Unbooked(requests.with_auth_code(armed, printing.item.auth_code)), out)
        self._end_job(
            Result.FAILED, out, stan=printing.item.stan, reason="print_failed",
        )

    def _forward_stored(self) -> None:
        """The host answers: a good time to send what is stored."""
        memory = self.memory
        if memory.advised and self.profile.advice_with_next_online:
            self._forward = tuple(each.stan for each in memory.advised)
