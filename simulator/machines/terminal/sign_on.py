"""Sign-on with key download, sign-off, echo test, parameter download, status upload, update.

Keys are used only after their check values were right; a batch number is taken from the host.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from simulator.catalogue.response_codes import response_code
from simulator.machines.terminal import batch as batches
from simulator.machines.terminal import requests
from simulator.machines.terminal.events import CountBatch, InstallUpdate, Result
from simulator.machines.terminal.records import (
    BatchClosed,
    Booked,
    ClerkEntered,
    SignedOff,
    SignedOn,
    SoftwareInstalled,
)
from simulator.machines.terminal.replies import APPROVED
from simulator.machines.terminal.reversal import Reversals
from simulator.machines.terminal.work import Effects, Exchange
from simulator.wire.errors import KeyCheckError, WireError
from simulator.wire.keys import WorkingKeys, unwrap_working_keys
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.subfields import CardTotals

WITHOUT_STAN = frozenset({Kind.ECHO_TEST, Kind.PARAMETER_DOWNLOAD, Kind.STATUS_UPLOAD})

# A fleet in one process signs on with the same few test keys over and over.
_unwrapped = lru_cache(maxsize=256)(unwrap_working_keys)


class SignOns(Reversals):
    """Everything that moves no money."""

    __slots__ = ()

    # ---- sign-on -----------------------------------------------------------------------------

    def _start_sign_on(self, now_ms: int, out: Effects) -> None:
        """Ask for working keys and a batch number."""
        memory = self.memory
        job = self._job
        order = ""
        if job is not None and job.kind is Kind.SIGN_ON:
            self._begun = True
            order = job.order
            if memory.clerk != job.clerk:
                self._store(ClerkEntered(job.clerk), out)
        self._sign_on_wanted = False
        request = requests.management(
            self.identity, self.software, self.sealer.dialect.kind[Kind.SIGN_ON],
            self._take_stan(out), memory.batch, memory.clerk, self.profile.key_download,
        )
        self._send(request, Kind.SIGN_ON, order, now_ms, out)

    def _sign_on_replied(
        self, _exchange: Exchange, reply: Message, _proven: bool, now_ms: int, out: Effects,
    ) -> None:
        code = reply.response_code
        if code != "00":
            self._show(f"declined_{code}", response_code(code).text, out)
            self._sign_on_failed(Result.DECLINED, code, "sign_on_refused", now_ms, out)
            return
        try:
            keys = self._keys_of(reply)
        except (KeyCheckError, WireError):
            self._show("key_check_failed", "密钥校验错，签到失败", out)
            self._sign_on_failed(Result.FAILED, code, "key_check_failed", now_ms, out)
            return
        batch = reply.batch or self.memory.batch or 1
        self._leave_other_batch(batch, out)
        self._store(SignedOn(batch, keys.pik, keys.mak, keys.tdk), out)
        if self._job is not None and self._job.kind is Kind.SIGN_ON:
            self._end_job(Result.APPROVED, out, response_code=code)

    def _keys_of(self, reply: Message) -> WorkingKeys:
        return _unwrapped(reply.private or b"", self.identity.master_key)

    def _leave_other_batch(self, batch: int, out: Effects) -> None:
        """The host is at another batch: what ours holds was closed by the host."""
        memory = self.memory
        if memory.batch in (0, batch):
            return
        if memory.items or memory.settling is not None:
            self._show("batch_replaced", f"批次 {memory.batch:06} 已由主机结算", out)
            # Closed in our sense only where the host had compared the totals before.
            self._count_batch(
                memory.settling_result or "forced", bool(memory.settling_result), out,
            )
        self._store(BatchClosed(memory.batch, batch), out)
        if self._job is not None and self._job.kind is Kind.SETTLEMENT:
            self._end_job(Result.FAILED, out, reason="batch_replaced")

    def _count_batch(self, result: str, closed: bool, out: Effects) -> None:
        totals = self._totals()
        out.append(
            CountBatch(
                batch=self.memory.batch, debit_fen=totals.debit_fen,
                debit_count=totals.debit_count, credit_fen=totals.credit_fen,
                credit_count=totals.credit_count, result=result, closed=closed,
            ),
        )

    def _totals(self) -> CardTotals:
        return batches.totals(self._counted())

    def _counted(self) -> Iterable[Booked]:
        """What of the batch counts."""
        return self.memory.items

    def _sign_on_unanswered(
        self, _exchange: Exchange, why: str, now_ms: int, out: Effects,
    ) -> None:
        self._sign_on_failed(Result.FAILED, "", why, now_ms, out)

    def _sign_on_failed(
        self, result: Result, code: str, reason: str, now_ms: int, out: Effects,
    ) -> None:
        self._end_job(result, out, response_code=code, reason=reason)
        self._pause(now_ms, self.profile.reversal_idle_ms)

    # ---- other management --------------------------------------------------------------------

    def _start_management(self, now_ms: int, out: Effects) -> None:
        job = self._job
        assert job is not None
        self._send_management(job.kind, job.order, now_ms, out)

    def _send_management(self, kind: Kind, order: str, now_ms: int, out: Effects) -> None:
        stan = None if kind in WITHOUT_STAN else self._take_stan(out)
        request = requests.management(
            self.identity, self.software, self.sealer.dialect.kind[kind], stan, self.memory.batch,
            self.memory.clerk if kind is Kind.SIGN_OFF else "",
        )
        self._send(request, kind, order, now_ms, out)

    def _management_replied(
        self, exchange: Exchange, reply: Message, _proven: bool, _now_ms: int, out: Effects,
    ) -> None:
        code = reply.response_code
        if code not in APPROVED:
            self._show(f"declined_{code}", response_code(code).text, out)
        elif exchange.kind is Kind.SIGN_OFF:
            self._store(SignedOff(), out)
        if self._begun:
            result = Result.APPROVED if code in APPROVED else Result.DECLINED
            self._end_job(
                result, out, stan=exchange.request.stan or 0, response_code=code,
            )

    def _management_unanswered(
        self, _exchange: Exchange, why: str, _now_ms: int, out: Effects,
    ) -> None:
        if self._begun:
            self._end_job(Result.FAILED, out, reason=why)

    # ---- update ------------------------------------------------------------------------------

    def _start_update(self, _now_ms: int, out: Effects) -> None:
        """Fetch and install it; nothing else meanwhile."""
        self._update = "installing"
        self._show("updating", "正在更新程序，请勿断电", out)
        out.append(InstallUpdate())

    def _update_finished(self, software: str, out: Effects) -> None:
        if self._update != "installing":
            return
        if software in ("", self.software):
            self._update = "useless"
            self._show("update_failed", "没有新程序", out)
            return
        self._update = ""
        self._store(SoftwareInstalled(software), out)
        self._sign_on_wanted = True
