"""The ledger takes what balances and nothing else."""

import pytest

from simulator.money import accounts
from simulator.money.ledger import Ledger, LedgerError, Posting

UNBALANCED = [
    ("nothing at all", ()),
    ("one leg", (("outside", -1),)),
    ("one leg of zero plus one", (("outside", 0), ("due:a", 1))),
    ("a fen too much", (("outside", -100), ("due:a", 101))),
    ("a fen too little", (("outside", -100), ("due:a", 60), ("due:b", 39))),
    ("both arrive", (("outside", 5), ("due:a", 5))),
    ("both leave", (("outside", -5), ("due:a", -5))),
]


@pytest.mark.parametrize(("what", "entries"), UNBALANCED)
def test_what_does_not_sum_to_zero_is_refused_and_books_nothing(what, entries):
    ledger = Ledger()
    ledger.post("opening", "x", (("outside", -7), ("due:a", 7)))
    with pytest.raises(LedgerError, match=r"why1 key1"):
        ledger.post("why1", "key1", entries)
    assert ledger.balances() == [("due:a", 7), ("outside", -7)], what


def test_a_posting_moves_every_leg_and_is_handed_back():
    ledger = Ledger()
    entries = (("a", -300), ("b", 100), ("c", 200), ("b", 1), ("a", -1))
    assert ledger.post("why", "key", entries) == Posting("why", "key", entries)
    assert ledger.balances() == [("a", -301), ("b", 101), ("c", 200)]
    assert ledger.balance("never used") == 0
    assert ledger.total() == 0


def test_every_name_that_is_made_has_its_own_row_in_the_chart():
    names = {
        accounts.OUTSIDE: "outside",
        accounts.cardholder("bank.a"): "cardholder:",
        accounts.cardholder("bank.a", "622000******0120"): "cardholder:",
        accounts.wallet("w"): "wallet:",
        accounts.hold("bank.a"): "hold:",
        accounts.due("bank.a"): "due:",
        accounts.SCHEME_RECEIVABLE: "scheme:receivable",
        accounts.FEE_ISSUER: "fee:",
        accounts.FEE_SCHEME: "fee:",
        accounts.FEE_ACQUIRER: "fee:",
        accounts.IN_TRANSIT: "payout:in_transit",
        accounts.suspense("m"): "suspense:",
        accounts.bank_account("bank.a", "m"): "account:",
        accounts.FEE_PAYOUT: "fee:",
        accounts.advanced("m"): "advance:",
        accounts.POOL: "pool:free",
        accounts.POOL_LENT: "pool:lent",
        accounts.charge("deposit", "m"): "deposit:",
        accounts.charge("sim_fee", "m"): "sim_fee:",
        accounts.dispute("bank.a"): "dispute:",
        accounts.intermediary("m"): "intermediary:",
        accounts.COMPENSATION: "compensation:",
    }
    for name, begins in names.items():
        assert accounts.row_of(name).begins == begins
    assert accounts.row_of(accounts.pending("m")).ends == ":pending"
    assert accounts.row_of(accounts.payable("m")).ends == ":payable"
    rows = {accounts.row_of(name) for name in [*names, accounts.pending("m"), accounts.payable("m")]}
    assert rows == set(accounts.CHART)
    with pytest.raises(KeyError):
        accounts.row_of("merchant:m:forgotten")


def test_unsettled_names_what_should_be_empty_and_is_not():
    balances = [
        ("outside", -10), ("fee:scheme", 1), ("due:b", 0), ("due:a", 4),
        ("merchant:m:payable", -2), ("suspense:m", 7),
    ]
    assert accounts.unsettled(balances) == [("due:a", 4), ("merchant:m:payable", -2)]
