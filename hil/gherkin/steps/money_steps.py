"""Where the money is, in integer fen, at a bound; what was told of it."""

from __future__ import annotations

from collections.abc import Callable

from hil.gherkin.calendar_words import Moment
from hil.gherkin.made import Made
from hil.gherkin.pending import NOTHING, hold_yet, of_debt, of_fee, of_payments
from hil.gherkin.phrases import where_told
from hil.gherkin.purse import has_fen, paid_fen, taken_fen
from hil.gherkin.references import Customer, Deal, Merchant
from hil.gherkin.references import rule as rule_named
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage, when
from hil.gherkin.steps.selling_steps import hold_said
from hil.gherkin.tables import rows_by
from hil.gherkin.values import Wording, fen, yuan_text
from hil.gherkin.wrong import hold, unknown
from hil.tills.ends import Told as Answered
from simulator.catalogue.language import Told
from simulator.catalogue.money_reasons import PayoutReason
from simulator.judge.verdict import SaleRow, Where
from simulator.local_time import DAY_MS
from simulator.trace.records import (
    MerchantSettled,
    NoticeSent,
    PayoutPosted,
    PayoutReturned,
    Suspended,
)
from simulator.wire.kinds import Kind
from simulator.world.people.orders import MEANS

_NOTHING_TO_COME = frozenset({Where.UNDONE, Where.DECLINED, Where.HELD})
_TEN_DAYS_MS = 10 * DAY_MS
TOPIC = Topic("Where the money is", "钱在哪里")


@TOPIC.then("by {at:Moment} {merchant:Merchant} has received {amount:Money}", "到{at:Moment}{merchant:Merchant}实收{amount:Money}")
def received(stage: Stage, at: Moment, merchant: Merchant, amount: int) -> None:
    stage.it_is(stage.at_ms(at, ends_day=True))
    received_now(stage, merchant, amount)


@TOPIC.then("{merchant:Merchant} has received {amount:Money}", "{merchant:Merchant}实收{amount:Money}")
def received_now(stage: Stage, merchant: Merchant, amount: int) -> None:
    comes_to(stage, Told("the merchant has received", "商户实收"), lambda: stage.received_fen(merchant), amount)


@TOPIC.then("{merchant:Merchant} has received nothing", "{merchant:Merchant}没有收到款项")
def received_nothing_now(stage: Stage, merchant: Merchant) -> None:
    received_now(stage, merchant, 0)


@TOPIC.then(
    "within {count:Number} working (days|day) {merchant:Merchant} has received {amount:Money}",
    "{count:Number}个工作日内{merchant:Merchant}实收{amount:Money}")
def received_within(stage: Stage, count: int, merchant: Merchant, amount: int) -> None:
    hold(count, "no working days are no time", "工作日数不能为零")
    received(stage, Moment("", days_on=count, working=True), merchant, amount)


@TOPIC.then("until {at:Moment} {merchant:Merchant} has received nothing", "直到{at:Moment}{merchant:Merchant}没有收到款项")
def received_nothing(stage: Stage, at: Moment, merchant: Merchant) -> None:
    received(stage, at, merchant, 0)


@TOPIC.then("by {at:Moment} {amount:Money} of {merchant:Merchant} (stand|stands) in suspense", "到{at:Moment}{merchant:Merchant}有{amount:Money}挂账")
def suspended(stage: Stage, at: Moment, amount: int, merchant: Merchant) -> None:
    stage.it_is(stage.at_ms(at, ends_day=True))
    comes_to(stage, Told("in suspense for the merchant", "商户挂账"), lambda: stage.suspended_fen(merchant), amount)


@TOPIC.then("{amount:Money} of {merchant:Merchant} (stand|stands) in suspense", "{merchant:Merchant}有{amount:Money}挂账")
def suspended_now(stage: Stage, amount: int, merchant: Merchant) -> None:
    comes_to(stage, Told("in suspense for the merchant", "商户挂账"), lambda: stage.suspended_fen(merchant), amount)


@TOPIC.then("money of {merchant:Merchant} stands in suspense", "{merchant:Merchant}有款项挂账")
def suspended_somehow(stage: Stage, merchant: Merchant) -> None:
    wait_for(stage, lambda: stage.suspended_fen(merchant) > 0)
    hold(stage.suspended_fen(merchant), "nothing of the merchant stands in suspense", "商户没有挂账")


@TOPIC.then("nothing of {merchant:Merchant} stands in suspense", "{merchant:Merchant}没有挂账")
def nothing_suspended_now(stage: Stage, merchant: Merchant) -> None:
    suspended_now(stage, 0, merchant)


@TOPIC.then("all money of {merchant:Merchant} has arrived", "{merchant:Merchant}的款项全部到账")
def all_money_arrived(stage: Stage, merchant: Merchant) -> None:
    shop = stage.cast.shop_name(merchant)
    names = {each.wish.order for each in stage.made if each.merchant == shop}
    rows = [row for row in stage.so_far.sales if row.sale in names and row.where not in _NOTHING_TO_COME]
    hold(rows, "no sale of the merchant has money to come", "商户没有应到账的交易")
    for row in rows:
        found = where_told(row.where)
        hold(row.where is Where.ARRIVED, f'the money of the sale "{row.sale}" {found.en}', f'交易"{row.sale}"的款项{found.zh}')


@TOPIC.then("these amounts have arrived[ by {at:Moment}]:", "[到{at:Moment}]到账如下:", "needed")
def arrived_as_follows(stage: Stage, table: list[list[str]], at: Moment | None = None) -> None:
    if at is not None:
        stage.it_is(stage.at_ms(at, ends_day=True))
    for row in rows_by(table, {"merchant": "", "amount": ""}, headless=True):
        received_now(stage, Merchant(row["merchant"]), fen(row["amount"]))


@TOPIC.then("{customer:Customer} has not paid twice", "{customer:Customer}没有重复付款")
def not_paid_twice(stage: Stage, customer: Customer) -> None:
    if stage.customers_come and not customer.name and not any(each.wish.kind in MEANS for each in stage.made):
        wrong = [each for each in stage.so_far.findings if each.invariant == rule_named("no double debit")]
        hold(not wrong, wrong[0].what if wrong else "", wrong[0].what_zh if wrong else "")
        return  # whoever came by chance
    card = stage.cast.card_of(customer)
    asked = sum(each.wish.amount_fen for each in stage.made if each.wish.card == card and each.of is None and each.wish.kind in MEANS)
    found = paid_fen(stage, customer)
    hold(asked, "this customer has bought nothing", "该顾客没有消费")
    hold(found <= asked, f"the customer has paid {yuan_text(found)} for sales of {yuan_text(asked)}",
         f"顾客为 {yuan_text(asked)} 的交易付了 {yuan_text(found)}")


@TOPIC.then("{customer:Customer} has paid for {deal:Deal} {count:Number}( times|)", "{customer:Customer}为{deal:Deal}付款{count:Number}次")
def paid_times(stage: Stage, customer: Customer, deal: Deal, count: int) -> None:
    paid(stage, customer, stage.deal(deal).wish.amount_fen * count)


@TOPIC.then("by {at:Moment} nothing of {merchant:Merchant} stands in suspense", "到{at:Moment}{merchant:Merchant}没有挂账")
def nothing_suspended(stage: Stage, at: Moment, merchant: Merchant) -> None:
    suspended(stage, at, 0, merchant)


@TOPIC.then("[within {length:Length} ]{customer:Customer} has paid nothing", "[{length:Length}内]{customer:Customer}分文未付")
def paid_nothing(stage: Stage, customer: Customer, length: int = 0) -> None:
    paid(stage, customer, 0, length)


@TOPIC.then("[within {length:Length} ]{customer:Customer} has paid {amount:Money}", "[{length:Length}内]{customer:Customer}共付{amount:Money}")
def paid(stage: Stage, customer: Customer, amount: int, length: int = 0) -> None:
    comes_to(stage, Told("the customer has paid", "顾客共付"), lambda: paid_fen(stage, customer), amount, length or stage.patience_ms, of_payments)


@TOPIC.then("{customer:Customer} has {amount:Money} left on the card", "{customer:Customer}的卡上还有{amount:Money}")
def left(stage: Stage, customer: Customer, amount: int) -> None:
    comes_to(stage, Told("the customer has", "顾客卡上"), lambda: has_fen(stage, customer), amount)


@TOPIC.then("the terminal shows a balance of {amount:Money}", "终端显示余额{amount:Money}")
def shows_balance(stage: Stage, amount: int) -> None:
    asked = next((each for each in reversed(stage.made) if each.wish.kind is Kind.BALANCE), None)
    hold(asked, "nobody has asked for a balance yet: the merchant asks for the balance of the customer's card", "还没有人查询余额：商户查询顾客的卡余额")
    assert asked is not None
    hold_said(asked.told.result == "approved", asked.told, Answered("approved"))
    card = stage.accounts.card(f"{asked.wish.card}")
    comes_to(stage, Told("the balance of that card is", "该卡余额为"), lambda: stage.target.balances()[card], amount)


@TOPIC.then("{customer:Customer} has got {amount:Money} back", "{customer:Customer}已收回{amount:Money}")
def got_back(stage: Stage, customer: Customer, amount: int) -> None:
    comes_to(stage, Told("the customer has got back", "顾客已收回"), lambda: taken_fen(stage, customer) - paid_fen(stage, customer), amount, stage.patience_ms)


@TOPIC.then("all that was taken from {customer:Customer} is given back", "从{customer:Customer}扣的钱已全部退回")
def got_all_back(stage: Stage, customer: Customer) -> None:
    hold(taken_fen(stage, customer), "nothing was ever taken from this customer", "从未向该顾客扣款")
    comes_to(stage, Told("the customer has paid", "顾客共付"), lambda: paid_fen(stage, customer), 0, stage.patience_ms)


@TOPIC.then("the customer's money has been taken", "顾客的钱已被扣")
def was_taken(stage: Stage) -> None:
    hold(paid_fen(stage, Customer()), "nothing was taken from the customer", "没有向顾客扣款")


@TOPIC.then("{amount:Money} of {deal:Deal} can still be refunded", "{deal:Deal}还可以退{amount:Money}")
def can_refund(stage: Stage, deal: Deal, amount: int) -> None:
    made = stage.deal(deal)
    back = sum(each.told.amount_fen or each.wish.amount_fen for each in stage.made if each.of is made and each.told.result == "approved")
    _is(stage, Told("left of it is", "尚可退"), made.wish.amount_fen - back, amount)


@TOPIC.then("the payout of {merchant:Merchant} is returned[ because {why:PayoutReason}]", "{merchant:Merchant}的付款被退回[,因为{why:PayoutReason}]")
def payout_returned(stage: Stage, merchant: Merchant, why: frozenset[str] = frozenset()) -> None:
    mid = stage.mid_of(merchant)
    wait_for(stage, lambda: bool(_returned(stage, mid)))
    reasons = _returned(stage, mid)
    hold(reasons, "no payout was returned", "没有付款被退回")
    hold(not why or not why.isdisjoint(reasons), f"it was returned because {', '.join(each.en for each in reasons)}",
         f"退回原因：{'、'.join(each.zh for each in reasons)}")


def _returned(stage: Stage, mid: str) -> list[PayoutReason]:
    return [each.reason for each in stage.records if isinstance(each, PayoutReturned | Suspended) and each.mid == mid]


@TOPIC.happens("the payout is made", "付款发出")
def payout_is_made(stage: Stage) -> None:
    before = _payouts(stage)
    wait_for(stage, lambda: _payouts(stage) > before)
    hold(_payouts(stage) > before, "no payout was due within ten days", "十天内没有应付的款项")


def _payouts(stage: Stage) -> int:
    return sum(isinstance(each, PayoutPosted | PayoutReturned | Suspended) for each in stage.records)


def wait_for(stage: Stage, met: Callable[[], bool]) -> None:
    """Let the days go on until something is so, as nobody says when."""
    stage.target.wait(met, _TEN_DAYS_MS)


@TOPIC.then("what {merchant:Merchant} owes is taken off the payout", "从{merchant:Merchant}的应付款中扣除欠款")
def is_netted(stage: Stage, merchant: Merchant, amount: int = 0) -> None:
    mid = stage.mid_of(merchant)
    wait_for(stage, lambda: bool(_netted(stage, mid)))
    found = _netted(stage, mid)
    hold(found, "nothing that it owed was taken off a payout", "没有从付款中扣除欠款")
    if amount:
        _is(stage, Told("taken off was", "已扣除"), found, amount)


def _netted(stage: Stage, mid: str) -> int:
    return sum(each.netted_fen for each in stage.records if isinstance(each, MerchantSettled) and each.mid == mid)


@TOPIC.then("some notice has reached {merchant:Merchant}", "短信已到达{merchant:Merchant}")
def has_notice(stage: Stage, merchant: Merchant) -> None:
    hold(_notices(stage, merchant), "no notice came", "没有收到短信")


@TOPIC.then("none of the notices has reached {merchant:Merchant}", "短信没有到达{merchant:Merchant}")
def no_notice(stage: Stage, merchant: Merchant) -> None:
    notices(stage, merchant, 0)


@TOPIC.then("{merchant:Merchant} owes {amount:Money}", "{merchant:Merchant}欠款{amount:Money}")
def owes(stage: Stage, merchant: Merchant, amount: int) -> None:
    mid = stage.mid_of(merchant)
    found = sum(each.fen for each in stage.so_far.owed if each.mid == mid)
    _is(stage, Told("the merchant owes", "商户欠款"), found, amount, of_debt(stage) if found < amount else NOTHING)


@TOPIC.then("{merchant:Merchant} is in debt", "{merchant:Merchant}有欠款")
def owes_something(stage: Stage, merchant: Merchant) -> None:
    mid = stage.mid_of(merchant)
    hold_yet(any(each.mid == mid and each.fen for each in stage.so_far.owed), Told("the merchant owes nothing", "商户没有欠款"), of_debt(stage))


@TOPIC.then("{merchant:Merchant} owes nothing", "{merchant:Merchant}没有欠款")
def owes_nothing(stage: Stage, merchant: Merchant) -> None:
    owes(stage, merchant, 0)


@TOPIC.then("[by {at:Moment} ]the money of {deal:Deal} {where:Where}", "[到{at:Moment}]{deal:Deal}的款项{where:Where}")
def money_is(stage: Stage, deal: Deal, where: Where, at: Moment | None = None) -> None:
    if at is not None:
        stage.it_is(stage.at_ms(at, ends_day=True))
    row = _row(stage, deal)
    why = f" ({row.why})" if row.why else ""
    why_zh = f"（{row.why_zh}）" if row.why_zh else ""
    found, right = where_told(row.where), where_told(where)
    hold(row.where is where, f"the money of it {found.en}{why}; said was that it {right.en}",
         f"该笔款项{found.zh}{why_zh}，而不是{right.zh}")


@TOPIC.then("the money of {deal:Deal} is due by {at:Moment}", "{deal:Deal}的款项应于{at:Moment}前到账")
def due(stage: Stage, deal: Deal, at: Moment) -> None:
    row = _row(stage, deal)
    due_ms = row.due_ms or row.when_ms
    why, why_zh = f" ({row.why})" if row.why else "", f"（{row.why_zh}）" if row.why_zh else ""
    hold(row.where is Where.ON_THE_WAY and due_ms,
         f"it is not on its way with a date: its money {where_told(row.where).en}{why}",
         f"不在途或没有到账日期：该笔款项{where_told(row.where).zh}{why_zh}")
    at_ms = stage.at_ms(at, ends_day=True)
    hold((due_ms or 0) <= at_ms, f"it is due {when(due_ms or 0)}", f"应于 {when(due_ms or 0)} 到账")


@TOPIC.then("the fee of {deal:Deal} is {amount:Money}", "{deal:Deal}的手续费为{amount:Money}")
def fee_is(stage: Stage, deal: Deal, amount: int) -> None:
    row = _row(stage, deal)
    _is(stage, Told("the fee of it is", "手续费"), row.fee_fen, amount, of_fee(stage, row))


@TOPIC.then("{merchant:Merchant} has been paid {count:Number}( times| time|)", "{merchant:Merchant}共收到{count:Number}笔付款")
def times_paid(stage: Stage, merchant: Merchant, count: int) -> None:
    mid = stage.mid_of(merchant)
    found = sum(isinstance(each, PayoutPosted) and each.mid == mid for each in stage.records)
    hold(found == count, f"{found} payouts came, not {count}", f"收到 {found} 笔付款，而不是 {count} 笔")


@TOPIC.then("{merchant:Merchant} has had {count:Number} (notices|notice)", "{merchant:Merchant}收到{count:Number}条短信")
def notices(stage: Stage, merchant: Merchant, count: int) -> None:
    found = len(_notices(stage, merchant))
    hold(found == count, f"{found} notices came, not {count}", f"收到 {found} 条短信，而不是 {count} 条")


@TOPIC.then("a notice to {merchant:Merchant} says {words:Said}", "{merchant:Merchant}的短信中写有{words:Said}")
def notice_says(stage: Stage, merchant: Merchant, words: Wording) -> None:
    told = _notices(stage, merchant)
    listed = " / ".join(told) or "-"
    hold(any(words.is_in(each) for each in told), f"the notices say: {listed}", f"短信为：{listed}")


def _notices(stage: Stage, merchant: Merchant) -> list[str]:
    mid = stage.mid_of(merchant)
    return [each.text for each in stage.records if isinstance(each, NoticeSent) and each.mid == mid and each.delivered]


def _row(stage: Stage, deal: Deal) -> SaleRow:
    return row_of(stage, stage.deal(deal))


def row_of(stage: Stage, made: Made) -> SaleRow:
    """What the judge says of a sale now."""
    while made.of is not None:
        made = made.of  # the money of a completion is told under its pre-authorisation
    rows = {row.sale: row for row in stage.so_far.sales}
    if made.wish.order not in rows:
        raise unknown(Told("sale in the judge's rows", "裁判记录中的交易"), made.wish.order, rows)
    return rows[made.wish.order]


def _is(stage: Stage, what: Told, found_fen: int, right_fen: int, pending: Told = NOTHING) -> None:
    found, right, at = yuan_text(found_fen), yuan_text(right_fen), when(stage.now_ms)
    told = Told(f"{at}: {what.en} {found}, not {right}", f"{at}：{what.zh} {found}，而不是 {right}")
    hold_yet(found_fen == right_fen, told, pending)


def comes_to(
    stage: Stage, what: Told, look: Callable[[], int], right_fen: int, within_ms: int = 0, why: Callable[[Stage], Told] = lambda _stage: NOTHING,
) -> None:
    """On a wall clock what a moment sets off takes a moment; the target knows how long that is."""
    stage.target.wait(lambda: look() == right_fen, within_ms)
    _is(stage, what, look(), right_fen, NOTHING if look() == right_fen else why(stage))
