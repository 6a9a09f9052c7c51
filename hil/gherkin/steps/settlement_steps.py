"""Settling: by the clerk, in vain, again, and what became of it."""

from __future__ import annotations

from hil.gherkin.calendar_words import Moment
from hil.gherkin.references import Merchant, Terminal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage, when
from hil.gherkin.steps.selling_steps import said
from hil.gherkin.wrong import hold

TOPIC = Topic("Settlement", "结算")


def _words(stage: Stage) -> str:
    return f"{when(stage.now_ms)}: {', '.join(map(said, stage.settlements))}"


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


@TOPIC.when("{merchant:Merchant} pauses and settles again at {at:Moment}", "{merchant:Merchant}暂停营业，到{at:Moment}再次结算")
def pauses_and_settles(stage: Stage, merchant: Merchant, at: Moment) -> None:
    stage.action({"do": "pause_sales", "by": stage.cast.shop_name(merchant)})
    stage.it_is(at.at_ms(stage.now_ms))
    stage.settle(merchant)


@TOPIC.then("the settlement is taken", "结算成功")
def taken(stage: Stage) -> None:
    hold(stage.settlements, "nobody settled", "没有人结算")
    hold(all(each.result == "approved" for each in stage.settlements),
         f"the settlement was not taken; the terminals said at {_words(stage)}", f"结算未被受理；终端显示 {_words(stage)}")


@TOPIC.then("the settlement is not taken", "结算未被受理")
def not_taken(stage: Stage) -> None:
    hold(stage.settlements, "nobody settled", "没有人结算")
    hold(all(each.result in {"declined", "failed", "refused"} for each in stage.settlements),
         f"the settlement was taken; the terminals said at {_words(stage)}", f"结算已被受理；终端显示 {_words(stage)}")
