"""Checks of reversals: which are owed, before what, with which fields, for which reason, how often."""

from __future__ import annotations

from hil.checks import (
    acts,
    acts_batch,
    acts_reversal,
    batch_rules,
    reversal_fields,
    reversal_times,
    till_rules,
)
from hil.checks import reversal_rules as rev
from hil.checks.acts import FIRST, HIT, NEXT
from hil.checks.check import Check, Need
from hil.checks.stage import chip_card, kinds_for
from hil.relay.decisions import LOSE, WRONG_MAC, Mac, change, hold
from simulator.catalogue.language import Told
from simulator.machines.terminal.profile import AfterLastTry, TerminalProfile
from simulator.wire.kinds import Kind

DOC = "docs/unionpay.md#reversal"
K = Kind
UNKNOWN = Told("a transaction whose reply is lost is reversed before anything else",
               "应答丢失的交易须先冲正，再做其他")
# After every case: what was told, the totals, and the numbers.
USUAL = (till_rules.numbers_are_new(), batch_rules.totals_agree())


def _keeps(profile: TerminalProfile) -> bool:
    return profile.after_last_try is AfterLastTry.KEEP


def _lost(number: str, kind: Kind, en: str, zh: str) -> Check:
    return Check(
        id=f"REV-{number}", title=Told(f"reply to {en} lost", f"{zh}的应答丢失"), rule=UNKNOWN,
        source=f"{DOC}; judge 4, 7", kinds=kinds_for(K.SALE, kind), act=acts.reply_lost(kind),
        must=(till_rules.not_told(FIRST, "approved"), till_rules.sent_once(FIRST), rev.comes(HIT), rev.goes_first(HIT),
              reversal_fields.repeats_original(HIT), rev.is_delivered(HIT), till_rules.told(NEXT, "approved"), *USUAL))


ROWS: tuple[Check, ...] = (
    _lost("01", K.SALE, "a sale", "消费"),
    _lost("02", K.VOID, "a void", "撤销"),
    _lost("03", K.PREAUTH, "a pre-authorisation", "预授权"),
    _lost("04", K.PREAUTH_VOID, "the void of a pre-authorisation", "预授权撤销"),
    _lost("05", K.COMPLETION, "a completion", "预授权完成"),
    _lost("06", K.COMPLETION_VOID, "the void of a completion", "预授权完成撤销"),
    Check(
        id="REV-07", title=Told("request of a sale lost", "消费请求丢失"),
        rule=Told("a request that got no answer is reversed, though the host may never have had it",
                  "没有应答的请求须冲正，即使主机可能从未收到"),
        source=f"{DOC}; judge 7", act=acts.request_is(K.SALE, LOSE),
        must=(till_rules.not_told(FIRST, "approved"), rev.comes(HIT), rev.goes_first(HIT),
              reversal_fields.repeats_original(HIT), reversal_fields.reason(HIT, "98"), till_rules.told(NEXT, "approved"), *USUAL)),
    Check(
        id="REV-08", title=Told("fields of the reversal of a sale", "消费冲正的域"),
        rule=Told("a 0400 repeats its request: sum, codes, number, batch, card; no track, no PIN, no F12, F32, F37",
                  "0400 重复原请求：金额、处理码、流水号、批次、卡号；不含磁道、密码、F12、F32、F37"),
        source=f"{DOC}; judge 11", act=acts.reply_lost(K.SALE),
        must=(rev.comes(HIT), reversal_fields.repeats_original(HIT), reversal_fields.date_is_original(HIT), rev.sealed_and_taken(HIT))),
    Check(
        id="REV-09", title=Told("fields of the reversal of a void", "撤销冲正的域"),
        rule=Told("F61 of a reversed void names the void itself, or what it voids",
                  "撤销的冲正中 F61 指向该撤销本身或其原交易"),
        source=f"{DOC}; judge 11", kinds=kinds_for(K.VOID), act=acts.reply_lost(K.VOID),
        must=(rev.comes(HIT), reversal_fields.repeats_original(HIT), reversal_fields.date_is_original(HIT), rev.sealed_and_taken(HIT), *USUAL)),
    Check(
        id="REV-10", title=Told("fields of the reversal of a chip sale", "芯片卡消费冲正的域"),
        rule=Told("F55 of a 0400 has 95, 9F1E, 9F10, 9F36, DF31 and nothing else",
                  "0400 的 F55 只含 95、9F1E、9F10、9F36、DF31"),
        source=DOC, needs=(Need.CARD,), changed_by=("reversal_atc",), act=acts.reply_lost(K.SALE, card=chip_card()),
        must=(rev.comes(HIT), reversal_fields.chip_data(HIT), reversal_fields.repeats_original(HIT))),
    Check(
        id="REV-11", title=Told("reason of a reversal without any reply", "无应答冲正的原因码"),
        rule=Told("F39 is 98 where no reply came", "没有应答时 F39 为 98"), source=f"{DOC}; judge 7",
        act=acts.reply_lost(K.SALE), must=(reversal_fields.reason(HIT, "98"), rev.goes_first(HIT))),
    Check(
        id="REV-12", title=Told("reason of a reversal after a wrong MAC", "应答 MAC 错后的冲正原因码"),
        rule=Told("F39 is A0 where an approval came with a wrong MAC", "批准应答 MAC 错时 F39 为 A0"),
        source=f"{DOC}; judge 7", changed_by=("reversal_reason_at_reply",), act=acts.reply_is(K.SALE, WRONG_MAC),
        must=(rev.comes(HIT), reversal_fields.reason(HIT, "A0"), rev.is_delivered(HIT), *USUAL)),
    Check(
        id="REV-13", title=Told("no reversal before the time is over", "超时之前不得冲正"),
        rule=Told("the first 0400 comes when the reply timeout is over, not before",
                  "应答超时之后才发第一次 0400"),
        source=DOC, changed_by=("reply_timeout",), act=acts.reply_lost(K.SALE),
        must=(reversal_times.not_before_time_out(HIT), rev.comes(HIT))),
    Check(
        id="REV-14", title=Told("a reversal that is not answered is repeated", "无应答的冲正须重发"),
        rule=Told("it is sent again, the same, the reply timeout apart", "间隔一个应答超时原样重发"),
        source=f"{DOC}; judge 11", changed_by=("reply_timeout", "reversal_tries"), act=acts_reversal.reversal_is(LOSE),
        must=(rev.repeated(HIT), reversal_times.spaced(HIT), reversal_fields.unchanged(HIT), rev.is_delivered(HIT), *USUAL)),
    Check(
        id="REV-15", title=Told("after the last try", "最后一次冲正失败之后"),
        rule=Told("while a reversal is owed nothing else goes to the host, unless the profile drops it",
                  "冲正未送达期间不得向主机发送其他交易，除非参数规定放弃"),
        source=f"{DOC}; judge 4, 7", changed_by=("reversal_tries", "after_last_try"), act=acts_reversal.all_tries_fail,
        must=(rev.after_last_try(HIT), rev.repeated(HIT), till_rules.numbers_are_new())),
    Check(
        id="REV-16", title=Told("a reversal is delivered once the line is back", "线路恢复后送达冲正"),
        rule=Told("a reversal that all tries failed for is kept until it is delivered",
                  "全部重试失败的冲正须保留到送达为止"),
        source=f"{DOC}; judge 4", changed_by=("after_last_try", "reversal_idle"), act=acts_reversal.all_tries_fail,
        must=(rev.is_delivered(HIT), rev.goes_first(HIT), *USUAL), applies=_keeps,
        unless=Told("the profile drops a reversal after its last try", "参数规定最后一次失败后放弃冲正")),
    Check(
        id="REV-17", title=Told("a reversal ends with its answer", "冲正以应答结束"),
        rule=Told("after a 0410 with 00 no 0400 of it comes any more", "收到 0410（00）之后不再发送该冲正"),
        source=f"{DOC}; judge 11", act=acts.reply_lost(K.SALE),
        must=(rev.is_delivered(HIT), rev.ends_when_answered(HIT), *USUAL)),
    Check(
        id="REV-18", title=Told("0410 with 25 ends a reversal", "0410 为 25 时冲正结束"),
        rule=Told("25: the host never had it; nothing is left to reverse", "25：主机没有原交易，无需再冲"),
        source=DOC, needs=(Need.MAC_KEY,), act=acts_reversal.reversal_is(change("39", "25", Mac.RIGHT)),
        must=(rev.comes(HIT), rev.not_again_after(HIT, "0410"), till_rules.told(NEXT, "approved"), *USUAL),
        judged=False),
    Check(
        id="REV-19", title=Told("0410 with 96 does not end a reversal", "0410 为 96 时冲正不结束"),
        rule=Told("only 00, 12 and 25 end a reversal", "只有 00、12、25 结束冲正"), source=DOC, needs=(Need.MAC_KEY,),
        changed_by=("reversal_reason_when_refused",), act=acts_reversal.reversal_is(change("39", "96", Mac.RIGHT)),
        must=(rev.repeated(HIT), rev.is_delivered(HIT), *USUAL), judged=False),
    Check(
        id="REV-20", title=Told("0410 with a wrong MAC", "0410 的 MAC 错"),
        rule=Told("a 0410 with a wrong MAC proves nothing: the reversal goes out again",
                  "MAC 错的 0410 不可采信：冲正须重发"),
        source=f"{DOC}; judge 9", changed_by=("unsealed_declines",), act=acts_reversal.reversal_is(WRONG_MAC),
        must=(rev.repeated(HIT), rev.is_delivered(HIT), *USUAL)),
    Check(
        id="REV-21", title=Told("a sale is wanted while the reversal waits", "冲正待送时要求消费"),
        rule=Told("the reversal goes first, whoever waits", "无论谁在等待，冲正优先"), source=f"{DOC}; judge 7",
        act=acts_reversal.wanted_meanwhile(K.SALE),
        must=(rev.goes_first(HIT), rev.is_delivered(HIT), *USUAL)),
    Check(
        id="REV-22", title=Told("a settlement is wanted while the reversal waits", "冲正待送时要求结算"),
        rule=Told("no totals leave before the reversal is delivered", "冲正送达之前不得发送总额"),
        source=f"{DOC}; judge 5, 7", kinds=kinds_for(K.SALE, K.SETTLEMENT),
        act=acts_reversal.wanted_meanwhile(K.SETTLEMENT), must=(rev.goes_first(HIT), rev.is_delivered(HIT), *USUAL)),
    Check(
        id="REV-23", title=Told("a pending reversal outlives a power cut", "待发冲正在断电后保留"),
        rule=Told("it is stored, and goes out first when the power is back", "冲正已存储，来电后首先发出"),
        source=f"{DOC}; judge 4", needs=(Need.POWER,), act=acts_reversal.pending_over_a_cut,
        must=(rev.repeated(HIT), rev.is_delivered(HIT), rev.goes_first(HIT), reversal_fields.unchanged(HIT),
              till_rules.numbers_are_new())),
    Check(
        id="REV-24", title=Told("no reversal of what was answered", "已获应答者不冲正"),
        rule=Told("an approval that came in time is not reversed", "及时到达的批准不得冲正"), source=DOC,
        act=acts.undisturbed_marked(K.SALE), must=(till_rules.told(FIRST, "approved"), rev.none(HIT), *USUAL)),
    Check(
        id="REV-25", title=Told("no reversal of a decline", "被拒绝者不冲正"),
        rule=Told("a decline that came in time is not reversed", "及时到达的拒绝不得冲正"), source=DOC,
        changed_by=("unsealed_declines",),
        act=acts_batch.declined_by('mode = "acquirer.risk_hold"\nmay_stay_away = true'),
        must=(till_rules.told(FIRST, "declined"), rev.none(HIT), till_rules.told(NEXT, "approved"), *USUAL)),
    Check(
        id="REV-26", title=Told("no reversal of a balance inquiry", "余额查询不冲正"),
        rule=Told("what moves no money is not reversed", "不动资金的交易不冲正"), source="docs/unionpay.md (kinds)",
        kinds=frozenset({K.SALE, K.BALANCE}), act=acts.reply_lost(K.BALANCE), must=(rev.none(HIT), *USUAL)),
    Check(
        id="REV-27", title=Told("a reversal across midnight", "跨零点的冲正"),
        rule=Told("F13 of a 0400, if there is one, is the day of its request",
                  "0400 若有 F13，须为原请求的日期"),
        source=f"{DOC}; judge 7", needs=(Need.CALENDAR,), act=acts_reversal.across_midnight,
        must=(rev.comes(HIT), reversal_fields.date_is_original(HIT), rev.goes_first(HIT), rev.is_delivered(HIT),
              till_rules.numbers_are_new())),
    Check(
        id="REV-28", title=Told("trace number of a reversal", "冲正的流水号"),
        rule=Told("a 0400 has the number of its request, and that serves nothing else any more",
                  "0400 使用原请求的流水号，该号不再用于其他交易"),
        source=f"{DOC}; judge 8", changed_by=("reversal_takes_stan",), act=acts.reply_lost(K.SALE),
        must=(rev.kept_number(HIT), till_rules.numbers_are_new(), till_rules.numbers_can_be())),
    Check(
        id="REV-29", title=Told("two replies lost in a row", "连续两笔应答丢失"),
        rule=Told("each is reversed before the next begins", "下一笔开始之前先冲正上一笔"), source=f"{DOC}; judge 7",
        act=acts_reversal.two_in_a_row,
        must=(rev.goes_first(HIT, "second"), rev.is_delivered(HIT), rev.is_delivered("second"),
              reversal_fields.repeats_original(HIT, "second"), *USUAL)),
    Check(
        id="REV-30", title=Told("the answer to a reversal comes late", "冲正的应答迟到"),
        rule=Told("it is repeated meanwhile, and ends with whichever 0410 it takes", "其间重发，收到任一有效 0410 即结束"),
        source=f"{DOC}; judge 11", changed_by=("reply_timeout",), act=acts_reversal.reversal_is(hold(4_000)),
        must=(rev.goes_first(HIT), rev.is_delivered(HIT), *USUAL)),
)
