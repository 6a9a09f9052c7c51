"""Which replies a terminal takes, and what their response codes mean to it, as tables.

Checks no MAC: that needs a key and is the machine's.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import lru_cache

import msgspec

from simulator.catalogue import response_codes
from simulator.catalogue.response_codes import PARTIAL
from simulator.wire.kinds import REPLY_MTI
from simulator.wire.message import Message

APPROVED = response_codes.APPROVED | {PARTIAL}
REVERSAL_DONE = APPROVED | {"25", "94"}  # 25: the host knows nothing that could be reversed
WALLET_PENDING = frozenset({"09"})  # being processed: ask again
UNKNOWN_AT_HOST = "25"
NOT_BELIEVED = "A0"  # the host saw a wrong MAC: perhaps not on ours, so it says nothing of ours
TRY_LATER = frozenset({"68", "90", "91", "92", "96", "98", "A7"})  # the host could not: repeat


class CodeEffect(str, Enum):
    """What a code makes a terminal do besides ending the transaction."""

    NONE = "none"
    SIGN_ON = "sign_on"
    UPDATE = "update"
    CAPTURE_CARD = "capture_card"


CODE_EFFECT: dict[str, CodeEffect] = {
    "77": CodeEffect.SIGN_ON,
    "99": CodeEffect.SIGN_ON,
    "A0": CodeEffect.SIGN_ON,
    "78": CodeEffect.UPDATE,
    "04": CodeEffect.CAPTURE_CARD,
    "07": CodeEffect.CAPTURE_CARD,
    "33": CodeEffect.CAPTURE_CARD,
    "34": CodeEffect.CAPTURE_CARD,
    "35": CodeEffect.CAPTURE_CARD,
    "36": CodeEffect.CAPTURE_CARD,
    "37": CodeEffect.CAPTURE_CARD,
    "41": CodeEffect.CAPTURE_CARD,
    "43": CodeEffect.CAPTURE_CARD,
    "67": CodeEffect.CAPTURE_CARD,
}


# ---- is it the answer to this request? -------------------------------------------------------


class ReplyCheck(msgspec.Struct, frozen=True, gc=False):
    """One comparison of a reply with its request.

    A reply that fails an ``addressing`` check belongs to some other exchange (a late one) and is
    passed over; one that fails another is a mismatched reply, and the profile says what follows.
    """

    name: str
    holds: Callable[[Message, Message], bool]
    addressing: bool = False


def _mti(request: Message, reply: Message) -> bool:
    return reply.mti == REPLY_MTI[request.mti]


def _stan(request: Message, reply: Message) -> bool:
    return reply.stan == request.stan


def _tid(request: Message, reply: Message) -> bool:
    return reply.tid == request.tid


def _processing_code(request: Message, reply: Message) -> bool:
    return reply.processing_code == request.processing_code


def _mid(request: Message, reply: Message) -> bool:
    return reply.mid == request.mid or reply.response_code not in APPROVED


def _amount(request: Message, reply: Message) -> bool:
    asked, amount = request.amount_fen, reply.amount_fen
    if asked is None or amount == asked:
        return True
    if reply.response_code == PARTIAL:
        return amount is not None and 0 < amount < asked
    return reply.response_code not in APPROVED


REPLY_CHECKS: dict[str, ReplyCheck] = {
    check.name: check for check in (
        ReplyCheck("mti", _mti, addressing=True),
        ReplyCheck("stan", _stan, addressing=True),
        ReplyCheck("tid", _tid, addressing=True),
        ReplyCheck("processing_code", _processing_code),
        ReplyCheck("mid", _mid),
        ReplyCheck("amount", _amount),
    )
}
MAC_CHECK = "mac"


@lru_cache(maxsize=64)
def checks_of(names: tuple[str, ...]) -> tuple[ReplyCheck, ...]:
    """The checks that a profile names, addressing first; the MAC is checked apart."""
    wanted = [check for name, check in REPLY_CHECKS.items() if name in names]
    return tuple(sorted(wanted, key=lambda check: not check.addressing))


def failed_check(
    checks: tuple[ReplyCheck, ...], request: Message, reply: Message,
) -> ReplyCheck | None:
    """The first check that does not hold."""
    if (
        reply.stan == request.stan and reply.amount_fen == request.amount_fen
        and reply.mti == REPLY_MTI[request.mti] and reply.tid == request.tid
        and reply.mid == request.mid and reply.processing_code == request.processing_code
    ):
        return None  # every check would hold; the usual case, at one glance
    for check in checks:
        if not check.holds(request, reply):
            return check
    return None
