"""What can become of a record: a closed set, each with its words, closed or open.

Every record that was read ends in exactly one of them, which is why totals add up.
"""

from __future__ import annotations

from enum import Enum

from simulator.catalogue.language import Told


class State(str, Enum):
    """Where a record stands at the end.  The order is that of reports."""

    __hash__ = str.__hash__

    MATCHED = "matched"
    LATE = "late"
    NETTED = "netted"
    CANCELLED = "cancelled"
    COMPENSATION = "compensation"
    NO_MONEY = "no_money"
    OTHER = "other"
    DIFFERS = "differs"
    PAYOUT_DIFFERS = "payout_differs"
    ONLY_HERE = "only_here"
    DUPLICATE = "duplicate"
    UNSETTLED = "unsettled"
    ON_ITS_WAY = "on_its_way"
    OWED = "owed"
    SUSPENDED = "suspended"


CLOSED = frozenset({
    State.MATCHED, State.LATE, State.NETTED, State.CANCELLED, State.COMPENSATION, State.NO_MONEY, State.OTHER})

WORDS: dict[State, Told] = {
    State.MATCHED: Told("matched", "相符"),
    State.LATE: Told("matched, money late", "相符，到账迟"),
    State.NETTED: Told("netted, nothing to pay", "已轧差，无需付款"),
    State.CANCELLED: Told("cancel each other out", "自行冲抵"),
    State.COMPENSATION: Told("compensation", "赔付款"),
    State.NO_MONEY: Told("declined, no money", "未成交"),
    State.OTHER: Told("no sale (withdrawal)", "与交易无关（提现等）"),
    State.DIFFERS: Told("differing", "不符"),
    State.PAYOUT_DIFFERS: Told("in a differing payout", "所在付款不符"),
    State.ONLY_HERE: Told("only on this side", "单边"),
    State.DUPLICATE: Told("duplicate", "重复"),
    State.UNSETTLED: Told("not settled yet", "未清算"),
    State.ON_ITS_WAY: Told("on its way, not due", "在途，未到期"),
    State.OWED: Told("owed: due and not here", "到期未到账"),
    State.SUSPENDED: Told("in suspense", "挂账"),
}
