"""Batch upload (0320): the terminal's details of a batch whose totals differed.

0320 carries no MAC, so it is evidence and never money: the host's
authenticated record decides what an item is worth, the upload which items are settled now.

========================  ===========================  ==========================================
the terminal has it       the host has it              then
========================  ===========================  ==========================================
yes                       captured, same sum           settled
yes                       captured, other sum          settled with the host's sum, alarm
no                        captured                     held: out of this settlement, named in
                                                       SettleBatch.held, alarm; or settled with an
                                                       alarm, as the setting says
yes                       declined, undone             stays out, alarm
yes                       not at all                   stays out, alarm
failed at the chip        captured                     as if the terminal had it not
failed at the chip        anything else                nothing
approved, ARPC wrong      captured                     as any other that it has
========================  ===========================  ==========================================

Where an approval clears an item (``capture = "host"``), nothing is held: what the terminal lacks is
on its way, and the alarm is what somebody has to look into.

Each record counts once, however often it is uploaded: one that comes again in another message was
resumed, one that stands twice in the same message is an alarm.  The end must announce as many records as
the host has, with or without those that failed at the chip (else 30, and the terminal goes on).  An end that claims balanced totals (207) where
the host answered 2 is refused (12) with an alarm: the batch stays unsettled.
"""

from __future__ import annotations

from collections import Counter

from simulator.catalogue.host_reasons import AlarmCode, SettledHow
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.copies import BATCH_MISMATCH
from simulator.machines.acquirer.events import Alarm
from simulator.machines.acquirer.replies import refuse, reply
from simulator.machines.acquirer.settlement import give_up_unanswered
from simulator.machines.acquirer.transactions import Batch, Stage, State, TerminalBook
from simulator.machines.acquirer.work import Effects, Request, Work
from simulator.wire.errors import WireError
from simulator.wire.kinds import COUNTS
from simulator.wire.message import Message
from simulator.wire.subfields import (
    BALANCED,
    UPLOAD_CHIP,
    UPLOAD_CHIP_FAILED,
    UPLOAD_END,
    UPLOAD_NOTICE,
    UPLOAD_STRIPE,
    parse_upload,
    parse_upload_end,
    sum_of_approved,
)

FORMAT_ERROR = "30"
INVALID = "12"
NOT_AFTER_2 = UPLOAD_END[BALANCED]
ENDS = frozenset(UPLOAD_END.values())
SINGLE = frozenset(UPLOAD_CHIP.values())
FAILED_CHIP = frozenset(UPLOAD_CHIP_FAILED.values())


def upload(work: Work, request: Request) -> Effects:
    """Take details, or the end of them."""
    message = request.message
    batch = request.terminal.find_batch(message.batch)
    if batch is None:
        return refuse(work, request, BATCH_MISMATCH)
    if message.network_code in ENDS:
        return end_upload(work, request, batch)
    try:
        items = uploaded_items(message)
    except WireError:
        items = None
    if items is None:
        return refuse(work, request, FORMAT_ERROR)
    tid = request.key.tid
    effects: Effects = [
        Alarm(AlarmCode.ITEM_TWICE, tid, f"STAN {stan:06} of batch {batch.number:06}")
        for stan, times in Counter(stan for stan, _ in items).items() if times > 1
    ]
    known = batch.uploaded or {}
    news = tuple((stan, fen) for stan, fen in items if known.get(stan) != fen)
    if batch.stage is Stage.DISPUTED and news:
        effects.append(work.store(
            journal.DetailsUploaded(tid, batch.number, news),
        ))
    return [*effects, reply(work, request, "00")]


def end_upload(work: Work, request: Request, batch: Batch) -> Effects:
    """Settle an unbalanced batch with what is in both records."""
    message = request.message
    terminal = request.terminal
    tid = terminal.entry.tid
    name = f"batch {batch.number:06}"
    if batch.stage is Stage.SETTLED:
        return [reply(work, request, "00")]
    if batch.stage is Stage.OPEN:
        return [
            Alarm(AlarmCode.UPLOAD_WITHOUT_SETTLEMENT, tid, name),
            reply(work, request, INVALID),
        ]
    if message.network_code == NOT_AFTER_2:
        return [
            Alarm(AlarmCode.ENDED_AS_BALANCED, tid, f"{name} is unbalanced and stays unsettled"),
            reply(work, request, INVALID),
        ]
    if not is_whole(message, batch):
        return [
            Alarm(AlarmCode.UPLOAD_INCOMPLETE, tid, name),
            reply(work, request, FORMAT_ERROR),
        ]
    held, alarms = reconcile(work, terminal, batch)
    effects = give_up_unanswered(work, batch, request.now_ms)
    effects += work.table.close(work, terminal, batch.number, SettledHow.AFTER_UPLOAD, held)
    effects += alarms
    return [*effects, reply(work, request, "00")]


def is_whole(message: Message, batch: Batch) -> bool:
    """Whether as many records came as the end announces."""
    try:
        announced = parse_upload_end(message.details)
    except WireError:
        return False
    uploaded = batch.uploaded or {}
    return announced in (len(uploaded), sum(1 for fen in uploaded.values() if fen))


def reconcile(work: Work, terminal: TerminalBook, batch: Batch) -> tuple[tuple[int, ...], Effects]:
    """What stays out although it is captured, and what somebody should see."""
    tid = terminal.entry.tid
    uploaded = dict(batch.uploaded or {})
    held: list[int] = []
    alarms: Effects = []
    for stan, transaction in batch.transactions.items():
        captured = transaction.state is State.APPROVED and COUNTS[transaction.kind]
        sum_fen = uploaded.pop(stan, None)
        name = f"STAN {stan:06} of batch {batch.number:06}"
        if captured and not sum_fen:
            if work.settings.capture == "batch" and work.settings.missing_from_upload == "hold":
                held.append(stan)
            alarms.append(Alarm(AlarmCode.NOT_UPLOADED, tid, f"{name}: {_yuan(transaction.amount_fen)} here"))
        elif captured and sum_fen != transaction.amount_fen:
            alarms.append(Alarm(
                AlarmCode.SUM_DIFFERS, tid, f"{name}: {_yuan(transaction.amount_fen)} here, {_yuan(sum_fen or 0)} there"))
        elif not captured and sum_fen:
            alarms.append(Alarm(AlarmCode.NOT_CAPTURED, tid, f"{name}: {_yuan(sum_fen)} there"))
    alarms += [
        Alarm(AlarmCode.UNKNOWN_ITEM, tid, f"STAN {stan:06} of batch {batch.number:06}: {_yuan(sum_fen)} there")
        for stan, sum_fen in uploaded.items() if sum_fen
    ]
    return tuple(held), alarms


def _yuan(fen: int) -> str:
    """What is missing or differs is told with its sum: nobody can ask for it by a number alone.

    >>> _yuan(90_005)
    '¥900.05'
    """
    return f"¥{fen // 100:,}.{fen % 100:02}"


def uploaded_items(message: Message) -> tuple[tuple[int, int], ...] | None:
    """STAN and sum of what a 0320 carries; None where it carries no such thing.

    A record of its own names its transaction in F61, or is sent under its own STAN; a notice always is.
    """
    code = message.network_code
    if code == UPLOAD_STRIPE:
        return tuple((item.stan, item.amount_fen) for item in parse_upload(message.details))
    if code == UPLOAD_NOTICE and message.stan and message.amount_fen is not None:
        return ((message.stan, message.amount_fen),)  # a 0220 as it was: F61 is its original
    stan = message.original.stan if message.original is not None else message.stan
    if code in FAILED_CHIP and stan:
        return ((stan, sum_of_approved(message.private or b"")),)
    if code not in SINGLE or not stan or message.amount_fen is None:
        return None
    return ((stan, message.amount_fen),)
