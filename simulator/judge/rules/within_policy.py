"""Invariant 25: nobody goes beyond what card, account and terminal allow.

No issuer takes more from a card's own account than is there; no bank books a payout into an account
that is frozen or closed, or that is bound in another name; no terminal approves by itself more than
its offline limit; and none does what it is asked for by somebody who may not, or what is switched off.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.postings import ISSUING
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided, SaleShown
from simulator.judge.transactions import HOST
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import Concluded, PayoutPosted, Posted, Sent, Unentitled, key_of

OPEN = ("", "open")  # "": nobody says
OFFLINE = "offline_sale"
ACCOUNTS_KEPT = 100_000
KEYS_KEPT = 5_000
_CUSTOMERS = ("cardholder:", "wallet:")


class Funds(msgspec.Struct, gc=False):
    """What stands in the accounts of single cards, and what was approved without asking."""

    of_card: dict[str, int] = msgspec.field(default_factory=dict)
    asked: dict[tuple[str, str, str], str] = msgspec.field(default_factory=dict)
    """Why a terminal must refuse, by TID, order and kind, until it has said how that ended."""
    beyond: dict[str, None] = msgspec.field(default_factory=dict)  # keys that are told already


_Case = Case[Funds]


def posted(case: _Case, record: Posted) -> None:
    """Money moved, also what a lost dispute gave back; of cards in a pool nothing is known of each."""
    funds = case.memory.of_card
    for account, fen in record.entries:
        if not account.startswith(_CUSTOMERS):
            continue
        if record.why == PostingReason.OPENING:
            funds[account] = funds.get(account, 0) + fen
            if len(funds) > ACCOUNTS_KEPT:
                del funds[next(iter(funds))]
        elif account in funds or (funds and "/" in account):  # one that begins with nothing is not opened
            funds[account] = funds.get(account, 0) + fen
            if fen < 0:
                case.exercised += 1
                if funds[account] < 0:
                    _overdrawn(case, record, account, funds[account])


def _overdrawn(case: _Case, record: Posted, account: str, left_fen: int) -> None:
    transaction = case.book.transactions.get(record.key)
    case.find(
        "overdrawn", at_ms=record.at_ms, key=record.key, account=account.partition(":")[2],
        sum=yuan(-left_fen), amount_fen=-left_fen, sale=transaction.sale if transaction else None,
    )


def paid(case: _Case, record: PayoutPosted) -> None:
    """A bank booked a payout."""
    merchant = case.book.merchants.get(record.mid)
    if merchant is None:
        return
    opened = merchant.opened
    if opened.account_status:
        case.exercised += 1
    if opened.account_status not in OPEN:
        case.find(
            "paid_into_barred_account", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            status=opened.account_status, status_zh=_STATUS_ZH.get(opened.account_status, opened.account_status),
            amount_fen=record.net_fen,
        )
    if not opened.account_name_matches:
        case.find(
            "paid_to_another_name", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            amount_fen=record.net_fen,
        )


def unentitled(case: _Case, record: Unentitled) -> None:
    """Somebody asks who may not."""
    asked = case.memory.asked
    asked[record.tid, record.sale, record.what] = record.why
    if len(asked) > KEYS_KEPT:
        del asked[next(iter(asked))]


def _must_refuse(case: _Case, record: Concluded) -> None:
    tid = record.actor.removeprefix("terminal.")
    why = case.memory.asked.pop((tid, record.sale, record.what), "")
    if not why:
        return
    case.exercised += 1
    if record.result != "refused":
        en, zh = _WHY[why]
        case.find(
            "did_what_it_must_refuse", at_ms=record.at_ms, tid=tid, order=record.sale,
            result=record.result, why=en, why_zh=zh, amount_fen=record.amount_fen,
            sale=case.book.sales.get(record.sale),
        )


def concluded(case: _Case, record: Concluded) -> None:
    """A terminal approved something by itself, or for whoever asked."""
    if case.memory.asked:
        _must_refuse(case, record)
    if record.what == OFFLINE and record.result == "approved":
        tid = record.actor.removeprefix("terminal.")
        _offline(case, tid, key_of(tid, record.batch, record.stan), record.amount_fen, record.at_ms)


def sent(case: _Case, record: Sent) -> None:
    """And tells the host of it."""
    if record.what == OFFLINE and record.actor != HOST and not record.original:
        key = key_of(record.tid, record.batch, record.stan)
        _offline(case, record.tid, key, record.amount_fen or 0, record.at_ms)


def _offline(case: _Case, tid: str, key: str, amount_fen: int, at_ms: int) -> None:
    terminal = case.book.terminals.get(tid)
    limit_fen = -1 if terminal is None else terminal.opened.offline_limit_fen
    beyond = case.memory.beyond
    if limit_fen < 0 or key in beyond:
        return
    case.exercised += 1
    if amount_fen <= limit_fen:
        return
    beyond[key] = None
    if len(beyond) > KEYS_KEPT:
        del beyond[next(iter(beyond))]
    transaction = case.book.transactions.get(key)
    case.find(
        "over_offline_limit", at_ms=at_ms, tid=tid, key=key, sum=yuan(amount_fen),
        limit=yuan(limit_fen), amount_fen=amount_fen,
        sale=transaction.sale if transaction else None,
    )


_WHY = {
    "not_signed_in": ("whoever asked is not signed in", "操作人未签到"),
    "wrong_password": ("the password was wrong", "密码错误"),
    "no_right": ("the supervisor's password was not given", "未输入主管密码"),
    "disabled": ("this function is switched off", "该功能未开通"),
}
_STATUS_ZH = {"frozen": "冻结", "closed": "销户"}
def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is debited."""
    funds = case.memory.of_card
    customer, fen = stretch.debit.entries[0]
    left = funds.get(customer)
    if left is None or left + fen < 0:
        if funds:
            posted(case, stretch.debit)
        return
    funds[customer] = left + fen
    if customer.startswith(_CUSTOMERS):
        case.exercised += 1


def shown(case: _Case, stretch: SaleShown) -> None:
    """And approved."""
    if case.memory.asked:
        _must_refuse(case, stretch.concluded)


RULE = Rule(
    number=25, en="within what is allowed", zh="不超越许可", remembers=Funds,
    findings=(
        Sentence("overdrawn", Urgency.SAFETY,
                 "{key} took {sum} more from {account} than was there",
                 "{key} 使 {account} 透支 {sum}"),
        Sentence("paid_into_barred_account", Urgency.SAFETY,
                 "payout {payout} was booked for merchant {mid}, whose account is {status}",
                 "付款 {payout} 入账给商户 {mid}，而其账户已{status_zh}"),
        Sentence("paid_to_another_name", Urgency.SAFETY,
                 "payout {payout} was booked for merchant {mid}, whose account is bound in another name",
                 "付款 {payout} 入账给商户 {mid}，而其绑定账户户名不符"),
        Sentence("over_offline_limit", Urgency.SAFETY,
                 "terminal {tid} approved {key} of {sum} offline; its limit is {limit}",
                 "终端 {tid} 脱机批准 {key}（{sum}），超过限额 {limit}"),
        Sentence("did_what_it_must_refuse", Urgency.SAFETY,
                 "terminal {tid} did {order} ({result}), and {why}",
                 "终端 {tid} 办理了 {order}（{result}），而{why_zh}"),
    ),
    only={Posted: ISSUING | {PostingReason.OPENING, PostingReason.DISPUTE_CREDITED}, Sent: frozenset({"terminal"})},
    plain={SaleAsked: 0, SaleDecided: decided, SaleShown: shown},
    hears={Posted: posted, PayoutPosted: paid, Concluded: concluded, Sent: sent,
           Unentitled: unentitled},
)
