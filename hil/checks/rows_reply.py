"""Checks of replies: late, repeated, foreign, damaged; and of the connection they come on."""

from __future__ import annotations

from hil.checks import acts, acts_limits, acts_reply, acts_till, batch_rules, key_rules, till_rules
from hil.checks import reversal_rules as rev
from hil.checks.acts import FIRST, HIT, NEXT
from hil.checks.acts_limits import TOO_MUCH_FEN
from hil.checks.check import Check, Need
from hil.checks.rows_reversal import USUAL
from hil.checks.stage import kinds_for
from hil.relay.decisions import (
    CUT_SHORT,
    GARBAGE,
    HALF_RIGHT_MAC,
    HANG_UP,
    LOSE,
    RESET,
    WRONG_LENGTH,
    WRONG_MAC,
    Decision,
    Mac,
    change,
    repeat,
)
from simulator.catalogue.language import Told
from simulator.wire.kinds import Kind

DOC = "docs/unionpay.md (kinds; a terminal takes a reply only if …)"
K = Kind
APPROVING = ("11", "A2", "A4", "A5", "A6")
NOT_BELIEVED = Told("a reply that is not this request's, or cannot be proven, approves nothing",
                    "与请求不符或无法证实的应答不得当作批准")
NEVER_APPROVED = (till_rules.not_told(FIRST, "approved"), till_rules.told(NEXT, "approved"), *USUAL)


def _foreign(number: str, field: str, value: str, en: str, zh: str) -> Check:
    return Check(
        id=f"RPL-{number}", title=Told(f"reply with another {en}", f"应答的{zh}不符"), rule=NOT_BELIEVED,
        source=f"{DOC}; judge 9, 16", needs=(Need.MAC_KEY,),
        changed_by=("reply_checks", "reversal_after_mismatched_reply"), act=acts_reply.changed_reply(field, value),
        must=(*NEVER_APPROVED, rev.comes_unless_refused(HIT, "reversal_after_mismatched_reply"), rev.goes_first(HIT)))


def _damaged(number: str, decision: Decision, en: str, zh: str) -> Check:
    return Check(
        id=f"RPL-{number}", title=Told(f"reply {en}", f"应答{zh}"),
        rule=Told("a reply that cannot be read is none: the sale is reversed", "无法解读的应答等于没有：须冲正"),
        source=f"{DOC}; judge 4, 7", changed_by=("reversal_after_mismatched_reply",),
        act=acts.reply_is(K.SALE, decision),
        must=(*NEVER_APPROVED, rev.comes_unless_refused(HIT, "reversal_after_mismatched_reply"), rev.goes_first(HIT)))


REPLIES: tuple[Check, ...] = (
    Check(
        id="RPL-01", title=Told("reply after the time is over", "超时之后才到的应答"),
        rule=Told("what comes late approves nothing, and the reversal goes on", "迟到的应答不算批准，冲正照常进行"),
        source=f"{DOC}; judge 4, 7", changed_by=("reply_timeout",), act=acts_reply.late_reply,
        must=(*NEVER_APPROVED, rev.comes(HIT), rev.goes_first(HIT), rev.is_delivered(HIT))),
    Check(
        id="RPL-02", title=Told("reply in the middle of its reversal", "冲正途中到达的应答"),
        rule=Told("a 0210 is no answer to a 0400", "0210 不是 0400 的应答"), source=f"{DOC}; judge 4, 7",
        act=acts_reply.late_during_reversal, must=(*NEVER_APPROVED, rev.comes(HIT), rev.is_delivered(HIT), rev.goes_first(HIT))),
    Check(
        id="RPL-03", title=Told("reply in the middle of the next sale", "下一笔途中到达的应答"),
        rule=Told("the approval of another sale approves nothing", "他笔交易的批准不得当作本笔批准"),
        source=f"{DOC}; judge 8, 16", changed_by=("reply_checks",), act=acts_reply.late_during_next(),
        must=(till_rules.not_told(FIRST, "approved"), till_rules.not_told("second", "approved"), rev.goes_first(HIT),
              till_rules.told(NEXT, "approved"), *USUAL)),
    Check(
        id="RPL-04", title=Told("reply comes twice", "应答到达两次"),
        rule=Told("a copy of an approval is passed over", "重复的批准应答应忽略"), source=f"{DOC}; judge 8",
        act=acts.reply_is(K.SALE, repeat(1, 50)),
        must=(till_rules.told(FIRST, "approved"), rev.none(HIT), till_rules.told(NEXT, "approved"), *USUAL)),
    Check(
        id="RPL-05", title=Told("copy of a reply in the middle of the next sale", "下一笔途中到达的重复应答"),
        rule=Told("a copy of the last approval approves nothing", "上一笔批准的副本不得当作本笔批准"),
        source=f"{DOC}; judge 8, 16", changed_by=("reply_checks",), act=acts_reply.copy_during_next,
        must=(till_rules.not_told("second", "approved"), till_rules.told(NEXT, "approved"), rev.none(HIT), *USUAL)),
    _foreign("06", "11", "987654", "trace number", "流水号"),
    _foreign("07", "41", "99999999", "terminal", "终端号"),
    _foreign("08", "42", "999999999999999", "merchant", "商户号"),
    _foreign("09", "4", "000000000001", "sum", "金额"),
    _foreign("10", "3", "310000", "processing code", "处理码"),
    Check(
        id="RPL-11", title=Told("approval with a wrong MAC", "批准应答的 MAC 错"),
        rule=Told("an approval that nobody can prove is reversed, and new keys are fetched",
                  "无法证实的批准须冲正，并重新签到"),
        source=f"{DOC}; judge 9, 13, 16", act=acts.reply_is(K.SALE, WRONG_MAC),
        must=(*NEVER_APPROVED, rev.comes(HIT), rev.is_delivered(HIT), key_rules.signs_on_before_next(HIT))),
    Check(
        id="RPL-12", title=Told("sum changed on the line", "线路上金额被改"),
        rule=NOT_BELIEVED, source=f"{DOC}; judge 9, 16", act=acts_reply.changed_reply("4", "000000000001", Mac.KEPT),
        must=(*NEVER_APPROVED, rev.goes_first(HIT))),
    Check(
        id="RPL-13", title=Told("authorisation code changed on the line", "线路上授权码被改"),
        rule=Told("a change of any field shows in the MAC", "任何域被改都会反映在 MAC 上"),
        source=f"{DOC}; judge 9", act=acts_reply.changed_reply("38", "999999", Mac.KEPT),
        must=(*NEVER_APPROVED, rev.comes(HIT), rev.goes_first(HIT))),
    Check(
        id="RPL-14", title=Told("approval without a MAC", "批准应答没有 MAC"),
        rule=Told("an approval needs a MAC", "批准应答必须有 MAC"), source=f"{DOC}; judge 9, 16",
        act=acts_reply.changed_reply("64", "", Mac.KEPT), must=(*NEVER_APPROVED, rev.comes(HIT), rev.goes_first(HIT))),
    _damaged("15", CUT_SHORT, "cut short", "被截断"),
    _damaged("16", GARBAGE, "of random bytes", "为随机字节"),
    _damaged("17", WRONG_LENGTH, "with a wrong length in front", "前置长度错误"),
    Check(
        id="RPL-18", title=Told("decline that the line made an approval of", "拒绝应答在线路上被改为批准"),
        rule=Told("an approval needs a right MAC", "批准须有正确的 MAC"),
        source="docs/unionpay.md#keys-mac-pin; judge 9", act=acts_reply.decline_changed,
        must=(*NEVER_APPROVED, rev.goes_first(HIT))),
    Check(
        id="RPL-19", title=Told("reply of another message type", "应答的报文类型不符"),
        rule=NOT_BELIEVED, source=DOC, needs=(Need.MAC_KEY,),
        changed_by=("reply_checks", "reversal_after_mismatched_reply"), act=acts_reply.changed_reply("mti", "0110"),
        must=(*NEVER_APPROVED, rev.comes_unless_refused(HIT, "reversal_after_mismatched_reply"))),
    Check(
        id="RPL-20", title=Told("answer to a stored request damaged", "存储转发交易的应答损坏"),
        rule=Told("a refund whose answer cannot be read goes up again under its own number, and is not reversed",
                  "退货应答无法解读时以原流水号重发，不冲正"),
        source="docs/unionpay.md (kinds)", kinds=kinds_for(K.REFUND, K.SALE), act=acts.reply_is(K.REFUND, GARBAGE),
        must=(till_rules.repeats_as_it_was(FIRST), rev.none(), *USUAL)),
    Check(
        id="RPL-21", title=Told("approved with another code than 00", "以 00 以外的应答码批准"),
        rule=Told("11, A2, A4, A5 and A6 approve as 00 does", "11、A2、A4、A5、A6 与 00 同为批准"),
        source="docs/machines.md (response codes)", needs=(Need.MAC_KEY,), act=acts_reply.approved_as(*APPROVING),
        must=(*(till_rules.told(each, "approved") for each in APPROVING), rev.none(), batch_rules.all_settled(),
              till_rules.told(NEXT, "approved"), *USUAL), judged=False),  # whose host said 00
    Check(
        id="RPL-22", title=Told("code 09: not decided yet", "应答码 09：处理中"),
        rule=Told("what nobody has decided is neither approved nor declined: it is reversed", "未有定论的交易既非批准也非拒绝：须冲正"),
        source="docs/machines.md (response codes); judge 4, 7", needs=(Need.MAC_KEY,), act=acts_reply.changed_reply("39", "09"),
        must=(*NEVER_APPROVED, rev.comes(HIT), rev.goes_first(HIT), rev.is_delivered(HIT)), judged=False),
    Check(
        id="RPL-23", title=Told("code A0 without a MAC", "无 MAC 的 A0 应答"),
        rule=Told("anybody can say so without a MAC: what may be booked is reversed", "无 MAC 的 A0 谁都能发：可能已入账的须冲正"),
        source="docs/machines.md (response codes); judge 4, 7", changed_by=("unsealed_declines",),
        act=acts.reply_is(K.SALE, change("39", "A0", also=(("64", ""),))),
        must=(*NEVER_APPROVED, rev.comes(HIT), rev.goes_first(HIT), rev.is_delivered(HIT)), judged=False),
    Check(
        id="RPL-24", title=Told("approved in part (10) for more than was asked", "部分批准（10）的金额大于请求金额"),
        rule=Told("a part is less than the whole: what is none approves nothing", "部分金额须小于请求金额，否则不算批准"),
        source="docs/unionpay.md (kinds); judge 16", needs=(Need.MAC_KEY,), act=acts_limits.approved_in_part(TOO_MUCH_FEN),
        must=(*NEVER_APPROVED, rev.comes(HIT), rev.goes_first(HIT)), judged=False),
    Check(
        id="RPL-25", title=Told("MAC that is right in its first half", "前半正确、后半错误的 MAC"),
        rule=Told("a MAC is right in all of its characters, or wrong", "MAC 须逐字符全部相符"),
        source="docs/unionpay.md#keys-mac-pin; judge 9", act=acts.reply_is(K.SALE, HALF_RIGHT_MAC),
        must=(*NEVER_APPROVED, rev.comes(HIT), rev.goes_first(HIT))),
)

CONNECTION: tuple[Check, ...] = (
    Check(
        id="NET-01", title=Told("connection refused", "连接被拒绝"),
        rule=Told("what certainly did not leave is reversed or not, as the profile says; the next sale goes through",
                  "确定未发出的交易按参数决定是否冲正；下一笔应能成功"),
        source=f"{DOC}; docs/unionpay.md#reversal", changed_by=("reversal_after_failed_connect",),
        kinds=frozenset({K.SALE, K.ECHO_TEST}), act=acts_reply.refused, must=NEVER_APPROVED),
    Check(
        id="NET-02", title=Told("nothing arrives, and nobody is told", "报文全部丢失且无提示"),
        rule=Told("a sale without an answer is reversed once the line is back", "线路恢复后冲正无应答的交易"),
        source="docs/unionpay.md#reversal; judge 7", changed_by=("reply_timeout",), act=acts_reply.on_a_line(black_hole=True),
        must=(*NEVER_APPROVED, rev.all_unknown_are_reversed())),
    Check(
        id="NET-03", title=Told("hung up in place of the reply", "未应答即断开连接"),
        rule=Told("a line that ends before the reply leaves the outcome unknown: reversed",
                  "应答之前断线，结果未明：须冲正"),
        source="docs/unionpay.md#reversal; judge 7", act=acts.reply_is(K.SALE, HANG_UP),
        must=(*NEVER_APPROVED, rev.comes(HIT), rev.goes_first(HIT))),
    Check(
        id="NET-04", title=Told("reset in place of the reply", "未应答即复位连接"),
        rule=Told("the same where the connection is reset", "连接被复位时同样处理"),
        source="docs/unionpay.md#reversal; judge 7", act=acts.reply_is(K.SALE, RESET),
        must=(*NEVER_APPROVED, rev.comes(HIT), rev.goes_first(HIT))),
    Check(
        id="NET-05", title=Told("reply in slices", "应答分片到达"),
        rule=Told("a message may come in any pieces", "报文可以任意分片到达"), source="docs/live.md (how a terminal may speak)",
        act=acts_reply.on_a_line(slice=7), must=(till_rules.told(FIRST, "approved"), rev.none(), *USUAL)),
    Check(
        id="NET-06", title=Told("host down between two sales", "两笔之间主机停机"),
        rule=Told("a host that is away costs a failed sale, and no more", "主机不在时仅本笔失败"),
        source="docs/unionpay.md#reversal; judge 4", act=acts_till.host_restarts,
        must=(till_rules.not_told("host down", "approved"), till_rules.told(NEXT, "approved"), *USUAL)),
    Check(
        id="NET-07", title=Told("request hung up on", "请求途中断开连接"),
        rule=Told("a request whose connection ends is reversed or not, as the profile says",
                  "请求途中断线，按参数决定是否冲正"),
        source="docs/unionpay.md#reversal", changed_by=("reversal_after_failed_connect",),
        act=acts.request_is(K.SALE, HANG_UP), must=(*NEVER_APPROVED, rev.goes_first(HIT))),
    Check(
        id="NET-08", title=Told("first request lost on a good line", "线路正常但请求丢失"),
        rule=Told("whatever was lost, the batch settles", "无论丢失什么，批次都能结算"),
        source="docs/unionpay.md#settlement; judge 5", act=acts.request_is(K.SALE, LOSE),
        must=(batch_rules.all_settled(), *NEVER_APPROVED)),
)
ROWS = REPLIES + CONNECTION
