"""A merchant: counters with their clerks, customers over the day, settlement at closing time.

What goes wrong at a counter is the counter's business; what a documented remedy does is here.
"""

from __future__ import annotations

from collections.abc import Callable

import simpy

from simulator.chance import purpose_number, uniform
from simulator.local_time import DAY_MS, MINUTE_MS, date_at, midnight_ms
from simulator.machines.terminal.profile import Card
from simulator.scenario.parts import Habits, Merchant, ScriptedStep
from simulator.wire.kinds import Kind
from simulator.world.people.announcements import Announcements
from simulator.world.people.card_deck import CardDeck
from simulator.world.people.counter import Counter
from simulator.world.people.demand import NEVER, Stream, Wish, is_open
from simulator.world.people.orders import SELLS, Order
from simulator.world.time.kernel import Call, call_at, call_in, now_ms

_THEN_AFTER_MS = 10 * MINUTE_MS  # a customer comes back for a void or refund


class Shop:
    """One merchant with its terminals."""

    __slots__ = (
        "_announcements", "_cards", "_customer_base", "_deck", "_env", "_goes_on_until_ms", "_last_customer_ms", "_orders",
        "_passwords", "_paused_until_ms", "_seed", "_settle_tries", "_share_key", "_streams", "_tell_going_on", "_until_ms", "_wallet_prefixes", "actor",
        "counters", "habits", "merchant", "mid",
    )

    def __init__(
        self, env: simpy.Environment, seed: int, merchant: Merchant, mid: str, number: int,
        deck: CardDeck, announcements: Announcements, wallet_prefixes: dict[str, str], until_ms: int,
    ) -> None:
        self._env = env
        self._seed = seed
        self._deck = deck
        self._announcements = announcements
        self._wallet_prefixes = wallet_prefixes
        self._until_ms = until_ms
        self._customer_base = number * 1_000_003
        self._share_key = purpose_number("customer.bank", mid)
        self._paused_until_ms = 0
        self._goes_on_until_ms = 0
        self._tell_going_on: Callable[[], None] | None = None
        self._settle_tries = 0
        self._orders: dict[str, Order] = {}
        self._cards: dict[int, Card] = {}  # of customers that have been here
        sales = merchant.sales
        self._last_customer_ms = min(sales.until_ms or NEVER, until_ms) if sales else 0
        self._streams: list[Stream] = []
        self._passwords: list[dict[str, str]] = []
        self.merchant = merchant
        self.mid = mid
        self.actor = f"merchant.{merchant.name}"
        self.habits: Habits = merchant.habits
        self.counters: dict[int, Counter] = {}  # by number, from 1; terminals outside have none

    def add_counter(
        self, number: int, counter: Counter, stream: Stream | None, passwords: dict[str, str],
    ) -> None:
        """Take up terminal ``number`` with its clerk, and its customers if chance makes any."""
        self.counters[number] = counter
        self._passwords.append(passwords)
        if stream is not None:
            self._streams.append(stream)

    def start(self) -> None:
        """Sign on, and schedule customers, script and settlements."""
        for number, counter in self.counters.items():
            sign_on = Order(Kind.SIGN_ON, f"sign_on.{counter.body.tid}")
            call_in(self._env, number % 1000, self._asks, (counter, sign_on))
        sales = self.merchant.sales
        if sales is not None:
            opens_ms = max(now_ms(self._env) + MINUTE_MS, sales.from_ms or 0)
            for counter, stream in zip(self.counters.values(), self._streams, strict=True):
                self._await_customer(counter, stream, opens_ms)
        for index, step in enumerate(self.merchant.script):
            call_at(self._env, step.at_ms, self._scripted, (index, step))
        self._schedule_settlements()

    def password_of(self, clerk: str) -> str:
        """A clerk's password, as written on the note under the till."""
        return next((each[clerk] for each in self._passwords if clerk in each), "")

    # ---- customers ---------------------------------------------------------------------------

    def _await_customer(self, counter: Counter, stream: Stream, after_ms: int) -> None:
        at_ms = stream.next_ms(after_ms)
        if at_ms < self._last_customer_ms:
            call_in(self._env, at_ms - now_ms(self._env), self._customer_comes, (counter, stream))

    def _customer_comes(self, call: Call) -> None:
        counter, stream = call.arg
        now = now_ms(self._env)
        if now >= self._paused_until_ms and self._may_sell():
            counter.ask(self._order_of(counter, stream.wish()))
        self._await_customer(counter, stream, now)

    def _may_sell(self) -> bool:
        """Whether the clerks sell now: not in an announced maintenance, but by habit or by a fault."""
        if not self._announcements.in_window():
            return True
        return self._goes_on() or self.habits.goes_on_in_maintenance

    def _goes_on(self) -> bool:
        """Whether a fault has the clerks sell in a maintenance; by this sale it has its effect."""
        if now_ms(self._env) >= self._goes_on_until_ms:
            return False
        tell, self._tell_going_on = self._tell_going_on, None
        if tell is not None:
            tell()
        return True

    def go_on(self, until_ms: int, tell: Callable[[], None]) -> None:
        """Sell in announced maintenances until a moment; ``tell`` when it is done the first time."""
        self._goes_on_until_ms, self._tell_going_on = until_ms, tell

    def _order_of(self, counter: Counter, wish: Wish) -> Order:
        kind = wish.what
        sale = f"{counter.body.tid}-{wish.number}"
        qr_code = ""
        card: Card | None = None
        if kind is Kind.QR_PAY:
            qr_code = self._qr_code(next(iter(self._wallet_prefixes)), wish.number, wish.later)
        else:
            card = self._card(wish.customer)
        amount_fen = 0 if kind is Kind.BALANCE else wish.amount_fen
        then: Callable[[Order], None] | None = None
        if wish.then or wish.mistake or kind is Kind.PREAUTH:
            then = lambda order: self._follow(counter, order, wish)  # noqa: E731 - one line each
        order = Order(kind, sale, amount_fen, card, qr_code=qr_code, then=then)
        if wish.mistake == "wrong_amount" and kind is Kind.SALE:
            order.then = lambda wrong: self._retype(counter, wrong, wish)
            order.amount_fen = amount_fen * 10
            order.sale = f"{sale}-wrong"
        return order

    def _card(self, customer: int) -> Card:
        card = self._cards.get(customer)
        if card is None:
            serial = self._customer_base + customer
            choice = uniform(self._seed, self._share_key, customer)
            card = self._cards[customer] = self._deck.of_customer(serial, choice)
        return card

    def _qr_code(self, wallet: str, number: int, salt: int) -> str:
        return f"{self._wallet_prefixes[wallet]}{self.mid[-4:]}{salt:05}{number:07}"

    def _follow(self, counter: Counter, order: Order, wish: Wish) -> None:
        """What becomes of a sale later: completion, void, refund, or a clerk's mistake."""
        if order.sold is None:
            return
        after_ms = _THEN_AFTER_MS + wish.later * 20
        if order.kind is Kind.PREAUTH:
            completion = Order(Kind.COMPLETION, f"{order.sale}-done", order.amount_fen, order.card,
                               of=order)
            call_in(self._env, after_ms, self._asks, (counter, completion))
        elif order.kind is Kind.QR_PAY:
            if wish.then:
                refund = Order(Kind.QR_REFUND, f"{order.sale}-refund", order.amount_fen, of=order,
                               qr_code=order.qr_code)
                call_in(self._env, after_ms, self._asks, (counter, refund))
        elif order.kind is Kind.SALE and (wish.then or wish.mistake == "void_by_mistake"):
            kind = Kind.REFUND if wish.then == "refund" else Kind.VOID
            back = Order(kind, f"{order.sale}-{kind.value}", order.amount_fen, order.card, of=order)
            if wish.mistake == "void_by_mistake":
                back.then = lambda _void: counter.ask(
                    Order(Kind.SALE, f"{order.sale}-again", order.amount_fen, order.card))
            call_in(self._env, after_ms, self._asks, (counter, back))
        elif wish.mistake == "duplicate_entry":
            twin = Order(Kind.SALE, f"{order.sale}-twin", order.amount_fen, order.card,
                         then=lambda sold: self._void(counter, sold))
            call_in(self._env, MINUTE_MS, self._asks, (counter, twin))

    def _retype(self, counter: Counter, wrong: Order, wish: Wish) -> None:
        self._void(counter, wrong)
        counter.ask(Order(Kind.SALE, wrong.sale.removesuffix("-wrong"), wish.amount_fen, wrong.card))

    def _void(self, counter: Counter, sold: Order) -> None:
        if sold.sold is not None:
            counter.ask(Order(Kind.VOID, f"{sold.sale}-void", sold.amount_fen, sold.card, of=sold))

    # ---- the script --------------------------------------------------------------------------

    def _scripted(self, call: Call) -> None:
        index, step = call.arg
        self.do_step(index, step)

    def do_step(self, index: int, step: ScriptedStep) -> None:
        """Have a clerk do what a script says."""
        counter = self.counters.get(step.terminal)
        if counter is None:
            return  # a terminal outside: whoever drives it does the step
        kind = Kind(step.do)
        sale = step.sale or f"{self.mid[-4:]}-{step.do}-{index + 1}"
        of = self._orders.get(step.of) if step.of else None
        card: Card | None = None
        qr_code = ""
        if kind in (Kind.QR_PAY, Kind.QR_REFUND):
            wallet = step.wallet or next(iter(self._wallet_prefixes))
            qr_code = of.qr_code if of else self._qr_code(wallet, index + 1, 0)
        elif of is not None:
            card = of.card
        else:
            card = self._deck.named(step.card) if step.card else self._card(index)
        amount_fen = step.amount_fen if step.amount_fen is not None else (of.amount_fen if of else 0)
        order = Order(kind, sale, amount_fen, card, of=of, qr_code=qr_code, clerk=step.clerk)
        self._orders[sale] = order
        if kind in SELLS and self._announcements.in_window():
            self._goes_on()
        counter.ask(order)

    # ---- settlement --------------------------------------------------------------------------

    def _schedule_settlements(self) -> None:
        settles = self.habits.settles
        for at_ms in settles.at_ms:
            call_at(self._env, at_ms, self._settlement_due)
        if settles.daily_ms is not None:
            now = now_ms(self._env)
            at_ms = midnight_ms(date_at(now)) + settles.daily_ms
            call_at(self._env, at_ms if at_ms > now else at_ms + DAY_MS, self._daily_settlement)

    def _settlement_due(self, _call: Call) -> None:
        self.settle()

    def _daily_settlement(self, call: Call) -> None:
        now = now_ms(self._env)
        if self._was_open_today(now):
            self.settle()
        call_at(self._env, now + DAY_MS, self._daily_settlement)
        del call

    def _was_open_today(self, now: int) -> bool:
        hours = self.merchant.open
        midday = midnight_ms(date_at(now)) + hours.from_ms
        return is_open(hours, midday)

    def settle(self, terminal: int = 0) -> None:
        """Settle one terminal (from 1), or all of them."""
        for number, counter in self.counters.items():
            if terminal in (0, number):
                self._settle_tries += 1
                order = Order(Kind.SETTLEMENT, f"settle.{counter.body.tid}.{self._settle_tries}")
                # A crowd of terminals does not settle in the same millisecond.
                call_in(self._env, number * 37 % 20_000, self._asks, (counter, order))

    def settled(self, tid: str, *, closed: bool) -> None:
        """A settlement of a terminal ended; one that failed is tried again where that is the habit."""
        again_ms = self.habits.settles_again_after_ms
        if not closed and again_ms is not None and not self._over():
            number = next(n for n, each in self.counters.items() if each.body.tid == tid)
            call_in(self._env, again_ms, self._settle_again, number)

    def _settle_again(self, call: Call) -> None:
        self.settle(call.arg)

    def _over(self) -> bool:
        return now_ms(self._env) > self._until_ms + 7 * DAY_MS

    def will_settle(self) -> bool:
        """Whether this merchant settles by itself again."""
        settles = self.habits.settles
        return settles.daily_ms is not None or any(
            at_ms > now_ms(self._env) for at_ms in settles.at_ms)

    # ---- remedies ----------------------------------------------------------------------------

    def pause(self, until_ms: int) -> None:
        """Sell nothing until a moment."""
        self._paused_until_ms = max(self._paused_until_ms, until_ms)

    def resume(self) -> None:
        """Sell again."""
        self._paused_until_ms = 0

    def _asks(self, call: Call) -> None:
        counter, order = call.arg
        counter.ask(order)
