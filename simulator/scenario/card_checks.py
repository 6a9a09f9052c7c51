"""Settings of cards and held items that could act on nothing, each refused by name."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.local_time import DAY_MS
from simulator.scenario.fee_checks import check_card_kinds, check_shares
from simulator.scenario.problems import Problem
from simulator.scenario.scenario import Scenario
from simulator.wire.tlv import elements

LONGEST_DAYS = 30  # of what is held; by then its batch would be forgotten
_OF_HELD = {"held_for_ms": "held_for", "after_held": "after_held"}


def check_cards(scenario: Scenario) -> Iterator[Problem]:
    """What says something about a PIN, a chip or a held item that there is not."""
    for index, card in enumerate(scenario.cards):
        if "pin_required" in card.model_fields_set and not card.pin:
            yield Problem(("cards", index, "pin_required"), "the card has no pin; leave it out")
        if "issuer_proof" in card.model_fields_set and not card.chip_key:
            yield Problem(("cards", index, "issuer_proof"), "the card has no chip_key; leave it out")
        for place, script in enumerate(card.scripts):
            if len(elements(script.upper()) or ()) != 1:
                yield Problem(("cards", index, "scripts", place), "must be one element 71 or 72 in hex")
    yield from check_card_kinds(scenario)
    yield from check_shares(scenario)
    acquirer = scenario.acquirer
    if not DAY_MS <= acquirer.held_for_ms <= LONGEST_DAYS * DAY_MS:
        yield Problem(("acquirer", "held_for"), "must be 1d to 30d")
    if acquirer.capture == "host":
        for key, name in {"missing_from_upload": "missing_from_upload", **_OF_HELD}.items():
            if key in acquirer.model_fields_set:
                yield Problem(("acquirer", name), "nothing is held where capture is host; leave it out")
    elif acquirer.missing_from_upload == "settle":
        for key, name in _OF_HELD.items():
            if key in acquirer.model_fields_set:
                yield Problem(("acquirer", name), "nothing is held where missing_from_upload is "
                              "settle; leave it out")
