"""Faults below TCP as rules of nftables: dropped, dropped at random, reset, only what is long.

A rule is data; its text is made here and nothing is run.  Rules stand in the namespace of the line and
see each packet once, on its way in: the ruleset of the machine is never touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from hil.plane.plane_words import BAD_RULE
from hil.plane.programs import PlaneError
from simulator.catalogue.language import Told
from simulator.wire.dialect import Dialect

AT_TERMINAL, AT_HOST = "vt", "vh"  # interfaces of the line
TABLE, CHAIN = "daozhang", "line"
HEADS = 52  # bytes of IP and TCP before a message, with the time stamps that are usual
_OF_RANDOM = 1_000_000
_MOST = 65_535
_LONGEST_MATCH = 16  # bytes


class Way(StrEnum):
    """In which direction."""

    UP = "up"  # terminal to host
    DOWN = "down"  # host to terminal
    BOTH = "both"

    @property
    def single(self) -> tuple[Way, ...]:
        """The one or two directions."""
        return (Way.UP, Way.DOWN) if self is Way.BOTH else (self,)


class Verdict(StrEnum):
    """What becomes of a packet that matches."""

    DROP = "drop"
    RESET = "reset"  # whoever sent it is told that the connection is broken


class Content(msgspec.Struct, frozen=True):
    """Bytes at a place behind the TCP header of a segment."""

    offset: int
    data: bytes


class PacketRule(msgspec.Struct, frozen=True, kw_only=True):
    """Which packets of the host's port, and what becomes of them; all conditions must hold."""

    name: str
    way: Way = Way.BOTH
    verdict: Verdict = Verdict.DROP
    chance: float = 1.0
    every: int = 0  # each how manieth of those that match; 0: all
    times: int = 0  # so many and no more, for a day; 0: all
    longer_than: int = 0  # bytes of a message; 0: any
    content: Content | None = None
    over_per_s: int = 0  # only what exceeds so many bytes a second; 0: all

    def check(self) -> None:
        """``PlaneError`` for what has no meaning."""
        problems = (
            (not (self.name and self.name.isascii() and self.name.replace("-", "").replace(
                "_", "").replace(" ", "").isalnum() and len(self.name) <= 60), _NAME),
            (not 0 < self.chance <= 1, _CHANCE),
            (not 0 <= self.every <= _MOST, _EVERY),
            (not 0 <= self.times <= _MOST, _TIMES),
            (not 0 <= self.longer_than <= _MOST - HEADS, _LENGTH),
            (self.over_per_s < 0, _RATE),
            (self.content is not None and not (
                0 <= self.content.offset <= _MOST
                and 1 <= len(self.content.data) <= _LONGEST_MATCH), _CONTENT),
        )
        for is_wrong, why in problems:
            if is_wrong:
                raise PlaneError(BAD_RULE.say(name=self.name or "?", why=why))


_NAME = Told("a name is of letters, digits, blanks, - and _, at most 60", "名称由字母、数字、空格、- 和 _ 组成，最长 60")
_CHANCE = Told("chance is more than 0 and at most 1", "chance 须大于 0 且不超过 1")
_EVERY = Told("every is 0 to 65535", "every 须为 0 至 65535")
_TIMES = Told("times is 0 to 65535", "times 须为 0 至 65535")
_LENGTH = Told("longer_than is 0 to 65483 bytes", "longer_than 须为 0 至 65483 字节")
_RATE = Told("over_per_s is no negative number", "over_per_s 不能为负")
_CONTENT = Told("content is 1 to 16 bytes", "content 须为 1 至 16 字节")


def message_type(mti: str, dialect: Dialect) -> Content:
    """The message type of a frame that begins a segment, in the dialect's own framing.

    >>> from simulator.wire.dialects import usual_dialect
    >>> found = message_type("0210", usual_dialect())
    >>> found.offset, found.data.hex()
    (13, '0210')
    """
    return Content(dialect.framing.before_mti, bytes.fromhex(mti))


def ruleset(rules: Iterable[PacketRule], port: int) -> str:
    """The whole text for ``nft -f``: what stood there before is replaced at once."""
    lines = [line for rule in rules for line in _lines(rule, port)]
    body = "".join(f"\t\t{line}\n" for line in lines)
    return (
        f"table ip {TABLE}\ndelete table ip {TABLE}\ntable ip {TABLE} {{\n\tchain {CHAIN} {{\n"
        "\t\ttype filter hook forward priority 0; policy accept;\n"
        f"{body}\t}}\n}}\n")


def _lines(rule: PacketRule, port: int) -> list[str]:
    rule.check()
    conditions: list[str] = []
    if rule.longer_than:
        conditions.append(f"ip length > {rule.longer_than + HEADS}")
    if rule.content is not None:
        bits = 8 * len(rule.content.data)
        conditions.append(f"@ih,{8 * rule.content.offset},{bits} 0x{rule.content.data.hex()}")
    if rule.chance < 1:
        conditions.append(f"numgen random mod {_OF_RANDOM} < {round(rule.chance * _OF_RANDOM)}")
    if rule.every:
        conditions.append(f"numgen inc mod {rule.every} == {rule.every - 1}")
    if rule.over_per_s:
        conditions.append(
            f"limit rate over {rule.over_per_s} bytes/second burst {rule.over_per_s} bytes")
    if rule.times:
        conditions.append(f"limit rate 1/day burst {rule.times} packets")
    end = "drop" if rule.verdict is Verdict.DROP else "reject with tcp reset"
    return [
        " ".join([*_on(way, port), *conditions, "counter", end, f'comment "{rule.name}"'])
        for way in rule.way.single]


def _on(way: Way, port: int) -> tuple[str, ...]:
    if way is Way.UP:
        return f'iifname "{AT_TERMINAL}"', f"tcp dport {port}"
    return f'iifname "{AT_HOST}"', f"tcp sport {port}"


class Struck(msgspec.Struct, frozen=True):
    """How often a rule struck."""

    name: str
    packets: int
    bytes: int


def struck_in(told: str, rules: Sequence[PacketRule]) -> tuple[Struck, ...]:
    """What ``nft -j list table`` tells of rules, both directions of one together."""
    counted = {rule.name: [0, 0] for rule in rules}
    for each in json.loads(told).get("nftables", []):
        rule: dict[str, Any] = each.get("rule", {})
        sums = counted.get(rule.get("comment", ""))
        for part in rule.get("expr", []) if sums else []:
            if sums and "counter" in part:
                sums[0] += part["counter"]["packets"]
                sums[1] += part["counter"]["bytes"]
    return tuple(Struck(name, *sums) for name, sums in counted.items())


# ---- rate --------------------------------------------------------------------------------------

LEAST_RATE = 100
_BURST = 1_600  # bytes: one packet of full length must fit
_QUEUE_MS = 4_000  # longer waits in the queue drop


def slow(way: Way, bytes_per_s: int) -> tuple[str, ...]:
    """The words of ``tc`` for a line of so many bytes a second, one way."""
    if bytes_per_s < LEAST_RATE:
        raise PlaneError(BAD_RULE.say(name="rate", why=_SLOWEST))
    return ("qdisc", "replace", "dev", _leaving(way), "root", "tbf",
            "rate", f"{8 * bytes_per_s}bit", "burst", str(_BURST), "latency", f"{_QUEUE_MS}ms")


def not_slow(way: Way) -> tuple[str, ...]:
    """The words that take it away."""
    return ("qdisc", "del", "dev", _leaving(way), "root")


def waits_of(way: Way) -> tuple[str, ...]:
    """The words that tell how often it made a packet wait."""
    return ("-j", "-s", "qdisc", "show", "dev", _leaving(way))


def _leaving(way: Way) -> str:
    return AT_HOST if way is Way.UP else AT_TERMINAL


_SLOWEST = Told(f"at least {LEAST_RATE} bytes a second", f"至少每秒 {LEAST_RATE} 字节")
