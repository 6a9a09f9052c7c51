"""Issuer books as tables: what is done to a card, what is answered, what it holds afterwards.

A card opens with 10,000 fen.  A step is (operation, key, amount or original …) and the response
code that it must get; then come the fen of card, hold and due.
"""

import pytest

from simulator.money import accounts
from simulator.money.issuer import CardStatus, IssuerBooks
from simulator.money.ledger import Ledger

REF = "622000******0120"
BANK = "bank.a"


def books_with_card(status=CardStatus.NORMAL, limit_fen=0):
    ledger = Ledger()
    books = IssuerBooks(BANK, ledger)
    books.open_card(REF, 10_000, status, limit_fen)
    return ledger, books


def do(books, step):
    operation, key, *rest = step
    if operation == "reverse":
        return books.reverse(key)
    return getattr(books, operation)(key, REF, *rest)


def sums(ledger):
    return (
        ledger.balance(accounts.cardholder(BANK, REF)), ledger.balance(accounts.hold(BANK)),
        ledger.balance(accounts.due(BANK)),
    )


STORIES = [
    # happy
    ("a debit", [("debit", "k", 3000), "00"], (7000, 0, 3000)),
    ("a debit of everything", [("debit", "k", 10_000), "00"], (0, 0, 10_000)),
    ("a debit and its refund", [("debit", "k", 3000), "00", ("credit", "r", 3000), "00"],
     (10_000, 0, 0)),
    ("a hold", [("hold", "h", 4000), "00"], (6000, 4000, 0)),
    ("a hold released", [("hold", "h", 4000), "00", ("release", "v", "h"), "00"], (10_000, 0, 0)),
    ("a hold completed for less", [("hold", "h", 4000), "00", ("debit", "c", 2500, "h"), "00"],
     (7500, 0, 2500)),
    ("a hold completed for more", [("hold", "h", 4000), "00", ("debit", "c", 4600, "h"), "00"],
     (5400, 0, 4600)),
    # repeated
    ("a debit twice", [("debit", "k", 3000), "00", ("debit", "k", 3000), "00"], (7000, 0, 3000)),
    ("a credit twice", [("debit", "k", 3000), "00", ("credit", "r", 3000), "00",
                        ("credit", "r", 3000), "00"], (10_000, 0, 0)),
    ("a hold twice", [("hold", "h", 4000), "00", ("hold", "h", 4000), "00"], (6000, 4000, 0)),
    ("a release twice", [("hold", "h", 4000), "00", ("release", "v", "h"), "00",
                         ("release", "v", "h"), "00"], (10_000, 0, 0)),
    ("a second release by another key", [("hold", "h", 4000), "00", ("release", "v", "h"), "00",
                                         ("release", "w", "h"), "25"], (10_000, 0, 0)),
    ("a decline repeated after money came", [("debit", "k", 10_001), "51", ("credit", "r", 500),
                                             "00", ("debit", "k", 10_001), "51"],
     (10_500, 0, -500)),
    ("a completion twice", [("hold", "h", 4000), "00", ("debit", "c", 2500, "h"), "00",
                            ("debit", "c", 2500, "h"), "00"], (7500, 0, 2500)),
    # a key used for something else
    ("the same key for another sum", [("debit", "k", 3000), "00", ("debit", "k", 3001), "94"],
     (7000, 0, 3000)),
    ("the same key for a credit", [("debit", "k", 3000), "00", ("credit", "k", 3000), "94"],
     (7000, 0, 3000)),
    ("the same key for a hold", [("debit", "k", 3000), "00", ("hold", "k", 3000), "94"],
     (7000, 0, 3000)),
    # funds
    ("one fen too much", [("debit", "k", 10_001), "51"], (10_000, 0, 0)),
    ("a hold of one fen too much", [("hold", "h", 10_001), "51"], (10_000, 0, 0)),
    ("what is held cannot be spent", [("hold", "h", 4000), "00", ("debit", "k", 6001), "51"],
     (6000, 4000, 0)),
    ("a completion beyond hold and card", [("hold", "h", 4000), "00",
                                           ("debit", "c", 10_001, "h"), "51"], (6000, 4000, 0)),
    # undone
    ("a debit reversed", [("debit", "k", 3000), "00", ("reverse", "k"), "00"], (10_000, 0, 0)),
    ("a debit reversed three times", [("debit", "k", 3000), "00", ("reverse", "k"), "00",
                                      ("reverse", "k"), "00", ("reverse", "k"), "00"],
     (10_000, 0, 0)),
    ("a debit again after its reversal", [("debit", "k", 3000), "00", ("reverse", "k"), "00",
                                          ("debit", "k", 3000), "22"], (10_000, 0, 0)),
    ("a reversal that overtakes its debit", [("reverse", "k"), "00", ("debit", "k", 3000), "22",
                                             ("reverse", "k"), "00"], (10_000, 0, 0)),
    ("a reversal that overtakes a hold", [("reverse", "h"), "00", ("hold", "h", 3000), "22"],
     (10_000, 0, 0)),
    ("a reversal that overtakes a credit", [("debit", "k", 3000), "00", ("reverse", "r"), "00",
                                            ("credit", "r", 3000), "22"], (7000, 0, 3000)),
    ("a declined debit reversed", [("debit", "k", 10_001), "51", ("reverse", "k"), "00",
                                   ("debit", "k", 10_001), "22"], (10_000, 0, 0)),
    ("a void reversed", [("debit", "k", 3000), "00", ("credit", "v", 3000), "00",
                         ("reverse", "v"), "00"], (7000, 0, 3000)),
    ("a hold reversed", [("hold", "h", 4000), "00", ("reverse", "h"), "00"], (10_000, 0, 0)),
    ("a released hold reversed", [("hold", "h", 4000), "00", ("release", "v", "h"), "00",
                                  ("reverse", "h"), "00"], (10_000, 0, 0)),
    ("a completed hold reversed", [("hold", "h", 4000), "00", ("debit", "c", 2500, "h"), "00",
                                   ("reverse", "h"), "00"], (7500, 0, 2500)),
    ("a completion reversed", [("hold", "h", 4000), "00", ("debit", "c", 2500, "h"), "00",
                               ("reverse", "c"), "00"], (6000, 4000, 0)),
    ("a completion reversed, then done again",
     [("hold", "h", 4000), "00", ("debit", "c", 2500, "h"), "00", ("reverse", "c"), "00",
      ("debit", "d", 2500, "h"), "00"], (7500, 0, 2500)),
    ("a release reversed", [("hold", "h", 4000), "00", ("release", "v", "h"), "00",
                            ("reverse", "v"), "00"], (6000, 4000, 0)),
    ("a release of nothing", [("release", "v", "h"), "25"], (10_000, 0, 0)),
    ("a completion whose hold is unknown", [("debit", "c", 2500, "h"), "00"], (7500, 0, 2500)),
]


@pytest.mark.parametrize(("what", "steps", "after"), STORIES, ids=[row[0] for row in STORIES])
def test_story(what, steps, after):
    ledger, books = books_with_card()
    for step, code in zip(steps[::2], steps[1::2], strict=True):
        assert do(books, step).response_code == code, step
        assert ledger.total() == 0
    assert sums(ledger) == after, what


DEBIT_CODE = {
    CardStatus.NORMAL: "00", CardStatus.FROZEN: "62", CardStatus.LOST: "41",
    CardStatus.STOLEN: "43", CardStatus.CLOSED: "14", CardStatus.DORMANT: "21",
    CardStatus.EXPIRED: "54",
}


@pytest.mark.parametrize("status", CardStatus)
def test_each_status_has_its_code_and_moves_nothing(status):
    ledger, books = books_with_card(status)
    code = DEBIT_CODE[status]
    assert books.debit("k", REF, 100).response_code == code
    assert books.hold("h", REF, 100).response_code == code
    balance = books.balance(REF)
    assert balance.response_code == code
    if code != "00":
        assert balance.balance_fen is None
        assert sums(ledger) == (10_000, 0, 0)
    refund = books.credit("r", REF, 100).response_code
    assert refund == ("14" if status is CardStatus.CLOSED else "00")


@pytest.mark.parametrize("status", [s for s in CardStatus if s is not CardStatus.NORMAL])
def test_a_debit_is_undone_on_a_card_that_was_stopped_meanwhile(status):
    ledger, books = books_with_card()
    books.debit("k", REF, 100)
    books.set_status(REF, status)
    assert books.reverse("k").response_code == "00"
    assert sums(ledger) == (10_000, 0, 0)


def test_a_card_that_is_unfrozen_can_pay_again():
    ledger, books = books_with_card(CardStatus.FROZEN)
    books.set_status(REF, CardStatus.NORMAL)
    assert books.debit("k", REF, 100).response_code == "00"
    assert sums(ledger) == (9900, 0, 100)


def test_the_limit_is_for_each_debit_and_is_no_lack_of_money():
    _, books = books_with_card(limit_fen=500)
    assert books.debit("a", REF, 501).response_code == "61"
    assert books.debit("b", REF, 500).response_code == "00"
    assert books.debit("c", REF, 500).response_code == "00"


def test_an_approval_has_the_same_code_each_time_and_another_at_another_bank():
    _, books = books_with_card()
    first, again = books.debit("k", REF, 1), books.debit("k", REF, 1)
    assert first.auth_code == again.auth_code
    assert len(first.auth_code) == 6
    assert first.auth_code.isdecimal()
    assert first.postings
    assert not again.postings
    other = IssuerBooks("bank.b", Ledger())
    assert other.auth_code("k") != first.auth_code


def test_an_unknown_card_is_refused_where_there_is_neither_pool_nor_default():
    ledger = Ledger()
    books = IssuerBooks(BANK, ledger)
    assert books.debit("k", REF, 1).response_code == "14"
    assert books.hold("h", REF, 1).response_code == "14"
    assert books.credit("c", REF, 1).response_code == "14"
    assert books.balance(REF).response_code == "14"
    assert books.release("v", REF, "h").response_code == "25"
    assert ledger.balances() == []


def test_an_unknown_card_is_opened_once_with_the_default():
    ledger = Ledger()
    books = IssuerBooks(BANK, ledger, default_opening_fen=700)
    first = books.debit("k", REF, 300)
    assert [posting.why for posting in first.postings] == ["opening", "debit"]
    assert books.balance(REF).balance_fen == 400
    assert books.debit("l", REF, 401).response_code == "51"
    assert ledger.balance(accounts.OUTSIDE) == -700


def test_a_pool_keeps_nothing_for_each_card_and_still_knows_the_one_that_is_frozen():
    ledger = Ledger()
    books = IssuerBooks(BANK, ledger)
    books.open_pool(1_000_000, limit_fen=5000)
    for n in range(50):
        assert books.debit(f"k{n}", f"card {n}", 100).response_code == "00"
    pool = accounts.cardholder(BANK)
    assert [name for name, _ in ledger.balances()] == [pool, accounts.due(BANK), accounts.OUTSIDE]
    assert books.balance("card 1").balance_fen == 4900
    assert books.debit("x", "card 1", 4901).response_code == "51"
    assert books.debit("w", "card 99", 5000).response_code == "00"
    assert books.balance("card 99").balance_fen == 0
    books.set_status("card 1", CardStatus.LOST)
    assert books.debit("y", "card 1", 1).response_code == "41"
    assert books.debit("z", "card 2", 1).response_code == "00"


def test_a_wallet_keeps_its_money_under_its_own_name():
    ledger = Ledger()
    books = IssuerBooks("wallet.w", ledger)
    books.open_pool(1000, account=accounts.wallet("w"))
    books.debit("k", "anyone", 400)
    assert ledger.balance("wallet:w") == 600
    assert books.state_of("k") == "00"
    assert books.state_of("other") == ""
    books.reverse("k")
    assert books.state_of("k") == "undone"


def test_what_is_open_is_never_forgotten_and_what_is_over_is():
    _, books = books_with_card()
    books.debit("open", REF, 1)
    books.hold("held", REF, 1)
    books.debit("cleared", REF, 1)
    books.debit("declined", REF, 99_999)
    books.reverse("never came")
    books.hold("used", REF, 5)
    books.debit("completed", REF, 5, "used")
    assert books.remembered() == 7
    books.settle("cleared")
    books.settle("completed")
    books.settle("unknown")
    for _ in range(2):
        books.end_day()
        assert books.remembered() == 7
    books.end_day()
    assert books.remembered() == 2
    assert books.state_of("open") == "00"
    assert books.release("v", REF, "held").response_code == "00"


def test_a_card_is_opened_once():
    _, books = books_with_card()
    with pytest.raises(ValueError, match="open already"):
        books.open_card(REF, 1)
