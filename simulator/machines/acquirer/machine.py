"""The acquirer host of many terminals: an event and a time in, ordered effects out.

No I/O, clock or randomness.  :data:`RIGHT_HOST` is the machine: what is done about each event, which
checks a request passes in which order (:mod:`simulator.machines.acquirer.checks`), and the step of
each kind; docs/machines.md is printed from it.

A :class:`StoreHost` and the :class:`Capture` or :class:`SettleBatch` right behind it are one step:
the body books them in one transaction, or books none.  After a crash the body builds a new machine
from the stored records and hands in any event (``deadline_ms`` is 0 until then): first of all the
machine undoes or asks again whatever its last life left without an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from simulator.catalogue.host_reasons import AlarmCode
from simulator.machines.acquirer.balance import ask_balance
from simulator.machines.acquirer.checks import CHECKS, ENTRANCE, receive
from simulator.machines.acquirer.copies import is_copy, known_again
from simulator.machines.acquirer.demands import demand
from simulator.machines.acquirer.downloads import (
    end_load,
    list_names,
    load_entry,
    load_piece,
    load_whole,
    take_status,
)
from simulator.machines.acquirer.events import (
    AcquirerEvent,
    Alarm,
    BatchForced,
    CutOverReached,
    DownloadDemanded,
    HostClockJumped,
    HostRecord,
    HostTimePassed,
    IssuerAnswered,
    KeysWithdrawn,
    RequestReceived,
    RequestUnreadable,
    SaleContested,
    SaleHeld,
    VersionDemanded,
    WalletAnswered,
)
from simulator.machines.acquirer.master_keys import (
    activate_master_key,
    give_master_key,
    give_public_key,
)
from simulator.machines.acquirer.memory import HostBooks
from simulator.machines.acquirer.pending import Pending, pending
from simulator.machines.acquirer.recovery import recover
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.replies import refuse, with_header
from simulator.machines.acquirer.reversals import contest_sale, hold_sale, reverse, reverse_ahead
from simulator.machines.acquirer.rules import RULES
from simulator.machines.acquirer.sales import decline, issuer_answered, issuer_silent, take_up
from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.machines.acquirer.settlement import (
    close,
    cut_over,
    force_batch,
    is_balanced,
    refuse_settlement,
    settle,
)
from simulator.machines.acquirer.sign_on import (
    demand_version,
    echo,
    script_result,
    sign_off,
    sign_on,
    withdraw_keys,
)
from simulator.machines.acquirer.signatures import keep_signature
from simulator.machines.acquirer.state import KeySource
from simulator.machines.acquirer.undoing import note_undone, tell_channel
from simulator.machines.acquirer.upload import upload
from simulator.machines.acquirer.waits import clock_jumped, due, time_passed
from simulator.machines.acquirer.wallet import qr_return, qr_sale, wallet_answered
from simulator.machines.acquirer.work import Effects, HostTable, KindSteps, Step, Work
from simulator.machines.no_row import NoRowError
from simulator.machines.sealing import Sealer
from simulator.wire.kinds import Kind
from simulator.wire.tables import TABLES, Shape


def handle(work: Work, event: AcquirerEvent, now_ms: int) -> Effects:
    """What the host does about an event, in order."""
    step = work.table.by_event.get(type(event))
    if step is None:
        raise NoRowError(f"a host does nothing about {type(event).__name__}")
    return step(work, event, now_ms)


def unreadable(_work: Work, event: RequestUnreadable, _now_ms: int) -> Effects:
    """Bytes that are no message: there is nobody to answer."""
    return [Alarm(AlarmCode.UNREADABLE, "", event.reason)]


BY_EVENT: dict[type, Callable[..., Effects]] = {
    RequestReceived: receive,
    IssuerAnswered: issuer_answered,
    WalletAnswered: wallet_answered,
    HostTimePassed: time_passed,
    CutOverReached: cut_over,
    BatchForced: force_batch,
    SaleHeld: hold_sale,
    SaleContested: contest_sale,
    KeysWithdrawn: withdraw_keys,
    VersionDemanded: demand_version,
    DownloadDemanded: demand,
    RequestUnreadable: unreadable,
    HostClockJumped: clock_jumped,
}
LOADS: dict[Shape, Step] = {
    Shape.LISTED: load_entry, Shape.NUMBERED: load_piece, Shape.WHOLE: load_whole,
}
BY_KIND: dict[Kind, KindSteps] = {
    Kind.SIGN_ON: KindSteps(sign_on, refuse),
    Kind.SIGN_OFF: KindSteps(sign_off, refuse),
    Kind.ECHO_TEST: KindSteps(echo, refuse),
    **{row.listing: KindSteps(list_names, refuse) for row in TABLES.values() if row.listing},
    **{row.load: KindSteps(LOADS[row.shape], refuse) for row in TABLES.values()},
    **{row.end: KindSteps(end_load, refuse) for row in TABLES.values() if row.end},
    Kind.STATUS_UPLOAD: KindSteps(take_status, refuse),
    Kind.PUBLIC_KEY_DOWNLOAD: KindSteps(give_public_key, refuse),
    Kind.MASTER_KEY_DOWNLOAD: KindSteps(give_master_key, refuse),
    Kind.MASTER_KEY_END: KindSteps(activate_master_key, refuse),
    Kind.SIGNATURE_UPLOAD: KindSteps(keep_signature, refuse),
    Kind.SCRIPT_RESULT: KindSteps(script_result, refuse),
    Kind.SETTLEMENT: KindSteps(settle, refuse_settlement),
    Kind.BATCH_UPLOAD: KindSteps(upload, refuse),
    Kind.REVERSAL: KindSteps(reverse, refuse),
    Kind.BALANCE: KindSteps(ask_balance, refuse),
    Kind.QR_SALE: KindSteps(qr_sale, decline),
    Kind.QR_VOID: KindSteps(qr_return, decline),
    Kind.QR_REFUND: KindSteps(qr_return, decline),
    **dict.fromkeys(RULES, KindSteps(take_up, decline)),
}
RIGHT_HOST = HostTable(
    handle=handle,
    by_event=BY_EVENT,
    entrance=ENTRANCE,
    checks=CHECKS,
    by_kind=BY_KIND,
    known_again=known_again,
    is_copy=is_copy,
    issuer_silent=issuer_silent,
    note_undone=note_undone,
    tell_channel=tell_channel,
    due=due,
    reverse_ahead=reverse_ahead,
    is_balanced=is_balanced,
    close=close,
)


class Acquirer:
    """The machine: a table of steps over one value that they work on."""

    __slots__ = ("_deadlines", "_handle", "_header", "_recovering", "books", "work")

    def __init__(
        self, settings: AcquirerSettings, registry: Iterable[TerminalEntry], sealer: Sealer,
        key_source: KeySource, records: Iterable[HostRecord] = (), table: HostTable = RIGHT_HOST,
    ) -> None:
        self.work = Work(table, settings, registry, sealer, key_source, records)
        self.books: HostBooks = self.work.books  # what the host knows: its journal, folded
        self._deadlines = self.work.deadlines
        self._handle = table.handle
        self._header = settings.reply_header
        self._recovering = bool(self.books.unanswered or self.books.owed)

    @property
    def deadline_ms(self) -> int | None:
        """When the body shall hand in HostTimePassed; 0 while a restart has work left."""
        return 0 if self._recovering else self._deadlines.next_ms()

    def handle(self, event: AcquirerEvent, now_ms: int) -> Effects:
        """What the host does about an event, in order."""
        if self._recovering:
            self._recovering = False
            effects = recover(self.work, now_ms) + self._handle(self.work, event, now_ms)
        else:
            effects = self._handle(self.work, event, now_ms)
        return effects if self._header is None else with_header(self._header, effects)

    def pending(self) -> list[Pending]:
        """All that is unresolved, each naming itself."""
        return pending(self.books)
