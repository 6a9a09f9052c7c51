"""What clears an item is kept with a host's books: a state made by the other way is refused."""

from __future__ import annotations

import pytest

from hil.commands.entry import run
from hil.files.one_owner import StateError
from hil.host.state import HostState
from hil.host.step_log import Steps
from hil.host.store import HostStore
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.money.issuer import IssuerBooks
from simulator.money.ledger import Ledger
from simulator.money.limits import Limit
from simulator.trace.records import RunStarted, to_line

SCENARIO = """
title = "One shop"
start = 2026-01-27T10:00:00+08:00
until = "1h"
[acquirer]
capture = "host"
[[merchants]]
name = "corner shop"
terminals = {}
"""


def begun(path, capture):
    """A state that a run has begun."""
    state = HostState(path, None)
    if capture:
        state.keep_capture(0, capture)
    state.emit(RunStarted(0, "run", title="a day", seed=1, version="test"))
    state.close()


@pytest.mark.parametrize(("made_with", "given", "refused"), [
    ("host", "host", False), ("batch", "batch", False), ("host", "batch", True), ("batch", "host", True),
    ("", "batch", False), ("", "host", True),  # of a version that had no such setting
])
def test_a_state_keeps_what_clears_an_item(tmp_path, made_with, given, refused):
    path = tmp_path / "host.sqlite"
    begun(path, made_with)
    state = HostState(path, None)
    if refused:
        with pytest.raises(StateError, match=f"capture = {made_with or 'batch'}, and the scenario says {given}"):
            state.keep_capture(0, given)
    else:
        state.keep_capture(0, given)
    state.close()


def test_a_host_that_is_started_with_the_other_one_says_so_and_leaves_the_state(tmp_path, capsys):
    scenario, path = tmp_path / "shop.toml", tmp_path / "host.sqlite"
    scenario.write_text(SCENARIO, "utf-8")
    store = HostStore(path, AnyHostRecord)
    store.add_trace(to_line(RunStarted(0, "run", title="a day", seed=1, version="test")))
    store.commit()
    store.close()
    status = run(["host", str(scenario), "--state", str(path), "--listen", "127.0.0.1:0",
                  "--control", "127.0.0.1:0", "--lang", "zh"])
    said = capsys.readouterr().err
    assert status == 2
    assert "capture = batch，而场景为 host" in said
    again = HostStore(path, AnyHostRecord)
    assert len(list(again.trace_lines())) == 1
    again.close()


def issuer(steps):
    """An issuer's books behind a log of their steps; a world opens its cards anew at each start."""
    books = steps.logged("issuer bank.a", IssuerBooks("bank.a", Ledger(), limit=Limit(day_fen=800), hold_days=1))
    books.open_card("card", 10_000)
    return books


def test_days_limits_and_holds_of_an_issuer_are_the_same_after_a_restart():
    facts = []
    books = issuer(Steps(facts.append, lambda: 0))
    books.begin_day("2026-03-30")
    books.hold("1", "card", 300)
    books.debit("2", "card", 400)
    books.credit("3", "card", 400, "2")
    books.note_void("3", "2")
    books.begin_day("2026-03-31")
    books.debit("4", "card", 700)
    restarted = Steps(facts.append, lambda: 0)
    again = issuer(restarted)
    restarted.take_again(list(facts))
    for each in (books, again):
        assert each.debit("5", "card", 101).response_code == "61"
        assert [key for key, _ in each.begin_day("2026-04-01")] == ["1"]
        assert each.debit("6", "card", 300, "1").response_code == "25"
        assert each.balance("card").balance_fen == 9_300
