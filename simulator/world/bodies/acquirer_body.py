"""The body of the acquirer machine: carries out its effects in order, can die between them.

It decides nothing about transactions.  Journal, books and the ways to banks, wallets and terminals
are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import simpy

from simulator.catalogue.line_reasons import LineReason
from simulator.catalogue.run_reasons import RestartReason
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.machines.acquirer.events import (
    AcquirerEffect,
    AcquirerEvent,
    Alarm,
    AskIssuer,
    AskWallet,
    BatchForced,
    Capture,
    CutOverReached,
    DownloadDemanded,
    HostClockJumped,
    HostRecord,
    HostTimePassed,
    KeysWithdrawn,
    ReleaseHeld,
    Reply,
    RequestReceived,
    SaleContested,
    SaleHeld,
    SettleBatch,
    StoreHost,
    TotalsChanged,
    VersionDemanded,
)
from simulator.machines.acquirer.machine import Acquirer
from simulator.machines.acquirer.registry import master_key_of
from simulator.machines.acquirer.transactions import REPEATED_MTI
from simulator.trace.recorder import Recorder
from simulator.trace.records import Journaled, Restarted, Warned
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.world.bodies.kept_records import HostMemory, record_name
from simulator.world.network import message_records as records
from simulator.world.network.link import HOST, Faults
from simulator.world.time.kernel import Call, Deadlines, call_at, call_in, now_ms
from simulator.world.time.service import Service, tid_number
from simulator.world.time.woken import Woken

_TIME_PASSED = HostTimePassed()
SILENT = "silent"
KEPT_WHILE_DOWN = (
    CutOverReached, VersionDemanded, KeysWithdrawn, DownloadDemanded, BatchForced, SaleHeld,
    SaleContested)
"""What the calendar or the staff says: it holds although the host was down when it was said."""


class ReplyWay(Protocol):
    """The way back to a terminal."""

    def reply(self, message: Message, kind: Kind | None, attempt: int) -> None:
        """Take a reply to that try of a request."""


class Books(Protocol):
    """Where captured money is booked."""

    def capture(self, effect: Capture) -> None:
        """Book an item, once for each posting."""

    def settle_batch(self, effect: SettleBatch) -> None:
        """A batch may be cleared."""

    def totals_changed(self, effect: TotalsChanged) -> None:
        """What a settled batch holds is another sum now."""

    def release_held(self, effect: ReleaseHeld) -> None:
        """What was kept out of a settled batch may be cleared."""

    def refundable_fen(self, mid: str) -> int | None:
        """What may still be refunded of a merchant's money; None: as much as its sales allow."""


class IssuerWay(Protocol):
    """The way to the issuers."""

    def ask(self, effect: AskIssuer) -> None:
        """Ask one."""


class WalletWay(Protocol):
    """The way to the wallet channels."""

    def ask(self, effect: AskWallet) -> None:
        """Ask one."""


Build = Callable[[Iterable[HostRecord]], Acquirer]


class AcquirerBody(Woken):
    """The acquirer host of a world."""

    __slots__ = (
        "_faults",
        "_recorder",
        "_service",
        "_starts",
        "_told",
        "books",
        "build",
        "issuers",
        "links",
        "machine",
        "memory",
        "up",
        "wallets",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, faults: Faults, deadlines: Deadlines,
        build: Build, memory: HostMemory, books: Books, service: Service,
    ) -> None:
        super().__init__(env, deadlines)
        self._recorder = recorder
        self._faults = faults
        self._service = service
        self._starts = 0
        self._told: list[AcquirerEvent] = []  # while it was down
        self.build = build
        self.memory = memory
        self.books = books
        self.links: dict[str, ReplyWay] = {}
        self.issuers: IssuerWay
        self.wallets: WalletWay
        self.up = True
        self.machine: Acquirer = build(memory.records())

    # ---- what happens to it ------------------------------------------------------------------

    def receive(self, link: str, message: Message, attempt: int) -> None:
        """A request arrived on a link; it is taken up when its turn comes."""
        service = self._service
        if service.is_instant:
            self.take_up(link, message, attempt)
            return
        delay = service.takes_ms(
            now_ms(self._env), message.stan or 0,
            tid_number(message.tid) * 10_000 + int(message.mti),
        )
        call_in(self._env, delay, self._turn_comes, (link, message, attempt, self._starts))

    def take_up(self, link: str, message: Message, attempt: int = 0) -> None:
        """Hand a request to the machine at once, with what a window says about its service."""
        answer = ""
        if self._faults.busy[Point.SERVICE]:
            answer = self._service_answer(message)
        refundable_fen = self.books.refundable_fen(message.mid) if message.mti == REPEATED_MTI else None
        self.give(RequestReceived(link, message, answer, attempt, refundable_fen))

    def _turn_comes(self, call: Call) -> None:
        link, message, attempt, starts = call.arg
        if starts == self._starts:  # what waited in a host that died is gone
            self.take_up(link, message, attempt)

    def give(self, event: AcquirerEvent) -> None:
        """Hand an event to the machine and carry out what it wants."""
        if not self.up:
            if isinstance(event, KEPT_WHILE_DOWN):
                self._told.append(event)
            return
        effects = self.machine.handle(event, now_ms(self._env))
        if effects:
            if self._faults.busy[Point.HOST_STEP]:
                self._carry_in_danger(effects)
            else:
                for effect in effects:
                    CARRY[type(effect)](self, effect)
        if self.up:
            self._arm(self.machine)
        elif isinstance(event, KEPT_WHILE_DOWN):
            self._told.append(event)  # it died over it, perhaps before it had written anything down

    def time_passed(self) -> None:
        """The armed moment is there: hand it on if the deadline is, else arm again."""
        if self._is_due(self.machine):
            self.give(_TIME_PASSED)

    def crash(self, down_ms: int) -> None:
        """The host dies; after ``down_ms`` of the calendar it starts again from its journal."""
        self.up = False
        self.armed_ms = None
        self._starts += 1
        call_at(self._env, now_ms(self._env) + down_ms, self._start_again, self._starts)

    def clock_jumped(self, by_ms: int) -> None:
        """The calendar jumped; what the machine waits for keeps its distance."""
        self._jump(by_ms)
        self.give(HostClockJumped(by_ms))

    def resume(self) -> None:
        """After a start from the journal: take up what the machine still has to do."""
        self.give(_TIME_PASSED)

    def _start_again(self, call: Call) -> None:
        if call.arg != self._starts:
            return
        self.machine = self.build(self.memory.records())
        self.up = True
        self._recorder.emit(Restarted(now_ms(self._env), HOST, why=RestartReason.HOST_RESTARTED))
        told, self._told = self._told, []
        for event in told:
            self.give(event)
        self.resume()

    def _service_answer(self, message: Message) -> str:
        kind = self.machine.work.sealer.dialect.kind_of(message)
        strike = self._faults.decide(
            Anchor(Point.SERVICE, message.tid, message.batch, message.stan or 0,
                   kind.value if kind else message.mti, kind=kind.value if kind else ""),
            now_ms(self._env),
        )
        if strike is None:
            return ""
        self._faults.struck(strike)
        return SERVICE_VERBS[strike.verb](strike)

    # ---- what it does ------------------------------------------------------------------------

    def _carry_in_danger(self, effects: Sequence[AcquirerEffect]) -> None:
        for effect in effects:
            # Money is booked in the transaction of the Store before it: no step between them.
            if not isinstance(effect, Capture | SettleBatch | TotalsChanged | ReleaseHeld):
                strike = self._faults.decide(step_of(effect), now_ms(self._env))
                if strike is not None:
                    self._faults.struck(strike)
                    HOST_STEP_VERBS[strike.verb](self, strike)
                    return
            CARRY[type(effect)](self, effect)

    def _crashes(self, strike: Strike) -> None:
        self.crash(strike.ms)

    def _store(self, effect: StoreHost) -> None:
        record = effect.record
        self.memory.append(record)
        key = getattr(record, "key", None)
        self._recorder.emit(
            Journaled(
                now_ms(self._env), HOST, entry=record_name(record),
                tid=key.tid if key else getattr(record, "tid", ""),
                batch=key.batch if key else getattr(record, "batch", 0),
                stan=key.stan if key else getattr(record, "stan", 0),
            ),
        )

    def _reply(self, effect: Reply) -> None:
        if effect.kind is Kind.SIGN_ON and effect.message.private:
            self._look_at_keys(effect.message)
        link = self.links.get(effect.link)
        if link is None:  # whoever asked has gone, and nothing leads back
            self._recorder.emit(records.lost(
                now_ms(self._env), HOST, effect.kind, effect.message, LineReason.HUNG_UP))
            return
        link.reply(effect.message, effect.kind, effect.attempt)

    def _look_at_keys(self, message: Message) -> None:
        terminal = self.machine.work.books.terminals[message.tid]
        unfit = records.keys_unfit(
            now_ms(self._env), HOST, message, master_key_of(terminal.entry, terminal.master_serial))
        if unfit is not None:
            self._recorder.emit(unfit)

    def _ask_issuer(self, effect: AskIssuer) -> None:
        self.issuers.ask(effect)

    def _ask_wallet(self, effect: AskWallet) -> None:
        self.wallets.ask(effect)

    def _capture(self, effect: Capture) -> None:
        self.books.capture(effect)

    def _settle(self, effect: SettleBatch) -> None:
        self.books.settle_batch(effect)

    def _recount(self, effect: TotalsChanged) -> None:
        self.books.totals_changed(effect)

    def _release(self, effect: ReleaseHeld) -> None:
        self.books.release_held(effect)

    def _alarm(self, effect: Alarm) -> None:
        self._recorder.emit(
            Warned(now_ms(self._env), HOST, code=effect.code, text=f"{effect.tid}: {effect.text}"),
        )


CARRY: dict[type, Callable[[AcquirerBody, object], None]] = {
    StoreHost: AcquirerBody._store,  # type: ignore[dict-item]  # noqa: SLF001
    Reply: AcquirerBody._reply,  # type: ignore[dict-item]  # noqa: SLF001
    AskIssuer: AcquirerBody._ask_issuer,  # type: ignore[dict-item]  # noqa: SLF001
    AskWallet: AcquirerBody._ask_wallet,  # type: ignore[dict-item]  # noqa: SLF001
    Capture: AcquirerBody._capture,  # type: ignore[dict-item]  # noqa: SLF001
    SettleBatch: AcquirerBody._settle,  # type: ignore[dict-item]  # noqa: SLF001
    TotalsChanged: AcquirerBody._recount,  # type: ignore[dict-item]  # noqa: SLF001
    ReleaseHeld: AcquirerBody._release,  # type: ignore[dict-item]  # noqa: SLF001
    Alarm: AcquirerBody._alarm,  # type: ignore[dict-item]  # noqa: SLF001
}


SERVICE_VERBS: dict[Verb, Callable[[Strike], str]] = {
    Verb.ANSWER: lambda strike: strike.code,
    Verb.SILENCE: lambda _strike: SILENT,
}
HOST_STEP_VERBS: dict[Verb, Callable[[AcquirerBody, Strike], None]] = {
    Verb.CRASH: AcquirerBody._crashes,  # noqa: SLF001
}


def step_of(effect: AcquirerEffect) -> Anchor:
    """The step just before an effect, as faults name it: ``store:decided`` or ``reply:0210``."""
    if isinstance(effect, Reply):
        message = effect.message
        return Anchor(
            Point.HOST_STEP, message.tid, message.batch, message.stan or 0, f"reply:{message.mti}",
            kind=effect.kind._value_ if effect.kind else "",
        )
    if isinstance(effect, AskIssuer | AskWallet):
        key = effect.key
        request = getattr(effect.request, "value", effect.request)
        return Anchor(Point.HOST_STEP, key.tid, key.batch, key.stan, f"ask:{request}")
    if isinstance(effect, StoreHost):
        record = effect.record
        name = f"store:{record_name(record)}"
        named = getattr(record, "key", None) or record
        return Anchor(
            Point.HOST_STEP, getattr(named, "tid", ""), getattr(named, "batch", 0),
            getattr(named, "stan", 0), name, kind=getattr(record, "kind", ""),
        )
    return Anchor(Point.HOST_STEP, getattr(effect, "tid", ""), what=type(effect).__name__.lower())
