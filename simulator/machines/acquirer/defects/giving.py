"""Hosts that give the wrong numbers, wait for nobody, or answer what comes again otherwise."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.defect import Defect, Replacements, instead
from simulator.machines.acquirer.copies import known_again
from simulator.machines.acquirer.defects.changing import answering, on_request
from simulator.machines.acquirer.events import SaleContested
from simulator.machines.acquirer.replies import reply
from simulator.machines.acquirer.reversals import contest_sale
from simulator.machines.acquirer.sales import decline, take_up
from simulator.machines.acquirer.transactions import Transaction
from simulator.machines.acquirer.work import Effects, HostTable, Request, Step, Work
from simulator.wire.keys import with_other_check
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

_WITH_CARD = (Kind.SALE, Kind.VOID, Kind.REFUND, Kind.PREAUTH, Kind.COMPLETION)


def _batch_far_ahead() -> Replacements:
    """Give a batch far ahead at each sign-on but the first."""
    seen: set[str] = set()

    def changed(_work: Work, message: Message) -> Message:
        if message.tid in seen:
            return replace(message, batch=message.batch + 40)
        seen.add(message.tid)
        return message

    return answering(changed, Kind.SIGN_ON)


def _other_number(_work: Work, message: Message) -> Message:
    """Answer under the next number."""
    return replace(message, stan=(message.stan or 0) % 999_999 + 1)


def _other_code(_work: Work, message: Message) -> Message:
    """Tell an authorisation code that no issuer gave."""
    if message.response_code != "00" or not message.auth_code.isdecimal():
        return message
    return replace(message, auth_code=f"{(int(message.auth_code) + 1) % 1_000_000:06}")


def _waits_for_nobody(_right: Step, work: Work, request: Request) -> Effects:
    """Say at once that the issuer is silent."""
    return decline(work, request, "98")


def _says_nothing(_right: Step, _work: Work, _request: Request) -> Effects:
    """Pass over what is asked."""
    return []


def _declines_copies(
    _right: Callable[[Work, Request, Transaction], Effects], work: Work, request: Request,
    transaction: Transaction,
) -> Effects:
    """Decline whatever comes a second time, also where it was approved."""
    return [reply(work, request, "05", rrn=transaction.rrn)]


def _forgets_disputes(
    _right: Callable[[Work, SaleContested, int], Effects], _work: Work, _event: SaleContested, _now_ms: int,
) -> Effects:
    """Hear that a sale is disputed, and let the counter refund it all the same."""
    return []


def _other_check(_work: Work, message: Message) -> Message:
    """Give keys with another check value."""
    return replace(message, private=with_other_check(message.private)) if message.private else message


ROWS = (
    Defect("acquirer.refunds_disputed", "a sale that is disputed can be refunded too",
           (33,), instead(HostTable, (contest_sale, _forgets_disputes)), shown_by="judge/refund-of-what-is-disputed",
           zh="已有争议的交易仍可退货"),
    Defect("acquirer.gives_batch_far_ahead", "a sign-on gets a batch number far ahead",
           (28,), _batch_far_ahead, shown_by="defects/mac-failure",
           zh="签到时给出远超当前的批次号"),
    Defect("acquirer.gives_unfit_keys", "the check value of the keys that a sign-on gets is wrong",
           (13,), answering(_other_check, Kind.SIGN_ON), shown_by="judge/keys-do-not-fit",
           zh="签到下发的密钥校验值错误"),
    Defect("acquirer.answers_other_number", "answers bear the number after that of the request",
           (28,), answering(_other_number, Kind.SALE), shown_by="defects/two-coffees",
           zh="应答的流水号是请求之后的一个"),
    Defect("acquirer.tells_other_code", "the authorisation code that is told is not the issuer's",
           (28,), answering(_other_code, *_WITH_CARD), shown_by="defects/two-coffees",
           zh="告知的授权码不是发卡行给出的"),
    Defect("acquirer.waits_for_nobody", "sales are answered 98 at once, without asking the issuer",
           (30,), on_request(take_up, _waits_for_nobody, Kind.SALE), shown_by="defects/two-coffees",
           zh="不询问发卡行，立即以 98 应答"),
    Defect("acquirer.says_nothing", "sales are never answered",
           (30,), on_request(take_up, _says_nothing, Kind.SALE), shown_by="defects/two-coffees",
           zh="消费请求从不应答"),
    Defect("acquirer.declines_copies", "a copy of what was approved is declined",
           (32,), instead(HostTable, (known_again, _declines_copies)),
           shown_by="defects/repeated-requests",
           zh="已批准交易的重复报文被拒绝"),
)
