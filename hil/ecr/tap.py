"""What passes on an ECR line, both ways, seen by somebody who only listens; says and changes nothing.

All bytes come out again, in order, cut where their meaning is cut: whoever stands in the line can
pass them on, hold or change them.  What is for a log has card data masked where it is made.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from hil.ecr.bodies import recognised
from hil.ecr.facts import FACTS, OWN, Facts, own_of
from hil.ecr.frames import (
    FrameHeard,
    FrameReader,
    Heard,
    NoiseHeard,
    ProgressFrameHeard,
    SignalHeard,
    SpoiltHeard,
)
from hil.ecr.link import Side
from hil.ecr.profile import MessageRow, Profile
from hil.ecr.values import Ask
from simulator.wire.masking import STAR, mask_cards, mask_pan, mask_text

_APDU_HEAD = 3
_DIGIT = re.compile(rb"[0-9]")
_SHORT = 5  # digits that a number of a reply or a length may have and be shown


class What(StrEnum):
    """What can pass."""

    ACK = "ack"
    NAK = "nak"
    ENQ = "enq"
    EOT = "eot"
    FRAME = "frame"
    PROGRESS = "progress"  # a frame of the second kind
    HELLO = "hello"  # of a numbered line: the connection is made
    HEARTBEAT = "heartbeat"
    SPOILT = "spoilt"
    NOISE = "noise"


class Passed(msgspec.Struct, frozen=True, gc=False):
    """One thing that passed."""

    by: Side
    at_ms: int
    what: What
    name: str  # of the message in the profile; "" where it has none
    kind: Ask | None  # what is asked for, of a request
    raw: bytes  # as it was on the line: never for a log
    masked: bytes  # as long, with card data as stars
    shown: str  # for a log


class Tap:
    """Listens to both directions of one line."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._readers: dict[Side, FrameReader] = {
            "till": FrameReader(profile.said), "terminal": FrameReader(profile.said)}
        self._stalls: dict[Side, int] = {}
        self._byte_ms = profile.said.timers.byte_ms

    @property
    def deadline_ms(self) -> int | None:
        """When what has begun and does not go on is given out: :meth:`tick`."""
        return min(self._stalls.values(), default=None)

    def heard(self, by: Side, data: bytes, now_ms: int) -> list[Passed]:
        """What these bytes of one side complete."""
        reader = self._readers[by]
        found = [self._passed(by, each, now_ms) for each in reader.receive(data)]
        self._watch(by, now_ms)
        return found

    def tick(self, now_ms: int) -> list[Passed]:
        """What has stalled for longer than the profile allows between two bytes."""
        found: list[Passed] = []
        for by, due in tuple(self._stalls.items()):
            if now_ms >= due:
                found += [
                    self._passed(by, each, now_ms) for each in self._readers[by].give_up()]
                self._watch(by, now_ms)
        return found

    def unfinished(self, by: Side) -> bytes:
        """What has come of one side and means nothing yet."""
        return self._readers[by].unfinished

    def _watch(self, by: Side, now_ms: int) -> None:
        if self._readers[by].waits and self._byte_ms:
            self._stalls[by] = now_ms + self._byte_ms
        else:
            self._stalls.pop(by, None)

    def _passed(self, by: Side, heard: Heard, now_ms: int) -> Passed:
        match heard:
            case SignalHeard(signal, raw):
                return Passed(by, now_ms, What(signal), "", None, raw, raw, signal.upper())
            case NoiseHeard(raw):
                return Passed(by, now_ms, What.NOISE, "", None, raw, self._hidden(raw),
                              f"noise, {len(raw)} bytes")
            case SpoiltHeard(why, raw):
                return Passed(by, now_ms, What.SPOILT, "", None, raw, self._hidden(raw),
                              f"spoilt ({why}), {len(raw)} bytes")
            case ProgressFrameHeard(data, raw):
                text = mask_text(mask_cards(data.decode("latin-1").strip()))
                return Passed(by, now_ms, What.PROGRESS, "", None, raw, _without_digits(raw),
                              f"progress {text}")
            case FrameHeard():
                return self._frame(by, heard, now_ms)

    def _frame(self, by: Side, heard: FrameHeard, now_ms: int) -> Passed:
        what = self._numbered(heard) or What.FRAME
        if what is not What.FRAME:
            return Passed(by, now_ms, what, "", None, heard.raw, heard.raw, what.upper())
        reply = self._reply(heard.data)
        if reply:
            return Passed(by, now_ms, what, reply, None, heard.raw, heard.raw, reply)
        profile = self._profile
        rows = profile.by_till if by == "till" else profile.by_terminal
        found = recognised(profile, rows, heard.data)
        masked = self._masked(heard.raw, found[0] if found else None)
        if found is None:
            return Passed(by, now_ms, what, "", None, heard.raw, masked,
                          f"unknown frame, {len(heard.raw)} bytes")
        row, facts = found
        kind = self._kind(row, facts) if by == "till" else None
        shown = " ".join([row.name, *(f"{name}={value}" for name, value in shown_facts(facts))])
        return Passed(by, now_ms, what, row.name, kind, heard.raw, masked, shown)

    def _numbered(self, heard: FrameHeard) -> What | None:
        if self._profile.said.handshake.form != "numbered" or heard.data:
            return None
        if heard.head.type:
            return What.HELLO
        return What.ACK if heard.head.ack else What.HEARTBEAT

    def _reply(self, data: bytes) -> str:
        rule = self._profile.said.reply
        if not rule.positive or len(data) > _SHORT:
            return ""
        if data == bytes.fromhex(rule.positive):
            return "positive"
        if data.startswith(bytes.fromhex(rule.negative)):
            return "negative"
        return ""

    def _kind(self, row: MessageRow, facts: Facts) -> Ask | None:
        found = self._profile.command_of(row, own_of(facts))
        return found.kind if found else None

    def _masked(self, raw: bytes, row: MessageRow | None) -> bytes:
        if self._profile.said.body.style != "bitmaps":
            if row is None:
                return self._hidden(raw)
            text = raw.decode("latin-1")
            return mask_text(mask_cards(text)).encode("latin-1")
        if row and not any(FACTS[part.fact].secret for part in row.parts if part.fact):
            return raw
        return self._hidden(raw)

    def _hidden(self, raw: bytes) -> bytes:
        """What nobody knows the meaning of: card data may be anywhere, and in pieces."""
        if self._profile.said.body.style != "bitmaps":
            return _without_digits(raw)
        start = self._readers["till"].framing.start
        kept = len(start) + _APDU_HEAD if raw.startswith(start) and len(raw) > _SHORT else 0
        return raw[:kept] + STAR.encode() * (len(raw) - kept)


def shown_facts(facts: Facts) -> list[tuple[str, str]]:
    """The facts of a message, fit to be shown."""
    return [(name.removeprefix(OWN), _shown(name, value)) for name, value in facts.items()]


def _shown(name: str, value: str) -> str:
    if name == "receipt":
        return f"({value.count(chr(10)) + 1} lines)"
    if name in FACTS and FACTS[name].secret and STAR not in value:
        return mask_pan(value) if len(value) > _SHORT else value
    return mask_text(mask_cards(value))


def _without_digits(raw: bytes) -> bytes:
    return _DIGIT.sub(STAR.encode(), raw)
