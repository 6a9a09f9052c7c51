"""Everybody who handles money: acquirer host, clearing, issuers, wallets; built, and their accounts.

Knows no terminal but by its number; what is done with a message is the acquirer machine's business.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.machines.acquirer.events import HostRecord
from simulator.machines.acquirer.machine import RIGHT_HOST, Acquirer
from simulator.money import accounts, notice
from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing
from simulator.money.disputes import DisputeDesk, Terms
from simulator.money.issuer import IssuerBooks
from simulator.money.ledger import Ledger, Posting
from simulator.money.limits import Limit
from simulator.money.merchant_bank import AccountStatus
from simulator.money.payout import PayoutDesk
from simulator.scenario.dispute_checks import waits_of
from simulator.scenario.parts.banks import Wallet
from simulator.scenario.places import PlacedMerchant
from simulator.trace.records import LimitSet, Posted, tid_of
from simulator.world import settings
from simulator.world.banks.banks import IssuerDesk, IssuerDesks
from simulator.world.banks.clearing_house import ClearingHouse
from simulator.world.banks.disputes import DisputeOffice
from simulator.world.banks.issued_cards import IssuedCards
from simulator.world.banks.paymaster import Paymaster
from simulator.world.banks.wallets import WalletDesk, WalletDesks
from simulator.world.bodies.acquirer_body import AcquirerBody
from simulator.world.bodies.kept_records import WorldHostMemory
from simulator.world.ground import Ground
from simulator.world.network.link import HOST
from simulator.world.people.card_deck import deck_of
from simulator.world.people.orders import Order
from simulator.world.time.kernel import now_ms
from simulator.world.time.service import Service

POOL_OF_CARDS = 1_000_000  # customers' cards that nobody named share one account of so many
_ACCOUNT_STATUS = {
    "open": AccountStatus.NORMAL, "frozen": AccountStatus.FROZEN, "closed": AccountStatus.CLOSED,
}
SAID_OF: dict[AccountStatus, str] = {status: said for said, status in _ACCOUNT_STATUS.items()}
"""What a scenario and the trace call the state of an account."""


class MoneySide:
    """One acquirer with its clearing, and the banks and wallets that it asks."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        scenario, build = ground.scenario, ground.workshop.build
        self.ledger = build(Ledger)()
        self.working_days = settings.working_days_of(scenario.acquirer, build(WorkingDays))
        self.house = build(ClearingHouse)(
            ground.env, ground.recorder,
            build(Clearing)(
                self.ledger, self.working_days, payout_time_ms=scenario.acquirer.payout_at_ms,
                capture=scenario.acquirer.capture,
                shares=settings.shares_of(scenario.acquirer)),
            build(Paymaster)(
                ground.env, ground.recorder, ground.faults, ground.choices.seed,
                build(PayoutDesk)(self.ledger), build),
            scenario.acquirer.cut_over_ms,
        )
        waits = waits_of(scenario.acquirer.disputes)
        self.disputes = DisputeOffice(
            ground.env, ground.recorder, self.house, build(DisputeDesk)(Terms(waits)), waits)
        self.acquirer = self._acquirer()
        self.deck = deck_of(scenario, ground.places.pan_prefixes)
        self.card_names: dict[str, str] = {}
        self.cards = IssuedCards(ground.sealer, scenario.acquirer.no_pin_limit_fen)
        books = {
            bank.name: ground.workshop.build(IssuerBooks)(
                bank.name, self.ledger, limit=settings.limit_of(bank.limits), hold_days=bank.preauth_days)
            for bank in scenario.banks
        }
        for bank in scenario.banks:
            self.house.paymaster.add_bank(bank)
        self.wallet_books = {
            wallet.name: build(IssuerBooks)(wallet.name, self.ledger) for wallet in scenario.wallets}
        self.issuers = self._issuers(books)
        self.wallets = self._wallets()
        self.acquirer.issuers = self.issuers
        self.acquirer.wallets = self.wallets
        self.house.connect(self.acquirer, {**books, **self.wallet_books})
        for placed in ground.places.merchants:
            self._take_up(placed)
        self._mid_of = {
            terminal.tid: placed.mid for placed in ground.places.merchants for terminal in placed.terminals}
        for desk in self.issuers.desks.values():
            desk.on_hold_over = self.tell_hold_over

    def fund(self) -> None:
        """Open the accounts of customers, named and unnamed."""
        scenario = self._ground.scenario
        if scenario.acquirer.advance_pool_fen is not None:
            self.house.paymaster.open_pool(scenario.acquirer.advance_pool_fen)
        for bank in scenario.banks:
            books = self.issuers.desks[bank.name].books
            each_fen = bank.opening_balance_fen
            if bank.unknown_cards == "accept":
                self._post(bank.name, books.open_pool(each_fen * POOL_OF_CARDS, limit_fen=each_fen))
        for wallet in scenario.wallets:
            self._fund_wallet(wallet)
        for number, part in enumerate(scenario.cards):
            card = self.deck.name(part, number)
            self.card_names[card.pan] = part.name
            issuer = next(each for each in scenario.banks if part.bank in ("", each.name))
            balance = part.balance_fen
            if balance is None:
                balance = issuer.opening_balance_fen
            books = self.issuers.desks[issuer.name].books
            ref = self.cards.add(settings.issued_card(card.pan, part, self.deck.facts(card.pan)))
            limit = None if part.limits is None else settings.limit_of(part.limits)
            self._post(issuer.name, books.open_card(ref, balance, limit=limit))
            limit = settings.limit_of(issuer.limits) if limit is None else limit
            self._tell_limit(issuer.name, accounts.cardholder(issuer.name, ref), limit)
        for each in settings.merchant_limits(self._ground.places):
            if not each.card_kind:
                self._tell_limit(HOST, each.mid, each.limit)

    def start(self) -> None:
        """Have every issuer and wallet begin its days at midnight."""
        for desk in self._desks():
            desk.start()

    def begin_day(self) -> None:
        """Have every issuer and wallet begin the day on which the run begins."""
        for desk in self._desks():
            desk.begin_day()

    def tell_hold_over(self, posting: Posting) -> None:
        """The acquirer tells a merchant that a pre-authorisation was not completed, and is released."""
        mid = self._mid_of.get(tid_of(posting.key))
        if mid is not None:
            self.house.paymaster.notices.tell(HOST, mid, notice.hold_over(
                posting.key, max(fen for _, fen in posting.entries), now_ms(self._ground.env)))

    def channel_of(self, order: Order) -> tuple[str, str]:
        """The bank or wallet that an order was paid by, and the card's or user's reference in its books."""
        places = self._ground.places
        if order.card is None:
            wallet = places.codes.wallet_of(order.qr_code)
            return wallet, places.codes.user_of(order.qr_code) or wallet
        pan = order.card.pan
        bank = next(name for name, prefix in places.pan_prefixes.items() if pan.startswith(prefix))
        return bank, self.cards.ref(pan)

    def books_of(self, channel: str) -> IssuerBooks:
        """The books of a bank or wallet."""
        if channel in self.issuers.desks:
            return self.issuers.desks[channel].books
        return next(desk.books for desk in self.wallets.desks.values() if desk.name == channel)

    # ---- parts -------------------------------------------------------------------------------

    def _desks(self) -> tuple[IssuerDesk | WalletDesk, ...]:
        return *self.issuers.desks.values(), *self.wallets.desks.values()

    def _acquirer(self) -> AcquirerBody:
        ground = self._ground
        described = ground.scenario.acquirer
        host = settings.acquirer_settings(ground.scenario, ground.places)
        entries = settings.registry(ground.places, ground.choices.keys, described.first_batch)
        keys = settings.key_source(ground.choices.seed, ground.places)
        table = ground.workshop.table(RIGHT_HOST)

        def build(records: Iterable[HostRecord]) -> Acquirer:
            return Acquirer(host, entries, ground.sealer, keys, records, table)

        memory = ground.choices.host_memory or WorldHostMemory(kept=True)
        return AcquirerBody(
            ground.env, ground.recorder, ground.faults, ground.deadlines, build, memory, self.house,
            Service(ground.choices.seed, "acquirer.delay", HOST, described.latency,
                    described.servers),
        )

    def _issuers(self, books: dict[str, IssuerBooks]) -> IssuerDesks:
        ground = self._ground
        build = ground.workshop.build(IssuerDesk)
        return IssuerDesks({
            bank.name: build(
                ground.env, ground.recorder, ground.faults, ground.choices.seed, bank,
                books[bank.name], self.acquirer, self.card_names, self.cards,
            )
            for bank in ground.scenario.banks
        })

    def _wallets(self) -> WalletDesks:
        ground = self._ground
        build = ground.workshop.build(WalletDesk)
        return WalletDesks({
            ground.places.codes.prefixes[wallet.name]: build(
                ground.env, ground.recorder, ground.faults, ground.choices.seed, wallet,
                self.wallet_books[wallet.name], self.acquirer, ground.places.codes,
            )
            for wallet in ground.scenario.wallets
        })

    def _fund_wallet(self, wallet: Wallet) -> None:
        """Open the account of a wallet's users, and those of them who have names."""
        books = self.wallet_books[wallet.name]
        self._post(wallet.name, books.open_pool(
            POOL_OF_CARDS * 100_000_00, account=accounts.wallet(wallet.name), limit=settings.limit_of(wallet.limits)))
        for user in wallet.users:
            account = accounts.wallet(wallet.name, user.name)
            limit = settings.limit_of(wallet.limits if user.limits is None else user.limits)
            self._post(wallet.name, books.open_card(user.name, user.balance_fen, limit=limit, account=account))
            self._tell_limit(wallet.name, account, limit)

    def _take_up(self, placed: PlacedMerchant) -> None:
        """A merchant with its terms and its account."""
        start_ms = self._ground.scenario.start_ms
        self.house.clearing.open_merchant(settings.terms_of(placed, start_ms))
        self.house.paymaster.open_account(
            settings.account_of(placed), _ACCOUNT_STATUS[placed.merchant.account.status],
            settings.payout_terms_of(placed, start_ms))
        if placed.merchant.refund_beyond == "refused":
            self.house.refuses_beyond.add(placed.mid)

    def _tell_limit(self, actor: str, whose: str, limit: Limit) -> None:
        if limit:
            self._ground.recorder.emit(LimitSet(
                now_ms(self._ground.env), actor, whose=whose, single_fen=limit.single_fen,
                day_fen=limit.day_fen, month_fen=limit.month_fen,
                times_a_day=limit.times_a_day))

    def _post(self, actor: str, postings: tuple[Posting, ...]) -> None:
        ground = self._ground
        for posting in postings:
            ground.recorder.emit(Posted(now_ms(ground.env), actor, why=posting.why,
                                        key=posting.key, entries=posting.entries))
