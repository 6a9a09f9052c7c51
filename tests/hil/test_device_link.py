"""A device's trace holds the bytes that were on its line, and none that never were."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from hil.clock.live_clock import LiveEnvironment
from hil.device.link import HostLink
from hil.ports.ports import Address
from simulator.catalogue.line_reasons import LineReason
from simulator.machines.terminal.events import Send
from simulator.trace.recorder import Recorder
from simulator.trace.records import Arrived, Lost, WireCarried
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

CODEC = Codec(usual_dialect())
ASKED = Message(mti="0820", tid="10000001", mid="898000000000001", stan=7, type_code="00", batch=1,
                network_code="002")
ANSWER = CODEC.encode(Message(
    mti="0830", tid="10000001", stan=7, type_code="00", batch=1, network_code="002",
    response_code="00", padded_by_f=("60",), others=(("46", "odd"),)))


class Body:
    def __init__(self):
        self.heard, self.failed = [], []

    def receive(self, message):
        self.heard.append(message)

    def send_failed(self, reason):
        self.failed.append(reason)


def talk(address, until):
    clock, records = LiveEnvironment(1_800_000_000_000), []
    link = HostLink(clock, clock, Recorder([records.append]), CODEC, "10000001", address)
    link.body = body = Body()
    clock.inject(lambda: link.send(Send(ASKED, Kind.SIGN_OFF, "", 0)))
    clock.run_live(lambda: until(body))
    link.close()
    return records


@pytest.mark.live
def test_both_frames_are_recorded_as_they_were():
    def answer(server):
        line, _ = server.accept()
        with line:
            line.settimeout(5)
            asked = line.recv(4096)
            line.sendall(ANSWER)
            line.recv(1)
            return asked

    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        server.settimeout(5)
        heard = pool.submit(answer, server)
        records = talk(Address(*server.getsockname()), lambda body: body.heard)
        asked = heard.result(5)
    frames = [(each.sender, each.frame) for each in records if isinstance(each, WireCarried)]
    assert frames == [
        ("terminal.10000001", asked.hex().upper()), ("acquirer", ANSWER.hex().upper())]
    assert isinstance(records[-1], Arrived)


@pytest.mark.live
def test_a_frame_that_found_no_line_is_lost_and_not_recorded():
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = Address(*server.getsockname())
    records = talk(nobody, lambda body: body.failed)
    assert [each for each in records if isinstance(each, WireCarried)] == []
    assert [each.why for each in records if isinstance(each, Lost)] == [LineReason.REFUSE_CONNECT]
