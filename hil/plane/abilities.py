"""What the second plane can do on this machine, each ability tried once; the rest with its reason.

Trying makes a plane and takes it away again: nothing is believed that was not done.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from hil.plane.plane import Plane
from hil.plane.plane_words import NEEDS_PLANE, NO_SUCH_RULE
from hil.plane.programs import PlaneError
from hil.plane.rules import AT_TERMINAL, Content, PacketRule, Verdict, Way
from hil.plane.shaper import Shape
from hil.plane.sniffing import sniffer_in
from simulator.capture.pcap_reader import CaptureError


class Ability(StrEnum):
    """One thing that a plane may be able to do."""

    NAMESPACE = "namespace"
    DROP = "drop"
    CHANCE = "chance"
    NTH = "nth"
    TIMES = "times"
    RESET = "reset"
    LENGTH = "length"
    CONTENT = "content"
    EXCESS = "excess"
    RATE = "rate"
    TUN = "tun"
    CAPTURE = "capture"


class Probed(msgspec.Struct, frozen=True):
    """Whether it can be done; ``why_not`` is "" where it can."""

    ability: Ability
    why_not: str = ""


def _by_rule(**facts: object) -> Callable[[Plane], None]:
    rule = PacketRule(name="tried", **facts)  # type: ignore[arg-type]
    return lambda plane: plane.rules(rule)


def _capture(plane: Plane) -> None:
    sniffer_in(plane, AT_TERMINAL).stop()


TRIALS: dict[Ability, Callable[[Plane], object]] = {
    Ability.DROP: _by_rule(),
    Ability.CHANCE: _by_rule(chance=0.5),
    Ability.NTH: _by_rule(every=2),
    Ability.TIMES: _by_rule(times=1),
    Ability.RESET: _by_rule(verdict=Verdict.RESET),
    Ability.LENGTH: _by_rule(longer_than=200),
    Ability.CONTENT: _by_rule(content=Content(13, b"\x02\x00")),
    Ability.EXCESS: _by_rule(over_per_s=1_000),
    Ability.RATE: lambda plane: plane.rate(9_600),
    Ability.TUN: lambda plane: plane.shape({Way.BOTH: Shape(delay_ms=1)}),
    Ability.CAPTURE: _capture,
}


def probe() -> tuple[Probed, ...]:
    """Every ability, in the order of the table."""
    try:
        plane = Plane()
    except PlaneError as error:
        none = NEEDS_PLANE.say(error=error)
        return (Probed(Ability.NAMESPACE, str(error)), *(Probed(each, none) for each in TRIALS))
    with plane:
        return (Probed(Ability.NAMESPACE), *(_tried(plane, each) for each in TRIALS))


def _tried(plane: Plane, ability: Ability) -> Probed:
    try:
        TRIALS[ability](plane)
        plane.clear()
    except (PlaneError, CaptureError, OSError) as error:
        return Probed(ability, str(error))
    return Probed(ability)


def needed(abilities: tuple[Ability, ...], probed: tuple[Probed, ...]) -> str:
    """Why something that needs these cannot be done here; "" where it can."""
    for each in probed:
        if each.ability in (Ability.NAMESPACE, *abilities) and each.why_not:
            return NO_SUCH_RULE.say(name=each.ability, error=each.why_not)
    return ""
