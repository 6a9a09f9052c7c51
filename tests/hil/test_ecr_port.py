"""A device's ECR port: what is kept before it counts, what a power cut leaves, what is refused."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from hil.clock.live_clock import LiveEnvironment
from hil.control.control import ControlError
from hil.device.device import Device, DeviceSettings
from hil.device.ecr_memory import EcrMemory, UnderWay
from hil.device.ecr_orders import name_of, operation_of
from hil.device.ecr_port import USUAL_CARD, EcrPort, EcrSetting
from hil.device.requests import Present
from hil.ecr.link import Notice, Noticed
from hil.ecr.profiles import load_profile
from hil.ecr.terminal import Memory, Remembered
from hil.ecr.till import Answered, Progressed, TillSession
from hil.ecr.values import Answer, Ask, Order, Result, Stage
from hil.files.nvm_file import MemoryOf
from hil.files.one_owner import StateError
from hil.ports.ports import Address, parse_address
from simulator.machines.terminal import events
from simulator.machines.terminal.events import Conclude
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.profile import Card, TerminalIdentity, TerminalProfile
from simulator.machines.terminal.records import (
    Advised,
    BatchClosed,
    Booked,
    ClerkEntered,
    SettlementBegun,
    SignedOn,
)
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

ME = MemoryOf("10000001", "898000000000001")
NOON_MS = 1_769_659_200_000
SIGNED_ON = (ClerkEntered("01"), SignedOn(7, b"", b""))
SALE = Booked(Kind.SALE, "A1", NOON_MS, 7, 12, 1_500, pan="6200009753180120", rrn="112233445566", auth_code="A1B2C3")
ACK = b"\x06"
NOBODY = Address("127.0.0.1", 9)


def framed(text):
    body = text.encode() + b"\x03"
    check = 0
    for byte in body:
        check ^= byte
    return b"\x02" + body + bytes([check])


class FakeTerminal:
    """Takes operations; a test says how they end."""

    identity = TerminalIdentity("10000001", "898000000000001")
    profile = TerminalProfile()
    clock_ms = NOON_MS

    def __init__(self, *records):
        self.memory = TerminalMemory((*SIGNED_ON, *records))
        self.asked = []
        self.refuses = ""

    def operate(self, asked, done):
        if self.refuses:
            raise ControlError(self.refuses)
        self.asked.append((asked, done))

    def ends(self, result=events.Result.APPROVED, **facts):
        asked, done = self.asked[-1]
        if result is events.Result.APPROVED and asked.kind is Kind.SALE:
            self.memory.items = [*self.memory.items, SALE]
            facts = {"stan": 12, "batch": 7, "rrn": SALE.rrn, "auth_code": SALE.auth_code, "amount_fen": asked.amount_fen,
                     "response_code": "00", **facts}
        done(Conclude(order=asked.order, kind=asked.kind, result=result, **facts))


class Till:
    """A till of bytes alone; the port's clock runs while it waits."""

    def __init__(self, env, port):
        address = parse_address(port.where.removeprefix("tcp:"))
        self._env = env
        self.line = socket.create_connection((address.host, address.port), 5)
        self.line.settimeout(5)

    def says(self, data):
        self.line.sendall(data)

    def hears(self, count):
        return self._while_served(lambda: self._take(lambda taken: len(taken) == count))

    def hears_answer(self):
        """A whole frame, acknowledged: its parts."""
        frame = self._while_served(lambda: self._take(lambda taken: taken[-2:-1] == b"\x03"))
        self.says(ACK)
        assert frame[:1] == b"\x02"
        return frame[1:-2].decode().split("|")

    def _while_served(self, work):
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work)
            future.add_done_callback(lambda _: self._env.inject(lambda: None))
            self._env.run_live(future.done)
        return future.result()

    def _take(self, is_whole):
        taken = b""
        while not is_whole(taken) and (piece := self.line.recv(1)):
            taken += piece
        return taken


class Bench:
    """One life of a device's ECR port."""

    def __init__(self, folder, terminal, profile="transbank", *, is_new=False):
        self.env = LiveEnvironment(NOON_MS)
        self.terminal = terminal
        self.said = []
        self.memory = EcrMemory(folder / "nvm", ME, profile, is_new=is_new)
        self.port = EcrPort(
            self.env, self.env, EcrSetting(load_profile(profile), "tcp:127.0.0.1:0"), terminal, self.memory,
            self.said.append)
        self.tills = []

    def till(self):
        self.tills.append(Till(self.env, self.port))
        return self.tills[-1]

    def until(self, met):
        self.env.run_live(met)

    def begins(self, till, request):
        """A request is taken, and the terminal is at work."""
        count = len(self.terminal.asked)
        till.says(framed(request))
        assert till.hears(1) == ACK
        self.until(lambda: len(self.terminal.asked) > count)


@contextmanager
def bench(folder, terminal=None, **options):
    made = Bench(folder, terminal or FakeTerminal(), **options)
    try:
        yield made
    finally:
        made.port.close()
        for till in made.tills:
            till.line.close()


SALE_TEXT = "0200|1500|A1|||0|"


def test_an_order_is_kept_before_the_terminal_begins_and_its_answer_before_a_byte_leaves(tmp_path):
    with bench(tmp_path) as it:
        seen = []
        operate, keep = it.terminal.operate, it.memory.keep
        it.terminal.operate = lambda asked, done: (seen.append(("operate", it.memory.kept)), operate(asked, done))
        it.memory.keep = lambda *what: (keep(*what), seen.append(("kept", it.memory.kept)))
        till = it.till()
        it.begins(till, SALE_TEXT)
        at = next(at for at, (what, _) in enumerate(seen) if what == "operate")
        kept = seen[at][1]
        assert kept.under_way == UnderWay("A1", 1, 7)
        assert kept.memory.orders[-1].answer is None
        assert EcrMemory(tmp_path / "nvm", ME, "transbank", is_new=False).kept == kept
        it.terminal.ends()
        on_disk = EcrMemory(tmp_path / "nvm", ME, "transbank", is_new=False).kept
        assert (on_disk.under_way, on_disk.memory.orders[-1].answer.auth_code) == (None, "A1B2C3")
        told = till.hears_answer()
        assert told[:2] == ["0210", "00"]
        assert told[4:7] == ["A1", "A1B2C3", "1500"]
        it.until(lambda: it.memory.kept.memory.orders[-1].delivered)


ENDINGS = [
    # what the journal has of an order that was under way, and what a till is told of it
    (Ask.SALE, (SALE,), Result.APPROVED), (Ask.SALE, (), Result.FAILED),
    (Ask.SALE, (Booked(Kind.SALE, "A1", NOON_MS, 7, 3, 900),), Result.FAILED),  # an older try of the same name
    (Ask.REFUND, (Advised(Kind.REFUND, "A1", NOON_MS, 7, 12, Message(
        mti="0220", tid="10000001", mid="898000000000001", stan=12, batch=7)),), Result.PENDING),
    (Ask.SETTLEMENT, (SettlementBegun("A1", 7, 12), BatchClosed(7, 8)), Result.APPROVED),
    (Ask.SETTLEMENT, (SettlementBegun("A1", 7, 12),), Result.PENDING), (Ask.SETTLEMENT, (), Result.FAILED),
]


@pytest.mark.parametrize(("kind", "journal", "result"), ENDINGS)
def test_what_was_under_way_when_the_power_went_ended_as_the_journal_says(tmp_path, kind, journal, result):
    memory = EcrMemory(tmp_path / "nvm", ME, "transbank", is_new=False)
    memory.keep(Memory((Remembered(kind=kind, request="x", order="A1"),)), UnderWay("A1", 10, 7))
    with bench(tmp_path, FakeTerminal(*journal)) as it:
        kept = it.memory.kept
        assert kept.under_way is None
        assert kept.memory.orders[-1].answer.result is result
        if result is Result.APPROVED and kind is Ask.SALE:
            till = it.till()
            till.says(framed("0250|"))
            assert till.hears(1) == ACK
            assert till.hears_answer()[:7] == [
                "0260", "00", "898000000000001", "10000001", "A1", "A1B2C3", "1500"]


def test_a_line_that_is_lost_in_mid_sale_leaves_the_answer_to_whoever_asks_again(tmp_path):
    with bench(tmp_path) as it:
        first = it.till()
        it.begins(first, SALE_TEXT)
        first.line.close()
        it.until(lambda: it.port._port is None)
        it.terminal.ends()
        second = it.till()
        second.says(framed(SALE_TEXT))
        assert second.hears(1) == ACK
        assert second.hears_answer()[:7] == [
            "0210", "00", "898000000000001", "10000001", "A1", "A1B2C3", "1500"]
        assert len(it.terminal.asked) == 1  # the card paid once


def test_a_till_that_is_back_before_the_sale_ends_is_told_without_asking(tmp_path):
    with bench(tmp_path) as it:
        first = it.till()
        it.begins(first, SALE_TEXT)
        first.line.close()
        it.until(lambda: it.port._port is None)
        second = it.till()
        it.until(lambda: it.port._port is not None)
        it.terminal.ends()
        assert second.hears_answer()[:2] == ["0210", "00"]
        it.until(lambda: it.memory.kept.memory.orders[-1].delivered)


def test_an_outcome_that_changes_behind_its_answer_changes_the_last_result(tmp_path):
    with bench(tmp_path) as it:
        till = it.till()
        it.begins(till, SALE_TEXT)
        it.terminal.ends()
        assert till.hears_answer()[1] == "00"
        it.until(lambda: it.memory.kept.memory.orders[-1].delivered)
        it.port.concluded(Conclude(
            order="A1", kind=Kind.SALE, result=events.Result.FAILED, stan=12, batch=7, reason="print_failed"))
        till.says(framed("0250|"))
        assert till.hears(1) == ACK
        assert till.hears_answer()[1] != "00"


@pytest.mark.parametrize(("result", "facts", "code"), [
    (events.Result.DECLINED, {"response_code": "51", "stan": 12, "batch": 7}, "01"),
    (events.Result.REFUSED, {"reason": "settlement_pending"}, "13"),
    (events.Result.REFUSED, {"reason": "disabled"}, "12"),
    (events.Result.FAILED, {"reason": "no_reply", "stan": 12, "batch": 7}, "02"),
])
def test_what_the_terminal_says_is_told_by_the_profiles_code(tmp_path, result, facts, code):
    with bench(tmp_path) as it:
        till = it.till()
        it.begins(till, SALE_TEXT)
        it.terminal.ends(result, **facts)
        assert till.hears_answer()[1] == code


def test_what_no_terminal_can_be_asked_is_refused_by_the_profiles_code_and_the_line_goes_on(tmp_path):
    with bench(tmp_path) as it:
        it.terminal.refuses = "operate: amount_fen cannot be that; allowed: 0 to 1"
        till = it.till()
        till.says(framed(SALE_TEXT))
        assert till.hears(1) == ACK
        assert till.hears_answer()[1] == "12"
        it.terminal.refuses = ""
        it.begins(till, "0200|1600|A2|||0|")
        it.terminal.ends()
        assert till.hears_answer()[1] == "00"


def test_a_sale_that_is_under_way_cannot_be_cancelled_by_the_till_and_it_is_told_so(tmp_path):
    with bench(tmp_path, profile="template") as it:
        till, session = it.till(), TillSession(load_profile("template"))
        events = []

        def until(met):
            for now_ms in range(0, 100_000, 10):
                if out := session.take_outbox():
                    till.says(out)
                events.extend(session.take_events())
                if met():
                    return
                session.receive(till._while_served(lambda: till.line.recv(256)), now_ms)

        session.begin(Order(kind=Ask.SALE, order="A1", amount_fen=1_500), 0)
        until(lambda: Progressed(Stage.HOST, "H") in events)
        session.cancel(0)
        until(lambda: Noticed(Notice.NOT_CANCELLED) in events)
        it.terminal.ends()
        until(lambda: any(isinstance(each, Answered) for each in events))
        assert events[-1].answer.result is Result.APPROVED


def test_totals_are_the_terminals_own(tmp_path):
    with bench(tmp_path, FakeTerminal(SALE)) as it:
        till = it.till()
        till.says(framed("0700||"))
        assert till.hears(1) == ACK
        assert till.hears_answer() == ["0710", "00", "1", "1500"]


def test_what_nobody_foresaw_closes_the_line_and_the_next_till_is_served(tmp_path, capsys):
    with bench(tmp_path) as it:
        till = it.till()
        till.says(b"\x05")
        it.until(lambda: it.port._port is not None)
        it.port._session.receive = lambda *_: 1 / 0
        till.says(b"\x05")
        assert till.hears(1) == b""
        assert "ZeroDivisionError" in capsys.readouterr().err
        next_till = it.till()
        it.begins(next_till, SALE_TEXT)
        it.terminal.ends()
        assert next_till.hears_answer()[1] == "00"


def test_a_device_without_power_says_nothing(tmp_path):
    with bench(tmp_path) as it:
        till = it.till()
        it.begins(till, SALE_TEXT)
        kept = it.memory.kept
        it.port.goes_dark()
        it.terminal.ends()
        assert it.memory.kept == kept
        till.line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            till.line.recv(1)


# ---- values ------------------------------------------------------------------------------------


TWO_CLERKS = TerminalProfile(clerks=(("01", "0000"), ("02", "1234")))


def asked(order, *records, profile=TWO_CLERKS):
    class Reader:
        card, qr_code, signature = USUAL_CARD, "620123456789012345", b"drawn"

    return operation_of(order, "A1", TerminalMemory((*SIGNED_ON, *records)), profile, Reader)


def test_a_sale_reads_the_card_that_is_held_there_and_a_code_sale_the_code():
    assert asked(Order(kind=Ask.SALE, amount_fen=5)).card == USUAL_CARD
    assert asked(Order(kind=Ask.QR_SALE, amount_fen=5)).qr_code == "620123456789012345"
    assert asked(Order(kind=Ask.QR_SALE, amount_fen=5, qr_code="620")).qr_code == "620"
    assert asked(Order(kind=Ask.QR_SALE, amount_fen=5)).card is None


def test_what_the_customer_draws_belongs_to_what_is_signed():
    assert asked(Order(kind=Ask.SALE, amount_fen=5)).signature == b"drawn"
    assert asked(Order(kind=Ask.SETTLEMENT)).signature is None


def test_a_void_names_the_sale_of_this_batch_by_number_or_by_reference():
    for order in (Order(kind=Ask.VOID, original_stan=12), Order(kind=Ask.VOID, original_rrn=SALE.rrn)):
        wanted = asked(order, SALE)
        assert wanted.original == Original(7, 12)
        assert (wanted.original_rrn, wanted.original_auth_code, wanted.card) == (SALE.rrn, "A1B2C3", None)
    assert asked(Order(kind=Ask.VOID)).original is None
    assert asked(Order(kind=Ask.REFUND, original_stan=12, original_batch=6, original_date="20260128")).original == \
        Original(6, 12, "0128")


def test_a_sign_on_is_the_clerks_whom_the_terminal_knows():
    assert (asked(Order(kind=Ask.SIGN_ON, clerk="02")).clerk, asked(Order(kind=Ask.SIGN_ON, clerk="02")).password) == (
        "02", "1234")
    assert asked(Order(kind=Ask.SIGN_ON, clerk="77")).clerk == "01"
    assert asked(Order(kind=Ask.SALE, amount_fen=5)).password == ""


@pytest.mark.parametrize(("given", "name"), [
    ("ABC123", "ABC123"), ("", "sale-ecr-4"), ("6200009753180120", "sale-ecr-4"), ("订单", "sale-ecr-4"), ("x" * 65, "sale-ecr-4"),
])
def test_an_order_is_named_as_the_till_names_it_where_it_may_be_shown(given, name):
    assert name_of(Order(kind=Ask.SALE, order=given), 4) == name


@contextmanager
def a_device(folder, ecr):
    made = Device(LiveEnvironment(NOON_MS), DeviceSettings(
        identity=TerminalIdentity("10000001", "898000000000001"), profile=TerminalProfile(), host=NOBODY,
        control=Address("127.0.0.1", 0), nvm=folder / "nvm", ecr=ecr))
    try:
        yield made
    finally:
        made.close()


def test_what_a_customer_holds_is_put_there_over_the_control_port(tmp_path):
    other = Card(pan="6200009753180138", pin="123456")
    with a_device(tmp_path, EcrSetting(load_profile("transbank"), "pty:")) as device:
        done = []
        assert device.ecr.reader.card == USUAL_CARD
        device._present(Present(card=other, qr_code="620123456789012345", signature=b"drawn"), done.append)
        assert (device.ecr.reader.card, device.ecr.reader.qr_code) == (other, "620123456789012345")
        assert device.ecr.reader.signature == b"drawn"
        device._present(Present(), done.append)
        assert (device.ecr.reader.card, device.ecr.reader.qr_code, device.ecr.reader.signature) == (None, "", None)
        with pytest.raises(ControlError, match="pan cannot be that"):
            device._present(Present(card=Card(pan="62")), done.append)
        with pytest.raises(ControlError, match="signature cannot be that"):
            device._present(Present(card=other, signature=b""), done.append)
        assert len(done) == 2


def test_a_device_without_a_till_has_no_reader_of_its_own(tmp_path):
    with a_device(tmp_path, None) as device, pytest.raises(ControlError, match="is of a device with --ecr"):
        device._present(Present(), print)


# ---- the file ----------------------------------------------------------------------------------


def test_a_damaged_file_is_told_and_begins_anew(tmp_path):
    memory = EcrMemory(tmp_path / "nvm", ME, "transbank", is_new=False)
    memory.keep(Memory((Remembered(kind=Ask.SALE, request="x", answer=Answer(result=Result.APPROVED)),)), None)
    (tmp_path / "nvm.ecr").write_bytes((tmp_path / "nvm.ecr").read_bytes().replace(b"approved", b"declined"))
    with bench(tmp_path) as it:
        assert any("is damaged" in line for line in it.said)
        assert it.memory.kept.memory == Memory()


def test_the_file_of_another_terminal_is_refused_and_of_another_life_forgotten(tmp_path):
    memory = EcrMemory(tmp_path / "nvm", ME, "transbank", is_new=False)
    memory.keep(Memory((Remembered(kind=Ask.SALE, request="x"),)), None)
    with pytest.raises(StateError, match="of terminal 10000001"):
        EcrMemory(tmp_path / "nvm", MemoryOf("10000002", "898000000000001"), "transbank", is_new=False)
    assert EcrMemory(tmp_path / "nvm", ME, "transbank", is_new=True).kept.memory == Memory()
    assert EcrMemory(tmp_path / "nvm", ME, "telium", is_new=False).kept.memory == Memory()


def test_no_card_number_is_kept(tmp_path):
    with bench(tmp_path) as it:
        it.port.reader.card = Card(pan="6200009753180120", pin="123456")
        till = it.till()
        it.begins(till, SALE_TEXT)
        it.terminal.ends()
        till.hears_answer()
        kept = (tmp_path / "nvm.ecr").read_text()
    assert "975318" not in kept
    assert "620000******0120" in kept
    assert "123456" not in kept
    assert (tmp_path / "nvm.ecr").stat().st_mode & 0o077 == 0
