"""Who has to go where there is no room, who is served all the same, and how much is said about it."""

from __future__ import annotations

import resource
import socket
import threading
import time
from contextlib import suppress

import pytest

from hil.control.control import ControlClient, ControlServer, Done, Request
from hil.control.few_words import WHILE_S, FewWords
from hil.ports.contract import ContractClock, Ear
from hil.ports.limits import PortLimits
from hil.ports.ports import Address
from hil.ports.reserve import NoThreadError, SpareThreads, is_for_others, kept_for_first
from hil.ports.tcp_port import TcpServerPort

LOOPBACK = Address("127.0.0.1", 0)


class Crowd:
    """A server, and peers one after another; each one's ear is known by the order in which they came."""

    is_read = True  # what somebody says

    def __init__(self, **limits):
        self.clock = ContractClock()
        self.said, self.ears, self.ports, self.peers = [], [], [], []
        self.server = TcpServerPort(
            self.clock, LOOPBACK, self._connected, limits=PortLimits(**limits), on_trouble=self.said.append)

    def _connected(self, port):
        if not self.is_read:
            port.pause()
        self.ports.append(port)
        self.ears.append(Ear())
        return self.ears[-1].events

    def comes(self):
        peer = socket.create_connection((self.server.address.host, self.server.address.port), 10)
        self.peers.append(peer)
        return peer

    def takes(self):
        """A newcomer that is taken in."""
        before, peer = len(self.ears), self.comes()
        self.clock.run_until(lambda: len(self.ears) > before)
        return peer

    def close(self):
        self.server.close()
        for each in self.peers:
            each.close()


@pytest.fixture
def crowd():
    made = []

    def make(**limits):
        made.append(Crowd(**limits))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_who_says_nothing_makes_room_first_then_who_was_answered_nothing(crowd):
    here = crowd(connections=3, room_s=0.05)
    answered, speaking, _silent = here.takes(), here.takes(), here.takes()
    answered.sendall(b"a")
    speaking.sendall(b"s")
    here.clock.run_until(lambda: here.ears[0].heard and here.ears[1].heard)
    here.ports[0].write(b"answer")
    time.sleep(0.06)  # so long each of them may stand, and none shorter
    for gone in (2, 1):
        here.takes().sendall(b"n")  # newcomers who speak, and are heard before another one comes
        here.clock.run_until(lambda: here.ears[-1].heard)
        here.clock.run_until(lambda gone=gone: here.ears[gone].ends)
        assert "a newcomer needs its place" in here.ears[gone].ends[0]
        assert here.peers[gone].recv(1) == b""
    assert not here.ears[0].ends
    assert here.said == []


def test_where_more_wait_than_one_several_who_said_nothing_leave_at_once(crowd):
    here = crowd(connections=4, room_s=0.05)
    asked = here.takes()
    asked.sendall(b"a")
    here.clock.run_until(lambda: here.ears[0].heard)
    for _ in range(3):
        here.takes()
    time.sleep(0.06)
    with here.server._count:  # nobody is let in meanwhile
        here.comes()
        here.comes()
    here.clock.run_until(lambda: all(here.ears[silent].ends for silent in (1, 2, 3)) and len(here.ears) == 6)
    assert not here.ears[0].ends  # he said something: there is room without him
    assert here.said == []


@pytest.mark.parametrize("limits", [
    {"room_s": 0.0}, {"room_s": 3_600.0},
])
def test_a_newcomer_is_refused_where_nobody_has_to_go(crowd, limits):
    here = crowd(connections=2, **limits)
    here.takes()
    here.takes()
    assert here.comes().recv(1) == b""
    here.clock.run_until(lambda: here.said)
    assert "2 connections stand" in here.said[0]


def test_who_was_hung_up_on_and_speaks_on_makes_room_at_once(crowd):
    here = crowd(connections=1, room_s=3_600.0, flush_s=600.0)
    peer = here.takes()
    here.ports[0].close()
    over = threading.Event()

    def speak_on():
        while not over.is_set():
            try:
                peer.sendall(b"x" * 100)
            except OSError:
                return

    thread = threading.Thread(target=speak_on)
    thread.start()
    here.takes()
    over.set()
    thread.join()


class Talkers(Crowd):
    """Whose messages end with a full stop."""

    def __init__(self, **limits):
        super().__init__(**limits)
        self.server.close()
        self.server = TcpServerPort(
            self.clock, LOOPBACK, self._connected, limits=PortLimits(**limits), on_trouble=self.said.append,
            speaker=lambda start: "" if start.endswith(b".") else None)

    def says(self, data):
        """Somebody who is taken in and heard."""
        before, peer = len(self.ears), self.comes()
        peer.sendall(data)
        self.clock.run_until(lambda: len(self.ears) > before and self.ears[before].heard == data)
        return peer


@pytest.fixture
def talkers():
    made = []

    def make(**limits):
        made.append(Talkers(**limits))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_who_has_said_all_takes_the_place_of_who_has_not_though_he_has_time_left(talkers):
    here = talkers(connections=3, room_s=3_600.0)
    here.says(b"ask.")
    here.ports[0].write(b"answer")
    here.says(b"hal")
    here.says(b"ha")
    here.says(b"ask again.")
    here.clock.run_until(lambda: here.ears[1].ends)  # the first who has not said all, and nobody else
    assert not here.ears[0].ends
    assert not here.ears[2].ends
    assert here.said == []


def test_who_has_not_said_all_either_waits_for_a_place(talkers):
    here = talkers(connections=1, room_s=3_600.0)
    here.says(b"hal")
    late = here.comes()
    late.sendall(b"ha")
    here.clock.run_until(lambda: here.said)
    assert not here.ears[0].ends


@pytest.mark.parametrize("newcomer", [b"ask.", b"as"])
def test_who_is_owed_an_answer_keeps_his_place_however_long_it_takes(talkers, newcomer):
    here = talkers(connections=1, room_s=0.01)
    here.says(b"ask.")
    here.ports[0].is_owed = True
    time.sleep(0.02)
    late = here.comes()
    late.sendall(newcomer)
    here.clock.run_until(lambda: here.said)
    assert not here.ears[0].ends
    here.ports[0].is_owed = False
    here.says(b"ask.")
    here.clock.run_until(lambda: here.ears[0].ends)


@pytest.mark.parametrize("is_read", [False, True])
def test_who_said_what_nobody_had_time_for_keeps_his_place(talkers, is_read):
    here = talkers(connections=1, room_s=0.01)
    here.is_read = is_read
    here.takes().sendall(b"ask.")
    time.sleep(0.05)  # the clock looks at nothing meanwhile
    late = here.comes()
    late.sendall(b"ask.")
    with suppress(ConnectionResetError):
        assert late.recv(1) == b""  # else it has waited for its answer in vain
    here.clock.run_until(lambda: here.said)
    assert not here.ears[0].ends


def test_the_last_descriptors_are_kept_for_files_and_the_control_port():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        for most, first, own in ((64, 16, 8), (1_024, 64, 16)):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            assert kept_for_first() == first
            assert [number for number in range(most) if is_for_others(number, is_first=True)] == list(
                range(most - own, most))
            assert [number for number in range(most) if is_for_others(number, is_first=False)] == list(
                range(most - own - first, most))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def no_thread(*_):
    raise RuntimeError("can't start new thread")


def test_spare_threads_do_work_one_after_another_where_no_other_can_be_begun(monkeypatch):
    spares, go = SpareThreads(2), threading.Event()
    monkeypatch.setattr(threading.Thread, "start", no_thread)
    begun = [spares.begin(go.wait, "a"), spares.begin(go.wait, "b")]
    with pytest.raises(NoThreadError):
        spares.begin(go.wait, "c")
    assert all(each.is_alive() for each in begun)
    go.set()
    for each in begun:
        each.join(10)
        assert not each.is_alive()
    until_s = time.monotonic() + 10
    while True:
        try:
            spares.begin(go.wait, "d").join(10)
            break
        except NoThreadError:
            assert time.monotonic() < until_s
    spares.close()


class Ask(Request, frozen=True, tag="ask"):
    """Nothing."""


def test_a_control_port_is_served_where_no_thread_can_be_begun(monkeypatch):
    clock, said = ContractClock(), []
    server = ControlServer(clock, LOOPBACK, {Ask: lambda _, answer: answer(Done())}, on_trouble=said.append)
    results = []
    start, names = threading.Thread.start, []

    def client():
        for _ in range(2):  # whether the first has gone or not
            control = ControlClient(server.address)
            control.do(Ask())
            control.close()
            results.append("served")

    def refuse(thread):
        names.append(thread.name)
        no_thread()

    thread = threading.Thread(target=client)
    start(thread)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    clock.run_until(lambda: len(results) == 2)
    assert names
    assert said == []
    monkeypatch.undo()
    thread.join()
    server.close()


def test_of_a_flood_of_reasons_a_few_are_said_and_the_rest_is_counted():
    said, now_s = [], [100.0]
    words = FewWords(said.append, "control port", 3, lambda: now_s[0])
    for number in range(10):
        words.say(f"line {number}")
    assert said == ["line 0", "line 1", "line 2"]
    now_s[0] += WHILE_S
    words.say("later")
    assert said[3:] == ["control port: 7 more lines were not written down one by one", "later"]
    words.say("again")
    words.tell_rest()
    assert said[5:] == ["again"]
