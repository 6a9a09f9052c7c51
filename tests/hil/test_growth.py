"""What a host remembers is bounded by days, not by its history."""

from __future__ import annotations

import pytest
from test_snapshots import Host

from simulator.local_time import DAY_MS
from simulator.money.clearing import Clearing
from simulator.money.disputes import DisputeDesk
from simulator.money.issuer import IssuerBooks
from simulator.money.remains import Remains
from simulator.scenario.read import scenario_of_text

DAYS = """
title = "Weeks of a shop"
start = 2026-01-05T08:00:00+08:00
until = "40d"
[[merchants]]
name = "shop"
terminals = { count = 1 }
sales = { per_hour = 2, mix = { qr = 0.5, refund = 0.1 } }
"""


@pytest.fixture
def few_days(monkeypatch):
    """Nobody waits for sixty days here."""
    monkeypatch.setattr(Remains.__init__, "__defaults__", (3,))
    monkeypatch.setattr(DisputeDesk.__init__, "__defaults__", (3,))


def remembered(host):
    """How much each of the books remembers, by name."""
    found = {}
    for name, books in host.steps.books.items():
        if isinstance(books, IssuerBooks):
            found[name] = books.remembered()
        elif isinstance(books, Clearing):
            found[name] = len(books._remains)
        elif isinstance(books, DisputeDesk):
            found[name] = len(books)
    return found


def test_weeks_later_no_books_remember_more(tmp_path, few_days):
    host = Host(tmp_path / "host.sqlite", scenario_of_text(DAYS), "")
    host.world.take_disputes(host.world)
    most = []
    for _ in range(4):
        most.append(dict.fromkeys(remembered(host), 0))
        for _ in range(7):
            host.run(DAY_MS)
            for name, count in remembered(host).items():
                most[-1][name] = max(most[-1][name], count)
    host.state.close()
    assert set(most[0]) >= {"issuer bank.a", "wallet wallet.a", "clearing", "disputes"}
    assert all(most[1].values())
    for name, count in most[3].items():
        assert count < 1.5 * most[1][name] + 20, (name, [each[name] for each in most])
