"""What is done to replies and to the line: late, repeated, foreign, damaged, refused."""

from __future__ import annotations

from typing import Any

from hil.checks.acts import FIRST, HIT, RESTRICTED, goes_on, reply, reply_is
from hil.checks.check import Act
from hil.checks.stage import Stage
from hil.relay.decisions import HANG_UP, Mac, change, hold, repeat
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.wire.kinds import MTI, Kind

# Late for a terminal whose clock this machine holds up as well: an emulator without a processor for half a second.
LATE_BY_MS = 1000


def late_reply(stage: Stage) -> None:
    """The reply comes when the terminal has given up."""
    after_ms = stage.profile.reply_timeout_ms + LATE_BY_MS
    stage.lose_reply("0410", Kind.REVERSAL)
    stage.disturb(HIT, reply(Kind.SALE), hold(after_ms))
    stage.do(FIRST, Kind.SALE)
    stage.rest()
    goes_on(stage)


def late_during_reversal(stage: Stage) -> None:
    """The reply comes between the reversal and its answer."""
    stage.disturb(HIT, reply(Kind.SALE), hold(until=Match(way=Way.UP, mti="0400")))
    stage.disturb("0410", Match(way=Way.DOWN, mti="0410"), hold(600))
    stage.do(FIRST, Kind.SALE)
    stage.rest()
    goes_on(stage)


def late_during_next(kind: Kind = Kind.SALE) -> Act:
    """The reply to what was reversed comes while the next transaction waits; that one is declined."""
    def act(stage: Stage) -> None:
        stage.disturb(HIT, reply(kind), hold(until=Match(way=Way.UP, mti=MTI[kind])))
        stage.do(FIRST, kind)
        stage.rest()
        stage.rig.host.fault(RESTRICTED)
        stage.disturb("declined", reply(kind), hold(500))
        stage.do("second", kind)
        stage.rest()
        stage.rig.host.heal()
        goes_on(stage)

    return act


def copy_during_next(stage: Stage) -> None:
    """A copy of an approval comes while the next transaction waits; that one is declined."""
    stage.disturb(HIT, reply(Kind.SALE), repeat(1, 400))
    stage.must(FIRST, Kind.SALE)
    stage.rig.host.fault('mode = "acquirer.risk_hold"\nmay_stay_away = true')
    stage.disturb("declined", reply(Kind.SALE), hold(900))
    stage.do("second", Kind.SALE)
    stage.rest()
    stage.rig.host.heal()
    goes_on(stage)


def changed_reply(field: str, value: str, mac: Mac = Mac.RIGHT) -> Act:
    """One field of the reply to a sale is another's."""
    return reply_is(Kind.SALE, change(field, value, mac))


def approved_as(*codes: str) -> Act:
    """One sale for each code that approves; then the day goes on."""
    def act(stage: Stage) -> None:
        for code in codes:
            stage.disturb(code, reply(Kind.SALE), change("39", code, Mac.RIGHT))
            stage.do(code, Kind.SALE)
            stage.rest()
        goes_on(stage)

    return act


def decline_changed(stage: Stage) -> None:
    """The host declines, and somebody on the line makes an approval of that."""
    stage.rig.host.fault(RESTRICTED)
    stage.disturb(HIT, reply(Kind.SALE), change("39", "00", Mac.KEPT))
    stage.do(FIRST, Kind.SALE)
    stage.rig.host.heal()
    stage.rest()
    goes_on(stage)


def refused(stage: Stage) -> None:
    """The line ends after an echo test, and nobody is let in again for one sale."""
    stage.disturb(HIT, reply(Kind.ECHO_TEST), HANG_UP)
    stage.do("echo test", Kind.ECHO_TEST)
    stage.rig.line.line(refuse=True)
    stage.do(FIRST, Kind.SALE)
    stage.rig.line.line()
    stage.rest()
    goes_on(stage)


def on_a_line(**line: Any) -> Act:
    """One sale on a line that is as it should not be, and a good one after it."""
    def act(stage: Stage) -> None:
        stage.rig.line.line(**line)
        stage.do(FIRST, Kind.SALE)
        stage.rig.line.line()
        stage.rest()
        goes_on(stage)

    return act
