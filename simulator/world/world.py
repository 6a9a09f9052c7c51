"""A scenario as actors on a SimPy environment: built whole, then run through its phases.

The environment decides what a millisecond is: the same world runs on the virtual clock and on the
wall clock.  Terminals that stand outside (a port instead of a body) are left out and plugged in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import msgspec
import simpy

from simulator.faults.points import Verb
from simulator.faults.schedule import Faults, Fired, Window
from simulator.judge.trace import (
    FaultBegan,
    FaultEnded,
    FaultFired,
    MerchantOpened,
    PhaseEntered,
    Posted,
    RunStarted,
    StillPending,
    TerminalOpened,
)
from simulator.machines.acquirer import Acquirer
from simulator.machines.acquirer_events import HostRecord, VersionDemanded
from simulator.machines.journal import compact
from simulator.machines.profile import TerminalIdentity, TerminalProfile
from simulator.machines.sealing import Sealer, SymbolicSealer
from simulator.machines.terminal import Terminal
from simulator.machines.terminal_events import Conclude, NvmRecord
from simulator.money import accounts
from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing
from simulator.money.issuer import IssuerBooks
from simulator.money.ledger import Ledger, Posting
from simulator.money.merchant_bank import AccountStatus
from simulator.money.payout import PayoutDesk
from simulator.wire.mac import WireSealer
from simulator.wire.masking import mask_pan
from simulator.world import settings
from simulator.world.acquirer_body import AcquirerBody, HostMemory, WorldHostMemory
from simulator.world.banks import IssuerDesk, IssuerDesks, WalletDesk, WalletDesks
from simulator.world.card_deck import CardDeck
from simulator.world.clearing_house import ClearingHouse
from simulator.world.counter import Counter
from simulator.world.defects import Workshop
from simulator.world.demand import Mixture, Stream, opening_of
from simulator.world.kernel import Call, Deadlines, call_at, now_ms
from simulator.world.lines import Line, Shared
from simulator.world.link import HOST, Codec, Link
from simulator.world.places import PlacedMerchant, PlacedTerminal, Places
from simulator.world.recorder import Recorder
from simulator.world.scenario import Scenario
from simulator.world.scenario_rules import fault_rules
from simulator.world.service import Service
from simulator.world.shop import Shop
from simulator.world.terminal_body import TerminalBody, WorldMemory

POOL_OF_CARDS = 1_000_000  # customers' cards that nobody named share one account of so many
MAINTENANCE = frozenset({"acquirer.maintenance", "bank.maintenance"})
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


class World:
    """Everybody of a scenario."""

    def __init__(
        self, scenario: Scenario, places: Places, env: simpy.Environment, recorder: Recorder,
        faults: Faults, choices: Choices,
    ) -> None:
        self.scenario = scenario
        self.places = places
        self.env = env
        self.recorder = recorder
        self.faults = faults
        self.choices = choices
        self.deadlines = Deadlines(env)
        self.sealer: Sealer = WireSealer() if choices.wire else SymbolicSealer()
        self.bodies: dict[str, TerminalBody] = {}
        self.links: dict[str, Link] = {}
        self.shops: dict[str, Shop] = {}
        self.windows: tuple[Window, ...] = faults.windows()
        self._workshop = Workshop(choices.defects)
        self._shared: dict[str, Shared] = {}
        self._announced = 0
        self._closed: set[str] = set()
        self._software = scenario.acquirer.minimum_software
        self._build_books()
        self._build_acquirer()
        self._build_issuers()
        for number, placed in enumerate(places.merchants):
            self._build_merchant(number, placed)

    # ---- building ----------------------------------------------------------------------------

    def _build_books(self) -> None:
        build = self._workshop.build
        acquirer = self.scenario.acquirer
        self.ledger = build(Ledger)()
        self.working_days = WorkingDays()
        self.house = ClearingHouse(
            self.env, self.recorder, self.faults, self.choices.seed,
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
            self.env, self.recorder, self.faults, self.deadlines, build, memory, self.house,
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
            self.house.add_bank(bank)
        self.wallet_books = {
            wallet.name: build(wallet.name, self.ledger) for wallet in scenario.wallets
        }
        self.issuers = IssuerDesks({
            bank.name: IssuerDesk(
                self.env, self.recorder, self.faults, seed, bank, books[bank.name], self.acquirer,
                self.card_names,
            )
            for bank in scenario.banks
        })
        wallets = {
            self.places.wallet_prefixes[wallet.name]: WalletDesk(
                self.env, self.recorder, self.faults, seed, wallet,
                self.wallet_books[wallet.name], self.acquirer,
            )
            for wallet in scenario.wallets
        }
        self.acquirer.issuers = self.issuers
        self.acquirer.wallets = WalletDesks(wallets)
        self.house.connect(self.acquirer, books)

    def _build_merchant(self, number: int, placed: PlacedMerchant) -> None:
        merchant = placed.merchant
        self.house.clearing.open_merchant(settings.terms_of(placed))
        self.house.open_account(
            settings.account_of(placed), _ACCOUNT_STATUS[merchant.account.status])
        shop = Shop(
            self.env, self.choices.seed, merchant, placed.mid, number, self.deck, self,
            self.places.wallet_prefixes, self.scenario.until_ms,
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
            counter = Counter(self.env, self.recorder, self.faults, shop)
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
        link = Link(self.env, self.recorder, self.faults, self.acquirer, terminal.tid, line,
                    self.choices.wire)
        self.links[terminal.tid] = link
        self.acquirer.links[terminal.tid] = link
        return link

    def _build_body(
        self, placed: PlacedMerchant, terminal: PlacedTerminal, link: Link,
        concluded: Callable[[Conclude], None],
    ) -> TerminalBody:
        body = TerminalBody(
            self.env, self.recorder, self.faults, self.deadlines, terminal.tid,
            terminal_builder(self._workshop, TerminalIdentity(terminal.tid, placed.mid),
                             terminal.profile, self.sealer),
            WorldMemory(compact), link, concluded,
        )
        body.software_offered = self._software
        link.terminal = body
        self.bodies[terminal.tid] = body
        return body

    # ---- running -----------------------------------------------------------------------------

    def open(self) -> None:
        """Write down who is there, open accounts, schedule everything that has a time."""
        self._introduce()
        self._fund()
        self.house.start()
        for window in self.windows:
            if window.at_ms is not None:
                call_at(self.env, window.at_ms, self._window_opens, window)
            else:
                self._open_window(window)
            if window.until_ms is not None:
                call_at(self.env, window.until_ms, self._window_closes, window)
        for begin_ms, end_ms in self._announcements():
            call_at(self.env, begin_ms, self._announcement, 1)
            call_at(self.env, end_ms, self._announcement, -1)
        for body in self.bodies.values():
            body.boot()
        for shop in self.shops.values():
            shop.start()

    def in_announced_window(self, at_ms: int) -> bool:
        """Whether a maintenance that merchants were told of goes on."""
        del at_ms
        return self._announced > 0

    def _announcements(self) -> list[tuple[int, int]]:
        """Maintenance is announced by the scenario, whatever injector is at work."""
        return [
            (rule.at_ms, rule.until_ms) for rule in fault_rules(self.scenario)
            if rule.mode in MAINTENANCE and rule.at_ms is not None and rule.until_ms is not None
        ]

    def _announcement(self, call: Call) -> None:
        self._announced += call.arg

    def fired(self, fired: Fired) -> None:
        """A fault had an effect."""
        anchor, action = fired.anchor, fired.action
        self.recorder.emit(
            FaultFired(
                now_ms(self.env), "run", fault=fired.label, mode=fired.mode,
                point=anchor.point.value, anchor=anchor.text(), verb=action.verb.value,
                code=action.code, ms=action.ms, step=action.step,
            ),
        )

    def enter(self, phase: str) -> None:
        """Begin a phase: faults, heal, drain, ended."""
        self.recorder.emit(PhaseEntered(now_ms(self.env), "run", phase=phase))

    def heal(self) -> None:
        """End all faults."""
        self.faults.heal()
        self._announced = 0

    def pending(self) -> list[StillPending]:
        """What is unresolved, by the actors' own word."""
        at_ms = now_ms(self.env)
        found = []
        for body in self.bodies.values():
            found += [
                StillPending(at_ms, body.actor, what=each.what, tid=body.tid, batch=each.batch,
                             stan=each.stan, detail=each.detail)
                for each in body.machine.pending()
            ]
        found += [
            StillPending(at_ms, "acquirer", what=each.what, tid=each.tid, batch=each.batch,
                         stan=each.stan, detail=each.detail)
            for each in self.acquirer.machine.pending()
        ]
        found += [
            StillPending(at_ms, "clearing", what="payout", detail=each.payout)
            for each in self.house.payouts.pending()
        ]
        return found

    def is_quiet(self) -> bool:
        """Whether everything has come to rest: nothing pending, nobody served, nothing to clear.

        What nobody settles by habit rests where it is.
        """
        clearing = self.house.clearing
        if clearing.ready() or self.house.payouts.pending():
            return False
        if any(not counter.idle for shop in self.shops.values()
               for counter in shop.counters.values()):
            return False
        if clearing.open_items() and any(shop.will_settle() for shop in self.shops.values()):
            return False
        return not self.pending()

    # ---- parts -------------------------------------------------------------------------------

    def _introduce(self) -> None:
        at_ms, emit = now_ms(self.env), self.recorder.emit
        choices = self.choices
        emit(RunStarted(at_ms, "run", title=self.scenario.title, seed=choices.seed,
                        version=choices.version, clock=choices.clock, target=choices.target))
        for placed in self.places.merchants:
            merchant = placed.merchant
            self.introduce_merchant(placed)
            for terminal in placed.terminals:
                profile = terminal.profile
                emit(TerminalOpened(
                    at_ms, f"terminal.{terminal.tid}", tid=terminal.tid, mid=placed.mid,
                    merchant=merchant.name, profile=profile.name,
                    reversal_tries=profile.reversal_tries,
                    after_last_try=profile.after_last_try.value,
                    observable=terminal.tid not in choices.external,
                    reversal_after_mismatched_reply=profile.reversal_after_mismatched_reply,
                ))

    def introduce_merchant(self, placed: PlacedMerchant) -> None:
        """Write down a merchant with its terms and its own account; again where that changes."""
        merchant = placed.merchant
        self.recorder.emit(MerchantOpened(
            now_ms(self.env), f"merchant.{merchant.name}", mid=placed.mid, bank=placed.bank,
            fee_basis_points=merchant.fee.basis_points, fee_cap_fen=merchant.fee.cap_fen,
            payout=merchant.payout, account=accounts.bank_account(placed.bank, placed.mid),
        ))

    def _fund(self) -> None:
        for bank in self.scenario.banks:
            books = self.issuers.desks[bank.name].books
            each_fen = bank.opening_balance_fen
            self._post(bank.name, books.open_pool(each_fen * POOL_OF_CARDS, limit_fen=each_fen))
        for name, books in self.wallet_books.items():
            self._post(name, books.open_pool(POOL_OF_CARDS * 100_000_00, account=accounts.wallet(name)))
        for number, part in enumerate(self.scenario.cards):
            card = self.deck.name(part, number)
            self.card_names[card.pan] = part.name
            issuer = next(
                each for each in self.scenario.banks if part.bank in ("", each.name))
            balance = part.balance_fen
            if balance is None:
                balance = issuer.opening_balance_fen
            books = self.issuers.desks[issuer.name].books
            self._post(issuer.name, books.open_card(mask_pan(card.pan), balance))

    def _post(self, actor: str, postings: tuple[Posting, ...]) -> None:
        for posting in postings:
            self.recorder.emit(Posted(now_ms(self.env), actor, why=posting.why, key=posting.key,
                                      entries=posting.entries))

    def _window_opens(self, call: Call) -> None:
        self._open_window(call.arg)

    def _open_window(self, window: Window) -> None:
        self.recorder.emit(FaultBegan(now_ms(self.env), "run", fault=window.label,
                                      mode=window.mode, target=window.target))
        self.faults.open(window.label)
        if window.action is not None and window.action.verb is Verb.DEMAND_VERSION:
            self._software = window.action.code
            for body in self.bodies.values():
                body.software_offered = self._software
            self.acquirer.give(VersionDemanded(self._software))

    def _window_closes(self, call: Call) -> None:
        window: Window = call.arg
        if window.label not in self._closed:
            self.faults.close(window.label)
            self.window_ended(window)

    def window_ended(self, window: Window) -> None:
        """A window closed, by the clock or by a remedy."""
        self._closed.add(window.label)
        self.recorder.emit(FaultEnded(now_ms(self.env), "run", fault=window.label,
                                      mode=window.mode, target=window.target))


def terminal_builder(
    workshop: Workshop, identity: TerminalIdentity, profile: TerminalProfile, sealer: Sealer,
) -> Callable[[Iterable[NvmRecord]], Terminal]:
    """How this terminal's machine is built from a journal, right or wrong."""
    built = workshop.build(Terminal)

    def build(records: Iterable[NvmRecord]) -> Terminal:
        return built(identity, profile, sealer, records)

    return build
