"""A scenario as actors on a SimPy environment, from opening to rest.

The environment decides what a millisecond is: the same world runs on the virtual clock and on the
wall clock.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import simpy

from simulator.catalogue.money_reasons import PayoutReason
from simulator.faults.points import Verb
from simulator.faults.schedule import Faults, Strike, Window
from simulator.faults.targets import choose
from simulator.machines.acquirer.events import DownloadDemanded, KeysWithdrawn, VersionDemanded
from simulator.machines.acquirer.pending import Pending
from simulator.machines.sealing import SymbolicSealer
from simulator.money import accounts
from simulator.money.issuer import IssuerBooks
from simulator.scenario.acquirer_dialect import dialect_of
from simulator.scenario.dispute_checks import case_names
from simulator.scenario.parts.terms import AT_ONCE
from simulator.scenario.places import PlacedMerchant, PlacedTerminal, Places
from simulator.scenario.plan import fault_rules
from simulator.scenario.scenario import Scenario
from simulator.scenario.story import PlannedAction
from simulator.trace.recorder import Recorder
from simulator.trace.records import (
    AT_A_PORT,
    IN_THE_WORLD,
    TARGET_OF,
    BankOpened,
    FaultBegan,
    FaultEnded,
    MerchantOpened,
    PhaseEntered,
    RunStarted,
    StillPending,
    TerminalOpened,
)
from simulator.wire.codec import Codec
from simulator.wire.kinds import ProcessingRequest
from simulator.wire.mac import WireSealer
from simulator.world import settings
from simulator.world.back_office import ENTERED, BackOffice
from simulator.world.banks.disputes import Side
from simulator.world.bodies.terminal_body import UPDATE_MS
from simulator.world.emergency.emergency import Around, Emergency
from simulator.world.ground import Choices, Ground
from simulator.world.money_side import SAID_OF, MoneySide
from simulator.world.opened import acquirer_opened, charge_terms, fee_terms, instant_term
from simulator.world.people.announcements import Announcements
from simulator.world.people.orders import Order, Sold
from simulator.world.settings import settlements_planned
from simulator.world.street import Street
from simulator.world.strikes import Strikes
from simulator.world.time.kernel import Call, Deadlines, call_at, now_ms
from simulator.world.workshop import Workshop

DISPUTING = frozenset({Verb.DISPUTE, Verb.CASH_OUT, Verb.MISS_SLIP})


class World:
    """Everybody of a scenario, going about their day: those who sell, and those who handle money."""

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
        self.software = scenario.acquirer.minimum_software
        self.announcements = Announcements(env, fault_rules(scenario), [bank.name for bank in scenario.banks])
        dialect = dialect_of(scenario.acquirer)
        self.codec = codec = Codec(dialect)
        ground = Ground(
            scenario, places, env, recorder, self.strikes, choices, self.deadlines, codec,
            WireSealer(codec) if choices.wire else SymbolicSealer(dialect), Workshop(choices.defects, choices.calls),
        )
        self.money = money = MoneySide(ground)
        self.ledger = money.ledger
        self.house = money.house
        self.acquirer = money.acquirer
        self.issuers = money.issuers
        self.wallets = money.wallets
        self.deck = money.deck
        self.street = street = Street(ground, money.acquirer, money.deck, self.announcements)
        self.bodies = street.bodies
        self.links = street.links
        self.shops = street.shops
        for shop in street.shops.values():
            shop.on_dispute = partial(money.disputes.dispute, self)
        self.windows: tuple[Window, ...] = faults.windows()
        self._begun: set[str] = set()  # labels of windows
        self._closed: set[str] = set()
        self._holding: dict[str, list[str]] = {}  # by label of a window: whose payouts it holds (MIDs)
        self.states = BackOffice(self.house, self.strikes)
        self._healed = False
        self.ahead: set[int] = set()  # planned actions whose moment has not come
        self.taken: set[int] = set()  # planned actions that were taken
        self.waiting: list[PlannedAction] = []  # asked for, and not done for want of a document
        self.emergency: Emergency | None = None
        if scenario.plan is not None:
            self.emergency = ground.workshop.build(Emergency)(Around(
                env, recorder, places, self.house.paymaster, self._pending_at_host,
                self.ahead, scenario.until_ms), scenario.plan)

    def open(self) -> None:
        """Set up, and have everybody begin their day."""
        self.set_up()
        self.money.begin_day()
        for body in self.bodies.values():
            body.boot()
        for shop in self.shops.values():
            shop.start()

    def set_up(self) -> None:
        """Write down who is there, open accounts, schedule everything that has a time."""
        self._introduce()
        self.money.fund()
        self.house.start()
        self._expect_disputes()
        self.money.start()
        for window in self.windows:
            self._schedule(window)
        self.announcements.start()

    def add_window(self, window: Window) -> None:
        """One more window, in a world that runs already."""
        self.windows = (*self.windows, window)
        self._schedule(window)

    def enter(self, phase: str) -> None:
        """Begin a phase: faults, heal, drain, ended."""
        self.recorder.emit(PhaseEntered(now_ms(self.env), "run", phase=phase))

    @property
    def is_healed(self) -> bool:
        """Whether all faults have ended."""
        return self._healed

    def heal(self) -> None:
        """End all faults."""
        self._healed = True
        self.faults.heal()
        for window in self.windows:
            if window.label in self._begun - self._closed:
                self.window_ended(window)
        self.states.heal()

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

    def _pending_at_host(self) -> list[Pending]:
        return self.acquirer.machine.pending()

    def is_blind(self, mid: str) -> bool:
        """Whether a merchant looks and has no access to its back office."""
        return self.states.looks(mid)

    def is_quiet(self) -> bool:
        """Whether everything has come to rest: nothing pending, nobody served, nothing to clear.

        What nobody settles by habit rests where it is; what is planned for later is waited for.
        """
        if self.ahead or not self.money.disputes.is_quiet():
            return False
        clearing = self.house.clearing
        if self.house.paymaster.passing:
            return False
        if self.house.waits() or clearing.ready() or self.house.paymaster.payouts.pending():
            return False
        if any(not counter.idle for shop in self.shops.values()
               for counter in shop.counters.values()):
            return False
        if clearing.open_items() and any(shop.will_settle() for shop in self.shops.values()):
            return False
        return not self.pending()

    # ---- parts -------------------------------------------------------------------------------

    def _expect_disputes(self) -> None:
        if self.scenario.disputes or DISPUTING & self.faults.verbs():
            self.take_disputes(self)

    def take_disputes(self, side: Side) -> None:
        """From now on sales may be disputed: as the scenario plans, and as whoever drives it says."""
        self.house.on_capture = self.money.disputes.captured
        self.house.on_day_over = self.money.disputes.day_is_over
        cases = tuple(zip(case_names(self.scenario), self.scenario.disputes, strict=True))
        self.money.disputes.start(cases, side)

    def sold_as(self, sale: str) -> tuple[str, str, Order] | None:
        """What was sold under an id of a script: see ``banks.disputes``."""
        return self.street.sold_as(sale)

    def channel_of(self, order: Order) -> tuple[str, str]:
        """Who paid for it."""
        return self.money.channel_of(order)

    def books_of(self, channel: str) -> IssuerBooks:
        """Whose books they are."""
        return self.money.books_of(channel)

    def reprint(self, tid: str, sold: Sold) -> bool | None:
        """Whether a terminal has the slip of a sale printed again; None: it is not there."""
        body = self.bodies.get(tid)
        return None if body is None or not body.hears else body.reprints(sold.batch, sold.stan)

    def _introduce(self) -> None:
        at_ms, emit = now_ms(self.env), self.recorder.emit
        choices = self.choices
        emit(RunStarted(at_ms, "run", title=self.scenario.title, seed=choices.seed,
                        version=choices.version, clock=choices.clock, target=self._target(),
                        whole=choices.clock == "virtual"))
        self._introduce_acquirer()
        for bank in self.scenario.banks:
            emit(BankOpened(at_ms, bank.name, payout_from_ms=bank.payout_from_ms,
                            payout_until_ms=bank.payout_until_ms, preauth_days=bank.preauth_days,
                            pan_prefix=self.places.pan_prefixes[bank.name]))
        for told in self.announcements.records(at_ms):
            emit(told)
        if self.emergency is not None:
            self.emergency.tell_terms()
        for placed in self.places.merchants:
            self.introduce_merchant(placed)
            if any(terminal.tid in self.bodies for terminal in placed.terminals):
                emit(settlements_planned(at_ms, placed.mid, placed.merchant))
            for terminal in placed.terminals:
                self.introduce_terminal(placed, terminal)

    def _introduce_acquirer(self) -> None:
        self.recorder.emit(acquirer_opened(self.scenario, self.places, now_ms(self.env)))

    def _target(self) -> str:
        if self.choices.clock == "virtual":
            return "virtual world"
        return TARGET_OF[bool(self.bodies), len(self.links) > len(self.bodies)]

    def introduce_terminal(
        self, placed: PlacedMerchant, terminal: PlacedTerminal, device: str = "",
    ) -> None:
        """Write down a terminal; again where more is known of what stands at its port."""
        profile, is_inside = terminal.profile, terminal.tid in self.bodies
        self.recorder.emit(TerminalOpened(
            now_ms(self.env), f"terminal.{terminal.tid}", tid=terminal.tid, mid=placed.mid,
            merchant=placed.merchant.name, profile=profile.name,
            reversal_tries=profile.reversal_tries, after_last_try=profile.after_last_try.value,
            observable=is_inside,
            reversal_after_mismatched_reply=profile.reversal_after_mismatched_reply,
            reversal_after_failed_connect=profile.reversal_after_failed_connect,
            reversal_first_reason=profile.reversal_first_reason,
            end=IN_THE_WORLD if is_inside else AT_A_PORT, device=device,
            domestic=profile.domestic_prefixes if is_inside else (),
            offline_limit_fen=profile.offline_limit_fen if is_inside else -1,
            router=terminal.place.router, isp=terminal.place.isp, region=terminal.place.region,
        ))

    def introduce_merchant(self, placed: PlacedMerchant, *, corrected: bool = False) -> None:
        """Write down a merchant with its terms and its own account; again where that changes.

        ``corrected``: what it bound is in its own name now, whatever it was before.
        """
        merchant = placed.merchant
        paymaster = self.house.paymaster
        bound = paymaster.payouts.bound_account(placed.mid)
        self.recorder.emit(MerchantOpened(
            now_ms(self.env), f"merchant.{merchant.name}", mid=placed.mid, bank=placed.bank,
            fees=fee_terms(merchant.fee),
            fee_on_refund=merchant.fee_on_refund, merchant_class=merchant.merchant_class, payout=merchant.payout.terms,
            account=accounts.bank_account(placed.bank, placed.mid),
            refund_beyond=merchant.refund_beyond, chargeback_fee_fen=merchant.chargeback_fee_fen,
            instant=instant_term(merchant.payout), charges=charge_terms(merchant.payout),
            payout_rest=settings.rest_of(merchant.payout) if merchant.payout.terms == AT_ONCE else "",
            payout_fee_basis_points=merchant.payout.fee.basis_points,
            payout_fee_plus_fen=merchant.payout.fee.plus_fen,
            first_payout=settings.first_date_of(merchant.payout, self.scenario.start_ms),
            account_status=SAID_OF[paymaster.account_status(placed.bank, placed.mid)],
            account_name_matches=corrected or bound.holder == bound.legal_name,
        ))

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
        if self._healed:
            return
        self._begun.add(window.label)
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

    def _holds_payouts(self, strike: Strike, window: Window) -> None:
        self.strikes.struck(strike)
        self._holding[window.label] = self._mids(window)
        for mid in self._holding[window.label]:
            self.house.paymaster.hold(mid, _held_as(window))

    def _lets_go(self, window: Window, only: tuple[str, ...] = ()) -> None:
        """A hold is lifted, once: by its end, by the end of all faults, or by a remedy for some."""
        held = self._holding.get(window.label, [])
        for mid in self._mids(window):
            if mid in held and (not only or mid in only):
                held.remove(mid)
                self.house.paymaster.lift(mid, _held_as(window))

    def _mids(self, window: Window) -> list[str]:
        chosen = choose(window.target, self.places.topology).actors
        return [
            placed.mid for placed in self.places.merchants if chosen is None or placed.mid in chosen]

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

    def _renews_host(self, strike: Strike, window: Window) -> None:
        """The host is down until its update is in, and then asks everybody to sign on again."""
        self.strikes.struck(strike)
        left_ms = 0 if window.until_ms is None else window.until_ms - now_ms(self.env)
        self.acquirer.crash(strike.ms or left_ms or UPDATE_MS)
        self.acquirer.give(KeysWithdrawn(""))
        if strike.code == "parameters":
            self.acquirer.give(DownloadDemanded("", ProcessingRequest.PARAMETER_DOWNLOAD.value))

    def _window_closes(self, call: Call) -> None:
        window: Window = call.arg
        if window.label not in self._closed:
            self.faults.close(window.label)
            self.window_ended(window)

    def window_ended(self, window: Window, only: tuple[str, ...] = ()) -> None:
        """A window closed, by the clock or by a remedy, which may be ``only`` for some actors."""
        if not only:
            self._closed.add(window.label)
            if _demands(window):
                self._demand_is_over()
        self.recorder.emit(FaultEnded(now_ms(self.env), "run", fault=window.label,
                                      mode=window.mode, target=window.target, only=only))
        if _holds(window):
            self._lets_go(window, only)
        self.states.leave(window.label, only)

    def _enters(self, strike: Strike, window: Window) -> None:
        self.states.enter(strike, self._mids(window))


def _demands(window: Window) -> bool:
    return window.action is not None and window.action.verb is Verb.DEMAND_VERSION


def _holds(window: Window) -> bool:
    return window.action is not None and window.action.verb is Verb.HOLD_PAYOUTS


def _held_as(window: Window) -> PayoutReason:
    """For what reason payouts are held while it is open."""
    code = window.action.code if window.action is not None else ""
    return PayoutReason.of(code) if code else PayoutReason.LEGAL_HOLD


WINDOW_VERBS: dict[Verb, Callable[[World, Strike, Window], None]] = {
    Verb.DEMAND_VERSION: World._demands_version,  # noqa: SLF001
    Verb.HOLD_PAYOUTS: World._holds_payouts,  # noqa: SLF001
    **dict.fromkeys(ENTERED, World._enters),  # noqa: SLF001
    Verb.RENEW: World._renews_host,  # noqa: SLF001
    Verb.GO_ON: World._clerks_go_on,  # noqa: SLF001
}
