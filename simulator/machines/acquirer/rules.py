"""What each kind of transaction asks of an issuer and of the transaction it refers to, as a table.

Checks only; moves nothing.  ``refusal`` gives the response code with which the host itself
declines, so that every reason stands in one place:

====  ==============================================================================
13    no sum, or none above zero
15    no issuer has such cards
25    the original is unknown, not approved, undone, or not the one that is described
12    the original is of the wrong kind, used up already, or closed with its batch
64    the sum is not the original's, or above what is left of it
61    the completion is above what was pre-authorised, with its margin; a refund is above what
      its merchant is still to be paid, where it may not be (``originals``)
====  ==============================================================================
"""

from __future__ import annotations

from enum import Enum

import msgspec

from simulator.machines.acquirer.events import IssuerRequest
from simulator.machines.acquirer.transactions import State, Transaction
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

NO_SUM, NO_ISSUER = "13", "15"


class Sum(Enum):
    """How the sum relates to the original's."""

    FREE = "free"
    EQUAL = "equal"
    REST = "rest"  # at most what is not refunded yet
    MARGIN = "margin"  # at most so many percent
    WITHIN = "within"  # at most so many percent again


class Rule(msgspec.Struct, frozen=True, gc=False):
    """One kind's row."""

    request: IssuerRequest
    originals: frozenset[Kind] = frozenset()
    sum: Sum = Sum.FREE
    open_batch: bool = False  # the original must not be settled


_SALES = frozenset({Kind.SALE, Kind.OFFLINE_SALE, Kind.COMPLETION, Kind.COMPLETION_ADVICE})
_ASK = IssuerRequest
RULES: dict[Kind, Rule] = {
    Kind.SALE: Rule(_ASK.DEBIT),
    Kind.OFFLINE_SALE: Rule(_ASK.DEBIT),
    Kind.PREAUTH: Rule(_ASK.HOLD),
    Kind.VOID: Rule(_ASK.CREDIT, frozenset({Kind.SALE}), Sum.EQUAL, open_batch=True),
    Kind.REFUND: Rule(_ASK.CREDIT, _SALES, Sum.REST),
    Kind.PREAUTH_VOID: Rule(_ASK.RELEASE, frozenset({Kind.PREAUTH}), Sum.EQUAL),
    Kind.COMPLETION: Rule(_ASK.DEBIT, frozenset({Kind.PREAUTH}), Sum.MARGIN),
    Kind.COMPLETION_ADVICE: Rule(_ASK.DEBIT, frozenset({Kind.PREAUTH}), Sum.MARGIN),
    Kind.COMPLETION_VOID: Rule(
        _ASK.CREDIT, frozenset({Kind.COMPLETION, Kind.COMPLETION_ADVICE}), Sum.EQUAL,
        open_batch=True,
    ),
    Kind.ADJUST: Rule(_ASK.DEBIT, _SALES, Sum.WITHIN, open_batch=True),
    Kind.TIP: Rule(_ASK.DEBIT, _SALES, Sum.WITHIN, open_batch=True),
}
_SCANNED = frozenset({Kind.QR_SALE})
WALLET_RULES: dict[Kind, Rule] = {  # asked of a wallet
    Kind.QR_SALE: Rule(_ASK.DEBIT),
    Kind.QR_VOID: Rule(_ASK.CREDIT, _SCANNED, Sum.EQUAL, open_batch=True),
    Kind.QR_REFUND: Rule(_ASK.CREDIT, _SCANNED, Sum.REST),
}


def pan_of(message: Message) -> str:
    """The card number, from F2 or the track."""
    return message.pan or message.track2.partition("D")[0]


def refusal(
    rule: Rule, message: Message, original: Transaction | None, *, settled: bool, percent: int,
    tip_percent: int = 100,
) -> str:
    """Why a transaction cannot be, as a response code; an empty string where nothing is wrong.

    ``settled`` says whether the batch of the original is closed; ``percent`` of the original bounds a
    completion, ``tip_percent`` a tip or an adjustment.
    """
    amount_fen = message.amount_fen
    if not amount_fen or amount_fen < 0:
        return NO_SUM
    if original is None or original.state is not State.APPROVED or _differs(message, original):
        return "25"
    if original.kind not in rule.originals or original.spent or (rule.open_batch and settled):
        return "12"
    return _sum_refusal(
        rule.sum, amount_fen, original, tip_percent if rule.sum is Sum.WITHIN else percent)


def _differs(message: Message, original: Transaction) -> bool:
    """Whether what the request says of its original is not so."""
    date = message.original.date if message.original is not None else ""
    pan = pan_of(message)
    return bool(
        (message.rrn.strip("0") and message.rrn != original.rrn)
        or (pan and pan != original.pan)
        or (date and date not in (original.day[:4], original.day[4:]))
        or (message.auth_code and original.auth_code and message.auth_code != original.auth_code),
    )


def _sum_refusal(rule: Sum, amount_fen: int, original: Transaction, percent: int) -> str:
    if rule is Sum.EQUAL:
        return "" if amount_fen == original.amount_fen and not original.refunded_fen else "64"
    if rule is Sum.REST:
        return "" if amount_fen + original.refunded_fen <= original.amount_fen else "64"
    if rule is Sum.MARGIN:
        return "" if amount_fen * 100 <= original.amount_fen * percent else "61"
    return "" if amount_fen * 100 <= original.amount_fen * percent else "64"
