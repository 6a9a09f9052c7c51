"""Who is there: merchants, their terminals, terms and accounts; customers; all before anything happens."""

from __future__ import annotations

from typing import Any

from hil.gherkin.calendar_words import Moment
from hil.gherkin.cast import BY_HABIT, put
from hil.gherkin.phrases import terms_of
from hil.gherkin.references import Customer, Merchant, Terminal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.tables import laid, pairs, rows_by
from hil.gherkin.values import fen, length_text, number, yuan
from hil.gherkin.values import percent as percent_of
from hil.gherkin.wrong import hold
from simulator.local_time import datetime_at
from simulator.scenario.parts.banks import CardPart
from simulator.scenario.parts.merchant import Merchant as MerchantPart

TOPIC = Topic("Merchants, their terms, their customers", "商户、到账条件与顾客")


@TOPIC.given("(a|another) merchant {name:Name} with {count:Number} (terminals|terminal)", "商户{name:Name}有{count:Number}台终端")
def opens(stage: Stage, name: str = "", count: int = 1) -> None:
    cast = stage.build()
    if name:
        cast.open_shop(name, count)
    else:
        cast.open_unnamed(count)


@TOPIC.given(
    "{merchant:Merchant} joins[ with {count:Number} (terminals|terminal)][, paid {terms:Terms}][, with a fee of {percent:Percent}][, at most {cap:Money}][, plus {plus:Money} for each sale]",
    "{merchant:Merchant}入驻[,终端{count:Number}台][,{terms:Terms}][,费率{percent:Percent}][,封顶{cap:Money}][,每笔另加{plus:Money}]")
def comes(
    stage: Stage, merchant: Merchant | None = None, count: int = 0, terms: str = "", percent: str = "", cap: int = 0, plus: int = 0,
    terminal: Terminal | None = None,
) -> None:
    """Whoever is not there yet comes, with all that is said at once."""
    cast = stage.build()
    cast.come(merchant or Merchant(terminal.merchant if terminal else ""), max(count, terminal.number if terminal else 0))
    if terminal is not None and terminal.name and terminal.name not in cast.labels:
        cast.name_terminal(merchant, terminal.name)
    shop = cast.shop(merchant)
    if terms:
        put(shop, "payout.terms", terms)
    for key, value in (("percent", percent), ("cap", cap and yuan(cap)), ("plus", plus and yuan(plus))):
        if value:
            put(shop, f"fee.{key}", value)


@TOPIC.given("a terminal {label:Name}[ of {merchant:Merchant}]", "[{merchant:Merchant}的]一台终端{label:Name}")
def names_terminal(stage: Stage, label: str, merchant: Merchant | None = None) -> None:
    stage.build().name_terminal(merchant, label)


@TOPIC.given(
    "{merchant:Merchant} is paid {terms:Terms}[, less a fee of {percent:Percent}][, at most {cap:Money}]",
    "{merchant:Merchant}{terms:Terms}[,手续费{percent:Percent}][,封顶{cap:Money}]")
def paid(stage: Stage, merchant: Merchant, terms: str, percent: str = "", cap: int = 0) -> None:
    shop = stage.build().shop(merchant)
    put(shop, "payout.terms", terms)
    if percent:
        put(shop, "fee.percent", percent)
    if cap:
        put(shop, "fee.cap", yuan(cap))


@TOPIC.given(
    "the fee of {merchant:Merchant} is {percent:Percent}[, at least {least:Money}][, at most {cap:Money}][, plus {plus:Money} for each sale]",
    "{merchant:Merchant}的手续费为{percent:Percent}[,最低{least:Money}][,封顶{cap:Money}][,每笔另加{plus:Money}]")
def fee(stage: Stage, merchant: Merchant, percent: str, least: int = 0, cap: int = 0, plus: int = 0) -> None:
    _fee(stage, merchant, "fee", {"percent": percent}, least, cap, plus)


@TOPIC.given(
    "the fee of {merchant:Merchant} for {kind:CardKind} is {percent:Percent}[, at least {least:Money}][, at most {cap:Money}]",
    "{merchant:Merchant}的{kind:CardKind}手续费为{percent:Percent}[,最低{least:Money}][,封顶{cap:Money}]")
def fee_of_kind(stage: Stage, merchant: Merchant, kind: str, percent: str, least: int = 0, cap: int = 0) -> None:
    _fee(stage, merchant, f"fee.{kind}", {"percent": percent}, least, cap, 0)


def _fee(stage: Stage, merchant: Merchant, where: str, fee: dict[str, Any], least: int, cap: int, plus: int) -> None:
    shop = stage.build().shop(merchant)
    for key, value in (("minimum", least), ("cap", cap), ("plus", plus)):
        if value:
            fee[key] = yuan(value)
    for key, value in fee.items():
        put(shop, f"{where}.{key}", value)


@TOPIC.given(
    "each payout of {merchant:Merchant} costs {percent:Percent}[, plus {plus:Money}]",
    "{merchant:Merchant}每次付款的费用为{percent:Percent}[,另加{plus:Money}]")
def payout_fee(stage: Stage, merchant: Merchant, percent: str = "", plus: int = 0) -> None:
    shop = stage.build().shop(merchant)
    if percent:
        put(shop, "payout.fee.percent", percent)
    if plus:
        put(shop, "payout.fee.plus", yuan(plus))


@TOPIC.given("{merchant:Merchant} pays a deposit of {amount:Money} from its first sales", "{merchant:Merchant}从首批交易中扣押金{amount:Money}")
def deposit(stage: Stage, merchant: Merchant, amount: int) -> None:
    put(stage.build().shop(merchant), "payout.deposit", yuan(amount))


@TOPIC.given("the fee is kept on refunds of {merchant:Merchant}", "{merchant:Merchant}退货不退手续费")
def fee_kept(stage: Stage, merchant: Merchant) -> None:
    put(stage.build().shop(merchant), "fee_on_refund", "kept")


@TOPIC.given(
    "refunds beyond what {merchant:Merchant} is still to be paid are {beyond:Beyond}",
    "{merchant:Merchant}退货超过待付款项时{beyond:Beyond}")
def beyond_what_is_due(stage: Stage, merchant: Merchant, beyond: str) -> None:
    put(stage.build().shop(merchant), "refund_beyond", beyond)


@TOPIC.given("{merchant:Merchant}'s account is closed", "{merchant:Merchant}的账户已销户")
def account_closed(stage: Stage, merchant: Merchant) -> None:
    put(stage.build().shop(merchant), "account.status", "closed")


@TOPIC.given("{merchant:Merchant}'s account is in another name", "{merchant:Merchant}的账户户名不一致")
def account_in_another_name(stage: Stage, merchant: Merchant) -> None:
    put(stage.build().shop(merchant), "account.name_matches", False)


@TOPIC.given("{merchant:Merchant} may take at most {amount:Money} a day", "{merchant:Merchant}单日限额为{amount:Money}")
def day_limit(stage: Stage, merchant: Merchant, amount: int) -> None:
    put(stage.build().shop(merchant), "limits.day", yuan(amount))


@TOPIC.given("{merchant:Merchant} may sell offline up to {amount:Money}", "{merchant:Merchant}可离线消费,限额{amount:Money}")
def offline(stage: Stage, merchant: Merchant, amount: int) -> None:
    put(stage.build().shop(merchant), "terminals.settings.offline_limit", yuan(amount))


@TOPIC.given("{merchant:Merchant} settles every day at {daily:Moment}", "{merchant:Merchant}每天{daily:Moment}结算")
def settles_daily(stage: Stage, merchant: Merchant, daily: Moment) -> None:
    hold(daily.time_ms is not None and not daily.month, "a time of day is needed, such as 22:30", "需要一个时间，如 22:30")
    minutes = (daily.time_ms or 0) // 60_000
    put(stage.build().shop(merchant), "habits.settles", f"{minutes // 60:02}:{minutes % 60:02}")


@TOPIC.given("clerk {clerk:Name} with password {password:Name} works at {merchant:Merchant}", "操作员{clerk:Name}在{merchant:Merchant}任职,密码{password:Name}")
def clerk_works(stage: Stage, clerk: str, password: str, merchant: Merchant) -> None:
    terminals = stage.build().shop(merchant)["terminals"]
    terminals.setdefault("clerks", {"01": "0000"})[clerk] = password


@TOPIC.given("a customer {person:Name} with {amount:Money} on the card", "顾客{person:Name}卡上有{amount:Money}")
def customer_with(stage: Stage, person: str, amount: int) -> None:
    stage.build().new_customer(person)["balance"] = yuan(amount)


@TOPIC.given("{customer:Customer} has {amount:Money} on the card", "{customer:Customer}的卡上有{amount:Money}")
def customer_has(stage: Stage, customer: Customer, amount: int) -> None:
    stage.build().new_customer(customer.name)["balance"] = yuan(amount)


@TOPIC.given("{customer:Customer} pays by a credit card", "{customer:Customer}使用信用卡")
def credit_card(stage: Stage, customer: Customer) -> None:
    stage.build().new_customer(customer.name)["kind"] = "credit"


@TOPIC.given("{customer:Customer}'s card has expired", "{customer:Customer}的卡已到期")
def card_expired(stage: Stage, customer: Customer) -> None:
    stage.build().new_customer(customer.name)["expiry"] = "2001"


@TOPIC.given("{customer:Customer}'s card has hardly any money", "{customer:Customer}的卡上没有钱")
def card_is_empty(stage: Stage, customer: Customer) -> None:
    stage.build().new_customer(customer.name)["balance"] = yuan(1)


@TOPIC.given("{customer:Customer}'s card is over its limit", "{customer:Customer}的卡已超限额")
def card_over_limit(stage: Stage, customer: Customer) -> None:
    card_limit(stage, customer, 1)


@TOPIC.given("{customer:Customer} may spend at most {amount:Money} a day", "{customer:Customer}单日最多消费{amount:Money}")
def card_limit(stage: Stage, customer: Customer, amount: int) -> None:
    put(stage.build().new_customer(customer.name), "limits.day", yuan(amount))


@TOPIC.given("{count:Number} customers an hour come until {until:Moment}", "每小时有{count:Number}位顾客光临,直到{until:Moment}")
def customers(stage: Stage, count: int, until: Moment) -> None:
    cast = stage.build()
    for shop in cast.shops.values():
        shop["sales"] = {"per_hour": float(count), "until": datetime_at(until.at_ms(cast.start_ms)).isoformat()}
        shop["habits"] = {**BY_HABIT, **({} if shop["habits"]["settles"] == "never" else {"settles": shop["habits"]["settles"]})}
    hold(cast.shops, "no merchant is there yet", "还没有商户")
    stage.customers_come = True


@TOPIC.given("these settings of {merchant:Merchant}:", "{merchant:Merchant}的设置如下:", "needed")
def settings(stage: Stage, merchant: Merchant, table: list[list[str]]) -> None:
    for path, value in laid(pairs(table), MerchantPart).items():
        put(stage.build().shop(merchant), path, value)


@TOPIC.given("these settings of {customer:Customer}'s card:", "{customer:Customer}的卡设置如下:", "needed")
def card_settings(stage: Stage, customer: Customer, table: list[list[str]]) -> None:
    for path, value in laid(pairs(table), CardPart).items():
        put(stage.build().new_customer(customer.name), path, value)


@TOPIC.given("these merchants:", "以下商户:", "needed")
def these_merchants(stage: Stage, table: list[list[str]]) -> None:
    cast = stage.build()
    for row in rows_by(table, {"name": "", "terminals": "1", "fee": "", "terms": "", "cap": ""}):
        cast.open_shop(row["name"], number(row["terminals"]))
        if row["fee"]:
            fee(stage, Merchant(row["name"]), percent_of(row["fee"]), cap=fen(row["cap"]) if row["cap"] else 0)
        if row["terms"]:
            put(cast.shop(Merchant(row["name"])), "payout.terms", terms_of(row["terms"]))


@TOPIC.given("these customers:", "以下顾客:", "needed")
def these_customers(stage: Stage, table: list[list[str]]) -> None:
    for row in rows_by(table, {"name": "", "balance": ""}):
        customer_with(stage, row["name"], fen(row["balance"]))


@TOPIC.given("the wallet leaves QR payments pending for {length:Length}", "钱包使扫码付款待定{length:Length}")
def wallet_pending(stage: Stage, length: int) -> None:
    stage.build().wallet.update(pending_share=1.0, pending_for=length_text(length))


@TOPIC.given("pending QR payments fail in the end", "待定的扫码付款最终失败")
def wallet_fails(stage: Stage) -> None:
    stage.build().wallet.update(fail_share=1.0)
