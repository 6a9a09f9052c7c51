"""Cheap calls and deadline queues keep SimPy's order and drop what is overtaken."""

import simpy

from simulator.world.time.kernel import (
    NORMAL,
    REPLY_FIRST,
    TIMER,
    Call,
    Deadlines,
    call_at,
    call_in,
    now_ms,
    postpone_protocols,
)


class Owner:
    """A machine's body as the deadline queue sees it."""

    def __init__(self, env):
        self.env = env
        self.armed_ms = None
        self.woken = []

    def arm(self, deadlines, at_ms):
        deadlines.arm(self, at_ms)

    def time_passed(self):
        self.woken.append(now_ms(self.env))


def test_calls_run_in_order_of_time_then_priority_then_scheduling():
    env = simpy.Environment()
    seen = []
    for name, delay, priority in (
        ("late", 5, NORMAL), ("timer", 3, TIMER), ("first", 3, NORMAL), ("second", 3, NORMAL),
        ("reply", 3, REPLY_FIRST),
    ):
        call_in(env, delay, lambda call: seen.append(call.arg), name, priority)
    env.run()
    assert seen == ["reply", "first", "second", "timer", "late"]


def test_a_reply_at_the_very_instant_of_its_timeout_wins():
    env = simpy.Environment()
    deadlines, owner = Deadlines(env), Owner(env)
    owner.arm(deadlines, 30_000)

    def reply(_call):
        owner.armed_ms = None

    call_in(env, 30_000, reply, None, REPLY_FIRST)
    env.run()
    assert owner.woken == []


def test_a_call_of_the_past_runs_now():
    env = simpy.Environment(initial_time=100)
    seen = []
    call_at(env, 50, lambda _call: seen.append(now_ms(env)))
    env.run()
    assert seen == [100]


def test_deadlines_of_one_duration_hold_one_heap_entry():
    env = simpy.Environment()
    deadlines = Deadlines(env)
    owners = [Owner(env) for _ in range(100)]
    for at_ms, owner in enumerate(owners):
        env.run(until=at_ms + 1)
        owner.arm(deadlines, now_ms(env) + 30_000)
    assert sum(isinstance(entry[3], Call) for entry in env._queue) == 1
    env.run()
    assert [owner.woken for owner in owners] == [[30_001 + n] for n in range(100)]


def test_a_deadline_that_was_changed_does_not_fire_at_its_old_time():
    env = simpy.Environment()
    deadlines, owner = Deadlines(env), Owner(env)
    owner.arm(deadlines, 1_000)
    owner.arm(deadlines, 5_000)
    env.run()
    assert owner.woken == [5_000]


def test_one_deadline_armed_twice_fires_once():
    env = simpy.Environment()
    deadlines, owner = Deadlines(env), Owner(env)
    owner.arm(deadlines, 1_000)
    owner.arm(deadlines, 1_000)
    env.run()
    assert owner.woken == [1_000]


def test_a_jump_moves_protocols_and_leaves_the_calendar():
    env = simpy.Environment()
    seen = []
    call_at(env, 1_000, lambda _call: seen.append(("cut-over", now_ms(env))))
    call_in(env, 200, lambda _call: seen.append(("reply", now_ms(env))))
    deadlines, owner = Deadlines(env), Owner(env)
    owner.arm(deadlines, 300)
    postpone_protocols(env, 5_000)
    owner.armed_ms += 5_000
    deadlines.shift(5_000)
    env.run()
    assert seen == [("cut-over", 1_000), ("reply", 5_200)]
    assert owner.woken == [5_300]
