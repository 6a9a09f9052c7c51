"""A power cut after every single effect, combined with every single message lost."""

from __future__ import annotations

import pytest
from terminal_bench import CARD, OTHER_CARD, Bench, original_of, wrong

from simulator.machines.terminal.events import Result
from simulator.machines.terminal.machine import TABLE
from simulator.machines.terminal.profile import AfterLastTry, TerminalProfile
from simulator.machines.terminal.work import TerminalTable
from simulator.wire.kinds import Kind

PROFILE = TerminalProfile(offline_limit_fen=10_000, reversal_tries=2, settlement_tries=2)
ORDERS = ("first", "second", "void", "refund", "offline", "third")


def a_day(bench: Bench) -> None:
    """A short day at the counter: two sales, a void, a refund, an offline sale, settlement."""
    bench.sign_on()
    first = bench.sell("first", 1_000)
    bench.sell("second", 2_000, OTHER_CARD)
    if first is not None and original_of(first) is not None:
        bench.operate(Kind.VOID, "void", original=original_of(first))
    bench.operate(
        Kind.REFUND, "refund", amount_fen=300, card=OTHER_CARD, original=original_of(first),
    )
    bench.operate(Kind.OFFLINE_SALE, "offline", amount_fen=700, card=CARD)
    bench.operate(Kind.SETTLEMENT, "settle")
    bench.sell("third", 900)


def played(
    cut: int = -1, lost: int = -1, *, unbalanced: bool = False, table: TerminalTable = TABLE,
    profile: TerminalProfile = PROFILE,
) -> Bench:
    bench = Bench(table, profile, cut, lost)
    bench.host.always_unbalanced = unbalanced
    a_day(bench)
    bench.heal_and_close()
    return bench


@pytest.mark.parametrize("unbalanced", [False, True])
def test_an_undisturbed_day_closes_two_batches_that_agree(unbalanced):
    bench = played(unbalanced=unbalanced)
    assert bench.findings(ORDERS) == []
    assert sorted(bench.host.closed) == [1, 2]
    assert bench.host.closed[1] == (3_700, 3, 1_300, 2)
    assert "0400" not in bench.mtis()


@pytest.mark.parametrize("unbalanced", [False, True])
def test_every_message_lost_leaves_books_that_agree(unbalanced):
    whole = played(unbalanced=unbalanced)
    for lost in range(whole.messages):
        bench = played(lost=lost, unbalanced=unbalanced)
        assert bench.findings(ORDERS) == [], f"message {lost} lost"


@pytest.mark.parametrize("unbalanced", [False, True])
def test_a_power_cut_after_every_effect_leaves_books_that_agree(unbalanced):
    whole = played(unbalanced=unbalanced)
    for cut in range(whole.effects):
        bench = played(cut, unbalanced=unbalanced)
        assert bench.findings(ORDERS) == [], f"cut after {cut} effects"


def test_every_cut_combined_with_every_lost_message_leaves_books_that_agree():
    whole = played(unbalanced=True)
    tried = 0
    for cut in range(whole.effects):
        for lost in range(whole.messages):
            bench = played(cut, lost, unbalanced=True)
            assert bench.findings(ORDERS) == [], f"cut after {cut} effects, message {lost} lost"
            tried += 1
    assert tried > 1_500


def disturbed(table: TerminalTable) -> set[str]:
    """What a sweep of single faults finds wrong with a terminal."""
    found: set[str] = set()
    whole = played()
    for unbalanced in (False, True):
        found.update(played(unbalanced=unbalanced, table=table).findings(ORDERS))
        for lost in range(whole.messages):
            found.update(played(lost=lost, unbalanced=unbalanced, table=table).findings(ORDERS))
    for cut in range(whole.effects):
        found.update(played(cut, table=table).findings(ORDERS))
    return found


EVERY_KIND = TerminalProfile(
    qr=True, offline_limit_fen=10_000, reversal_tries=2, settlement_tries=2,
)
OTHER_ORDERS = (
    "hold", "complete", "undo complete", "hold 2", "undo hold", "hold 3", "advice", "meal", "tip",
    "adjust", "scan", "scan back", "balance",
)


def a_hotel_day(bench: Bench) -> None:
    """Everything that the first day leaves out."""
    bench.sign_on()
    hold = bench.operate(Kind.PREAUTH, "hold", amount_fen=5_000, card=CARD)
    done = bench.operate(
        Kind.COMPLETION, "complete", amount_fen=4_000, card=CARD, original=original_of(hold),
        original_auth_code="123456",
    )
    if original_of(done) is not None:
        bench.operate(Kind.COMPLETION_VOID, "undo complete", original=original_of(done))
    second = bench.operate(Kind.PREAUTH, "hold 2", amount_fen=600, card=OTHER_CARD)
    bench.operate(Kind.PREAUTH_VOID, "undo hold", amount_fen=600, card=OTHER_CARD,
                  original=original_of(second))
    third = bench.operate(Kind.PREAUTH, "hold 3", amount_fen=800, card=OTHER_CARD)
    bench.operate(Kind.COMPLETION_ADVICE, "advice", amount_fen=750, card=OTHER_CARD,
                  original=original_of(third))
    bench.operate(Kind.BALANCE, "balance", card=CARD)
    meal = bench.sell("meal", 2_000)
    for kind, order, amount_fen in ((Kind.TIP, "tip", 200), (Kind.ADJUST, "adjust", 50)):
        bench.operate(kind, order, amount_fen=amount_fen, original=original_of(meal))
    scan = bench.operate(Kind.QR_SALE, "scan", amount_fen=1_500, qr_code="281234567890")
    if original_of(scan) is not None and bench.result_of("scan") is Result.APPROVED:
        bench.operate(Kind.QR_REFUND, "scan back", amount_fen=1_500, original=original_of(scan),
                      voucher=scan.voucher)
    wrong_scan = bench.operate(Kind.QR_SALE, "wrong scan", amount_fen=1_600, qr_code="281234567891")
    if original_of(wrong_scan) is not None:
        bench.operate(Kind.QR_VOID, "scan void", original=original_of(wrong_scan))
    bench.operate(Kind.SETTLEMENT, "settle")


def played_hotel(cut: int = -1, lost: int = -1) -> Bench:
    bench = Bench(TABLE, EVERY_KIND, cut, lost)
    bench.host.always_unbalanced = True
    a_hotel_day(bench)
    bench.heal_and_close()
    return bench


def test_every_other_kind_survives_every_cut_and_every_lost_message():
    whole = played_hotel()
    assert whole.findings(OTHER_ORDERS[:-1]) == []
    assert {send.kind for send in whole.sent} >= {
        Kind.PREAUTH, Kind.COMPLETION, Kind.COMPLETION_VOID, Kind.PREAUTH_VOID, Kind.BALANCE,
        Kind.COMPLETION_ADVICE, Kind.TIP, Kind.ADJUST, Kind.QR_SALE, Kind.QR_VOID, Kind.QR_REFUND,
    }
    for cut in range(whole.effects):
        assert played_hotel(cut).findings(OTHER_ORDERS[:-1]) == [], f"cut after {cut} effects"
    for lost in range(whole.messages):
        assert played_hotel(lost=lost).findings(OTHER_ORDERS[:-1]) == [], f"message {lost} lost"


def test_every_other_kind_survives_cuts_combined_with_losses():
    whole = played_hotel()
    for cut in range(whole.effects):
        for lost in range(cut % 3, whole.messages, 3):
            found = played_hotel(cut, lost).findings(OTHER_ORDERS[:-1])
            assert found == [], f"cut after {cut} effects, message {lost} lost"


CAUGHT = [
    ("no_reversal", "went out before the reversal"),
    ("sale_before_reversal", "went out before the reversal"),
    ("reuses_stan", "was used twice"),
    ("retries_as_new_sale", "debited 2 times"),
    ("totals_forget_voids", "batch 1: ("),
    ("ends_unbalanced_with_207", "ended with 207"),
    ("reversal_stored_after_send", "told None and is in the books"),
    ("drops_receipted_sale", "did not go up"),
]


@pytest.mark.parametrize(("defect", "complaint"), CAUGHT, ids=[defect for defect, _ in CAUGHT])
def test_the_sweep_catches_a_terminal_built_wrong(defect, complaint):
    found = disturbed(wrong(defect))
    assert any(complaint in each for each in found), found


def test_a_terminal_that_drops_reversals_by_its_profile_says_so():
    profile = TerminalProfile(reversal_tries=2, after_last_try=AfterLastTry.DROP)
    bench = Bench(profile=profile)
    bench.sign_on()
    bench.down = True
    bench.sell("first", 1_000)
    bench.rest()
    assert "reversal_dropped" in bench.codes()
    assert bench.terminal.pending() == []
