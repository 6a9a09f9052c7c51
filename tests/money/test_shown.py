"""What an issuer says to PIN, date and cryptogram; sad rows first, and what each no leaves behind."""

import msgspec
import pytest

from simulator.money.issuer import CardStatus, IssuerBooks
from simulator.money.ledger import Ledger
from simulator.money.shown import Proof, Shown

REF = "622000******0120"
RIGHT, WRONG, NONE = Shown(pin=Proof.RIGHT), Shown(pin=Proof.WRONG), Shown()
MISSING = Shown(pin=Proof.MISSING)

STORIES = [
    # what is shown with one debit of 1.00 after the other, and what is answered
    ("a wrong PIN", [(WRONG, "55")]),
    ("no PIN where one is needed", [(MISSING, "55")]),
    ("three wrong ones in a row, then whatever comes", [
        (WRONG, "55"), (WRONG, "55"), (WRONG, "55"), (WRONG, "75"), (RIGHT, "75"), (MISSING, "75")]),
    ("a card that is blocked may still be used without a PIN", [
        (WRONG, "55"), (WRONG, "55"), (WRONG, "55"), (NONE, "00"), (RIGHT, "75")]),
    ("a right one between them", [
        (WRONG, "55"), (WRONG, "55"), (RIGHT, "00"), (WRONG, "55"), (WRONG, "55"), (WRONG, "55"),
        (WRONG, "75")]),
    ("neither a PIN that is not shown nor one that is missing counts", [
        (WRONG, "55"), (NONE, "00"), (MISSING, "55"), (MISSING, "55"), (MISSING, "55"),
        (WRONG, "55"), (RIGHT, "00")]),
    ("an expired card", [(Shown(expired=True), "54")]),
    ("an expired card's PIN is not looked at", [
        (Shown(expired=True, pin=Proof.WRONG), "54"), (Shown(expired=True, pin=Proof.WRONG), "54"),
        (Shown(expired=True, pin=Proof.WRONG), "54"), (WRONG, "55")]),
    ("a wrong cryptogram", [(Shown(cryptogram=Proof.WRONG), "59")]),
    ("none where a chip was read", [(Shown(cryptogram=Proof.MISSING), "59")]),
    ("a wrong cryptogram with a wrong PIN", [
        (Shown(pin=Proof.WRONG, cryptogram=Proof.WRONG), "55")]),
    ("all right", [(Shown(pin=Proof.RIGHT, cryptogram=Proof.RIGHT), "00"), (NONE, "00")]),
]


def books_with_card(status=CardStatus.NORMAL):
    books = IssuerBooks("bank.a", Ledger())
    books.open_card(REF, 10_000, status)
    return books


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story[0])
def test_what_is_shown_is_answered_so(story):
    books = books_with_card()
    for number, (shown, code) in enumerate(story[1]):
        assert books.debit(f"k{number}", REF, 100, "", shown).response_code == code, number
    approved = sum(code == "00" for _, code in story[1])
    assert books.balance(REF).balance_fen == 10_000 - 100 * approved


@pytest.mark.parametrize("ask", ["hold", "credit", "balance"])
def test_a_wrong_pin_is_refused_whatever_is_asked_and_all_of_it_counts_together(ask):
    books = books_with_card()
    for number in range(3):
        if ask == "balance":
            answer = books.balance(REF, WRONG)
        elif ask == "hold":
            answer = books.hold(f"k{number}", REF, 100, WRONG)
        else:
            answer = books.credit(f"k{number}", REF, 100, "", WRONG)
        assert answer.response_code == "55"
        assert not answer.postings
    assert books.debit("d", REF, 100, "", RIGHT).response_code == "75"


def test_the_same_request_again_is_answered_as_before_and_its_pin_counts_once():
    books = books_with_card()
    for _ in range(5):
        assert books.debit("k", REF, 100, "", WRONG).response_code == "55"
    assert books.debit("l", REF, 100, "", RIGHT).response_code == "00"
    assert books.debit("l", REF, 100, "", WRONG).response_code == "00"


def test_a_new_day_begins_without_wrong_pins():
    books = books_with_card()
    for number in range(4):
        books.debit(f"k{number}", REF, 100, "", WRONG)
    books.end_day()
    assert books.debit("d", REF, 100, "", RIGHT).response_code == "00"


def test_wrong_pins_are_counted_for_each_card_of_a_pool():
    books = IssuerBooks("bank.a", Ledger())
    books.open_pool(1_000_000, limit_fen=5_000)
    for number in range(4):
        answer = books.debit(f"k{number}", "one", 100, "", WRONG)
    assert answer.response_code == "75"
    assert books.debit("l", "two", 100, "", RIGHT).response_code == "00"


def test_a_lost_card_is_answered_by_its_state_first():
    books = books_with_card(CardStatus.LOST)
    assert books.debit("k", REF, 100, "", WRONG).response_code == "41"


def test_nothing_that_is_shown_tells_a_pin():
    assert set(msgspec.json.decode(msgspec.json.encode(WRONG))) == {"expired", "pin", "cryptogram"}


def test_the_balance_of_each_card_of_a_pool_falls_and_comes_back():
    books = IssuerBooks("bank.a", Ledger())
    books.open_pool(1_000_000, limit_fen=5_000)
    assert books.debit("k", "one", 3_000).response_code == "00"
    assert books.hold("h", "one", 500).response_code == "00"
    assert (books.balance("one").balance_fen, books.balance("two").balance_fen) == (1_500, 5_000)
    assert books.debit("l", "one", 1_501).response_code == "51"
    assert books.release("v", "one", "h").response_code == "00"
    assert books.credit("c", "one", 200).response_code == "00"
    assert books.reverse("k").response_code == "00"
    assert books.balance("one").balance_fen == 5_200
    books.hold("h2", "one", 1_000)
    assert books.debit("m", "one", 1_200, "h2").response_code == "00"
    assert books.balance("one").balance_fen == 4_000
    books.reverse("m")
    assert books.balance("one").balance_fen == 4_200  # held again
    books.set_status("one", CardStatus.FROZEN)
    books.set_status("one", CardStatus.NORMAL)
    assert books.balance("one").balance_fen == 4_200  # an account of its own, with what was left
