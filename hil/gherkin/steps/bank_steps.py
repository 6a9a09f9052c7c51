"""What banks do with cards and accounts."""

from __future__ import annotations

from hil.gherkin.references import Customer, Merchant
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.steps.fault_steps import strike, take

TOPIC = Topic("Banks, cards and accounts", "银行、卡与账户")


@TOPIC.happens("{merchant:Merchant}'s account is frozen", "{merchant:Merchant}的账户被冻结")
def account_is_frozen(stage: Stage, merchant: Merchant) -> None:
    strike(stage, {"mode": "account.frozen", "target": stage.cast.shop_name(merchant)})


@TOPIC.happens("{customer:Customer}'s card is frozen", "{customer:Customer}的卡被冻结")
def card_is_frozen(stage: Stage, customer: Customer) -> None:
    strike(stage, {"mode": "account.frozen", "target": stage.cast.card_of(customer)})


@TOPIC.happens("the account is unfrozen and the suspended money released", "账户解冻，挂账资金重新付款")
def unfrozen_and_released(stage: Stage) -> None:
    for action in ("unfreeze_account", "release_suspense"):
        take(stage, {"do": action, "by": stage.cast.shop_name(None)})
