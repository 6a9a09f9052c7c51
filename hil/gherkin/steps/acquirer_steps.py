"""What the acquirer does and announces, what happens on the way to it, and disputes."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from hil.gherkin.calendar_words import Moment
from hil.gherkin.cast import put
from hil.gherkin.references import Deal, Merchant, Place, Terminal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.steps.fault_steps import strike, take, target_of, window
from hil.gherkin.tables import laid, pairs
from hil.gherkin.values import yuan, yuan_text
from hil.gherkin.wrong import WrongError, hold
from simulator.catalogue.disputes import STAGES, DisputeAct, DisputeStage, acts_at
from simulator.catalogue.language import Told
from simulator.judge.verdict import DisputeRow, RiskEnd, RiskHold
from simulator.local_time import MINUTE_MS
from simulator.machines.terminal.profile import TerminalProfile
from simulator.scenario.parts.acquirer import Acquirer
from simulator.trace.records import Disputed, RiskLooked
from simulator.world.bodies.terminal_body import UPDATE_MS

TOPIC = Topic("The acquirer, its host and the line", "收单机构、主机与线路")
_INSTALLED = next(each.default for each in msgspec.structs.fields(TerminalProfile) if each.name == "software")
_POSTED: dict[str, Any] = {"mode": "acquirer.outage", "of": "sale", "nth": 1}


@TOPIC.given("an acquirer that {defect:Defect}", "有一家收单机构{defect:Defect}")
def built_wrong(stage: Stage, defect: str) -> None:
    stage.build()
    stage.defects.append(defect)


@TOPIC.happens("the acquirer closes settlement from {at:Moment} for {length:Length}", "收单机构自{at:Moment}起停止结算服务{length:Length}")
def closes_settlement(stage: Stage, at: Moment, length: int) -> None:
    strike(stage, {
        "mode": "acquirer.maintenance", "target": "acquirer", "code": "96",
        "services": ["settlement", "batch_upload", "offline_advice"], **window(stage, at, length)})


@TOPIC.happens("the acquirer is in maintenance[ from {at:Moment}] for {length:Length}", "支付机构系统维护[,自{at:Moment}起],持续{length:Length}")
def maintenance(stage: Stage, length: int, at: Moment | None = None) -> None:
    strike(stage, {"mode": "acquirer.maintenance", "target": "acquirer", **window(stage, at, length)})


@TOPIC.happens("the router[ of {merchant:Merchant}] is down[ from {at:Moment}] for {length:Length}", "[{merchant:Merchant}的]路由器断开[,自{at:Moment}起],持续{length:Length}")
def router_down(stage: Stage, length: int, merchant: Merchant | None = None, at: Moment | None = None) -> None:
    strike(stage, {"mode": "network.router_down", "target": stage.cast.shop_name(merchant), **window(stage, at, length)})


@TOPIC.happens("the line[ of {where:Place}] is down[ from {at:Moment}] for {length:Length}", "[{where:Place}的]线路中断[,自{at:Moment}起],持续{length:Length}")
def line_down(stage: Stage, length: int, where: Place | None = None, at: Moment | None = None) -> None:
    place = target_of(stage, where) if where is not None else stage.cast.shop_name(None)
    strike(stage, {"mode": "network.outage", "target": place, **window(stage, at, length)})


@TOPIC.happens("the host goes down (when it has|after it has) posted the next sale", "主机在下一笔消费入账后宕机")
def dies_after_posting(stage: Stage) -> None:
    strike(stage, {**_POSTED, "between": ["store:decided", "reply:0210"]})


@TOPIC.happens("the host goes down before it posts the next sale", "主机在下一笔消费入账前宕机")
def dies_before_posting(stage: Stage) -> None:
    strike(stage, {**_POSTED, "between": ["start", "store:asked"]})


@TOPIC.happens("the acquirer demands software {version:Version}[ within {length:Length}]", "支付机构要求软件版本{version:Version}[,限{length:Length}内]")
def demands_software(stage: Stage, version: str, length: int = 0) -> None:
    hold(re.fullmatch(r"[0-9]{8}", version), f'no software "{version}": a version is eight digits, such as "31200000"',
         f'没有软件版本"{version}"：版本为八位数字，如 "31200000"')
    if not stage.is_open and version <= _INSTALLED:  # what is demanded is newer than what is there
        for shop in stage.cast.shops.values():
            put(shop, "terminals.settings.software", f"{int(version) - 1:08}")
    delay = {"delay": f"{length}ms"} if length else {}
    strike(stage, {"mode": "terminal.software_stale", "minimum": version, **delay})


@TOPIC.happens("{terminal:Terminal} installs the software that the host demands", "{terminal:Terminal}更新软件")
def updates_software(stage: Stage, terminal: Terminal) -> None:
    shop, number = stage.cast.place_of(terminal)
    take(stage, {"do": "update_software", "by": shop, "terminal": number})
    stage.target.advance(stage.now_ms + UPDATE_MS + MINUTE_MS)  # until it is installed and has started anew
    stage.target.rest(stage.cast.number_of(shop, number))


@TOPIC.happens("{terminal:Terminal} is reset to factory settings before the next operation", "{terminal:Terminal}在下一次操作前恢复出厂设置")
def factory_reset(stage: Stage, terminal: Terminal) -> None:
    strike(stage, {"mode": "terminal.factory_reset", "target": target_of(stage, Place(terminal)), "nth": 1})


@TOPIC.happens("the MAC of the next reply to a sale is wrong", "下一笔消费应答的MAC错误")
def wrong_mac(stage: Stage) -> None:
    strike(stage, {"mode": "acquirer.mac_failure", "on": "reply", "mti": "0210", "nth": 1})


@TOPIC.given("the advance pool of the acquirer holds {amount:Money}", "收单机构的垫资池有{amount:Money}")
def pool_holds(stage: Stage, amount: int) -> None:
    put(stage.build().acquirer, "advance_pool", yuan(amount))


@TOPIC.given("the advance pool of the acquirer is empty", "收单机构的垫资池已空")
def pool_is_empty(stage: Stage) -> None:
    pool_holds(stage, 0)


@TOPIC.given("these settings of the acquirer:", "收单机构的设置如下:", "needed")
def settings(stage: Stage, table: list[list[str]]) -> None:
    for path, value in laid(pairs(table), Acquirer).items():
        put(stage.build().acquirer, path, value)


@TOPIC.happens("notices do not arrive", "短信无法送达")
def notices_lost(stage: Stage) -> None:
    strike(stage, {"mode": "notice.lost"})


@TOPIC.happens("the acquirer holds what {merchant:Merchant} is due by law for {length:Length}", "收单机构依法冻结{merchant:Merchant}的应付款{length:Length}")
def legal_hold(stage: Stage, merchant: Merchant, length: int) -> None:
    strike(stage, {"mode": "dispute.legal_hold", "target": stage.cast.shop_name(merchant), **window(stage, None, length)})


# ---- disputes --------------------------------------------------------------------------------

DISPUTES = Topic("Disputes", "争议")


@DISPUTES.happens("the customer disputes {deal:Deal}[ because {reason:Because}]", "顾客对{deal:Deal}提出争议[,因为{reason:Because}]")
def disputes(stage: Stage, deal: Deal, reason: str = "not_recognised") -> None:
    _complains(stage, deal, 0, reason)


@DISPUTES.happens("the customer disputes {amount:Money} of {deal:Deal}[ because {reason:Because}]", "顾客对{deal:Deal}中的{amount:Money}提出争议[,因为{reason:Because}]")
def disputes_part(stage: Stage, amount: int, deal: Deal, reason: str = "not_recognised") -> None:
    _complains(stage, deal, amount, reason)


@DISPUTES.happens("the customer's bank asks for the slip of {deal:Deal}", "发卡行对{deal:Deal}调单")
def asks_for_slip(stage: Stage, deal: Deal) -> None:
    _act(stage, "request", deal)


@DISPUTES.happens("the customer's bank charges {deal:Deal} back", "发卡行对{deal:Deal}退单")
def charges_back(stage: Stage, deal: Deal, reason: str = "") -> None:
    _act(stage, "chargeback", deal, reason=reason)


@DISPUTES.happens("the customer's bank charges {deal:Deal} back again", "发卡行对{deal:Deal}二次退单")
def charges_back_again(stage: Stage, deal: Deal) -> None:
    _act(stage, "second_chargeback", deal)


@DISPUTES.happens("the merchant sends the evidence about {deal:Deal}", "商户提交{deal:Deal}的凭证")
def sends_evidence(stage: Stage, deal: Deal) -> None:
    case = f"D-{stage.deal(deal).wish.order}"
    stages = [each.stage for each in stage.records if isinstance(each, Disputed) and each.case == case]
    charged_back = stages[-1:] == [DisputeStage.CHARGED_BACK]  # then it goes to the bank with a representment
    _act(stage, "representment" if charged_back else "evidence", deal)


@DISPUTES.happens("the acquirer presents {deal:Deal} again", "收单机构对{deal:Deal}再请款")
def presents_again(stage: Stage, deal: Deal) -> None:
    _act(stage, "representment", deal)


@DISPUTES.happens("the dispute about {deal:Deal} is given in", "{deal:Deal}的争议由当前责任方认可")
def gives_in(stage: Stage, deal: Deal) -> None:
    _act(stage, "accept", deal)


@DISPUTES.happens("the merchant accepts the dispute about {deal:Deal}", "商户认可{deal:Deal}的争议")
def merchant_gives_in(stage: Stage, deal: Deal) -> None:
    order = stage.deal(deal).wish.order
    now = [DisputeStage(each.stage) for each in stage.records if isinstance(each, Disputed) and each.case == f"D-{order}"]
    if now and STAGES[now[-1]].acts:
        told = _stage_told(now[-1])
        hold(acts_at(now[-1]).get(DisputeAct.ACCEPT) is DisputeStage.LOST, f"it is not the merchant's turn: {told.en}",
             f"现在不由商户处理：{told.zh}")
    _act(stage, "accept", deal)


OPENING = (asks_for_slip, charges_back)  # what the customer's bank may begin with


def _complains(stage: Stage, deal: Deal, amount: int, reason: str) -> None:
    """The customer's bank charges the sale back, unless a later step says what it does about it."""
    order = stage.deal(deal).wish.order
    if order not in stage.disputed and any(_is_about(stage, each, order) for each in stage.banks_act):
        stage.complaints[order] = amount, reason
        stage.acted = True
    else:
        _act(stage, "chargeback", deal, amount, reason)


def _is_about(stage: Stage, deal: Deal, order: str) -> bool:
    """Whether a sale is meant that is there already, and is this one."""
    try:
        return stage.deal(deal).wish.order == order
    except WrongError:
        return False


def _act(stage: Stage, act: str, deal: Deal, amount: int = 0, reason: str = "") -> None:
    made = stage.deal(deal)
    opens = made.wish.order not in stage.disputed
    part, why = stage.complaints.pop(made.wish.order, (0, "not_recognised"))
    amount, reason = amount or part, reason or why
    hold(not opens or act in {"request", "chargeback"}, "nobody has disputed this sale yet", "这笔交易还没有争议")
    stage.disputed.add(made.wish.order)
    stage.acted = True
    before = len(stage.records)
    stage.target.dispute(act, f"D-{made.wish.order}", made.wish.order, amount, reason)
    case = [each for each in stage.records if isinstance(each, Disputed) and each.case == f"D-{made.wish.order}"]
    now = _stage_told(case[-1].stage) if case else Told("not begun", "尚未开始")
    hold(any(each in stage.records[before:] for each in case),
         f"that is not possible at this stage of the dispute: {now.en}", f"争议的当前阶段不能这样做：{now.zh}")


def _stage_told(stage: str) -> Told:
    """A stage, and what can be done at it."""
    row = STAGES[DisputeStage(stage)]
    acts = [_ACTS[act] for act, _ in row.acts if act in _ACTS]
    if not acts:
        return Told(row.en, row.zh)
    return Told(f"{row.en}; now: {' / '.join(each.en for each in acts)}", f"{row.zh}；现在可以：{' / '.join(each.zh for each in acts)}")


_ACTS: dict[DisputeAct, Told] = {  # the sentence of each
    DisputeAct.EVIDENCE: Told("the merchant sends the evidence about the sale", "商户提交这笔消费的凭证"),
    DisputeAct.CHARGEBACK: Told("the customer's bank charges the sale back", "发卡行对这笔消费退单"),
    DisputeAct.REPRESENTMENT: Told("the acquirer presents the sale again", "收单机构对这笔消费再请款"),
    DisputeAct.SECOND_CHARGEBACK: Told("the customer's bank charges the sale back again", "发卡行对这笔消费二次退单"),
    DisputeAct.ACCEPT: Told("the dispute about the sale is given in", "这笔消费的争议由当前责任方认可"),
}


@DISPUTES.then("[by {at:Moment} ]the dispute about {deal:Deal} is {outcome:Outcome}", "[到{at:Moment}]{deal:Deal}的争议{outcome:Outcome}")
def dispute_is(stage: Stage, deal: Deal, outcome: str, at: Moment | None = None) -> None:
    row = _dispute_of(stage, deal, at)
    hold(row.stage == outcome, f"the dispute is: {row.stage_text}", f"争议为：{row.stage_text_zh}")


def _dispute_of(stage: Stage, deal: Deal, at: Moment | None) -> DisputeRow:
    """The last dispute about a sale, at a moment."""
    if at is not None:
        stage.it_is(stage.at_ms(at, ends_day=True))
    order = stage.deal(deal).wish.order
    rows = [row for row in stage.so_far.disputes if row.sale == order]
    hold(rows, "nobody has disputed this sale", "这笔交易没有争议")
    return rows[-1]


@DISPUTES.then("[by {at:Moment} ]the dispute about {deal:Deal} is over", "[到{at:Moment}]{deal:Deal}的争议已结束")
def dispute_is_over(stage: Stage, deal: Deal, at: Moment | None = None) -> None:
    row = _dispute_of(stage, deal, at)
    hold(not STAGES[DisputeStage(row.stage)].acts, f"the dispute is not over: {_stage_told(row.stage).en}", f"争议尚未结束：{_stage_told(row.stage).zh}")


@DISPUTES.then("[by {at:Moment} ]the dispute about {deal:Deal} is {state:DisputeState}", "[到{at:Moment}]{deal:Deal}的争议{state:DisputeState}")
def dispute_stands(stage: Stage, deal: Deal, state: str = "", at: Moment | None = None) -> None:
    row = _dispute_of(stage, deal, at)
    now = _stage_told(row.stage)
    is_so = row.stage == state if state else bool(STAGES[DisputeStage(row.stage)].acts)
    hold(is_so, f"the dispute is: {now.en}", f"争议为：{now.zh}")


@DISPUTES.then("nobody has disputed {deal:Deal}", "{deal:Deal}没有争议")
def not_disputed(stage: Stage, deal: Deal) -> None:
    order = stage.deal(deal).wish.order
    rows = [row for row in stage.so_far.disputes if row.sale == order]
    hold(not rows, f"the dispute is: {rows[-1].stage_text if rows else ''}", f"争议为：{rows[-1].stage_text_zh if rows else ''}")


# ---- risk control ----------------------------------------------------------------------------


@DISPUTES.then("[by {at:Moment} ]the money of {deal:Deal} is held for risk control", "[到{at:Moment}]{deal:Deal}的款项因风控暂停划付")
def money_is_held(stage: Stage, deal: Deal, at: Moment | None = None) -> None:
    merchant = Merchant(stage.deal(deal).merchant)
    hold(_risk_holds(stage, merchant, RiskEnd.HELD, at), "no money of the merchant is held for risk control", "商户没有因风控暂停划付的款项")


@DISPUTES.then(
    "[by {at:Moment} ]{held:Money} of {merchant:Merchant} (is|are) held for risk control",
    "[到{at:Moment}]{merchant:Merchant}有{held:Money}因风控暂停划付")
def sum_is_held(stage: Stage, held: int, merchant: Merchant, at: Moment | None = None) -> None:
    found = sum(each.amount_fen for each in _risk_holds(stage, merchant, RiskEnd.HELD, at))
    hold(found == held, f"held for risk control is {yuan_text(found)}, not {yuan_text(held)}",
         f"因风控暂停划付的是 {yuan_text(found)}，而不是 {yuan_text(held)}")


@DISPUTES.then(
    "[by {at:Moment} ]risk control has released {held:Money} of {merchant:Merchant} once",
    "[到{at:Moment}]风控已对{merchant:Merchant}解除暂停一次,金额{held:Money}")
def risk_released(stage: Stage, held: int, merchant: Merchant, at: Moment | None = None) -> None:
    _once(stage, _risk_holds(stage, merchant, RiskEnd.RELEASED, at), merchant, held)


@DISPUTES.then(
    "[by {at:Moment} ]risk control has taken {held:Money} of {merchant:Merchant} back once",
    "[到{at:Moment}]风控已从{merchant:Merchant}扣回一次,金额{held:Money}")
def risk_took_back(stage: Stage, held: int, merchant: Merchant, at: Moment | None = None) -> None:
    _once(stage, _risk_holds(stage, merchant, RiskEnd.TAKEN_BACK, at), merchant, held)


def _risk_holds(stage: Stage, merchant: Merchant, end: RiskEnd, at: Moment | None) -> list[RiskHold]:
    if at is not None:
        stage.it_is(stage.at_ms(at, ends_day=True))
    mid = stage.mid_of(merchant)
    return [each for each in stage.so_far.risk_holds if each.mid == mid and each.end is end]


def _once(stage: Stage, ended: list[RiskHold], merchant: Merchant, amount: int) -> None:
    """That one sale of this sum came to that end, and its case ended once in what everybody wrote down."""
    cases = [each.case for each in ended if each.amount_fen == amount]
    hold(cases, f"of {yuan_text(amount)} that is not so", f"金额 {yuan_text(amount)} 并非如此")
    mid = stage.mid_of(merchant)
    times = sum(isinstance(each, RiskLooked) and not each.held and each.mid == mid and each.case in cases for each in stage.records)
    hold(times == 1, f"that happened {times} times", f"发生了 {times} 次")
