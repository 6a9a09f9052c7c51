"""The acquirer host of many terminals: an event and a time in, ordered effects out.

No I/O, clock or randomness.  A request passes these in order; the first that objects answers:
known terminal and merchant (97, 03) · right MAC where the kind is sealed (A0, alarm, no effect) ·
readable track (30) · a copy of a known transaction (see ``acquirer_copies``) · open batch (77) ·
status and barred kinds (57, 58, 43) · service open (its code; a 0500 answers result 3) ·
software (78) · the step of its kind.  A service that is silent says nothing to anybody.

A :class:`StoreHost` and the :class:`Capture` or :class:`SettleBatch` right behind it are one step:
the body books them in one transaction, or books none.  After a crash the body builds a new machine
from the stored records and hands in any event (``deadline_ms`` is 0 until then): first of all the
machine undoes or asks again whatever its last life left without an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from simulator.machines.acquirer.balance import BalanceSteps
from simulator.machines.acquirer.copies import BATCH_MISMATCH
from simulator.machines.acquirer.events import (
    AcquirerEffect,
    AcquirerEvent,
    Alarm,
    BatchForced,
    CutOverReached,
    HostClockJumped,
    HostRecord,
    HostTimePassed,
    IssuerAnswered,
    KeysWithdrawn,
    RequestReceived,
    RequestUnreadable,
    SaleHeld,
    TransactionKey,
    VersionDemanded,
    WalletAnswered,
)
from simulator.machines.acquirer.memory import KeySource
from simulator.machines.acquirer.registry import STATUS_ROWS, TerminalEntry, TerminalStatus
from simulator.machines.acquirer.reversals import UNDOING
from simulator.machines.acquirer.rules import RULES
from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.machines.acquirer.sign_on import SignOnSteps
from simulator.machines.acquirer.transactions import Stage, State, TerminalBook
from simulator.machines.acquirer.upload import UploadSteps
from simulator.machines.acquirer.wallet import QUERY
from simulator.machines.acquirer.work import MAC_ERROR, Effects, with_clear_track
from simulator.machines.sealing import Sealer
from simulator.wire.kinds import REPLY_MTI, ROW, Kind, kind_of
from simulator.wire.message import Message
from simulator.wire.track import is_encrypted

SILENT = "silent"
UNKNOWN_TERMINAL, UNKNOWN_MERCHANT = "97", "03"
INVALID, FORMAT_ERROR, BARRED, OLD_SOFTWARE = "12", "30", "58", "78"
TRANSACTIONS = frozenset(RULES) | {Kind.QR_PAY, Kind.QR_REFUND}
BEGINNING = TRANSACTIONS | {Kind.BALANCE}  # kinds that begin something new
REPORTING = frozenset({Kind.OFFLINE_SALE, Kind.COMPLETION_ADVICE})  # tell of what happened already
BY_MTI = {row.mti: row.kind for row in reversed(ROW.values())}

MANAGEMENT = {
    Kind.SIGN_ON: "sign_on", Kind.SIGN_OFF: "sign_off", Kind.ECHO_TEST: "echo",
    Kind.PARAMETER_DOWNLOAD: "download", Kind.STATUS_UPLOAD: "status_upload",
    Kind.SCRIPT_RESULT: "script_result", Kind.SETTLEMENT: "settle", Kind.BATCH_UPLOAD: "upload",
}
KEYED = {
    Kind.REVERSAL: "reverse", Kind.BALANCE: "ask_balance", Kind.QR_PAY: "qr_pay",
    Kind.QR_QUERY: "qr_query", Kind.QR_REFUND: "qr_refund",
}


class Pending(msgspec.Struct, frozen=True, gc=False):
    """Something that the host itself says is unresolved."""

    what: str
    tid: str
    batch: int
    stan: int = 0
    detail: str = ""


class Acquirer(SignOnSteps, UploadSteps, BalanceSteps):
    """The machine; its steps are the classes that it is made of."""

    def __init__(
        self, settings: AcquirerSettings, registry: Iterable[TerminalEntry], sealer: Sealer,
        key_source: KeySource, records: Iterable[HostRecord] = (),
    ) -> None:
        super().__init__(settings, registry, sealer, key_source, records)
        self._management: dict[Kind, Callable[[RequestReceived, TerminalBook, int], Effects]] = {
            kind: getattr(self, name) for kind, name in MANAGEMENT.items()
        }
        self._keyed: dict[
            Kind, Callable[[RequestReceived, TerminalBook, TransactionKey, int], Effects]
        ] = {kind: getattr(self, name) for kind, name in KEYED.items()}
        self._events: dict[type, Callable[..., Effects]] = {
            RequestReceived: self.receive,
            IssuerAnswered: self.issuer_answered,
            WalletAnswered: self.wallet_answered,
            HostTimePassed: self.time_passed,
            CutOverReached: self.cut_over,
            BatchForced: self.force_batch,
            SaleHeld: self.hold_sale,
            KeysWithdrawn: self.withdraw_keys,
            VersionDemanded: self.demand_version,
            RequestUnreadable: self.unreadable,
            HostClockJumped: self.clock_jumped,
        }
        self._recovering = bool(self.books.unanswered or self.books.owed)

    @property
    def deadline_ms(self) -> int | None:
        """When the body shall hand in HostTimePassed; 0 while a restart has work left."""
        return 0 if self._recovering else self.deadlines.next_ms()

    def handle(self, event: AcquirerEvent, now_ms: int) -> list[AcquirerEffect]:
        """What the host does about an event, in order."""
        if self._recovering:
            self._recovering = False
            effects = self.recover(now_ms)
            return effects + self._events[type(event)](event, now_ms)
        return self._events[type(event)](event, now_ms)

    # ---- requests ----------------------------------------------------------------------------

    def receive(self, event: RequestReceived, now_ms: int) -> Effects:
        """A whole message came."""
        message = event.message
        service = event.service_answer
        if service == SILENT:
            return []
        kind = kind_of(
            message.mti, message.processing_code, message.condition_code, message.type_code,
            message.network_code,
        )
        terminal = self.books.terminals.get(message.tid)
        if kind is None or terminal is None or terminal.entry.mid != message.mid:
            return self.not_for_us(event, kind, terminal, now_ms)
        if ROW[kind].sealed and not self.is_authentic(message, terminal):
            return [
                Alarm("bad_mac", message.tid, f"{kind.value} with STAN {message.stan or 0:06}"),
                self.reply(event, kind, terminal, MAC_ERROR, now_ms),
            ]
        if message.track2 and is_encrypted(message.security):
            clear = with_clear_track(event, terminal)
            if clear is None:
                return [
                    Alarm("track_unreadable", message.tid, f"STAN {message.stan or 0:06}"),
                    self.reply(event, kind, terminal, FORMAT_ERROR, now_ms),
                ]
            event, message = clear, clear.message
        if kind in TRANSACTIONS:
            return self.receive_transaction(event, kind, terminal, now_ms)
        code = self.objection(kind, terminal, message, service)
        if code:
            if kind is Kind.SETTLEMENT:
                return self.settlement_refused(event, terminal, now_ms)
            return [self.reply(event, kind, terminal, code, now_ms)]
        if kind in self._management:
            return self._management[kind](event, terminal, now_ms)
        if message.stan is None:
            return [self.reply(event, kind, terminal, FORMAT_ERROR, now_ms)]
        key = TransactionKey(terminal.entry.tid, message.batch, message.stan)
        return self._keyed[kind](event, terminal, key, now_ms)

    def receive_transaction(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook, now_ms: int,
    ) -> Effects:
        """Something that may move money."""
        message = event.message
        stan = message.stan
        if stan is None:
            return [self.reply(event, kind, terminal, FORMAT_ERROR, now_ms)]
        batch = terminal.find_batch(message.batch)
        if batch is not None:
            known = batch.transactions.get(stan)
            if known is not None:
                return self.known_again(event, kind, terminal, known, now_ms)
        if message.batch != terminal.batch:
            return [self.reply(event, kind, terminal, BATCH_MISMATCH, now_ms)]
        key = TransactionKey(terminal.entry.tid, message.batch, stan)
        code = self.objection(kind, terminal, message, event.service_answer)
        if code:
            return self.decline(event, kind, terminal, key, code, now_ms)
        return self.new_transaction(event, kind, terminal, key, now_ms)

    def new_transaction(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook, key: TransactionKey,
        now_ms: int,
    ) -> Effects:
        """The step of its kind."""
        if kind in RULES:
            return self.take_up(event, kind, terminal, key, now_ms)
        return self._keyed[kind](event, terminal, key, now_ms)

    def is_authentic(self, message: Message, terminal: TerminalBook) -> bool:
        """Whether a sealed request comes from a signed-on terminal, unchanged."""
        keys = terminal.keys
        return (
            keys is not None and not terminal.must_sign_on
            and self.sealer.is_sealed(message, keys.mak)
        )

    def objection(
        self, kind: Kind, terminal: TerminalBook, message: Message, service: str,
    ) -> str:
        """Why this terminal may not do this now, as a response code, or an empty string."""
        entry = terminal.entry
        beginning = kind in BEGINNING
        if entry.status is not TerminalStatus.ACTIVE:
            row = STATUS_ROWS[entry.status]
            if row.everything or beginning:
                return row.response_code
        if kind in entry.barred:
            return BARRED
        if service:
            return service
        books = self.books
        old = message.software < books.minimum_software
        if books.refuse_old_software and beginning and kind not in REPORTING and old:
            return OLD_SOFTWARE
        return ""

    def not_for_us(
        self, event: RequestReceived, kind: Kind | None, terminal: TerminalBook | None,
        now_ms: int,
    ) -> Effects:
        """No terminal, merchant or kind that is known here."""
        message = event.message
        if terminal is None:
            code, alarm = UNKNOWN_TERMINAL, "unknown_terminal"
        elif terminal.entry.mid != message.mid:
            code, alarm = UNKNOWN_MERCHANT, "unknown_merchant"
        else:
            code, alarm = INVALID, "unknown_kind"
        effects: Effects = [Alarm(alarm, message.tid, f"{message.mti} is answered {code}")]
        kind = kind or BY_MTI.get(message.mti)
        if kind is None or message.mti not in REPLY_MTI:
            return effects
        nobody = TerminalBook(TerminalEntry(tid=message.tid, mid=message.mid), 0,
                              must_sign_on=False)
        if kind is Kind.SETTLEMENT:
            return effects + self.settlement_refused(event, nobody, now_ms)
        effects.append(self.reply(event, kind, nobody, code, now_ms))
        return effects

    def unreadable(self, event: RequestUnreadable, _now_ms: int) -> Effects:
        """Bytes that are no message: there is nobody to answer."""
        return [Alarm("unreadable", "", event.reason)]

    # ---- time --------------------------------------------------------------------------------

    def time_passed(self, _event: HostTimePassed, now_ms: int) -> Effects:
        """Whatever is due."""
        effects: Effects = []
        for name in self.deadlines.take_due(now_ms):
            effects += self.due(name, now_ms)
        return effects

    def due(self, name: str, now_ms: int) -> Effects:
        """One deadline: what tells a channel, a wallet payment or query, or an issuer's answer."""
        if name.endswith(UNDOING):
            transaction = self.books.owed.get(name.removesuffix(UNDOING))
            return [] if transaction is None else [self.tell_channel(transaction, now_ms)]
        transaction = self.books.unanswered.get(name.removeprefix(QUERY))
        if transaction is not None and transaction.qr_code:
            return self.wallet_silent(transaction, now_ms)
        return self.issuer_silent(name, now_ms) if name in self.waiting else []

    def clock_jumped(self, event: HostClockJumped, _now_ms: int) -> Effects:
        """The calendar jumped: waits keep their length."""
        self.deadlines.shift(event.by_ms)
        self.first_asked_ms = {
            rrn: asked_ms + event.by_ms for rrn, asked_ms in self.first_asked_ms.items()
        }
        return []

    # ---- what is left ------------------------------------------------------------------------

    def pending(self) -> list[Pending]:
        """All that is unresolved, each naming itself."""
        left = [
            Pending(
                "wallet_undecided" if transaction.state is State.PENDING else "unanswered",
                transaction.key.tid, transaction.key.batch, transaction.key.stan,
                transaction.channel,
            )
            for transaction in self.books.unanswered.values()
        ]
        left += [
            Pending("undoing_owed", transaction.key.tid, transaction.key.batch,
                    transaction.key.stan, transaction.channel)
            for transaction in self.books.owed.values()
        ]
        for tid, terminal in self.books.terminals.items():
            for batch in (terminal.batches or {}).values():
                if batch.stage is Stage.DISPUTED:
                    left.append(Pending("batch_disputed", tid, batch.number))
                elif batch.is_left_open(terminal.batch):
                    left.append(Pending("batch_left_open", tid, batch.number))
        return left

