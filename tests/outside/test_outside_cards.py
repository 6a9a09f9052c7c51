"""What the issuers of test cards look at: PIN, expiry, check digit, track, cryptogram, and what is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.outside.cards import cards_of
from tests.outside.chip import answer, application_data
from tests.outside.day import CHIP_CARD, STRIPE_CARD, counter, done
from tests.outside.host import Host
from tests.outside.kinds import CHIP
from tests.outside.tlv import tlvs

pytestmark = pytest.mark.live

KEY = "0123456789ABCDEF1032547698BADCFE"
SCENARIO = f"""
title = "Cards"
start = "2026-01-27T10:00"
until = "2d"

[acquirer]
latency = "2ms"

[[banks]]
name = "bank.a"
latency = "5ms"

[[cards]]
name = "card.pin"
balance = "100.00"
pin = "246810"

[[cards]]
name = "card.count"
pin = "135790"

[[cards]]
name = "card.old"
expiry = "2512"

[[cards]]
name = "card.chip"
entry = "chip"
pin = "123456"
chip_key = "{KEY}"

[[cards]]
name = "card.script"
entry = "chip"
scripts = ["72189F180412345678860F04DA9F790A00000001000011223344"]

[[merchants]]
name = "corner shop"
terminals = {{ count = 15 }}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("cards") / "cards.toml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture(scope="module")
def host(scenario):
    with Host(scenario, scenario.parent) as running:
        yield running


@pytest.fixture(scope="module")
def cards(scenario):
    return cards_of(scenario)


@pytest.fixture
def till(host, numbers):
    with counter(host, next(numbers)) as at_the_port:
        done("sign-on", at_the_port.sign_on())
        yield at_the_port


@pytest.fixture(scope="module")
def numbers():
    """A terminal of its own for each test."""
    return iter([f"100000{n:02}" for n in range(1, 16)])


def test_a_sale_is_approved_as_long_as_there_is_money(till, cards):
    card = cards["card.pin"]
    assert till.sale("A", 9000, card).told == "approved"
    assert till.balance(card).reply.get(54) == "1002156C000000001000"
    assert till.sale("B", 1001, card).code == "51"
    assert till.sale("C", 1000, card).told == "approved"


def test_wrong_pins_are_counted_and_then_the_right_one_is_too_late(till, cards):
    wrong = replace(cards["card.count"], pin="000000")
    assert [till.sale("D", 100, wrong).code for _ in range(3)] == ["55", "55", "55"]
    assert till.sale("E", 100, cards["card.count"]).code == "75"


def test_a_card_that_has_expired_is_declined(till, cards):
    assert till.sale("F", 100, cards["card.old"]).code == "54"


def test_a_number_that_does_not_end_in_its_check_digit_is_declined(till, cards):
    card = cards["card.pin"]
    wrong = card.pan[:-1] + str((int(card.pan[-1]) + 1) % 10)
    assert till.sale("G", 100, replace(card, pan=wrong)).code == "14"


@pytest.mark.parametrize("cvn", ["01", "12"])
def test_a_right_cryptogram_is_approved_and_answered_by_a_right_one(till, cards, cvn):
    card = replace(cards["card.chip"], entry=CHIP)
    key = bytes.fromhex(KEY)
    icc = application_data(key, card.pan, card.sequence, 1500, counter=7, cvn=cvn)
    outcome = till.sale("H", 1500, replace(card, icc=icc))
    assert outcome.told == "approved"
    said = dict(tlvs(bytes.fromhex(outcome.reply.get(55))))["91"]
    assert said == answer(key, card.pan, card.sequence, icc, "00", cvn) + b"00"


def test_a_cryptogram_of_another_sum_is_declined(till, cards):
    card = replace(cards["card.chip"], entry=CHIP)
    icc = application_data(bytes.fromhex(KEY), card.pan, card.sequence, 1500, counter=8)
    other = icc.replace("9F0206000000001500", "9F0206000000001600")
    assert other != icc
    assert till.sale("I", 1600, replace(card, icc=other)).code == "59"


@pytest.mark.parametrize("cvn", ["01", "12"])
@pytest.mark.parametrize("name", ["card.chip", "card.script"])  # with a key that its issuer knows, and without
def test_a_right_cryptogram_of_another_sum_than_f4_is_declined(till, cards, name, cvn):
    card = replace(cards[name], entry=CHIP)
    icc = application_data(bytes.fromhex(KEY), card.pan, card.sequence, 1500, counter=10, cvn=cvn)
    assert till.sale("M", 1600, replace(card, icc=icc)).code == "59"
    assert till.sale("N", 1500, replace(card, icc=icc)).told == "approved"


def test_a_cryptogram_under_another_key_is_declined(till, cards):
    card = replace(cards["card.chip"], entry=CHIP)
    icc = application_data(bytes(16), card.pan, card.sequence, 1500, counter=9)
    assert till.sale("J", 1500, replace(card, icc=icc)).code == "59"


def test_the_result_of_a_script_goes_up_before_the_next_transaction(till, cards):
    card = replace(cards["card.script"], entry=CHIP, icc=CHIP_CARD.icc)
    events = []
    till.log = lambda event, **_: events.append(event)
    assert till.sale("K", 1500, card).told == "approved"
    [result] = till.memory.scripts
    assert result.get(55).endswith("DF31052012345678")
    assert till.sale("L", 1600, STRIPE_CARD).told == "approved"
    assert till.memory.scripts == []
    assert events == ["meant", "told", "receipt", "meant", "script_reported", "told", "receipt"]
