"""Checks of the line between till and terminal: repeats, lost answers, a cable that is pulled."""

from __future__ import annotations

from hil.checks import acts_ecr, batch_rules, ecr_rules, till_rules
from hil.checks.acts import FIRST, NEXT, reply, request
from hil.checks.acts_ecr import AGAIN, LAST, SENT_AGAIN, WATCHED
from hil.checks.check import Act, Check, Need
from hil.checks.evidence import Rule
from hil.checks.rows_batch import AGREES
from hil.checks.rows_reversal import USUAL
from hil.checks.stage import kinds_for
from simulator.catalogue.language import Told
from simulator.wire.kinds import Kind

K = Kind
SOURCE = "docs/ecr.md (lost answers, repeats); judge 2, 8, 16"
NEXT_SOLD = till_rules.told(NEXT, "approved")
TRUTH = Told("what the terminal says of its last order is what became of it", "终端告知的上一笔结果与实际一致")
ONCE = Told("a request that comes again is no second transaction", "重复的请求不得成为第二笔交易")
CLOSED_ONCE = Told("a settlement goes on without its till; the batch is closed once, and nothing counts twice",
                   "收银断开时结算照常进行；批次只结一次，不重复计入")


def _row(number: str, act: Act, en: str, zh: str, rule: Told, must: tuple[Rule, ...], *kinds: Kind,
         needs: tuple[Need, ...] = ()) -> Check:
    return Check(
        id=f"TIL-{number}", title=Told(en, zh), rule=rule, source=SOURCE, act=act, must=must,
        kinds=kinds_for(K.SALE, *kinds), needs=(Need.ECR, *needs))


TOLD_TRUE = (ecr_rules.tells_truth(LAST, FIRST), ecr_rules.one_sale(FIRST, NEXT), NEXT_SOLD, *USUAL)
ONE_AND_NEXT = (
    ecr_rules.one_sale(FIRST, NEXT), NEXT_SOLD, till_rules.told_as_answered(NEXT), *USUAL)
SETTLED_ONCE = (NEXT_SOLD, batch_rules.batch_moves_on(NEXT), *AGREES)

ROWS: tuple[Check, ...] = (
    _row("10", acts_ecr.asked_for_last(K.SALE), "answer of a sale lost on its way to the till",
         "消费结果在送往收银途中丢失", TRUTH, TOLD_TRUE),
    _row("11", acts_ecr.asked_for_last(K.VOID), "answer of a void lost on its way to the till",
         "撤销结果在送往收银途中丢失", TRUTH, TOLD_TRUE, K.VOID),
    _row("12", acts_ecr.pulled_while_asked(K.SALE), "till's cable pulled while the host is asked", "等待主机时收银线被拔",
         TRUTH, TOLD_TRUE),
    _row("13", acts_ecr.cut_before_told(K.SALE), "power cut before the till is told", "告知收银之前断电", TRUTH, TOLD_TRUE,
         needs=(Need.POWER,)),
    _row("14", acts_ecr.asked_again(K.SALE), "sale asked for again after its answer was lost", "结果丢失后再次请求同一消费",
         ONCE, (ecr_rules.tells_no_other(AGAIN, FIRST), ecr_rules.one_sale(FIRST, NEXT), NEXT_SOLD, *USUAL)),
    _row("15", acts_ecr.doubled(K.SALE), "request of a sale doubled on the till's line", "消费请求在收银线路上重复", ONCE,
         (till_rules.told(FIRST, "approved"), ecr_rules.one_sale(FIRST, NEXT), NEXT_SOLD, *USUAL)),
    _row("21", acts_ecr.answer_spoilt(K.SALE), "answer of a sale damaged on its way to the till", "消费结果在送往收银途中损坏",
         Told("what the till calls damaged (NAK) is sent again, as it was", "收银以 NAK 拒收的帧须原样重发"),
         (till_rules.told(FIRST, "approved"), till_rules.told_as_answered(FIRST), *ONE_AND_NEXT)),
    _row("22", acts_ecr.ack_lost(K.SALE), "till's acknowledgement lost", "收银的确认（ACK）丢失",
         Told("an answer that is not acknowledged is sent again, and is no second one", "未获确认的结果须重发，且不得成为另一笔结果"),
         (ecr_rules.sent_again(SENT_AGAIN), till_rules.told(FIRST, "approved"), till_rules.told_as_answered(FIRST), *ONE_AND_NEXT)),
    _row("23", acts_ecr.watched(K.SALE), "card number on the line between till and terminal", "收银机与终端之间线路上的卡号",
         Told("a card number never stands whole on the till's line", "收银线路上绝不出现完整卡号"),
         (ecr_rules.card_is_hidden(WATCHED), till_rules.told(FIRST, "approved"), *ONE_AND_NEXT)),
    _row("16", acts_ecr.settlement_pulled(reply(K.SETTLEMENT), at_answer=True),
         "answer of a settlement lost on its way to the till", "结算结果在送往收银途中丢失", CLOSED_ONCE, SETTLED_ONCE,
         K.SETTLEMENT),
    _row("17", acts_ecr.settlement_pulled(request(K.SETTLEMENT), at_answer=False),
         "till's cable pulled in the middle of a settlement", "结算途中收银线被拔", CLOSED_ONCE, SETTLED_ONCE, K.SETTLEMENT),
)
