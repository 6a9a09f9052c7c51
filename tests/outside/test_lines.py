"""The same terminal over every framing and line that the facts name."""

from __future__ import annotations

import time

import pytest

from tests.outside.day import (
    CHIP_CARD,
    MASTER_KEY,
    SCENARIO,
    STRIPE_CARD,
    approved,
    counter,
    done,
    impatient,
    told,
)
from tests.outside.frame import FRAMINGS
from tests.outside.host import Host
from tests.outside.line import Line
from tests.outside.message import unpack
from tests.outside.till import Till

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with Host(SCENARIO, tmp_path_factory.mktemp("host")) as running:
        yield running


def short_day(host, till):
    """A lost reply, its reversal, a settlement with an upload: every size of message."""
    done("echo", till.echo())
    done("sign-on", till.sign_on())
    approved(till.sale("A", 4200, STRIPE_CARD))
    approved(till.sale("B", 1310, CHIP_CARD))
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    with impatient(till):
        told(till.sale("C", 700, STRIPE_CARD), "unknown")
    approved(till.sale("D", 900, STRIPE_CARD))
    host.fault(till.tid, "record.wrong_details", how="totals")
    done("settlement", till.settle(), "2")
    done("sign-off", till.sign_off())


@pytest.mark.parametrize("name", FRAMINGS)
def test_a_day_over_tcp_in_each_framing(host, name):
    tid = f"{11000001 + list(FRAMINGS).index(name)}"
    with counter(host, tid, mid=mid_of(host, tid), line=Line(host.address, FRAMINGS[name])) as till:
        short_day(host, till)


def test_empty_frames_between_messages_are_no_messages(host):
    line = Line(host.address, keep_alive=True)
    with counter(host, "11000020", mid=mid_of(host, "11000020"), line=line) as till:
        short_day(host, till)


def test_a_terminal_that_hangs_up_after_each_reply_is_served(host):
    with counter(host, "11000021", mid=mid_of(host, "11000021")) as till:
        done("sign-on", till.sign_on())
        for order in "AB":
            till.line.hang_up()
            approved(till.sale(order, 800, STRIPE_CARD))
        till.line.hang_up()
        done("settlement", till.settle(), "1")


def test_frames_in_single_bytes_are_heard(host):
    line = Line(host.address, one_by_one=True)
    with counter(host, "11000022", mid=mid_of(host, "11000022"), line=line) as till:
        short_day(host, till)


def test_a_terminal_that_has_said_all_and_listens_on_is_answered(host):
    with counter(host, "11000023", mid=mid_of(host, "11000023")) as till:
        till.line.half_close = True
        done("echo", till.echo())


def test_each_terminal_behind_one_line_gets_its_own_reply_under_its_own_tpdu(host):
    """A concentrator: two terminals, one connection, both requests out before any reply."""
    line = Line(host.address)
    tpdus = {"11000024": "6000030001", "11000025": "6000030002"}
    swapped = {"11000024": "6000010003", "11000025": "6000020003"}
    try:
        for tid, tpdu in tpdus.items():
            till = Till(tid, mid_of(host, tid), MASTER_KEY, line, tpdu=bytes.fromhex(tpdu))
            till.put(till.management("0820", "301", stan=False))
        replies = [line.receive(time.monotonic() + 5) for _ in tpdus]
    finally:
        line.hang_up()
    assert all(replies)
    assert {unpack(body).get(41): tpdu.hex() for tpdu, _, body in replies} == swapped


def mid_of(host, tid):
    return next(mid for known, mid, _ in host.tell("status")["terminals"] if known == tid)
