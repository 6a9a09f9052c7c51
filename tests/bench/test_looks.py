"""Looks at a run that goes on take a twentieth of it at most, however long one of them takes."""

from hil.bench.looks import PART, Looks

SETTLEMENTS = 400
BETWEEN_S = 100.0
A_LOOK_S = 0.5  # longer at each settlement: all that came before is looked at again


def test_looks_that_grow_stay_a_small_part_of_the_run_and_the_last_count_stands() -> None:
    now_s, looked_s, counts = 0.0, 0.0, []

    def look_at(settlement: int) -> int:
        nonlocal now_s, looked_s
        now_s += A_LOOK_S * settlement
        looked_s += A_LOOK_S * settlement
        return settlement

    looks = Looks(lambda: now_s)
    for settlement in range(1, SETTLEMENTS + 1):
        now_s += BETWEEN_S
        counts.append(looks.found(lambda at=settlement: look_at(at)))
    assert sum(A_LOOK_S * each for each in range(SETTLEMENTS + 1)) == 40_100  # as long as the run, without
    assert looked_s <= now_s / PART + A_LOOK_S * SETTLEMENTS
    assert counts[:5] == [1, 2, 3, 4, 5]  # in the beginning at each
    assert counts == sorted(counts)
    assert counts[-1] > SETTLEMENTS / 2
