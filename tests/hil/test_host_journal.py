"""A host that is started on a journal which cannot be says which record, and leaves it alone."""

from __future__ import annotations

import pytest

from hil.commands.entry import run
from hil.host.store import HostStore
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import TransactionKey
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.wire.kinds import Kind

SCENARIO = """
title = "One shop"
start = 2026-01-27T10:00:00+08:00
until = "1h"
drain = "1d"
banks = [{ name = "bank.a" }]

[[merchants]]
name = "corner shop"
terminals = { count = 1, link = "ethernet" }
"""
KEY = TransactionKey("10000001", 1, 2)
ASKED = journal.Asked(KEY, Kind.SALE, 100, "6200123456789019", "bank.a", 1, "0127")
UNDONE = journal.Undone(KEY, "reversal", "12", "2026-01-27", owed=True)
APPROVED = journal.Decided(KEY, "00", "2026-01-27")
SETTLED = journal.BatchSettled("10000001", 1, "1", "2026-01-27")


@pytest.mark.parametrize(("records", "words"), [
    ((ASKED, UNDONE, APPROVED), ("record 3 of the journal: STAN 000002 of batch 000001 of terminal"
     " 10000001 cannot be approved: it is undone")),
    ((ASKED, APPROVED, APPROVED), ("record 3 of the journal: STAN 000002 of batch 000001 of terminal"
     " 10000001 cannot be approved: it is approved")),
    ((ASKED, APPROVED, SETTLED, UNDONE), ("record 4 of the journal: batch 000001 of terminal"
     " 10000001 cannot be changed in a transaction: it is settled")),
    ((journal.SignedOff("10000077"),), "terminal 10000077 is not registered at this host"),
])
def test_an_unlawful_journal_is_one_clear_line_and_exit_2(tmp_path, capsys, records, words):
    scenario, state = tmp_path / "shop.toml", tmp_path / "host.sqlite"
    scenario.write_text(SCENARIO, "utf-8")
    store = HostStore(state, AnyHostRecord)
    store.append(records)
    store.close()
    status = run([
        "host", str(scenario), "--state", str(state), "--listen", "127.0.0.1:0",
        "--control", "127.0.0.1:0",
    ])
    said = capsys.readouterr().err
    assert (status, len(said.splitlines())) == (2, 1), said
    assert words in said
    assert str(state) in said
    assert ASKED.pan not in said
    again = HostStore(state, AnyHostRecord)
    assert tuple(again.records()) == records
    again.close()
