"""The live clock keeps SimPy's contract, wakes for other threads, and can jump."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st
from simpy.events import NORMAL, URGENT, Event

from hil.clock.live_clock import NS_PER_MS, LiveEnvironment, QueueWaiter, stopped_by_signals
from simulator.world.time.kernel import call_at, call_in

START_MS = 1_769_695_200_000  # 2026-01-29T22:00:00+08:00


class FakeTime:
    """A monotonic clock that only waiting moves; ``arrivals`` come from outside at their time."""

    def __init__(self) -> None:
        self.now_ns = 7_000_000_123
        self.arrivals: list[tuple[int, Callable[[], None]]] = []
        self.waits = 0
        self.woken = False

    def monotonic_ns(self) -> int:
        return self.now_ns

    def at(self, after_ms: float, arrive: Callable[[], None]) -> None:
        self.arrivals.append((self.now_ns + int(after_ms * NS_PER_MS), arrive))
        self.arrivals.sort(key=lambda arrival: arrival[0])

    def wait(self, for_ns: int) -> None:
        self.waits += 1
        end_ns = self.now_ns + for_ns
        self.woken = False
        while self.arrivals and self.arrivals[0][0] <= end_ns and not self.woken:
            self.now_ns, arrive = self.arrivals.pop(0)
            arrive()
        if not self.woken:
            self.now_ns = end_ns

    def wake(self) -> None:
        self.woken = True


def live(fake: FakeTime) -> LiveEnvironment:
    return LiveEnvironment(START_MS, fake.monotonic_ns, fake)


def make_virtual() -> simpy.Environment:
    return simpy.Environment(initial_time=START_MS)


def make_live() -> simpy.Environment:
    return live(FakeTime())


ENVIRONMENTS = pytest.mark.parametrize("make", [make_virtual, make_live])


# ---- the contract of an environment, kept by both ----------------------------------------------


@ENVIRONMENTS
def test_events_come_in_order_of_time_and_then_of_scheduling(make):
    env, seen = make(), []
    for name, delay in (("c", 30), ("a", 10), ("b", 10), ("d", 30), ("now", 0)):
        env.timeout(delay).callbacks.append(lambda _, name=name: seen.append((name, env.now)))
    env.run()
    assert seen == [
        ("now", START_MS), ("a", START_MS + 10), ("b", START_MS + 10),
        ("c", START_MS + 30), ("d", START_MS + 30),
    ]


@ENVIRONMENTS
def test_ties_are_decided_by_priority(make):
    env, seen = make(), []
    for name, priority in (("timeout", NORMAL), ("reply", URGENT)):
        event = Event(env)
        event._ok, event._value = True, None
        event.callbacks.append(lambda _, name=name: seen.append(name))
        env.schedule(event, priority, 5)
    env.run()
    assert seen == ["reply", "timeout"]


@ENVIRONMENTS
def test_run_until_a_moment_stops_before_its_ordinary_events(make):
    env, seen = make(), []
    env.timeout(5).callbacks.append(lambda _: seen.append(5))
    env.timeout(9).callbacks.append(lambda _: seen.append(9))
    env.run(until=START_MS + 9)
    assert (seen, env.now) == ([5], START_MS + 9)


@ENVIRONMENTS
def test_run_until_an_event_returns_its_value(make):
    env = make()
    assert env.run(until=env.timeout(40, "value")) == "value"
    assert env.now == START_MS + 40


@ENVIRONMENTS
def test_an_exception_in_a_process_comes_out_of_run(make):
    env = make()

    def fails():
        yield env.timeout(1)
        raise LookupError("no such card")

    env.process(fails())
    with pytest.raises(LookupError, match="no such card"):
        env.run()


@ENVIRONMENTS
def test_resources_and_stores_work(make):
    env, seen = make(), []
    desk, post = simpy.Resource(env), simpy.Store(env)

    def customer(name, takes):
        with desk.request() as turn:
            yield turn
            yield env.timeout(takes)
        yield post.put((name, env.now - START_MS))

    def clerk():
        while len(seen) < 2:
            seen.append((yield post.get()))

    env.process(customer("first", 20))
    env.process(customer("second", 5))
    env.run(until=env.process(clerk()))
    assert seen == [("first", 20), ("second", 25)]


@settings(max_examples=60)
@given(st.lists(st.tuples(
    st.integers(0, 6), st.sampled_from([NORMAL, URGENT]),
    st.lists(st.integers(0, 4), max_size=3),
), max_size=12))
def test_any_schedule_runs_alike_on_both_clocks(plan):
    def run(env):
        seen = []

        def fire(event, number, children):
            seen.append((number, env.now))
            for child, delay in enumerate(children):
                env.timeout(delay).callbacks.append(
                    lambda _, name=(number, child): seen.append((name, env.now)),
                )

        for number, (delay, priority, children) in enumerate(plan):
            event = Event(env)
            event._ok, event._value = True, None
            event.callbacks.append(
                lambda e, number=number, children=children: fire(e, number, children),
            )
            env.schedule(event, priority, delay)
        env.run()
        return seen

    assert run(make_live()) == run(make_virtual())


# ---- what only the live clock does ---------------------------------------------------------------


def test_injected_work_ends_a_long_wait():
    fake, seen = FakeTime(), []
    env = live(fake)
    env.timeout(200).callbacks.append(lambda _: seen.append(("timeout", env.now)))
    fake.at(50.7, lambda: env.inject(lambda: seen.append(("bytes", env.now))))
    env.run_live(lambda: len(seen) == 2)
    assert seen == [("bytes", START_MS + 50), ("timeout", START_MS + 200)]


def test_without_any_event_the_clock_still_hears():
    fake, seen = FakeTime(), []
    env = live(fake)
    fake.at(90_000, lambda: env.inject(lambda: seen.append(env.now)))
    env.run_live(lambda: bool(seen))
    assert seen == [START_MS + 90_000]


@pytest.mark.parametrize(("arrives_ms", "order"), [
    (29_999.0, ["reply", "timeout"]),
    (30_000.9, ["reply", "timeout"]),  # the same millisecond: the reply is first
    (30_001.0, ["timeout", "reply"]),
])
def test_a_late_loop_does_not_change_what_came_first(arrives_ms, order):
    fake, seen = FakeTime(), []
    env = live(fake)

    def busy(_event):
        """One event holds the thread for two minutes; reply and timeout wait behind it."""
        start_ns = fake.now_ns
        fake.now_ns = start_ns + int(arrives_ms * NS_PER_MS)
        env.inject(lambda: seen.append("reply"))
        fake.now_ns = start_ns + 120_000 * NS_PER_MS

    env.timeout(30_000).callbacks.append(lambda _: seen.append("timeout"))
    env.timeout(0).callbacks.append(busy)
    env.run_live(lambda: len(seen) == 2)
    assert seen == order
    assert env.worst_lateness_ms == 90_000


def test_now_never_goes_back():
    fake, seen = FakeTime(), []
    env = live(fake)

    def late(_event):
        env.inject(lambda: seen.append(env.now))
        fake.now_ns += 500 * NS_PER_MS

    for delay in (0, 100, 200, 300):
        env.timeout(delay).callbacks.append(late)
    env.timeout(400).callbacks.append(lambda _: seen.append(env.now))
    env.run_live(lambda: len(seen) == 5)
    assert seen == sorted(seen)


def test_durations_do_not_grow_by_lateness():
    fake, seen = FakeTime(), []
    env = live(fake)

    def ticks():
        for _ in range(5):
            yield env.timeout(100)
            fake.now_ns += 30 * NS_PER_MS
            seen.append(env.now - START_MS)

    env.process(ticks())
    env.run()
    assert seen == [100, 200, 300, 400, 500]


def test_a_jump_runs_the_days_between_and_leaves_timers_their_real_distance():
    fake, seen, heard = FakeTime(), [], []
    env = live(fake)
    day_ms = 86_400_000

    def note(call):
        seen.append((call.arg, env.now - START_MS, fake.now_ns - real_start_ns))

    real_start_ns = fake.now_ns
    call_in(env, 30_000, note, "reply timeout")
    call_at(env, START_MS + 3_600_000, note, "cut-over")
    call_at(env, START_MS + 2 * day_ms, note, "payout")
    env.on_jump(heard.append)
    call_in(env, 10, lambda _: env.jump(day_ms))
    env.run_live(lambda: len(seen) == 2)
    assert seen == [
        ("cut-over", 3_600_000, 10 * NS_PER_MS),
        ("reply timeout", day_ms + 30_000, 30_000 * NS_PER_MS),
    ]
    assert heard == [day_ms]
    assert env.worst_lateness_ms == 0


def test_the_calendar_does_not_jump_back():
    with pytest.raises(ValueError, match="cannot jump back"):
        live(FakeTime()).jump(-1)


def test_injected_work_from_before_a_jump_is_not_in_the_past():
    fake, seen = FakeTime(), []
    env = live(fake)
    env.inject(lambda: seen.append(env.now))
    call_at(env, START_MS + 900, lambda _: seen.append(env.now))
    env.jump(1_000)
    env.run_live(lambda: len(seen) == 2)
    assert seen == [START_MS + 900, START_MS + 1_000]


def test_stop_ends_the_run_between_events_and_leaves_the_rest():
    fake, seen = FakeTime(), []
    env = live(fake)
    env.timeout(10).callbacks.append(lambda _: (env.stop("enough"), seen.append("whole")))
    env.timeout(20).callbacks.append(lambda _: seen.append("rest"))
    assert env.run_live() == "enough"
    assert seen == ["whole"]
    env.run_live(lambda: len(seen) == 2)
    assert seen == ["whole", "rest"]


def test_an_interrupted_wait_loses_nothing():
    fake, seen = FakeTime(), []
    env = live(fake)

    def interrupt():
        raise KeyboardInterrupt

    env.timeout(20).callbacks.append(lambda _: seen.append("event"))
    fake.at(10, interrupt)
    with pytest.raises(KeyboardInterrupt):
        env.run_live()
    env.run_live(lambda: bool(seen))
    assert seen == ["event"]


def test_work_from_many_threads_arrives_whole_and_in_each_threads_order():
    env, seen = LiveEnvironment(START_MS), []

    def talk(name):
        for number in range(200):
            env.inject(lambda number=number: seen.append((name, number)))

    threads = [threading.Thread(target=talk, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    env.run_live(lambda: len(seen) == 800)
    for thread in threads:
        thread.join()
    for name in range(4):
        assert [number for who, number in seen if who == name] == list(range(200))


def test_a_thread_wakes_the_real_waiter():
    waiter, woken = QueueWaiter(), []
    thread = threading.Thread(target=lambda: (waiter.wait(3_600 * 10**9), woken.append(True)))
    thread.start()
    waiter.wake()
    thread.join()
    assert woken == [True]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_an_event_lets_it_finish(number):
    env, seen = LiveEnvironment(START_MS), []

    def event(_event):
        os.kill(os.getpid(), number)
        seen.append("first half")
        seen.append("second half")

    env.timeout(0).callbacks.append(event)
    with stopped_by_signals(env):
        assert env.run_live() == number.name
    assert seen == ["first half", "second half"]
