"""What can be done where: every verb at every point in every place, in one table.

A row is written once.  Modes and atoms are checked against it when they are read, scenarios before
they run; whoever carries verbs out has a dict of its own, and a test holds dicts and table together.
What has no row is refused by name.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.places import ANYWHERE_WITH_HOST, SIMULATED, Place
from simulator.faults.points import Point, Verb


class Ability(msgspec.Struct, frozen=True, gc=False):
    """One verb at one point: in which places, and what it is there."""

    places: frozenset[Place]
    what: str


_WITH_A_DEVICE = SIMULATED | {Place.VIRTUAL_DEVICE}
_P, _V = Point, Verb

ABILITIES: dict[tuple[Point, Verb], Ability] = {
    (_P.REQUEST, _V.DROP): Ability(ANYWHERE_WITH_HOST, "lost on its way"),
    (_P.REQUEST, _V.REFUSE_CONNECT): Ability(
        ANYWHERE_WITH_HOST, "did not leave, and the terminal knows: a port hangs up"),
    (_P.REQUEST, _V.DELAY): Ability(ANYWHERE_WITH_HOST, "arrives later"),
    (_P.REQUEST, _V.DUPLICATE): Ability(ANYWHERE_WITH_HOST, "arrives once more, later"),
    (_P.REQUEST, _V.ALTER): Ability(ANYWHERE_WITH_HOST, "another sum, so a wrong MAC"),
    (_P.REQUEST, _V.SPOIL_MAC): Ability(ANYWHERE_WITH_HOST, "a wrong MAC"),
    (_P.REQUEST, _V.FORGE): Ability(ANYWHERE_WITH_HOST, "one that nobody sent arrives as well"),
    (_P.REPLY, _V.DROP): Ability(ANYWHERE_WITH_HOST, "lost on its way"),
    (_P.REPLY, _V.DELAY): Ability(ANYWHERE_WITH_HOST, "arrives later"),
    (_P.REPLY, _V.DUPLICATE): Ability(ANYWHERE_WITH_HOST, "arrives once more, later"),
    (_P.REPLY, _V.ALTER): Ability(ANYWHERE_WITH_HOST, "another sum, so a wrong MAC"),
    (_P.REPLY, _V.SPOIL_MAC): Ability(ANYWHERE_WITH_HOST, "a wrong MAC"),
    (_P.TERMINAL_STEP, _V.CUT_POWER): Ability(_WITH_A_DEVICE, "off before the step"),
    (_P.TERMINAL_STEP, _V.HANG): Ability(SIMULATED, "answers nothing until it is restarted"),
    (_P.HOST_STEP, _V.CRASH): Ability(ANYWHERE_WITH_HOST, "down before the step"),
    (_P.SERVICE, _V.ANSWER): Ability(ANYWHERE_WITH_HOST, "refused with a response code"),
    (_P.SERVICE, _V.SILENCE): Ability(ANYWHERE_WITH_HOST, "not answered, nothing done"),
    (_P.AUTHORISATION, _V.ANSWER): Ability(
        ANYWHERE_WITH_HOST, "answered with a code or a state, nothing done"),
    (_P.AUTHORISATION, _V.SILENCE): Ability(ANYWHERE_WITH_HOST, "not answered, nothing done"),
    (_P.AUTHORISATION, _V.LATE): Ability(ANYWHERE_WITH_HOST, "done in time, answered later"),
    (_P.AUTHORISATION, _V.DELAY): Ability(ANYWHERE_WITH_HOST, "done and answered later"),
    (_P.PAYOUT, _V.RETURN): Ability(ANYWHERE_WITH_HOST, "sent back with a reason"),
    (_P.PAYOUT, _V.QUEUE): Ability(ANYWHERE_WITH_HOST, "tried again later"),
    (_P.OPERATION, _V.CUT_POWER): Ability(SIMULATED, "off before the clerk begins"),
    (_P.OPERATION, _V.HANG): Ability(SIMULATED, "hangs before the clerk begins"),
    (_P.OPERATION, _V.WIPE): Ability(SIMULATED, "reset to factory settings"),
    (_P.OPERATION, _V.REPEAT): Ability(SIMULATED, "the clerk sells twice, then voids"),
    (_P.OPERATION, _V.MISTYPE): Ability(SIMULATED, "the clerk types another sum, then voids"),
    (_P.NOTICE, _V.DROP): Ability(ANYWHERE_WITH_HOST, "never arrives"),
    (_P.NOTICE, _V.LATE): Ability(ANYWHERE_WITH_HOST, "sent in time, arrives later"),
    (_P.WINDOW, _V.DEMAND_VERSION): Ability(
        ANYWHERE_WITH_HOST, "the host asks for newer software, later refuses the old"),
    (_P.WINDOW, _V.GO_ON): Ability(SIMULATED, "clerks sell in an announced maintenance"),
}


def verbs_at(point: Point) -> tuple[Verb, ...]:
    """What can be done at a point in some place."""
    return tuple(verb for each, verb in ABILITIES if each is point)


def able(point: Point, verb: Verb, place: Place) -> bool:
    """Whether this can be done here."""
    ability = ABILITIES.get((point, verb))
    return ability is not None and place in ability.places


def table_text() -> str:
    """The whole table for documents: one line for each verb at each point."""
    lines = ["| point | verb | what happens | " + " | ".join(each.value for each in Place) + " |"]
    lines.append("|---" * (3 + len(Place)) + "|")
    for (point, verb), ability in ABILITIES.items():
        marks = " | ".join("yes" if each in ability.places else "–" for each in Place)
        lines.append(f"| `{point.value}` | `{verb.value}` | {ability.what} | {marks} |")
    return "\n".join(lines) + "\n"
