"""Hostile inputs for lines and ports that wait for a client: telnet gone mad, tills, control ports.

Each returns what went wrong, which should be nothing: a crash, memory that grows, a next good client
that is not served.
"""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import serial

from hil.clock.live_clock import LiveEnvironment
from hil.control.live_process import wall_ms
from hil.device.device import Device, DeviceSettings
from hil.device.ecr_port import EcrSetting
from hil.ecr.profiles import load_profile
from hil.ecr.till import Answered, TillSession
from hil.ecr.values import Ask, Order
from hil.host.commands import HostCommands
from hil.ports.contract import ContractClock
from hil.ports.limits import LIMITS
from hil.ports.line_server import serve_line
from hil.ports.ports import Address, PortEvents, parse_address
from simulator.machines.terminal.profile import TerminalIdentity, TerminalProfile
from tests.hil.live_host import LiveHost
from tests.hil.test_hostile_requests import drawn

IAC, SB, SE, WILL, DO = b"\xff", b"\xfa", b"\xf0", b"\xfb", b"\xfd"
MOST_GROWN_KIB = 24_576  # of a process, after the first tenth has warmed it up
PAGE_KIB = 4


def resident_kib():
    """What this process holds of the machine's memory."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE_KIB


class Growth:
    """Looks at the memory of this process after a tenth and at the end."""

    def __init__(self, total):
        self._warm_at = total // 10
        self._warm_kib = None

    def look(self, done):
        if self._warm_kib is None and done >= self._warm_at:
            self._warm_kib = resident_kib()

    def wrong(self, where):
        grown = resident_kib() - (self._warm_kib or resident_kib())
        return [f"{where}: grown by {grown} KiB"] if grown > MOST_GROWN_KIB else []


def hostile_telnet(draw):
    """Bytes of a peer that has read RFC 2217 and means no good."""
    def command(option, value):
        return IAC + SB + b"\x2c" + option + value + IAC + SE

    kinds = (
        lambda: draw.randbytes(draw.choice([1, 5, 300])),
        lambda: command(b"\x01", struct.pack("!I", draw.choice([0, 1, 9_600, 2**32 - 1]))),
        lambda: command(b"\x01", draw.randbytes(draw.randrange(4))),
        lambda: command(bytes([draw.randrange(2, 5)]), bytes([draw.randrange(256)])),
        lambda: command(b"\x05", bytes([draw.randrange(256)])),
        lambda: command(bytes([draw.randrange(256)]), draw.randbytes(draw.randrange(3))),
        lambda: IAC + SB + draw.randbytes(draw.choice([0, 3, 5_000])).replace(IAC, b""),
        lambda: IAC + SE, lambda: IAC + SB + IAC + SE, lambda: IAC,
        lambda: (IAC + draw.choice([WILL, DO, b"\xfc", b"\xfe"]) + bytes([draw.randrange(256)])) * draw.choice([1, 500]),
        lambda: command(b"\x07", b"") * draw.choice([1, 800]),
        lambda: command(b"\x0c", bytes([draw.randrange(5)])),
        lambda: b"\x00" * draw.choice([1, 3_000]), lambda: b"\x13",
    )
    return b"".join(draw.choice(kinds)() for _ in range(draw.randrange(1, 12)))


def throw_at_rfc2217(numbers):
    """Each on a connection of its own, ended in every way."""
    clock, heard = ContractClock(), []
    events = PortEvents(
        on_bytes=heard.append, on_closed=lambda: None, on_failed=lambda _: None)
    server = serve_line(clock, "rfc2217:127.0.0.1:0?9600 8N1", lambda _: events, limits=LIMITS)
    address = (server.address.host, server.address.port)
    growth = Growth(len(numbers))
    served, wrong = [], []

    def all_of_them():
        for done, number in enumerate(numbers):
            draw = random.Random(number)
            with contextlib.suppress(OSError), socket.create_connection(address, 5) as line:
                line.settimeout(0.02)
                line.sendall(hostile_telnet(draw))
                end = draw.randrange(3)
                if end == 0:
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif end == 1:
                    line.recv(100)
            growth.look(done)
        try:
            client = _patient(server.where)
            client.write(b"good")
            served.append(client)
        except (OSError, ValueError) as error:
            wrong.append(f"rfc2217: the next client is not served: {error}")

    thread = threading.Thread(target=all_of_them)
    thread.start()
    while thread.is_alive():  # however long it takes
        with contextlib.suppress(AssertionError):
            clock.run_until(lambda: not thread.is_alive())
    if served:
        clock.run_until(lambda: b"".join(heard[-9:]).endswith(b"good"))
        served[0].close()
    server.close()
    return wrong + growth.wrong("rfc2217")


def _patient(url):
    """The last hostile one may not be gone yet."""
    for attempt in range(20):
        try:
            return serial.serial_for_url(url, timeout=1)
        except (OSError, ValueError):
            if attempt == 19:
                raise
            threading.Event().wait(0.1)
    raise AssertionError


# ---- ECR -----------------------------------------------------------------------------------------


def hostile_till(draw, profile):
    """Bytes of a till that has read the profile and means no good: no order of money is whole in them."""
    framing, shake = profile.said.framing, profile.said.handshake
    tokens = [bytes.fromhex(each) for each in (
        framing.start, framing.end, framing.escape, framing.more, shake.ack, shake.nak, shake.enq, shake.eot,
        profile.said.reply.positive, profile.said.reply.negative,
    ) if each]
    start = tokens[0] if tokens else b"\x06\x01"
    kinds = (
        lambda: draw.randbytes(draw.choice([1, 5, 300, 3_000])),
        lambda: draw.choice(tokens) * draw.choice([1, 3, 2_000]),
        lambda: b"".join(draw.choice(tokens) + draw.randbytes(draw.randrange(4)) for _ in range(draw.randrange(1, 40))),
        lambda: start + draw.randbytes(draw.choice([0, 40, 5_000])).replace(b"\x03", b""),
        lambda: start + b"9" * draw.choice([10, 5_000]) + draw.choice(tokens),
        lambda: (start + b"\xff\xff\xff" + draw.randbytes(8)) * draw.choice([1, 200]),
        lambda: b"\x06\x01\xff\xff\xff" + b"\x00" * draw.choice([0, 4_000]),
        lambda: b"\x06\x00\x06\x12\x34\x56\xba\x09\x78", lambda: b"\x55\xaa\x01\x00\x00" * draw.choice([1, 500]),
    )
    return b"".join(draw.choice(kinds)() for _ in range(draw.randrange(1, 6)))


class MeantTill:
    """A good till of ours on a socket: asks what the profile can and moves no money, and waits for the answer."""

    def __init__(self, profile, address):
        self._session = TillSession(profile)
        self._profile = profile
        self._line = socket.create_connection(address, 10)
        self._line.settimeout(0.05)

    def is_answered(self, within_s=20.0):
        kind = next((each for each in (Ask.TOTALS, Ask.POLL, Ask.LAST_RESULT) if self._profile.can(each)), Ask.SALE)
        until_s = time.monotonic() + within_s
        self._session.begin(Order(kind=kind, amount_fen=100 if kind is Ask.SALE else 0), _line_ms())
        while time.monotonic() < until_s:
            if out := self._session.take_outbox():
                self._line.sendall(out)
            if any(isinstance(each, Answered) for each in self._session.take_events()):
                return True
            try:
                heard = self._line.recv(4_096)
                if not heard:
                    return False
                self._session.receive(heard, _line_ms())
            except TimeoutError:
                pass
            self._session.tick(_line_ms())
        return False

    def close(self):
        self._line.close()


def _is_till_served(profile, address):
    """A till that was refused, as the last hostile one may not be gone yet, tries again."""
    with contextlib.suppress(OSError):
        till = MeantTill(profile, address)
        try:
            return till.is_answered()
        finally:
            till.close()
    threading.Event().wait(0.3)
    return False


def _line_ms():
    return time.monotonic_ns() // 1_000_000


def throw_at_ecr(folder, profile_name, numbers):
    """All on a device that nobody has signed on; whatever moves money would have to come out of it."""
    profile = load_profile(profile_name)
    env = LiveEnvironment(wall_ms())
    device = Device(env, DeviceSettings(
        identity=TerminalIdentity("10000001", "898000000000001"), profile=TerminalProfile(),
        host=Address("127.0.0.1", 9), control=Address("127.0.0.1", 0), nvm=folder / "nvm",
        ecr=EcrSetting(profile, "tcp:127.0.0.1:0")))
    device.start()
    where = parse_address(device.ecr.where.removeprefix("tcp:"))
    address, wrong, growth = (where.host, where.port), [], Growth(len(numbers))

    def all_of_them():
        for done, number in enumerate(numbers):
            draw = random.Random(number)
            with contextlib.suppress(OSError), socket.create_connection(address, 5) as line:
                line.settimeout(0.01)
                line.sendall(hostile_till(draw, profile))
                end = draw.randrange(3)
                if end == 0:
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif end == 1:
                    line.recv(100)
            growth.look(done)
        if not any(_is_till_served(profile, address) for _ in range(3)):
            wrong.append(f"{profile_name}: the next till is not served")

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(all_of_them)
        future.add_done_callback(lambda _: env.inject(lambda: None))
        env.run_live(future.done)
    future.result()
    memory = device.memory
    if memory.items or memory.armed or memory.advised or memory.settling:
        wrong.append(f"{profile_name}: something was sold")
    device.close()
    return wrong + growth.wrong(profile_name)


# ---- control ports -------------------------------------------------------------------------------


def throw_at_control(folder, numbers):
    """Lines of every kind of nonsense at the control port of a host; money must not move."""
    live = LiveHost(folder, listen=Address("127.0.0.1", 0))
    live.host.open_control(Address("127.0.0.1", 0), HostCommands(live.host).table())
    before, growth = live.balances(), Growth(len(numbers))
    where = live.host.control.address
    wrong = []

    def all_of_them():
        for at in range(0, len(numbers), 50):
            lines = [line for number in numbers[at:at + 50]
                     if (line := drawn(number)).strip() and b'"jump"' not in line]  # what moves no calendar
            with socket.create_connection((where.host, where.port), 30) as connection:
                connection.sendall(b"".join(line + b"\n" for line in lines))
                file = connection.makefile("rb")
                wrong.extend(
                    f"control: no answer to {line[:40]!r}" for line in lines if not file.readline())
            growth.look(at)
        with socket.create_connection((where.host, where.port), 30) as connection:
            connection.sendall(b'{"do":"status"}\n')
            if b'"ok":true' not in connection.makefile("rb").readline():
                wrong.append("control: the next client is not served")

    live.serve(all_of_them)
    if live.balances() != before:
        wrong.append("control: money moved")
    live.close()
    return wrong + growth.wrong("control")
