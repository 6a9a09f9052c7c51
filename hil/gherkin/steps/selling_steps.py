"""What is sold at the counter, tried again, made sure of."""

from __future__ import annotations

from hil.gherkin.references import Customer, Deal, Merchant, Terminal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.wrong import hold
from hil.tills.ends import Told

TOPIC = Topic("Selling", "消费")


def said(told: Told) -> str:
    """What a terminal said, in a few words."""
    if not told.result:
        return "nothing (it went dark)"
    return " ".join(filter(None, (told.result, told.response_code, told.reason)))


def approved(told: Told) -> None:
    """Hold that a terminal approved."""
    hold(told.result == "approved", f"not approved; the terminal said: {said(told)}", f"未成功；终端显示：{said(told)}")


@TOPIC.given(
    "{merchant:Merchant} has sold for {amount:Money}[ on {terminal:Terminal}][ to {customer:Customer}][ as {name:Name}]",
    "{merchant:Merchant}已[在{terminal:Terminal}][向{customer:Customer}]成交一笔{amount:Money}的消费[,记为{name:Name}]")
def has_sold(
    stage: Stage, merchant: Merchant, amount: int, terminal: Terminal | None = None,
    customer: Customer | None = None, name: str = "",
) -> None:
    approved(stage.sell(amount, merchant=merchant, terminal=terminal, customer=customer, name=name))


@TOPIC.happens(
    "{merchant:Merchant} sells for {amount:Money}[ on {terminal:Terminal}][ to {customer:Customer}][ as {name:Name}]",
    "{merchant:Merchant}[在{terminal:Terminal}][向{customer:Customer}]做一笔{amount:Money}的消费[,记为{name:Name}]")
def sells(
    stage: Stage, merchant: Merchant, amount: int, terminal: Terminal | None = None,
    customer: Customer | None = None, name: str = "",
) -> None:
    stage.sell(amount, merchant=merchant, terminal=terminal, customer=customer, name=name)


@TOPIC.given(
    "{merchant:Merchant} has tried in vain to sell for {amount:Money}[ on {terminal:Terminal}]",
    "{merchant:Merchant}[在{terminal:Terminal}]做一笔{amount:Money}的消费未成功")
def sold_in_vain(stage: Stage, merchant: Merchant, amount: int, terminal: Terminal | None = None) -> None:
    told = stage.sell(amount, merchant=merchant, terminal=terminal)
    hold(told.result in {"failed", "declined", "refused", ""}, f"the terminal said: {said(told)}", f"终端显示：{said(told)}")


@TOPIC.happens("the clerk tries the same sale again", "店员把同一笔消费再做一次")
def tries_again(stage: Stage) -> None:
    stage.try_again()


@TOPIC.happens("the clerk (makes|has made) sure of the sale", "店员(已核实这笔消费|核实这笔消费,未成功则重做)")
def makes_sure(stage: Stage) -> None:
    made = stage.deal(Deal())
    stage.target.rest(made.terminal)
    if stage.target.told(made.wish.order) != "approved":
        approved(stage.try_again())
