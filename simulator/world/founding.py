"""Everybody of a scenario, built and connected to each other; runs nothing.

Terminals that stand outside (a port instead of a body) are left out and plugged in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import msgspec
import simpy

from simulator.faults.schedule import Faults
from simulator.machines.acquirer.events import HostRecord
from simulator.machines.acquirer.machine import Acquirer
from simulator.machines.sealing import Sealer, SymbolicSealer
from simulator.machines.terminal.events import Conclude, NvmRecord
from simulator.machines.terminal.journal import compact
from simulator.machines.terminal.machine import Terminal
from simulator.machines.terminal.profile import TerminalIdentity, TerminalProfile
from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing
from simulator.money.issuer import IssuerBooks
from simulator.money.ledger import Ledger
from simulator.money.merchant_bank import AccountStatus
from simulator.money.payout import PayoutDesk
from simulator.scenario.places import PlacedMerchant, PlacedTerminal, Places
from simulator.scenario.plan import fault_rules
from simulator.scenario.scenario import Scenario
from simulator.trace.recorder import Recorder
from simulator.wire.mac import WireSealer
from simulator.world import settings
from simulator.world.banks.banks import IssuerDesk, IssuerDesks, WalletDesk, WalletDesks
from simulator.world.banks.clearing_house import ClearingHouse
from simulator.world.bodies.acquirer_body import AcquirerBody
from simulator.world.bodies.kept_records import HostMemory, WorldHostMemory, WorldMemory
from simulator.world.bodies.terminal_body import TerminalBody
from simulator.world.defects import Workshop
from simulator.world.network.lines import Line, Shared
from simulator.world.network.link import HOST, Codec, Link
from simulator.world.people.announcements import Announcements
from simulator.world.people.card_deck import CardDeck
from simulator.world.people.counter import Counter
from simulator.world.people.demand import Mixture, Stream, opening_of
from simulator.world.people.shop import Shop
from simulator.world.strikes import Strikes
from simulator.world.time.kernel import Deadlines
from simulator.world.time.service import Service

_ACCOUNT_STATUS = {
    "open": AccountStatus.NORMAL, "frozen": AccountStatus.FROZEN, "closed": AccountStatus.CLOSED,
}


class Choices(msgspec.Struct, frozen=True):
    """How a world is run, beside what its scenario says."""

    seed: int
    wire: Codec | None = None  # real encoding of every message
    defects: tuple[str, ...] = ()
    external: Collection[str] = ()  # TIDs whose terminals are not of this world
    version: str = ""
    clock: str = "virtual"
    target: str = "virtual world"
    host_memory: HostMemory | None = None  # None: kept in the world


class Founding:
    """Everybody of a scenario, built and connected; time has not begun."""

    def __init__(
        self, scenario: Scenario, places: Places, env: simpy.Environment, recorder: Recorder,
        faults: Faults, choices: Choices,
    ) -> None:
        self.scenario = scenario
        self.places = places
        self.env = env
        self.recorder = recorder
        self.faults = faults
        self.strikes = Strikes(env, recorder, faults)
        self.choices = choices
        self.deadlines = Deadlines(env)
        self.sealer: Sealer = WireSealer() if choices.wire else SymbolicSealer()
        self.bodies: dict[str, TerminalBody] = {}
        self.links: dict[str, Link] = {}
        self.shops: dict[str, Shop] = {}
        self._workshop = Workshop(choices.defects)
        self._shared: dict[str, Shared] = {}
        self.announcements = Announcements(env, fault_rules(scenario))
        self.software = scenario.acquirer.minimum_software
        self._build_books()
        self._build_acquirer()
        self._build_issuers()
        for number, placed in enumerate(places.merchants):
            self._build_merchant(number, placed)

    def _build_books(self) -> None:
        build = self._workshop.build
        acquirer = self.scenario.acquirer
        self.ledger = build(Ledger)()
        self.working_days = WorkingDays()
        self.house = ClearingHouse(
            self.env, self.recorder, self.strikes, self.choices.seed,
            build(Clearing)(self.ledger, self.working_days, payout_time_ms=acquirer.payout_at_ms),
            build(PayoutDesk)(self.ledger), acquirer.cut_over_ms,
        )

    def _build_acquirer(self) -> None:
        described = self.scenario.acquirer
        host = settings.acquirer_settings(self.scenario, self.places)
        entries = settings.registry(self.places)
        keys = settings.key_source(self.choices.seed, self.places)
        built = self._workshop.build(Acquirer)

        def build(records: Iterable[HostRecord]) -> Acquirer:
            return built(host, entries, self.sealer, keys, records)

        memory = self.choices.host_memory or WorldHostMemory(kept=True)
        self.acquirer = AcquirerBody(
            self.env, self.recorder, self.strikes, self.deadlines, build, memory, self.house,
            Service(self.choices.seed, "acquirer.delay", HOST, described.latency,
                    described.servers),
        )

    def _build_issuers(self) -> None:
        scenario, seed = self.scenario, self.choices.seed
        build = self._workshop.build(IssuerBooks)
        self.deck = CardDeck(scenario.banks, self.places.pan_prefixes)
        self.card_names: dict[str, str] = {}
        books: dict[str, IssuerBooks] = {}
        for bank in scenario.banks:
            books[bank.name] = build(bank.name, self.ledger)
            self.house.paymaster.add_bank(bank)
        self.wallet_books = {
            wallet.name: build(wallet.name, self.ledger) for wallet in scenario.wallets
        }
        self.issuers = IssuerDesks({
            bank.name: IssuerDesk(
                self.env, self.recorder, self.strikes, seed, bank, books[bank.name], self.acquirer,
                self.card_names,
            )
            for bank in scenario.banks
        })
        wallets = {
            self.places.wallet_prefixes[wallet.name]: WalletDesk(
                self.env, self.recorder, self.strikes, seed, wallet,
                self.wallet_books[wallet.name], self.acquirer,
            )
            for wallet in scenario.wallets
        }
        self.acquirer.issuers = self.issuers
        self.wallets = WalletDesks(wallets)
        self.acquirer.wallets = self.wallets
        self.house.connect(self.acquirer, books)

    def _build_merchant(self, number: int, placed: PlacedMerchant) -> None:
        merchant = placed.merchant
        self.house.clearing.open_merchant(settings.terms_of(placed))
        self.house.paymaster.open_account(
            settings.account_of(placed), _ACCOUNT_STATUS[merchant.account.status])
        shop = Shop(
            self.env, self.choices.seed, merchant, placed.mid, number, self.deck,
            self.announcements, self.places.wallet_prefixes, self.scenario.until_ms,
        )
        self.shops[merchant.name] = shop
        opening = mixture = None
        if merchant.sales is not None:
            opening = opening_of(merchant.open, merchant.sales, len(placed.terminals))
            mixture = Mixture(merchant.sales)
        for position, terminal in enumerate(placed.terminals, 1):
            link = self._build_link(terminal)
            if terminal.tid in self.choices.external:
                continue
            counter = Counter(self.env, self.recorder, self.strikes, shop)
            counter.body = self._build_body(placed, terminal, link, counter.concluded)
            counter.body.on_boot = counter.restarted
            stream = None
            if opening is not None and mixture is not None:
                stream = Stream(self.choices.seed, terminal.tid, opening, mixture)
            shop.add_counter(position, counter, stream, dict(terminal.profile.clerks))

    def _build_link(self, terminal: PlacedTerminal) -> Link:
        place, network = terminal.place, self.scenario.network
        shared = tuple(
            self._shared.setdefault(name, Shared(name, bytes_per_second))
            for name, bytes_per_second in (
                (place.router, network.router_bytes_per_second),
                (place.isp, network.isp_bytes_per_second),
            ) if bytes_per_second
        )
        line = Line(self.choices.seed, terminal.tid, getattr(network, terminal.profile.links[0]),
                    shared)
        link = Link(self.env, self.recorder, self.strikes, self.acquirer, terminal.tid, line,
                    self.choices.wire)
        self.links[terminal.tid] = link
        self.acquirer.links[terminal.tid] = link
        return link

    def _build_body(
        self, placed: PlacedMerchant, terminal: PlacedTerminal, link: Link,
        concluded: Callable[[Conclude], None],
    ) -> TerminalBody:
        body = TerminalBody(
            self.env, self.recorder, self.strikes, self.deadlines, terminal.tid,
            terminal_builder(self._workshop, TerminalIdentity(terminal.tid, placed.mid),
                             terminal.profile, self.sealer),
            WorldMemory(compact), link, concluded,
        )
        body.software_offered = self.software
        link.terminal = body
        self.bodies[terminal.tid] = body
        return body


def terminal_builder(
    workshop: Workshop, identity: TerminalIdentity, profile: TerminalProfile, sealer: Sealer,
) -> Callable[[Iterable[NvmRecord]], Terminal]:
    """How this terminal's machine is built from a journal, right or wrong."""
    built = workshop.build(Terminal)

    def build(records: Iterable[NvmRecord]) -> Terminal:
        return built(identity, profile, sealer, records)

    return build
