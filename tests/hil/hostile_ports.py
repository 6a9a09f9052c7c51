"""Hostile bytes for each listening port, thrown by ``make attack`` and in hundreds by tests.

At a host over TCP, over TLS (below it and inside it) and on a serial line, in whatever slices, with
every way to end a connection; then at all other ports, each in a module of its own.  Money must not move, nothing may crash, and the next good client is served.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import ssl
import struct
import time

from msgspec.structs import replace

from hil.ecr.profiles import profile_names
from hil.ports.serial_line import serial_line
from hil.ports.tls import TlsFiles, client_context, server_context
from simulator.wire.message import Message
from tests.hil.certificates import Authority
from tests.hil.hostile_lines import throw_at_control, throw_at_ecr, throw_at_rfc2217
from tests.hil.live_host import CODEC, LOOPBACK, SIGN_OFF, LiveHost, is_served, take
from tests.hil.test_host_framings import FRAMINGS, Cable, framed

SALE = Message(
    mti="0200", tid="10000001", mid="898000000000001", stan=1, batch=1, type_code="22",
    processing_code="000000", pan="6200009753180120", amount_fen=6800, entry_mode="012",
    condition_code="00", currency="156", mac=b"00000000")
WAYS = ("tcp", "tls", "inside tls", "line")
STARTS = (
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"SSH-2.0-x\r\n",
    b"\x02\x99\x99", b"\x02\xff\xff", b"\x02\x20\x48", b"\x00\x00" * 40, b"\x08\x00", b"\xff\xff", b"\x00",
    b"\x60" * 12, b"\x08\x00" + b"\x00" * 11, b"\x02\x00" + b"\x7f" + b"\xff" * 7, b"\x60\x31" * 6, b"",
)


def hostile_bytes(draw):
    """Bytes of somebody who means no good, or has lost his way."""
    kind = draw.randrange(5)
    if kind == 0:
        return draw.randbytes(draw.choice([1, 2, 3, 20, 300, 5_000]))
    if kind == 1:
        return draw.choice(STARTS) + draw.randbytes(draw.choice([0, 1, 30, 3_000]))
    good = bytearray(framed(*draw.choice(FRAMINGS), draw.choice([
        SIGN_OFF, SALE, replace(SALE, tid="99999999"), replace(SIGN_OFF, tid="10000002")])))
    if kind == 2:
        return bytes(good[:draw.randrange(len(good))])
    for _ in range(draw.randrange(1, 4)):
        at = draw.randrange(len(good) or 1)
        good[at:at + draw.randrange(3)] = draw.choice([
            b"", bytes([draw.randrange(256)]), draw.randbytes(draw.randrange(40)), b"\x00\x00", b"\xff" * 9])
    return bytes(good) * draw.choice([1, 1, 1, 40])


def slices(draw, data):
    """The same bytes in pieces; the smallest only of few."""
    size = draw.choice([1, 7, 100, 100_000])
    if len(data) > 400:
        size = max(size, 100)
    return [data[at:at + size] for at in range(0, len(data), size)]


class Hostile:
    """Somebody who talks to one host, in a thread of his own."""

    def __init__(self, host, cable):
        self._host = host
        self._cable = cable

    def says(self, number, way):
        draw = random.Random(number)
        data = hostile_bytes(draw)
        with contextlib.suppress(OSError, ssl.SSLError):
            if way == "line":
                for piece in slices(draw, data):
                    os.write(self._cable.end, piece)
                self._drain()
                return
            with self._host.connect() as line:
                self._host.lines.remove(line)
                line.settimeout(0.05)
                self._over(draw, line, data, inside_tls=way == "inside tls")

    def _over(self, draw, line, data, *, inside_tls):
        speaker = client_context().wrap_socket(line) if inside_tls else line
        for piece in slices(draw, data):
            speaker.sendall(piece)
        end = draw.randrange(4)
        if end == 0:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif end == 1:
            socket.socket.shutdown(line, socket.SHUT_WR)
            speaker.recv(100)
        elif end == 2:
            speaker.recv(100)
        speaker.close()

    def _drain(self):
        os.set_blocking(self._cable.end, False)
        with contextlib.suppress(OSError):
            while os.read(self._cable.end, 4_096):
                pass
        os.set_blocking(self._cable.end, True)


def throw(folder, numbers):
    """Throw these at hosts of each kind; what went wrong, which should be nothing."""
    wrong = []
    for tls in (False, True):
        place = folder / ("tls" if tls else "plain")
        place.mkdir()
        cable = Cable(place)
        context = None
        if tls:
            certificate, key = Authority(place).issue("host")
            context = server_context(TlsFiles(certificate=certificate, key=key))
        live = LiveHost(place, listen=LOOPBACK, tls=context, serial=str(cable.path),
                        line=serial_line("9600 8N1"), limits={"pause_s": 0.05, "handshake_s": 1.0})
        hostile, before = Hostile(live, cable), live.balances()
        mine = [(number, WAYS[number % 4]) for number in numbers if (WAYS[number % 4] in WAYS[1:3]) is tls]

        def all_of_them(hostile=hostile, mine=mine):
            for number, way in mine:
                hostile.says(number, way)
            time.sleep(0.2)

        live.serve(all_of_them)
        if live.balances() != before:
            wrong.append(f"{place.name}: money moved")
        if not tls and not is_served(live):
            wrong.append("plain: the next client is not served")
        if tls and not _is_served_in_tls(live):
            wrong.append("tls: the next client is not served")
        if not _is_served_on(live, cable):
            wrong.append(f"{place.name}: the next message on the line is not served")
        wrong.extend(line for line in live.said if "frame_failed" in line or "could not be taken" in line)
        wrong.extend(f"{place.name}: a card number shows: {each}" for each in [*live.said, *live.records]
                     if "975318" in str(each))
        live.close()
    return wrong


def _is_served_in_tls(live):
    line = live.connect()
    asked = CODEC.encode(replace(SIGN_OFF, tid="10000003"))

    def talk():
        with client_context().wrap_socket(line) as speaker:
            speaker.sendall(asked)
            return take(speaker, 2)

    return live.serve(talk) != b""


def _is_served_on(live, cable):
    """After the line was silent for a while."""
    frame = framed("bcd", "tpdu", replace(SIGN_OFF, tid="10000003", stan=9))

    def talk():
        time.sleep(0.3)
        Hostile(live, cable)._drain()
        return cable.talk(frame, len(frame))

    return live.serve(talk)[:1] == b"\x02"


def targets():
    """Each listening port by its name, and what throws a range of inputs at it in a folder of its own."""
    from tests.hil.hostile_relay import throw_at_relay  # noqa: PLC0415 - it takes its bytes from here

    yield "host's ports (TCP, TLS, serial)", throw
    yield "RFC 2217", lambda _folder, numbers: throw_at_rfc2217(numbers)
    yield "control port", throw_at_control
    yield "relay", throw_at_relay
    for profile in profile_names():
        yield f"ECR {profile}", lambda folder, numbers, profile=profile: throw_at_ecr(folder, profile, numbers)

