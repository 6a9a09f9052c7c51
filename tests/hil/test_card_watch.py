"""A till sees whether its terminal says the whole number of the card that paid, in whatever way it stands there."""

from __future__ import annotations

import pytest

from hil.checks.check import Check
from hil.checks.table import CHECKS
from hil.tills.card_watch import CardWatch, stands_whole
from simulator.catalogue.failures import catalogue

PAN, OTHER = "6200009753180120", "6200008753180121"
WHOLE = {
    "digits": b"\x020210|00|6200009753180120|\x03\x11", "groups": b"CARD 6200 0097 5318 0120",
    "dashes": b"6200-0097-5318-0120", "packed": bytes.fromhex("22086200009753180120"),
    "packed_a_nibble_later": bytes.fromhex("0622f6200009753180120f"), "track": b"6200009753180120D301220100000",
    "wide": "6200009753180120".encode("utf-16-le"),
}
HIDDEN = {
    "masked": b"620000******0120", "packed_masked": bytes.fromhex("226200 00eeeeee0120"), "last_four": b"0120",
    "another_card": OTHER.encode(), "in_two_fields": b"62000097|53180120", "nothing": b"",
}


@pytest.mark.parametrize("said", WHOLE.values(), ids=WHOLE)
def test_a_whole_number_is_seen(said):
    assert stands_whole(PAN, said)


@pytest.mark.parametrize("said", HIDDEN.values(), ids=HIDDEN)
def test_what_is_masked_or_of_another_card_accuses_nobody(said):
    assert not stands_whole(PAN, said)


def test_it_is_seen_however_the_line_cuts_it_and_counts_once_an_order():
    watch = CardWatch()
    watch.begins(PAN)
    for byte in WHOLE["digits"]:
        watch.heard(bytes([byte]))
    assert (watch.exposed, watch.bytes_seen) == (1, len(WHOLE["digits"]))


def test_a_question_without_a_card_is_watched_for_the_card_before():
    watch = CardWatch()
    watch.begins(PAN)
    watch.heard(HIDDEN["masked"])
    watch.begins("")
    watch.heard(WHOLE["digits"])
    assert watch.exposed == 1


def test_without_a_card_nothing_is_said_to_have_been_looked_at():
    watch = CardWatch()
    watch.begins("")
    watch.heard(WHOLE["digits"])
    assert (watch.exposed, watch.bytes_seen) == (0, 0)


def test_the_check_that_the_catalogue_names_is_one():
    row = catalogue()["ecr.exposed"]
    check: Check = CHECKS[row.checked_by]
    assert any(rule.name == "card_on_line" for rule in check.must)
