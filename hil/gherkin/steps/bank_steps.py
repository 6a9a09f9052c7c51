"""What banks do with cards and accounts, and their own failures."""

from __future__ import annotations

from hil.gherkin.calendar_words import Moment
from hil.gherkin.references import Customer, Merchant
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.steps.fault_steps import strike, take, window

TOPIC = Topic("Banks, cards and accounts", "银行、卡与账户")


@TOPIC.happens("{merchant:Merchant}'s account is frozen[ for {length:Length}]", "{merchant:Merchant}的账户被冻结[,持续{length:Length}]")
def account_is_frozen(stage: Stage, merchant: Merchant, length: int = 0) -> None:
    strike(stage, {"mode": "account.frozen", "target": stage.cast.shop_name(merchant), **window(stage, None, length)})


@TOPIC.happens("{customer:Customer}'s card is frozen", "{customer:Customer}的卡被冻结")
def card_is_frozen(stage: Stage, customer: Customer) -> None:
    strike(stage, {"mode": "account.frozen", "target": stage.cast.card_of(customer)})


@TOPIC.happens("{customer:Customer}'s card is reported lost", "{customer:Customer}的卡已挂失")
def card_is_lost(stage: Stage, customer: Customer) -> None:
    strike(stage, {"mode": "account.reported_lost", "target": stage.cast.card_of(customer)})


@TOPIC.happens("the banks are in maintenance[ from {at:Moment}] for {length:Length}", "银行系统维护[,自{at:Moment}起],持续{length:Length}")
def bank_maintenance(stage: Stage, length: int, at: Moment | None = None) -> None:
    strike(stage, {"mode": "bank.maintenance", **window(stage, at, length)})


@TOPIC.happens("the banks pay out {length:Length} late", "银行付款延迟{length:Length}")
def bank_late(stage: Stage, length: int) -> None:
    strike(stage, {"mode": "bank.delay", "how": "payout", "delay": f"{length}ms"})


@TOPIC.happens("{merchant:Merchant}'s account is corrected and the suspended money released", "{merchant:Merchant}更正账户,挂账资金重新付款")
def corrected_and_released(stage: Stage, merchant: Merchant) -> None:
    for action in ("correct_account", "release_suspense"):
        take(stage, {"do": action, "by": stage.cast.shop_name(merchant)})


@TOPIC.happens("the bank unfreezes {merchant:Merchant}'s account", "银行解冻{merchant:Merchant}的账户")
def unfrozen(stage: Stage, merchant: Merchant) -> None:
    take(stage, {"do": "unfreeze_account", "by": stage.cast.shop_name(merchant)})


@TOPIC.happens("the bank unfreezes {customer:Customer}'s card", "银行解冻{customer:Customer}的卡")
def card_is_unfrozen(stage: Stage, customer: Customer) -> None:
    take(stage, {"do": "unfreeze_account", "target": stage.cast.card_of(customer)})


@TOPIC.happens("{merchant:Merchant} corrects its account", "{merchant:Merchant}更正账户")
def corrected(stage: Stage, merchant: Merchant) -> None:
    take(stage, {"do": "correct_account", "by": stage.cast.shop_name(merchant)})


@TOPIC.happens("the suspended money[ of {merchant:Merchant}] is released", "[{merchant:Merchant}的]挂账资金释放")
def released(stage: Stage, merchant: Merchant | None = None) -> None:
    take(stage, {"do": "release_suspense", "by": stage.cast.shop_name(merchant)})


@TOPIC.happens("{merchant:Merchant} has not handed in its papers[: {paper:Paper}]", "{merchant:Merchant}资料不全[:{paper:Paper}]")
def papers_missing(stage: Stage, merchant: Merchant, paper: str = "licence") -> None:
    strike(stage, {"mode": "paperwork.incomplete", "target": stage.cast.shop_name(merchant), "code": paper})


@TOPIC.happens("{merchant:Merchant} hands in the missing papers", "{merchant:Merchant}补齐资料")
def papers_handed_in(stage: Stage, merchant: Merchant) -> None:
    take(stage, {"do": "complete_papers", "by": stage.cast.shop_name(merchant)})


@TOPIC.happens("the account is unfrozen and the suspended money released", "账户解冻,挂账资金重新付款")
def unfrozen_and_released(stage: Stage) -> None:
    for action in ("unfreeze_account", "release_suspense"):
        take(stage, {"do": action, "by": stage.cast.shop_name(None)})
