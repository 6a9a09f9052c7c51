"""What banks do with cards and accounts."""

from __future__ import annotations

from typing import Any

from behave import given, when
from stage import CUSTOMER


@given("the merchant's account is frozen")
@given("商户的账户被冻结")
def account_is_frozen(context: Any) -> None:
    context.stage.target.fault(f'mode = "account.frozen"\ntarget = {context.stage.merchant_text}')


@given("the customer's card is frozen")
@given("顾客的卡被冻结")
def card_is_frozen(context: Any) -> None:
    context.stage.target.fault(f'mode = "account.frozen"\ntarget = "{CUSTOMER}"')


@when("the account is unfrozen and the suspended money released")
@when("账户解冻，挂账资金重新付款")
def unfrozen_and_released(context: Any) -> None:
    for action in ("unfreeze_account", "release_suspense"):
        context.stage.target.action(f'do = "{action}"\nby = {context.stage.merchant_text}')
