"""A host goes on with a damaged, older or foreign state only where that is said by its name, and the judge knows."""

from __future__ import annotations

import shutil

import pytest
from damaged_states import by_sql
from live_host import LiveHost

from hil.files.anchor import anchor_of
from hil.files.one_owner import StateError
from hil.files.state_reader import trace_lines
from hil.host import keeping
from hil.host.accepting import Accepts, accepts_of
from hil.host.process import who_is_where
from hil.host.snapshot import ENDINGS
from hil.inspection.looks import look_at
from simulator.judge.judge import judge_trace
from simulator.judge.verdict import Verdict
from simulator.trace.records import Journaled, StateAccepted, from_line

DAY = """
title = "a shop inside"
start = 2026-01-29T08:00:00+08:00
until = "12h"
drain = "2d"
acquirer = { latency = "2ms" }
banks = [{ name = "bank.a", latency = "5ms" }]
network = { ethernet = { latency = "2ms" } }
[[merchants]]
name = "at a port"
terminals = { count = 1, outside = true }
[[merchants]]
name = "inside"
terminals = { count = 2, settings = { reply_timeout = "1s", reversal_idle = "200ms" } }
sales = { per_hour = 36000 }
habits = { repeats_after = "200ms", tries = 20 }
"""


def passed(host, by_ms):
    """So much of the day, all that it brings."""
    done = []
    host.host.jump.begin(by_ms, lambda: done.append(by_ms))
    host.until(lambda: bool(done))


def sells(host, count):
    """So many more sales are decided."""
    before = decided(host)
    host.until(lambda: decided(host) >= before + count)


def decided(host):
    return sum(isinstance(each, Journaled) and each.entry == "decided" for each in host.records)


def files_of(path):
    return {each.name: each.read_bytes() for each in path.parent.iterdir() if not each.name.endswith((".lock", "-shm"))}


@pytest.fixture(scope="module")
def two_copies(tmp_path_factory):
    """A state of a morning, and the same an hour later."""
    folder = tmp_path_factory.mktemp("lived")
    host = LiveHost(folder, DAY)
    passed(host, 60_000)
    sells(host, 6)
    host.close()
    older = folder / "older"
    shutil.copytree(folder, older, ignore=shutil.ignore_patterns("older"))
    host = LiveHost(folder, DAY)
    sells(host, 6)
    host.close()
    return older / "host.sqlite", folder / "host.sqlite"


@pytest.fixture
def path(two_copies, tmp_path):
    for each in two_copies[1].parent.glob("host.sqlite*"):
        shutil.copy(each, tmp_path / each.name)
    return tmp_path / "host.sqlite"


def put_older(path, older):
    """What a careless restore does: the file, and not what lies beside it."""
    shutil.copy(older, path)


def lose_a_commit(path, _older):
    by_sql("DELETE FROM log WHERE number = (SELECT max(number) - 5 FROM log)")(path)


def lose_the_anchor(path, _older):
    anchor_of(path).unlink()


def change_a_commit(path, _older):
    by_sql("UPDATE log SET link = link + 1 WHERE number = (SELECT max(number) - 3 FROM log)")(path)


@pytest.mark.parametrize(("spoil", "name"), [
    (put_older, Accepts.OLDER), (lose_a_commit, Accepts.DAMAGED), (lose_the_anchor, Accepts.DAMAGED),
    (change_a_commit, Accepts.DAMAGED),
])
def test_what_is_accepted_goes_on_is_kept_aside_and_known_to_the_judge(two_copies, path, spoil, name):
    spoil(path, two_copies[0])
    before = files_of(path)
    folder = path.parent
    with pytest.raises(StateError, match="--accept"):
        LiveHost(folder, DAY)
    others = [each for each in Accepts if each is not name]
    for wrong in ((each,) for each in others):
        with pytest.raises(StateError, match=f"which is --accept {name}"):
            LiveHost(folder, DAY, accepts=wrong)
    with pytest.raises(StateError, match=f"which is --accept {name}"):
        LiveHost(folder, DAY, accepts=(name, Accepts.FOREIGN))
    assert files_of(path) == before
    host = LiveHost(folder, DAY, accepts=(name,))
    [told] = host.host.went_on
    assert name in told.en
    kept = {each.removeprefix("host.sqlite.damaged-1"): content for each, content in files_of(path).items()
            if "damaged-1" in each}
    assert kept == {each.removeprefix("host.sqlite"): content for each, content in before.items()
                    if each.startswith("host.sqlite")}
    sells(host, 4)
    host.close()
    assert look_at(path).is_whole
    records = [from_line(line) for line in trace_lines(path)]
    [accepted] = [each for each in records if isinstance(each, StateAccepted)]
    assert accepted.accepted == (name,)
    assert bool(accepted.missing) == (spoil is not lose_the_anchor)
    judgement = judge_trace(trace_lines(path))
    assert judgement.verdict is Verdict.INCONCLUSIVE, judgement.findings
    assert any("held against nobody" in each for each in judgement.reasons)
    with pytest.raises(StateError, match="there is nothing to accept"):
        LiveHost(folder, DAY, accepts=(name,))
    LiveHost(folder, DAY).close()


def test_a_foreign_state_is_gone_on_with_under_its_new_name(path):
    other = DAY.replace('reply_timeout = "1s"', 'reply_timeout = "2s"')
    with pytest.raises(StateError, match="by --accept foreign"):
        LiveHost(path.parent, other)
    host = LiveHost(path.parent, other, accepts=(Accepts.FOREIGN,))
    sells(host, 4)
    host.close()
    LiveHost(path.parent, other).close()
    [accepted] = [each for line in trace_lines(path) if isinstance(each := from_line(line), StateAccepted)]
    assert (accepted.accepted, accepted.missing) == (("foreign",), 0)
    assert "reply_timeout" in accepted.detail


def test_what_the_other_scenario_cannot_take_up_leaves_the_state_as_it_was(path):
    """It has not the terminals that the journal speaks of."""
    before = files_of(path)
    other = DAY.replace('name = "inside"\nterminals = { count = 2', 'name = "inside"\nterminals = { count = 1')
    with pytest.raises(StateError):
        LiveHost(path.parent, other, accepts=(Accepts.FOREIGN,))
    assert files_of(path) == before
    batch = DAY.replace("acquirer = { ", 'acquirer = { capture = "host", ')
    with pytest.raises(StateError, match=r"another \[acquirer\] capture"):
        LiveHost(path.parent, batch, accepts=(Accepts.FOREIGN,))
    assert files_of(path) == before


def test_nothing_left_is_nothing_to_go_on_with(path):
    path.write_bytes(b"")
    before = files_of(path)
    with pytest.raises(StateError, match="nothing to go on with"):
        LiveHost(path.parent, DAY, accepts=(Accepts.DAMAGED,))
    assert files_of(path) == before


def test_a_whole_state_needs_no_accepting_and_a_kind_that_is_none_is_named(path):
    with pytest.raises(StateError, match="whole and of this scenario"):
        LiveHost(path.parent, DAY, accepts=(Accepts.OLDER,))
    with pytest.raises(StateError, match="--accept all: allowed are damaged, older, foreign"):
        accepts_of(["all"])


def test_a_snapshot_that_is_damaged_is_told_and_the_history_taken(path, monkeypatch):
    monkeypatch.setattr(keeping, "AT_A_STOP", 1)
    host = LiveHost(path.parent, DAY)
    assert host.host.went_on == ()
    sells(host, 4)
    host.close()
    newest = path.with_name(path.name + ENDINGS[0])
    content = newest.read_bytes()
    newest.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    host = LiveHost(path.parent, DAY)
    told = [each.en for each in host.host.went_on]
    assert "host.sqlite.snapshot, which only shortens a start, cannot be believed: its checksum does not fit" in told[0]
    sells(host, 4)
    host.close()
    assert look_at(path).is_whole


@pytest.mark.parametrize(("outside", "said"), [
    (", outside = true", "1 terminal outside, 0 inside"),
    ("", "1 terminal outside, 0 inside (the scenario calls none outside, so all are)"),
])
def test_a_host_says_that_a_scenario_calls_none_outside_only_where_it_is_so(tmp_path, outside, said):
    alone = DAY[:DAY.index('[[merchants]]\nname = "inside"')]
    host = LiveHost(tmp_path, alone.replace(", outside = true", outside))
    assert who_is_where(host.host) == said
    host.close()
