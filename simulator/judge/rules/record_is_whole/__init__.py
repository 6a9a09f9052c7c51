"""Invariant 31: the record is whole: what comes in pairs does, and time never goes back.

What is missing is the harness's own fault, and is named so.  Judged only of a trace whose writer says
that it sees all; a live host's may have been cut, and shows one end of a line.
"""

from __future__ import annotations

from simulator.judge.rule import Evidence, Rule
from simulator.judge.rules.record_is_whole.acts import (
    began,
    closed,
    concluded,
    ended,
    entered,
    fired,
    undone,
)
from simulator.judge.rules.record_is_whole.lines import (
    arrived,
    asked,
    decided,
    lost,
    reached,
    restarted,
    sent,
    shown,
)
from simulator.judge.rules.record_is_whole.money import (
    at_end,
    cleared,
    instructed,
    paid,
    released,
    returned,
    settled,
    suspended,
)
from simulator.judge.rules.record_is_whole.pairs import Pairs, is_promised, started
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided, SaleReached, SaleShown
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import (
    Arrived,
    Concluded,
    FaultBegan,
    FaultEnded,
    FaultFired,
    ItemCleared,
    Lost,
    MerchantSettled,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    PhaseEntered,
    Released,
    Restarted,
    RunStarted,
    SaleUndone,
    Sent,
    Suspended,
)


def _s(code: str, en: str, zh: str) -> Sentence:
    return Sentence(
        code, Urgency.SAFETY, f"the record is incomplete (a fault of the harness): {en}",
        f"记录不完整（测试平台自身问题）：{zh}")


def _either(code: str, en: str, zh: str) -> Sentence:
    return Sentence(
        code, Urgency.SAFETY, f"{en}; or the record is incomplete (a fault of the harness)",
        f"{zh}；或记录不完整（测试平台自身问题）")


RULE = Rule(
    number=31, en="the record is whole", zh="记录完整", remembers=Pairs,
    needs=Evidence("a trace whose writer sees all", "由全程可见者所写的记录", is_promised),
    findings=(
        _s("time_went_back", "a record bears an earlier time than the one before it",
           "某条记录的时间早于前一条"),
        _s("arrival_missing", "{message} {key} was sent, and neither arrived nor was lost",
           "{message} {key} 已发出，既无到达也无丢失记录"),
        _s("sending_missing", "{message} {key} arrived, and nobody sent it",
           "{message} {key} 到达，却无发出记录"),
        _s("restart_missing", "{who} was put out by a fault, and sends without having come up again",
           "{who} 因故障停机，无重启记录却已发出报文"),
        _either("undoing_missing", "terminal {tid} undoes {order}, and nobody agreed to that",
           "终端 {tid} 执行 {order}，却无客户与商户同意的记录"),
        _s("meaning_missing", "terminal {tid} sold {order}, and no customer meant it",
           "终端 {tid} 完成 {order}，却无顾客意图的记录"),
        _either("outcome_missing", "terminal {tid} heard F39 = {told} for {key}, and the counter saw no outcome",
           "终端 {tid} 已收到 {key} 的应答 F39 = {told}，柜台却无结果记录"),
        _s("beginning_missing", "fault {fault} ended and never began", "故障 {fault} 有结束而无开始"),
        _s("end_missing", "fault {fault} began and never ended", "故障 {fault} 有开始而无结束"),
        _s("phase_missing", "phase {phase} came, and {right} was next", "进入阶段 {phase}，而应为 {right}"),
        _either("instruction_missing", "the bank answers payout {payout} of merchant {mid}, which was not sent",
           "银行应答商户 {mid} 的付款 {payout}，却无付款指令"),
        _either("bank_answer_missing", "payout {payout} of merchant {mid} was sent, and the bank never answered",
           "商户 {mid} 的付款 {payout} 已发出，银行从未应答"),
        _s("suspension_missing", "payout {payout} of merchant {mid} left suspense, where it never stood",
           "商户 {mid} 的付款 {payout} 解除挂账，却无挂账记录"),
        _s("merchant_not_opened", "merchant {mid} was never introduced", "商户 {mid} 从未登记"),
        _s("terminal_not_opened", "terminal {tid} was never introduced", "终端 {tid} 从未登记"),
    ),
    plain={SaleAsked: asked, SaleReached: reached, SaleDecided: decided, SaleShown: shown},
    hears={
        RunStarted: started, Sent: sent, Arrived: arrived, Lost: lost, FaultFired: fired,
        Restarted: restarted, SaleUndone: undone, FaultBegan: began, FaultEnded: ended,
        PhaseEntered: entered, PayoutSent: instructed, PayoutPosted: paid,
        PayoutReturned: returned, Suspended: suspended, Released: released, ItemCleared: cleared,
        MerchantSettled: settled, Concluded: concluded, SaleClosed: closed,
    },
    at_end=at_end,
)
