"""Hands are asked for what a wish means, and what they tell is what the counter saw."""

from __future__ import annotations

import json
import sys

import msgspec
import pytest

from hil.hands.asking import hands_of, hands_settings
from hil.hands.hands import Done, HandsError
from hil.tills.counter import Counter
from hil.tills.ends import Told, Wish
from hil.tills.hands_till import HandsTill, card_deed, deed_of
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.wire.kinds import Kind

CARD = Card(pan="6200009753180120", pin="483920")
NOW_MS = 1_769_500_000_000


class Townsfolk:
    """People who are heard."""

    def __init__(self):
        self.meant = []

    def mean(self, mid, wish, card):
        self.meant.append((mid, wish.kind, wish.order, wish.amount_fen, card))

    def heard(self, mid, wish, told):
        self.told = told


class ScriptedHands:
    """Hands that tell what they were given, one deed after the other."""

    name = "robot"

    def __init__(self, *answers):
        self._answers = list(answers)
        self.deeds = []

    def ask(self, deed):
        self.deeds.append(deed)
        return Done(by=self.name, asked_ms=1, done_ms=2, answers=self._answers.pop(0))

    def close(self):
        pass


@pytest.fixture
def people():
    return Townsfolk()


@pytest.fixture
def counter(people):
    return Counter("77001234", "898000000000001", TerminalProfile(disabled=("refund",)), lambda _name, _fen: CARD, people)


def till_of(hands, counter, password="0000"):
    return HandsTill(hands, counter, now_ms=lambda: NOW_MS, rest=lambda: None, within_s=9.0, password=password)


def test_a_sale_is_asked_for_with_card_and_pin_and_told_of_with_its_numbers(counter, people):
    hands = ScriptedHands({"result": "approved", "response_code": "00", "stan": "000007", "batch": "3",
                           "rrn": "112233445566", "auth_code": "A1B2C3"})
    told = till_of(hands, counter).operate(Wish(kind=Kind.SALE, order="S1", amount_fen=6_805))
    assert told == Told("approved", "00", "", Kind.SALE, "S1", 3, 7, "112233445566", "A1B2C3", 6_805, "", "", "0127")
    [deed] = hands.deeds
    assert deed.text.en == "do: sale of ¥68.05"
    assert deed.text.zh == "操作：消费 68.05 元"
    assert (deed.card.pan, deed.pin, deed.within_s) == (CARD.pan, CARD.pin, 9.0)
    assert people.meant == [("898000000000001", Kind.SALE, "S1", 6_805, CARD)]


def test_a_void_says_which_sale_is_meant(counter):
    hands = ScriptedHands({"result": "declined", "response_code": "25"})
    sale = Told("approved", "00", "", Kind.SALE, "S1", 3, 7, "112233445566", "A1B2C3", 6_805, "", "", "0127")
    told = till_of(hands, counter).operate(Wish(kind=Kind.VOID, order="V1", original=sale))
    assert (told.result, told.response_code, told.amount_fen) == ("declined", "25", 6_805)
    assert hands.deeds[0].facts["original_stan"] == "000007"
    assert hands.deeds[0].facts["original_batch"] == "000003"


def test_a_sign_on_names_the_clerk_and_asks_for_no_receipt(counter):
    hands = ScriptedHands({"result": "approved"})
    till_of(hands, counter).operate(Wish(kind=Kind.SIGN_ON))
    assert hands.deeds[0].facts == {"clerk": "01", "password": "0000"}
    assert [each.name for each in hands.deeds[0].questions] == ["result", "response_code"]
    assert hands.deeds[0].card is None


def test_a_terminal_that_went_dark_told_nothing(counter):
    till = till_of(ScriptedHands({"result": "dark"}), counter)
    assert till.operate(Wish(kind=Kind.SALE, order="S1", amount_fen=100)).result == ""
    assert till.told("S1") == ""


def test_what_is_disabled_is_not_asked_for(counter):
    till = till_of(ScriptedHands(), counter)
    assert till.can(Kind.SALE)
    assert not till.can(Kind.REFUND)
    assert not till.can(Kind.REVERSAL)


@pytest.mark.parametrize(("answers", "words"), [
    ({"result": "approved", "stan": "seven"}, "stan 'seven'; allowed: up to six digits"),
    ({"result": "approved", "batch": "1234567"}, "up to six digits"),
    ({"result": "approved", "response_code": "approved"}, "two letters or digits"),
    ({"result": "approved", "rrn": "1" * 13}, "up to twelve"),
])
def test_numbers_that_are_none_are_refused(counter, answers, words):
    with pytest.raises(HandsError, match=words):
        till_of(ScriptedHands(answers), counter).operate(Wish(kind=Kind.SALE, order="S1", amount_fen=100))


def test_what_is_begun_goes_on_by_itself(counter):
    ticket = till_of(ScriptedHands({"result": "approved"}), counter).begin(Wish(kind=Kind.SALE, order="S1", amount_fen=100))
    assert ticket.wait(5).approved
    assert ticket.is_done


def test_a_card_alone_is_asked_for_where_another_till_began(counter):
    meant = counter.means(Wish(kind=Kind.SALE, order="S1", amount_fen=100))
    deed = card_deed(meant, "77001234", 5.0)
    assert (deed.what, deed.questions, deed.card.pan) == ("present_card", (), CARD.pan)
    assert card_deed(counter.means(Wish(kind=Kind.SETTLEMENT)), "77001234", 5.0) is None


def test_every_kind_that_can_be_asked_for_has_words_in_both_languages(people):
    counter = Counter("77001234", "898000000000001", TerminalProfile(qr=True, offline_limit_fen=9_999),
                      lambda _name, _fen: CARD, people)
    for kind in Kind:
        if counter.can(kind):
            text = deed_of(counter.means(Wish(kind=kind, order="X", amount_fen=100)), "1", 5.0).text
            assert kind.value.replace("_", " ") in text.en
            assert kind.value not in text.zh


def test_a_program_does_a_sale_end_to_end_and_its_secrets_stay_its_own(counter):
    robot = ("import json, sys; deed = json.load(sys.stdin); "
             "print(json.dumps({'answers': {'result': 'approved', 'stan': 12}, 'note': deed['pin']}))")
    acts = []
    hands = hands_of(hands_settings("command", {"command": [sys.executable, "-c", robot]}), acts.append)
    told = till_of(hands, counter).operate(Wish(kind=Kind.SALE, order="S1", amount_fen=100))
    assert (told.result, told.stan) == ("approved", 12)
    kept = json.loads(msgspec.json.encode(acts[0]))
    assert kept["order"] == "S1"
    assert CARD.pin not in str(kept)
    assert CARD.pan not in str(kept)
