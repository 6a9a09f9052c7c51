"""What features and checks drive: one small face, whatever stands behind it.

It says what people, clocks and lines do and what can be seen from outside; it judges nothing and
knows no message.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Protocol

import msgspec

from hil.bench.triggers import Armed, Trigger
from hil.ports.ports import PortError
from hil.processes.process import BenchError
from hil.targets.needs import DONE_INSIDE, NO_DISPUTES, NO_LINE, NO_RECORDS, CannotError, Need
from hil.tills.ends import PowerCut, Sale, Stand, Told, Wish
from simulator.catalogue.language import Told as Words
from simulator.catalogue.places import Place
from simulator.judge.verdict import Judgement
from simulator.machines.terminal.profile import Card
from simulator.money import accounts
from simulator.scenario.places import PlacedMerchant, Places, places_of
from simulator.scenario.scenario import Scenario
from simulator.trace.records import Record
from simulator.wire.kinds import Kind
from simulator.wire.masking import mask_pan
from simulator.world.people.card_deck import deck_of

# Of a virtual terminal: no calendar jumps over what it does by itself, and its maker has the newest, whatever is demanded.
UPDATE = ("--update-takes", "2s", "--offers", "99000000")


class TargetSetting(msgspec.Struct, frozen=True, kw_only=True):
    """What a target is opened with: merchants, their terminals, and what is built wrong."""

    scenario: str  # TOML text, without people and faults
    folder: Path  # for what it leaves behind
    defects: tuple[str, ...] = ()


class TargetKind(Protocol):
    """What opens targets of one kind: a class of them, or a bench."""

    @property
    def terminal_settings(self) -> str:
        """What a scenario must say of its terminals."""

    @property
    def cannot(self) -> Mapping[Need, Words]:
        """What a scenario may need and these have not, with the reason."""

    @property
    def places(self) -> frozenset[Place]:
        """Where faults strike and remedies are taken here, as the catalogue calls it."""

    def scenario(self, text: str) -> str:
        """The scenario as these have it."""

    def __call__(self, setting: TargetSetting) -> Target:
        """Open one: built, switched on, signed on."""


class Target(ABC):
    """A merchant with its terminals on their stands, an acquirer, banks; open until closed.

    ``terminal_settings``: what a scenario must say of its terminals so that no wait is too long for
    this clock.  ``cannot``: what a scenario may need and this target has not, each with its reason.
    Whatever else is asked and cannot be done is a ``CannotError``.
    """

    terminal_settings: ClassVar[str]
    cannot: ClassVar[Mapping[Need, Words]]
    places: ClassVar[frozenset[Place]] = frozenset({Place.LIVE_HOST})
    stands: dict[int, Stand]  # by the terminal's number, from 1, over all merchants

    @classmethod
    def scenario(cls, text: str) -> str:
        """The scenario as this target has it, of one that says nothing of where its terminal stands."""
        return text

    # ---- at one stand ------------------------------------------------------------------------

    def sell(self, sale: Sale) -> Told:
        """A customer means a sale, and the clerk tries it once; the same name again: once more."""
        return self.operate(sale.terminal, Wish(
            kind=Kind.SALE, order=sale.name, amount_fen=sale.amount_fen, card=sale.card))

    def settle(self, terminal: int) -> Told:
        """The clerk settles one terminal."""
        return self.operate(terminal, Wish(kind=Kind.SETTLEMENT))

    def operate(self, terminal: int, wish: Wish) -> Told:
        """The clerk asks a terminal for something."""
        return self.stands[terminal].till.operate(wish)

    def told(self, sale: str) -> str:
        """How the last try of a sale ended, as the terminal said; "" for nothing."""
        results = [told for each in self.stands.values() if (told := each.till.told(sale))]
        return results[-1] if results else ""

    def rest(self, terminal: int) -> None:
        """Wait until a terminal has nothing pending."""
        self.stands[terminal].till.rest()

    def cut_power(self, terminal: int, cut: PowerCut) -> None:
        """Prepare a power cut in the next operation; the power stays away."""
        self.stands[terminal].power.cut(cut)

    def power_on(self, terminal: int) -> None:
        """The power comes back."""
        self.stands[terminal].power.on()

    def cut_power_at(self, trigger: Trigger) -> Armed:
        """Prepare a power cut at a message on the line; the power stays away."""
        del trigger
        raise CannotError(NO_LINE)

    # ---- around them -------------------------------------------------------------------------

    @abstractmethod
    def now_ms(self) -> int:
        """What its calendar shows."""

    def at_once(self) -> str:
        """How a fault says that it begins now: times of a live host count from when it hears of it."""
        return "0s"

    @abstractmethod
    def fault(self, toml: str) -> None:
        """A fault from now on, as in a scenario."""

    @abstractmethod
    def action(self, toml: str) -> None:
        """A documented remedy now, as in a scenario."""

    def end_faults(self, modes: frozenset[str]) -> None:
        """The faults of these modes that somebody added end now."""
        raise CannotError(DONE_INSIDE.both(what=", ".join(sorted(modes))))

    def dispute(self, act: str, case: str, sale: str, amount_fen: int = 0, reason: str = "not_recognised") -> None:
        """Somebody acts in a dispute about a sale; the first act of a case opens it.  0: all that is left."""
        del act, case, sale, amount_fen, reason
        raise CannotError(NO_DISPUTES)

    @abstractmethod
    def advance(self, to_ms: int) -> None:
        """Let the calendar reach a moment."""

    @abstractmethod
    def wait(self, met: Callable[[], bool], within_ms: int) -> bool:
        """Let time pass until a condition is met, at most so long; whether it was."""

    @abstractmethod
    def balances(self) -> dict[str, int]:
        """The ledger: accounts and their fen."""

    def records(self) -> Sequence[Record]:
        """Everything that was written down so far."""
        raise CannotError(NO_RECORDS)

    @abstractmethod
    def unstruck(self) -> tuple[str, ...]:
        """The modes of added faults that have had no effect so far, without those that may stay away."""

    def close_the_day(self) -> None:
        """Clerks settle what nobody has settled: a run that ends with open batches shows no payouts."""
        for number, stand in self.stands.items():
            if stand.power.is_on and self.is_unsettled:
                with contextlib.suppress(AssertionError, BenchError, PortError):  # one that cannot is judged as it stands
                    self.settle(number)

    @property
    def is_unsettled(self) -> bool:
        """Whether the books hold something that is captured and in no settled batch."""
        return any(fen for account, fen in self.balances().items() if account.endswith(":pending"))

    @abstractmethod
    def judge(self) -> Judgement:
        """End all faults, close the day, let everything come to rest, and have the whole trace judged."""

    @abstractmethod
    def close(self) -> None:
        """Stop all that runs; nothing is left behind, whatever happened before."""


class Accounts:
    """The names of the accounts of the merchants and the named cards of a scenario; ``shop``: the first."""

    def __init__(self, scenario: Scenario) -> None:
        self.places: Places = places_of(scenario)
        self.shop: PlacedMerchant = self.places.merchants[0]
        self.received = accounts.bank_account(self.shop.bank, self.shop.mid)
        self.suspense = accounts.suspense(self.shop.mid)
        self._deck = deck_of(scenario, self.places.pan_prefixes)
        self.cards: dict[str, Card] = {
            part.name: self._deck.name(part, number) for number, part in enumerate(scenario.cards)
        }
        self._opening = {
            part.name: part.balance_fen if part.balance_fen is not None else next(
                bank.opening_balance_fen for bank in scenario.banks
                if bank.name == (part.bank or scenario.banks[0].name))
            for part in scenario.cards
        }
        self._banks = {part.name: part.bank or scenario.banks[0].name for part in scenario.cards}

    def shop_named(self, merchant: str) -> PlacedMerchant:
        """A merchant by its name."""
        return next(each for each in self.places.merchants if each.merchant.name == merchant)

    def received_of(self, merchant: str) -> str:
        """The account of a merchant at its bank."""
        shop = self.shop_named(merchant)
        return accounts.bank_account(shop.bank, shop.mid)

    def suspense_of(self, merchant: str) -> str:
        """What stands in suspense for a merchant."""
        return accounts.suspense(self.shop_named(merchant).mid)

    def opening_fen(self, name: str) -> int:
        """What a named card has before anybody buys."""
        return self._opening[name]

    def at_reader(self, name: str, amount_fen: int) -> Card:
        """A named card, as it meets a terminal that takes this sum."""
        return self._deck.at_reader(self.cards[name], amount_fen)

    def card(self, name: str) -> str:
        """The account of a named card."""
        return accounts.cardholder(self._banks[name], mask_pan(self.cards[name].pan))


__all__ = ["Accounts", "PowerCut", "Sale", "Target", "TargetKind", "TargetSetting", "Told", "Wish"]
