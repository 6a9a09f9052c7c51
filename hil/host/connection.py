"""One connection of a host, or its serial line: frames as they were on it, and what is still owed.

It keeps the framing that its first message showed.  Who has stopped to speak is owed the answers to
what it asked; a line cannot be hung up on, and forgets what was no message instead.
"""

from __future__ import annotations

from hil.clock.live_clock import LiveEnvironment
from hil.control.line_log import LineLog
from hil.framing.frame_source import FrameSource
from hil.framing.framings import Framings
from hil.host.group import Group
from hil.ports.pumped_port import PumpedPort
from simulator.catalogue.line_reasons import PortWarning
from simulator.trace.recorder import Recorder
from simulator.trace.records import WireCarried
from simulator.wire.codec import Codec
from simulator.wire.errors import WireError
from simulator.wire.framing import Framing
from simulator.wire.kinds import Kind
from simulator.wire.masked_frames import masked_frame
from simulator.wire.message import Message
from simulator.world.network import message_records as records

MOST_OWED = 1_000  # whoever asks more at once is not waited for
_Name = tuple[str, str, int]


class Connection:
    """One connection; its frames are recorded as they were on the line."""

    def __init__(
        self, env: LiveEnvironment, recorder: Recorder, port: PumpedPort, codec: Codec,
        framings: Framings, group: Group, log: LineLog, *, is_line: bool,
    ) -> None:
        """``is_line``: a serial one, which stands whatever is said on it."""
        self._env = env
        self._recorder = recorder
        self._codec = codec
        self._framings = framings
        self._group = group
        self._log = log
        self._owed: dict[_Name, None] = {}  # replies to what was asked here
        self.port = port
        self.is_line = is_line
        self.peer = port.name if is_line else port.name.rpartition(":")[0]
        self.source = FrameSource(framings)
        self._is_answered = False  # or will be, once its answer may leave
        self.is_serving = False  # its next turn is asked for
        self.has_ended = False  # the other side has stopped to speak
        self.is_lost = False  # what it says counts no more
        self._is_closed = False  # by us, perhaps behind answers that wait for the disk
        self.fed = 0  # pieces, by which a pause is known
        self.watches_for_a_pause = False

    # ---- what comes --------------------------------------------------------------------------

    @property
    def framing(self) -> Framing:
        """That of its messages, as last shown."""
        return self.source.shown or self._codec.dialect.framing

    def inward(self, frame: bytes) -> bytes:
        """A frame in the dialect's own framing."""
        return self._framings.inward(frame, self.framing)

    def heard(self, tid: str, frame: bytes) -> None:
        """Write down what came."""
        masked = self._codec.masked(frame) if self.framing == self._codec.dialect.framing else None
        self._carried(tid, f"terminal.{tid}", records.HOST, frame, self.framing, masked)

    def heard_from_nobody(self, who: str, frame: bytes) -> None:
        """Write down that something came that no terminal of ours has sent, by its length alone.

        In damaged bytes a card number may stand where no mask looks for it.
        """
        kept = self.framing.prefix_length
        hidden = frame[:kept] + bytes(max(0, len(frame) - kept))
        self._recorder.emit(WireCarried(
            int(self._env.now), f"link.{who}", sender=f"terminal.{who}", receiver=records.HOST,
            frame=hidden.hex().upper()))

    # ---- what goes ---------------------------------------------------------------------------

    def write(self, message: Message, tpdu: str, framing: Framing | None = None) -> None:
        """Answer; what the host must not forget is on the disk before a byte leaves."""
        framing = framing or self.framing
        who = f"terminal {message.tid}"
        if self.is_over:
            self.tell(PortWarning.NOBODY_TO_ANSWER, f"{message.mti} {message.stan or ''}".strip(), who)
            return
        try:
            frame = self._framings.outward(self._codec.encode(message, tpdu), framing)
        except WireError as error:
            self.tell(PortWarning.UNSENDABLE_REPLY, str(error), who)
            return
        self._carried(message.tid, records.HOST, f"terminal.{message.tid}", frame, framing)
        self._is_answered = self.port.is_owed = True
        self._group.hold(lambda: self.port.write(frame))

    def write_down_reply(self, message: Message, kind: Kind | None, attempt: int) -> None:
        """A reply goes without a link of the world: its record is made here."""
        self._recorder.emit(records.sent(
            int(self._env.now), records.HOST, f"terminal.{message.tid}", kind, message, "", attempt))

    def owes(self, name: _Name) -> None:
        """A request came: its reply is owed."""
        self._owed[name] = None
        self.port.is_owed = True
        if len(self._owed) > MOST_OWED:
            del self._owed[next(iter(self._owed))]

    def is_settled(self, name: _Name) -> None:
        """A reply has gone, or never will."""
        self._owed.pop(name, None)
        self.port.is_owed = self._is_answered or bool(self._owed)
        self.close_if_done()

    # ---- its end -----------------------------------------------------------------------------

    @property
    def is_over(self) -> bool:
        """Whether either side has ended it."""
        return self._is_closed or self.port.is_over

    @property
    def is_owed(self) -> bool:
        """Whether something that was asked here has no answer yet."""
        return bool(self._owed)

    def close_if_done(self) -> None:
        """Who has stopped to speak and has its answers is hung up on."""
        if self.has_ended and not self._owed and not self.source.pending:
            self.close()

    def close(self) -> None:
        """Hang up; on a line: forget what is not whole."""
        self.source.forget()
        if not self.is_line:
            self.is_lost = self._is_closed = True
            self._group.hold(self.port.close)

    def tell(
        self, why: PortWarning, detail: str = "", who: str = "", data: bytes = b"",
        size: int | None = None,
    ) -> bool:
        """Say why something of it came to nothing; whether it was not only counted."""
        return self._log.tell(self.peer, who or self.port.name, why, detail, data, size)

    def _carried(
        self, tid: str, sender: str, receiver: str, frame: bytes, framing: Framing, masked: bytes | None = None,
    ) -> None:
        """``masked``: where the bytes were read already."""
        if masked is None:
            masked = masked_frame(frame, self._framings.dialect_in(framing))
        self._recorder.emit(records.carried_masked(int(self._env.now), tid, sender, receiver, masked))
