"""What a till and a clerk do: busy, twice, at the keys; and what a host wants of them."""

from __future__ import annotations

from typing import Any

from hil.checks.acts import FIRST, HIT, goes_on, reply
from hil.checks.check import Act
from hil.checks.stage import Stage
from hil.relay.decisions import hold
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.local_time import SECOND_MS, datetime_at
from simulator.wire.kinds import Kind


def busy(stage: Stage) -> None:
    """Something is wanted while something else is under way."""
    stage.disturb(HIT, reply(Kind.SALE), hold(900))
    wait = stage.begin(FIRST, Kind.SALE)
    stage.wait_for(lambda: stage.struck(HIT) > 0, 10)
    stage.key_in("meanwhile", Kind.SALE)
    wait()
    stage.rest()
    goes_on(stage)


def same_again(stage: Stage) -> None:
    """The same card pays the same sum twice."""
    stage.must(FIRST, Kind.SALE, 4_321)
    stage.do("second", Kind.SALE, 4_321)
    goes_on(stage)


def host_restarts(stage: Stage) -> None:
    """The host goes down between two sales and comes back."""
    stage.must(FIRST, Kind.SALE)
    stage.rest()
    stage.rig.host.crash()
    stage.do("host down", Kind.SALE)
    stage.rig.host.restart()
    stage.rest()
    goes_on(stage)


def keyed_in(kind: Kind, amount_fen: int = 0, **more: Any) -> Act:
    """One wish at the terminal's own keys, whatever comes of it; then the day goes on."""
    def act(stage: Stage) -> None:
        stage.key_in(FIRST, kind, amount_fen, **more)
        stage.rest()
        goes_on(stage)

    return act


def cut_while_updating(stage: Stage) -> None:
    """The power goes while the terminal updates, as its batch has been closed for that."""
    ask_for_newer_software(stage)
    stage.cut(HIT, Match(way=Way.DOWN, mti="0330", nth=1), place="after", delay_ms=500)
    stage.must(FIRST, Kind.SALE)
    stage.power_back(HIT)
    stage.rig.host.heal()
    goes_on(stage)


def stale_software(stage: Stage) -> None:
    """The host wants newer software, and says so in the header of its replies."""
    ask_for_newer_software(stage)
    stage.must(FIRST, Kind.SALE)
    stage.rest()
    stage.rig.host.heal()
    goes_on(stage)


def ask_for_newer_software(stage: Stage) -> None:
    """From now on the host asks for it."""
    now_ms = stage.rig.host.report().now_ms
    begins = datetime_at(now_ms + SECOND_MS).isoformat(timespec="seconds")
    stage.rig.host.fault(f'mode = "terminal.software_stale"\nat = {begins}\nfor = "12h"\nmay_stay_away = true')
    stage.wait_for(lambda: stage.rig.host.report().now_ms > now_ms + 2 * SECOND_MS, 5)
