"""A terminal that keeps no trace for a bench is judged by its line: what the relay did is not its fault."""

from __future__ import annotations

import pytest

from hil.bench.rig import RigSetting, open_rig
from hil.benches.bench_file import read_bench
from hil.relay.decisions import LOSE, change, repeat
from hil.relay.matching import Match
from hil.relay.rules import LineRule
from hil.relay.seen import Way
from tests.outside.day import MASTER_KEY, MID, STRIPE_CARD, approved, done, impatient, told
from tests.outside.line import Line
from tests.outside.till import Till
from tests.outside.wrong_reversals import NoReversal

STANDING = f"""
[device]
kind = "emulated"
name = "a stranger's terminal"
[[terminals]]
tid = "10000001"
mid = "{MID}"
[limits]
quiet = "200ms"
"""


def judged(tmp_path, kind):
    """A reply lost, another changed, a request doubled."""
    (tmp_path / "bench.toml").write_text(STANDING)
    with open_rig(read_bench(tmp_path / "bench.toml"), RigSetting(folder=tmp_path / "case")) as rig:
        till = kind("10000001", MID, MASTER_KEY, Line((rig.line.address.host, rig.line.address.port)))
        till.reply_timeout_s = 2.0
        done("sign-on", till.sign_on())
        rig.line.add(LineRule(match=Match(way=Way.DOWN, mti="0210", nth=1), decision=LOSE))
        with impatient(till):
            told(till.sale("A", 700, STRIPE_CARD), "unknown")
        approved(till.sale("B", 900, STRIPE_CARD))
        if kind is not Till:
            return rig.finish()
        rig.clear_line()
        rig.line.add(LineRule(match=Match(way=Way.UP, mti="0200", nth=1), decision=repeat(1, 30)))
        approved(till.sale("C", 1100, STRIPE_CARD))
        rig.clear_line()
        rig.line.add(LineRule(match=Match(way=Way.DOWN, mti="0210", nth=1), decision=change("4", "000000000001")))
        told(till.sale("D", 1300, STRIPE_CARD), "unknown")
        done("settlement", till.settle(), "1")
        till.line.hang_up()
        return rig.finish()


@pytest.mark.live
def test_the_right_terminal_is_not_accused(tmp_path):
    judgement = judged(tmp_path, Till)
    assert judgement.findings == ()


@pytest.mark.live
def test_the_wrong_terminal_is_found(tmp_path):
    assert 7 in {finding.invariant for finding in judged(tmp_path, NoReversal).findings}
