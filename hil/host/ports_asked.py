"""Which ports a host shall open, as the command line and the scenario say it; opens none."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Protocol

import msgspec

from hil.ports.ports import Address, parse_address
from hil.ports.serial_line import USUAL_LINE, SerialLine, serial_line
from hil.ports.tls import TlsFiles, server_context
from simulator.catalogue.language import Message
from simulator.commands.inputs import InputError
from simulator.scenario.scenario import Scenario

USUAL_LISTEN = "127.0.0.1:0"

WITH_TLS = Message(
    "with_tls", "terminals at {address} speak TLS", "终端以TLS连接 {address}")
ON_A_LINE = Message(
    "on_a_line", "terminals are heard on the serial line {device} ({line})",
    "接收串口线路 {device}（{line}）上的终端")
_NO_LINE = Message("no_line", "--line is of a serial line: use it with --serial",
                   "--line 用于串口线路：请与 --serial 一起使用")
_NO_LISTENING = Message(
    "no_listening", "--anywhere has no effect on a serial line; give --listen too, or leave it out",
    "--anywhere 对串口线路不起作用；请同时给出 --listen，或不用此选项")
_HALF_TLS = Message("half_tls", "--tls-certificate and --tls-key belong together: give both or none",
                    "--tls-certificate 与 --tls-key 须同时给出")
_NO_TLS = Message(
    "no_tls", "--tls-client-ca has no effect without --tls-certificate and --tls-key",
    "没有 --tls-certificate 和 --tls-key 时 --tls-client-ca 不起作用")
_TLS_NOWHERE = Message(
    "tls_nowhere", "--tls-certificate: there is no TLS on a serial line; give --listen too, or leave it out",
    "--tls-certificate：串口线路没有TLS；请同时给出 --listen，或不用此选项")


class Asked(Protocol):
    """What a command line says of ports."""

    @property
    def scenario(self) -> Path:
        """Its file: paths in it are from there on."""

    @property
    def listen(self) -> str:
        """HOST:PORT, or nothing."""

    @property
    def anywhere(self) -> bool:
        """Whether to listen beyond loopback."""

    @property
    def serial(self) -> str:
        """A device, or nothing."""

    @property
    def line(self) -> str:
        """How it is set, or nothing."""

    @property
    def tls_certificate(self) -> Path | None:
        """A path."""

    @property
    def tls_key(self) -> Path | None:
        """A path."""

    @property
    def tls_client_ca(self) -> Path | None:
        """A path."""


class PortsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be opened for terminals."""

    listen: Address | None
    tls: ssl.SSLContext | None
    serial: str
    line: SerialLine


def ports_asked(asked: Asked, scenario: Scenario) -> PortsAsked:
    """The ports; ``InputError`` or ``PortError`` for what cannot be."""
    if asked.line and not asked.serial:
        raise InputError(_NO_LINE.say())
    listen = asked.listen or ("" if asked.serial else USUAL_LISTEN)
    files = _tls_files(asked, scenario)
    if asked.anywhere and not listen:
        raise InputError(_NO_LISTENING.say())
    if asked.tls_certificate is not None and not listen:
        raise InputError(_TLS_NOWHERE.say())
    return PortsAsked(
        listen=parse_address(listen) if listen else None,
        tls=server_context(files) if files is not None and listen else None,
        serial=asked.serial, line=serial_line(asked.line or USUAL_LINE))


def _tls_files(asked: Asked, scenario: Scenario) -> TlsFiles | None:
    if (asked.tls_certificate is None) != (asked.tls_key is None):
        raise InputError(_HALF_TLS.say())
    if asked.tls_certificate is not None and asked.tls_key is not None:
        return TlsFiles(
            certificate=asked.tls_certificate, key=asked.tls_key, client_ca=asked.tls_client_ca)
    if asked.tls_client_ca is not None:
        raise InputError(_NO_TLS.say())
    said = scenario.acquirer.tls
    if said is None:
        return None
    beside = asked.scenario.parent
    return TlsFiles(
        certificate=beside / said.certificate, key=beside / said.key,
        client_ca=beside / said.client_ca if said.client_ca else None)
