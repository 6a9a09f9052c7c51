"""What is asked for with a sum, a card, a password or an hour that matters."""

from __future__ import annotations

from hil.checks.acts import FIRST, HIT, SETTLED, goes_on
from hil.checks.check import Act
from hil.checks.stage import Stage
from hil.relay.decisions import PASS
from hil.relay.matching import Match
from hil.relay.seen import Way
from hil.tills.ends import NO_PASSWORD
from simulator.local_time import HOUR_MS
from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind

BIG_FEN, PART_FEN = 20_000, 7_300
HOURS = ("sale at 03:00", "sale at 09:00", "sale at 15:00", "sale at 21:00")
OLDER = "older sale"


def for_a_part(before: Kind, kind: Kind) -> Act:
    """What follows a transaction, with another sum than that had."""
    def act(stage: Stage) -> None:
        original = stage.must(f"{before.value} before", before, BIG_FEN)
        stage.do(FIRST, kind, PART_FEN, original=original)
        stage.rest()
        goes_on(stage)

    return act


def of_the_older(kind: Kind) -> Act:
    """Two sales, and the first of them is undone."""
    def act(stage: Stage) -> None:
        older = stage.must(OLDER, Kind.SALE)
        stage.must("newer sale", Kind.SALE)
        stage.do(FIRST, kind, older.amount_fen if kind is Kind.REFUND else 0, original=older)
        stage.rest()
        goes_on(stage)

    return act


def two_cards(*cards: Card) -> Act:
    """One customer after the other, each with a card of his own."""
    def act(stage: Stage) -> None:
        for number, card in enumerate(cards, 1):
            stage.do(f"customer {number}", Kind.SALE, card=card)
        stage.rest()
        goes_on(stage)

    return act


def supervised(kind: Kind) -> Act:
    """A clerk asks for what only the supervisor may, without his password; then with it."""
    def act(stage: Stage) -> None:
        original = stage.must(OLDER, Kind.SALE)
        stage.key_in(FIRST, kind, original=original, password=NO_PASSWORD)
        stage.rest()
        stage.key_in("with the password", kind, original=original, password=stage.profile.supervisor_password)
        stage.rest()
        goes_on(stage)

    return act


def at_all_hours(stage: Stage) -> None:
    """A sale in every quarter of a day, on the terminal's own calendar."""
    for name in HOURS:
        now_ms = stage.rig.host.report().now_ms
        hour = int(name[-5:-3])
        of_the_day = (now_ms + 8 * HOUR_MS) % (24 * HOUR_MS)
        stage.rig.host.jump(by_ms=(hour * HOUR_MS - of_the_day) % (24 * HOUR_MS))
        stage.rest()
        stage.do(name, Kind.SALE)
    stage.rest()
    goes_on(stage)


def offline_refused(amount_fen: int) -> Act:
    """A sale is approved offline, and refused when it goes up; a good one beside it; the clerk settles."""
    def act(stage: Stage) -> None:
        stage.disturb(HIT, Match(way=Way.DOWN, mti="0230"), PASS)
        stage.must(FIRST, Kind.OFFLINE_SALE, amount_fen)
        stage.must("good sale", Kind.SALE)
        stage.rest()
        stage.settle(SETTLED)
        stage.rest()
        stage.do("next", Kind.SALE)
        stage.rest()

    return act
