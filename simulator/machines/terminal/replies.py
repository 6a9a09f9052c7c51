"""Which replies a terminal takes for the answer to its request.

What their response codes mean is a row of :mod:`simulator.catalogue.response_codes`.  Checks no
MAC: that needs a key and is the machine's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import msgspec

from simulator.catalogue.response_codes import Outcome, response_code
from simulator.wire.kinds import REPLY_MTI
from simulator.wire.message import Message

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
    return reply.mid == request.mid or not response_code(reply.response_code).approves


def _amount(request: Message, reply: Message) -> bool:
    asked, amount = request.amount_fen, reply.amount_fen
    if asked is None or amount == asked:
        return True
    if response_code(reply.response_code).outcome is Outcome.PARTIAL:
        return amount is not None and 0 < amount < asked
    return not response_code(reply.response_code).approves


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
