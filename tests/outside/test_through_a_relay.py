"""A stranger's terminal, a relay, a host: what the line does to messages is nobody's fault but the line's.

The right terminal is accused of nothing, and every sum is right; the wrong one beside it is found.
"""

from __future__ import annotations

import time

import pytest

from tests.outside.day import SCENARIO, STRIPE_CARD, approved, counter, done, impatient, told
from tests.outside.host import Host
from tests.outside.line import Line
from tests.outside.relay import Relay
from tests.outside.verdict import judge
from tests.outside.wrong_reversals import NoReversal

pytestmark = pytest.mark.live

RIGHT, WRONG = "10000001", "10000002"
PATIENCE_S = 60


def on_a_bad_line(relay, till):
    """What a relay can do to a sale, each once; what stands of it, in fen."""
    done("sign-on", till.sign_on())
    relay.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    with impatient(till):
        told(till.sale("R1", 700, STRIPE_CARD), "unknown")
    approved(till.sale("R2", 900, STRIPE_CARD))  # after the reversal of R1
    relay.fault(till.tid, "line.overtaken", how="request", of="sale")
    with impatient(till):
        told(till.sale("R3", 1100, STRIPE_CARD), "unknown")
    approved(till.sale("R4", 1300, STRIPE_CARD))  # the reversal of R3 came before R3
    relay.fault(till.tid, "line.rewritten", how="reply_wrong_mac", set="4=000000000001", of="sale")
    told(till.sale("R5", 1700, STRIPE_CARD), "unknown")
    relay.fault(till.tid, "fraud.duplicate", how="request", mti="0200", delay="50ms")
    approved(till.sale("R6", 1900, STRIPE_CARD))
    copy_is_answered(relay, 1900)  # or the next fault strikes that answer
    relay.fault(till.tid, "line.reset", how="reply", of="sale")
    told(till.sale("R7", 2300, STRIPE_CARD), "unknown")
    relay.fault(till.tid, "line.cut_short", how="reply", of="sale")
    told(till.sale("R8", 2900, STRIPE_CARD), "unknown")
    done("settlement", till.settle(), "1")
    return 900 + 1300 + 1900


def copy_is_answered(relay, fen):
    """Wait until both 0210 of a sum have passed the relay."""
    until_s = time.monotonic() + PATIENCE_S
    while sum('"record":"sent"' in line and '"mti":"0210"' in line and f'"amount_fen":{fen},' in line
              for line in relay.trace.read_text().splitlines()) < 2:
        assert time.monotonic() < until_s
        time.sleep(0.02)


def loses_a_reply(relay, till):
    """The same beginning, by a terminal that forgets; what is debited for nothing, in fen."""
    done("sign-on", till.sign_on())
    relay.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    with impatient(till):
        told(till.sale("W1", 700, STRIPE_CARD), "unknown")
    approved(till.sale("W2", 900, STRIPE_CARD))
    return 700 + 900


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("relayed")
    with Host(SCENARIO, folder) as host, Relay(host.address, folder) as relay:
        before = host.balances()
        with counter(host, RIGHT, line=Line(relay.address)) as till:
            right_fen = on_a_bad_line(relay, till)
        middle = host.balances()
        with counter(host, WRONG, NoReversal, line=Line(relay.address)) as till:
            wrong_fen = loses_a_reply(relay, till)
        after = host.balances()
        assert relay.stop() == 0  # every fault struck
        host.tell("jump", to="cut_over")
        host.tell("jump", to="payout")
        host.finish()
    return {
        "spent": (spent(before, middle), spent(middle, after)), "meant": (right_fen, wrong_fen),
        "trace": host.trace, "relay": relay.trace,
    }


def spent(before, after):
    return sum(fen - after[name] for name, fen in before.items() if name.startswith("cardholder:"))


def test_what_stands_is_debited_and_nothing_else(day):
    assert day["spent"] == day["meant"]


def test_the_wrong_terminal_is_found_and_the_right_one_is_not_accused(day):
    judged = judge(day["trace"], day["relay"])
    assert judged.exit_code == 1
    assert {finding["tid"] for finding in judged.findings} == {WRONG}, judged.findings
    assert 7 in judged.numbers(WRONG)
