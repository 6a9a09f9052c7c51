"""Where the power goes: in a transaction, a reversal, a settlement, a download, at rest."""

from __future__ import annotations

from typing import Any

from hil.bench.line import Place
from hil.checks.acts import FIRST, HIT, goes_on, reply, request
from hil.checks.acts_batch import make_unbalanced
from hil.checks.check import Act
from hil.checks.stage import Stage
from hil.relay.decisions import LOSE
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.wire.kinds import Kind


def cut_at(kind: Kind, match: Match, *, lose: bool = False, delay_ms: int = 0, place: Place = "before",
           **more: Any) -> Act:
    """The power goes in the middle of one transaction, and comes back."""
    def act(stage: Stage) -> None:
        asked = stage.prepared(kind, **more)
        stage.cut(HIT, match, lose=lose, delay_ms=delay_ms, place=place)
        stage.do(FIRST, kind, **asked)
        stage.power_back(HIT)
        stage.rest()
        goes_on(stage)

    return act


def cut_in_reversal(match: Match, *, lose: bool = False, place: Place = "before") -> Act:
    """The reply is lost, and the power goes in the reversal."""
    def act(stage: Stage) -> None:
        stage.lose_reply("lost", Kind.SALE)
        stage.cut(HIT, match, lose=lose, place=place)
        stage.do(FIRST, Kind.SALE)
        stage.power_back(HIT)
        stage.rest()
        goes_on(stage)

    return act


def cut_in_settlement(match: Match, *, lose: bool = False, place: Place = "before", unbalanced: bool = False,
                      sales: int = 2) -> Act:
    """The power goes in the middle of a settlement; afterwards the clerk settles once more."""
    def act(stage: Stage) -> None:
        for number in range(sales):
            stage.must(f"sale {number + 1}", Kind.SALE)
        if unbalanced:
            make_unbalanced(stage)
        stage.cut(HIT, match, lose=lose, place=place)
        stage.settle(FIRST)
        stage.power_back(HIT)
        stage.rest()
        stage.settle("settled again")
        stage.rest()
        goes_on(stage)

    return act


def settlement_pending_over_cut(stage: Stage) -> None:
    """The totals are with the host, no answer comes, the power goes; a sale is wanted before the batch is settled."""
    stage.must("sale 1", Kind.SALE)
    stage.cut(HIT, reply(Kind.SETTLEMENT), lose=True)
    stage.settle(FIRST)
    stage.disturb("unanswered", Match(way=Way.DOWN, mti="0510"), LOSE, times=0)
    stage.power_back(HIT, start=False)
    stage.do("meanwhile", Kind.SALE)
    stage.end("unanswered")
    stage.rest()
    stage.settle("settled again")
    stage.rest()
    goes_on(stage)


def cut_twice(stage: Stage) -> None:
    """The power goes in the sale, and again in its reversal."""
    stage.cut(HIT, request(Kind.SALE))
    stage.do(FIRST, Kind.SALE)
    stage.cut("again", request(Kind.REVERSAL))
    stage.power_back(HIT, start=False)
    stage.power_back("again")
    stage.rest()
    goes_on(stage)


def cut_when_idle(declined_fen: int) -> Act:
    """The power goes while nothing is under way, and the last numbers are of sales that left nothing in the batch.

    Two: who counts anew may sign on under the first of them, where nobody looks.
    """
    def act(stage: Stage) -> None:
        stage.must(FIRST, Kind.SALE)
        stage.do("declined", Kind.SALE, declined_fen)
        stage.do("declined too", Kind.SALE, declined_fen + 100)
        stage.rest()
        stage.power_off()
        stage.power_back()
        goes_on(stage)

    return act


def cut_before_delivery(stage: Stage) -> None:
    """What was approved offline is not delivered yet when the power goes."""
    stage.disturb("0230", Match(way=Way.DOWN, mti="0230"), LOSE, times=0)
    stage.must(FIRST, Kind.OFFLINE_SALE)
    stage.power_off()
    stage.end("0230")
    stage.power_back(start=False)
    goes_on(stage)


def cut_in_download(kind: Kind, table_load: Kind, nth: int = 2) -> Act:
    """The power goes while a table is loaded, which is then loaded whole."""
    def act(stage: Stage) -> None:
        stage.must(FIRST, Kind.SALE)
        stage.cut(HIT, Match(way=Way.DOWN, kind=table_load.value, nth=nth))
        stage.do("download", kind)
        stage.power_back(HIT)
        stage.rest()
        stage.do("download again", kind)
        stage.rest()
        goes_on(stage)

    return act


def cut_in_sign_on(stage: Stage) -> None:
    """The power goes between a sign-on and its answer."""
    stage.must(FIRST, Kind.SALE)
    stage.cut(HIT, Match(way=Way.DOWN, kind=Kind.SIGN_ON.value))
    stage.do("sign on", Kind.SIGN_ON)
    stage.power_back(HIT)
    stage.do("with the old keys", Kind.SALE)  # the host gave new ones, which went with the power
    stage.rest()
    goes_on(stage)


def hangs(stage: Stage) -> None:
    """The terminal stops where it is while it waits for a reply, and is switched off and on."""
    stage.disturb(HIT, reply(Kind.SALE), LOSE)
    wait = stage.begin(FIRST, Kind.SALE)
    stage.wait_for(lambda: stage.struck(HIT) > 0, 10)
    stage.rig.power.hang()
    stage.power_off()
    wait()
    stage.power_back()
    goes_on(stage)
