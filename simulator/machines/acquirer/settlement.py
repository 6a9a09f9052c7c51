"""Settlement (0500), forced closing and cut-over; the upload that may lie between is another module.

A batch is settled, and SettleBatch said, exactly once: with the 0510 that says balanced, with the
end of an upload (202) after unbalanced totals, or when the host forces it.  A repeated 0500 gets
the same answer as before; a batch the host does not know gets 3.  What still waits for an issuer
when its batch is settled is undone: the terminal that settles has reversed it or never knew of it.
While a 0220 is undecided the answer is 3, and the terminal settles later.
"""

from __future__ import annotations

from datetime import date
from operator import sub

from simulator.catalogue.host_reasons import AlarmCode, SettledHow, UndoneWhy
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import (
    Alarm,
    BatchForced,
    CutOverReached,
    Reply,
    SettleBatch,
    TransactionKey,
)
from simulator.machines.acquirer.replies import (
    clock,
    processing_request,
    settlement_mmdd,
    volatile_rrn,
)
from simulator.machines.acquirer.transactions import REPEATED_MTI, Batch, Stage, State, TerminalBook
from simulator.machines.acquirer.undoing import undo
from simulator.machines.acquirer.wallet import no_longer_waiting
from simulator.machines.acquirer.work import Effects, Request, Work
from simulator.wire.errors import WireError
from simulator.wire.kinds import COUNTS, MTI, Kind
from simulator.wire.message import Message
from simulator.wire.subfields import (
    BALANCED,
    TOTALS_DIGITS,
    TOTALS_ERROR,
    UNBALANCED,
    CardTotals,
    SettlementTotals,
    is_foreign,
    parse_settlement_totals,
)

NOTHING: tuple[int, ...] = (0, 0, 0, 0)


# ---- 0500 ------------------------------------------------------------------------------------


def settle(work: Work, request: Request) -> Effects:
    """Compare totals, and settle where they agree."""
    message = request.message
    terminal = request.terminal
    try:
        totals = parse_settlement_totals(message.details)
    except WireError:
        return [settlement_reply(work, request, None, TOTALS_ERROR)]
    batch = terminal.find_batch(message.batch)
    if batch is None and message.batch != terminal.batch:
        return [settlement_reply(work, request, totals, TOTALS_ERROR)]
    if batch is not None and batch.result is not None:
        if batch.result is SettledHow.FORCED:
            results = compare(work, totals, batch)
            return [settlement_reply(work, request, totals, *results)]
        return [settlement_reply(work, request, totals, batch.result)]
    effects: Effects = []
    if batch is not None:
        if is_undecided(batch):
            return [settlement_reply(work, request, totals, TOTALS_ERROR)]
        effects += give_up_unanswered(work, batch, request.now_ms)
    result, foreign_result = compare(work, totals, batch)
    if (result, foreign_result) == (BALANCED, BALANCED):
        effects += work.table.close(work, terminal, message.batch, SettledHow.BALANCED, ())
    else:
        effects.append(work.store(
            journal.BatchDisputed(terminal.entry.tid, message.batch),
        ))
    effects.append(settlement_reply(work, request, totals, result, foreign_result))
    return effects


def compare(work: Work, claimed: SettlementTotals, batch: Batch | None) -> tuple[str, str]:
    """The result digits for domestic and for foreign cards."""
    domestic = batch.totals() if batch is not None else NOTHING
    foreign = NOTHING
    if batch is not None and work.may_be_foreign:
        foreign = foreign_totals(work, batch)
        domestic = tuple(map(sub, domestic, foreign))
    return (
        BALANCED if work.table.is_balanced(_sums(claimed.domestic), domestic) else UNBALANCED,
        BALANCED if work.table.is_balanced(_sums(claimed.foreign), foreign) else UNBALANCED,
    )


def is_balanced(claimed: tuple[int, ...], held: tuple[int, ...]) -> bool:
    """Whether both sides count the same: debit sum and count, credit sum and count."""
    return claimed == held


def foreign_totals(work: Work, batch: Batch) -> tuple[int, ...]:
    """What of a batch's totals is of foreign cards; counted anew, as only few hosts have any."""
    sums = list(NOTHING)
    for transaction in batch.transactions.values():
        counts = COUNTS[transaction.kind]
        if (
            counts and transaction.state is State.APPROVED
            and is_foreign(transaction.pan, work.settings.domestic_prefixes)
        ):
            at = 0 if counts > 0 else 2
            sums[at] += transaction.amount_fen
            sums[at + 1] += 1
    return tuple(sums)


def settlement_reply(
    work: Work, request: Request, totals: SettlementTotals | None, result: str,
    foreign_result: str = "",
) -> Reply:
    """The 0510: no F39, the results in F48; one for both where the second is empty."""
    asked = request.message
    time, day = clock(work, request.now_ms)
    details = asked.details
    if totals is not None:
        foreign = totals.foreign
        told = foreign_result or (BALANCED if _sums(foreign) == NOTHING else result)
        details = SettlementTotals(
            _with_result(totals.domestic, result), _with_result(foreign, told),
        ).format()
    elif len(details) == TOTALS_DIGITS and details.isascii() and details.isdecimal():
        details = details[:30] + result + details[31:61] + result
    else:
        details = SettlementTotals(
            CardTotals(result=result), CardTotals(result=BALANCED),
        ).format()
    return Reply(request.link, Message(
        mti="0510", tid=asked.tid, mid=asked.mid, stan=asked.stan, type_code=asked.type_code,
        batch=asked.batch, network_code=asked.network_code, local_time=time, local_date=day,
        settlement_date=settlement_mmdd(work), acquirer_id=work.settings.acquirer_id,
        rrn=volatile_rrn(work), details=details, currency=asked.currency,
        operator=asked.operator, software=asked.software,
        terminal_status=asked.terminal_status,
        application_class=asked.application_class,
        processing_request=processing_request(work, request.terminal, asked.software),
    ), Kind.SETTLEMENT, request.attempt)


def refuse_settlement(work: Work, request: Request, _code: str) -> Effects:
    """A closed service, or a terminal that may not: a 0510 has no F39, so result 3."""
    return [settlement_reply(work, request, None, TOTALS_ERROR)]


def is_undecided(batch: Batch) -> bool:
    """Whether something in the batch may still be approved whatever the terminal does."""
    return any(
        transaction.state is State.ASKED and MTI[transaction.kind] == REPEATED_MTI
        for transaction in batch.transactions.values()
    )


def give_up_unanswered(work: Work, batch: Batch, now_ms: int) -> Effects:
    """Undo what no issuer has answered: the batch closes without it."""
    effects: Effects = []
    for transaction in batch.transactions.values():
        if transaction.state is State.ASKED:
            no_longer_waiting(work, transaction)
            effects += undo(
                work, transaction, UndoneWhy.SETTLEMENT, work.settings.issuer_timeout_answer, now_ms,
            )
            effects.append(Alarm(
                AlarmCode.UNANSWERED_AT_SETTLEMENT, transaction.key.tid,
                f"STAN {transaction.key.stan:06} of batch {batch.number:06} is undone",
            ))
    return effects


def close(
    work: Work, terminal: TerminalBook, number: int, result: SettledHow,
    held: tuple[int, ...],
) -> Effects:
    """Settle a batch: the only place that says so."""
    tid = terminal.entry.tid
    day = work.books.settlement_date
    stored = work.store(journal.BatchSettled(tid, number, result, day, held))
    batch = work.books.batch_of(TransactionKey(tid, number, 0))
    return [stored, SettleBatch(
        tid=tid, mid=terminal.entry.mid, batch=number, debit_fen=batch.debit_fen,
        debit_count=batch.debit_count, credit_fen=batch.credit_fen,
        credit_count=batch.credit_count, result=result, settlement_date=day,
        held=tuple(TransactionKey(tid, number, stan) for stan in held),
    )]


# ---- closed by the host ----------------------------------------------------------------------


def force_batch(work: Work, event: BatchForced, now_ms: int) -> Effects:
    """Settle what the host holds of a batch that its terminal does not settle."""
    terminal = work.books.terminals.get(event.tid)
    batch = terminal.find_batch(event.batch) if terminal is not None else None
    if terminal is None or batch is None or batch.stage is Stage.SETTLED:
        return [Alarm(AlarmCode.NOTHING_TO_FORCE, event.tid, f"batch {event.batch:06}")]
    effects = give_up_unanswered(work, batch, now_ms)
    effects += work.table.close(work, terminal, batch.number, SettledHow.FORCED, ())
    effects.append(Alarm(AlarmCode.BATCH_FORCED, event.tid, f"batch {event.batch:06}"))
    return effects


def cut_over(work: Work, event: CutOverReached, now_ms: int) -> Effects:
    """A new business day: what comes from now on belongs to it."""
    if event.settlement_date <= work.books.settlement_date:
        return []
    effects: Effects = [work.store(journal.CutOver(event.settlement_date))]
    today = date.fromisoformat(event.settlement_date)
    for tid, terminal in work.books.terminals.items():
        for batch in list((terminal.batches or {}).values()):
            if is_to_be_closed(work, terminal, batch, today):
                effects += force_batch(work, BatchForced(tid, batch.number), now_ms)
    return effects


def is_to_be_closed(work: Work, terminal: TerminalBook, batch: Batch, today: date) -> bool:
    """Whether a cut-over closes a batch: its terminal left it behind, or is away too long."""
    if batch.stage is Stage.SETTLED:
        return False
    settings = work.settings
    if settings.close_left_open and batch.is_left_open(terminal.batch):
        return True
    days = settings.auto_close_days
    return bool(days) and (today - date.fromisoformat(batch.opened)).days >= days


def _sums(half: CardTotals) -> tuple[int, ...]:
    return half.debit_fen, half.debit_count, half.credit_fen, half.credit_count


def _with_result(half: CardTotals, result: str) -> CardTotals:
    return CardTotals(
        half.debit_fen, half.debit_count, half.credit_fen, half.credit_count, result,
    )
