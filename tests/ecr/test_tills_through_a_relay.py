"""A till of somebody else, a relay on its line, our terminal side: one order, whatever the line does."""

from __future__ import annotations

import time

import pytest
from transbank.POS.POSIntegrado import POSIntegrado

from hil.clock.clock_thread import ClockThread
from hil.ecr.profiles import load_profile
from hil.ecr.values import Answer, Order, Result
from hil.relay.ends import PtyEnd, SerialEnd
from hil.relay.fault_text import faults_of
from hil.relay.line_faults import LineFaults
from hil.relay.relay import Relay
from simulator.trace.recorder import Recorder
from tests.ecr.pty_terminal import PtyTerminal

PROFILE = load_profile("transbank")
pytestmark = pytest.mark.live


def approve(order: Order) -> Answer:
    return Answer(result=Result.APPROVED, order=order.order, amount_fen=order.amount_fen, stan=7, auth_code="A1B2C3")


class RelayedTill:
    """The till's line goes to a pty of the relay, which has the terminal's."""

    def __init__(self, clock, terminal, text):
        self.relay = clock.do(lambda: self._opened(clock, terminal, text))
        self.path = self.relay.where.removeprefix("pty:")

    def _opened(self, clock, terminal, text):
        self.faults = LineFaults(clock.env, Recorder(), 1, lambda state, is_open: None, ecr=True)
        self.faults.add(faults_of(text, "faults.toml", clock.env.clock_ms, PROFILE))
        return Relay(
            clock.env, PtyEnd(), SerialEnd(url=terminal.path), PROFILE,
            on_message=self.faults.decide, on_decided=self.faults.decided)


@pytest.mark.parametrize("text", [
    'mode = "ecr.nak_storm"\nhow = "of_answer"\nnth = 1',
    'mode = "ecr.wrong_check"\nhow = "answer"\nnth = 1',
    'mode = "ecr.split"\nhow = "answer"\ndelay = "30ms"\nnth = 1',
], ids=lambda text: text.partition("\n")[0])
def test_the_outside_till_sells_once_over_a_bad_line(text):
    with PtyTerminal("transbank", approve) as terminal, ClockThread() as clock:
        line = RelayedTill(clock, terminal, f"[[faults]]\n{text}\n")
        till = POSIntegrado()
        till.open_port(line.path)
        assert till.poll()
        sold = till.sale(1500, "ABC123")
        till.close_port()
        until_s = time.monotonic() + 5
        while not line.faults.struck and time.monotonic() < until_s:
            time.sleep(0.01)
        line.relay.close()
    assert sold["success"]
    assert [order.order for order in terminal.orders] == ["ABC123"]
    assert list(line.faults.struck.values()) == [1]
