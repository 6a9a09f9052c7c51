"""Where the money is, in integer fen, at a bound."""

from __future__ import annotations

from collections.abc import Callable

from hil.gherkin.calendar_words import Moment
from hil.gherkin.references import Customer, Merchant
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage, when
from hil.gherkin.values import yuan_text
from hil.gherkin.wrong import hold
from simulator.catalogue.language import Told

TOPIC = Topic("Where the money is", "钱在哪里")


@TOPIC.then("by {at:Moment} {merchant:Merchant} has received {amount:Money}", "到{at:Moment}{merchant:Merchant}实收{amount:Money}")
def received(stage: Stage, at: Moment, merchant: Merchant, amount: int) -> None:
    stage.it_is(at.at_ms(stage.now_ms, ends_day=True))
    comes_to(stage, Told("the merchant has received", "商户实收"), lambda: stage.received_fen(merchant), amount)


@TOPIC.then("until {at:Moment} {merchant:Merchant} has received nothing", "直到{at:Moment}{merchant:Merchant}没有收到款项")
def received_nothing(stage: Stage, at: Moment, merchant: Merchant) -> None:
    received(stage, at, merchant, 0)


@TOPIC.then("by {at:Moment} {amount:Money} of {merchant:Merchant} (stand|stands) in suspense", "到{at:Moment}{merchant:Merchant}有{amount:Money}挂账")
def suspended(stage: Stage, at: Moment, amount: int, merchant: Merchant) -> None:
    stage.it_is(at.at_ms(stage.now_ms, ends_day=True))
    comes_to(stage, Told("in suspense for the merchant", "商户挂账"), lambda: stage.suspended_fen(merchant), amount)


@TOPIC.then("within {length:Length} {customer:Customer} has paid nothing", "{length:Length}内{customer:Customer}分文未付")
def paid_nothing(stage: Stage, length: int, customer: Customer) -> None:
    paid(stage, length, customer, 0)


@TOPIC.then("within {length:Length} {customer:Customer} has paid {amount:Money}", "{length:Length}内{customer:Customer}共付{amount:Money}")
def paid(stage: Stage, length: int, customer: Customer, amount: int) -> None:
    comes_to(stage, Told("the customer has paid", "顾客共付"), lambda: stage.paid_fen(customer), amount, length)


def comes_to(stage: Stage, what: Told, look: Callable[[], int], right_fen: int, within_ms: int = 0) -> None:
    """On a wall clock what a moment sets off takes a moment; the target knows how long that is."""
    target = stage.target
    target.wait(lambda: look() == right_fen, within_ms)
    found_fen = look()
    found, right, at = yuan_text(found_fen), yuan_text(right_fen), when(target.now_ms())
    hold(found_fen == right_fen, f"{at}: {what.en} {found}, not {right}", f"{at}：{what.zh} {found}，而不是 {right}")
