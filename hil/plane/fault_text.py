"""A fault of the second plane as a line of text, read whole or refused with what is allowed.

``drop down mti=0210 every=2``, ``reset up chance=0.2``, ``drop longer=300``, ``slow up rate=960``,
``shape delay=200ms jitter=50ms loss=0.05 duplicate=0.01``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from hil.plane.plane import Plane
from hil.plane.plane_words import BAD_TEXT
from hil.plane.programs import PlaneError
from hil.plane.rules import Content, PacketRule, Verdict, Way, message_type, ruleset, slow
from hil.plane.shaper import Shape
from simulator.catalogue.language import Told
from simulator.scenario.units import duration_ms
from simulator.wire.dialect import Dialect

_MTI = re.compile(r"[0-9]{4}")
_BYTES = re.compile(r"([0-9]{1,5}):((?:[0-9A-Fa-f]{2}){1,16})")
_NUMBER = re.compile(r"[0-9]{1,9}")
_CHANCE = re.compile(r"0?\.[0-9]{1,6}|[01](?:\.0)?")


class PlaneFault(msgspec.Struct, frozen=True):
    """What one line of text asks for: a rule, a rate, or a shape."""

    text: str
    way: Way
    rule: PacketRule | None = None
    bytes_per_s: int = 0
    shape: Shape | None = None


def plane_fault(text: str, dialect: Dialect) -> PlaneFault:
    """The fault of a text; ``PlaneError`` says what is allowed."""
    words = text.split()
    verb = words[0] if words else ""
    if verb not in _VALUES:
        raise _wrong(text, Told(f"begins with {', '.join(_VALUES)}", f"须以 {', '.join(_VALUES)} 开头"))
    ways = [word for word in words[1:] if word in set(Way)]
    if len(ways) > 1:
        raise _wrong(text, Told("one of up, down, both", "up、down、both 只能给一个"))
    way = Way(ways[0]) if ways else Way.BOTH
    given: dict[str, Any] = {}
    for word in words[1:]:
        if word in set(Way):
            continue
        name, _, value = word.partition("=")
        if name not in _VALUES[verb] or name in given:
            allowed = ", ".join(f"{each}=" for each in _VALUES[verb])
            raise _wrong(text, Told(f"{word}: allowed, once each: {allowed}", f"{word}：每项一次，只能是 {allowed}"))
        given[name] = _value(text, word, _VALUES[verb][name], value, dialect)
    fault = _made(text, verb, way, given)
    try:
        _check(fault)
    except PlaneError as error:
        raise PlaneError(BAD_TEXT.say(text=text, why=error)) from None
    return fault


def _check(fault: PlaneFault) -> None:
    """What is accepted can be carried out."""
    if fault.rule is not None:
        ruleset([fault.rule], 1)
    if fault.shape is not None:
        fault.shape.check()
    if fault.bytes_per_s:
        slow(fault.way.single[0], fault.bytes_per_s)


def _made(text: str, verb: str, way: Way, given: Mapping[str, Any]) -> PlaneFault:
    if verb == "slow":
        if not given.get("rate"):
            raise _wrong(text, Told("rate= is needed", "需要 rate="))
        return PlaneFault(text, way, bytes_per_s=given["rate"])
    if verb == "shape":
        if not any(given.values()):
            raise _wrong(text, Told("nothing is asked for", "没有给出任何内容"))
        return PlaneFault(
            text, way, shape=Shape(**{_SHAPES[name]: value for name, value in given.items()}))
    if "mti" in given and "bytes" in given:
        raise _wrong(text, Told("mti= or bytes=, not both", "mti= 与 bytes= 只能给一个"))
    content = given.get("mti") or given.get("bytes")
    rule = PacketRule(
        name=re.sub(r"[^A-Za-z0-9_ -]", " ", text)[:60].strip(), way=way, verdict=Verdict(verb),
        chance=given.get("chance", 1.0), every=given.get("every", 0),
        times=given.get("times", 0),
        longer_than=given.get("longer", 0), over_per_s=given.get("over", 0), content=content)
    return PlaneFault(text, way, rule=rule)


def apply(plane: Plane, faults: tuple[PlaneFault, ...]) -> None:
    """Have these faults on a plane and no others; two shapes of one way are refused."""
    shapes: dict[Way, Shape] = {}
    rates: dict[Way, int] = {}
    for fault in faults:
        for way in fault.way.single:
            if (fault.shape and way in shapes) or (fault.bytes_per_s and way in rates):
                raise _wrong(fault.text, Told(f"{way} has one already", f"{way} 已有一个"))
            if fault.shape is not None:
                shapes[way] = fault.shape
            if fault.bytes_per_s:
                rates[way] = fault.bytes_per_s
    plane.clear()
    if rules := tuple(fault.rule for fault in faults if fault.rule is not None):
        plane.rules(*rules)
    for way, rate in rates.items():
        plane.rate(rate, way)
    if shapes:
        plane.shape(shapes)


def _duration(value: str) -> float:
    return float(duration_ms(value))


def _chance(value: str) -> float:
    if _CHANCE.fullmatch(value) is None:
        raise ValueError(value)
    return float(value)


def _number(value: str) -> int:
    if _NUMBER.fullmatch(value) is None:
        raise ValueError(value)
    return int(value)


def _mti(value: str) -> str:
    if _MTI.fullmatch(value) is None:
        raise ValueError(value)
    return value


def _bytes(value: str) -> Content:
    found = _BYTES.fullmatch(value)
    if found is None:
        raise ValueError(value)
    return Content(int(found[1]), bytes.fromhex(found[2]))


_PACKETS: dict[str, Callable[[str], Any] | None] = {
    "chance": _chance, "every": _number, "times": _number, "longer": _number, "over": _number, "bytes": _bytes,
    "mti": None,
}
_VALUES: dict[str, dict[str, Callable[[str], Any] | None]] = {
    "drop": _PACKETS, "reset": _PACKETS, "slow": {"rate": _number},
    "shape": {
        "delay": _duration, "jitter": _duration, "loss": _chance, "duplicate": _chance,
        "reorder": _chance, "rate": _number,
    },
}
_SHAPES = {
    "delay": "delay_ms", "jitter": "jitter_ms", "loss": "loss", "duplicate": "duplicate",
    "reorder": "reorder", "rate": "bytes_per_s",
}
_FORMS = {
    "chance": "0.25", "every": "3", "times": "1", "longer": "300", "over": "960", "bytes": "13:0210", "mti": "0210",
    "rate": "960", "delay": "200ms", "jitter": "50ms", "loss": "0.05", "duplicate": "0.01",
    "reorder": "0.01",
}


def _value(
    text: str, word: str, read: Callable[[str], Any] | None, value: str, dialect: Dialect,
) -> Any:
    try:
        return message_type(_mti(value), dialect) if read is None else read(value)
    except ValueError:
        form = f"{word.partition('=')[0]}={_FORMS[word.partition('=')[0]]}"
        raise _wrong(text, Told(f"{word}: write it as {form}", f"{word}：应写成 {form}")) from None


def _wrong(text: str, why: Told) -> PlaneError:
    return PlaneError(BAD_TEXT.say(text=text or "?", why=why))
