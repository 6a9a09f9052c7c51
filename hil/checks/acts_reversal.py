"""What is done to reversals: lost, late, refused answers; what is wanted meanwhile; midnight and power cuts."""

from __future__ import annotations

from hil.checks.acts import FIRST, HIT, PAUSE_S, goes_on
from hil.checks.check import Act
from hil.checks.stage import Stage
from hil.relay.decisions import LOSE, Decision
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.local_time import DAY_MS, HOUR_MS, SECOND_MS, datetime_at
from simulator.wire.kinds import Kind


def reversal_is(decision: Decision, *, times: int = 1, nth: int = 1) -> Act:
    """The reply to a sale is lost, and the answer to its reversal is struck."""
    def act(stage: Stage) -> None:
        stage.lose_reply(HIT, Kind.SALE)
        stage.disturb("0410", Match(way=Way.DOWN, mti="0410", nth=nth if times == 1 else 0), decision, times)
        stage.do(FIRST, Kind.SALE)
        _wait_for_reversals(stage, times + 1)
        stage.rest()
        goes_on(stage)

    return act


def _wait_for_reversals(stage: Stage, times: int) -> None:
    patience_s = (times + 1) * (stage.profile.reply_timeout_ms + stage.profile.reversal_idle_ms) / SECOND_MS + 2
    stage.wait_for(lambda: stage.struck("0410") >= min(times - 1, stage.profile.reversal_tries), patience_s)


def all_tries_fail(stage: Stage) -> None:
    """No reversal is answered; a sale is wanted after the last try; then the line is good again."""
    stage.lose_reply(HIT, Kind.SALE)
    stage.disturb("0410", Match(way=Way.DOWN, mti="0410"), LOSE, times=0)
    stage.do(FIRST, Kind.SALE)
    tries = stage.profile.reversal_tries
    patience_s = (tries + 1) * (stage.profile.reply_timeout_ms + SECOND_MS) / SECOND_MS + 2
    stage.wait_for(lambda: stage.struck("0410") >= tries, patience_s)
    stage.wait_for(lambda: False, stage.profile.reply_timeout_ms / SECOND_MS + PAUSE_S)  # the last wait is over
    stage.do("after the last try", Kind.SALE)
    stage.end("0410")
    stage.rest()
    goes_on(stage)


def wanted_meanwhile(kind: Kind) -> Act:
    """Something else is wanted while the reversal has not been answered."""
    def act(stage: Stage) -> None:
        stage.lose_reply(HIT, Kind.SALE)
        stage.lose_reply("0410", Kind.REVERSAL)
        stage.do(FIRST, Kind.SALE)
        stage.do("meanwhile", kind)
        stage.rest()
        goes_on(stage)

    return act


def two_in_a_row(stage: Stage) -> None:
    """Two customers one after the other whose replies are lost."""
    for name in (HIT, "second"):
        stage.lose_reply(name, Kind.SALE)
        stage.do(f"sale of {name}", Kind.SALE)
    stage.rest()
    goes_on(stage)


def across_midnight(stage: Stage) -> None:
    """The reply is lost before midnight, and the reversal leaves after it."""
    now_ms = stage.rig.host.report().now_ms
    today = datetime_at(now_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    midnight_ms = int(today.timestamp() * SECOND_MS) + DAY_MS
    stage.rig.host.jump(by_ms=midnight_ms - now_ms - 60 * SECOND_MS)
    stage.rest()
    stage.must("before midnight", Kind.SALE)
    stage.lose_reply(HIT, Kind.SALE)
    stage.lose_request("0400", Kind.REVERSAL)
    stage.do(FIRST, Kind.SALE)
    stage.wait_for(lambda: stage.struck("0400") > 0, stage.profile.reply_timeout_ms / SECOND_MS + 5)
    stage.rig.host.jump(by_ms=2 * HOUR_MS)
    stage.rest()
    goes_on(stage)


def pending_over_a_cut(stage: Stage) -> None:
    """The power goes while a reversal is pending."""
    stage.lose_reply(HIT, Kind.SALE)
    stage.lose_reply("0410", Kind.REVERSAL, times=0)
    stage.do(FIRST, Kind.SALE)
    stage.wait_for(lambda: stage.struck("0410") > 0, stage.profile.reply_timeout_ms / SECOND_MS + 5)
    stage.power_off()
    stage.end("0410")
    stage.power_back()
    goes_on(stage)
