"""A live host at its port: what is on the line is what the trace holds, and nothing delays it."""

from __future__ import annotations

import socket
import tomllib
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from hil.host.host import Host, HostSettings
from hil.ports.ports import Address
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Arrived, Sent, WireCarried
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.masked_frames import masked_frame
from simulator.wire.message import Message

LOOPBACK = Address("127.0.0.1", 0)
CODEC = Codec(usual_dialect())
PAN = "6234567890123456"
DAY = """
title = "a host for one terminal"
start = 2026-01-29T08:00:00+08:00
until = "1d"
[network]
ethernet = { latency = { median = "700ms", p95 = "900ms" }, loss = 0.9 }
[[merchants]]
name = "shop"
terminals = { count = 2 }
"""
ECHO = Message(mti="0820", tid="10000001", mid="898000000000001", type_code="00",
               network_code="301")
SIGN_OFF = replace(ECHO, stan=7, batch=1, network_code="002")


class Bench:
    def __init__(self, folder):
        self.records = []
        self.host = Host(HostSettings(
            scenario=scenario_of_text(DAY), source=tomllib.loads(DAY), listen=LOOPBACK,
            control=LOOPBACK, state=folder / "host.sqlite",
        ))
        self.host.start()
        self.host.recorder.listen(self.records.append)
        address = self.host.listener.address
        self.line = socket.create_connection((address.host, address.port), 5)
        self.line.settimeout(5)

    def close(self):
        self.line.close()
        self.host.close()

    def exchange(self, frames, replies):
        """Write frames at once and read so many replies."""
        return self.serve(self._exchange, b"".join(frames), replies)

    def serve(self, work, *args):
        clock = self.host.env
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work, *args)
            future.add_done_callback(lambda _: clock.inject(lambda: None))
            clock.run_live(future.done)
        return future.result()

    def _exchange(self, data, replies):
        self.line.sendall(data)
        return [self._frame() for _ in range(replies)]

    def _frame(self):
        head = self._read(2)
        return head + self._read(int.from_bytes(head, "big"))

    def _read(self, count):
        data = b""
        while len(data) < count:
            more = self.line.recv(count - len(data))
            assert more, "the host hung up"
            data += more
        return data

    def carried(self):
        return [(each.sender, each.frame) for each in self.records if isinstance(each, WireCarried)]


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def as_recorded(frame):
    return masked_frame(frame, usual_dialect()).hex().upper()


@pytest.mark.live
def test_each_of_two_replies_carries_the_tpdu_of_its_own_request(bench):
    asked = [CODEC.encode(ECHO, "6000031111"), CODEC.encode(SIGN_OFF, "6000032222"),
             CODEC.encode(replace(SIGN_OFF, stan=8), "6000033333")]
    heard = bench.exchange(asked, 3)
    tpdus = {CODEC.decode(frame).stan: CODEC.tpdu_of(frame) for frame in heard}
    assert tpdus == {None: "6011110003", 7: "6022220003", 8: "6033330003"}


@pytest.mark.live
def test_the_trace_holds_the_bytes_that_were_on_the_line_both_ways(bench):
    odd = CODEC.encode(replace(
        SIGN_OFF, others=(("46", "made elsewhere"),), padded_by_f=("60",), pan=PAN), "6000035555")
    [reply] = bench.exchange([odd], 1)
    assert bench.carried() == [
        ("terminal.10000001", as_recorded(odd)), ("acquirer", as_recorded(reply))]
    assert PAN not in str(bench.carried())
    assert "00000001002F" in odd.hex().upper()  # the pad nibble F of F60 went over the line
    assert "00000001002F" in bench.carried()[0][1]


@pytest.mark.live
def test_a_guest_and_what_cannot_be_read_are_recorded_too(bench):
    guest = CODEC.encode(replace(ECHO, tid="99999999"), "6000034444")
    [reply] = bench.exchange([guest], 1)
    assert CODEC.tpdu_of(reply) == "6044440003"
    broken = bytearray(CODEC.encode(replace(SIGN_OFF, pan=PAN)))
    broken[13] = 0xFF  # no message type
    with pytest.raises(AssertionError, match="hung up"):
        bench.exchange([bytes(broken)], 1)
    kept = bench.carried()[-1][1]
    assert (kept[:4], set(kept[4:])) == (broken[:2].hex().upper(), {"0"})


@pytest.mark.live
def test_a_request_of_no_kind_is_answered_with_its_own_tpdu_and_a_reply_is_only_told(bench):
    told = []
    bench.host.listener.narrate = told.append
    odd = replace(SIGN_OFF, mti="0300", network_code="999", amount_fen=5)
    frames = [CODEC.encode(replace(odd, mti="0210"), "6000031111"),
              CODEC.encode(odd, "6000032222"), CODEC.encode(SIGN_OFF, "6000033333")]
    unknown, known = bench.exchange(frames, 2)
    assert CODEC.tpdu_of(unknown) == "6022220003"
    reply = CODEC.decode(unknown)
    assert (reply.mti, reply.response_code, reply.stan, reply.amount_fen) == ("0310", "12", 7, 5)
    assert CODEC.decode(known).response_code == "00"
    assert [line for line in told if "of no kind" in line] == [
        f"terminal 10000001 sent a {mti} of no kind of the dialect" for mti in ("0210", "0300")]
    assert [each.what for each in bench.records if isinstance(each, Sent) and each.mti == "0310"] == [
        "unknown"]


@pytest.mark.live
def test_nothing_delays_or_loses_what_a_terminal_outside_sends(bench):
    asked = [CODEC.encode(replace(SIGN_OFF, stan=stan)) for stan in range(1, 21)]
    assert len(bench.exchange(asked, 20)) == 20  # with a line that loses nine of ten
    sent = {each.stan: each.at_ms for each in bench.records if isinstance(each, Sent)
            and each.actor != "acquirer"}
    arrived = {each.stan: each.at_ms for each in bench.records if isinstance(each, Arrived)
               and each.actor == "acquirer"}
    assert set(sent) == set(arrived) == set(range(1, 21))
    assert max(arrived[stan] - sent[stan] for stan in sent) < 50


@pytest.mark.live
def test_a_live_message_is_coded_once_each_way(bench, monkeypatch):
    calls = {"encode": 0, "decode": 0}
    codec = bench.host.world.codec
    for name in calls:
        plain = getattr(Codec, name)

        def counted(self, *args, _name=name, _plain=plain):
            calls[_name] += self is codec
            return _plain(self, *args)

        monkeypatch.setattr(Codec, name, counted)
    bench.exchange([CODEC.encode(SIGN_OFF)], 1)
    assert calls == {"encode": 1, "decode": 1}


@pytest.mark.live
@pytest.mark.parametrize("others", [
    (("40", "6F02110008333344"),), (("5", "000000012345"), ("24", "012")), (("47", "x" * 200), ("57", PAN)),
    (("43", "商户"), ("56", ""), ("58", "order")),
])
def test_fields_without_a_meaning_are_taken_and_stand_in_no_reply(bench, others):
    asked = CODEC.encode(replace(SIGN_OFF, others=others, field59="A3019" + PAN), "6000035555")
    [reply] = bench.exchange([asked], 1)
    heard = CODEC.decode(reply)
    assert (heard.mti, heard.stan, heard.response_code) == ("0830", SIGN_OFF.stan, "00")
    assert (heard.others, heard.field59) == ((), "")
    assert PAN not in str(bench.carried())
    assert PAN.encode().hex() not in str(bench.carried()).lower()


@pytest.mark.live
def test_a_request_that_was_held_beyond_its_line_does_not_draw_the_replies_to_itself(bench):
    """A relay lets go what it held after the terminal hung up and asked again on a new line."""
    address = bench.host.listener.address
    frame = CODEC.encode(SIGN_OFF)

    def held_and_repeated():
        bench.line.sendall(frame)  # the line that stands
        with socket.create_connection((address.host, address.port), 5) as late:
            late.sendall(frame)
            late.shutdown(socket.SHUT_WR)
            return [CODEC.decode(bench._frame()).stan for _ in range(2)]

    assert bench.serve(held_and_repeated) == [SIGN_OFF.stan] * 2


@pytest.mark.live
def test_who_asks_something_new_and_ends_speaking_is_answered_there(bench):
    """Another line of the same terminal stands idle: it did not ask this."""
    address = bench.host.listener.address

    def asked_anew():
        bench._exchange(CODEC.encode(SIGN_OFF), 1)
        with socket.create_connection((address.host, address.port), 5) as second:
            second.settimeout(5)
            second.sendall(CODEC.encode(replace(SIGN_OFF, stan=8)))
            second.shutdown(socket.SHUT_WR)
            head = second.recv(2)
            return CODEC.decode(head + second.recv(int.from_bytes(head, "big"))).stan

    assert bench.serve(asked_anew) == 8
