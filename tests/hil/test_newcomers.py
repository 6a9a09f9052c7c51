"""Who of those that wait at a listener is let in first, who is hung up on, and that nobody is forgotten."""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
import time

import pytest

from hil.ports import newcomers
from hil.ports.newcomers import Newcomers

TURN_S = 0.05
MOST = 12
HEARD_OF_THE_END = bytes([5])  # FIN_WAIT2


def speaker(start):
    """A message is a name and a full stop."""
    name, stop, _ = start.partition(b".")
    return name.decode() if stop else None


def sends(peer, says):
    """It is there when this returns."""
    peer.sendall(says)
    until(lambda: not struct.unpack("i", fcntl.ioctl(peer, termios.TIOCOUTQ, bytes(4)))[0])


def goes(peer):
    """He has nothing more to say, and the other side has heard of it."""
    peer.shutdown(socket.SHUT_WR)
    until(lambda: peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1) == HEARD_OF_THE_END)


def until(met):
    while not met():
        time.sleep(0.001)


class Listener:
    """Newcomers, and who came: each by what he said first."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1_024)
        self.listener.settimeout(TURN_S)
        self.waiting = Newcomers(self.listener, speaker, lambda _: False, TURN_S)
        self.peers = []

    def comes(self, says=b""):
        peer = socket.create_connection(self.listener.getsockname(), 10)
        self.peers.append(peer)
        sends(peer, says)
        return peer

    def come(self, *says):
        return [self.comes(each) for each in says]

    def next(self):
        """Who is let in: what he has said, and the connection."""
        newcomer = self.waiting.next()
        said = b""
        if not newcomer.has_gone:
            try:
                said = newcomer.connection.recv(100)
            except BlockingIOError:
                said = b""
        newcomer.close()
        return said

    def close(self):
        self.waiting.close()
        self.listener.close()
        for each in self.peers:
            each.close()


@pytest.fixture
def listener(monkeypatch):
    monkeypatch.setattr(newcomers, "most_waiting", lambda: MOST)
    made = Listener()
    yield made
    made.close()


def test_speakers_have_their_turns_and_each_ones_connections_their_order(listener):
    listener.come(b"a.1", b"a.2", b"a.3", b"a.4", b"b.1", b"b.2", b"c.1")
    assert [listener.next() for _ in range(7)] == [b"a.1", b"b.1", b"c.1", b"a.2", b"b.2", b"a.3", b"a.4"]


def test_who_has_said_all_is_let_in_in_turn_with_who_has_not(listener):
    listener.come(b"", b"half", b"a.1", b"b.1", b"c.1")
    assert [listener.next() for _ in range(5)] == [b"a.1", b"", b"b.1", b"half", b"c.1"]


def test_who_speaks_while_he_waits_is_let_in_as_one_who_has_spoken(listener):
    silent = listener.come(b"", b"", b"", b"ha")
    listener.come(b"a.1")
    assert listener.next() == b"a.1"
    sends(silent[2], b"c.1")
    sends(silent[3], b"lf.")
    assert listener.next() == b""  # whose turn it is, the first to come
    assert [listener.next() for _ in range(3)] == [b"c.1", b"", b"half."]


def test_where_too_many_wait_the_longest_silent_goes_and_is_counted(listener):
    silent = listener.come(*[b""] * MOST)
    listener.come(b"a.1", b"a.2")
    assert listener.next() == b"a.1"
    assert listener.waiting.turned_away_since() == 2
    assert listener.waiting.turned_away_since() == 0
    for each in silent[:2]:
        each.settimeout(10)
        assert each.recv(1) == b""
    silent[2].settimeout(0)
    with pytest.raises(BlockingIOError):
        silent[2].recv(1)


def test_where_too_many_have_spoken_the_last_of_the_loudest_goes(listener):
    listener.come(b"b.1", *[b"a.%d" % number for number in range(1, MOST)], b"c.1", b"d.1")
    heard = [listener.next() for _ in range(MOST)]
    assert heard[:4] == [b"b.1", b"a.1", b"c.1", b"d.1"]
    assert heard[4:] == [b"a.%d" % number for number in range(2, MOST - 2)]
    assert listener.waiting.turned_away_since() == 2
    with pytest.raises(TimeoutError):
        listener.next()


def test_a_crowd_that_talks_does_not_drive_out_who_is_about_to(listener):
    late = listener.comes()
    listener.come(*[b"a.%d" % number for number in range(MOST + 3)])
    assert listener.next() == b"a.0"
    sends(late, b"b.1")
    assert {listener.next() for _ in range(2)} == {b"a.1", b"b.1"}
    assert listener.waiting.turned_away_since() == 4


def test_who_has_gone_without_a_word_is_not_let_in_and_who_has_asked_is(listener):
    gone, asked = listener.come(b"", b"a.1")
    listener.come(b"", b"b.1")
    goes(gone)
    goes(asked)
    assert [listener.next() for _ in range(3)] == [b"a.1", b"", b"b.1"]
    goes(listener.comes())
    with pytest.raises(TimeoutError):
        listener.next()


def test_nobody_waits_where_descriptors_are_short(listener):
    listener.waiting._is_for_others = lambda connection: len(connection.recv(10, socket.MSG_PEEK)) == 5
    listener.come(b"a.1", b"b.123", b"c.1")
    assert [listener.next() for _ in range(3)] == [b"b.123", b"a.1", b"c.1"]
