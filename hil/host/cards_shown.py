"""The test cards of a scenario, whole, for a person who types them in or writes them on a card.

They belong to nobody; this is the one place that shows a card number whole, and only when asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from hil.host import opening_words as say
from hil.host.opening import folded
from simulator.catalogue.failures import catalogue
from simulator.catalogue.language import Told
from simulator.machines.terminal.profile import Card
from simulator.report.wrap import filled, width_of
from simulator.scenario.places import places_of
from simulator.scenario.scenario import Scenario
from simulator.world.people.card_deck import CardDeck

INDENT = 4


def card_lines(scenario: Scenario) -> Iterator[str]:
    """The cards with names, then one of each bank that stands for all its others."""
    prefixes = places_of(scenario).pan_prefixes
    deck = CardDeck(scenario.banks, prefixes)
    usual = {bank.name: bank.opening_balance_fen for bank in scenario.banks}
    yield say.CARDS.say(title=scenario.title)
    for number, part in enumerate(scenario.cards):
        issuer = part.bank or scenario.banks[0].name
        balance_fen = usual[issuer] if part.balance_fen is None else part.balance_fen
        yield from _card(
            part.name, deck.name(part, number), issuer, _happens(scenario, part.name, balance_fen))
    for bank in scenario.banks:
        yield from _card(
            say.ANY_CARD.say(), CardDeck((bank,), prefixes).of_customer(0, 0.0), bank.name,
            _happens(scenario, bank.name, usual[bank.name]))
    yield ""
    yield from folded("", say.OTHERS.say(prefixes=" / ".join(prefixes.values())), 0)


def _card(name: str, card: Card, bank: str, happens: str) -> Iterator[str]:
    yield ""
    yield name
    facts: list[tuple[Told, str]] = [
        (say.NUMBER, " ".join(card.pan[at:at + 4] for at in range(0, len(card.pan), 4))),
        (say.EXPIRY, card.expiry), (say.TRACK, card.track2), (say.PIN, card.pin or say.ANY_PIN.say()),
        (say.BANK, bank), (say.HAPPENS, happens),
    ]
    indent = INDENT + 2 + max(width_of(fact.say()) for fact, _ in facts)
    for fact, text in facts:
        yield from folded(" " * INDENT + filled(fact.say(), indent - INDENT), text, indent)


def _happens(scenario: Scenario, target: str, balance_fen: int) -> str:
    """What is on the account, and which faults are aimed at it."""
    yuan = f"{balance_fen // 100:,}.{balance_fen % 100:02}"
    said = [say.BALANCE.say(yuan=yuan) if balance_fen else say.NO_BALANCE.say()]
    rows = catalogue()
    modes = dict.fromkeys(fault.mode for fault in scenario.faults if fault.target == target)
    said += [
        say.FAULT.say(what=Told(rows[mode].en, rows[mode].zh), mode=mode) for mode in modes
    ]
    return "; ".join(said)
