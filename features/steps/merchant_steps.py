"""What merchants, clerks and customers do at the counter."""

from __future__ import annotations

from typing import Any

from behave import given, then, when
from stage import when as time_text

from simulator.local_time import datetime_at


@given('a merchant "{name}" with one terminal')
@given('商户"{name}"有一台终端')
def one_terminal(context: Any, name: str) -> None:
    context.stage.merchant = name


@given('a merchant "{name}" with {count:d} terminals')
@given('商户"{name}"有 {count:d} 台终端')
def more_terminals(context: Any, name: str, count: int) -> None:
    context.stage.merchant, context.stage.terminals = name, count


@given("the merchant is paid on the next working day, less a fee of {percent:Percent} %")
@given("商户下一工作日到账，手续费 {percent:Percent}%")
def terms(context: Any, percent: str) -> None:
    context.stage.fee_percent = percent


@given("it is {at_ms:Moment}")
@when("it is {at_ms:Moment}")
@given("时间是 {at_ms:Moment}")
@when("时间到了 {at_ms:Moment}")
def it_is(context: Any, at_ms: int) -> None:
    context.stage.it_is(at_ms)


@given("{per_hour:d} customers an hour come until {until_ms:Moment}")
@given("每小时有 {per_hour:d} 位顾客光临，直到 {until_ms:Moment}")
def customers(context: Any, per_hour: int, until_ms: int) -> None:
    until = datetime_at(until_ms).isoformat()
    context.stage.customers = f'sales = {{ per_hour = {per_hour}, until = "{until}" }}'


@given("the merchant has sold for ¥{amount_fen:Yuan}")
@given("商户已成交一笔 {amount_fen:Yuan} 元的消费")
def has_sold(context: Any, amount_fen: int) -> None:
    has_sold_on(context, amount_fen, 1)


@given("the merchant has sold for ¥{amount_fen:Yuan} on terminal {terminal:d}")
@given("商户已在 {terminal:d} 号终端成交一笔 {amount_fen:Yuan} 元的消费")
def has_sold_on(context: Any, amount_fen: int, terminal: int) -> None:
    told = context.stage.sell(amount_fen, terminal)
    assert told.result == "approved", f"the terminal said: {told}"


@when("the merchant sells for ¥{amount_fen:Yuan}")
@when("商户做一笔 {amount_fen:Yuan} 元的消费")
def sells(context: Any, amount_fen: int) -> None:
    context.stage.sell(amount_fen)


@given("the merchant has tried in vain to sell for ¥{amount_fen:Yuan}")
@given("商户做一笔 {amount_fen:Yuan} 元的消费未成功")
def sold_in_vain(context: Any, amount_fen: int) -> None:
    told = context.stage.sell(amount_fen)
    assert told.result in {"failed", ""}, f"the terminal said: {told}"


@when("the clerk tries the same sale again")
@when("店员把同一笔消费再做一次")
def tries_again(context: Any) -> None:
    context.stage.try_again()


@given("the clerk has made sure of the sale")
@when("the clerk makes sure of the sale")
@given("店员已核实这笔消费")
@when("店员核实这笔消费，未成功则重做")
def makes_sure(context: Any) -> None:
    stage = context.stage
    sale = stage.sales[-1]
    stage.target.rest(sale.terminal)
    if stage.target.told(sale.name) != "approved":
        told = stage.try_again()
        assert told.result == "approved", f"made again, the terminal said: {told}"


@given("the merchant has tried in vain to settle")
@given("商户结算未成功")
def settled_in_vain(context: Any) -> None:
    context.stage.settle()
    settlement_is_not_taken(context)


@given("the merchant has settled")
@given("商户已结算")
def has_settled(context: Any) -> None:
    context.stage.settle()
    settlement_is_taken(context)


@when("the merchant settles")
@when("商户结算")
def settles(context: Any) -> None:
    context.stage.settle()


@when("the merchant pauses and settles again at {at_ms:Moment}")
@when("商户暂停营业，到 {at_ms:Moment} 再次结算")
def pauses_and_settles(context: Any, at_ms: int) -> None:
    stage = context.stage
    stage.target.action(f'do = "pause_sales"\nby = {stage.merchant_text}')
    stage.it_is(at_ms)
    stage.settle()


@then("the settlement is taken")
@then("结算成功")
def settlement_is_taken(context: Any) -> None:
    stage = context.stage
    assert all(each.result == "approved" for each in stage.told), (
        f"at {time_text(stage.target.now_ms())} the terminals said: {stage.told}")


@then("the settlement is not taken")
@then("结算未被受理")
def settlement_is_not_taken(context: Any) -> None:
    stage = context.stage
    assert stage.told, "nobody settled"
    assert all(each.result in {"declined", "failed"} for each in stage.told), (
        f"at {time_text(stage.target.now_ms())} the terminals said: {stage.told}")
