"""The command line of a relay, checked: its two ends and their TLS; opens nothing."""

from __future__ import annotations

import ssl
from pathlib import Path

import msgspec

from hil.ports.ports import parse_address
from hil.ports.serial_line import USUAL_LINE, serial_line
from hil.ports.tcp_port import refuse_taken
from hil.ports.tls import TlsFiles, client_context, server_context
from hil.relay import relay_words as say
from hil.relay.ends import PtyEnd, RelayEnd, SerialEnd, TcpEnd
from simulator.commands.inputs import InputError

BEYOND = "A relay started with --anywhere listens for terminals beyond it"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says, not checked yet."""

    listen: str = ""
    to: str = ""
    serial: str = ""
    line: str = ""
    to_serial: str = ""
    to_line: str = ""
    anywhere: bool = False
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    to_tls: bool = False
    to_tls_ca: Path | None = None
    to_tls_certificate: Path | None = None
    to_tls_key: Path | None = None
    faults: Path | None = None
    dialect: str = ""
    ecr: str = ""  # profile: between a till and its terminal
    keys: Path | None = None
    trace: Path | None = None
    pcap: Path | None = None
    control: str = ""
    seed: int = 1
    no_host: str = "hang_up"
    drop_unknown: bool = False
    limits: tuple[str, ...] = ()
    control_limits: tuple[str, ...] = ()


def terminals_end(asked: Asked) -> RelayEnd:
    """Where terminals are heard; ``InputError`` or ``PortError`` for what cannot be."""
    _one_of("--listen", asked.listen, "--serial", asked.serial)
    for option, given in (
        ("--dialect", asked.dialect), ("--keys", asked.keys), ("--pcap", asked.pcap),
    ):
        if asked.ecr and given:
            raise InputError(say.NOT_ON_ECR.say(option=option))
    _together("--tls-certificate", asked.tls_certificate, "--tls-key", asked.tls_key)
    _only_with(asked.tls_client_ca, "--tls-client-ca", asked.tls_certificate, "--tls-certificate")
    _only_with(asked.line, "--line", asked.serial, "--serial")
    _only_with(asked.anywhere, "--anywhere", asked.listen, "--listen")
    _only_with(asked.tls_certificate, "--tls-certificate", asked.listen, "--listen")
    kind, colon, link = asked.serial.partition(":")
    if kind == "pty" and colon:
        _only_with(asked.line, "--line", "", "--serial DEVICE")
        return PtyEnd(link=link)
    if asked.serial:
        return SerialEnd(url=asked.serial, line=serial_line(asked.line or USUAL_LINE))
    tls: ssl.SSLContext | None = None
    if asked.tls_certificate is not None and asked.tls_key is not None:
        tls = server_context(TlsFiles(
            certificate=asked.tls_certificate, key=asked.tls_key, client_ca=asked.tls_client_ca))
    address = parse_address(asked.listen)
    refuse_taken(address, anywhere=asked.anywhere, beyond=BEYOND)
    return TcpEnd(address=address, tls=tls, anywhere=asked.anywhere)


def host_end(asked: Asked) -> RelayEnd:
    """How their host is reached."""
    _one_of("--to", asked.to, "--to-serial", asked.to_serial)
    _together("--to-tls-certificate", asked.to_tls_certificate, "--to-tls-key", asked.to_tls_key)
    _only_with(asked.to_line, "--to-line", asked.to_serial, "--to-serial")
    for option, given in (("--to-tls-ca", asked.to_tls_ca),
                          ("--to-tls-certificate", asked.to_tls_certificate)):
        _only_with(given, option, asked.to_tls, "--to-tls")
    _only_with(asked.to_tls, "--to-tls", asked.to, "--to")
    _only_with(asked.control_limits, "--control-limit", asked.control, "--control")
    if asked.to_serial:
        return SerialEnd(url=asked.to_serial, line=serial_line(asked.to_line or USUAL_LINE))
    tls = client_context(
        asked.to_tls_ca, asked.to_tls_certificate, asked.to_tls_key) if asked.to_tls else None
    return TcpEnd(address=parse_address(asked.to), tls=tls)


def _one_of(one: str, first: str, other: str, second: str) -> None:
    if bool(first) == bool(second):
        raise InputError(say.TWO_ENDS.say(one=one, other=other))


def _together(one: str, first: Path | None, other: str, second: Path | None) -> None:
    if (first is None) != (second is None):
        raise InputError(say.HALF_TLS.say(one=one, other=other))


def _only_with(given: object, option: str, needed: object, other: str) -> None:
    if given and not needed:
        raise InputError(say.NO_USE.say(option=option, other=other))
