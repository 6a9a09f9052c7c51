"""Two tills that other people wrote, unchanged, drive a virtual device at a live host, over pty and RFC 2217.

Both open device paths alone, so a pty stands in front of the device's RFC 2217 port: each setting and
each byte behind it goes over the network.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager

import pytest
from telium import Telium, TeliumAsk
from transbank.error.transbank_exception import TransbankException
from transbank.POS.POSIntegrado import POSIntegrado

from hil.device.requests import CutPower, DeviceStatus, Operate, Outcome, Status, Stop
from hil.ports.ports import Address
from hil.processes.process import BenchProcess
from simulator.wire.kinds import Kind
from tests.hil.line_bridge import pty_in_front_of
from tests.hil.live_host import LiveHost

pytestmark = pytest.mark.live
LOOPBACK = Address("127.0.0.1", 0)
TOO_MUCH = 999_999_999  # fen: more than any card of a test has
LINES = ("pty", "rfc2217")


class DrivenDevice:
    """A device process at a live host, and the path that a till opens."""

    def __init__(self, live, folder, profile, line, form):
        self._live = live
        self._folder = folder
        self._profile = profile
        self._line = line
        self._form = form
        self._stack = ExitStack()

    def power_on(self):
        address = self._live.host.listener.address
        where = f"pty:{self._folder / 'till'}" if self._line == "pty" else "rfc2217:127.0.0.1:0"
        self.process = BenchProcess("device", [
            "device", "--tid", "10000001", "--mid", "898000000000001", "--host", str(address), "--download", "none",
            "--nvm", str(self._folder / "nvm"), "--ecr", f"{self._profile}@{where}",
        ], self._folder / "err")
        on = self.process.ask(Status(), DeviceStatus).ecr
        self.path = on.removeprefix("pty:") if self._line == "pty" else self._stack.enter_context(
            pty_in_front_of(f"{on}?{self._form}"))

    def power_off(self):
        self.process.stop(Stop())
        self._stack.close()

    @property
    def words(self):
        return (self._folder / "err").read_text("utf-8")


@contextmanager
def driven(folder, profile, line, form):
    """The clock of the host runs in this thread, so a till works in another."""
    live = LiveHost(folder, listen=LOOPBACK)
    device = DrivenDevice(live, folder, profile, line, form)
    try:
        live.serve(device.power_on)
        yield live, device
    finally:
        live.serve(device.power_off)
        live.close()


class Moved:
    """The money that moves in a part of a test, account by account."""

    def __init__(self, live):
        self._live = live
        self._before = dict(live.balances())

    def __call__(self):
        after = dict(self._live.balances())
        return {name: fen for name in after if (fen := after[name] - self._before.get(name, 0))}


def paid(fen):
    """What moves where a card of bank.a pays so much, before anything is cleared."""
    return {"cardholder:bank.a": -fen, "due:bank.a": fen, "merchant:898000000000001:pending": fen,
            "scheme:receivable": -fen}


@contextmanager
def transbank(device):
    till = POSIntegrado()
    till.timeout = 50  # turns of 0.2 s
    till.open_port(device.path)
    try:
        yield till
    finally:
        till.close_port()


@pytest.mark.parametrize("line", LINES)
def test_the_transbank_till_sells_is_declined_loses_an_answer_and_closes(tmp_path, line):
    with driven(tmp_path, "transbank", line, "115200 8N1") as (live, device):
        moved = Moved(live)
        def work():
            with transbank(device) as till:
                assert till.poll()
                assert till.load_keys()["success"]
                sold = till.sale(1_500, "A1")
                declined = till.sale(TOO_MUCH, "A2")
            assert (sold["success"], sold["amount"], sold["ticket"]) == (True, "1500", "A1")
            assert (declined["success"], declined["response_code"]) == (False, "01")
            lost = _asked_and_gone(device)
            with transbank(device) as till:
                told = _patiently(till.last_sale)
                totals = till.totals()
                closed = till.close()
                nothing = till.totals()
            assert (told["success"], told["ticket"], told["amount"]) == (True, "A3", "2500")
            assert told["authorization_code"].strip()
            assert (totals["tx_count"], totals["tx_total"]) == ("2", "4000")
            assert closed["success"]
            assert nothing["tx_count"] in ("0", "")
            return lost

        assert live.serve(work)
        assert moved() == paid(4_000)
        assert device.words.count("approved") == 4  # sign-on, two sales, the settlement


def _asked_and_gone(device):
    """A till that dies behind the ACK of its sale: the answer finds nobody."""
    with transbank(device) as till:
        serial = till._serial_port
        serial.write(bytes(till._create_command("0200|2500|A3|||0|")))
        serial.timeout = 5
        acknowledged = serial.read(1) == b"\x06"
    threading.Event().wait(0.7)  # a till takes longer to start
    return acknowledged


def _patiently(ask, tries=20):
    """What a till does about NAK: the terminal may still be at work."""
    for _ in range(tries - 1):
        try:
            return ask()
        except TransbankException:
            threading.Event().wait(0.3)
    return ask()


def test_what_was_approved_when_the_power_went_is_the_last_sale_behind_it(tmp_path):
    with driven(tmp_path, "transbank", "pty", "") as (live, device):
        moved = Moved(live)
        def work():
            with transbank(device) as till:
                assert till.load_keys()["success"]
                device.process.do(CutPower(before="conclude"))
                till.timeout = 10
                with pytest.raises(TransbankException):
                    till.sale(1_500, "B1")
            assert device.process.has_died()
            device.power_on()
            with transbank(device) as till:
                last = _patiently(till.last_sale)
                again = till.sale(2_500, "B2")
                totals = till.totals()
            assert (last["success"], last["ticket"], last["amount"]) == (True, "B1", "1500")
            assert last["authorization_code"].strip()
            assert again["success"]
            assert (totals["tx_count"], totals["tx_total"]) == ("2", "4000")

        live.serve(work)
        assert moved() == paid(4_000)


@pytest.mark.parametrize("line", LINES)
def test_the_telium_till_sells_is_declined_and_fetches_a_lost_answer_by_asking_again(tmp_path, line):
    with driven(tmp_path, "telium", line, "9600 7E1") as (live, device):
        moved = Moved(live)
        def work():
            assert device.process.ask(
                Operate(kind=Kind.SIGN_ON, password="0000"), Outcome).result == "approved"
            till = Telium(device.path)
            assert till.is_ok()
            sale, much = _ask(12.5), _ask(99_999.99)
            assert till.ask(sale)
            sold = till.verify(sale, waiting_timeout=20)
            assert till.ask(much)
            declined = till.verify(much, waiting_timeout=20)
            lost = _ask(33.0)
            assert till.ask(lost)
            till.close()  # and the answer finds nobody
            threading.Event().wait(0.7)
            till = Telium(device.path)
            assert _in_the_end(till, lost)
            found = till.verify(lost, waiting_timeout=20)
            till.close()
            settled = device.process.ask(Operate(kind=Kind.SETTLEMENT), Outcome)
            assert (sold.has_succeeded, sold.amount) == (True, 12.5)
            assert not declined.has_succeeded
            assert (found.has_succeeded, found.amount) == (True, 33.0)
            assert settled.result == "approved"

        live.serve(work)
        assert moved() == paid(4_550)
        assert device.words.count("asks for sale") == 3


def _ask(amount):
    return TeliumAsk.new_payment(amount, target_currency="EUR")


def _in_the_end(till, ask, tries=20):
    """A till tries again while the terminal still tries to give an answer that nobody took."""
    for _ in range(tries):
        try:
            if till.ask(ask):
                return True
        except OSError:
            pass
        threading.Event().wait(0.3)
    return False
