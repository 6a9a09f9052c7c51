"""Random cuts are the same for the same seed, and lie where they should."""

from __future__ import annotations

from hil.sweep.cut_plan import LONGEST_BEHIND_MS, Measured, drawn, planned

SALE = Measured(kind="sale", span_ms=200.0, boot_ms=100.0, writes=6)
VOID = Measured(kind="void", span_ms=50.0, boot_ms=100.0)


def test_a_cut_is_the_same_whatever_else_is_planned():
    whole = planned(7, 40, (SALE, VOID))
    assert whole[17] == planned(7, 18, (SALE, VOID))[17] == drawn(7, 17, VOID)
    assert planned(8, 40, (SALE, VOID)) != whole


def test_all_kinds_are_cut_in_turn():
    assert [each.kind for each in planned(1, 4, (SALE, VOID))] == ["sale", "void", "sale", "void"]
    assert planned(1, 4, ()) == []


def test_half_of_the_cuts_are_at_writes_where_these_are_seen():
    cuts = planned(3, 2_000, (SALE,))
    at_writes = [each for each in cuts if each.write]
    assert 900 < len(at_writes) < 1_100
    assert {each.write for each in at_writes} == {1, 2, 3, 4, 5, 6}
    assert all(0 <= each.behind_ms <= LONGEST_BEHIND_MS for each in at_writes)
    assert all(0 <= each.at_ms <= 220 for each in cuts)
    assert max(each.at_ms for each in cuts) > 200  # and what a terminal does behind it
    assert not any(each.write for each in planned(3, 200, (VOID,)))


def test_some_are_cut_once_more_while_they_start():
    again = [each.again_ms for each in planned(5, 400, (SALE,)) if each.again_ms is not None]
    assert 70 < len(again) < 130
    assert all(0 <= each <= 200 for each in again)
