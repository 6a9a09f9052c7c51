"""The test cards and codes of a scenario, whole, for a person who types them in or writes them on a card.

They belong to nobody; this is the one place that shows a card number whole, and only when asked.
The key of a chip is shown as its check value.
"""

from __future__ import annotations

from collections.abc import Iterator

from hil.host import opening_words as say
from hil.host.opening import folded, table
from simulator.catalogue.failures import catalogue
from simulator.catalogue.language import Told
from simulator.local_time import date_at
from simulator.machines.terminal.profile import Card
from simulator.report.wrap import filled, width_of
from simulator.scenario.parts.banks import TEST_PIN, CardPart
from simulator.scenario.places import places_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.wallet_codes import WalletCodes
from simulator.wire.master_keys import check_value
from simulator.world.people.card_deck import CardFacts, deck_of

INDENT = 4
CODE_DIGITS = 19  # of a test code that a customer's phone shows


def card_lines(scenario: Scenario) -> Iterator[str]:
    """The cards with names, one of each bank that stands for all its others, a code of each wallet."""
    places = places_of(scenario)
    prefixes = places.pan_prefixes
    deck = deck_of(scenario, prefixes)
    usual = {bank.name: bank.opening_balance_fen for bank in scenario.banks}
    yield say.CARDS.say(title=scenario.title)
    for number, part in enumerate(scenario.cards):
        issuer = part.bank or scenario.banks[0].name
        balance_fen = usual[issuer] if part.balance_fen is None else part.balance_fen
        card = deck.name(part, number)
        yield from _card(
            part.name, card, deck.facts(card.pan), issuer,
            _happens(scenario, part.name, balance_fen, expiry=card.expiry), part)
    others = [bank for bank in scenario.banks if bank.unknown_cards == "accept"]
    for bank in others:
        card = deck_of(scenario, prefixes, (bank,)).of_customer(0, 0.0)
        yield from _card(
            say.ANY_CARD.say(), card, deck.facts(card.pan), bank.name,
            _happens(scenario, bank.name, usual[bank.name]))
    if others:
        yield ""
        told = say.OTHERS.say(prefixes=" / ".join(prefixes[bank.name] for bank in others))
        yield from folded("", told, 0)
    yield from _codes(places.codes)


def _codes(codes: WalletCodes) -> Iterator[str]:
    """A code of each wallet, and of each of its users with a name, as a customer's phone shows it."""
    if not codes.prefixes:
        return
    yield ""
    yield say.CODES.say()
    rows = []
    for wallet, prefix in codes.prefixes.items():
        begins = {wallet: prefix} | {
            f"{wallet} {user}": codes.begins(user) for user, of in codes.wallets.items() if of == wallet}
        rows += [(whose, f"{begin}{1:0{CODE_DIGITS - len(begin)}}", begin) for whose, begin in begins.items()]
    yield from table((say.WALLET, say.CODE, say.BEGINS), rows)
    yield from folded("", say.OTHER_CODES.say(), 0)


def _card(
    name: str, card: Card, facts_of_it: CardFacts, bank: str, happens: str, part: CardPart | None = None,
) -> Iterator[str]:
    """One card; ``part`` is its row, if it has one."""
    yield ""
    yield name
    needed_pin = part.pin if part is not None and part.pin_required else ""
    facts: list[tuple[Told, str]] = [
        (say.NUMBER, " ".join(card.pan[at:at + 4] for at in range(0, len(card.pan), 4))),
        (say.EXPIRY, card.expiry), (say.SERVICE_CODE, facts_of_it.service_code), (say.TRACK, card.track2),
        (say.PIN, needed_pin or say.PIN_OR_NONE.say(pin=card.pin or TEST_PIN)),
    ]
    if part is not None and part.chip_key:
        key = check_value(bytes.fromhex(part.chip_key))
        facts.append((say.CHIP_KEY, say.KEY_SHOWN.say(value=key)))
    facts += [(say.BANK, bank), (say.HAPPENS, happens)]
    indent = INDENT + 2 + max(width_of(fact.say()) for fact, _ in facts)
    for fact, text in facts:
        yield from folded(" " * INDENT + filled(fact.say(), indent - INDENT), text, indent)


def _happens(scenario: Scenario, target: str, balance_fen: int, *, expiry: str = "") -> str:
    """What is on the account, whether the card is over, and which faults are aimed at it."""
    yuan = f"{balance_fen // 100:,}.{balance_fen % 100:02}"
    said = [say.BALANCE.say(yuan=yuan) if balance_fen else say.NO_BALANCE.say()]
    if expiry and expiry < f"{date_at(scenario.start_ms):%y%m}":
        said.append(say.EXPIRED.say())
    rows = catalogue()
    modes = dict.fromkeys(fault.mode for fault in scenario.faults if fault.target == target)
    said += [
        say.FAULT.say(what=Told(rows[mode].en, rows[mode].zh), mode=mode) for mode in modes
    ]
    return "; ".join(said)
