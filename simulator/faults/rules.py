"""A fault as it is carried out: mode, target, conditions, and the acts with its parameters in them.

Numbers and names only; how people write them is the scenario's business.
"""

from __future__ import annotations

import msgspec

from simulator.faults.modes import (
    SERVICE_GROUPS,
    Act,
    Mode,
    Parameter,
)
from simulator.faults.points import Point, Verb


class FaultRule(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """All conditions that are given must hold at once.

    ``acts`` is complete: the mode's row with the parameters of this fault.  With ``nth``, events
    that fit are counted for the whole rule, whichever terminal they belong to.
    """

    label: str
    mode: str
    acts: tuple[Act, ...]
    target: str = ""
    at_ms: int | None = None  # window; None: from the start
    until_ms: int | None = None  # None: until the faults end
    on: Point | None = None
    mti: str = ""
    nth: int | None = None  # from 1
    times: int | None = None  # fires at most so often (with nth: from the nth event on)
    chance: float | None = None
    between: tuple[str, str] | None = None
    after_effect: int | None = None
    of: str = ""


class Parameters(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a fault says otherwise than its mode's row; None: as in the row."""

    delay_ms: int | None = None
    off_for_ms: int | None = None
    jitter_ms: int | None = None
    loss: float | None = None
    code: str | None = None
    how: str | None = None
    services: tuple[str, ...] | None = None
    minimum: str | None = None


def ways_of(mode: Mode) -> tuple[str, ...]:
    """What ``how`` may be."""
    return tuple(way for way, _ in mode.ways)


def given_in(parameters: Parameters) -> tuple[Parameter, ...]:
    """Which parameters are given."""
    return tuple(
        parameter for parameter in Parameter
        if getattr(parameters, _FIELD_OF.get(parameter, parameter.value)) is not None
    )


_FIELD_OF = {
    Parameter.DELAY: "delay_ms", Parameter.OFF_FOR: "off_for_ms", Parameter.JITTER: "jitter_ms",
}


def acts_with(mode: Mode, parameters: Parameters) -> tuple[Act, ...]:
    """The acts of a mode with these parameters in them."""
    return tuple(_with(act, parameters) for act in mode.acts(parameters.how or ""))


def _with(act: Act, given: Parameters) -> Act:
    changes: dict[str, object] = {}
    own_ms = given.jitter_ms if act.spread else given.delay_ms
    if act.verb in _SWITCHED_OFF:
        own_ms = given.off_for_ms
    if own_ms is not None and act.ms:
        changes |= {"ms": own_ms, "lasting": False}
    if given.code is not None and act.code:
        changes["code"] = given.code
    if given.minimum is not None and act.verb is Verb.DEMAND_VERSION:
        changes["code"] = given.minimum
    if given.loss is not None and act.chance < 1.0:
        changes["chance"] = given.loss
    if given.services is not None and act.point is Point.SERVICE:
        changes["what"] = frozenset(
            service for name in given.services for service in SERVICE_GROUPS.get(name, (name,))
        )
    return msgspec.structs.replace(act, **changes) if changes else act


_SWITCHED_OFF = frozenset({Verb.CUT_POWER, Verb.CRASH, Verb.HANG})
