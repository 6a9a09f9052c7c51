"""A rig is one bench for one case: driven by its till, cut off by its power, judged from its evidence."""

from __future__ import annotations

import pytest

from hil.bench.rig import RigSetting, open_rig
from hil.benches.bench_file import read_bench
from hil.power.power import PowerError
from hil.relay.decisions import LOSE
from hil.relay.matching import Match
from hil.relay.rules import LineRule
from hil.relay.seen import Way
from hil.tills.ends import Wish
from simulator.judge.verdict import Verdict
from simulator.wire.kinds import Kind
from tests.hil.standing_device import standing_device

pytestmark = pytest.mark.live
VIRTUAL = "fixtures/benches/virtual.toml"


def test_a_day_at_the_virtual_bench(tmp_path):
    with open_rig(read_bench(VIRTUAL), RigSetting(folder=tmp_path)) as rig:
        rig.start()
        rig.start()  # idempotent: there is nothing left to do
        sold = rig.till.operate(Wish(kind=Kind.SALE, order="S1", amount_fen=6_800))
        assert sold.approved
        assert (sold.batch, sold.stan, sold.amount_fen, sold.date) == (1, 2, 6_800, "0127")
        voided = rig.till.operate(Wish(kind=Kind.VOID, original=sold))
        assert (voided.approved, voided.amount_fen) == (True, 6_800)
        ticket = rig.till.begin(Wish(kind=Kind.QR_SALE, order="Q1", amount_fen=100))
        scanned = ticket.wait(10)
        assert scanned.approved
        assert scanned.voucher
        rig.power.off()
        assert rig.till.operate(Wish(kind=Kind.SALE, order="S2", amount_fen=700)).result == ""
        rig.start()
        assert rig.till.operate(Wish(kind=Kind.SALE, order="S2", amount_fen=700)).approved
        rig.power.hang()
        assert not rig.rest(5)  # nobody waits for what is stopped
        assert rig.device_status() is None
        judgement = rig.finish(settle=True)  # it goes on first
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == 2


def test_the_power_goes_when_the_answer_has_been_heard_and_has_not_left(tmp_path):
    with open_rig(read_bench(VIRTUAL), RigSetting(folder=tmp_path)) as rig:
        rig.start()
        cut = rig.when(Match(way=Way.DOWN, mti="0210"), rig.power.off)
        assert rig.till.operate(Wish(kind=Kind.SALE, order="S1", amount_fen=12_650)).result == ""
        assert [each.kind for each in cut.struck] == ["sale"]
        assert not rig.power.is_on
        assert rig.host.report().open_items == 1  # the host has approved it
        rig.start()
        assert [each.mti for each in rig.line.seen if each.way is Way.UP][-1] == "0400"
        assert rig.till.told("S1") == "failed"
        lost = rig.line.add(LineRule(match=Match(way=Way.DOWN, mti="0210"), decision=LOSE, times=1))
        assert rig.till.operate(Wish(kind=Kind.SALE, order="S1", amount_fen=12_650)).result == "failed"
        assert len(lost.struck) == 1
        assert rig.till.operate(Wish(kind=Kind.SALE, order="S1", amount_fen=12_650)).approved
        judgement = rig.finish(settle=True)
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == 1


def test_a_terminal_that_stands_there_is_brought_to_a_clean_start_and_judged_by_line_and_till(tmp_path):
    with standing_device(tmp_path / "own") as bench:
        for case in ("one", "two"):
            with open_rig(read_bench(bench), RigSetting(folder=tmp_path / case)) as rig:
                assert rig.dut.kind == "emulated"
                rig.start()
                sold = rig.till.operate(Wish(kind=Kind.SALE, order="S1", amount_fen=6_800))
                assert sold.approved
                assert sold.rrn == "000000000001"  # a fresh host
                with pytest.raises(PowerError, match="nothing here turns this terminal off"):
                    rig.power.off()
                if case == "two":
                    judgement = rig.finish(settle=True)
        # the sale that case one left in its batch was settled before case two began
        assert [each.en for each in rig.notes] == ["its power was not cycled: nothing here turns it off"]
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == 1
