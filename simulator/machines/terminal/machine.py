"""The terminal: an event and a time in, ordered effects out, one published deadline.

It holds the rows, which are the machine, and its outer face; what its rows name stands in the
modules of the procedures.  It does no I/O and knows no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from simulator.catalogue.response_codes import AtTerminal
from simulator.catalogue.terminal_reasons import NoAnswer, Unfinished
from simulator.local_time import mmdd
from simulator.machines.sealing import Sealer
from simulator.machines.terminal import (
    advice,
    downloads,
    master_key,
    moves,
    order,
    reversal,
    sale,
    script,
    settlement,
    sign_on,
    signature,
    work,
)
from simulator.machines.terminal.events import (
    Booted,
    ClockJumped,
    NvmRecord,
    Operated,
    PeripheralFailed,
    RandomDrawn,
    ReplyReceived,
    SendFailed,
    TerminalEffect,
    TerminalEvent,
    TimePassed,
    UpdateFinished,
)
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.profile import TerminalIdentity, TerminalProfile
from simulator.machines.terminal.refusals import REFUSALS
from simulator.machines.terminal.work import (
    Drawing,
    Exchange,
    Installing,
    Move,
    Off,
    Outcomes,
    Printing,
    Resting,
    Start,
    Step,
    TerminalTable,
    Waiting,
    Work,
)
from simulator.wire.kinds import Kind, ProcessingRequest
from simulator.wire.tables import TABLE_OF, TABLES, Table
from simulator.wire.tables_numbered import read_bins, read_black_list

# ---- the rows --------------------------------------------------------------------------------

_ALWAYS: dict[type, Move] = {PeripheralFailed: moves.peripheral_failed, ClockJumped: moves.clock_jumped}
_UNAWAITED: dict[type, Move] = {
    **_ALWAYS, ReplyReceived: moves.passed_over, SendFailed: moves.passed_over, UpdateFinished: moves.passed_over,
    RandomDrawn: moves.passed_over,
}
MOVES: dict[type, dict[type, Move]] = {
    Off: {Booted: moves.booted, ClockJumped: moves.clock_jumped},
    Resting: {**_UNAWAITED, Operated: moves.asked, TimePassed: moves.pause_over},
    Exchange: {
        **_UNAWAITED, Operated: moves.asked, ReplyReceived: moves.replied, SendFailed: moves.not_left,
        TimePassed: moves.no_reply,
    },
    Printing: {
        **_UNAWAITED, Operated: moves.asked, TimePassed: moves.printer_quiet, PeripheralFailed: moves.printer_failed,
    },
    Drawing: {
        **_UNAWAITED, Operated: moves.asked, TimePassed: moves.pause_over, RandomDrawn: moves.drawn,
    },
    Installing: {
        **_UNAWAITED, Operated: moves.asked_while_installing, TimePassed: moves.pause_over,
        UpdateFinished: moves.updated,
    },
}

ORDER: tuple[Step, ...] = (
    Step(master_key.is_activation_due, master_key.activate),
    Step(order.is_sign_on_asked, sign_on.start_sign_on),
    Step(order.are_keys_missing, sign_on.start_sign_on),
    Step(script.is_due, script.start),
    Step(order.is_reversal_due, reversal.start_reversal),
    Step(order.are_advices_first, order.start_waiting_advices),
    Step(order.is_forward_due, advice.start_forward),
    Step(order.is_signature_due, signature.start),
    Step(order.is_job_due, order.start_job),
    Step(order.is_request_due, order.start_request),
    Step(downloads.is_download_due, downloads.continue_download),
    Step(order.is_settlement_first, order.start_settlement_first),
    Step(order.is_update_due, sign_on.start_update),
)

JOBS: dict[Kind, Start] = {
    Kind.SALE: sale.start_reversible,
    Kind.VOID: sale.start_reversible,
    Kind.PREAUTH: sale.start_reversible,
    Kind.PREAUTH_VOID: sale.start_reversible,
    Kind.COMPLETION: sale.start_reversible,
    Kind.COMPLETION_VOID: sale.start_reversible,
    Kind.BALANCE: sale.start_plain,
    Kind.REFUND: advice.start_stored,
    Kind.COMPLETION_ADVICE: advice.start_stored,
    Kind.QR_SALE: sale.start_reversible,
    Kind.QR_VOID: sale.start_reversible,
    Kind.QR_REFUND: advice.start_stored,
    Kind.OFFLINE_SALE: advice.start_offline,
    Kind.ADJUST: advice.start_offline,
    Kind.TIP: advice.start_offline,
    Kind.SETTLEMENT: settlement.start_settlement,
    Kind.SIGN_OFF: sign_on.start_management,
    Kind.ECHO_TEST: sign_on.start_management,
    Kind.STATUS_UPLOAD: sign_on.start_management,
    **{row.load: downloads.start_download for row in TABLES.values()},
    Kind.MASTER_KEY_DOWNLOAD: master_key.start_master_key,
}

_REVERSIBLE = Outcomes(sale.reversible_replied, sale.reversible_unanswered)
_STORED = Outcomes(advice.stored_replied, advice.stored_unanswered)
_MANAGEMENT = Outcomes(sign_on.management_replied, sign_on.management_unanswered)
EXCHANGES: dict[Kind, Outcomes] = {
    Kind.SALE: _REVERSIBLE,
    Kind.VOID: _REVERSIBLE,
    Kind.PREAUTH: _REVERSIBLE,
    Kind.PREAUTH_VOID: _REVERSIBLE,
    Kind.COMPLETION: _REVERSIBLE,
    Kind.COMPLETION_VOID: _REVERSIBLE,
    Kind.BALANCE: Outcomes(sale.plain_replied, sale.plain_unanswered),
    Kind.REFUND: _STORED,
    Kind.COMPLETION_ADVICE: _STORED,
    Kind.QR_SALE: _REVERSIBLE,
    Kind.QR_VOID: _REVERSIBLE,
    Kind.QR_REFUND: _STORED,
    Kind.OFFLINE_SALE: _STORED,
    Kind.ADJUST: _STORED,
    Kind.TIP: _STORED,
    Kind.SCRIPT_RESULT: Outcomes(script.replied, script.unanswered),
    Kind.REVERSAL: Outcomes(reversal.reversal_replied, reversal.reversal_unanswered),
    Kind.SIGN_ON: Outcomes(sign_on.sign_on_replied, sign_on.sign_on_unanswered),
    Kind.SIGN_OFF: _MANAGEMENT,
    Kind.ECHO_TEST: _MANAGEMENT,
    Kind.STATUS_UPLOAD: _MANAGEMENT,
    Kind.SIGNATURE_UPLOAD: Outcomes(signature.replied, signature.unanswered),
    **dict.fromkeys(TABLE_OF, Outcomes(downloads.download_replied, downloads.download_unanswered)),
    Kind.PUBLIC_KEY_DOWNLOAD: Outcomes(master_key.public_key_replied, master_key.unanswered),
    Kind.MASTER_KEY_DOWNLOAD: Outcomes(master_key.master_key_replied, master_key.unanswered),
    Kind.MASTER_KEY_END: Outcomes(
        master_key.activation_replied, master_key.activation_unanswered),
    Kind.SETTLEMENT: Outcomes(settlement.settlement_replied, settlement.settlement_unanswered),
    Kind.BATCH_UPLOAD: Outcomes(settlement.upload_replied, settlement.upload_unanswered),
}

TABLE = TerminalTable(
    moves=MOVES,
    order=ORDER,
    jobs=JOBS,
    exchanges=EXCHANGES,
    unknown={
        NoAnswer.NO_REPLY: sale.not_heard,
        NoAnswer.SEND_FAILED: sale.not_sent,
        NoAnswer.REPLY_MISMATCH: sale.mismatched,
        NoAnswer.BAD_MAC: sale.unproven,
    },
    refusals=REFUSALS,
    codes={
        AtTerminal.SIGN_ON: work.demand_sign_on,
        AtTerminal.UPDATE: sale.want_update,
        AtTerminal.CAPTURE_CARD: sale.capture_card,
    },
    requests={
        **dict.fromkeys(order.REQUESTED, order.later),
        **dict.fromkeys(order.TABLES_REQUESTED, order.table_requested),
        ProcessingRequest.SIGN_ON.value: order.sign_on_requested,
        ProcessingRequest.APPLICATION_DOWNLOAD.value: order.update_requested,
    },
    store=work.store,
    is_proven=work.is_proven,
    keys_in=sign_on.keys_in,
    give_reason=sale.give_reason,
    end_reversal=reversal.end_reversal,
    last_reversal_try_failed=reversal.last_reversal_try_failed,
    counted=sign_on.counted,
    end_result=settlement.end_result,
    readers={
        Table.BLACK_LIST: read_black_list, Table.BIN_B: read_bins, Table.BIN_C: read_bins,
    },
    number_wanted=downloads.number_wanted,
    ending=downloads.ending,
    drops_old=downloads.drops_old,
)

# ---- the outer face --------------------------------------------------------------------------


class Pending(msgspec.Struct, frozen=True, gc=False):
    """Something that a terminal has not brought to its end."""

    what: Unfinished
    batch: int
    stan: int
    detail: str = ""


class Terminal:
    """One terminal; ``table`` is another one where it is built wrong on purpose."""

    __slots__ = ("_work", "deadline_ms", "memory")

    def __init__(
        self, identity: TerminalIdentity, profile: TerminalProfile, sealer: Sealer,
        records: Iterable[NvmRecord] = (), damage: str = "", table: TerminalTable = TABLE,
    ) -> None:
        self._work = Work(table, identity, profile, sealer, records, damage)
        self.memory: TerminalMemory = self._work.memory
        self.deadline_ms: int | None = None  # when it wants to be handed TimePassed

    def handle(self, event: TerminalEvent, now_ms: int) -> list[TerminalEffect]:
        """What the terminal does about ``event``, in this order."""
        effects = self._work.handle(event, now_ms)
        self.deadline_ms = self._work.deadline_ms
        return effects

    @property
    def waiting(self) -> Waiting:
        """What it waits for."""
        return self._work.waiting

    @property
    def master_key(self) -> bytes:
        """Under which its working keys come: the one it was set up with, or the one it loaded since."""
        return self.memory.master_key or self._work.identity.master_key

    @property
    def batch(self) -> int:
        """Number of the open batch; 0 where the host has not told yet."""
        return self.memory.batch

    @property
    def stan(self) -> int:
        """The trace number that the next message takes."""
        return self.memory.stan

    @property
    def software(self) -> str:
        """The software that runs: version n2 + sub-version n6."""
        return self._work.software

    @property
    def disabled(self) -> tuple[str, ...]:
        """The kinds of transaction that are switched off."""
        return self._work.profile.disabled

    def set_passwords(self, passwords: Mapping[str, str]) -> None:
        """Clerks sign in by these from now on."""
        profile = self._work.profile
        clerks = dict(profile.clerks) | dict(passwords)
        self._work.profile = msgspec.structs.replace(profile, clerks=tuple(sorted(clerks.items())))

    # ---- for the report ----------------------------------------------------------------------

    def pending(self) -> list[Pending]:
        """What is unresolved, each with its transaction."""
        memory = self.memory
        found: list[Pending] = []
        if memory.armed is not None:
            armed = memory.armed
            found.append(
                Pending(Unfinished.REVERSAL, armed.batch, armed.stan,
                        f"reason {armed.reversal.response_code}, "
                        f"of {mmdd(armed.at_ms)}, not acknowledged"),
            )
        found += [
            Pending(Unfinished.ADVICE, each.batch, each.stan, f"{each.kind.value} not acknowledged")
            for each in memory.advised
        ]
        if memory.settling is not None:
            detail = f"{len(memory.uploaded)} of {len(memory.items)} records went up"
            found.append(Pending(Unfinished.SETTLEMENT, memory.batch, memory.settling.stan, detail))
        if memory.unreceipted:
            found.append(Pending(Unfinished.RECEIPT, memory.batch, memory.unreceipted))
        return found
