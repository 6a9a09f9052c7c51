"""What is done at the counter: sold, tried again, made sure of; every kind of transaction."""

from __future__ import annotations

from hil.gherkin.pending import NOTHING
from hil.gherkin.references import Customer, Deal, Merchant, Terminal, terminal_called
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.tables import rows_by
from hil.gherkin.values import fen
from hil.gherkin.wrong import hold
from hil.tills.ends import Told
from simulator.catalogue.kind_words import RESULTS_ZH
from simulator.catalogue.language import Told as Words
from simulator.catalogue.reasons import reason_of
from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.wire.kinds import Kind

TOPIC = Topic("At the counter: sales of all kinds", "柜台：各类交易")


def said(told: Told) -> Words:
    """What a terminal said, with the words of its code or reason.

    >>> said(Told("declined", "98")).en, said(Told("failed", reason="no_reply")).zh
    ('declined: no answer from the issuer (98)', '失败：超时未应答（no_reply）')
    """
    if not told.result:
        return Words("nothing (it went dark)", "无（已断电）")
    result = Words(told.result, RESULTS_ZH.get(told.result, told.result))
    row = RESPONSE_CODES.get(told.response_code)
    reason = reason_of("concluded.reason", told.reason) if told.reason else None
    if row is not None and told.result != "approved":
        return Words(f"{result.en}: {row.en or row.text} ({row.code})", f"{result.zh}：{row.meaning or row.text}（{row.code}）")
    if reason is not None:
        return Words(f"{result.en}: {reason.en} ({reason})", f"{result.zh}：{reason.zh}（{reason}）")
    codes = " ".join(filter(None, (told.response_code, told.reason)))
    return Words(f"{result.en} {codes}".strip(), f"{result.zh} {codes}".strip())


def hold_said(is_so: object, told: Told, right: Told, *others: Told, pending: Words = NOTHING) -> None:
    """Say what a terminal said, and what it should have said, unless something is so; of several any is right."""
    words, wanted = said(told), [said(each) for each in (right, *others)]
    hold(is_so, f"the terminal said: {words.en}; not: {' / '.join(each.en for each in wanted)}{pending.en}",
         f"终端显示：{words.zh}；而不是：{' / '.join(each.zh for each in wanted)}{pending.zh}")


def approved(told: Told) -> None:
    """Hold that a terminal approved."""
    hold_said(told.result == "approved", told, Told("approved"))


@TOPIC.given(
    "{merchant:Merchant} has sold for {amount:Money}[ on {terminal:Terminal}][ to {customer:Customer}][ as {sale:Name}]",
    "{merchant:Merchant}已[在{terminal:Terminal}][向{customer:Customer}]成交一笔{amount:Money}的消费[,记为{sale:Name}]")
def has_sold(
    stage: Stage, merchant: Merchant, amount: int, terminal: Terminal | None = None,
    customer: Customer | None = None, sale: str = "",
) -> None:
    approved(stage.sell(amount, merchant=merchant, terminal=terminal, customer=customer, name=sale))


@TOPIC.happens(
    "{merchant:Merchant} sells for {amount:Money}[ on {terminal:Terminal}][ to {customer:Customer}][ as {sale:Name}]",
    "{merchant:Merchant}[在{terminal:Terminal}][向{customer:Customer}]做一笔{amount:Money}的消费[,记为{sale:Name}]")
def sells(
    stage: Stage, merchant: Merchant, amount: int, terminal: Terminal | None = None,
    customer: Customer | None = None, sale: str = "",
) -> None:
    stage.sell(amount, merchant=merchant, terminal=terminal, customer=customer, name=sale)


@TOPIC.given("{merchant:Merchant} has sold for {amount:Money} and settled", "{merchant:Merchant}已收款{amount:Money}并已结算")
def sold_and_settled(stage: Stage, amount: int, merchant: Merchant | None = None, customer: Customer | None = None) -> None:
    approved(stage.sell(amount, merchant=merchant, customer=customer))
    stage.settle(merchant)


@TOPIC.given("{merchant:Merchant} has sold for {amount:Money} and refunded it", "{merchant:Merchant}已收款{amount:Money}并已全额退货")
def sold_and_refunded(stage: Stage, amount: int, merchant: Merchant | None = None, customer: Customer | None = None) -> None:
    approved(stage.sell(amount, merchant=merchant, customer=customer))
    approved(stage.undo(Kind.REFUND, Deal()))


@TOPIC.happens("{merchant:Merchant} sells for {amount:Money} once more[ on {terminal:Terminal}]", "{merchant:Merchant}[在{terminal:Terminal}]再收款{amount:Money}")
def sells_once_more(
    stage: Stage, amount: int, merchant: Merchant | None = None, terminal: Terminal | None = None, customer: Customer | None = None,
) -> None:
    """The same purchase where the last try of it did not succeed; else a new one."""
    last = next((each for each in reversed(stage.made) if each.wish.amount_fen == amount and each.of is None), None)
    if last is not None and last is stage.made[-1] and last.told.result != "approved":
        stage.try_again(merchant, terminal, customer)
    else:
        stage.sell(amount, merchant=merchant, terminal=terminal, customer=customer)


@TOPIC.happens("the clerk asks what became of {deal:Deal}", "店员查询{deal:Deal}的结果")
def queries(stage: Stage, deal: Deal) -> None:
    made = stage.deal(deal)
    stage.acted = True
    stage.target.rest(made.terminal)
    if (result := stage.target.told(made.wish.order)) and result != made.told.result:
        made.tries = [*made.tries, Told(result)]
    stage.said, stage.asked = [made.told], made.terminal


def _nobody_by_name(customer: Customer | None) -> None:
    """A code is paid from a wallet, which is no named customer's."""
    hold(customer is None or not customer.name, "a wallet has no card of a customer: say the customer", "钱包付款不用顾客的卡：请只写顾客")


@TOPIC.happens("these sales are made:", "发生以下交易:", "needed")
def these_sales(stage: Stage, table: list[list[str]]) -> None:
    for row in rows_by(table, {"merchant": "", "terminal": "", "customer": "", "amount": "", "name": ""}):
        shop = Merchant(row["merchant"]) if row["merchant"] else None
        stage.sell(
            fen(row["amount"]), merchant=shop, terminal=terminal_called(row["terminal"]),
            customer=Customer(row["customer"]) if row["customer"] else None, name=row["name"])


@TOPIC.given(
    "{merchant:Merchant} has tried in vain to sell for {amount:Money}[ on {terminal:Terminal}]",
    "{merchant:Merchant}[在{terminal:Terminal}]做一笔{amount:Money}的消费未成功")
def sold_in_vain(stage: Stage, merchant: Merchant, amount: int, terminal: Terminal | None = None) -> None:
    told = stage.sell(amount, merchant=merchant, terminal=terminal)
    hold_said(told.result in {"failed", "declined", "refused", ""}, told, Told("failed"), Told("declined"), Told("refused"))


@TOPIC.happens("the clerk tries (it|the same sale) again", "店员(再做一次|把同一笔消费再做一次)")
def tries_again(
    stage: Stage, merchant: Merchant | None = None, terminal: Terminal | None = None, customer: Customer | None = None,
) -> None:
    stage.try_again(merchant, terminal, customer)


@TOPIC.happens("the clerk (makes|has made) sure of the sale", "店员(已核实这笔消费|核实这笔消费,未成功则重做)")
def makes_sure(stage: Stage) -> None:
    made = stage.deal(Deal())
    stage.target.rest(made.terminal)
    if stage.target.told(made.wish.order) != "approved":
        approved(stage.try_again())


@TOPIC.happens(
    "{merchant:Merchant} voids {deal:Deal}[ on {terminal:Terminal}]", "{merchant:Merchant}[在{terminal:Terminal}]撤销{deal:Deal}")
def voids(stage: Stage, merchant: Merchant, deal: Deal, terminal: Terminal | None = None) -> None:
    stage.cast.shop_name(merchant)
    stage.void(deal, terminal)


@TOPIC.happens(
    "{merchant:Merchant} refunds[ {amount:Money} of] {deal:Deal}[ on {terminal:Terminal}]",
    "{merchant:Merchant}[在{terminal:Terminal}]对{deal:Deal}退货[{amount:Money}]")
def refunds(stage: Stage, merchant: Merchant, deal: Deal, amount: int = 0, terminal: Terminal | None = None) -> None:
    stage.cast.shop_name(merchant)
    is_qr = stage.deal(deal).wish.kind is Kind.QR_SALE
    stage.undo(Kind.QR_REFUND if is_qr else Kind.REFUND, deal, amount, terminal)


@TOPIC.happens(
    "{merchant:Merchant} takes a QR payment of {amount:Money}[ on {terminal:Terminal}][ as {sale:Name}]",
    "{merchant:Merchant}[在{terminal:Terminal}]扫码收款{amount:Money}[,记为{sale:Name}]")
def takes_qr(
    stage: Stage, merchant: Merchant, amount: int, terminal: Terminal | None = None, sale: str = "",
    customer: Customer | None = None,
) -> None:
    _nobody_by_name(customer)
    stage.sell(amount, kind=Kind.QR_SALE, merchant=merchant, terminal=terminal, name=sale)


@TOPIC.happens(
    "{customer:Customer} pays {amount:Money} with {wallet:Wallet}[ at {merchant:Merchant}][ on {terminal:Terminal}][ as {sale:Name}]",
    "{customer:Customer}[在{merchant:Merchant}][在{terminal:Terminal}]用{wallet:Wallet}支付{amount:Money}[,记为{sale:Name}]")
def pays_by_wallet(
    stage: Stage, amount: int, wallet: str, customer: Customer | None = None, merchant: Merchant | None = None,
    terminal: Terminal | None = None, sale: str = "",
) -> None:
    _nobody_by_name(customer)
    stage.sell(amount, kind=Kind.QR_SALE, merchant=merchant, terminal=terminal, name=sale, wallet=wallet)


@TOPIC.happens(
    "{customer:Customer} pays {amount:Money} with a wrong PIN[ at {merchant:Merchant}][ on {terminal:Terminal}][ as {sale:Name}]",
    "{customer:Customer}[在{merchant:Merchant}][在{terminal:Terminal}]刷卡{amount:Money}但密码输错[,记为{sale:Name}]")
def pays_with_wrong_pin(
    stage: Stage, amount: int, customer: Customer | None = None, merchant: Merchant | None = None,
    terminal: Terminal | None = None, sale: str = "",
) -> None:
    stage.sell(amount, merchant=merchant, terminal=terminal, customer=customer, name=sale, wrong_pin=True)


@TOPIC.happens(
    "{merchant:Merchant} pre-authorises {amount:Money}[ on {terminal:Terminal}][ for {customer:Customer}][ as {sale:Name}]",
    "{merchant:Merchant}[在{terminal:Terminal}][为{customer:Customer}]做一笔{amount:Money}的预授权[,记为{sale:Name}]")
def preauthorises(
    stage: Stage, merchant: Merchant, amount: int, terminal: Terminal | None = None,
    customer: Customer | None = None, sale: str = "",
) -> None:
    stage.sell(amount, kind=Kind.PREAUTH, merchant=merchant, terminal=terminal, customer=customer, name=sale)


@TOPIC.happens("{merchant:Merchant} completes the pre-authorisation[ for {amount:Money}]", "{merchant:Merchant}完成预授权[,金额{amount:Money}]")
def completes(stage: Stage, merchant: Merchant, amount: int = 0, terminal: Terminal | None = None) -> None:
    stage.cast.shop_name(merchant)
    stage.undo(Kind.COMPLETION, Deal(kind="preauth"), amount, terminal)


@TOPIC.happens(
    "{merchant:Merchant} sells offline for {amount:Money}[ on {terminal:Terminal}]",
    "{merchant:Merchant}[在{terminal:Terminal}]做一笔{amount:Money}的离线消费")
def sells_offline(
    stage: Stage, merchant: Merchant, amount: int, terminal: Terminal | None = None, customer: Customer | None = None,
) -> None:
    stage.sell(amount, kind=Kind.OFFLINE_SALE, merchant=merchant, terminal=terminal, customer=customer)


@TOPIC.happens("{merchant:Merchant} asks for the balance of {customer:Customer}'s card", "{merchant:Merchant}查询{customer:Customer}的卡余额")
def asks_balance(stage: Stage, merchant: Merchant, customer: Customer) -> None:
    stage.sell(0, kind=Kind.BALANCE, merchant=merchant, customer=customer)


@TOPIC.happens(
    "clerk {clerk:Name} sells for {amount:Money}[ on {terminal:Terminal}]", "操作员{clerk:Name}[在{terminal:Terminal}]做一笔{amount:Money}的消费")
def clerk_sells(stage: Stage, clerk: str, amount: int, terminal: Terminal | None = None) -> None:
    stage.sell(amount, terminal=terminal, clerk=clerk, signs_on=False)  # who is named and not signed on is refused


@TOPIC.happens("clerk {clerk:Name} voids {deal:Deal}", "操作员{clerk:Name}撤销{deal:Deal}")
def clerk_voids(stage: Stage, clerk: str, deal: Deal) -> None:
    stage.void(deal, clerk=clerk)


@TOPIC.happens("clerk {clerk:Name} signs on[ at {terminal:Terminal}]", "操作员{clerk:Name}[在{terminal:Terminal}]签到")
def clerk_signs_on(stage: Stage, clerk: str, terminal: Terminal | None = None) -> None:
    shop, _ = stage.cast.place_of(terminal)
    known: dict[str, str] = stage.cast.shops[shop]["terminals"].get("clerks", {})
    stage.operate(Kind.SIGN_ON, terminal, clerk=clerk, password=known.get(clerk, ""))  # each types the own one


@TOPIC.happens("clerk {clerk:Name} signs off[ at {terminal:Terminal}]", "操作员{clerk:Name}[在{terminal:Terminal}]签退")
def clerk_signs_off(stage: Stage, clerk: str, terminal: Terminal | None = None) -> None:
    there = stage.clerk_at(terminal)
    hold(there == clerk, f'clerk "{clerk}" is not signed on at this terminal; who is: {there or "nobody"}', f'操作员"{clerk}"没有在这台终端签到；已签到的是：{there or "无人"}')
    stage.operate(Kind.SIGN_OFF, terminal, clerk=clerk)


@TOPIC.happens("{terminal:Terminal} signs off", "{terminal:Terminal}签退")
def signs_off(stage: Stage, terminal: Terminal) -> None:
    stage.operate(Kind.SIGN_OFF, terminal)
