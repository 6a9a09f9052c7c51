"""What a plane would do, without root: names, texts of rules, the shaper."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plane.fault_text import PlaneFault, plane_fault
from hil.plane.names import NET, SLOTS, PlaneName, is_dead, name_in, started
from hil.plane.programs import PlaneError
from hil.plane.rules import (
    Content,
    PacketRule,
    Verdict,
    Way,
    message_type,
    not_slow,
    ruleset,
    slow,
    struck_in,
)
from hil.plane.shaper import Shape, Shaper
from simulator.catalogue.language import speaking
from simulator.wire.dialects import usual_dialect

# ---- names ---------------------------------------------------------------------------------------


@given(st.integers(1, 2**22), st.integers(0, 2**40), st.integers(0, SLOTS - 1))
def test_a_name_is_known_again_and_fits(pid, ticks, slot):
    name = PlaneName(pid, ticks, slot)
    assert name_in(name.line) == name_in(name.terminal) == name
    assert len(name.outside) <= 15  # IFNAMSIZ without its zero
    assert {name.address(n) in NET for n in range(8)} == {True}


def test_planes_have_addresses_of_their_own():
    of = [{PlaneName(1, 1, slot).address(n) for n in range(8)} for slot in (0, 1, SLOTS - 1)]
    assert len(set.union(*of)) == 24


@pytest.mark.parametrize("name", ["dz-1-2-3", "dz-1-2-3-other", "dz--2-3-line", "xdz-1-2-3-line", "docker0"])
def test_what_is_none_of_ours_is_left_alone(name):
    assert name_in(name) is None


def test_a_process_lives_by_its_number_and_its_start():
    now = started(os.getpid())
    assert not is_dead(PlaneName(os.getpid(), now, 0))
    assert is_dead(PlaneName(os.getpid(), now + 1, 0))  # the number was given again
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)
    assert is_dead(PlaneName(child, now, 0))


# ---- rules ---------------------------------------------------------------------------------------

LINES = {
    PacketRule(name="a", way=Way.UP): ['iifname "vt" tcp dport 8583 counter drop comment "a"'],
    PacketRule(name="a", way=Way.DOWN): ['iifname "vh" tcp sport 8583 counter drop comment "a"'],
    PacketRule(name="a"): [
        'iifname "vt" tcp dport 8583 counter drop comment "a"',
        'iifname "vh" tcp sport 8583 counter drop comment "a"'],
    PacketRule(name="a", way=Way.UP, chance=0.25): [
        'iifname "vt" tcp dport 8583 numgen random mod 1000000 < 250000 counter drop comment "a"'],
    PacketRule(name="a", way=Way.UP, every=3): [
        'iifname "vt" tcp dport 8583 numgen inc mod 3 == 2 counter drop comment "a"'],
    PacketRule(name="a", way=Way.UP, times=2): [
        'iifname "vt" tcp dport 8583 limit rate 1/day burst 2 packets counter drop comment "a"'],
    PacketRule(name="a", way=Way.UP, longer_than=200): [
        'iifname "vt" tcp dport 8583 ip length > 252 counter drop comment "a"'],
    PacketRule(name="a", way=Way.UP, verdict=Verdict.RESET): [
        'iifname "vt" tcp dport 8583 counter reject with tcp reset comment "a"'],
    PacketRule(name="a", way=Way.DOWN, content=message_type("0210", usual_dialect())): [
        'iifname "vh" tcp sport 8583 @ih,104,16 0x0210 counter drop comment "a"'],
    PacketRule(name="a", way=Way.UP, over_per_s=960): [
        'iifname "vt" tcp dport 8583 limit rate over 960 bytes/second burst 960 bytes counter drop comment "a"'],
    PacketRule(name="a", way=Way.UP, content=Content(0, b"\x00"), every=2, chance=0.5): [
        ('iifname "vt" tcp dport 8583 @ih,0,8 0x00 numgen random mod 1000000 < 500000 numgen inc mod 2 == 1 '
         'counter drop comment "a"')],
}


@pytest.mark.parametrize(("rule", "lines"), LINES.items(), ids=range(len(LINES)))
def test_the_text_of_a_rule(rule, lines):
    text = ruleset([rule], 8_583)
    assert [line.strip() for line in text.splitlines() if "comment" in line] == lines
    assert text.startswith("table ip daozhang\ndelete table ip daozhang\n")  # all or nothing, at once


@pytest.mark.parametrize("wrong", [
    {"name": ""}, {"name": 'x" drop'}, {"name": "x\n"}, {"chance": 0}, {"chance": 1.1}, {"every": -1}, {"times": -1},
    {"longer_than": 70_000}, {"over_per_s": -1}, {"content": Content(0, b"")}, {"content": Content(0, bytes(17))},
    {"content": Content(-1, b"x")}])
def test_what_has_no_meaning_is_refused(wrong):
    with pytest.raises(PlaneError):
        ruleset([PacketRule(**({"name": "a"} | wrong))], 8_583)


def test_a_rate_is_one_way_and_can_be_taken_away():
    assert slow(Way.UP, 1_200)[3:9] == ("vh", "root", "tbf", "rate", "9600bit", "burst")
    assert not_slow(Way.DOWN) == ("qdisc", "del", "dev", "vt", "root")
    with pytest.raises(PlaneError):
        slow(Way.UP, 5)


def test_strikes_of_both_ways_are_one_sum():
    told = """{"nftables": [{"metainfo": {}}, {"rule": {"comment": "a", "expr": [
        {"match": {}}, {"counter": {"packets": 2, "bytes": 100}}]}}, {"rule": {"comment": "a", "expr": [
        {"counter": {"packets": 1, "bytes": 40}}]}}, {"rule": {"expr": []}}]}"""
    one, other = struck_in(told, [PacketRule(name="a"), PacketRule(name="b")])
    assert (one.name, one.packets, one.bytes) == ("a", 3, 140)
    assert (other.name, other.packets) == ("b", 0)


# ---- the shaper ----------------------------------------------------------------------------------


def through(shape: Shape, count: int = 200, seed: int = 1, gap_ms: float = 1.0):
    shaper = Shaper({Way.UP: shape}, seed)
    left = []
    for n in range(count):
        while (due_ms := shaper.deadline_ms) is not None and due_ms <= n * gap_ms:
            left += [(due_ms, packet) for _, packet in shaper.due(due_ms)]
        shaper.offer(Way.UP, n.to_bytes(4, "big"), n * gap_ms)
    while (due_ms := shaper.deadline_ms) is not None:
        left += [(due_ms, packet) for _, packet in shaper.due(due_ms)]
    return shaper.counts[Way.UP], [(at, int.from_bytes(packet, "big")) for at, packet in left]


def test_a_good_line_passes_all_at_once_and_in_order():
    counts, left = through(Shape())
    assert [number for _, number in left] == list(range(200))
    assert (counts.came, counts.left, counts.lost) == (200, 200, 0)


def test_a_delay_is_that_delay():
    _, left = through(Shape(delay_ms=50), gap_ms=100)
    assert [at - number * 100 for at, number in left] == [50] * 200


def test_jitter_keeps_the_order_and_its_bounds():
    _, left = through(Shape(delay_ms=50, jitter_ms=20))
    assert [number for _, number in left] == list(range(200))
    late = [at - number for at, number in left]
    assert min(late) >= 30
    assert max(late) <= 70
    assert len({round(each) for each in late}) > 5


@pytest.mark.parametrize("chance", [0.05, 0.5])
def test_losses_and_duplicates_are_as_many_as_their_chance(chance):
    counts, left = through(Shape(loss=chance), 4_000)
    assert abs(counts.lost - 4_000 * chance) < 4 * (4_000 * chance) ** 0.5
    assert counts.left == 4_000 - counts.lost == len(left)
    counts, left = through(Shape(duplicate=chance), 4_000)
    assert abs(counts.duplicated - 4_000 * chance) < 4 * (4_000 * chance) ** 0.5
    assert len(left) == 4_000 + counts.duplicated


def test_who_is_reordered_overtakes_those_that_wait():
    counts, left = through(Shape(delay_ms=20, reorder=0.2))
    order = [number for _, number in left]
    assert counts.reordered > 10
    assert order != sorted(order)
    assert sorted(order) == list(range(200))


def test_a_rate_sends_one_packet_behind_the_other():
    shaper = Shaper({Way.UP: Shape(bytes_per_s=1_000, delay_ms=5)})
    for at_ms in (0, 0, 10, 1_000):
        shaper.offer(Way.UP, bytes(100), at_ms)
    due = []
    while (due_ms := shaper.deadline_ms) is not None:
        due += [due_ms for _ in shaper.due(due_ms)]
    assert due == [105, 205, 305, 1_105]
    assert shaper.counts[Way.UP].waited == 4


def test_the_same_seed_strikes_the_same_packets_and_another_does_not():
    shape = Shape(delay_ms=10, jitter_ms=5, loss=0.2, duplicate=0.1, reorder=0.1)
    assert through(shape) == through(shape)
    assert through(shape) != through(shape, seed=2)


def test_the_ways_are_apart():
    shaper = Shaper({Way.UP: Shape(loss=1)})
    shaper.offer(Way.UP, b"u", 0)
    shaper.offer(Way.DOWN, b"d", 0)
    assert shaper.due(0) == [(Way.DOWN, b"d")]


def test_waiting_packets_are_bounded():
    shaper = Shaper({Way.UP: Shape(delay_ms=60_000)})
    for _ in range(10_100):
        shaper.offer(Way.UP, b"", 0)
    assert shaper.counts[Way.UP].overflowed == 100


@pytest.mark.parametrize("wrong", [
    {"delay_ms": -1}, {"delay_ms": 60_001}, {"jitter_ms": -1}, {"loss": 1.5}, {"duplicate": -0.1}, {"reorder": 0.5},
    {"bytes_per_s": 5}])
def test_a_shape_without_meaning_or_effect_is_refused(wrong):
    with pytest.raises(PlaneError):
        Shaper({Way.UP: Shape(**wrong)})


# ---- faults as text ------------------------------------------------------------------------------

TEXTS = {
    "drop": PlaneFault("drop", Way.BOTH, PacketRule(name="drop")),
    "drop down mti=0210 every=2": PlaneFault(
        "drop down mti=0210 every=2", Way.DOWN,
        PacketRule(name="drop down mti 0210 every 2", way=Way.DOWN, every=2, content=Content(13, b"\x02\x10"))),
    "reset up chance=0.25 longer=300 times=1": PlaneFault(
        "reset up chance=0.25 longer=300 times=1", Way.UP, PacketRule(
            name="reset up chance 0 25 longer 300 times 1", way=Way.UP, verdict=Verdict.RESET, chance=0.25,
            longer_than=300, times=1)),
    "drop bytes=2:6000 over=960": PlaneFault(
        "drop bytes=2:6000 over=960", Way.BOTH,
        PacketRule(name="drop bytes 2 6000 over 960", content=Content(2, b"\x60\x00"), over_per_s=960)),
    "slow both rate=960": PlaneFault("slow both rate=960", Way.BOTH, bytes_per_s=960),
    "shape up delay=200ms jitter=50ms loss=.1": PlaneFault(
        "shape up delay=200ms jitter=50ms loss=.1", Way.UP, shape=Shape(delay_ms=200, jitter_ms=50, loss=0.1)),
}


@pytest.mark.parametrize(("text", "fault"), TEXTS.items())
def test_a_text_is_read_whole(text, fault):
    assert plane_fault(text, usual_dialect()) == fault


@pytest.mark.parametrize("text", [
    "", "lose", "drop drop", "drop up down", "drop chance", "drop chance=", "drop chance=2", "drop chance=0",
    "drop chance=nan", "drop every=-1", "drop every=1.5", "drop mti=21", "drop mti=0210 bytes=0:00", "drop bytes=0:0",
    "drop bytes=0:" + "00" * 17, "drop rate=1", "drop every=1 every=2", "slow", "slow rate=5", "slow rate=960 chance=1",
    "shape", "shape delay=5", "shape delay=90m", "shape reorder=0.1", "shape loss=1.2", "shape delay=0ms",
    "drop longer=99999", "drop down=1"])
def test_a_text_that_is_none_is_refused_with_what_is_allowed(text):
    with pytest.raises(PlaneError) as refused:
        plane_fault(text, usual_dialect())
    assert repr(text or "?") in str(refused.value)
    with speaking("zh"), pytest.raises(PlaneError) as refused:
        plane_fault(text, usual_dialect())
    assert "故障" in str(refused.value)
