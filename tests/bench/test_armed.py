"""What is armed is done once at its moment, and one that comes behind another not before it."""

from __future__ import annotations

from hil.bench.line import Watch
from hil.bench.trigger_text import parse_trigger
from hil.bench.triggers import Armed
from hil.relay.seen import SeenMessage, Way


class Line:
    """The watches of a line, without one."""

    def __init__(self):
        self.watches = []
        self.count = 0

    def when(self, match, do, *, place="before", delay_ms=0, times=1):
        watch = Watch(match, place, delay_ms, times, do, lambda error: None, self.watches.remove)
        self.watches.append(watch)
        return watch

    def heard(self, way, mti, *, leaves=True, **facts):
        self.count += 1
        seen = SeenMessage(number=self.count, at_ms=0.0, way=way, link=1, mti=mti, **facts)
        for watch in list(self.watches):
            watch.hears(seen)
        if leaves:
            for watch in list(self.watches):
                watch.left(seen)


def armed(text):
    line, done = Line(), []
    return line, done, Armed(line, parse_trigger(text), lambda: done.append(1))


def test_it_is_done_at_the_message_and_once():
    line, done, trigger = armed("before the 2nd 0210 leaves")
    line.heard(Way.UP, "0200")
    line.heard(Way.DOWN, "0210")
    assert (done, trigger.struck) == ([], [])
    line.heard(Way.DOWN, "0210")
    line.heard(Way.DOWN, "0210")
    assert done == [1]
    assert [each.mti for each in trigger.struck] == ["0210"]
    assert trigger.wait(0)


def test_one_behind_another_waits_for_that_one():
    line, done, trigger = armed("when the 0400 has been heard and before the 0210 leaves")
    line.heard(Way.DOWN, "0210")
    assert done == []
    line.heard(Way.UP, "0400")
    assert (done, trigger.struck) == ([], [])
    line.heard(Way.DOWN, "0210")
    assert done == [1]
    assert [each.mti for each in trigger.struck] == ["0210"]


def test_what_is_removed_is_not_done():
    line, done, trigger = armed("when the 0400 has been heard and before the 0210 leaves")
    line.heard(Way.UP, "0400")
    trigger.remove()
    line.heard(Way.DOWN, "0210")
    assert done == []
    assert not trigger.wait(0)


def test_after_is_done_so_long_after():
    line, done, trigger = armed("after the approval left")
    line.heard(Way.DOWN, "0210", kind="sale", response_code="51")
    line.heard(Way.DOWN, "0210", kind="sale", response_code="00")
    assert trigger.wait(5)
    assert done == [1]


def test_a_message_that_was_lost_is_counted_and_is_none_that_left():
    line, done, trigger = armed("after the 3rd 0210 left")
    line.heard(Way.DOWN, "0210", leaves=False)
    line.heard(Way.DOWN, "0210", leaves=False)
    assert done == []
    line.heard(Way.DOWN, "0210")
    assert trigger.wait(5)
    assert done == [1]
    line, done, trigger = armed("after the 1st 0210 left")
    line.heard(Way.DOWN, "0210", leaves=False)
    line.heard(Way.DOWN, "0210")
    assert not trigger.wait(0.05)
    assert done == []
