"""What a till and its terminal say to each other, as a relay between them hears and spoils it.

UP is from the till to the terminal, DOWN from the terminal to the till.  Which message it is, is
the profile's; what a profile does not have (an ACK, a check byte) cannot be spoilt.
"""

from __future__ import annotations

import random

from hil.ecr.frames import Framing, signals_of
from hil.ecr.link import Side
from hil.ecr.profile import Profile
from hil.ecr.tap import Passed, Tap, What
from hil.framing.passage import Passage
from hil.relay.decisions import Decision, Deed
from hil.relay.seen import SeenMessage, Way
from hil.relay.spoiling import SpoilError
from hil.relay.tongue import WayReader
from simulator.catalogue.language import Message
from simulator.catalogue.line_reasons import PortWarning

LEAST_NOISE, MOST_NOISE = 1, 16  # bytes
USUAL_PAUSE_MS = 2_000.0
NEVER_MS = 1 << 60  # later than any stall
_SIDE: dict[Way, Side] = {Way.UP: "till", Way.DOWN: "terminal"}
_NO_NAK = Message(
    "relay_no_nak", "this profile has no NAK", "该协议没有 NAK")
_NO_CHECK = Message(
    "relay_no_check", "this profile has no check byte", "该协议没有校验字节")


class EcrPassage(Passage, frozen=True):
    """A piece of an ECR line, and what it is."""

    passed: Passed | None = None


class EcrReader:
    """One way of one ECR line."""

    def __init__(self, tap: Tap, way: Way) -> None:
        self._tap = tap
        self._way = way

    @property
    def pending(self) -> int:
        """Bytes of a frame that is not whole."""
        return len(self._tap.unfinished(_SIDE[self._way]))

    def feed(self, data: bytes) -> list[Passage]:
        """Signals, frames, and what is neither."""
        return [_piece(each) for each in self._tap.heard(_SIDE[self._way], data, 0)]

    def pause(self) -> list[Passage]:
        """A frame stopped in its middle: it passes as it is."""
        mine = [each for each in self._tap.tick(NEVER_MS) if each.by == _SIDE[self._way]]
        return [_piece(each) for each in mine]

    def end(self) -> list[Passage]:
        """The line ended."""
        rest = self._tap.unfinished(_SIDE[self._way])
        return [Passage(unknown=rest, why=PortWarning.CUT_FRAME)] if rest else []


class EcrTongue:
    """One profile."""

    def __init__(self, profile: Profile) -> None:
        self.pause_ms = profile.said.timers.byte_ms or USUAL_PAUSE_MS
        self._profile = profile
        self._framing = Framing(profile.said.framing)
        self._nak = next((each for each, signal in signals_of(
            profile.said.handshake).items() if signal == "nak"), b"")
        self._number = 0

    @property
    def can_nak(self) -> bool:
        """Whether there is an ACK and a NAK."""
        return bool(self._nak)

    @property
    def has_check(self) -> bool:
        """Whether a frame has check bytes."""
        return self._profile.said.framing.check.name != "none"

    def reader(self, _link: int, way: Way) -> WayReader:
        """Each way has a tap of its own: a stall of one side says nothing of the other."""
        return EcrReader(Tap(self._profile), way)

    def may_begin_so(self, start: bytes) -> bool:
        """A frame begins so."""
        return bool(self._framing.start) and start.startswith(self._framing.start)

    def read(self, passage: Passage, way: Way, link: int, at_ms: float) -> SeenMessage:
        """By the profile."""
        assert isinstance(passage, EcrPassage)
        assert passage.passed is not None
        self._number += 1
        passed = passage.passed
        return SeenMessage(
            number=self._number, at_ms=at_ms, way=way, link=link, what=passed.what.value,
            kind=passed.kind.value if passed.kind else passed.name, frame=passed.raw,
            masked=passed.masked, shown=passed.shown)

    def spoilt(self, seen: SeenMessage, decision: Decision, chance: random.Random) -> bytes:
        """Other bytes in the place of a signal or a frame."""
        match decision.deed:
            case Deed.NAK:
                if not self._nak:
                    raise SpoilError(_NO_NAK.say())
                return self._nak
            case Deed.SPOIL_CHECK:
                return self._with_wrong_check(seen.frame)
            case Deed.NOISE:
                return chance.randbytes(chance.randint(LEAST_NOISE, MOST_NOISE)) + seen.frame
            case Deed.CUT_SHORT:
                return seen.frame[:max(1, len(seen.frame) // 2)]
            case _:
                return seen.frame

    def _with_wrong_check(self, frame: bytes) -> bytes:
        if not self.has_check:
            raise SpoilError(_NO_CHECK.say())
        behind = len(self._framing.end) if self._profile.said.framing.check.before_end else 0
        at = len(frame) - behind - 1
        return frame[:at] + bytes((frame[at] ^ 0x01,)) + frame[at + 1:]


def _piece(passed: Passed) -> Passage:
    if passed.what is What.NOISE:
        return Passage(unknown=passed.raw, why=PortWarning.NO_FRAMING)
    if passed.what is What.SPOILT:
        return Passage(unknown=passed.raw, why=PortWarning.UNREADABLE_REQUEST)
    return EcrPassage(frame=passed.raw, passed=passed)
