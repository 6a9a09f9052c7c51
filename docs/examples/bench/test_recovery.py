"""What a terminal must do when a sale goes wrong: an example suite, to be copied and changed.

pytest docs/examples/bench --bench fixtures/benches/virtual.toml
"""

import pytest

from simulator.judge.verdict import Verdict


@pytest.mark.bench_needs("power")
@pytest.mark.parametrize("moment", ["before the 0200 leaves", "before the 0210 leaves"])
def test_the_customer_pays_once_wherever_the_power_goes(dut, moment):
    cut = dut.cut_power(moment)
    assert dut.sale(12_000, order="S1").result == ""  # dark
    assert cut.struck, "the message never came"
    dut.power_on()
    if dut.told("S1") != "approved":
        assert dut.sale(12_000, order="S1").approved
    judgement = dut.judged()
    assert judgement.verdict is Verdict.PASS, judgement.findings


@pytest.mark.bench_needs("refund")
def test_an_approved_sale_is_refunded(dut):
    sale = dut.sale(5_000, order="S1")
    assert dut.operate("refund", order="R1", original=sale).approved


def test_a_lost_reply_is_reversed_before_anything_else(dut, host, relay):
    host.fault('mode = "network.outage"\non = "reply"\nmti = "0210"\nnth = 1')
    assert dut.sale(5_000, order="S1").result == "failed"
    assert dut.sale(5_000, order="S1").approved
    sent = [seen.mti for seen in relay.seen if seen.way == "up" and seen.mti in {"0200", "0400"}]
    assert sent == ["0200", "0400", "0200"]


@pytest.mark.bench_needs("virtual")
@pytest.mark.bench_case(defects=("terminal.no_reversal",))
def test_a_terminal_that_forgets_its_reversals_is_found(dut, host):
    host.fault('mode = "network.outage"\non = "reply"\nmti = "0210"\nnth = 1')
    assert dut.sale(5_000, order="S1").result == "failed"
    assert dut.judged().verdict is Verdict.FAIL
