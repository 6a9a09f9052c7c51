"""Stored requests: repeated, under their own trace number, until the host has answered them.

Offline sales, adjustments and tips are approved at the counter and delivered later.  Refunds and
completion advices are sent at once, and repeated where the answer is lost.  A QR payment with an
unknown outcome is never repeated: the host is asked what became of it.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.response_codes import DELIVERED, PARTIAL, response_code
from simulator.machines.terminal import requests
from simulator.machines.terminal.events import Conclude, Operated, Result
from simulator.machines.terminal.records import AdviceEnded, Advised, Booked
from simulator.machines.terminal.replies import (
    APPROVED,
    CODE_EFFECT,
    NOT_BELIEVED,
    TRY_LATER,
    WALLET_PENDING,
    CodeEffect,
)
from simulator.machines.terminal.sign_on import SignOns
from simulator.machines.terminal.work import BAD_MAC, Effects, Exchange
from simulator.wire.kinds import MTI, Kind
from simulator.wire.message import Message, Original

REPEATED_MTI = "0220"
OFFLINE = frozenset({Kind.OFFLINE_SALE, Kind.ADJUST, Kind.TIP})  # approved before they are sent
NOBODY_WAITS = OFFLINE | {Kind.SCRIPT_RESULT}


class Advices(SignOns):
    """Everything that is stored and forwarded."""

    __slots__ = ()

    # ---- what was asked ----------------------------------------------------------------------

    def _start_stored(self, now_ms: int, out: Effects) -> None:
        """Refund, completion advice, QR payment: stored, then sent at once."""
        job = self._job
        assert job is not None
        memory = self.memory
        stan = memory.stan
        request = self._request_of(job, stan, now_ms)
        if job.kind is Kind.QR_PAY:
            self._warn_of_duplicate(request, now_ms, out)
        self._advice_sent = 0
        self._store(
            Advised(job.kind, job.order, now_ms, memory.batch, stan, requests.storable(request)),
            out,
        )
        self._send(request, job.kind, job.order, now_ms, out)

    def _start_offline(self, now_ms: int, out: Effects) -> None:
        """Offline sale, adjustment, tip: approved at the counter, delivered later."""
        job = self._job
        assert job is not None
        memory = self.memory
        request = self._request_of(job, memory.stan, now_ms)
        if job.kind is Kind.OFFLINE_SALE:
            self._warn_of_duplicate(request, now_ms, out)
        original = request.original
        item = Booked(
            job.kind, job.order, now_ms, memory.batch, memory.stan, request.amount_fen or 0,
            request.pan, request.expiry, request.entry_mode, request.rrn, request.auth_code,
            original.stan if original else 0, requests.storable(request),
            card_sequence=request.card_sequence, icc_data=request.icc_data,
        )
        self._store(item, out)
        self._tell_approved(item, "", out)

    # ---- sending -----------------------------------------------------------------------------

    def _next_advised(self) -> Advised | None:
        """The first stored request that is to go up now."""
        for stan in self._forward:
            for advised in self.memory.advised:
                if advised.stan == stan:
                    return advised
        return None

    def _start_forward(self, now_ms: int, out: Effects) -> None:
        """Send the first of them again, or ask about a QR payment."""
        advised = self._next_advised()
        assert advised is not None
        if advised.kind is Kind.QR_PAY:
            self._ask_about(advised, now_ms, out)
            return
        message = replace(advised.message, software=self.software)
        before = self._advice_sent if advised.kind in NOBODY_WAITS else self._advice_sent + 1
        self._advice_sent += 1
        self._send(message, advised.kind, advised.order, now_ms, out, before)

    def _ask_about(self, advised: Advised, now_ms: int, out: Effects) -> None:
        original = Original(advised.batch, advised.stan)
        asked = Operated(kind=Kind.QR_QUERY, order=advised.order, original=original)
        query = requests.qr_payment(
            self.identity, self.software, self.sealer.dialect.kind[Kind.QR_QUERY],
            self._take_stan(out), self.memory.batch, now_ms, asked,
        )
        self._send(query, Kind.QR_QUERY, advised.order, now_ms, out)

    # ---- replies -----------------------------------------------------------------------------

    def _stored_replied(
        self, exchange: Exchange, reply: Message, _proven: bool, _now_ms: int, out: Effects,
    ) -> None:
        # An unsealed refusal is believed whatever the profile: there is no reversal to fall back
        # on, and a host that never seals its refusals would be asked for ever.
        original = exchange.request.original
        of_query = exchange.kind is Kind.QR_QUERY and original is not None
        stan = original.stan if of_query and original else exchange.request.stan
        advised = next((each for each in self.memory.advised if each.stan == stan), None)
        self._tries = 0
        if advised is None:
            return
        self._forward = tuple(each for each in self._forward if each != stan)
        code = reply.response_code
        first = self._begun and self._job is not None
        if self._is_delivered(exchange, code):
            self._delivered(advised, reply, out)
        elif self._is_final(exchange.kind, code, first=first):
            self._refused(advised, code, out)
        else:
            self._not_yet(advised, code, out)

    def _is_delivered(self, exchange: Exchange, code: str) -> bool:
        """Whether the host has it; 94 says so only to what was sent before, or stored long ago."""
        if code in APPROVED:
            return True
        repeated = exchange.attempt > 0 or exchange.kind in NOBODY_WAITS
        asks = exchange.kind is Kind.QR_QUERY
        return code in DELIVERED and repeated and not asks

    def _is_final(self, kind: Kind, code: str, *, first: bool) -> bool:
        """Whether the host has refused for good; at the counter most codes are final.

        Not so what a host says only for now to a 0220: it forgets that, and a copy of the message
        that comes later may be taken.
        """
        if code in WALLET_PENDING or code == NOT_BELIEVED:
            return False
        later = code in TRY_LATER or CODE_EFFECT.get(code) is CodeEffect.SIGN_ON
        if code in TRY_LATER and MTI[kind] == REPEATED_MTI:
            return False
        return first or not later

    def _delivered(self, advised: Advised, reply: Message, out: Effects) -> None:
        if advised.kind in NOBODY_WAITS:
            self._store(AdviceEnded(advised.batch, advised.stan, "delivered"), out)
            return
        request = advised.message
        original = request.original
        amount_fen = reply.amount_fen if reply.response_code == PARTIAL else request.amount_fen
        item = Booked(
            advised.kind, advised.order, advised.at_ms, advised.batch, advised.stan,
            amount_fen or 0, request.pan, request.expiry, request.entry_mode, reply.rrn,
            reply.auth_code or request.auth_code, original.stan if original else 0,
            card_sequence=request.card_sequence, icc_data=request.icc_data,
        )
        self._store(item, out)
        if self._begun and self._job is not None:
            self._tell_approved(item, reply.response_code, out)
            self._forward_stored()
        else:
            self._tell_again(out)

    def _not_yet(self, advised: Advised, code: str, out: Effects) -> None:
        """The host does not know, or could not: asked again later."""
        self._act_on_code(code, out)
        self._conclude_pending(advised, code, "", out)

    def _conclude_pending(self, advised: Advised, code: str, reason: str, out: Effects) -> None:
        if self._begun:
            self._end_job(
                Result.PENDING, out, stan=advised.stan, response_code=code, reason=reason,
            )

    def _refused(self, advised: Advised, code: str, out: Effects) -> None:
        self._store(AdviceEnded(advised.batch, advised.stan, "refused"), out)
        self._act_on_code(code, out)
        if self._begun and self._job is not None:
            self._show(f"declined_{code}", response_code(code).text, out)
            self._end_job(Result.DECLINED, out, stan=advised.stan, response_code=code)
            return
        self._show("advice_refused", f"流水 {advised.stan:06}：{response_code(code).text}", out)
        if advised.kind not in NOBODY_WAITS:
            out.append(
                Conclude(
                    order=advised.order, kind=advised.kind, result=Result.DECLINED,
                    batch=advised.batch, stan=advised.stan, response_code=code,
                    amount_fen=advised.message.amount_fen or 0,
                ),
            )

    def _stored_unanswered(
        self, exchange: Exchange, why: str, _now_ms: int, out: Effects,
    ) -> None:
        if why == BAD_MAC:
            self._demand_sign_on(out)
        if self._begun and self._job is not None:
            # The first try: the counter need not wait for the rest.
            self._end_job(
                Result.PENDING, out, stan=exchange.request.stan or 0, reason=why,
            )
            return
        self._tries += 1
        if self._tries >= self.profile.advice_tries:
            self._tries = 0
            self._forward = ()
