"""Invariant 21: the ledger is as told: the judge keeps the accounts itself and compares.

On one side what the books posted, on the other what was told of it: items cleared, settlements,
payouts sent, posted, returned, put on suspense and released.  Accounts that must rest at zero then
hold what is still open and nothing else.
"""

from __future__ import annotations

from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Rule
from simulator.judge.rules.ledger_as_told.accounts import Accounts
from simulator.judge.rules.ledger_as_told.booked import decided, posted
from simulator.judge.rules.ledger_as_told.told import (
    arrived,
    at_end,
    cleared,
    cut_over,
    disputed,
    diverted,
    noticed,
    released,
    returned,
    sent,
    settled,
    suspended,
)
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import (
    Disputed,
    ItemCleared,
    Journaled,
    MerchantSettled,
    NoticeSent,
    PayoutDiverted,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    Posted,
    Released,
    Suspended,
)

RULE = Rule(
    number=21, en="the ledger is as told", zh="账实相符", needs=BOOKS, remembers=Accounts,
    findings=(
        Sentence("settlement_booked_otherwise", Urgency.SAFETY,
                 "settlement {payout} was told as {told} and booked as {booked}",
                 "清算 {payout} 报告为 {told}，账上却为 {booked}"),
        Sentence("payout_booked_otherwise", Urgency.SAFETY,
                 "payout {payout} was told with {told} in all, and {booked} were booked",
                 "付款 {payout} 报告共 {told}，账上却记 {booked}"),
        Sentence("notice_otherwise", Urgency.SAFETY,
                 "merchant {mid} was told of {told} (sum / balance); what was booked or returned is {right}",
                 "商户 {mid} 收到 {told}（金额/余额）的通知；实际入账或退回为 {right}"),
        Sentence("account_not_as_told", Urgency.SAFETY,
                 "account {account} holds {booked}; what was told makes {told}",
                 "账户 {account} 余额为 {booked}；按已报告的业务应为 {told}"),
        Sentence("account_below_zero", Urgency.SAFETY,
                 "account {account} is at {balance} after {key}, and cannot be below zero",
                 "账户 {account} 在 {key} 之后余额为 {balance}，不可能为负"),
    ),
    only={Journaled: frozenset({"cutover"})},
    plain={SaleDecided: decided},
    hears={
        Posted: posted, ItemCleared: cleared, MerchantSettled: settled, PayoutSent: sent,
        PayoutReturned: returned, PayoutDiverted: diverted, PayoutPosted: arrived, Suspended: suspended, Released: released,
        NoticeSent: noticed, Disputed: disputed, Journaled: cut_over,
    },
    at_end=at_end,
)
