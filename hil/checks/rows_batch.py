"""Checks of settlement: totals, details, ends; of days and of the batch that comes next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hil.checks import acts, acts_batch, batch_rules, till_rules
from hil.checks import reversal_rules as rev
from hil.checks.acts import FIRST, HIT, NEXT, SETTLED, reply, request
from hil.checks.check import Act, Check, Need
from hil.checks.evidence import Rule
from hil.checks.stage import chip_card, kinds_for
from hil.relay.decisions import LOSE, change, hold
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.catalogue.language import Told
from simulator.wire.kinds import Kind
from simulator.wire.subfields import BALANCED, UNBALANCED

DOC = "docs/unionpay.md#settlement"
K = Kind
SETTLES = frozenset({K.SALE, K.SETTLEMENT})
AGREES = (till_rules.numbers_are_new(), batch_rules.totals_agree(), batch_rules.all_settled(),
          batch_rules.ends_by_result())
TOTALS = Told("F48 is what was approved and not undone, by class, debit and credit",
              "F48 等于已批准且未撤销的交易，按卡类分借贷")
WHOLE = Told("unbalanced: every approval goes up, each once, ended by 202 with their number",
             "对账不平：逐笔上送，各一次，以 202 及其笔数结束")


def _totals(number: str, act: Act, en: str, zh: str, *kinds: Kind, more: tuple[Rule, ...] = (),
            rule: Told = TOTALS, settings: Mapping[str, Any] | None = None,
            needs: tuple[Need, ...] = ()) -> Check:
    return Check(
        id=f"SET-{number}", title=Told(f"totals {en}", f"{zh}的总额"), rule=rule, source=f"{DOC}; judge 5, 12",
        kinds=kinds_for(K.SALE, K.SETTLEMENT, *kinds), settings=settings or {}, needs=needs, act=act,
        must=(till_rules.told(SETTLED, "approved"), *more, *AGREES, batch_rules.batch_moves_on(NEXT)))


SETTLEMENT: tuple[Check, ...] = (
    _totals("01", acts_batch.settled_after(sales=2), "of two sales", "两笔消费"),
    _totals("02", acts_batch.settled_after(K.VOID), "with a void", "含撤销", K.VOID),
    _totals("03", acts_batch.settled_after(K.REFUND), "with a refund", "含退货", K.REFUND),
    _totals("04", acts_batch.settled_after(K.COMPLETION), "with a completion, and not its pre-authorisation",
            "含预授权完成（不含预授权）", K.COMPLETION),
    _totals("05", acts_batch.settled_after(K.COMPLETION_VOID), "with the void of a completion", "含预授权完成撤销",
            K.COMPLETION_VOID),
    Check(
        id="SET-06", title=Told("totals without what was reversed", "总额不含已冲正交易"), rule=TOTALS,
        source=f"{DOC}; judge 5, 12", kinds=SETTLES, act=acts.reply_lost(K.SALE),
        must=(rev.comes(HIT), rev.is_delivered(HIT), *AGREES)),
    Check(
        id="SET-07", title=Told("totals without what was declined", "总额不含被拒绝交易"), rule=TOTALS,
        source=f"{DOC}; judge 5, 12", kinds=SETTLES,
        act=acts_batch.declined_by('mode = "acquirer.risk_hold"\nmay_stay_away = true'), must=AGREES),
    _totals("08", acts_batch.settled_after(unbalanced=True, sales=3), "that the host finds unbalanced", "主机判不平",
            more=(batch_rules.ends_with(UNBALANCED), batch_rules.details_are_whole()), rule=WHOLE),
    _totals("09", acts_batch.settled_after(K.VOID, K.REFUND, unbalanced=True, sales=2),
            "with void and refund that the host finds unbalanced", "含撤销和退货、主机判不平", K.VOID, K.REFUND,
            more=(batch_rules.ends_with(UNBALANCED), batch_rules.details_are_whole()), rule=WHOLE),
    _totals("10", acts_batch.settled_after(unbalanced=True, sales=10), "of more sales than one message holds",
            "超过一条报文容量", more=(batch_rules.ends_with(UNBALANCED), batch_rules.details_are_whole()), rule=WHOLE),
    _totals("11", acts_batch.settled_after(K.SALE, card=chip_card()), "with a chip sale", "含芯片卡消费",
            more=(batch_rules.ends_with(BALANCED), batch_rules.details_are_whole_of_chip()), needs=(Need.CARD,),
            rule=Told("balanced: chip records alone go up, ended by 207", "对账平：只上送芯片卡记录，以 207 结束")),
    Check(
        id="SET-12", title=Told("answer to the totals lost", "总额应答丢失"),
        rule=Told("a 0500 that comes again says the same totals", "重发的 0500 总额相同"), source=f"{DOC}; judge 12",
        kinds=SETTLES, changed_by=("settlement_tries", "reply_timeout"),
        act=acts_batch.settled_with(LOSE, reply(K.SETTLEMENT)),
        must=(batch_rules.totals_repeat(), *AGREES)),
    Check(
        id="SET-13", title=Told("answer to the totals late", "总额应答迟到"),
        rule=Told("a late 0510 closes nothing that is not settled", "迟到的 0510 不得误结批次"), source=f"{DOC}; judge 12",
        kinds=SETTLES, changed_by=("settlement_tries", "reply_timeout"),
        act=acts_batch.settled_with(hold(2_600), reply(K.SETTLEMENT)), must=AGREES),
    Check(
        id="SET-14", title=Told("host cannot take the totals (3)", "主机对账错（3）"),
        rule=Told("result 3: the batch stays, and settles later", "结果 3：批次保留，稍后结算"), source=f"{DOC}; judge 5",
        kinds=SETTLES, act=acts_batch.settled_with(change("48", "0" * 30 + "3" + "0" * 30 + "3"), reply(K.SETTLEMENT)),
        must=(till_rules.not_told(FIRST, "approved"), *AGREES)),
    Check(
        id="SET-15", title=Told("host finds the totals unbalanced though they are right", "总额正确而主机称不平"),
        rule=WHOLE, source=f"{DOC}; judge 5", kinds=SETTLES,
        act=acts_batch.settled_with(change("48", "0" * 30 + "2" + "0" * 30 + "2"), reply(K.SETTLEMENT), sales=3),
        must=(batch_rules.ends_by_result(), batch_rules.details_are_whole(), till_rules.numbers_are_new())),
    Check(
        id="SET-16", title=Told("answer to details lost", "明细应答丢失"),
        rule=Told("the same details go up again, and then the rest", "重发同一批明细，再送其余"), source=f"{DOC}; judge 5",
        kinds=SETTLES, changed_by=("settlement_tries", "reply_timeout"),
        act=acts_batch.settled_with(LOSE, Match(way=Way.DOWN, mti="0330", nth=1), unbalanced=True, sales=9),
        must=(batch_rules.details_are_whole(), batch_rules.ends_with(UNBALANCED), *AGREES)),
    Check(
        id="SET-17", title=Told("upload given up and taken up", "批上送中断后继续"),
        rule=Told("details that were answered do not go up again", "已应答的明细不再上送"), source=DOC, kinds=SETTLES,
        changed_by=("settlement_tries", "reply_timeout"),
        act=acts_batch.upload_interrupted,
        must=(batch_rules.upload_goes_on(HIT), batch_rules.ends_with(UNBALANCED), *AGREES)),
    Check(
        id="SET-18", title=Told("answer to the end of the upload lost", "批上送结束应答丢失"),
        rule=Told("the end goes up again, and the batch is closed once", "重发结束报文，批次只结一次"),
        source=f"{DOC}; judge 5", kinds=SETTLES, changed_by=("settlement_tries", "reply_timeout"),
        act=acts_batch.settled_with(LOSE, Match(way=Way.DOWN, mti="0330", nth=2), unbalanced=True, sales=2),
        must=(batch_rules.ends_with(UNBALANCED), *AGREES)),
    Check(
        id="SET-19", title=Told("sale while totals may be with the host", "总额可能已到主机时消费"),
        rule=Told("a batch takes nothing new until its settlement has ended", "结算结束之前批次不得加入新交易"),
        source=f"{DOC}; judge 12", kinds=SETTLES, changed_by=("settlement_tries", "reply_timeout"),
        act=acts_batch.settlement_pending, must=(till_rules.not_told("meanwhile", "approved"), *AGREES)),
    Check(
        id="SET-20", title=Told("host closed for settlements", "主机暂停结算"),
        rule=Told("the batch is kept, and settles when the host is open again", "批次保留，主机恢复后结算"),
        source=f"{DOC}; judge 3, 5", kinds=SETTLES, act=acts_batch.settled_in_maintenance,
        must=(till_rules.not_told(FIRST, "approved"), *AGREES)),
    Check(
        id="SET-21", title=Told("settlement of an empty batch", "空批次结算"),
        rule=Told("after a settlement nothing of it counts again", "结算之后不再计入下一批"), source=f"{DOC}; judge 12",
        kinds=SETTLES, act=acts_batch.empty_batch, must=(batch_rules.totals_agree(), till_rules.numbers_are_new())),
    Check(
        id="SET-22", title=Told("offline sales before the totals", "总额之前送达离线交易"),
        rule=Told("what was approved offline goes up before the 0500", "离线批准的交易在 0500 之前上送"),
        source=f"{DOC}; judge 3, 12", kinds=frozenset({K.SALE, K.OFFLINE_SALE, K.SETTLEMENT}),
        settings={"offline_limit": "500.00"}, changed_by=("offline_limit", "advice_tries"), act=acts_batch.offline_first,
        must=(batch_rules.stored_before_settlement(), *AGREES)),
    Check(
        id="SET-23", title=Told("totals lost on their way", "总额请求丢失"),
        rule=Told("the same totals go up again", "重发相同总额"), source=f"{DOC}; judge 12", kinds=SETTLES,
        changed_by=("settlement_tries", "reply_timeout"), act=acts_batch.settled_with(LOSE, request(K.SETTLEMENT)),
        must=(batch_rules.totals_repeat(), *AGREES)),
    Check(
        id="SET-24", title=Told("every sale is in the totals", "每笔消费都在总额中"),
        rule=Told("an approved sale stays in the batch whatever is printed", "已批准的消费无论打印如何都留在批次中"),
        source=f"{DOC}; judge 3, 12", kinds=SETTLES, act=acts_batch.settled_after(sales=4), must=AGREES),
    Check(
        id="SET-40", title=Told("details that the host refuses (96)", "主机拒绝明细（96）"),
        rule=Told("what the host refused it has not: it goes up again before the end, or all begins anew",
                  "主机拒绝的明细视为未收到：结束之前重发，或重新结算"), source=f"{DOC}; judge 5, 12", kinds=SETTLES,
        act=acts_batch.settled_with(change("39", "96"), Match(way=Way.DOWN, mti="0330", nth=1), unbalanced=True, sales=9),
        must=(batch_rules.refused_details_go_up_again(HIT), *AGREES)),
    Check(
        id="SET-41", title=Told("end of the upload that the host refuses (30)", "主机拒绝批上送结束报文（30）"),
        rule=Told("a batch whose end was refused is not closed: its end or its totals go up again",
                  "结束报文被拒绝的批次不得关闭：重发结束报文或重新结算"), source=f"{DOC}; judge 5, 12", kinds=SETTLES,
        act=acts_batch.settled_with(change("39", "30"), Match(way=Way.DOWN, mti="0330", nth=2), unbalanced=True, sales=2),
        must=(batch_rules.refused_end_is_no_end(HIT), *AGREES)),
)

DAYS: tuple[Check, ...] = (
    Check(
        id="DAY-01", title=Told("batch left open over the cut-over", "批次跨越日切"),
        rule=Told("what was sold before the cut-over settles after it, once", "日切前的交易日切后结算，只结一次"),
        source="docs/design.md (the money); judge 3, 5", needs=(Need.CALENDAR,), kinds=SETTLES,
        act=acts_batch.over_cut_over(), must=AGREES),
    Check(
        id="DAY-02", title=Told("void over the cut-over", "跨日切撤销"),
        rule=Told("a void of the same batch names yesterday's sale", "同批次撤销指向前一日的交易"), source=f"{DOC}; judge 5",
        needs=(Need.CALENDAR,), kinds=kinds_for(K.VOID, K.SETTLEMENT), act=acts_batch.over_cut_over(K.VOID),
        must=(till_rules.told(FIRST, "approved"), *AGREES)),
    Check(
        id="DAY-03", title=Told("refund over the cut-over", "跨日切退货"),
        rule=Told("a refund names the day of its sale", "退货注明原交易日期"), source=f"{DOC}; docs/unionpay.md (refunds)",
        needs=(Need.CALENDAR,), kinds=kinds_for(K.REFUND, K.SETTLEMENT), act=acts_batch.over_cut_over(K.REFUND),
        must=(till_rules.told(FIRST, "approved"), *AGREES)),
    Check(
        id="DAY-04", title=Told("batch number after a settlement", "结算后的批次号"),
        rule=Told("the next transaction is of the next batch", "下一笔属于下一批次"), source=f"{DOC}; judge 14",
        kinds=SETTLES, act=acts_batch.settled_after(sales=1),
        must=(batch_rules.batch_moves_on(NEXT), *AGREES)),
)
ROWS = SETTLEMENT + DAYS
