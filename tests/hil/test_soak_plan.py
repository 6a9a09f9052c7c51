"""What a soak does is a pure function of seed and number; what it watches is figures of series."""

from collections import Counter

import pytest

from hil.relay.seen import Way
from hil.sweep.harms import HARMS
from hil.sweep.soak_plan import MIX, PER, SETTLES_EVERY, TROUBLES, is_settled_after, turn_of
from hil.sweep.soak_watch import Sample, Wraps, growth_of, sample_of, times_of
from simulator.world.people.orders import UNDOES


def test_a_seed_and_a_number_are_a_turn():
    assert [turn_of(7, number) for number in range(1, 50)] == [turn_of(7, number) for number in range(1, 50)]
    assert turn_of(7, 5) != turn_of(8, 5)


def test_each_row_of_the_mix_comes_as_often_as_it_weighs():
    drawn = Counter(turn_of(1, number).kinds for number in range(1, 4_001))
    weight = sum(row.weight for row in MIX)
    for row in MIX:
        expected = 4_000 * row.weight / weight
        assert abs(drawn[row.kinds] - expected) < 5 * expected**0.5 + 5


def test_small_faults_come_as_often_as_the_table_says():
    share = sum(each for _, each in TROUBLES) / PER
    turns = [turn_of(2, number) for number in range(1, 4_001)]
    found = [turn.trouble for turn in turns if turn.trouble is not None]
    assert 0.6 * share < len(found) / len(turns) < 1.4 * share
    assert all(each.way in HARMS[each.harm].ways for each in found)


def test_without_faults_there_are_none():
    assert all(turn_of(2, number, MIX, ()).trouble is None for number in range(1, 500))


def test_settlements_come_within_the_stretch_that_the_table_allows():
    ends = [number for number in range(1, 2_000) if is_settled_after(3, number)]
    stretches = [after - before for before, after in zip([0, *ends], ends, strict=False)]
    assert len(ends) > 10
    assert all(SETTLES_EVERY[0] <= each <= SETTLES_EVERY[1] for each in stretches)


@pytest.mark.parametrize("row", MIX, ids=lambda row: "-".join(row.kinds))
def test_what_undoes_stands_behind_what_it_undoes(row):
    assert row.kinds[0] not in UNDOES


@pytest.mark.parametrize("name", [name for name, _ in TROUBLES])
def test_a_small_fault_is_a_harm_at_a_message(name):
    assert not HARMS[name].of_operation
    assert HARMS[name].ways <= frozenset(Way)


# ---- figures ---------------------------------------------------------------------------------------


def test_times_of_a_series():
    times = times_of([float(each) for each in range(1, 101)])
    assert (times.count, times.median_ms, times.p99_ms, times.most_ms) == (100, 50.5, 99.0, 100.0)
    assert times.drift_ms == 90.0  # from 5.5 to 95.5


def test_a_short_series_has_no_drift_and_an_empty_one_nothing():
    assert times_of([1.0, 2.0]).drift_ms is None
    assert times_of([]) is None


def test_numbers_that_wrap():
    wraps = Wraps()
    for stan, batch in ((999_998, 999_999), (999_999, 999_999), (999_998, 999_999), (1, 1), (2, 1)):
        wraps.hear(stan, batch)
    assert (wraps.first_stan, wraps.last_stan, wraps.stan_wraps, wraps.batch_wraps, wraps.batches) == (
        999_998, 2, 1, 1, 2)


def test_a_process_that_grows_after_its_warm_up():
    samples = [Sample(number, 50_000 + 2 * max(0, number - 500), 12) for number in range(0, 1_001, 50)]
    growth = growth_of("host", samples)
    assert growth.kib_per_1000 == pytest.approx(2_000)
    assert (growth.first_kib, growth.last_kib, growth.descriptors_per_1000) == (50_000, 51_000, 0)


def test_descriptors_that_leak_are_seen():
    growth = growth_of("bench", [Sample(number, 1, number // 10) for number in range(0, 1_000, 10)])
    assert growth.descriptors_per_1000 == pytest.approx(100)


def test_a_process_that_is_gone_gives_no_sample():
    assert sample_of(2**22 + 1, 1) is None
