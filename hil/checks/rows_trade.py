"""Checks of QR payment, of voids, refunds and pre-authorisations, of declines, and of the till."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hil.checks import (
    acts,
    acts_batch,
    acts_power,
    acts_reply,
    acts_till,
    ecr_rules,
    reversal_fields,
    till_rules,
)
from hil.checks import reversal_rules as rev
from hil.checks.acts import FIRST, HIT, NEXT, reply
from hil.checks.check import Act, Check, Need
from hil.checks.evidence import Rule
from hil.checks.rows_reversal import USUAL
from hil.checks.stage import kinds_for
from hil.relay.decisions import LOSE
from simulator.catalogue.language import Told
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.wire.kinds import Kind

QR_DOC = "docs/unionpay.md#qr-payment"
DOC = "docs/unionpay.md"
CODES = "docs/machines.md (response codes)"
K = Kind
GOES_ON = (till_rules.told(NEXT, "approved"), *USUAL)
NO_MORE_THAN = 20_000_000  # fen: more than the usual card has
BAD_CHECK_DIGIT = "6200009753180121"
OVER = Card(pan="6200009753180120", expiry="2001")
WRONG_PIN = Card(pan="6200009753180120", pin="999999")


def _scans(profile: TerminalProfile) -> bool:
    return profile.qr


NO_QR = Told("this terminal takes no QR codes", "该终端不支持扫码")


def _qr(number: str, act: Act, en: str, zh: str, rule: Told, must: tuple[Rule, ...], *kinds: Kind,
        needs: tuple[Need, ...] = (), changed_by: tuple[str, ...] = ()) -> Check:
    return Check(
        id=f"QR-{number}", title=Told(en, zh), rule=rule, source=QR_DOC, kinds=kinds_for(K.SALE, *kinds), act=act,
        needs=needs, changed_by=("qr", *changed_by), applies=_scans, unless=NO_QR, must=(*must, *USUAL))


_LOST = (till_rules.not_told(FIRST, "approved"), rev.comes(HIT), rev.goes_first(HIT), reversal_fields.repeats_original(HIT),
         rev.is_delivered(HIT))
QR: tuple[Check, ...] = (
    _qr("01", acts.reply_lost(K.QR_SALE), "reply to a QR sale lost", "扫码消费应答丢失",
        Told("reversed as a card sale is", "与卡消费一样冲正"), _LOST, K.QR_SALE, changed_by=("qr_reversal_tags",)),
    _qr("02", acts.reply_lost(K.QR_VOID), "reply to a QR void lost", "扫码撤销应答丢失",
        Told("reversed as the void of a card sale is", "与卡撤销一样冲正"), _LOST, K.QR_VOID,
        changed_by=("qr_reversal_tags",)),
    _qr("03", acts_batch.asked_for(K.QR_SALE), "fields of a QR sale", "扫码消费的域",
        Told("F22 is 03x, and no card data goes up", "F22 为 03x，不上送卡数据"),
        (till_rules.told(FIRST, "approved"), till_rules.field_is(FIRST, "entry_mode", "F22", "03"),
         till_rules.field_is(FIRST, "pan", "F2", "absent"), till_rules.field_is(FIRST, "track2", "F35", "absent")),
        K.QR_SALE),
    _qr("04", acts.undisturbed(K.QR_VOID), "void of a QR sale", "扫码撤销",
        Told("the void names its sale", "撤销注明原交易"),
        (till_rules.told("qr_void", "approved"), till_rules.names_original("qr_void", "qr_sale before")), K.QR_VOID),
    _qr("05", acts.undisturbed(K.QR_REFUND), "refund of a QR sale", "扫码退货",
        Told("the refund is taken by the host", "主机受理退货"), (till_rules.told("qr_refund", "approved"),),
        K.QR_REFUND, changed_by=("qr_refund_reference",)),
    _qr("06", acts_power.cut_at(K.QR_SALE, reply(K.QR_SALE), lose=True), "power cut before the reply to a QR sale",
        "扫码消费应答之前断电", Told("the reversal is stored before the request", "冲正在请求之前存储"),
        (rev.comes(HIT), rev.goes_first(HIT), rev.is_delivered(HIT)), K.QR_SALE, needs=(Need.POWER,)),
    _qr("07", acts_reply.late_during_next(K.QR_SALE), "reply to a QR sale in the middle of the next", "下一笔途中到达的扫码应答",
        Told("the approval of another sale approves nothing", "他笔交易的批准不得当作本笔批准"),
        (till_rules.not_told(FIRST, "approved"), till_rules.not_told("second", "approved"), rev.goes_first(HIT)),
        K.QR_SALE),
)

CHAINS: tuple[Check, ...] = (
    Check(
        id="CHN-01", title=Told("void of a sale", "消费撤销"), rule=Told("F37 and F61 name the sale", "F37 与 F61 指向原消费"),
        source=f"{DOC} (kinds); judge 14", kinds=kinds_for(K.VOID), act=acts.undisturbed(K.VOID),
        must=(till_rules.told("void", "approved"), till_rules.names_original("void", "sale before"), *GOES_ON)),
    Check(
        id="CHN-02", title=Told("void of what is voided", "重复撤销"),
        rule=Told("a sale is voided once", "一笔消费只能撤销一次"), source=f"{DOC}; judge 4, 14", kinds=kinds_for(K.VOID),
        act=acts_batch.twice(K.VOID),
        must=(till_rules.told(FIRST, "approved"), till_rules.not_told("second", "approved"), *GOES_ON)),
    Check(
        id="CHN-03", title=Told("refund of a sale", "退货"),
        rule=Told("F37 and the date in F61 name the sale", "F37 与 F61 中的日期指向原消费"), source=f"{DOC} (refunds)",
        kinds=kinds_for(K.REFUND), act=acts.undisturbed(K.REFUND),
        must=(till_rules.told("refund", "approved"), till_rules.names_original("refund", "sale before"),
              till_rules.field_is("refund", "rrn", "F37", "present"), *GOES_ON)),
    Check(
        id="CHN-04", title=Told("reply to a refund lost", "退货应答丢失"),
        rule=Told("a refund is repeated under its own number until it is answered, and never reversed",
                  "退货以原流水号重发至获应答，绝不冲正"),
        source=f"{DOC} (kinds); judge 8", kinds=kinds_for(K.REFUND), act=acts.reply_lost(K.REFUND),
        must=(till_rules.repeats_as_it_was(FIRST), rev.none(), *GOES_ON)),
    Check(
        id="CHN-05", title=Told("request of a refund lost", "退货请求丢失"),
        rule=Told("the same where the host never had it", "主机未收到时同样处理"), source=f"{DOC} (kinds)",
        kinds=kinds_for(K.REFUND), act=acts.request_is(K.REFUND, LOSE),
        must=(till_rules.repeats_as_it_was(FIRST), rev.none(), *GOES_ON)),
    Check(
        id="CHN-06", title=Told("pre-authorisation, completion, and its void", "预授权、完成及完成撤销"),
        rule=Told("each names the one before it", "逐级引用前一笔"), source=f"{DOC} (kinds); judge 14",
        kinds=kinds_for(K.COMPLETION_VOID), act=acts.undisturbed(K.COMPLETION_VOID),
        must=(till_rules.told("completion_void", "approved"),
              till_rules.names_original("completion_void", "completion before"), *GOES_ON)),
    Check(
        id="CHN-07", title=Told("void of a pre-authorisation", "预授权撤销"),
        rule=Told("it names the pre-authorisation, and counts in no totals", "指向原预授权，不计入总额"),
        source=f"{DOC} (kinds)", kinds=kinds_for(K.PREAUTH_VOID), act=acts.undisturbed(K.PREAUTH_VOID),
        must=(till_rules.told("preauth_void", "approved"), *GOES_ON)),
    Check(
        id="CHN-08", title=Told("reply to a completion advice lost", "预授权完成通知应答丢失"),
        rule=Told("an advice is repeated under its own number until it is answered", "通知类以原流水号重发至获应答"),
        source=f"{DOC} (kinds)", kinds=kinds_for(K.COMPLETION_ADVICE), act=acts.reply_lost(K.COMPLETION_ADVICE),
        must=(till_rules.repeats_as_it_was(FIRST), rev.none(), *GOES_ON)),
    Check(
        id="CHN-09", title=Told("void of what is settled", "撤销已结算交易"),
        rule=Told("a void is for the open batch only", "撤销仅限未结算批次"), source=f"{DOC}; judge 14",
        kinds=kinds_for(K.VOID, K.SETTLEMENT), act=acts_batch.undone_after_settlement,
        must=(till_rules.not_told("second", "approved"), *GOES_ON)),
    Check(
        id="CHN-10", title=Told("refund of a refund's sale", "重复退货"),
        rule=Told("no more goes back than was paid", "退货总额不超过原交易"), source=f"{DOC} (refunds); judge 4",
        kinds=kinds_for(K.REFUND), act=acts_batch.twice(K.REFUND),
        must=(till_rules.told(FIRST, "approved"), till_rules.not_told("second", "approved"), *GOES_ON),
        judged=False),  # the clerk asks for what cannot be: no fault of the terminal, which cannot know
)


def _declined(number: str, act: Act, code: str, en: str, zh: str, *, needs: tuple[Need, ...] = (),
              more: tuple[Rule, ...] = ()) -> Check:
    return Check(
        id=f"DEC-{number}", title=Told(f"declined {code}: {en}", f"拒绝 {code}：{zh}"),
        rule=Told("a decline is told as one, books nothing and reverses nothing", "拒绝如实告知，不入账、不冲正"),
        source=CODES, act=act, needs=needs, changed_by=("unsealed_declines",),
        must=(till_rules.told(FIRST, "declined"), till_rules.told_code(FIRST, code), rev.none(HIT), *more, *GOES_ON))


DECLINES: tuple[Check, ...] = (
    _declined("01", acts_batch.asked_for(K.SALE, NO_MORE_THAN), "51", "not enough money", "余额不足"),
    _declined("02", acts_batch.declined_by('mode = "acquirer.risk_hold"\nmay_stay_away = true'), "59", "risk", "风险控制"),
    _declined("03", acts_batch.declined_by('mode = "policy.restricted"\nmay_stay_away = true'), "57", "not allowed", "不允许"),
    _declined("04", acts_batch.declined_by('mode = "bank.maintenance"\nhow = "answered"\nmay_stay_away = true'), "91",
              "the bank does not answer", "发卡行不可用"),
    _declined("05", acts_batch.declined_by(
        'mode = "acquirer.maintenance"\nservices = ["sale"]\nmay_stay_away = true'), "96", "maintenance", "系统维护"),
    _declined("06", acts_batch.declined_by('mode = "account.reported_lost"\ntarget = "card.customer"\nmay_stay_away = true'),
              "41", "lost card", "挂失卡"),
    _declined("07", acts_batch.declined_by('mode = "account.frozen"\ntarget = "card.customer"\nmay_stay_away = true'), "62",
              "frozen account", "账户冻结"),
    _declined("08", acts_batch.asked_for(K.SALE, card=Card(pan=BAD_CHECK_DIGIT)), "14", "no such card", "无效卡号",
              needs=(Need.CARD,)),
    _declined("09", acts_batch.asked_for(K.SALE, card=OVER), "54", "expired card", "过期卡", needs=(Need.CARD,)),
    _declined("10", acts_batch.asked_for(K.SALE, card=WRONG_PIN), "55", "wrong PIN", "密码错", needs=(Need.CARD,)),
)


def _refused(number: str, act: Act, step: str, en: str, zh: str, rule: Told, *kinds: Kind,
             settings: Mapping[str, Any] | None = None,
             changed_by: tuple[str, ...] = (), sends: bool = False) -> Check:
    return Check(
        id=f"TIL-{number}", title=Told(en, zh), rule=rule, source="docs/machines.md (what it refuses by itself)",
        kinds=kinds_for(K.SALE, *kinds), act=act, settings=settings or {}, changed_by=changed_by,
        must=(till_rules.not_told(step, "approved"), *(() if sends else (till_rules.sends_nothing(step),)), *GOES_ON))


TILL: tuple[Check, ...] = (
    _refused("01", acts_till.keyed_in(K.SALE, 100, clerk="77"), FIRST, "clerk who is not signed in", "未签到的操作员",
             Told("only the clerk who is signed in sells", "只有已签到的操作员可交易"), changed_by=("clerks",)),
    Check(
        id="TIL-02", title=Told("sign-on with a wrong password", "密码错误的签到"),
        rule=Told("a wrong password signs nobody on, and asks nobody", "密码错误不得签到，也不发送"),
        source="docs/machines.md (what it refuses by itself)", kinds=frozenset({K.SALE, K.SIGN_ON}),
        changed_by=("clerks",), act=acts_till.keyed_in(K.SIGN_ON, password="9999"),
        must=(till_rules.not_told(FIRST, "approved"), *GOES_ON)),
    Check(
        id="TIL-03", title=Told("function that is switched off", "已关闭的功能"),
        rule=Told("a function that is off is refused by the terminal, and nothing is sent", "已关闭的功能由终端拒绝，不发送"),
        source="docs/machines.md (what it refuses by itself); parameter 26", kinds=frozenset({K.SALE}),
        settings={"disabled": ["balance"]}, changed_by=("disabled",), act=acts_batch.asked_for(K.BALANCE),
        must=(till_rules.not_told(FIRST, "approved"), till_rules.sends_nothing(FIRST), *GOES_ON)),
    Check(
        id="TIL-04", title=Told("same card and sum twice", "同卡同金额两次"),
        rule=Told("two customers are two sales under two numbers", "两次消费为两笔交易、两个流水号"),
        source=f"{DOC}; judge 8; failure operator.duplicate_entry", changed_by=("duplicate_warning",), act=acts_till.same_again,
        must=(till_rules.told(FIRST, "approved"), till_rules.told("second", "approved"), *GOES_ON)),
    Check(
        id="TIL-05", title=Told("till asks while the terminal is busy", "终端忙时收银再次请求"),
        rule=Told("one thing at a time: the second is refused, or waits, and neither is lost",
                  "一次只做一件：第二件拒绝或等待，两者都不丢失"),
        source="docs/machines.md (what it refuses by itself); judge 8", act=acts_till.busy,
        must=(till_rules.told(FIRST, "approved"), till_rules.sent_once(FIRST), *GOES_ON)),
    Check(
        id="TIL-06", title=Told("what the till is told", "告知收银的内容"),
        rule=Told("number, reference, code and sum are those of the reply, and of the receipt that the till is given",
                  "流水号、参考号、授权码和金额与应答一致，传给收银的凭条亦然"),
        source=f"{DOC}; judge 16", act=acts_batch.asked_for(K.SALE),
        must=(till_rules.told(FIRST, "approved"), till_rules.told_as_answered(FIRST), ecr_rules.receipt_has_the_sum(FIRST),
              *GOES_ON)),
    Check(
        id="TIL-07", title=Told("one wish, one transaction", "一次请求一笔交易"),
        rule=Told("whatever is lost, one wish of the till leaves under one number", "无论丢失什么，一次请求只用一个流水号"),
        source=f"{DOC}; judge 2, 8", act=acts.reply_lost(K.SALE),
        must=(till_rules.sent_once(FIRST), till_rules.sent_once(NEXT), *USUAL)),
    Check(
        id="TIL-08", title=Told("offline sale over the limit", "超过限额的离线消费"),
        rule=Told("over the limit nothing is approved offline", "超过限额不得离线批准"),
        source="docs/machines.md (what it refuses by itself)", kinds=frozenset({K.SALE, K.OFFLINE_SALE}),
        settings={"offline_limit": "500.00"}, changed_by=("offline_limit",),
        act=acts_batch.asked_for(K.OFFLINE_SALE, 50_001),
        must=(till_rules.not_told(FIRST, "approved"), till_rules.sends_nothing(FIRST), *GOES_ON)),
    Check(
        id="TIL-09", title=Told("settlement told as it ended", "如实告知结算结果"),
        rule=Told("a settlement is told to have ended when its batch is closed", "批次关闭后才告知结算完成"),
        source=f"{DOC}#settlement", kinds=frozenset({K.SALE, K.SETTLEMENT}), act=acts_batch.settled_after(sales=1),
        must=(till_rules.told("settlement", "approved"), *USUAL)),
)
ROWS = QR + CHAINS + DECLINES + TILL
