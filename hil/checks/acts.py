"""What is done in checks: pieces that rows put a kind, a message or a moment into.

Each leaves the terminal with a good line and power; what came of it is in the evidence.
"""

from __future__ import annotations

from typing import Any

from hil.checks.check import Act
from hil.checks.stage import Stage
from hil.relay.decisions import LOSE, PASS, Decision
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.wire.kinds import MTI, Kind, mti_of_reply

FIRST, NEXT, SETTLED = "first", "next", "settlement"
HIT = "hit"  # the usual name of a disturbance
PAUSE_S = 0.3
RESTRICTED = 'mode = "policy.restricted"\nmay_stay_away = true'


def request(kind: Kind, nth: int = 1) -> Match:
    """The nth request of a kind from now on."""
    return Match(way=Way.UP, mti=MTI[kind], nth=nth)


def reply(kind: Kind, nth: int = 1) -> Match:
    """The nth reply to a kind from now on."""
    return Match(way=Way.DOWN, mti=mti_of_reply(MTI[kind]), nth=nth)


# ---- the usual course ---


def goes_on(stage: Stage) -> None:
    """The next customer, and the end of the day: what is wrong by then shows in the totals."""
    stage.do(NEXT, Kind.SALE)
    stage.rest()
    stage.settle()
    stage.rest()


def reply_is(kind: Kind, decision: Decision, *, match: Match | None = None, times: int = 1, **more: Any) -> Act:
    """The reply to one transaction is struck; then the day goes on."""
    def act(stage: Stage) -> None:
        asked = stage.prepared(kind, **more)
        stage.disturb(HIT, match or reply(kind), decision, times)
        stage.do(FIRST, kind, **asked)
        stage.rest()
        goes_on(stage)

    return act


def request_is(kind: Kind, decision: Decision, **more: Any) -> Act:
    """The request of one transaction is struck; then the day goes on."""
    return reply_is(kind, decision, match=request(kind), **more)


def reply_lost(kind: Kind, **more: Any) -> Act:
    """The reply never comes."""
    return reply_is(kind, LOSE, **more)


def undisturbed(*kinds: Kind, **more: Any) -> Act:
    """One of each, with all that must go before it; then the day goes on."""
    def act(stage: Stage) -> None:
        for kind in kinds:
            stage.disturb(kind.value, request(kind), PASS)
            stage.ask(kind.value, kind, **more)
        goes_on(stage)

    return act


def undisturbed_marked(kind: Kind) -> Act:
    """One transaction that is answered in time, marked; then the day goes on."""
    return reply_is(kind, PASS)


def then(*acts: Act) -> Act:
    """One after the other."""
    def act(stage: Stage) -> None:
        for each in acts:
            each(stage)

    return act
