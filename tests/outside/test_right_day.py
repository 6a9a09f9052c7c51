"""A right terminal that shares nothing with the host goes through its days, and every fen is right."""

from __future__ import annotations

import re

import pytest

from tests.outside.day import (
    MID,
    SCENARIO,
    bad_line,
    counter,
    every_kind,
    unbalanced,
    unbalanced_with_a_refund,
)
from tests.outside.host import Host

pytestmark = pytest.mark.live


class Batches:
    """The totals of each batch, as the terminal counted them."""

    def __init__(self):
        self.counted = []

    def __call__(self, event, **facts):
        if event == "batch":
            self.counted.append(facts["totals"])


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with Host(SCENARIO, tmp_path_factory.mktemp("host")) as running:
        yield running


def money(host):
    """Of the cardholders, and of the merchant: paid, pending, or on its way."""
    accounts = host.balances()
    return (sum(fen for name, fen in accounts.items() if name.startswith("cardholder:")),
            accounts.get(f"merchant:{MID}:pending", 0))


def spent(host, day, *args):
    """The day's sums, and how far the money moved meanwhile."""
    before = money(host)
    sums = day(*args)
    after = money(host)
    return sums, before[0] - after[0], after[1] - before[1]


@pytest.mark.parametrize(("tid", "day"), [("10000001", every_kind)])
def test_each_kind_once(host, tid, day):
    with counter(host, tid) as till:
        till.log = batches = Batches()
        sums, paid, earned = spent(host, day, till)
    assert (paid, earned) == (sums.net_fen, sums.net_fen)
    assert tuple(batches.counted) == sums.batches


@pytest.mark.parametrize(("tid", "day"), [
    ("10000002", bad_line), ("10000003", unbalanced), ("10000005", unbalanced_with_a_refund)])
def test_a_day_with_faults(host, tid, day):
    with counter(host, tid) as till:
        till.log = batches = Batches()
        sums, paid, earned = spent(host, day, host, till)
    assert (paid, earned) == (sums.net_fen, sums.net_fen)
    assert tuple(batches.counted) == sums.batches


def test_the_host_says_who_came(host):
    with counter(host, "10000004") as till:
        assert till.sign_on()
        assert till.sign_off()
    assert any(re.match("terminal 10000004 connected", line) for line in host.said)
