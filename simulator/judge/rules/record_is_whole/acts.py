"""What people mean and see, and when faults and phases begin and end."""

from __future__ import annotations

from simulator.judge.rule import Case
from simulator.judge.rules.record_is_whole.lines import ORDERS_KEPT
from simulator.judge.rules.record_is_whole.pairs import Pairs, lacks
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.transactions import HOST, REVERSIBLE, TAKING
from simulator.trace.records import (
    Concluded,
    FaultBegan,
    FaultEnded,
    FaultFired,
    PhaseEntered,
    SaleUndone,
)

PHASES = ("faults", "heal", "drain", "ended")
DARKENING = frozenset({"cut_power", "hang", "crash"})  # verbs after which a restart is told
FORGING = "forge"
HOLDING_BACK = frozenset({"delay", "duplicate", FORGING})

_Case = Case[Pairs]


def fired(case: _Case, record: FaultFired) -> None:
    """A fault puts a machine out, or holds a message back."""
    memory = case.memory
    if not memory.whole:
        return
    tid = record.anchor.rsplit("/", 4)[0]
    if record.verb in DARKENING:
        actor = HOST if record.verb == "crash" else f"terminal.{tid}"
        memory.dark[actor] = record.at_ms
    elif record.verb in HOLDING_BACK:
        memory.held[tid] = None
        if record.verb == FORGING:
            memory.forged[tid] = None


def undone(case: _Case, record: SaleUndone) -> None:
    """Customer and merchant agree to undo a sale."""
    undone_ = case.memory.undone
    undone_[record.order or record.sale] = None
    if len(undone_) > ORDERS_KEPT:
        del undone_[next(iter(undone_))]


def began(case: _Case, record: FaultBegan) -> None:
    """A window opens."""
    case.memory.began[record.fault] = case.memory.began.get(record.fault, 0) + 1


def ended(case: _Case, record: FaultEnded) -> None:
    """A window closes; a remedy may end it for some only."""
    memory = case.memory
    if not memory.whole or record.only:
        return
    if not memory.began.get(record.fault):
        lacks(case, "beginning_missing", record.at_ms, fault=record.fault)
    else:
        memory.began[record.fault] -= 1


def entered(case: _Case, record: PhaseEntered) -> None:
    """A run has four phases, in their order."""
    memory = case.memory
    if not memory.whole or record.phase not in PHASES:
        return
    place = PHASES.index(record.phase)
    if place != memory.phase + 1:
        lacks(case, "phase_missing", record.at_ms, phase=record.phase,
               right=PHASES[min(memory.phase + 1, len(PHASES) - 1)])
    memory.phase = place


def concluded(case: _Case, record: Concluded) -> None:
    """A terminal that shows something was introduced."""
    tid = record.actor.removeprefix("terminal.")
    if (
        case.memory.whole and record.actor not in case.book.terminal_of_actor
        and tid not in case.memory.terminals and tid not in case.memory.flying
    ):
        case.memory.terminals[tid] = None
        lacks(case, "terminal_not_opened", record.at_ms, tid=tid)


def closed(case: _Case, moment: SaleClosed) -> None:
    """A sale is answered for: somebody meant it."""
    sale = moment.sale
    if (
        case.memory.whole and sale.keys and not sale.is_meant and sale.what in TAKING
        and sale.approvals
    ):
        lacks(case, "meaning_missing", moment.at_ms, tid=sale.tid, order=sale.sale)
    if not case.memory.whole:
        return
    transactions = case.book.transactions
    for key in sale.keys:
        each = transactions.get(key)
        if each is not None and not each.shown and each.code and not each.reversals and (
            each.what in REVERSIBLE and key not in case.memory.cut
        ):
            lacks(case, "outcome_missing", moment.at_ms, tid=sale.tid, key=key, told=each.code)
