"""Settlement: totals to the host, batch upload where it asks for it, batch closed.

Each step is stored, so a settlement that was cut off goes on where it stood.  While a 0500 may have
reached the host the batch takes nothing new; a batch is never closed without the host's word.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import response_code
from simulator.machines.terminal import batch as batches
from simulator.machines.terminal import requests
from simulator.machines.terminal.advice import Advices
from simulator.machines.terminal.events import Operated, Result
from simulator.machines.terminal.memory import following
from simulator.machines.terminal.receipts import settlement_lines
from simulator.machines.terminal.records import (
    BatchClosed,
    SettlementAnswered,
    SettlementBegun,
    SettlementDropped,
    Uploaded,
)
from simulator.machines.terminal.replies import CODE_EFFECT, TRY_LATER, CodeEffect
from simulator.machines.terminal.work import SEND_FAILED, Effects, Exchange
from simulator.wire.errors import WireError
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.subfields import (
    BALANCED,
    TOTALS_ERROR,
    UNBALANCED,
    UPLOAD_END,
    parse_settlement_totals,
)

NOT_COMPARED = "0"  # some hosts say nothing about foreign cards where there were none
_COMPARED = frozenset({BALANCED, UNBALANCED})
UPLOAD_TAKEN = frozenset({"", "00", "94"})  # 94: the host has this part already


class Settlements(Advices):
    """The way of a batch from its totals to its end."""

    __slots__ = ()

    # ---- 0500 --------------------------------------------------------------------------------

    def _start_settlement(self, now_ms: int, out: Effects) -> None:
        """Begin, or go on where an interrupted settlement stood."""
        job = self._job
        assert job is not None
        memory = self.memory
        if memory.advised:
            self._end_job(Result.FAILED, out, reason="advice_pending")
            return
        if memory.damage:
            self._show("journal_damaged", f"流水有损坏：{memory.damage}", out)
        if memory.settling is None:
            self._settle_sent = 0
            self._left = False
            self._store(SettlementBegun(job.order, memory.batch, memory.stan), out)
            self._count_batch("0", False, out)
        if memory.settling_result:
            self._upload_next(now_ms, out)
        else:
            self._send_totals(now_ms, out)

    def _send_totals(self, now_ms: int, out: Effects) -> None:
        memory = self.memory
        assert memory.settling is not None
        request = requests.settlement(
            self.identity, self.software, self.sealer.dialect.kind[Kind.SETTLEMENT],
            memory.settling.stan, memory.batch,
            batches.totals_by_class(self._counted(), self.profile.domestic_prefixes),
            memory.clerk,
        )
        self._send(
            request, Kind.SETTLEMENT, memory.settling.order, now_ms, out, self._settle_sent,
        )
        self._settle_sent += 1

    def _settlement_replied(
        self, _exchange: Exchange, reply: Message, _proven: bool, now_ms: int, out: Effects,
    ) -> None:
        self._tries = 0
        code = reply.response_code
        if code not in UPLOAD_TAKEN:
            self._settlement_refused(code, out)
            return
        result = result_of(reply.details)
        if result == TOTALS_ERROR:
            self._store(SettlementDropped(self.memory.batch), out)
            self._show("settlement_error", "对账错，结算失败，请稍后重试", out)
            self._end_settlement(Result.FAILED, "settlement_error", code, out)
            return
        self._store(SettlementAnswered(self.memory.batch, result), out)
        self._upload_next(now_ms, out)

    def _settlement_refused(self, code: str, out: Effects) -> None:
        """A 0510 has no F39; a host that sets one could not take the totals at all."""
        if CODE_EFFECT.get(code) is CodeEffect.SIGN_ON:
            self._demand_sign_on(out)
        else:
            self._store(SettlementDropped(self.memory.batch), out)
        self._show(f"declined_{code}", response_code(code).text, out)
        self._end_settlement(Result.FAILED, "settlement_error", code, out)

    def _settlement_unanswered(
        self, exchange: Exchange, why: str, now_ms: int, out: Effects,
    ) -> None:
        self._left = self._left or why != SEND_FAILED
        self._tries += 1
        if self._tries < self.profile.settlement_tries:
            self._send_totals(now_ms, out)
            return
        self._tries = 0
        if not self._left:
            self._store(SettlementDropped(exchange.request.batch), out)
        self._end_settlement(Result.FAILED, why, "", out)

    # ---- 0320 --------------------------------------------------------------------------------

    def _upload_next(self, now_ms: int, out: Effects) -> None:
        memory = self.memory
        result = memory.settling_result
        order = memory.settling.order if memory.settling else ""
        plan = self._upload_plan()
        if plan:
            request = requests.upload(
                self.identity, self.software, self.sealer.dialect.kind, self._take_stan(out),
                memory.batch, plan[0], self.profile.domestic_prefixes,
            )
        else:
            count = batches.upload_count(memory.items, memory.failed, result)
            request = requests.upload_end(
                self.identity, self.software, self.sealer.dialect.kind[Kind.BATCH_UPLOAD],
                self._take_stan(out), memory.batch, self._end_result(result), count,
            )
        self._send(request, Kind.BATCH_UPLOAD, order, now_ms, out)

    def _upload_plan(self) -> list[batches.UploadPart]:
        memory = self.memory
        return batches.upload_plan(
            memory.items, memory.failed, memory.uploaded, memory.settling_result,
        )

    def _end_result(self, result: str) -> str:
        """Which end message closes the upload, by the result of the settlement."""
        return result

    def _upload_replied(
        self, exchange: Exchange, reply: Message, _proven: bool, now_ms: int, out: Effects,
    ) -> None:
        self._tries = 0
        code = reply.response_code
        if code not in UPLOAD_TAKEN:
            self._upload_refused(code, out)
        elif exchange.request.network_code in UPLOAD_END.values():
            self._close_batch(now_ms, out)
        else:
            self._store(Uploaded(self.memory.batch, self._upload_plan()[0].stans), out)
            self._upload_next(now_ms, out)

    def _upload_refused(self, code: str, out: Effects) -> None:
        """The host could not, or holds another view of the batch: then all begins anew."""
        if CODE_EFFECT.get(code) is CodeEffect.SIGN_ON:
            self._demand_sign_on(out)
        elif code not in TRY_LATER:
            self._store(SettlementDropped(self.memory.batch), out)
        self._show(f"declined_{code}", response_code(code).text, out)
        self._end_settlement(Result.FAILED, "upload_refused", code, out)

    def _upload_unanswered(
        self, exchange: Exchange, why: str, now_ms: int, out: Effects,
    ) -> None:
        self._tries += 1
        if self._tries < self.profile.settlement_tries:
            self._repeat(exchange, now_ms, out)
            return
        self._tries = 0
        self._end_settlement(Result.FAILED, why, "", out)

    # ---- the end -----------------------------------------------------------------------------

    def _close_batch(self, now_ms: int, out: Effects) -> None:
        memory = self.memory
        batch = memory.batch
        totals = self._totals()
        lines = settlement_lines(self.identity, batch, totals)
        order = memory.settling.order if memory.settling else ""
        self._count_batch(memory.settling_result, True, out)
        self._store(BatchClosed(batch, following(batch)), out)
        self._end_job(Result.APPROVED, out, batch=batch)
        self._give_receipt(order, lines, out)
        if self.profile.sign_off_after_settlement and self._update != "wanted":
            self._send_management(Kind.SIGN_OFF, "", now_ms, out)

    def _end_settlement(self, result: Result, reason: str, code: str, out: Effects) -> None:
        self._end_job(result, out, response_code=code, reason=reason)

    def _resume_settlement(self) -> None:
        """After a power cut: go on with what somebody had asked for."""
        memory = self.memory
        if memory.settling is not None and self._job is None:
            self._left = True
            self._job = Operated(
                kind=Kind.SETTLEMENT, order=memory.settling.order, clerk=memory.clerk,
            )
            self._begun = self._forwarded = False
            self._own_job = not memory.settling.order


def result_of(details: str) -> str:
    """The host's word on both classes of cards: the worse of the two digits of F48.

    >>> result_of("0" * 30 + "1" + "0" * 30 + "1"), result_of("0" * 30 + "1" + "0" * 30 + "2")
    ('1', '2')
    """
    try:
        totals = parse_settlement_totals(details)
    except WireError:
        return TOTALS_ERROR
    domestic, foreign = totals.domestic.result, totals.foreign.result
    if domestic not in _COMPARED or foreign not in _COMPARED | {NOT_COMPARED}:
        return TOTALS_ERROR
    return UNBALANCED if UNBALANCED in (domestic, foreign) else BALANCED
