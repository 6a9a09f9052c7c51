"""What a relay writes down of the messages that it saw: their bytes, what was lost and what was made of them.

Card data is masked when a record is made; of a message that is out of step nothing but its length.
"""

from __future__ import annotations

from hil.clock.live_clock import LiveEnvironment
from hil.framing.framings import Framings
from hil.framing.in_step import is_in_step
from hil.relay.effects import Departure
from hil.relay.seen import Fate, SeenMessage, Way
from simulator.catalogue.line_reasons import LineReason
from simulator.trace.recorder import Recorder
from simulator.trace.records import ClockSet, Lost, WireCarried
from simulator.wire.codec import Codec
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.kinds import Kind
from simulator.wire.masked_frames import masked_frame
from simulator.world.network import message_records as records

RELAY = "relay"
NOBODY = "unknown"
TILL, TERMINAL, ECR_LINE = "till", "terminal", "link.ecr"
_LOST = {
    Fate.LOST: LineReason.DROP, Fate.HUNG_UP: LineReason.HUNG_UP, Fate.RESET: LineReason.HUNG_UP,
    Fate.CUT_SHORT: LineReason.LINE_LOSS, Fate.GARBAGE: LineReason.LINE_LOSS,
    Fate.WRONG_LENGTH: LineReason.LINE_LOSS,
}


def _kind(seen: SeenMessage) -> Kind | None:
    return Kind(seen.kind) if seen.kind else None



class RelayTrace:
    """Makes the records of one relay."""

    def __init__(
        self, clock: LiveEnvironment, recorder: Recorder, dialect: Dialect | None,
    ) -> None:
        """Without a dialect it is an ECR line."""
        self._clock = clock
        self._recorder = recorder
        self._framings = Framings(dialect) if dialect is not None else None
        self._codec = Codec(dialect) if dialect is not None else None

    def begin(self) -> None:
        """The first record: whose trace it is; its calendar is the wall clock."""
        whose = ECR_LINE if self._framings is None else RELAY
        self._recorder.emit(ClockSet(int(self._clock.now), whose, ahead_ms=0))

    def decided(self, seen: SeenMessage) -> None:
        """A message, and what became of it."""
        at_ms = int(self._clock.now)
        if self._framings is None:
            self._ecr(seen, at_ms)
            return
        tid = seen.tid if seen.tid.isprintable() and seen.tid else NOBODY
        terminal = f"terminal.{tid}"
        sender, receiver = (
            (terminal, records.HOST) if seen.way is Way.UP else (records.HOST, terminal))
        heard = WireCarried(at_ms, f"link.{tid}", sender=sender, receiver=receiver,
                            frame=self._shown(seen, seen.frame))
        message = seen.message
        if message is not None and is_in_step(message):
            self._recorder.emit(records.sent(
                at_ms, sender, receiver, _kind(seen), message, "", seen.attempt))
        self._recorder.emit(heard)
        if (why := _LOST.get(seen.fate)) is not None:
            self._recorder.emit(Lost(
                at_ms, f"link.{tid}", sender=sender, what=seen.kind or records.NO_KIND,
                mti=seen.mti, tid=tid, batch=seen.batch, stan=seen.stan, why=why,
                attempt=seen.attempt))
        if seen.sent:
            self._recorder.emit(WireCarried(
                at_ms, f"link.{tid}", sender=RELAY, receiver=receiver,
                frame=self._shown(seen, seen.sent)))

    def arrived(self, departure: Departure) -> None:
        """A message reached the other side, as far as anybody can say."""
        seen, framing = departure.seen, departure.seen.framing
        if self._framings is None or self._codec is None or framing is None:
            return
        try:
            message = self._codec.decode(self._framings.inward(departure.frame, framing))
        except WireError:
            return
        if not is_in_step(message):
            return
        terminal = f"terminal.{message.tid}"
        actor, sender = (
            (records.HOST, terminal) if seen.way is Way.UP else (terminal, records.HOST))
        self._recorder.emit(records.arrived(
            int(self._clock.now), actor, sender, _kind(seen), message, departure.genuine,
            departure.copy))

    def _ecr(self, seen: SeenMessage, at_ms: int) -> None:
        sender, receiver = (TILL, TERMINAL) if seen.way is Way.UP else (TERMINAL, TILL)
        self._recorder.emit(WireCarried(
            at_ms, ECR_LINE, sender=sender, receiver=receiver, frame=seen.masked.hex().upper()))
        if (why := _LOST.get(seen.fate)) is not None:
            self._recorder.emit(Lost(
                at_ms, ECR_LINE, sender=sender, what=seen.kind or seen.what, mti="", tid="",
                why=why))

    def _shown(self, seen: SeenMessage, frame: bytes) -> str:
        message, framing = seen.message, seen.framing
        assert self._framings is not None
        if message is None or framing is None or not is_in_step(message) or (
            frame is seen.sent and seen.fate not in {Fate.CHANGED, Fate.FORGED}
        ):
            kept = framing.prefix_length if framing is not None else 0
            return (frame[:kept] + bytes(max(0, len(frame) - kept))).hex().upper()
        return masked_frame(frame, self._framings.dialect_in(framing)).hex().upper()
