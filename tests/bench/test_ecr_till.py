"""A till at an ECR link: what it can carry, what it makes of an answer, and a line that goes in mid-order."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import SimpleNamespace

import msgspec
import pytest

from hil.bench.rig import RigSetting, open_rig
from hil.benches.bench_file import read_bench
from hil.control.bench_error import BenchError
from hil.ecr.profiles import load_profile
from hil.ports.ports import PortError
from hil.relay.decisions import hold
from hil.relay.matching import Match
from hil.relay.rules import LineRule
from hil.relay.seen import SeenMessage, Way
from hil.tills import ecr_till
from hil.tills.counter import Counter, Meant
from hil.tills.ecr_till import EcrPlace, EcrTill
from hil.tills.ecr_with_keys import completed
from hil.tills.ends import Can, Told, Wish
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.field59 import Field59
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.scanned import with_tags
from tests.hil.standing_device import standing_device


def reply(number, stan, code="00", kind="sale", way=Way.DOWN):
    return SeenMessage(
        number=number, at_ms=0, way=way, link=1, mti="0210", kind=kind, stan=stan, response_code=code,
        message=Message(mti="0210", stan=stan, batch=7, rrn="000000000009", auth_code="ABC123"))


def test_what_the_link_does_not_tell_is_read_off_the_receipt():
    told = completed(Told("approved"), [reply(1, 3), reply(2, 4)])
    assert (told.stan, told.batch, told.rrn, told.auth_code) == (4, 7, "000000000009", "ABC123")
    told = completed(Told("approved", stan=3, rrn="OWN"), [reply(1, 3), reply(2, 4)])
    assert (told.stan, told.batch, told.rrn) == (3, 7, "OWN")


def test_the_voucher_of_a_scanned_sale_is_read_off_its_receipt_too():
    seen = reply(1, 3, kind="qr_sale")
    seen = msgspec.structs.replace(seen, message=with_tags(seen.message, Field59(voucher="VOUCHER00000000001")))
    told = completed(Told("approved", kind=Kind.QR_SALE), [seen])
    assert told.voucher == "VOUCHER00000000001"
    assert completed(msgspec.structs.replace(told, voucher="OWN"), [seen]).voucher == "OWN"


@pytest.mark.parametrize("seen", [
    reply(1, 3, "51"), reply(1, 3, kind="void"), reply(1, 3, way=Way.UP),
])
def test_nothing_is_read_off_another_message(seen):
    assert completed(Told("approved"), [seen]) == Told("approved")


def till(*, signs=False, clerk="01"):
    profile = TerminalProfile(clerks=(("01", "0000"), ("02", "0000")))
    counter = Counter("10000001", "898000000000001", profile, None, None)
    return EcrTill(None, load_profile("template"), EcrPlace(
        counter=counter, where=str, is_dark=bool, present=print, signs=signs, rest=str, now_ms=int, within_s=1.0,
        clerk=clerk))


@pytest.mark.parametrize(("asks", "signed_on", "lacks"), [
    ("01", "01", ""), ("02", "01", ""),  # the link has a place for the clerk's name
    ("03", "03", ""),  # whom nobody told us of, and who has signed on at a real terminal
    ("03", "01", "clerk"), ("98", "01", "clerk"), ("77", "02", "clerk"), ("", "01", "clerk"),
])
def test_whoever_is_none_of_the_terminals_clerks_has_no_place_on_the_link(asks, signed_on, lacks):
    """A terminal takes a name that it does not know for the till's own, and does it as whoever signed on."""
    assert till(clerk=signed_on).lacks(Wish(kind=Kind.SALE, amount_fen=100, clerk=asks)) == lacks


def test_a_signature_is_drawn_at_the_terminal_by_whoever_holds_the_card_there_or_refused_by_name():
    sale = Wish(kind=Kind.SALE, amount_fen=100, signature=b"drawn")
    assert till(signs=True).lacks(sale) == ""
    assert till(signs=False).lacks(sale) == "signature"
    with pytest.raises(BenchError, match="template: sale has no place for signature"):
        till(signs=False).begin(sale)
    assert till(signs=True).lacks(Wish(kind=Kind.BALANCE, signature=b"drawn")) == "signature"


class Line:
    def __init__(self):
        self.written = []

    def write(self, data):
        self.written.append(data)

    def close(self):
        pass


def test_a_line_that_goes_between_its_opening_and_the_order_is_opened_again_and_asked_once(monkeypatch):
    lines = []

    def open_line(_clock, _where, events):
        lines.append(Line())
        if len(lines) == 1:  # its other end has just gone
            events.on_failed(PortError("/dev/pts/9: the device has gone"))
        return lines[-1]

    monkeypatch.setattr(ecr_till, "open_line", open_line)
    monkeypatch.setattr(ecr_till, "call_in", lambda *_: None)
    counter = SimpleNamespace(
        tid="10000001", can=lambda _: Can(), means=lambda wish: Meant(wish, None), heard=lambda *_: None)
    sells = EcrTill(SimpleNamespace(inject=lambda work: work()), load_profile("template"), EcrPlace(
        counter=counter, where=lambda: "pty:/dev/pts/9", is_dark=bool, present=lambda _: None, rest=str, now_ms=int,
        within_s=60.0))
    ticket = sells.begin(Wish(kind=Kind.SALE, order="S1", amount_fen=100))
    with pytest.raises(BenchError, match="waited in vain"):
        ticket.wait(2)
    assert [len(line.written) for line in lines] == [0, 1]
    assert b"S1" in lines[1].written[0]


class Cable:
    """Between till and terminal: it can be pulled, and put in again."""

    def __init__(self, terminal):
        self._terminal = terminal
        self._pairs = []
        self.pulls = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.where = "tcp:{}:{}".format(*self._server.getsockname())
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                ours, _ = self._server.accept()
                theirs = socket.create_connection(self._terminal)
                self._pairs += [ours, theirs]
                for source, sink in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                sink.sendall(data)
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def pull(self, *, for_good=False):
        self.pulls += 1
        if for_good:
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
        for each in self._pairs:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._pairs = []


@pytest.mark.live
def test_a_cable_that_is_pulled_is_no_fault_of_the_terminal(tmp_path):
    with standing_device(tmp_path / "own") as bench:
        text = bench.read_text("utf-8")
        host, _, port = text.split('line = "tcp:')[1].split('"')[0].rpartition(":")
        cable = Cable((host, int(port)))
        bench.write_text(text.replace(f"tcp:{host}:{port}", cable.where), "utf-8")
        setting = RigSetting(folder=tmp_path / "case", clean_start=False)
        with open_rig(read_bench(bench), setting) as rig:
            rig.start()
            rig.line.add(LineRule(match=Match(mti="0210"), decision=hold(700)))
            rig.when(Match(mti="0210"), cable.pull)
            ticket = rig.till.begin(Wish(kind=Kind.SALE, order="S1", amount_fen=100))
            assert ticket.wait(30).approved  # it came back, and the terminal was asked how it had ended
            assert cable.pulls == 1
            rig.when(Match(mti="0210"), lambda: cable.pull(for_good=True))
            ticket = rig.till.begin(Wish(kind=Kind.SALE, order="S2", amount_fen=200))
            with pytest.raises(BenchError, match="ECR line: "):
                ticket.wait(30)
            with pytest.raises(BenchError, match="ECR line: "):
                rig.till.operate(Wish(kind=Kind.SALE, order="S3", amount_fen=300))
