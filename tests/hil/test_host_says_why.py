"""Whenever a host hangs up, refuses or ignores, one line and one record say why; each reason is reached.

Where nothing is said, in hil/host and hil/ports: bytes of a connection that was hung up on (it was
said then why), a peer that came and left by itself without a byte of a message, and a port that was
closed because the process ends.
"""

from __future__ import annotations

import os
import socket
import struct
import time

import pytest
from msgspec.structs import replace

from hil.control.line_log import WHILE_MS, first_bytes
from hil.host.remote import RemoteTerminal
from hil.ports.limits import LIMITS
from hil.ports.serial_line import serial_line
from hil.ports.tcp_stream import TcpStream
from hil.ports.tls import TlsFiles, client_context, server_context
from simulator.catalogue.host_reasons import AlarmCode
from simulator.catalogue.language import speaking
from simulator.catalogue.line_reasons import LineReason, PortWarning
from simulator.faults.points import Point
from simulator.trace.records import FaultFired, Lost, Warned
from simulator.wire.errors import WireError
from tests.hil.certificates import Authority
from tests.hil.live_host import CODEC, DAY, SIGN_OFF, LiveHost, is_served, take
from tests.hil.test_host_framings import Cable, enclosed

pytestmark = pytest.mark.live
GOOD = CODEC.encode(SIGN_OFF)
PAN = "6200009753180120"
OF_RELAYS = {PortWarning.NO_UPSTREAM, PortWarning.NOT_SPOILT}
OF_DEVICES = {
    PortWarning.UNREADABLE_REPLY, PortWarning.UNEXPECTED_REPLY, PortWarning.UNSENDABLE_REQUEST,
}
ONE_INSIDE = DAY.replace("terminals = { count = 3 }", "terminals = [{ outside = true }, { count = 2 }]")
CASES = {}


def reaches(*reasons, scenario=DAY, stays=False, tls=False, **limits):
    """A case: what is done to a live host, and the reasons that it must give."""
    def note(case):
        for reason in reasons:
            CASES.setdefault(reason, []).append((case, scenario, stays, tls, limits))
        return case

    return note


def send(live, *pieces, end=False):
    """Send bytes on a new connection; what comes back until it ends, or b"" at once where it stays."""
    line = live.connect()

    def talk():
        for piece in pieces:
            line.sendall(piece)
        if end:
            line.shutdown(socket.SHUT_WR)
        try:
            return line.recv(4_096)
        except ConnectionError:
            return b""

    return live.serve(talk)


@reaches(PortWarning.NO_FRAMING)
def noise(live, _patch):
    assert send(live, b"\xff\xfe" + PAN.encode()) == b""
    assert "FF FE 36" in live.said[-1]


@reaches(PortWarning.TLS_ON_PLAIN)
def tls_at_a_plain_port(live, _patch):
    line = live.connect()

    def talk():
        try:
            client_context().wrap_socket(line)
        except OSError as error:
            return error

    assert live.serve(talk) is not None


@reaches(PortWarning.UNREADABLE_REQUEST)
def a_field_that_is_none(live, _patch):
    broken = bytearray(GOOD)
    broken[-6] = 0xAA  # F60's length is no number
    assert send(live, bytes(broken)) == b""


@reaches(PortWarning.UNREADABLE_REQUEST)
def a_length_that_cannot_be(live, _patch):
    line = live.connect()

    def talk():
        line.sendall(GOOD)
        first = line.recv(4_096)
        line.sendall(b"\xff\xff" + GOOD)
        return first, line.recv(1)

    first, after = live.serve(talk)
    assert (first != b"", after) == (True, b"")


@reaches(PortWarning.WRONG_LRC, stays=True)
def a_wrong_check_byte_over_tcp(live, _patch):
    good = enclosed(GOOD[2:], "bcd")
    assert send(live, good[:-1] + bytes([good[-1] ^ 0x55]) + good).startswith(b"\x02")


@reaches(PortWarning.CUT_FRAME)
def an_end_in_the_middle(live, _patch):
    assert send(live, GOOD[:-1], end=True) == b""


@reaches(PortWarning.NOT_AT_A_PORT, scenario=ONE_INSIDE)
def a_terminal_that_is_simulated(live, _patch):
    assert send(live, CODEC.encode(replace(SIGN_OFF, tid="10000002"))) == b""


@reaches(PortWarning.FRAME_FAILED)
def something_that_nobody_foresaw(live, patch):
    def fails(*_args):
        raise RuntimeError("nobody foresaw it")

    patch.setattr(RemoteTerminal, "request_came", fails)
    assert send(live, GOOD) == b""
    patch.undo()


@reaches(PortWarning.UNSENDABLE_REPLY, stays=True)
def a_reply_without_bytes(live, patch):
    def fails(*_args):
        raise WireError("60", 0, "it has no bytes")

    line = live.connect()
    patch.setattr(live.host.world.codec, "encode", fails)
    line.sendall(GOOD)
    live.until(lambda: live.warned)
    patch.undo()


@reaches(PortWarning.NOBODY_TO_ANSWER)
def a_reply_to_who_has_gone(live, patch):
    acquirer = live.host.world.acquirer
    taken_up = type(acquirer).take_up

    def hung_up_on_first(self, link, message, attempt=0):
        self.links[link]._connection.port.close()
        taken_up(self, link, message, attempt)

    patch.setattr(type(acquirer), "take_up", hung_up_on_first)
    assert send(live, CODEC.encode(replace(SIGN_OFF, tid="99999999"))) == b""
    patch.undo()


@reaches(PortWarning.ANSWERS_TOO_LATE, scenario=DAY.replace(
    "[[merchants]]", '[[faults]]\nmode = "acquirer.maintenance"\nhow = "silent"\nat = "0s"\nfor = "6h"\n'
    "[[merchants]]"), after_end_s=0.2)
def an_answer_that_never_comes(live, _patch):
    live.until(lambda: live.host.faults.busy[Point.SERVICE])
    assert send(live, GOOD, end=True) == b""
    assert any(isinstance(each, FaultFired) for each in live.records)
    live.until(lambda: any("acquirer.maintenance" in line for line in live.said))
    live.host.world.heal()


@reaches(PortWarning.REFUSED_BY_FAULT, scenario=DAY + """
[[faults]]
mode = "network.outage"
how = "refused"
on = "request"
nth = 1
""")
def a_fault_that_refuses(live, _patch):
    assert send(live, GOOD) == b""
    assert any(each.why is LineReason.HUNG_UP for each in live.records if isinstance(each, Lost))
    live.until(lambda: any("did not arrive" in line for line in live.said))


@reaches(PortWarning.TOO_MANY, connections=1, room_s=0.0)
def one_too_many(live, _patch):
    first = live.connect()
    first.sendall(b"\x00\x00")
    live.until(lambda: live.host.listener._servers[0].connections)
    assert send(live, GOOD) == b""
    first.close()
    live.until(lambda: not live.host.listener._servers[0].connections)
    live.until(lambda: live.host.listener._servers[0]._open == 0)


@reaches(PortWarning.UNREAD, unread_answers=2)
def who_does_not_read(live, patch):
    line = live.connect()
    patch.setattr(TcpStream, "write", lambda _self, _data: time.sleep(0.01) or 0)
    for stan in range(1, 9):
        line.sendall(CODEC.encode(replace(SIGN_OFF, stan=stan)))
    live.until(lambda: PortWarning.UNREAD in live.warned)
    patch.undo()


@reaches(PortWarning.IDLE, idle_s=0.2)
def who_does_nothing(live, _patch):
    line = live.connect()
    assert live.serve(lambda: line.recv(1)) == b""


@reaches(PortWarning.LINK_FAILED)
def who_breaks_the_connection(live, _patch):
    line = live.connect()
    line.sendall(GOOD[:4])
    live.until(lambda: live.host.listener._servers[0].connections)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()
    live.until(lambda: live.warned)


@reaches(PortWarning.MADE_ROOM, connections=1, room_s=0.01)
def somebody_who_says_nothing_where_another_has_to_be_heard(live, _patch):
    live.connect()
    live.until(lambda: len(live.host.listener._servers[0].connections) == 1)

    def talk():
        time.sleep(0.1)
        with live.connect() as line:
            line.sendall(GOOD)
            return take(line, 2)

    assert live.serve(talk)
    live.until(lambda: live.host.listener._servers[0]._open == 0)


@reaches(PortWarning.PLAIN_ON_TLS, tls=True)
def a_terminal_without_tls(live, _patch):
    assert send(live, GOOD) == b""


@reaches(PortWarning.NOT_TLS, tls=True)
def noise_at_a_tls_port(live, _patch):
    assert send(live, b"GET / HTTP/1.1\r\n\r\n") == b""


@reaches(PortWarning.TLS_REFUSED, tls=True)
def a_handshake_that_is_none(live, _patch):
    send(live, b"\x16\x03\x01\x00\x05hello")
    live.until(lambda: live.warned)


@reaches(PortWarning.TLS_TOO_SLOW, tls=True, handshake_s=0.2)
def a_handshake_that_never_ends(live, _patch):
    assert send(live, b"\x16\x03\x01") == b""


@reaches(PortWarning.TLS_BROKEN, tls=True)
def tls_that_is_broken_off(live, _patch):
    line = live.connect()

    def talk():
        raw = line.dup()
        wrapped = client_context().wrap_socket(line)
        raw.sendall(b"\x17\x03\x03\x00\x20" + bytes(32))
        raw.close()
        try:
            return wrapped.recv(1)
        except OSError:
            return b""
        finally:
            wrapped.close()

    assert live.serve(talk) == b""


def opened(tmp_path, tls, scenario, limits):
    context = None
    if tls:
        certificate, key = Authority(tmp_path).issue("host")
        context = server_context(TlsFiles(certificate=certificate, key=key))
    return LiveHost(tmp_path, scenario, limits=limits, tls=context)


def is_served_by(live, tls):
    if not tls:
        return is_served(live, max(live.host.outside))
    line = live.connect()

    def talk():
        with client_context().wrap_socket(line) as wrapped:
            wrapped.sendall(GOOD)
            return take(wrapped, 2)

    return live.serve(talk) != b""


@pytest.mark.parametrize("reason", CASES)
def test_each_reason_is_said_in_a_line_and_a_record_and_the_next_client_is_served(
    tmp_path, monkeypatch, reason,
):
    for number, (case, scenario, stays, tls, limits) in enumerate(CASES[reason]):
        folder = tmp_path / str(number)
        folder.mkdir()
        live = opened(folder, tls, scenario, limits)
        before = live.balances()
        case(live, monkeypatch)
        live.until(lambda live=live: reason in live.warned)
        assert live.warned.count(reason) == 1, case
        [record] = [each for each in live.records if isinstance(each, Warned) and each.code == reason]
        assert record.text in live.said
        assert reason.en in record.text
        assert PAN[6:12] not in "".join(live.said)
        assert live.balances() == before
        assert is_served_by(live, tls), case
        if stays:
            assert any(not port.is_over for port in live.host.listener._servers[0].connections)
        live.close()


def test_every_reason_that_a_host_can_give_is_reached():
    on_a_line = {PortWarning.CUT_BY_PAUSE, PortWarning.LINE_GONE, PortWarning.LINE_BACK}
    assert set(CASES) | on_a_line | OF_DEVICES | OF_RELAYS == set(PortWarning)


def test_the_reasons_of_a_serial_line(tmp_path):
    cable = Cable(tmp_path)
    live = LiveHost(tmp_path, listen=None, serial=str(cable.path), line=serial_line("9600 8N1"),
                    limits={"pause_s": 0.2})
    os.write(cable.end, GOOD[:10])
    live.until(lambda: PortWarning.CUT_BY_PAUSE in live.warned)
    cable.pull_out()
    live.until(lambda: PortWarning.LINE_GONE in live.warned)
    cable.plug_in()
    live.until(lambda: PortWarning.LINE_BACK in live.warned)
    assert live.serve(cable.talk, GOOD, len(GOOD)).startswith(b"\x00")
    told = {PortWarning.CUT_BY_PAUSE.en, PortWarning.LINE_GONE.en, PortWarning.LINE_BACK.en}
    live.until(lambda: all(any(words in line for line in live.said) for words in told))
    live.close()


def test_a_kind_that_is_none_is_said_and_answered(tmp_path):
    live = LiveHost(tmp_path)
    answer = send(live, CODEC.encode(replace(SIGN_OFF, network_code="777")))
    assert CODEC.decode(answer).response_code == "12"
    live.until(lambda: any("of no kind" in line for line in live.said))
    assert "unknown_kind" in live.warned
    live.close()


def test_what_the_host_refuses_has_its_line_in_both_languages(tmp_path):
    live = LiveHost(tmp_path)
    stranger = CODEC.encode(replace(SIGN_OFF, tid="99 99/9A"))
    assert CODEC.decode(send(live, stranger)).response_code == "97"
    assert live.said[-1] == (
        "terminal 99 99/9A: a terminal that is not registered; 0820 is answered 97")
    assert "unknown_terminal" in live.warned
    other = CODEC.encode(replace(SIGN_OFF, mid="898000000000009"))
    with speaking("zh"):
        assert CODEC.decode(send(live, other)).response_code == "03"
    assert f"终端 10000001：{AlarmCode.UNKNOWN_MERCHANT.zh}；" in live.said[-2]
    early = replace(
        SIGN_OFF, mti="0200", stan=7, type_code="22", network_code="000", processing_code="000000",
        condition_code="00", amount_fen=100, pan=PAN, entry_mode="012", currency="156")
    assert CODEC.decode(send(live, CODEC.encode(early))).response_code == "A0"
    assert "sale 0210, STAN 7, is answered A0" in live.said[-1]
    live.close()


def test_a_guest_of_a_host_that_is_down_leaves_a_record(tmp_path):
    live = LiveHost(tmp_path)
    live.host.world.acquirer.crash(1_000)
    line = live.connect()
    line.sendall(CODEC.encode(replace(SIGN_OFF, tid="99999999")))
    line2 = live.connect()
    line2.sendall(GOOD)
    live.until(lambda: len([each for each in live.records if isinstance(each, Lost)]) == 2)
    assert all(each.why is LineReason.HOST_DOWN for each in live.records if isinstance(each, Lost))
    live.until(lambda: any("did not arrive" in said and "10000001" in said for said in live.said))
    live.until(lambda: any("starts again" in said for said in live.said))
    assert is_served(live)
    live.close()


def test_a_flood_of_garbage_is_a_few_lines_and_a_count_at_the_end(tmp_path):
    live = LiveHost(tmp_path)
    for _ in range(30):
        assert send(live, b"\xffgarbage") == b""
    garbage = [line for line in live.said if PortWarning.NO_FRAMING.en in line]
    assert len(garbage) == LIMITS.log_lines
    assert len(live.warned) == len(live.said)
    live.host.env.jump(0)
    live.host.listener._log.close()
    assert "25 more" in live.said[-1]
    with speaking("zh"):
        send(live, b"\xffgarbage")
    assert PortWarning.NO_FRAMING.zh in live.said[-1]
    live.close()
    assert WHILE_MS <= 60_000


@pytest.mark.parametrize("data", [bytes.fromhex(PAN), PAN.encode(), bytes(100), b""])
def test_of_bytes_no_more_is_shown_than_six_digits(data):
    assert len(first_bytes(data)) <= len("62 00 00 …")
