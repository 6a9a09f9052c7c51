"""Settling: by the clerk, in vain, again, by force, and what became of it."""

from __future__ import annotations

from hil.gherkin.calendar_words import Moment
from hil.gherkin.cast import put
from hil.gherkin.references import Merchant, Terminal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage, when
from hil.gherkin.steps.fault_steps import take
from hil.gherkin.steps.selling_steps import said
from hil.gherkin.values import length_text
from hil.gherkin.wrong import hold
from simulator.catalogue.language import Told
from simulator.local_time import DAY_MS
from simulator.trace.records import BatchCounted

TOPIC = Topic("Settlement", "结算")


def _words(stage: Stage) -> Told:
    told = [said(each) for each in stage.settlements]
    at = when(stage.now_ms)
    return Told(f"{at}: {', '.join(each.en for each in told)}", f"{at}：{'、'.join(each.zh for each in told)}")


_NOT_TAKEN = frozenset({"declined", "failed", "refused"})


@TOPIC.given("the acquirer clears by {capture:Capture}", "收单机构按{capture:Capture}入账")
def captures(stage: Stage, capture: str) -> None:
    put(stage.build().acquirer, "capture", capture)


@TOPIC.given("the acquirer closes batches by force after {days:Length}", "收单机构在{days:Length}后强制结批")
def forces(stage: Stage, days: int) -> None:
    hold(days and days % DAY_MS == 0, "the host closes batches by force at its cut-over, after whole days, such as 1 day",
         "主机在日切时强制结批，只能写整天数，如 1天")
    put(stage.build().acquirer, "force_settlement_after", length_text(days))


@TOPIC.given("{merchant:Merchant} has tried in vain to settle", "{merchant:Merchant}结算未成功")
def settled_in_vain(stage: Stage, merchant: Merchant) -> None:
    stage.settle(merchant)
    not_taken(stage)


@TOPIC.given("{merchant:Merchant} has settled", "{merchant:Merchant}已结算")
def has_settled(stage: Stage, merchant: Merchant) -> None:
    stage.settle(merchant)
    taken(stage)


@TOPIC.happens("{merchant:Merchant} settles[ {terminal:Terminal}]", "{merchant:Merchant}结算[{terminal:Terminal}]")
def settles(stage: Stage, merchant: Merchant, terminal: Terminal | None = None) -> None:
    stage.settle(merchant, terminal)


@TOPIC.happens("all merchants settle", "所有商户结算")
def all_settle(stage: Stage) -> None:
    told = []
    for name in stage.cast.shops:
        stage.settle(Merchant(name))
        told += stage.settlements
    stage.said = stage.settlements = told


@TOPIC.when("{merchant:Merchant} pauses and settles again at {at:Moment}", "{merchant:Merchant}暂停营业,到{at:Moment}再次结算")
def pauses_and_settles(stage: Stage, merchant: Merchant, at: Moment) -> None:
    take(stage, {"do": "pause_sales", "by": stage.cast.shop_name(merchant)})
    stage.it_is(stage.at_ms(at))
    stage.settle(merchant)


@TOPIC.then("the settlement is taken", "结算成功")
def taken(stage: Stage) -> None:
    _ended(stage)
    hold(all(each.result == "approved" for each in stage.settlements),
         f"the settlement was not taken; the terminals said at {_words(stage).en}", f"结算未被受理；终端显示 {_words(stage).zh}")


@TOPIC.then("the settlement is not taken", "结算未被受理")
def not_taken(stage: Stage) -> None:
    _ended(stage)
    hold(all(each.result in _NOT_TAKEN for each in stage.settlements),
         f"the settlement was taken; the terminals said at {_words(stage).en}", f"结算已被受理；终端显示 {_words(stage).zh}")


def _ended(stage: Stage) -> None:
    """Hold that somebody settled, and that each terminal knows how that ended."""
    hold(stage.settlements, "nobody settled", "没有人结算")
    hold(all(each.result in {"approved", *_NOT_TAKEN} for each in stage.settlements),
         f"whether the settlement is taken is not known yet; the terminals said at {_words(stage).en}", f"结算结果尚未知；终端显示 {_words(stage).zh}")


@TOPIC.then("by {at:Moment} the host has closed {count:Number} (batches|batch) by force", "到{at:Moment}主机已强制结批{count:Number}次")
def forced(stage: Stage, count: int = 1, at: Moment | None = None) -> None:
    if at is not None:
        stage.it_is(stage.at_ms(at, ends_day=True))
    found = len({
        (each.tid, each.batch) for each in stage.records
        if isinstance(each, BatchCounted) and each.result == "forced"})
    hold(found == count, f"the host closed {found}, not {count}", f"主机强制结批 {found} 次，而不是 {count} 次")
