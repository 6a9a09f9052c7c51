"""A device's way to its host: messages out as frames, frames in as messages.

It decides nothing about a transaction.  A connection that breaks after a request has left is no
failed send: the terminal waits for its reply as long as its profile says.
"""

from __future__ import annotations

from typing import Protocol

import simpy

from hil.control.net import caught
from hil.device.line_failures import why_not_sent
from hil.device.uplink import Uplink, uplink_to
from hil.files.one_owner import StateError
from hil.ports.client_port import ConnectError
from hil.ports.limits import CLIENT_LIMITS, PortLimits
from hil.ports.ports import Address, Clock, PortError, PortEvents
from simulator.catalogue.line_reasons import LineReason, PortWarning
from simulator.machines.terminal.events import Send
from simulator.trace.recorder import Recorder
from simulator.trace.records import Warned
from simulator.wire.codec import Codec
from simulator.wire.errors import WireError
from simulator.wire.frame import FrameReader
from simulator.wire.kinds import REPLY_MTI, Kind
from simulator.wire.message import Message
from simulator.world.network import message_records as records
from simulator.world.time.kernel import now_ms


class Receiver(Protocol):
    """The body at the near end."""

    def receive(self, message: Message) -> None:
        """A whole message came."""

    def send_failed(self, reason: str) -> None:
        """The last Send did not leave."""


class HostLink:
    """The uplink of one device."""

    def __init__(
        self, env: simpy.Environment, clock: Clock, recorder: Recorder, codec: Codec, tid: str,
        host: Address | Uplink, limits: PortLimits = CLIENT_LIMITS,
    ) -> None:
        self._env = env
        self._clock = clock
        self._recorder = recorder
        self._codec = codec
        self._tid = tid
        self._actor = f"terminal.{tid}"
        self._reader = FrameReader(codec.dialect)
        self._sent_kind: dict[str, Kind] = {}  # by the MTI that answers it
        self._port = uplink_to(host).port(clock, PortEvents(
            on_bytes=self._bytes_came, on_closed=self._closed, on_failed=self._failed,
        ), limits, self._connected)
        self._leaving: list[bytes] = []  # on no line yet
        self._last: Send | None = None
        self.body: Receiver
        self.last_error = ""

    @property
    def is_flushed(self) -> bool:
        """Whether all that was sent has left, or has failed."""
        return self._port.is_flushed

    def send(self, effect: Send) -> None:
        """Take a request from the terminal."""
        message = effect.message
        self._sent_kind[REPLY_MTI[message.mti]] = effect.kind
        self._last = effect
        self._recorder.emit(records.sent(
            now_ms(self._env), self._actor, records.HOST, effect.kind, message, effect.order,
            effect.attempt,
        ))
        try:
            frame = self._codec.encode(message)
        except WireError as error:
            self._unsendable(effect, str(error))
        else:
            if self._port.is_connected:
                self._record(frame)
            else:
                self._leaving.append(frame)
            self._port.write(frame)

    def close(self) -> None:
        """Hang up."""
        self._port.close()

    def _bytes_came(self, data: bytes) -> None:
        try:
            for frame in self._reader.feed(data):
                self._record(frame, from_host=True)
                self._take(self._codec.decode(frame))
        except WireError as error:
            self._lost_step(PortWarning.UNREADABLE_REPLY, str(error))
        except StateError:
            raise  # what cannot be kept must not go on: the process ends
        except Exception as error:  # noqa: BLE001 - the last net: no frame ends the process
            self._lost_step(PortWarning.FRAME_FAILED, caught("a frame", error))

    def _lost_step(self, code: PortWarning, why: str) -> None:
        self._warn(code, why)
        self._port.hang_up()
        self._reader = FrameReader(self._codec.dialect)

    def _take(self, message: Message) -> None:
        kind = self._sent_kind.get(message.mti)
        if kind is None:
            self._warn(PortWarning.UNEXPECTED_REPLY, f"a {message.mti} that nobody asked for")
            return
        self._recorder.emit(records.arrived(
            now_ms(self._env), self._actor, records.HOST, kind, message, genuine=True, copy=0,
        ))
        self.body.receive(message)

    def _connected(self) -> None:
        leaving, self._leaving = self._leaving, []
        for frame in leaving:
            self._record(frame)

    def _record(self, frame: bytes, *, from_host: bool = False) -> None:
        """Write down what is on the line."""
        ends = (records.HOST, self._actor) if from_host else (self._actor, records.HOST)
        self._recorder.emit(records.carried(
            now_ms(self._env), self._tid, *ends, frame, self._codec.dialect))

    def _closed(self) -> None:
        self._reader = FrameReader(self._codec.dialect)
        self.last_error = f"{self._port.name}: the host hung up"

    def _failed(self, failure: PortError) -> None:
        self._reader = FrameReader(self._codec.dialect)
        self._leaving.clear()
        self.last_error = str(failure)
        self._warn(PortWarning.LINK_FAILED, self.last_error)
        if isinstance(failure, ConnectError):
            why = why_not_sent(failure)
            if self._last is not None:
                self._recorder.emit(records.lost(
                    now_ms(self._env), self._actor, self._last.kind, self._last.message, why,
                    self.last_error,
                ))
            self.body.send_failed(why)

    def _unsendable(self, effect: Send, why: str) -> None:
        """A message without bytes: to the terminal it is one that did not leave."""
        self.last_error = why
        self._warn(PortWarning.UNSENDABLE_REQUEST, why)
        self._recorder.emit(records.lost(
            now_ms(self._env), self._actor, effect.kind, effect.message,
            LineReason.NOT_ENCODABLE, why,
        ))
        self._clock.inject(lambda: self.body.send_failed(LineReason.NOT_ENCODABLE))

    def _warn(self, code: PortWarning, text: str) -> None:
        self._recorder.emit(Warned(now_ms(self._env), self._actor, code=code, text=text))
