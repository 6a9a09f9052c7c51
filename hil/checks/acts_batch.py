"""What is done to settlements and uploads, over days, and to what is undone."""

from __future__ import annotations

from typing import Any

from hil.checks.acts import FIRST, HIT, NEXT, goes_on, reply
from hil.checks.check import Act
from hil.checks.stage import Stage
from hil.relay.decisions import LOSE, PASS, Decision
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.local_time import HOUR_MS
from simulator.wire.kinds import Kind


def make_unbalanced(stage: Stage) -> None:
    """The next 0500 arrives with another sum than it left with: the host finds it unbalanced."""
    stage.rig.host.fault('mode = "record.wrong_details"\nhow = "totals"\nnth = 1')


def settled_after(*kinds: Kind, unbalanced: bool = False, sales: int = 1, **more: Any) -> Act:
    """A batch with one of each kind, settled."""
    def act(stage: Stage) -> None:
        for number in range(sales):
            stage.must(f"sale {number + 1}", Kind.SALE)
        for kind in kinds:
            stage.ask(kind.value, kind, **more)
        if unbalanced:
            make_unbalanced(stage)
        stage.rest()
        stage.settle()
        stage.rest()
        stage.do(NEXT, Kind.SALE)
        stage.rest()

    return act


def settled_with(decision: Decision, match: Match, *, times: int = 1, unbalanced: bool = False,
                 sales: int = 2) -> Act:
    """A settlement of which one message is struck; the clerk settles once more."""
    def act(stage: Stage) -> None:
        for number in range(sales):
            stage.must(f"sale {number + 1}", Kind.SALE)
        if unbalanced:
            make_unbalanced(stage)
        stage.disturb(HIT, match, decision, times)
        stage.settle(FIRST)
        stage.rest()
        stage.settle("settled again")
        stage.rest()
        stage.do(NEXT, Kind.SALE)
        stage.rest()

    return act


def upload_interrupted(stage: Stage) -> None:
    """No answer to the second details at all; the clerk settles once more, and the line is good."""
    for number in range(9):
        stage.must(f"sale {number + 1}", Kind.SALE)
    make_unbalanced(stage)
    stage.disturb(HIT, Match(way=Way.DOWN, mti="0330", since=2), LOSE, times=0)
    stage.settle(FIRST)
    stage.end(HIT)
    stage.settle("settled again")
    stage.rest()
    stage.do(NEXT, Kind.SALE)
    stage.rest()


def settlement_pending(stage: Stage) -> None:
    """No 0510 comes at all; a sale is wanted while the totals may be with the host."""
    stage.must("sale 1", Kind.SALE)
    stage.disturb(HIT, Match(way=Way.DOWN, mti="0510"), LOSE, times=0)
    stage.settle(FIRST)
    stage.do("meanwhile", Kind.SALE)
    stage.end(HIT)
    stage.settle("settled again")
    stage.rest()
    stage.do(NEXT, Kind.SALE)
    stage.rest()


def settled_in_maintenance(stage: Stage) -> None:
    """The host is closed for settlements, and then it is not."""
    stage.must("sale 1", Kind.SALE)
    stage.rig.host.fault('mode = "acquirer.maintenance"\nservices = ["settlement"]')
    stage.disturb(HIT, Match(way=Way.DOWN, mti="0510"), PASS)
    stage.settle(FIRST)
    stage.rig.host.heal()
    stage.rest()
    stage.settle("settled again")
    stage.rest()
    stage.do(NEXT, Kind.SALE)
    stage.rest()


def empty_batch(stage: Stage) -> None:
    """Two settlements one after the other."""
    stage.must("sale 1", Kind.SALE)
    stage.settle(FIRST)
    stage.rest()
    stage.settle("settled again")
    stage.rest()
    stage.do(NEXT, Kind.SALE)
    stage.rest()


def offline_first(stage: Stage) -> None:
    """Offline sales that could not be delivered before the clerk settles."""
    stage.must("offline 1", Kind.OFFLINE_SALE)
    stage.must("offline 2", Kind.OFFLINE_SALE)
    stage.settle()
    stage.rest()
    stage.do(NEXT, Kind.SALE)
    stage.rest()


# ---- days ---


def over_cut_over(kind: Kind = Kind.SALE) -> Act:
    """A batch stays open over the host's cut-over, and something in it is undone the day after."""
    def act(stage: Stage) -> None:
        asked = stage.prepared(kind)
        stage.rest()
        stage.rig.host.jump(to="cut_over")
        stage.rig.host.jump(by_ms=2 * HOUR_MS)
        stage.do(FIRST, kind, **asked)
        goes_on(stage)

    return act


# ---- chains ---


def twice(kind: Kind) -> Act:
    """The same original is undone a second time."""
    def act(stage: Stage) -> None:
        asked = stage.prepared(kind)
        stage.do(FIRST, kind, **asked)
        stage.do("second", kind, **asked)
        goes_on(stage)

    return act


def undone_after_settlement(stage: Stage) -> None:
    """A void of what is settled already."""
    sold = stage.must("sale 1", Kind.SALE)
    stage.settle(FIRST)
    stage.rest()
    stage.do("second", Kind.VOID, original=sold)
    goes_on(stage)


def declined_by(fault: str, kind: Kind = Kind.SALE) -> Act:
    """The host, or a bank behind it, declines; then it does not any more."""
    def act(stage: Stage) -> None:
        stage.rig.host.fault(fault)
        stage.disturb(HIT, reply(kind), PASS)
        stage.do(FIRST, kind)
        stage.rig.host.heal()
        stage.rest()
        goes_on(stage)

    return act


def asked_for(kind: Kind, amount_fen: int = 0, **more: Any) -> Act:
    """One wish, whatever comes of it; then the day goes on."""
    def act(stage: Stage) -> None:
        stage.disturb(HIT, reply(kind), PASS)
        stage.do(FIRST, kind, amount_fen, **more)
        stage.rest()
        goes_on(stage)

    return act
