"""A host knows a framing by its first bytes, keeps it for the connection, and answers in it."""

from __future__ import annotations

import os
import pty
import random
import socket
import time
import tty
from functools import reduce
from operator import xor

import pytest
from msgspec.structs import replace

from hil.ports.serial_line import serial_line
from simulator.catalogue.line_reasons import LineReason, PortWarning
from simulator.trace.records import Arrived, Lost, WireCarried
from simulator.wire.dialects import usual_dialect
from tests.hil.live_host import CODEC, DAY, SIGN_OFF, LiveHost, is_served, take, take_frame

OWN = CODEC.encode(SIGN_OFF, "6000037777")  # length 2, TPDU 5, header 6
TPDU, HEADER, BODY = OWN[2:7], OWN[7:13], OWN[13:]
REPLY_TPDU = bytes.fromhex("6077770003")
HEADS = {
    "tpdu+header": TPDU + HEADER, "tpdu": TPDU, "header": HEADER, "none": b"",
}


def with_length(message):
    return len(message).to_bytes(2, "big") + message


def enclosed(message, form):
    length = bytes.fromhex(f"{len(message):04}" if form == "bcd" else f"{len(message):04X}")
    inner = length + message + b"\x03"
    return b"\x02" + inner + bytes([reduce(xor, inner)])


WAYS = {
    "length": with_length, "alone": lambda message: message,
    "bcd": lambda message: enclosed(message, "bcd"),
    "binary": lambda message: enclosed(message, "binary"),
}
FRAMINGS = [(way, head) for way in WAYS for head in HEADS]


def framed(way, head, message=SIGN_OFF):
    return WAYS[way](HEADS[head] + CODEC.encode(message)[13:])


def reply_in(way, head, data):
    """The message of a reply, its framing being the one that was asked in, byte for byte."""
    before = {"length": 2, "alone": 0, "bcd": 3, "binary": 3}[way]
    behind = 2 if way in ("bcd", "binary") else 0
    inner = data[before:len(data) - behind]
    assert WAYS[way](inner) == data
    tpdu, header = "tpdu" in head, "header" in head
    if tpdu:
        assert inner[:5] == REPLY_TPDU
        inner = inner[5:]
    if header:
        assert inner[:1] == b"\x60"
        inner = inner[6:]
    return CODEC.decode(with_length(TPDU + HEADER + inner))


@pytest.fixture
def live(tmp_path):
    live = LiveHost(tmp_path, limits={"pause_s": 0.3, "after_end_s": 0.5})
    yield live
    live.close()


def exchange(live, line, *pieces, rest_s=0.0):
    def talk():
        for piece in pieces:
            line.sendall(piece)
            if rest_s:
                time.sleep(rest_s)
        return line.recv(4_096)

    return live.serve(talk)


@pytest.mark.live
@pytest.mark.parametrize(("way", "head"), FRAMINGS)
def test_each_framing_is_known_and_answered_in(live, way, head):
    line = live.connect()
    for stan in (7, 8):  # the framing stays that of the connection
        answer = reply_in(way, head, exchange(
            live, line, framed(way, head, replace(SIGN_OFF, stan=stan))))
        assert (answer.mti, answer.stan, answer.tid) == ("0830", stan, "10000001")
    assert live.warned == []


@pytest.mark.live
@pytest.mark.parametrize(("way", "head"), FRAMINGS)
def test_a_message_may_come_in_any_slices(live, way, head):
    frame = framed(way, head)
    line = live.connect()
    cuts = sorted(random.Random(way + head).sample(range(1, len(frame)), 4))
    pieces = [frame[at:to] for at, to in zip([0, *cuts], [*cuts, len(frame)], strict=True)]
    assert reply_in(way, head, exchange(live, line, *pieces, rest_s=0.01)).stan == 7
    one_by_one = [bytes([byte]) for byte in frame]
    assert reply_in(way, head, exchange(live, live.connect(), *one_by_one)).stan == 7


@pytest.mark.live
@pytest.mark.parametrize("way", WAYS)
def test_several_messages_in_one_segment_are_each_answered(live, way):
    line = live.connect()
    frames = [framed(way, "tpdu", replace(SIGN_OFF, stan=stan)) for stan in range(1, 6)]
    one = framed(way, "tpdu")

    def talk():
        line.sendall(b"".join(frames))
        size = len(exchanged)
        return [take(line, size) for _ in frames]

    exchanged = exchange(live, live.connect(), one)
    answers = live.serve(talk)
    assert {reply_in(way, "tpdu", each).stan for each in answers} == {1, 2, 3, 4, 5}


@pytest.mark.live
def test_the_trace_holds_what_was_on_the_line_in_its_framing(live):
    line = live.connect()
    frame = framed("bcd", "header")
    answer = exchange(live, line, frame)
    carried = [bytes.fromhex(each.frame) for each in live.records if isinstance(each, WireCarried)]
    assert carried == [frame, answer]
    framing = usual_dialect().framings["stx-bcd+header"]
    assert live.host.listener.terminals["10000001"].connection.framing == framing


@pytest.mark.live
@pytest.mark.parametrize("way", ["length", "alone", "bcd"])
def test_keep_alives_are_passed_over_and_are_no_message(live, way):
    line = live.connect()
    beat = b"\x00\x00"
    frame = framed(way, "tpdu+header")
    assert reply_in(way, "tpdu+header", exchange(live, line, beat, frame + beat, rest_s=0.01)).stan == 7
    assert reply_in(way, "tpdu+header", exchange(live, line, beat * 3 + frame)).stan == 7
    assert live.warned == []


@pytest.mark.live
def test_keep_alives_are_life(tmp_path):
    live = LiveHost(tmp_path, limits={"idle_s": 0.4})
    line, silent = live.connect(), live.connect()

    def beat():
        for _ in range(8):
            time.sleep(0.1)
            line.sendall(b"\x00\x00")
        silent.settimeout(5)
        assert silent.recv(1) == b""
        line.sendall(OWN)
        return take_frame(line)

    assert CODEC.decode(live.serve(beat)).stan == 7
    assert PortWarning.IDLE in live.warned
    live.close()


# ---- the end of a connection -----------------------------------------------------------------------


@pytest.mark.live
@pytest.mark.parametrize("way", WAYS)
def test_who_stops_to_speak_is_answered_and_then_hung_up_on(live, way):
    line = live.connect()

    def talk():
        line.sendall(framed(way, "tpdu+header"))
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(4_096)
        return answer, line.recv(1)

    answer, after = live.serve(talk)
    assert reply_in(way, "tpdu+header", answer).stan == 7
    assert after == b""
    assert live.warned == []


@pytest.mark.live
def test_of_several_requests_before_the_end_each_is_answered(live):
    line = live.connect()

    def talk():
        for stan in (1, 2, 3):
            line.sendall(CODEC.encode(replace(SIGN_OFF, stan=stan)))
        line.shutdown(socket.SHUT_WR)
        return {CODEC.decode(take_frame(line)).stan for _ in range(3)}, line.recv(1)

    assert live.serve(talk) == ({1, 2, 3}, b"")


@pytest.mark.live
@pytest.mark.parametrize("asked", [
    {"mti": "0800", "network_code": "003", "batch": 0},  # the reply names another batch
    {"mti": "0800", "network_code": "360", "stan": None},
    {"mti": "0820", "network_code": "372", "stan": None, "private": b"100"},
], ids=["sign-on", "parameters", "keys"])
def test_a_reply_that_bears_another_batch_or_no_number_leaves_nothing_owed(live, asked):
    line = live.connect()

    def talk():
        line.sendall(CODEC.encode(replace(SIGN_OFF, **asked)))
        line.shutdown(socket.SHUT_WR)
        return CODEC.decode(take_frame(line)).response_code, line.recv(1)

    assert live.serve(talk) == ("00", b"")  # and hung up at once: the line waits ten seconds at most
    assert live.warned == []


@pytest.mark.live
def test_who_ends_in_the_middle_of_a_message_is_said_so(live):
    line = live.connect()

    def talk():
        line.sendall(OWN[:-3])
        line.shutdown(socket.SHUT_WR)
        return line.recv(1)

    assert live.serve(talk) == b""
    assert live.warned == [PortWarning.CUT_FRAME]
    assert f"{len(OWN) - 3} bytes" in live.said[-1]


@pytest.mark.live
def test_a_message_without_a_length_ends_by_a_pause(live):
    line = live.connect()
    exchange(live, line, framed("alone", "tpdu"))
    cut = framed("alone", "tpdu")[:-3]

    def talk():
        line.sendall(cut)
        return line.recv(100)

    assert live.serve(talk) == b""  # what is there is no message: hung up on, with a line
    assert live.warned[0] == PortWarning.UNREADABLE_REQUEST
    assert is_served(live)


# ---- many terminals on one connection ----------------------------------------------------------------


@pytest.mark.live
def test_the_terminals_of_a_concentrator_each_have_the_tpdu_of_their_request(live):
    line = live.connect()
    asked = [
        CODEC.encode(replace(SIGN_OFF, tid=f"1000000{number}", stan=number), f"600003{number}{number}{number}{number}")
        for number in (1, 2, 3)]

    def talk():
        line.sendall(b"".join(asked))
        return [take_frame(line) for _ in asked]

    answers = live.serve(talk)
    assert {CODEC.decode(each).tid: CODEC.tpdu_of(each) for each in answers} == {
        f"1000000{number}": f"60{number}{number}{number}{number}0003" for number in (1, 2, 3)}
    assert set(live.host.listener.connected) == {"10000001", "10000002", "10000003"}
    line.close()
    live.until(lambda: not live.host.listener.connected)


@pytest.mark.live
def test_the_newest_connection_of_a_terminal_counts_and_the_others_of_the_old_one_stay(live):
    old, new = live.connect(), live.connect()
    exchange(live, old, CODEC.encode(SIGN_OFF), rest_s=0.05)
    exchange(live, old, CODEC.encode(replace(SIGN_OFF, tid="10000002")))
    exchange(live, new, CODEC.encode(replace(SIGN_OFF, stan=8)))  # what it did not ask on the old one
    terminals = live.host.listener.terminals
    assert terminals["10000001"].connection is not terminals["10000002"].connection
    new.close()
    live.until(lambda: live.host.listener.connected == ("10000002",))
    assert exchange(live, old, CODEC.encode(SIGN_OFF))  # back on the old one
    assert set(live.host.listener.connected) == {"10000001", "10000002"}


@pytest.mark.live
def test_a_reply_goes_out_on_the_newest_connection_in_its_framing(live):
    old, new = live.connect(), live.connect()
    exchange(live, old, framed("length", "tpdu+header"))
    answer = exchange(live, new, framed("bcd", "tpdu"))
    assert reply_in("bcd", "tpdu", answer).stan == 7
    again = exchange(live, old, framed("length", "tpdu+header", replace(SIGN_OFF, stan=9)))
    assert reply_in("length", "tpdu+header", again).stan == 9


# ---- a serial line -----------------------------------------------------------------------------------


class Cable:
    """A serial line made of a pty; its name stays though the device changes."""

    def __init__(self, folder):
        self.path = folder / "tty"
        self.plug_in()

    def plug_in(self):
        self.end, device = pty.openpty()
        tty.setraw(device)
        tty.setraw(self.end)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(device))
        self.device = device

    def pull_out(self):
        os.close(self.device)
        os.close(self.end)
        self.path.unlink()

    def talk(self, data, count):
        os.write(self.end, data)
        answer = b""
        while len(answer) < count:
            answer += os.read(self.end, 4_096)
        return answer


@pytest.fixture
def cable(tmp_path):
    return Cable(tmp_path)


@pytest.fixture
def on_a_line(tmp_path, cable):
    live = LiveHost(
        tmp_path, listen=None, serial=str(cable.path), line=serial_line("9600 8N1"),
        limits={"pause_s": 0.2})
    yield live
    live.close()


@pytest.mark.live
@pytest.mark.parametrize(("way", "head"), FRAMINGS)
def test_a_serial_line_takes_each_framing(on_a_line, cable, way, head):
    frame = framed(way, head)
    answer = on_a_line.serve(cable.talk, frame, len(frame))
    assert reply_in(way, head, answer).stan == 7


@pytest.mark.live
def test_a_wrong_check_byte_is_answered_with_silence_and_the_next_message_is_served(on_a_line, cable):
    frame = framed("bcd", "tpdu")
    broken = frame[:-1] + bytes([frame[-1] ^ 1])
    answer = on_a_line.serve(cable.talk, broken + frame, len(frame))
    assert reply_in("bcd", "tpdu", answer).stan == 7
    assert on_a_line.warned.count(PortWarning.WRONG_LRC) == 1


@pytest.mark.live
def test_noise_on_a_line_is_said_and_dropped_and_the_next_message_is_served(on_a_line, cable):
    frame = framed("bcd", "tpdu")
    for noise in (b"\xff\xfe\xfd", frame[:20], b"\x02\x00"):
        os.write(cable.end, noise)
        told = len(on_a_line.warned)
        on_a_line.until(lambda told=told: len(on_a_line.warned) > told)
        answer = on_a_line.serve(cable.talk, frame, len(frame))
        assert reply_in("bcd", "tpdu", answer).stan == 7


@pytest.mark.live
def test_a_line_that_vanishes_is_said_once_and_comes_back(on_a_line, cable):
    frame = framed("length", "tpdu+header")
    assert on_a_line.serve(cable.talk, frame, len(frame))
    cable.pull_out()
    on_a_line.until(lambda: PortWarning.LINE_GONE in on_a_line.warned)
    assert on_a_line.host.listener.connected == ()
    cable.plug_in()
    on_a_line.until(lambda: PortWarning.LINE_BACK in on_a_line.warned)
    assert reply_in("length", "tpdu+header", on_a_line.serve(cable.talk, frame, len(frame))).stan == 7
    assert [str(each) for each in on_a_line.warned].count(PortWarning.LINE_GONE) == 1


SLOW = DAY.replace("[[merchants]]", '[acquirer]\nlatency = "400ms"\n[[merchants]]')


@pytest.mark.live
def test_a_reply_to_who_has_gone_is_lost_and_one_to_who_listens_still_has_arrived(tmp_path):
    live = LiveHost(tmp_path, SLOW)
    asked = CODEC.encode(SIGN_OFF)
    gone = live.connect()

    def ask_and_go():
        gone.sendall(asked)
        time.sleep(0.1)
        gone.close()

    live.serve(ask_and_go)
    live.until(lambda: any(isinstance(each, Lost) for each in live.records))
    [lost] = [each for each in live.records if isinstance(each, Lost)]
    assert (lost.mti, lost.why) == ("0830", LineReason.TERMINAL_OFF)
    assert not any(isinstance(each, Arrived) and each.mti == "0830" for each in live.records)
    line = live.connect()

    def ask_and_listen():
        line.sendall(asked)
        line.shutdown(socket.SHUT_WR)
        return take_frame(line), line.recv(1)

    answer, after = live.serve(ask_and_listen)
    assert (CODEC.decode(answer).stan, after) == (7, b"")
    live.until(lambda: any(isinstance(each, Arrived) and each.mti == "0830" for each in live.records))
    live.close()
