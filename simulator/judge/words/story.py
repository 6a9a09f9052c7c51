"""The story of a finding: records as lines that a person reads in two languages.

Shows what the trace holds, which is masked already; adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from simulator.catalogue.disputes import STAGES
from simulator.judge.open_items import Sale
from simulator.judge.verdict import Step
from simulator.judge.words.sentences import yuan
from simulator.judge.words.terms import KINDS_ZH, RESULTS_ZH, actor_zh, reason_said, said
from simulator.local_time import datetime_at
from simulator.trace.records import (
    AlarmRaised,
    Arrived,
    BatchCounted,
    ChannelAnswered,
    Compensated,
    Concluded,
    Disputed,
    KeysUnfit,
    Lost,
    PayoutPosted,
    PlanStepTaken,
    Posted,
    ReceiptGiven,
    Record,
    Restarted,
    Sent,
    SlipReprinted,
)

STEPS_KEPT = 24
_Told = tuple[str, str]  # English, Chinese


def local(at_ms: int) -> str:
    """Local date and time to the second.

    >>> local(0)
    '1970-01-01 08:00:00'
    """
    return datetime_at(at_ms).strftime("%Y-%m-%d %H:%M:%S")


def _message(record: Sent | Arrived | Lost) -> _Told:
    facts = ""
    if record.stan:
        facts += f" {record.batch:06}/{record.stan:06}"
    amount = getattr(record, "amount_fen", None)
    if amount is not None:
        facts += f" {yuan(amount)}"
    code = getattr(record, "response_code", "")
    if code:
        facts += f" F39={code}"
    what = record.what
    return f"{record.mti} {what}{facts}", f"{record.mti} {said(KINDS_ZH, what)}{facts}"


def _sent(record: Sent) -> _Told:
    english, chinese = _message(record)
    again, again_zh = "", ""
    if record.attempt:
        again, again_zh = f" (try {record.attempt + 1})", f"（第 {record.attempt + 1} 次）"
    return (
        f"{record.actor} → {record.to}: {english}{again}",
        f"{actor_zh(record.actor)} → {actor_zh(record.to)}：{chinese}{again_zh}",
    )


def _arrived(record: Arrived) -> _Told:
    english, chinese = _message(record)
    english, chinese = f"{record.actor} got {english}", f"{actor_zh(record.actor)} 收到 {chinese}"
    if record.copy:
        english, chinese = f"{english} (a copy)", f"{chinese}（重复报文）"
    if not record.genuine:
        english, chinese = f"{english} (wrong MAC or forged)", f"{chinese}（MAC 错误或伪造）"
    return english, chinese


def _lost(record: Lost) -> _Told:
    english, chinese = _message(record)
    why, why_zh = reason_said("lost.why", record.why)
    return (
        f"lost: {english} from {record.sender}: {why}",
        f"丢失：{actor_zh(record.sender)} 发出的 {chinese}：{why_zh}",
    )


def _concluded(record: Concluded) -> _Told:
    code = record.response_code
    reason, reason_zh = reason_said("concluded.reason", record.reason)
    english = f"{record.actor} shows: {record.what} {record.result}"
    what_zh, result_zh = said(KINDS_ZH, record.what), said(RESULTS_ZH, record.result)
    chinese = f"{actor_zh(record.actor)} 显示：{what_zh}{result_zh}"
    return (
        " ".join(filter(None, (english, code, reason))),
        " ".join(filter(None, (chinese, code, reason_zh))),
    )


def _restarted(record: Restarted) -> _Told:
    why, why_zh = reason_said("restarted.why", record.why)
    return (
        f"{record.actor} restarted: {why}",
        f"{actor_zh(record.actor)} 重新启动：{why_zh}",
    )


def _posted(record: Posted) -> _Told:
    moved = ", ".join(f"{account} {yuan(fen)}" for account, fen in record.entries)
    why, why_zh = reason_said("posted.why", record.why)
    return (
        f"{record.actor} posted {why}: {moved}",
        f"{actor_zh(record.actor)} 记账（{why_zh}）：{moved}",
    )


def _printed(record: ReceiptGiven) -> _Told:
    fen = f" {yuan(record.amount_fen)}" if record.amount_fen else ""
    return (
        f"{record.actor} gives a receipt for {record.sale}{fen}",
        f"{actor_zh(record.actor)} 为 {record.sale} 出具凭条{fen}",
    )


def _paid(record: PayoutPosted) -> _Told:
    fen = yuan(record.net_fen)
    return (
        f"{record.actor} tells that payout {record.payout} of {fen} has arrived",
        f"{actor_zh(record.actor)} 报告付款 {record.payout} {fen} 已入账",
    )


def totals(record: BatchCounted) -> str:
    """The totals of a batch in short."""
    return (
        f"{record.debit_count} debits {yuan(record.debit_fen)}, "
        f"{record.credit_count} credits {yuan(record.credit_fen)}"
    )


def totals_zh(record: BatchCounted) -> str:
    """The same in Chinese."""
    return (
        f"借记 {record.debit_count} 笔 {yuan(record.debit_fen)}，"
        f"贷记 {record.credit_count} 笔 {yuan(record.credit_fen)}"
    )


def _counted(record: BatchCounted) -> _Told:
    closed, closed_zh = (", closed", "，已关闭") if record.closed else ("", "")
    return (
        f"{record.actor} counts batch {record.batch:06}: {totals(record)}{closed}",
        f"{actor_zh(record.actor)} 统计批次 {record.batch:06}：{totals_zh(record)}{closed_zh}",
    )


def _disputed(record: Disputed) -> _Told:
    words, sum_ = STAGES[record.stage], yuan(record.amount_fen)
    due = f" until {local(record.due_ms)}" if record.due_ms else ""
    due_zh = f"，期限 {local(record.due_ms)}" if record.due_ms else ""
    return (
        f"{record.actor}: dispute {record.case} of {sum_} {words.en}{due}",
        f"{actor_zh(record.actor)}：争议单 {record.case} {sum_} {words.zh}{due_zh}",
    )


def _reprinted(record: SlipReprinted) -> _Told:
    done, done_zh = ("prints", "补打") if record.printed else ("cannot print", "不能补打")
    return (f"{record.actor} {done} the slip of {record.key} again",
            f"{actor_zh(record.actor)} {done_zh} {record.key} 的签购单")


def _unfit(record: KeysUnfit) -> _Told:
    return (f"{record.actor}: keys of sign-on {record.stan:06} cannot be used, {record.key} does not fit",
            f"{actor_zh(record.actor)}：签到 {record.stan:06} 的密钥不可用，{record.key} 校验不符")


def _channel(record: ChannelAnswered) -> _Told:
    return (
        f"{record.actor} answers {record.asked} of {record.key}: {record.response_code}",
        f"{actor_zh(record.actor)} 应答 {record.key}（{record.asked}）：{record.response_code}",
    )


def _raised(record: AlarmRaised) -> _Told:
    more = f" ({record.seen})" if record.seen else ""
    drill, drill_zh = (" as a drill", "（演练）") if record.drill else ("", "")
    return (
        f"alarm {record.alarm} ({record.number}) goes off{drill}{more}",
        f"告警 {record.alarm}（{record.number}）{drill_zh}{more}",
    )


def _stepped(record: PlanStepTaken) -> _Told:
    could, could_zh = ("", "") if record.taken else (", which could not be taken", "，无法执行")
    return (
        f"the team takes step {record.step} of alarm {record.alarm} ({record.number}): {record.action}{could}",
        f"应急人员执行告警 {record.alarm}（{record.number}）的第 {record.step} 步：{record.action}{could_zh}",
    )


def _compensated(record: Compensated) -> _Told:
    fen = yuan(record.fen)
    return (
        f"merchant {record.mid} is compensated with {fen} for payout {record.payout}, late by {record.days} day(s)",
        f"商户 {record.mid} 因付款 {record.payout} 逾期 {record.days} 天获赔 {fen}",
    )


_TOLD: dict[type, Callable[..., _Told]] = {
    Sent: _sent, Arrived: _arrived, Lost: _lost, Concluded: _concluded, Restarted: _restarted,
    Posted: _posted, BatchCounted: _counted, ChannelAnswered: _channel, Disputed: _disputed,
    ReceiptGiven: _printed, PayoutPosted: _paid, AlarmRaised: _raised, PlanStepTaken: _stepped,
    Compensated: _compensated, SlipReprinted: _reprinted, KeysUnfit: _unfit,
}


def _moment(step: Step) -> int:
    return step.at_ms


def steps_of(story: Iterable[Record], sale: Sale | None) -> tuple[Step, ...]:
    """The lines of a story; of a sale that went smoothly only its beginning and end are kept."""
    steps = []
    if sale is not None and sale.amount_fen:
        amount = yuan(sale.amount_fen)
        steps.append(Step(
            sale.meant_ms, f"the customer means to pay {amount}", f"顾客要支付 {amount}",
        ))
    steps += [Step(record.at_ms, *_TOLD[type(record)](record)) for record in story]
    if sale is not None and sale.story is None and sale.concluded_ms:
        steps.append(Step(
            sale.concluded_ms, f"terminal {sale.tid} shows: {sale.result}",
            f"终端 {sale.tid} 显示：{said(RESULTS_ZH, sale.result)}",
        ))
    steps.sort(key=_moment)
    if len(steps) > STEPS_KEPT:
        half = STEPS_KEPT // 2
        left_out = len(steps) - 2 * half
        gap = Step(
            steps[half].at_ms, f"… {left_out} more …", f"……略去 {left_out} 条……",
        )
        steps = [*steps[:half], gap, *steps[-half:]]
    return tuple(steps)
