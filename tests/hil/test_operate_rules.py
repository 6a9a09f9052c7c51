"""A request that cannot become a message is refused with the allowed form, and the device lives."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from hil.clock.live_clock import LONGEST_JUMP_MS, LiveEnvironment
from hil.control.control import ControlClient, ControlError
from hil.device.device import Device, DeviceSettings
from hil.device.link import HostLink
from hil.device.operate_rules import checked
from hil.device.requests import DeviceStatus, Jump, Operate, Outcome, Status
from hil.ports.ports import Address
from simulator.catalogue.line_reasons import LineReason
from simulator.machines.terminal.events import Operated, Send
from simulator.machines.terminal.machine import Terminal
from simulator.machines.terminal.profile import Card, TerminalIdentity, TerminalProfile
from simulator.trace.recorder import Recorder
from simulator.trace.records import Lost, Warned
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.errors import WireError
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

LOOPBACK = Address("127.0.0.1", 0)
PAN = "6200009753180120"
GOOD = {"do": "operate", "kind": "sale", "order": "S1", "amount_fen": 6_800, "card": {"pan": PAN}}


def card(**parts):
    return {"card": {"pan": PAN, **parts}}


BAD = [
    (card(pin="12"), "card.pin", "4 to 12 digits"),
    (card(pin="12a4"), "card.pin", "4 to 12 digits"),
    (card(pin="1" * 13), "card.pin", "4 to 12 digits"),
    (card(pan="621234567890123X"), "card.pan", "13 to 19 digits"),
    (card(pan="6" * 12), "card.pan", "13 to 19 digits"),
    (card(pan="6" * 20), "card.pan", "13 to 19 digits"),
    (card(pan="٠" * 16), "card.pan", "13 to 19 digits"),
    (card(expiry="zz"), "card.expiry", "YYMM"),
    (card(expiry="3013"), "card.expiry", "YYMM"),
    (card(track2="nonsense"), "card.track2", "= or D"),
    (card(track2=f"{PAN}=3012201" + "0" * 20), "card.track2", "37"),
    (card(pan="6" * 19, track2="6" * 19 + "D" + "0" * 18), "card.track2", "37"),
    (card(track2="6212345678901232=30122015432198765"), "card.track2", "card number that pan has"),
    (card(sequence="1"), "card.sequence", "3 digits"),
    (card(icc_data="A" * 1024), "card.icc_data", "255 bytes"),
    ({"amount_fen": -1}, "amount_fen", "0 to 999999999999"),
    ({"amount_fen": 10**12}, "amount_fen", "0 to 999999999999"),
    ({"original": {"batch": 0, "stan": 1}}, "original.batch", "1 to 999999"),
    ({"original": {"batch": 1, "stan": 1_000_000}}, "original.stan", "1 to 999999"),
    ({"original": {"batch": 1, "stan": 1, "date": "1301"}}, "original.date", "MMDD"),
    ({"original": {"batch": 1, "stan": 1, "tail": "12345"}}, "original.tail", "no date"),
    ({"original_rrn": "12"}, "original_rrn", "12 letters and digits"),
    ({"original_auth_code": "zahl€"}, "original_auth_code", "6 letters and digits"),
    ({"clerk": "clerk"}, "clerk", "1 to 3 letters"),
    ({"qr_code": "码"}, "qr_code", "ASCII"),
    ({"order": "S" * 65}, "order", "64"),
    ({"order": PAN}, "order", "does not look like a card number"),
    ({"order": "card 6200-0097-5318-0120"}, "order", "does not look like a card number"),
    ({"order": f"{PAN}-0001"}, "order", "does not look like a card number"),
    ({"order": "6200.0097.5318.0120"}, "order", "does not look like a card number"),
]


class Weak(Terminal):
    """Built wrong: what it is asked has no bytes."""

    def handle(self, event, now_ms):
        if isinstance(event, Operated) and event.order == "weak":
            raise WireError("2", 0, "holds what is no digit")
        return super().handle(event, now_ms)


class Bench:
    def __init__(self, folder):
        self.clock = LiveEnvironment(1_800_000_000_000)
        with socket.create_server(("127.0.0.1", 0)) as server:
            nobody = Address(*server.getsockname())
        self.device = Device(self.clock, DeviceSettings(
            identity=TerminalIdentity("10000001", "898000000000001"), profile=TerminalProfile(),
            host=nobody, control=LOOPBACK, nvm=folder / "device.nvm", terminal=Weak,
        ))
        self.device.start()
        self.client = self.serve(ControlClient, self.device.control_address)

    def serve(self, work, *args):
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work, *args)
            future.add_done_callback(lambda _: self.clock.inject(lambda: None))
            self.clock.run_live(future.done)
        return future.result()

    def ask(self, request, answer):
        return self.serve(self.client.ask, request, answer)


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.client.close()
    bench.device.close()


def request(**parts):
    return msgspec.json.decode(json.dumps({**GOOD, **parts}), type=Operate)


@pytest.mark.parametrize(("parts", "where", "allowed"), BAD)
def test_what_cannot_be_is_refused_by_name_and_form_and_never_shown(parts, where, allowed):
    with pytest.raises(ControlError, match="allowed") as refusal:
        checked(request(**parts))
    assert where in str(refusal.value)
    assert allowed in str(refusal.value)
    assert PAN not in str(refusal.value)


def test_a_track_may_be_written_with_its_usual_separator():
    asked = checked(request(**card(track2=f"{PAN}=30122015432198765")))
    assert asked.card is not None
    assert asked.card.track2 == f"{PAN}D30122015432198765"


def test_what_is_right_is_left_as_it_is():
    asked = request(**card(pin="123456", expiry="", sequence="001"), original_auth_code="A1B2C3")
    assert checked(asked) == asked


def test_a_device_outlives_every_bad_request(bench):
    for parts, where, _ in BAD:
        with pytest.raises(ControlError, match=where):
            bench.ask(request(**parts), Outcome)
    for by_ms in (-1, LONGEST_JUMP_MS + 1, 2**62):
        with pytest.raises(ControlError, match="by_ms is 0 to"):
            bench.ask(Jump(by_ms), Outcome)
    assert bench.ask(Status(), DeviceStatus).at_rest


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_answered_whatever_is_missing(bench, kind):
    for parts in ({}, {"card": Card(pan=PAN)}, {"amount_fen": 100, "card": Card(pan=PAN),
                                               "original": Original(1, 1)}):
        try:
            outcome = bench.ask(Operate(kind=kind, **parts), Outcome)
        except ControlError as refusal:
            assert "allowed" in str(refusal)  # noqa: PT017 - either is right
        else:
            assert outcome.kind == kind.value
    assert bench.ask(Status(), DeviceStatus).tid == "10000001"


def test_an_operation_that_the_codec_refuses_is_answered_and_the_order_is_free_again(bench):
    for _ in range(2):
        with pytest.raises(ControlError, match="field 2 at offset 0: holds what is no digit"):
            bench.ask(Operate(kind=Kind.SALE, order="weak", card=Card(pan=PAN)), Outcome)
    assert bench.ask(Status(), DeviceStatus).at_rest


def test_a_message_without_bytes_is_one_that_did_not_leave():
    class Body:
        said = ""

        def receive(self, message):
            raise AssertionError(message)

        def send_failed(self, reason):
            self.said = reason

    clock, told, body = LiveEnvironment(0), [], Body()
    link = HostLink(clock, clock, Recorder([told.append]), Codec(usual_dialect()), "10000001", LOOPBACK)
    link.body = body
    link.send(Send(Message(mti="0200", stan=1, pan="621234567890123X"), Kind.SALE))
    clock.run_live(lambda: bool(body.said))
    assert body.said is LineReason.NOT_ENCODABLE
    assert [type(each) for each in told][1:] == [Warned, Lost]
    assert "field 2" in told[1].text
