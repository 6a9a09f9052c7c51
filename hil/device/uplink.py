"""Where a device finds its host: a TCP address, with TLS or without, or a serial line."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import msgspec

from hil.ports.client_port import ClientPort, TcpClientPort
from hil.ports.limits import CLIENT_LIMITS, PortLimits
from hil.ports.ports import Address, Clock, PortEvents
from hil.ports.serial_line import SerialLine
from hil.ports.serial_open import open_device

Nothing = Callable[[], None]


class TcpUplink(msgspec.Struct, frozen=True):
    """A host at an address."""

    address: Address
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        return str(self.address)

    def port(
        self, clock: Clock, events: PortEvents, limits: PortLimits = CLIENT_LIMITS,
        on_connected: Nothing = lambda: None,
    ) -> ClientPort:
        """A port that connects when it has to send."""
        return TcpClientPort(
            clock, self.address, events, limits=limits, on_connected=on_connected, tls=self.tls)


class SerialUplink(msgspec.Struct, frozen=True):
    """A host at the other end of a serial line."""

    url: str
    line: SerialLine = SerialLine()

    def __str__(self) -> str:
        return self.url

    def port(
        self, clock: Clock, events: PortEvents, limits: PortLimits = CLIENT_LIMITS,
        on_connected: Nothing = lambda: None,
    ) -> ClientPort:
        """A port that opens the device when it has to send."""
        return ClientPort(
            clock, self.url, lambda: open_device(self.url, self.line, limits), events,
            limits=limits, on_connected=on_connected)


Uplink = TcpUplink | SerialUplink


def uplink_to(host: Address | Uplink) -> Uplink:
    """The way to a host: an address alone is one without TLS."""
    return TcpUplink(host) if isinstance(host, Address) else host
