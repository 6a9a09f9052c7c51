"""The control port is heard first, whatever waits, and holds nobody up; a long jump lets others speak."""

from __future__ import annotations

import pytest

from hil.clock.calendar_jump import SLICE_MS, CalendarJump
from hil.clock.live_clock import NS_PER_MS, LiveEnvironment
from simulator.world.time.kernel import call_at, call_in

START_MS = 1_769_695_200_000


class HeldTime:
    """A monotonic clock that moves by hand; nobody ever waits for it."""

    def __init__(self) -> None:
        self.now_ns = 0

    def monotonic_ns(self) -> int:
        return self.now_ns

    def wait(self, for_ns: int) -> None:
        raise AssertionError("there was something to do")

    def wake(self) -> None:
        pass

    def later(self, by_ms: int) -> None:
        self.now_ns += by_ms * NS_PER_MS


@pytest.fixture
def time():
    return HeldTime()


@pytest.fixture
def env(time):
    return LiveEnvironment(START_MS, time.monotonic_ns, time)


def test_a_request_is_served_before_ten_thousand_frames_that_came_earlier(env):
    served = []
    for number in range(10_000):
        env.inject(lambda number=number: served.append(number))
    env.first.inject(lambda: served.append("asked"))
    env.run_live(lambda: len(served) == 10_001)
    assert served == ["asked", *range(10_000)]


def test_a_request_of_many_turns_waits_for_one_frame_at_each(env):
    served = []

    def turn(left):
        served.append("asked")
        if left:
            env.first.inject(lambda: turn(left - 1))

    for number in range(100):
        env.inject(lambda number=number: served.append(number))
    env.first.inject(lambda: turn(3))
    env.run_live(lambda: len(served) == 104)
    assert served[:8] == ["asked", 0, "asked", 1, "asked", 2, "asked", 3]


def test_a_flood_of_requests_does_not_starve_frames_and_events(env, time):
    served = []
    call_in(env, 5, lambda _: served.append("event"))
    time.later(10)
    for number in range(50):
        env.first.inject(lambda number=number: served.append(number))
    env.inject(lambda: served.append("frame"))
    env.run_live(lambda: len(served) == 52)
    assert served[:5] == [0, "event", 1, "frame", 2]


def test_time_never_goes_back_and_a_request_hears_the_world_as_it_stands(env, time):
    seen = []
    call_in(env, 5, lambda _: seen.append(("event", env.now - START_MS)))
    time.later(3)
    env.inject(lambda: seen.append(("frame", env.now - START_MS)))
    time.later(17)
    env.first.inject(lambda: seen.append(("asked", env.now - START_MS)))
    env.run_live(lambda: len(seen) == 3)
    assert seen == [("asked", 3), ("frame", 3), ("event", 5)]
    env.first.inject(lambda: seen.append(("asked", env.now - START_MS)))
    env.run_live(lambda: len(seen) == 4)
    assert seen[-1] == ("asked", 20)  # nothing waits: it is now


def test_after_a_start_the_days_that_were_missed_come_before_any_request(env):
    served = []
    for day in range(5):
        call_at(env, START_MS + day * 86_400_000, lambda _, day=day: served.append(day))
    env.jump(5 * 86_400_000)
    env.catch_up_first()
    env.first.inject(lambda: served.append("asked"))
    env.run_live(lambda: len(served) == 6)
    assert served == [0, 1, 2, 3, 4, "asked"]
    env.first.inject(lambda: served.append("again"))
    env.run_live(lambda: len(served) == 7)


def test_a_step_takes_what_comes_first_too(env):
    served = []
    env.first.inject(lambda: served.append("asked"))
    env.step()
    assert served == ["asked"]


def test_between_the_slices_of_a_long_jump_requests_and_terminals_are_heard(env):
    seen, kept = [], []
    for day in range(0, 365, 10):
        call_at(env, START_MS + day * 86_400_000 + 1, lambda _, day=day: seen.append(day))
    jump = CalendarJump(env, lambda: kept.append(env.clock_ms))
    jump.begin(365 * 86_400_000, lambda: seen.append("done"))
    assert jump.is_under_way
    env.inject(lambda: seen.append("terminal"))
    env.first.inject(lambda: seen.append("asked"))
    env.run_live(lambda: "done" in seen)
    days = [each for each in seen if isinstance(each, int)]
    assert days == list(range(0, 365, 10))
    assert seen[0] == "asked"
    assert seen[seen.index("terminal") + 1] == 70  # it came after the second slice was asked for: day 62
    assert seen[-1] == "done"
    assert not jump.is_under_way
    assert kept[-1] == START_MS + 365 * 86_400_000
    assert len(kept) == -(-365 * 86_400_000 // SLICE_MS)


def test_what_a_protocol_waits_for_keeps_its_real_distance_over_all_slices(env, time):
    seen = []
    call_in(env, 7, lambda _: seen.append(env.clock_ms - START_MS))
    jump = CalendarJump(env, lambda: None)
    jump.begin(3 * SLICE_MS, lambda: seen.append("done"))
    env.run_live(lambda: "done" in seen)
    assert seen == ["done"]
    time.later(7)
    env.run_live(lambda: len(seen) == 2)
    assert seen[-1] == 3 * SLICE_MS + 7
