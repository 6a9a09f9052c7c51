"""A fault as it is carried out: mode, target, conditions, and the acts with its parameters in them.

Numbers and names only; how people write them is the scenario's business.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

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
    set_to: str | None = None
    rate: str | None = None
    size: str | None = None
    software: str | None = None


def ways_of(mode: Mode) -> tuple[str, ...]:
    """What ``how`` may be."""
    return tuple(way for way, _ in mode.ways)


def given_in(parameters: Parameters) -> tuple[Parameter, ...]:
    """Which parameters are given."""
    return tuple(
        parameter for parameter in Parameter
        if _value(parameters, parameter) is not None
    )


def _value(parameters: Parameters, parameter: Parameter) -> object:
    value: object = getattr(parameters, _FIELD_OF.get(parameter, parameter.value))
    return value


_FIELD_OF = {
    Parameter.DELAY: "delay_ms", Parameter.OFF_FOR: "off_for_ms", Parameter.JITTER: "jitter_ms",
    Parameter.SET: "set_to",
}


def affects(parameter: Parameter, act: Act) -> bool:
    """Whether a parameter says something of an act."""
    return _AFFECTS[parameter](act)


def acts_with(mode: Mode, parameters: Parameters) -> tuple[Act, ...]:
    """The acts of a mode with these parameters in them."""
    return tuple(_with(act, parameters) for act in mode.acts(parameters.how or ""))


_SWITCHED_OFF = frozenset({
    Verb.CUT_POWER, Verb.CRASH, Verb.HANG, Verb.LOSE, Verb.UPDATE, Verb.BREAK_UPDATE, Verb.RENEW})
# What a verb's ``code`` is, where it is no code of a response.
_CODED: dict[Verb, Parameter] = {
    Verb.DEMAND_VERSION: Parameter.MINIMUM, Verb.REWRITE: Parameter.SET,
    Verb.RESEAL: Parameter.SET, Verb.NARROW: Parameter.RATE, Verb.SLICE: Parameter.SIZE,
    Verb.ROLL_BACK: Parameter.SOFTWARE, Verb.UPDATE: Parameter.SOFTWARE,
}


def _is_coded(parameter: Parameter, act: Act) -> bool:
    return _CODED.get(act.verb) is parameter


_AFFECTS: dict[Parameter, Callable[[Act], bool]] = {
    Parameter.DELAY: lambda act: (
        bool(act.ms) and not act.spread and act.verb not in _SWITCHED_OFF | {Verb.JITTER}),
    Parameter.OFF_FOR: lambda act: act.verb in _SWITCHED_OFF,
    Parameter.JITTER: lambda act: act.spread or act.verb is Verb.JITTER,
    Parameter.LOSS: lambda act: act.chance < 1.0,
    Parameter.CODE: lambda act: bool(act.code) and act.verb not in _CODED,
    **{parameter: partial(_is_coded, parameter) for parameter in _CODED.values()},
    Parameter.SERVICES: lambda act: act.point is Point.SERVICE,
    Parameter.HOW: lambda _act: True,
}
_LASTS = (Parameter.DELAY, Parameter.OFF_FOR, Parameter.JITTER)
_CODES = (Parameter.CODE, *_CODED.values())


def _with(act: Act, given: Parameters) -> Act:
    changes: dict[str, object] = {}
    for parameter in given_in(given):
        if not affects(parameter, act):
            continue
        if parameter in _LASTS:
            changes |= {"ms": _value(given, parameter), "lasting": False}
        elif parameter in _CODES:
            changes["code"] = _value(given, parameter)
        elif parameter is Parameter.LOSS:
            changes["chance"] = given.loss
        elif parameter is Parameter.SERVICES:
            services = services_of(given.services or ())
            changes["what"] = services & act.what if act.what else services
    return msgspec.structs.replace(act, **changes) if changes else act


def services_of(names: tuple[str, ...]) -> frozenset[str]:
    """The services behind names of services and groups of them."""
    return frozenset(
        service for name in names for service in SERVICE_GROUPS.get(name, (name,)))
