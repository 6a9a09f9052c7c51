"""A scenario as actors on a SimPy environment, from opening to rest.

The environment decides what a millisecond is: the same world runs on the virtual clock and on the
wall clock.
"""

from __future__ import annotations

from collections.abc import Callable

import simpy

from simulator.faults.points import Verb
from simulator.faults.schedule import Faults, Strike, Window
from simulator.faults.targets import choose
from simulator.machines.acquirer.events import VersionDemanded
from simulator.money import accounts
from simulator.money.ledger import Posting
from simulator.scenario.places import PlacedMerchant, Places
from simulator.scenario.scenario import Scenario
from simulator.trace.recorder import Recorder
from simulator.trace.records import (
    FaultBegan,
    FaultEnded,
    MerchantOpened,
    PhaseEntered,
    Posted,
    RunStarted,
    StillPending,
    TerminalOpened,
)
from simulator.wire.masking import mask_pan
from simulator.world.founding import Choices, Founding
from simulator.world.time.kernel import Call, call_at, now_ms

POOL_OF_CARDS = 1_000_000  # customers' cards that nobody named share one account of so many


class World(Founding):
    """Everybody of a scenario, going about their day."""

    def __init__(
        self, scenario: Scenario, places: Places, env: simpy.Environment, recorder: Recorder,
        faults: Faults, choices: Choices,
    ) -> None:
        super().__init__(scenario, places, env, recorder, faults, choices)
        self.windows: tuple[Window, ...] = faults.windows()
        self._closed: set[str] = set()
        self._healed = False
        self.ahead: set[int] = set()  # planned actions whose moment has not come
        self.taken: set[int] = set()  # planned actions that were taken

    def open(self) -> None:
        """Write down who is there, open accounts, schedule everything that has a time."""
        self._introduce()
        self._fund()
        self.house.start()
        for window in self.windows:
            self._schedule(window)
        self.announcements.start()
        for body in self.bodies.values():
            body.boot()
        for shop in self.shops.values():
            shop.start()

    def add_window(self, window: Window) -> None:
        """One more window, in a world that runs already."""
        self.windows = (*self.windows, window)
        self._schedule(window)

    def enter(self, phase: str) -> None:
        """Begin a phase: faults, heal, drain, ended."""
        self.recorder.emit(PhaseEntered(now_ms(self.env), "run", phase=phase))

    def heal(self) -> None:
        """End all faults."""
        self._healed = True
        self.faults.heal()
        if any(_demands(window) and window.label not in self._closed for window in self.windows):
            self._demand_is_over()

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
            for each in self.house.paymaster.payouts.pending()
        ]
        return found

    def is_quiet(self) -> bool:
        """Whether everything has come to rest: nothing pending, nobody served, nothing to clear.

        What nobody settles by habit rests where it is; what is planned for later is waited for.
        """
        if self.ahead:
            return False
        clearing = self.house.clearing
        if clearing.ready() or self.house.paymaster.payouts.pending():
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

    def _schedule(self, window: Window) -> None:
        if window.at_ms is not None and window.at_ms >= now_ms(self.env):
            call_at(self.env, window.at_ms, self._window_opens, window)
        else:
            self._open_window(window)
        if window.until_ms is not None:
            call_at(self.env, window.until_ms, self._window_closes, window)

    def _window_opens(self, call: Call) -> None:
        self._open_window(call.arg)

    def _open_window(self, window: Window) -> None:
        self.recorder.emit(FaultBegan(now_ms(self.env), "run", fault=window.label,
                                      mode=window.mode, target=window.target))
        strike = self.faults.open(window.label)
        if strike is not None:
            WINDOW_VERBS[strike.verb](self, strike, window)

    def _demands_version(self, strike: Strike, window: Window) -> None:
        self.strikes.struck(strike)
        self.software = strike.code
        for body in self.bodies.values():
            body.software_offered = self.software
        self.acquirer.give(VersionDemanded(self.software))
        began_ms = now_ms(self.env) if window.at_ms is None else window.at_ms
        call_at(self.env, began_ms + strike.ms, self._refuses_old, window.label)

    def _refuses_old(self, call: Call) -> None:
        """The time to update is over; unless the demand is."""
        if call.arg not in self._closed and not self._healed:
            self.acquirer.give(VersionDemanded(self.software, refuse=True))

    def _demand_is_over(self) -> None:
        self.software = self.scenario.acquirer.minimum_software
        self.acquirer.give(VersionDemanded(self.software))

    def _clerks_go_on(self, strike: Strike, window: Window) -> None:
        until_ms = self.scenario.until_ms if window.until_ms is None else window.until_ms
        chosen = choose(window.target, self.places.topology).actors
        told: list[Strike] = []

        def tell() -> None:
            if not told:
                told.append(strike)
                self.strikes.struck(strike)

        for shop in self.shops.values():
            if chosen is None or shop.mid in chosen:
                shop.go_on(until_ms, tell)

    def _window_closes(self, call: Call) -> None:
        window: Window = call.arg
        if window.label not in self._closed:
            self.faults.close(window.label)
            self.window_ended(window)

    def window_ended(self, window: Window) -> None:
        """A window closed, by the clock or by a remedy."""
        self._closed.add(window.label)
        if _demands(window):
            self._demand_is_over()
        self.recorder.emit(FaultEnded(now_ms(self.env), "run", fault=window.label,
                                      mode=window.mode, target=window.target))


def _demands(window: Window) -> bool:
    return window.action is not None and window.action.verb is Verb.DEMAND_VERSION


WINDOW_VERBS: dict[Verb, Callable[[World, Strike, Window], None]] = {
    Verb.DEMAND_VERSION: World._demands_version,  # noqa: SLF001
    Verb.GO_ON: World._clerks_go_on,  # noqa: SLF001
}
