"""What terminals say and print, what they send, and their power."""

from __future__ import annotations

from collections.abc import Callable

from hil.bench.triggers import Trigger
from hil.gherkin.pending import NOTHING, of_software
from hil.gherkin.references import Deal, Terminal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.steps.selling_steps import hold_said
from hil.gherkin.values import yuan_text
from hil.gherkin.wrong import hold
from hil.targets.target import PowerCut
from hil.tills.ends import Told
from simulator.trace.records import Arrived, ChannelAnswered, Posted, ReceiptGiven, Sent, Warned
from simulator.wire.kinds import Kind

TOPIC = Topic("What the terminal says and sends", "终端显示与发送")
_MAC_WRONG = "A0"
_PENDING = {"pending", "userpaying", "wait", "waiting", "p"}
_IT = "({deal:Deal}|it|the void|the refund|the balance)"


@TOPIC.given("(a|the) terminal (that ){defect:Defect}", "有一种终端{defect:Defect}")
def built_wrong(stage: Stage, defect: str) -> None:
    stage.build()
    stage.defects.append(defect)


@TOPIC.happens("the power goes off in the next sale, {cut:PowerCut}", "下一笔消费中将停电,在{cut:PowerCut}")
def power_will_go(stage: Stage, cut: PowerCut) -> None:
    stage.target.cut_power(1, cut)


@TOPIC.happens("the power goes off while the answer is waited for", "等待应答时断电")
def power_goes(stage: Stage) -> None:
    stage.target.cut_power(1, PowerCut(before="store:booked"))


@TOPIC.happens("the power goes off while the receipt is printed", "打印凭条时断电")
def power_goes_at_print(stage: Stage) -> None:
    stage.target.cut_power(1, PowerCut(before="print"))


@TOPIC.then("{deal:Deal} was pending", "{deal:Deal}曾处于支付中")
def was_pending(stage: Stage, deal: Deal, terminal: Terminal | None = None) -> None:
    _is_at(stage, terminal)
    made = stage.deal(deal)
    hold(made.told.result == "pending" or any(
        isinstance(each, ChannelAnswered) and each.response_code.lower() in _PENDING for each in stage.records),
         "nothing was pending", "没有处于支付中的交易")


@TOPIC.then("the terminal does not know what became of it", "终端显示结果未知")
def says_unknown(stage: Stage, terminal: Terminal | None = None) -> None:
    told = _told(stage, None, terminal)
    _hold_said(stage, told.result in {"failed", "pending"}, told, Told("failed"), Told("pending"))


@TOPIC.then("a receipt was printed for what was done last", "最后一笔操作已打印凭条")
def last_receipt(stage: Stage) -> None:
    hold(stage.made, "nobody has asked the terminal for anything yet", "还没有人操作过终端")
    order = stage.made[-1].wish.order
    hold(any(isinstance(each, ReceiptGiven) and each.sale == order for each in stage.records), "no receipt was printed", "没有打印凭条")


@TOPIC.then("nothing of {deal:Deal} went to the host", "{deal:Deal}没有发往主机")
def sent_nothing(stage: Stage, deal: Deal) -> None:
    order = stage.deal(deal).wish.order
    keys = {(each.tid, each.batch, each.stan) for each in _sent(stage) if each.sale == order}
    hold(not any(isinstance(each, Arrived) and each.actor == "acquirer" and (each.tid, each.batch, each.stan) in keys for each in stage.records), "a message of it went to the host", "该交易的报文已发往主机")


@TOPIC.then("the reversal went out before {deal:Deal}", "冲正先于{deal:Deal}发出")
def reversal_first(stage: Stage, deal: Deal) -> None:
    order = stage.deal(deal).wish.order
    sent = _sent(stage)
    first = next((place for place, each in enumerate(sent) if each.mti == "0400"), -1)
    sale = max((place for place, each in enumerate(sent) if each.sale == order and each.mti == "0200"), default=-1)
    hold(first >= 0, "no reversal went to the host", "没有向主机发送冲正")
    hold(first < sale, "no sale went out after the reversal", "冲正之后没有发出交易")


@TOPIC.given("the power is cut {trigger:Message}", "在{trigger:Message}断电")
def power_is_cut(stage: Stage, trigger: Trigger) -> None:
    stage.armed.append(stage.target.cut_power_at(trigger))


@TOPIC.then("the power was cut there", "确已在那里断电")
def power_was_cut(stage: Stage) -> None:
    hold(stage.armed, "no power cut was prepared", "没有安排停电")
    for armed in stage.armed:
        hold(armed.struck, "the message never came, so the power was not cut", "该报文没有出现，因此没有断电")


@TOPIC.happens("the power (is back|comes back)[ at {terminal:Terminal}]", "[{terminal:Terminal}](供电已恢复|恢复供电)")
def power_returns(stage: Stage, terminal: Terminal | None = None) -> None:
    shop, number = stage.cast.place_of(terminal)
    stage.target.power_on(stage.cast.number_of(shop, number))


@TOPIC.then(f"the terminal says that {_IT} is approved", "终端显示(操作|撤销|退货|余额|{deal:Deal})成功")
def says_approved(stage: Stage, deal: Deal | None = None, terminal: Terminal | None = None) -> None:
    _says(stage, Told("approved"), deal, terminal)


@TOPIC.then("the terminal says that there is no reply", "终端显示没有应答")
def says_no_reply(stage: Stage, terminal: Terminal | None = None) -> None:
    _says(stage, Told("failed"), terminal=terminal)


@TOPIC.then(
    f"the terminal says that {_IT} is declined with code {{code:Code}}", "终端显示(操作|撤销|退货|{deal:Deal})被拒绝,应答码{code:Code}")
def says_declined(stage: Stage, code: str, deal: Deal | None = None) -> None:
    right = Told("declined", response_code=code)
    told = _says(stage, right, deal)
    _hold_said(stage, told.response_code == code, told, right)


@TOPIC.then(f"{_IT} is declined because {{reason:Reason}}", "(操作|撤销|退货|{deal:Deal})被拒绝,因为{reason:Reason}")
def declined_because(
    stage: Stage, reason: frozenset[str], deal: Deal | None = None, terminal: Terminal | None = None,
) -> None:
    right = tuple(Told("declined", response_code=code) for code in sorted(reason)) or (Told("declined"),)
    told = _says(stage, right[0], deal, terminal)
    _hold_said(stage, told.response_code in reason, told, *right)


@TOPIC.then("the terminal refuses it[ because {refusal:Refusal}]", "终端拒绝操作[,因为{refusal:Refusal}]")
def refuses(stage: Stage, refusal: str = "", terminal: Terminal | None = None) -> None:
    right = Told("refused", reason=refusal)
    told = _says(stage, right, terminal=terminal)
    _hold_said(stage, refusal in ("", told.reason), told, right)


@TOPIC.then("it fails because {failure:Failure}", "操作失败,因为{failure:Failure}")
def failed_because(stage: Stage, failure: frozenset[str], deal: Deal | None = None) -> None:
    told = _told(stage, deal)
    if "power_lost" in failure and not told.result:
        return  # a terminal that went dark says nothing
    if "bad_mac" in failure and told.response_code == _MAC_WRONG:
        return  # it was the host that found it wrong
    _hold_said(stage, told.result == "failed" and told.reason in failure, told, *(Told("failed", reason=each) for each in sorted(failure)))


@TOPIC.then("the response code is {code:Code}", "应答码为{code:Code}")
def code_is(stage: Stage, code: str, deal: Deal | None = None) -> None:
    told = _told(stage, deal)
    _hold_said(stage, told.response_code == code, told, Told("approved" if code == "00" else "declined", response_code=code))


@TOPIC.then("it does not go through", "操作未成功")
def not_through(stage: Stage, deal: Deal | None = None, terminal: Terminal | None = None) -> None:
    told = _told(stage, deal, terminal)
    _hold_said(stage, told.result != "approved", told, Told("failed"), Told("declined"), Told("refused"))


def _says(stage: Stage, right: Told, deal: Deal | None = None, terminal: Terminal | None = None) -> Told:
    told = _told(stage, deal, terminal)
    _hold_said(stage, told.result == right.result, told, right)
    return told


def _hold_said(stage: Stage, is_so: object, told: Told, right: Told, *others: Told) -> None:
    """As ``hold_said``; what a terminal may still do, and for how long, stands behind it."""
    hold_said(is_so, told, right, *others, pending=of_software(stage) if told.result == "approved" and not is_so else NOTHING)


def _told(stage: Stage, deal: Deal | None = None, terminal: Terminal | None = None) -> Told:
    """What was said last, or of the sale that is named; by that terminal, where one is named."""
    hold(stage.said, "nobody has asked the terminal for anything yet", "还没有人操作过终端")
    _is_at(stage, terminal)
    named = deal is not None and (deal.name or deal.amount_fen or deal.place >= 0)
    return stage.deal(deal).told if named else stage.said[-1]


def _is_at(stage: Stage, terminal: Terminal | None) -> None:
    """Hold that a terminal that is named by number or name is the one that was asked last."""
    if terminal is None or not (terminal.number or terminal.name):
        return
    number = stage.cast.number_of(*stage.cast.place_of(terminal))
    hold(stage.asked in (0, number), "another terminal was asked last", "上一次操作的是另一台终端")


@TOPIC.then("(a receipt|a receipt of {amount:Money}) was printed for {deal:Deal}", "{deal:Deal}已打印凭条[,金额{amount:Money}]")
def receipt(stage: Stage, deal: Deal, amount: int = 0, terminal: Terminal | None = None) -> None:
    _is_at(stage, terminal)
    made = stage.deal(deal)
    printed = [each for each in stage.records if isinstance(each, ReceiptGiven) and each.sale == made.wish.order]
    hold(printed, "no receipt was printed", "没有打印凭条")
    shown_fen = printed[-1].amount_fen or made.told.amount_fen
    hold(amount in (0, shown_fen), f"the receipt shows {yuan_text(shown_fen)}", f"凭条金额为 {yuan_text(shown_fen)}")


@TOPIC.then("no receipt was printed for {deal:Deal}", "{deal:Deal}没有打印凭条")
def no_receipt(stage: Stage, deal: Deal, terminal: Terminal | None = None) -> None:
    _is_at(stage, terminal)
    order = stage.deal(deal).wish.order
    hold(not any(isinstance(each, ReceiptGiven) and each.sale == order for each in stage.records),
         "a receipt was printed", "已打印凭条")


@TOPIC.then("[within {length:Length} ]{count:Number} (reversals|reversal) went to the host", "[{length:Length}内]向主机发送了{count:Number}笔冲正")
def reversals(stage: Stage, count: int, length: int = 0, terminal: Terminal | None = None) -> None:
    _is_at(stage, terminal)
    _comes_to(stage, lambda: len(_reversals(stage)), count, length or stage.patience_ms)


@TOPIC.then("[within {length:Length} ]{deal:Deal} is reversed", "[{length:Length}内]{deal:Deal}被冲正")
def is_reversed(stage: Stage, deal: Deal, length: int = 0, terminal: Terminal | None = None) -> None:
    _is_at(stage, terminal)
    made = stage.deal(deal)
    stage.target.wait(lambda: _reversed(stage, made.wish.order), length or stage.patience_ms)
    hold(_reversed(stage, made.wish.order), "no reversal of it went to the host", "没有向主机发送该交易的冲正")
    reversal_answered(stage, length)
    stage.target.wait(lambda: not _debited(stage, made.wish.order), length or stage.patience_ms)  # the customer's bank hears of it behind the answer


@TOPIC.then("{deal:Deal} is not reversed", "{deal:Deal}没有被冲正")
def not_reversed(stage: Stage, deal: Deal) -> None:
    hold(not _reversed(stage, stage.deal(deal).wish.order), "a reversal of it went to the host", "已向主机发送该交易的冲正")


@TOPIC.then("[within {length:Length} ]the reversal was answered", "[{length:Length}内]冲正已得到应答")
def reversal_answered(stage: Stage, length: int = 0) -> None:
    def answered() -> bool:
        return any(each.mti == "0410" and each.actor == "acquirer" for each in _sent(stage))

    stage.target.wait(answered, length or stage.patience_ms)
    hold(answered(), "no reversal was answered", "没有冲正得到应答")


def _sent(stage: Stage) -> list[Sent]:
    return [each for each in stage.records if isinstance(each, Sent)]


def _reversed(stage: Stage, sale: str) -> bool:
    return any(each.mti == "0400" and each.sale == sale for each in _sent(stage))


def _debited(stage: Stage, sale: str) -> bool:
    """Whether the customer's bank still has the debit of a sale on its books."""
    keys = {f"{each.tid}/{each.batch:06}/{each.stan:06}" for each in _sent(stage) if each.sale == sale}
    return sum(fen for each in stage.records if isinstance(each, Posted) and each.key in keys
               for account, fen in each.entries if account.startswith("cardholder:")) != 0


def _reversals(stage: Stage) -> set[tuple[str, str]]:
    return {(each.tid, each.original) for each in _sent(stage) if each.mti == "0400" and each.to == "acquirer"}


def _comes_to(stage: Stage, look: Callable[[], int], right: int, within_ms: int) -> None:
    stage.target.wait(lambda: look() == right, within_ms)
    found = look()
    hold(found == right, f"{found}, not {right}", f"{found}，而不是 {right}")


@TOPIC.then("the operator was warned[: {warning:Name}]", "操作员得到警告[:{warning:Name}]")
def warned(stage: Stage, warning: str = "", terminal: Terminal | None = None) -> None:
    _is_at(stage, terminal)
    warnings = [f"{each.code} {each.text}" for each in stage.records if isinstance(each, Warned)]
    told = "; ".join(warnings) or "-"
    hold(any(warning in each for each in warnings), f"warned of: {told}", f"警告为：{told}")


@TOPIC.happens("{terminal:Terminal} signs on with the host", "{terminal:Terminal}向主机签到")
def signs_on(stage: Stage, terminal: Terminal) -> None:
    stage.operate(Kind.SIGN_ON, terminal)


@TOPIC.happens("{terminal:Terminal} asks the host whether it is there", "{terminal:Terminal}做回响测试")
def echo(stage: Stage, terminal: Terminal) -> None:
    stage.operate(Kind.ECHO_TEST, terminal)
