"""What is done to numbers near their end, to a batch at its limit, and to sums that change afterwards."""

from __future__ import annotations

from typing import Any

from hil.checks.acts import FIRST, HIT, NEXT, SETTLED, goes_on, reply
from hil.checks.check import Act
from hil.checks.stage import Stage
from hil.relay.decisions import LOSE, change
from hil.relay.decisions import Mac as MacOf
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.machines.terminal.memory import LAST_NUMBER
from simulator.wire.kinds import MTI, Kind, mti_of_reply

OVER = "over the limit"
ADDED_FEN = 500
ASKED_FEN, PART_FEN, TOO_MUCH_FEN = 10_000, 4_000, 12_000
MOST_SALES = 4  # until the number that is waited for


def filled(limit: int) -> Act:
    """A batch is filled, one more is wanted, the clerk settles, and the next customer comes."""
    def act(stage: Stage) -> None:
        for number in range(limit):
            stage.must(f"sale {number + 1}", Kind.SALE)
        stage.rest()
        stage.do(OVER, Kind.SALE)
        stage.rest()
        stage.settle(SETTLED)
        stage.rest()
        stage.do(NEXT, Kind.SALE)
        stage.rest()

    return act


def last_number_struck(stage: Stage) -> None:
    """The reply to the sale that bears 999999 is lost."""
    stage.disturb(HIT, Match(way=Way.DOWN, mti=mti_of_reply(MTI[Kind.SALE]), stan=LAST_NUMBER), LOSE)
    for number in range(MOST_SALES):
        if not stage.struck(HIT):
            stage.do(f"sale {number + 1}", Kind.SALE)
            stage.rest()
    goes_on(stage)


def added(kind: Kind, *, lost: bool = False, **more: Any) -> Act:
    """A tip, or an adjustment, is added to a sale of the batch; ``lost``: the answer to it never comes."""
    def act(stage: Stage) -> None:
        sold = stage.must("sale before", Kind.SALE, **more)
        if lost:
            stage.disturb(HIT, reply(kind), LOSE)
        stage.do(FIRST, kind, ADDED_FEN, original=sold)
        stage.do("between", Kind.SALE)  # what is stored goes up with the next online transaction
        stage.rest()
        goes_on(stage)

    return act


def approved_in_part(part_fen: int = PART_FEN) -> Act:
    """The reply says 10 and such a sum, with a right MAC; then the day goes on."""
    def act(stage: Stage) -> None:
        stage.disturb(HIT, reply(Kind.SALE), change(
            "39", "10", MacOf.RIGHT, also=(("4", f"{part_fen:012}"),)))
        stage.do(FIRST, Kind.SALE, ASKED_FEN)
        stage.rest()
        goes_on(stage)

    return act


def sold_to(*cards: Any) -> Act:
    """A sale to the usual card and to each of these, settled."""
    def act(stage: Stage) -> None:
        stage.must("sale 1", Kind.SALE)
        for number, card in enumerate(cards, 2):
            stage.must(f"sale {number}", Kind.SALE, card=card)
        stage.rest()
        stage.settle(SETTLED)
        stage.rest()
        stage.do(NEXT, Kind.SALE)
        stage.rest()

    return act
