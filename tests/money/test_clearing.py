"""Each captured item goes into exactly one settlement date, and no fen is lost on the way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.local_time import datetime_at
from simulator.money import accounts
from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing, MerchantTerms
from simulator.money.fees import FeeRule
from simulator.money.ledger import Ledger

A, B = "898310000000001", "898310000000002"
DAYS = ["2026-01-27", "2026-01-28", "2026-01-29", "2026-01-30", "2026-01-31"]


def new_clearing(**settings_):
    ledger = Ledger()
    clearing = Clearing(ledger, WorkingDays(), **settings_)
    clearing.open_merchant(MerchantTerms(A))
    clearing.open_merchant(MerchantTerms(B, FeeRule(300), "D+0"))
    return ledger, clearing


def take(clearing, key, fen, day, *, mid=A, what="sale", channel="bank.a", of=""):
    return clearing.capture(
        f"{key} {what}", mid, key, what, fen, settlement_date=day, channel=channel, of=of,
        card_kind="debit",
    )


def key(stan, batch=1, tid="10000001"):
    return f"{tid}/{batch:06}/{stan:06}"


def test_a_settled_batch_is_cleared_with_a_fee_for_each_item():
    ledger, clearing = new_clearing()
    for stan in range(1, 11):
        assert take(clearing, key(stan), 84, DAYS[0]) is not None  # 0.504 fen each
    assert clearing.settle_batch("10000001", 1, DAYS[0]) == 10
    result = clearing.cut_over(DAYS[0])
    (settlement,) = result.settlements
    assert (settlement.gross_fen, settlement.fee_fen, settlement.net_fen) == (840, 10, 830)
    assert sum(item.fee_fen for item in result.items) == settlement.fee_fen
    assert settlement.payout == f"{DAYS[0]}/{A}"
    assert datetime_at(settlement.due_ms).isoformat() == "2026-01-28T09:00:00+08:00"
    assert ledger.balance(accounts.payable(A)) == 830
    assert ledger.balance(accounts.pending(A)) == 0
    fees = sum(ledger.balance(name) for name in ("fee:issuer", "fee:scheme", "fee:acquirer"))
    assert fees == 10
    assert clearing.open_items() == []


# What happens in order: c key amount day what (capture), s batch day (settle), x day (cut over).
# Then what was cleared: (day, key, amount).
FLOWS = [
    ("not settled, not cleared", "c 1/1 100 0, x 0, x 1", []),
    ("settled after cut-over", "c 1/1 100 0, x 0, s 1 1, x 1", [(1, "1/1", 100)]),
    ("captured and settled after cut-over was due, cleared late", "c 1/1 100 1, s 1 1, x 0, x 1",
     [(1, "1/1", 100)]),
    ("captured before, settled after the date being closed", "c 1/1 100 0, s 1 1, x 0, x 1",
     [(1, "1/1", 100)]),
    ("the same capture twice", "c 1/1 100 0, c 1/1 100 0, s 1 0, x 0, x 1", [(0, "1/1", 100)]),
    ("the same capture after it was cleared", "c 1/1 100 0, s 1 0, x 0, c 1/1 100 1, s 1 1, x 1",
     [(0, "1/1", 100)]),
    ("settled twice", "c 1/1 100 0, s 1 0, s 1 0, x 0, x 1", [(0, "1/1", 100)]),
    ("the same date closed twice", "c 1/1 100 0, s 1 0, x 0, c 2/1 5 0, s 2 0, x 0, x 1",
     [(0, "1/1", 100), (1, "2/1", 5)]),
    ("an earlier date closed afterwards", "c 1/1 100 0, s 1 0, x 1, c 2/1 5 0, s 2 0, x 0, x 2",
     [(1, "1/1", 100), (2, "2/1", 5)]),
    ("a date left out", "c 1/1 100 0, s 1 0, x 3", [(3, "1/1", 100)]),
    ("a late advice to a settled batch", "c 1/1 100 0, s 1 0, x 0, c 1/2 70 1, x 1",
     [(0, "1/1", 100), (1, "1/2", 70)]),
    ("a late advice before the cut-over", "c 1/1 100 0, s 1 0, c 1/2 70 0, x 0, x 1",
     [(0, "1/1", 100), (0, "1/2", 70)]),
    ("a late reversal", "c 1/1 100 0, s 1 0, x 0, c 1/1 -100 1 reversal, x 1",
     [(0, "1/1", 100), (1, "1/1", -100)]),
    ("a reversal in the same batch", "c 1/1 100 0, c 1/1 -100 0 reversal, s 1 0, x 0",
     [(0, "1/1", 100), (0, "1/1", -100)]),
    ("a refund in a later batch", "c 1/1 100 0, s 1 0, x 0, c 2/2 -100 1 refund, s 2 1, x 1",
     [(0, "1/1", 100), (1, "2/2", -100)]),
    ("an empty batch", "s 1 0, x 0", []),
    ("settled five dates later", "c 1/1 100 0, x 0, x 1, x 2, x 3, s 1 4, x 4", [(4, "1/1", 100)]),
]


def run_flow(clearing, flow):
    cleared = []
    for step in flow.split(", "):
        act, *rest = step.split()
        if act == "c":
            batch, stan = rest[0].split("/")
            what = rest[3] if len(rest) > 3 else "sale"
            take(clearing, key(int(stan), int(batch)), int(rest[1]), DAYS[int(rest[2])], what=what)
        elif act == "s":
            clearing.settle_batch("10000001", int(rest[0]), DAYS[int(rest[1])])
        else:
            cleared.append(clearing.cut_over(DAYS[int(rest[0])]))
    return cleared


@pytest.mark.parametrize(("what", "flow", "expected"), FLOWS, ids=[row[0] for row in FLOWS])
def test_flow(what, flow, expected):
    ledger, clearing = new_clearing()
    results = run_flow(clearing, flow)
    got = [
        (DAYS.index(item.settlement_date), f"{int(item.key[9:15])}/{int(item.key[16:])}",
         item.amount_fen)
        for result in results for item in result.items
    ]
    assert got == expected, what
    assert ledger.total() == 0
    dates = [s.settlement_date for result in results for s in result.settlements]
    assert len(dates) == len(set(dates))


def test_what_nets_to_nothing_costs_nothing_and_is_not_paid():
    ledger, clearing = new_clearing()
    (result,) = run_flow(clearing, "c 1/1 6800 0, c 1/1 -6800 0 reversal, s 1 0, x 0")
    (settlement,) = result.settlements
    assert (settlement.gross_fen, settlement.fee_fen, settlement.net_fen) == (0, 0, 0)
    assert result.postings == ()
    assert set(dict(ledger.balances()).values()) == {0}


def test_each_bank_and_wallet_settles_what_it_owes():
    ledger, clearing = new_clearing()
    take(clearing, key(1), 100, DAYS[0], channel="bank.b")
    take(clearing, key(2), 30, DAYS[0], channel="wallet.w")
    take(clearing, key(3), -10, DAYS[0], what="refund", channel="bank.b")
    clearing.settle_batch("10000001", 1, DAYS[0])
    result = clearing.cut_over(DAYS[0])
    interbank = [posting for posting in result.postings if posting.why == "interbank"]
    assert [posting.key for posting in interbank] == [f"{DAYS[0]}/bank.b", f"{DAYS[0]}/wallet.w"]
    assert ledger.balance(accounts.due("bank.b")) == -90  # no issuer debited anybody here
    assert ledger.balance(accounts.SCHEME_RECEIVABLE) == 0


def test_merchants_are_settled_apart_on_their_own_terms():
    _, clearing = new_clearing()
    take(clearing, key(1), 10_000, DAYS[3])
    take(clearing, key(1, tid="20000001"), 10_000, DAYS[3], mid=B)
    clearing.settle_batch("10000001", 1, DAYS[3])
    clearing.settle_batch("20000001", 1, DAYS[3])
    first, second = clearing.cut_over(DAYS[3]).settlements
    assert (first.mid, first.net_fen) == (A, 9940)
    assert (second.mid, second.net_fen) == (B, 9700)
    assert datetime_at(first.due_ms).isoformat() == "2026-02-02T09:00:00+08:00"  # over a weekend
    assert datetime_at(second.due_ms).isoformat() == "2026-01-30T09:00:00+08:00"


def test_a_capture_for_nobody_books_nothing():
    ledger, clearing = new_clearing()
    with pytest.raises(KeyError):
        take(clearing, key(1), 1, DAYS[0], mid="nobody")
    assert ledger.balances() == []


def test_memory_holds_what_is_open_and_two_cut_overs():
    _, clearing = new_clearing(remember_batches_days=3)
    for day in range(1, 29):
        date = f"2026-03-{day:02}"
        for stan in range(5):
            take(clearing, key(stan, day), 100, date)
        clearing.settle_batch("10000001", day, date)
        clearing.cut_over(date)
        assert len(clearing._seen) <= 10
        assert len(clearing._settled) <= 3
    assert clearing._open == {}
    assert clearing._ready == []


def test_a_batch_number_is_free_again_after_its_time():
    _, clearing = new_clearing(remember_batches_days=1)
    run_flow(clearing, "c 1/1 100 0, s 1 0, x 0, x 1")
    take(clearing, key(2), 50, DAYS[2])
    assert clearing.cut_over(DAYS[2]).items == ()
    assert [item.key for item in clearing.open_items()] == [key(2)]
    clearing.settle_batch("10000001", 1, DAYS[3])
    assert [item.amount_fen for item in clearing.cut_over(DAYS[3]).items] == [50]


captures = st.tuples(
    st.integers(1, 3), st.integers(1, 6), st.integers(-5000, 5000).filter(bool),
)
steps = st.one_of(captures, st.integers(1, 3), st.just("x"))


@settings(max_examples=200)
@given(st.lists(steps, max_size=40), st.integers(1, 300))
def test_any_order_clears_each_captured_item_once_and_keeps_every_fen(order, basis_points):
    ledger = Ledger()
    clearing = Clearing(ledger, WorkingDays())
    clearing.open_merchant(MerchantTerms(A, FeeRule(basis_points)))
    captured, cleared, day = {}, [], 1
    for step in order:
        date = f"2026-03-{day:02}"
        if step == "x":
            cleared += clearing.cut_over(date).items
            day = min(day + 1, 27)
        elif isinstance(step, int):
            clearing.settle_batch("10000001", step, date)
        else:
            batch, stan, fen = step
            name = key(stan, batch)
            posting = take(clearing, name, fen, date)
            assert (posting is None) <= (name in captured)
            if posting is not None:
                # Only an id that left memory long ago may come again.
                captured.setdefault(name, []).append(fen)
        assert ledger.total() == 0
    for batch in (1, 2, 3):
        clearing.settle_batch("10000001", batch, "2026-03-28")
    cleared += clearing.cut_over("2026-03-28").items
    assert sorted((i.key, i.amount_fen) for i in cleared) == sorted(
        (name, fen) for name, fens in captured.items() for fen in fens
    )
    gross = sum(item.amount_fen for item in cleared)
    fees = sum(item.fee_fen for item in cleared)
    assert ledger.balance(accounts.pending(A)) == 0
    assert ledger.balance(accounts.SCHEME_RECEIVABLE) == 0
    assert ledger.balance(accounts.payable(A)) == gross - fees
    assert clearing.open_items() == []
