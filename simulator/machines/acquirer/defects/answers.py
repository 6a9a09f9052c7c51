"""Hosts that answer what is not so: approvals for declines, other dates, one RRN for all."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from simulator.defect import Defect, Replacements, instead
from simulator.local_time import HOUR_MS, hhmmss, mmdd
from simulator.machines.acquirer.defects.changing import answering, on_request
from simulator.machines.acquirer.machine import handle
from simulator.machines.acquirer.replies import refuse, reply
from simulator.machines.acquirer.reversals import reverse
from simulator.machines.acquirer.sales import decline, take_up
from simulator.machines.acquirer.work import Effects, HostTable, Request, Step, Work
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

_SALES = (Kind.SALE, Kind.QR_SALE)
_WITH_SUM = (Kind.SALE, Kind.VOID, Kind.REFUND, Kind.PREAUTH, Kind.COMPLETION)


def _approve_all(_work: Work, message: Message) -> Message:
    """Approve what was declined."""
    if message.response_code == "00":
        return message
    return replace(message, response_code="00", auth_code="000000")


def _decline_all(_work: Work, message: Message) -> Message:
    """Decline what was approved and booked."""
    return replace(message, response_code="05") if message.response_code == "00" else message


def _one_rrn(_work: Work, message: Message) -> Message:
    """Give one RRN to all."""
    return replace(message, rrn="000000000001") if message.response_code == "00" else message


def _other_code(_work: Work, message: Message) -> Message:
    """Say stolen card whatever the issuer's reason."""
    return message if message.response_code == "00" else replace(message, response_code="43")


def _other_sum(_work: Work, message: Message) -> Message:
    """Answer with a fen less than was asked and booked."""
    if message.response_code != "00" or not message.amount_fen:
        return message
    return replace(message, amount_fen=message.amount_fen - 1)


def _no_code(_work: Work, message: Message) -> Message:
    """Leave F38 out."""
    return replace(message, auth_code="")


def _other_card(_work: Work, message: Message) -> Message:
    """Name a card that nobody has."""
    return replace(message, pan=f"{message.pan[:6]}{'0' * (len(message.pan) - 6)}") if message.pan else message


def _next_batch(_work: Work, message: Message) -> Message:
    """Answer under the number of the batch that comes next."""
    return replace(message, batch=message.batch + 1)


def _tomorrow(work: Work, message: Message) -> Message:
    """Name the next business day in F15."""
    if not message.settlement_date:
        return message
    day = date.fromisoformat(work.books.settlement_date) + timedelta(days=1)
    return replace(message, settlement_date=day.strftime("%m%d"))


def _by_greenwich() -> Replacements:
    """Write F12 and F13 by the clock of Greenwich."""
    now = [0]

    def heard(right: object, work: Work, event: object, now_ms: int) -> Effects:
        now[0] = now_ms
        return right(work, event, now_ms)  # type: ignore[operator,no-any-return]

    def changed(_work: Work, message: Message) -> Message:
        at_ms = now[0] - 8 * HOUR_MS
        return replace(message, local_time=hhmmss(at_ms), local_date=mmdd(at_ms))

    return instead(HostTable, (handle, heard)) + answering(changed, *_WITH_SUM)


def _no_to_all(_right: Step, work: Work, request: Request) -> Effects:
    """Decline without asking anybody."""
    return decline(work, request, "05")


def _say_reversed(_right: Step, work: Work, request: Request) -> Effects:
    """Answer a reversal, and do nothing about it."""
    return [reply(work, request, "00")]


def _know_nothing(_right: Step, work: Work, request: Request) -> Effects:
    """Answer each reversal as if its original had never come."""
    return refuse(work, request, "25")


ROWS = (
    Defect("acquirer.approves_declined", "what an issuer declined is answered as an approval",
           (3, 5), answering(_approve_all, *_SALES), shown_by="defects/market-day",
           zh="发卡行拒绝的交易应答为批准"),
    Defect("acquirer.declines_approved", "what was approved and booked is answered as a decline",
           (4,), answering(_decline_all, *_SALES), shown_by="defects/market-day",
           zh="已批准并入账的交易应答为拒绝"),
    Defect("acquirer.one_rrn", "all approvals get one RRN",
           (28,), answering(_one_rrn, *_WITH_SUM), shown_by="defects/two-coffees",
           zh="所有批准共用一个参考号"),
    Defect("acquirer.other_decline_code", "a decline is told with another reason than the issuer's",
           (32,), answering(_other_code, Kind.SALE), shown_by="defects/market-day",
           zh="拒绝应答的原因与发卡行所给不同"),
    Defect("acquirer.answers_other_sum", "an approval names a fen less than was booked",
           (32,), answering(_other_sum, *_WITH_SUM), shown_by="defects/market-day",
           zh="批准应答的金额比入账少一分"),
    Defect("acquirer.leaves_out_code", "approvals lack the authorisation code that the issuer gave",
           (28,), answering(_no_code, *_WITH_SUM), shown_by="defects/two-coffees",
           zh="批准应答缺少发卡行给出的授权码"),
    Defect("acquirer.answers_other_card", "replies name another card than was presented",
           (28,), answering(_other_card, *_WITH_SUM), shown_by="defects/two-coffees",
           zh="应答中的卡号不是所用的卡"),
    Defect("acquirer.answers_next_batch", "a settlement is answered under the number of the next batch",
           (28,), answering(_next_batch, Kind.SETTLEMENT), shown_by="defects/two-coffees",
           zh="结算应答使用了下一批次号"),
    Defect("acquirer.tells_next_day", "replies name the next business day as settlement date",
           (24,), answering(_tomorrow, *_WITH_SUM), shown_by="defects/market-day",
           zh="应答中的清算日期是下一营业日"),
    Defect("acquirer.dates_by_greenwich", "time and date in replies are those of another time zone",
           (27,), _by_greenwich, shown_by="defects/reversal-repeated-over-midnight",
           zh="应答中的时间和日期用了另一时区"),
    Defect("acquirer.declines_everything", "every sale is declined, and nobody is asked",
           (30,), on_request(take_up, _no_to_all, Kind.SALE, Kind.PREAUTH), shown_by="defects/two-coffees",
           zh="不问任何人就拒绝每一笔交易"),
    Defect("acquirer.says_reversed", "a reversal is acknowledged and not done",
           (4,), on_request(reverse, _say_reversed, Kind.REVERSAL), shown_by="lost-reply",
           zh="冲正只应答，不执行"),
    Defect("acquirer.knows_no_original", "every reversal is answered as if its original never came",
           (4,), on_request(reverse, _know_nothing, Kind.REVERSAL), shown_by="lost-reply",
           zh="每笔冲正都应答为找不到原交易"),
)
