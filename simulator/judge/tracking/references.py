"""Why a transaction cannot refer to what it refers to, where its terminal could have known.

A void of nothing, a refund of more than is left, a signature for a decline.  Where only the host can
know (a batch long closed, risk control) there is no answer.
"""

from __future__ import annotations

from simulator.catalogue.language import Told
from simulator.catalogue.response_codes import response_code
from simulator.judge.open_items import Transaction
from simulator.judge.transactions import RETURNING
from simulator.trace.records import Sent

MARGIN = 115  # per cent of what was held that may be completed
COMPLETING = frozenset({"completion", "completion_advice"})
PART_APPROVED = "10"  # the sum is the reply's
_NAMES_NOTHING = Told("it names nothing", "未指明原交易")
_NEVER_APPROVED = Told("that was never approved", "原交易未获批准")


def why_not(asked: Transaction, original: Transaction | None) -> Told | None:
    """Of a void, refund or completion."""
    if original is None:
        return _NAMES_NOTHING
    if original.code and not response_code(original.code).approves:
        return _NEVER_APPROVED
    amount = asked.amount_fen
    if asked.what in RETURNING and original.returned_fen + amount > original.amount_fen:
        return Told("more than is left of it", "超过原交易余额")
    if asked.what in COMPLETING and amount * 100 > original.amount_fen * MARGIN:
        return Told("more than may be completed", "超过可完成金额")
    cards = {asked.card, original.card} - {""}
    return Told("another card", "卡号与原交易不符") if len(cards) > 1 else None


def why_not_signed(reply: Sent, signed: Transaction | None, *, is_settled: bool) -> Told | None:
    """Of a signature (25), by the reply, which repeats the sum of its request."""
    if signed is None:
        return None if is_settled else _NAMES_NOTHING
    if signed.reversals:
        return Told("that is reversed", "原交易已冲正")
    if signed.code and not response_code(signed.code).approves:
        return _NEVER_APPROVED
    if signed.code != PART_APPROVED and reply.amount_fen not in (None, signed.amount_fen):
        return Told("another sum", "金额与原交易不符")
    return None
