"""A plane with root: each fault strikes what it should and nothing else, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hil.capture.wire_times import TimeOf, spacing_of, times_of
from hil.plane.abilities import Ability, needed, probe
from hil.plane.elsewhere import done_in
from hil.plane.names import name_in
from hil.plane.plane import Plane, namespaces, remove_leftovers
from hil.plane.programs import PlaneError, call
from hil.plane.rules import AT_HOST, AT_TERMINAL, Content, PacketRule, Verdict, Way
from hil.plane.shaper import Shape
from hil.plane.sniffing import sniffer_in
from simulator.capture.segments import segment_of
from simulator.capture.streams import connections_of

PROBED = probe()
WHY_NOT = needed(tuple(each for each in Ability if each is not Ability.CAPTURE), PROBED)
live = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "can be done")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_without_root_every_ability_says_why_not():
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.setuid(65534)
        os.write(write, "|".join(each.why_not for each in probe()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    told = os.read(read, 10_000).decode().split("|")
    assert len(told) == len(Ability)
    assert all("needs root" in each for each in told)


def test_a_program_that_is_not_there_is_named_with_its_package(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("hil.plane.programs._PLACES", "/nowhere")
    with pytest.raises(PlaneError, match=r"nft is not there.*nftables"):
        call("nft")


@pytest.fixture(scope="module")
def plane():
    if WHY_NOT:
        pytest.skip(WHY_NOT)
    with Plane() as made:
        yield made


class Echo:
    """A host that gives back what it hears, and a terminal in its namespace."""

    def __init__(self, plane: Plane) -> None:
        self.server = socket.create_server((plane.host_address, plane.port))
        self.line = done_in(plane.name.terminal, socket.socket)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.line.settimeout(20)
        self.line.connect((plane.host_address, plane.port))
        self.taken, _ = self.server.accept()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        try:
            while data := self.taken.recv(65_536):
                self.taken.sendall(data)
        except OSError:
            pass

    def ask(self, data: bytes) -> float:
        """Send and hear it back; milliseconds."""
        began = time.monotonic()
        self.line.sendall(data)
        heard = b""
        while len(heard) < len(data):
            got = self.line.recv(65_536)
            assert got, "hung up"
            heard += got
        assert heard == data
        return (time.monotonic() - began) * 1_000

    def close(self) -> None:
        for each in (self.line, self.taken, self.server):
            each.close()


@pytest.fixture
def echo(plane):
    made = Echo(plane)
    yield made
    plane.clear()
    made.close()


def struck(plane: Plane) -> int:
    return sum(each.packets for each in plane.struck())


@pytest.mark.live
@live
def test_a_good_line_passes_and_the_terminal_is_seen_by_its_own_address(plane, echo):
    assert echo.taken.getpeername()[0] == plane.terminal_address
    echo.ask(b"x" * 5_000)
    assert struck(plane) == 0


@pytest.mark.live
@live
@pytest.mark.parametrize(("way", "end"), [(Way.UP, AT_TERMINAL), (Way.DOWN, AT_HOST)])
def test_every_second_packet_with_these_bytes_is_lost_and_tcp_sends_it_again(plane, echo, way, end):
    """The first such message passes, the second is lost once: what was sent is seen before the fault."""
    with sniffer_in(plane, end) as sniffer:
        plane.rules(PacketRule(name="lost", way=way, content=Content(13, b"\x02\x10"), every=2))
        message = bytes(13) + b"\x02\x10" + bytes(50)
        other = bytes(80)
        echo.ask(other)
        assert struck(plane) == 0
        echo.ask(message)
        assert echo.ask(message) > 150
        assert struck(plane) >= 1
        packets = sniffer.stop().packets
    connections = connections_of([segment_of(each) for each in packets], [plane.port])
    waited = spacing_of(times_of(connections, ()), TimeOf.RETRANSMISSION)
    assert waited  # on a busy machine the second one is sent a moment later, for nothing
    assert waited[0] > 150


@pytest.mark.live
@live
def test_only_long_messages_are_lost(plane, echo):
    plane.rules(PacketRule(name="long", way=Way.UP, longer_than=300, every=2))
    for _ in range(4):
        echo.ask(bytes(290))
    assert struck(plane) == 0
    assert max(echo.ask(bytes(310)) for _ in range(2)) > 150
    assert struck(plane) >= 1


@pytest.mark.live
@live
def test_a_reset_breaks_the_connection(plane, echo):
    plane.rules(PacketRule(name="reset", way=Way.UP, verdict=Verdict.RESET, longer_than=100))
    echo.ask(b"short")
    with pytest.raises(ConnectionResetError):
        echo.ask(bytes(200))
    assert struck(plane) >= 1


@pytest.mark.live
@live
def test_losses_at_random_delay_and_lose_nothing(plane, echo):
    plane.rules(PacketRule(name="random", chance=0.2))
    while not struck(plane):
        echo.ask(bytes(120))


@pytest.mark.live
@live
def test_a_slow_line_is_as_slow_as_it_should_be(plane, echo):
    plane.rate(20_000, Way.UP)
    echo.ask(bytes(1_400))  # the burst
    assert echo.ask(bytes(10_000)) > 300  # half a second
    assert plane.strikes() > 0
    plane.rate(0)
    assert plane.strikes() == 0
    echo.ask(bytes(10_000))


@pytest.mark.live
@live
def test_a_tun_device_delays_duplicates_and_loses(plane, echo):
    shaper = plane.shape({Way.UP: Shape(delay_ms=120, jitter_ms=5, duplicate=0.5), Way.DOWN: Shape(delay_ms=30)})
    took = [echo.ask(bytes(200)) for _ in range(4)]
    assert min(took) >= 140
    assert shaper.counts[Way.UP].duplicated > 0
    lossy = plane.shape({Way.UP: Shape(loss=0.2)})
    while not lossy.counts[Way.UP].lost:
        took = [echo.ask(bytes(200))]
    assert max(took) > 150
    plane.clear()
    echo.ask(bytes(200))
    assert plane.strikes() == 0


@pytest.mark.live
@live
def test_a_port_on_the_terminals_loopback_is_reached_beside_the_line(plane, echo):
    plane.rules(PacketRule(name="all"))
    server = done_in(plane.name.terminal, lambda: socket.create_server(("127.0.0.1", 0)))
    with server, plane.connect(server.getsockname(), 2) as line:
        line.sendall(b"x")
        assert server.accept()[1][0] == "127.0.0.1"


@pytest.mark.live
@live
def test_a_command_runs_where_the_terminal_is(plane):
    told = subprocess.run(plane.command(["ip", "-o", "-4", "address"]), capture_output=True, text=True, check=True)
    assert plane.terminal_address in told.stdout


# ---- nothing is left behind ----------------------------------------------------------------------


def ours(pid: int) -> list[str]:
    return [each for each in namespaces() if (name := name_in(each)) and name.pid == pid]


MAKES = (
    "import sys, time, subprocess\n"
    "from hil.plane.plane import Plane\n"
    "plane = Plane().__enter__()\n"
    "child = subprocess.Popen(plane.command(['sleep', '300']))\n"
    "print(child.pid, flush=True)\n"
    "try:\n"
    "    time.sleep(300)\n"
    "finally:\n"
    "    plane.close()\n"
)


@pytest.mark.live
@live
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_nothing_and_what_a_killed_one_left_is_removed(number):
    began = [sys.executable, "-c", "import signal; signal.signal(2, signal.default_int_handler)\n" + MAKES]
    with subprocess.Popen(began, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        child = int(process.stdout.readline())
        slot = name_in(ours(process.pid)[0]).slot
        process.send_signal(number)
        process.wait(20)
    if number == signal.SIGKILL:
        assert len(ours(process.pid)) == 2
        assert [each.pid for each in remove_leftovers()] == [process.pid]
    assert ours(process.pid) == []
    assert f"dz{slot:x}h" not in call("ip", "link")
    deadline_s = time.monotonic() + 5
    while is_running(child):  # it is no child of ours: its end is a moment away
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.live
@live
def test_a_plane_that_cannot_be_finished_is_taken_away(monkeypatch):
    monkeypatch.setattr("hil.plane.plane._forward", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Plane()
    assert len(ours(os.getpid())) <= 2  # the one of the other tests


@pytest.mark.live
@live
def test_two_planes_stand_beside_each_other(plane):
    with Plane() as other:
        assert other.name.slot != plane.name.slot
        with socket.create_server((other.host_address, other.port)) as server:
            line = done_in(other.name.terminal, lambda: socket.create_connection(
                (other.host_address, other.port), timeout=2))
            line.close()
            assert server.accept()[1][0] == other.terminal_address
