"""What stands in a batch, what terminal and host make of it at its end."""

from __future__ import annotations

from hil.gherkin.references import Terminal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.values import yuan_text
from hil.gherkin.wrong import hold
from simulator.catalogue.run_reasons import RestartReason
from simulator.trace.records import (
    BatchCounted,
    Concluded,
    Record,
    Restarted,
    Sent,
    TerminalOpened,
)
from simulator.wire.kinds import Kind
from simulator.world.people.orders import MEANS

TOPIC = Topic("What stands in the batch", "批次中的交易")
_UNDONE = {Kind.VOID, Kind.QR_VOID, Kind.REFUND, Kind.QR_REFUND}
_BALANCED, _UNBALANCED = "1", "2"
_EMPTY = {RestartReason.FACTORY_RESET, RestartReason.REPLACED}  # the terminal comes up with nothing in its batch


@TOPIC.then(
    "the batch[ of {terminal:Terminal}] holds {count:Number} (sales|sale)[ of {amount:Money}]",
    "[{terminal:Terminal}的]批次中有{count:Number}笔交易[,共{amount:Money}]")
def holds(stage: Stage, count: int, amount: int | None = None, terminal: Terminal | None = None) -> None:
    found = _in_batch(stage, terminal)
    total = sum(each.amount_fen for each in found)
    hold(len(found) == count and amount in (None, total),
         f"the batch holds {len(found)}, of {yuan_text(total)}", f"批次中有 {len(found)} 笔，共 {yuan_text(total)}")


@TOPIC.then("the batch[ of {terminal:Terminal}] is empty", "[{terminal:Terminal}的]批次为空")
def is_empty(stage: Stage, terminal: Terminal | None = None) -> None:
    holds(stage, 0, None, terminal)


@TOPIC.then("the batch[ of {terminal:Terminal}] comes to {amount:Money}", "[{terminal:Terminal}的]批次总额为{amount:Money}")
def comes_to(stage: Stage, amount: int, terminal: Terminal | None = None) -> None:
    counted = _counted(stage, terminal, still=True)
    found = counted.debit_fen - counted.credit_fen if counted else sum(each.amount_fen for each in _in_batch(stage, terminal))
    hold(found == amount, f"it comes to {yuan_text(found)}", f"总额为 {yuan_text(found)}")


@TOPIC.then(
    "{count:Number} (sales|sale)[ of {amount:Money}] (were|was) settled[ at {terminal:Terminal}]",
    "[{terminal:Terminal}]结算了{count:Number}笔[,共{amount:Money}]")
def were_settled(stage: Stage, count: int, amount: int | None = None, terminal: Terminal | None = None) -> None:
    counted = _counted(stage, terminal)
    if counted is None:
        hold(False, "nobody settled", "没有人结算")
        return
    total = counted.debit_fen - counted.credit_fen
    hold(counted.debit_count == count and amount in (None, total),
         f"the host counted {counted.debit_count}, of {yuan_text(total)}", f"主机计 {counted.debit_count} 笔，共 {yuan_text(total)}")


@TOPIC.then("the totals of terminal and host differ", "终端与主机的总额不平")
def is_unbalanced(stage: Stage) -> None:
    results = _results(stage)
    hold(results, "nobody settled", "没有人结算")
    hold(_UNBALANCED in results, "the totals agreed", "总额相符")


@TOPIC.then("the totals of terminal and host agree", "终端与主机的总额相符")
def is_balanced(stage: Stage) -> None:
    results = _results(stage)
    hold(results, "nobody settled", "没有人结算")
    hold(results[-1] == _BALANCED, "the totals differed", "总额不平")


@TOPIC.then("the terminal uploads its batch", "终端批上送")
def uploads(stage: Stage) -> None:
    hold(any(isinstance(each, Sent) and each.what == Kind.BATCH_UPLOAD.value for each in stage.records),
         "no batch was uploaded", "没有批上送")


def _results(stage: Stage) -> list[str]:
    return [each.result for each in stage.records
            if isinstance(each, BatchCounted) and each.actor == "acquirer" and each.result in (_BALANCED, _UNBALANCED)]


def _tid(stage: Stage, terminal: Terminal | None) -> str:
    number = stage.cast.number_of(*stage.cast.place_of(terminal))
    opened = [each.tid for each in stage.records if isinstance(each, TerminalOpened)]
    return opened[number - 1]


def _counted(stage: Stage, terminal: Terminal | None, *, still: bool = False) -> BatchCounted | None:
    """What the host counted last of a terminal; ``still``: unless something was approved there since."""
    tid = _tid(stage, terminal)
    found: BatchCounted | None = None
    for each in stage.records:
        if isinstance(each, BatchCounted) and each.tid == tid and each.actor == "acquirer":
            found = each
        elif still and _is_of_batch(each, tid):
            found = None
    return found


def _is_of_batch(record: Record, tid: str) -> bool:
    """Whether what a batch holds is another than before: something was approved, or the memory was emptied."""
    if isinstance(record, Concluded):
        return record.actor == f"terminal.{tid}" and record.result == "approved" and Kind(record.what) in {*MEANS, *_UNDONE}
    return _is_emptied(record, tid)


def _is_emptied(record: Record, tid: str) -> bool:
    return isinstance(record, Restarted) and record.actor == f"terminal.{tid}" and record.why in _EMPTY


def _in_batch(stage: Stage, terminal: Terminal | None) -> list[Concluded]:
    """What a terminal has approved since it settled last, without what was taken back whole."""
    tid = _tid(stage, terminal)
    number = stage.cast.number_of(*stage.cast.place_of(terminal))
    made = {each.wish.order: each for each in stage.made if each.terminal == number}
    taken: dict[str, Concluded] = {}
    for each in stage.records:
        if (isinstance(each, BatchCounted) and each.tid == tid and each.closed) or _is_emptied(each, tid):
            taken = {}
        elif isinstance(each, Concluded) and each.result == "approved" and each.sale in made:
            undone = made[each.sale].of
            if Kind(each.what) in MEANS:
                taken[each.sale] = each
            elif undone is not None and Kind(each.what) in _UNDONE:
                taken.pop(undone.wish.order, None)
    return list(taken.values())
