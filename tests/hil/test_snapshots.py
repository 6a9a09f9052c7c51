"""A snapshot and what came after it are the whole history; one that is damaged is passed over."""

from __future__ import annotations

import gc
import pickle
import random
import shutil
from collections import deque
from datetime import date
from enum import Enum

import msgspec
import pytest
import simpy

from hil.host import keeping
from hil.host.snapshot import ENDINGS, SnapshotError, _state_of, packed, unpacked
from hil.host.state import HostState, log_steps
from hil.host.step_log import Steps
from simulator.local_time import HOUR_MS
from simulator.money.ledger import Ledger
from simulator.scenario.places import places_of
from simulator.scenario.read import scenario_of_text
from simulator.trace.recorder import Recorder
from simulator.world.ground import Choices
from simulator.world.run import faults_of
from simulator.world.world import World
from tests.world.random_scenario import random_scenario

KEY = "a program, a scenario, a seed"
DAY = """
title = "Four days of two shops"
start = 2026-01-27T08:00:00+08:00
until = "4d"
[[merchants]]
name = "shop 1"
terminals = { count = 3 }
sales = { per_hour = 6, mix = { qr = 0.2, preauth = 0.1, refund = 0.1, void = 0.1 } }
[[merchants]]
name = "shop 2"
terminals = { count = 1 }
payout = { terms = "instant", from = "09:00", until = "21:00", sale_limit = "300.00", rest = "D+1" }
sales = { per_hour = 4 }
"""
PRIMITIVE = (int, float, str, bytes, bool, type(None), date)


def plain(value):
    """Values alone, whatever they are made of."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, PRIMITIVE):
        return value
    if isinstance(value, dict):
        return {plain_key(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | deque):
        return [plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(map(repr, value))
    if isinstance(value, msgspec.Struct):
        return [type(value).__name__, *(plain(getattr(value, name)) for name in value.__struct_fields__)]
    return [type(value).__name__, plain(_state_of(value))]


def plain_key(key):
    return key if isinstance(key, str | int) else repr(plain(key))


class Host:
    """The money side of a world, and its state on a disk."""

    def __init__(self, path, scenario, key=KEY):
        self.state = HostState(path, None, key)
        places = places_of(scenario)
        self.env = simpy.Environment(initial_time=max(scenario.start_ms, self.state.last_ms))
        recorder = Recorder()
        self.world = World(
            scenario, places, self.env, recorder, faults_of(scenario, places, scenario.seed),
            Choices(seed=scenario.seed, wire=False, host_memory=self.state))
        self.steps = Steps(self.state.add_fact, lambda: int(self.env.now))
        log_steps(self.world, self.steps)
        if self.state.is_new:
            recorder.listen(self.state.emit)
            self.world.open()
        else:
            facts = self.state.facts()
            self.world.windows = tuple(
                window for window in self.world.windows
                if window.until_ms is None or window.until_ms > self.state.last_ms)
            self.world.set_up()
            self.state.books_into(self.steps)
            self.taken_again = self.steps.take_again(facts)

    def run(self, by_ms):
        self.env.run(until=int(self.env.now) + by_ms)
        self.state.commit()

    def keep(self):
        if self.world.acquirer.up:
            self.state.keep(self.world.acquirer.machine.books, self.steps, at_a_stop=True)

    def stands(self):
        """All that a restart must find again."""
        return plain([_state_of(self.world.acquirer.machine.books),
                      {name: _state_of(each) for name, each in self.steps.books.items()
                       if not isinstance(each, Ledger)},
                      self.world.ledger.balances(), self.steps.on_their_way()])


def lived(path, scenario, draw, parts):
    """Some days, with snapshots at moments that chance has chosen; where they came to."""
    host = Host(path, scenario)
    for _ in range(parts):
        host.run(draw.randrange(2 * HOUR_MS, 20 * HOUR_MS))
        if draw.random() < 0.6:
            host.keep()
    stands = host.stands() if host.world.acquirer.up else None
    host.state.close()
    return stands


def folded(path, scenario, key):
    """Where a start comes to, and how many steps of the books it took again."""
    host = Host(path, scenario, key)
    stands = host.stands()
    host.state.close()
    return stands, host.taken_again


@pytest.fixture
def keeps_often(monkeypatch):
    monkeypatch.setattr(keeping, "AT_A_STOP", 1)


@pytest.mark.parametrize("seed", [0, 3, 9])
def test_a_snapshot_and_what_came_after_are_the_whole_history(tmp_path, keeps_often, seed):
    draw = random.Random(seed)
    scenario = scenario_of_text(DAY if seed == 0 else random_scenario(seed + 40))
    path = tmp_path / "host.sqlite"
    there = lived(path, scenario, draw, 7)
    whole, all_steps = folded(path, scenario, "")
    short, steps = folded(path, scenario, KEY)
    assert short == whole
    assert there in (None, whole)
    assert steps < all_steps, "no snapshot was taken up"


def test_a_snapshot_that_is_damaged_gives_way_to_the_older_one_and_then_to_the_history(
    tmp_path, keeps_often,
):
    scenario, path = scenario_of_text(DAY), tmp_path / "host.sqlite"
    host = Host(path, scenario)
    for _ in range(3):
        host.run(10 * HOUR_MS)
        host.keep()
    host.state.close()
    newest, older = (path.with_name(path.name + ending) for ending in ENDINGS)
    taken = [folded(path, scenario, KEY)]
    for each in (newest, older):
        content = bytearray(each.read_bytes())
        content[len(content) // 2] ^= 1
        each.write_bytes(content)
        taken.append(folded(path, scenario, KEY))
    assert taken[0][0] == taken[1][0] == taken[2][0]
    assert taken[0][1] == 0 < taken[1][1] < taken[2][1]


@pytest.mark.parametrize("spoil", [
    lambda path: path.write_bytes(b""), lambda path: path.write_bytes(path.read_bytes()[:-1]),
    lambda path: path.unlink(), lambda path: path.write_bytes(b"daozhang snapshot 2\n" + path.read_bytes()[20:]),
])
def test_no_damage_of_a_snapshot_is_believed(tmp_path, keeps_often, spoil):
    scenario, path = scenario_of_text(DAY), tmp_path / "host.sqlite"
    host = Host(path, scenario)
    host.run(10 * HOUR_MS)
    host.keep()
    host.state.close()
    whole, _ = folded(path, scenario, "")
    spoil(path.with_name(path.name + ENDINGS[0]))
    short, steps = folded(path, scenario, KEY)
    assert short == whole
    assert steps > 0


def test_a_snapshot_of_another_program_or_history_is_not_taken_up(tmp_path, keeps_often):
    scenario, path, other = scenario_of_text(DAY), tmp_path / "host.sqlite", tmp_path / "other.sqlite"
    for each in (path, other):
        host = Host(each, scenario)
        host.run((10 if each is path else 12) * HOUR_MS)
        host.keep()
        host.state.close()
    whole, steps = folded(path, scenario, "another program")
    assert steps > 0
    shutil.copy(other.with_name(other.name + ENDINGS[0]), path.with_name(path.name + ENDINGS[0]))
    assert folded(path, scenario, KEY) == (whole, steps)


class Runs:
    """What a stranger would like to have called."""

    def __reduce__(self):
        return print, ("called",)


def test_nothing_is_called_that_is_no_value_of_ours(capsys):
    ledger = Ledger()
    ledger._balances = Runs()
    with pytest.raises(SnapshotError, match="is no value of ours"):
        unpacked(packed({"ledger": ledger}), {"ledger": Ledger()})
    assert capsys.readouterr().out == ""


def test_nothing_of_packing_lives_on_in_a_circle():
    """A collector that never looks at what is stored would keep pickler and memo, and with them a second history."""
    books = {"a ledger": Ledger(), "another": Ledger()}
    gc.collect()
    gc.disable()
    try:
        unpacked(packed(books), {"a ledger": Ledger(), "another": Ledger()})
        left = [kind for each in gc.get_objects()
                if issubclass(kind := type(each), pickle.Pickler | pickle.Unpickler)]
    finally:
        gc.enable()
    assert left == []
