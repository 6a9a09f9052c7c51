"""Nothing leaves before what it stands on is on the disk, and many answers share one sync."""

from __future__ import annotations

import pytest

from hil.files.one_owner import StateError
from hil.host.group import LONGEST_S, MOST_HELD, SHORTEST_S, Group


class Disk:
    """A store whose syncs are counted, and a clock that is set."""

    def __init__(self):
        self.now_s, self.syncs, self.dirty, self.sync_s, self.done = 0.0, 0, False, 0.0, []
        self.group = Group(self.commit, lambda: not self.dirty, lambda: self.now_s)

    def commit(self):
        self.syncs += 1
        self.dirty = False
        self.done.append("sync")
        self.group.synced(self.sync_s)

    def answer(self, name):
        self.dirty = True
        self.group.hold(lambda: self.done.append(name))


def test_nothing_leaves_before_its_sync_and_all_in_order():
    disk = Disk()
    for name in "abc":
        disk.answer(name)
        disk.group.turned(False)
    assert disk.done == []
    disk.group.turned(True)
    assert disk.done == ["sync", "a", "b", "c"]


def test_what_stands_on_nothing_new_leaves_at_once():
    disk = Disk()
    disk.group.hold(lambda: disk.done.append("status"))
    assert disk.done == ["status"]
    disk.answer("a")
    disk.dirty = False  # even so it goes behind what waits
    disk.group.hold(lambda: disk.done.append("status"))
    disk.group.turned(True)
    assert disk.done == ["status", "sync", "a", "status"]


def test_a_flood_does_not_hold_an_answer_for_ever():
    disk = Disk()
    disk.answer("a")
    disk.now_s = SHORTEST_S / 2
    disk.group.turned(False)
    assert disk.syncs == 0
    disk.now_s = SHORTEST_S
    disk.group.turned(False)
    assert disk.done == ["sync", "a"]
    for _ in range(MOST_HELD):
        disk.answer("b")
        disk.group.turned(False)
    assert disk.syncs == 2


@pytest.mark.parametrize(("sync_s", "waits_s"), [(0.01, 0.02), (5.0, LONGEST_S), (0.0, SHORTEST_S)])
def test_where_a_sync_is_slow_more_answers_are_gathered(sync_s, waits_s):
    disk = Disk()
    disk.sync_s = sync_s
    disk.answer("a")
    disk.group.turned(True)
    disk.answer("b")
    disk.now_s = waits_s - 0.001
    disk.group.turned(False)
    assert disk.syncs == 1
    disk.now_s = waits_s
    disk.group.turned(False)
    assert disk.syncs == 2


def test_of_a_commit_that_failed_nothing_leaves():
    def fails():
        group.forget()
        raise StateError("full")

    done, group = [], Group(fails, lambda: False)
    group.hold(lambda: done.append("a"))
    with pytest.raises(StateError):
        group.turned(True)
    group.synced(0.0)
    assert done == []
